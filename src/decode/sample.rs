//! Greedy search and sampling: one sequence, token by token.

mod record;
mod together;

pub use record::{Choice, SampleSettings, SampleStep, StepOutcome, Strategy};
pub use together::sample_all;

use std::sync::Arc;

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::candidates::Candidates;
use super::filters::{Filters, repetition_penalty};
use super::funnel::Funnel;
use super::logits::{self, log_sum_exp};
use super::stop::Finish;
use super::{Hypothesis, NextLogits};
use crate::{Error, Result};

/// A sequence in the making, with the record of every token.
#[derive(Debug, Clone)]
pub struct Sampler {
    settings: SampleSettings,
    sequence: Vec<u32>,
    prompt_len: usize,
    vocabulary: usize,
    room: usize,
    stream: u64,
    records: Vec<SampleStep>,
    finish: Option<Finish>,
    /// Whether the model's only row is this sequence without its last token.
    model_follows: bool,
}

impl Sampler {
    /// Prepares to continue `prompt`; the model is not run yet.
    ///
    /// # Errors
    /// Wrong usage if a setting is outside its range; an empty prompt, or one that does not fit
    /// the model.
    pub fn new(settings: SampleSettings, prompt: &[u32], model: &dyn NextLogits) -> Result<Self> {
        Self::with_stream(settings, prompt, model, 0)
    }

    /// Sample number `stream` of several: same seed, but random numbers of its own.
    ///
    /// # Errors
    /// As [`Sampler::new`].
    pub fn with_stream(
        settings: SampleSettings,
        prompt: &[u32],
        model: &dyn NextLogits,
        stream: u64,
    ) -> Result<Self> {
        settings.validate()?;
        let room = settings.stop.room(prompt, model)?;
        Ok(Self {
            settings,
            sequence: prompt.to_vec(),
            prompt_len: prompt.len(),
            vocabulary: model.vocabulary(),
            room,
            stream,
            records: Vec::new(),
            finish: settings.stop.finish(None, 0, room),
            model_follows: false,
        })
    }

    /// Generates one token.
    ///
    /// The model must not have been used for another sequence since the last step, unless
    /// [`Sampler::reload`] was called.
    ///
    /// # Errors
    /// The model's own; logits that are not numbers. The sampler stays as it was.
    pub fn step(&mut self, model: &mut dyn NextLogits) -> Result<StepOutcome> {
        self.step_by(model, None)
    }

    /// Takes `token` as the next one, however improbable it is.
    ///
    /// # Errors
    /// As [`Sampler::step`]; the vocabulary has no such token.
    pub fn force(&mut self, token: u32, model: &mut dyn NextLogits) -> Result<StepOutcome> {
        self.check_known(token)?;
        self.step_by(model, Some(token))
    }

    fn step_by(&mut self, model: &mut dyn NextLogits, forced: Option<u32>) -> Result<StepOutcome> {
        if let Some(finish) = self.finish {
            return Ok(StepOutcome::Finished(finish));
        }
        // Should the model fail half-way, the next step begins it anew.
        let follows = std::mem::replace(&mut self.model_follows, false);
        let logits = match self.newest() {
            Some(newest) if follows => model.advance(&[0], &[newest])?,
            _ => model.start(&self.sequence)?,
        };
        let outcome = self.accept(logits.into(), forced)?;
        self.model_follows = true;
        Ok(outcome)
    }

    /// Steps until the sequence ends.
    ///
    /// # Errors
    /// As [`Sampler::step`].
    pub fn run(&mut self, model: &mut dyn NextLogits) -> Result<Finish> {
        loop {
            if let StepOutcome::Finished(finish) = self.step(model)? {
                return Ok(finish);
            }
        }
    }

    /// Has the next step begin the model anew with the whole sequence, because the model has been
    /// used for something else meanwhile.
    pub fn reload(&mut self) {
        self.model_follows = false;
    }

    /// Chooses the next token from the `logits` `[vocabulary]` after the sequence so far, unless
    /// it is given.
    fn accept(&mut self, logits: Arc<[f32]>, forced: Option<u32>) -> Result<StepOutcome> {
        logits::check(&logits, 1, self.vocabulary)?;
        let step = self.records.len();
        let chosen = choose(&self.settings.strategy, &logits, &self.sequence, self.stream, step);
        let (candidates, token, choice) = match (chosen, forced) {
            ((candidates, ..), Some(token)) => (candidates, token, Choice::Forced),
            (chosen, None) => chosen,
        };
        Ok(self.append(logits, candidates, token, choice))
    }

