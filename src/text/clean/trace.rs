//! What the rules did to one dialogue, character by character: for whoever wants to see it.

use super::{Rule, Work};
use crate::text::dialogue::{Dialogue, Role};
use std::ops::Range;

/// What became of a stretch of the text as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Something else stands in its place.
    Changed,
    /// It is gone.
    Removed,
}

/// A stretch that a rule touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of the turn as it was written.
    pub range: Range<usize>,
    /// What became of it.
    pub fate: Fate,
    /// The step, from 0, of the last rule that touched it.
    pub step: usize,
}

/// What one rule, applied after those before it, made of the dialogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The rule's name.
    pub rule: &'static str,
    /// Each turn after it; none for a turn that is gone.
    pub turns: Vec<Option<String>>,
    /// For each turn as it was written, what the rules so far did to it, in order of place.
    pub marks: Vec<Vec<Mark>>,
    /// Characters that this rule alone changed, removed or added.
    pub changed: usize,
}

/// A dialogue on its way through the rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// One for each rule that is on, in order.
    pub steps: Vec<Step>,
}

/// Follows one dialogue through the rules that are `enabled`. `repeated`: whether the same dialogue
/// has come before, when the rule about duplicates is reached.
pub fn trace(dialogue: &Dialogue, enabled: &[&str], have_turns: bool, repeated: bool) -> Trace {
    let mut threads: Vec<Thread> =
        dialogue.turns.iter().map(|turn| Thread::new(turn.role, &turn.text)).collect();
    let mut steps = Vec::new();
    for rule in Rule::all().iter().filter(|rule| enabled.contains(&rule.name)) {
        let number = steps.len();
        let changed = match rule.work {
            Work::Text(clean) => {
                threads.iter_mut().map(|thread| thread.clean(clean, number)).sum::<usize>()
            }
            Work::Turns(_) if !have_turns => 0,
            Work::Turns(cut) | Work::Blank(cut) => {
                let mut left =
                    Dialogue { turns: threads.iter().filter_map(Thread::turn).collect() };
                cut(&mut left);
                end_after(&mut threads, left.turns.len(), number)
            }
            Work::Duplicates if repeated => end_after(&mut threads, 0, number),
            Work::Duplicates => 0,
        };
        steps.push(Step {
            rule: rule.name,
            turns: threads.iter().map(|thread| thread.text.clone()).collect(),
            marks: threads.iter().map(Thread::marks).collect(),
            changed,
        });
    }
    Trace { steps }
}

/// Ends the dialogue after that many turns; returns how many characters are gone.
fn end_after(threads: &mut [Thread], turns: usize, step: usize) -> usize {
    threads.iter_mut().skip(turns).map(|thread| thread.end(step)).sum()
}

/// One turn on its way.
struct Thread {
    role: Role,
    /// The characters as they were written: where each begins, and what became of it.
    written: Vec<(usize, Option<(Fate, usize)>)>,
    /// Bytes of the turn as it was written.
    length: usize,
    /// The text by now; none if the turn is gone.
    text: Option<String>,
    /// For each character of `text`, the written one that it comes from.
    origins: Vec<Option<usize>>,
}

impl Thread {
    fn new(role: Role, text: &str) -> Self {
        let written: Vec<_> = text.char_indices().map(|(at, _)| (at, None)).collect();
        let origins = (0..written.len()).map(Some).collect();
        Self { role, written, length: text.len(), text: Some(text.to_owned()), origins }
    }

    fn turn(&self) -> Option<crate::text::Turn> {
        self.text.clone().map(|text| crate::text::Turn { role: self.role, text })
    }

