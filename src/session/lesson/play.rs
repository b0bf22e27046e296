//! A learner without a window: plays every step, and proves that each check can fail and can pass.

use super::known::ABILITIES;
use super::stage::{Resolved, Stage};
use super::wait::{LONGEST, computed_since};
use crate::Result;
use crate::lesson::formula::Value;
use crate::lesson::outline::{Place, Spot};
use crate::lesson::part::Part;
use crate::lesson::prose::Prose;
use crate::lesson::runner::{Answer, Input, Order, Phase, Runner, Truth};
use crate::lesson::schema::{Bet, Step, Task, Text};
use crate::lesson::{Action, Loaded, Problem, Severity};
use crate::text::sets::index::Language;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Something that a learner reads, or that the player did.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// The title, and the question.
    Title(String, String),
    Step(String),
    Says(String),
    /// A question, and what the engine says to it.
    Bet(String, String),
    Done(String),
    Reveals(String),
    Takeaway(String),
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Played {
    pub problems: Vec<Problem>,
    /// What the machine needed.
    pub machine: Duration,
}

/// Plays a lesson in one language; every line is told to `told`.
///
/// # Errors
/// If the lesson's model cannot be opened. What is wrong with the lesson is among the problems.
pub fn play(
    loaded: &Loaded,
    language: Language,
    threads: crate::tensor::Threads,
    told: &mut dyn FnMut(Line),
) -> Result<Played> {
    let begun = Instant::now();
    let before = computed_since(begun);
    let lesson = Arc::new(loaded.lesson.clone());
    let stage = Stage::open(lesson.clone(), language, threads)?;
    let runner = Runner::new(lesson, language, ABILITIES.to_vec());
    let machine = computed_since(begun).saturating_sub(before);
    let played = Played { machine, ..Played::default() };
    let mut player = Player { loaded, language, begun, stage, runner, played, told };
    player.play();
    Ok(player.played)
}

struct Player<'a> {
    loaded: &'a Loaded,
    language: Language,
    /// When the play began.
    begun: Instant,
    stage: Stage,
    runner: Runner,
    played: Played,
    told: &'a mut dyn FnMut(Line),
}

