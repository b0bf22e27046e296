//! Lessons: files that a teacher can write, and what reads, checks and runs them.
//!
//! A lesson is a RON file ([`schema`]). Its conditions are [`formula`]s over a snapshot of the
//! program, its texts are [`prose`] with live values, and what it does is data ([`action`]).
//! [`load`](load::load) reads a file, [`check`](check::check) says what is wrong with it and where,
//! and [`runner`] is the state machine that leads a learner through. Nothing here computes a
//! model, draws, or knows who watches: quantities come in through [`formula::Readings`], actions go
//! out as [`runner::Order`]s.

pub mod action;
pub mod check;
pub mod formula;
pub mod glossary;
pub mod glyphs;
pub mod load;
mod names;
pub mod outline;
pub mod part;
pub mod problem;
pub mod prose;
pub mod reading;
pub mod runner;
pub mod schema;
pub mod shipped;

pub use action::Action;
pub use glossary::Glossary;
pub use load::{Loaded, load};
pub use part::Part;
pub use problem::{Problem, Severity};
pub use schema::{Lesson, Step};
