//! One step with all that happened in it, copied from where it happened.

use super::trainer::StepReport;
use crate::nn::{Sequence, Spec, UpdateConstants};
use std::ops::Range;

/// A training step. Weights are numbered as in `Parameters::values`.
#[derive(Debug, Clone)]
pub struct StepRecord {
    pub report: StepReport,
    /// The first sequence of the batch, and the loss of each of its positions in nats.
    pub sequence: Sequence,
    pub losses: Vec<f32>,
    /// How long the gradient of the residual stream was, `[depth][position]`; depth 0 is before the
    /// first block, the last one after the last block.
    pub stream_lengths: Vec<Vec<f64>>,
    /// What the gradients were multiplied by, so that all of them together are no longer than the clip.
    pub scale: f64,
    pub constants: UpdateConstants<f32>,
    /// What decay leaves of a matrix's weight.
    pub kept_share: f32,
    /// The model's tensors, and of each its place in the weights and whether it decays.
    pub specs: Vec<Spec>,
    pub tensors: Vec<(Range<usize>, bool)>,
    /// Before clipping.
    pub gradients: Vec<f32>,
    pub before: WeightsAt,
    pub after: WeightsAt,
}

/// All weights at one moment, with the optimizer's two means.
#[derive(Debug, Clone)]
pub struct WeightsAt {
    pub values: Vec<f32>,
    pub mean: Vec<f32>,
    pub square: Vec<f32>,
}

/// The update of one weight, line by line as the optimizer computes it. Every number is the engine's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightUpdate {
    pub gradient: f32,
    /// What the gradient is multiplied by.
    pub scale: f32,
    pub mean: [f32; 2],
    pub square: [f32; 2],
    /// What decay leaves of it.
    pub keep: f32,
    /// Before and after.
    pub value: [f32; 2],
}

impl StepRecord {
    /// The update of one weight.
    pub fn weight(&self, index: usize) -> Option<WeightUpdate> {
        let (_, decays) = self.tensors.iter().find(|(range, _)| range.contains(&index))?;
        let pair = |of: fn(&WeightsAt) -> &Vec<f32>| {
            Some([*of(&self.before).get(index)?, *of(&self.after).get(index)?])
        };
        Some(WeightUpdate {
            gradient: *self.gradients.get(index)?,
            scale: self.constants.gradient_scale,
            mean: pair(|at| &at.mean)?,
            square: pair(|at| &at.square)?,
            keep: if *decays { self.kept_share } else { 1.0 },
            value: pair(|at| &at.values)?,
        })
    }

    /// The length of each tensor's gradient, in the order of [`StepRecord::specs`].
    pub fn tensor_lengths(&self) -> Vec<f64> {
        let length = |range: &Range<usize>| {
            let squares = self.gradients[range.clone()].iter().map(|g| f64::from(*g).powi(2));
            squares.sum::<f64>().sqrt()
        };
        self.tensors.iter().map(|(range, _)| length(range)).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::nn::Parameters;
    use crate::tensor::Threads;
    use crate::train::{Corpus, Counted, Examples, Plan, Preset, Trainer, Tuning};

    fn trainer() -> Trainer {
        let text = "the cat sat on the mat and the dog sat on the log. ".repeat(20);
        let tokenizer = crate::text::Tokenizer::learn_characters(&text, false);
        let mut preset = Preset::shipped("nano-cpu").expect("shipped").expect("reads");
        (preset.model.layers, preset.model.width, preset.model.heads) = (2, 16, 2);
        let config = preset.config(tokenizer.vocabulary_size());
        let corpus = Corpus::Text(text);
        let examples =
            Examples::new(&corpus, &tokenizer, config.context, Counted::All, 1).expect("enough");
        let plan = Plan { learning: preset.learning, tuning: Tuning::Full, seed: 1 };
        let parameters = Parameters::random(&config, 1);
        Trainer::new(plan, parameters, examples, Vec::new(), Threads::new(2))
    }

    #[test]
    fn a_recorded_step_is_the_same_step_and_every_weight_follows_from_its_numbers() {
        let (mut plain, mut recorded) = (trainer(), trainer());
        for step in 0..4 {
            let (report, record) = recorded.step_recorded().expect("a step");
            assert_eq!(plain.step().expect("a step"), report);
            assert_eq!(plain.parameters().values, recorded.parameters().values, "{step}");
            let c = record.constants;
            for index in 0..record.gradients.len() {
                let weight = record.weight(index).expect("a weight");
                let g = weight.gradient * weight.scale;
                let mean = weight.mean[0] + (1.0 - c.beta1) * (g - weight.mean[0]);
                let square = c.beta2 * weight.square[0] + (1.0 - c.beta2) * g * g;
                let value = weight.value[0] * weight.keep
                    - c.step * mean / (square.sqrt() * c.root + c.epsilon);
                let ours = [mean, square, value].map(f32::to_bits);
                let engine = [weight.mean[1], weight.square[1], weight.value[1]].map(f32::to_bits);
                assert_eq!(ours, engine, "weight {index} of step {step}");
                assert_eq!(weight.value[1], recorded.parameters().values[index]);
            }
            assert_eq!(record.stream_lengths.len(), 3);
            assert_eq!(record.stream_lengths[0].len(), record.sequence.tokens.len());
            assert!(record.stream_lengths.iter().flatten().all(|length| *length > 0.0));
            let of_batch = report.train_loss;
            let mean = record.losses.iter().map(|l| f64::from(*l)).sum::<f64>()
                / record.losses.len() as f64;
            assert!((mean - of_batch).abs() < 1.0, "{mean} of one sequence, {of_batch} of all");
            let all: f64 = record.tensor_lengths().iter().map(|length| length * length).sum();
            assert!((all.sqrt() - report.grad_norm).abs() < 1e-4 * report.grad_norm);
        }
    }
}
