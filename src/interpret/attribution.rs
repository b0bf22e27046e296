//! Direct logit attribution: how much each part's writing adds to a logit.
//!
//! The last stream is a sum of what the parts wrote, and the last norm is linear once its scale is
//! given. So the logit is a sum too, with one term for each part (Elhage et al. 2021). What a part
//! does through later parts is not in its term: for that it must be switched off.

use super::cause::Component;
use super::{Change, Reading};
use crate::nn::{Name, Parameters};

/// What is asked about: a token that could come next, perhaps against a rival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Candidates {
    pub token: u32,
    pub rival: Option<u32>,
}

impl Candidates {
    /// The token's logit, minus the rival's.
    pub fn score(&self, logits: &[f32]) -> f32 {
        let of = |token: u32| logits.get(token as usize).copied().unwrap_or(f32::NAN);
        of(self.token) - self.rival.map_or(0.0, of)
    }
}

/// The direction of the stream, before the last norm's scale, along which a score grows.
#[derive(Debug, Clone)]
pub struct Direction {
    /// `[width]`; its sum is 0, so that taking the stream's mean away is part of it.
    along: Vec<f64>,
    /// What the last norm's shift adds to the score.
    shift: f64,
}

impl Direction {
    /// The direction of a candidate's logit, or of its lead over a rival.
    pub fn of(parameters: &Parameters<f32>, candidates: Candidates) -> Self {
        let view = parameters.view();
        let width = parameters.config.width;
        let output = view.lm_head.unwrap_or(view.wte);
        let row = |token: u32| output.get(token as usize * width..(token as usize + 1) * width);
        let mut unembedded: Vec<f64> =
            row(candidates.token).unwrap_or(&[]).iter().map(|x| f64::from(*x)).collect();
        unembedded.resize(width, 0.0);
        if let Some(rival) = candidates.rival.and_then(row) {
            unembedded.iter_mut().zip(rival).for_each(|(x, rival)| *x -= f64::from(*rival));
        }
        let with = |norm: &[f32]| -> Vec<f64> {
            unembedded.iter().zip(norm).map(|(x, norm)| x * f64::from(*norm)).collect()
        };
        let mut along = with(view.ln_f.gain);
        let mean = along.iter().sum::<f64>() / width as f64;
        along.iter_mut().for_each(|x| *x -= mean);
        Self { along, shift: with(view.ln_f.bias).iter().sum() }
    }

    /// How far a write `[width]` goes along the direction.
    fn measure(&self, write: &[f32]) -> f64 {
        write.iter().zip(&self.along).map(|(x, a)| f64::from(*x) * a).sum()
    }

    /// How far numbers go that a matrix `[numbers, width]` brings to the stream.
    fn measure_through(&self, numbers: &[f32], matrix: &[f32]) -> f64 {
        let rows = matrix.chunks_exact(self.along.len());
        numbers.iter().zip(rows).map(|(x, row)| f64::from(*x) * self.measure(row)).sum()
    }
}

/// The terms of which a row's score is the sum: tokens and positions, each head and MLP, the biases.
pub fn attribute(
    reading: &Reading,
    parameters: &Parameters<f32>,
    position: usize,
    candidates: Candidates,
) -> Vec<(Component, f64)> {
    let config = &reading.config;
    let mut parts = vec![Component::Tokens, Component::Positions];
    for block in 0..config.layers {
        parts.extend((0..config.heads).map(|head| Component::Head { block, head }));
        parts.extend([Component::AttentionBias(block), Component::Mlp(block)]);
    }
    parts.push(Component::LastBias);
    let direction = Direction::of(parameters, candidates);
    let of = |part| attribution(reading, parameters, position, &direction, part);
    parts.into_iter().map(|part| (part, of(part))).collect()
}

/// The term of one part.
pub fn attribution(
    reading: &Reading,
    parameters: &Parameters<f32>,
    position: usize,
    direction: &Direction,
    part: Component,
) -> f64 {
    let view = parameters.view();
    let scale = reading.row(Name::LnFinalScale, position).first().copied().unwrap_or(1.0);
    let row = |name| direction.measure(reading.row(name, position));
    let width = reading.config.width;
    let along = match part {
        Component::Tokens => row(Name::Embed),
        Component::Positions => row(Name::PosEmbed),
        Component::Head { block, head } => {
            let head_width = reading.config.head_width();
            let rows = head * head_width * width..(head + 1) * head_width * width;
            let matrix = view.blocks.get(block).and_then(|block| block.output.weight.get(rows));
            let z = reading.head_row(Name::Z(block), position, head);
            direction.measure_through(z, matrix.unwrap_or(&[]))
        }
        Component::AttentionBias(block) => {
            view.blocks.get(block).map_or(0.0, |block| direction.measure(block.output.bias))
        }
        Component::Mlp(block) => row(Name::MlpOut(block)),
        Component::Neuron { block, neuron } => {
            let active = reading.row(Name::MlpPost(block), position).get(neuron).copied();
            let out = view.blocks.get(block);
            let out = out.and_then(|b| b.down.weight.get(neuron * width..(neuron + 1) * width));
            direction.measure_through(&[active.unwrap_or(0.0)], out.unwrap_or(&[]))
        }
        Component::Block(block) => row(Name::AttnOut(block)) + row(Name::MlpOut(block)),
        Component::LastBias => return direction.shift,
    };
    along / f64::from(scale)
}

