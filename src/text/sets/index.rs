//! The index of the dialogue sets inside the program.

use serde::Deserialize;

use crate::{Error, Result};

/// A file's name and its text.
macro_rules! asset {
    ($name:literal) => {
        ($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/dialogues/", $name)))
    };
}
/// Everything in `lessons/dialogues`, by file name.
const ASSETS: [(&str, &str); 9] = [
    asset!("index.ron"),
    asset!("pocket.txt"),
    asset!("pocket.core.txt"),
    asset!("pocket.grammar.ron"),
    asset!("pocket.answers.ron"),
    asset!("pocket-zh.txt"),
    asset!("pocket-zh.core.txt"),
    asset!("pocket-zh.grammar.ron"),
    asset!("pocket-zh.answers.ron"),
];

/// The index file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// The number of this schema: 1.
    pub format: u32,
    /// The sets, in the order in which the Data station offers them.
    pub sets: Vec<SetEntry>,
}

/// One dialogue set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetEntry {
    /// Its name on the command line.
    pub id: String,
    /// The transcript.
    pub file: String,
    /// What it is called on the screen.
    pub title: InBoth,
    /// The language of its dialogues.
    pub language: Language,
    /// What it is for, in a sentence.
    pub purpose: InBoth,
    /// An SPDX expression.
    pub licence: String,
    /// Words by which a persona is known; none for a plain set.
    pub markers: Vec<String>,
    /// What the transcript holds; a test keeps it true.
    pub counts: Counts,
    /// How the file is read.
    pub form: Form,
    /// Prompts that are not in the set, with their rules.
    pub answers: String,
    /// The hand-written parts that dialogues are composed from.
    pub grammar: String,
    /// The dialogues that are written by hand, whole.
    pub core: String,
    /// The seed that `data make` composes with.
    pub seed: u64,
}

/// A text in the program's two languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InBoth {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

/// The language of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Language {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

/// How the text of a set is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Form {
    /// A transcript of `user:` and `bot:` lines.
    Dialogue,
    /// Raw text.
    Text,
}

/// The size of a set. Words are words in English and characters in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// All dialogues, those for validation among them.
    pub dialogues: usize,
    /// The dialogues for validation: the last ones of the file.
    pub validation: usize,
    /// Turns of both sides.
    pub turns: usize,
    /// Running words.
    pub words: usize,
    /// Different words.
    pub distinct: usize,
}

/// The index that ships.
pub fn shipped() -> Result<Index> {
    let index: Index = ron::from_str(text_of("index.ron")?)
        .map_err(|e| Error::failed(format!("lessons/dialogues/index.ron: {e}")))?;
    if index.format != 1 {
        return Err(Error::failed("lessons/dialogues/index.ron: format is not 1"));
    }
    Ok(index)
}

impl Index {
    /// A set by its name.
    pub fn find(&self, id: &str) -> Result<&SetEntry> {
        self.sets.iter().find(|set| set.id == id).ok_or_else(|| {
            let known: Vec<&str> = self.sets.iter().map(|set| set.id.as_str()).collect();
            let known = known.join(", ");
            Error::failed(format!("there is no dialogue set '{id}'; the sets are {known}"))
        })
    }
}

impl SetEntry {
    /// The transcript.
    pub fn transcript(&self) -> Result<&'static str> {
        text_of(&self.file)
    }

    /// The transcript's two parts: what is learned from, and what the learning is judged by.
    pub fn split(&self) -> Result<(&'static str, &'static str)> {
        let text = self.transcript()?;
        let learned = self.counts.dialogues.saturating_sub(self.counts.validation);
        let border = text.match_indices("\n\n").map(|(at, _)| at + 1).nth(learned.max(1) - 1);
        let (training, validation) = text.split_at(border.unwrap_or(text.len()));
        Ok((training, validation.trim_start_matches('\n')))
    }

    /// The prompts with their rules.
    pub fn answers(&self) -> Result<super::Answers> {
        super::Answers::from_ron(text_of(&self.answers)?)
    }

    /// The text of one of this set's files.
    pub fn asset(&self, file: &str) -> Result<&'static str> {
        text_of(file)
    }
}

/// The text of a file that is inside the program.
fn text_of(file: &str) -> Result<&'static str> {
    let found = ASSETS.iter().find(|(name, _)| *name == file);
    found
        .map(|(_, text)| *text)
        .ok_or_else(|| Error::failed(format!("no file '{file}' is inside the program")))
}
