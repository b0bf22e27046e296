//! The index of the dialogue sets inside the program.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Names and texts of files in `lessons/dialogues`.
macro_rules! assets {
    ($($name:literal,)*) => {
        [$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/dialogues/", $name)))),*]
    };
}

/// Everything in `lessons/dialogues`, by file name. Only what is written by hand is inside: the
/// largest set is composed from it faster than a person notices, and would take megabytes.
const ASSETS: &[(&str, &str)] = &assets![
    "index.ron",
    "pocket.answers.ron",
    "pocket.core.txt",
    "pocket.grammar.ron",
    "pocket-zh.answers.ron",
    "pocket-zh.core.txt",
    "pocket-zh.grammar.ron",
    "chat-en.answers.ron",
    "chat-en.core.txt",
    "chat-en.scenes.ron",
    "chat-zh.answers.ron",
    "chat-zh.core.txt",
    "chat-zh.scenes.ron",
    "plain-en.core.txt",
    "plain-en.scenes.ron",
    "plain-zh.core.txt",
    "plain-zh.scenes.ron",
    "asked.scenes.ron",
    "asked.self.scenes.ron",
    "asked.day.scenes.ron",
    "asked-zh.scenes.ron",
    "asked-zh.self.scenes.ron",
    "asked-zh.day.scenes.ron",
    "asked-zh.told.scenes.ron",
    "openings.scenes.ron",
    "openings-zh.play.scenes.ron",
    "openings-zh.life.scenes.ron",
    "bridge.core.txt",
    "bridge.scenes.ron",
    "facts.answers.ron",
    "facts-held.answers.ron",
    "facts.core.txt",
    "facts.scenes.ron",
    "echo.answers.ron",
    "echo.scenes.ron",
    "echo-zh.answers.ron",
    "echo-zh.scenes.ron",
    "fork.sentences.ron",
    "captain.core.txt",
    "captain-zh.core.txt",
    "poet.core.txt",
    "poet-zh.core.txt",
    "asker.core.txt",
    "asker-zh.core.txt",
    "dont-know.core.txt",
    "dont-know-zh.core.txt",
    "messy.core.txt",
    "messy-zh.core.txt",
    "tiny-24.core.txt",
    "tiny-24-zh.core.txt",
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

/// One dialogue set. It is composed by a grammar, from scenes or from sentences, or is its core alone.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetEntry {
    /// Its name on the command line.
    pub id: String,
    /// What it is called on the screen.
    pub title: InBoth,
    /// The language of its texts; none for both.
    pub language: Option<Language>,
    /// What it is for, in a sentence.
    pub purpose: InBoth,
    /// An SPDX expression.
    pub licence: String,
    /// Strings by which a persona is known; none for a plain set.
    #[serde(default)]
    pub markers: Vec<String>,
    /// How it is read.
    pub form: Form,
    /// Whether it is for free talk, which asks for varied replies.
    #[serde(default)]
    pub chat: bool,
    /// Whether its dialogues hold words of their own that no other has.
    #[serde(default)]
    pub coined: bool,
    /// The vocabulary of the tokenizer that is learned with it.
    pub vocabulary: Option<usize>,
    /// What it holds; a test keeps it true.
    pub counts: Counts,
    /// The transcript's [`fingerprint`](crate::store::fingerprint): every machine composes the same.
    pub fingerprint: String,
    /// The measures that `data check` prints, as they were when the set was last changed.
    pub report: Option<Report>,
    /// Prompts that are not in the set, with their rules.
    pub answers: Option<String>,
    /// Answers files of models that learn from it: no dialogue holds one of their prompts.
    #[serde(default)]
    pub apart_from: Vec<String>,
    /// Prompts that only a rule can answer and no memory: what a model gets right is only reported.
    pub held_answers: Option<String>,
    /// The hand-written parts that questions about facts are composed from.
    pub grammar: Option<String>,
    /// The hand-written parts that plays are composed from; of several files, each by itself.
    #[serde(default)]
    pub scenes: Vec<String>,
    /// Sentences and how often each comes.
    pub sentences: Option<String>,
    /// What is written by hand, whole. Without grammar and scenes, some of it is for validation: the
    /// last ones, or if there is a seed those that it draws.
    pub core: Option<String>,
    /// The seed that it is composed with.
    #[serde(default)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
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
    /// Texts that blank lines part.
    Text,
    /// A transcript as people have them, with faults to be cleaned.
    Raw,
}

/// The size of a set. Words are words in English and characters in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// All dialogues or texts, those for validation among them.
    pub dialogues: usize,
    /// Those for validation: the last ones of the transcript.
    pub validation: usize,
    /// Turns of both sides.
    pub turns: usize,
    /// Running words.
    pub words: usize,
    /// Different words.
    pub distinct: usize,
}

/// The measures of a set that cost something; the program's `data check` prints them anew.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Tokens of the whole set, by a tokenizer of the set's vocabulary learned on its training part.
    pub tokens: Option<usize>,
    /// Dialogues for validation that are near-copies of one to learn from.
    pub near: usize,
    /// The share of the most frequent reply, greetings excepted.
    pub top_reply: f64,
    /// The share of the most used line of the scenes or the grammar.
    pub top_line: f64,
    /// Different one-, two- and three-word sequences, as shares.
    pub distinct: (f64, f64, f64),
    /// Variation of length, user and bot.
    pub variation: (f64, f64),
    /// The share of words of the validation part that training does not have.
    pub unseen: f64,
    /// Words of the blocklist that were found.
    pub blocked: usize,
}

/// The index that ships.
pub fn shipped() -> Result<Index> {
    let options =
        ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    let index: Index = options
        .from_str(text_of("index.ron")?)
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
    /// The name of the file that `data make` writes.
    pub fn file(&self) -> String {
        format!("{}.txt", self.id)
    }

    /// The whole set as a text.
    pub fn transcript(&self) -> Result<String> {
        super::make(self)
    }

    /// The names of its files.
    pub fn files(&self) -> impl Iterator<Item = &String> {
        let answers = [&self.answers, &self.held_answers];
        let parts = [&self.grammar, &self.sentences, &self.core];
        answers.into_iter().chain(parts).flatten().chain(&self.scenes)
    }

    /// The prompts with their rules; none if it has no such file.
    pub fn answers(&self) -> Result<Option<super::Answers>> {
        let text = self.answers.as_ref().map(|file| text_of(file)).transpose()?;
        text.map(super::Answers::from_ron).transpose()
    }

    /// The text of one of this set's files.
    pub fn asset(&self, file: &str) -> Result<&'static str> {
        text_of(file)
    }
}

/// The prompts in `NAME.answers.ron`, if such a file is inside the program.
pub fn shipped_answers(name: &str) -> Result<Option<super::Answers>> {
    let text = text_of(&format!("{name}.answers.ron")).ok();
    text.map(super::Answers::from_ron).transpose()
}

/// The text of a file that is inside the program.
fn text_of(file: &str) -> Result<&'static str> {
    let found = ASSETS.iter().find(|(name, _)| *name == file);
    found
        .map(|(_, text)| *text)
        .ok_or_else(|| Error::failed(format!("no file '{file}' is inside the program")))
}