/// What a change should do to a score by attribution alone: the change of what is written directly,
/// with the last norm's scale held. None for a change of something that is not written.
pub fn predicted(
    reading: &Reading,
    parameters: &Parameters<f32>,
    position: usize,
    candidates: Candidates,
    changes: &[Change],
) -> Option<f64> {
    let direction = Direction::of(parameters, candidates);
    let scale = f64::from(*reading.row(Name::LnFinalScale, position).first()?);
    let of = |change: &Change| match change {
        Change::Scale { part, .. } if is_inside_another(*part, changes) => Some(0.0),
        Change::Scale { part, by } => {
            let now = attribution(reading, parameters, position, &direction, *part);
            Some((f64::from(*by) - 1.0) * now)
        }
        // Another row reaches this one only through attention, which is not direct.
        Change::Patch(patch) if patch.row != position => Some(0.0),
        Change::Patch(patch) => match patch.name {
            Name::Embed
            | Name::PosEmbed
            | Name::AttnOut(_)
            | Name::MlpOut(_)
            | Name::ResidPre(_)
            | Name::ResidMid(_)
            | Name::ResidPost(_) => {
                let before = direction.measure(reading.row(patch.name, position));
                Some((direction.measure(&patch.values) - before) / scale)
            }
            _ => None,
        },
    };
    changes.iter().map(of).sum()
}

/// Whether a part belongs to a larger one that is switched off as well.
fn is_inside_another(part: Component, changes: &[Change]) -> bool {
    let is_off = |whole: Component| changes.contains(&Change::Scale { part: whole, by: 0.0 });
    match part {
        Component::Head { block, .. } | Component::Mlp(block) => is_off(Component::Block(block)),
        Component::Neuron { block, .. } => {
            is_off(Component::Mlp(block)) || is_off(Component::Block(block))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpret::Intervention;
    use crate::nn::{Config, Recording, model};
    use crate::tensor::Threads;

    fn read(parameters: &Parameters<f32>, ids: &[u32], changes: &[Change]) -> Reading {
        let mut tap = Intervention::new(changes, Recording::new(|_| true));
        let logits = model::read(&Threads::serial(), parameters, ids, &mut tap).1;
        let recorded = tap.then.activations;
        Reading::new(ids.to_vec(), parameters.config.clone(), recorded, logits)
    }

    fn model(tied: bool) -> Parameters<f32> {
        let config = Config { tied, ..Config::gpt2(3, 2, 16, 12, 23) };
        let mut parameters = Parameters::<f32>::random(&config, 9);
        parameters
            .values
            .iter_mut()
            .enumerate()
            .for_each(|(i, x)| *x = *x * 9.0 + (i as f32).sin() * 0.1);
        parameters
    }

    #[test]
    fn the_terms_add_up_to_the_logit_and_to_the_lead_over_a_rival() {
        for tied in [true, false] {
            let parameters = model(tied);
            let reading = read(&parameters, &[3, 1, 4, 1, 5, 9, 2], &[]);
            for (position, token, rival) in [(6, 7, None), (6, 7, Some(11)), (0, 22, Some(0))] {
                let candidates = Candidates { token, rival };
                let sum: f64 = attribute(&reading, &parameters, position, candidates)
                    .iter()
                    .map(|(_, x)| x)
                    .sum();
                let score = f64::from(candidates.score(reading.logits(position)));
                assert!((sum - score).abs() < 1e-4 * score.abs().max(1.0), "{sum} {score}");
            }
        }
    }

    #[test]
    fn neurons_and_the_bias_add_up_to_their_mlp() {
        let parameters = model(true);
        let reading = read(&parameters, &[3, 1, 4, 1, 5], &[]);
        let direction = Direction::of(&parameters, Candidates { token: 2, rival: Some(8) });
        let of = |part| attribution(&reading, &parameters, 4, &direction, part);
        let neurons: f64 = (0..64).map(|neuron| of(Component::Neuron { block: 1, neuron })).sum();
        let scale = f64::from(reading.row(Name::LnFinalScale, 4)[0]);
        let bias = direction.measure(parameters.view().blocks[1].down.bias) / scale;
        assert!((neurons + bias - of(Component::Mlp(1))).abs() < 1e-4);
        let heads: f64 = (0..2).map(|head| of(Component::Head { block: 1, head })).sum();
        let block = heads + of(Component::AttentionBias(1)) + of(Component::Mlp(1));
        assert!((block - of(Component::Block(1))).abs() < 1e-4);
    }

    #[test]
    fn what_the_last_part_does_directly_is_all_it_does_but_for_the_norm() {
        let parameters = model(true);
        let reading = read(&parameters, &[3, 1, 4, 1, 5], &[]);
        let candidates = Candidates { token: 2, rival: Some(8) };
        let changes = [Change::Scale { part: Component::Mlp(2), by: 0.999 }];
        let changed = read(&parameters, &[3, 1, 4, 1, 5], &changes);
        let predicted = predicted(&reading, &parameters, 4, candidates, &changes).expect("written");
        let scale = |reading: &Reading| f64::from(reading.row(Name::LnFinalScale, 4)[0]);
        let (before, after) =
            (candidates.score(reading.logits(4)), candidates.score(changed.logits(4)));
        // With the scale of the changed pass the prediction is exact.
        let shift = Direction::of(&parameters, candidates).shift;
        let expected =
            (f64::from(before) - shift + predicted) * scale(&reading) / scale(&changed) + shift;
        assert!((expected - f64::from(after)).abs() < 1e-4, "{expected} {after}");
    }
}
