//! One prompt continued in every way at once: beam search, greedy search and sampled texts, side
//! by side, a token each at a time.

use super::Opened;
use crate::Result;
use crate::decode::{
    BeamEnd, BeamNode, BeamSearch, BeamSettings, BeamStep, Drawn, Line, Lines, NextLogits,
};
use crate::nn::Inference;
use crate::tensor::Threads;
use std::time::Duration;

/// How a prompt is to be continued.
#[derive(Debug, Clone)]
pub struct Searching {
    /// By which its events are known.
    pub id: u64,
    pub prompt: Vec<u32>,
    pub beam: BeamSettings,
    /// Texts that are written beside it, with the same end.
    pub lines: Vec<Line>,
    /// The shortest time from one step to the next.
    pub pace: Duration,
}

/// What one step added. Earlier nodes do not change any more, so that whoever watches need only
/// append.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchStep {
    /// The step of beam search and the nodes it made; none once the search has ended.
    pub beam: Option<(BeamStep, Vec<BeamNode>)>,
    /// Why the search ended, if this was its last step.
    pub end: Option<BeamEnd>,
    /// A token of every line that went on.
    pub drawn: Vec<Drawn>,
}

/// The machines at work.
pub(super) struct Search<'m> {
    beam: BeamSearch,
    lines: Lines,
    /// Each has a model's memory of its own.
    for_beam: Inference<'m, f32>,
    for_lines: Inference<'m, f32>,
}

impl<'m> Search<'m> {
    pub fn new(model: &'m Opened, threads: &Threads, asked: &Searching) -> Result<Self> {
        let inference = || Inference::new(&model.model.parameters, threads.clone());
        let (for_beam, for_lines) = (inference(), inference());
        let knows: &dyn NextLogits = &for_beam;
        let beam = BeamSearch::new(asked.beam, &asked.prompt, knows)?;
        let lines = Lines::new(asked.lines.clone(), asked.beam.stop, &asked.prompt, knows)?;
        Ok(Self { beam, lines, for_beam, for_lines })
    }

    /// A token more of everything; none when all have ended.
    pub fn step(&mut self) -> Result<Option<SearchStep>> {
        let mut step = SearchStep::default();
        if self.beam.end().is_none() {
            let before = self.beam.nodes().len();
            step.end = self.beam.step(&mut self.for_beam)?;
            let made = self.beam.steps().last().cloned();
            step.beam = made.map(|made| (made, self.beam.nodes()[before..].to_vec()));
        }
        step.drawn = self.lines.step(&mut self.for_lines)?;
        Ok((step.beam.is_some() || !step.drawn.is_empty()).then_some(step))
    }
}
