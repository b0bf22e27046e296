//! Weight matrices arranged for multiplication, each as it is and transposed.
//!
//! A training step multiplies by every matrix once for each sequence: forward by W, backward by Wᵀ.
//! Arranging both once a step is cheaper than finding one's way through them every time.

use super::config::Config;
use super::parameters::Parameters;
use crate::tensor::{Matrix, Packed, Real, Threads};

/// One weight matrix `[inputs, outputs]`, ready to be multiplied by.
#[derive(Debug, Clone)]
pub struct PackedLinear<T> {
    /// W
    pub forward: Packed<T>,
    /// Wᵀ
    pub backward: Packed<T>,
}

/// The matrices of one block.
#[derive(Debug, Clone)]
pub struct PackedBlock<T> {
    pub qkv: PackedLinear<T>,
    pub output: PackedLinear<T>,
    pub up: PackedLinear<T>,
    pub down: PackedLinear<T>,
}

/// All matrices that a training step multiplies by.
#[derive(Debug, Clone)]
pub struct PackedWeights<T> {
    pub blocks: Vec<PackedBlock<T>>,
    /// The output matrix seen as a layer `[width, vocabulary]`.
    pub output: PackedLinear<T>,
}

impl<T: Real> PackedLinear<T> {
    fn new(inputs: usize, outputs: usize) -> Self {
        Self { forward: Packed::new(inputs, outputs), backward: Packed::new(outputs, inputs) }
    }
}

impl<T: Real> PackedWeights<T> {
    /// Room for a model of these sizes; [`PackedWeights::update`] fills it.
    pub fn new(config: &Config) -> Self {
        let Config { width, inner, vocabulary, .. } = *config;
        let block = || PackedBlock {
            qkv: PackedLinear::new(width, 3 * width),
            output: PackedLinear::new(width, width),
            up: PackedLinear::new(width, inner),
            down: PackedLinear::new(inner, width),
        };
        let blocks = (0..config.layers).map(|_| block()).collect();
        Self { blocks, output: PackedLinear::new(width, vocabulary) }
    }

    /// Takes over the weights as they are now.
    pub fn update(&mut self, threads: &Threads, parameters: &Parameters<T>) {
        let Config { width, inner, vocabulary, .. } = parameters.config;
        let view = parameters.view();
        let mut jobs: Vec<(&mut Packed<T>, Matrix<'_, T>)> = Vec::new();
        for (to, from) in self.blocks.iter_mut().zip(&view.blocks) {
            let layers = [
                (&mut to.qkv, Matrix::new(from.qkv.weight, width, 3 * width)),
                (&mut to.output, Matrix::new(from.output.weight, width, width)),
                (&mut to.up, Matrix::new(from.up.weight, width, inner)),
                (&mut to.down, Matrix::new(from.down.weight, inner, width)),
            ];
            for (to, weight) in layers {
                jobs.push((&mut to.forward, weight));
                jobs.push((&mut to.backward, weight.t()));
            }
        }
        // Stored by token, the output matrix is already a transpose.
        let output = Matrix::new(view.lm_head.unwrap_or(view.wte), vocabulary, width);
        jobs.push((&mut self.output.forward, output.t()));
        jobs.push((&mut self.output.backward, output));
        threads.for_each(&mut jobs, |_, (to, weight)| to.pack(*weight));
    }
}
