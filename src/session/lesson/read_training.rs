//! What formulas read of a run under way, at the step that is looked at.

use super::snapshot::{Arguments, Snapshot, Written};
use crate::lesson::action::Half;
use crate::lesson::formula::{Formula, Quantity, Value, World};
use crate::session::run::RunEvent;
use crate::session::training::{Reckoning, Watch, Weighed, validation};
use std::collections::BTreeMap;

/// The loss of one step jumps; the training loss is the mean of so many.
const SMOOTHED: usize = 20;
/// Points of a curve at most.
const POINTS: usize = 200;

impl<'a> Snapshot<'a> {
    /// The run, and the steps taken at the moment that is looked at.
    fn run(&self) -> Option<(&'a Watch, u64)> {
        let run = self.training?;
        Some((run, self.moment.or(run.back).unwrap_or_else(|| run.step())))
    }

    pub(super) fn read_training(&self, quantity: Quantity, given: &Arguments<'_>) -> Option<Value> {
        let (run, at) = self.run()?;
        let taken = events_until(run, at);
        Some(match quantity {
            Quantity::TrainStep => (at as usize).into(),
            Quantity::TrainRunning => run.playing.into(),
            Quantity::Epochs => {
                (at as f64 * run.tokens_a_step() as f64 / run.begun.tokens.max(1) as f64).into()
            }
            Quantity::Seconds => {
                let seconds = |event: &RunEvent| {
                    event.report.tokens as f64 / event.tokens_per_second.max(1e-9)
                };
                taken.iter().map(seconds).sum::<f64>().into()
            }
            Quantity::LossTrain => smoothed(taken)?.into(),
            Quantity::LossVal => run.validation().rfind(|(step, _)| *step <= at)?.1.into(),
            Quantity::LossBest => run.best()?.1.into(),
            Quantity::LossBestStep => (run.best()?.0 as usize).into(),
            Quantity::Lr => taken.last()?.report.learning_rate.into(),
            Quantity::FirstStep => (self.first_step(given.text(0)?)? as usize).into(),
            Quantity::SeriesLossTrain => Value::Series(curve(&run.events)),
            Quantity::SeriesLossVal => {
                Value::Series(run.validation().map(|(step, loss)| (step as f64, loss)).collect())
            }
            _ => {
                return self
                    .read_slow_step(quantity, given)
                    .or_else(|| self.read_tuning(quantity, given));
            }
        })
    }

    /// Of a run of this name: the one under way, or the newest of those before.
    pub(super) fn read_run_called(&self, quantity: Quantity, name: &str) -> Option<Value> {
        let here = self.training.filter(|run| run.begun.card.recipe.name == name);
        let before = || self.earlier.iter().find(|run| run.recipe == name);
        let events = match here {
            Some(run) => &run.events,
            None => &before()?.events,
        };
        let judged = || validation(events);
        let best = || judged().min_by(|a, b| a.1.total_cmp(&b.1));
        Some(match quantity {
            Quantity::RunLossTrain => smoothed(events)?.into(),
            Quantity::RunLossVal => judged().next_back()?.1.into(),
            Quantity::RunLossBest => best()?.1.into(),
            Quantity::RunLossBestStep => (best()?.0 as usize).into(),
            _ => return None,
        })
    }

    /// Of the step that was taken slowly: what has been shown of it so far.
    fn read_slow_step(&self, quantity: Quantity, given: &Arguments<'_>) -> Option<Value> {
        let (run, at) = self.run()?;
        let slow = self.slow.filter(|(record, _)| record.report.step + 1 == at);
        match (quantity, slow) {
            (Quantity::LossBatch, Some((record, Half::Update))) => Some(record.loss_after.into()),
            (Quantity::LossBatch, Some((record, _))) => Some(record.report.train_loss.into()),
            (Quantity::GradNorm | Quantity::Grad, Some((_, Half::Forward))) => None,
            (Quantity::Grad, Some((record, _))) => {
                let (row, column) = (given.count(1)?, given.count(2)?);
                Some(f64::from(record.gradient_at(given.text(0)?, row, column)?).into())
            }
            (Quantity::GradNorm, _) => Some(events_until(run, at).last()?.report.grad_norm.into()),
            (Quantity::Moved, Some((record, Half::Update))) => Some(record.moved.into()),
            _ => None,
        }
    }

