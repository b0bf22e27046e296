//! `glassbox train`: a model from random weights.

use super::DataChoice;
use super::learn::{self, RunChoice};
use super::output::say_problems;
use crate::session::{Reading, RunFolder, enough_for_training, read_data};
use crate::store::{Provenance, read_text};
use crate::tensor::Threads;
use crate::train::{Counted, Plan, Preset, Trainer, Tuning};
use crate::{Error, Result};
use clap::Args;
use std::path::Path;

#[derive(Args)]
pub(super) struct Train {
    /// The name of a preset (nano-cpu, chat-small, baby, minute, starter, base-en, base-zh) or a RON file
    #[arg(long, value_name = "NAME|FILE")]
    preset: String,
    #[command(flatten)]
    data: DataChoice,
    #[command(flatten)]
    run: RunChoice,
}

/// A preset's file is small.
pub(super) const LARGEST_PRESET: u64 = 1 << 16;

impl Train {
    pub fn run(self, threads: Threads) -> Result<()> {
        let mut preset = find_preset(&self.preset)?;
        preset.learning.steps = self.run.steps.unwrap_or(preset.learning.steps);
        let names = if self.data.data.is_empty() { &preset.data } else { &self.data.data };
        if names.is_empty() {
            return Err(Error::usage(format!(
                "the preset {} brings no data of its own; name files or sets with --data",
                self.preset
            )));
        }
        let seed = self.run.seed;
        let reading = Reading {
            read_as: self.data.read_as(),
            turns_as_lines: preset.turns_as_lines,
            cleaned: !self.run.no_clean,
            keep_back: Some((preset.learning.validation, seed)),
        };
        let data = read_data(names, reading)?;
        say_problems(&data.problems);
        learn::say_cleaning(&data);
        let tokenizer = data
            .split
            .learn_tokenizer(preset.tokenizer)
            .map_err(|error| Error::failed(format!("{}: {error}", self.preset)))?;
        let config = preset.config(tokenizer.vocabulary_size());
        config.validate()?;
        enough_for_training(&config, &preset.learning)?;
        let (examples, validation) =
            learn::examples(&data, &tokenizer, &config, Counted::All, &preset.learning, seed)?;
        let parameters = preset.parameters(config.vocabulary, seed);
        let plan = Plan { learning: preset.learning, tuning: Tuning::Full, seed };
        let trainer = Trainer::new(plan, parameters, examples, validation, threads);
        let provenance =
            Provenance { preset: self.preset.clone(), data: data.sources, ..Provenance::default() };
        let folder = RunFolder {
            folder: self.run.out.clone(),
            tokenizer: Some(tokenizer),
            end: None,
            provenance,
            precision: self.run.precision(),
        };
        learn::run(trainer, folder, &self.run)
    }
}

/// A file of the user's goes before a preset inside the program.
fn find_preset(name: &str) -> Result<Preset> {
    let path = Path::new(name);
    if path.is_file() || (path.exists() && Preset::shipped(name).is_none()) {
        return Preset::parse(&read_text(Path::new(name), LARGEST_PRESET)?, name);
    }
    Preset::shipped(name).unwrap_or_else(|| {
        let known: Vec<&str> = Preset::names().collect();
        Err(Error::usage(format!(
            "there is no preset or file called {name}; the presets are {}",
            known.join(", ")
        )))
    })
}
