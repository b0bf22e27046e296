//! One dialogue to look at: as it was written, and what each rule makes of it.

use super::Library;
use crate::text::clean::{Trace, trace};
use crate::text::{Dialogue, Turn};

/// So much of one dialogue is shown: more, nobody reads on a screen.
const MOST_TURNS: usize = 60;
const MOST_CHARACTERS: usize = 3000;

/// A dialogue on the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// As it was written, as far as it is shown.
    pub written: Dialogue,
    /// Whether there is more of it.
    pub cut: bool,
    /// On its way through the rules that are on.
    pub trace: Trace,
    /// Whether it is kept back; none if cleaning leaves it out.
    pub kept: Option<bool>,
}

impl Library {
    /// The dialogue at a place of the chosen set.
    pub fn page(&self, at: usize) -> Option<Page> {
        let book = self.book.as_ref()?;
        let whole = book.dialogues.get(at)?;
        let mut cut = whole.turns.len() > MOST_TURNS;
        let shorten = |turn: &Turn| {
            let end = turn.text.char_indices().nth(MOST_CHARACTERS).map(|(end, _)| end);
            cut |= end.is_some();
            Turn { role: turn.role, text: turn.text[..end.unwrap_or(turn.text.len())].to_string() }
        };
        let written =
            Dialogue { turns: whole.turns.iter().take(MOST_TURNS).map(shorten).collect() };
        let prepared = self.prepared.as_ref().filter(|_| self.is_current());
        let cleaned = prepared.map(|prepared| prepared.cleaned(at));
        let repeated = cleaned.is_some_and(|cleaned| cleaned.is_none());
        let rules = self.treatment.enabled();
        Some(Page {
            trace: trace(&written, &rules, !book.is_text, repeated),
            kept: prepared.and_then(|prepared| Some(prepared.kept[prepared.cleaned(at)?])),
            written,
            cut,
        })
    }
}
