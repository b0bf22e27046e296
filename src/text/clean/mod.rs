//! Cleaning: named rules, applied one after the other, each reporting what it changed.
//!
//! A model repeats its text, dirt and all; so text is cleaned before anything is learned from
//! it. The order of [`RULES`] is the order in which they work: characters first, then words,
//! then white space (which earlier rules may leave behind), then whole turns and dialogues.
//! Every rule is idempotent: applied to its own result it changes nothing.

mod characters;
mod emoji;
mod links;
mod markup;
mod trace;
mod turns;

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::dialogue::{Dialogue, Role, Turn};

pub use trace::{Fate, Mark, Step, Trace, trace};
pub use turns::LONGEST_TURN;

/// A cleaning rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name, such as `white-space`, by which it is switched on and off.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub what: &'static str,
    /// Whether it is on unless switched off.
    pub on_by_default: bool,
    work: Work,
}

/// What a rule works on.
#[derive(Debug, Clone, Copy)]
enum Work {
    /// The text of each turn on its own.
    Text(fn(&str) -> String),
    /// The turns of a dialogue; left out for plain texts, which have no turns.
    Turns(fn(&mut Dialogue)),
    /// Turns whose text is blank; for plain texts, blank texts.
    Blank(fn(&mut Dialogue)),
    /// All dialogues, compared with each other.
    Duplicates,
}

/// A rule that works on text alone and is on by default.
const fn text(name: &'static str, what: &'static str, clean: fn(&str) -> String) -> Rule {
    Rule { name, what, on_by_default: true, work: Work::Text(clean) }
}

/// All rules, in the order in which they work.
pub const RULES: [Rule; 12] = [
    text(
        "control-characters",
        "Characters that control a terminal or are invisible, and marks of broken encodings, are \
         removed; lines end with a single line feed.",
        characters::remove_controls,
    ),
    text(
        "markup-entities",
        "HTML tags become a space, and entities such as &amp; the character they stand for.",
        markup::resolve,
    ),
    text(
        "unicode-form",
        "Letters and their accents take one form (Unicode NFC); full-width Latin letters and \
         digits become ordinary ones.",
        characters::normal_form,
    ),
    text("links", "Web addresses become [link].", links::mask_links),
    text("e-mail", "E-mail addresses become [e-mail].", links::mask_mail),
    text(
        "repeated-punctuation",
        "Repeated marks are shortened: !!! becomes !, and ...... becomes three dots.",
        characters::shorten_punctuation,
    ),
    Rule { on_by_default: false, ..text("emoji", "Emoji are removed.", emoji::remove_emoji) },
    Rule {
        on_by_default: false,
        ..text("lower-case", "Capital letters become small ones.", str::to_lowercase)
    },
    text(
        "white-space",
        "Runs of white space become one space, or one line feed if they hold one; none is left \
         at the ends.",
        characters::tidy_spaces,
    ),
    Rule {
        name: "empty-turns",
        what: "A dialogue ends before a turn without text: what follows it would answer nothing.",
        on_by_default: true,
        work: Work::Blank(turns::cut_at_blank),
    },
    Rule {
        name: "long-turns",
        what: "A dialogue ends before a turn of more than 2000 characters.",
        on_by_default: true,
        work: Work::Turns(turns::cut_at_long),
    },
    Rule {
        name: "duplicates",
        what: "Of dialogues that are exactly the same, the first is kept.",
        on_by_default: true,
        work: Work::Duplicates,
    },
];

impl Rule {
    /// All rules, in the order in which they work.
    pub fn all() -> &'static [Rule] {
        const { &RULES }
    }

    /// The rule called `name`.
    pub fn find(name: &str) -> Option<&'static Rule> {
        Self::all().iter().find(|rule| rule.name == name)
    }

    /// The names of the rules that are on unless switched off.
    pub fn defaults() -> Vec<&'static str> {
        Self::all().iter().filter(|rule| rule.on_by_default).map(|rule| rule.name).collect()
    }

    /// What the rule makes of one text; rules about turns and dialogues leave it as it is.
    pub fn clean_text(&self, text: &str) -> String {
        match self.work {
            Work::Text(clean) => clean(text),
            _ => text.to_owned(),
        }
    }
}

