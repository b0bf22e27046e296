//! `model.safetensors`: the weights of a GPT-2, by Hugging Face's names.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use half::f16;
use serde::Deserialize;

use super::atomic::{Staged, stage};
use super::source::Source;
use super::tensors::{self, Precision, Tensor, TensorFile};
use crate::nn::{Config, Parameters, Spec, Tensors};
use crate::{Error, Result};

/// The name of the file.
pub(super) const FILE: &str = "model.safetensors";
/// Lists the files of a model that is spread over several.
const INDEX: &str = "model.safetensors.index.json";
/// Weights in Python's pickle format: opening them runs whatever program is in them.
const PICKLE: &str = "pytorch_model.bin";

const LARGEST_INDEX: u64 = 8 << 20;
/// More than any GPT-2 is spread over.
const MOST_FILES: usize = 64;

/// Stands before most names in files of `GPT2LMHeadModel`; older files lack it.
const PREFIX: &str = "transformer.";
const LM_HEAD: &str = "lm_head.weight";
const WTE: &str = "wte.weight";

/// The weight files of a model, opened.
struct Files<'a> {
    files: Vec<TensorFile<'a>>,
    /// For each tensor, by its name without the prefix, its file and its full name there.
    places: HashMap<String, (usize, String)>,
}

/// Reads the weights of a model of the given sizes.
///
/// # Errors
/// If they are missing, broken or of other sizes; the sentence names the file.
pub(super) fn read(source: Source, config: &Config) -> Result<Parameters<f32>> {
    let mut files = Files::open(source)?;
    let specs = files.check(config)?;
    // All tensors are there in the sizes that are wanted: the files are as large as this memory.
    let mut parameters = Parameters::zeros(config);
    let ranges = parameters.ranges();
    for (spec, range) in specs.iter().zip(&ranges) {
        let mut rest = &mut parameters.values[range.clone()];
        files.read(&spec.name, |numbers| {
            let (now, later) = std::mem::take(&mut rest).split_at_mut(numbers.len());
            now.copy_from_slice(numbers);
            rest = later;
            Ok(())
        })?;
    }
    if config.tied && files.places.contains_key(LM_HEAD) {
        files.check_tied(parameters.view().wte)?;
    }
    Ok(parameters)
}

impl<'a> Files<'a> {
    fn open(source: Source<'a>) -> Result<Self> {
        let names = file_names(source)?;
        let mut files: Vec<TensorFile> = Vec::with_capacity(names.len());
        let mut places = HashMap::new();
        for name in names {
            let file = TensorFile::open(source.open(&name)?)?;
            for full in file.names() {
                let short = full.strip_prefix(PREFIX).unwrap_or(&full).to_owned();
                if places.insert(short, (files.len(), full.clone())).is_some() {
                    let what = format!("the tensor {full} is there twice; copy the model again");
                    return Err(Error::file(&file.path, what));
                }
            }
            files.push(file);
        }
        Ok(Self { files, places })
    }

    /// The path that an error about the weights as a whole names.
    fn path(&self) -> &Path {
        self.files.first().map_or(Path::new(FILE), |file| &file.path)
    }

    /// The tensors that a model of these sizes has, if all are there in their shapes, and no more.
    fn check(&self, config: &Config) -> Result<Vec<Spec>> {
        // Even the list of names is made only if it can be as long as the config claims.
        if config.layers > self.places.len() {
            return Err(self.disagree(format!("there are not {} blocks in it", config.layers)));
        }
        let mut specs = Vec::new();
        Tensors::build(config, |spec| specs.push(spec));
        for Spec { name, shape } in &specs {
            self.check_tensor(name, shape)?;
        }
        let known: BTreeSet<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
        let surplus = self.places.keys().filter(|name| {
            name.starts_with("h.") && !known.contains(name.as_str()) && !is_buffer(name)
        });
        if let Some(name) = surplus.min() {
            return Err(self.disagree(format!("it also holds {name}")));
        }
        if config.tied && self.places.contains_key(LM_HEAD) {
            self.check_tensor(LM_HEAD, &[config.vocabulary, config.width])?;
        }
        Ok(specs)
    }

    fn check_tensor(&self, name: &str, shape: &[usize]) -> Result<()> {
        let Some((file, full)) = self.places.get(name) else {
            return Err(self.disagree(format!("the tensor {name} is missing")));
        };
        let file = &self.files[*file];
        let found = file.info(full).map(|info| info.shape.as_slice()).unwrap_or_default();
        if found != shape {
            return Err(Error::file(
                &file.path,
                format!(
                    "{full} has the shape {found:?}, but config.json asks for {shape:?}; \
                     copy both files again"
                ),
            ));
        }
        file.check_type(full)
    }

