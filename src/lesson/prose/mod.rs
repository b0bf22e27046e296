//! The text of a lesson: a small part of Markdown, and live values in it.
//!
//! ```text
//! *emphasis*, **strong**, `code`, [words](part:map.row), {prob(fav)|pct}, and lists:
//! - first
//! - second
//! ```
//! `{{` is a brace, and a backslash takes a sign as it is.

mod parse;
mod print;

use super::formula::{Fault, Format, Formula, World};
use serde::{Deserialize, Deserializer};

/// A text as a file has it: its source, and what was read from it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prose {
    pub source: String,
    pub blocks: Vec<Block>,
    /// What is wrong in it.
    pub faults: Vec<Fault>,
}

/// What stands under each other.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    Paragraph(Vec<Span>),
    List { numbered: bool, items: Vec<Vec<Span>> },
}

/// What stands in a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Span {
    Text(String),
    Emphasis(Vec<Span>),
    Strong(Vec<Span>),
    Code(String),
    Link {
        words: Vec<Span>,
        target: Target,
        /// The byte of the source at which the target's name begins.
        at: usize,
    },
    Live(Box<Live>),
}

/// A value that is computed when the text is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    pub formula: Formula,
    pub format: Format,
    /// The byte of the source at which the formula begins.
    pub at: usize,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A part of the screen.
    Part(String),
    /// A term of the glossary.
    Term(String),
    /// A step of the lesson.
    Step(String),
}

impl Prose {
    /// Reads a text; what is wrong with it is kept.
    pub fn new(source: impl Into<String>) -> Self {
        parse::parse(source.into())
    }

    /// Every span, also those inside others.
    pub fn spans(&self) -> Vec<&Span> {
        let mut all = Vec::new();
        for block in &self.blocks {
            match block {
                Block::Paragraph(spans) => collect(spans, &mut all),
                Block::List { items, .. } => items.iter().for_each(|item| collect(item, &mut all)),
            }
        }
        all
    }

    /// The values that are computed when it is shown.
    pub fn lives(&self) -> Vec<&Live> {
        let spans = self.spans().into_iter();
        spans
            .filter_map(|span| match span {
                Span::Live(live) => Some(live.as_ref()),
                _ => None,
            })
            .collect()
    }

    /// Where its links lead, each with the byte of its name.
    pub fn links(&self) -> Vec<(usize, &Target)> {
        let link = |span| match span {
            &Span::Link { ref target, at, .. } => Some((at, target)),
            _ => None,
        };
        self.spans().into_iter().filter_map(link).collect()
    }

    /// What a person reads, live values left out: for counting words, and for glyphs.
    pub fn plain(&self) -> String {
        let word = |span: &&Span| match span {
            Span::Text(text) | Span::Code(text) => Some(text.clone()),
            Span::Live(_) => Some(" ".into()),
            _ => None,
        };
        self.spans().iter().filter_map(word).collect()
    }

    /// What a person reads now, links and emphasis as plain words.
    pub fn shown(&self, world: &World<'_>) -> String {
        print::shown(&self.blocks, world)
    }
}

impl Live {
    /// The value as it is written now.
    pub fn shown(&self, world: &World<'_>) -> String {
        let piece = |token| world.readings.piece(token);
        self.format.write(&self.formula.value(world), world.language, piece)
    }
}

fn collect<'a>(spans: &'a [Span], all: &mut Vec<&'a Span>) {
    for span in spans {
        all.push(span);
        match span {
            Span::Emphasis(inner) | Span::Strong(inner) | Span::Link { words: inner, .. } => {
                collect(inner, all);
            }
            _ => {}
        }
    }
}

impl<'de> Deserialize<'de> for Prose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(String::deserialize(deserializer)?))
    }
}

#[cfg(test)]
mod tests;
