//! Neurons of the MLPs: on which tokens of a text they fire, and which tokens they then speak for.

use super::top_tokens;
use crate::nn::{Name, Parameters, Tap, View};

/// A place where a neuron was active.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Firing {
    /// The text, by its place among those that were read, and the position in it.
    pub text: usize,
    pub position: usize,
    /// The neuron's number after GELU.
    pub value: f32,
}

/// Of every neuron the places where it was most active.
#[derive(Debug, Clone)]
pub struct Firings {
    /// Places that are kept for each neuron.
    most: usize,
    inner: usize,
    /// `[block · inner + neuron]`, each the most active first.
    neurons: Vec<Vec<Firing>>,
    /// The sum over all tokens of each neuron, and how many tokens there were.
    sums: Vec<f64>,
    tokens: usize,
}

impl Firings {
    /// Nothing has been read yet; `most` places will be kept for each neuron.
    pub fn new(layers: usize, inner: usize, most: usize) -> Self {
        let neurons = vec![Vec::with_capacity(most + 1); layers * inner];
        Self { most, inner, sums: vec![0.0; neurons.len()], neurons, tokens: 0 }
    }

    /// Where a neuron was most active.
    pub fn of(&self, block: usize, neuron: usize) -> &[Firing] {
        self.neurons.get(block * self.inner + neuron).map_or(&[], Vec::as_slice)
    }

    /// The mean over all tokens.
    pub fn mean(&self, block: usize, neuron: usize) -> f64 {
        self.sums
            .get(block * self.inner + neuron)
            .map_or(0.0, |sum| sum / self.tokens.max(1) as f64)
    }

    /// How many tokens were read.
    pub fn tokens(&self) -> usize {
        self.tokens
    }

    /// The neurons of a block, those that rise highest above their mean first.
    pub fn most_excitable(&self, block: usize, count: usize) -> Vec<usize> {
        let above = |neuron: usize| {
            let most = self.of(block, neuron).first().map_or(0.0, |firing| f64::from(firing.value));
            most - self.mean(block, neuron)
        };
        let mut order: Vec<usize> = (0..self.inner).collect();
        order.sort_by(|a, b| above(*b).total_cmp(&above(*a)).then(a.cmp(b)));
        order.truncate(count);
        order
    }

    fn meet(&mut self, at: usize, firing: Firing) {
        let found = &mut self.neurons[at];
        self.sums[at] += f64::from(firing.value);
        let least = found.last().map_or(f32::NEG_INFINITY, |last| last.value);
        if found.len() < self.most || firing.value > least {
            let place = found.partition_point(|other| other.value >= firing.value);
            found.insert(place, firing);
            found.truncate(self.most);
        }
    }
}

/// A tap that notes the neurons of one text.
pub struct Watch<'a> {
    pub firings: &'a mut Firings,
    /// The text that is being read.
    pub text: usize,
}

impl Tap<f32> for Watch<'_> {
    fn visit(&mut self, name: Name, mut view: View<'_, f32>) {
        let Name::MlpPost(block) = name else { return };
        let (text, first) = (self.text, block * self.firings.inner);
        let mut rows = 0;
        for (position, row) in view.rows_mut().enumerate() {
            rows += 1;
            for (neuron, &value) in row.iter().enumerate() {
                self.firings.meet(first + neuron, Firing { text, position, value });
            }
        }
        if block == 0 {
            self.firings.tokens += rows;
        }
    }
}

/// The tokens whose scores a neuron raises most when it fires, and those it lowers most, each with
/// what one unit of it adds to the logit, the last norm's scale left out.
pub fn speaks_for(
    parameters: &Parameters<f32>,
    (block, neuron): (usize, usize),
    count: usize,
) -> [Vec<(u32, f32)>; 2] {
    let view = parameters.view();
    let width = parameters.config.width;
    let rows = neuron * width..(neuron + 1) * width;
    let Some(write) = view.blocks.get(block).and_then(|block| block.down.weight.get(rows)) else {
        return [Vec::new(), Vec::new()];
    };
    let mean = write.iter().sum::<f32>() / width as f32;
    let direction: Vec<f32> =
        write.iter().zip(view.ln_f.gain).map(|(x, gain)| (x - mean) * gain).collect();
    let output = view.lm_head.unwrap_or(view.wte);
    let scores: Vec<f32> =
        output.chunks_exact(width).map(|row| crate::tensor::dot(row, &direction)).collect();
    let raised = top_tokens(&scores, count);
    let lowered: Vec<f32> = scores.iter().map(|x| -x).collect();
    let lowered = top_tokens(&lowered, count);
    [raised, lowered]
        .map(|tokens| tokens.into_iter().map(|token| (token, scores[token as usize])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpret::{Candidates, Component, Direction, Reading, attribution};
    use crate::nn::{Config, Recording, model};
    use crate::tensor::Threads;

    #[test]
    fn the_most_active_places_are_found_and_what_a_neuron_speaks_for_is_its_attribution() {
        let config = Config::gpt2(2, 2, 12, 16, 19);
        let mut parameters = Parameters::<f32>::random(&config, 4);
        parameters.values.iter_mut().for_each(|x| *x *= 8.0);
        let texts: [Vec<u32>; 3] = [vec![1, 2, 3, 4], vec![9, 8, 7], vec![5, 5, 11, 12, 13]];
        let mut firings = Firings::new(2, 48, 3);
        let mut all = Vec::new();
        for (text, ids) in texts.iter().enumerate() {
            let mut watch = Watch { firings: &mut firings, text };
            model::read(&Threads::serial(), &parameters, ids, &mut watch);
            let mut tap = Recording::new(|_| true);
            let (_, logits) = model::read(&Threads::serial(), &parameters, ids, &mut tap);
            all.push(Reading::new(ids.clone(), config.clone(), tap.activations, logits));
        }
        assert_eq!(firings.tokens(), 12);
        for (block, neuron) in [(0, 0), (1, 47), (1, 20)] {
            let mut values: Vec<f32> = all
                .iter()
                .flat_map(|reading| {
                    (0..reading.positions()).map(|at| reading.row(Name::MlpPost(block), at)[neuron])
                })
                .collect();
            let mean = values.iter().map(|x| f64::from(*x)).sum::<f64>() / 12.0;
            values.sort_by(|a, b| b.total_cmp(a));
            let found: Vec<f32> =
                firings.of(block, neuron).iter().map(|firing| firing.value).collect();
            assert_eq!(found, values[..3]);
            assert!((firings.mean(block, neuron) - mean).abs() < 1e-6);
        }
        let [raised, _] = speaks_for(&parameters, (1, 20), 2);
        let reading = &all[0];
        let candidates = Candidates { token: raised[0].0, rival: Some(raised[1].0) };
        let direction = Direction::of(&parameters, candidates);
        let part = Component::Neuron { block: 1, neuron: 20 };
        let adds = attribution(reading, &parameters, 3, &direction, part);
        let active = f64::from(reading.row(Name::MlpPost(1), 3)[20]);
        let scale = f64::from(reading.row(Name::LnFinalScale, 3)[0]);
        let expected = active / scale * f64::from(raised[0].1 - raised[1].1);
        assert!((adds - expected).abs() < 1e-4, "{adds} {expected}");
    }
}
