//! What can be counted about a set, for `data check`, for the index and for our own tests.

pub mod blocklist;
pub mod characters;
pub mod ngram;
mod targets;

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub use blocklist::{Blocklist, Hit};
pub use targets::{Judged, Target};

use super::{Expansion, Talk, near};
use crate::Result;
use characters::Frequency;

/// The measures of a set. Words are words in English and characters in Chinese; replies are what the
/// bot says, or the whole texts where nobody speaks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quality {
    /// Whether these are texts without speakers.
    pub is_text: bool,
    /// Dialogues or texts.
    pub dialogues: usize,
    /// Those kept for validation.
    pub validation: usize,
    /// Turns of both sides.
    pub turns: usize,
    /// Running words.
    pub words: usize,
    /// Different words.
    pub distinct_words: usize,
    /// Dialogues that are there a second time.
    pub duplicates: usize,
    /// Dialogues for validation that are near-copies of one to learn from.
    pub near_copies: usize,
    /// The reply that occurs most often, greetings excepted …
    pub top_reply: String,
    /// … and its share of all replies.
    pub top_reply_share: f64,
    /// Of a composed set, the most used line of its grammar or scenes, and its share.
    pub top_line: Option<(String, f64)>,
    /// Different one-, two- and three-word sequences in the first 100 000 words of the replies, as
    /// shares of all of them.
    pub distinct_n: [f64; 3],
    /// How much lengths vary, user and bot: standard deviation / mean of the words a turn.
    pub length_variation: [f64; 2],
    /// The words of the longest turn.
    pub longest_turn: usize,
    /// The share of running words of the validation part that training does not have …
    pub unseen: f64,
    /// … and how many words the validation part has.
    pub validation_words: usize,
    /// Texts with a word of the blocklist.
    pub blocked: Vec<Hit>,
    /// Chinese characters that are rarer than GB 2312 level 1.
    pub rarer: String,
    /// Chinese characters outside GB 2312.
    pub outside: String,
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [one, two, three] = self.distinct_n;
        let [user, bot] = self.length_variation;
        let percent = |share: f64| 100.0 * share;
        let kind = if self.is_text { "texts    " } else { "dialogues" };
        writeln!(f, "  {kind}            {}, {} for validation", self.dialogues, self.validation)?;
        writeln!(f, "  exact duplicates     {}", self.duplicates)?;
        writeln!(f, "  near-copies          {} of validation in training", self.near_copies)?;
        writeln!(f, "  turns                {}", self.turns)?;
        writeln!(f, "  words                {}, {} different", self.words, self.distinct_words)?;
        writeln!(f, "  longest turn         {} words", self.longest_turn)?;
        writeln!(f, "  distinct 1/2/3       {one:.3} / {two:.3} / {three:.3} of the replies")?;
        writeln!(f, "  variation of length  user {user:.2}, bot {bot:.2}")?;
        let share = percent(self.top_reply_share);
        writeln!(f, "  most frequent reply  {share:.2} %: {}", self.top_reply)?;
        if let Some((line, share)) = &self.top_line {
            writeln!(f, "  most used line       {:.2} %: {line}", percent(*share))?;
        }
        writeln!(f, "  unseen words         {:.2} % of validation", percent(self.unseen))?;
        if !self.rarer.is_empty() || !self.outside.is_empty() {
            let (rarer, outside) = (&self.rarer, &self.outside);
            writeln!(f, "  rarer characters     {rarer}; outside GB 2312: {outside}")?;
        }
        write!(f, "  blocklist            {} texts", self.blocked.len())?;
        for hit in &self.blocked {
            write!(f, "\n    {}: {}", hit.word, hit.text)?;
        }
        Ok(())
    }
}

/// Measures a set.
///
/// # Errors
/// None in a program that passed its tests.
pub fn quality(set: &Expansion) -> Result<Quality> {
    let talks = set.all();
    let turns: Vec<Vec<String>> = talks.iter().flatten().map(|turn| words(turn)).collect();
    let is_text = set.is_text();
    let users: Vec<&String> = talks.iter().flat_map(|talk| talk.iter().step_by(2)).collect();
    let bots = if is_text { users.clone() } else { replies(&talks).collect() };
    let (top_reply, top_count) = most_frequent(talks.iter().flat_map(replies_but_greetings));
    let all: Vec<&str> = talks.iter().flatten().map(String::as_str).collect();
    Ok(Quality {
        is_text,
        dialogues: talks.len(),
        validation: set.validation.len(),
        turns: turns.len(),
        words: turns.iter().map(Vec::len).sum(),
        distinct_words: turns.iter().flatten().collect::<BTreeSet<_>>().len(),
        duplicates: talks.len() - talks.iter().collect::<BTreeSet<_>>().len(),
        near_copies: near_copies(set),
        top_reply,
        top_reply_share: share(top_count, bots.len()),
        top_line: set.shares().first().map(|(line, share)| (line.to_string(), *share)),
        distinct_n: distinct(&bots),
        length_variation: [variation(&users), variation(&bots)],
        longest_turn: turns.iter().map(Vec::len).max().unwrap_or(0),
        unseen: unseen(set),
        validation_words: set.validation.iter().flatten().map(|turn| words(turn).len()).sum(),
        blocked: Blocklist::shipped()?.hits(all.iter().copied()),
        rarer: han_of(&all, Frequency::Rarer),
        outside: han_of(&all, Frequency::Outside),
    })
}

