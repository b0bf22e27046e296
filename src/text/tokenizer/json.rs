//! The form of Hugging Face's `tokenizer.json`, as far as GPT-2's kind of tokenizer needs it.
//!
//! Only the fields that decide which ids come out are read. A character tokenizer is written as
//! a BPE without merges or pre-tokenizer, whose "bytes" are characters.

use std::collections::HashMap;

use serde::de::{Deserializer, IgnoredAny};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// A `tokenizer.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct File {
    #[serde(default = "version")]
    version: String,
    /// Cuts and fills texts in use; no concern of the vocabulary, so it is not obeyed here.
    #[serde(default)]
    truncation: Option<Ignored>,
    #[serde(default)]
    padding: Option<Ignored>,
    #[serde(default)]
    pub added_tokens: Vec<AddedToken>,
    #[serde(default)]
    pub normalizer: Option<Ignored>,
    #[serde(default)]
    pub pre_tokenizer: Option<Step>,
    /// Adds tokens around a text when asked to; `encode` here never asks.
    #[serde(default)]
    post_processor: Option<Ignored>,
    #[serde(default)]
    pub decoder: Option<Step>,
    pub model: BpeModel,
}

/// A part of the file that is there but not looked into: however large, it takes no memory.
#[derive(Debug)]
pub(super) struct Ignored;

impl<'de> Deserialize<'de> for Ignored {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl Serialize for Ignored {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_none()
    }
}

fn version() -> String {
    "1.0".to_owned()
}

impl File {
    pub fn new(added_tokens: Vec<AddedToken>, step: Step, model: BpeModel) -> Self {
        let pre_tokenizer = (step.kind == BYTE_LEVEL).then(|| step.clone());
        Self {
            version: version(),
            truncation: None,
            padding: None,
            added_tokens,
            normalizer: None,
            pre_tokenizer,
            post_processor: None,
            decoder: Some(step),
            model,
        }
    }
}

pub(super) const BYTE_LEVEL: &str = "ByteLevel";
pub(super) const FUSE: &str = "Fuse";
pub(super) const BPE: &str = "BPE";

/// A pre-tokenizer or decoder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Step {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_prefix_space: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trim_offsets: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_regex: Option<bool>,
}

impl Step {
    /// GPT-2's pre-tokenizer, and its decoder.
    pub fn byte_level(add_prefix_space: bool) -> Self {
        Self {
            kind: BYTE_LEVEL.to_owned(),
            add_prefix_space: Some(add_prefix_space),
            trim_offsets: Some(true),
            use_regex: Some(true),
        }
    }

    /// The decoder that puts pieces together as they are.
    pub fn fuse() -> Self {
        Self { kind: FUSE.to_owned(), add_prefix_space: None, trim_offsets: None, use_regex: None }
    }
}

/// A special token, or another token added to the learned ones.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AddedToken {
    pub id: u32,
    pub content: String,
    #[serde(default)]
    pub single_word: bool,
    #[serde(default)]
    pub lstrip: bool,
    #[serde(default)]
    pub rstrip: bool,
    #[serde(default)]
    pub normalized: bool,
    #[serde(default)]
    pub special: bool,
}

/// The model: a vocabulary and merges.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BpeModel {
    /// Old files leave the type out; then it is BPE.
    #[serde(rename = "type", default)]
    pub kind: Option<String>,
    #[serde(default)]
    pub dropout: Option<f32>,
    #[serde(default)]
    pub unk_token: Option<String>,
    #[serde(default)]
    pub continuing_subword_prefix: Option<String>,
    #[serde(default)]
    pub end_of_word_suffix: Option<String>,
    #[serde(default)]
    pub fuse_unk: bool,
    #[serde(default)]
    pub byte_fallback: bool,
    #[serde(default)]
    pub ignore_merges: bool,
    #[serde(serialize_with = "by_id")]
    pub vocab: HashMap<String, u32>,
    #[serde(default)]
    pub merges: Vec<MergeLine>,
}

impl BpeModel {
    pub fn new(vocab: HashMap<String, u32>, merges: Vec<MergeLine>) -> Self {
        Self {
            kind: Some(BPE.to_owned()),
            dropout: None,
            unk_token: None,
            continuing_subword_prefix: None,
            end_of_word_suffix: None,
            fuse_unk: false,
            byte_fallback: false,
            ignore_merges: false,
            vocab,
            merges,
        }
    }
}

/// Writes a vocabulary in the order of its ids, so that the file can be read by people and is
/// the same every time.
fn by_id<S: Serializer>(vocab: &HashMap<String, u32>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut entries: Vec<(&String, &u32)> = vocab.iter().collect();
    entries.sort_unstable_by_key(|(_, id)| **id);
    serializer.collect_map(entries)
}

/// A merge, in either of the two ways of writing it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum MergeLine {
    /// `["Ġ", "t"]`, the newer way.
    Pair([String; 2]),
    /// `"Ġ t"`, as in `merges.txt`.
    Line(String),
}

impl MergeLine {
    /// The two tokens, or `None` if the line does not hold two.
    pub fn tokens(&self) -> Option<(&str, &str)> {
        match self {
            Self::Pair([left, right]) => Some((left, right)),
            Self::Line(line) => line.split_once(' ').filter(|(_, right)| !right.contains(' ')),
        }
    }
}
