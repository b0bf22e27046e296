//! Importing: dialogues and plain texts from the forms in which people have them.
//!
//! The form is detected from the text itself. What is not understood is left out and reported by
//! line, so that a person can mend the file.

mod csv;
mod messages;
mod read;

use std::ops::ControlFlow;
use std::path::Path;

use super::dialogue::{self, Dialogue, Role, Turn};
pub use super::dialogue::{Fault, Problem, Watch};
pub use read::{LARGEST_FILE, LONGEST_LINE, read_any_text_file, read_text_file};

use crate::{Error, Result};

/// A form of text that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Lines `user: …` and `bot: …`, a blank line between dialogues.
    Transcript,
    /// JSON, one dialogue a line: `{"messages": [{"role": "user", "content": "…"}, …]}`.
    ChatMessages,
    /// JSON, a list of dialogues or one a line: `{"conversations": [{"from": "human", "value":
    /// "…"}, …]}`.
    ShareGpt,
    /// A table with a head line: columns `user,bot`, or `dialogue,role,text`.
    Csv,
    /// Text without turns.
    PlainText,
}

/// What a file held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The form in which it was read.
    pub form: Form,
    /// The dialogues; none for plain text.
    pub dialogues: Vec<Dialogue>,
    /// The text as it is, for plain text only.
    pub texts: Vec<String>,
    /// What was not understood.
    pub problems: Vec<Problem>,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 5] =
        [Self::Transcript, Self::ChatMessages, Self::ShareGpt, Self::Csv, Self::PlainText];

    /// The form that a text seems to have. A transcript must begin with a speaker, JSON with a
    /// bracket, and a CSV head must name the columns; all else is plain text.
    pub fn detect(text: &str) -> Self {
        let text = without_mark(text);
        let first_line = |is_wanted: fn(&&str) -> bool| text.lines().map(str::trim).find(is_wanted);
        let Some(first) = first_line(|line| !line.is_empty()) else {
            return Self::PlainText;
        };
        if first.starts_with(['{', '[']) && looks_like_json(text) {
            return match first_of(text, ["\"messages\"", "\"conversations\""]) {
                Some(1) => Self::ShareGpt,
                _ => Self::ChatMessages,
            };
        }
        if csv::is_head(first) {
            return Self::Csv;
        }
        match first_line(|line| !line.is_empty() && !line.starts_with('#')) {
            Some(line) if dialogue::speaker(line).is_some() => Self::Transcript,
            _ => Self::PlainText,
        }
    }

    /// Whether the form holds dialogues.
    pub fn has_turns(self) -> bool {
        self != Self::PlainText
    }
}

/// Whether a text that begins with a bracket goes on as JSON dialogues do.
fn looks_like_json(text: &str) -> bool {
    let start: String = text.chars().filter(|c| !c.is_whitespace()).take(3).collect();
    ["[{", "{\"", "[]", "{}"].iter().any(|opening| start.starts_with(opening))
}

/// Which of two words stands first in a text.
fn first_of(text: &str, words: [&str; 2]) -> Option<usize> {
    let found = words.iter().map(|word| text.find(word)).enumerate();
    found.filter_map(|(which, place)| Some((place?, which))).min().map(|(_, which)| which)
}

/// The text without the byte order mark that some editors put before it.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Reads a text in a form.
pub fn import(text: &str, form: Form) -> Imported {
    import_watched(text, form, &mut |_| ControlFlow::Continue(()))
}

/// As [`import`], watched line by line; what was read until the watcher broke off is returned.
pub fn import_watched(text: &str, form: Form, watch: Watch<'_>) -> Imported {
    let text = without_mark(text);
    let (dialogues, problems) = match form {
        Form::Transcript => dialogue::read_transcript_watched(text, watch),
        Form::ChatMessages | Form::ShareGpt => messages::read(text, watch),
        Form::Csv => csv::read(text, watch),
        Form::PlainText => Default::default(),
    };
    let texts = if form == Form::PlainText { vec![text.to_owned()] } else { Vec::new() };
    Imported { form, dialogues, texts, problems }
}

/// Reads a file, in the form given or else in the one it seems to have.
///
/// # Errors
/// If the file cannot be read (see [`read_text_file`]) or holds no dialogue, though its form
/// should.
pub fn import_file(path: &Path, form: Option<Form>) -> Result<Imported> {
    let text = read_text_file(path)?;
    let imported = import(&text, form.unwrap_or_else(|| Form::detect(&text)));
    if imported.form.has_turns() && imported.dialogues.is_empty() {
        let why = match imported.problems.first() {
            Some(problem) => format!("line {}: {}", problem.line, problem.fault),
            None => "write lines that begin with \"user:\" and \"bot:\"".to_owned(),
        };
        return Err(Error::file(path, format!("no dialogue in it; {why}")));
    }
    Ok(imported)
}

/// The role that a speaker's name stands for in common data sets.
fn role_of(name: &str) -> Option<Role> {
    match name.trim().to_lowercase().as_str() {
        "user" | "human" | "prompter" | "用户" => Some(Role::User),
        "bot" | "assistant" | "gpt" | "chatgpt" | "model" | "机器人" => Some(Role::Bot),
        _ => None,
    }
}

/// Adds a turn to a dialogue; two in a row by one speaker become one turn.
fn add_turn(turns: &mut Vec<Turn>, role: Role, text: &str) {
    match turns.last_mut() {
        Some(last) if last.role == role => {
            last.text.push('\n');
            last.text.push_str(text);
        }
        _ => turns.push(Turn { role, text: text.to_owned() }),
    }
}

#[cfg(test)]
mod tests;
