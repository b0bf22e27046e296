//! Everything that is needed to paint a moment of a tree and to find things in it.

use super::camera::Camera;
use super::grown::{Grown, is_ghost};
use super::moment::{Moment, Phase};
use super::{Overlays, State};
use crate::app::context::Context;
use crate::app::numbers;
use crate::app::words::fill;
use crate::session::Search;
use egui::Rect;
use std::collections::HashSet;

/// How much of a node can be seen at this size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub enum Detail {
    /// A mark: what it is and where, no text.
    Mark,
    /// Its token, if it lives.
    Token,
    /// Token and sum; of ghosts too.
    Full,
}

/// A moment of a tree.
pub struct Scene<'a> {
    pub ctx: &'a Context<'a>,
    pub search: &'a Search,
    pub grown: &'a Grown,
    pub moment: Moment,
    pub camera: Camera,
    pub area: Rect,
    pub overlays: Overlays,
    pub hovered: Option<usize>,
    pub locked: Option<usize>,
    pub cursor: Option<usize>,
    /// The best hypothesis of the moment, and the nodes on its way.
    pub best: Option<usize>,
    on_best: HashSet<usize>,
    /// The nodes on the way to what is pointed at or locked; everything else steps back.
    focus: Option<HashSet<usize>>,
    /// Of each node, whether it stands with the one that is isolated: on the way to it, or grown from it.
    with_isolated: Option<Vec<bool>>,
    hidden: Vec<bool>,
    folded: &'a HashSet<usize>,
}

impl<'a> Scene<'a> {
    pub fn new(ctx: &'a Context<'a>, search: &'a Search, state: &'a State, area: Rect) -> Self {
        let moment = Moment::new(state.done, search);
        let known = |node: Option<usize>| node.filter(|&node| node < search.nodes().len());
        let best = search.best(moment.settled());
        let way = |node: usize| search.path(node).into_iter().chain([0]).collect::<HashSet<_>>();
        let (hovered, locked) = (known(state.hovered), known(state.locked));
        Self {
            ctx,
            search,
            grown: &state.grown,
            moment,
            camera: state.camera,
            area,
            overlays: state.overlays,
            hovered,
            locked,
            cursor: known(state.cursor),
            best,
            on_best: best.map(way).unwrap_or_default(),
            focus: hovered.or(locked).map(way),
            with_isolated: known(state.isolated).map(|node| relatives(search, node)),
            hidden: hidden(search, state, moment),
            folded: &state.folded,
        }
    }

    /// Whether a node is on the stage.
    pub fn is_shown(&self, node: usize) -> bool {
        self.hidden.get(node) == Some(&false)
    }

    /// How far a node's step is.
    pub fn phase(&self, node: usize) -> Phase {
        let depth = self.search.nodes().get(node).map_or(0, |node| node.depth);
        self.moment.phase_of(depth).unwrap_or(Phase::Prune)
    }

    /// Whether a node is pruned by now.
    pub fn is_ghost(&self, node: usize) -> bool {
        self.phase(node) == Phase::Prune && self.search.nodes().get(node).is_some_and(is_ghost)
    }

    /// Whether a node is on the way to the best hypothesis.
    pub fn is_on_best(&self, node: usize) -> bool {
        self.on_best.contains(&node)
    }

    /// The place of a node among the hypotheses that are returned, from 1.
    pub fn place(&self, node: usize) -> Option<usize> {
        self.search.end()?;
        let chosen = self.search.chosen(self.moment.settled());
        let over = self.moment.settled() == self.search.steps().len();
        chosen.iter().position(|&at| at == node).filter(|_| over).map(|at| at + 1)
    }

    /// How much a node steps back.
    pub fn strength(&self, node: usize) -> f32 {
        let with = self.with_isolated.as_ref();
        if with.is_some_and(|with| with.get(node) == Some(&false)) {
            return 0.2;
        }
        let loud = self.focus.as_ref().is_none_or(|focus| focus.contains(&node));
        if loud { 1.0 } else { 0.4 }
    }

    pub fn is_in_focus(&self, node: usize) -> bool {
        self.focus.as_ref().is_some_and(|focus| focus.contains(&node))
    }

    pub fn is_folded(&self, node: usize) -> bool {
        self.folded.contains(&node)
    }

