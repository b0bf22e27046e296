//! Whether a formula means something: names, arguments and types.

use super::ast::{Comparison, Function, Kind, Node, Operator, Segment};
use super::quantity::{self, Quantity, SCORES, Takes};
use super::resolve::{name_in, resolve};
use super::{Fault, Formula, Type};
use crate::interpret::Component;
use crate::lesson::names::did_you_mean;
use crate::nn::{Name, tensor_names};
use std::collections::BTreeMap;

/// A lesson's model has no more blocks than GPT-2 XL.
const MOST_BLOCKS: usize = 48;

/// What a formula may speak of.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    pub names: &'a BTreeMap<String, Bound>,
    /// The dialogue sets.
    pub sets: &'a [String],
    /// The cleaning rules.
    pub rules: &'a [String],
}

/// A bound name.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    pub of: Type,
    /// What it stands for if that is a text in quotes: in English, and in Chinese.
    pub texts: Option<(String, String)>,
}

impl From<Type> for Bound {
    fn from(of: Type) -> Self {
        Self { of, texts: None }
    }
}

impl Bound {
    /// What a formula of this type is bound as.
    pub fn to(formula: &Formula, of: Type, scope: Scope<'_>) -> Self {
        let texts = formula.parsed.as_ref().ok().and_then(|node| scope.texts(node));
        Self { of, texts: texts.filter(|_| of == Type::Literal) }
    }
}

impl Scope<'_> {
    /// The texts of a node that is a text in quotes, or a name for one.
    fn texts(&self, node: &Node) -> Option<(String, String)> {
        match &node.kind {
            Kind::Literal(text) => Some((text.clone(), text.clone())),
            Kind::Lang(en, zh) => Some((en.clone(), zh.clone())),
            Kind::Path(_) => self.names.get(name_in(node)?)?.texts.clone(),
            _ => None,
        }
    }
}

/// What a look at a formula brought.
#[derive(Debug, Default)]
pub struct Findings {
    pub faults: Vec<Fault>,
    /// What it reads, and where.
    pub quantities: Vec<(usize, Quantity)>,
    /// The texts that have to be exactly one token: in English, in Chinese, and where.
    pub tokens: Vec<(usize, String, String)>,
}

impl Findings {
    /// Looks at a formula; returns its type if it has one.
    pub fn look_at(&mut self, formula: &Formula, scope: Scope<'_>) -> Option<Type> {
        match &formula.parsed {
            Ok(node) => Checker { found: self, scope }.node(node),
            Err(fault) => {
                self.faults.push(fault.clone());
                None
            }
        }
    }

    /// Looks at a formula that has to be of a type.
    pub fn expect(&mut self, formula: &Formula, wanted: Type, scope: Scope<'_>) {
        let Some(found) = self.look_at(formula, scope) else { return };
        let fits = match wanted {
            Type::Number => found.is_number(),
            Type::Token if found == Type::Literal => {
                if let Ok(node) = &formula.parsed {
                    self.token_literal(node, scope);
                }
                true
            }
            _ => found == wanted,
        };
        if !fits {
            let at = formula.parsed.as_ref().map_or(0, |node| node.at);
            self.faults.push(clash(at, wanted.shown(), found));
        }
    }

    fn token_literal(&mut self, node: &Node, scope: Scope<'_>) {
        if let Some((en, zh)) = scope.texts(node) {
            self.tokens.push((node.at, en, zh));
        }
    }
}

fn clash(at: usize, wanted: &str, found: Type) -> Fault {
    // A number that is wanted may be of either kind.
    let wanted = if wanted == Type::Number.shown() { "a number" } else { wanted };
    Fault::new(at, format!("{wanted} belongs here, and this is {}", found.shown()))
}

struct Checker<'f, 'a> {
    found: &'f mut Findings,
    scope: Scope<'a>,
}

impl Checker<'_, '_> {
    fn fault(&mut self, fault: Fault) -> Option<Type> {
        self.found.faults.push(fault);
        None
    }

    fn node(&mut self, node: &Node) -> Option<Type> {
        match &node.kind {
            Kind::Number(_) => Some(Type::Count),
            Kind::Literal(_) | Kind::Lang(..) => Some(Type::Literal),
            Kind::Path(path) => self.path(node, path),
            Kind::Call(function, arguments) => self.call(node, *function, arguments),
            Kind::Minus(inner) => self.a_number(inner),
            Kind::Arithmetic(left, operator, right) => {
                let types = (self.a_number(left), self.a_number(right));
                let exact =
                    *operator != Operator::Over && types == (Some(Type::Count), Some(Type::Count));
                Some(if exact { Type::Count } else { Type::Number })
            }
            Kind::Compare(left, comparison, right) => {
                self.comparison(left, *comparison, right);
                Some(Type::Flag)
            }
        }
    }

