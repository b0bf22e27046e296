//! A search as a tree in the plane. What has been placed is kept from one frame to the next.

use super::layout::{Layout, Twig};
use crate::decode::{BeamNode, Fate};
use crate::session::{Search, Strand};

/// The tree of a search, as far as it has grown.
#[derive(Debug, Default)]
pub struct Grown {
    /// Of which search, and how much of it: steps, and tokens beside it.
    search: Option<u64>,
    steps: usize,
    drawn: usize,
    pub layout: Layout,
    /// The nodes that greedy search goes through, as far as beam search considered them.
    pub greedy: Vec<usize>,
    /// How many sampled texts go through each node.
    pub sampled: Vec<usize>,
}

/// Whether a node is drawn as a ghost.
pub fn is_ghost(node: &BeamNode) -> bool {
    matches!(node.fate, Fate::Pruned | Fate::Outranked)
}

impl Grown {
    /// Takes in what has been added to the search since.
    pub fn follow(&mut self, search: &Search) {
        if self.search != Some(search.id) || self.steps > search.steps().len() {
            *self = Self { search: Some(search.id), ..Self::default() };
        }
        let new = self.steps < search.steps().len();
        for step in &search.steps()[self.steps..] {
            let twig = |node: &BeamNode| Twig {
                parent: node.parent.unwrap_or(0),
                rank: node.step_logprob,
                ghost: is_ghost(node),
            };
            let nodes = search.nodes().get(step.nodes.clone()).unwrap_or(&[]);
            self.layout.grow(&nodes.iter().map(twig).collect::<Vec<_>>());
        }
        self.steps = search.steps().len();
        let drawn: usize = search.samples().iter().map(|strand| strand.tokens.len()).sum();
        let drawn = drawn + search.greedy().tokens.len();
        if new || drawn != self.drawn || self.sampled.len() != search.nodes().len() {
            self.drawn = drawn;
            self.greedy = along(search, search.greedy());
            self.sampled = vec![0; search.nodes().len()];
            for node in search.samples().iter().flat_map(|strand| along(search, strand)) {
                self.sampled[node] += 1;
            }
        }
    }
}

/// The nodes that a text goes through, as far as there are such nodes.
fn along(search: &Search, strand: &Strand) -> Vec<usize> {
    let mut path = Vec::new();
    let mut at = 0;
    for (step, (token, _)) in search.steps().iter().zip(&strand.tokens) {
        let fits = |&node: &usize| {
            let node = &search.nodes()[node];
            node.parent == Some(at) && node.token == *token
        };
        let Some(next) = step.nodes.clone().find(fits) else { break };
        path.push(next);
        at = next;
    }
    path
}
