//! A set that a lesson shows: it is chosen until the lesson ends, and nothing of that is noted.

use super::{Library, SetKey};

impl Library {
    /// Whether what is chosen is a lesson's.
    pub fn is_lent(&self) -> bool {
        self.lent.is_some()
    }

    /// Shows a shipped set as it was found, no rule on, until [`Library::take_back`]. Until then nothing
    /// is noted.
    pub fn lend(&mut self, id: &str) {
        let before = (self.chosen.clone(), self.notes.chosen.clone());
        self.lent.get_or_insert(before);
        self.turn_to(SetKey::Shipped(id.into()));
        self.treatment.rules.clear();
        self.open();
    }

    /// Chooses again what was chosen before [`Library::lend`].
    pub fn take_back(&mut self) {
        let Some((chosen, noted)) = self.lent.take() else { return };
        self.turn_to(chosen);
        // A copy that was made of the lent set stays, but it is not what was chosen.
        if self.notes.chosen != noted {
            self.notes.chosen = noted;
            self.keep_notes();
        }
        self.follow_model();
    }
}