    /// A node that has to be a number.
    fn a_number(&mut self, node: &Node) -> Option<Type> {
        let found = self.node(node)?;
        if found.is_number() { Some(found) } else { self.fault(clash(node.at, "a number", found)) }
    }

    /// A node that has to be of a type, or a text that stands for it.
    fn a(&mut self, wanted: Type, node: &Node) {
        match self.node(node) {
            Some(Type::Literal) if wanted == Type::Token => {
                self.found.token_literal(node, self.scope)
            }
            Some(Type::Literal) if wanted == Type::Text => {}
            Some(found) if found != wanted => {
                self.fault(clash(node.at, wanted.shown(), found));
            }
            _ => {}
        }
    }

    fn call(&mut self, node: &Node, function: Function, arguments: &[Node]) -> Option<Type> {
        let counts = match function {
            Function::Not | Function::Abs | Function::Ln => arguments.len() == 1,
            Function::Min | Function::Max => arguments.len() >= 2,
            Function::All | Function::Any => true,
        };
        if !counts {
            let wanted = if arguments.len() > 1 { "one part" } else { "two parts or more" };
            return self.fault(Fault::new(node.at, format!("{} takes {wanted}", function.word())));
        }
        match function {
            Function::All | Function::Any | Function::Not => {
                arguments.iter().for_each(|argument| self.a(Type::Flag, argument));
                Some(Type::Flag)
            }
            Function::Ln => {
                self.a_number(arguments.first()?)?;
                Some(Type::Number)
            }
            Function::Abs | Function::Min | Function::Max => {
                let mut exact = true;
                for argument in arguments {
                    exact &= self.a_number(argument)? == Type::Count;
                }
                Some(if exact { Type::Count } else { Type::Number })
            }
        }
    }

    fn comparison(&mut self, left: &Node, comparison: Comparison, right: &Node) {
        let (Some(a), Some(b)) = (self.node(left), self.node(right)) else { return };
        let fault = match comparison {
            Comparison::Contains => {
                let text = |of| matches!(of, Type::Text | Type::Literal);
                match (text(a), text(b)) {
                    (true, true) => return,
                    (false, _) => clash(left.at, "a text", a),
                    (true, false) => clash(right.at, "a text", b),
                }
            }
            Comparison::Equal | Comparison::Unequal => match (a, b) {
                (Type::Count, Type::Count) => return,
                (a, b) if a.is_number() && b.is_number() => Fault::new(
                    left.at,
                    "a measured number is never exactly another; use < or > instead",
                ),
                (Type::Token, Type::Literal) => return self.found.token_literal(right, self.scope),
                (Type::Literal, Type::Token) => return self.found.token_literal(left, self.scope),
                (Type::Literal, Type::Text) | (Type::Text, Type::Literal) => return,
                (Type::Series, Type::Series) => {
                    Fault::new(left.at, "two curves cannot be compared")
                }
                (a, b) if a == b => return,
                _ => clash(right.at, a.shown(), b),
            },
            _ => match (a.is_number(), b.is_number()) {
                (true, true) => return,
                (false, _) => clash(left.at, "a number", a),
                (true, false) => clash(right.at, "a number", b),
            },
        };
        self.fault(fault);
    }

    fn path(&mut self, node: &Node, path: &[Segment]) -> Option<Type> {
        let bound = path.first().and_then(|first| {
            let bound = self.scope.names.get(&first.name)?;
            first.arguments.is_empty().then_some(bound.of)
        });
        if let Some(of) = bound {
            return self.fields(of, &path[1..]);
        }
        let names = self.scope.names;
        let reading = match resolve(path, names.keys()) {
            Ok(reading) => reading,
            Err(fault) => return self.fault(fault),
        };
        self.found.quantities.push((node.at, reading.entry.quantity));
        for (parameter, argument) in reading.entry.parameters.iter().zip(&reading.arguments) {
            if let Some(argument) = argument {
                self.argument(parameter.takes, argument);
            }
        }
        self.fields(reading.entry.of, reading.fields)
    }

