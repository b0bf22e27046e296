//! A lesson's data: the set that the stations show while it is played, and what is done to it there.

use super::Shell;
use super::perform::no_thread;
use crate::Result;
use crate::app::lesson::{Playing, Wait};
use crate::session::lesson::Worked;
use crate::session::library::{Request, SetKey};
use crate::text::clean::Rule;
use std::sync::mpsc::channel;

/// The most merges that a lesson learns.
const MOST_MERGES: usize = 4096;

impl Shell {
    /// The stations show this set as it was found; formulas are about it.
    pub(super) fn lend_data(&mut self, playing: &mut Playing, name: &str) -> Result<Wait> {
        self.session.library_mut().lend(name);
        let seen = &mut playing.seen;
        (seen.set, seen.worked) = (Some(name.into()), Worked::default());
        self.work_on_data(playing)
    }

    /// Switches a rule on in the Data station.
    pub(super) fn clean_for_lesson(
        &mut self,
        playing: &mut Playing,
        rule: &str,
    ) -> Result<Option<Wait>> {
        let rule = Rule::find(rule).ok_or_else(|| self.cannot(rule))?;
        self.session.library_mut().ask(Request::Rule(rule.name, true));
        self.follow_data(playing)
    }

    /// Learns so many merges more; the Tokens station shows them.
    pub(super) fn merge_for_lesson(
        &mut self,
        playing: &mut Playing,
        count: usize,
    ) -> Result<Option<Wait>> {
        let before = playing.seen.worked.merges.unwrap_or(0);
        let merges = (before + count).min(MOST_MERGES);
        playing.seen.worked.merges = Some(merges);
        self.rooms.tokens.show(merges);
        self.work_on_data(playing).map(Some)
    }

    /// What a person does to the lesson's data in the stations is done to what formulas read.
    pub(super) fn follow_data(&mut self, playing: &mut Playing) -> Result<Option<Wait>> {
        let library = self.session.library();
        let set = playing.seen.set.clone().map(SetKey::Shipped);
        if set.as_ref() != Some(library.chosen()) {
            return Ok(None);
        }
        let before = &playing.seen.worked;
        let all = || library.vocabulary().map(|learned| learned.merges().len());
        // Pieces are the model's own until the lesson learns some.
        let merges =
            before.merges.map(|merges| self.rooms.tokens.merges().or_else(all).unwrap_or(merges));
        let now = Worked { rules: library.treatment().rules.clone(), merges };
        if now == *before {
            return Ok(None);
        }
        playing.seen.worked = now;
        self.work_on_data(playing).map(Some)
    }

    /// Brings the data that formulas read to the state of [`Worked`].
    fn work_on_data(&self, playing: &Playing) -> Result<Wait> {
        let name = playing.seen.set.clone().ok_or_else(|| self.cannot("Clean"))?;
        let worked = playing.seen.worked.clone();
        let (sender, receiver) = channel();
        let work = move || {
            // The lesson may be gone by then.
            let _ = sender.send(worked.of(&name));
        };
        let thread = std::thread::Builder::new().name("glassbox-material".into());
        thread.spawn(work).map_err(no_thread)?;
        Ok(Wait::Material(receiver))
    }
}
