//! Attribution, lens, switching off and patching against PyTorch: `fixtures/make_causes.py` made
//! what is compared, by TransformerLens's definitions.

use crate::common::{Deviations, Tensor, largest_difference, model, tensors};
use glassbox::interpret::{
    Candidates, Change, Component, Intervention, Patch, Reading, attribute, depths,
};
use glassbox::nn::{Name, NoTap, Parameters, Recording, model as run};
use glassbox::tensor::Threads;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Absolute, on logits of a few units.
const LIMIT: f64 = 1e-4;

/// A model, a text, another text to patch from, and what PyTorch says of them.
struct Case {
    name: &'static str,
    parameters: Parameters<f32>,
    reading: Reading,
    other: Reading,
    expected: BTreeMap<String, Tensor>,
}

fn read(parameters: &Parameters<f32>, ids: &[u32]) -> Reading {
    let mut tap = Recording::new(|_| true);
    let (_, logits) = run::read(&Threads::serial(), parameters, ids, &mut tap);
    Reading::new(ids.to_vec(), parameters.config.clone(), tap.activations, logits)
}

impl Case {
    fn all() -> Vec<Self> {
        let case = |name| {
            let parameters = model::<f32>(name);
            let ids = tensors(&format!("models/{name}/expected.safetensors"));
            let ids = ids["input_ids"].sequences();
            Self {
                name,
                reading: read(&parameters, &ids[0]),
                other: read(&parameters, &ids[1]),
                parameters,
                expected: tensors(&format!("causes/{name}.safetensors")),
            }
        };
        ["deep", "odd", "untied"].map(case).into()
    }

    fn last(&self) -> usize {
        self.reading.positions() - 1
    }

    /// The logits of the last position with changes.
    fn changed(&self, changes: &[Change]) -> Vec<f32> {
        let mut tap = Intervention::new(changes, NoTap);
        let ids = &self.reading.ids;
        let (_, logits) = run::read(&Threads::serial(), &self.parameters, ids, &mut tap);
        logits[self.last() * self.parameters.config.vocabulary..].to_vec()
    }

    /// Compares with the part of an expected tensor that begins at row `row` of its last axis.
    fn check(
        &self,
        worst: &mut Deviations,
        what: &'static str,
        key: &str,
        row: usize,
        got: &[f32],
    ) {
        let expected = &self.expected[key].values[row * got.len()..(row + 1) * got.len()];
        let place = format!("{}, {key} {row}", self.name);
        worst.check(what, largest_difference(got, expected), LIMIT, &place);
    }
}

#[test]
fn attribution_is_transformer_lenses() {
    let mut worst = Deviations::default();
    for case in Case::all() {
        let tokens = &case.expected["tokens"].values;
        let token = tokens[0] as u32;
        for (key, rival) in [("parts.one", None), ("parts.pair", Some(tokens[1] as u32))] {
            let candidates = Candidates { token, rival };
            let parts = attribute(&case.reading, &case.parameters, case.last(), candidates);
            let got: Vec<f32> = parts.iter().map(|(_, value)| *value as f32).collect();
            assert_eq!(got.len(), case.expected[key].values.len());
            case.check(&mut worst, "attribution", key, 0, &got);
        }
    }
}

#[test]
fn the_lens_is_the_last_norm_and_the_output_matrix_at_every_depth() {
    let mut worst = Deviations::default();
    for case in Case::all() {
        let vocabulary = case.parameters.config.vocabulary;
        let asked: Vec<u32> = (0..vocabulary as u32).collect();
        let threads = Threads::serial();
        let (reading, parameters) = (&case.reading, &case.parameters);
        let seen = depths(reading, parameters, &threads, case.last(), vocabulary, &asked);
        assert_eq!(seen.len(), parameters.config.layers + 1);
        for (depth, seen) in seen.iter().enumerate() {
            let logits: Vec<f32> = seen.asked.iter().map(|standing| standing.logit).collect();
            case.check(&mut worst, "lens", "lens", depth, &logits);
            let order: Vec<usize> = seen.top.iter().map(|standing| standing.rank).collect();
            assert!(order.into_iter().eq(0..vocabulary), "ranks count from the most probable");
        }
    }
}

#[test]
fn switching_off_is_zero_ablation() {
    let mut worst = Deviations::default();
    for case in Case::all() {
        let config = &case.parameters.config;
        let off = |part| case.changed(&[Change::Scale { part, by: 0.0 }]);
        for block in 0..config.layers {
            for head in 0..config.heads {
                let got = off(Component::Head { block, head });
                case.check(&mut worst, "a head", "off.head", block * config.heads + head, &got);
            }
            case.check(&mut worst, "an MLP", "off.mlp", block, &off(Component::Mlp(block)));
            case.check(&mut worst, "a block", "off.block", block, &off(Component::Block(block)));
            let neuron = off(Component::Neuron { block, neuron: 3 });
            case.check(&mut worst, "a neuron", "off.neuron", block, &neuron);
        }
        case.check(&mut worst, "positions", "off.positions", 0, &off(Component::Positions));
        let part = Component::Head { block: 0, head: 0 };
        let half = case.changed(&[Change::Scale { part, by: 0.5 }]);
        case.check(&mut worst, "half a head", "half.head", 0, &half);
    }
}

#[test]
fn patching_takes_one_row_from_the_other_text() {
    let mut worst = Deviations::default();
    type InBlock = fn(usize) -> Name;
    let names: [(&str, InBlock); 4] = [
        ("patch.resid_pre", Name::ResidPre),
        ("patch.z", Name::Z),
        ("patch.attn_out", Name::AttnOut),
        ("patch.mlp_out", Name::MlpOut),
    ];
    for case in Case::all() {
        let positions = case.reading.positions();
        for (key, name) in names {
            for block in 0..case.parameters.config.layers {
                for row in 0..positions {
                    let name = name(block);
                    let values: Arc<[f32]> = case.other.row(name, row).into();
                    let got = case.changed(&[Change::Patch(Patch { name, row, values })]);
                    case.check(&mut worst, "patching", key, block * positions + row, &got);
                }
            }
        }
    }
}
