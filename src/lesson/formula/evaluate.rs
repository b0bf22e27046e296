//! What a formula gives now.

use super::ast::{Comparison, Function, Kind, Node, Operator, Segment};
use super::quantity::{self, Parameter, Quantity, Takes};
use super::resolve::{name_in, resolve};
use super::value::Value;
use crate::text::sets::index::Language;
use std::collections::BTreeMap;

/// A snapshot of the program, as formulas read it.
pub trait Readings {
    /// The value of a quantity now. `arguments` has an entry for each of its parameters, all of
    /// them known and of the parameter's type; None for an optional one that is not given.
    fn read(&self, quantity: Quantity, arguments: &[Option<Value>]) -> Value;

    /// Whether [`Readings::read`] knows of this quantity at all.
    fn provides(&self, quantity: Quantity) -> bool;

    /// The token that this text is, if it is exactly one.
    fn token(&self, text: &str) -> Option<u32>;

    /// The text of a token.
    fn piece(&self, token: u32) -> Option<String>;
}

/// All that a formula can refer to.
#[derive(Clone, Copy)]
pub struct World<'a> {
    pub readings: &'a dyn Readings,
    /// Bound names.
    pub names: &'a BTreeMap<String, Value>,
    pub language: Language,
}

impl World<'_> {
    /// What a node gives.
    pub fn value(&self, node: &Node) -> Value {
        match &node.kind {
            Kind::Number(number) => Value::number(*number),
            Kind::Literal(text) => Value::Text(text.clone()),
            Kind::Lang(en, zh) => Value::Text(match self.language {
                Language::En => en.clone(),
                Language::Zh => zh.clone(),
            }),
            Kind::Path(path) => self.path(path),
            Kind::Call(function, arguments) => self.call(*function, arguments),
            Kind::Minus(inner) => self.value(inner).as_number().map(|number| -number).into(),
            Kind::Arithmetic(left, operator, right) => {
                let (left, right) = (self.value(left).as_number(), self.value(right).as_number());
                let (Some(a), Some(b)) = (left, right) else { return Value::Unknown };
                Value::number(match operator {
                    Operator::Plus => a + b,
                    Operator::Minus => a - b,
                    Operator::Times => a * b,
                    // What is divided by 0 is no number.
                    Operator::Over => a / b,
                })
            }
            Kind::Compare(left, comparison, right) => {
                self.compare(&self.value(left), *comparison, &self.value(right)).into()
            }
        }
    }

    fn path(&self, path: &[Segment]) -> Value {
        let bound = path.first().filter(|first| first.arguments.is_empty());
        if let Some(value) = bound.and_then(|first| self.names.get(&first.name)) {
            return self.fields(value.clone(), &path[1..]);
        }
        let Ok(reading) = resolve(path, self.names.keys()) else { return Value::Unknown };
        let mut arguments = Vec::with_capacity(reading.arguments.len());
        for (parameter, node) in reading.entry.parameters.iter().zip(reading.arguments) {
            let argument = node.map(|node| self.argument(parameter, node));
            if argument == Some(Value::Unknown) {
                return Value::Unknown;
            }
            arguments.push(argument);
        }
        self.fields(self.readings.read(reading.entry.quantity, &arguments), reading.fields)
    }

    /// An argument as its parameter wants it; unknown if it is of another type.
    fn argument(&self, parameter: &Parameter, node: &Node) -> Value {
        match parameter.takes {
            Takes::Set if matches!(node.kind, Kind::Lang(..)) => self.value(node),
            Takes::Score | Takes::Rule | Takes::Set | Takes::Name => {
                name_in(node).map(String::from).into()
            }
            Takes::Number => self.value(node).as_number().into(),
            Takes::Count => self.value(node).as_count().into(),
            Takes::Token => self.token_of(&self.value(node)),
            Takes::Head => self.value(node).as_head().into(),
            Takes::Part => match self.value(node) {
                part @ (Value::Head(_) | Value::Text(_)) => part,
                _ => Value::Unknown,
            },
            Takes::Text | Takes::Activation | Takes::Weights | Takes::Condition => {
                self.value(node).as_text().map(String::from).into()
            }
        }
    }

    /// A token, or the one that a text is.
    pub fn token_of(&self, value: &Value) -> Value {
        match value {
            Value::Token(token) => Value::Token(*token),
            Value::Text(text) => self.readings.token(text).map_or(Value::Unknown, Value::Token),
            _ => Value::Unknown,
        }
    }

    fn fields(&self, value: Value, fields: &[Segment]) -> Value {
        let Some(first) = fields.first() else { return value };
        match (quantity::field(&first.name), value.as_head()) {
            (Some(entry), Some(_)) => self.readings.read(entry.quantity, &[Some(value)]),
            _ => Value::Unknown,
        }
    }

    fn call(&self, function: Function, arguments: &[Node]) -> Value {
        let flags = || arguments.iter().map(|argument| self.value(argument).as_flag());
        let numbers = || -> Option<Vec<f64>> {
            arguments.iter().map(|argument| self.value(argument).as_number()).collect()
        };
        match function {
            Function::All => all(flags()).into(),
            Function::Any => any(flags()).into(),
            Function::Not => flags().next().flatten().map(|flag| !flag).into(),
            Function::Abs => numbers().and_then(|n| n.first().map(|n| n.abs())).into(),
            // Of what is not above 0 there is none.
            Function::Ln => numbers().and_then(|n| n.first().map(|n| Value::number(n.ln()))).into(),
            Function::Min => numbers().and_then(|n| n.into_iter().reduce(f64::min)).into(),
            Function::Max => numbers().and_then(|n| n.into_iter().reduce(f64::max)).into(),
        }
    }

    fn compare(&self, left: &Value, comparison: Comparison, right: &Value) -> Option<bool> {
        if let (Value::Number(a), Value::Number(b)) = (left, right) {
            return match comparison {
                Comparison::Less => Some(a < b),
                Comparison::LessOrEqual => Some(a <= b),
                Comparison::Greater => Some(a > b),
                Comparison::GreaterOrEqual => Some(a >= b),
                Comparison::Equal => Some(a == b),
                Comparison::Unequal => Some(a != b),
                Comparison::Contains => None,
            };
        }
        let (left, right) = match (left, right) {
            (Value::Token(_), Value::Text(_)) => (left.clone(), self.token_of(right)),
            (Value::Text(_), Value::Token(_)) => (self.token_of(left), right.clone()),
            _ => (left.clone(), right.clone()),
        };
        match (comparison, &left, &right) {
            (_, Value::Unknown, _) | (_, _, Value::Unknown) => None,
            (Comparison::Contains, Value::Text(text), Value::Text(part)) => {
                Some(text.contains(part.as_str()))
            }
            (Comparison::Equal, a, b) if same_kind(a, b) => Some(a == b),
            (Comparison::Unequal, a, b) if same_kind(a, b) => Some(a != b),
            _ => None,
        }
    }
}

fn same_kind(a: &Value, b: &Value) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

/// Kleene's "and": one false makes it false, whatever the others are.
fn all(flags: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for flag in flags {
        known = match (known, flag) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
    }
    known
}

/// Kleene's "or": one true makes it true, whatever the others are.
fn any(flags: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    all(flags.map(|flag| flag.map(|flag| !flag))).map(|none| !none)
}
