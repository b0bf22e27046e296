//! From lexemes to a formula, by recursive descent.

use super::Fault;
use super::ast::{Argument, Comparison, Function, Kind, Node, Operator, Segment};
use super::lexer::{Lexeme, lexemes};

/// The longest formula, in bytes.
const LONGEST: usize = 2000;
/// How deep parentheses go.
const DEEPEST: usize = 24;

/// Reads a formula.
pub(super) fn parse(source: &str) -> Result<Node, Fault> {
    if source.len() > LONGEST {
        return Err(Fault::new(0, format!("a formula has at most {LONGEST} characters")));
    }
    let mut parser = Parser { lexemes: lexemes(source)?, next: 0, end: source.len(), depth: 0 };
    let node = parser.comparison()?;
    match parser.lexemes.get(parser.next) {
        None => Ok(node),
        Some((at, lexeme)) => {
            Err(Fault::new(*at, format!("{} is one too many here", lexeme.shown())))
        }
    }
}

struct Parser {
    lexemes: Vec<(usize, Lexeme)>,
    next: usize,
    /// The length of the source: where a missing piece is missing.
    end: usize,
    depth: usize,
}

impl Parser {
    fn at(&self) -> usize {
        self.lexemes.get(self.next).map_or(self.end, |(at, _)| *at)
    }