impl<'a> Player<'a> {
    fn root(&self) -> Spot<'a> {
        self.loaded.outline.root()
    }

    /// The place of the step that is played.
    fn here(&self) -> Spot<'a> {
        self.root().field("steps").item(self.runner.position())
    }

    fn error(&mut self, place: Place, what: impl Into<String>) {
        let in_language = match self.language {
            Language::En => "in English",
            Language::Zh => "in Chinese",
        };
        let what = format!("{} ({in_language})", what.into());
        self.played.problems.push(Problem::error(&self.loaded.file, place, what));
    }

    fn play(&mut self) {
        let lesson = self.runner.lesson().clone();
        let orders = self.runner.begin();
        if !self.carry_out(orders, self.root().field("setup")) {
            return;
        }
        let title = self.shown(&lesson.title);
        let question = self.shown(&lesson.question);
        (self.told)(Line::Title(title, question));
        for (i, premise) in lesson.premise.iter().enumerate() {
            self.premise(self.root().field("premise").item(i), premise);
        }
        self.press(Input::Next);
        while matches!(self.runner.phase(), Phase::Say | Phase::Reveal) {
            let at = self.runner.position();
            if self.runner.is_greyed() {
                self.press(Input::Skip);
                continue;
            }
            if !self.step(&lesson.steps[at]) {
                return;
            }
            // Whatever happened, the next step is another one.
            if self.runner.position() == at && self.runner.phase() != Phase::Takeaway {
                self.press(Input::Skip);
            }
        }
        let takeaway = self.shown(&lesson.takeaway);
        (self.told)(Line::Takeaway(takeaway));
        self.press(Input::Leave);
        let seconds = crate::lesson::check::estimate(&lesson) + self.played.machine.as_secs_f64();
        if seconds > 60.0 * f64::from(crate::lesson::check::LONGEST) {
            let what = format!("the lesson takes {:.0} minutes", seconds / 60.0);
            self.error(self.root().field("minutes").place(), what);
        }
    }

    /// Plays a step up to its end; false if nothing can follow.
    fn step(&mut self, step: &Step) -> bool {
        let here = self.here();
        (self.told)(Line::Step(step.id.clone()));
        for (i, premise) in step.premise.iter().enumerate() {
            self.premise(here.field("premise").item(i), premise);
        }
        self.live_values(here.field("say"), &step.say);
        let say = self.shown(&step.say);
        (self.told)(Line::Says(say));
        let done = match &step.task {
            Task::Read => self.next_until_reveal_or_on(step),
            Task::Predict(bet) => self.bet(step, bet),
            Task::Do { .. } | Task::Goal { .. } => self.goal(step),
            Task::Explain { ask, sample } => {
                let (ask, sample) = (self.shown(ask), self.shown(sample));
                (self.told)(Line::Bet(ask, sample.clone()));
                self.press(Input::Note(sample));
                self.next_until_reveal_or_on(step)
            }
        };
        if done && self.runner.phase() == Phase::Reveal {
            if let Some(reveal) = &step.reveal {
                self.live_values(here.field("reveal").field("say"), &reveal.say);
                let say = self.shown(&reveal.say);
                (self.told)(Line::Reveals(say));
            }
            return self.press(Input::Next);
        }
        done
    }

    /// Space, until the step shows its answer or is over; twice is enough.
    fn next_until_reveal_or_on(&mut self, step: &Step) -> bool {
        let at = self.runner.position();
        for _ in 0..2 {
            if !self.press(Input::Next) {
                return false;
            }
            let moved = self.runner.position() != at || self.runner.phase() != Phase::Say;
            if moved {
                return true;
            }
        }
        let what = format!("the step {} does not end", step.id);
        self.error(self.here().place(), what);
        true
    }

    fn bet(&mut self, step: &Step, bet: &Bet) -> bool {
        let spot = self.here().field("task").item(0);
        self.live_values(spot.field("ask"), bet.ask());
        let ask = self.shown(bet.ask());
        // A guess that may well be wrong: a learner's.
        let guess = match bet {
            Bet::Choice { .. } => Answer::Option(0),
            Bet::Token { .. } => Answer::Token(0),
            Bet::Number { .. } => Answer::Number(1.0),
            Bet::Rank { items, .. } => Answer::Order((0..items.len()).collect()),
            Bet::Curve { .. } => Answer::Curve(vec![(0.0, 0.0), (1.0, 1.0)]),
        };
        self.press(Input::Bet(guess));
        if step.play.is_some() && !self.press(Input::Next) {
            return false;
        }
        let truth = bet.truth(&self.runner.world(&self.stage.snapshot()));
        let answer = match &truth {
            Truth::Is(answer) => self.answer_in_words(bet, answer),
            Truth::Unknown => {
                self.unknown(spot, bet);
                "unknown".into()
            }
        };
        (self.told)(Line::Bet(ask, answer));
        self.press(Input::Next)
    }

    fn answer_in_words(&self, bet: &Bet, answer: &Answer) -> String {
        match (bet, answer) {
            (Bet::Choice { options, .. }, Answer::Option(i)) => self.shown(&options[*i].text),
            (_, Answer::Token(token)) => {
                let snapshot = self.stage.snapshot();
                let piece = crate::lesson::formula::Readings::piece(&snapshot, *token);
                format!("{:?}", piece.unwrap_or_default())
            }
            (_, Answer::Number(number)) => Value::Number(*number).to_string(),
            (Bet::Rank { items, .. }, Answer::Order(order)) => {
                let names: Vec<String> =
                    order.iter().map(|i| self.shown(&items[*i].text)).collect();
                names.join(" > ")
            }
            (_, Answer::Curve(points)) => format!("a curve of {} points", points.len()),
            _ => String::new(),
        }
    }

    /// Says why the engine has no answer.
    fn unknown(&mut self, spot: Spot<'a>, bet: &Bet) {
        let snapshot = self.stage.snapshot();
        let world = self.runner.world(&snapshot);
        let what = match bet {
            Bet::Choice { options, .. } => {
                let holds: Vec<String> =
                    options.iter().map(|option| option.when.value(&world).to_string()).collect();
                format!("exactly one option has to be true; they are {}", holds.join(", "))
            }
            Bet::Rank { items, .. } => {
                let keys: Vec<String> =
                    items.iter().map(|item| item.key.value(&world).to_string()).collect();
                format!("the order is not clear; the keys are {}", keys.join(", "))
            }
            _ => "the truth is unknown here".into(),
        };
        let field = match bet {
            Bet::Choice { .. } => "options",
            Bet::Rank { .. } => "items",
            _ => "truth",
        };
        self.error(spot.field(field).place(), what);
    }

    /// A Do or a Goal: it must not be done before anything was done, and be done by `solve`.
    fn goal(&mut self, step: &Step) -> bool {
        let Some((done_when, solve)) = step.task.goal() else { return true };
        let spot = self.here().field("task");
        let is_goal = matches!(step.task, Task::Goal { .. });
        if is_goal {
            self.press(Input::Enter);
        }
        if self.runner.phase() != Phase::Say {
            let what = format!("{} is true before the learner has done anything", done_when.source);
            self.error(spot.field("done_when").place(), what);
            return true;
        }
        if step.play.is_some() && !self.press(Input::Next) {
            return false;
        }
        for hint in &step.hints {
            self.press(Input::Hint);
            let hint = self.shown(hint);
            (self.told)(Line::Done(format!("hint: {hint}")));
        }
        if !self.press(Input::ShowMe) {
            return false;
        }
        if is_goal {
            self.press(Input::Enter);
        }
        let names: Vec<&str> = solve.iter().map(Action::name).collect();
        if self.runner.phase() == Phase::Reveal {
            (self.told)(Line::Done(format!("done by {}", names.join(", "))));
        } else {
            let what = format!("solve does not bring about {}", done_when.source);
            self.error(spot.field("solve").place(), what);
        }
        true
    }

    fn premise(&mut self, spot: Spot<'a>, premise: &crate::lesson::formula::Formula) {
        let holds = premise.holds(&self.runner.world(&self.stage.snapshot()));
        if holds != Some(true) {
            let what = match holds {
                Some(_) => "this premise is false",
                None => "this premise is unknown",
            };
            let values = self.values_in(premise);
            self.error(spot.place(), format!("{what}: {}{values}", premise.source));
        }
    }

    /// Both sides of a comparison, for whoever mends a premise.
    fn values_in(&self, premise: &crate::lesson::formula::Formula) -> String {
        use crate::lesson::formula::Kind;
        let snapshot = self.stage.snapshot();
        let world = self.runner.world(&snapshot);
        match premise.parsed.as_ref().map(|node| &node.kind) {
            Ok(Kind::Compare(left, comparison, right)) => {
                let (left, right) = (world.value(left), world.value(right));
                format!(", which is {left} {} {right}", comparison.word())
            }
            _ => String::new(),
        }
    }

    /// Tells of live values that are not known when they are read.
    fn live_values(&mut self, spot: Spot<'a>, text: &Text) {
        let field = match self.language {
            Language::En => "en",
            Language::Zh => "zh",
        };
        let prose: &Prose = text.of(self.language);
        let snapshot = self.stage.snapshot();
        let world = self.runner.world(&snapshot);
        let dashes: Vec<(Place, String)> = prose
            .lives()
            .into_iter()
            .filter(|live| !live.formula.value(&world).is_known())
            .map(|live| (spot.field(field).inside(live.at), live.formula.source.clone()))
            .collect();
        for (place, source) in dashes {
            let problem = Problem::error(
                &self.loaded.file,
                place,
                format!("{source} is not known when this is read"),
            );
            self.played.problems.push(Problem { severity: Severity::Warning, ..problem });
        }
    }

    fn shown(&self, text: &Text) -> String {
        text.of(self.language).shown(&self.runner.world(&self.stage.snapshot()))
    }

    /// Does what a learner does, and all that follows from it; false if it cannot be done.
    fn press(&mut self, input: Input) -> bool {
        let orders = self.runner.press(input, &self.stage.snapshot());
        self.carry_out(orders, self.here())
    }

    /// Carries out orders, and those that follow from them.
    fn carry_out(&mut self, orders: Vec<Order>, spot: Spot<'a>) -> bool {
        let mut orders = orders;
        loop {
            for order in &orders {
                let before = computed_since(self.begun);
                let resolved = {
                    let snapshot = self.stage.snapshot();
                    Resolved::of(order, &self.runner.world(&snapshot))
                };
                let done = self.stage.carry_out(order, &resolved);
                let took = computed_since(self.begun).saturating_sub(before);
                self.played.machine += took;
                if let Err(error) = done {
                    self.error(spot.place(), error.to_string());
                    return false;
                }
                if took > LONGEST {
                    let what = format!("one action takes the machine {} seconds", took.as_secs());
                    self.error(spot.place(), what);
                }
                self.is_on_screen(order, spot);
            }
            orders = self.runner.settled(&self.stage.snapshot());
            if orders.is_empty() {
                return true;
            }
        }
    }

    /// What is marked or opened has to be at the station that is shown.
    fn is_on_screen(&mut self, order: &Order, spot: Spot<'a>) {
        let Order::Perform(Action::Mark(name) | Action::Open(name)) = order else { return };
        let station = Part::of(name).and_then(Part::station);
        let shown = self.stage.view.station;
        if let (Some(station), Some(shown)) = (station, shown)
            && station != shown
        {
            let what = format!(
                "{name} is at {station:?}, and the lesson is at {shown:?}; go there with Station"
            );
            self.error(spot.place(), what);
        }
    }
}
