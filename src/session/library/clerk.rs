//! The clerk: a thread that reads, cleans, counts and searches whole sets, so that the window never
//! waits. Of each kind of task only the newest is wanted; an older one is given up.

use crate::session::step_back;
use crate::{Error, Result};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What calls whoever watches.
pub type Wake = Arc<Mutex<dyn Fn() + Send>>;

/// Kinds of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Opening a set.
    Open,
    /// Cleaning it and keeping a part back.
    Prepare,
    /// Counting its tokens.
    Count,
    /// Looking for a phrase.
    Find,
    /// Reading somebody's file.
    Import,
    /// Learning a vocabulary.
    Learn,
    /// Reading a text with it.
    Read,
    /// Listing and writing files: never given up.
    Keep,
}

impl Task {
    const COUNT: usize = 8;
}

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// From 0 to 1.
    pub share: f32,
    pub since: Instant,
}

impl Progress {
    /// How long it will take still, once enough is done to tell.
    pub fn left(&self) -> Option<Duration> {
        let share = f64::from(self.share);
        (share >= 0.2).then(|| self.since.elapsed().mul_f64((1.0 - share) / share))
    }
}

/// What both sides see.
#[derive(Default)]
struct Desk {
    /// The newest number of each kind.
    wanted: [AtomicU64; Task::COUNT],
    /// The share done of the newest, as bits.
    shares: [AtomicU32; Task::COUNT],
}

/// A task as its worker holds it.
#[derive(Clone)]
pub struct Ticket {
    task: Task,
    number: u64,
    desk: Arc<Desk>,
}

impl Ticket {
    /// For work that nobody can give up.
    pub fn free() -> Self {
        Self { task: Task::Keep, number: 0, desk: Arc::default() }
    }

    /// Whether nobody has asked for something newer.
    pub fn is_wanted(&self) -> bool {
        self.task == Task::Keep
            || self.desk.wanted[self.task as usize].load(Ordering::Relaxed) == self.number
    }

    /// Notes how far the work is; breaks if it is to be given up.
    pub fn done(&self, share: f32) -> ControlFlow<()> {
        if !self.is_wanted() {
            return ControlFlow::Break(());
        }
        self.desk.shares[self.task as usize].store(share.to_bits(), Ordering::Relaxed);
        ControlFlow::Continue(())
    }
}

type Job<E> = Box<dyn FnOnce(&Ticket) -> Option<E> + Send>;

/// The thread, as the library holds it. `E` is what it answers with.
pub struct Clerk<E> {
    jobs: Sender<(Ticket, Job<E>)>,
    answers: Receiver<(Ticket, Option<E>)>,
    desk: Arc<Desk>,
    /// Since when the newest task of each kind is waited for.
    pending: [Option<Instant>; Task::COUNT],
    thread: Option<thread::JoinHandle<()>>,
}

impl<E: Send + 'static> Clerk<E> {
    /// Starts the thread; `wake` is called when there is an answer.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(wake: Wake) -> Result<Self> {
        let (jobs, asked) = channel::<(Ticket, Job<E>)>();
        let (answer, answers) = channel();
        let thread = thread::Builder::new()
            .name("glassbox-library".into())
            .spawn(move || {
                step_back();
                for (ticket, job) in asked {
                    let result = if ticket.is_wanted() { job(&ticket) } else { None };
                    // Nobody listens any more when the program ends.
                    let _ = answer.send((ticket, result));
                    if let Ok(wake) = wake.lock() {
                        wake();
                    }
                }
            })
            .map_err(|e| Error::failed(format!("the system gives no thread: {e}")))?;
        let desk = Arc::default();
        Ok(Self { jobs, answers, desk, pending: [None; Task::COUNT], thread: Some(thread) })
    }

    /// Asks for something; what was asked before of the same kind is given up.
    pub fn ask(&mut self, task: Task, job: impl FnOnce(&Ticket) -> Option<E> + Send + 'static) {
        let kind = task as usize;
        let number = self.desk.wanted[kind].fetch_add(1, Ordering::Relaxed) + 1;
        self.desk.shares[kind].store(0, Ordering::Relaxed);
        self.pending[kind] = Some(Instant::now());
        let ticket = Ticket { task, number, desk: self.desk.clone() };
        // The thread outlives the channel only when the program ends.
        let _ = self.jobs.send((ticket, Box::new(job)));
    }

    /// Gives up a task.
    pub fn cancel(&mut self, task: Task) {
        self.desk.wanted[task as usize].fetch_add(1, Ordering::Relaxed);
        self.pending[task as usize] = None;
    }

    /// The next answer, if there is one.
    pub fn answer(&mut self) -> Option<E> {
        while let Ok((ticket, answer)) = self.answers.try_recv() {
            let newest = self.desk.wanted[ticket.task as usize].load(Ordering::Relaxed);
            if newest == ticket.number {
                self.pending[ticket.task as usize] = None;
            }
            if let Some(answer) = answer.filter(|_| ticket.is_wanted()) {
                return Some(answer);
            }
        }
        None
    }

    /// How far the newest task of a kind is, while it is waited for.
    pub fn progress(&self, task: Task) -> Option<Progress> {
        let since = self.pending[task as usize]?;
        let share = f32::from_bits(self.desk.shares[task as usize].load(Ordering::Relaxed));
        Some(Progress { share, since })
    }

    /// Whether anything is waited for.
    pub fn is_busy(&self) -> bool {
        self.pending.iter().any(Option::is_some)
    }
}

impl<E> Drop for Clerk<E> {
    fn drop(&mut self) {
        // All but what has to be kept is given up; files are still written.
        for wanted in &self.desk.wanted {
            wanted.fetch_add(1, Ordering::Relaxed);
        }
        let (nobody, _) = channel();
        self.jobs = nobody;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
