//! Lessons on the session: what formulas read of it, and a learner without a window.

mod beams;
mod known;
mod learning;
mod material;
mod perform;
mod perform_learning;
mod play;
mod prompt;
mod read_cause;
mod read_heads;
mod read_next;
mod read_recording;
mod read_training;
mod replies;
mod snapshot;
mod stage;
mod wait;

pub use beams::{Beams, MOST_TOKENS};
pub use known::{ABILITIES, known_names};
pub use learning::{begin_run, is_tuned, tune_run};
pub use material::{Material, Worked};
pub use perform::{MOST_DRAWS, MOST_REPLIES};
pub use play::{Line, Played, play};
pub use prompt::{encode as encode_prompt, typed};
pub use read_cause::{part_of, same_rows};
pub use read_recording::recording;
pub use replies::Replying;
pub use snapshot::{Decoding, Drawn, Snapshot, View, Written, is_provided, weights_of};
pub use stage::{Resolved, Stage, is_performed, model_name, names_models};

#[cfg(test)]
mod tests;
