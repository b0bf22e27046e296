//! What is asked of the library, and what its clerk answers.

use super::{
    Arrival, Book, Found, Keep, Origin, OwnSet, Phrase, Prepared, SetKey, TokenCount, Vocabulary,
};
use crate::Result;
use crate::session::engine::Opened;
use crate::text::Dialogue;
use crate::text::import::Form;
use std::sync::Arc;

/// What a person asks of the library.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Have the chosen set at hand, with all that is known about it.
    Open,
    Choose(SetKey),
    /// Switch a cleaning rule on or off.
    Rule(&'static str, bool),
    Keep(Keep),
    /// Put a dialogue in the place of another.
    Replace(usize, Dialogue),
    /// Put a new dialogue at a place.
    Insert(usize, Dialogue),
    Remove(usize),
    Undo,
    /// A new set of this name.
    NewSet(String),
    Rename(String),
    /// Remove the chosen set, which is the user's own.
    RemoveSet,
    Find(Phrase),
    /// Forget what was found.
    FindNothing,
    /// Learn a vocabulary on the chosen data, of this size from now on.
    Learn(Option<usize>),
    /// Give up learning it.
    LearnNothing,
    /// Find dialogues that a merge changes.
    Examples(usize),
    /// Read somebody's file or text.
    Import(Origin),
    /// Read it as this form.
    ImportAs(Form),
    /// Take what was read into the collection, as a set of this name.
    Accept(String),
    /// Give up the import.
    Refuse,
}

/// What the clerk answers.
pub(super) enum Answer {
    Listed(Vec<OwnSet>, Vec<String>),
    Opened(Result<Book>),
    Prepared(Box<Prepared>),
    Counted(Counting, Result<TokenCount>),
    Found(Found),
    Learned(Box<Result<Vocabulary>>),
    Examples(usize, Vec<Dialogue>),
    Arrived(Box<Result<Arrival>>),
    /// A file was written, or could not be.
    Kept(Result<()>),
}

/// What was counted: the prepared set and the model.
pub(super) type Counting = (Arc<Prepared>, Arc<Opened>);

/// What is being imported.
#[derive(Debug, Clone)]
pub enum Import {
    Reading(Origin),
    Ready(Arc<Arrival>),
    /// The sentence says why.
    Failed(Origin, String),
}
