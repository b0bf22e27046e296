//! A lesson's runs, in the Train and Tune stations.

use super::Shell;
use crate::app::lesson::{Playing, Wait};
use crate::app::stations::train::Tab;
use crate::lesson::Action;
use crate::lesson::action::Half;
use crate::lesson::formula::Value;
use crate::lesson::runner;
use crate::session::lesson::{Resolved, begin_run, tune_run};
use crate::session::training::Order;
use crate::{Error, Result};

impl Shell {
    /// Carries out what trains a model.
    pub(super) fn learn_for_lesson(
        &mut self,
        playing: &mut Playing,
        action: &Action,
        given: &Resolved,
    ) -> Result<Option<Wait>> {
        let count = || Ok::<u64, Error>(given.known(0, Value::as_count)?.unwrap_or(0) as u64);
        // Whatever is done with a run that learns shows it again.
        if !matches!(action, Action::Pause) {
            playing.seen.recorded = None;
        }
        match action {
            Action::Reset => self.begin_run_of_lesson(playing, 0, None).map(Some),
            Action::Fork(name) => {
                self.rooms.train.tab = Tab::Live;
                self.begin_run_of_lesson(playing, 0, Some(name)).map(Some)
            }
            Action::Train(_) => self.train_for_lesson(playing, count()?),
            Action::Pause => {
                self.session.train(Order::Pause);
                Ok(Some(Wait::Trained(0)))
            }
            Action::Scrub(_) => {
                let run = self.session.training().run.as_ref().filter(|_| playing.seen.trains);
                let run = run.ok_or_else(|| self.cannot("Scrub"))?;
                let moment = run.moment_at(count()?);
                self.session.train(Order::Open(moment));
                Ok(Some(Wait::Moment(moment)))
            }
            Action::TrainHalf(half) => self.train_half(playing, *half),
            Action::Tune(data, method, _) => {
                let (lesson, language) = (playing.runner.lesson(), playing.runner.language());
                let opened = self.session.opened();
                let opened =
                    opened.ok_or_else(|| Error::failed(self.settings.language.words().reading))?;
                let data = data.of(language);
                let order = tune_run(lesson, language, opened, (data, method), given)?;
                playing.seen.trains = true;
                self.session.train(order);
                self.rooms.tune.show_learning(false);
                Ok(Some(Wait::Tuned))
            }
            _ => Ok(None),
        }
    }

    /// A run that stands before its first step, and takes `steps` when it does.
    fn begin_run_of_lesson(
        &mut self,
        playing: &mut Playing,
        steps: u64,
        called: Option<&str>,
    ) -> Result<Wait> {
        let seen = &mut playing.seen;
        let (lesson, language) = (playing.runner.lesson(), playing.runner.language());
        let (preset, set) = (seen.preset.as_deref(), seen.set.as_deref());
        let order = begin_run(lesson, language, preset, set, called)?;
        seen.trains = true;
        self.session.train(order);
        self.rooms.train.slow.phase = 0;
        Ok(Wait::Begun(steps))
    }

    /// So many steps more; a run begins if the lesson has none.
    fn train_for_lesson(&mut self, playing: &mut Playing, steps: u64) -> Result<Option<Wait>> {
        if !playing.seen.trains || self.session.training().noise_run().is_none() {
            return self.begin_run_of_lesson(playing, steps, None).map(Some);
        }
        Ok(self.train_to(steps))
    }

    /// Lets the run take so many steps more.
    pub(super) fn train_to(&mut self, steps: u64) -> Option<Wait> {
        let run = self.session.training().noise_run()?;
        let target = (run.step() + steps).min(run.learning.steps);
        self.session.train(Order::PlayTo(target));
        Some(Wait::Trained(target))
    }

    /// The forward half takes a step and records it; the others turn to more of it.
    fn train_half(&mut self, playing: &mut Playing, half: Half) -> Result<Option<Wait>> {
        let training = self.session.training();
        let step = training.noise_run().filter(|_| playing.seen.trains).map(|run| run.step());
        let Some(step) = step else {
            if playing.seen.trains {
                // The run could not begin, and the window has said why.
                return Err(self.cannot("TrainHalf"));
            }
            playing.queue.push_front(runner::Order::Perform(Action::TrainHalf(half)));
            return self.begin_run_of_lesson(playing, 0, None).map(Some);
        };
        self.rooms.train.tab = Tab::OneStep;
        self.rooms.train.slow.show(half);
        // Whoever left the forward half out has it taken now.
        if half != Half::Forward && self.session.training().record.is_some() {
            return Ok(None);
        }
        self.session.train(Order::Record);
        Ok(Some(Wait::Trained(step + 1)))
    }
}
