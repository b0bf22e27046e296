//! What the gradients of weights are sums of. A matrix y = x·W has, at each position of each sequence, an
//! input x and the gradient dy of its output; dW[i, o] is the sum of x[i]·dy[o] over all of them, and a
//! bias has the sum of dy[o].

use super::{Batch, SequenceWork};
use crate::nn::Config;
use crate::tensor::Real;
use std::collections::BTreeMap;

/// A sequence of the batch, a position there, and its token.
pub type Spot = (usize, usize, u32);

/// Recorded while a batch goes through, by the names of the matrices' weights (`Spec::name`).
#[derive(Debug, Clone, PartialEq)]
pub struct Trace<T> {
    /// Of every row below.
    pub places: Vec<Spot>,
    pub matrices: BTreeMap<String, Factors<T>>,
    /// The gradient of token plus position, `[place, width]`.
    pub embedded: Vec<T>,
}

/// What a matrix's gradient is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Factors<T> {
    /// What went in, `[place, input]`.
    pub x: Vec<T>,
    /// The gradient of what came out, `[place, output]`.
    pub dy: Vec<T>,
}

impl<T> Default for Trace<T> {
    fn default() -> Self {
        Self { places: Vec::new(), matrices: BTreeMap::new(), embedded: Vec::new() }
    }
}

impl<T: Real> Trace<T> {
    pub(super) fn places(&mut self, batch: &Batch) {
        let before = self.places.last().map_or(0, |place| place.0 + 1);
        for (s, sequence) in batch.iter().enumerate() {
            let rows = sequence.tokens.iter().enumerate();
            self.places.extend(rows.map(|(position, token)| (before + s, position, *token)));
        }
    }

    fn add(&mut self, name: String, x: &[T], dy: &[T]) {
        let none = || Factors { x: Vec::new(), dy: Vec::new() };
        let factors = self.matrices.entry(name).or_insert_with(none);
        factors.x.extend_from_slice(x);
        factors.dy.extend_from_slice(dy);
    }

    /// Of the output matrix: its gradient has a row for each token.
    pub(super) fn output(&mut self, sequences: &[SequenceWork<T>], config: &Config) {
        let name = if config.tied { "wte.weight" } else { "lm_head.weight" };
        for SequenceWork { acts, logits, .. } in sequences {
            self.add(name.into(), logits, &acts.ln_f.y);
        }
    }

    /// Of a block's four matrices.
    pub(super) fn layer(&mut self, sequences: &[SequenceWork<T>], layer: usize) {
        for SequenceWork { acts, d_block, .. } in sequences {
            let block = &acts.blocks[layer];
            let mut add = |part: &str, x: &[T], dy: &[T]| {
                self.add(format!("h.{layer}.{part}.weight"), x, dy);
            };
            add("attn.c_attn", &block.ln_1.y, &d_block.qkv);
            add("attn.c_proj", &block.z, d_block.attn_out());
            add("mlp.c_fc", &block.ln_2.y, &d_block.mlp);
            add("mlp.c_proj", &block.mlp_post, d_block.mlp_out());
        }
    }

    pub(super) fn embedding(&mut self, sequences: &[SequenceWork<T>]) {
        for SequenceWork { d_block, .. } in sequences {
            self.embedded.extend_from_slice(&d_block.resid_pre);
        }
    }
}
