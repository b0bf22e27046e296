//! Somebody's dialogues on their way into the collection: read, with a report of what was not
//! understood, line by line.

use super::book::{Book, SetKey, transcript_of};
use super::clerk::Ticket;
use crate::Result;
use crate::text::import::{Fault, Form, import_watched, read_text_file};
use std::path::PathBuf;
use std::sync::Arc;

/// Where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    File(PathBuf),
    Pasted(Arc<str>),
}

impl Origin {
    /// A name for it: the file's, without its ending.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => {
                path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
            }
            Self::Pasted(_) => String::new(),
        }
    }
}

/// A line that was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Its number, from 1.
    pub line: usize,
    pub fault: Fault,
    /// The beginning of the line.
    pub excerpt: String,
}

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    pub origin: Origin,
    pub form: Form,
    /// As the set will be.
    pub book: Arc<Book>,
    pub turns: usize,
    /// Lines of the file.
    pub lines: usize,
    pub remarks: Vec<Remark>,
}

/// An excerpt has so many characters.
const EXCERPT: usize = 90;

impl Arrival {
    /// Reads it, in the form that is given or that it seems to have; None if it is given up.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn read(origin: Origin, form: Option<Form>, ticket: &Ticket) -> Option<Result<Self>> {
        let text: Arc<str> = match &origin {
            Origin::Pasted(text) => text.clone(),
            Origin::File(path) => match read_text_file(path) {
                Ok(text) => text.into(),
                Err(error) => return Some(Err(error)),
            },
        };
        let form = form.unwrap_or_else(|| Form::detect(&text));
        let all = text.len().max(1) as f32;
        let imported =
            import_watched(&text, form, &mut |read| ticket.done(0.9 * read as f32 / all));
        if !ticket.is_wanted() {
            return None;
        }
        let starts = line_starts(&text);
        let remark = |problem: &crate::text::import::Problem| {
            let start = starts.get(problem.line - 1).copied().unwrap_or(text.len());
            let line = text[start..].lines().next().unwrap_or_default();
            let excerpt = line.trim_start_matches('\u{feff}').chars().take(EXCERPT).collect();
            Remark { line: problem.line, fault: problem.fault.clone(), excerpt }
        };
        let remarks = imported.problems.iter().map(remark).collect();
        let book = Book::read(SetKey::Own(origin.name()), &transcript_of(&imported));
        let turns = book.dialogues.iter().map(|dialogue| dialogue.turns.len()).sum();
        Some(Ok(Self { origin, form, book: Arc::new(book), turns, lines: starts.len(), remarks }))
    }
}

/// Where each line begins.
fn line_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    starts.extend(text.match_indices('\n').map(|(at, _)| at + 1).filter(|&at| at < text.len()));
    starts
}
