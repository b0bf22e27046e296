//! What a forward pass leaves behind: every named activation of one sequence.

use super::config::Config;
use super::layer_norm::Normalized;
use crate::tensor::{Aligned, Real};

/// The activations of one block for one sequence.
#[derive(Debug, Clone)]
pub struct BlockActivations<T> {
    /// The residual stream as the block finds it, `[position, width]`.
    pub resid_pre: Aligned<T>,
    pub ln_1: Normalized<T>,
    /// Queries, keys and values side by side, `[position, 3·width]`.
    pub qkv: Aligned<T>,
    /// `[head, query, key]`
    pub pattern: Aligned<T>,
    /// `[position, width]`
    pub z: Aligned<T>,
    /// The stream after attention, `[position, width]`.
    pub resid_mid: Aligned<T>,
    pub ln_2: Normalized<T>,
    /// The MLP's neurons before and after GELU, `[position, inner]`.
    pub mlp_pre: Aligned<T>,
    pub mlp_post: Aligned<T>,
}

/// Room that every block uses again.
#[derive(Debug, Clone)]
pub struct Scratch<T> {
    /// What a layer adds to the stream, `[position, width]`.
    pub out: Aligned<T>,
    /// Keys or values with positions along the row, `[width, position]`.
    pub turned: Aligned<T>,
}

/// The activations of one sequence, filled by [`super::model::forward`].
#[derive(Debug, Clone)]
pub struct SequenceActivations<T> {
    positions: usize,
    pub blocks: Vec<BlockActivations<T>>,
    pub(super) scratch: Scratch<T>,
    /// The stream after the last block, `[position, width]`.
    pub resid_final: Aligned<T>,
    pub ln_f: Normalized<T>,
}

impl<T: Real> SequenceActivations<T> {
    /// Room for a sequence of that many positions (at most the context).
    pub fn new(config: &Config, positions: usize) -> Self {
        let Config { heads, width, inner, .. } = *config;
        let zeros = |n: usize| Aligned::zeros(positions * n);
        let block = || BlockActivations {
            resid_pre: zeros(width),
            ln_1: Normalized::new(positions, width),
            qkv: zeros(3 * width),
            pattern: zeros(heads * positions),
            z: zeros(width),
            resid_mid: zeros(width),
            ln_2: Normalized::new(positions, width),
            mlp_pre: zeros(inner),
            mlp_post: zeros(inner),
        };
        Self {
            positions,
            blocks: (0..config.layers).map(|_| block()).collect(),
            scratch: Scratch { out: zeros(width), turned: zeros(width) },
            resid_final: zeros(width),
            ln_f: Normalized::new(positions, width),
        }
    }

    /// How many positions there is room for.
    pub fn positions(&self) -> usize {
        self.positions
    }
}
