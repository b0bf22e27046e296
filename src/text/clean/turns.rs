//! Rules about whole turns and dialogues.

use std::collections::HashSet;

use crate::text::dialogue::{Dialogue, Role, Turn};

/// The longest turn that is kept, in characters.
pub const LONGEST_TURN: usize = 2000;

/// Ends a dialogue before its first blank turn.
pub(super) fn cut_at_blank(dialogue: &mut Dialogue) {
    cut_at(dialogue, |turn| turn.text.trim().is_empty());
}

/// Ends a dialogue before its first over-long turn.
pub(super) fn cut_at_long(dialogue: &mut Dialogue) {
    cut_at(dialogue, |turn| turn.text.chars().nth(LONGEST_TURN).is_some());
}

/// Ends a dialogue before its first bad turn, and before the question that turn would answer: a
/// question without its reply teaches nothing.
fn cut_at(dialogue: &mut Dialogue, is_bad: impl Fn(&Turn) -> bool) {
    let Some(bad) = dialogue.turns.iter().position(is_bad) else {
        return;
    };
    dialogue.turns.truncate(bad);
    while dialogue.turns.last().is_some_and(|turn| turn.role == Role::User) {
        dialogue.turns.pop();
    }
}

/// For each dialogue, whether the same one came before.
pub(super) fn repeated<'a>(dialogues: impl Iterator<Item = &'a Dialogue>) -> Vec<bool> {
    let mut seen: HashSet<&Dialogue> = HashSet::new();
    dialogues.map(|dialogue| !seen.insert(dialogue)).collect()
}
