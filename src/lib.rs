//! Glassbox: a GPT you can see through.
//!
//! The modules form layers; each uses only those above it in this list:
//! [`tensor`] (numeric kernels), [`nn`] (the transformer), [`text`] (dialogues and
//! tokenizers), [`train`] (learning), [`decode`] (from logits to text), [`interpret`] (pure
//! readings of what a pass left), [`store`] (files), [`lesson`] (lesson files and what they may ask),
//! [`session`] (the program without a face),
//! [`app`] (the window), [`cli`] (the command line).
//! `ARCHITECTURE.md` has the map.

// First, for its `kernel!` macro.
#[macro_use]
pub mod tensor;

#[cfg(feature = "gui")]
pub mod app;
pub mod cli;
pub mod decode;
pub mod error;
pub mod interpret;
pub mod lesson;
pub mod nn;
pub mod session;
pub mod store;
pub mod text;
pub mod train;

pub use error::{Error, Result};