/// How many examples of its work a report holds.
const EXAMPLES: usize = 3;

/// What one rule did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleReport {
    /// The rule's name.
    pub rule: &'static str,
    /// Dialogues that it changed or removed.
    pub dialogues_changed: usize,
    /// Turns whose text it changed.
    pub turns_changed: usize,
    /// Turns that it removed, those of removed dialogues among them.
    pub turns_removed: usize,
    /// Dialogues that it removed.
    pub dialogues_removed: usize,
    /// Characters that are gone. A character put in another's place counts here and below.
    pub characters_removed: usize,
    /// Characters that are new.
    pub characters_added: usize,
    /// The first few texts that it changed or removed: before and, if anything is left, after.
    pub examples: Vec<(String, Option<String>)>,
}

impl RuleReport {
    /// How many characters the rule touched: removed, replaced or added.
    pub fn characters_changed(&self) -> usize {
        self.characters_removed.max(self.characters_added)
    }

    /// Returns whether there is a difference.
    fn changed(&mut self, before: &str, after: &str) -> bool {
        if before == after {
            return false;
        }
        let (removed, added) = difference(before, after);
        self.turns_changed += 1;
        self.characters_removed += removed;
        self.characters_added += added;
        self.example(before, Some(after));
        true
    }

    fn removed(&mut self, turns: &[Turn]) {
        self.turns_removed += turns.len();
        for turn in turns {
            self.characters_removed += turn.text.chars().count();
            self.example(&turn.text, None);
        }
    }

    fn example(&mut self, before: &str, after: Option<&str>) {
        if self.examples.len() < EXAMPLES {
            self.examples.push((before.to_owned(), after.map(str::to_owned)));
        }
    }
}

/// How many characters `after` lacks and has over `before`, whatever their order.
fn difference(before: &str, after: &str) -> (usize, usize) {
    let mut balance: HashMap<char, isize> = HashMap::new();
    before.chars().for_each(|character| *balance.entry(character).or_default() -= 1);
    after.chars().for_each(|character| *balance.entry(character).or_default() += 1);
    let removed = balance.values().filter(|n| **n < 0).map(|n| n.unsigned_abs()).sum();
    let added = balance.values().filter(|n| **n > 0).map(|n| n.unsigned_abs()).sum();
    (removed, added)
}

/// Cleans dialogues with the rules whose names are `enabled` (names that no rule has do nothing)
/// and reports what each of them did, in order.
pub fn clean(dialogues: Vec<Dialogue>, enabled: &[&str]) -> (Vec<Dialogue>, Vec<RuleReport>) {
    run(dialogues, enabled, true)
}

/// Cleans plain texts. The rules about turns have nothing to do: a text may be as long as it
/// likes; blank texts are removed by `empty-turns`. Reports count a text as a turn.
pub fn clean_texts(texts: Vec<String>, enabled: &[&str]) -> (Vec<String>, Vec<RuleReport>) {
    // A text is cleaned as a dialogue in which only the bot speaks.
    let as_dialogue = |text| Dialogue { turns: vec![Turn { role: Role::Bot, text }] };
    let (cleaned, reports) = run(texts.into_iter().map(as_dialogue).collect(), enabled, false);
    let texts = cleaned.into_iter().flat_map(|dialogue| dialogue.turns).map(|turn| turn.text);
    (texts.collect(), reports)
}

fn run(
    dialogues: Vec<Dialogue>,
    enabled: &[&str],
    have_turns: bool,
) -> (Vec<Dialogue>, Vec<RuleReport>) {
    let mut work = Entries::new(dialogues, have_turns);
    let rules = Rule::all().iter().filter(|rule| enabled.contains(&rule.name));
    let reports =
        rules.filter_map(|rule| work.pass(rule, true, &mut |_| ControlFlow::Continue(())));
    let reports = reports.collect();
    (work.entries.into_iter().map(|(_, dialogue)| dialogue).collect(), reports)
}

/// What cleaning makes of many dialogues, and what every rule has to do with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// The dialogues that are left.
    pub dialogues: Vec<Dialogue>,
    /// For each of them, its place among those that were given.
    pub origins: Vec<usize>,
    /// Every rule, in order: what it did, or if it is off, what it would do at its place.
    pub reports: Vec<RuleReport>,
}

