//! What a learner did, step by step. It is known by the step's id, so it outlives edits of texts.

use super::bet::{Answer, Truth};
use crate::text::sets::index::Language;
use serde::{Deserialize, Serialize};

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Outcome {
    #[default]
    Open,
    Done,
    Skipped,
}

/// What is kept of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub step: String,
    pub outcome: Outcome,
    /// The language in which the bet was made: other languages have other models, so other truths.
    #[serde(default)]
    pub language: Option<Language>,
    /// The learner's bet.
    pub answer: Option<Answer>,
    /// What the engine said.
    pub truth: Option<Truth>,
    /// What the learner wrote.
    pub note: Option<String>,
    /// Hints that were asked for.
    pub hints: usize,
    /// How often Enter was pressed too early.
    pub tries: usize,
    /// Whether the program showed how.
    pub shown_how: bool,
}

impl Kept {
    pub(super) fn new(step: &str) -> Self {
        Self {
            step: step.into(),
            outcome: Outcome::Open,
            language: None,
            answer: None,
            truth: None,
            note: None,
            hints: 0,
            tries: 0,
            shown_how: false,
        }
    }
}
