//! The data of a lesson: its dialogues, what cleaning does to them, and the pieces learned from them.

use crate::session::data::document;
use crate::text::clean::{Rule, RuleReport, clean};
use crate::text::dialogue::Dialogue;
use crate::text::import::{Form, import};
use crate::text::sets::{self, index};
use crate::text::tokenizer::{SMALLEST_VOCABULARY, learn_bpe};
use crate::text::{Role, Tokenizer, Turn};
use crate::train::{Document, kept_back};
use crate::{Error, Result};
use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex};

/// The share that is kept back of data that keeps nothing back itself, and the seed that chooses.
const SHARE: f64 = 0.1;
const SPLIT_SEED: u64 = 0;

/// The data of a lesson.
#[derive(Debug, Clone, Default)]
pub struct Material {
    training: Vec<Dialogue>,
    /// What a shipped set keeps back; empty for raw data, which is split by chance.
    validation: Vec<Dialogue>,
    is_raw: bool,
    /// What each rule did that has been applied.
    applied: Vec<RuleReport>,
    /// The tokenizer that is being learned, if any.
    learned: Option<Tokenizer>,
    seen: Arc<Mutex<Seen>>,
}

/// What has been counted already.
#[derive(Debug, Default)]
struct Seen {
    /// What rules would do.
    reports: Vec<RuleReport>,
    /// Tokens, by the size of the vocabulary and the number of merges.
    tokens: Vec<((usize, usize), Count)>,
}

/// Tokens of everything, and those of them that count when a model learns replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Count {
    pub tokens: usize,
    pub counted: usize,
}

/// A shipped set.
///
/// # Errors
/// If there is no such set.
pub fn material(name: &str) -> Result<Material> {
    let index = sets::shipped()?;
    let set = index.find(name)?;
    if set.form == index::Form::Raw {
        let text = set.transcript()?;
        let form = Form::detect(&text);
        let form = if form.has_turns() { form } else { Form::Transcript };
        let training = import(&text, form).dialogues;
        return Ok(Material { training, is_raw: true, ..Material::default() });
    }
    let made = sets::make_expansion(set)?;
    let dialogue = |talk: &sets::Talk| match document(talk, false) {
        Document::Dialogue(dialogue) => dialogue,
        // Nobody speaks in a text; one turn holds it.
        Document::Text(text) => Dialogue { turns: vec![Turn { role: Role::Bot, text }] },
    };
    Ok(Material {
        training: made.training.iter().map(dialogue).collect(),
        validation: made.validation.iter().map(dialogue).collect(),
        ..Material::default()
    })
}

/// What has been done to a set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Worked {
    /// The rules that are on.
    pub rules: BTreeSet<&'static str>,
    /// Merges that were learned; none if no pieces are learned.
    pub merges: Option<usize>,
}

impl Worked {
    /// A shipped set after all of it.
    ///
    /// # Errors
    /// If there is no such set, or nothing to learn from.
    pub fn of(&self, name: &str) -> Result<Material> {
        let mut material = material(name)?;
        for rule in Rule::all().iter().filter(|rule| self.rules.contains(rule.name)) {
            material.clean(rule.name)?;
        }
        if let Some(merges) = self.merges {
            material.merge(merges)?;
        }
        Ok(material)
    }
}

impl Material {
    fn all(&self) -> impl Iterator<Item = &Dialogue> {
        self.training.iter().chain(&self.validation)
    }

    /// How many dialogues or texts there are.
    pub fn dialogues(&self) -> usize {
        self.training.len() + self.validation.len()
    }

    /// What is said, turn by turn.
    pub fn turns(&self) -> impl Iterator<Item = &str> {
        self.all().flat_map(|dialogue| &dialogue.turns).map(|turn| turn.text.as_str())
    }

    /// The tokens of everything, with those of the template.
    pub(super) fn tokens(&self, tokenizer: &Tokenizer) -> Option<usize> {
        Some(self.mask(tokenizer)?.tokens)
    }

    /// The same, and how many of them count when a model learns replies.
    pub(super) fn mask(&self, tokenizer: &Tokenizer) -> Option<Count> {
        let key = (tokenizer.vocabulary_size(), tokenizer.merges().len());
        let mut seen = self.seen.lock().ok()?;
        if let Some((_, count)) = seen.tokens.iter().find(|(known, _)| *known == key) {
            return Some(*count);
        }
        let mut all = Count::default();
        for dialogue in self.all() {
            let document = match dialogue.turns.as_slice() {
                [only] if only.role == Role::Bot => Document::Text(only.text.clone()),
                _ => Document::Dialogue(dialogue.clone()),
            };
            let encoded = document.encode(tokenizer).ok()?;
            all.tokens += encoded.ids.len();
            all.counted += encoded.counts.iter().filter(|counts| **counts).count();
        }
        seen.tokens.push((key, all));
        Some(all)
    }

    /// Dialogues that stand in both parts.
    pub(super) fn shared(&self) -> usize {
        let count = |training: Vec<&Dialogue>, validation: Vec<&Dialogue>| {
            let known: HashSet<Vec<&str>> = training.into_iter().map(key).collect();
            validation.into_iter().filter(|dialogue| known.contains(&key(dialogue))).count()
        };
        if !self.is_raw {
            return count(self.training.iter().collect(), self.validation.iter().collect());
        }
        let Some(kept) = kept_back(self.training.len(), SHARE, SPLIT_SEED) else { return 0 };
        let part = |of: bool| {
            self.training.iter().zip(&kept).filter(move |(_, kept)| **kept == of).map(|(d, _)| d)
        };
        count(part(false).collect(), part(true).collect())
    }

