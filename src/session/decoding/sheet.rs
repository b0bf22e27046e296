//! What one place of a text looks like: the funnel, and the die.

use crate::decode::{Candidates, Filters, Funnel, Outlook, Stage, StageKind};

/// How many candidates are put in order.
pub const LISTED: usize = 512;

/// The funnel and the die at one place.
#[derive(Debug, Clone)]
pub struct Sheet {
    pub funnel: Funnel,
    /// The most probable tokens as they stand before any is cut, at most [`LISTED`].
    pub order: Vec<u32>,
    /// What is left, side by side on a line from 0 to 1.
    pub candidates: Candidates,
    /// The number that was drawn.
    pub u: f64,
    /// Which of the candidates it fell on.
    chosen: usize,
    /// What came of many rolls.
    pub counts: Option<Counts>,
}

/// How often the die fell on each candidate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    pub rolls: usize,
    /// For each of the listed candidates.
    pub each: Vec<usize>,
    /// On those that are not listed.
    pub others: usize,
}

/// Stands for a token that is not listed.
pub const NOT_LISTED: u32 = u32::MAX;

impl Counts {
    /// What the die has fallen on since `before`, with [`NOT_LISTED`] for what is not in `list`.
    pub fn since(&self, before: &Self, list: &[u32]) -> Vec<u32> {
        let others = std::iter::repeat_n(NOT_LISTED, self.others - before.others.min(self.others));
        let more = |i: usize| self.each[i] - before.each.get(i).copied().unwrap_or(0);
        let listed = list.iter().take(self.each.len()).enumerate();
        others.chain(listed.flat_map(|(i, token)| std::iter::repeat_n(*token, more(i)))).collect()
    }
}

impl Sheet {
    /// Filters what the model said after the text `seen`, and lays what is left under `u`.
    pub(super) fn new(filters: &Filters, outlook: &Outlook, seen: &[u32], u: f64) -> Self {
        let funnel = Funnel::new(filters, &outlook.logits, seen);
        let (candidates, chosen) = Candidates::new(&funnel.last().logits, u);
        let mut sheet = Self { funnel, order: Vec::new(), candidates, u, chosen, counts: None };
        sheet.order = sheet.uncut().ranked(LISTED).into_iter().map(|ranked| ranked.token).collect();
        sheet
    }

    /// The stage of this kind, whatever its setting; none if the filter is off.
    pub fn stage(&self, of_kind: impl Fn(StageKind) -> bool) -> Option<&Stage> {
        self.funnel.stages().iter().find(|stage| of_kind(stage.kind))
    }

    /// The last stage before anything is cut.
    pub fn uncut(&self) -> &Stage {
        let cuts =
            |kind| matches!(kind, StageKind::TopK(_) | StageKind::TopP(_) | StageKind::MinP(_));
        let stages = self.funnel.stages();
        let uncut = stages.iter().take_while(|stage| !cuts(stage.kind)).last();
        uncut.unwrap_or_else(|| self.funnel.first())
    }

    /// What top-k leaves, and top-p has not cut yet.
    pub fn shares(&self) -> &Stage {
        self.stage(|kind| matches!(kind, StageKind::TopK(_))).unwrap_or_else(|| self.uncut())
    }

    /// The token that the die fell on.
    pub fn winner(&self) -> Option<u32> {
        self.candidates.list.get(self.chosen).map(|candidate| candidate.token)
    }

    /// Rolls more often, and counts.
    pub(super) fn count(&mut self, numbers: impl Iterator<Item = f64>) {
        let listed = self.candidates.list.len();
        let counts = self.counts.get_or_insert_with(|| Counts {
            rolls: 0,
            each: vec![0; listed],
            others: 0,
        });
        for u in numbers {
            counts.rolls += 1;
            match self.candidates.under(u).and_then(|at| counts.each.get_mut(at)) {
                Some(count) => *count += 1,
                None => counts.others += 1,
            }
        }
    }
}
