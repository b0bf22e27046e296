//! What a set should reach.

use serde::Serialize;
use std::fmt;

use super::super::SetEntry;
use super::super::index::Form;
use super::Quality;

/// One thing that a set should reach, and whether it does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Target {
    /// What is measured.
    pub what: &'static str,
    /// What was measured.
    pub value: f64,
    /// The least or the most that it may be.
    pub limit: f64,
    /// Whether the limit is the least.
    pub at_least: bool,
    /// Whether the value is within it.
    pub passed: bool,
}

impl Target {
    /// Something of which there should be at least so much.
    pub fn least(what: &'static str, value: f64, limit: f64) -> Self {
        Self { what, value, limit, at_least: true, passed: value >= limit }
    }

    /// Something of which there should be at most so much.
    pub fn most(what: &'static str, value: f64, limit: f64) -> Self {
        Self { what, value, limit, at_least: false, passed: value <= limit }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.passed { "ok   " } else { "FAILS" };
        let which = if self.at_least { "at least" } else { "at most" };
        let (what, value, limit) = (self.what, short(self.value), short(self.limit));
        write!(f, "  {mark} {what}: {value}, {which} {limit}")
    }
}

/// A number in four places at most.
fn short(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').into()
}

/// What kind of set it is, which decides what is asked of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Judged {
    /// For free talk: its replies must be varied.
    pub chat: bool,
    /// With words that no other dialogue has, which validation cannot share with training.
    pub coined: bool,
    /// With faults, or with repetitions, on purpose: only its decency is judged.
    pub on_purpose: bool,
}

impl Judged {
    /// What a shipped set is.
    pub fn of(set: &SetEntry) -> Self {
        let on_purpose = set.form == Form::Raw || set.sentences.is_some();
        Self { chat: set.chat, coined: set.coined, on_purpose }
    }
}

impl Quality {
    /// What is asked of such a set.
    pub fn targets(&self, judged: Judged) -> Vec<Target> {
        let count = |count: usize| count as f64;
        let mut targets = vec![
            Target::most("texts with a blocked word", count(self.blocked.len()), 0.0),
            Target::most("characters outside GB 2312", count(self.outside.chars().count()), 0.0),
        ];
        if judged.on_purpose {
            return targets;
        }
        targets.push(Target::most("exact duplicates", count(self.duplicates), 0.0));
        targets.push(Target::most("near-copies in validation", count(self.near_copies), 0.0));
        if let Some((_, share)) = self.top_line {
            targets.push(Target::most("share of the most used line", share, 0.03));
        }
        // In a small validation part a single word would decide.
        if !judged.coined && self.validation_words >= 1000 {
            targets.push(Target::most("unseen words in validation", self.unseen, 0.005));
        }
        if !self.is_text {
            let [user, bot] = self.length_variation;
            targets.extend([
                Target::most("share of the most frequent reply", self.top_reply_share, 0.015),
                Target::least("variation of the user's lengths", user, 0.4),
                Target::least("variation of the bot's lengths", bot, 0.4),
            ]);
        }
        if judged.chat {
            targets.extend([
                Target::least("distinct-2 of the replies", self.distinct_n[1], 0.12),
                Target::least("distinct-3 of the replies", self.distinct_n[2], 0.3),
            ]);
        }
        targets
    }
}
