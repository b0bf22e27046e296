//! A run as whoever watches it knows it.

use super::{Attempt, Begun, Card, Change, Entry, News, Order, Probe, Report, Stage, TuneLook};
use crate::session::Session;
use crate::session::engine::Command;
use crate::session::run::RunEvent;
use crate::train::{Learning, StepRecord};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// All that is known about training.
#[derive(Debug, Default)]
pub struct Training {
    /// The folder of the user's that runs are kept in.
    pub runs: Option<PathBuf>,
    /// The run that is in memory.
    pub run: Option<Watch>,
    /// What is being done before a run begins.
    pub preparing: Option<Stage>,
    /// Whether that run tunes a model.
    prepares_tuning: bool,
    /// Runs that were watched before: their curves can be laid under the present one's.
    pub earlier: Vec<Earlier>,
    /// The runs in the folder, the newest first.
    pub shelf: Vec<Entry>,
    /// Of the shape that was asked for last: its parameters, and the tokens a second that it trains at.
    pub measured: Option<(usize, f64)>,
    /// The models that were saved out of runs, and the one that was saved last.
    pub models: Vec<PathBuf>,
    pub saved: Option<PathBuf>,
    /// The step that was recorded last.
    pub record: Option<Arc<StepRecord>>,
}

/// The curve of a run that is over.
#[derive(Debug, Clone, PartialEq)]
pub struct Earlier {
    pub name: String,
    /// What its recipe is called.
    pub recipe: String,
    pub learning: Learning,
    pub events: Vec<RunEvent>,
}

/// A run under way.
#[derive(Debug)]
pub struct Watch {
    pub begun: Arc<Begun>,
    /// A step each, or each logged one of those before the run was gone on with.
    pub events: Vec<RunEvent>,
    /// The settings as they are now, and what was changed.
    pub learning: Learning,
    pub changes: Vec<Change>,
    /// Replies to the watched text, the newest last.
    pub replies: Vec<Attempt>,
    /// The looks at the watched text, from the oldest that is kept on.
    pub looks: Vec<Arc<Probe>>,
    /// The look at the moment that is open.
    pub look: Option<Arc<Probe>>,
    /// Of a tuning run: beside the model that it began with, and what was gained and forgotten.
    pub tune_look: Option<Arc<TuneLook>>,
    pub report: Option<Arc<Report>>,
    /// Steps that one can go back to.
    pub kept: Vec<u64>,
    pub playing: bool,
    pub done: bool,
    /// The step that a person went back to.
    pub back: Option<u64>,
    /// Why it cannot go on.
    pub diverged: Option<String>,
    /// Why it is not on the disk.
    pub not_saved: Option<String>,
}

/// Looks that are kept for the tracks of the map; beyond, every second one goes.
const LOOKS: usize = 400;
/// Curves of earlier runs.
const EARLIER: usize = 4;

impl Training {
    /// Takes in what the engine tells; a sentence that a person should see comes back.
    pub(in crate::session) fn take(&mut self, news: News) -> Option<String> {
        match news {
            News::Preparing(stage) => self.preparing = Some(stage),
            News::NotBegun(why) => {
                self.preparing = None;
                return Some(why);
            }
            News::Begun(begun) => {
                (self.preparing, self.record, self.saved) = (None, None, None);
                self.run = Some(Watch::new(begun));
            }
            News::Ended => self.put_away(),
            News::Shelf(shelf) => self.shelf = shelf,
            News::Models(models) => self.models = models,
            News::SavedModel(folder) => {
                self.models.push(folder.clone());
                self.models.sort();
                self.saved = Some(folder);
            }
            News::Refused(why) => return Some(why),
            News::Measured { parameters, tokens_per_second } => {
                self.measured = Some((parameters, tokens_per_second));
            }
            News::Recorded(record) => self.record = Some(record),
            News::NotSaved(why) if self.run.is_none() => return Some(why),
            of_run => return self.run.as_mut().and_then(|run| run.take(of_run)),
        }
        None
    }

