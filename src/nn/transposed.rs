//! Weight matrices with rows and columns exchanged.
//!
//! The backward pass multiplies by Wᵀ, and the output layer by the embedding's transpose. Turning
//! each matrix once a step is cheaper than reading it against the grain for every sequence.

use super::block::BlockTransposed;
use super::config::Config;
use super::parameters::Parameters;
use crate::tensor::{Real, Threads, transpose};

/// The transposes of all matrices that a training step multiplies by.
#[derive(Debug, Clone)]
pub struct Transposed<T> {
    blocks: Vec<BlockTransposed<Vec<T>>>,
    /// Of the output matrix, `[width, vocabulary]`.
    pub output: Vec<T>,
}

impl<T: Real> Transposed<T> {
    /// Room for a model of these sizes; [`Transposed::update`] fills it.
    pub fn new(config: &Config) -> Self {
        let Config { width, inner, vocabulary, .. } = *config;
        let zeros = |n: usize| vec![T::ZERO; n * width];
        let block = || BlockTransposed {
            qkv: zeros(3 * width),
            output: zeros(width),
            up: zeros(inner),
            down: zeros(inner),
        };
        Self { blocks: (0..config.layers).map(|_| block()).collect(), output: zeros(vocabulary) }
    }

    /// Takes over the weights as they are now.
    pub fn update(&mut self, threads: &Threads, parameters: &Parameters<T>) {
        let Config { width, inner, vocabulary, .. } = parameters.config;
        let view = parameters.view();
        let mut jobs: Vec<(&mut [T], &[T], usize, usize)> = Vec::new();
        for (to, from) in self.blocks.iter_mut().zip(&view.blocks) {
            jobs.push((&mut to.qkv, from.qkv.weight, width, 3 * width));
            jobs.push((&mut to.output, from.output.weight, width, width));
            jobs.push((&mut to.up, from.up.weight, width, inner));
            jobs.push((&mut to.down, from.down.weight, inner, width));
        }
        jobs.push((&mut self.output, view.lm_head.unwrap_or(view.wte), vocabulary, width));
        threads.for_each(&mut jobs, |_, (to, from, rows, columns)| {
            transpose(to, from, *rows, *columns)
        });
    }

    /// The transposes of one block.
    pub fn block(&self, layer: usize) -> BlockTransposed<&[T]> {
        let BlockTransposed { qkv, output, up, down } = &self.blocks[layer];
        BlockTransposed { qkv, output, up, down }
    }
}