    /// Of a run that tunes a model: beside the model that it began with.
    fn read_tuning(&self, quantity: Quantity, given: &Arguments<'_>) -> Option<Value> {
        let (run, at) = self.run()?;
        let tuned = run.begun.tuned.as_ref()?;
        // Once another model is open, the run is over for the lesson.
        let is_open = self.opened?.run.as_ref().is_some_and(|of| of.name == run.begun.card.name);
        if !is_open {
            return None;
        }
        let tests = || Some(&run.report.as_ref().filter(|report| report.step == at)?.tests);
        let of_set = |reckoning: Reckoning| {
            let set = given.text(0)?;
            let mut tests = tests()?.iter();
            let test = tests.find(|test| test.reckoning == reckoning && test.set == set)?;
            Some(if given.count(1) == Some(0) { test.before } else { test.after })
        };
        Some(match quantity {
            Quantity::ParamsTrained => tuned.learning.into(),
            Quantity::Moved => {
                run.tune_look.as_ref().filter(|look| look.step == at)?.moved.share.into()
            }
            Quantity::Forgot => rise(tests()?)?.into(),
            Quantity::AnswersRight => of_set(Reckoning::Answers)?.into(),
            Quantity::MarkersRate => of_set(Reckoning::Marks)?.into(),
            _ => return None,
        })
    }

    /// The first of the moments at which the run was judged that fulfils a condition.
    fn first_step(&self, condition: &str) -> Option<u64> {
        let (run, _) = self.run()?;
        let (formula, names) = (Formula::new(condition), BTreeMap::new());
        let holds = |step: u64| {
            let then = Snapshot { moment: Some(step), ..*self };
            let world = World { readings: &then, names: &names, language: self.language };
            formula.holds(&world) == Some(true)
        };
        run.replies.iter().map(|reply| reply.step).find(|step| holds(*step))
    }

    /// What the model replied to the watched text when it was judged last.
    pub(super) fn reply_of_run(&self) -> Option<Written> {
        let (run, at) = self.run()?;
        let reply = run.replies.iter().rfind(|reply| reply.step <= at)?;
        let text = run.begun.tokenizer.decode(&reply.ids).ok()?;
        Some(Written { ids: reply.ids.clone(), text, logprob: f64::NAN })
    }
}

/// The steps that led to `at`.
fn events_until(run: &Watch, at: u64) -> &[RunEvent] {
    &run.events[..run.events.partition_point(|event| event.report.step < at)]
}

fn smoothed(events: &[RunEvent]) -> Option<f64> {
    let last = &events[events.len().saturating_sub(SMOOTHED)..];
    let sum: f64 = last.iter().map(|event| event.report.train_loss).sum();
    (!last.is_empty()).then(|| sum / last.len() as f64)
}

/// How much the loss on what was learned before has risen, in nats per token over all its tests.
fn rise(tests: &[Weighed]) -> Option<f64> {
    let old = || tests.iter().filter(|test| test.reckoning == Reckoning::OldLoss);
    let tokens: usize = old().map(|test| test.count).sum();
    let sum: f64 = old().map(|test| (test.after - test.before) * test.count as f64).sum();
    (tokens > 0).then(|| sum / tokens as f64)
}

/// The training loss by step, in as many points as can be seen.
fn curve(events: &[RunEvent]) -> Vec<(f64, f64)> {
    let each = events.len().div_ceil(POINTS).max(1);
    let point = |part: &[RunEvent]| {
        let sum: f64 = part.iter().map(|event| event.report.train_loss).sum();
        (part[0].report.step as f64, sum / part.len() as f64)
    };
    events.chunks(each).map(point).collect()
}
