//! What a formula can be, and how it is written in prose.

use super::ast::words;
use crate::text::sets::index::Language;
use std::fmt;

/// What kind of thing a formula gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Something measured.
    Number,
    /// An exact number: counted, or set by a person.
    Count,
    Token,
    Text,
    /// `'cat'`: a text or a token, whichever is wanted.
    Literal,
    Head,
    Flag,
    Series,
}

impl Type {
    pub fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Count)
    }

    /// With its article, for sentences.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Number => "a measured number",
            Self::Count => "a count",
            Self::Token => "a token",
            Self::Text => "a text",
            Self::Literal => "a text in quotes",
            Self::Head => "a head",
            Self::Flag => "a yes or no",
            Self::Series => "a curve",
        }
    }
}

/// A head of a model; blocks and heads count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub layer: usize,
    pub head: usize,
}

/// What a formula gives now.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing has run yet, nothing is selected, or it cannot be computed.
    Unknown,
    Number(f64),
    Token(u32),
    Text(String),
    Head(Head),
    Flag(bool),
    /// Points (x, y), x rising.
    Series(Vec<(f64, f64)>),
}

impl Value {
    /// A number, unless it is none.
    pub fn number(number: f64) -> Self {
        if number.is_finite() { Self::Number(number) } else { Self::Unknown }
    }

    pub fn count(count: usize) -> Self {
        Self::Number(count as f64)
    }

    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A whole number that can count something.
    pub fn as_count(&self) -> Option<usize> {
        let number = self.as_number()?;
        let whole = number >= 0.0 && number.fract() == 0.0 && number < 9e15;
        whole.then_some(number as usize)
    }

