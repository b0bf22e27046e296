//! A model for tests: the logits depend on the last two tokens by a fixed recipe.

use super::NextLogits;
use crate::Result;

/// Every sequence it holds, whole, so that a wrong parent shows at once.
pub(super) struct TestModel {
    pub(super) vocabulary: usize,
    pub(super) context: usize,
    /// How often the model was asked.
    pub(super) calls: usize,
    rows: Vec<Vec<u32>>,
}

impl TestModel {
    pub(super) fn new(vocabulary: usize, context: usize) -> Self {
        Self { vocabulary, context, calls: 0, rows: Vec::new() }
    }

    /// The logits after `sequence`: a hash of the last two tokens and the candidate, in [-3, 3].
    pub(super) fn logits(&self, sequence: &[u32]) -> Vec<f32> {
        let last = sequence[sequence.len() - 1];
        let before = if sequence.len() > 1 { sequence[sequence.len() - 2] } else { 0 };
        (0..self.vocabulary as u32)
            .map(|token| {
                let mixed = (u64::from(last) << 40 | u64::from(before) << 20 | u64::from(token))
                    .wrapping_add(1)
                    .wrapping_mul(0x9E37_79B9_7F4A_7C15);
                let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                ((mixed >> 40) as f32 / (1_u32 << 24) as f32) * 6.0 - 3.0
            })
            .collect()
    }
}

impl NextLogits for TestModel {
    fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    fn context(&self) -> usize {
        self.context
    }

    fn start(&mut self, prompt: &[u32]) -> Result<Vec<f32>> {
        self.calls += 1;
        self.rows = vec![prompt.to_vec()];
        Ok(self.logits(prompt))
    }

    fn advance(&mut self, parents: &[usize], tokens: &[u32]) -> Result<Vec<f32>> {
        self.calls += 1;
        self.rows = parents
            .iter()
            .zip(tokens)
            .map(|(&parent, &token)| [self.rows[parent].as_slice(), &[token]].concat())
            .collect();
        Ok(self.rows.iter().flat_map(|row| self.logits(row)).collect())
    }
}
