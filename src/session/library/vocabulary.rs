//! A vocabulary learned on the chosen data, with the record of every merge.

use super::clerk::Ticket;
use super::request::Answer;
use super::{Library, Prepared, Task};
use crate::Result;
use crate::session::engine::Opened;
use crate::store::DataSource;
use crate::text::dialogue::Role;
use crate::text::sets::{index, make_expansion, shipped};
use crate::text::template::{BOT, END, USER};
use crate::text::tokenizer::learn::{LARGEST_VOCABULARY, SMALLEST_VOCABULARY};
use crate::text::tokenizer::{Merge, Pair, Record, learn_recorded};
use crate::text::{Dialogue, Tokenizer};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Sizes to choose from, besides the model's own.
pub const SIZES: [usize; 6] = [320, 512, 1024, 2048, 3072, 4096];

/// What was learned, and on what.
#[derive(Debug)]
pub struct Vocabulary {
    pub record: Record,
    /// The size that was asked for.
    pub size: usize,
    /// The data that it was learned on.
    pub source: DataSource,
    prepared: Arc<Prepared>,
    /// How often each token stands in the data, the role tokens among them.
    pub counts: Vec<u64>,
    /// Characters for each token, by language: by this vocabulary, and by the open model's.
    pub languages: Vec<LanguageCost>,
}

/// What a language costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LanguageCost {
    pub language: index::Language,
    /// Tokens for each character: with one per character, it would be 1.
    pub here: f64,
    /// By the open model's vocabulary; none if it cannot read it.
    pub model: Option<f64>,
}

impl Vocabulary {
    /// Learns it; None if it is given up.
    ///
    /// # Errors
    /// If there is no text, or the size is out of range.
    pub fn learn(
        prepared: Arc<Prepared>,
        size: usize,
        model: Option<&Opened>,
        ticket: &Ticket,
    ) -> Option<Result<Self>> {
        let first = SMALLEST_VOCABULARY;
        let all = (size - first.min(size)).max(1) as f32;
        let mut progress = |reached: usize| -> ControlFlow<()> {
            ticket.done(0.95 * (reached - first.min(reached)) as f32 / all)
        };
        let record = match learn_recorded(prepared.training_texts(), size, &mut progress) {
            Ok(record) => record?,
            Err(error) => return Some(Err(error)),
        };
        let theirs = model.and_then(|opened| opened.model.tokenizer.as_ref());
        let languages = languages(&record.tokenizer, theirs);
        let counts = with_roles(&record, &prepared);
        let source = prepared.source();
        Some(Ok(Self { record, size, source, prepared, counts, languages }))
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.record.tokenizer
    }

    /// The merges, the first learned first.
    pub fn merges(&self) -> &[Merge] {
        self.record.tokenizer.merges()
    }

    /// Bytes for each piece of the data after so many merges.
    pub fn bytes_per_piece(&self, merges: usize) -> f64 {
        let pieces = merges.checked_sub(1).and_then(|at| self.record.steps.get(at));
        self.record.bytes as f64 / pieces.map_or(self.record.bytes, |step| step.pieces) as f64
    }

    /// How many pieces a merge saves.
    pub fn saved(&self, merge: usize) -> u64 {
        let before = match merge.checked_sub(1) {
            Some(before) => self.record.steps.get(before),
            None => None,
        };
        let before = before.map_or(self.record.bytes, |step| step.pieces);
        self.record.steps.get(merge).map_or(0, |step| before - step.pieces)
    }

    /// The pairs that meet most often after so many merges; the first becomes the next token.
    pub fn rivals(&self, merges: usize) -> &[(Pair, u64)] {
        self.record.steps.get(merges).map_or(&[], |step| &step.rivals)
    }

