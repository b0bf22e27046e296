//! What a formula is made of, and how it is written.

use std::fmt;

/// A piece of a formula and where it stands.
#[derive(Debug, Clone)]
pub struct Node {
    /// The byte of the source at which it begins.
    pub at: usize,
    pub kind: Kind,
}

/// The same formula may stand anywhere.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Number(f64),
    /// `'cat'`: a text, or where a token is wanted, the token that it is.
    Literal(String),
    /// `lang('cat', '猫')`: the first in English, the second in Chinese.
    Lang(String, String),
    /// A bound name, or a quantity with its arguments, and fields behind it.
    Path(Vec<Segment>),
    /// `all`, `any`, `not`, `abs`, `min`, `max` or `ln` of something.
    Call(Function, Vec<Node>),
    Minus(Box<Node>),
    Arithmetic(Box<Node>, Operator, Box<Node>),
    Compare(Box<Node>, Comparison, Box<Node>),
}

/// `head(0, 1)` and `label` of `head(0, 1).label`.
#[derive(Debug, Clone)]
pub struct Segment {
    pub at: usize,
    pub name: String,
    /// None without parentheses.
    pub arguments: Vec<Argument>,
}

impl PartialEq for Segment {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.arguments) == (&other.name, &other.arguments)
    }
}

/// `5` or `at: 5`.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    pub name: Option<String>,
    pub value: Node,
}

/// A word and what it stands for.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($case:ident $word:literal),* $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($case),* }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$case),*];

            /// As it is written.
            pub fn word(self) -> &'static str {
                match self { $(Self::$case => $word),* }
            }

            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.word() == word)
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What is the same in every lesson.
    Function { All "all", Any "any", Not "not", Abs "abs", Min "min", Max "max", Ln "ln" }
}

words! { Operator { Plus "+", Minus "-", Times "*", Over "/" } }

words! {
    Comparison {
        Less "<", LessOrEqual "<=", Greater ">", GreaterOrEqual ">=", Equal "==", Unequal "!=",
        Contains "contains",
    }
}

/// How tightly a node holds together: what is looser needs parentheses inside of it.
fn strength(kind: &Kind) -> u8 {
    match kind {
        Kind::Compare(..) => 0,
        Kind::Arithmetic(_, Operator::Plus | Operator::Minus, _) => 1,
        Kind::Arithmetic(..) => 2,
        Kind::Minus(_) => 3,
        _ => 4,
    }
}

fn write_at_least(f: &mut fmt::Formatter<'_>, node: &Node, least: u8) -> fmt::Result {
    if strength(&node.kind) < least { write!(f, "({node})") } else { write!(f, "{node}") }
}

fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let text = text.replace('\\', "\\\\").replace('\'', "\\'");
    write!(f, "'{}'", text.replace('\n', "\\n"))
}

fn write_list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if i > 0 { ", " } else { "" })?;
    }
    Ok(())
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Number(number) => write!(f, "{number}"),
            Kind::Literal(text) => write_text(f, text),
            Kind::Lang(en, zh) => {
                f.write_str("lang(")?;
                write_text(f, en)?;
                f.write_str(", ")?;
                write_text(f, zh)?;
                f.write_str(")")
            }
            Kind::Path(segments) => {
                for (i, segment) in segments.iter().enumerate() {
                    write!(f, "{}{segment}", if i > 0 { "." } else { "" })?;
                }
                Ok(())
            }
            Kind::Call(function, arguments) => {
                write!(f, "{}(", function.word())?;
                write_list(f, arguments)?;
                f.write_str(")")
            }
            Kind::Minus(inner) => {
                f.write_str("-")?;
                write_at_least(f, inner, 3)
            }
            Kind::Arithmetic(left, operator, right) => {
                let own = strength(&self.kind);
                write_at_least(f, left, own)?;
                write!(f, " {} ", operator.word())?;
                write_at_least(f, right, own + 1)
            }
            Kind::Compare(left, comparison, right) => {
                write_at_least(f, left, 1)?;
                write!(f, " {} ", comparison.word())?;
                write_at_least(f, right, 1)
            }
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if !self.arguments.is_empty() {
            f.write_str("(")?;
            write_list(f, &self.arguments)?;
            f.write_str(")")?;
        }
        Ok(())
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name}: {}", self.value),
            None => write!(f, "{}", self.value),
        }
    }
}
