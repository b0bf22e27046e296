//! The dialogue sets that ship with the program, and how they are made.
//!
//! A set is a transcript: `user:` and `bot:` lines, a blank line between dialogues; or texts without
//! speakers. Its entry in the [`index`] says what it is for. Most of a small set is written by hand;
//! where volume is needed, a seeded [`grammar`] or [`scenes`] compose from hand-written parts, and
//! only these parts are inside the program. [`answers`] holds prompts in wordings that are *not* in the set, with a rule for what counts as right, so that
//! "it has learned the fact" can be told from "it has learned the line by heart". [`quality`]
//! measures a transcript.

pub mod answers;
pub mod expand;
pub mod fork;
pub mod grammar;
pub mod index;
pub mod near;
pub mod quality;
pub mod scenes;

#[cfg(test)]
mod tests;

pub use answers::{Answers, Prompt, Rule};
pub use expand::{Expansion, make, make_expansion};
pub use grammar::Grammar;
pub use index::{Index, SetEntry, shipped, shipped_answers};
pub use quality::{Quality, quality};

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use super::dialogue::Dialogue;
use super::import::{self, import};
use crate::{Error, Result};

/// One dialogue: what was said, turn by turn; the user speaks first, then the bot, and so on. A
/// text without speakers is a single turn.
pub type Talk = Vec<String>;

/// The line starts of a transcript, in speaking order.
const MARKERS: [&str; 2] = ["user: ", "bot: "];

/// Writes dialogues as a transcript, and texts as they are; a blank line parts them.
pub fn render(talks: &[Talk]) -> String {
    let mut text = String::new();
    for (i, talk) in talks.iter().enumerate() {
        if i > 0 {
            text.push('\n');
        }
        if let [only] = talk.as_slice() {
            text.push_str(only);
            text.push('\n');
            continue;
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

/// Reads texts that blank lines part, each as a [`Talk`] of a single turn.
pub fn read_texts(text: &str) -> Vec<Talk> {
    let mut texts = vec![String::new()];
    for line in text.lines() {
        match texts.last_mut() {
            Some(last) if !line.trim().is_empty() => {
                if !last.is_empty() {
                    last.push('\n');
                }
                last.push_str(line.trim_end());
            }
            _ => texts.push(String::new()),
        }
    }
    texts.into_iter().filter(|text| !text.is_empty()).map(|text| vec![text]).collect()
}

/// Reads the hand-written part of a set.
pub fn read_core(text: &str, form: index::Form) -> Result<Vec<Talk>> {
    match form {
        _ if text.trim().is_empty() => Ok(Vec::new()),
        index::Form::Dialogue => read(text),
        index::Form::Text => Ok(read_texts(text)),
        index::Form::Raw => {
            let found = import(text, import::Form::Transcript).dialogues;
            let turns = |dialogue: &Dialogue| -> Talk {
                dialogue.turns.iter().map(|turn| turn.text.clone()).collect()
            };
            Ok(found.iter().map(turns).collect())
        }
    }
}

/// That many dialogues drawn at random, each once, in random order.
pub fn sample(talks: &[Talk], count: usize, seed: u64) -> Vec<Talk> {
    let mut order: Vec<&Talk> = talks.iter().collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    order.into_iter().take(count).cloned().collect()
}

/// Moves a complete dialogue to the list.
fn finish(talk: &mut Talk, talks: &mut Vec<Talk>, line: usize) -> Result<()> {
    if talk.is_empty() || talk.len() % 2 == 1 {
        return Err(Error::failed(format!("line {line}: a dialogue must end with a bot turn")));
    }
    talks.push(std::mem::take(talk));
    Ok(())
}
