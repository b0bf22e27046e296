//! `glassbox train`: a model from random weights.

use super::DataChoice;
use super::learn::{self, RunChoice};
use super::output::say_problems;
use crate::session::{Recipe, RunFolder};
use crate::store::read_text;
use crate::tensor::Threads;
use crate::train::Preset;
use crate::{Error, Result};
use clap::Args;
use std::ops::ControlFlow;
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
        let recipe = Recipe {
            name: self.preset.clone(),
            data: names.clone(),
            preset,
            read_as: self.data.read_as(),
            cleaned: !self.run.no_clean,
            seed: self.run.seed,
            keeps_data: false,
            tune: None,
        };
        let prepared = recipe.prepare(threads, &mut |_| ControlFlow::Continue(()))?;
        say_problems(&prepared.problems);
        learn::say_cleaning(&prepared.cleaning);
        let folder = RunFolder {
            folder: self.run.out.clone(),
            tokenizer: Some(prepared.tokenizer),
            end: None,
            provenance: prepared.provenance,
            precision: self.run.precision(),
        };
        learn::run(prepared.trainer, folder, &self.run)
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
