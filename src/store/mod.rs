//! Files: model folders, checkpoints, activations, and the one way to write any of them.
//!
//! A model is a folder that Hugging Face transformers opens as a GPT-2 ([`open`], [`save`]).
//! What is read is not trusted: sizes, shapes and offsets are checked before memory is taken.
//! What is written replaces the old file in one step ([`write_atomically`]), so a program that is
//! killed, or a disk that fills up, leaves the last good state in place.

mod atomic;
mod checkpoint;
mod config;
mod model;
mod provenance;
mod source;
mod tensors;
mod weights;

pub use atomic::{cannot_write, check_writable, write_atomically};
pub use checkpoint::{Checkpoint, load_checkpoint, save_checkpoint, write_activations};
pub use model::{Model, Parts, open, open_shipped, save};
pub use provenance::{DataSource, LoraRecord, Provenance, fingerprint, fingerprint_of};
pub use source::read_text;
pub use tensors::Precision;
