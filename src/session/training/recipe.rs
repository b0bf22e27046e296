//! From a preset, data and a seed to a trainer that stands before its first step. The window and
//! the command line begin every run here.

use super::Exercises;
use super::Materials;
use crate::nn::{Config, Sequence};
use crate::session::data::document;
use crate::session::{As, Data, Reading, enough_for_training, read_data};
use crate::store::{Model, Provenance};
use crate::tensor::Threads;
use crate::text::Tokenizer;
use crate::text::clean::RuleReport;
use crate::text::dialogue::Problem;
use crate::text::sets::sample;
use crate::train::{
    Corpus, Counted, Examples, Learning, Plan, Preset, Shape, TokenizerChoice, Trainer, Tuning,
    document_sequences, text_sequences,
};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

/// All that decides what a run becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// What the preset is called.
    pub name: String,
    pub preset: Preset,
    /// Shipped sets by name, or files.
    pub data: Vec<String>,
    pub read_as: Option<As>,
    /// Whether dialogues are cleaned by the rules that are on by default.
    pub cleaned: bool,
    pub seed: u64,
    /// Whether the data is kept in the run's folder, as it was chosen in the Data station.
    #[serde(default)]
    pub keeps_data: bool,
    /// If it does not begin from noise: the model that it begins with, and how.
    #[serde(default)]
    pub tune: Option<Tune>,
}

/// How a model that is there learns something more. The model is kept in the run's folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tune {
    /// What the model is called.
    pub base: String,
    pub tuning: Tuning,
    /// The share of dialogues of the model's own old data among those that it learns from.
    #[serde(default)]
    pub mix: f64,
}

/// What is being done before the first step, and how far it is (0 to 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stage {
    Reading,
    Tokenizer(f32),
    Encoding,
}

/// A run that can begin.
pub struct Prepared {
    pub trainer: Trainer,
    pub tokenizer: Tokenizer,
    pub provenance: Provenance,
    /// Lines of files that were not understood.
    pub problems: Vec<(PathBuf, Problem)>,
    pub cleaning: Vec<RuleReport>,
    /// The token that ends a text, if the model came with one.
    pub end: Option<u32>,
    /// What a tuning run begins with and is shown by.
    pub(super) tuned: Option<(Arc<Model>, Exercises)>,
    /// The data as the run's folder keeps it.
    pub(super) kept_data: Option<String>,
}

impl Recipe {
    /// Of a run in which a model of this shape learns the replies of dialogues.
    pub fn to_tune(config: &Config, data: &str, learning: Learning, tune: Tune) -> Self {
        let model = Shape {
            layers: config.layers,
            heads: config.heads,
            width: config.width,
            inner: Some(config.inner),
            context: config.context,
            dropout: config.dropout,
            begin: Default::default(),
        };
        let preset = Preset {
            format: 1,
            about: String::new(),
            model,
            tokenizer: TokenizerChoice::Bpe(config.vocabulary),
            data: Vec::new(),
            turns_as_lines: false,
            learning,
        };
        Self {
            name: data.into(),
            preset,
            data: vec![data.into()],
            read_as: None,
            cleaned: true,
            seed: 0,
            keeps_data: false,
            tune: Some(tune),
        }
    }

    /// Reads the data, learns the tokenizer and makes a model of random weights. `progress` is told
    /// what is being done, and may end it.
    ///
    /// # Errors
    /// If the data cannot be read, is too little, or does not go with the preset; if the model does
    /// not fit in memory; if it was ended.
    pub fn prepare(
        &self,
        threads: Threads,
        progress: &mut dyn FnMut(Stage) -> ControlFlow<()>,
    ) -> Result<Prepared> {
        self.prepare_with(Materials::default(), threads, progress)
    }

    /// As [`Recipe::prepare`], with what the recipe only names.
    ///
    /// # Errors
    /// As [`Recipe::prepare`]; and if the model to tune is missing, or cannot chat.
    pub(in crate::session) fn prepare_with(
        &self,
        materials: Materials,
        threads: Threads,
        progress: &mut dyn FnMut(Stage) -> ControlFlow<()>,
    ) -> Result<Prepared> {
        tell(progress, Stage::Reading)?;
        let Materials { data, base } = materials;
        let kept_data = data.as_ref().map(Materials::data_text).transpose()?;
        let data = data.map_or_else(|| self.read_data(), Ok)?;
        let mut prepared = match (&self.tune, base) {
            (None, _) => self.begin_from_noise(data, threads, progress)?,
            (Some(tune), Some(base)) => self.begin_tuned(tune, base, data, threads, progress)?,
            (Some(tune), None) => {
                let what =
                    format!("the model {} to begin with is missing; open it first", tune.base);
                return Err(Error::failed(what));
            }
        };
        prepared.kept_data = kept_data;
        Ok(prepared)
    }

    fn read_data(&self) -> Result<Data> {
        let reading = Reading {
            read_as: if self.tune.is_some() { Some(As::Dialogue) } else { self.read_as },
            turns_as_lines: self.preset.turns_as_lines,
            cleaned: self.cleaned,
            keep_back: Some((self.preset.learning.validation, self.seed)),
        };
        read_data(&self.data, reading)
    }

