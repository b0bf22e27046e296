//! The trainer: a machine that takes one step at a time.

use super::evaluate::Evaluation;
use super::examples::{Cursor, Examples};
use super::preset::Learning;
use super::record::{StepRecord, WeightsAt, share_moved};
use super::schedule::learning_rate;
use crate::nn::batch::loss;
use crate::nn::{
    AdamW, AdamWSettings, BatchWorkspace, Config, Lora, LoraTarget, Parameters, Sequence,
    gradient_norm, kept_share,
};
use crate::tensor::Threads;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Which numbers learn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Tuning {
    /// All parameters.
    Full,
    /// Added matrices of a low rank; the model's own weights rest.
    Lora { rank: usize, alpha: f64, targets: Vec<LoraTarget> },
}

/// All that a run depends on besides the weights it starts from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub learning: Learning,
    pub tuning: Tuning,
    pub seed: u64,
}

/// How far a run has come; with the numbers of [`Trainer::tensors`] it is the whole state of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Updates made.
    pub step: u64,
    pub cursor: Cursor,
    /// Tokens read.
    pub tokens: u64,
    /// Loss of the last step's batches, and the last validation loss.
    pub train_loss: Option<f64>,
    pub val_loss: Option<f64>,
}

/// What one step came to. Losses and gradient were measured before its update.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepReport {
    /// The step's number, counted from 0.
    pub step: u64,
    /// Mean loss of the counted tokens, in nats.
    pub train_loss: f64,
    /// The validation loss, on the steps that measure it.
    pub val_loss: Option<f64>,
    pub learning_rate: f64,
    /// Length of the gradient before clipping.
    pub grad_norm: f64,
    /// Tokens read in this step.
    pub tokens: usize,
}

/// Learns a model from examples, step by step.
pub struct Trainer {
    plan: Plan,
    threads: Threads,
    parameters: Parameters<f32>,
    gradients: Parameters<f32>,
    learner: Learner,
    workspace: BatchWorkspace<f32>,
    examples: Examples,
    validation: Vec<Sequence>,
    progress: Progress,
    judging: Judging,
}

/// How far the validation loss of the present step has come.
enum Judging {
    /// Nothing is measured yet.
    Not,
    Going(Box<Evaluation>),
    /// None if nothing was kept back to judge by.
    Done(Option<f64>),
}

/// What a gradient of that length is multiplied by, so that it is no longer than `clip`.
fn clip_scale(clip: f64, length: f64) -> f64 {
    if clip > 0.0 && length > clip { clip / (length + 1e-6) } else { 1.0 }
}

/// The numbers that learn, with their optimizer.
enum Learner {
    Full {
        optimizer: AdamW<f32>,
        tensors: Vec<(Range<usize>, bool)>,
    },
    Lora {
        base: Box<Parameters<f32>>,
        lora: Lora<f32>,
        optimizer: AdamW<f32>,
        tensors: Vec<(Range<usize>, bool)>,
    },
}

impl Trainer {
    /// A run that has not begun, from these weights.
    pub fn new(
        plan: Plan,
        parameters: Parameters<f32>,
        examples: Examples,
        validation: Vec<Sequence>,
        threads: Threads,
    ) -> Self {
        let config = parameters.config.clone();
        let learner = Learner::new(&plan, &parameters);
        Self {
            plan,
            threads,
            gradients: Parameters::zeros(&config),
            workspace: BatchWorkspace::new(&config),
            parameters,
            learner,
            examples,
            validation,
            progress: Progress::default(),
            judging: Judging::Not,
        }
    }

    /// The weights as they are now (with LoRA: merged).
    pub fn parameters(&self) -> &Parameters<f32> {
        &self.parameters
    }

    /// The gradients of the last step.
    pub fn gradients(&self) -> &Parameters<f32> {
        &self.gradients
    }