/// Cleans dialogues as [`clean`] does, and also measures the rules that are off. Without turns, each
/// dialogue is a text, as in [`clean_texts`]. `watch` is told the share that is done; None if it
/// breaks.
pub fn survey(
    dialogues: Vec<Dialogue>,
    enabled: &[&str],
    have_turns: bool,
    watch: &mut dyn FnMut(f32) -> ControlFlow<()>,
) -> Option<Survey> {
    let mut work = Entries::new(dialogues, have_turns);
    let mut reports = Vec::new();
    let all = Rule::all().len() as f32;
    for (place, rule) in Rule::all().iter().enumerate() {
        let mut watch = |share: f32| watch((place as f32 + share) / all);
        reports.push(work.pass(rule, enabled.contains(&rule.name), &mut watch)?);
    }
    let (origins, dialogues) = work.entries.into_iter().unzip();
    Some(Survey { dialogues, origins, reports })
}

/// How many dialogues pass between two looks at the watcher.
const BETWEEN_LOOKS: usize = 256;

/// Dialogues under the hands of the rules, each with its place at the beginning.
struct Entries {
    entries: Vec<(usize, Dialogue)>,
    have_turns: bool,
}

impl Entries {
    fn new(dialogues: Vec<Dialogue>, have_turns: bool) -> Self {
        Self { entries: dialogues.into_iter().enumerate().collect(), have_turns }
    }

    /// Lets one rule work, or, if it is not to be applied, only measures what it would do. None if
    /// the watcher, who is told the share that is done, breaks.
    fn pass(
        &mut self,
        rule: &Rule,
        apply: bool,
        watch: &mut dyn FnMut(f32) -> ControlFlow<()>,
    ) -> Option<RuleReport> {
        let mut report = RuleReport { rule: rule.name, ..RuleReport::default() };
        let all = self.entries.len();
        match rule.work {
            Work::Turns(_) if !self.have_turns => {}
            Work::Duplicates => self.drop_repeated(apply, &mut report),
            work => {
                for (place, (_, dialogue)) in self.entries.iter_mut().enumerate() {
                    if place % BETWEEN_LOOKS == 0 && watch(place as f32 / all as f32).is_break() {
                        return None;
                    }
                    match work {
                        Work::Text(clean) => clean_each(dialogue, clean, apply, &mut report),
                        Work::Blank(cut) | Work::Turns(cut) => {
                            cut_one(dialogue, cut, apply, &mut report);
                        }
                        Work::Duplicates => {}
                    }
                }
                let cuts = matches!(work, Work::Blank(_) | Work::Turns(_));
                if apply && cuts {
                    self.entries.retain(|(_, dialogue)| !dialogue.turns.is_empty());
                }
            }
        }
        Some(report)
    }

    fn drop_repeated(&mut self, apply: bool, report: &mut RuleReport) {
        let repeated = turns::repeated(self.entries.iter().map(|(_, dialogue)| dialogue));
        for ((_, dialogue), _) in self.entries.iter().zip(&repeated).filter(|(_, again)| **again) {
            report.removed(&dialogue.turns);
            report.dialogues_removed += 1;
            report.dialogues_changed += 1;
        }
        if apply {
            let mut again = repeated.into_iter();
            self.entries.retain(|_| !again.next().unwrap_or(false));
        }
    }
}

fn clean_each(
    dialogue: &mut Dialogue,
    clean: fn(&str) -> String,
    apply: bool,
    report: &mut RuleReport,
) {
    let mut touched = false;
    for turn in &mut dialogue.turns {
        let after = clean(&turn.text);
        touched |= report.changed(&turn.text, &after);
        if apply {
            turn.text = after;
        }
    }
    report.dialogues_changed += usize::from(touched);
}

fn cut_one(dialogue: &mut Dialogue, cut: fn(&mut Dialogue), apply: bool, report: &mut RuleReport) {
    let before = dialogue.clone();
    cut(dialogue);
    let left = dialogue.turns.len();
    report.removed(&before.turns[left..]);
    report.dialogues_changed += usize::from(left < before.turns.len());
    report.dialogues_removed += usize::from(left == 0);
    if !apply {
        *dialogue = before;
    }
}

#[cfg(test)]
mod tests;
