//! Stepping through the record of a search: every token in three phases. Nothing is computed anew.

use super::State;
use super::ask::Ask;
use crate::app::context::{Action, Context};
use crate::app::transport::{Move, SPEEDS, Segment, Transport};
use crate::app::words::{Words, fill};
use crate::decode::Fate;
use crate::session::Search;

/// What a step does, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub enum Phase {
    /// Every living hypothesis is continued.
    Expand,
    /// The sums of the continuations are known.
    Score,
    /// The best are kept, the others stay as ghosts.
    Prune,
}

/// Phases of a step.
pub const PHASES: usize = 3;

/// A moment of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// How many steps have begun.
    pub steps: usize,
    /// How far the last of them is.
    pub phase: Phase,
}

impl Moment {
    /// After so many phases; at the end if none is given.
    pub fn new(done: Option<usize>, search: &Search) -> Self {
        let all = search.steps().len() * PHASES;
        let done = done.unwrap_or(all).min(all);
        let phase = match done % PHASES {
            1 => Phase::Expand,
            2 => Phase::Score,
            _ => Phase::Prune,
        };
        Self { steps: done.div_ceil(PHASES), phase }
    }

    /// How many phases are done.
    pub fn done(self) -> usize {
        let missing = match self.phase {
            Phase::Expand => 2,
            Phase::Score => 1,
            Phase::Prune => 0,
        };
        self.steps * PHASES - missing
    }

    /// How far the nodes of a depth are, if they are there.
    pub fn phase_of(self, depth: usize) -> Option<Phase> {
        match depth {
            depth if depth < self.steps => Some(Phase::Prune),
            depth if depth == self.steps => Some(self.phase),
            _ => None,
        }
    }

    /// How many steps are done with.
    pub fn settled(self) -> usize {
        if self.phase == Phase::Prune { self.steps } else { self.steps.saturating_sub(1) }
    }
}

fn name(phase: Phase, words: &Words) -> &'static str {
    match phase {
        Phase::Expand => words.tree.expand,
        Phase::Score => words.tree.score_phase,
        Phase::Prune => words.tree.prune,
    }
}

/// Where we are.
pub fn transport(ctx: &Context, state: &State) -> Transport {
    let searching = ctx.session.is_searching();
    let playing = state.playing || searching;
    let speed = SPEEDS[state.speed];
    let Some(search) = ctx.session.searched() else {
        let (counter, note) = Default::default();
        let (at, steps) = (0, 0);
        return Transport {
            segments: Vec::new(),
            at,
            steps,
            playing,
            more: true,
            counter,
            note,
            speed,
        };
    };
    let moment = Moment::new(state.done, search);
    let (at, steps) = (moment.done(), search.steps().len() * PHASES);
    let label = |step: usize| fill(ctx.words.tree.token_n, &[&(search.after + step + 1)]);
    let segments = (0..search.steps().len())
        .map(|step| Segment { label: label(step), steps: PHASES })
        .collect();
    let counter = if steps == 0 {
        String::new()
    } else {
        let place = fill(ctx.words.n_of_m, &[&at, &steps]);
        fill(ctx.words.tree.phase_place, &[&name(moment.phase, ctx.words), &place])
    };
    let note = moment.settled().checked_sub(1).map_or(String::new(), |last| {
        let step = &search.steps()[last];
        fill(ctx.words.tree.finished_alive, &[&step.finished.len(), &step.live.len()])
    });
    Transport { segments, at, steps, playing, more: true, counter, note, speed }
}

/// Moves by what was asked.
pub fn moved(ctx: &Context, state: &mut State, asked: Move, actions: &mut Vec<Action>) {
    if asked == Move::Faster {
        state.speed = (state.speed + 1) % SPEEDS.len();
        return;
    }
    let Some(search) = ctx.session.searched() else {
        if matches!(asked, Move::PlayPause | Move::Forward) && !ctx.session.is_searching() {
            actions.push(Action::Tree(Ask::Run(state.plan(ctx))));
        }
        return;
    };
    if asked == Move::PlayPause && ctx.session.is_searching() {
        actions.push(Action::Tree(Ask::Stop));
        return;
    }
    let all = search.steps().len() * PHASES;
    let at = Moment::new(state.done, search).done();
    let there = match asked {
        Move::Reset => 0,
        Move::Back => at.saturating_sub(1),
        Move::Forward if at < all => at + 1,
        Move::Forward | Move::End => all,
        Move::Seek(step) => step,
        Move::PlayPause => {
            state.playing = !state.playing;
            // At the end it plays from the beginning.
            if state.playing && at == all { 0 } else { at }
        }
        Move::Faster => at,
    };
    if !matches!(asked, Move::Forward | Move::PlayPause) || there >= all {
        state.playing = false;
    }
    state.done = (there < all).then_some(there);
    // Whoever steps wants to see where.
    state.camera.by_hand = false;
}

/// What became of a node, in words.
pub fn fate(words: &Words, fate: Fate, chosen: bool) -> &'static str {
    match fate {
        _ if chosen => words.tree.chosen,
        Fate::Kept => words.tree.kept,
        Fate::Pruned => words.tree.pruned,
        Fate::Finished => words.tree.finished,
        Fate::Outranked => words.tree.outranked,
    }
}