    fn disagree(&self, what: String) -> Error {
        let what = format!("{what}, which does not fit config.json; copy both files again");
        Error::file(self.path(), what)
    }

    fn read(&mut self, name: &str, each: impl FnMut(&[f32]) -> Result<()>) -> Result<()> {
        match self.places.get(name) {
            Some((file, full)) => self.files[*file].read(full, each),
            None => Err(self.disagree(format!("the tensor {name} is missing"))),
        }
    }

    /// A tied model may store its output matrix all the same, but not another one.
    fn check_tied(&mut self, wte: &[f32]) -> Result<()> {
        let mut rest = wte;
        let mut same = true;
        self.read(LM_HEAD, |numbers| {
            let (now, later) = rest.split_at(numbers.len());
            same &= now == numbers;
            rest = later;
            Ok(())
        })?;
        if same {
            return Ok(());
        }
        Err(Error::file(
            self.path(),
            format!(
                "{LM_HEAD} differs from {WTE}, but config.json says that they are one; \
                 set tie_word_embeddings to false there"
            ),
        ))
    }
}

/// Masks that old files store with the weights.
fn is_buffer(name: &str) -> bool {
    name.ends_with(".attn.bias") || name.ends_with(".attn.masked_bias")
}

/// The names of the files that hold the weights.
fn file_names(source: Source) -> Result<Vec<String>> {
    if source.has(FILE) {
        return Ok(vec![FILE.to_owned()]);
    }
    if source.has(INDEX) {
        return index(&source.text(INDEX, LARGEST_INDEX)?)
            .map_err(|error| Error::file(&source.path(INDEX), error));
    }
    let folder = source.folder();
    Err(Error::file(
        folder,
        if source.has(PICKLE) {
            format!(
                "its weights are a pickle ({PICKLE}), which is not opened because it can run any \
                 program; convert it with python: \
                 from transformers import AutoModelForCausalLM; \
                 AutoModelForCausalLM.from_pretrained({folder:?})\
                 .save_pretrained({folder:?}, safe_serialization=True)"
            )
        } else {
            format!("this folder has no {FILE}; name a folder with a GPT-2 model")
        },
    ))
}

/// The files that an index names.
fn index(text: &str) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Index {
        weight_map: HashMap<String, String>,
    }
    let index: Index = serde_json::from_str(text).map_err(|error| {
        Error::failed(format!("not a list of weight files ({error}); copy it again"))
    })?;
    let names: BTreeSet<String> = index.weight_map.into_values().collect();
    // A name with a path in it would lead out of the folder.
    let plain = |name: &&String| name.ends_with(".safetensors") && !name.contains(['/', '\\', ':']);
    if names.is_empty() || names.len() > MOST_FILES || !names.iter().all(|name| plain(&name)) {
        return Err(Error::failed(format!(
            "it must name 1 to {MOST_FILES} .safetensors files of this folder; copy it again"
        )));
    }
    Ok(names.into_iter().collect())
}

/// Writes the weights beside the file at `path`, to take its place.
///
/// # Errors
/// If a weight is no finite number in that precision: no model could use it, and the file at
/// `path` may be the last good one. Or if the file cannot be written.
pub(super) fn stage_weights(
    path: &Path,
    parameters: &Parameters<f32>,
    precision: Precision,
) -> Result<Staged> {
    let full = |name: String| if name == LM_HEAD { name } else { format!("{PREFIX}{name}") };
    let tensors: Vec<Tensor> = parameters
        .specs()
        .into_iter()
        .zip(parameters.ranges())
        .map(|(spec, range)| Tensor {
            name: full(spec.name),
            shape: spec.shape,
            values: &parameters.values[range],
        })
        .collect();
    for Tensor { name, values, .. } in &tensors {
        check_writable(values, precision)
            .map_err(|what| Error::file(path, format!("not written: {name} {what}")))?;
    }
    let note = ("format", "pt".to_owned());
    let header = tensors::header(path, &tensors, precision, note)?;
    stage(path, |out| tensors::write(out, &header, &tensors, precision))
}

fn check_writable(values: &[f32], precision: Precision) -> std::result::Result<(), String> {
    if let Err(number) = tensors::check_finite(values) {
        return Err(format!("holds {number}; train with a smaller learning rate"));
    }
    let large = |x: &&f32| precision == Precision::F16 && f16::from_f32(**x).is_infinite();
    match values.iter().find(large) {
        Some(x) => Err(format!("holds {x}, too large for 16 bits; save in 32 bits")),
        None => Ok(()),
    }
}
