//! The state behind the window: which model is open, what was said, what is being looked at.

use super::causes::Causes;
use super::conversation::Conversation;
use super::decoding::Decoding;
use super::engine::{Command, Ended, Engine, Event, Opened, Sight, Source};
use super::library::{Library, Wake};
use super::search::Desk;
use super::training::Training;
use crate::Result;
use crate::decode::SampleStep;
use crate::interpret::HeadScores;
use crate::tensor::Threads;
use crate::text::{Tokenizer, template};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a text that is being written is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Reply,
    /// One token more of the text that is looked at.
    Growth,
}

/// The program without a face. A watcher calls [`Session::poll`] often, and may call the rest
/// whenever a person does something; nothing here takes long.
pub struct Session {
    pub(super) engine: Engine,
    pub(super) training: Training,
    pub(super) opened: Option<Arc<Opened>>,
    library: Library,
    labels: [Vec<Vec<HeadScores>>; 2],
    pub(super) conversation: Conversation,
    /// What is being written, and its number.
    pub(super) writing: Option<(u64, Purpose)>,
    pub(super) count: u64,
    /// The text that is looked at.
    pub(super) subject: Vec<u32>,
    sight: Option<Arc<Sight>>,
    /// How the tokens of `subject` from the prompt's end on were chosen.
    pub(super) grown: Vec<SampleStep>,
    took: Option<Duration>,
    pub(super) decoding: Decoding,
    /// What is opened if the first model cannot be.
    fallback: Option<Source>,
    /// Sentences that wait to be shown.
    pub(super) problems: Vec<String>,
    /// The searches.
    pub(super) desk: Desk,
    pub(super) causes: Causes,
    /// How replies are written.
    pub manner: Manner,
}

/// How replies are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Manner {
    /// 0 is greedy.
    pub temperature: f32,
    pub seed: u64,
    pub pace: Duration,
}

impl Default for Manner {
    fn default() -> Self {
        Self { temperature: 0.0, seed: 1, pace: Duration::from_millis(60) }
    }
}

