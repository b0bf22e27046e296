//! One id per character: the simplest tokenizer, without anything to learn but the alphabet.

use std::collections::{BTreeSet, HashMap};

use crate::{Error, Result};

/// An alphabet: each of its characters is one token.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Characters {
    ids: HashMap<char, u32>,
}

impl Characters {
    /// The alphabet of a text; ids follow the order of the characters' code points.
    pub(super) fn of(text: &str) -> Self {
        let alphabet: BTreeSet<char> = text.chars().collect();
        Self { ids: alphabet.into_iter().zip(0..).collect() }
    }

    /// An alphabet with given ids.
    pub(super) fn with_ids(ids: HashMap<char, u32>) -> Self {
        Self { ids }
    }

    /// The bytes of each character, for an alphabet whose ids are `0..n`.
    pub(super) fn pieces(&self) -> Vec<Vec<u8>> {
        let mut characters: Vec<(u32, char)> = self.ids.iter().map(|(&c, &id)| (id, c)).collect();
        characters.sort_unstable();
        characters.into_iter().map(|(_, character)| character.to_string().into_bytes()).collect()
    }

    /// Appends the ids of `text`, which holds no special token.
    ///
    /// # Errors
    /// If a character is not in the alphabet.
    pub(super) fn encode(&self, text: &str, ids: &mut Vec<u32>) -> Result<()> {
        for character in text.chars() {
            ids.push(*self.ids.get(&character).ok_or_else(|| unknown(character))?);
        }
        Ok(())
    }
}

fn unknown(character: char) -> Error {
    let code = u32::from(character);
    Error::failed(format!(
        "the character {character:?} (U+{code:04X}) is not in this tokenizer's alphabet; \
         leave it out, or learn the tokenizer on text that has it"
    ))
}

#[cfg(test)]
mod tests {
    use crate::text::tokenizer::Tokenizer;

    #[test]
    fn ids_follow_the_alphabet() {
        let tokenizer = Tokenizer::learn_characters("hello", false);
        assert_eq!(tokenizer.vocabulary_size(), 4); // e h l o
        assert_eq!(tokenizer.encode("hole").unwrap(), [1, 3, 2, 0]);
        assert_eq!(tokenizer.decode(&[1, 3, 2, 0]).unwrap(), "hole");
    }

    #[test]
    fn specials_are_the_last_ids() {
        let tokenizer = Tokenizer::learn_characters("<|end|>", true);
        assert_eq!(tokenizer.vocabulary_size(), 6 + 3); // < > d e n |
        assert_eq!(tokenizer.encode("<|end|>").unwrap(), [6]);
        assert_eq!(tokenizer.encode_plain("<|end|>").unwrap(), [0, 5, 3, 4, 2, 5, 1]);
    }

    #[test]
    fn an_unknown_character_is_named() {
        let error = Tokenizer::learn_characters("ab", true).encode("aé").unwrap_err().to_string();
        assert!(error.starts_with("the character 'é' (U+00E9) is not in"), "{error}");
    }
}
