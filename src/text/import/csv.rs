//! Dialogues in tables of comma-separated values (RFC 4180).
//!
//! Two layouts: `user,bot`, where each row is a dialogue of one question and its reply; and
//! `dialogue,role,text`, where each row is a turn and rows that follow each other with the same
//! value in the first column are one dialogue.

use super::{Problem, Watch, add_turn, role_of};
use crate::text::dialogue::{Dialogue, Fault, Turn};

const USER_COLUMNS: [&str; 5] = ["user", "prompt", "question", "instruction", "input"];
const BOT_COLUMNS: [&str; 7] =
    ["bot", "assistant", "reply", "answer", "response", "completion", "output"];
const DIALOGUE_COLUMNS: [&str; 4] = ["dialogue", "conversation", "dialogue_id", "conversation_id"];
const ROLE_COLUMNS: [&str; 3] = ["role", "speaker", "from"];
const TEXT_COLUMNS: [&str; 4] = ["text", "content", "value", "message"];

/// Which columns hold what, by place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Pairs { user: usize, bot: usize },
    Turns { dialogue: usize, role: usize, text: usize },
}

impl Layout {
    fn of(head: &[String]) -> Option<Self> {
        let find = |names: &[&str]| {
            head.iter().position(|column| names.contains(&column.trim().to_lowercase().as_str()))
        };
        if let (Some(user), Some(bot)) = (find(&USER_COLUMNS), find(&BOT_COLUMNS)) {
            return Some(Self::Pairs { user, bot });
        }
        let dialogue = find(&DIALOGUE_COLUMNS)?;
        Some(Self::Turns { dialogue, role: find(&ROLE_COLUMNS)?, text: find(&TEXT_COLUMNS)? })
    }
}

/// Whether a line names the columns of a table that can be imported.
pub(super) fn is_head(line: &str) -> bool {
    rows(line).next().is_some_and(|row| Layout::of(&row.cells).is_some())
}

/// Reads a table.
pub(super) fn read(text: &str, watch: Watch<'_>) -> (Vec<Dialogue>, Vec<Problem>) {
    let mut rows = rows(text);
    let Some(layout) = rows.next().and_then(|head| Layout::of(&head.cells)) else {
        return (Vec::new(), vec![Problem::new(1, Fault::NoHead)]);
    };
    let mut dialogues = Vec::new();
    let mut problems = Vec::new();
    let mut last = None; // the dialogue column of the row before
    for row in rows {
        if watch(row.end).is_break() {
            break;
        }
        let problem = |fault| Problem::new(row.line, fault);
        if row.unclosed {
            problems.push(problem(Fault::Unclosed));
            continue;
        }
        let cell = |place: usize| row.cells.get(place).map(String::as_str);
        let done = match layout {
            Layout::Pairs { user, bot } => pair(&mut dialogues, cell(user), cell(bot)),
            Layout::Turns { dialogue, role, text } => {
                let name = cell(dialogue).map(str::to_owned);
                let goes_on = name.is_some() && name == last;
                last = name;
                turn(&mut dialogues, goes_on, cell(role), cell(text))
            }
        };
        problems.extend(done.err().map(problem));
    }
    (dialogues, problems)
}

fn pair(dialogues: &mut Vec<Dialogue>, user: Option<&str>, bot: Option<&str>) -> Result<(), Fault> {
    let (user, bot) = user.zip(bot).ok_or(Fault::TooFewColumns)?;
    dialogues.push(Dialogue { turns: vec![Turn::user(user), Turn::bot(bot)] });
    Ok(())
}

fn turn(
    dialogues: &mut Vec<Dialogue>,
    goes_on: bool,
    role: Option<&str>,
    text: Option<&str>,
) -> Result<(), Fault> {
    let (role, text) = role.zip(text).ok_or(Fault::TooFewColumns)?;
    let role = role_of(role).ok_or(Fault::OtherRow)?;
    match dialogues.last_mut().filter(|_| goes_on) {
        Some(dialogue) => add_turn(&mut dialogue.turns, role, text),
        None => dialogues.push(Dialogue { turns: vec![Turn { role, text: text.to_owned() }] }),
    }
    Ok(())
}

/// A row of a table.
struct Row {
    /// The line on which it begins, counted from 1.
    line: usize,
    /// Where it ends, in bytes of the text.
    end: usize,
    cells: Vec<String>,
    /// Whether the text ended within quotation marks.
    unclosed: bool,
}

/// The rows of a table that are not blank.
fn rows(text: &str) -> impl Iterator<Item = Row> {
    let mut rest = text;
    let mut line = 1;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (mut row, length) = read_row(rest, line);
            line += rest[..length].matches('\n').count();
            rest = &rest[length..];
            row.end = text.len() - rest.len();
            if row.cells.iter().any(|cell| !cell.trim().is_empty()) {
                return Some(row);
            }
        }
        None
    })
}

/// Reads the row at the start of `text` and tells its length in bytes. Within quotation marks,
/// commas and line ends are text, and two marks are one.
fn read_row(text: &str, line: usize) -> (Row, usize) {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut characters = text.char_indices().peekable();
    let mut length = text.len();
    while let Some((place, character)) = characters.next() {
        let Some(cell) = cells.last_mut() else { break };
        let next = characters.peek().map(|&(_, next)| next);
        match character {
            '"' if quoted && next == Some('"') => {
                cell.push('"');
                characters.next();
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            ',' if !quoted => cells.push(String::new()),
            '\r' if !quoted && next == Some('\n') => (),
            '\n' if !quoted => {
                length = place + 1;
                break;
            }
            _ => cell.push(character),
        }
    }
    (Row { line, end: length, cells, unclosed: quoted }, length)
}