impl Session {
    /// Starts the engine and opens the first model, or `fallback` if that fails; `wake` is called when [`Session::poll`] has
    /// something to fetch.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(
        first: Source,
        fallback: Source,
        threads: Threads,
        wake: impl Fn() + Send + 'static,
    ) -> Result<Self> {
        let wake: Wake = Arc::new(Mutex::new(wake));
        let library = Library::start(wake.clone())?;
        let call = move || {
            if let Ok(wake) = wake.lock() {
                wake();
            }
        };
        let engine = Engine::start(threads, call)?;
        engine.send(Command::Open(first));
        Ok(Self {
            engine,
            training: Training::default(),
            opened: None,
            library,
            labels: [Vec::new(), Vec::new()],
            conversation: Conversation::default(),
            writing: None,
            count: 0,
            subject: Vec::new(),
            sight: None,
            grown: Vec::new(),
            took: None,
            decoding: Decoding::default(),
            fallback: Some(fallback),
            problems: Vec::new(),
            desk: Desk::default(),
            causes: Causes::default(),
            manner: Manner::default(),
        })
    }

    /// Takes in what the engine has done since. Returns whether anything changed.
    pub fn poll(&mut self) -> bool {
        let mut changed = self.library.poll();
        while let Some(event) = self.engine.event() {
            self.take(event);
            changed = true;
        }
        let model = self.opened.as_ref();
        let sight = self.engine.sight();
        if let Some(sight) =
            sight.filter(|sight| model.is_some_and(|model| Arc::ptr_eq(model, &sight.model)))
        {
            self.sight = Some(sight);
            changed = true;
        }
        changed
    }

    fn take(&mut self, event: Event) {
        let (event, problem) = self.desk.take(event);
        self.problems.extend(problem);
        let Some(event) = event else { return };
        match event {
            Event::Opened(opened) => self.begin_with(opened),
            Event::NotOpened(why) => {
                self.problems.push(why);
                // A folder that is gone since the last time must not leave the window empty.
                if let Some(fallback) = self.fallback.take().filter(|_| self.opened.is_none()) {
                    self.engine.send(Command::Open(fallback));
                }
            }
            Event::Moved(opened) => {
                self.opened = Some(opened);
                self.decode_anew();
            }
            Event::Training(news) => self.problems.extend(self.training.take(news)),
            Event::Labelled(labels) => self.labels = labels,
            // The desk has it.
            Event::Searched { .. } => {}
            Event::Altered(altered) => self.causes.altered(altered),
            Event::Beside(sight) => self.causes.beside(sight),
            Event::NotBeside(why) => {
                self.causes.forget_beside();
                self.problems.push(why);
            }
            Event::Answered(answer) => self.causes.answered(answer),
            Event::Wrote { id, step } => match self.purpose(id) {
                Some(Purpose::Reply) => self.wrote(step),
                Some(Purpose::Growth) => {
                    self.subject.push(step.token);
                    self.grown.push(step);
                }
                None => {}
            },
            Event::Followed { id, outlooks } => self.followed(id, outlooks),
            Event::Ended { id, why, took } => {
                let Some(purpose) = self.purpose(id) else { return };
                if let Ended::Failed(sentence) = &why {
                    self.problems.push(sentence.clone());
                }
                if purpose == Purpose::Reply {
                    // A reply may have no token at all.
                    self.conversation.written_at(self.open_step());
                    self.conversation.finish(why);
                }
                self.writing = None;
                self.took = Some(took);
            }
        }
    }

    fn purpose(&self, id: u64) -> Option<Purpose> {
        self.writing.filter(|(writing, _)| *writing == id).map(|(_, purpose)| purpose)
    }

    fn begin_with(&mut self, opened: Arc<Opened>) {
        self.library.model_opened(opened.clone());
        self.opened = Some(opened);
        self.labels = [Vec::new(), Vec::new()];
        self.conversation = Conversation::default();
        self.writing = None;
        self.desk.clear();
        self.sight = None;
        self.forget_decoding();
        self.causes = Causes::default();
        self.subject.clear();
        self.grown.clear();
    }

    fn wrote(&mut self, step: SampleStep) {
        let Some(opened) = self.opened.clone() else { return };
        let Ok(tokenizer) = opened.model.tokenizer() else { return };
        self.subject.push(step.token);
        // While it writes, the open model stays the same.
        self.conversation.written_at(self.open_step());
        self.conversation.grow(tokenizer, opened.model.end, step);
    }

    /// Opens another model; the chat begins anew once it is open.
    pub fn open(&mut self, source: Source) {
        self.stop();
        self.engine.send(Command::Open(source));
    }

    /// The collection of dialogue sets.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The collection, to ask something of it.
    pub fn library_mut(&mut self) -> &mut Library {
        &mut self.library
    }

    /// The model that is open.
    pub fn opened(&self) -> Option<&Arc<Opened>> {
        self.opened.as_ref()
    }

    /// The tokenizer of the model that is open.
    pub fn tokenizer(&self) -> Option<&Tokenizer> {
        self.opened.as_ref()?.model.tokenizer.as_ref()
    }

    /// Whether the open model knows the role tokens of a chat.
    pub fn can_chat(&self) -> bool {
        let tokenizer = self.tokenizer();
        tokenizer.is_some_and(|tokenizer| tokenizer.id_of_special(template::BOT).is_some())
    }

    /// Positions that the open model can read.
    pub fn context(&self) -> usize {
        self.opened.as_ref().map_or(0, |opened| opened.model.parameters.config.context)
    }

    /// What the heads do, `[block][head]`; empty until it is known.
    pub fn labels(&self, without_first: bool) -> &[Vec<HeadScores>] {
        &self.labels[usize::from(without_first)]
    }

    /// What was said.
    pub fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// Whether a reply is being written.
    pub fn is_writing(&self) -> bool {
        self.writing.is_some()
    }

    /// The text that is looked at.
    pub fn subject(&self) -> &[u32] {
        &self.subject
    }

    /// All that can be seen of [`Session::subject`], or, while it is still being read, of what was
    /// looked at before.
    pub fn sight(&self) -> Option<&Arc<Sight>> {
        self.sight.as_ref()
    }

    /// Whether the sight shows what is looked at.
    pub fn sight_is_current(&self) -> bool {
        self.sight.as_ref().is_some_and(|sight| sight.reading.ids == self.subject)
    }

    /// The next sentence that a person should see.
    pub fn problem(&mut self) -> Option<String> {
        let own = (!self.problems.is_empty()).then(|| self.problems.remove(0));
        own.or_else(|| self.library.problem())
    }

    /// Looks at these tokens.
    pub fn look(&mut self, ids: Vec<u32>) {
        if !ids.is_empty() && ids != self.subject {
            self.stop();
            self.subject.clone_from(&ids);
            self.grown.clear();
            self.causes.forget_questions();
            self.engine.send(Command::Look(ids));
        }
    }

    /// Looks at a text: as what a user says in a chat, or as it is.
    pub fn look_at_text(&mut self, text: &str, as_chat: bool) {
        if self.tokenizer().is_none() {
            return;
        }
        match self.ids_of(text, as_chat) {
            Ok(ids) => self.look(ids),
            Err(error) => self.problems.push(error.to_string()),
        }
    }

    /// Writes up to `count` tokens behind the text that is looked at, as far as there is room; an
    /// end token does not end it.
    pub fn grow_by(&mut self, count: usize) {
        let room = self.context().saturating_sub(self.subject.len());
        if self.writing.is_none() && !self.subject.is_empty() && room > 0 && count > 0 {
            let prompt = self.subject.clone();
            let prompt = (prompt, Vec::new());
            self.write(Purpose::Growth, prompt, Vec::new(), count.min(room), Duration::ZERO);
        }
    }

    /// How long the engine took to write the last text, as it says itself.
    pub fn writing_took(&self) -> Option<Duration> {
        self.took
    }

    /// The records of the tokens that [`Session::grow_by`] wrote, the newest last.
    pub fn grown(&self) -> &[SampleStep] {
        &self.grown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;
    use std::time::Instant;

    fn until(session: &mut Session, done: impl Fn(&Session) -> bool) {
        let start = Instant::now();
        while !done(session) {
            session.poll();
            assert!(start.elapsed() < Duration::from_secs(20), "took too long");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn session() -> Session {
        let first = Source::Named(PathBuf::from("pocket"));
        let mut session =
            Session::start(first.clone(), first, Threads::new(1), || {}).expect("a session");
        session.manner.pace = Duration::ZERO;
        until(&mut session, |session| session.opened().is_some());
        session
    }

    #[test]
    fn a_chat_replies_and_can_be_seen() {
        let mut session = session();
        session.say("What does a cow say?");
        until(&mut session, |session| !session.is_writing() && session.sight_is_current());
        let turns = session.conversation().turns();
        assert_eq!(turns.len(), 2);
        assert!(turns[1].text.to_lowercase().contains("moo"), "{}", turns[1].text);
        session.say("And a dog?");
        until(&mut session, |session| !session.is_writing());
        assert_eq!(session.conversation().turns().len(), 4);
    }

    #[test]
    fn a_model_that_is_gone_is_said_and_another_talks() {
        let [gone, shipped] =
            ["/no/such/model", "pocket"].map(|name| Source::Named(PathBuf::from(name)));
        let mut session = Session::start(gone, shipped, Threads::new(1), || {}).expect("a session");
        until(&mut session, |session| session.opened().is_some());
        assert!(session.problem().is_some_and(|why| why.contains("/no/such/model")));
    }

    #[test]
    fn a_text_grows_by_a_token() {
        let mut session = session();
        session.look_at_text("What does a cow say?", true);
        until(&mut session, Session::sight_is_current);
        let before = session.subject().len();
        session.grow_by(1);
        until(&mut session, |session| {
            session.subject().len() == before + 1 && session.sight_is_current()
        });
        assert_eq!(session.grown().len(), 1);
    }

    #[test]
    fn too_long_a_turn_is_refused_in_a_sentence_and_taken_back() {
        let mut session = session();
        session.say(&"cow ".repeat(500));
        assert!(session.problem().is_some_and(|why| why.contains("too long")));
        assert!(session.conversation().turns().is_empty());
        assert!(!session.is_writing());
    }
}
