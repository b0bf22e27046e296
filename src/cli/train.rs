//! `glassbox train`: a model from random weights.

use super::DataChoice;
use super::answers;
use super::learn::{self, RunChoice};
use super::output::say_problems;
use crate::session::{Recipe, Recorder, RunFolder};
use crate::store::{check_writable, read_text, write_atomically};
use crate::tensor::Threads;
use crate::train::Preset;
use crate::{Error, Result};
use clap::Args;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct Train {
    /// The name of a preset (nano-cpu, chat-small, baby, minute, starter, base-en, base-zh) or a RON file
    #[arg(long, value_name = "NAME|FILE")]
    preset: String,
    #[command(flatten)]
    data: DataChoice,
    #[command(flatten)]
    run: RunChoice,
    /// Write the run down for lessons: its curves, replies and right answers
    #[arg(long, value_name = "FILE", conflicts_with = "resume")]
    record: Option<PathBuf>,
    /// Answers files or shipped sets whose questions are asked on the way
    #[arg(long, value_name = "SET|FILE", requires = "record")]
    exam: Vec<String>,
    /// What is said to the model on the way
    #[arg(long, value_name = "TEXT", default_value = "Hello!", requires = "record")]
    ask: String,
    /// Ask every so many steps
    #[arg(long, value_name = "N", default_value_t = 100, requires = "record", value_parser = clap::value_parser!(u64).range(1..))]
    ask_every: u64,
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
        self.record.as_deref().map_or(Ok(()), check_writable)?;
        let exam = |name: &String| Ok::<_, Error>((name.clone(), answers::read(name)?));
        let exams = self.exam.iter().map(exam).collect::<Result<Vec<_>>>()?;
        let prepared = recipe.prepare(threads.clone(), &mut |_| ControlFlow::Continue(()))?;
        say_problems(&prepared.problems);
        learn::say_cleaning(&prepared.cleaning);
        let tokenizer = prepared.tokenizer.clone();
        let folder = RunFolder {
            folder: self.run.out.clone(),
            tokenizer: Some(prepared.tokenizer),
            end: None,
            provenance: prepared.provenance,
            precision: self.run.precision(),
        };
        let Some(file) = &self.record else {
            return learn::run(prepared.trainer, folder, &self.run);
        };
        let mut recorder = Recorder::new(
            (&recipe.name, &recipe.data),
            (&prepared.trainer, tokenizer),
            exams,
            (self.ask_every, self.ask.clone()),
            threads,
        );
        learn::run_and_watch(prepared.trainer, folder, &self.run, &mut |report, trainer| {
            recorder.after(report, trainer.parameters())
        })?;
        let text = recorder.finish().to_ron()?;
        write_atomically(file, |out| out.write_all(text.as_bytes()))
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
