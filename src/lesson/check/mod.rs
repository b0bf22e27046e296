//! The checker: everything about a lesson that can be said without playing it.

mod actions;
mod formulas;
mod texts;

use super::formula::{Bound, Quantity, Type};
use super::glossary::{Glossary, is_id};
use super::load::Loaded;
use super::names::did_you_mean;
use super::outline::{Place, Spot};
use super::part::Part;
use super::problem::{Problem, Severity};
use super::schema::{Ability, Bet, Lesson, Step, Task};
use super::shipped::{CURRICULUM, MISCONCEPTIONS};
use std::collections::{BTreeMap, BTreeSet};

pub use texts::{reading_seconds, words_and_characters};

/// The lesson that needs no puzzle.
const TOUR: &str = "00-tour";
/// Steps that make a sitting.
const STEPS: std::ops::RangeInclusive<usize> = 5..=9;
/// The longest lesson, in minutes.
pub const LONGEST: u32 = 25;

/// The names that a lesson may use, beyond those that this module knows itself.
#[derive(Debug)]
pub struct Known {
    pub models: Vec<String>,
    pub presets: Vec<String>,
    pub sets: Vec<String>,
    pub rules: Vec<String>,
    /// The recorded runs.
    pub runs: Vec<String>,
    /// What the program can do of that which not every version can.
    pub abilities: Vec<Ability>,
    pub glossary: Glossary,
}

/// What the checker found.
#[derive(Debug, Default)]
pub struct Checked {
    pub problems: Vec<Problem>,
    /// What the lesson reads, and where first.
    pub quantities: Vec<(Place, Quantity)>,
    /// Texts that have to be one token: English, Chinese, and where.
    pub tokens: Vec<(Place, String, String)>,
    /// What it does, and where first.
    pub actions: Vec<(Place, &'static str)>,
}

impl Checked {
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(Problem::is_error)
    }
}

/// Checks one lesson. `others` are the ids of lessons that it may come after, besides the curriculum's.
pub fn check(loaded: &Loaded, known: &Known, others: &[String]) -> Checked {
    let mut checker = Checker {
        file: &loaded.file,
        lesson: &loaded.lesson,
        known,
        names: BTreeMap::new(),
        linked: BTreeSet::new(),
        recordings: Vec::new(),
        checked: Checked::default(),
    };
    checker.lesson(loaded.outline.root(), others);
    let mut checked = checker.checked;
    checked.problems.sort_by_key(|problem| (problem.place, problem.severity));
    checked
}

/// Lessons that come after themselves.
pub fn cycles(lessons: &[Loaded]) -> Vec<Problem> {
    let after: BTreeMap<&str, &[String]> =
        lessons.iter().map(|one| (one.lesson.id.as_str(), one.lesson.after.as_slice())).collect();
    let mut problems = Vec::new();
    for one in lessons {
        let start = one.lesson.id.as_str();
        for (i, first) in one.lesson.after.iter().enumerate() {
            let (mut seen, mut open) = (BTreeSet::new(), vec![first.as_str()]);
            while let Some(id) = open.pop() {
                if seen.insert(id) {
                    open.extend(after.get(id).copied().unwrap_or(&[]).iter().map(String::as_str));
                }
            }
            if seen.contains(start) {
                let place = one.outline.root().field("after").item(i).place();
                let what = format!("{start} comes after {first}, and {first} after {start}");
                problems.push(Problem::error(&one.file, place, what));
            }
        }
    }
    problems
}

struct Checker<'a> {
    file: &'a str,
    lesson: &'a Lesson,
    known: &'a Known,
    /// The names that are bound here.
    names: BTreeMap<String, Bound>,
    /// Terms that some text links to.
    linked: BTreeSet<String>,
    /// The recorded runs that it shows, and where.
    recordings: Vec<(Place, String)>,
    checked: Checked,
}

