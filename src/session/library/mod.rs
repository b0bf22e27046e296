//! The collection of dialogue sets: those that ship and the user's own; which one is chosen, and how
//! it is cleaned and split. Whatever reads a whole set is done by the [`clerk`], off the window's
//! thread.

mod arrive;
mod belongs;
mod book;
mod clerk;
mod edit;
mod find;
mod lend;
mod order;
mod page;
mod prepare;
mod request;
mod shelf;
mod vocabulary;

pub use arrive::{Arrival, Origin, Remark};
pub use belongs::Bond;
pub use book::{Book, SetKey};
pub use clerk::{Progress, Task, Wake};
pub use edit::Undone;
pub use find::{Found, Phrase, Place, places_in};
pub use order::Order;
pub use page::Page;
pub use prepare::{Keep, Prepared, TokenCount, Treatment};
pub use request::{Import, Request};
pub use shelf::{LARGEST_SHARE, OwnSet, Shelf};
pub use vocabulary::{LanguageCost, SIZES, Vocabulary};

use super::engine::Opened;
use crate::Result;
use crate::store::DataSource;
use crate::text::import::Form;
use crate::text::sets::index::{Index, shipped};
use crate::text::{Dialogue, sets};
use clerk::Clerk;
use edit::Snapshot;
use request::{Answer, Counting};
use shelf::{Notes, TreatmentNote};
use std::path::PathBuf;
use std::sync::Arc;

/// The collection.
pub struct Library {
    clerk: Clerk<Answer>,
    index: Option<Index>,
    shelf: Option<Shelf>,
    notes: Notes,
    own: Vec<OwnSet>,
    /// Whether somebody has asked for the chosen set.
    wanted: bool,
    /// The set that is chosen, and how it is treated.
    chosen: SetKey,
    treatment: Treatment,
    /// While a lesson shows a set of its own: what is chosen otherwise, and what is noted of it.
    lent: Option<(SetKey, Option<SetKey>)>,
    book: Option<Arc<Book>>,
    prepared: Option<Arc<Prepared>>,
    /// The model that is open, by whose tokenizer is counted.
    model: Option<Arc<Opened>>,
    tokens: Option<(Counting, TokenCount)>,
    phrase: Option<Phrase>,
    found: Option<Arc<Found>>,
    /// The size of vocabulary that was asked for by hand.
    size: Option<usize>,
    vocabulary: Option<Arc<Vocabulary>>,
    examples: Option<(usize, Vec<Dialogue>)>,
    import: Option<Import>,
    history: Vec<Snapshot>,
    /// What the last change was, until the next.
    changed: Option<(u64, Undone)>,
    changes: u64,
    problems: Vec<String>,
}

/// The set that is chosen until a model is open.
const FIRST: &str = "pocket";

