//! The engine room: one named thread that runs the model, so that whoever watches never waits.
//!
//! [`Command`]s go in. [`Event`]s come out, each once and in order; of a [`Sight`] only the latest
//! is kept, since nobody wants to see an old one.

mod alter;
mod check;
mod examples;
mod follow;
mod open;
mod pace;
mod question;
mod search;
mod sight;
mod training;
mod worker;

pub use alter::Altered;
pub(super) use alter::logits_with;
pub use check::{Checked, Rule};
pub use open::{Opened, RunStep, Source};
pub(super) use pace::Pace;
pub use question::{Answer, Content, Effect, Neurons, Question, Reasons, Replies, Table, Why};
pub use search::{SearchStep, Searching};
pub use sight::Sight;

use crate::decode::{Finish, Outlook, SampleSettings, SampleStep};
use crate::interpret::{Change, HeadScores};
use crate::session::step_back;
use crate::session::training::{News, Order};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What is asked of the engine.
#[derive(Debug, Clone)]
pub enum Command {
    /// Open a model; what was being written is given up.
    Open(Source),
    /// Continue a text, token by token.
    Write(Writing),
    /// Continue a prompt in several ways at once.
    Search(Searching),
    /// Read a text and show every activation. Asked twice, only the second is answered.
    Look(Vec<u32>),
    /// Say what may follow each token of a text.
    Follow(Following),
    /// Give up what is being written; what is there stays.
    Stop,
    /// Begin, steer or end a training run. It goes on whenever nothing else is asked.
    Train(Order),
    /// From now on read every text once more with these changes; none to let the model be.
    Change(Vec<Change>),
    /// Read a second text, to stand beside the first.
    Beside(Vec<u32>),
    /// Read the first text with a second model, to stand beside the first.
    BesideModel(Source),
    /// Answer a question about the text that was read last.
    Ask(Question),
}

/// A text whose continuations are asked for.
#[derive(Debug, Clone)]
pub struct Following {
    /// By which the answer is known.
    pub id: u64,
    pub ids: Vec<u32>,
    /// What follows the tokens before this position is known already.
    pub from: usize,
}

/// How a text is to be continued.
#[derive(Debug, Clone)]
pub struct Writing {
    /// By which its events are known.
    pub id: u64,
    /// What is there already.
    pub prompt: Vec<u32>,
    /// Tokens that are put behind it first, each recorded as if it had been chosen.
    pub forced: Vec<u32>,
    pub settings: SampleSettings,
    /// Which of the seed's streams of random numbers.
    pub stream: u64,
    /// Tokens after which a reply is over, though the sampler would go on: another's turn.
    pub stops: Vec<u32>,
    /// The shortest time from one token to the next.
    pub pace: Duration,
    /// Whether sights follow while it is being written.
    pub watched: bool,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Event {
    Opened(Arc<Opened>),
    /// Another moment of the run whose model is open: the same tokenizer and sizes, other weights.
    Moved(Arc<Opened>),
    /// A model could not be opened; the one before stays. The sentence says why.
    NotOpened(String),
    /// What the heads of the opened model do, `[block][head]`: with and without the first token.
    Labelled([Vec<Vec<HeadScores>>; 2]),
    /// The text that was read last, read with changes.
    Altered(Arc<Altered>),
    /// The second text.
    Beside(Arc<Sight>),
    /// The second text or model could not be read; the sentence says why.
    NotBeside(String),
    /// An answer, or as much of it as there is.
    Answered(Arc<Answer>),
    /// One token more.
    Wrote {
        id: u64,
        step: SampleStep,
    },
    /// What may follow each token of a text, from the position that was asked for; or a sentence
    /// that says why it cannot be known.
    Followed {
        id: u64,
        outlooks: Result<Vec<Outlook>, String>,
    },
    /// A search has grown by a token.
    Searched {
        id: u64,
        step: SearchStep,
    },
    /// A text or a search is finished; it took so long.
    Ended {
        id: u64,
        why: Ended,
        took: Duration,
    },
    /// Of a training run.
    Training(News),
}

/// Why a text ends where it ends.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// By itself.
    Finished(Finish),
    /// The model began to speak for the other side.
    OthersTurn,
    /// It was told to stop.
    Stopped,
    /// It could not go on; the sentence says why.
    Failed(String),
}

/// The engine, as its watcher holds it.
pub struct Engine {
    commands: Sender<Command>,
    events: Receiver<Event>,
    sight: Arc<Mutex<Option<Arc<Sight>>>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Engine {
    /// Starts the thread. `wake` is called from it whenever there is something to fetch.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(
        threads: crate::tensor::Threads,
        wake: impl Fn() + Send + 'static,
    ) -> crate::Result<Self> {
        let (commands, asked) = channel();
        let (told, events) = channel();
        let sight = Arc::new(Mutex::new(None));
        let out = worker::Out { events: told, sight: sight.clone(), wake: Box::new(wake) };
        let thread = thread::Builder::new()
            .name("glassbox-engine".into())
            .spawn(move || {
                step_back();
                worker::Worker::new(threads, asked, out).run();
            })
            .map_err(|e| crate::Error::failed(format!("the system gives no thread: {e}")))?;
        Ok(Self { commands, events, sight, thread: Some(thread) })
    }

    /// Asks for something; the answer comes as events.
    pub fn send(&self, command: Command) {
        // The engine outlives its channel only when the program ends.
        let _ = self.commands.send(command);
    }

    /// The next thing that happened, if there is one.
    pub fn event(&self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// As [`Engine::event`], but waits for it up to `patience`.
    pub fn wait(&self, patience: Duration) -> Option<Event> {
        self.events.recv_timeout(patience).ok()
    }

    /// The latest sight, if it has not been fetched yet.
    pub fn sight(&self) -> Option<Arc<Sight>> {
        self.sight.lock().ok()?.take()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Without its commands the thread ends; a text being written is given up.
        let (nobody, _) = channel();
        self.commands = nobody;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests;
