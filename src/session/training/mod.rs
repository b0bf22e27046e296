//! Training as a person watches it: a run that goes on step by step on the engine's thread, with
//! what is looked at on the way and the checkpoints to return to.
//!
//! [`Recipe`] says what to learn, an [`Order`] begins it, and [`News`] tell of it.

mod course;
mod kept;
mod measure;
mod order;
mod probe;
mod recipe;
pub mod shelf;
mod watch;

pub use course::{Begun, News};
pub(super) use course::{Course, Place};
pub use measure::training_speed;
pub use order::{Begin, Order};
pub use probe::{Attempt, Probe, Prober, Watched};
pub use recipe::{Prepared, Recipe, Stage, examples};
pub use shelf::{Card, Change, Entry};
pub use watch::{Earlier, Training, Watch, validation};

#[cfg(test)]
mod tests;
