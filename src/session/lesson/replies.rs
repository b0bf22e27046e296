//! Replies and rolls of a lesson: the text that is looked at, gone on with.

use super::snapshot::Written;
use crate::decode::{Filters, SampleSettings, Sampler, Stop, Strategy};
use crate::nn::Inference;
use crate::session::engine::Opened;
use crate::session::role_tokens;
use crate::tensor::Threads;
use crate::{Error, Result};

/// Who goes on with which text, and how.
#[derive(Debug, Clone, Copy)]
pub struct Replying<'a> {
    pub opened: &'a Opened,
    pub subject: &'a [u32],
    pub filters: Filters,
    pub seed: u64,
}

impl Replying<'_> {
    /// A whole reply, with the random numbers of this stream.
    ///
    /// # Errors
    /// If the filters are wrong, or the model has no tokenizer.
    pub fn reply(&self, stream: u64) -> Result<Written> {
        let model = &self.opened.model;
        let steps = self.steps(model.parameters.config.context, model.end, stream)?;
        self.written(&steps)
    }

    /// A text written by another rule, which only the end token ends.
    ///
    /// # Errors
    /// As [`Replying::reply`].
    pub(super) fn with(&self, strategy: Strategy, stop: Stop) -> Result<Written> {
        let mut model = Inference::new(&self.opened.model.parameters, Threads::new(1));
        let settings = SampleSettings { strategy, stop };
        let mut sampler = Sampler::with_stream(settings, self.subject, &model, 0)?;
        while sampler.finish().is_none() {
            sampler.step(&mut model)?;
        }
        let steps: Vec<_> =
            sampler.records().iter().map(|step| (step.token, step.logprob)).collect();
        self.written(&steps)
    }

    fn written(&self, steps: &[(u32, f64)]) -> Result<Written> {
        let model = &self.opened.model;
        let ids: Vec<u32> =
            steps.iter().map(|(token, _)| *token).filter(|id| Some(*id) != model.end).collect();
        let tokenizer = model.tokenizer.as_ref();
        let tokenizer = tokenizer.ok_or_else(|| Error::failed("this model has no tokenizer"))?;
        let text = tokenizer.decode(&ids)?;
        let logprob = steps.iter().map(|(_, logprob)| logprob).sum();
        Ok(Written { ids, text, logprob })
    }

    /// One token, with the random numbers of this stream.
    ///
    /// # Errors
    /// If the filters are wrong.
    pub fn roll(&self, stream: u64) -> Result<Option<u32>> {
        Ok(self.steps(1, None, stream)?.first().map(|(token, _)| *token))
    }

    /// Tokens and their log-probabilities.
    fn steps(&self, most: usize, end: Option<u32>, stream: u64) -> Result<Vec<(u32, f64)>> {
        let strategy = match self.filters.temperature {
            // Towards 0 the most probable token takes all.
            Some(0.0) => Strategy::Greedy { repetition_penalty: self.filters.repetition_penalty },
            _ => Strategy::Sample { filters: self.filters, seed: self.seed },
        };
        let stop = Stop { max_new_tokens: most.max(1), end };
        let mut model = Inference::new(&self.opened.model.parameters, Threads::new(1));
        let settings = SampleSettings { strategy, stop };
        let mut sampler = Sampler::with_stream(settings, self.subject, &model, stream)?;
        let stops = self.opened.model.tokenizer.as_ref().map(role_tokens).unwrap_or_default();
        while sampler.finish().is_none() {
            sampler.step(&mut model)?;
            if sampler.generated().last().is_some_and(|token| stops.contains(token)) {
                break;
            }
        }
        let records = sampler.records().iter();
        let own = records.filter(|step| most == 1 || !stops.contains(&step.token));
        Ok(own.map(|step| (step.token, step.logprob)).collect())
    }
}
