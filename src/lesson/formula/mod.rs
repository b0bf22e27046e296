//! The language of conditions: small, pure, total and typed.
//!
//! ```text
//! all(rank(fav, temperature: 2) == 1, prob(fav) > 0.3)
//! ```
//! A formula reads quantities of a snapshot of the program ([`Readings`]); it changes nothing, and
//! it cannot fail: what has no value now is unknown, and unknown things follow Kleene's logic.

mod ast;
mod evaluate;
mod lexer;
mod parser;
mod quantity;
mod resolve;
mod types;
mod value;

pub(crate) use ast::words;
pub use ast::{Argument, Comparison, Function, Kind, Node, Operator, Segment};
pub use evaluate::{Readings, World};
pub use quantity::{Entry, Parameter, Quantity, SCORES, TABLE, Takes, all_names};
pub use types::{Bound, Findings, Scope};
pub use value::{Format, Head, Type, UNKNOWN, Value};

use serde::{Deserialize, Deserializer};

/// What is wrong in a formula or a text, and at which of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub at: usize,
    pub what: String,
}

impl Fault {
    pub fn new(at: usize, what: impl Into<String>) -> Self {
        Self { at, what: what.into() }
    }

    /// The same fault in a text that the other one is a part of.
    #[must_use]
    pub fn behind(self, bytes: usize) -> Self {
        Self { at: self.at + bytes, ..self }
    }
}

/// A formula as a file has it: its source, and what was read from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    pub source: String,
    pub parsed: Result<Node, Fault>,
}

impl Formula {
    /// Reads a formula; what is wrong with it is kept.
    pub fn new(source: impl Into<String>) -> Self {
        let source = source.into();
        let parsed = parser::parse(&source);
        Self { source, parsed }
    }

    /// What it gives in this world; unknown if it is no formula.
    pub fn value(&self, world: &World<'_>) -> Value {
        self.parsed.as_ref().map_or(Value::Unknown, |node| world.value(node))
    }

    /// Whether it is true; None if that is not known.
    pub fn holds(&self, world: &World<'_>) -> Option<bool> {
        self.value(world).as_flag()
    }
}

impl<'de> Deserialize<'de> for Formula {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(String::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests;
