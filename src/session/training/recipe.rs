//! From a preset, data and a seed to a trainer that stands before its first step. The window and
//! the command line begin every run here.

use crate::nn::{Config, Sequence};
use crate::session::{As, Data, Reading, enough_for_training, read_data};
use crate::store::Provenance;
use crate::tensor::Threads;
use crate::text::Tokenizer;
use crate::text::clean::RuleReport;
use crate::text::dialogue::Problem;
use crate::train::{
    Corpus, Counted, Examples, Learning, Plan, Preset, TokenizerChoice, Trainer, Tuning,
    document_sequences, text_sequences,
};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// All that decides what a run from noise becomes.
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
}

impl Recipe {
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
        let Self { name, preset, seed, .. } = self;
        tell(progress, Stage::Reading)?;
        let reading = Reading {
            read_as: self.read_as,
            turns_as_lines: preset.turns_as_lines,
            cleaned: self.cleaned,
            keep_back: Some((preset.learning.validation, *seed)),
        };
        let data = read_data(&self.data, reading)?;
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
        Ok(Prepared { trainer, tokenizer, provenance, problems, cleaning })
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