    /// What stands behind a head.
    fn fields(&mut self, of: Type, fields: &[Segment]) -> Option<Type> {
        let Some(first) = fields.first() else { return Some(of) };
        if of != Type::Head {
            let what = format!("{} has no .{}", of.shown(), first.name);
            return self.fault(Fault::new(first.at, what));
        }
        match quantity::field(&first.name) {
            Some(entry) if fields.len() == 1 && first.arguments.is_empty() => {
                self.found.quantities.push((first.at, entry.quantity));
                Some(entry.of)
            }
            _ => {
                let near = quantity::nearest_field(&first.name);
                let what = format!("a head has no .{}; did you mean .{near}?", first.name);
                self.fault(Fault::new(first.at, what))
            }
        }
    }

    fn argument(&mut self, takes: Takes, node: &Node) {
        let rules = self.scope.rules.iter().map(String::as_str);
        let sets = self.scope.sets.iter().map(String::as_str);
        match takes {
            Takes::Number | Takes::Count => drop(self.a_number(node)),
            Takes::Token => self.a(Type::Token, node),
            Takes::Text => self.a(Type::Text, node),
            Takes::Head => self.a(Type::Head, node),
            Takes::Activation => self.activation(node),
            Takes::Weights => {
                let known = tensor_names(MOST_BLOCKS);
                self.name(node, "tensor of weights", known.iter().map(String::as_str));
            }
            Takes::Score => self.name(node, "score of heads", SCORES),
            Takes::Rule => self.name(node, "cleaning rule", rules),
            Takes::Set => match &node.kind {
                // Each language has a set of its own.
                Kind::Lang(en, zh) => {
                    for name in [en, zh] {
                        self.known_name((node.at, name), "dialogue set", sets.clone());
                    }
                }
                _ => self.name(node, "dialogue set", sets),
            },
            Takes::Name => {
                // Which runs there are is not known here: a step that is greyed may name one to come.
                if name_in(node).is_none() {
                    self.fault(Fault::new(node.at, "the name of a run is wanted here".to_string()));
                }
            }
            Takes::Part => match self.node(node) {
                Some(Type::Literal) => self.part(node),
                Some(Type::Head) | None => {}
                Some(found) => drop(self.fault(clash(node.at, Type::Head.shown(), found))),
            },
            Takes::Condition => self.condition(node),
        }
    }

    fn name<'n>(
        &mut self,
        node: &Node,
        what: &str,
        known: impl IntoIterator<Item = &'n str> + Clone,
    ) {
        self.known_name((node.at, name_in(node).unwrap_or_default()), what, known);
    }

    fn known_name<'n>(
        &mut self,
        (at, found): (usize, &str),
        what: &str,
        known: impl IntoIterator<Item = &'n str> + Clone,
    ) {
        if !known.clone().into_iter().any(|name| name == found) {
            let near = did_you_mean(found, known);
            self.fault(Fault::new(at, format!("there is no {what} '{found}'{near}")));
        }
    }

    fn part(&mut self, node: &Node) {
        let Kind::Literal(text) = &node.kind else { return };
        if text.parse::<Component>().is_err() {
            let what = format!(
                "there is no part '{text}'; write 'head(1, 2)', 'mlp(1)', 'block(1)', 'neuron(1, 37)', \
                 'tokens' or 'positions'"
            );
            self.fault(Fault::new(node.at, what));
        }
    }

    fn activation(&mut self, node: &Node) {
        let Kind::Literal(text) = &node.kind else {
            let what = "the name of an activation belongs here, in quotes: 'blocks.0.attn.hook_q'";
            self.fault(Fault::new(node.at, what));
            return;
        };
        if text.parse::<Name>().is_err() {
            let known: Vec<String> = Name::all(4).iter().map(ToString::to_string).collect();
            let near = did_you_mean(text, known.iter().map(String::as_str));
            self.fault(Fault::new(node.at, format!("there is no activation '{text}'{near}")));
        }
    }

    fn condition(&mut self, node: &Node) {
        let Kind::Literal(text) = &node.kind else {
            self.fault(Fault::new(node.at, "a condition in quotes belongs here"));
            return;
        };
        let mut inner = Findings::default();
        inner.expect(&Formula::new(text.as_str()), Type::Flag, self.scope);
        // Behind the quote.
        let behind = node.at + 1;
        self.found.faults.extend(inner.faults.into_iter().map(|fault| fault.behind(behind)));
        self.found.quantities.extend(inner.quantities);
        self.found.tokens.extend(inner.tokens);
    }
}