    /// What a rule did; before it is applied, what it would do to the data as they are.
    pub(super) fn report(&self, rule: &str) -> Option<RuleReport> {
        let of_rule = |report: &&RuleReport| report.rule == rule;
        if let Some(report) = self.applied.iter().find(of_rule) {
            return Some(report.clone());
        }
        self.would(rule)
    }

    /// What a rule would do to the data as they are.
    pub(super) fn would(&self, rule: &str) -> Option<RuleReport> {
        let mut seen = self.seen.lock().ok()?;
        if let Some(report) = seen.reports.iter().find(|report| report.rule == rule) {
            return Some(report.clone());
        }
        let report = clean(self.all().cloned().collect(), &[rule]).1.pop()?;
        seen.reports.push(report.clone());
        Some(report)
    }

    /// Applies a rule.
    ///
    /// # Errors
    /// If there is no such rule.
    pub fn clean(&mut self, rule: &str) -> Result<()> {
        let rule =
            Rule::find(rule).ok_or_else(|| Error::failed(format!("there is no rule {rule}")))?;
        let report = self.would(rule.name);
        let apply = |dialogues: &mut Vec<Dialogue>| {
            *dialogues = clean(std::mem::take(dialogues), &[rule.name]).0;
        };
        apply(&mut self.training);
        apply(&mut self.validation);
        self.seen = Arc::default();
        if !self.applied.iter().any(|applied| applied.rule == rule.name) {
            self.applied.extend(report);
        }
        Ok(())
    }

    /// Learns `count` merges more from the training part; the first time begins with bytes.
    ///
    /// # Errors
    /// If there is no text.
    pub fn merge(&mut self, count: usize) -> Result<()> {
        let before = self.learned.as_ref().map_or(0, |learned| learned.merges().len());
        let texts = self.training.iter().flat_map(|dialogue| &dialogue.turns);
        let texts = texts.map(|turn| turn.text.as_str());
        let size = SMALLEST_VOCABULARY + before + count;
        self.learned = Some(learn_bpe(texts, size, &mut |_| {})?.tokenizer);
        Ok(())
    }

    /// The tokenizer that is being learned from the data.
    pub(super) fn learned(&self) -> Option<&Tokenizer> {
        self.learned.as_ref()
    }
}

fn key(dialogue: &Dialogue) -> Vec<&str> {
    dialogue.turns.iter().map(|turn| turn.text.as_str()).collect()
}

/// What a report counts of a rule: dialogues of one that drops them whole, turns of one that cuts
/// dialogues short, characters of one that changes texts.
pub(super) fn removed(report: &RuleReport) -> usize {
    match report.rule {
        "duplicates" => report.dialogues_removed,
        "empty-turns" | "long-turns" => report.turns_removed,
        _ => report.characters_changed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning_counts_what_the_rules_report() {
        let text = "user: Hello!\nbot: Hi  there,   you!\n\nuser: Who?\nbot: Me.\n\n\
                    user: Who?\nbot: Me.\n\nuser: Bye!\nbot: Bye!\n";
        let training = import(text, Form::Transcript).dialogues;
        let mut messy = Material { training, is_raw: true, ..Material::default() };
        let (all, copies) = (messy.dialogues(), messy.report("duplicates").expect("a report"));
        let reports = clean(messy.training.clone(), &["duplicates"]).1;
        assert_eq!(copies, reports[0]);
        assert_eq!((all, copies.dialogues_removed), (4, 1));
        assert!(removed(&messy.report("white-space").expect("one")) > 0);
        messy.clean("duplicates").expect("a rule");
        assert_eq!(messy.dialogues(), all - copies.dialogues_removed);
        assert_eq!(messy.would("duplicates").expect("one").dialogues_removed, 0);
        assert_eq!(messy.report("duplicates"), Some(copies));
        assert_eq!(messy.shared(), 0);
        assert!(messy.clean("nothing").is_err());
    }

    #[test]
    fn what_is_switched_on_is_done_in_the_order_of_the_rules() {
        let worked = Worked { rules: ["duplicates", "white-space"].into(), merges: Some(5) };
        let got = worked.of("messy").expect("the set");
        let mut by_hand = material("messy").expect("the set");
        by_hand.clean("white-space").expect("a rule");
        by_hand.clean("duplicates").expect("a rule");
        assert_eq!(got.dialogues(), by_hand.dialogues());
        assert!(got.turns().eq(by_hand.turns()));
        assert_eq!(got.learned().map(|learned| learned.merges().len()), Some(5));
        assert!(Worked::default().of("nothing").is_err());
    }

    #[test]
    fn merges_are_learned_on_and_on() {
        let mut pocket = material("pocket").expect("the set");
        pocket.merge(0).expect("bytes");
        assert_eq!(pocket.learned().map(|learned| learned.merges().len()), Some(0));
        pocket.merge(3).expect("learned");
        pocket.merge(7).expect("learned");
        let split = pocket.learned().expect("a tokenizer");
        let texts = pocket.training.iter().flat_map(|d| &d.turns).map(|turn| turn.text.as_str());
        let whole = learn_bpe(texts, SMALLEST_VOCABULARY + 10, &mut |_| {}).expect("learned");
        assert_eq!(split.merges(), whole.tokenizer.merges());
        let mut bytes = material("pocket").expect("the set");
        bytes.merge(0).expect("bytes");
        let bytes = bytes.learned().expect("a tokenizer");
        assert!(pocket.tokens(split) < pocket.tokens(bytes));
        let mask = pocket.mask(split).expect("it encodes");
        assert!(mask.counted > mask.tokens / 4 && mask.counted < mask.tokens, "{mask:?}");
        assert_eq!(pocket.shared(), 0);
    }
}
