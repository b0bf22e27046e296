//! The logit lens: what the model would say if it stopped after this block.
//!
//! The residual stream after a block goes through the *last* norm and the unembedding, as if no
//! block followed (nostalgebraist, "interpreting GPT: the logit lens", 2020).

use super::Reading;
use crate::decode::log_sum_exp;
use crate::nn::layer_norm::{self, Normalized};
use crate::nn::{Name, Parameters, model};
use crate::tensor::Threads;
use std::cmp::Ordering;

/// The most probable next token at a crossing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    pub token: u32,
    pub probability: f32,
}

/// How many tokens of the final prediction are followed back through the depth.
const FOLLOWED: usize = 2;

/// The lens at every depth of every position. Depth 0 is the embedding, depth l is after block l;
/// the last depth is the model's prediction.
#[derive(Debug, Clone)]
pub struct Lens {
    /// The tokens that were read.
    ids: Vec<u32>,
    depths: usize,
    rows: Vec<Row>,
}

/// One position.
#[derive(Debug, Clone)]
struct Row {
    /// The best guess at each depth.
    guesses: Vec<Guess>,
    /// The prediction's most probable tokens, and their probabilities at each depth.
    followed: Vec<(u32, Vec<f32>)>,
}

impl Lens {
    /// Looks through the lens at a reading. Positions that `before` has seen with the same tokens
    /// are taken over from it: what a causal model computes at a position does not depend on what
    /// comes after.
    pub fn new(
        reading: &Reading,
        parameters: &Parameters<f32>,
        threads: &Threads,
        before: Option<&Self>,
    ) -> Self {
        let same = before.map_or(0, |lens| {
            lens.ids.iter().zip(&reading.ids).take_while(|(old, new)| old == new).count()
        });
        let mut rows = before.map_or(Vec::new(), |lens| lens.rows[..same].to_vec());
        rows.extend((same..reading.positions()).map(|at| look(reading, parameters, threads, at)));
        Self { ids: reading.ids.clone(), depths: parameters.config.layers + 1, rows }
    }

    /// Blocks and the embedding.
    pub fn depths(&self) -> usize {
        self.depths
    }

    /// The best guess of a position at a depth.
    pub fn guess(&self, depth: usize, position: usize) -> Option<Guess> {
        self.rows.get(position)?.guesses.get(depth).copied()
    }

    /// The tokens that the model finds most probable after a position, each with its probability
    /// at every depth.
    pub fn followed(&self, position: usize) -> &[(u32, Vec<f32>)] {
        self.rows.get(position).map_or(&[], |row| &row.followed)
    }
}

/// All depths of one position.
fn look(
    reading: &Reading,
    parameters: &Parameters<f32>,
    threads: &Threads,
    position: usize,
) -> Row {
    let config = &parameters.config;
    let view = parameters.view();
    let mut stream = reading.row(Name::ResidPre(0), position).to_vec();
    for layer in 0..config.layers {
        stream.extend_from_slice(reading.row(Name::ResidPost(layer), position));
    }
    let depths = config.layers + 1;
    let mut normed = Normalized::new(depths, config.width);
    layer_norm::forward(&mut normed, &stream, &view.ln_f, config.epsilon);
    let logits = model::logits(threads, &view, &normed.y, config.width);
    let logits: Vec<&[f32]> = logits.chunks_exact(config.vocabulary).collect();
    let sums: Vec<f64> = logits.iter().map(|row| log_sum_exp(row)).collect();
    let probability = |depth: usize, token: u32| {
        (f64::from(logits[depth][token as usize]) - sums[depth]).exp() as f32
    };
    let best = |depth: usize| {
        let token = top_tokens(logits[depth], 1)[0];
        Guess { token, probability: probability(depth, token) }
    };
    let followed = top_tokens(logits[depths - 1], FOLLOWED)
        .into_iter()
        .map(|token| (token, (0..depths).map(|depth| probability(depth, token)).collect()))
        .collect();
    Row { guesses: (0..depths).map(best).collect(), followed }
}

/// The tokens with the highest logits, highest first, ties by id.
pub fn top_tokens(logits: &[f32], count: usize) -> Vec<u32> {
    let order = |a: &u32, b: &u32| {
        let (x, y) = (logits[*a as usize], logits[*b as usize]);
        y.partial_cmp(&x).unwrap_or(Ordering::Equal).then(a.cmp(b))
    };
    let count = count.min(logits.len());
    let mut tokens: Vec<u32> = (0..logits.len() as u32).collect();
    if count < tokens.len() && count > 0 {
        tokens.select_nth_unstable_by(count - 1, order);
    }
    tokens.truncate(count);
    tokens.sort_by(order);
    tokens
}
