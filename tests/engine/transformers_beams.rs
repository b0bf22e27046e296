//! Beam search with a model that ships, against Hugging Face transformers' `generate` on the same
//! folder (`fixtures/make_beams.py`): the returned texts and their scores, for widths 3, 5 and 8.

use glassbox::decode::{BeamSettings, EarlyStopping, Stop, beam_search};
use glassbox::nn::Inference;
use glassbox::tensor::Threads;
use serde::Deserialize;
use std::path::Path;

#[derive(Deserialize)]
struct Beams {
    steps: usize,
    end: u32,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    prompt: Vec<u32>,
    beams: usize,
    length_penalty: f64,
    sequences: Vec<Vec<u32>>,
    scores: Vec<f64>,
}

#[test]
fn a_shipped_model_has_the_beams_that_transformers_finds() {
    let Beams { steps, end, cases } =
        serde_json::from_value(crate::common::json("beams.json")).expect("the fixture");
    let model = glassbox::session::open_model(Path::new("pocket")).expect("pocket ships");
    assert_eq!(model.end, Some(end));
    let mut inference = Inference::new(&model.parameters, Threads::serial());
    for case in &cases {
        let settings = BeamSettings {
            beams: case.beams,
            length_penalty: case.length_penalty,
            early_stopping: EarlyStopping::WhenUnlikely,
            returns: case.beams,
            repetition_penalty: None,
            stop: Stop { max_new_tokens: steps, end: Some(end) },
        };
        let what = format!("{} beams, penalty {}", case.beams, case.length_penalty);
        let found = beam_search(settings, &case.prompt, &mut inference).expect(&what).hypotheses();
        let ids: Vec<Vec<u32>> = found.iter().map(|found| found.ids.clone()).collect();
        assert_eq!(ids, case.sequences, "{what}, {:?}", case.prompt);
        for (found, score) in found.iter().zip(&case.scores) {
            let deviation = (found.score - score).abs();
            assert!(deviation < 2e-5 * (1.0 + score.abs()), "{what}: {deviation}");
        }
    }
    assert_eq!(cases.len(), 18);
}
