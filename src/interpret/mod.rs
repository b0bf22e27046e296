//! Pure readings of what a model's pass left behind: nothing here runs the model.

mod attribution;
mod cause;
mod cell;
mod heads;
mod lens;
mod neurons;
mod projection;
pub mod provenance;
mod reading;

pub use attribution::{Candidates, Direction, attribute, attribution, predicted};
pub use cause::{Change, Component, Intervention, Patch};

pub use cell::{
    Softmax, entropy_bits, full_scores, head_entropy, head_write, products, root, softmax_at,
    weighted_value,
};
pub use heads::{HeadPattern, HeadScores, detector_score, score_heads};
pub use lens::{Depth, Guess, Lens, Standing, depths, top_tokens};
pub use neurons::{Firing, Firings, Watch, speaks_for};
pub use projection::{Projection, nearest};
pub use reading::{Activation, Reading};

#[cfg(test)]
mod tests;
