//! One pass over one text, recorded.

use crate::nn::{Config, Name};
use std::collections::BTreeMap;

/// Numbers with their shape, the last dimension running fastest.
#[derive(Debug, Clone)]
pub struct Activation {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

/// Every recorded activation of a pass over `ids`, and its logits.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The tokens that were read.
    pub ids: Vec<u32>,
    /// The sizes of the model that read them.
    pub config: Config,
    activations: BTreeMap<Name, Activation>,
    /// `[position, vocabulary]`
    logits: Vec<f32>,
}

impl Reading {
    /// From the activations that a tap recorded, and the logits `[position, vocabulary]`.
    pub fn new(
        ids: Vec<u32>,
        config: Config,
        recorded: BTreeMap<Name, (Vec<usize>, Vec<f32>)>,
        logits: Vec<f32>,
    ) -> Self {
        let activations = recorded
            .into_iter()
            .map(|(name, (shape, values))| (name, Activation { shape, values }))
            .collect();
        Self { ids, config, activations, logits }
    }

    /// How many tokens were read.
    pub fn positions(&self) -> usize {
        self.ids.len()
    }

    /// An activation by name, if it was recorded.
    pub fn activation(&self, name: Name) -> Option<&Activation> {
        self.activations.get(&name)
    }

    /// The row of an activation that belongs to a position: `[width]`, all heads of `[position,
    /// head, head width]` side by side. Empty if it was not recorded.
    pub fn row(&self, name: Name, position: usize) -> &[f32] {
        let Some(found) = self.activations.get(&name) else { return &[] };
        let row: usize = found.shape.iter().skip(1).product();
        found.values.get(position * row..(position + 1) * row).unwrap_or(&[])
    }

    /// The part of [`Reading::row`] that belongs to one head, `[head width]`.
    pub fn head_row(&self, name: Name, position: usize, head: usize) -> &[f32] {
        let width = self.config.head_width();
        self.row(name, position).get(head * width..(head + 1) * width).unwrap_or(&[])
    }

    /// How much `head` of `block` reads from each position when it stands at `query`,
    /// `[position]`: the first `query + 1` are the row of the pattern, the others are masked.
    pub fn weights(&self, block: usize, head: usize, query: usize) -> &[f32] {
        self.square_row(Name::Pattern(block), head, query)
    }

    /// The scores behind [`Reading::weights`], divided by √(head width); −∞ where masked.
    pub fn scores(&self, block: usize, head: usize, query: usize) -> &[f32] {
        self.square_row(Name::AttnScores(block), head, query)
    }

    fn square_row(&self, name: Name, head: usize, query: usize) -> &[f32] {
        let n = self.positions();
        let Some(found) = self.activations.get(&name) else { return &[] };
        let start = (head * n + query) * n;
        found.values.get(start..start + n).unwrap_or(&[])
    }

    /// The logits after a position, `[vocabulary]`.
    pub fn logits(&self, position: usize) -> &[f32] {
        let vocabulary = self.config.vocabulary;
        self.logits.get(position * vocabulary..(position + 1) * vocabulary).unwrap_or(&[])
    }
}
