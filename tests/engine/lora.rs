//! LoRA: when it begins nothing has changed, and its gradients are those of the merged model.

use crate::common::{bits, random_model, random_tokens};
use glassbox::nn::{BatchWorkspace, Config, Lora, LoraTarget, Parameters, Sequence, batch};
use glassbox::tensor::Threads;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};

fn setup() -> (Parameters<f64>, Vec<Sequence>) {
    let config = Config { inner: 11, ..Config::gpt2(2, 2, 6, 7, 9) };
    let ids = [random_tokens(&config, 7, 31), random_tokens(&config, 5, 32)];
    (random_model(&config, 30), crate::common::next_token_batch(&ids, None))
}

#[test]
fn a_fresh_lora_changes_nothing() {
    let (base, _) = setup();
    for rank in [1, 2, 5] {
        let lora = Lora::new(&base.config, rank, 16.0, &LoraTarget::ALL, 1);
        let mut merged = base.clone();
        lora.merge(&Threads::serial(), &mut merged, &base);
        assert_eq!(bits(&merged.values), bits(&base.values));
    }
}

#[test]
fn it_learns_rank_times_inputs_and_outputs_of_its_targets_and_touches_no_other_tensor() {
    let (base, _) = setup();
    let targets = [
        (LoraTarget::Qkv, "attn.c_attn.weight"),
        (LoraTarget::Output, "attn.c_proj.weight"),
        (LoraTarget::Up, "mlp.c_fc.weight"),
        (LoraTarget::Down, "mlp.c_proj.weight"),
    ];
    for (target, tensor) in targets {
        let mut lora = Lora::new(&base.config, 3, 6.0, &[target], 2);
        lora.values.fill(0.5);
        let mut merged = base.clone();
        lora.merge(&Threads::serial(), &mut merged, &base);
        let mut learned = 0;
        for (spec, range) in base.specs().iter().zip(base.ranges()) {
            let pairs = merged.values[range.clone()].iter().zip(&base.values[range]);
            let change: Vec<f64> = pairs.map(|(merged, base)| merged - base).collect();
            if spec.name.ends_with(tensor) {
                learned += 3 * (spec.shape[0] + spec.shape[1]);
                // Each element is alpha / rank times three products of halves.
                assert!(change.iter().all(|c| (c - 2.0 * 0.75).abs() < 1e-12), "{}", spec.name);
            } else {
                assert!(change.iter().all(|&c| c == 0.0), "{}", spec.name);
            }
        }
        assert_eq!(lora.parameter_count(), learned);
        let once = bits(&merged.values);
        lora.merge(&Threads::serial(), &mut merged, &base);
        assert_eq!(bits(&merged.values), once, "merging again must begin from the base");
    }
}

fn gradients_agree(targets: &[LoraTarget]) {
    let (base, batch) = setup();
    let threads = Threads::serial();
    let mut lora = Lora::new(&base.config, 2, 3.0, targets, 33);
    // B is no longer zero, as after some training.
    let mut rng = ChaCha8Rng::seed_from_u64(34);
    lora.values.iter_mut().for_each(|value| *value += rng.random_range(-0.3..0.3));

    let mut merged = base.clone();
    let mut of_merged = Parameters::zeros(&base.config);
    let mut workspace = BatchWorkspace::new(&base.config);
    lora.merge(&threads, &mut merged, &base);
    workspace.prepare(&threads, &merged);
    let tokens = batch.iter().flat_map(|sequence| &sequence.targets).flatten().count();
    let settings = (1.0 / tokens as f64, 0.0);
    workspace.loss_and_gradients(&threads, &merged, &mut of_merged, &batch, settings, false);
    let gradients = lora.gradients(&threads, &of_merged);
    assert_eq!(gradients.len(), lora.parameter_count());

    let mut loss_with = |lora: &Lora<f64>| {
        lora.merge(&threads, &mut merged, &base);
        workspace.prepare(&threads, &merged);
        batch::loss(&threads, &mut workspace, &merged, &batch).mean
    };
    let largest = crate::common::largest(&gradients);
    for (at, &got) in gradients.iter().enumerate() {
        let (value, step) = (lora.values[at], 1e-5);
        lora.values[at] = value + step;
        let above = loss_with(&lora);
        lora.values[at] = value - step;
        let below = loss_with(&lora);
        lora.values[at] = value;
        let expected = (above - below) / (2.0 * step);
        let error = (got - expected).abs() / got.abs().max(largest * 1e-2);
        assert!(error < 1e-6, "{targets:?} [{at}]: {got:e} is not {expected:e}");
    }
}

#[test]
fn gradients_are_those_of_the_loss_through_the_merged_weights() {
    gradients_agree(&LoraTarget::ALL);
    for target in LoraTarget::ALL {
        gradients_agree(&[target]);
    }
}
