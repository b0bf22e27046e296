//! Runs of a lesson, where nobody watches: each action waits until it is done.

use super::learning::{begin_run, is_tuned, tune_run};
use super::stage::{Resolved, Stage};
use super::wait::until;
use crate::lesson::Action;
use crate::lesson::action::{Half, Method};
use crate::lesson::formula::Value;
use crate::session::training::Order;
use crate::{Error, Result};

impl Stage {
    /// Carries out what trains a model.
    pub(super) fn learn(&mut self, action: &Action, given: &Resolved) -> Result<()> {
        let count = || Ok::<u64, Error>(given.known(0, Value::as_count)?.unwrap_or(0) as u64);
        // Whatever is done with a run that learns shows it again.
        if !matches!(action, Action::Pause) {
            self.recorded = None;
        }
        match action {
            Action::Reset => self.begin_run(None),
            Action::Fork(name) => self.begin_run(Some(name)),
            Action::Train(_) => self.train(count()?),
            Action::Pause => {
                self.session.train(Order::Pause);
                until(&mut self.session, |session| {
                    session.training().run.as_ref().is_none_or(|run| !run.playing)
                })
            }
            Action::Scrub(_) => {
                let run = self.session.training().run.as_ref();
                let run = run.ok_or_else(|| Error::failed("there is no run to go back in"))?;
                let moment = run.moment_at(count()?);
                self.session.train(Order::Open(moment));
                until(&mut self.session, |session| session.open_step() == Some(moment))
            }
            Action::TrainHalf(half) => self.train_half(*half),
            Action::Tune(data, method, _) => {
                let data = data.of(self.language).clone();
                self.tune(&data, method, given)
            }
            _ => Ok(()),
        }
    }

    /// A run that stands before its first step.
    fn begin_run(&mut self, called: Option<&str>) -> Result<()> {
        let (preset, set) = (self.preset.as_deref(), self.set.as_deref());
        let order = begin_run(&self.lesson, self.language, preset, set, called)?;
        self.session.train(order);
        self.half = None;
        until(&mut self.session, |session| {
            let training = session.training();
            training.preparing.is_none() && training.run.is_some()
        })
    }

    /// So many steps more; a run begins if there is none.
    fn train(&mut self, steps: u64) -> Result<()> {
        if self.session.training().noise_run().is_none() {
            self.begin_run(None)?;
        }
        let Some(run) = self.session.training().noise_run() else { return Ok(()) };
        let target = (run.step() + steps).min(run.learning.steps);
        self.session.train(Order::PlayTo(target));
        until(&mut self.session, |session| {
            let run = session.training().run.as_ref();
            run.is_none_or(|run| run.step() >= target && !run.playing)
        })
    }

    /// The forward half takes a step and records it; the others show more of it.
    fn train_half(&mut self, half: Half) -> Result<()> {
        // Whoever left the forward half out has it taken now.
        if half == Half::Forward || self.session.training().record.is_none() {
            if self.session.training().noise_run().is_none() {
                self.begin_run(None)?;
            }
            let step = self.session.training().noise_run().map_or(0, |run| run.step());
            self.session.train(Order::Record);
            until(&mut self.session, |session| {
                let record = session.training().record.as_ref();
                record.is_some_and(|record| record.report.step == step)
            })?;
        }
        self.half = Some(half);
        Ok(())
    }

    /// Tunes the open model; the tuned one is open then.
    fn tune(&mut self, data: &str, method: &Method, given: &Resolved) -> Result<()> {
        let opened = self.session.opened().ok_or_else(|| Error::failed("no model is open"))?;
        let order = tune_run(&self.lesson, self.language, opened, (data, method), given)?;
        self.session.train(order);
        until(&mut self.session, |session| {
            let training = session.training();
            training.preparing.is_none() && training.tuning().is_some_and(is_tuned)
        })?;
        self.session.train(Order::OpenNewest);
        let last = self.session.training().tuning().map(|run| run.step());
        until(&mut self.session, |session| session.open_step() == last)
    }
}
