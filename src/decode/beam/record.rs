//! The record of a beam search: a tree of hypotheses, and what each step did to it.

use std::ops::Range;

use crate::decode::Finish;

/// What became of a hypothesis in the step that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It lives on and grows in the next step.
    Kept,
    /// Too many others were more probable.
    Pruned,
    /// It ended, and was then among the best finished ones (better ones may have taken its place
    /// in a later step: [`BeamStep::finished`] tells).
    Finished,
    /// It ended, but too many live or finished ones were better.
    Outranked,
}

/// A hypothesis: a node of the tree, whose path from the root spells its tokens.
#[derive(Debug, Clone, PartialEq)]
pub struct BeamNode {
    /// The newest token (the root's: the prompt's last).
    pub token: u32,
    /// The node that it continues; `None` for the root, which is the prompt.
    pub parent: Option<usize>,
    /// How many new tokens the hypothesis has, an end token among them; 0 for the root.
    pub depth: usize,
    /// The log-probability (nats) of the newest token under the unfiltered model.
    pub step_logprob: f64,
    /// The sum of these along the path.
    pub logprob: f64,
    /// The sum that the search ranks by: [`BeamNode::logprob`], unless there is a repetition
    /// penalty.
    pub sum: f64,
    /// `sum / depth ^ length penalty`; what finished hypotheses are compared by.
    pub score: f64,
    /// Why the hypothesis can grow no further, if so.
    pub finish: Option<Finish>,
    /// What became of it.
    pub fate: Fate,
}

impl BeamNode {
    /// The node of a prompt.
    pub fn root(prompt: &[u32]) -> Self {
        Self {
            token: prompt.last().copied().unwrap_or_default(),
            parent: None,
            depth: 0,
            step_logprob: 0.0,
            logprob: 0.0,
            sum: 0.0,
            score: 0.0,
            finish: None,
            fate: Fate::Kept,
        }
    }
}

/// The record of one step; nodes are indices of `BeamSearch::nodes`, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeamStep {
    /// The nodes that lived before the step.
    pub parents: Vec<usize>,
    /// Their best continuations, twice as many as beams, by falling sum.
    pub nodes: Range<usize>,
    /// The nodes that live on.
    pub live: Vec<usize>,
    /// The best finished nodes up to now, by falling score.
    pub finished: Vec<usize>,
}

/// Why a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BeamEnd {
    /// The hypotheses have as many new tokens as were asked for.
    Length,
    /// The model has no position left.
    ContextFull,
    /// As many hypotheses finished as there are beams, and the search was to stop there.
    Full,
    /// No live hypothesis is expected to beat the finished ones.
    NoImprovement,
    /// Every hypothesis has finished.
    NothingLeft,
}
