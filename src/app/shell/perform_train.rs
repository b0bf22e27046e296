//! A lesson's runs, in the Train station.

use super::Shell;
use crate::Result;
use crate::app::lesson::{Playing, Wait};
use crate::session::lesson::begin_run;
use crate::session::training::Order;

impl Shell {
    /// A run that stands before its first step, and takes `steps` when it does.
    pub(super) fn begin_run_of_lesson(
        &mut self,
        playing: &mut Playing,
        steps: u64,
    ) -> Result<Wait> {
        let seen = &mut playing.seen;
        let (lesson, language) = (playing.runner.lesson(), playing.runner.language());
        let order = begin_run(lesson, language, seen.preset.as_deref(), seen.set.as_deref())?;
        seen.trains = true;
        self.session.train(order);
        Ok(Wait::Begun(steps))
    }

    /// So many steps more; a run begins if the lesson has none.
    pub(super) fn train_for_lesson(
        &mut self,
        playing: &mut Playing,
        steps: u64,
    ) -> Result<Option<Wait>> {
        if !playing.seen.trains || self.session.training().noise_run().is_none() {
            return self.begin_run_of_lesson(playing, steps).map(Some);
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
}