    fn peek(&self) -> Option<&Lexeme> {
        self.lexemes.get(self.next).map(|(_, lexeme)| lexeme)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Lexeme::Sign(next)) if *next == sign);
        self.next += usize::from(found);
        found
    }

    fn need(&mut self, sign: &str) -> Result<(), Fault> {
        if self.takes(sign) {
            return Ok(());
        }
        let what = match self.peek() {
            Some(found) => format!("{} stands where {sign} belongs", found.shown()),
            None => format!("{sign} is missing at the end"),
        };
        Err(Fault::new(self.at(), what))
    }

    /// The word or sign that is next, if `of` knows it.
    fn known<T>(&mut self, of: fn(&str) -> Option<T>) -> Option<T> {
        let found = match self.peek()? {
            Lexeme::Sign(sign) => of(sign),
            Lexeme::Word(word) => of(word),
            _ => None,
        };
        self.next += usize::from(found.is_some());
        found
    }

    fn comparison(&mut self) -> Result<Node, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Fault::new(self.at(), "too many parentheses inside each other"));
        }
        let left = self.sum()?;
        let at = left.at;
        let node = match self.known(Comparison::of) {
            None => left,
            Some(comparison) => {
                let right = self.sum()?;
                Node { at, kind: Kind::Compare(left.into(), comparison, right.into()) }
            }
        };
        self.depth -= 1;
        Ok(node)
    }

    fn sum(&mut self) -> Result<Node, Fault> {
        let plus_or_minus = |word: &str| {
            Operator::of(word).filter(|op| matches!(op, Operator::Plus | Operator::Minus))
        };
        self.chain(plus_or_minus, Self::product)
    }

    fn product(&mut self) -> Result<Node, Fault> {
        let times_or_over = |word: &str| {
            Operator::of(word).filter(|op| matches!(op, Operator::Times | Operator::Over))
        };
        self.chain(times_or_over, Self::signed)
    }

    /// `part operator part operator part`, from the left.
    fn chain(
        &mut self,
        operator: fn(&str) -> Option<Operator>,
        part: fn(&mut Self) -> Result<Node, Fault>,
    ) -> Result<Node, Fault> {
        let mut left = part(self)?;
        let mut links = 0;
        while let Some(operator) = self.known(operator) {
            links += 1;
            if links > LONGEST / 10 {
                return Err(Fault::new(left.at, "too many parts in a row"));
            }
            let right = part(self)?;
            let at = left.at;
            left = Node { at, kind: Kind::Arithmetic(left.into(), operator, right.into()) };
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Node, Fault> {
        let at = self.at();
        if !self.takes("-") {
            return self.single();
        }
        if self.takes("-") {
            return Err(Fault::new(self.at(), "two minus signs in a row"));
        }
        Ok(Node { at, kind: Kind::Minus(self.single()?.into()) })
    }

    fn single(&mut self) -> Result<Node, Fault> {
        let at = self.at();
        if self.takes("(") {
            let inner = self.comparison()?;
            self.need(")")?;
            return Ok(inner);
        }
        let Some(lexeme) = self.peek().cloned() else {
            return Err(Fault::new(at, "the formula ends too early"));
        };
        let kind = match lexeme {
            Lexeme::Number(number) => Kind::Number(number),
            Lexeme::Text(text) => Kind::Literal(text),
            Lexeme::Word(word) => return self.word(at, &word),
            Lexeme::Sign(sign) => {
                let what = format!("{sign} stands where a number, a text or a name belongs");
                return Err(Fault::new(at, what));
            }
        };
        self.next += 1;
        Ok(Node { at, kind })
    }

    fn word(&mut self, at: usize, word: &str) -> Result<Node, Fault> {
        let kind = if word == "lang" {
            self.next += 1;
            self.lang()?
        } else if let Some(function) = Function::of(word) {
            self.next += 1;
            let arguments = self.arguments()?;
            if arguments.iter().any(|argument| argument.name.is_some()) || arguments.is_empty() {
                let what = format!("{word} takes its parts one after the other: {word}(…, …)");
                return Err(Fault::new(at, what));
            }
            Kind::Call(function, arguments.into_iter().map(|argument| argument.value).collect())
        } else if Comparison::of(word).is_some() {
            return Err(Fault::new(at, format!("before {word} stands what it compares")));
        } else {
            Kind::Path(self.path()?)
        };
        Ok(Node { at, kind })
    }

    fn lang(&mut self) -> Result<Kind, Fault> {
        self.need("(")?;
        let mut text = || {
            let Some(Lexeme::Text(text)) = self.peek().cloned() else {
                let what = "lang takes two texts: lang('cat', '猫')";
                return Err(Fault::new(self.at(), what));
            };
            self.next += 1;
            Ok((text, self.takes(",")))
        };
        let (en, more) = text()?;
        if !more {
            return Err(Fault::new(self.at(), "lang takes two texts: lang('cat', '猫')"));
        }
        let (zh, _) = text()?;
        self.need(")")?;
        Ok(Kind::Lang(en, zh))
    }

    fn path(&mut self) -> Result<Vec<Segment>, Fault> {
        let mut segments = Vec::new();
        loop {
            let at = self.at();
            let Some(Lexeme::Word(name)) = self.peek().cloned() else {
                return Err(Fault::new(at, "behind the dot stands a name"));
            };
            self.next += 1;
            let has_arguments = matches!(self.peek(), Some(Lexeme::Sign("(")));
            let arguments = if has_arguments { self.arguments()? } else { Vec::new() };
            segments.push(Segment { at, name, arguments });
            if !self.takes(".") {
                return Ok(segments);
            }
        }
    }

    /// `(a, b, name: c)`
    fn arguments(&mut self) -> Result<Vec<Argument>, Fault> {
        self.need("(")?;
        let mut arguments: Vec<Argument> = Vec::new();
        while !self.takes(")") {
            if !arguments.is_empty() {
                self.need(",")?;
                if self.takes(")") {
                    break;
                }
            }
            let name = self.argument_name();
            let at = self.at();
            let value = self.comparison()?;
            if name.is_none() && arguments.last().is_some_and(|last| last.name.is_some()) {
                return Err(Fault::new(at, "behind a named argument every one needs its name"));
            }
            arguments.push(Argument { name, value });
        }
        Ok(arguments)
    }

    /// `at:`
    fn argument_name(&mut self) -> Option<String> {
        let colon = self.lexemes.get(self.next + 1).map(|(_, lexeme)| lexeme);
        let (Some(Lexeme::Word(name)), Some(Lexeme::Sign(":"))) = (self.peek(), colon) else {
            return None;
        };
        let name = name.clone();
        self.next += 2;
        Some(name)
    }
}
