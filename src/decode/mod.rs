//! Decoding: from logits to text, as step machines that leave records.
//!
//! A language model only says how probable each token is as the next one. A decoding strategy
//! turns that into a text:
//!
//! - greedy search and sampling ([`Sampler`]) follow one sequence, token by token;
//! - beam search ([`BeamSearch`]) follows several and keeps the most probable.
//!
//! Both are step machines: every `step` asks the model once and appends one immutable record, so
//! that looking back is an index and never a computation. What the settings mean, and the numbers
//! that come out, are those of Hugging Face transformers.

mod beam;
mod candidates;
mod filters;
mod funnel;
mod lines;
mod logits;
mod measure;
mod model;
mod outlook;
mod prefixes;
mod rank;
mod sample;
mod stop;
#[cfg(test)]
mod test_model;

pub use beam::{
    BeamEnd, BeamNode, BeamSearch, BeamSettings, BeamStep, EarlyStopping, Fate, MAX_BEAMS,
    beam_search,
};
pub use candidates::{Candidate, Candidates};
pub use filters::{Filters, min_p, repetition_penalty, temperature, top_k, top_p};
pub use funnel::{Funnel, Ranked, Stage, StageKind};
pub use lines::{Drawn, Line, Lines};
pub use logits::{log_softmax, log_sum_exp};
pub use measure::{Distinct, Race, distinct, race, repeats};
pub use outlook::Outlook;
pub use prefixes::{Prefix, Prefixes};
pub use sample::{
    Choice, SampleSettings, SampleStep, Sampler, StepOutcome, Strategy, random_number, sample_all,
};
pub use stop::{Finish, Stop};

/// What decoding asks of a model: the logits that follow each of several sequences.
pub trait NextLogits {
    /// The number of tokens that the model knows; ids are below it.
    fn vocabulary(&self) -> usize;

    /// Positions that a sequence may have in all, prompt included.
    fn context(&self) -> usize;

    /// Begins with one sequence, `prompt`; returns the logits `[vocabulary]` after its last token.
    ///
    /// # Errors
    /// Whatever keeps the model from running.
    fn start(&mut self, prompt: &[u32]) -> crate::Result<Vec<f32>>;

    /// Replaces the sequences: new sequence r continues old sequence `parents[r]` with
    /// `tokens[r]`. Returns the logits `[rows, vocabulary]`, row by row.
    ///
    /// # Errors
    /// Whatever keeps the model from running.
    fn advance(&mut self, parents: &[usize], tokens: &[u32]) -> crate::Result<Vec<f32>>;
}

/// A generated sequence and how probable the model finds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Hypothesis {
    /// The new tokens, without the prompt; the end token among them when it was reached.
    pub ids: Vec<u32>,
    /// The sum of the tokens' log-probabilities (nats) under the unfiltered model.
    pub logprob: f64,
    /// What hypotheses are compared by: for beam search the searched sum divided by
    /// length ^ length penalty; for greedy search and sampling the mean log-probability.
    pub score: f64,
    /// Why it ends where it ends.
    pub finish: Finish,
}