    /// A model that learned something already learns the replies of dialogues.
    fn begin_tuned(
        &self,
        tune: &Tune,
        base: Arc<Model>,
        mut data: Data,
        threads: Threads,
        progress: &mut dyn FnMut(Stage) -> ControlFlow<()>,
    ) -> Result<Prepared> {
        tell(progress, Stage::Encoding)?;
        let tokenizer = base.tokenizer()?.clone();
        let config = &base.parameters.config;
        let learning = self.preset.learning.clone();
        enough_for_training(config, &learning)?;
        let exercises = Exercises::new(&data, &base)?;
        mix_in_old(&mut data, &base, tune.mix, self.seed);
        let (examples, validation) =
            examples(&data, &tokenizer, config, Counted::Replies, &learning, self.seed)?;
        let plan = Plan { learning, tuning: tune.tuning.clone(), seed: self.seed };
        let parameters = base.parameters.clone();
        let trainer = Trainer::new(plan, parameters, examples, validation, threads);
        let Data { sources, problems, cleaning, .. } = data;
        let provenance = Provenance {
            preset: "tune".into(),
            data: sources,
            parent: Some(tune.base.clone()),
            ..Provenance::default()
        };
        let (end, tuned) = (base.end, Some((base, exercises)));
        Ok(Prepared {
            trainer,
            tokenizer,
            provenance,
            problems,
            cleaning,
            end,
            tuned,
            kept_data: None,
        })
    }

    fn begin_from_noise(
        &self,
        data: Data,
        threads: Threads,
        progress: &mut dyn FnMut(Stage) -> ControlFlow<()>,
    ) -> Result<Prepared> {
        let Self { name, preset, seed, .. } = self;
        tell(progress, Stage::Tokenizer(0.0))?;
        let tokenizer = self.learn_tokenizer(&data, progress)?;
        tell(progress, Stage::Encoding)?;
        let config = preset.config(tokenizer.vocabulary_size());
        config.validate()?;
        enough_for_training(&config, &preset.learning)?;
        let learning = preset.learning.clone();
        let (examples, validation) =
            examples(&data, &tokenizer, &config, Counted::All, &learning, *seed)?;
        let plan = Plan { learning, tuning: Tuning::Full, seed: *seed };
        let parameters = preset.parameters(config.vocabulary, *seed);
        let trainer = Trainer::new(plan, parameters, examples, validation, threads);
        let Data { sources, problems, cleaning, .. } = data;
        let provenance =
            Provenance { preset: name.clone(), data: sources, ..Provenance::default() };
        Ok(Prepared {
            trainer,
            tokenizer,
            provenance,
            problems,
            cleaning,
            end: None,
            tuned: None,
            kept_data: None,
        })
    }

    fn learn_tokenizer(
        &self,
        data: &Data,
        progress: &mut dyn FnMut(Stage) -> ControlFlow<()>,
    ) -> Result<Tokenizer> {
        let choice = self.preset.tokenizer;
        let wanted = match choice {
            TokenizerChoice::Characters => 1,
            TokenizerChoice::Bpe(vocabulary) => vocabulary,
        };
        let mut merged = |size: usize| progress(Stage::Tokenizer(size as f32 / wanted as f32));
        let learned = data.split.learn_tokenizer_until(choice, &mut merged);
        learned.map_err(|error| Error::failed(format!("{}: {error}", self.name)))
    }
}

fn tell(progress: &mut dyn FnMut(Stage) -> ControlFlow<()>, stage: Stage) -> Result<()> {
    match progress(stage) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Error::failed("the run was stopped before it began")),
    }
}

/// Puts dialogues that the model learned before among those to learn from, as far as they come from
/// sets inside the program: so many that they are this share.
fn mix_in_old(data: &mut Data, base: &Model, share: f64, seed: u64) {
    let Corpus::Documents(documents) = &mut data.split.training else { return };
    let old = super::exercises::old_dialogues(base);
    if !(share > 0.0 && share < 1.0) || old.is_empty() {
        return;
    }
    let count = (documents.len() as f64 * share / (1.0 - share)).round() as usize;
    let drawn = sample(&old, count, seed);
    documents.extend(drawn.iter().map(|talk| document(talk, false)));
}

/// The training part of data as windows, and the validation part as sequences.
///
/// # Errors
/// If a text cannot be encoded, or there is too little of it.
pub fn examples(
    data: &Data,
    tokenizer: &Tokenizer,
    config: &Config,
    counted: Counted,
    learning: &Learning,
    seed: u64,
) -> Result<(Examples, Vec<Sequence>)> {
    let names: Vec<&str> = data.sources.iter().map(|source| source.name.as_str()).collect();
    let examples = Examples::new(&data.split.training, tokenizer, config.context, counted, seed)
        .map_err(|error| Error::failed(format!("{}: {error}", names.join(", "))))?
        .with_repeats(learning.repeats, tokenizer);
    let validation = match &data.split.validation {
        Corpus::Text(text) => text_sequences(&tokenizer.encode(text)?, config.context),
        Corpus::Documents(documents) => {
            document_sequences(documents, tokenizer, config.context, counted)?
        }
    };
    Ok((examples, validation))
}
