//! The models inside the program are what they are said to be.

use glassbox::interpret::{HeadPattern, Reading, detector_score};
use glassbox::nn::{Recording, model};
use glassbox::session::{open_model, shipped_models};
use glassbox::tensor::Threads;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use std::path::Path;

/// Random tokens, said four times over.
fn repeated(vocabulary: usize, rng: &mut ChaCha8Rng) -> Vec<u32> {
    // The last three ids are the role tokens, which a base model has never met.
    let once: Vec<u32> = (0..16).map(|_| rng.random_range(0..vocabulary as u32 - 3)).collect();
    once.repeat(4)
}

/// The best head's score for a pattern, over eight texts.
fn best(name: &str, pattern: HeadPattern) -> f32 {
    let opened = open_model(Path::new(name)).expect("a shipped model");
    let config = &opened.parameters.config;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let read = |ids: Vec<u32>| {
        let mut tap = Recording::new(|_| true);
        let (_, logits) = model::read(&Threads::serial(), &opened.parameters, &ids, &mut tap);
        Reading::new(ids, config.clone(), tap.activations, logits)
    };
    let readings: Vec<Reading> =
        (0..8).map(|_| read(repeated(config.vocabulary, &mut rng))).collect();
    let heads = (0..config.layers).flat_map(|b| (0..config.heads).map(move |h| (b, h)));
    heads.map(|(b, h)| detector_score(&readings, b, h, pattern)).fold(0.0, f32::max)
}

#[test]
fn base_and_chat_models_are_worth_looking_into() {
    for name in shipped_models().filter(|name| name.contains('-')) {
        let opened = open_model(Path::new(name)).expect("a shipped model");
        let config = &opened.parameters.config;
        assert!(config.layers >= 4 && config.heads >= 4 && config.context == 256, "{name}");
        assert!((1_000_000..=3_000_000).contains(&config.parameter_count()), "{name}");
        let made = opened.provenance.as_ref().expect("a provenance");
        assert!(made.steps > 0 && made.preset == name, "{name}: {}", made.preset);
        let previous = best(name, HeadPattern::Previous);
        let induction = best(name, HeadPattern::Induction);
        println!("{name}: previous token {previous:.2}, induction {induction:.2}");
        assert!(previous > 0.5, "{name}: {previous}");
        assert!(induction > 0.4, "{name}: {induction}");
    }
}