    /// A run that is over leaves its curve.
    fn put_away(&mut self) {
        let Some(run) = self.run.take() else { return };
        if run.events.len() > 1 && run.begun.tuned.is_none() {
            let Card { name, recipe, .. } = &run.begun.card;
            let (name, recipe) = (name.clone(), recipe.name.clone());
            let earlier = Earlier { name, recipe, learning: run.learning, events: run.events };
            self.earlier.insert(0, earlier);
            self.earlier.truncate(EARLIER);
        }
    }

    /// The run, if it began from noise.
    pub fn noise_run(&self) -> Option<&Watch> {
        self.run.as_ref().filter(|run| run.begun.tuned.is_none())
    }

    /// The run, if it tunes a model.
    pub fn tuning(&self) -> Option<&Watch> {
        self.run.as_ref().filter(|run| run.begun.tuned.is_some())
    }

    /// Whether the engine is busy with a run of this kind: one that tunes a model, or one from noise.
    pub fn works(&self, tunes: bool) -> bool {
        let run = if tunes { self.tuning() } else { self.noise_run() };
        let prepares = self.preparing.is_some() && self.prepares_tuning == tunes;
        prepares || run.is_some_and(|run| run.playing)
    }

    /// Whether the engine is busy with a run.
    pub fn is_working(&self) -> bool {
        self.preparing.is_some() || self.run.as_ref().is_some_and(|run| run.playing)
    }
}

impl Training {
    /// Whether an order begins a run that tunes a model.
    fn is_tuning(&self, order: &Order) -> bool {
        match order {
            Order::Begin(begin) => begin.recipe.tune.is_some(),
            Order::Resume(folder) => {
                let entry = self.shelf.iter().find(|entry| entry.folder == *folder);
                entry.is_some_and(|entry| entry.card.recipe.tune.is_some())
            }
            _ => false,
        }
    }
}

impl Watch {
    fn new(begun: Arc<Begun>) -> Self {
        Self {
            events: begun.events.clone(),
            learning: begun.learning.clone(),
            changes: begun.card.changes.clone(),
            replies: begun.replies.clone(),
            looks: Vec::new(),
            look: None,
            tune_look: None,
            report: None,
            kept: Vec::new(),
            playing: false,
            done: begun.step >= begun.learning.steps,
            back: None,
            diverged: None,
            not_saved: None,
            begun,
        }
    }

    fn take(&mut self, news: News) -> Option<String> {
        match news {
            News::Stepped(events) => self.events.extend(events),
            News::Looked(probe) => self.looked(probe),
            News::Tuned(look) => self.tune_look = Some(look),
            News::Weighed(report) => self.report = Some(report),
            News::Replied(reply) => self.replies.push(reply),
            News::Kept(steps) => self.kept = steps,
            News::Playing(playing) => self.playing = playing,
            News::Changed(change) => {
                self.learning = change.learning.clone();
                self.done = self.step() >= self.learning.steps;
                self.changes.push(change);
            }
            News::Done => (self.playing, self.done) = (false, true),
            News::Diverged(why) => {
                (self.playing, self.diverged) = (false, Some(why.clone()));
                return Some(why);
            }
            News::NotSaved(why) => {
                self.not_saved = Some(why.clone());
                return Some(why);
            }
            _ => {}
        }
        None
    }

    fn looked(&mut self, probe: Arc<Probe>) {
        if self.looks.last().is_none_or(|last| last.step < probe.step) {
            self.looks.push(probe.clone());
        }
        if self.looks.len() > LOOKS {
            let mut keep = false;
            self.looks.retain(|_| {
                keep = !keep;
                keep
            });
        }
        self.look = Some(probe);
    }

    /// The moment that is opened if one goes back to a step: the newest that is kept up to there.
    pub fn moment_at(&self, step: u64) -> u64 {
        if step >= self.step() {
            return self.step();
        }
        self.kept.iter().copied().filter(|kept| *kept <= step).max().unwrap_or(0)
    }

    /// Updates made.
    pub fn step(&self) -> u64 {
        self.events.last().map_or(self.begun.step, |event| event.report.step + 1)
    }

