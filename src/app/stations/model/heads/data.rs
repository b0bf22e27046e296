//! The numbers of the open head: read once, and again only when there is another sight or head.

use super::View;
use crate::interpret::{Reading, full_scores, root};
use crate::session::engine::Sight;
use std::rc::Rc;
use std::sync::{Arc, Weak};

/// The four matrices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Score,
    Scale,
    Mask,
    Softmax,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Score, Self::Scale, Self::Mask, Self::Softmax];
}

/// The scores of one head over the shown rows.
#[derive(Debug)]
pub struct Data {
    rows: usize,
    /// q·k / √(head width), `[query, key]`, also behind the mask.
    scores: Vec<f32>,
    root: f32,
    /// The largest score without its sign: of all, and of those that are not hidden.
    largest: f32,
    largest_seen: f32,
    block: usize,
    head: usize,
    sight: Weak<Sight>,
}

/// The last head that was read.
#[derive(Debug, Default)]
pub struct Cache(Option<Rc<Data>>);

impl Cache {
    /// The numbers of the open head.
    pub fn of(&mut self, view: &View) -> Rc<Data> {
        let sight = Arc::downgrade(view.sight);
        if let Some(data) = self.0.as_ref().filter(|data| data.shows(view, &sight)) {
            return data.clone();
        }
        let data = Rc::new(Data::read(view, sight));
        self.0 = Some(data.clone());
        data
    }
}

impl Data {
    fn shows(&self, view: &View, sight: &Weak<Sight>) -> bool {
        Weak::ptr_eq(&self.sight, sight)
            && (self.block, self.head) == (view.focus.block, view.focus.head)
            && self.rows == view.rows
    }

    fn read(view: &View, sight: Weak<Sight>) -> Self {
        let reading = &view.sight.reading;
        let (block, head, rows) = (view.focus.block, view.focus.head, view.rows);
        let scores = full_scores(reading, block, head, rows);
        let largest = |hidden: bool| {
            let all = scores.iter().enumerate();
            let kept = all.filter(|(i, _)| hidden || i % rows <= i / rows);
            kept.map(|(_, score)| score.abs()).filter(|s| s.is_finite()).fold(1e-6, f32::max)
        };
        let (all, seen) = (largest(true), largest(false));
        let root = root(reading);
        Self { rows, root, largest: all, largest_seen: seen, scores, block, head, sight }
    }

    /// The value of a cell; none where it is hidden.
    pub fn value(&self, reading: &Reading, kind: Kind, row: usize, column: usize) -> Option<f32> {
        let score = self.scores.get(row * self.rows + column).copied();
        match kind {
            Kind::Score => score.map(|score| score * self.root),
            Kind::Scale => score,
            Kind::Mask => score.filter(|_| column <= row),
            Kind::Softmax if column <= row => {
                reading.weights(self.block, self.head, row).get(column).copied()
            }
            Kind::Softmax => None,
        }
    }

    /// Where the colours of a matrix end.
    pub fn end(&self, kind: Kind) -> f32 {
        match kind {
            Kind::Score => self.largest * self.root,
            Kind::Scale => self.largest,
            Kind::Mask => self.largest_seen,
            Kind::Softmax => 1.0,
        }
    }
}