    pub fn as_token(&self) -> Option<u32> {
        match self {
            Self::Token(token) => Some(*token),
            _ => None,
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_head(&self) -> Option<Head> {
        match self {
            Self::Head(head) => Some(*head),
            _ => None,
        }
    }

    pub fn as_flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    pub fn is_known(&self) -> bool {
        *self != Self::Unknown
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unknown, Into::into)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::number(number)
    }
}

impl From<usize> for Value {
    fn from(count: usize) -> Self {
        Self::count(count)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Head> for Value {
    fn from(head: Head) -> Self {
        Self::Head(head)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

words! {
    /// How a live value is written.
    Format {
        Int "int", OneDigit "f1", TwoDigits "f2", Percent "pct", Times "times", Token "token", Text "text",
        Logprob "logp",
    }
}

/// What stands where nothing is known yet.
pub const UNKNOWN: &str = "\u{2013}";

impl Format {
    /// Whether it can write things of this type.
    pub fn fits(self, of: Type) -> bool {
        match self {
            Self::Token => of == Type::Token,
            Self::Text => matches!(of, Type::Text | Type::Literal | Type::Head),
            _ => of.is_number(),
        }
    }

    /// Writes a value; `piece` gives a token's text.
    pub fn write(
        self,
        value: &Value,
        language: Language,
        piece: impl Fn(u32) -> Option<String>,
    ) -> String {
        let written = match (self, value) {
            (Self::Token, Value::Token(token)) => piece(*token).map(|text| visible(&text)),
            // A part of a sign has no picture in any font.
            (Self::Text, Value::Text(text)) => Some(text.replace('\u{fffd}', "□")),
            (Self::Text, Value::Head(head)) => Some(head_in_words(*head, language)),
            (_, Value::Number(number)) => self.number(*number, language),
            _ => None,
        };
        written.unwrap_or_else(|| UNKNOWN.into())
    }

    fn number(self, number: f64, language: Language) -> Option<String> {
        let text = match self {
            Self::Int => thousands(&format!("{:.0}", number.abs()), number),
            Self::OneDigit => thousands(&format!("{:.1}", number.abs()), number),
            Self::TwoDigits | Self::Logprob => thousands(&format!("{:.2}", number.abs()), number),
            Self::Percent => percent(100.0 * number),
            Self::Times => {
                let digits = if number.abs() < 10.0 { 1 } else { 0 };
                let text = thousands(&format!("{:.digits$}", number.abs()), number);
                match language {
                    Language::En => format!("{text} times"),
                    Language::Zh => format!("{text} 倍"),
                }
            }
            Self::Token | Self::Text => return None,
        };
        Some(text)
    }
}

/// White space as marks, so that ` cat` is seen to differ from `cat`.
fn visible(text: &str) -> String {
    text.replace(' ', "\u{b7}").replace('\n', "\u{21b5}").replace('\t', "\u{2192}")
}

fn head_in_words(head: Head, language: Language) -> String {
    // Screens count blocks and heads from 1.
    let (block, head) = (head.layer + 1, head.head + 1);
    match language {
        Language::En => format!("head {head} of block {block}"),
        Language::Zh => format!("第 {block} 块第 {head} 头"),
    }
}

/// So many digits that small shares do not read as nothing and near ones do not read as all.
fn percent(percent: f64) -> String {
    let size = percent.abs();
    if size > 0.0 && size < 0.01 {
        return "< 0.01\u{a0}%".into();
    }
    let near_all = percent > 99.0 && percent < 100.0;
    let digits = if size > 0.0 && size < 1.0 {
        2
    } else if size > 0.0 && size < 10.0 || near_all {
        1
    } else {
        0
    };
    let text = format!("{size:.digits$}");
    let text = if near_all && text == "100.0" { "> 99.9".into() } else { text };
    thousands(&text, percent) + "\u{a0}%"
}

/// Thousands apart by a thin space, and a true minus.
fn thousands(size: &str, number: f64) -> String {
    let (whole, rest) = size.split_at(size.find('.').unwrap_or(size.len()));
    let mut text = String::new();
    // "−0.00" is 0.00 to a reader.
    if number < 0.0 && size.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        text.push('\u{2212}');
    }
    let grouped = whole.bytes().all(|b| b.is_ascii_digit());
    for (i, c) in whole.char_indices() {
        if grouped && i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(c);
    }
    text + rest
}

impl fmt::Display for Value {
    /// For sentences of the checker.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("unknown"),
            Self::Number(number) => {
                let text = format!("{number:.4}");
                f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
            }
            Self::Token(token) => write!(f, "token {token}"),
            Self::Text(text) => write!(f, "'{text}'"),
            Self::Head(head) => write!(f, "head({}, {})", head.layer, head.head),
            Self::Flag(flag) => write!(f, "{}", if *flag { "true" } else { "false" }),
            Self::Series(points) => write!(f, "a curve of {} points", points.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: Format, number: f64, language: Language) -> String {
        format.write(&Value::Number(number), language, |_| None)
    }

    #[test]
    fn numbers_are_written_for_people() {
        let en = |format, number| written(format, number, Language::En);
        assert_eq!(en(Format::Int, 12_345.0), "12\u{a0}345");
        assert_eq!(en(Format::TwoDigits, -3.456), "\u{2212}3.46");
        assert_eq!(en(Format::TwoDigits, -0.001), "0.00");
        assert_eq!(en(Format::Percent, 0.614), "61\u{a0}%");
        assert_eq!(en(Format::Percent, 0.0432), "4.3\u{a0}%");
        assert_eq!(en(Format::Percent, 0.999), "99.9\u{a0}%");
        assert_eq!(en(Format::Percent, 0.999_99), "> 99.9\u{a0}%");
        assert_eq!(en(Format::Percent, 1.0), "100\u{a0}%");
        assert_eq!(en(Format::Percent, 0.0), "0\u{a0}%");
        assert_eq!(en(Format::Percent, 0.000_01), "< 0.01\u{a0}%");
        assert_eq!(en(Format::Times, 3.24), "3.2 times");
        assert_eq!(written(Format::Times, 32.4, Language::Zh), "32 倍");
    }

    #[test]
    fn what_is_not_known_is_a_dash_and_white_space_is_seen() {
        let piece = |token| (token == 7).then(|| " cat\n".to_string());
        let write = |value| Format::Token.write(&value, Language::En, piece);
        assert_eq!(write(Value::Token(7)), "\u{b7}cat\u{21b5}");
        assert_eq!(write(Value::Token(8)), UNKNOWN);
        assert_eq!(write(Value::Unknown), UNKNOWN);
        assert_eq!(Format::Int.write(&Value::Unknown, Language::Zh, piece), UNKNOWN);
    }
}