/// What the bot says.
fn replies(talks: &[Talk]) -> impl Iterator<Item = &String> {
    talks.iter().flat_map(|talk| talk.iter().skip(1).step_by(2))
}

/// The replies of a dialogue to anything but a greeting, thanks or a farewell: those are the same in
/// every talk, and may be.
fn replies_but_greetings(talk: &Talk) -> impl Iterator<Item = &String> {
    let exchanges = talk.chunks_exact(2).filter(|exchange| !is_greeting(&exchange[0]));
    exchanges.map(|exchange| &exchange[1])
}

/// Whether a turn only greets, thanks or takes leave.
fn is_greeting(turn: &str) -> bool {
    const ENGLISH: [&str; 12] = [
        "hello",
        "hi",
        "hey",
        "good morning",
        "good evening",
        "good afternoon",
        "good night",
        "bye",
        "goodbye",
        "see you",
        "thanks",
        "thank you",
    ];
    const CHINESE: [&str; 11] = [
        "你好",
        "您好",
        "早上好",
        "早安",
        "下午好",
        "晚上好",
        "晚安",
        "再见",
        "拜拜",
        "谢谢",
        "嗨",
    ];
    let words = words(turn).join(" ");
    let begins = |greeting: &&str| {
        words.strip_prefix(*greeting).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let short = turn.chars().count() <= 30;
    short && ENGLISH.iter().any(begins)
        || CHINESE.iter().any(|greeting| turn.starts_with(greeting) && turn.chars().count() <= 9)
}

fn near_copies(set: &Expansion) -> usize {
    if set.validation.is_empty() {
        return 0;
    }
    let known = near::Index::new(&set.training);
    set.validation.iter().filter(|talk| known.has_near(talk)).count()
}

/// The share of running words of the validation part that training does not have.
fn unseen(set: &Expansion) -> f64 {
    let of = |talks: &[Talk]| -> Vec<String> {
        talks.iter().flatten().flat_map(|turn| words(turn)).collect()
    };
    let known: BTreeSet<String> = of(&set.training).into_iter().collect();
    let asked = of(&set.validation);
    share(asked.iter().filter(|word| !known.contains(*word)).count(), asked.len())
}

/// The Chinese characters of that frequency, each once.
fn han_of(texts: &[&str], frequency: Frequency) -> String {
    let all: BTreeSet<char> = texts.iter().flat_map(|text| text.chars()).collect();
    all.into_iter().filter(|&c| is_han(c) && characters::frequency(c) == frequency).collect()
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
fn most_frequent<'a>(texts: impl Iterator<Item = &'a String>) -> (String, usize) {
    let mut counts = BTreeMap::new();
    for text in texts {
        *counts.entry(text.as_str()).or_insert(0) += 1;
    }
    let top = counts.into_iter().max_by_key(|&(_, count)| count);
    top.map_or((String::new(), 0), |(text, count)| (text.to_string(), count))
}

/// The shares of different sequences of one, two and three words. The longer a text, the more often
/// it must repeat itself, so that only the same length can be compared.
fn distinct(texts: &[&String]) -> [f64; 3] {
    const COMPARED: usize = 100_000;
    let (mut all, mut different) = ([0; 3], [const { BTreeSet::new() }; 3]);
    for text in texts {
        let words = words(text);
        for n in 1..=3 {
            all[n - 1] += words.windows(n).len();
            different[n - 1].extend(words.windows(n).map(<[_]>::to_vec));
        }
        if all[0] >= COMPARED {
            break;
        }
    }
    [0, 1, 2].map(|n| share(different[n].len(), all[n]))
}

/// Standard deviation over mean of the lengths in words.
fn variation(turns: &[&String]) -> f64 {
    let lengths: Vec<f64> = turns.iter().map(|turn| words(turn).len() as f64).collect();
    let n = lengths.len().max(1) as f64;
    let mean = lengths.iter().sum::<f64>() / n;
    let variance = lengths.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
    if mean == 0.0 { 0.0 } else { variance.sqrt() / mean }
}

/// A share, 0 of nothing.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(training: &[&[&str]], validation: &[&[&str]]) -> Expansion {
        let talks = |talks: &[&[&str]]| {
            talks.iter().map(|talk| talk.iter().map(ToString::to_string).collect()).collect()
        };
        let (training, validation) = (talks(training), talks(validation));
        Expansion { training, validation, ..Expansion::default() }
    }

    #[test]
    fn greetings_do_not_count_as_the_same_reply() {
        let talks: &[&[&str]] = &[
            &["Hello!", "Hi!"],
            &["Hi, bot.", "Hi!"],
            &["你好呀！", "Hi!"],
            &["Highlands?", "Yes."],
            &["Is it?", "Yes."],
        ];
        let found = quality(&set(talks, &[])).unwrap();
        assert_eq!((found.top_reply.as_str(), found.top_reply_share), ("Yes.", 0.4));
        assert_eq!(found.duplicates, 0);
    }

    #[test]
    fn copies_unseen_words_and_rare_characters_are_found() {
        let long = "one two three four five six seven eight nine ten";
        let set = set(&[&[long, "鹦貓猫"], &[long, "鹦貓猫"]], &[&[long, "no"]]);
        let found = quality(&set).unwrap();
        assert_eq!((found.duplicates, found.near_copies), (1, 0));
        assert_eq!((found.rarer.as_str(), found.outside.as_str()), ("鹦", "貓"));
        assert!((found.unseen - 1.0 / 11.0).abs() < 1e-12);
    }
}
