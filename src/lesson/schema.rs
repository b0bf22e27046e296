//! What a lesson file holds. LESSONS.md's schema, as types; formulas and texts are read already.

use super::action::Action;
use super::formula::Formula;
use super::prose::Prose;
use crate::text::sets::index::Language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The number of this schema.
pub const FORMAT: u32 = 1;

/// Something in the program's two languages.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Both<T> {
    pub en: T,
    pub zh: T,
}

impl<T> Both<T> {
    /// The one in this language.
    pub fn of(&self, language: Language) -> &T {
        match language {
            Language::En => &self.en,
            Language::Zh => &self.zh,
        }
    }

    /// Each language and what is in it.
    pub fn each(&self) -> [(Language, &T); 2] {
        [(Language::En, &self.en), (Language::Zh, &self.zh)]
    }
}

/// A text that learners read, in both languages.
pub type Text = Both<Prose>;

/// Names, and the formulas that they stand for.
pub type Bindings = BTreeMap<String, Formula>;

/// A lesson.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    pub format: u32,
    /// The file's name without its end; it is never used again for another lesson.
    pub id: String,
    pub title: Text,
    /// The hook, shown large before the first step.
    pub question: Text,
    pub level: Level,
    pub minutes: u32,
    /// Lessons that should come first.
    #[serde(default)]
    pub after: Vec<String>,
    /// Where it plays.
    pub stations: Vec<Station>,
    #[serde(default)]
    pub needs: Vec<Ability>,
    pub setup: Setup,
    /// Controls that are out of sight during the lesson.
    #[serde(default)]
    pub hide: Vec<String>,
    /// Read once, when the setup is done.
    #[serde(default)]
    pub bind: Bindings,
    /// What the prose relies on.
    #[serde(default)]
    pub premise: Vec<Formula>,
    pub steps: Vec<Step>,
    pub takeaway: Text,
    /// The misconceptions that it meets.
    #[serde(default)]
    pub confronts: Vec<String>,
    /// The terms that it teaches.
    #[serde(default)]
    pub terms: Vec<String>,
    pub teacher: Text,
}

/// How much mathematics a lesson asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Level {
    /// None.
    First,
    /// School's.
    Middle,
    /// Vectors and derivatives.
    Deep,
}

/// A room of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Station {
    Data,
    Tokens,
    Model,
    Train,
    Tune,
    Decode,
    Chat,
}

impl Station {
    /// As formulas name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Tokens => "tokens",
            Self::Model => "model",
            Self::Train => "train",
            Self::Tune => "tune",
            Self::Decode => "decode",
            Self::Chat => "chat",
        }
    }
}

/// Something that not every version of the program can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Ability {
    MaskedLm,
    EncoderDecoder,
    Lora,
    Patch,
}

/// How the program stands when the lesson begins.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// A shipped model, a folder, or `fresh:PRESET` for random weights.
    pub model: Both<String>,
    /// A dialogue set.
    pub data: Option<Both<String>>,
    /// A transcript, the last turn open, or any other text.
    pub prompt: Option<Both<String>>,
    #[serde(default)]
    pub seed: u64,
    pub station: Station,
    #[serde(default)]
    pub actions: Vec<Action>,
}

/// One idea.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Progress and links use it.
    pub id: String,
    /// The text before the stop.
    pub say: Text,
    #[serde(default)]
    pub needs: Vec<Ability>,
    /// Read once, on entering.
    #[serde(default)]
    pub bind: Bindings,
    #[serde(default)]
    pub premise: Vec<Formula>,
    #[serde(default)]
    pub enter: Vec<Action>,
    /// The one animation that Space runs; in a Predict, after the bet.
    pub play: Option<Action>,
    #[serde(default)]
    pub task: Task,
    /// From a nudge to a near answer.
    #[serde(default)]
    pub hints: Vec<Text>,
    pub reveal: Option<Reveal>,
    /// Engine state to put back.
    #[serde(default)]
    pub leave: Vec<Action>,
}

/// What follows a bet or a reached goal.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reveal {
    #[serde(default)]
    pub show: Vec<Action>,
    pub say: Text,
}

/// What a learner does in a step.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Task {
    #[default]
    Read,
    /// A named action; done once it has been true.
    Do {
        done_when: Formula,
        solve: Vec<Action>,
    },
    /// A puzzle; has to hold when the learner says so.
    Goal {
        done_when: Formula,
        solve: Vec<Action>,
    },
    Predict(Bet),
    /// Kept in the learner's notes and shown beside the sample, never graded.
    Explain {
        ask: Text,
        sample: Text,
    },
}

/// A guess before the program shows what is so.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Bet {
    /// Exactly one option is true.
    Choice {
        ask: Text,
        options: Vec<Choice>,
    },
    Token {
        ask: Text,
        truth: Formula,
    },
    Number {
        ask: Text,
        truth: Formula,
        #[serde(default)]
        scale: Scale,
        /// How near counts as a hit: a share of the scale.
        #[serde(default = "near")]
        near: f64,
    },
    Rank {
        ask: Text,
        items: Vec<Item>,
        first: First,
    },
    /// Drawn with the mouse.
    Curve {
        ask: Text,
        truth: Formula,
        x: (f64, f64),
        /// Up to where it is drawn; without it, as far as losses go. Its beginning has to be 0.
        y: Option<(f64, f64)>,
    },
}

fn near() -> f64 {
    0.1
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub text: Text,
    pub when: Formula,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    pub text: Text,
    pub key: Formula,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Scale {
    #[default]
    Linear,
    Log,
    Percent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub enum First {
    Largest,
    Smallest,
}

impl Bet {
    /// The question.
    pub fn ask(&self) -> &Text {
        match self {
            Self::Choice { ask, .. }
            | Self::Token { ask, .. }
            | Self::Number { ask, .. }
            | Self::Rank { ask, .. }
            | Self::Curve { ask, .. } => ask,
        }
    }
}

impl Task {
    /// What must hold for the step to be done, and what brings it about.
    pub fn goal(&self) -> Option<(&Formula, &[Action])> {
        match self {
            Self::Do { done_when, solve } | Self::Goal { done_when, solve } => {
                Some((done_when, solve))
            }
            _ => None,
        }
    }

    pub fn bet(&self) -> Option<&Bet> {
        match self {
            Self::Predict(bet) => Some(bet),
            _ => None,
        }
    }
}
