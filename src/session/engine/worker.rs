//! The thread's side.

use super::follow::Follower;
use super::pace::Pace;
use super::question::Subject;
use super::search::Search;
use super::sight::read;
use super::{
    Altered, Command, Ended, Event, Following, Opened, Question, Searching, Sight, Source, Writing,
};
use crate::Result;
use crate::decode::{Finish, NextLogits, Sampler, StepOutcome};
use crate::interpret::{Change, score_heads};
use crate::nn::Inference;
use crate::session::training::Course;
use crate::tensor::Threads;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Where results go.
pub(super) struct Out {
    pub events: Sender<Event>,
    pub sight: Arc<Mutex<Option<Arc<Sight>>>>,
    pub wake: Box<dyn Fn() + Send>,
}

impl Out {
    pub fn tell(&self, event: Event) {
        // Nobody listens any more when the program ends.
        let _ = self.events.send(event);
        (self.wake)();
    }

    fn show(&self, sight: Arc<Sight>) {
        if let Ok(mut slot) = self.sight.lock() {
            *slot = Some(sight);
        }
        (self.wake)();
    }

    /// Whether the last sight is still waiting to be fetched.
    fn has_unseen(&self) -> bool {
        self.sight.lock().is_ok_and(|slot| slot.is_some())
    }
}

/// The state of the thread.
pub(super) struct Worker {
    pub threads: Threads,
    pub asked: Receiver<Command>,
    /// Commands that came while a text was being written, and have to wait for its end.
    pub waiting: VecDeque<Command>,
    pub out: Out,
    pub model: Option<Arc<Opened>>,
    /// The last sight, for what the next one can take over.
    pub seen: Option<Arc<Sight>>,
    follower: Follower,
    /// The run under way.
    pub course: Option<Course>,
    /// Whether the open model is kept up to date with it, and when it is time to.
    pub following: bool,
    /// The moment that was gone back to, as long as it is the one that is looked at.
    pub gone_back: Option<u64>,
    pub follows: Pace,
    /// What is changed when a text is read, and the last text read so.
    changes: Vec<Change>,
    altered: Option<Arc<Altered>>,
    /// The second text.
    beside: Option<Arc<Sight>>,
}

/// What to do next.
enum Next {
    Command(Command),
    Train,
}

impl Worker {
    pub fn new(threads: Threads, asked: Receiver<Command>, out: Out) -> Self {
        Self {
            threads,
            asked,
            waiting: VecDeque::new(),
            out,
            model: None,
            seen: None,
            follower: Follower::default(),
            course: None,
            following: false,
            gone_back: None,
            follows: Pace::new(Duration::ZERO),
            changes: Vec::new(),
            altered: None,
            beside: None,
        }
    }

