//! Leading a learner through a lesson: a state machine that knows no screen.
//!
//! ```text
//! question -> step: text -> (bet) -> (animation) -> (act) -> reveal -> next step … -> takeaway
//! ```
//! Whoever runs it carries out its [`Order`]s, then calls [`Runner::settled`]; what the learner
//! does goes in as [`Input`]; [`Runner::tick`] is called whenever the program's state has changed.

mod bet;
mod kept;

pub use bet::{Answer, Truth};
pub use kept::{Kept, Outcome};

use super::action::Action;
use super::formula::{Readings, Value, World};
use super::schema::{Ability, Lesson, Step, Task};
use crate::text::sets::index::Language;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where a learner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The hook, before the first step.
    Question,
    /// The text of a step, and its task.
    Say,
    /// The answer, and why.
    Reveal,
    /// After the last step.
    Takeaway,
    /// The learner is gone.
    Left,
}

/// What the learner does.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Space: plays the animation, shows the answer, or goes on.
    Next,
    /// To the step before.
    Back,
    /// To a step by its id.
    Go(String),
    /// A bet; it can be changed until the reveal.
    Bet(Answer),
    /// Enter: the puzzle is solved, as the learner thinks.
    Enter,
    Hint,
    /// Has the program do it; only behind the last hint.
    ShowMe,
    Skip,
    /// What the learner writes.
    Note(String),
    /// The step from its beginning.
    Replay,
    Leave,
}

/// What has to be done.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "orders are few, and gone as soon as they are done")]
pub enum Order {
    /// Remember the learner's own state.
    Save,
    /// Put these controls out of sight.
    Hide(Vec<String>),
    /// Count what "since the step began" counts from here.
    BeginStep,
    Perform(Action),
    /// Undo highlights, open panels and selections of the step.
    UndoView,
    /// Put the learner's own state back.
    Restore,
}

/// A lesson that is being played.
#[derive(Debug)]
pub struct Runner {
    lesson: Arc<Lesson>,
    language: Language,
    abilities: Vec<Ability>,
    /// The names that the lesson binds, once its setup is done.
    names: BTreeMap<String, Value>,
    /// Those, and the step's own.
    here: BTreeMap<String, Value>,
    at: usize,
    phase: Phase,
    /// What is read when the orders that are out are carried out.
    pending: Option<Pending>,
    played: bool,
    /// Whether the puzzle was said to be solved since the step began, and was not.
    missed: bool,
    kept: Vec<Kept>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pending {
    Lesson,
    Step,
}

impl Runner {
    /// Ready to begin; `abilities` are those that the program has.
    pub fn new(lesson: Arc<Lesson>, language: Language, abilities: Vec<Ability>) -> Self {
        let kept = lesson.steps.iter().map(|step| Kept::new(&step.id)).collect();
        Self {
            lesson,
            language,
            abilities,
            names: BTreeMap::new(),
            here: BTreeMap::new(),
            at: 0,
            phase: Phase::Question,
            pending: None,
            played: false,
            missed: false,
            kept,
        }
    }

    /// Sets the program up; the hook is shown.
    pub fn begin(&mut self) -> Vec<Order> {
        let setup = &self.lesson.setup;
        let mut orders = vec![Order::Save, Order::Hide(self.lesson.hide.clone())];
        let mut perform = |action: Action| orders.push(Order::Perform(action));
        perform(Action::Model(setup.model.clone()));
        setup.data.clone().map(Action::Data).into_iter().for_each(&mut perform);
        perform(Action::Seed(setup.seed));
        perform(Action::Station(setup.station));
        setup.prompt.clone().map(Action::Prompt).into_iter().for_each(&mut perform);
        setup.actions.iter().cloned().for_each(&mut perform);
        self.phase = Phase::Question;
        self.pending = Some(Pending::Lesson);
        orders
    }

    /// The orders have been carried out, and the readings show it.
    pub fn settled(&mut self, readings: &dyn Readings) -> Vec<Order> {
        match self.pending.take() {
            Some(Pending::Lesson) => {
                self.names = self.bound(&self.lesson.bind, readings, &BTreeMap::new());
                self.here.clone_from(&self.names);
            }
            Some(Pending::Step) => {
                self.here.clone_from(&self.names);
                if let Some(step) = self.step() {
                    let own = self.bound(&step.bind, readings, &self.names);
                    self.here.extend(own);
                }
            }
            None => {}
        }
        self.tick(readings)
    }

    fn bound(
        &self,
        bind: &super::schema::Bindings,
        readings: &dyn Readings,
        names: &BTreeMap<String, Value>,
    ) -> BTreeMap<String, Value> {
        let world = World { readings, names, language: self.language };
        bind.iter().map(|(name, formula)| (name.clone(), formula.value(&world))).collect()
    }

