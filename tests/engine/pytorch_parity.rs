//! The transformer against PyTorch: `fixtures/make_models.py` made what is compared.
//!
//! Activations are held to an absolute limit, each gradient to a share of its tensor's largest one.
//! The largest deviations measured in f32: hidden states 4.5e-6, logits 2.1e-6, patterns 6.3e-7,
//! losses 2.8e-7, gradients 1.5e-6 of the largest. In f64: 4.7e-7, 2.3e-7, 3.0e-8, 1.5e-7, 5.5e-8,
//! which is the fixtures' own rounding to f32.

use crate::common::{Deviations, largest, largest_difference, name_in_file, tensors};
use glassbox::nn::{BatchWorkspace, Name, Parameters, Recording, Sequence, batch, model};
use glassbox::tensor::{Real, Threads};

fn activations_agree<T: Real>(limit: f64) {
    let mut worst = Deviations::default();
    for name in crate::common::model_names() {
        let parameters = crate::common::model::<T>(&name);
        let expected = tensors(&format!("models/{name}/expected.safetensors"));
        let layers = parameters.config.layers;
        for (s, tokens) in expected["input_ids"].sequences().iter().enumerate() {
            let mut tap = Recording::new(|_| true);
            let (acts, logits) = model::read(&Threads::serial(), &parameters, tokens, &mut tap);
            let mut check = |what: &'static str, tensor: &str, got: &[T]| {
                let deviation = largest_difference(got, expected[tensor].at(s));
                worst.check(what, deviation, limit, &format!("{name}, {tensor}"));
            };
            check("logits", "logits", &logits);
            let recorded = |name: Name| tap.activations[&name].1.as_slice();
            for l in 0..layers {
                let before = format!("hidden.{l}");
                check("hidden state", &before, recorded(Name::ResidPre(l)));
                check("hidden state", &before, &acts.blocks[l].resid_pre);
                check("hidden state", &format!("hidden.{}", l + 1), recorded(Name::ResidPost(l)));
                let pattern = format!("pattern.{l}");
                check("pattern", &pattern, recorded(Name::Pattern(l)));
                check("pattern", &pattern, &acts.blocks[l].pattern);
            }
            check("hidden state", &format!("hidden.{layers}"), &acts.resid_final);
            check("final norm", "final_norm", recorded(Name::LnFinalNormalized));
            check("final norm", "final_norm", &acts.ln_f.y);
        }
    }
}

#[test]
fn activations_are_pytorchs_in_f32() {
    activations_agree::<f32>(2e-5);
}

#[test]
fn activations_are_pytorchs_in_f64() {
    activations_agree::<f64>(1e-6);
}

/// The batch's loss, both ways there are to ask for it, and its gradients.
fn loss_and_gradients<T: Real>(
    parameters: &Parameters<T>,
    batch: &[Sequence],
) -> ([f64; 2], Parameters<T>) {
    let threads = Threads::new(2);
    let mut workspace = BatchWorkspace::new(&parameters.config);
    let mut gradients = Parameters::zeros(&parameters.config);
    workspace.prepare(&threads, parameters);
    let without = batch::loss(&threads, &mut workspace, parameters, batch);
    let weight = 1.0 / without.tokens as f64;
    let with = workspace.loss_and_gradients(
        &threads,
        parameters,
        &mut gradients,
        batch,
        (weight, 0.0),
        false,
    );
    assert_eq!(with.tokens, without.tokens);
    ([with.mean, without.mean], gradients)
}

fn gradients_agree<T: Real>(loss_limit: f64, gradient_limit: f64) {
    let mut worst = Deviations::default();
    for name in crate::common::model_names() {
        let parameters = crate::common::model::<T>(&name);
        let expected = tensors(&format!("models/{name}/expected.safetensors"));
        let ids = expected["input_ids"].sequences();
        let mask = expected["mask"].sequences();
        for (mask, loss, prefix) in
            [(None, "loss", "grad."), (Some(mask.as_slice()), "masked_loss", "masked_grad.")]
        {
            let batch = crate::common::next_token_batch(&ids, mask);
            let (means, gradients) = loss_and_gradients(&parameters, &batch);
            for mean in means {
                let deviation = largest_difference(&[mean], &expected[loss].values);
                worst.check("loss", deviation, loss_limit, &format!("{name}, {loss}"));
            }
            let mut compared = 0;
            for (spec, range) in gradients.specs().iter().zip(gradients.ranges()) {
                let tensor = format!("{prefix}{}", name_in_file(&spec.name));
                let Some(expected) = expected.get(&tensor) else { continue };
                let deviation = largest_difference(&gradients.values[range], &expected.values)
                    / largest(&expected.values);
                worst.check("gradient", deviation, gradient_limit, &format!("{name}, {tensor}"));
                compared += 1;
            }
            let all = gradients.specs().len();
            assert_eq!(compared, if mask.is_some() { 3 } else { all }, "{name}, {prefix}");
        }
    }
}

#[test]
fn loss_and_gradients_are_pytorchs_in_f32() {
    gradients_agree::<f32>(2e-6, 1e-5);
}

#[test]
fn loss_and_gradients_are_pytorchs_in_f64() {
    gradients_agree::<f64>(1e-6, 1e-7);
}

#[test]
fn training_leaves_the_activations_that_reading_shows() {
    let parameters = crate::common::model::<f32>("narrow-mlp");
    let ids = tensors("models/narrow-mlp/expected.safetensors")["input_ids"].sequences();
    let threads = Threads::serial();
    let mut workspace = BatchWorkspace::new(&parameters.config);
    let mut gradients = Parameters::zeros(&parameters.config);
    workspace.prepare(&threads, &parameters);
    let batch = crate::common::next_token_batch(&ids, None);
    workspace.loss_and_gradients(&threads, &parameters, &mut gradients, &batch, (0.1, 0.0), false);
    for (s, tokens) in ids.iter().enumerate() {
        let (read, _) = model::read(&threads, &parameters, tokens, &mut glassbox::nn::NoTap);
        let trained = workspace.activations(s);
        assert_eq!(crate::common::bits(&trained.ln_f.y), crate::common::bits(&read.ln_f.y));
        for (trained, read) in trained.blocks.iter().zip(&read.blocks) {
            assert_eq!(crate::common::bits(&trained.pattern), crate::common::bits(&read.pattern));
            assert_eq!(crate::common::bits(&trained.mlp_post), crate::common::bits(&read.mlp_post));
        }
    }
}
