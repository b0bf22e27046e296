//! A set made ready to learn from: cleaned, and a part of it kept back.

use super::book::{Book, SetKey};
use super::clerk::Ticket;
use crate::Result;
use crate::session::Data;
use crate::store::{DataSource, fingerprint};
use crate::text::clean::{Rule, RuleReport, Survey, survey};
use crate::text::sets::near;
use crate::text::template::{encode_dialogue, encode_text};
use crate::text::{Dialogue, Tokenizer};
use crate::train::{Corpus, Document, Split, kept_back};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// The seed that chooses what is kept back.
pub const SPLIT_SEED: u64 = 0;

/// What is kept back to judge by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Keep {
    /// What a shipped set keeps back itself.
    Own,
    /// A share of all, drawn at random.
    Share(f64),
}

/// How a set is to be treated.
#[derive(Debug, Clone, PartialEq)]
pub struct Treatment {
    /// The names of the cleaning rules that are on.
    pub rules: BTreeSet<&'static str>,
    pub keep: Keep,
}

impl Treatment {
    /// The rules that are on by default, and a tenth kept back if the set does not do so itself.
    pub fn usual(key: &SetKey) -> Self {
        let keep = if key.is_own() { Keep::Share(0.1) } else { Keep::Own };
        Self { rules: Rule::defaults().into_iter().collect(), keep }
    }

    /// The rules that are on.
    pub fn enabled(&self) -> Vec<&'static str> {
        self.rules.iter().copied().collect()
    }

    /// By what the data that a model learns from is known. With the usual rules it is the transcript's
    /// fingerprint, as on the command line; with others the rules count too.
    pub fn fingerprint_of(&self, transcript: &str) -> String {
        if self.rules.iter().copied().eq(Rule::defaults().into_iter().collect::<BTreeSet<_>>()) {
            return transcript.to_string();
        }
        let rules: Vec<&str> = self.enabled();
        fingerprint(format!("{transcript} {}", rules.join(" ")).as_bytes())
    }
}

/// A set made ready.
#[derive(Debug)]
pub struct Prepared {
    pub book: Arc<Book>,
    pub treatment: Treatment,
    /// What is left after cleaning, and what each rule did.
    pub survey: Survey,
    /// For each dialogue that is left, whether it is kept back.
    pub kept: Vec<bool>,
    /// How many there are to learn from, and how many to judge by.
    pub training: usize,
    pub validation: usize,
    /// How many different dialogues are left.
    pub different: usize,
    /// Dialogues to judge by that also stand, word for word, among those to learn from.
    pub shared: usize,
    /// Those that share most of their sequences of eight words with one of them.
    pub near: usize,
}

impl Prepared {
    /// Cleans a set and keeps a part back; None if it is given up.
    pub fn make(book: Arc<Book>, treatment: Treatment, ticket: &Ticket) -> Option<Self> {
        let done = |from: f32, to: f32, share: f32| ticket.done(from + (to - from) * share);
        let dialogues = book.dialogues.iter().map(|dialogue| Dialogue::clone(dialogue)).collect();
        let survey = survey(dialogues, &treatment.enabled(), !book.is_text, &mut |share| {
            done(0.0, 0.7, share)
        })?;
        let count = survey.dialogues.len();
        let kept = match treatment.keep {
            Keep::Own if book.kept_last > 0 => {
                let first = book.dialogues.len() - book.kept_last;
                survey.origins.iter().map(|&origin| origin >= first).collect()
            }
            Keep::Own => kept_back(count, 0.1, SPLIT_SEED).unwrap_or_else(|| vec![false; count]),
            Keep::Share(share) => {
                kept_back(count, share, SPLIT_SEED).unwrap_or_else(|| vec![false; count])
            }
        };
        let parts = |wanted: bool| {
            survey
                .dialogues
                .iter()
                .zip(&kept)
                .filter(move |(_, kept)| **kept == wanted)
                .map(|d| d.0)
        };
        let known: HashSet<&Dialogue> = parts(false).collect();
        let shared = parts(true).filter(|dialogue| known.contains(dialogue)).count();
        let different = survey.dialogues.iter().collect::<HashSet<_>>().len();
        done(0.7, 1.0, 0.1).is_continue().then_some(())?;
        let talk = |dialogue: &Dialogue| -> Vec<String> {
            dialogue.turns.iter().map(|turn| turn.text.clone()).collect()
        };
        let mut index = near::Index::default();
        for (i, dialogue) in parts(false).enumerate() {
            if i % 512 == 0 {
                done(0.7, 1.0, 0.1 + 0.8 * i as f32 / count as f32).is_continue().then_some(())?;
            }
            index.add(&talk(dialogue));
        }
        let near = parts(true).filter(|dialogue| index.has_near(&talk(dialogue))).count();
        let validation = kept.iter().filter(|kept| **kept).count();
        Some(Self {
            training: count - validation,
            validation,
            different,
            shared,
            near,
            kept,
            survey,
            book,
            treatment,
        })
    }

