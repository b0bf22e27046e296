//! Dialogues: turns of a user and a bot, and the transcripts that people write them in.
//!
//! ```text
//! # Lines that start with # at the top of the file are comments.
//! user: Hello!
//! bot: Hi there.
//! This line still belongs to the bot.
//!
//! user: A blank line began a new dialogue.
//! bot: 也可以用中文写。
//! ```
//!
//! In Chinese the speakers may be called 用户 and 机器人, and every colon may be full-width.

use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// The person.
    User,
    /// The program.
    Bot,
}

impl Role {
    /// The speaker's name in a transcript.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Bot => "bot",
        }
    }
}

/// What one speaker says before the other answers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Turn {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub text: String,
}

impl Turn {
    /// A turn of the user.
    pub fn user(text: impl Into<String>) -> Self {
        Self { role: Role::User, text: text.into() }
    }

    /// A turn of the bot.
    pub fn bot(text: impl Into<String>) -> Self {
        Self { role: Role::Bot, text: text.into() }
    }
}

/// Turns that belong together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dialogue {
    /// The turns, the first said first.
    pub turns: Vec<Turn>,
}

/// A line of an imported file that was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its number, counted from 1 as editors do.
    pub line: usize,
    /// What is wrong with it, and what was done.
    pub fault: Fault,
}

impl Problem {
    /// A problem of a line, counted from 1.
    pub fn new(line: usize, fault: Fault) -> Self {
        Self { line, fault }
    }
}

/// What is wrong with a line, and so what was done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nobody speaks: the line is left out.
    NoSpeaker,
    /// One speaker twice in a row: joined to one turn.
    SpeaksTwice(Role),
    /// JSON that is no dialogue, as the parser says: left out.
    NotJson(String),
    /// A message of somebody else: left out.
    OtherRole(String),
    /// A dialogue without a message of a user or bot: left out.
    NoMessage,
    /// A JSON list that is not closed.
    NoEnd,
    /// A table that does not name its columns.
    NoHead,
    /// A row that is too short: left out.
    TooFewColumns,
    /// A row of somebody else: left out.
    OtherRow,
    /// A row whose quotation mark is not closed: left out.
    Unclosed,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoSpeaker => {
                f.write_str("no speaker; start the line with \"user:\" or \"bot:\" (left out)")
            }
            Self::SpeaksTwice(role) => {
                write!(f, "{} speaks twice in a row (joined to one turn)", role.name())
            }
            Self::NotJson(why) => write!(f, "not a dialogue in JSON: {why} (left out)"),
            Self::OtherRole(role) => {
                write!(f, "the role {role:?} is neither user nor bot (message left out)")
            }
            Self::NoMessage => f.write_str("no message of a user or bot (dialogue left out)"),
            Self::NoEnd => f.write_str("the list has no end; add ]"),
            Self::NoHead => {
                f.write_str("no head line; name the columns user,bot or dialogue,role,text")
            }
            Self::TooFewColumns => f.write_str("too few columns (row left out)"),
            Self::OtherRow => f.write_str("the role is neither user nor bot (row left out)"),
            Self::Unclosed => f.write_str("a quotation mark is not closed (row left out)"),
        }
    }
}

/// Told how many bytes are read; breaks to give the rest up.
pub type Watch<'a> = &'a mut dyn FnMut(usize) -> ControlFlow<()>;

/// Reads a transcript. What cannot be understood is left out and told about.
pub fn read_transcript(text: &str) -> (Vec<Dialogue>, Vec<Problem>) {
    read_transcript_watched(text, &mut |_| ControlFlow::Continue(()))
}

/// As [`read_transcript`], watched line by line.
pub fn read_transcript_watched(text: &str, watch: Watch<'_>) -> (Vec<Dialogue>, Vec<Problem>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { at_top: true, ..Reader::default() };
    let mut read = 0;
    for (line, number) in text.split_inclusive('\n').zip(1..) {
        reader.line(line, number);
        read += line.len();
        if watch(read).is_break() {
            break;
        }
    }
    reader.end_dialogue();
    (reader.dialogues, reader.problems)
}

/// A transcript being read, line by line.
#[derive(Default)]
struct Reader {
    dialogues: Vec<Dialogue>,
    turns: Vec<Turn>,
    problems: Vec<Problem>,
    /// Nothing but comments and blank lines so far.
    at_top: bool,
}

