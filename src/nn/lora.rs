//! LoRA (Hu et al. 2021): tuning by small added matrices, W' = W + (alpha / rank) · A·B.

use super::config::Config;
use super::parameters::Parameters;
use crate::tensor::{Matrix, MatrixMut, Real, Start, Threads, matmul};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A matrix of every block that LoRA may be added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoraTarget {
    /// Queries, keys and values.
    Qkv,
    /// W_O.
    Output,
    /// Into the MLP's neurons.
    Up,
    /// And back.
    Down,
}

impl LoraTarget {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Qkv, Self::Output, Self::Up, Self::Down];

    /// The name that the command line uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Qkv => "qkv",
            Self::Output => "output",
            Self::Up => "up",
            Self::Down => "down",
        }
    }

    fn tensor(self) -> &'static str {
        match self {
            Self::Qkv => "attn.c_attn.weight",
            Self::Output => "attn.c_proj.weight",
            Self::Up => "mlp.c_fc.weight",
            Self::Down => "mlp.c_proj.weight",
        }
    }
}

/// One added pair: A `[inputs, rank]` and B `[rank, outputs]`.
#[derive(Debug, Clone)]
struct Pair {
    inputs: usize,
    outputs: usize,
    /// Where the matrix lies in the model's values, and A and B in [`Lora::values`].
    weight: Range<usize>,
    a: Range<usize>,
    b: Range<usize>,
}

/// The added matrices of a model. They learn; the model's own weights rest.
#[derive(Debug, Clone)]
pub struct Lora<T> {
    rank: usize,
    scale: f64,
    pairs: Vec<Pair>,
    /// All A and B, one after the other.
    pub values: Vec<T>,
}

impl<T: Real> Lora<T> {
    /// Pairs for the targets in every block: A random, B zero, so that nothing has changed yet.
    ///
    /// `alpha` sets how much the product counts: it is scaled by alpha / rank.
    pub fn new(
        config: &Config,
        rank: usize,
        alpha: f64,
        targets: &[LoraTarget],
        seed: u64,
    ) -> Self {
        let parameters = Parameters::<T>::zeros(config);
        let mut lora =
            Self { rank, scale: alpha / rank as f64, pairs: Vec::new(), values: Vec::new() };
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for (spec, weight) in parameters.specs().into_iter().zip(parameters.ranges()) {
            if !targets
                .iter()
                .any(|target| spec.name.starts_with("h.") && spec.name.ends_with(target.tensor()))
            {
                continue;
            }
            let (inputs, outputs) = (spec.shape[0], spec.shape[1]);
            let start = lora.values.len();
            let middle = start + inputs * rank;
            // Uniform in ±√(1/inputs), as a freshly made linear layer has it in LoRA's reference code.
            let bound = (1.0 / inputs as f64).sqrt();
            lora.values.extend((start..middle).map(|_| T::of(rng.random_range(-bound..bound))));
            lora.values.resize(middle + rank * outputs, T::ZERO);
            lora.pairs.push(Pair {
                inputs,
                outputs,
                weight,
                a: start..middle,
                b: middle..lora.values.len(),
            });
        }
        lora
    }

    /// How many numbers would learn.
    pub fn count(config: &Config, rank: usize, targets: &[LoraTarget]) -> usize {
        let Config { layers, width, inner, .. } = *config;
        let sizes = |target: &LoraTarget| match target {
            LoraTarget::Qkv => 4 * width,
            LoraTarget::Output => 2 * width,
            LoraTarget::Up | LoraTarget::Down => width + inner,
        };
        layers * rank * targets.iter().map(sizes).sum::<usize>()
    }

    /// How many numbers learn.
    pub fn parameter_count(&self) -> usize {
        self.values.len()
    }

    /// A and B of every pair, for an optimizer: ranges in [`Lora::values`].
    pub fn ranges(&self) -> Vec<Range<usize>> {
        self.pairs.iter().flat_map(|pair| [pair.a.clone(), pair.b.clone()]).collect()
    }

    /// Writes W + scale · A·B into `merged` for every target, from the resting weights of `base`.
    pub fn merge(&self, threads: &Threads, merged: &mut Parameters<T>, base: &Parameters<T>) {
        for pair in &self.pairs {
            let weight = &mut merged.values[pair.weight.clone()];
            let scaled: Vec<T> =
                self.values[pair.a.clone()].iter().map(|&a| a * T::of(self.scale)).collect();
            weight.copy_from_slice(&base.values[pair.weight.clone()]);
            matmul(
                threads,
                MatrixMut::new(weight, pair.inputs, pair.outputs),
                Matrix::new(&scaled, pair.inputs, self.rank),
                Matrix::new(&self.values[pair.b.clone()], self.rank, pair.outputs),
                Start::Sums,
            );
        }
    }

    /// The gradients of A and B, by the chain rule from those of the merged weights:
    /// dA = scale · dW'·Bᵀ and dB = scale · Aᵀ·dW'.
    pub fn gradients(&self, threads: &Threads, of_merged: &Parameters<T>) -> Vec<T> {
        let mut gradients = vec![T::ZERO; self.values.len()];
        for pair in &self.pairs {
            let d_weight =
                Matrix::new(&of_merged.values[pair.weight.clone()], pair.inputs, pair.outputs);
            let (a, b) = (&self.values[pair.a.clone()], &self.values[pair.b.clone()]);
            let mut b_t = vec![T::ZERO; b.len()];
            crate::tensor::transpose(&mut b_t, b, self.rank, pair.outputs, pair.outputs);
            let (d_a, d_b) = gradients[pair.a.start..pair.b.end].split_at_mut(pair.a.len());
            let b_t = Matrix::new(&b_t, pair.outputs, self.rank);
            matmul(
                threads,
                MatrixMut::new(d_a, pair.inputs, self.rank),
                d_weight,
                b_t,
                Start::Zero,
            );
            let a_t = Matrix::new(a, pair.inputs, self.rank).t();
            matmul(
                threads,
                MatrixMut::new(d_b, self.rank, pair.outputs),
                a_t,
                d_weight,
                Start::Zero,
            );
        }
        for gradient in &mut gradients {
            *gradient *= T::of(self.scale);
        }
        gradients
    }
}