    /// What a rule did, or would do if it were on.
    pub fn report(&self, rule: &str) -> Option<&RuleReport> {
        self.survey.reports.iter().find(|report| report.rule == rule)
    }

    /// The dialogue of the set that a cleaned one comes from, and back.
    pub fn cleaned(&self, origin: usize) -> Option<usize> {
        self.survey.origins.binary_search(&origin).ok()
    }

    /// The texts to learn from, turn by turn.
    pub fn training_texts(&self) -> impl Iterator<Item = &str> {
        let training = self.survey.dialogues.iter().zip(&self.kept).filter(|(_, kept)| !**kept);
        training.flat_map(|(dialogue, _)| dialogue.turns.iter().map(|turn| turn.text.as_str()))
    }

    /// By what this data is known.
    pub fn source(&self) -> DataSource {
        DataSource {
            name: self.book.key.name().to_string(),
            fingerprint: self.treatment.fingerprint_of(&self.book.fingerprint),
            bytes: self.book.bytes,
        }
    }

    /// The data to learn from, as a run takes it.
    pub fn data(&self) -> Data {
        let document = |dialogue: &Dialogue| match dialogue.turns.as_slice() {
            [only] if self.book.is_text => Document::Text(only.text.clone()),
            _ => Document::Dialogue(dialogue.clone()),
        };
        let part = |wanted: bool| {
            let all = self.survey.dialogues.iter().zip(&self.kept);
            let part = all.filter(|(_, kept)| **kept == wanted);
            Corpus::Documents(part.map(|(dialogue, _)| document(dialogue)).collect())
        };
        let on = |report: &&RuleReport| self.treatment.rules.contains(report.rule);
        Data {
            split: Split { training: part(false), validation: part(true) },
            sources: vec![self.source()],
            problems: Vec::new(),
            cleaning: self.survey.reports.iter().filter(on).cloned().collect(),
        }
    }
}

/// How many tokens a set has, by one tokenizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenCount {
    pub training: usize,
    pub validation: usize,
}

impl TokenCount {
    /// Counts them as they are learned from, in the chat template; None if it is given up.
    ///
    /// # Errors
    /// If the tokenizer lacks the template's tokens or a character of the text.
    pub fn of(prepared: &Prepared, tokenizer: &Tokenizer, ticket: &Ticket) -> Option<Result<Self>> {
        let mut count = Self { training: 0, validation: 0 };
        let all = prepared.survey.dialogues.len();
        for (i, (dialogue, kept)) in
            prepared.survey.dialogues.iter().zip(&prepared.kept).enumerate()
        {
            if i % 64 == 0 && ticket.done(i as f32 / all as f32).is_break() {
                return None;
            }
            let encoded = match dialogue.turns.as_slice() {
                [only] if prepared.book.is_text => encode_text(tokenizer, &only.text),
                _ => encode_dialogue(tokenizer, dialogue),
            };
            match encoded {
                Ok(encoded) if *kept => count.validation += encoded.ids.len(),
                Ok(encoded) => count.training += encoded.ids.len(),
                Err(error) => return Some(Err(error)),
            }
        }
        Some(Ok(count))
    }
}
