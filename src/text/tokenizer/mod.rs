//! Tokenizers: text becomes ids, and ids become text again.
//!
//! Two kinds: one id per character, and byte-level byte-pair encoding, the tokenizer of GPT-2.
//! Both may hold special tokens, which stand for no text of their own but mark its structure.

pub mod bpe;
pub mod bytes;
mod characters;
pub mod files;
mod json;
mod later;
pub mod learn;
pub mod pretokenize;
mod special;

use std::fmt::Write;

pub use bpe::{Bpe, Made, Merge, Node, Pair};
pub use characters::Characters;
pub use learn::{
    Chosen, Learned, Record, SMALLEST_VOCABULARY, learn_bpe, learn_bpe_until, learn_recorded,
};
pub use special::{Special, Specials};

use crate::{Error, Result};

/// A tokenizer: a vocabulary, and the way to write text with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tokenizer {
    model: Model,
    /// The bytes that each id stands for.
    pieces: Vec<Vec<u8>>,
    specials: Specials,
}

/// How ordinary text, without special tokens, is cut into tokens.
#[derive(Debug, Clone, PartialEq)]
pub enum Model {
    /// One id per character.
    Characters(Characters),
    /// Byte-level byte-pair encoding.
    Bpe(Bpe),
}

impl Tokenizer {
    /// A tokenizer from its parts: every special's id must be an index of `pieces`.
    fn new(model: Model, pieces: Vec<Vec<u8>>, specials: Specials) -> Self {
        Self { model, pieces, specials }
    }

    /// Learns a tokenizer with one id per character of `text`, in the characters' order. With
    /// specials, the tokens of the chat template are the last three ids.
    pub fn learn_characters(text: &str, with_specials: bool) -> Self {
        let alphabet = Characters::of(text);
        let mut pieces = alphabet.pieces();
        let specials = match with_specials {
            true => Specials::of_the_template(&mut pieces),
            false => Specials::default(),
        };
        Self::new(Model::Characters(alphabet), pieces, specials)
    }

