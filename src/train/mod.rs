//! Learning: from texts and a preset to a model, one step at a time.
//!
//! [`Preset`] says what to build and how to learn, [`Corpus`] is what is learned from, [`Examples`]
//! are the windows of tokens that steps are made of, [`Trainer`] is the step machine. It keeps no
//! clock and writes no file; whoever drives it decides when to look, to save and to stop.

mod corpus;
mod evaluate;
mod examples;
mod preset;
mod record;
mod repeats;
mod schedule;
mod trainer;

pub use corpus::{Corpus, Document, Split, kept_back};
pub use evaluate::{Evaluation, document_sequences, evaluate, text_sequences};
pub use examples::{Counted, Cursor, Examples};
pub use preset::{
    Begin, LORA_LEARNING_RATE, Learning, Preset, Shape, TokenizerChoice, TuningPreset,
};
pub use record::{StepRecord, Term, WeightUpdate, WeightsAt, share_moved};
pub use schedule::learning_rate;
pub use trainer::{Plan, Progress, StepReport, Trainer, Tuning};
