//! The models inside the program are what they are said to be.

use glassbox::nn::{Name, Parameters, Recording, model};
use glassbox::session::{open_model, shipped_models};
use glassbox::tensor::Threads;
use glassbox::train::TuningPreset;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};
use std::path::Path;

#[test]
fn base_and_chat_models_have_their_shape_and_say_where_they_come_from() {
    for name in shipped_models().filter(|name| name.contains('-')) {
        let opened = open_model(Path::new(name)).expect("a shipped model");
        let config = &opened.parameters.config;
        assert!(config.layers >= 4 && config.heads >= 4 && config.context == 256, "{name}");
        assert!((1_000_000..=3_000_000).contains(&config.parameter_count()), "{name}");
        let made = opened.provenance.as_ref().expect("a provenance");
        assert!(made.steps > 0 && made.preset == name, "{name}: {}", made.preset);
        let recipe = TuningPreset::shipped(name).map(|recipe| recipe.expect("valid"));
        assert_eq!(made.parent, recipe.as_ref().map(|recipe| recipe.base.clone()), "{name}");
        // It learned what its recipe names, from the sets as they were then.
        let learned: Vec<&str> = made.data.iter().map(|set| set.name.as_str()).collect();
        assert!(recipe.is_none_or(|recipe| recipe.data == learned), "{name}: {learned:?}");
    }
}

#[test]
fn every_recipe_for_tuning_begins_with_what_ships_or_with_a_recipe_that_does() {
    let base_of =
        |name: &str| TuningPreset::shipped(name).map(|recipe| recipe.expect("valid").base);
    for name in TuningPreset::names() {
        let mut base = name.to_string();
        // A chain is no longer than there are recipes, or it goes round.
        for _ in TuningPreset::names() {
            base = base_of(&base).unwrap_or(base);
        }
        assert!(shipped_models().any(|model| model == base), "{name}: {base}");
    }
}

/// TransformerLens's head detector (`detect_head`, error measure "mul"): the share of all attention that a
/// head's pattern has in common with a pattern to be detected, the mean over several prompts.
fn detected(
    parameters: &Parameters<f32>,
    prompts: &[Vec<u32>],
    wanted: impl Fn(&[u32], usize, usize) -> bool,
) -> Vec<f64> {
    let config = &parameters.config;
    let mut scores = vec![0.0; config.layers * config.heads];
    for ids in prompts {
        let mut tap = Recording::new(|name| matches!(name, Name::Pattern(_)));
        model::read(&Threads::serial(), parameters, ids, &mut tap);
        let n = ids.len();
        for layer in 0..config.layers {
            let (_, patterns) = &tap.activations[&Name::Pattern(layer)];
            for (head, pattern) in patterns.chunks(n * n).enumerate() {
                let cells = (0..n * n).filter(|at| wanted(ids, at / n, at % n));
                let common: f64 = cells.map(|at| f64::from(pattern[at])).sum();
                let all: f64 = pattern.iter().copied().map(f64::from).sum();
                scores[layer * config.heads + head] += common / all / prompts.len() as f64;
            }
        }
    }
    scores
}

#[test]
fn each_has_a_previous_token_head_and_an_induction_head() {
    for name in shipped_models().filter(|name| name.contains('-')) {
        let parameters = open_model(Path::new(name)).expect("a shipped model").parameters;
        // Phrases of random tokens, said twice.
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let prompts: Vec<Vec<u32>> = (0..6)
            .map(|_| {
                let most = parameters.config.vocabulary as u32 - 3;
                let phrase: Vec<u32> = (0..25).map(|_| rng.random_range(0..most)).collect();
                phrase.repeat(2)
            })
            .collect();
        let best = |scores: Vec<f64>| scores.into_iter().fold(0.0, f64::max);
        let previous = best(detected(&parameters, &prompts, |_, query, key| key + 1 == query));
        // Where an earlier copy of the token stands one place before.
        let induction = best(detected(&parameters, &prompts, |ids, query, key| {
            key <= query && key > 0 && key - 1 < query && ids[key - 1] == ids[query]
        }));
        assert!(previous > 0.5, "{name}: previous-token score {previous:.3}");
        assert!(induction > 0.4, "{name}: induction score {induction:.3}");
    }
}
