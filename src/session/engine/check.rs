//! The self-check: what must hold if what is drawn is what ran, computed when somebody asks.

use super::Sight;
use crate::interpret::{Candidates, attribute, top_tokens};
use crate::nn::{BatchWorkspace, Inference, Name, Parameters, Sequence, batch};
use crate::tensor::{Threads, add};

/// Something that must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Every row of every head's attention adds up to 1.
    RowsSumToOne,
    /// Reading token by token, as a text is written, gives the numbers that are drawn.
    StepsEqualTheWhole,
    /// What the parts wrote adds up to the last stream.
    WritesAddUp,
    /// What attribution says of the parts adds up to the score.
    AttributionAddsUp,
    /// Gradients are what a small change of a weight does to the loss.
    GradientsAgree,
}

/// A rule and how well it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Checked {
    pub rule: Rule,
    /// How many numbers were looked at.
    pub count: usize,
    /// The largest deviation, and the most that is right.
    pub worst: f64,
    pub limit: f64,
}

impl Checked {
    /// Whether it holds.
    pub fn holds(&self) -> bool {
        self.worst <= self.limit
    }
}

/// Models with more parameters are too large to be run in double precision while somebody waits.
const LARGEST_FOR_GRADIENTS: usize = 30_000_000;
/// Tokens on which gradients are looked at.
const TOKENS_FOR_GRADIENTS: usize = 32;

/// Checks a text that was read.
pub(super) fn check(sight: &Sight, threads: &Threads) -> Vec<Checked> {
    let mut all = vec![rows(sight), steps(sight, threads), writes(sight), attribution(sight)];
    all.extend(gradients(sight, threads));
    all
}

/// A number that is no number is as wrong as can be.
fn worse(worst: f64, deviation: f64) -> f64 {
    if deviation.is_nan() { f64::INFINITY } else { worst.max(deviation) }
}

fn rows(sight: &Sight) -> Checked {
    let reading = &sight.reading;
    let (mut worst, mut count) = (0.0, 0);
    for block in 0..reading.config.layers {
        for head in 0..reading.config.heads {
            for query in 0..reading.positions() {
                let weights = reading.weights(block, head, query);
                let sum: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
                (worst, count) = (worse(worst, (sum - 1.0).abs()), count + 1);
            }
        }
    }
    Checked { rule: Rule::RowsSumToOne, count, worst, limit: 1e-5 }
}

/// The two ways add up in the same order, so they must agree to the last bit.
fn steps(sight: &Sight, threads: &Threads) -> Checked {
    let reading = &sight.reading;
    let mut inference = Inference::new(&sight.model.model.parameters, threads.clone());
    let (mut worst, mut count) = (0.0, 0);
    for (position, token) in reading.ids.iter().enumerate() {
        let logits =
            if position == 0 { inference.start(&[*token]) } else { inference.extend(&[*token]) };
        let drawn = reading.logits(position);
        match logits {
            Ok(logits) if logits.len() == drawn.len() => {
                for (stepped, drawn) in logits.iter().zip(drawn) {
                    worst = worse(worst, f64::from((stepped - drawn).abs()));
                    count += 1;
                }
            }
            _ => worst = f64::INFINITY,
        }
    }
    Checked { rule: Rule::StepsEqualTheWhole, count, worst, limit: 0.0 }
}

fn writes(sight: &Sight) -> Checked {
    let reading = &sight.reading;
    let layers = reading.config.layers;
    let (mut worst, mut count) = (0.0, 0);
    for position in 0..reading.positions() {
        let mut sum = reading.row(Name::Embed, position).to_vec();
        add(&mut sum, reading.row(Name::PosEmbed, position));
        for block in 0..layers {
            add(&mut sum, reading.row(Name::AttnOut(block), position));
            add(&mut sum, reading.row(Name::MlpOut(block), position));
        }
        let last = reading.row(Name::ResidPost(layers - 1), position);
        for (sum, last) in sum.iter().zip(last) {
            worst = worse(worst, f64::from((sum - last).abs() / last.abs().max(1.0)));
            count += 1;
        }
    }
    Checked { rule: Rule::WritesAddUp, count, worst, limit: 1e-5 }
}

fn attribution(sight: &Sight) -> Checked {
    let reading = &sight.reading;
    let (mut worst, mut count) = (0.0, 0);
    for position in 0..reading.positions() {
        let logits = reading.logits(position);
        let Some(&token) = top_tokens(logits, 1).first() else { continue };
        let candidates = Candidates { token, rival: None };
        let parts = attribute(reading, &sight.model.model.parameters, position, candidates);
        let sum: f64 = parts.iter().map(|(_, value)| value).sum();
        let score = f64::from(candidates.score(logits));
        worst = worse(worst, (sum - score).abs() / score.abs().max(1.0));
        count += 1;
    }
    Checked { rule: Rule::AttributionAddsUp, count, worst, limit: 1e-4 }
}

/// Of every kind of matrix the weight with the largest gradient, against central differences of the
/// loss, all in double precision.
fn gradients(sight: &Sight, threads: &Threads) -> Option<Checked> {
    let parameters = &sight.model.model.parameters;
    let tokens: Vec<u32> = sight.reading.ids.iter().copied().take(TOKENS_FOR_GRADIENTS).collect();
    if parameters.config.parameter_count() > LARGEST_FOR_GRADIENTS || tokens.len() < 2 {
        return None;
    }
    let mut parameters: Parameters<f64> = parameters.cast();
    let config = parameters.config.clone();
    let targets = tokens.iter().skip(1).map(|token| Some(*token)).chain([None]).collect();
    let counted = tokens.len() - 1;
    let text = [Sequence { tokens, targets, dropout_seed: 0 }];
    let mut workspace = BatchWorkspace::new(&config);
    workspace.prepare(threads, &parameters);
    let mut found = Parameters::zeros(&config);
    let weighed = (1.0 / counted as f64, 0.0);
    workspace.loss_and_gradients(threads, &parameters, &mut found, &text, weighed, false);
    let (mut worst, mut count) = (0.0, 0);
    for place in telling_weights(&found) {
        let step = 1e-5;
        let mut loss_at = |by: f64| {
            let before = parameters.values[place];
            parameters.values[place] = before + by;
            workspace.prepare(threads, &parameters);
            let loss = batch::loss(threads, &mut workspace, &parameters, &text).mean;
            parameters.values[place] = before;
            loss
        };
        let difference = (loss_at(step) - loss_at(-step)) / (2.0 * step);
        let gradient = found.values[place];
        worst = worse(worst, (difference - gradient).abs() / gradient.abs().max(1e-3));
        count += 1;
    }
    Some(Checked { rule: Rule::GradientsAgree, count, worst, limit: 1e-5 })
}

/// The place of the largest gradient of each tensor of the first block, and of the embedding.
fn telling_weights(gradients: &Parameters<f64>) -> Vec<usize> {
    let wanted = |name: &str| name.starts_with("h.0.") || name == "wte.weight";
    let specs = gradients.specs().into_iter().zip(gradients.ranges());
    specs
        .filter(|(spec, _)| spec.is_matrix() && wanted(&spec.name))
        .filter_map(|(_, range)| {
            range.max_by(|a, b| gradients.values[*a].abs().total_cmp(&gradients.values[*b].abs()))
        })
        .collect()
}
