//! Logits become text by hand: a text that is written token by token, stepped back, and branched.
//!
//! Every place of the text keeps what the model said there, so going back is an index and never a
//! computation: the model is asked only about tokens that have never been there.

mod ask;
mod measure;
mod sheet;

pub use measure::{Measure, Surprise};
pub use sheet::{Counts, LISTED, Sheet};

use super::conversation::{Drawn, Written};
use super::engine::Following;
use crate::decode::{Choice, Filters, Outlook, random_number};

/// Why a token stands where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Origin {
    /// It was there from the beginning.
    Given,
    /// The die fell on it.
    Drawn { u: f64 },
    /// It was the most probable.
    MostProbable,
    /// A person chose it.
    ByHand,
}

impl From<Choice> for Origin {
    fn from(choice: Choice) -> Self {
        match choice {
            Choice::MostProbable => Self::MostProbable,
            Choice::Drawn { u } => Self::Drawn { u },
            Choice::Forced => Self::ByHand,
        }
    }
}

/// A token of the tree.
#[derive(Debug, Clone)]
pub struct Node {
    parent: Option<usize>,
    pub token: u32,
    pub origin: Origin,
    /// How often the die has been rolled anew behind it.
    pub roll: u64,
    /// What may follow; none until the model has read it.
    pub outlook: Option<Outlook>,
    /// What the model thought of it; none of the first token, and while that is being read.
    pub measure: Option<Measure>,
}

impl Node {
    fn new(parent: Option<usize>, token: u32, origin: Origin) -> Self {
        Self { parent, token, origin, roll: 0, outlook: None, measure: None }
    }
}

/// The tree of all that was written, and the place that is looked at.
#[derive(Debug, Clone)]
pub struct Decoding {
    /// Parents before their children.
    nodes: Vec<Node>,
    /// The branch that is shown, from the first token to its last.
    path: Vec<usize>,
    /// The place: the choice behind this token of the path is looked at.
    here: usize,
    /// The first token of the path that can be stepped to: what is before is a prompt as a whole.
    first: usize,
    filters: Filters,
    seed: u64,
    /// The first of the seed's streams of random numbers that is used.
    stream: u64,
    /// The readings that are awaited: their number, and the nodes that are read.
    awaited: Vec<(u64, Vec<usize>)>,
    /// How many readings were ever asked for.
    readings: u64,
    sheet: Option<Sheet>,
}

impl Default for Decoding {
    fn default() -> Self {
        let filters = Filters {
            temperature: Some(1.0),
            top_k: Some(8),
            top_p: Some(0.9),
            ..Filters::default()
        };
        Self {
            nodes: Vec::new(),
            path: Vec::new(),
            here: 0,
            first: 0,
            filters,
            seed: 7,
            stream: 0,
            awaited: Vec::new(),
            readings: 0,
            sheet: None,
        }
    }
}

impl Decoding {
    /// Begins anew with these tokens, at their end. `first` is the last of those that nobody
    /// steps through, such as a chat's prompt.
    pub fn begin(&mut self, ids: &[u32], first: usize) {
        self.nodes.clear();
        self.awaited.clear();
        let nodes = ids.iter().enumerate();
        self.nodes
            .extend(nodes.map(|(at, &token)| Node::new(at.checked_sub(1), token, Origin::Given)));
        self.path = (0..ids.len()).collect();
        self.here = ids.len().saturating_sub(1);
        self.first = first.min(self.here);
        self.stream = 0;
        self.refresh();
    }

    /// Begins anew with a reply, at the place where its token `step` was chosen. It is filtered
    /// and drawn here as it was there.
    pub fn begin_with(&mut self, reply: &Written, step: usize) {
        self.begin(&reply.ids(), reply.prompt.len().saturating_sub(1));
        for (node, step) in self.nodes.iter_mut().skip(reply.prompt.len()).zip(&reply.steps) {
            node.origin = step.choice.into();
        }
        if let Some(Drawn { filters, seed, stream }) = reply.drawn {
            (self.filters, self.seed, self.stream) = (filters, seed, stream);
        }
        self.go((reply.prompt.len() + step).saturating_sub(1));
    }

