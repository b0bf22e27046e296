//! Pure readings of what a model's pass left behind: nothing here runs the model.

mod cell;
mod heads;
mod lens;
mod plane;
mod reading;

pub use cell::{
    Softmax, entropy_bits, full_scores, head_entropy, head_write, products, root, softmax_at,
    weighted_value,
};
pub use heads::{HeadPattern, HeadScores, detector_score, score_heads};
pub use lens::{Guess, Lens, top_tokens};
pub use plane::{Plane, turn_towards};
pub use reading::{Activation, Reading};

#[cfg(test)]
mod tests;
