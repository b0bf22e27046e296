//! The dialogue sets that ship with the program, and how they are made.
//!
//! A set is a transcript: `user:` and `bot:` lines, a blank line between dialogues. Its entry in
//! the [`index`] says what it is for. Most of a small set is written by hand; where volume is
//! needed, a seeded [`grammar`] composes dialogues from hand-written parts. [`answers`] holds
//! prompts in wordings that are *not* in the set, with a rule for what counts as right, so that
//! "it has learned the fact" can be told from "it has learned the line by heart". [`quality`]
//! measures a transcript.

pub mod answers;
pub mod expand;
pub mod grammar;
pub mod index;
pub mod quality;

#[cfg(test)]
mod tests;

pub use answers::{Answers, Prompt, Rule};
pub use expand::{Expansion, make, make_expansion};
pub use grammar::Grammar;
pub use index::{Index, SetEntry, shipped};
pub use quality::{Quality, quality};

use crate::{Error, Result};

/// One dialogue: what was said, turn by turn; the user speaks first, then the bot, and so on.
pub type Talk = Vec<String>;

/// The line starts of a transcript, in speaking order.
const MARKERS: [&str; 2] = ["user: ", "bot: "];

/// Writes dialogues as a transcript.
pub fn render(talks: &[Talk]) -> String {
    let mut text = String::new();
    for (i, talk) in talks.iter().enumerate() {
        if i > 0 {
            text.push('\n');
        }
        for (turn, marker) in talk.iter().zip(MARKERS.iter().cycle()) {
            text.push_str(marker);
            text.push_str(turn);
            text.push('\n');
        }
    }
    text
}

/// Reads a transcript strictly: turns alternate, the user first, the bot last, one line each.
///
/// Imported files go through the forgiving reader of `text::dialogue`; this one guards the sets
/// that we ship, where the smallest slip is a mistake to be mended.
pub fn read(transcript: &str) -> Result<Vec<Talk>> {
    let mut talks = Vec::new();
    let mut talk = Talk::new();
    for (number, line) in (1..).zip(transcript.lines()) {
        if line.is_empty() {
            finish(&mut talk, &mut talks, number)?;
            continue;
        }
        let marker = MARKERS[talk.len() % 2];
        let turn = line.strip_prefix(marker).filter(|turn| !turn.trim().is_empty());
        let turn =
            turn.ok_or_else(|| Error::failed(format!("line {number}: expected '{marker}...'")))?;
        talk.push(turn.to_string());
    }
    finish(&mut talk, &mut talks, transcript.lines().count())?;
    Ok(talks)
}

/// Moves a complete dialogue to the list.
fn finish(talk: &mut Talk, talks: &mut Vec<Talk>, line: usize) -> Result<()> {
    if talk.is_empty() || talk.len() % 2 == 1 {
        return Err(Error::failed(format!("line {line}: a dialogue must end with a bot turn")));
    }
    talks.push(std::mem::take(talk));
    Ok(())
}
