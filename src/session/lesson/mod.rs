//! Lessons on the session: what formulas read of it, and a learner without a window.

mod known;
mod perform;
mod play;
mod prompt;
mod read_heads;
mod read_next;
mod snapshot;
mod stage;
mod wait;

pub use known::{ABILITIES, known_names};
pub use play::{Line, Played, play};
pub use snapshot::{Decoding, Drawn, Material, Snapshot, View, Written, is_provided};
pub use stage::{Stage, is_performed};

#[cfg(test)]
mod tests;