impl Reader {
    fn line(&mut self, line: &str, number: usize) {
        let line = line.trim();
        if self.at_top && line.starts_with('#') {
            return;
        }
        if line.is_empty() {
            self.end_dialogue();
            return;
        }
        self.at_top = false;
        match (speaker(line), self.turns.last_mut()) {
            (Some((role, text)), _) => self.turn(role, text, number),
            (None, Some(turn)) => append_line(&mut turn.text, line),
            (None, None) => self.problems.push(Problem::new(number, Fault::NoSpeaker)),
        }
    }

    fn turn(&mut self, role: Role, text: &str, number: usize) {
        match self.turns.last_mut() {
            Some(last) if last.role == role => {
                append_line(&mut last.text, text);
                self.problems.push(Problem::new(number, Fault::SpeaksTwice(role)));
            }
            _ => self.turns.push(Turn { role, text: text.to_owned() }),
        }
    }

    fn end_dialogue(&mut self) {
        if !self.turns.is_empty() {
            self.dialogues.push(Dialogue { turns: std::mem::take(&mut self.turns) });
        }
    }
}

fn append_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

/// The speaker that a line names, and the text after the colon.
pub(super) fn speaker(line: &str) -> Option<(Role, &str)> {
    let (name, text) = line.split_once([':', '：'])?;
    let role = match name.trim().to_lowercase().as_str() {
        "user" | "用户" => Role::User,
        "bot" | "机器人" => Role::Bot,
        _ => return None,
    };
    Some((role, text.trim()))
}

/// Writes dialogues as a transcript that reads back the same, provided that the turns alternate
/// and their lines are trimmed, not blank and do not begin with a speaker. Blank lines inside a
/// turn, which would end the dialogue, are left out.
pub fn write_transcript(dialogues: &[Dialogue]) -> String {
    let paragraphs: Vec<String> = dialogues.iter().map(write_dialogue).collect();
    paragraphs.join("\n")
}

fn write_dialogue(dialogue: &Dialogue) -> String {
    let mut text = String::new();
    for turn in &dialogue.turns {
        let lines: Vec<&str> = turn.text.lines().filter(|line| !line.trim().is_empty()).collect();
        text.push_str(turn.role.name());
        text.push_str(if lines.is_empty() { ":" } else { ": " });
        text.push_str(&lines.join("\n"));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_transcript_is_read() {
        let text = "\u{feff}# comment\r\n\r\n# more\r\nuser: Hi\r\nBot:  Hello\r\n# you\r\n\r\n\
                    用户：你好\n机器人: 你好！";
        let (dialogues, problems) = read_transcript(text);
        assert_eq!(problems, []);
        assert_eq!(
            dialogues,
            [
                Dialogue { turns: vec![Turn::user("Hi"), Turn::bot("Hello\n# you")] },
                Dialogue { turns: vec![Turn::user("你好"), Turn::bot("你好！")] },
            ]
        );
    }

    #[test]
    fn mistakes_are_reported_by_line() {
        let (dialogues, problems) = read_transcript("hello\nuser: a\nuser: b\nbot: c\n\nbye");
        assert_eq!(dialogues, [Dialogue { turns: vec![Turn::user("a\nb"), Turn::bot("c")] }]);
        assert_eq!(problems.iter().map(|p| p.line).collect::<Vec<_>>(), [1, 3, 6]);
    }

    #[test]
    fn an_empty_transcript_has_no_dialogues() {
        assert_eq!(read_transcript(""), (vec![], vec![]));
        assert_eq!(read_transcript("# only\n\n"), (vec![], vec![]));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "(user:|bot：|\n|\r|#|.)*") {
            read_transcript(&text);
        }

        #[test]
        fn what_is_written_is_read_back(
            texts in prop::collection::vec(prop::collection::vec("[a-zé你]{1,5}( [a-z.]{1,5})?(\n[a-z]{1,9})?", 1..5), 0..4)
        ) {
            let turn = |(place, text): (usize, String)| match place % 2 {
                0 => Turn::user(text),
                _ => Turn::bot(text),
            };
            let dialogue = |texts: Vec<String>| Dialogue {
                turns: texts.into_iter().enumerate().map(turn).collect(),
            };
            let dialogues: Vec<Dialogue> = texts.into_iter().map(dialogue).collect();
            let (read, problems) = read_transcript(&write_transcript(&dialogues));
            prop_assert_eq!(read, dialogues);
            prop_assert_eq!(problems, vec![]);
        }
    }
}