    /// Works until nobody can ask any more.
    pub fn run(mut self) {
        while let Some(next) = self.next() {
            match next {
                Next::Command(command) => self.carry_out(command),
                Next::Train => self.train_on(),
            }
        }
        self.end_course();
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Open(source) => match Opened::open(source) {
                Ok(opened) => self.opened(Arc::new(opened)),
                Err(error) => self.out.tell(Event::NotOpened(error.to_string())),
            },
            Command::Look(ids) => self.look(ids),
            Command::Write(writing) => self.write(&writing),
            Command::Follow(following) => self.follow(&following),
            Command::Search(searching) => self.search(&searching),
            Command::Train(order) => self.order(order),
            Command::Stop => {}
            Command::Change(changes) => {
                self.changes = changes;
                self.alter();
            }
            Command::Beside(ids) => self.read_beside(ids),
            Command::BesideModel(source) => self.read_with(source),
            Command::Ask(question) => self.answer(&question),
        }
    }

    /// Whatever is asked goes before training. None once nobody can ask any more.
    fn next(&mut self) -> Option<Next> {
        if let Some(command) = self.waiting.pop_front() {
            return Some(Next::Command(command));
        }
        let Some(wait) = self.course.as_mut().and_then(Course::wait) else {
            return self.asked.recv().ok().map(Next::Command);
        };
        match self.asked.recv_timeout(wait) {
            Ok(command) => Some(Next::Command(command)),
            Err(RecvTimeoutError::Timeout) => Some(Next::Train),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// A model is open.
    pub fn opened(&mut self, model: Arc<Opened>) {
        self.model = Some(model.clone());
        (self.seen, self.altered, self.beside) = (None, None, None);
        self.changes.clear();
        self.out.tell(Event::Opened(model.clone()));
        self.label(&model);
    }

    /// Tells what the heads of the open model do.
    pub fn label(&self, model: &Opened) {
        let readings: Vec<_> =
            repeated_texts(model).into_iter().map(|ids| read(model, ids, &self.threads)).collect();
        let labels = [false, true].map(|without_first| score_heads(&readings, without_first));
        self.out.tell(Event::Labelled(labels));
    }

    /// Says what may follow each token of a text.
    fn follow(&mut self, Following { id, ids, from }: &Following) {
        let outlooks = match &self.model {
            Some(model) => self.follower.follow(model, ids, *from, &self.threads),
            None => Err(crate::Error::failed("no model is open; open one first")),
        };
        let outlooks = outlooks.map_err(|error| error.to_string());
        self.out.tell(Event::Followed { id: *id, outlooks });
    }

    /// Reads a text unless a newer one is asked for already.
    fn look(&mut self, ids: Vec<u32>) {
        while let Ok(command) = self.asked.try_recv() {
            self.waiting.push_back(command);
        }
        let newer = |command: &Command| matches!(command, Command::Look(_) | Command::Open(_));
        if !self.waiting.iter().any(newer) {
            self.show(ids);
            self.alter();
        }
    }

    /// Reads a text and shows what can be seen of it.
    pub fn show(&mut self, ids: Vec<u32>) {
        if let Some(sight) = self.read(ids) {
            self.seen = Some(sight.clone());
            self.out.show(sight);
        }
    }

    /// Reads a text, if the model can.
    fn read(&self, ids: Vec<u32>) -> Option<Arc<Sight>> {
        let model = self.model.as_ref()?;
        let config = &model.model.parameters.config;
        let known = ids.iter().all(|&id| (id as usize) < config.vocabulary);
        if ids.is_empty() || ids.len() > config.context || !known {
            return None;
        }
        Some(Arc::new(Sight::of(model, ids, &self.threads, self.seen.as_deref())))
    }

    /// Reads the last text once more, if anything is changed.
    fn alter(&mut self) {
        let seen = self.seen.as_ref().filter(|_| !self.changes.is_empty());
        self.altered = seen.map(|seen| Arc::new(Altered::of(seen, &self.changes, &self.threads)));
        if let Some(altered) = &self.altered {
            self.out.tell(Event::Altered(altered.clone()));
        }
    }

    fn read_beside(&mut self, ids: Vec<u32>) {
        if let Some(sight) = self.read(ids) {
            self.beside = Some(sight.clone());
            self.out.tell(Event::Beside(sight));
        }
    }

    /// Reads the last text with another model, if it has the same tokens.
    fn read_with(&mut self, source: Source) {
        let Some(seen) = self.seen.clone() else { return };
        let opened = match Opened::open(source) {
            Ok(opened) => Arc::new(opened),
            Err(error) => return self.out.tell(Event::NotBeside(error.to_string())),
        };
        let ids = &seen.reading.ids;
        if !has_same_tokens(&seen.model, &opened, ids) {
            return self.out.tell(Event::NotBeside(format!(
                "{} cuts texts into other tokens than {}; compare models that share a tokenizer",
                opened.name, seen.model.name
            )));
        }
        let sight = Arc::new(Sight::of(&opened, ids.clone(), &self.threads, None));
        self.beside = Some(sight.clone());
        self.out.tell(Event::Beside(sight));
    }

    /// Answers a question, unless something comes that makes the answer useless.
    fn answer(&mut self, question: &Question) {
        let Some(sight) = self.seen.clone() else { return };
        let altered = self.altered.clone();
        let beside = self.beside.clone();
        let subject = Subject {
            sight: &sight,
            altered: altered.as_ref(),
            beside: beside.as_ref(),
            threads: &self.threads,
        };
        let (asked, waiting, out) = (&self.asked, &mut self.waiting, &self.out);
        subject.answer(question, &mut |answer| {
            waiting.extend(asked.try_iter());
            let useless = |command: &Command| match command {
                Command::Ask(newer) => newer.replaces(question),
                Command::Look(_) | Command::Open(_) | Command::Change(_) | Command::Write(_) => {
                    true
                }
                _ => false,
            };
            let wanted = !waiting.iter().any(useless);
            if wanted {
                out.tell(Event::Answered(Arc::new(answer)));
            }
            wanted
        });
    }

    fn write(&mut self, writing: &Writing) {
        let start = Instant::now();
        self.keep_open_step();
        let mut written = writing.prompt.clone();
        let why = match self.model.clone() {
            Some(model) => self.write_with(&model, writing, &mut written),
            None => Ended::Failed("no model is open; open one first".into()),
        };
        self.out.tell(Event::Ended { id: writing.id, why, took: start.elapsed() });
        if writing.watched {
            self.show(written);
            self.alter();
        }
    }

    /// Writes on; `written` is the text as far as it came.
    fn write_with(&mut self, model: &Opened, writing: &Writing, written: &mut Vec<u32>) -> Ended {
        let mut inference = Inference::new(&model.model.parameters, self.threads.clone());
        let made = Sampler::with_stream(
            writing.settings,
            &writing.prompt,
            &inference as &dyn NextLogits,
            writing.stream,
        );
        let mut sampler = match made {
            Ok(sampler) => sampler,
            Err(error) => return Ended::Failed(error.to_string()),
        };
        let last = self.seen.as_ref().map_or(Duration::ZERO, |sight| sight.took);
        let mut sights = Pace::new(last);
        loop {
            let start = Instant::now();
            let forced = writing.forced.get(sampler.records().len()).copied();
            let stepped = match forced {
                Some(token) => sampler.force(token, &mut inference),
                None => sampler.step(&mut inference),
            };
            let outcome = match stepped {
                Ok(outcome) => outcome,
                Err(error) => return Ended::Failed(error.to_string()),
            };
            if let Some(step) = sampler.records().last() {
                if writing.stops.contains(&step.token) {
                    return Ended::OthersTurn;
                }
                written.push(step.token);
                self.out.tell(Event::Wrote { id: writing.id, step: step.clone() });
            }
            if writing.watched && sights.is_due() && !self.out.has_unseen() {
                sights.begin();
                self.show(written.clone());
                sights.end();
            }
            if let StepOutcome::Finished(finish) = outcome {
                return Ended::Finished(finish);
            }
            if self.hear(start + writing.pace).is_break() {
                return Ended::Stopped;
            }
        }
    }

    fn search(&mut self, asked: &Searching) {
        let start = Instant::now();
        let why = match self.model.clone() {
            Some(model) => {
                let done = self.search_with(&model, asked);
                done.unwrap_or_else(|error| Ended::Failed(error.to_string()))
            }
            None => Ended::Failed("no model is open; open one first".into()),
        };
        self.out.tell(Event::Ended { id: asked.id, why, took: start.elapsed() });
    }

    fn search_with(&mut self, model: &Opened, asked: &Searching) -> Result<Ended> {
        let mut search = Search::new(model, &self.threads, asked)?;
        loop {
            let start = Instant::now();
            let Some(step) = search.step()? else { return Ok(Ended::Finished(Finish::Length)) };
            self.out.tell(Event::Searched { id: asked.id, step });
            if self.hear(start + asked.pace).is_break() {
                return Ok(Ended::Stopped);
            }
        }
    }

    /// Listens until `until`, at least for what has been asked already; breaks if the text is to
    /// be given up. Training goes on meanwhile, if there is time for it.
    fn hear(&mut self, until: Instant) -> ControlFlow<()> {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let trains = self.course.as_mut().filter(|course| course.piece() < left);
            let wait = trains.and_then(Course::wait);
            match self.asked.recv_timeout(wait.map_or(left, |wait| wait.min(left))) {
                Ok(Command::Look(ids)) => self.show(ids),
                Ok(Command::Follow(following)) => self.follow(&following),
                Ok(Command::Stop) => return ControlFlow::Break(()),
                Ok(Command::Train(order)) if order.keeps_the_model() => self.order(order),
                Ok(other) => {
                    // What is only asked about the text can wait for its end.
                    let waits = matches!(
                        other,
                        Command::Change(_)
                            | Command::Beside(_)
                            | Command::BesideModel(_)
                            | Command::Ask(_)
                    );
                    self.waiting.push_back(other);
                    if !waits {
                        return ControlFlow::Break(());
                    }
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() >= until => {
                    return ControlFlow::Continue(());
                }
                // The open model stays as it is while it writes.
                Err(RecvTimeoutError::Timeout) => self.train_without_following(),
                Err(RecvTimeoutError::Disconnected) => return ControlFlow::Break(()),
            }
        }
    }

    fn train_without_following(&mut self) {
        let following = std::mem::take(&mut self.following);
        self.train_on();
        self.following = following;
    }
}

/// Whether two models mean the same by these tokens, and both can read so many.
fn has_same_tokens(one: &Opened, other: &Opened, ids: &[u32]) -> bool {
    let fits = ids.len() <= other.model.parameters.config.context;
    let piece = |model: &Opened, id: u32| {
        model.model.tokenizer.as_ref().and_then(|tokenizer| tokenizer.piece(id))
    };
    fits && ids.iter().all(|&id| {
        let known = (id as usize) < other.model.parameters.config.vocabulary;
        known && piece(one, id) == piece(other, id)
    })
}

/// Texts on which every pattern has somewhere to look: random tokens, said twice.
fn repeated_texts(model: &Opened) -> Vec<Vec<u32>> {
    let config = &model.model.parameters.config;
    let half = (config.context / 2).min(24);
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let mut text = || {
        let once: Vec<u32> =
            (0..half).map(|_| rng.random_range(0..config.vocabulary as u32)).collect();
        [once.clone(), once].concat()
    };
    if half < 2 { Vec::new() } else { (0..5).map(|_| text()).collect() }
}
