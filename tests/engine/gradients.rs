//! Every gradient against central differences, in double precision.

use glassbox::nn::{BatchWorkspace, Config, Parameters, Sequence, batch};
use glassbox::tensor::Threads;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};

fn random_model(config: &Config, seed: u64) -> Parameters<f64> {
    let mut parameters = Parameters::random(config, seed);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    // Larger than for training, biases and gains too, so that no gradient is trivially small.
    for value in &mut parameters.values {
        *value += rng.random_range(-0.4..0.4);
    }
    parameters
}

fn random_batch(config: &Config, lengths: &[usize], seed: u64) -> Vec<Sequence> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut token = || rng.random_range(0..config.vocabulary as u32);
    let sequence = |&length: &usize| Sequence {
        tokens: (0..length).map(|_| token()).collect(),
        targets: (0..length).map(|i| (i % 3 != 1).then(&mut token)).collect(),
        dropout_seed: length as u64,
    };
    lengths.iter().map(sequence).collect()
}

/// The worst disagreement, relative to the larger of the gradient and the tensor's largest one.
fn check(config: &Config, lengths: &[usize], dropout: f64) {
    let threads = Threads::serial();
    let mut parameters = random_model(config, 1);
    let batch = random_batch(config, lengths, 2);
    let counted: usize = batch.iter().flat_map(|s| &s.targets).flatten().count();
    let weight = 1.0 / counted as f64;
    let mut workspace = BatchWorkspace::new(config);
    let mut gradients = Parameters::zeros(config);
    let mut scratch = Parameters::zeros(config);
    workspace.prepare(&threads, &parameters);
    workspace.loss_and_gradients(
        &threads,
        &parameters,
        &mut gradients,
        &batch,
        (weight, dropout),
        false,
    );
    let mut loss_at = |parameters: &Parameters<f64>| {
        workspace.prepare(&threads, parameters);
        if dropout == 0.0 {
            batch::loss(&threads, &mut workspace, parameters, &batch).mean
        } else {
            workspace
                .loss_and_gradients(
                    &threads,
                    parameters,
                    &mut scratch,
                    &batch,
                    (weight, dropout),
                    false,
                )
                .mean
        }
    };
    for (spec, range) in gradients.specs().iter().zip(gradients.ranges()) {
        let largest =
            gradients.values[range.clone()].iter().fold(0f64, |most, g| most.max(g.abs()));
        for at in range.clone() {
            let (value, step) = (parameters.values[at], 1e-5);
            parameters.values[at] = value + step;
            let above = loss_at(&parameters);
            parameters.values[at] = value - step;
            let below = loss_at(&parameters);
            parameters.values[at] = value;
            let (expected, got) = ((above - below) / (2.0 * step), gradients.values[at]);
            // A key's bias cancels in softmax: its gradient is zero, and differences of the loss are
            // exact only to about 1e-16 / step; hence the floor.
            let scale = got.abs().max(largest * 1e-2).max(1e-5);
            let error = (got - expected).abs() / scale;
            assert!(
                error < 1e-6,
                "{} [{}]: {got:e} is not {expected:e}",
                spec.name,
                at - range.start
            );
        }
    }
}

#[test]
fn every_parameter_of_the_whole_model() {
    check(&Config::gpt2(2, 2, 8, 6, 11), &[6, 4], 0.0);
}

#[test]
fn an_untied_model_with_a_narrow_mlp_and_odd_sizes() {
    let config = Config { inner: 7, tied: false, ..Config::gpt2(1, 3, 9, 30, 5) };
    check(&config, &[29, 2], 0.0);
}

#[test]
fn dropout_passes_the_same_places_back() {
    check(&Config::gpt2(2, 2, 8, 6, 11), &[6, 3], 0.3);
}

#[test]
fn accumulating_equals_one_large_batch() {
    let config = Config::gpt2(2, 2, 8, 6, 11);
    let threads = Threads::serial();
    let parameters = random_model(&config, 3);
    let batch = random_batch(&config, &[6, 5, 4], 4);
    let mut workspace = BatchWorkspace::new(&config);
    workspace.prepare(&threads, &parameters);
    let (mut whole, mut parts) = (Parameters::zeros(&config), Parameters::zeros(&config));
    workspace.loss_and_gradients(&threads, &parameters, &mut whole, &batch, (0.1, 0.0), false);
    for (i, part) in batch.chunks(1).enumerate() {
        workspace.loss_and_gradients(&threads, &parameters, &mut parts, part, (0.1, 0.0), i > 0);
    }
    for (a, b) in whole.values.iter().zip(&parts.values) {
        assert!((a - b).abs() < 1e-14, "{a} is not {b}");
    }
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let config = Config::gpt2(2, 2, 48, 40, 70);
    let parameters: Parameters<f32> = random_model(&config, 5).cast();
    let batch = random_batch(&config, &[40, 33, 40, 7, 25], 6);
    let run = |threads: Threads| {
        let mut workspace = BatchWorkspace::new(&config);
        let mut gradients = Parameters::zeros(&config);
        workspace.prepare(&threads, &parameters);
        workspace.loss_and_gradients(
            &threads,
            &parameters,
            &mut gradients,
            &batch,
            (0.01, 0.1),
            false,
        );
        gradients.values
    };
    let serial = run(Threads::serial());
    for count in [2, 3, 5] {
        assert!(serial == run(Threads::new(count)), "{count} threads");
    }
}
