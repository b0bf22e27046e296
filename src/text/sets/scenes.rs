//! Scenes: dialogues or texts composed from hand-written parts, for sets that need volume.
//!
//! A scene is a short play with several wordings of each turn, any of which goes with any of the
//! next. Slots `{f.a}` take a form of a row that was picked from a table for the whole dialogue,
//! `[a|b|]` offers alternatives in place, and `<great>` draws one of a list of synonyms. Unlike a
//! [`grammar`](super::grammar), which turns on facts and asks each in every wording, scenes know
//! nothing of what they say: they carry small talk, stories and whatever else is only text.
//!
//! [`file`] is the RON file as it is written, [`template`] the little language of a line,
//! [`check`] makes one checked [`Play`] of both, and [`make`] composes from a seed.

pub mod check;
pub mod file;
pub mod make;
pub mod template;

pub use check::Play;
pub use make::make;

#[cfg(test)]
mod tests;
