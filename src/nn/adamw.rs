//! AdamW (Loshchilov and Hutter 2019): Adam's steps, with weight decay beside them, not in the gradient.

use crate::tensor::{Real, Threads, sum_of_squares};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The constants of the optimizer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AdamWSettings {
    /// How slowly the mean of the gradients forgets.
    pub beta1: f64,
    /// How slowly the mean of their squares forgets.
    pub beta2: f64,
    /// Keeps the divisor above zero.
    pub epsilon: f64,
    /// Share of a matrix's weight that a step of learning rate 1 would take away.
    pub weight_decay: f64,
}

impl Default for AdamWSettings {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weight_decay: 0.1 }
    }
}

/// The optimizer's memory: running means of the gradient and of its square, a number a parameter.
#[derive(Debug, Clone)]
pub struct AdamW<T> {
    pub settings: AdamWSettings,
    pub mean: Vec<T>,
    pub square: Vec<T>,
    /// Updates made so far.
    pub updates: u64,
}

/// Numbers that one task works on: the same cut for any number of threads, so that sums agree.
const CHUNK: usize = 1 << 14;

impl<T: Real> AdamW<T> {
    /// An optimizer for that many parameters that has not seen a gradient.
    pub fn new(settings: AdamWSettings, parameters: usize) -> Self {
        Self {
            settings,
            mean: vec![T::ZERO; parameters],
            square: vec![T::ZERO; parameters],
            updates: 0,
        }
    }

    /// The constants of the update that was made last, which had this learning rate.
    pub fn constants(&self, gradient_scale: T, learning_rate: f64) -> UpdateConstants<T> {
        let AdamWSettings { beta1, beta2, epsilon, .. } = self.settings;
        let count = self.updates.min(i32::MAX as u64) as i32;
        UpdateConstants {
            beta1: T::of(beta1),
            beta2: T::of(beta2),
            epsilon: T::of(epsilon),
            // The means began at zero; these factors undo that bias.
            step: T::of(learning_rate / (1.0 - beta1.powi(count))),
            root: T::of(1.0 / (1.0 - beta2.powi(count)).sqrt()),
            gradient_scale,
        }
    }

    /// One update of `values` by `gradients`, each times `gradient_scale` (for clipping).
    ///
    /// `tensors` cuts the values into tensors and says which of them decay.
    pub fn update(
        &mut self,
        threads: &Threads,
        values: &mut [T],
        gradients: &[T],
        gradient_scale: T,
        tensors: &[(Range<usize>, bool)],
        learning_rate: f64,
    ) {
        self.updates += 1;
        let weight_decay = self.settings.weight_decay;
        let constants = self.constants(gradient_scale, learning_rate);
        let mut parts = Vec::new();
        let (mut values, mut mean, mut square) =
            (values, self.mean.as_mut_slice(), self.square.as_mut_slice());
        for (range, decays) in tensors {
            let keep = T::of(kept_share(*decays, learning_rate, weight_decay));
            for start in range.clone().step_by(CHUNK) {
                let len = CHUNK.min(range.end - start);
                parts.push(Part {
                    values: take(&mut values, len),
                    mean: take(&mut mean, len),
                    square: take(&mut square, len),
                    gradients: &gradients[start..start + len],
                    keep,
                });
            }
        }
        threads.for_each(&mut parts, |_, part| {
            update_part(part.values, part.mean, part.square, part.gradients, part.keep, constants);
        });
    }
}

/// The share of a weight that its decay leaves.
pub fn kept_share(decays: bool, learning_rate: f64, weight_decay: f64) -> f64 {
    if decays { 1.0 - learning_rate * weight_decay } else { 1.0 }
}

struct Part<'a, T> {
    values: &'a mut [T],
    mean: &'a mut [T],
    square: &'a mut [T],
    gradients: &'a [T],
    keep: T,
}

fn take<'a, T>(rest: &mut &'a mut [T], len: usize) -> &'a mut [T] {
    let (first, after) = std::mem::take(rest).split_at_mut(len);
    *rest = after;
    first
}

/// What all weights of one update have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UpdateConstants<T> {
    pub beta1: T,
    pub beta2: T,
    pub epsilon: T,
    /// The learning rate, with the bias of the gradient's mean undone.
    pub step: T,
    /// What the root of the mean square is multiplied by, to undo its bias.
    pub root: T,
    /// What gradients are multiplied by, for clipping.
    pub gradient_scale: T,
}

kernel! {
    fn update_part<T: Real>(values: &mut [T], mean: &mut [T], square: &mut [T], gradients: &[T], keep: T, c: UpdateConstants<T>) {
        let n = values.len();
        let (mean, square, gradients) = (&mut mean[..n], &mut square[..n], &gradients[..n]);
        for i in 0..n {
            let g = gradients[i] * c.gradient_scale;
            mean[i] += (T::ONE - c.beta1) * (g - mean[i]);
            square[i] = c.beta2 * square[i] + (T::ONE - c.beta2) * g * g;
            values[i] = values[i] * keep - c.step * mean[i] / (square[i].sqrt() * c.root + c.epsilon);
        }
    }
}

/// The length of a gradient seen as one vector, √(Σ g²).
pub fn gradient_norm<T: Real>(threads: &Threads, gradients: &[T]) -> f64 {
    let mut sums = vec![0.0; gradients.len().div_ceil(CHUNK)];
    threads.for_each(&mut sums, |i, sum| {
        let end = gradients.len().min((i + 1) * CHUNK);
        *sum = sum_of_squares(&gradients[i * CHUNK..end]).to_f64();
    });
    sums.iter().sum::<f64>().sqrt()
}
