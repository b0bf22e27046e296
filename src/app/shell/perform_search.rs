//! What of a lesson takes the machine a while: searches, cleaning, learning merges. Each runs on a thread of its own.

use super::Shell;
use super::perform::no_thread;
use crate::app::lesson::{Playing, Wait};
use crate::app::stations::decode::View as DecodeView;
use crate::lesson::Action;
use crate::lesson::formula::Value;
use crate::session::Plan;
use crate::session::lesson::{Beams, Resolved};
use crate::{Error, Result};
use std::sync::mpsc::channel;

/// The most merges that one action learns.
const MOST_MERGES: usize = 4096;

impl Shell {
    /// A round of beam search on from the text that is looked at, or all that are left; the tree shows the
    /// same search.
    pub(super) fn search_for_lesson(
        &mut self,
        playing: &mut Playing,
        to_the_end: bool,
    ) -> Result<Wait> {
        let words = self.settings.language.words();
        let opened = self.session.opened().cloned();
        let opened = opened.ok_or_else(|| Error::failed(words.reading))?;
        let subject = self.session.subject().to_vec();
        let decoding = &mut playing.seen.decoding;
        let (beams, penalty) = (decoding.beams(), decoding.length_penalty());
        let begun = decoding.search.take();
        self.rooms.decode.view = DecodeView::Tree;
        if begun.is_none() {
            let plan = Plan { beams, length_penalty: penalty, returns: beams, ..Plan::default() };
            self.rooms.decode.tree.show_all();
            self.session.search_behind(subject.clone(), plan);
        }
        let (sender, receiver) = channel();
        let search = move || {
            let begun = begun.map_or_else(|| Beams::begin(&opened, &subject, beams, penalty), Ok);
            let found = begun.and_then(|mut beams| {
                beams.go_on(&opened, to_the_end)?;
                Ok(beams)
            });
            // The lesson may be gone by then.
            let _ = sender.send(found.map(Box::new));
        };
        let thread = std::thread::Builder::new().name("glassbox-beams".into());
        thread.spawn(search).map_err(no_thread)?;
        Ok(Wait::Beams(receiver))
    }

    /// Cleans the lesson's data, or learns merges from it.
    pub(super) fn work_on_material(
        &self,
        playing: &mut Playing,
        action: &Action,
        given: &Resolved,
    ) -> Result<Wait> {
        let mut material =
            playing.seen.material.take().ok_or_else(|| self.cannot(action.name()))?;
        let merges = given.known(0, Value::as_count)?.unwrap_or(0).min(MOST_MERGES);
        let rule = match action {
            Action::Clean(rule) => Some(rule.clone()),
            _ => None,
        };
        let (sender, receiver) = channel();
        let work = move || {
            let done = match rule {
                Some(rule) => material.clean(&rule),
                None => material.merge(merges),
            };
            // The lesson may be gone by then.
            let _ = sender.send(done.map(|()| material));
        };
        let thread = std::thread::Builder::new().name("glassbox-material".into());
        thread.spawn(work).map_err(no_thread)?;
        Ok(Wait::Material(receiver))
    }
}
