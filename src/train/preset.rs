//! Presets: what to build and how to learn, in a RON file.

use crate::nn::{Config, Parameters};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// A recipe for a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// The version of this file format: 1.
    pub format: u32,
    /// What the preset is for, in a sentence.
    pub about: String,
    pub model: Shape,
    pub tokenizer: TokenizerChoice,
    /// Dialogue sets or files to learn from when none are given.
    #[serde(default)]
    pub data: Vec<String>,
    /// Whether dialogues are read as plain texts, a line for each turn, without role tokens.
    #[serde(default)]
    pub turns_as_lines: bool,
    pub learning: Learning,
}

/// A recipe for tuning a model that is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TuningPreset {
    /// The version of this file format: 1.
    pub format: u32,
    /// What the preset is for, in a sentence.
    pub about: String,
    /// The model to begin with: a folder, the name of a shipped one, or of a recipe that is followed first.
    pub base: String,
    /// Dialogue sets or files to learn from.
    pub data: Vec<String>,
    pub learning: Learning,
}

impl TuningPreset {
    /// A preset inside the program.
    pub fn shipped(name: &str) -> Option<Result<Self>> {
        let (name, text) = TUNING.iter().find(|(shipped, _)| *shipped == name)?;
        Some(Self::parse(text, name))
    }

    /// The names of the presets inside the program.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TUNING.iter().map(|(name, _)| *name)
    }

    /// Reads a preset; `source` is the file's name for the error's sentence.
    ///
    /// # Errors
    /// As [`Preset::parse`].
    pub fn parse(text: &str, source: &str) -> Result<Self> {
        let preset: Self = read_ron(text, source)?;
        check_format(preset.format)
            .and_then(|()| preset.learning.check())
            .map_err(|what| Error::failed(format!("{source}: {what}")))?;
        Ok(preset)
    }
}

/// Whether this program reads files of that format.
fn check_format(format: u32) -> std::result::Result<(), String> {
    if format == 1 {
        return Ok(());
    }
    Err(format!("format is {format}; this program reads format 1, so a newer one is needed"))
}

/// The sizes of the model; its vocabulary comes from the tokenizer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    pub layers: usize,
    pub heads: usize,
    pub width: usize,
    /// Four times the width if not given.
    #[serde(default)]
    pub inner: Option<usize>,
    pub context: usize,
    #[serde(default)]
    pub dropout: f64,
    #[serde(default)]
    pub begin: Begin,
}

/// How the weights begin; all of them are learned from there on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Begin {
    /// At random, as GPT-2.
    #[default]
    Random,
    /// At random but for two heads: one looks at the token before, one in the next block seeks what followed the
    /// present token earlier ([`Parameters::begin_with_induction`]).
    Induction,
}

/// Which tokenizer to learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenizerChoice {
    /// One token for each character of the data.
    Characters,
    /// Byte-level byte-pair encoding with that many tokens.
    Bpe(usize),
}

/// How to learn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learning {
    /// Updates in all.
    pub steps: u64,
    /// Sequences whose gradients are computed together.
    pub batch: usize,
    /// Batches whose gradients are added up before an update.
    #[serde(default = "one")]
    pub accumulation: usize,
    /// The highest learning rate, reached after the warm-up.
    pub learning_rate: f64,
    /// The learning rate of the last step.
    pub final_learning_rate: f64,
    /// Steps in which the learning rate rises from near 0.
    #[serde(default)]
    pub warmup: u64,
    #[serde(default = "default_weight_decay")]
    pub weight_decay: f64,
    #[serde(default = "default_beta1")]
    pub beta1: f64,
    #[serde(default = "default_beta2")]
    pub beta2: f64,
    /// Gradients longer than this are shortened to it; 0 for never.
    #[serde(default = "default_clip")]
    pub clip: f64,
    /// Share of the data kept back to judge by.
    #[serde(default = "default_validation")]
    pub validation: f64,
    /// Share of the windows that are not data but random tokens, said again and again. To foresee them a
    /// model must look back and copy: its induction heads form sooner, and their copying is not rote.
    #[serde(default)]
    pub repeats: f64,
    /// Steps from one validation loss to the next; 0 for the last step only.
    pub evaluate_every: u64,
    /// Tokens that a validation loss is measured on while training goes on.
    #[serde(default = "default_evaluate_tokens")]
    pub evaluate_tokens: usize,
    /// Steps from one line of the log to the next.
    #[serde(default = "default_log_every")]
    pub log_every: u64,
}

fn one() -> usize {
    1
}
fn default_weight_decay() -> f64 {
    0.1
}
fn default_beta1() -> f64 {
    0.9
}
fn default_beta2() -> f64 {
    0.99
}
fn default_clip() -> f64 {
    1.0
}
fn default_validation() -> f64 {
    0.1
}
fn default_evaluate_tokens() -> usize {
    20_000
}
fn default_log_every() -> u64 {
    10
}

/// The presets inside the program: name and file.
const SHIPPED: [(&str, &str); 8] = [
    ("nano-cpu", include_str!("../../models/nano-cpu.ron")),
    ("chat-small", include_str!("../../models/chat-small.ron")),
    ("baby", include_str!("../../models/baby.ron")),
    ("minute", include_str!("../../models/minute.ron")),
    ("pocket", include_str!("../../models/pocket.ron")),
    ("starter", include_str!("../../models/starter.ron")),
    ("base-en", include_str!("../../models/base-en.ron")),
    ("base-zh", include_str!("../../models/base-zh.ron")),
];

