//! A lesson's searches.

use super::Shell;
use super::perform::no_thread;
use crate::app::lesson::{Playing, Wait};
use crate::app::stations::decode::View as DecodeView;
use crate::session::Plan;
use crate::session::engine::Opened;
use crate::session::lesson::{Beams, MOST_TOKENS};
use crate::{Error, Result};
use std::sync::Arc;
use std::sync::mpsc::channel;

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
            let plan = self.plan_for_lesson(beams, penalty);
            self.rooms.decode.tree.show_all();
            self.session.search_behind(subject.clone(), plan);
        }
        let begin = move |opened: &Opened| {
            begun.map_or_else(|| Beams::begin(opened, &subject, beams, penalty), Ok)
        };
        find(opened, begin, to_the_end)
    }

    /// The tree's fields show what the lesson searches with.
    pub(super) fn plan_for_lesson(&mut self, beams: usize, length_penalty: f64) -> Plan {
        let (text, as_chat) = self.rooms.decode.prompt.typed();
        let steps = MOST_TOKENS;
        let plan =
            Plan { text, as_chat, beams, length_penalty, returns: beams, steps, ..Plan::default() };
        self.rooms.decode.tree.set_plan(plan.clone());
        plan
    }

    /// A search that a person runs by hand while a lesson is open: the lesson knows its outcome, too.
    pub(super) fn count_search(&mut self, plan: &Plan) {
        let Some(mut playing) = self.desk.playing.take() else { return };
        if let (Some(opened), Ok(prompt)) =
            (self.session.opened().cloned(), self.session.prompt_of(plan))
        {
            let (beams, penalty) = (plan.beams, plan.length_penalty);
            let decoding = &mut playing.seen.decoding;
            (decoding.beams, decoding.length_penalty) = (Some(beams), Some(penalty));
            decoding.search = None;
            let begin = move |opened: &Opened| Beams::begin(opened, &prompt, beams, penalty);
            match find(opened, begin, true) {
                Ok(wait) if playing.wait.is_none() => playing.wait = Some(wait),
                Ok(_) => {}
                Err(error) => playing.problem = Some(error.to_string()),
            }
        }
        self.desk.playing = Some(playing);
    }
}

/// Searches on a thread of its own: a round of all beams, or to the end.
fn find(
    opened: Arc<Opened>,
    begin: impl FnOnce(&Opened) -> Result<Beams> + Send + 'static,
    to_the_end: bool,
) -> Result<Wait> {
    let (sender, receiver) = channel();
    let search = move || {
        let found = begin(&opened).and_then(|mut beams| {
            beams.go_on(&opened, to_the_end)?;
            Ok(Box::new(beams))
        });
        // The lesson may be gone by then.
        let _ = sender.send(found);
    };
    let thread = std::thread::Builder::new().name("glassbox-beams".into());
    thread.spawn(search).map_err(no_thread)?;
    Ok(Wait::Beams(receiver))
}
