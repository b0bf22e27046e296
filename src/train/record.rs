//! One step with all that happened in it, copied from where it happened.

use super::trainer::StepReport;
use crate::nn::batch::{Factors, Spot, Trace};
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
    /// The loss of the same batch with the new weights, without dropout.
    pub loss_after: f64,
    /// The share of all weights that are not what they were before.
    pub moved: f64,
    /// What the gradients are sums of.
    pub trace: Trace<f32>,
}

/// What one place of the batch adds to a weight's gradient: what went in times the gradient of what
/// came out. Where nothing is multiplied (a bias, a row that is looked up), what went in is 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    /// The sequence of the batch, the position there, and its token.
    pub place: Spot,
    pub input: f32,
    pub output: f32,
}

impl Term {
    pub fn product(&self) -> f64 {
        f64::from(self.input) * f64::from(self.output)
    }
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

    /// What a weight's gradient is the sum of, the largest first; None for those of norms, whose gradient
    /// is summed within the norm.
    pub fn terms(&self, index: usize) -> Option<Vec<Term>> {
        let tensor = self.tensors.iter().position(|(range, _)| range.contains(&index))?;
        let spec = self.specs.get(tensor)?;
        let at = index - self.tensors[tensor].0.start;
        let columns = *spec.shape.last()?;
        let (row, column) = (at / columns, at % columns);
        let mut terms = match spec.name.as_str() {
            "wpe.weight" => self.looked_up(column, columns, |(_, position, _)| position == row),
            "wte.weight" => {
                let mut terms = self.products(&spec.name, (row, column)).unwrap_or_default();
                let of_token = |(_, _, token)| token as usize == row;
                terms.extend(self.looked_up(column, columns, of_token));
                terms
            }
            name => match name.strip_suffix(".bias") {
                Some(layer) => self.of_bias(&format!("{layer}.weight"), column, columns)?,
                None => self.products(name, (row, column))?,
            },
        };
        terms.sort_by(|a, b| b.product().abs().total_cmp(&a.product().abs()));
        Some(terms)
    }

    /// x[input]·dy[output] at every place.
    fn products(&self, name: &str, (input, output): (usize, usize)) -> Option<Vec<Term>> {
        let Factors { x, dy } = self.trace.matrices.get(name)?;
        let places = self.trace.places.iter();
        let rows = x.chunks(x.len() / places.len()).zip(dy.chunks(dy.len() / places.len()));
        let terms = places.zip(rows).map(|(place, (x, dy))| {
            Some(Term { place: *place, input: *x.get(input)?, output: *dy.get(output)? })
        });
        terms.collect()
    }

    fn of_bias(&self, matrix: &str, output: usize, outputs: usize) -> Option<Vec<Term>> {
        let dy = self.trace.matrices.get(matrix)?.dy.chunks(outputs);
        let term = |(place, dy): (&Spot, &[f32])| {
            Some(Term { place: *place, input: 1.0, output: *dy.get(output)? })
        };
        self.trace.places.iter().zip(dy).map(term).collect()
    }

    /// Rows of the embedding that were looked up at these places.
    fn looked_up(&self, column: usize, width: usize, is_there: impl Fn(Spot) -> bool) -> Vec<Term> {
        let rows = self.trace.places.iter().zip(self.trace.embedded.chunks(width));
        let there = rows.filter(|(place, _)| is_there(**place));
        there.map(|(place, d)| Term { place: *place, input: 1.0, output: d[column] }).collect()
    }

    /// The gradient of one weight before clipping, by its tensor's name; a vector has one row.
    pub fn gradient_at(&self, tensor: &str, row: usize, column: usize) -> Option<f32> {
        let which = self.specs.iter().position(|spec| spec.name == tensor)?;
        let (rows, columns) = match *self.specs[which].shape.as_slice() {
            [rows, columns] => (rows, columns),
            [columns] => (1, columns),
            _ => return None,
        };
        let (range, _) = self.tensors.get(which)?;
        let is_there = row < rows && column < columns;
        is_there.then(|| self.gradients[range.start + row * columns + column])
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

/// The share of weights that are not the same, bit by bit.
pub fn share_moved(now: &[f32], before: &[f32]) -> f64 {
    let moved = now.iter().zip(before).filter(|(now, before)| now.to_bits() != before.to_bits());
    moved.count() as f64 / before.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::Term;
    use crate::nn::batch::loss;
    use crate::nn::{BatchWorkspace, Parameters};
    use crate::tensor::Threads;
    use crate::train::{Corpus, Counted, Examples, Plan, Preset, Trainer, Tuning};

    fn trainer() -> Trainer {
        trainer_of(4)
    }

    /// One that reads so many sequences a step.
    fn trainer_of(batch: usize) -> Trainer {
        let text = "the cat sat on the mat and the dog sat on the log. ".repeat(20);
        let tokenizer = crate::text::Tokenizer::learn_characters(&text, false);
        let mut preset = Preset::shipped("nano-cpu").expect("shipped").expect("reads");
        (preset.model.layers, preset.model.width, preset.model.heads) = (2, 16, 2);
        preset.learning.batch = batch;
        let config = preset.config(tokenizer.vocabulary_size());
        let corpus = Corpus::Text(text);
        let examples =
            Examples::new(&corpus, &tokenizer, config.context, Counted::All, 1).expect("enough");
        let plan = Plan { learning: preset.learning, tuning: Tuning::Full, seed: 1 };
        let parameters = Parameters::random(&config, 1);
        Trainer::new(plan, parameters, examples, Vec::new(), Threads::new(2))
    }

    #[test]
    fn the_loss_after_is_that_of_the_same_texts_with_the_new_weights() {
        let mut trainer = trainer_of(1);
        for step in 0..3 {
            let (report, record) = trainer.step_recorded().expect("a step");
            let (threads, parameters) = (Threads::serial(), trainer.parameters());
            let mut workspace = BatchWorkspace::new(&parameters.config);
            workspace.prepare(&threads, parameters);
            let batch = [record.sequence.clone()];
            let again = loss(&threads, &mut workspace, parameters, &batch).mean;
            assert!((record.loss_after - again).abs() < 1e-6, "{} and {again}", record.loss_after);
            assert!(step == 0 || record.loss_after < report.train_loss, "step {step}");
        }
    }

    #[test]
    fn a_gradient_is_the_sum_of_its_terms() {
        let mut trainer = trainer_of(3);
        trainer.step_recorded().expect("a step");
        let (_, record) = trainer.step_recorded().expect("a step");
        let mut summed = 0;
        for (spec, (range, _)) in record.specs.iter().zip(&record.tensors) {
            for index in range.clone().step_by(7) {
                let Some(terms) = record.terms(index) else {
                    assert!(spec.name.contains("ln_"), "{}", spec.name);
                    continue;
                };
                let sum: f64 = terms.iter().map(Term::product).sum();
                let gradient = f64::from(record.gradients[index]);
                let size: f64 = terms.iter().map(|term| term.product().abs()).sum();
                assert!(
                    (sum - gradient).abs() <= 1e-6 * size + 1e-12,
                    "{}: {sum} {gradient}",
                    spec.name
                );
                summed += 1;
            }
        }
        assert!(summed > 500);
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
            assert!(record.moved > 0.9, "{}", record.moved);
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