    /// What makes this run another than those with the same plan, as bytes: its examples, the
    /// model's sizes, and with LoRA the weights at rest.
    pub fn identity(&self) -> impl Iterator<Item = u8> {
        let base = match &self.learner {
            Learner::Full { .. } => &[],
            Learner::Lora { base, .. } => base.values.as_slice(),
        };
        let config = format!("{:?}", self.parameters.config).into_bytes();
        let weights = base.iter().flat_map(|weight| weight.to_le_bytes());
        config.into_iter().chain(self.examples.bytes()).chain(weights)
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub fn progress(&self) -> Progress {
        self.progress
    }

    pub fn config(&self) -> &Config {
        &self.parameters.config
    }

    /// What is learned from.
    pub fn examples(&self) -> &Examples {
        &self.examples
    }

    /// Whether all steps have been taken.
    pub fn is_done(&self) -> bool {
        self.progress.step >= self.plan.learning.steps
    }

    /// How many numbers learn.
    pub fn trained_parameters(&self) -> usize {
        match &self.learner {
            Learner::Full { .. } => self.parameters.values.len(),
            Learner::Lora { lora, .. } => lora.parameter_count(),
        }
    }

    /// Takes one step: batches, gradient, clipping, update.
    ///
    /// # Errors
    /// If training has diverged: the loss or the gradient is beyond all measure. The weights are
    /// then those before this step, which are no good.
    pub fn step(&mut self) -> Result<StepReport> {
        loop {
            if let Some(report) = self.advance()? {
                return Ok(report);
            }
        }
    }

    /// Takes a piece of a step: a part of the validation loss, where it is due, or all the rest.
    /// Nothing is told until the step is taken.
    ///
    /// # Errors
    /// As [`Trainer::step`].
    pub fn advance(&mut self) -> Result<Option<StepReport>> {
        let is_due = self.is_evaluated(self.progress.step);
        let is_judged = match &mut self.judging {
            Judging::Not if is_due => {
                let chosen = self.validation_sample(self.plan.learning.evaluate_tokens);
                let evaluation = Evaluation::new(&self.threads, &self.parameters, chosen);
                self.judging = Judging::Going(Box::new(evaluation));
                false
            }
            Judging::Going(evaluation) => {
                if let Some(loss) = evaluation.advance(&self.threads, &self.parameters) {
                    self.judging = Judging::Done((loss.tokens > 0).then_some(loss.mean));
                }
                false
            }
            Judging::Not | Judging::Done(_) => true,
        };
        if is_judged { self.learn().map(Some) } else { Ok(None) }
    }

    /// The validation loss of the weights as they are, if it has just been measured and no update
    /// has followed.
    pub fn judged(&self) -> Option<f64> {
        match self.judging {
            Judging::Done(loss) => loss,
            _ => None,
        }
    }

    /// Whether the validation loss of the weights as they are is due, and not measured yet.
    pub fn is_to_judge(&self) -> bool {
        let due = !self.is_done() && self.is_evaluated(self.progress.step);
        due && !matches!(self.judging, Judging::Done(_))
    }

    /// Learns from now on with other settings. The seed, the examples and the model stay.
    pub fn set_learning(&mut self, learning: Learning) {
        let Learning { beta1, beta2, weight_decay, .. } = learning;
        let (Learner::Full { optimizer, .. } | Learner::Lora { optimizer, .. }) = &mut self.learner;
        optimizer.settings = AdamWSettings { beta1, beta2, weight_decay, ..optimizer.settings };
        self.plan.learning = learning;
    }

    /// As [`Trainer::step`], with a record of all that happened in it. The step is the same to the bit.
    ///
    /// # Errors
    /// As [`Trainer::step`]; and if added matrices learn (LoRA), which are not recorded.
    pub fn step_recorded(&mut self) -> Result<(StepReport, StepRecord)> {
        while self.is_to_judge() {
            self.advance()?;
        }
        let Learning { batch, accumulation, clip, weight_decay, .. } = self.plan.learning;
        let before = self.weights()?;
        let mut cursor = self.progress.cursor;
        let batches: Vec<_> =
            (0..accumulation).map(|_| self.examples.take(batch, &mut cursor)).collect();
        let sequence = batches[0][0].clone();
        self.workspace.watch(true);
        let taken = self.learn();
        self.workspace.watch(false);
        let report = taken?;
        let trace = self.workspace.take_trace();
        let scale = clip_scale(clip, report.grad_norm);
        let Learner::Full { optimizer, tensors } = &self.learner else {
            return Err(only_full());
        };
        let record = StepRecord {
            report,
            losses: self.workspace.token_losses(0).to_vec(),
            stream_lengths: self.workspace.stream_lengths(0),
            sequence,
            scale,
            constants: optimizer.constants(scale as f32, report.learning_rate),
            kept_share: kept_share(true, report.learning_rate, weight_decay) as f32,
            specs: self.parameters.specs(),
            tensors: tensors.clone(),
            gradients: self.gradients.values.clone(),
            moved: share_moved(&self.parameters.values, &before.values),
            before,
            after: self.weights()?,
            loss_after: 0.0,
            trace,
        };
        let loss_after = self.loss_of(&batches);
        Ok((report, StepRecord { loss_after, ..record }))
    }

    /// The mean loss of batches with the weights as they are, in nats per token.
    fn loss_of(&mut self, batches: &[Vec<Sequence>]) -> f64 {
        self.workspace.prepare(&self.threads, &self.parameters);
        let (mut sum, mut tokens) = (0.0, 0);
        for batch in batches {
            let of_batch = loss(&self.threads, &mut self.workspace, &self.parameters, batch);
            sum += of_batch.mean * of_batch.tokens as f64;
            tokens += of_batch.tokens;
        }
        sum / tokens.max(1) as f64
    }

    fn weights(&self) -> Result<WeightsAt> {
        let Learner::Full { optimizer, .. } = &self.learner else { return Err(only_full()) };
        Ok(WeightsAt {
            values: self.parameters.values.clone(),
            mean: optimizer.mean.clone(),
            square: optimizer.square.clone(),
        })
    }

    fn learn(&mut self) -> Result<StepReport> {
        let Learning { batch, accumulation, clip, .. } = self.plan.learning;
        let step = self.progress.step;
        let val_loss = self.judged();
        let mut cursor = self.progress.cursor;
        let batches: Vec<_> =
            (0..accumulation).map(|_| self.examples.take(batch, &mut cursor)).collect();
        let (train_loss, tokens) = self.accumulate(&batches);
        let (optimized, grad_norm) = self.learner.gradients(&self.threads, &self.gradients);
        // Asked this way round, a loss that is no number (NaN) is hopeless too.
        let has_hope = train_loss <= self.hopeless_loss() && grad_norm.is_finite();
        if !has_hope {
            return Err(Error::failed(format!(
                "training has diverged: at step {step} the loss is {train_loss:.1} and the gradient's length \
                 {grad_norm:.1}; what was saved last is kept; try a lower learning rate, a longer warm-up or a \
                 smaller clip"
            )));
        }
        let scale = clip_scale(clip, grad_norm);
        let rate = learning_rate(&self.plan.learning, step);
        self.learner.update(&self.threads, &mut self.parameters, &optimized, scale as f32, rate);
        self.progress = Progress {
            step: step + 1,
            cursor,
            tokens: self.progress.tokens + tokens as u64,
            train_loss: Some(train_loss),
            val_loss: val_loss.or(self.progress.val_loss),
        };
        self.judging = Judging::Not;
        Ok(StepReport { step, train_loss, val_loss, learning_rate: rate, grad_norm, tokens })
    }

    /// Loss and gradient over several batches as if they were one; also the tokens read.
    fn accumulate(&mut self, batches: &[Vec<Sequence>]) -> (f64, usize) {
        let counted =
            |batch: &Vec<Sequence>| batch.iter().flat_map(|s| &s.targets).flatten().count();
        let all: usize = batches.iter().map(counted).sum();
        let settings = (1.0 / all.max(1) as f64, self.parameters.config.dropout);
        self.workspace.prepare(&self.threads, &self.parameters);
        let mut sum = 0.0;
        for (i, batch) in batches.iter().enumerate() {
            let loss = self.workspace.loss_and_gradients(
                &self.threads,
                &self.parameters,
                &mut self.gradients,
                batch,
                settings,
                i > 0,
            );
            sum += loss.mean * loss.tokens as f64;
        }
        let tokens = batches.iter().flatten().map(|sequence| sequence.tokens.len()).sum();
        (sum / all.max(1) as f64, tokens)
    }

    /// Guessing all tokens alike has the loss ln(vocabulary). No text is ten times as surprising to
    /// a model that still learns.
    fn hopeless_loss(&self) -> f64 {
        10.0 * (self.parameters.config.vocabulary.max(3) as f64).ln()
    }

    fn is_evaluated(&self, step: u64) -> bool {
        let Learning { evaluate_every, steps, .. } = self.plan.learning;
        step + 1 == steps || (evaluate_every > 0 && step.is_multiple_of(evaluate_every))
    }

    /// Whether a step gets a line in the log.
    pub fn is_logged(&self, report: &StepReport) -> bool {
        let Learning { log_every, steps, .. } = self.plan.learning;
        report.step.is_multiple_of(log_every)
            || report.val_loss.is_some()
            || report.step + 1 == steps
    }

    /// About that many tokens of what was kept back, spread evenly.
    fn validation_sample(&self, tokens: usize) -> Vec<Sequence> {
        let all: usize = self.validation.iter().map(|sequence| sequence.tokens.len()).sum();
        let every = (all / tokens.max(1)).max(1);
        self.validation.iter().step_by(every).cloned().collect()
    }

    /// The numbers of the run's state, by name: what learns, and the optimizer's two means.
    pub fn tensors(&self) -> [(&'static str, &[f32]); 3] {
        let (values, optimizer) = match &self.learner {
            Learner::Full { optimizer, .. } => (&self.parameters.values, optimizer),
            Learner::Lora { lora, optimizer, .. } => (&lora.values, optimizer),
        };
        [("values", values), ("mean", &optimizer.mean), ("square", &optimizer.square)]
    }

    /// Continues where a run stood: the exact opposite of [`Trainer::tensors`] and [`Trainer::progress`].
    ///
    /// # Errors
    /// If the numbers do not have the sizes of this run.
    pub fn restore(
        &mut self,
        progress: Progress,
        [values, mean, square]: [Vec<f32>; 3],
    ) -> Result<()> {
        let learns = self.trained_parameters();
        self.examples.check(progress.cursor)?;
        if [&values, &mean, &square].iter().any(|numbers| numbers.len() != learns) {
            return Err(Error::failed(format!(
                "the checkpoint holds {} trained numbers and this run {learns}; resume with the settings it was started with",
                values.len()
            )));
        }
        let optimizer = match &mut self.learner {
            Learner::Full { optimizer, .. } => {
                self.parameters.values = values;
                optimizer
            }
            Learner::Lora { base, lora, optimizer, .. } => {
                lora.values = values;
                lora.merge(&self.threads, &mut self.parameters, base);
                optimizer
            }
        };
        (optimizer.mean, optimizer.square, optimizer.updates) = (mean, square, progress.step);
        (self.progress, self.judging) = (progress, Judging::Not);
        Ok(())
    }
}

fn only_full() -> Error {
    Error::failed("a step can be watched where all weights learn; with LoRA only added ones do")
}

impl Learner {
    fn new(plan: &Plan, parameters: &Parameters<f32>) -> Self {
        let Learning { beta1, beta2, weight_decay, .. } = plan.learning;
        let settings = AdamWSettings { beta1, beta2, weight_decay, ..AdamWSettings::default() };
        match &plan.tuning {
            Tuning::Full => {
                let decays = parameters.specs().into_iter().map(|spec| spec.is_matrix());
                Self::Full {
                    optimizer: AdamW::new(settings, parameters.values.len()),
                    tensors: parameters.ranges().into_iter().zip(decays).collect(),
                }
            }
            Tuning::Lora { rank, alpha, targets } => {
                let lora = Lora::new(&parameters.config, *rank, *alpha, targets, plan.seed);
                Self::Lora {
                    base: Box::new(parameters.clone()),
                    optimizer: AdamW::new(settings, lora.parameter_count()),
                    tensors: lora.ranges().into_iter().map(|range| (range, true)).collect(),
                    lora,
                }
            }
        }
    }

    /// The gradient of what learns, and its length.
    fn gradients<'a>(
        &self,
        threads: &Threads,
        of_model: &'a Parameters<f32>,
    ) -> (std::borrow::Cow<'a, [f32]>, f64) {
        let gradients = match self {
            Self::Full { .. } => std::borrow::Cow::Borrowed(of_model.values.as_slice()),
            Self::Lora { lora, .. } => std::borrow::Cow::Owned(lora.gradients(threads, of_model)),
        };
        let norm = gradient_norm(threads, &gradients);
        (gradients, norm)
    }

    fn update(
        &mut self,
        threads: &Threads,
        parameters: &mut Parameters<f32>,
        gradients: &[f32],
        scale: f32,
        rate: f64,
    ) {
        match self {
            Self::Full { optimizer, tensors } => {
                optimizer.update(threads, &mut parameters.values, gradients, scale, tensors, rate);
            }
            Self::Lora { base, lora, optimizer, tensors } => {
                optimizer.update(threads, &mut lora.values, gradients, scale, tensors, rate);
                lora.merge(threads, parameters, base);
            }
        }
    }
}
