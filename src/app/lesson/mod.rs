//! Lessons in the window: the panel at the left, which leads through one.
//!
//! [`Desk`] is what the panel remembers, [`Playing`] the lesson that is open. Painting asks for
//! [`Ask`]s; the shell alone carries them out (`shell/lesson.rs`).

mod bets;
mod curve;
mod handin;
mod hands;
mod list;
mod marks;
mod panel;
mod playing;
pub mod presenter;
mod progress;
mod prose;
mod shelf;
mod words_of;
mod written;

pub use handin::HandIn;
pub use marks::{
    Veil, is_hidden, is_led, is_marked, paint_marks, part, part_at_least, renew, search_waits, veil,
};
pub use panel::{View as PanelView, on, panel};
pub use playing::{Hands, Own, Playing, Seen, Wait};
pub use progress::Progress;
pub use shelf::Shelf;
pub use words_of::language;

use crate::lesson::runner::Input;
use crate::lesson::{Glossary, Part};
use crate::session::training::Order;

/// What a person asks for in the panel.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Open a lesson of the shelf by its id.
    Open(String),
    /// Something in the lesson that is open.
    Press(Input),
    /// Look a term up, or close its card.
    Term(Option<String>),
    /// Show or hide what is for teachers.
    Notes,
    /// Bring the controls that the lesson hid back, or hide them again.
    ShowHidden,
    /// The inspector, in the lesson's place.
    Inspector,
    /// Forget what was done in the lesson that is open.
    Forget,
    /// Save what was done as a file, or open such a file.
    HandIn,
    OpenHandIn,
    /// A file that was chosen.
    Read(std::path::PathBuf),
    /// The card that greets at the first start: away with it.
    Welcomed,
    /// One hand more, or fewer, for an option in a class's vote.
    Vote(usize, i32),
}

/// What the panel remembers.
#[derive(Debug, Default)]
pub struct Desk {
    pub shelf: Shelf,
    pub progress: Progress,
    pub playing: Option<Box<Playing>>,
    pub glossary: Option<Glossary>,
    /// Whether the card of the first start is shown.
    pub welcome: bool,
}

impl Desk {
    /// Whether a lesson is open.
    pub fn is_playing(&self) -> bool {
        self.playing.is_some()
    }

    /// Whether the lesson that is open has marked this part of the screen.
    pub fn points_at(&self, part: Part) -> bool {
        let marks = self.playing.as_ref().map(|playing| playing.marks.as_slice());
        marks.unwrap_or_default().iter().any(|name| Part::of(name) == Some(part))
    }

    /// A person begins a run while a lesson is open: its formulas are about that run, which learns as the
    /// lesson's own solution would.
    pub fn run_begins(&mut self, order: &mut Order) {
        let Some(playing) = &mut self.playing else { return };
        playing.seen.trains = true;
        if let Order::Begin(begin) = order
            && begin.recipe.tune.is_some()
        {
            begin.recipe.seed = playing.runner.lesson().setup.seed;
        }
    }

    /// The glossary of the program; a test holds it to be readable.
    pub fn open_glossary(&mut self) {
        if self.glossary.is_none() {
            self.glossary = Glossary::shipped().ok();
        }
    }
}