    /// Returns how many characters the rule touched.
    fn clean(&mut self, clean: fn(&str) -> String, step: usize) -> usize {
        let Some(text) = &self.text else { return 0 };
        let after = clean(text);
        if after == *text {
            return 0;
        }
        let [before, now] = [text, &after].map(|text| text.chars().collect::<Vec<char>>());
        let mut origins = Vec::with_capacity(now.len());
        let (mut at, mut touched) = (0, 0);
        for change in align(&before, &now) {
            match change {
                Change::Kept(count) => {
                    origins.extend_from_slice(&self.origins[at..at + count]);
                    at += count;
                }
                Change::Put { removed, added } => {
                    let fate = if added == 0 { Fate::Removed } else { Fate::Changed };
                    let gone = &self.origins[at..at + removed];
                    for &origin in gone.iter().flatten() {
                        self.written[origin].1 = Some((fate, step));
                    }
                    origins.extend((0..added).map(|i| gone.get(i).copied().flatten()));
                    at += removed;
                    touched += removed.max(added);
                }
            }
        }
        (self.origins, self.text) = (origins, Some(after));
        touched
    }

    /// The turn is removed; returns how many characters it had.
    fn end(&mut self, step: usize) -> usize {
        if self.text.take().is_none() {
            return 0;
        }
        for &origin in self.origins.iter().flatten() {
            self.written[origin].1 = Some((Fate::Removed, step));
        }
        std::mem::take(&mut self.origins).len()
    }

    fn marks(&self) -> Vec<Mark> {
        let mut marks: Vec<Mark> = Vec::new();
        let ends = self.written.iter().skip(1).map(|(at, _)| *at).chain([self.length]);
        for ((start, became), end) in self.written.iter().zip(ends) {
            let Some((fate, step)) = *became else { continue };
            match marks.last_mut() {
                Some(last)
                    if last.range.end == *start && (last.fate, last.step) == (fate, step) =>
                {
                    last.range.end = end;
                }
                _ => marks.push(Mark { range: *start..end, fate, step }),
            }
        }
        marks
    }
}

/// A stretch of an alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// So many characters are the same.
    Kept(usize),
    /// So many are gone, and so many stand there instead.
    Put { removed: usize, added: usize },
}

/// Characters that must agree for two places to belong together.
const ANCHOR: usize = 3;
/// How far such a place is looked for, in both texts together.
const FAR: usize = 240;

/// Which characters of `after` are those of `before`. Both are read side by side; where they part, the
/// nearest place at which they agree again is taken. That is not always the smallest difference, but
/// it is found in a time that hardly grows with the text.
fn align(before: &[char], after: &[char]) -> Vec<Change> {
    let mut changes = Vec::new();
    let (mut at, mut now) = (0, 0);
    while at < before.len() || now < after.len() {
        let same = before[at..].iter().zip(&after[now..]).take_while(|(a, b)| a == b).count();
        if same > 0 {
            changes.push(Change::Kept(same));
            (at, now) = (at + same, now + same);
            continue;
        }
        let (removed, added) = parted(&before[at..], &after[now..]);
        put(&mut changes, &before[at..at + removed], &after[now..now + added]);
        (at, now) = (at + removed, now + added);
    }
    changes
}

/// How many characters pass in both until they agree again; all, if they never do.
fn parted(before: &[char], after: &[char]) -> (usize, usize) {
    let agree = |removed: usize, added: usize| {
        let (a, b) = (&before[removed..], &after[added..]);
        let n = a.len().min(b.len()).min(ANCHOR);
        // At the end of both, there is nothing left to compare.
        a[..n] == b[..n] && (n == ANCHOR || a.len() == b.len())
    };
    for far in 1..=FAR.min(before.len() + after.len()) {
        for removed in far.saturating_sub(after.len())..=far.min(before.len()) {
            if agree(removed, far - removed) {
                return (removed, far - removed);
            }
        }
    }
    (before.len(), after.len())
}

