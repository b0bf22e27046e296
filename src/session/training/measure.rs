//! How fast this machine trains a model, measured in a moment.

use crate::nn::{AdamW, AdamWSettings, BatchWorkspace, Config, Parameters, Sequence};
use crate::tensor::Threads;
use std::time::{Duration, Instant};

/// Measuring takes about this long, and never much more than two steps.
const TIME: Duration = Duration::from_millis(250);
/// Larger batches are no faster by the token, and would keep others waiting.
const TOKENS: usize = 1024;

/// Tokens a second that are read when a model of these sizes learns in batches of `batch` windows.
pub fn training_speed(config: &Config, batch: usize, threads: &Threads) -> f64 {
    let batch = batch.min((TOKENS / config.context).max(1));
    let mut parameters = Parameters::<f32>::random(config, 1);
    let mut gradients = Parameters::zeros(config);
    let mut workspace = BatchWorkspace::new(config);
    let mut optimizer = AdamW::new(AdamWSettings::default(), parameters.values.len());
    let matrices = parameters.specs().into_iter().map(|spec| spec.is_matrix());
    let tensors: Vec<_> = parameters.ranges().into_iter().zip(matrices).collect();
    let token = |i: usize| (i * 7 % config.vocabulary) as u32;
    let sequence = |s: usize| Sequence {
        tokens: (0..config.context).map(|i| token(i + s)).collect(),
        targets: (0..config.context).map(|i| Some(token(i + s + 1))).collect(),
        dropout_seed: 0,
    };
    let sequences: Vec<Sequence> = (0..batch).map(sequence).collect();
    let tokens = batch * config.context;
    let mut step = || {
        let began = Instant::now();
        workspace.prepare(threads, &parameters);
        let settings = (1.0 / tokens as f64, config.dropout);
        workspace.loss_and_gradients(
            threads,
            &parameters,
            &mut gradients,
            &sequences,
            settings,
            false,
        );
        let values = &mut parameters.values;
        optimizer.update(threads, values, &gradients.values, 1.0, &tensors, 1e-4);
        began.elapsed()
    };
    // The first step also takes the memory.
    let began = Instant::now();
    step();
    let mut fastest = step();
    while began.elapsed() < TIME {
        fastest = fastest.min(step());
    }
    tokens as f64 / fastest.as_secs_f64().max(1e-9)
}