    fn append(
        &mut self,
        logits: Arc<[f32]>,
        candidates: Candidates,
        token: u32,
        choice: Choice,
    ) -> StepOutcome {
        let logprob = f64::from(logits[token as usize]) - log_sum_exp(&logits);
        let position = self.sequence.len();
        self.sequence.push(token);
        self.records.push(SampleStep { position, logits, candidates, token, choice, logprob });
        self.finish = self.settings.stop.finish(Some(token), self.records.len(), self.room);
        self.finish.map_or(StepOutcome::Continues, StepOutcome::Finished)
    }

    /// The same past up to `step` (its index in [`Sampler::records`]), where `token` is put in
    /// place of the one that was chosen. Later random numbers are those of the original.
    ///
    /// # Errors
    /// There is no such step or token.
    pub fn branch(&self, step: usize, token: u32) -> Result<Self> {
        let Some(record) = self.records.get(step) else {
            return Err(Error::failed(format!("there is no step {step} to branch from")));
        };
        self.check_known(token)?;
        let mut branch = Self {
            settings: self.settings,
            sequence: self.sequence[..record.position].to_vec(),
            records: self.records[..step].to_vec(),
            model_follows: false,
            ..*self
        };
        branch.append(record.logits.clone(), record.candidates.clone(), token, Choice::Forced);
        Ok(branch)
    }

    fn check_known(&self, token: u32) -> Result<()> {
        if token as usize >= self.vocabulary {
            return Err(Error::failed(format!("the vocabulary has no token {token}")));
        }
        Ok(())
    }

    /// One record for each generated token.
    pub fn records(&self) -> &[SampleStep] {
        &self.records
    }

    /// Filters the recorded logits of `step` anew, with any `filters`; `None` if there is no such
    /// step.
    pub fn funnel(&self, step: usize, filters: &Filters) -> Option<Funnel> {
        let record = self.records.get(step)?;
        Some(Funnel::new(filters, &record.logits, &self.sequence[..record.position]))
    }

    /// The prompt and the tokens generated so far.
    pub fn sequence(&self) -> &[u32] {
        &self.sequence
    }

    /// The tokens generated so far.
    pub fn generated(&self) -> &[u32] {
        &self.sequence[self.prompt_len..]
    }

    fn newest(&self) -> Option<u32> {
        self.records.last().map(|record| record.token)
    }

    /// Why the sequence ended, once it has.
    pub fn finish(&self) -> Option<Finish> {
        self.finish
    }

    /// The finished sequence; `None` before it ends.
    pub fn hypothesis(&self) -> Option<Hypothesis> {
        let finish = self.finish?;
        let logprob: f64 = self.records.iter().map(|record| record.logprob).sum();
        let score = logprob / self.records.len().max(1) as f64;
        Some(Hypothesis { ids: self.generated().to_vec(), logprob, score, finish })
    }
}

/// Chooses what follows `seen` by the `logits` `[vocabulary]` behind it, as token `step` of sample
/// `stream`.
pub(super) fn choose(
    strategy: &Strategy,
    logits: &[f32],
    seen: &[u32],
    stream: u64,
    step: usize,
) -> (Candidates, u32, Choice) {
    let mut filtered = logits.to_vec();
    match strategy {
        Strategy::Greedy { repetition_penalty: Some(penalty) } => {
            repetition_penalty(&mut filtered, seen, *penalty);
        }
        Strategy::Greedy { repetition_penalty: None } => {}
        Strategy::Sample { filters, .. } => filters.apply(&mut filtered, seen),
    }
    let (u, choice) = match strategy {
        // Zero falls on the first candidate.
        Strategy::Greedy { .. } => (0.0, Choice::MostProbable),
        Strategy::Sample { seed, .. } => {
            let u = random_number(*seed, stream, step);
            (u, Choice::Drawn { u })
        }
    };
    let (candidates, chosen) = Candidates::new(&filtered, u);
    let token = candidates.list[chosen].token;
    (candidates, token, choice)
}

/// The random number in [0, 1) for token `step` (from 0) of sample `stream`.
///
/// ChaCha is a function of its key (the seed), a stream number and a position, so that streams of
/// one seed never meet, and a branch finds its numbers without drawing those before.
pub fn random_number(seed: u64, stream: u64, step: usize) -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream);
    // A number takes two words of 32 bits.
    rng.set_word_pos(2 * step as u128);
    rng.random()
}

#[cfg(test)]
mod tests;
