//! The logit lens: what the model would say if it stopped after this block.
//!
//! The residual stream after a block goes through the *last* norm and the unembedding, as if no
//! block followed (nostalgebraist, "interpreting GPT: the logit lens", 2020).

use super::Reading;
use crate::decode::log_sum_exp;
use crate::nn::layer_norm::{self, Normalized};
use crate::nn::{Name, Parameters, model};
use crate::tensor::Threads;
use std::ops::Range;

/// The most probable next token at a crossing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    pub token: u32,
    pub probability: f32,
}

/// Positions whose logits are computed together: more of them need more memory, fewer of them read
/// the output matrix more often.
const LOOKED_AT_ONCE: usize = 8;

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
#[derive(Debug, Clone, Default)]
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
        for first in (same..reading.positions()).step_by(LOOKED_AT_ONCE) {
            let positions = first..reading.positions().min(first + LOOKED_AT_ONCE);
            rows.extend(look(reading, parameters, threads, positions));
        }
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

/// The logits that the lens sees at every depth of some positions, `[position, depth, vocabulary]`.
fn logits_by_depth(
    reading: &Reading,
    parameters: &Parameters<f32>,
    threads: &Threads,
    positions: Range<usize>,
) -> Vec<f32> {
    let config = &parameters.config;
    let view = parameters.view();
    let mut stream = Vec::new();
    for position in positions.clone() {
        stream.extend_from_slice(reading.row(Name::ResidPre(0), position));
        for layer in 0..config.layers {
            stream.extend_from_slice(reading.row(Name::ResidPost(layer), position));
        }
    }
    let mut normed = Normalized::new(positions.len() * (config.layers + 1), config.width);
    layer_norm::forward(&mut normed, &stream, &view.ln_f, config.epsilon);
    model::logits(threads, &view, &normed.y, config.width)
}

/// A token among all that could come next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    pub token: u32,
    pub logit: f32,
    pub probability: f32,
    /// 0 for the most probable.
    pub rank: usize,
}

impl Standing {
    /// How a token stands in `logits` `[vocabulary]`.
    pub fn of(logits: &[f32], token: u32) -> Self {
        let logit = logits.get(token as usize).copied().unwrap_or(f32::NEG_INFINITY);
        let probability = (f64::from(logit) - log_sum_exp(logits)).exp() as f32;
        let before =
            |(i, other): (usize, &f32)| *other > logit || (*other == logit && i < token as usize);
        let rank = logits.iter().enumerate().filter(|&pair| before(pair)).count();
        Self { token, logit, probability, rank }
    }
}

/// What the lens sees of one position at one depth.
#[derive(Debug, Clone)]
pub struct Depth {
    /// The most probable tokens, the most probable first.
    pub top: Vec<Standing>,
    /// The tokens that were asked for, in their order.
    pub asked: Vec<Standing>,
}

/// The lens at every depth of one position: the `count` most probable tokens, and how the tokens
/// `asked` for stand.
pub fn depths(
    reading: &Reading,
    parameters: &Parameters<f32>,
    threads: &Threads,
    position: usize,
    count: usize,
    asked: &[u32],
) -> Vec<Depth> {
    let logits = logits_by_depth(reading, parameters, threads, position..position + 1);
    let depth = |row: &[f32]| {
        let standings =
            |tokens: &[u32]| tokens.iter().map(|&token| Standing::of(row, token)).collect();
        Depth { top: standings(&top_tokens(row, count)), asked: standings(asked) }
    };
    logits.chunks_exact(parameters.config.vocabulary).map(depth).collect()
}

/// All depths of some positions.
fn look(
    reading: &Reading,
    parameters: &Parameters<f32>,
    threads: &Threads,
    positions: Range<usize>,
) -> Vec<Row> {
    let config = &parameters.config;
    let depths = config.layers + 1;
    let mut rows = vec![Row::default(); positions.len()];
    let logits = logits_by_depth(reading, parameters, threads, positions);
    threads.for_each(&mut rows, |at, row| {
        let logits = &logits[at * depths * config.vocabulary..][..depths * config.vocabulary];
        *row = Row::of(&logits.chunks_exact(config.vocabulary).collect::<Vec<_>>());
    });
    rows
}

impl Row {
    /// What the logits of each depth say.
    fn of(logits: &[&[f32]]) -> Self {
        let sums: Vec<f64> = logits.iter().map(|row| log_sum_exp(row)).collect();
        let probability = |depth: usize, token: u32| {
            (f64::from(logits[depth][token as usize]) - sums[depth]).exp() as f32
        };
        let best = |depth: usize| {
            let token = top_tokens(logits[depth], 1)[0];
            Guess { token, probability: probability(depth, token) }
        };
        let depths = 0..logits.len();
        let follow = |token| (token, depths.clone().map(|d| probability(d, token)).collect());
        let prediction = top_tokens(logits[logits.len() - 1], FOLLOWED);
        let followed = prediction.into_iter().map(follow).collect();
        Self { guesses: depths.clone().map(best).collect(), followed }
    }
}

/// The tokens with the highest logits, highest first, ties by id; made for a few.
pub fn top_tokens(logits: &[f32], count: usize) -> Vec<u32> {
    let count = count.min(logits.len());
    let mut best: Vec<u32> = Vec::with_capacity(count + 1);
    // Nearly every token fails at its one comparison with the last of the best.
    let mut last = f32::NEG_INFINITY;
    for (&logit, token) in logits.iter().zip(0..) {
        if best.len() == count && (logit <= last || count == 0) {
            continue;
        }
        let place = best.partition_point(|&held| logits[held as usize] >= logit);
        best.insert(place, token);
        best.truncate(count);
        last = best.last().map_or(last, |&held| logits[held as usize]);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_come_first_and_equals_by_their_id() {
        let logits: Vec<f32> = (0..500_u32).map(|i| ((i * 7919) % 97) as f32 - 40.0).collect();
        let mut sorted: Vec<u32> = (0..500).collect();
        sorted.sort_by(|a, b| logits[*b as usize].total_cmp(&logits[*a as usize]));
        for count in [0, 1, 2, 9, 499, 500, 600] {
            assert_eq!(top_tokens(&logits, count), sorted[..count.min(500)], "{count}");
        }
        assert_eq!(top_tokens(&[f32::NEG_INFINITY; 3], 2), [0, 1]);
    }
}
