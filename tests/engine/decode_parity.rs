//! Decoding against Hugging Face transformers: `fixtures/make_decode.py` made what is compared.

use glassbox::decode::{
    BeamSettings, EarlyStopping, Filters, Funnel, NextLogits, SampleSettings, Sampler, Stop,
    Strategy, beam_search,
};
use serde::Deserialize;
use serde_json::Value;

const GRID: f32 = 8192.0;

#[derive(Deserialize)]
struct Fixture {
    models: Vec<Tables>,
    decode: Vec<DecodeCase>,
    filter_rows: Vec<Row>,
    filters: Vec<FilterCase>,
}

/// Logits are `last[t] + before[s] + place[n]`, in units of 1 / [`GRID`], after n tokens that end in s, t.
#[derive(Deserialize)]
struct Tables {
    vocabulary: usize,
    end: Option<u32>,
    last: Vec<Vec<i32>>,
    before: Vec<Vec<i32>>,
    place: Vec<Vec<i32>>,
}

#[derive(Deserialize)]
struct DecodeCase {
    model: usize,
    prompt: Vec<u32>,
    num_beams: usize,
    max_new_tokens: usize,
    length_penalty: Option<f64>,
    #[serde(default)]
    early_stopping: Value,
    num_return_sequences: Option<usize>,
    repetition_penalty: Option<f32>,
    ids: Vec<Vec<u32>>,
    scores: Option<Vec<f64>>,
}

#[derive(Deserialize)]
struct Row {
    logits: Vec<i32>,
    seen: Vec<u32>,
}

type Settings = (Option<f32>, Option<f32>, Option<usize>, Option<f32>, Option<f32>);

#[derive(Deserialize)]
struct FilterCase {
    row: usize,
    settings: Settings,
    kept: Vec<(u32, f64)>,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../fixtures/decode.json"))
        .expect("decode.json is well formed")
}

struct TableModel<'a> {
    tables: &'a Tables,
    rows: Vec<Vec<u32>>,
}

impl TableModel<'_> {
    fn logits(&self) -> Vec<f32> {
        let mut logits = Vec::new();
        for row in &self.rows {
            let last = row[row.len() - 1] as usize;
            let before = if row.len() > 1 { row[row.len() - 2] as usize } else { 0 };
            let (last, before) = (&self.tables.last[last], &self.tables.before[before]);
            let place = &self.tables.place[row.len()];
            let sum = |i: usize| (last[i] + before[i] + place[i]) as f32 / GRID;
            logits.extend((0..self.tables.vocabulary).map(sum));
        }
        logits
    }
}

impl NextLogits for TableModel<'_> {
    fn vocabulary(&self) -> usize {
        self.tables.vocabulary
    }

    fn context(&self) -> usize {
        self.tables.place.len()
    }

    fn start(&mut self, prompt: &[u32]) -> glassbox::Result<Vec<f32>> {
        self.rows = vec![prompt.to_vec()];
        Ok(self.logits())
    }

    fn advance(&mut self, parents: &[usize], tokens: &[u32]) -> glassbox::Result<Vec<f32>> {
        let grown = |(&parent, &token): (&usize, &u32)| [&self.rows[parent][..], &[token]].concat();
        self.rows = parents.iter().zip(tokens).map(grown).collect();
        Ok(self.logits())
    }
}

fn beam_settings(case: &DecodeCase, stop: Stop) -> BeamSettings {
    BeamSettings {
        beams: case.num_beams,
        length_penalty: case.length_penalty.unwrap_or(1.0),
        early_stopping: match &case.early_stopping {
            Value::Bool(true) => EarlyStopping::WhenFull,
            Value::String(_) => EarlyStopping::Never,
            _ => EarlyStopping::WhenUnlikely,
        },
        returns: case.num_return_sequences.unwrap_or(1),
        repetition_penalty: case.repetition_penalty,
        stop,
    }
}

#[test]
fn greedy_and_beam_search_equal_transformers() {
    let fixture = fixture();
    let mut beams = 0;
    for case in &fixture.decode {
        let tables = &fixture.models[case.model];
        let mut model = TableModel { tables, rows: Vec::new() };
        let stop = Stop { max_new_tokens: case.max_new_tokens, end: tables.end };
        let settings = beam_settings(case, stop);
        let what = format!("{settings:?} after {:?} in model {}", case.prompt, case.model);
        let search = beam_search(settings, &case.prompt, &mut model).expect(&what);
        let found = search.hypotheses();
        let ids: Vec<_> = found.iter().map(|hypothesis| hypothesis.ids.clone()).collect();
        assert_eq!(ids, case.ids, "{what}");
        if let Some(scores) = &case.scores {
            beams += 1;
            for (hypothesis, score) in found.iter().zip(scores) {
                assert!((hypothesis.score - score).abs() < 1e-5, "{hypothesis:?}: {score}; {what}");
            }
        } else {
            let repetition_penalty = case.repetition_penalty;
            let strategy = Strategy::Greedy { repetition_penalty };
            let settings = SampleSettings { strategy, stop };
            let mut greedy = Sampler::new(settings, &case.prompt, &model).expect(&what);
            greedy.run(&mut model).expect(&what);
            assert_eq!(greedy.generated(), case.ids[0], "{what}");
        }
    }
    assert!(beams > 500 && fixture.decode.len() - beams >= 30, "{beams} beam cases");
}

#[test]
fn filters_leave_the_distributions_of_transformers() {
    let fixture = fixture();
    for case in &fixture.filters {
        let row = &fixture.filter_rows[case.row];
        let logits: Vec<f32> = row.logits.iter().map(|&x| x as f32 / GRID).collect();
        let (repetition_penalty, temperature, top_k, top_p, min_p) = case.settings;
        let filters = Filters { repetition_penalty, temperature, top_k, top_p, min_p };
        let what = format!("row {}: {filters:?}", case.row);
        let funnel = Funnel::new(&filters, &logits, &row.seen);
        let kept: Vec<u32> =
            (0..logits.len() as u32).filter(|&token| funnel.last().keeps(token)).collect();
        let expected: Vec<u32> = case.kept.iter().map(|&(token, _)| token).collect();
        assert_eq!(kept, expected, "{what}");
        for &(token, probability) in &case.kept {
            let ours = funnel.last().probability(token);
            assert!((ours - probability).abs() < 1e-6, "{what}, token {token}: {ours}");
        }
    }
    assert!(fixture.filters.len() > 600);
}
