//! Greedy and beam search, with the transformer as the model, against Hugging Face transformers'
//! `generate` on the same folders (`fixtures/make_models.py`).
//!
//! The largest deviation of a score was 3.1e-6, that of transformers' own sums in f32.

use crate::common::{Deviations, fixture};
use glassbox::decode::{
    BeamSettings, EarlyStopping, SampleSettings, Sampler, Stop, Strategy, beam_search,
};
use glassbox::nn::Inference;
use glassbox::tensor::Threads;
use serde::Deserialize;

#[derive(Deserialize)]
struct Generated {
    eos_token_id: Option<u32>,
    max_new_tokens: usize,
    greedy: Vec<Greedy>,
    beam: Vec<Beam>,
}

#[derive(Deserialize)]
struct Greedy {
    prompt: Vec<u32>,
    ids: Vec<u32>,
}

#[derive(Deserialize)]
struct Beam {
    prompt: Vec<u32>,
    num_beams: usize,
    length_penalty: f64,
    early_stopping: bool,
    sequences: Vec<Vec<u32>>,
    sequences_scores: Vec<f64>,
    logprobs: Vec<f64>,
}

/// The models that have a generate.json, with it.
fn cases() -> Vec<(String, Generated)> {
    let models = crate::common::model_names().into_iter();
    let models = models.map(|name| (format!("models/{name}/generate.json"), name));
    let read = |(path, name): (String, String)| {
        let exists = fixture(&path).exists();
        let generated = || serde_json::from_value(crate::common::json(&path)).expect(&path);
        exists.then(|| (name, generated()))
    };
    models.filter_map(read).collect()
}

#[test]
fn greedy_search_writes_what_transformers_writes() {
    let mut compared = 0;
    for (name, generated) in cases() {
        let parameters = crate::common::model::<f32>(&name);
        let mut inference = Inference::new(&parameters, Threads::serial());
        let stop = Stop { max_new_tokens: generated.max_new_tokens, end: generated.eos_token_id };
        let strategy = Strategy::Greedy { repetition_penalty: None };
        for case in &generated.greedy {
            let settings = SampleSettings { strategy, stop };
            let mut sampler = Sampler::new(settings, &case.prompt, &inference).expect("it fits");
            sampler.run(&mut inference).expect("it runs");
            assert_eq!(sampler.generated(), case.ids, "{name}, {:?}", case.prompt);
            compared += 1;
        }
    }
    assert_eq!(compared, 6);
}

#[test]
fn beam_search_finds_what_transformers_finds() {
    let mut worst = Deviations::default();
    let mut compared = 0;
    for (name, generated) in cases() {
        let parameters = crate::common::model::<f32>(&name);
        let mut inference = Inference::new(&parameters, Threads::serial());
        for case in &generated.beam {
            let early = [EarlyStopping::WhenUnlikely, EarlyStopping::WhenFull]
                [case.early_stopping as usize];
            let settings = BeamSettings {
                beams: case.num_beams,
                length_penalty: case.length_penalty,
                early_stopping: early,
                returns: case.num_beams,
                repetition_penalty: None,
                stop: Stop {
                    max_new_tokens: generated.max_new_tokens,
                    end: generated.eos_token_id,
                },
            };
            let what = format!("{name}, {:?}, {settings:?}", case.prompt);
            let search = beam_search(settings, &case.prompt, &mut inference).expect(&what);
            let found = search.hypotheses();
            let ids: Vec<_> = found.iter().map(|hypothesis| hypothesis.ids.clone()).collect();
            assert_eq!(ids, case.sequences, "{what}");
            let scores: Vec<f64> = found.iter().map(|hypothesis| hypothesis.score).collect();
            let sums: Vec<f64> = found.iter().map(|hypothesis| hypothesis.logprob).collect();
            let deviation = crate::common::largest_difference(&scores, &case.sequences_scores);
            worst.check("score", deviation, 2e-5, &what);
            let deviation = crate::common::largest_difference(&sums, &case.logprobs);
            worst.check("log-probability", deviation, 2e-5, &what);
            compared += 1;
        }
    }
    assert!(compared > 150, "{compared} beam searches");
}