    /// Something may have changed: a named action that was waited for is seen.
    pub fn tick(&mut self, readings: &dyn Readings) -> Vec<Order> {
        if self.phase != Phase::Say || self.pending.is_some() || self.is_greyed() {
            return Vec::new();
        }
        match self.step().map(|step| &step.task) {
            Some(Task::Do { done_when, .. })
                if done_when.holds(&self.world(readings)) == Some(true) =>
            {
                self.done(Outcome::Done);
                self.reveal()
            }
            _ => Vec::new(),
        }
    }

    /// Takes in what the learner does.
    pub fn press(&mut self, input: Input, readings: &dyn Readings) -> Vec<Order> {
        if self.phase == Phase::Left {
            return Vec::new();
        }
        match input {
            Input::Next => self.next(readings),
            Input::Back => match self.phase {
                Phase::Takeaway => self.enter(self.at),
                Phase::Question => Vec::new(),
                _ if self.at == 0 => Vec::new(),
                _ => self.enter(self.at - 1),
            },
            Input::Go(id) => match self.lesson.steps.iter().position(|step| step.id == id) {
                Some(step) => self.enter(step),
                None => Vec::new(),
            },
            Input::Bet(answer) => {
                self.bet(answer);
                Vec::new()
            }
            Input::Enter => self.claim(readings),
            Input::Hint => {
                let most = self.step().map_or(0, |step| step.hints.len());
                let asks = self.phase == Phase::Say;
                if let Some(kept) =
                    self.kept.get_mut(self.at).filter(|kept| asks && kept.hints < most)
                {
                    kept.hints += 1;
                }
                Vec::new()
            }
            Input::ShowMe => self.show_me(),
            Input::Skip => {
                if self.phase == Phase::Say {
                    self.done(Outcome::Skipped);
                }
                self.onward()
            }
            Input::Note(text) => {
                let explains =
                    self.step().is_some_and(|step| matches!(step.task, Task::Explain { .. }));
                if let Some(kept) = self.kept.get_mut(self.at).filter(|_| explains) {
                    kept.note = Some(text);
                }
                Vec::new()
            }
            Input::Replay => match self.phase {
                Phase::Say | Phase::Reveal => {
                    if let Some(kept) = self.kept.get_mut(self.at) {
                        (kept.answer, kept.truth) = (None, None);
                    }
                    self.enter(self.at)
                }
                _ => Vec::new(),
            },
            Input::Leave => {
                let mut orders = self.leave_step();
                self.phase = Phase::Left;
                self.pending = None;
                orders.push(Order::Restore);
                orders
            }
        }
    }

    fn next(&mut self, readings: &dyn Readings) -> Vec<Order> {
        match self.phase {
            Phase::Question => self.enter(0),
            Phase::Reveal => self.onward(),
            Phase::Takeaway | Phase::Left => Vec::new(),
            Phase::Say if self.is_greyed() => self.onward(),
            Phase::Say => {
                let Some(step) = self.step() else { return self.onward() };
                let waits_for_bet = step.task.bet().is_some()
                    && self.kept.get(self.at).is_none_or(|kept| kept.answer.is_none());
                if waits_for_bet {
                    return Vec::new();
                }
                if let Some(play) = step.play.clone().filter(|_| !self.played) {
                    self.played = true;
                    return vec![Order::Perform(play)];
                }
                match &step.task {
                    Task::Read => {
                        self.done(Outcome::Done);
                        self.reveal()
                    }
                    Task::Predict(bet) => {
                        let truth = bet.truth(&self.world(readings));
                        if let Some(kept) = self.kept.get_mut(self.at) {
                            kept.truth = Some(truth);
                        }
                        self.done(Outcome::Done);
                        self.reveal()
                    }
                    Task::Explain { .. } => {
                        // The sample is shown beside the note, written or not.
                        self.done(Outcome::Done);
                        self.phase = Phase::Reveal;
                        Vec::new()
                    }
                    // These go on when they are done; whoever came back to one need not do it again.
                    Task::Do { .. } | Task::Goal { .. } => match self.was_done() {
                        true => self.onward(),
                        false => Vec::new(),
                    },
                }
            }
        }
    }

    /// Keeps a bet, if one is asked for and it is of the right kind. Once the animation has run, the
    /// answer may be on the screen.
    fn bet(&mut self, answer: Answer) {
        let open = self.phase == Phase::Say && !self.is_greyed() && !self.played;
        let fits =
            self.step().and_then(|step| step.task.bet()).is_some_and(|bet| bet.takes(&answer));
        if let Some(kept) = self.kept.get_mut(self.at).filter(|_| open && fits) {
            (kept.answer, kept.language) = (Some(answer), Some(self.language));
        }
    }

