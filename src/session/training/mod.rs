//! Training as a person watches it: a run that goes on step by step on the engine's thread, with
//! what is looked at on the way and the checkpoints to return to.
//!
//! [`Recipe`] says what to learn, an [`Order`] begins it, and [`News`] tell of it.

mod course;
mod exercises;
mod kept;
mod materials;
mod measure;
mod models;
mod news;
mod order;
mod probe;
mod recipe;
mod scales;
pub mod shelf;
mod tuned;
mod watch;

pub(super) use course::{Course, Place};
pub use exercises::{Exercises, Reckoning, Test};
pub(super) use materials::Materials;
pub use measure::training_speed;
pub use models::place_of_models;
pub(super) use models::{list_models, save_as};
pub use news::{Begun, News};
pub use order::{Begin, Order};
pub use probe::{Attempt, Probe, Prober, Watched};
pub use recipe::{Prepared, Recipe, Stage, Tune, examples};
pub use scales::{Report, Weighed};
pub use shelf::{Card, Change, Entry};
pub use tuned::{Moved, PARTS, Pair, Reply, TuneLook, Tuned};
pub use watch::{Earlier, Training, Watch, validation};

#[cfg(test)]
mod tests;