    /// The ids of `text`. Special tokens written in the text become their ids, as in Hugging
    /// Face's `encode(text, add_special_tokens=False)`.
    ///
    /// # Errors
    /// If the text holds a character or byte that the vocabulary lacks. A byte-level tokenizer
    /// learned here lacks none.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>> {
        self.encode_with(text, &self.specials)
    }

    /// The ids of `text` read as nothing but text: what a person types can never forge the
    /// special token of a role.
    ///
    /// # Errors
    /// As for [`Tokenizer::encode`].
    pub fn encode_plain(&self, text: &str) -> Result<Vec<u32>> {
        self.encode_with(text, &self.specials.without_marks())
    }

    fn encode_with(&self, text: &str, specials: &Specials) -> Result<Vec<u32>> {
        let mut ids = Vec::new();
        for part in specials.split(text) {
            match part {
                special::Part::Special(id) => ids.push(id),
                special::Part::Text(text) => match &self.model {
                    Model::Characters(model) => model.encode(text, &mut ids)?,
                    Model::Bpe(model) => model.encode(text, &mut ids)?,
                },
            }
        }
        Ok(ids)
    }

    /// The bytes that `ids` stand for. They need not be whole characters: a character may be
    /// spread over several tokens.
    ///
    /// # Errors
    /// If an id is not in the vocabulary.
    pub fn decode_bytes(&self, ids: &[u32]) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for &id in ids {
            bytes.extend_from_slice(self.piece_bytes(id).ok_or_else(|| self.no_such_id(id))?);
        }
        Ok(bytes)
    }

    /// The text that `ids` stand for; bytes that make no character become U+FFFD.
    ///
    /// # Errors
    /// If an id is not in the vocabulary.
    pub fn decode(&self, ids: &[u32]) -> Result<String> {
        Ok(String::from_utf8_lossy(&self.decode_bytes(ids)?).into_owned())
    }

    /// The text that `ids` stand for, as a screen shows it: bytes that make no character are written
    /// `<0xE4>`.
    ///
    /// # Errors
    /// As [`Tokenizer::decode`].
    pub fn decode_visibly(&self, ids: &[u32]) -> Result<String> {
        Ok(visible(&self.decode_bytes(ids)?))
    }

    fn no_such_id(&self, id: u32) -> Error {
        Error::failed(match self.pieces.len() {
            0 => format!("there is no token {id}: the vocabulary is empty"),
            size => format!(
                "there is no token {id}: this tokenizer has {size}; use ids from 0 to {}",
                size - 1
            ),
        })
    }

    /// The token `id` for a screen: its text, with bytes that make no character written as
    /// `<0xE4><0xBD>`.
    pub fn piece(&self, id: u32) -> Option<String> {
        self.piece_bytes(id).map(visible)
    }

    /// The bytes that the token `id` stands for.
    pub fn piece_bytes(&self, id: u32) -> Option<&[u8]> {
        self.pieces.get(usize::try_from(id).ok()?).map(Vec::as_slice)
    }

    /// How many tokens there are; the ids are `0..vocabulary_size`.
    pub fn vocabulary_size(&self) -> usize {
        self.pieces.len()
    }

    /// The id of the special token written `name`, such as `<|end|>`.
    pub fn id_of_special(&self, name: &str) -> Option<u32> {
        self.specials.id(name)
    }

    /// The special tokens, in the order of their ids.
    pub fn specials(&self) -> &[Special] {
        self.specials.all()
    }

    /// How ordinary text is cut.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The record of learning: every merge, the first learned first. Empty for characters.
    pub fn merges(&self) -> &[Merge] {
        match &self.model {
            Model::Characters(_) => &[],
            Model::Bpe(model) => &model.merges,
        }
    }

    /// How a short text, without special tokens, is put together by the first `merges` merges; nothing
    /// for characters.
    ///
    /// # Errors
    /// If the vocabulary lacks a byte of the text.
    pub fn derive(&self, text: &str, merges: usize) -> Result<Vec<Node>> {
        match &self.model {
            Model::Characters(_) => Ok(Vec::new()),
            Model::Bpe(model) => model.derive(text, merges),
        }
    }

    /// Gives an opened tokenizer back the counts of its merges, which `tokenizer.json` has no
    /// place for, from the record that was kept beside it.
    ///
    /// # Errors
    /// If `record` is not the record of this tokenizer's merges.
    pub fn restore_counts(&mut self, record: &[Merge]) -> Result<()> {
        let same = |(a, b): (&Merge, &Merge)| a.pair == b.pair && a.token == b.token;
        let own = self.merges();
        if own.len() != record.len() || !own.iter().zip(record).all(same) {
            return Err(Error::failed(
                "the record of merges belongs to another tokenizer; learn the tokenizer again",
            ));
        }
        if let Model::Bpe(model) = &mut self.model {
            model.merges.copy_from_slice(record);
        }
        Ok(())
    }
}

/// Bytes as they are counted out on a screen: `E4 BD`.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
}

/// Bytes for a screen: whole characters as they are, stray bytes as `<0xE4>`.
fn visible(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _ = write!(text, "<0x{byte:02X}>");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stray_bytes_are_spelled_out() {
        assert_eq!(visible(b" \xE4\xBD"), " <0xE4><0xBD>");
        assert_eq!(visible("ä\n".as_bytes()), "ä\n");
    }

    #[test]
    fn ids_out_of_range_are_refused() {
        let tokenizer = Tokenizer::learn_characters("ab", false);
        let error = tokenizer.decode(&[0, 2]).unwrap_err().to_string();
        assert_eq!(error, "there is no token 2: this tokenizer has 2; use ids from 0 to 1");
        assert!(Tokenizer::learn_characters("", false).decode(&[u32::MAX]).is_err());
    }
}