    /// The learner says that the goal is reached; the engine says whether it is so.
    fn claim(&mut self, readings: &dyn Readings) -> Vec<Order> {
        let (Phase::Say, Some(step)) = (self.phase, self.step()) else { return Vec::new() };
        let Task::Goal { done_when, .. } = &step.task else { return Vec::new() };
        if done_when.holds(&self.world(readings)) != Some(true) {
            if let Some(kept) = self.kept.get_mut(self.at) {
                kept.tries += 1;
            }
            self.missed = true;
            return Vec::new();
        }
        self.done(Outcome::Done);
        self.reveal()
    }

    fn show_me(&mut self) -> Vec<Order> {
        let (Phase::Say, Some(step)) = (self.phase, self.step()) else { return Vec::new() };
        let shown = self.kept.get(self.at).map_or(0, |kept| kept.hints);
        let Some((_, solve)) = step.task.goal().filter(|_| shown >= step.hints.len()) else {
            return Vec::new();
        };
        let orders = solve.iter().cloned().map(Order::Perform).collect();
        if let Some(kept) = self.kept.get_mut(self.at) {
            kept.shown_how = true;
        }
        self.missed = false;
        orders
    }

    fn reveal(&mut self) -> Vec<Order> {
        let Some(reveal) = self.step().and_then(|step| step.reveal.as_ref()) else {
            // Nothing is left to say; but what was waited for is not jumped over.
            return match self.step().map(|step| &step.task) {
                Some(Task::Read) => self.onward(),
                _ => {
                    self.phase = Phase::Reveal;
                    Vec::new()
                }
            };
        };
        let orders = reveal.show.iter().cloned().map(Order::Perform).collect();
        self.phase = Phase::Reveal;
        orders
    }

    fn done(&mut self, outcome: Outcome) {
        if let Some(kept) = self.kept.get_mut(self.at) {
            kept.outcome = match (kept.outcome, outcome) {
                // What was done once stays done.
                (Outcome::Done, _) => Outcome::Done,
                (_, new) => new,
            };
        }
    }

    /// To the next step, or to the takeaway.
    fn onward(&mut self) -> Vec<Order> {
        match self.phase {
            Phase::Question => self.enter(0),
            Phase::Takeaway | Phase::Left => Vec::new(),
            _ if self.at + 1 < self.lesson.steps.len() => self.enter(self.at + 1),
            _ => {
                let orders = self.leave_step();
                self.phase = Phase::Takeaway;
                orders
            }
        }
    }

    /// Whether the step was done before, or has just been.
    pub fn was_done(&self) -> bool {
        self.kept.get(self.at).is_some_and(|kept| kept.outcome == Outcome::Done)
    }

    fn leave_step(&mut self) -> Vec<Order> {
        let in_step = matches!(self.phase, Phase::Say | Phase::Reveal);
        let Some(step) = self.step().filter(|_| in_step) else { return Vec::new() };
        let leave = step.leave.iter().cloned().map(Order::Perform);
        std::iter::once(Order::UndoView).chain(leave).collect()
    }

    fn enter(&mut self, step: usize) -> Vec<Order> {
        let mut orders = self.leave_step();
        if step >= self.lesson.steps.len() {
            self.phase = Phase::Takeaway;
            return orders;
        }
        (self.at, self.phase) = (step, Phase::Say);
        (self.played, self.missed) = (false, false);
        self.here.clone_from(&self.names);
        if self.is_greyed() {
            return orders;
        }
        self.pending = Some(Pending::Step);
        orders.push(Order::BeginStep);
        let enter = &self.lesson.steps[step].enter;
        orders.extend(enter.iter().cloned().map(Order::Perform));
        orders
    }

    /// What formulas of this step refer to.
    pub fn world<'a>(&'a self, readings: &'a dyn Readings) -> World<'a> {
        World { readings, names: &self.here, language: self.language }
    }

    pub fn lesson(&self) -> &Arc<Lesson> {
        &self.lesson
    }

    pub fn language(&self) -> Language {
        self.language
    }

    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The number of the step, from 0.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The step that the learner is in, or was in last.
    pub fn step(&self) -> Option<&Step> {
        self.lesson.steps.get(self.at)
    }

    /// Whether the step needs something that this program cannot do.
    pub fn is_greyed(&self) -> bool {
        self.step().is_some_and(|step| step.needs.iter().any(|need| !self.abilities.contains(need)))
    }

    /// Whether the step's animation has run.
    pub fn has_played(&self) -> bool {
        self.played
    }

    /// Whether the learner was told "not yet" since the step began.
    pub fn has_missed(&self) -> bool {
        self.missed
    }

    /// What the learner did in each step.
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// Takes over what a learner did before; a bet that was made in another language is asked for anew.
    pub fn remember(&mut self, kept: &[Kept]) {
        for mine in &mut self.kept {
            if let Some(before) = kept.iter().find(|one| one.step == mine.step) {
                mine.clone_from(before);
                if mine.language.is_some_and(|language| language != self.language) {
                    (mine.answer, mine.truth, mine.language) = (None, None, None);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
