//! What a lesson can do, as data. Whoever runs lessons carries it out, as if a person had done it.

use super::formula::{Formula, Value, World};
use super::schema::{Both, Station};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// A number, or a formula in quotes.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    Number(f64),
    Formula(Formula),
}

impl Argument {
    /// What it is now.
    pub fn value(&self, world: &World<'_>) -> Value {
        match self {
            Self::Number(number) => Value::number(*number),
            Self::Formula(formula) => formula.value(world),
        }
    }
}

impl<'de> Deserialize<'de> for Argument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Argument;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or a formula in quotes")
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Argument, E> {
                Ok(Argument::Number(number))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Argument, E> {
                Ok(Argument::Number(number as f64))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Argument, E> {
                Ok(Argument::Number(number as f64))
            }

            fn visit_str<E: Error>(self, source: &str) -> Result<Argument, E> {
                Ok(Argument::Formula(Formula::new(source)))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// Something that is done.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Action {
    // State.
    Station(Station),
    Model(Both<String>),
    Data(Both<String>),
    Prompt(Both<String>),
    Seed(u64),
    Preset(String),
    Reset,
    Decode {
        temperature: Option<Argument>,
        top_k: Option<Argument>,
        top_p: Option<Argument>,
        min_p: Option<Argument>,
        repetition_penalty: Option<Argument>,
        beams: Option<Argument>,
        length_penalty: Option<Argument>,
    },
    // View.
    Mark(String),
    Open(String),
    Close(String),
    Zoom(Zoom),
    Select {
        position: Option<Argument>,
        layer: Option<Argument>,
        head: Option<Argument>,
        token: Option<Argument>,
        /// The token that `token` is compared with, where a view says why one leads.
        rival: Option<Argument>,
        cell: Option<Argument>,
    },
    /// Two texts side by side, or one text in two models: both are names of models then.
    Compare {
        left: Both<String>,
        right: Both<String>,
    },
    // Transport.
    Forward(By),
    Back,
    Take(Argument),
    Rewind,
    Draw(Argument),
    Replies {
        n: Argument,
        temperature: Argument,
    },
    BeamStep,
    BeamRun,
    // Learning.
    Clean(String),
    Merge(Argument),
    Train(Argument),
    Pause,
    TrainHalf(Half),
    Scrub(Argument),
    /// Another run from the same random numbers, under a name; the one before stays to be compared.
    Fork(String),
    Recorded(String),
    Tune(Both<String>, Method, Argument),
    // Causes.
    /// A part by its name, `mlp(1)`, or a formula that gives a head.
    Ablate(String),
    Patch {
        /// The text whose row is taken.
        from: Both<String>,
        name: String,
        row: Argument,
    },
    Restore,
    // Chat.
    Say(Both<String>),
    NewChat,
    Objective(Objective),
}

/// How near the Model station looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Zoom {
    Model,
    Block,
    Head,
    Matrix,
    Cell,
}

impl Zoom {
    /// As formulas name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Block => "block",
            Self::Head => "head",
            Self::Matrix => "matrix",
            Self::Cell => "cell",
        }
    }
}

/// How far a pass goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum By {
    Op,
    Layer,
    Logits,
    Odds,
}

/// A part of a training step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Half {
    Forward,
    Backward,
    Update,
}

/// What tuning changes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub enum Method {
    Full,
    Lora(Argument),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Objective {
    CausalLm,
    MaskedLm,
    EncoderDecoder,
}

impl Action {
    /// Its name, as a file writes it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Station(_) => "Station",
            Self::Model(_) => "Model",
            Self::Data(_) => "Data",
            Self::Prompt(_) => "Prompt",
            Self::Seed(_) => "Seed",
            Self::Preset(_) => "Preset",
            Self::Reset => "Reset",
            Self::Decode { .. } => "Decode",
            Self::Mark(_) => "Mark",
            Self::Open(_) => "Open",
            Self::Close(_) => "Close",
            Self::Zoom(_) => "Zoom",
            Self::Select { .. } => "Select",
            Self::Compare { .. } => "Compare",
            Self::Forward(_) => "Forward",
            Self::Back => "Back",
            Self::Take(_) => "Take",
            Self::Rewind => "Rewind",
            Self::Draw(_) => "Draw",
            Self::Replies { .. } => "Replies",
            Self::BeamStep => "BeamStep",
            Self::BeamRun => "BeamRun",
            Self::Clean(_) => "Clean",
            Self::Merge(_) => "Merge",
            Self::Train(_) => "Train",
            Self::Pause => "Pause",
            Self::TrainHalf(_) => "TrainHalf",
            Self::Scrub(_) => "Scrub",
            Self::Fork(_) => "Fork",
            Self::Recorded(_) => "Recorded",
            Self::Tune(..) => "Tune",
            Self::Ablate(_) => "Ablate",
            Self::Patch { .. } => "Patch",
            Self::Restore => "Restore",
            Self::Say(_) => "Say",
            Self::NewChat => "NewChat",
            Self::Objective(_) => "Objective",
        }
    }

    /// Whether it only changes what is looked at. Leaving a step undoes it.
    pub fn is_view(&self) -> bool {
        matches!(
            self,
            Self::Mark(_)
                | Self::Open(_)
                | Self::Close(_)
                | Self::Zoom(_)
                | Self::Select { .. }
                | Self::Compare { .. }
        )
    }
}