/// Adds a difference. If both sides are equally long, what agrees in between stays.
fn put(changes: &mut Vec<Change>, before: &[char], after: &[char]) {
    if before.len() != after.len() {
        changes.push(Change::Put { removed: before.len(), added: after.len() });
        return;
    }
    for (a, b) in before.iter().zip(after) {
        match changes.last_mut() {
            Some(Change::Kept(count)) if a == b => *count += 1,
            Some(Change::Put { removed, added }) if a != b && removed == added => {
                (*removed, *added) = (*removed + 1, *added + 1);
            }
            _ if a == b => changes.push(Change::Kept(1)),
            _ => changes.push(Change::Put { removed: 1, added: 1 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Turn;
    use crate::text::clean::clean;
    use proptest::prelude::*;

    fn shown(text: &str, marks: &[Mark]) -> Vec<(String, Fate)> {
        marks.iter().map(|mark| (text[mark.range.clone()].to_string(), mark.fate)).collect()
    }

    #[test]
    fn marks_stand_on_what_was_touched() {
        let text = "Do  you LIKE rain??";
        let dialogue = Dialogue { turns: vec![Turn::user(text), Turn::bot("yes")] };
        let rules = ["repeated-punctuation", "lower-case", "white-space"];
        let trace = trace(&dialogue, &rules, true, false);
        let names: Vec<_> = trace.steps.iter().map(|step| step.rule).collect();
        assert_eq!(names, rules);
        let last = &trace.steps[2];
        assert_eq!(last.turns[0].as_deref(), Some("do you like rain?"));
        let expected = [("D", Fate::Changed), (" ", Fate::Removed), ("LIKE", Fate::Changed)];
        let mut expected: Vec<_> =
            expected.iter().map(|(text, fate)| (text.to_string(), *fate)).collect();
        expected.push(("?".into(), Fate::Removed));
        assert_eq!(shown(text, &last.marks[0]), expected);
        assert_eq!(trace.steps.iter().map(|step| step.changed).collect::<Vec<_>>(), [1, 5, 1]);
        assert!(last.marks[1].is_empty());
    }

    #[test]
    fn a_repeated_dialogue_is_struck_out_whole() {
        let dialogue = Dialogue { turns: vec![Turn::user("Hi"), Turn::bot("Hello")] };
        let trace = trace(&dialogue, &["duplicates"], true, true);
        assert_eq!(trace.steps[0].turns, [None, None]);
        assert_eq!(shown("Hello", &trace.steps[0].marks[1]), [("Hello".into(), Fate::Removed)]);
    }

    proptest! {
        /// The trace tells the same as cleaning does, and what has no mark is still there, in order.
        #[test]
        fn a_trace_ends_where_cleaning_ends(
            texts in prop::collection::vec("([aAé 你！!?.😀<>&@\u{200b}\t\n]|www\\.b\\.org|&amp;){0,30}", 1..4)
        ) {
            let turn = |(i, text): (usize, String)| if i % 2 == 0 { Turn::user(text) } else { Turn::bot(text) };
            let dialogue = Dialogue { turns: texts.into_iter().enumerate().map(turn).collect() };
            let all: Vec<&str> = Rule::all().iter().map(|rule| rule.name).collect();
            let trace = trace(&dialogue, &all, true, false);
            let last = trace.steps.last().expect("rules");
            let cleaned = clean(vec![dialogue.clone()], &all).0;
            let turns: Vec<String> = cleaned.into_iter().flat_map(|d| d.turns).map(|t| t.text).collect();
            prop_assert_eq!(last.turns.iter().flatten().cloned().collect::<Vec<_>>(), turns);
            for (number, turn) in dialogue.turns.iter().enumerate() {
                let mut kept = turn.text.clone();
                for mark in last.marks[number].iter().rev() {
                    kept.replace_range(mark.range.clone(), "");
                }
                let now = last.turns[number].clone().unwrap_or_default();
                let mut rest = now.chars();
                prop_assert!(kept.chars().all(|c| rest.any(|other| other == c)), "{kept:?} in {now:?}");
            }
        }

        #[test]
        fn an_alignment_covers_both_texts(before in "[ab ]{0,40}", after in "[ab ]{0,40}") {
            let [before, after] = [before, after].map(|text| text.chars().collect::<Vec<_>>());
            let (mut at, mut now) = (0, 0);
            for change in align(&before, &after) {
                match change {
                    Change::Kept(n) => {
                        prop_assert_eq!(&before[at..at + n], &after[now..now + n]);
                        (at, now) = (at + n, now + n);
                    }
                    Change::Put { removed, added } => (at, now) = (at + removed, now + added),
                }
            }
            prop_assert_eq!((at, now), (before.len(), after.len()));
        }
    }
}
