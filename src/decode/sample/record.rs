//! What a sampler is asked for, and what it writes down.

use std::sync::Arc;

use crate::Result;
use crate::decode::filters::check_repetition_penalty;
use crate::decode::{Candidates, Filters, Finish, Stop};

/// How the next token is chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Strategy {
    /// The most probable token, after the repetition penalty if there is one.
    Greedy {
        /// Above 0; `None` is off. The other filters cannot change which token is first.
        repetition_penalty: Option<f32>,
    },
    /// A token drawn from the filtered distribution.
    Sample {
        /// What is done to the logits first.
        filters: Filters,
        /// The same seed draws the same numbers, on every machine.
        seed: u64,
    },
}

/// How to generate one sequence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleSettings {
    /// How each token is chosen.
    pub strategy: Strategy,
    /// When the sequence ends.
    pub stop: Stop,
}

impl SampleSettings {
    /// # Errors
    /// Wrong usage: a value outside its range, the sentence naming its flag.
    pub fn validate(&self) -> Result<()> {
        self.stop.validate()?;
        match &self.strategy {
            Strategy::Greedy { repetition_penalty } => {
                check_repetition_penalty(*repetition_penalty)
            }
            Strategy::Sample { filters, .. } => filters.validate(),
        }
    }
}

/// What made a token the chosen one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Choice {
    /// It was the most probable.
    MostProbable,
    /// The random number in [0, 1) fell on it.
    Drawn {
        /// Where on the line of the candidates it fell.
        u: f64,
    },
    /// A person put it there (`Sampler::branch`, `Sampler::force`).
    Forced,
}

/// The record of one token.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleStep {
    /// The position that the token took in the sequence, prompt included, from 0.
    pub position: usize,
    /// The model's logits that it was chosen by, `[vocabulary]`, unfiltered.
    pub logits: Arc<[f32]>,
    /// The filtered candidates side by side.
    pub candidates: Candidates,
    /// The token.
    pub token: u32,
    /// Why this one.
    pub choice: Choice,
    /// Its log-probability (nats) under the unfiltered model.
    pub logprob: f64,
}

/// What a step left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepOutcome {
    /// Another step can follow.
    Continues,
    /// The sequence ended; further steps do nothing.
    Finished(Finish),
}
