//! Pure readings of what a model's pass left behind: nothing here runs the model.

mod heads;
mod lens;
mod reading;

pub use heads::{HeadPattern, HeadScores, score_heads};
pub use lens::{Guess, Lens, top_tokens};
pub use reading::{Activation, Reading};

#[cfg(test)]
mod tests;