    /// How much can be read at this size. Text is never smaller than 11.
    pub fn detail(&self) -> Detail {
        match self.camera.zoom {
            zoom if zoom >= 0.75 => Detail::Full,
            zoom if zoom >= 0.42 => Detail::Token,
            _ => Detail::Mark,
        }
    }

    pub fn rect(&self, node: usize) -> Option<Rect> {
        let rect = self.grown.layout.rect(node)?;
        Some(self.camera.rect_on_screen(self.area, rect))
    }

    /// The nodes in sight that are on the stage.
    pub fn in_sight(&self) -> Vec<usize> {
        let seen = self.camera.seen(self.area);
        let layout = &self.grown.layout;
        let mut nodes = Vec::new();
        for column in layout.columns_in(seen.left(), seen.right()) {
            let rows = layout.rows_in(column, seen.top(), seen.bottom());
            let column = layout.column(column).get(rows).unwrap_or(&[]);
            nodes.extend(column.iter().copied().filter(|&node| self.is_shown(node)));
        }
        nodes
    }

    /// The lines in sight, by the node that each leads to.
    pub fn lines_in_sight(&self) -> Vec<usize> {
        let seen = self.camera.seen(self.area);
        let layout = &self.grown.layout;
        let columns = layout.columns_in(seen.left(), seen.right());
        let ends = columns.start..(columns.end + 1).min(layout.columns());
        let nodes = ends.flat_map(|column| layout.column(column).iter().copied());
        let in_sight = |&node: &usize| {
            let Some((from, to)) = self.parent(node).and_then(|parent| layout.ends(parent, node))
            else {
                return false;
            };
            let (top, bottom) = (from.y.min(to.y), from.y.max(to.y));
            bottom >= seen.top() - 8.0 && top <= seen.bottom() + 8.0
        };
        nodes.filter(|&node| self.is_shown(node)).filter(in_sight).collect()
    }

    pub fn parent(&self, node: usize) -> Option<usize> {
        self.search.nodes().get(node)?.parent
    }

    /// What is said of a node: its token, where it stands, what became of it, and its numbers.
    pub fn said(&self, node: usize) -> String {
        let words = self.ctx.words;
        let Some(data) = self.search.nodes().get(node) else { return String::new() };
        let piece = self.ctx.piece(data.token).text;
        if data.parent.is_none() {
            return format!("{}: {piece}", words.tree.root);
        }
        let place = fill(words.tree.token_n, &[&(self.search.after + data.depth)]);
        let fate = super::moment::fate(words, data.fate, self.place(node).is_some());
        let [step, sum] = [data.step_logprob, data.sum].map(|x| numbers::signed(x as f32));
        match self.phase(node) {
            Phase::Expand => format!("{piece}, {place}"),
            Phase::Score => fill(words.tree.scored_is, &[&piece, &place, &step, &sum]),
            Phase::Prune => {
                let score = numbers::score(data.score);
                fill(words.tree.node_is, &[&piece, &place, &fate, &step, &sum, &score])
            }
        }
    }
}

/// Of each node, whether it lies on the way to `chosen` or has grown from it.
fn relatives(search: &Search, chosen: usize) -> Vec<bool> {
    let nodes = search.nodes();
    let mut related = vec![false; nodes.len()];
    for at in search.path(chosen).into_iter().chain([0, chosen]) {
        related[at] = true;
    }
    // Parents stand before their children.
    for at in chosen + 1..nodes.len() {
        let grown = nodes[at].parent.is_some_and(|parent| parent >= chosen && related[parent]);
        related[at] |= grown;
    }
    related
}

/// Which nodes are not on the stage: those still to come, folded ones, and ghosts that are put away.
fn hidden(search: &Search, state: &State, moment: Moment) -> Vec<bool> {
    let nodes = search.nodes();
    let mut hidden = vec![false; nodes.len()];
    for (at, node) in nodes.iter().enumerate() {
        let Some(parent) = node.parent else { continue };
        let to_come = moment.phase_of(node.depth).is_none();
        let put_away = !state.overlays.ghosts
            && is_ghost(node)
            && moment.phase_of(node.depth) == Some(Phase::Prune);
        // Parents stand before their children.
        hidden[at] = to_come || put_away || hidden[parent] || state.folded.contains(&parent);
    }
    hidden
}