    /// Whether the text that it was learned on is still what is chosen.
    pub fn is_of(&self, prepared: &Arc<Prepared>) -> bool {
        Arc::ptr_eq(&self.prepared, prepared)
            || (self.source == prepared.source()
                && self.prepared.training == prepared.training
                && self.prepared.kept == prepared.kept)
    }

    /// The dialogues of the training part in which a merge has something to do: the first few.
    pub fn examples(&self, merge: usize, most: usize, ticket: &Ticket) -> Option<Vec<Dialogue>> {
        let Some(token) = self.merges().get(merge).map(|merge| merge.token) else {
            return Some(Vec::new());
        };
        let piece = self.tokenizer().piece_bytes(token)?.to_vec();
        let all = self.prepared.survey.dialogues.iter().zip(&self.prepared.kept);
        let mut found = Vec::new();
        for (i, (dialogue, _)) in all.filter(|(_, kept)| !**kept).enumerate() {
            if i % 256 == 0 && ticket.done(0.0).is_break() {
                return None;
            }
            let short = dialogue.turns.iter().map(|turn| turn.text.len()).sum::<usize>() < 160;
            let holds = |turn: &crate::text::Turn| {
                // The bytes must be there; whether they are one piece, only cutting tells.
                let text = turn.text.as_bytes();
                text.windows(piece.len()).any(|window| window == piece)
                    && self.cut(&turn.text, merge + 1).contains(&token)
            };
            if short && dialogue.turns.iter().any(holds) {
                found.push(dialogue.clone());
                if found.len() == most {
                    break;
                }
            }
        }
        Some(found)
    }

    /// A short text in pieces, after so many merges.
    pub fn cut(&self, text: &str, merges: usize) -> Vec<u32> {
        let nodes = self.tokenizer().derive(text, merges).unwrap_or_default();
        let mut whole: Vec<_> = nodes.into_iter().filter(|node| node.whole).collect();
        whole.sort_by_key(|node| node.start);
        whole.into_iter().map(|node| node.id).collect()
    }
}

/// The counts of all tokens: a role token opens each turn, and an end token closes it.
fn with_roles(record: &Record, prepared: &Prepared) -> Vec<u64> {
    let mut counts = record.counts.clone();
    counts.resize(record.tokenizer.vocabulary_size(), 0);
    let training = prepared.survey.dialogues.iter().zip(&prepared.kept).filter(|(_, kept)| !**kept);
    let mut add = |name: &str, by: u64| {
        if let Some(id) = record.tokenizer.id_of_special(name) {
            counts[id as usize] += by;
        }
    };
    for turn in training.flat_map(|(dialogue, _)| &dialogue.turns) {
        add(END, 1);
        if !prepared.book.is_text {
            add(if turn.role == Role::User { USER } else { BOT }, 1);
        }
    }
    counts
}

/// Tokens for each character in the small sets of both languages.
fn languages(here: &Tokenizer, model: Option<&Tokenizer>) -> Vec<LanguageCost> {
    let of = |(language, id): (index::Language, &str)| -> Option<LanguageCost> {
        let made = make_expansion(shipped().ok()?.find(id).ok()?).ok()?;
        let text = made.training.concat().join("\n");
        let characters = text.chars().count() as f64;
        let tokens = |tokenizer: &Tokenizer| {
            Some(tokenizer.encode_plain(&text).ok()?.len() as f64 / characters)
        };
        Some(LanguageCost { language, here: tokens(here)?, model: model.and_then(tokens) })
    };
    let sets = [(index::Language::En, "pocket"), (index::Language::Zh, "pocket-zh")];
    sets.into_iter().filter_map(of).collect()
}

impl Library {
    /// The vocabulary that was learned last.
    pub fn vocabulary(&self) -> Option<&Arc<Vocabulary>> {
        self.vocabulary.as_ref()
    }

