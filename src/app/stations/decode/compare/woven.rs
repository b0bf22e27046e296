//! The texts of a search woven into one tree.

use super::super::tree::{Layout, Twig};
use crate::decode::Prefixes;
use crate::session::{Search, Strand};
use std::ops::Range;

/// Which texts go through a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Through {
    pub greedy: usize,
    pub samples: usize,
    pub beams: usize,
    /// Whether the best beam is among them.
    pub best: bool,
}

/// The tree, with what goes through each of its nodes.
#[derive(Debug)]
pub struct Woven {
    key: Key,
    pub prefixes: Prefixes,
    pub layout: Layout,
    pub through: Vec<Through>,
    /// Whether a text ends at the node.
    pub ends: Vec<bool>,
}

/// What the tree depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    search: u64,
    tokens: usize,
    ended: bool,
    limit: usize,
}

impl Key {
    fn of(search: &Search, limit: usize) -> Self {
        let samples = search.samples().iter().map(|strand| strand.tokens.len()).sum::<usize>();
        let tokens = samples + search.greedy().tokens.len();
        Self { search: search.id, tokens, ended: search.end().is_some(), limit }
    }
}

impl Woven {
    /// The tree of the first `limit` tokens of every text; `before` is taken if nothing changed.
    pub fn of(search: &Search, limit: usize, before: Option<Self>) -> Self {
        let key = Key::of(search, limit);
        match before {
            Some(before) if before.key == key => before,
            _ => Self::weave(search, key),
        }
    }

    fn weave(search: &Search, key: Key) -> Self {
        let chosen = search.chosen(search.steps().len());
        // Which beams win is only known at the end.
        let chosen = if key.ended { chosen } else { &[] };
        let beams = chosen.iter().map(|&node| search.strand(node));
        let texts: Vec<Strand> = std::iter::once(search.greedy().clone())
            .chain(search.samples().iter().cloned())
            .chain(beams)
            .collect();
        let count = search.samples().len();
        let longest = texts.iter().map(|text| text.tokens.len()).max().unwrap_or(0).min(key.limit);
        let mut prefixes = Prefixes::new(texts.len());
        let mut layout = Layout::default();
        for depth in 0..longest {
            let first = prefixes.nodes().len();
            for (at, text) in texts.iter().enumerate() {
                if let Some(&(token, logprob)) = text.tokens.get(depth) {
                    prefixes.push(at, token, logprob);
                }
            }
            let new = prefixes.nodes()[first..].iter();
            let twigs =
                new.map(|node| Twig { parent: node.parent, rank: node.logprob, ghost: false });
            layout.grow(&twigs.collect::<Vec<_>>());
        }
        let beams = count + 1..texts.len();
        let through = through(&prefixes, count, beams);
        let mut ends = vec![false; prefixes.nodes().len()];
        for (at, text) in texts.iter().enumerate() {
            if let Some(&last) = prefixes.path(at).last().filter(|_| text.finish.is_some()) {
                ends[last] |= text.tokens.len() <= key.limit;
            }
        }
        Self { key, prefixes, layout, through, ends }
    }
}

fn through(prefixes: &Prefixes, samples: usize, beams: Range<usize>) -> Vec<Through> {
    let best = prefixes.counts(beams.start..(beams.start + 1).min(beams.end));
    let [greedy, samples, beams] =
        [0..1, 1..samples + 1, beams].map(|texts| prefixes.counts(texts));
    (0..prefixes.nodes().len())
        .map(|node| Through {
            greedy: greedy[node],
            samples: samples[node],
            beams: beams[node],
            best: best[node] > 0,
        })
        .collect()
}
