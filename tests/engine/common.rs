//! What several test files need: the fixtures read back, small random models, comparisons.

use glassbox::nn::{Config, Parameters, Sequence};
use glassbox::tensor::Real;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};
use safetensors::{Dtype, SafeTensors};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A stored tensor; every number of the fixtures, ids too, fits f64 exactly.
pub struct Tensor {
    pub shape: Vec<usize>,
    pub values: Vec<f64>,
}

impl Tensor {
    /// The part of one sequence (or step): index `i` of the first axis.
    pub fn at(&self, i: usize) -> &[f64] {
        let len = self.values.len() / self.shape[0];
        &self.values[i * len..][..len]
    }

    /// The numbers as token ids, cut into sequences of the last axis.
    pub fn sequences(&self) -> Vec<Vec<u32>> {
        let positions = self.shape[self.shape.len() - 1];
        let ids = |row: &[f64]| row.iter().map(|&id| id as u32).collect();
        self.values.chunks_exact(positions).map(ids).collect()
    }
}

pub fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(path)
}

pub fn json(path: &str) -> Value {
    let text = fs::read_to_string(fixture(path)).expect(path);
    serde_json::from_str(&text).expect(path)
}

/// All tensors of a safetensors file by name.
pub fn tensors(path: &str) -> BTreeMap<String, Tensor> {
    let bytes = fs::read(fixture(path)).expect(path);
    let file = SafeTensors::deserialize(&bytes).expect(path);
    let tensor = |view: safetensors::tensor::TensorView<'_>| {
        let values = match view.dtype() {
            Dtype::F32 => view.data().as_chunks().0.iter().map(|&b| f32::from_le_bytes(b).into()),
            Dtype::I64 => return integers(&view),
            other => panic!("{path}: no fixture holds {other:?}"),
        };
        Tensor { shape: view.shape().to_vec(), values: values.collect() }
    };
    file.tensors().into_iter().map(|(name, view)| (name, tensor(view))).collect()
}

fn integers(view: &safetensors::tensor::TensorView<'_>) -> Tensor {
    let values = view.data().as_chunks().0.iter().map(|&b| i64::from_le_bytes(b) as f64);
    Tensor { shape: view.shape().to_vec(), values: values.collect() }
}

/// The folders of models/, in alphabetical order.
pub fn model_names() -> Vec<String> {
    let folders = fs::read_dir(fixture("models")).expect("tests/fixtures/models");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("a folder").file_name();
    let mut names: Vec<_> =
        folders.map(|entry| name(entry).into_string().expect("a plain name")).collect();
    names.sort();
    assert_eq!(names.len(), 7, "{names:?}");
    names
}

/// The sizes in a model's config.json.
pub fn config(model: &str) -> Config {
    let file = json(&format!("models/{model}/config.json"));
    let size = |key: &str| file[key].as_u64().map(|n| n as usize);
    let known = |key| size(key).expect(key);
    Config {
        layers: known("n_layer"),
        heads: known("n_head"),
        width: known("n_embd"),
        inner: size("n_inner").unwrap_or(4 * known("n_embd")),
        context: known("n_positions"),
        vocabulary: known("vocab_size"),
        tied: file["tie_word_embeddings"].as_bool().expect("tied or not"),
        epsilon: file["layer_norm_epsilon"].as_f64().expect("epsilon"),
        dropout: 0.0,
    }
}

/// What GPT-2's files call the tensor that `Spec` calls `name`.
pub fn name_in_file(name: &str) -> String {
    if name == "lm_head.weight" { name.into() } else { format!("transformer.{name}") }
}

/// A model of models/; every tensor of the file is used, and no other is missed.
pub fn model<T: Real>(name: &str) -> Parameters<T> {
    let mut file = tensors(&format!("models/{name}/model.safetensors"));
    let mut parameters = Parameters::zeros(&config(name));
    for (spec, range) in parameters.specs().into_iter().zip(parameters.ranges()) {
        let tensor = file.remove(&name_in_file(&spec.name)).expect(&spec.name);
        assert_eq!(tensor.shape, spec.shape, "{name}: {}", spec.name);
        for (to, from) in parameters.values[range].iter_mut().zip(tensor.values) {
            *to = T::of(from);
        }
    }
    assert!(file.is_empty(), "{name}: {:?} are not used", file.keys());
    parameters
}

/// Sequences that predict each next token; with a mask, only the tokens where it is 1.
pub fn next_token_batch(ids: &[Vec<u32>], mask: Option<&[Vec<u32>]>) -> Vec<Sequence> {
    let counts = |s: usize, t: usize| mask.is_none_or(|mask| mask[s][t] == 1);
    let target = |s: usize, t: usize| ids[s].get(t).copied().filter(|_| counts(s, t));
    let sequence = |(s, tokens): (usize, &Vec<u32>)| Sequence {
        tokens: tokens.clone(),
        targets: (1..=tokens.len()).map(|t| target(s, t)).collect(),
        dropout_seed: 0,
    };
    ids.iter().enumerate().map(sequence).collect()
}

/// Weights larger than for training, biases and gains too, so that no mistake hides behind a zero.
pub fn random_model<T: Real>(config: &Config, seed: u64) -> Parameters<T> {
    let mut parameters = Parameters::<f64>::random(config, seed);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for value in &mut parameters.values {
        *value += rng.random_range(-0.4..0.4);
    }
    parameters.cast()
}

pub fn random_tokens(config: &Config, positions: usize, seed: u64) -> Vec<u32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..positions).map(|_| rng.random_range(0..config.vocabulary as u32)).collect()
}

/// The largest |got - expected|; infinite if one of them is not a number.
pub fn largest_difference<T: Real>(got: &[T], expected: &[f64]) -> f64 {
    assert_eq!(got.len(), expected.len(), "they hold different amounts of numbers");
    let differences = got.iter().zip(expected).map(|(g, e)| (g.to_f64() - e).abs());
    differences.fold(0.0, |most, d| if d.is_nan() { f64::INFINITY } else { most.max(d) })
}

/// The number farthest from zero.
pub fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, v| most.max(v.abs()))
}

/// The bits of numbers: equal only if the numbers are the very same, the sign of zero included.
pub fn bits<T: Real>(values: &[T]) -> Vec<u64> {
    values.iter().map(|v| v.to_f64().to_bits()).collect()
}

/// Collects deviations by what deviates, to be held against a limit and printed.
#[derive(Default)]
pub struct Deviations(BTreeMap<&'static str, f64>);

impl Deviations {
    /// Fails at once if `deviation` is above `limit`.
    pub fn check(&mut self, what: &'static str, deviation: f64, limit: f64, place: &str) {
        let worst = self.0.entry(what).or_default();
        *worst = worst.max(deviation);
        assert!(deviation <= limit, "{place}: {what} is off by {deviation:e}, above {limit:e}");
    }
}

impl Drop for Deviations {
    fn drop(&mut self) {
        for (what, worst) in &self.0 {
            println!("{what}: {worst:.1e}");
        }
    }
}
