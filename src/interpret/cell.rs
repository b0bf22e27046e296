//! One cell of a head's pattern, taken apart: what a row asks, what another answers, how much of it
//! is mixed in, and what of the mixture is written back to the stream.

use super::Reading;
use crate::nn::{Name, Parameters};

/// The scores of a head, `[query, key]`, for the first `rows` positions: those that were recorded,
/// and where the mask hides a key, what the same formula gives there: q·k / √(head width).
pub fn full_scores(reading: &Reading, block: usize, head: usize, rows: usize) -> Vec<f32> {
    let rows = rows.min(reading.positions());
    let mut scores = Vec::with_capacity(rows * rows);
    for query in 0..rows {
        let recorded = reading.scores(block, head, query);
        scores.extend((0..rows).map(|key| match recorded.get(key) {
            Some(score) if score.is_finite() => *score,
            _ => dot(reading, block, head, query, key) / root(reading),
        }));
    }
    scores
}

/// √(head width), by which scores are divided.
pub fn root(reading: &Reading) -> f32 {
    (reading.config.head_width() as f32).sqrt()
}

fn dot(reading: &Reading, block: usize, head: usize, query: usize, key: usize) -> f32 {
    let q = reading.head_row(Name::Q(block), query, head);
    let k = reading.head_row(Name::K(block), key, head);
    q.iter().zip(k).map(|(q, k)| q * k).sum()
}

/// Each number of a row's query times its counterpart in another row's key, `[head width]`.
pub fn products(
    reading: &Reading,
    block: usize,
    head: usize,
    query: usize,
    key: usize,
) -> Vec<f32> {
    let q = reading.head_row(Name::Q(block), query, head);
    let k = reading.head_row(Name::K(block), key, head);
    q.iter().zip(k).map(|(q, k)| q * k).collect()
}

/// The parts of one softmax: the weight is `above / below`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Softmax {
    /// What is taken from every score before its exponential, so that no number grows too large;
    /// 0 where there is no need.
    pub shift: f64,
    /// The exponential of this cell's score.
    pub above: f64,
    /// The sum of the row's exponentials.
    pub below: f64,
}

/// Sums of exponentials above this are shifted: nobody wants to read more digits.
const LARGEST_SUM: f64 = 1e6;

/// How softmax turns a row of scores into weights, at `key`; scores of −∞ are hidden.
pub fn softmax_at(scores: &[f32], key: usize) -> Softmax {
    let sum = |shift: f64| scores.iter().map(|score| (f64::from(*score) - shift).exp()).sum();
    let plain: f64 = sum(0.0);
    let largest = f64::from(scores.iter().copied().fold(f32::NEG_INFINITY, f32::max));
    let readable = (1.0 / LARGEST_SUM..=LARGEST_SUM).contains(&plain);
    let shift = if readable || !largest.is_finite() { 0.0 } else { largest };
    let score = scores.get(key).map_or(f64::NEG_INFINITY, |score| f64::from(*score));
    Softmax { shift, above: (score - shift).exp(), below: sum(shift) }
}

/// What a row takes from another: its weight times the other's value, `[head width]`.
pub fn weighted_value(
    reading: &Reading,
    block: usize,
    head: usize,
    query: usize,
    key: usize,
) -> Vec<f32> {
    let weight = reading.weights(block, head, query).get(key).copied().unwrap_or(0.0);
    reading.head_row(Name::V(block), key, head).iter().map(|value| weight * value).collect()
}

/// What one head writes to the stream of a row, `[width]`: its mixture of values times its rows of
/// W_O. The writes of all heads and the bias add up to what attention adds.
pub fn head_write(
    reading: &Reading,
    parameters: &Parameters<f32>,
    block: usize,
    head: usize,
    position: usize,
) -> Vec<f32> {
    let width = reading.config.width;
    let mut write = vec![0.0; width];
    let view = parameters.view();
    let Some(output) = view.blocks.get(block).map(|block| block.output.weight) else {
        return write;
    };
    let first = head * reading.config.head_width();
    let z = reading.head_row(Name::Z(block), position, head);
    for (mixed, row) in z.iter().zip(output.chunks_exact(width).skip(first)) {
        for (sum, weight) in write.iter_mut().zip(row) {
            *sum += mixed * weight;
        }
    }
    write
}

/// How spread out weights are, in bits: 0 if one has all.
pub fn entropy_bits(weights: &[f32]) -> f32 {
    weights.iter().filter(|weight| **weight > 0.0).map(|weight| -weight * weight.log2()).sum()
}

/// The mean over the first `rows` positions of [`entropy_bits`] of a head's weights.
pub fn head_entropy(reading: &Reading, block: usize, head: usize, rows: usize) -> f32 {
    let rows = rows.min(reading.positions());
    let of = |query| entropy_bits(reading.weights(block, head, query));
    (0..rows).map(of).sum::<f32>() / rows.max(1) as f32
}