    /// The validation losses, with the step whose weights they judge.
    pub fn validation(&self) -> impl DoubleEndedIterator<Item = (u64, f64)> {
        // At the step where the run rests, the loss is measured before the next step is taken.
        let next = self.events.last().map_or(0, |event| event.report.step + 1);
        let newest = self.replies.iter().filter(move |reply| reply.step >= next);
        let newest = newest.filter_map(|reply| Some((reply.step, reply.val_loss?)));
        validation(&self.events).chain(newest)
    }

    /// The step with the lowest validation loss so far, and that loss.
    pub fn best(&self) -> Option<(u64, f64)> {
        self.validation().min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// The best step, if validation has been worse ever since: the model learns its data by heart.
    pub fn overfits_since(&self) -> Option<u64> {
        let (best, lowest) = self.best()?;
        let after: Vec<f64> =
            self.validation().filter(|(step, _)| *step > best).map(|(_, loss)| loss).collect();
        let worse = after.len() >= WORSE_OFTEN && after.last().is_some_and(|l| *l > lowest * WORSE);
        worse.then_some(best)
    }

    /// Tokens read.
    pub fn tokens_a_step(&self) -> usize {
        let Learning { batch, accumulation, .. } = self.learning;
        batch * accumulation * self.begun.config.context
    }

    /// Tokens a second over the last steps.
    pub fn tokens_per_second(&self) -> Option<f64> {
        let last = &self.events[self.events.len().saturating_sub(RECENT)..];
        let seconds: f64 = last.iter().map(|event| 1.0 / event.tokens_per_second.max(1e-9)).sum();
        (!last.is_empty()).then(|| last.len() as f64 / seconds)
    }

    /// Seconds until the last step, at the speed of the last ones.
    pub fn seconds_left(&self) -> Option<f64> {
        let left = self.learning.steps.saturating_sub(self.step());
        Some(left as f64 * self.tokens_a_step() as f64 / self.tokens_per_second()?)
    }
}

/// Steps that the speed is taken from.
const RECENT: usize = 50;
/// Validation must have been worse so often, and by so much, before anything is said.
const WORSE_OFTEN: usize = 3;
const WORSE: f64 = 1.02;

/// The validation losses among events, with the step whose weights they judge.
pub fn validation(events: &[RunEvent]) -> impl DoubleEndedIterator<Item = (u64, f64)> {
    events.iter().filter_map(|event| Some((event.report.step, event.report.val_loss?)))
}

impl Session {
    /// What is known about training.
    pub fn training(&self) -> &Training {
        &self.training
    }

    /// Keeps runs in this folder of the user's from now on, and looks what is there.
    pub fn keep_runs_in(&mut self, folder: &Path) {
        self.training.runs = Some(folder.to_path_buf());
        self.train(Order::List(folder.to_path_buf()));
    }

    /// Orders something about training.
    pub fn train(&mut self, order: Order) {
        if let Some(run) = &mut self.training.run {
            // What a person sees answers at once; the engine follows.
            match &order {
                Order::Play | Order::PlayTo(_) if !run.done => {
                    (run.playing, run.back) = (true, None)
                }
                Order::Pause => run.playing = false,
                Order::Open(step) => {
                    run.back = Some(*step).filter(|step| *step < run.step());
                    run.playing = false;
                }
                Order::Step | Order::Record if !run.done => (run.playing, run.back) = (true, None),
                Order::Step | Order::Record | Order::OpenNewest => run.back = None,
                _ => {}
            }
        }
        if matches!(order, Order::Begin(_) | Order::Resume(_)) {
            self.stop();
            self.training.preparing = Some(Stage::Reading);
            self.training.prepares_tuning = self.training.is_tuning(&order);
        }
        self.engine.send(Command::Train(order));
    }

    /// The step of the run whose model is open.
    pub fn open_step(&self) -> Option<u64> {
        let opened = self.opened()?.run.as_ref()?;
        let run = self.training.run.as_ref()?;
        (run.begun.card.name == opened.name).then_some(opened.step)
    }
}