    /// Whether there is no text yet.
    pub fn is_empty(&self) -> bool {
        self.path.is_empty()
    }

    /// The tokens of the branch that is shown.
    pub fn text(&self) -> impl ExactSizeIterator<Item = &Node> {
        self.path.iter().map(|&at| &self.nodes[at])
    }

    /// The tokens up to the place.
    pub fn ids(&self) -> Vec<u32> {
        self.text().take(self.here + 1).map(|node| node.token).collect()
    }

    /// The position of the place: the choice behind this token is looked at.
    pub fn here(&self) -> usize {
        self.here
    }

    /// The first position that can be stepped to.
    pub fn first(&self) -> usize {
        self.first
    }

    /// The token before the place.
    pub fn place(&self) -> Option<&Node> {
        self.path.get(self.here).map(|&at| &self.nodes[at])
    }

    /// The token that follows the place on the branch that is shown.
    pub fn following(&self) -> Option<&Node> {
        self.path.get(self.here + 1).map(|&at| &self.nodes[at])
    }

    /// Every token that has been put behind the place, on any branch.
    pub fn tried(&self) -> Vec<u32> {
        self.children(self.path.get(self.here).copied()).map(|at| self.nodes[at].token).collect()
    }

    /// The funnel and the die at the place; none while the model is still reading.
    pub fn sheet(&self) -> Option<&Sheet> {
        self.sheet.as_ref()
    }

    /// What is done to the logits.
    pub fn filters(&self) -> &Filters {
        &self.filters
    }

    /// Does something else to the logits, at once.
    pub fn set_filters(&mut self, filters: Filters) {
        if filters != self.filters && filters.validate().is_ok() {
            self.filters = filters;
            self.refresh();
        }
    }

    /// Where the random numbers come from.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Takes other random numbers.
    pub fn set_seed(&mut self, seed: u64) {
        self.seed = seed;
        self.refresh();
    }

    /// Which token of the text that is being written is drawn here, from 0.
    pub fn draw(&self) -> usize {
        let chosen = |node: &&Node| node.origin != Origin::Given;
        self.text().take(self.here + 1).filter(chosen).count()
    }

    /// Rolls the die anew at the place: the next random number, on the same candidates.
    pub fn roll_again(&mut self) {
        if let Some(&at) = self.path.get(self.here) {
            self.nodes[at].roll += 1;
            self.refresh();
        }
    }

    /// Rolls the die `times` at the place, each time with a random number of its own, and counts.
    pub fn roll_often(&mut self, times: usize) {
        let (seed, draw) = (self.seed, self.draw());
        if let (Some(sheet), Some(&at)) = (&mut self.sheet, self.path.get(self.here)) {
            let before = self.stream + self.nodes[at].roll;
            let next = sheet.counts.as_ref().map_or(0, |counts| counts.rolls) as u64;
            let number = |n: usize| random_number(seed, before + next + 1 + n as u64, draw);
            sheet.count((0..times).map(number));
        }
    }

    /// Puts `token` behind the place and goes there. A token that has been there before is found
    /// again, with all that follows it.
    pub fn append(&mut self, token: u32, origin: Origin) {
        let Some(&parent) = self.path.get(self.here) else { return };
        let known = self.children(Some(parent)).find(|&at| self.nodes[at].token == token);
        let child = known.unwrap_or_else(|| {
            let measure = self.nodes[parent].outlook.as_ref().map(|it| Measure::of(it, token));
            self.nodes.push(Node { measure, ..Node::new(Some(parent), token, origin) });
            self.nodes.len() - 1
        });
        if self.path.get(self.here + 1) != Some(&child) {
            self.show(self.newest_end(child));
        }
        self.go(self.here + 1);
    }

    /// Puts what the die fell on behind the place.
    pub fn append_drawn(&mut self) {
        if let Some((token, u)) =
            self.sheet.as_ref().and_then(|sheet| Some((sheet.winner()?, sheet.u)))
        {
            self.append(token, Origin::Drawn { u });
        }
    }

    /// Goes to the place behind token `position` of the branch that is shown.
    pub fn go(&mut self, position: usize) {
        self.here = position.min(self.path.len().saturating_sub(1));
        self.refresh();
    }

