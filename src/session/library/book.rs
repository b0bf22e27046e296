//! A set's own text, as it was written, and how it is read and kept.

use crate::Result;
use crate::session::data::document;
use crate::store::fingerprint;
use crate::text::dialogue::{read_transcript, write_transcript};
use crate::text::import::{self, Form};
use crate::text::sets::{self, SetEntry, Talk, index};
use crate::text::{Dialogue, Turn};
use crate::train::Document;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// By what a set is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SetKey {
    /// One that ships with the program, by its name in the index.
    Shipped(String),
    /// One of the user's, by its file's name without the ending.
    Own(String),
}

impl SetKey {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Shipped(name) | Self::Own(name) => name,
        }
    }

    /// Whether it is the user's.
    pub fn is_own(&self) -> bool {
        matches!(self, Self::Own(_))
    }
}

/// What is in a set.
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    pub key: SetKey,
    /// The dialogues; of a set of texts, each text is a dialogue of one turn.
    pub dialogues: Vec<Arc<Dialogue>>,
    /// Whether these are texts without speakers.
    pub is_text: bool,
    /// How many of the last ones a shipped set keeps back itself.
    pub kept_last: usize,
    /// The fingerprint of the transcript, and its bytes.
    pub fingerprint: String,
    pub bytes: u64,
}

impl Book {
    /// Composes a shipped set.
    ///
    /// # Errors
    /// If its parts are broken.
    pub fn shipped(set: &SetEntry) -> Result<Self> {
        let key = SetKey::Shipped(set.id.clone());
        if set.form == index::Form::Raw {
            return Ok(Self::read(key, &set.transcript()?));
        }
        let made = sets::make_expansion(set)?;
        let text = sets::render(&made.all());
        let entry = |talk: &Talk| match document(talk, false) {
            Document::Dialogue(dialogue) => Arc::new(dialogue),
            Document::Text(text) => Arc::new(one_text(text)),
        };
        Ok(Self {
            key,
            dialogues: made.training.iter().chain(&made.validation).map(entry).collect(),
            is_text: made.is_text(),
            kept_last: made.validation.len(),
            fingerprint: fingerprint(text.as_bytes()),
            bytes: text.len() as u64,
        })
    }

    /// Reads a transcript, or texts that blank lines part.
    pub fn read(key: SetKey, text: &str) -> Self {
        let is_text = !Form::detect(text).has_turns() && !text.trim().is_empty();
        let dialogues = if is_text {
            sets::read_texts(text).into_iter().flatten().map(one_text).collect()
        } else {
            read_transcript(text).0
        };
        Self {
            key,
            dialogues: dialogues.into_iter().map(Arc::new).collect(),
            is_text,
            kept_last: 0,
            fingerprint: fingerprint(text.as_bytes()),
            bytes: text.len() as u64,
        }
    }

    /// The set as it is kept in a file.
    pub fn transcript(&self) -> String {
        if self.is_text {
            let text = |dialogue: &Arc<Dialogue>| -> Vec<String> {
                dialogue.turns.iter().map(|turn| turn.text.clone()).collect()
            };
            return sets::render(&self.dialogues.iter().map(text).collect::<Vec<_>>());
        }
        let dialogues: Vec<Dialogue> =
            self.dialogues.iter().map(|dialogue| Dialogue::clone(dialogue)).collect();
        write_transcript(&dialogues)
    }

    /// The dialogue as the file will give it back: lines trimmed, none of them blank, and a line that
    /// begins with a speaker a turn of its own. None if nothing is said.
    pub fn as_kept(&self, dialogue: &Dialogue) -> Option<Dialogue> {
        let kept = if self.is_text {
            let text: Vec<&str> = dialogue.turns.iter().map(|turn| turn.text.as_str()).collect();
            one_text(sets::read_texts(&text.join("\n")).concat().join("\n"))
        } else {
            let said = dialogue.turns.iter().filter(|turn| !turn.text.trim().is_empty());
            let said = Dialogue { turns: said.cloned().collect() };
            read_transcript(&write_transcript(&[said])).0.into_iter().next()?
        };
        kept.turns.iter().any(|turn| !turn.text.is_empty()).then_some(kept)
    }
}

/// A text without speakers as the one turn of a dialogue, as cleaning sees it.
fn one_text(text: String) -> Dialogue {
    Dialogue { turns: vec![Turn::bot(text)] }
}

/// What was imported, as a set's text.
pub fn transcript_of(imported: &import::Imported) -> String {
    match imported.form {
        Form::PlainText => imported.texts.join("\n\n"),
        _ => write_transcript(&imported.dialogues),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_comes_back_from_its_own_text() {
        let key = SetKey::Own("mine".into());
        for text in
            ["user: Hi\nbot: Hello\n\nuser: a\nb\nbot: c\n", "One text.\n\nAnother\ntext.\n"]
        {
            let book = Book::read(key.clone(), text);
            assert_eq!(book.dialogues.len(), 2, "{text}");
            assert_eq!(book.transcript(), text);
        }
        assert!(!Book::read(key, "").is_text, "an empty set takes dialogues");
    }

    #[test]
    fn what_is_written_by_hand_is_kept_as_the_file_can_hold_it() {
        let book = Book::read(SetKey::Own("mine".into()), "");
        let written =
            Dialogue { turns: vec![Turn::user(" Hi \n\n you "), Turn::bot("a\nuser: b")] };
        let kept = book.as_kept(&written).expect("something is said");
        assert_eq!(kept.turns, [Turn::user("Hi\nyou"), Turn::bot("a"), Turn::user("b")]);
        let nothing = Dialogue { turns: vec![Turn::user("  ")] };
        assert_eq!(book.as_kept(&nothing), None);
    }
}
