//! The transformer as decoding sees it.

use super::NextLogits;
use crate::Result;
use crate::nn::Inference;

impl NextLogits for Inference<'_, f32> {
    fn vocabulary(&self) -> usize {
        self.config().vocabulary
    }

    fn context(&self) -> usize {
        self.config().context
    }

    fn start(&mut self, prompt: &[u32]) -> Result<Vec<f32>> {
        Inference::start(self, prompt)
    }

    fn advance(&mut self, parents: &[usize], tokens: &[u32]) -> Result<Vec<f32>> {
        Inference::advance(self, parents, tokens)
    }
}
