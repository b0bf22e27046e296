//! `glassbox tune`: more learning for a model that is there, on the replies of dialogues.

use super::DataChoice;
use super::learn::{self, RunChoice};
use super::output::say_problems;
use crate::nn::LoraTarget;
use crate::session::{
    As, Reading, RunFolder, enough_for_training, examples, open_model, read_data,
};
use crate::store::{Provenance, read_text};
use crate::tensor::Threads;
use crate::train::{Counted, LORA_LEARNING_RATE, Learning, Plan, Trainer, Tuning, TuningPreset};
use crate::{Error, Result};
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct Tune {
    /// A recipe with its own base and data: chat-en, chat-zh, or a RON file; one that goes on from another recipe
    /// follows that one first
    #[arg(long, value_name = "NAME|FILE")]
    preset: Option<String>,
    /// The folder of a model, or the name of a shipped one
    #[arg(long, value_name = "DIR", required_unless_present = "preset")]
    model: Option<PathBuf>,
    #[command(flatten)]
    data: DataChoice,
    #[command(flatten)]
    run: RunChoice,
    /// Train small added matrices of this rank instead of all weights
    #[arg(long, value_name = "RANK", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=1024))]
    lora: Option<u32>,
    /// The matrices to add to: qkv, output, up, down
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        requires = "lora",
        default_value = "qkv,output,up,down"
    )]
    lora_targets: Vec<String>,
    /// How much the added matrices count [default: twice the rank]
    #[arg(long, value_name = "A", allow_negative_numbers = true, requires = "lora")]
    lora_alpha: Option<f64>,
    /// The highest learning rate
    #[arg(long, value_name = "R", allow_negative_numbers = true)]
    learning_rate: Option<f64>,
    /// Dialogue windows in a batch
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(1..=4096))]
    batch: Option<u32>,
}

impl Tune {
    pub fn run(mut self, threads: Threads) -> Result<()> {
        let preset = self.preset.as_deref().map(find_preset).transpose()?;
        if let Some(preset) = preset.as_ref().filter(|_| self.data.data.is_empty()) {
            self.data.data.clone_from(&preset.data);
        }
        let base = self.model.clone().or_else(|| preset.as_ref().map(|p| PathBuf::from(&p.base)));
        let base = base.ok_or_else(|| Error::usage("--model names no model to begin with"))?;
        let parent = base.display().to_string();
        if self.data.data.is_empty() {
            return Err(Error::usage("--data names no file; give the dialogues to learn from"));
        }
        if self.data.read_as() == Some(As::Text) {
            return Err(Error::usage(
                "--as text has no replies to learn from; tune on dialogues, or train on text",
            ));
        }
        let base = match self.recipe_before(&parent) {
            Some(first) => first.followed(&threads)?,
            None => base,
        };
        let model = open_model(&base)?;
        let tokenizer = model.tokenizer()?.clone();
        let learning = self.learning(preset.map(|preset| preset.learning))?;
        let config = &model.parameters.config;
        let tuning = self.tuning(config.width)?;
        enough_for_training(config, &learning)?;
        let seed = self.run.seed;
        let reading = Reading {
            read_as: Some(As::Dialogue),
            turns_as_lines: false,
            cleaned: !self.run.no_clean,
            keep_back: Some((learning.validation, seed)),
        };
        let data = read_data(&self.data.data, reading)?;
        say_problems(&data.problems);
        learn::say_cleaning(&data.cleaning);
        let (examples, validation) =
            examples(&data, &tokenizer, config, Counted::Replies, &learning, seed)?;
        let plan = Plan { learning, tuning, seed };
        let provenance = Provenance {
            preset: self.preset.clone().unwrap_or_else(|| "tune".into()),
            data: data.sources,
            parent: Some(parent),
            ..Provenance::default()
        };
        let folder = RunFolder {
            folder: self.run.out.clone(),
            tokenizer: Some(tokenizer),
            end: model.end,
            provenance,
            precision: self.run.precision(),
        };
        if folder.would_overwrite(&base) {
            return Err(Error::usage(format!(
                "--out {} would write over the model that --model names; choose another --out",
                self.run.out.display()
            )));
        }
        let trainer = Trainer::new(plan, model.parameters, examples, validation, threads);
        learn::run(trainer, folder, &self.run)
    }

    /// The recipe that has to be followed first, if the recipe's base is none of the shipped models but one more
    /// recipe. What it makes stands beside what comes of it, in the folder `first`.
    fn recipe_before(&self, base: &str) -> Option<Self> {
        let is_recipe = TuningPreset::names().any(|name| name == base);
        if self.model.is_some() || Path::new(base).exists() || !is_recipe {
            return None;
        }
        let run = RunChoice {
            out: self.run.out.join("first"),
            steps: None,
            log: None,
            ..self.run.clone()
        };
        Some(Self {
            preset: Some(base.into()),
            model: None,
            data: DataChoice::default(),
            run,
            lora_targets: self.lora_targets.clone(),
            lora: None,
            lora_alpha: None,
            learning_rate: None,
            batch: None,
        })
    }

    /// Follows a recipe; the folder of what it made.
    fn followed(self, threads: &Threads) -> Result<PathBuf> {
        let out = self.run.out.clone();
        self.run(threads.clone())?;
        Ok(out)
    }

    fn learning(&self, preset: Option<Learning>) -> Result<Learning> {
        let mut learning = preset.map_or_else(Learning::for_tuning, Ok)?;
        learning.steps = self.run.steps.unwrap_or(learning.steps);
        learning.batch = self.batch.map_or(learning.batch, |batch| batch as usize);
        let by_default = match self.lora {
            Some(_) => LORA_LEARNING_RATE * learning.learning_rate,
            None => learning.learning_rate,
        };
        let rate = self.learning_rate.unwrap_or(by_default);
        if !(rate > 0.0 && rate <= 10.0) {
            return Err(Error::usage(format!(
                "--learning-rate is {rate}; it must be above 0 and at most 10"
            )));
        }
        learning.final_learning_rate *= rate / learning.learning_rate;
        learning.learning_rate = rate;
        Ok(learning)
    }

    fn tuning(&self, width: usize) -> Result<Tuning> {
        let Some(rank) = self.lora else { return Ok(Tuning::Full) };
        let rank = rank as usize;
        if rank > width {
            return Err(Error::usage(format!(
                "--lora {rank} is more than the model's width {width}; choose a lower rank"
            )));
        }
        let alpha = self.lora_alpha.unwrap_or(2.0 * rank as f64);
        if !(alpha > 0.0 && alpha.is_finite()) {
            return Err(Error::usage(format!("--lora-alpha is {alpha}; it must be above 0")));
        }
        let target = |name: &String| {
            LoraTarget::ALL.into_iter().find(|target| target.name() == name).ok_or_else(|| {
                Error::usage(format!(
                    "--lora-targets {name} is no matrix; choose from qkv, output, up, down"
                ))
            })
        };
        let targets = self.lora_targets.iter().map(target).collect::<Result<Vec<_>>>()?;
        Ok(Tuning::Lora { rank, alpha, targets })
    }
}

/// A file of the user's goes before a preset inside the program.
fn find_preset(name: &str) -> Result<TuningPreset> {
    let path = Path::new(name);
    if path.is_file() {
        return TuningPreset::parse(&read_text(path, super::train::LARGEST_PRESET)?, name);
    }
    TuningPreset::shipped(name).unwrap_or_else(|| {
        let known: Vec<&str> = TuningPreset::names().collect();
        Err(Error::usage(format!(
            "there is no tuning preset or file called {name}; the presets are {}",
            known.join(", ")
        )))
    })
}