impl Checker<'_> {
    fn error(&mut self, place: Place, what: impl Into<String>) {
        self.checked.problems.push(Problem::error(self.file, place, what));
    }

    fn warn(&mut self, place: Place, what: impl Into<String>) {
        let problem = Problem::error(self.file, place, what);
        self.checked.problems.push(Problem { severity: Severity::Warning, ..problem });
    }

    /// A name that has to be one of those that are known.
    fn known<'n>(
        &mut self,
        spot: Spot<'_>,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'n str> + Clone,
    ) {
        if !known.clone().any(|one| one == name) {
            let near = did_you_mean(name, known);
            self.error(spot.place(), format!("there is no {what} {name}{near}"));
        }
    }

    fn lesson(&mut self, root: Spot<'_>, others: &[String]) {
        let lesson = self.lesson;
        self.identity(root, others);
        for (name, text) in [("title", &lesson.title), ("question", &lesson.question)] {
            self.text(root.field(name), text);
        }
        self.setup(root.field("setup"));
        for (i, part) in lesson.hide.iter().enumerate() {
            self.known(root.field("hide").item(i), "part", part, Part::names());
        }
        self.bind(root.field("bind"), &lesson.bind);
        for (i, premise) in lesson.premise.iter().enumerate() {
            self.formula(root.field("premise").item(i), premise, Type::Flag);
        }
        let of_lesson = self.names.clone();
        for (i, step) in lesson.steps.iter().enumerate() {
            self.names.clone_from(&of_lesson);
            self.step(root.field("steps").item(i), step);
        }
        self.names = of_lesson;
        self.shown_recordings();
        self.takeaway(root.field("takeaway"), &lesson.takeaway);
        self.text_of_any_length(root.field("teacher"), &lesson.teacher);
        self.whole(root);
    }

    /// Who the lesson is, and what it refers to.
    fn identity(&mut self, root: Spot<'_>, others: &[String]) {
        let lesson = self.lesson;
        let id = root.field("id").place();
        let stem = std::path::Path::new(self.file).file_stem().unwrap_or_default();
        if !is_id(&lesson.id) {
            self.error(id, format!("{:?} is no id; use a-z, 0-9 and -", lesson.id));
        } else if stem != lesson.id.as_str() {
            let stem = stem.to_string_lossy();
            self.error(id, format!("the file is called {stem}; its id has to be the same"));
        }
        let lessons = CURRICULUM.iter().copied().chain(others.iter().map(String::as_str));
        for (i, after) in lesson.after.iter().enumerate() {
            self.known(root.field("after").item(i), "lesson", after, lessons.clone());
        }
        for (i, confronted) in lesson.confronts.iter().enumerate() {
            let spot = root.field("confronts").item(i);
            self.known(spot, "misconception", confronted, MISCONCEPTIONS.iter().copied());
        }
        let known = self.known;
        for (i, term) in lesson.terms.iter().enumerate() {
            self.known(root.field("terms").item(i), "term", term, known.glossary.ids());
        }
        if lesson.minutes == 0 || lesson.minutes > LONGEST {
            let what = format!("a lesson takes 1 to {LONGEST} minutes; leave something out");
            self.error(root.field("minutes").place(), what);
        }
        if lesson.stations.is_empty() {
            self.error(root.field("stations").place(), "name the stations where it plays");
        }
    }

    /// What only all steps together show.
    fn whole(&mut self, root: Spot<'_>) {
        let lesson = self.lesson;
        let steps = root.field("steps").place();
        let mut seen = BTreeSet::new();
        for (i, step) in lesson.steps.iter().enumerate() {
            let spot = root.field("steps").item(i).field("id");
            if !is_id(&step.id) {
                self.error(spot.place(), format!("{:?} is no id; use a-z, 0-9 and -", step.id));
            }
            if !seen.insert(&step.id) {
                self.error(spot.place(), format!("the step {} stands twice", step.id));
            }
        }
        let has =
            |wanted: fn(&Task) -> bool, steps: &[Step]| steps.iter().any(|step| wanted(&step.task));
        let is_goal = |task: &Task| matches!(task, Task::Goal { .. });
        let is_bet = |task: &Task| matches!(task, Task::Predict(_));
        if !has(is_goal, &lesson.steps) && lesson.id != TOUR {
            self.error(steps, "no step has a Goal; every lesson has a puzzle");
        }
        if !has(is_bet, &lesson.steps[..lesson.steps.len().min(3)]) {
            self.warn(steps, "none of the first three steps asks for a prediction");
        }
        if !STEPS.contains(&lesson.steps.len()) {
            let what = format!(
                "{} steps; {} to {} make one sitting",
                lesson.steps.len(),
                STEPS.start(),
                STEPS.end()
            );
            self.warn(steps, what);
        }
        for (i, term) in lesson.terms.iter().enumerate() {
            if !self.linked.contains(term) {
                let place = root.field("terms").item(i).place();
                self.warn(place, format!("no text links to the term {term}: [words](term:{term})"));
            }
        }
        let minutes = (self.seconds() / 60.0).ceil() as u32;
        if minutes > lesson.minutes {
            let what = format!("reading, bets and goals alone take {minutes} minutes");
            self.error(root.field("minutes").place(), what);
        } else if lesson.minutes > 5 * minutes {
            let what = format!("reading, bets and goals take {minutes} minutes; this is far more");
            self.warn(root.field("minutes").place(), what);
        }
    }

    fn shown_recordings(&mut self) {
        for (place, name) in std::mem::take(&mut self.recordings) {
            if !self.known.runs.contains(&name) {
                let near = did_you_mean(&name, self.known.runs.iter().map(String::as_str));
                self.error(place, format!("there is no recorded run {name}{near}"));
            }
        }
    }

    fn step(&mut self, spot: Spot<'_>, step: &Step) {
        let (quantities, actions, tokens) =
            (self.checked.quantities.len(), self.checked.actions.len(), self.checked.tokens.len());
        let recordings = self.recordings.len();
        self.parts_of_step(spot, step);
        if step.needs.iter().any(|need| !self.known.abilities.contains(need)) {
            // It is greyed, so nobody will read or do what it asks for.
            self.checked.quantities.truncate(quantities);
            self.checked.actions.truncate(actions);
            self.checked.tokens.truncate(tokens);
            self.recordings.truncate(recordings);
        }
    }

    fn parts_of_step(&mut self, spot: Spot<'_>, step: &Step) {
        self.bind(spot.field("bind"), &step.bind);
        self.text(spot.field("say"), &step.say);
        for (i, premise) in step.premise.iter().enumerate() {
            self.formula(spot.field("premise").item(i), premise, Type::Flag);
        }
        self.actions(spot.field("enter"), &step.enter);
        if let Some(play) = &step.play {
            self.action(spot.field("play"), play);
        }
        self.task(spot.field("task"), &step.task);
        if step.hints.len() > 3 {
            self.error(spot.field("hints").item(3).place(), "three hints are enough");
        }
        if step.hints.is_empty() && matches!(step.task, Task::Goal { .. }) {
            self.error(spot.field("task").place(), "a Goal needs a hint");
        }
        for (i, hint) in step.hints.iter().enumerate() {
            self.text(spot.field("hints").item(i), hint);
        }
        if let Some(reveal) = &step.reveal {
            self.actions(spot.field("reveal").field("show"), &reveal.show);
            self.text(spot.field("reveal").field("say"), &reveal.say);
        } else if matches!(step.task, Task::Predict(_)) {
            self.error(spot.field("task").place(), "a Predict needs a reveal that says why");
        }
        self.actions(spot.field("leave"), &step.leave);
    }

    fn task(&mut self, spot: Spot<'_>, task: &Task) {
        match task {
            Task::Read => {}
            Task::Do { done_when, solve } | Task::Goal { done_when, solve } => {
                self.formula(spot.field("done_when"), done_when, Type::Flag);
                self.actions(spot.field("solve"), solve);
                if solve.is_empty() {
                    self.error(spot.field("solve").place(), "solve is empty; Show me performs it");
                }
            }
            Task::Explain { ask, sample } => {
                self.text(spot.field("ask"), ask);
                self.text(spot.field("sample"), sample);
            }
            Task::Predict(bet) => self.bet(spot.item(0), bet),
        }
    }

    fn bet(&mut self, spot: Spot<'_>, bet: &Bet) {
        self.text(spot.field("ask"), bet.ask());
        let too_few = "two at least, or there is nothing to guess";
        match bet {
            Bet::Choice { options, .. } => {
                if options.len() < 2 {
                    self.error(spot.field("options").place(), too_few);
                }
                for (i, option) in options.iter().enumerate() {
                    let spot = spot.field("options").item(i);
                    self.text(spot.field("text"), &option.text);
                    self.formula(spot.field("when"), &option.when, Type::Flag);
                }
            }
            Bet::Token { truth, .. } => self.formula(spot.field("truth"), truth, Type::Token),
            Bet::Number { truth, near, .. } => {
                self.formula(spot.field("truth"), truth, Type::Number);
                if !(*near > 0.0 && *near < 1.0) {
                    self.error(spot.field("near").place(), "near lies between 0 and 1");
                }
            }
            Bet::Rank { items, .. } => {
                if items.len() < 2 {
                    self.error(spot.field("items").place(), too_few);
                }
                for (i, item) in items.iter().enumerate() {
                    let spot = spot.field("items").item(i);
                    self.text(spot.field("text"), &item.text);
                    self.formula(spot.field("key"), &item.key, Type::Number);
                }
            }
            Bet::Curve { truth, x, y, .. } => {
                self.formula(spot.field("truth"), truth, Type::Series);
                if y.is_some_and(|(from, _)| from != 0.0) {
                    self.error(spot.field("y").place(), "y begins at 0");
                }
                for (name, range) in [("x", Some(*x)), ("y", *y)] {
                    let rises = |(from, to): &(f64, f64)| from < to;
                    if range.is_some_and(|range| !rises(&range)) {
                        let what = format!("{name} goes from a number to a larger one");
                        self.error(spot.field(name).place(), what);
                    }
                }
            }
        }
    }

    /// How long the lesson takes without the machine's part, in the slower language.
    fn seconds(&self) -> f64 {
        estimate(self.lesson)
    }
}

/// Seconds for reading at an easy pace, 30 for a bet and 60 for a goal, in the slower language.
pub fn estimate(lesson: &Lesson) -> f64 {
    let tasks: f64 = lesson
        .steps
        .iter()
        .map(|step| match step.task {
            Task::Predict(_) => 30.0,
            Task::Goal { .. } => 60.0,
            _ => 0.0,
        })
        .sum();
    tasks + reading_seconds(lesson)
}

#[cfg(test)]
mod tests;
