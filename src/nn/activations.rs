//! What a forward pass leaves behind: every named activation of one sequence.

use super::config::Config;
use super::layer_norm::Normalized;
use crate::tensor::Real;

/// The activations of one block for one sequence.
#[derive(Debug, Clone)]
pub struct BlockActivations<T> {
    /// The residual stream as the block finds it, `[position, width]`.
    pub resid_pre: Vec<T>,
    pub ln_1: Normalized<T>,
    /// Queries, keys and values side by side, `[position, 3·width]`.
    pub qkv: Vec<T>,
    /// Keys, then values, with positions along the row, each `[width, position]`.
    pub keys_t: Vec<T>,
    pub values_t: Vec<T>,
    /// `[head, query, key]`
    pub pattern: Vec<T>,
    /// `[position, width]`
    pub z: Vec<T>,
    /// What attention adds to the stream, `[position, width]`.
    pub attn_out: Vec<T>,
    /// The stream after attention, `[position, width]`.
    pub resid_mid: Vec<T>,
    pub ln_2: Normalized<T>,
    /// The MLP's neurons before and after GELU, `[position, inner]`.
    pub mlp_pre: Vec<T>,
    pub mlp_post: Vec<T>,
    /// What the MLP adds to the stream, `[position, width]`.
    pub mlp_out: Vec<T>,
}

/// The activations of one sequence, filled by [`super::model::forward`].
#[derive(Debug, Clone)]
pub struct SequenceActivations<T> {
    positions: usize,
    pub blocks: Vec<BlockActivations<T>>,
    /// The stream after the last block, `[position, width]`.
    pub resid_final: Vec<T>,
    pub ln_f: Normalized<T>,
}

impl<T: Real> SequenceActivations<T> {
    /// Room for a sequence of that many positions (at most the context).
    pub fn new(config: &Config, positions: usize) -> Self {
        let Config { heads, width, inner, .. } = *config;
        let zeros = |n: usize| vec![T::ZERO; positions * n];
        let block = || BlockActivations {
            resid_pre: zeros(width),
            ln_1: Normalized::new(positions, width),
            qkv: zeros(3 * width),
            keys_t: zeros(width),
            values_t: zeros(width),
            pattern: zeros(heads * positions),
            z: zeros(width),
            attn_out: zeros(width),
            resid_mid: zeros(width),
            ln_2: Normalized::new(positions, width),
            mlp_pre: zeros(inner),
            mlp_post: zeros(inner),
            mlp_out: zeros(width),
        };
        Self {
            positions,
            blocks: (0..config.layers).map(|_| block()).collect(),
            resid_final: zeros(width),
            ln_f: Normalized::new(positions, width),
        }
    }

    /// How many positions there is room for.
    pub fn positions(&self) -> usize {
        self.positions
    }
}
