//! Lessons on the session: what formulas read of it, and a learner without a window.

mod known;
mod perform;
mod play;
mod prompt;
mod read_heads;
mod read_next;
mod replies;
mod snapshot;
mod stage;
mod wait;

pub use known::{ABILITIES, known_names};
pub use perform::{MOST_DRAWS, MOST_REPLIES, material};
pub use play::{Line, Played, play};
pub use prompt::encode as encode_prompt;
pub use replies::Replying;
pub use snapshot::{Decoding, Drawn, Material, Snapshot, View, Written, is_provided, weights_of};
pub use stage::{Resolved, Stage, is_performed};

#[cfg(test)]
mod tests;