/// The recipes of the shipped models that are tuned from others.
const TUNING: [(&str, &str); 7] = [
    ("first-en", include_str!("../../models/first-en.ron")),
    ("second-en", include_str!("../../models/second-en.ron")),
    ("third-en", include_str!("../../models/third-en.ron")),
    ("first-zh", include_str!("../../models/first-zh.ron")),
    ("second-zh", include_str!("../../models/second-zh.ron")),
    ("chat-en", include_str!("../../models/chat-en.ron")),
    ("chat-zh", include_str!("../../models/chat-zh.ron")),
];

impl Preset {
    /// The names of the presets inside the program.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// A preset inside the program.
    pub fn shipped(name: &str) -> Option<Result<Self>> {
        let (name, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == name)?;
        Some(Self::parse(text, name))
    }

    /// Reads a preset; `source` is the file's name for the error's sentence.
    ///
    /// # Errors
    /// If the text is not RON of this format, with line and column, or a value cannot be.
    pub fn parse(text: &str, source: &str) -> Result<Self> {
        let preset: Self = read_ron(text, source)?;
        preset.check().map_err(|what| Error::failed(format!("{source}: {what}")))?;
        Ok(preset)
    }

    fn check(&self) -> std::result::Result<(), String> {
        check_format(self.format)?;
        let smallest = match self.tokenizer {
            TokenizerChoice::Characters => 1,
            TokenizerChoice::Bpe(vocabulary) => vocabulary,
        };
        let config = self.config(smallest);
        config.validate().map_err(|error| error.to_string())?;
        if self.model.begin == Begin::Induction && !config.has_room_for_induction() {
            return Err("begin: Induction needs at least 2 layers and 3 heads of width 4".into());
        }
        self.learning.check()
    }

    /// The sizes of the model for a vocabulary.
    pub fn config(&self, vocabulary: usize) -> Config {
        let Shape { layers, heads, width, inner, context, dropout, .. } = self.model;
        let gpt2 = Config::gpt2(layers, heads, width, context, vocabulary);
        Config { inner: inner.unwrap_or(gpt2.inner), dropout, ..gpt2 }
    }

    /// The weights to begin with, for a tokenizer of that many tokens; the same for the same seed.
    pub fn parameters(&self, vocabulary: usize, seed: u64) -> Parameters<f32> {
        let mut parameters = Parameters::random(&self.config(vocabulary), seed);
        if self.model.begin == Begin::Induction {
            parameters.begin_with_induction();
        }
        parameters
    }
}

/// Reads RON with optional values written plainly; errors name the file, line and column.
fn read_ron<T: serde::de::DeserializeOwned>(text: &str, source: &str) -> Result<T> {
    let options =
        ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    options.from_str(text).map_err(|error| {
        let what = "correct it there; the presets in models/ show the form";
        Error::failed(format!("{source}:{}: {}; {what}", error.span.start, error.code))
    })
}

/// What learning rates are multiplied by with LoRA: it begins from added matrices that are zero, and
/// takes larger steps.
pub const LORA_LEARNING_RATE: f64 = 10.0;

impl Learning {
    /// How a model is tuned unless told otherwise.
    ///
    /// # Errors
    /// None in a program that passed its tests: the file is part of it.
    pub fn for_tuning() -> Result<Self> {
        let learning: Self = read_ron(include_str!("../../models/tune.ron"), "tune.ron")?;
        learning.check().map_err(|what| Error::failed(format!("tune.ron: {what}")))?;
        Ok(learning)
    }

    /// What is wrong with these settings, if anything.
    fn check(&self) -> std::result::Result<(), String> {
        let rate = |name: &str, value: f64| {
            let fine = value.is_finite() && (0.0..=10.0).contains(&value);
            if fine {
                Ok(())
            } else {
                Err(format!("{name} is {value}; it must lie between 0 and 10"))
            }
        };
        let share = |name: &str, value: f64| {
            if (0.0..1.0).contains(&value) {
                Ok(())
            } else {
                Err(format!("{name} is {value}; it must be at least 0 and below 1"))
            }
        };
        if self.steps == 0 || self.batch == 0 || self.accumulation == 0 || self.log_every == 0 {
            return Err("steps, batch, accumulation and log_every must be at least 1".into());
        }
        if self.batch > 4096 || self.accumulation > 4096 {
            return Err("batch and accumulation must be at most 4096".into());
        }
        rate("learning_rate", self.learning_rate)?;
        rate("final_learning_rate", self.final_learning_rate)?;
        rate("weight_decay", self.weight_decay)?;
        rate("clip", self.clip / 1e6)?;
        share("beta1", self.beta1)?;
        share("beta2", self.beta2)?;
        share("repeats", self.repeats)?;
        share("validation", self.validation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_preset_reads() {
        for name in Preset::names() {
            let preset = Preset::shipped(name).unwrap_or_else(|| panic!("{name} is missing"));
            preset.unwrap_or_else(|error| panic!("{error}"));
        }
        assert!(Preset::shipped("nothing").is_none());
        assert!(Learning::for_tuning().is_ok());
    }

    #[test]
    fn mistakes_name_the_place() {
        let text = include_str!("../../models/nano-cpu.ron");
        for (from, to, word) in [
            ("layers: 4", "layers: 0", "layers"),
            ("heads: 4", "heads: 3", "heads"),
            ("width: 128", "width: 1000000000000", "parameters"),
            ("batch: 12", "batch: twelve", ":9:15: "),
            ("format: 1", "format: 9", "format"),
            ("steps: 2000", "stepz: 2000", "stepz"),
            ("learning_rate: 1e-3", "learning_rate: -1.0", "learning_rate"),
        ] {
            let error =
                Preset::parse(&text.replacen(from, to, 1), "my.ron").expect_err(to).to_string();
            assert!(error.starts_with("my.ron") && error.contains(word), "{to}: {error}");
        }
    }
}
