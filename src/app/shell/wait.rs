//! What a lesson waits for before it goes on.

use super::Shell;
use crate::app::lesson::{Playing, Wait};
use crate::session::lesson::{is_tuned, weights_of};
use crate::session::training::{Order, Watch};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};

impl Shell {
    /// Whether something still has to be waited for; what was waited for is taken in.
    pub(super) fn still(&mut self, wait: Wait, playing: &mut Playing) -> Option<Wait> {
        match wait {
            Wait::Model(before) => {
                let here = self.session.opened().map(|opened| Arc::as_ptr(opened) as usize);
                if here.is_none() || here == before || self.session.labels(false).is_empty() {
                    return Some(Wait::Model(before));
                }
                playing.seen.weights = self.session.opened().map(|opened| weights_of(opened));
                None
            }
            Wait::Sight => {
                let reading = self.session.decoding().is_reading();
                let current = self.session.subject().is_empty() || self.session.sight_is_current();
                (reading || !current || self.session.is_thinking()).then_some(Wait::Sight)
            }
            Wait::Reply => {
                let over = !self.session.is_writing() && self.session.sight_is_current();
                (!over).then_some(Wait::Reply)
            }
            Wait::Material(receiver) => arrived(receiver, playing, Wait::Material, |seen, it| {
                seen.seen.material = Some(it);
            }),
            Wait::Beams(receiver) => arrived(receiver, playing, Wait::Beams, |seen, search| {
                seen.seen.decoding.search = Some(*search);
            }),
            Wait::Beside(name, row) => match self.session.beside().cloned() {
                None => Some(Wait::Beside(name, row)),
                Some(beside) => {
                    self.patch_from(playing, &beside, name, row);
                    Some(Wait::Sight)
                }
            },
            Wait::Begun(steps) => {
                if self.session.training().preparing.is_some() {
                    return Some(Wait::Begun(steps));
                }
                (steps > 0).then(|| self.train_to(steps)).flatten()
            }
            Wait::Trained(step) => {
                let run = self.session.training().run.as_ref();
                let is_over =
                    |run: &Watch| run.diverged.is_some() || (run.step() >= step && !run.playing);
                (!run.is_none_or(is_over)).then_some(Wait::Trained(step))
            }
            Wait::Tuned => {
                let training = self.session.training();
                // Until this run begins, an earlier one may still be there.
                let begun = training.preparing.is_none();
                let over = begun && training.tuning().is_some_and(is_tuned);
                // A run that could not begin has said why.
                let none = begun && training.run.is_none();
                if none || !over {
                    return (!none).then_some(Wait::Tuned);
                }
                let newest = training.tuning().map_or(0, Watch::step);
                self.session.train(Order::OpenNewest);
                Some(Wait::Moment(newest))
            }
            Wait::Moment(step) => {
                (self.session.open_step() != Some(step)).then_some(Wait::Moment(step))
            }
            Wait::Replies(receiver) => {
                arrived(receiver, playing, Wait::Replies, |seen, replies| {
                    seen.seen.decoding.replies.extend(replies);
                })
            }
        }
    }
}

/// Takes in what another thread has worked out, if it is there.
fn arrived<T>(
    receiver: Receiver<crate::Result<T>>,
    playing: &mut Playing,
    wait: impl Fn(Receiver<crate::Result<T>>) -> Wait,
    take: impl Fn(&mut Playing, T),
) -> Option<Wait> {
    match receiver.try_recv() {
        Ok(Ok(found)) => take(playing, found),
        Ok(Err(error)) => playing.problem = Some(error.to_string()),
        Err(TryRecvError::Empty) => return Some(wait(receiver)),
        Err(TryRecvError::Disconnected) => {}
    }
    None
}
