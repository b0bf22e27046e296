//! The sizes of a model.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// The sizes of a model, and the few numbers of its architecture that are not learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Blocks, one after the other.
    pub layers: usize,
    /// Attention heads in each block; they share the width equally.
    pub heads: usize,
    /// Numbers in a row of the residual stream.
    pub width: usize,
    /// Neurons in the MLP of each block (in GPT-2 four times the width).
    pub inner: usize,
    /// Positions that the model can read at once.
    pub context: usize,
    /// Tokens that the model knows.
    pub vocabulary: usize,
    /// Whether the output matrix is the token embedding (as in GPT-2) or one of its own.
    pub tied: bool,
    /// What layer norm adds to the variance, so that nothing is divided by zero.
    pub epsilon: f64,
    /// Share of values that training drops (Srivastava et al. 2014); inference drops none.
    pub dropout: f64,
}

/// No model with more parameters than this is opened or built: 2^31, four times GPT-2 XL's.
const MOST_PARAMETERS: u128 = 1 << 31;

impl Config {
    /// GPT-2's architecture in the given sizes: inner four times the width, tied, no dropout.
    pub fn gpt2(
        layers: usize,
        heads: usize,
        width: usize,
        context: usize,
        vocabulary: usize,
    ) -> Self {
        Self {
            layers,
            heads,
            width,
            inner: width.saturating_mul(4),
            context,
            vocabulary,
            tied: true,
            epsilon: 1e-5,
            dropout: 0.0,
        }
    }

    /// Numbers in a row of one head's query, key or value.
    pub fn head_width(&self) -> usize {
        self.width / self.heads
    }

    /// How many numbers are learned.
    pub fn parameter_count(&self) -> usize {
        self.count() as usize
    }

    /// In 128 bits: sizes that a file claims must not overflow before they are judged.
    fn count(&self) -> u128 {
        let [layers, width, inner, context, vocabulary] =
            [self.layers, self.width, self.inner, self.context, self.vocabulary]
                .map(|n| n.min(1 << 40) as u128);
        let norms = 2 * width;
        let attention = width * 3 * width + 3 * width + width * width + width;
        let mlp = width * inner + inner + inner * width + width;
        let block = norms + attention + norms + mlp;
        let head = if self.tied { 0 } else { vocabulary * width };
        vocabulary * width + context * width + layers * block + norms + head
    }

    /// Whether a model can have these sizes.
    ///
    /// # Errors
    /// One sentence naming the size that is wrong; the caller adds the file.
    pub fn validate(&self) -> Result<()> {
        let sizes = [
            ("layers", self.layers),
            ("heads", self.heads),
            ("width", self.width),
            ("inner width", self.inner),
            ("context", self.context),
            ("vocabulary", self.vocabulary),
        ];
        if let Some((name, _)) = sizes.iter().find(|(_, size)| *size == 0) {
            return Err(Error::failed(format!("the model's {name} is 0; it must be at least 1")));
        }
        if !self.width.is_multiple_of(self.heads) {
            return Err(Error::failed(format!(
                "the model's width {} cannot be shared by {} heads; it must be a multiple of them",
                self.width, self.heads
            )));
        }
        if self.count() > MOST_PARAMETERS || self.context > 1 << 20 {
            return Err(Error::failed(format!(
                "a model of {} parameters and context {} is larger than this program can hold (2^31 parameters, context 2^20)",
                self.count(),
                self.context
            )));
        }
        if !(0.0..1.0).contains(&self.dropout) {
            return Err(Error::failed(format!(
                "dropout is {}; it must be at least 0 and below 1",
                self.dropout
            )));
        }
        if !(self.epsilon > 0.0 && self.epsilon < 1.0) {
            return Err(Error::failed(format!(
                "layer norm's epsilon is {}; it must be above 0 and below 1",
                self.epsilon
            )));
        }
        Ok(())
    }
}