    /// The size of vocabulary that is asked for: the model's, if it knows this data; or what the set
    /// is meant for.
    pub fn vocabulary_size(&self) -> usize {
        if let Some(size) = self.size {
            return size;
        }
        let model = self.model.as_ref().filter(|_| !self.bond().is_broken());
        let model = model.and_then(|opened| opened.model.tokenizer.as_ref());
        let own = self.entry(&self.chosen).and_then(|entry| entry.vocabulary);
        let size = model.map(Tokenizer::vocabulary_size).or(own).unwrap_or(512);
        size.clamp(SMALLEST_VOCABULARY, LARGEST_VOCABULARY)
    }

    /// Whether the vocabulary was learned on what is chosen now, in the size that is asked for.
    pub fn vocabulary_is_current(&self) -> bool {
        self.vocabulary.as_ref().zip(self.prepared.as_ref()).is_some_and(|(learned, prepared)| {
            learned.is_of(prepared) && learned.size == self.vocabulary_size()
        })
    }

    /// Examples of dialogues that a merge changes, with the merge; of the last one asked for.
    pub fn examples(&self) -> Option<&(usize, Vec<Dialogue>)> {
        self.examples.as_ref()
    }

    pub(super) fn learn(&mut self, size: Option<usize>) {
        if let Some(size) = size {
            self.size = Some(size);
        }
        let Some(prepared) = self.prepared.clone() else { return };
        // Turns may be there without any text, if the rules about them are off.
        if prepared.training_texts().all(str::is_empty) {
            return;
        }
        let (size, model) = (self.vocabulary_size(), self.model.clone());
        self.clerk.ask(Task::Learn, move |ticket| {
            let learned = Vocabulary::learn(prepared, size, model.as_deref(), ticket)?;
            Some(Answer::Learned(Box::new(learned)))
        });
    }

    pub(super) fn look_for_examples(&mut self, merge: usize) {
        let Some(vocabulary) = self.vocabulary.clone() else { return };
        self.clerk.ask(Task::Read, move |ticket| {
            Some(Answer::Examples(merge, vocabulary.examples(merge, EXAMPLES, ticket)?))
        });
    }
}

/// So many dialogues are shown for a merge.
const EXAMPLES: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::library::{Book, SetKey, Treatment};

    #[test]
    fn what_is_shown_of_learning_adds_up() {
        let text = "user: a cow says moo\nbot: moo, moo\n\nuser: 牛怎么叫\nbot: 哞，哞\n";
        let key = SetKey::Own("mine".into());
        let book = Arc::new(Book::read(key.clone(), text));
        let treatment =
            Treatment { keep: crate::session::library::Keep::Share(0.0), ..Treatment::usual(&key) };
        let ticket = Ticket::free();
        let prepared = Arc::new(Prepared::make(book, treatment, &ticket).expect("made"));
        let learned =
            Vocabulary::learn(prepared.clone(), 264, None, &ticket).expect("not given up");
        let learned = learned.expect("learned");
        assert!(learned.is_of(&prepared));
        let merges = learned.merges().len();
        assert!(merges > 0);
        let saved: u64 = (0..merges).map(|merge| learned.saved(merge)).sum();
        let pieces = learned.record.bytes - saved;
        let all: u64 = prepared
            .training_texts()
            .map(|text| learned.tokenizer().encode_plain(text).expect("bytes").len() as u64)
            .sum();
        assert_eq!(pieces, all, "what the merges save is what encoding saves");
        let roles: u64 = learned.counts.iter().rev().take(3).sum();
        assert_eq!((learned.counts.iter().sum::<u64>() - roles, roles), (all, 8));
        for text in prepared.training_texts() {
            let ids = learned.tokenizer().encode_plain(text).expect("bytes");
            assert_eq!(learned.cut(text, merges), ids);
        }
        for merge in 0..merges {
            assert!(!learned.examples(merge, 1, &ticket).expect("not given up").is_empty());
        }
        assert_eq!(learned.languages.len(), 2);
        assert!(learned.languages[1].here > learned.languages[0].here);
    }
}
