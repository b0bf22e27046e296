//! Pre-tokenizing: cutting text into words before any merge.
//!
//! Merges never cross the border of a pre-token, so "dog." and "dog!" share the token "dog".
//! GPT-2 (Radford et al. 2019) cuts with this pattern, whose alternatives are tried in order:
//!
//! ```text
//! 's|'t|'re|'ve|'m|'ll|'d     English contractions
//! | ?\p{L}+                   letters, with the space before them
//! | ?\p{N}+                   digits and other numbers, likewise
//! | ?[^\s\p{L}\p{N}]+         anything else that is visible, likewise
//! |\s+(?!\S)                  white space, but not its last character before a word
//! |\s+                        white space that is left
//! ```
//!
//! Here the pattern is written out by hand: each alternative is a few lines below.

use super::later::is_later;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

const CONTRACTIONS: [&str; 7] = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

/// What the pattern asks about a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `\p{L}`
    Letter,
    /// `\p{N}`
    Number,
    /// `\s`, which is Unicode's property White_Space
    Space,
    /// everything else
    Other,
}

impl Kind {
    fn of(character: char) -> Self {
        if character.is_ascii_alphabetic() {
            return Self::Letter; // the common case needs no table
        }
        if character.is_whitespace() {
            return Self::Space;
        }
        match character.general_category_group() {
            _ if is_later(character) => Self::Other,
            GeneralCategoryGroup::Letter => Self::Letter,
            GeneralCategoryGroup::Number => Self::Number,
            _ => Self::Other,
        }
    }
}

/// The pre-tokens of `text`, in order. Put together they are `text` again.
///
/// ```
/// let words: Vec<&str> = glassbox::text::tokenizer::pretokenize::split("I'm  here!").collect();
/// assert_eq!(words, ["I", "'m", " ", " here", "!"]);
/// ```
pub fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let length = first_length(rest)?;
        let (word, after) = rest.split_at(length);
        rest = after;
        Some(word)
    })
}

/// Length in bytes of the first pre-token, or `None` at the end of the text.
fn first_length(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if let Some(contraction) = CONTRACTIONS.iter().find(|c| text.starts_with(**c)) {
        return Some(contraction.len());
    }
    let space = usize::from(first == ' ');
    let kind = match text[space..].chars().next() {
        Some(character) => Kind::of(character),
        None => Kind::Space,
    };
    if kind != Kind::Space {
        return Some(space + run_length(&text[space..], kind));
    }
    Some(space_length(text))
}

/// Length in bytes of the characters of one kind at the start of `text`.
fn run_length(text: &str, kind: Kind) -> usize {
    text.find(|character| Kind::of(character) != kind).unwrap_or(text.len())
}

/// Length of the pre-token made of the white space at the start of `text`. Its last character
/// is left to the word that follows, unless it is the only one or nothing follows.
fn space_length(text: &str) -> usize {
    let run = run_length(text, Kind::Space);
    if run == text.len() {
        return run;
    }
    match text[..run].char_indices().next_back() {
        Some((last, _)) if last > 0 => last,
        _ => run,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<&str> {
        split(text).collect()
    }

    #[test]
    fn splits_like_the_pattern() {
        assert_eq!(words(""), Vec::<&str>::new());
        assert_eq!(words("Hello world"), ["Hello", " world"]);
        assert_eq!(words("they'll, it'S"), ["they", "'ll", ",", " it", "'", "S"]);
        assert_eq!(words("a   b"), ["a", "  ", " b"]);
        assert_eq!(words("a \n b  "), ["a", " \n", " b", "  "]);
        assert_eq!(words("a\nb"), ["a", "\n", "b"]);
        assert_eq!(words("a\t\tb"), ["a", "\t", "\t", "b"]);
        assert_eq!(words("x2½ 10%"), ["x", "2½", " 10", "%"]);
        assert_eq!(words("你好，世界"), ["你好", "，", "世界"]);
        assert_eq!(words(" 's"), [" '", "s"]);
        assert_eq!(words("\u{a0}a\u{3000}"), ["\u{a0}", "a", "\u{3000}"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in ".*|[ \t\r\na'sé1!]*") {
            prop_assert_eq!(words(&text).concat(), text);
        }
    }
}
