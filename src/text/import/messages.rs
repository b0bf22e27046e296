//! Dialogues in JSON: the chat-messages form and ShareGPT's, one a line or in one list.

use serde::Deserialize;
use serde_json::Value;

use super::{Problem, add_turn, role_of};
use crate::text::dialogue::Dialogue;

/// A dialogue in either form.
#[derive(Deserialize)]
struct Entry {
    #[serde(alias = "conversations", alias = "conversation")]
    messages: Vec<Message>,
}

/// A message in either form.
#[derive(Deserialize)]
struct Message {
    #[serde(alias = "from")]
    role: String,
    #[serde(alias = "value")]
    content: String,
}

/// Reads a list of dialogues, or one dialogue a line.
pub(super) fn read(text: &str) -> (Vec<Dialogue>, Vec<Problem>) {
    let mut reader = Reader::default();
    if text.trim_start().starts_with('[') {
        reader.list(text);
    } else {
        reader.lines(text);
    }
    (reader.dialogues, reader.problems)
}

#[derive(Default)]
struct Reader {
    dialogues: Vec<Dialogue>,
    problems: Vec<Problem>,
}

impl Reader {
    fn lines(&mut self, text: &str) {
        for (line, number) in text.lines().zip(1..) {
            if line.trim().is_empty() {
                continue;
            }
            match serde_json::from_str(line) {
                Ok(entry) => self.entry(entry, number),
                Err(error) => self.broken(number, &error),
            }
        }
    }

    /// Reads the entries of a list one by one, so that each has a line and the whole list is
    /// never held as JSON.
    fn list(&mut self, text: &str) {
        let mut lines = LineCounter { text, at: 0, line: 1 };
        let mut at = text.find('[').map_or(0, |bracket| bracket + 1);
        loop {
            let is_gap = |c: char| c.is_whitespace() || c == ',';
            let rest = text[at..].trim_start_matches(is_gap);
            at = text.len() - rest.len();
            let number = lines.line_of(at);
            if rest.starts_with(']') {
                return;
            }
            let mut entries = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
            match entries.next() {
                Some(Ok(value)) => {
                    at += entries.byte_offset();
                    match serde_json::from_value(value) {
                        Ok(entry) => self.entry(entry, number),
                        Err(error) => self.broken(number, &error),
                    }
                }
                Some(Err(error)) => return self.broken(number, &error),
                None => return self.problem(number, "the list has no end; add ]"),
            }
        }
    }

    fn entry(&mut self, entry: Entry, line: usize) {
        let mut turns = Vec::new();
        for message in &entry.messages {
            match role_of(&message.role) {
                Some(role) => add_turn(&mut turns, role, &message.content),
                None => {
                    let why = format!("the role {:?} is neither user nor bot", message.role);
                    self.problem(line, format!("{why} (message left out)"));
                }
            }
        }
        match turns.is_empty() {
            true => self.problem(line, "no message of a user or bot (dialogue left out)"),
            false => self.dialogues.push(Dialogue { turns }),
        }
    }

    fn broken(&mut self, line: usize, error: &serde_json::Error) {
        self.problem(line, format!("not a dialogue in JSON: {error} (left out)"));
    }

    fn problem(&mut self, line: usize, why: impl Into<String>) {
        self.problems.push(Problem::new(line, why));
    }
}

/// Finds the line of a place, going forward only.
struct LineCounter<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl LineCounter<'_> {
    fn line_of(&mut self, at: usize) -> usize {
        self.line += self.text[self.at..at].matches('\n').count();
        self.at = at;
        self.line
    }
}
