//! Dialogues in JSON: the chat-messages form and ShareGPT's, one a line or in one list.

use serde::Deserialize;
use serde_json::Value;

use super::{Problem, Watch, add_turn, role_of};
use crate::text::dialogue::{Dialogue, Fault};

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
pub(super) fn read(text: &str, watch: Watch<'_>) -> (Vec<Dialogue>, Vec<Problem>) {
    let mut reader = Reader::default();
    if text.trim_start().starts_with('[') {
        reader.list(text, watch);
    } else {
        reader.lines(text, watch);
    }
    (reader.dialogues, reader.problems)
}

#[derive(Default)]
struct Reader {
    dialogues: Vec<Dialogue>,
    problems: Vec<Problem>,
}

impl Reader {
    fn lines(&mut self, text: &str, watch: Watch<'_>) {
        let mut at = 0;
        for (line, number) in text.split_inclusive('\n').zip(1..) {
            at += line.len();
            if watch(at).is_break() {
                return;
            }
            if line.trim().is_empty() {
                continue;
            }
            match serde_json::from_str(line.trim_end()) {
                Ok(entry) => self.entry(entry, number),
                Err(error) => self.broken(number, &error),
            }
        }
    }

    /// Reads the entries of a list one by one, so that each has a line and the whole list is
    /// never held as JSON.
    fn list(&mut self, text: &str, watch: Watch<'_>) {
        let mut lines = LineCounter { text, at: 0, line: 1 };
        let mut at = text.find('[').map_or(0, |bracket| bracket + 1);
        loop {
            let is_gap = |c: char| c.is_whitespace() || c == ',';
            let rest = text[at..].trim_start_matches(is_gap);
            at = text.len() - rest.len();
            let number = lines.line_of(at);
            if rest.starts_with(']') || watch(at).is_break() {
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
                None => return self.problem(number, Fault::NoEnd),
            }
        }
    }

    fn entry(&mut self, entry: Entry, line: usize) {
        let mut turns = Vec::new();
        for message in &entry.messages {
            match role_of(&message.role) {
                Some(role) => add_turn(&mut turns, role, &message.content),
                None => self.problem(line, Fault::OtherRole(message.role.clone())),
            }
        }
        match turns.is_empty() {
            true => self.problem(line, Fault::NoMessage),
            false => self.dialogues.push(Dialogue { turns }),
        }
    }

    fn broken(&mut self, line: usize, error: &serde_json::Error) {
        self.problem(line, Fault::NotJson(error.to_string()));
    }

    fn problem(&mut self, line: usize, fault: Fault) {
        self.problems.push(Problem::new(line, fault));
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
