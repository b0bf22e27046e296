//! What a beam search is asked for.

use crate::decode::Stop;
use crate::decode::filters::check_repetition_penalty;
use crate::{Error, Result};

/// The most beams: each is a sequence that the model holds whole.
pub const MAX_BEAMS: usize = 256;

/// When a search with as many finished hypotheses as beams ends (transformers'
/// `early_stopping`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EarlyStopping {
    /// At once (`True`).
    WhenFull,
    /// When no live hypothesis beats the worst finished one at its present length (`False`).
    #[default]
    WhenUnlikely,
    /// When none could beat it at any length (`"never"`): the exact search if the length penalty
    /// is positive.
    Never,
}

/// How to search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BeamSettings {
    /// How many hypotheses live on after each step; 1 is greedy search.
    pub beams: usize,
    /// The exponent of the length that sums are divided by: 0 compares sums, which favours short
    /// texts; 1 compares means; above favours long ones. (A simple form of Wu et al. 2016.)
    pub length_penalty: f64,
    /// When to be content.
    pub early_stopping: EarlyStopping,
    /// How many hypotheses to return; no more than beams.
    pub returns: usize,
    /// Above 0, on log-probabilities; `None` is off.
    pub repetition_penalty: Option<f32>,
    /// When a hypothesis ends.
    pub stop: Stop,
}

impl BeamSettings {
    /// # Errors
    /// Wrong usage: a value outside its range, the sentence naming its flag.
    pub fn validate(&self) -> Result<()> {
        self.stop.validate()?;
        check_repetition_penalty(self.repetition_penalty)?;
        if self.beams == 0 || self.beams > MAX_BEAMS {
            return Err(Error::usage(format!(
                "--beams must be between 1 and {MAX_BEAMS} (not {})",
                self.beams
            )));
        }
        if self.returns == 0 || self.returns > self.beams {
            return Err(Error::usage(format!(
                "--returns must be between 1 and the number of --beams, {} (not {})",
                self.beams, self.returns
            )));
        }
        // Beyond this a length to the power of the penalty is no longer a number.
        if !(-10.0..=10.0).contains(&self.length_penalty) {
            return Err(Error::usage(format!(
                "--length-penalty must be between -10 and 10; 1 compares mean log-probabilities \
                 (not {})",
                self.length_penalty
            )));
        }
        Ok(())
    }

    /// A single beam is greedy search, which stops at the first end token.
    pub(super) fn early_stopping(&self) -> EarlyStopping {
        if self.beams == 1 { EarlyStopping::WhenFull } else { self.early_stopping }
    }
}
