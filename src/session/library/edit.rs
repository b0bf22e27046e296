//! Changing the chosen set: every change is written to its file, and can be undone.

use super::book::{Book, SetKey};
use super::prepare::Keep;
use super::request::Answer;
use super::shelf::{OwnSet, free_name};
use super::{Import, Library, Task, Treatment};
use crate::store::fingerprint;
use crate::text::Dialogue;
use std::sync::Arc;

/// What a change was, for the sentence that offers to undo it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undone {
    Written,
    Edited,
    Deleted,
    SetDeleted,
}

/// The state before a change.
pub(super) struct Snapshot {
    change: Undone,
    book: Arc<Book>,
}

/// So many changes can be undone.
const MOST: usize = 100;

impl Library {
    /// Puts a dialogue in the place of another.
    pub(super) fn replace(&mut self, at: usize, dialogue: Dialogue) {
        let Some(book) = &self.book else { return };
        let Some(kept) = book.as_kept(&dialogue) else { return self.remove(at) };
        if book.dialogues.get(at).is_some_and(|old| **old != kept) {
            self.change(Undone::Edited, |dialogues| dialogues[at] = Arc::new(kept));
        }
    }

    /// Puts a new dialogue at a place.
    pub(super) fn insert(&mut self, at: usize, dialogue: Dialogue) {
        let Some(kept) = self.book.as_ref().and_then(|book| book.as_kept(&dialogue)) else {
            return;
        };
        self.change(Undone::Written, |dialogues| {
            dialogues.insert(at.min(dialogues.len()), Arc::new(kept));
        });
    }

    /// Takes a dialogue out.
    pub(super) fn remove(&mut self, at: usize) {
        if self.book.as_ref().is_some_and(|book| at < book.dialogues.len()) {
            self.change(Undone::Deleted, |dialogues| drop(dialogues.remove(at)));
        }
    }

    /// Takes the last change back.
    pub(super) fn undo(&mut self) {
        let Some(Snapshot { change, book }) = self.history.pop() else { return };
        if change == Undone::SetDeleted {
            self.own.push(OwnSet::of(&book));
            self.own.sort_by(|a, b| a.name.cmp(&b.name));
            let history = std::mem::take(&mut self.history);
            self.notes.chosen = Some(book.key.clone());
            self.turn_to(book.key.clone());
            self.history = history;
        }
        self.clerk.cancel(Task::Open);
        let text = book.transcript();
        self.settle(Arc::unwrap_or_clone(book), &text);
        self.changed = None;
    }

    /// Changes the dialogues of the chosen set; a shipped one is copied first.
    fn change(&mut self, change: Undone, edit: impl FnOnce(&mut Vec<Arc<Dialogue>>)) {
        let Some(book) = self.book.clone() else { return };
        let mut book = if book.key.is_own() { book } else { Arc::new(self.copy_of(&book)) };
        self.remember(change, book.clone());
        edit(&mut Arc::make_mut(&mut book).dialogues);
        let text = book.transcript();
        self.settle(Arc::unwrap_or_clone(book), &text);
    }

    fn remember(&mut self, change: Undone, book: Arc<Book>) {
        self.history.push(Snapshot { change, book });
        if self.history.len() > MOST {
            self.history.remove(0);
        }
        self.changes += 1;
        self.changed = Some((self.changes, change));
    }

    /// A shipped set as the user's own, treated the same way.
    fn copy_of(&mut self, book: &Book) -> Book {
        let name = self.free(&format!("my-{}", book.key.name()));
        let key = SetKey::Own(name);
        if self.treatment.keep == Keep::Own {
            // What the set keeps back itself becomes a share, which any change leaves right.
            let all = book.dialogues.len().max(1) as f64;
            let share = book.kept_last as f64 / all;
            self.treatment.keep = Keep::Share(if share > 0.0 { share } else { 0.1 });
        }
        self.chosen = key.clone();
        self.notes.chosen = Some(key.clone());
        Book { key, kept_last: 0, ..book.clone() }
    }

    fn free(&self, wished: &str) -> String {
        free_name(wished, |name| self.own.iter().any(|set| set.name == name))
    }

    /// The chosen set is this by now, and its file is `text`.
    fn settle(&mut self, mut book: Book, text: &str) {
        book.fingerprint = fingerprint(text.as_bytes());
        book.bytes = text.len() as u64;
        self.write(book.key.name().to_string(), text.to_string());
        let entry = OwnSet::of(&book);
        match self.own.iter_mut().find(|set| set.name == entry.name) {
            Some(set) => *set = entry,
            None => self.own.push(entry),
        }
        self.own.sort_by(|a, b| a.name.cmp(&b.name));
        self.chosen = book.key.clone();
        self.book = Some(Arc::new(book));
        self.treat();
    }

    fn write(&mut self, name: String, text: String) {
        let Some(shelf) = self.shelf.clone() else { return };
        self.clerk.ask(Task::Keep, move |_| Some(Answer::Kept(shelf.keep(&name, &text))));
    }

    /// A new set, empty.
    pub(super) fn new_set(&mut self, name: &str) {
        let key = SetKey::Own(self.free(name));
        self.begin(Book::read(key, ""), "");
    }

    /// Another set of the user's is chosen, and new.
    fn begin(&mut self, book: Book, text: &str) {
        self.wanted = true;
        self.notes.chosen = Some(book.key.clone());
        self.turn_to(book.key.clone());
        self.clerk.cancel(Task::Open);
        self.treatment = Treatment::usual(&book.key);
        self.settle(book, text);
    }

    /// Gives the chosen set, which is the user's own, another name.
    pub(super) fn rename(&mut self, name: &str) {
        let (Some(book), true) = (self.book.clone(), self.chosen.is_own()) else { return };
        let old = self.chosen.name().to_string();
        let name =
            free_name(name, |name| name != old && self.own.iter().any(|set| set.name == name));
        if name == old {
            return;
        }
        self.own.retain(|set| set.name != old);
        self.notes.treatments.remove(&self.chosen);
        let key = SetKey::Own(name);
        self.notes.chosen = Some(key.clone());
        let book = Book { key, ..Book::clone(&book) };
        let text = book.transcript();
        self.settle(book, &text);
        self.discard(old);
    }

    /// Removes the chosen set, which is the user's own.
    pub(super) fn remove_set(&mut self) {
        let (Some(book), true) = (self.book.clone(), self.chosen.is_own()) else { return };
        let name = self.chosen.name().to_string();
        self.own.retain(|set| set.name != name);
        let next = match self.own.first() {
            Some(set) => SetKey::Own(set.name.clone()),
            None => SetKey::Shipped(super::FIRST.into()),
        };
        self.choose(next);
        self.remember(Undone::SetDeleted, book);
        self.discard(name);
    }

    fn discard(&mut self, name: String) {
        let Some(shelf) = self.shelf.clone() else { return };
        self.clerk.ask(Task::Keep, move |_| Some(Answer::Kept(shelf.remove(&name))));
    }

    /// Takes what was imported into the collection.
    pub(super) fn accept(&mut self, name: &str) {
        let Some(Import::Ready(arrival)) = &self.import else { return };
        if arrival.book.dialogues.is_empty() {
            return;
        }
        let key = SetKey::Own(self.free(name));
        let book = Book { key, ..Book::clone(&arrival.book) };
        self.import = None;
        let text = book.transcript();
        self.begin(book, &text);
    }
}