    /// Which branch is shown, from 0, and how many there are: one for each end of the tree.
    pub fn branch(&self) -> (usize, usize) {
        let ends = self.ends();
        let shown = self.path.last();
        (ends.iter().position(|end| Some(end) == shown).unwrap_or(0), ends.len())
    }

    /// Shows another branch, `by` further on; the place stays as far in the text as it is.
    pub fn switch(&mut self, by: isize) {
        let (shown, ends) = (self.branch().0, self.ends());
        if ends.len() > 1 {
            let at_end = self.here + 1 == self.path.len();
            let other = (shown as isize + by).rem_euclid(ends.len() as isize) as usize;
            self.show(ends[other]);
            self.go(if at_end { usize::MAX } else { self.here });
        }
    }

    fn children(&self, of: Option<usize>) -> impl Iterator<Item = usize> + '_ {
        let nodes = self.nodes.iter().enumerate();
        nodes.filter(move |(_, node)| of.is_some() && node.parent == of).map(|(at, _)| at)
    }

    /// The last tokens of all branches, in the order in which they stand in the tree.
    fn ends(&self) -> Vec<usize> {
        let mut is_end = vec![true; self.nodes.len()];
        for parent in self.nodes.iter().filter_map(|node| node.parent) {
            is_end[parent] = false;
        }
        (0..self.nodes.len()).filter(|&at| is_end[at]).collect()
    }

    /// The end of the branch through `at` that was written last.
    fn newest_end(&self, at: usize) -> usize {
        let mut end = at;
        while let Some(child) = self.children(Some(end)).last() {
            end = child;
        }
        end
    }

    /// Shows the branch that ends with `end`.
    fn show(&mut self, end: usize) {
        self.path = std::iter::successors(Some(end), |&at| self.nodes[at].parent).collect();
        self.path.reverse();
    }

    /// Works out anew what the place looks like.
    fn refresh(&mut self) {
        let outlook = self.place().and_then(|node| node.outlook.clone());
        self.sheet = outlook.map(|outlook| {
            let roll = self.place().map_or(0, |node| node.roll);
            let u = random_number(self.seed, self.stream + roll, self.draw());
            Sheet::new(&self.filters, &outlook, &self.ids(), u)
        });
    }

    /// What the model has to be asked, if anything: the branch that is shown, from the first token
    /// that it has not read.
    pub(super) fn missing(&mut self) -> Option<Following> {
        let unread = |at: &usize| self.nodes[*at].outlook.is_none();
        let from = self.path.iter().position(unread)?;
        let nodes = self.path[from..].to_vec();
        if self.awaited.iter().any(|(_, awaited)| *awaited == nodes) {
            return None;
        }
        self.readings += 1;
        self.awaited.push((self.readings, nodes));
        let ids = self.text().map(|node| node.token).collect();
        Some(Following { id: self.readings, ids, from })
    }

    /// Takes in what the model said.
    pub(super) fn take(&mut self, id: u64, outlooks: Vec<Outlook>) {
        let Some(found) = self.awaited.iter().position(|(awaited, _)| *awaited == id) else {
            return;
        };
        let (_, nodes) = self.awaited.remove(found);
        for (at, outlook) in nodes.into_iter().zip(outlooks) {
            for child in self.children(Some(at)).collect::<Vec<_>>() {
                self.nodes[child].measure = Some(Measure::of(&outlook, self.nodes[child].token));
            }
            self.nodes[at].outlook = Some(outlook);
        }
        self.refresh();
    }

    /// The model could not read the text; returns whether that was still awaited.
    pub(super) fn give_up(&mut self, id: u64) -> bool {
        let before = self.awaited.len();
        self.awaited.retain(|(awaited, _)| *awaited != id);
        self.awaited.len() < before
    }

    /// Whether the model is still reading.
    pub fn is_reading(&self) -> bool {
        !self.awaited.is_empty()
    }

    /// How often the model has been asked.
    pub fn readings(&self) -> u64 {
        self.readings
    }
}

#[cfg(test)]
mod tests;
