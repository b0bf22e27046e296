//! What can be counted about a transcript, for `data check` and for our own tests.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Talk;

/// The measures of a set. Words are words in English and characters in Chinese.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quality {
    /// Dialogues.
    pub dialogues: usize,
    /// Turns of both sides.
    pub turns: usize,
    /// Running words.
    pub words: usize,
    /// Different words.
    pub distinct_words: usize,
    /// Dialogues that are there a second time.
    pub duplicates: usize,
    /// The reply that occurs most often …
    pub top_reply: String,
    /// … and its share of all replies.
    pub top_reply_share: f64,
    /// Different one-, two- and three-word sequences in the replies, as shares of all of them.
    pub distinct_n: [f64; 3],
    /// How much lengths vary, user and bot: standard deviation / mean of the words a turn.
    pub length_variation: [f64; 2],
    /// The words of the longest turn.
    pub longest_turn: usize,
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [one, two, three] = self.distinct_n;
        let [user, bot] = self.length_variation;
        writeln!(f, "  dialogues            {}", self.dialogues)?;
        writeln!(f, "  exact duplicates     {}", self.duplicates)?;
        writeln!(f, "  turns                {}", self.turns)?;
        writeln!(f, "  words                {}, {} different", self.words, self.distinct_words)?;
        writeln!(f, "  longest turn         {} words", self.longest_turn)?;
        writeln!(
            f,
            "  distinct 1/2/3       {one:.3} / {two:.3} / {three:.3} of the replies' word sequences"
        )?;
        writeln!(f, "  variation of length  user {user:.2}, bot {bot:.2}")?;
        write!(
            f,
            "  most frequent reply  {:.2} %: {}",
            100.0 * self.top_reply_share,
            self.top_reply
        )
    }
}

/// Measures dialogues.
pub fn quality(talks: &[Talk]) -> Quality {
    let turns: Vec<Vec<String>> = talks.iter().flatten().map(|turn| words(turn)).collect();
    let sides: [Vec<&String>; 2] = [0, 1]
        .map(|side| talks.iter().flat_map(|talk| talk.iter().skip(side).step_by(2)).collect());
    let lengths = |side: usize| -> Vec<f64> {
        sides[side].iter().map(|turn| words(turn).len() as f64).collect()
    };
    let (top_reply, top_count) = most_frequent(&sides[1]);
    Quality {
        dialogues: talks.len(),
        turns: turns.len(),
        words: turns.iter().map(Vec::len).sum(),
        distinct_words: turns.iter().flatten().collect::<BTreeSet<_>>().len(),
        duplicates: talks.len() - talks.iter().collect::<BTreeSet<_>>().len(),
        top_reply,
        top_reply_share: share(top_count, sides[1].len()),
        distinct_n: [1, 2, 3].map(|n| distinct(&sides[1], n)),
        length_variation: [variation(&lengths(0)), variation(&lengths(1))],
        longest_turn: turns.iter().map(Vec::len).max().unwrap_or(0),
    }
}

/// The words of a text in lower case; each Chinese character counts as one. Marks are left out.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        let letter = c.is_alphanumeric() || c == '\'';
        if letter && !is_han(c) {
            word.extend(c.to_lowercase());
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter {
            words.push(c.to_string());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether this is a Chinese character.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// The most frequent text and its count.
fn most_frequent(texts: &[&String]) -> (String, usize) {
    let mut counts = BTreeMap::new();
    for text in texts {
        *counts.entry(text.as_str()).or_insert(0) += 1;
    }
    let top = counts.into_iter().max_by_key(|&(_, count)| count);
    top.map_or((String::new(), 0), |(text, count)| (text.to_string(), count))
}

/// The share of different word sequences of length `n`.
fn distinct(texts: &[&String], n: usize) -> f64 {
    let mut all = 0;
    let mut different = BTreeSet::new();
    for text in texts {
        for gram in words(text).windows(n) {
            all += 1;
            different.insert(gram.to_vec());
        }
    }
    share(different.len(), all)
}

/// Standard deviation over mean.
fn variation(values: &[f64]) -> f64 {
    let n = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
    if mean == 0.0 { 0.0 } else { variance.sqrt() / mean }
}

/// A share, 0 of nothing.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
