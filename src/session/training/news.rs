//! What the engine tells of a run.

use super::shelf::{self, Card, Change};
use super::tuned::{TuneLook, Tuned};
use super::{Attempt, Probe, Report, Watched};
use crate::nn::Config;
use crate::session::run::RunEvent;
use crate::text::Tokenizer;
use crate::train::{Learning, StepRecord};
use std::path::PathBuf;
use std::sync::Arc;

/// What is told of a run.
#[derive(Debug, Clone)]
pub enum News {
    /// Before the first step.
    Preparing(super::Stage),
    /// The run could not begin; the sentence says why.
    NotBegun(String),
    Begun(Arc<Begun>),
    /// Steps that were taken.
    Stepped(Vec<RunEvent>),
    Looked(Arc<Probe>),
    Replied(Attempt),
    /// A tuning run beside the model that it began with.
    Tuned(Arc<TuneLook>),
    /// What was gained and forgotten.
    Weighed(Arc<Report>),
    /// Something could not be tried out or saved; the sentence says why.
    Refused(String),
    /// A model was saved in this folder.
    SavedModel(PathBuf),
    /// The models that were saved out of runs.
    Models(Vec<PathBuf>),
    /// The steps that one can go back to.
    Kept(Vec<u64>),
    Playing(bool),
    Changed(Change),
    /// All steps are taken.
    Done,
    /// It cannot go on; the sentence says why.
    Diverged(String),
    /// It goes on without the disk; the sentence says why.
    NotSaved(String),
    /// It is over, and no longer in memory.
    Ended,
    /// The runs on the shelf, the newest first.
    Shelf(Vec<shelf::Entry>),
    /// Tokens a second that this machine reads when it trains a shape.
    Measured {
        parameters: usize,
        tokens_per_second: f64,
    },
    /// One step with all that happened in it.
    Recorded(Arc<StepRecord>),
}

/// What is known of a run from its first moment.
#[derive(Debug)]
pub struct Begun {
    pub card: Card,
    /// None if it is only in memory.
    pub folder: Option<PathBuf>,
    pub tokenizer: Tokenizer,
    pub config: Config,
    pub watched: Watched,
    /// Tokens in the training part.
    pub tokens: usize,
    /// Settings as they are now.
    pub learning: Learning,
    /// Updates made before.
    pub step: u64,
    /// Of a run that is gone on with: its log and its replies.
    pub events: Vec<RunEvent>,
    pub replies: Vec<Attempt>,
    /// If a model is tuned: by what it is looked at.
    pub tuned: Option<Tuned>,
}
