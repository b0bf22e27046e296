//! When a sequence ends, and whether a prompt can begin one.

use super::NextLogits;
use crate::{Error, Result};

/// Why a generated sequence ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// The model chose the end token.
    EndToken,
    /// The sequence has as many new tokens as were asked for.
    Length,
    /// The model has no position left for another token.
    ContextFull,
}

/// The two things that end every sequence, whatever the strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// The most tokens to generate; at least 1.
    pub max_new_tokens: usize,
    /// The token that ends a text, if the model has one.
    pub end: Option<u32>,
}

impl Stop {
    /// # Errors
    /// Wrong usage: no token asked for.
    pub fn validate(&self) -> Result<()> {
        if self.max_new_tokens == 0 {
            return Err(Error::usage("--max-new-tokens must be at least 1"));
        }
        Ok(())
    }

    /// How many tokens may follow `prompt` in `model`.
    ///
    /// # Errors
    /// The prompt is empty, too long for the model, or has an id outside its vocabulary.
    pub(super) fn room(&self, prompt: &[u32], model: &dyn NextLogits) -> Result<usize> {
        if prompt.is_empty() {
            return Err(Error::usage(
                "the prompt is empty: give --prompt at least one token to continue",
            ));
        }
        if let Some(id) = prompt.iter().find(|&&id| id as usize >= model.vocabulary()) {
            return Err(Error::failed(format!(
                "the prompt has token {id}, but the model's vocabulary has only {} tokens: use \
                 the tokenizer that belongs to the model",
                model.vocabulary()
            )));
        }
        let Some(left) = model.context().checked_sub(prompt.len()) else {
            return Err(Error::failed(format!(
                "the prompt has {} tokens, but the model's context holds only {}: shorten the \
                 prompt",
                prompt.len(),
                model.context()
            )));
        };
        Ok(self.max_new_tokens.min(left))
    }

    /// Why a sequence of `generated` new tokens, the newest of them `last`, ends here; `None` if
    /// it goes on. `room` is what [`Stop::room`] gave.
    pub(super) fn finish(
        &self,
        last: Option<u32>,
        generated: usize,
        room: usize,
    ) -> Option<Finish> {
        if last.is_some() && last == self.end {
            Some(Finish::EndToken)
        } else if generated >= self.max_new_tokens {
            Some(Finish::Length)
        } else if generated >= room {
            Some(Finish::ContextFull)
        } else {
            None
        }
    }
}
