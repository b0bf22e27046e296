//! A token as it is drawn: white space visible, special tokens as words, stray bytes in hexadecimal.

use super::theme::Part;
use super::words::Words;
use crate::text::Tokenizer;
use crate::text::template::{BOT, END, USER};

/// What a token looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What stands in the chip.
    pub text: String,
    pub kind: Kind,
    /// As it is stored.
    pub stored: String,
}

/// What kind of token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Plain,
    /// A role or another special token, in its part's colour.
    Special(Option<Part>),
    /// Bytes that are no whole character.
    Bytes,
}

impl Piece {
    /// The token `id` of this tokenizer; without a tokenizer, its number.
    pub fn of(tokenizer: Option<&Tokenizer>, id: u32, words: &Words) -> Self {
        let Some(tokenizer) = tokenizer else {
            return Self { text: id.to_string(), kind: Kind::Plain, stored: id.to_string() };
        };
        if let Some(special) = tokenizer.specials().iter().find(|special| special.id == id) {
            return Self::special(&special.content, words);
        }
        let bytes = tokenizer.piece_bytes(id).unwrap_or_default();
        let stored = tokenizer.piece(id).unwrap_or_default();
        match std::str::from_utf8(bytes) {
            Ok(text) => Self { text: visible(text), kind: Kind::Plain, stored },
            Err(_) => {
                let hex = bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>();
                Self { text: hex.join(" "), kind: Kind::Bytes, stored }
            }
        }
    }

    fn special(content: &str, words: &Words) -> Self {
        let (text, part) = match content {
            USER => (words.user, Some(Part::User)),
            BOT => (words.bot, Some(Part::Bot)),
            END => (words.end, None),
            other => (other.trim_matches(['<', '|', '>']), None),
        };
        Self { text: text.into(), kind: Kind::Special(part), stored: content.into() }
    }
}

/// Text with its white space visible.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            ' ' => "\u{b7}".into(),
            '\n' => "\u{21b5}".into(),
            '\t' => "\u{2192}".into(),
            c if c.is_whitespace() || c.is_control() => format!("U+{:04X}", c as u32),
            c => c.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::words::Language;

    #[test]
    fn white_space_and_roles_can_be_seen() {
        let words = Language::English.words();
        let tokenizer = Tokenizer::learn_characters("a \n\u{a0}", true);
        let of = |text: &str| {
            Piece::of(Some(&tokenizer), tokenizer.encode(text).expect("known")[0], words)
        };
        assert_eq!(of("a").text, "a");
        assert_eq!(of(" ").text, "\u{b7}");
        assert_eq!(of("\n").text, "\u{21b5}");
        assert_eq!(of("\u{a0}").text, "U+00A0");
        assert_eq!(of("<|user|>").text, "user");
        assert_eq!(of("<|user|>").kind, Kind::Special(Some(Part::User)));
    }
}