impl Library {
    /// A library of the shipped sets; [`Library::keep_in`] adds the user's.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(wake: Wake) -> Result<Self> {
        let chosen = SetKey::Shipped(FIRST.into());
        Ok(Self {
            clerk: Clerk::start(wake)?,
            index: shipped().ok(),
            shelf: None,
            notes: Notes::default(),
            own: Vec::new(),
            wanted: false,
            treatment: Treatment::usual(&chosen),
            chosen,
            lent: None,
            book: None,
            prepared: None,
            model: None,
            tokens: None,
            phrase: None,
            found: None,
            size: None,
            vocabulary: None,
            examples: None,
            import: None,
            history: Vec::new(),
            changed: None,
            changes: 0,
            problems: Vec::new(),
        })
    }

    /// Keeps the user's sets in this folder.
    pub fn keep_in(&mut self, folder: PathBuf) {
        let shelf = Shelf::new(folder);
        self.notes = shelf.notes();
        self.shelf = Some(shelf.clone());
        if let Some(chosen) = self.notes.chosen.clone() {
            self.turn_to(chosen);
        }
        self.clerk.ask(Task::Keep, move |_| {
            let (sets, problems) = shelf.list();
            Some(Answer::Listed(sets, problems))
        });
    }

    /// The sets that ship.
    pub fn shipped(&self) -> &[sets::SetEntry] {
        self.index.as_ref().map_or(&[], |index| &index.sets)
    }

    /// The user's own sets.
    pub fn own(&self) -> &[OwnSet] {
        &self.own
    }

    /// The set that is chosen.
    pub fn chosen(&self) -> &SetKey {
        &self.chosen
    }

    /// Its entry in the index, if it ships.
    pub fn entry(&self, key: &SetKey) -> Option<&sets::SetEntry> {
        match key {
            SetKey::Shipped(id) => self.shipped().iter().find(|set| set.id == *id),
            SetKey::Own(_) => None,
        }
    }

    /// How the chosen set is treated.
    pub fn treatment(&self) -> &Treatment {
        &self.treatment
    }

    /// The chosen set as it was written, once it is at hand.
    pub fn book(&self) -> Option<&Arc<Book>> {
        self.book.as_ref()
    }

    /// The chosen set made ready; while it is made ready anew, as it was before.
    pub fn prepared(&self) -> Option<&Arc<Prepared>> {
        self.prepared.as_ref()
    }

    /// Whether [`Library::prepared`] is of the set and the treatment that are chosen now.
    pub fn is_current(&self) -> bool {
        self.prepared.as_ref().is_some_and(|prepared| {
            self.book.as_ref().is_some_and(|book| Arc::ptr_eq(book, &prepared.book))
                && prepared.treatment == self.treatment
        })
    }

    /// How many tokens it has by the tokenizer of the open model.
    pub fn tokens(&self) -> Option<TokenCount> {
        let ((prepared, model), count) = self.tokens.as_ref()?;
        let same = Arc::ptr_eq(prepared, self.prepared.as_ref()?)
            && Arc::ptr_eq(model, self.model.as_ref()?);
        same.then_some(*count)
    }

    /// What is looked for.
    pub fn phrase(&self) -> Option<&Phrase> {
        self.phrase.as_ref()
    }

    /// Where it was found, once it was looked for.
    pub fn found(&self) -> Option<&Arc<Found>> {
        self.found.as_ref()
    }

    /// What is being imported.
    pub fn import(&self) -> Option<&Import> {
        self.import.as_ref()
    }

    /// The last change, with its number, if it can be undone.
    pub fn last_change(&self) -> Option<&(u64, Undone)> {
        self.changed.as_ref()
    }

    /// How far a task is, while it is waited for.
    pub fn progress(&self, task: Task) -> Option<Progress> {
        self.clerk.progress(task)
    }

    /// Whether anything is still being read, cleaned or counted.
    pub fn is_busy(&self) -> bool {
        self.clerk.is_busy()
    }

    /// By what the chosen data is known; none until an own set has been read.
    pub fn source(&self) -> Option<DataSource> {
        let fingerprint = match (&self.chosen, &self.book) {
            (_, Some(book)) => book.fingerprint.clone(),
            (SetKey::Shipped(_), None) => self.entry(&self.chosen)?.fingerprint.clone(),
            (SetKey::Own(name), None) => {
                self.own.iter().find(|set| set.name == *name)?.fingerprint.clone()
            }
        };
        Some(DataSource {
            name: self.chosen.name().into(),
            fingerprint: self.treatment.fingerprint_of(&fingerprint),
            bytes: self.book.as_ref().map_or(0, |book| book.bytes),
        })
    }

    /// How the open model stands to the chosen data.
    pub fn bond(&self) -> Bond {
        let provenance = self.model.as_ref().and_then(|opened| opened.model.provenance.as_ref());
        let source = self.source();
        source.map_or(Bond::Unknown, |now| Bond::of(provenance, &now, self.index.as_ref()))
    }

    /// Takes in what the clerk has done. Returns whether anything changed.
    pub(super) fn poll(&mut self) -> bool {
        let mut changed = false;
        while let Some(answer) = self.clerk.answer() {
            self.take(answer);
            changed = true;
        }
        changed
    }

    /// The next sentence that a person should see.
    pub(super) fn problem(&mut self) -> Option<String> {
        (!self.problems.is_empty()).then(|| self.problems.remove(0))
    }

    /// Another model is open.
    pub(super) fn model_opened(&mut self, model: Arc<Opened>) {
        self.model = Some(model);
        self.follow_model();
        self.count();
    }

    /// Until a set is chosen by hand, the one that the open model learned from is.
    fn follow_model(&mut self) {
        if self.notes.chosen.is_some() || self.lent.is_some() {
            return;
        }
        let provenance = self.model.as_ref().and_then(|opened| opened.model.provenance.as_ref());
        let sources = provenance.map_or(&[][..], |record| &record.data);
        let known = sources.iter().find_map(|source| {
            self.shipped().iter().find(|set| set.id == source.name).map(|set| set.id.clone())
        });
        if let Some(id) = known.filter(|id| *id != self.chosen.name()) {
            self.turn_to(SetKey::Shipped(id));
        }
    }

    fn take(&mut self, answer: Answer) {
        match answer {
            Answer::Listed(sets, problems) => {
                self.own = sets;
                self.problems.extend(problems);
                let gone = |name: &String| !self.own.iter().any(|set| set.name == *name);
                if matches!(&self.chosen, SetKey::Own(name) if gone(name)) {
                    self.notes.chosen = None;
                    self.turn_to(SetKey::Shipped(FIRST.into()));
                }
            }
            Answer::Opened(Ok(book)) => {
                self.book = Some(Arc::new(book));
                self.prepare();
            }
            Answer::Opened(Err(error)) => self.problems.push(error.to_string()),
            Answer::Prepared(prepared) => {
                self.prepared = Some(Arc::new(*prepared));
                self.count();
                self.look();
            }
            Answer::Counted(of, Ok(count)) => self.tokens = Some((of, count)),
            // A tokenizer without role tokens cannot count dialogues; the screen shows a dash.
            Answer::Counted(_, Err(_)) => self.tokens = None,
            Answer::Found(found) => self.found = Some(Arc::new(found)),
            Answer::Learned(learned) => match *learned {
                Ok(learned) => (self.vocabulary, self.examples) = (Some(Arc::new(learned)), None),
                Err(error) => self.problems.push(error.to_string()),
            },
            Answer::Examples(merge, dialogues) => self.examples = Some((merge, dialogues)),
            Answer::Arrived(arrival) => {
                let origin = match &self.import {
                    Some(Import::Reading(origin)) => origin.clone(),
                    _ => return,
                };
                self.import = Some(match *arrival {
                    Ok(arrival) => Import::Ready(Arc::new(arrival)),
                    Err(error) => Import::Failed(origin, error.to_string()),
                });
            }
            Answer::Kept(result) => {
                self.problems.extend(result.err().map(|error| error.to_string()));
            }
        }
    }

    /// Does what a person asks.
    pub fn ask(&mut self, request: Request) {
        match request {
            Request::Open => self.open(),
            Request::Choose(key) => self.choose(key),
            Request::Rule(name, on) => {
                let rules = &mut self.treatment.rules;
                let changed = if on { rules.insert(name) } else { rules.remove(name) };
                if changed {
                    self.treat();
                }
            }
            Request::Keep(keep) => {
                if keep != self.treatment.keep {
                    self.treatment.keep = keep;
                    self.treat();
                }
            }
            Request::Replace(at, dialogue) => self.replace(at, dialogue),
            Request::Insert(at, dialogue) => self.insert(at, dialogue),
            Request::Remove(at) => self.remove(at),
            Request::Undo => self.undo(),
            Request::NewSet(name) => self.new_set(&name),
            Request::Rename(name) => self.rename(&name),
            Request::RemoveSet => self.remove_set(),
            Request::Find(phrase) => {
                self.phrase = Some(phrase);
                self.found = None;
                self.open();
                self.look();
            }
            Request::FindNothing => {
                self.clerk.cancel(Task::Find);
                (self.phrase, self.found) = (None, None);
            }
            Request::Learn(size) => self.learn(size),
            Request::LearnNothing => self.clerk.cancel(Task::Learn),
            Request::Examples(merge) => self.look_for_examples(merge),
            Request::Import(origin) => self.read_in(origin, None),
            Request::ImportAs(form) => {
                let origin = match &self.import {
                    Some(Import::Ready(arrival)) => arrival.origin.clone(),
                    Some(Import::Reading(origin) | Import::Failed(origin, _)) => origin.clone(),
                    None => return,
                };
                self.read_in(origin, Some(form));
            }
            Request::Accept(name) => self.accept(&name),
            Request::Refuse => {
                self.clerk.cancel(Task::Import);
                self.import = None;
            }
        }
    }

    /// Has the chosen set read, if it is not yet.
    fn open(&mut self) {
        self.wanted = true;
        if self.book.is_some() || self.clerk.progress(Task::Open).is_some() {
            return;
        }
        let (key, shelf) = (self.chosen.clone(), self.shelf.clone());
        let entry = self.entry(&key).cloned();
        self.clerk.ask(Task::Open, move |_| {
            let book = match (&key, entry, shelf) {
                (_, Some(entry), _) => Book::shipped(&entry),
                (SetKey::Own(name), _, Some(shelf)) => shelf.open(name),
                _ => Ok(Book::read(key, "")),
            };
            Some(Answer::Opened(book))
        });
    }

    fn choose(&mut self, key: SetKey) {
        if self.lent.is_none() {
            self.notes.chosen = Some(key.clone());
        }
        if key != self.chosen {
            self.turn_to(key);
        }
        self.open();
        self.keep_notes();
    }

    /// Another set is the chosen one; it is read when somebody wants it.
    fn turn_to(&mut self, key: SetKey) {
        let note = self.notes.treatments.get(&key);
        self.treatment = note.map_or_else(|| Treatment::usual(&key), TreatmentNote::treatment);
        self.chosen = key;
        (self.book, self.prepared, self.found) = (None, None, None);
        self.history.clear();
        self.changed = None;
        for task in [Task::Open, Task::Prepare, Task::Count, Task::Find] {
            self.clerk.cancel(task);
        }
        if self.wanted {
            self.open();
        }
    }

    fn treat(&mut self) {
        if self.lent.is_some() {
            return self.prepare();
        }
        let usual = self.treatment == Treatment::usual(&self.chosen);
        match usual {
            true => self.notes.treatments.remove(&self.chosen),
            false => {
                let note = TreatmentNote::of(&self.treatment);
                self.notes.treatments.insert(self.chosen.clone(), note)
            }
        };
        self.keep_notes();
        self.prepare();
    }

    fn prepare(&mut self) {
        let Some(book) = self.book.clone() else { return };
        let treatment = self.treatment.clone();
        self.clerk.ask(Task::Prepare, move |ticket| {
            Prepared::make(book, treatment, ticket).map(|made| Answer::Prepared(Box::new(made)))
        });
    }

    fn count(&mut self) {
        let (Some(prepared), Some(model)) = (self.prepared.clone(), self.model.clone()) else {
            return;
        };
        self.clerk.ask(Task::Count, move |ticket| {
            let tokenizer = model.model.tokenizer().ok()?;
            let count = TokenCount::of(&prepared, tokenizer, ticket)?;
            let model = model.clone();
            Some(Answer::Counted((prepared, model), count))
        });
    }

    fn look(&mut self) {
        let (Some(prepared), Some(phrase)) = (self.prepared.clone(), self.phrase.clone()) else {
            return;
        };
        self.clerk.ask(Task::Find, move |ticket| {
            Found::look(&prepared, phrase, ticket).map(Answer::Found)
        });
    }

    fn read_in(&mut self, origin: Origin, form: Option<Form>) {
        self.import = Some(Import::Reading(origin.clone()));
        self.clerk.ask(Task::Import, move |ticket| {
            Arrival::read(origin, form, ticket).map(|arrival| Answer::Arrived(Box::new(arrival)))
        });
    }

    fn keep_notes(&mut self) {
        let Some(shelf) = self.shelf.clone() else { return };
        let notes = self.notes.clone();
        self.clerk.ask(Task::Keep, move |_| Some(Answer::Kept(shelf.keep_notes(&notes))));
    }
}
