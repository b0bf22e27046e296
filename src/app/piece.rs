//! A token as it is drawn: white space visible, special tokens as words, stray bytes in hexadecimal.

use super::theme::Part;
use super::words::Words;
use crate::text::Tokenizer;
use crate::text::template::{BOT, END, USER};
use crate::text::tokenizer::hexadecimal;

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
            Err(_) => Self { text: hexadecimal(bytes), kind: Kind::Bytes, stored },
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

/// Tokens as they are read one after another: what bytes make together stands where the last of them is, and a
/// token that only begins a character shows nothing yet. Special tokens are as they are drawn.
pub fn read_on(tokenizer: Option<&Tokenizer>, ids: &[u32], words: &Words) -> Vec<Piece> {
    let mut begun: Vec<u8> = Vec::new();
    let read = |&id: &u32| {
        let mut piece = Piece::of(tokenizer, id, words);
        if piece.kind != Kind::Bytes {
            // What was begun is never ended.
            if !std::mem::take(&mut begun).is_empty() {
                piece.text.insert(0, NO_CHARACTER);
            }
            return piece;
        }
        begun.extend(tokenizer.and_then(|tokenizer| tokenizer.piece_bytes(id)).unwrap_or_default());
        piece.text.clear();
        while !begun.is_empty() {
            let (whole, broken) = match std::str::from_utf8(&begun) {
                Ok(text) => (text.len(), Some(0)),
                Err(error) => (error.valid_up_to(), error.error_len()),
            };
            piece.text += &visible(&String::from_utf8_lossy(&begun[..whole]));
            begun.drain(..whole + broken.unwrap_or(0));
            match broken {
                // The rest may become a character.
                None => break,
                Some(0) => {}
                Some(_) => piece.text.push(NO_CHARACTER),
            }
        }
        piece
    };
    ids.iter().map(read).collect()
}

/// What stands for bytes that make no character.
pub const NO_CHARACTER: char = '\u{25a1}';

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
    use crate::text::tokenizer::learn_bpe;

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

    #[test]
    fn a_character_stands_where_its_last_byte_is() {
        let words = Language::English.words();
        let tokenizer = learn_bpe(["abc"], 259, &mut |_| {}).expect("learned").tokenizer;
        let texts = |ids: &[u32]| -> Vec<String> {
            read_on(Some(&tokenizer), ids, words).into_iter().map(|piece| piece.text).collect()
        };
        let ids = tokenizer.encode_plain("a\u{72d7}b").expect("bytes");
        assert_eq!(texts(&ids), ["a", "", "", "\u{72d7}", "b"]);
        // A character that is never ended, and bytes that begin none.
        assert_eq!(texts(&[ids[0], ids[1], ids[4]]), ["a", "", "\u{25a1}b"]);
        assert_eq!(texts(&[ids[2], ids[0]]), ["\u{25a1}", "a"]);
    }
}
