//! Stepping through a pass: operation by operation to the right, token by token downwards.
//!
//! Everything that is stepped through has been recorded: a causal model's rows do not change when
//! more rows follow, so an earlier moment is the same record, seen in part.

use super::State;
use crate::app::context::{Action, Context};
use crate::app::transport::{Move, SPEEDS, Segment, Transport};
use crate::app::words::fill;
use crate::session::engine::Sight;

/// Operations of one row: embed; attention and MLP of each block; the last norm; the logits.
pub fn operations(layers: usize) -> usize {
    2 * layers + 3
}

/// An operation that may still be to come. The embedding is there from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Attention(usize),
    Mlp(usize),
    Logits,
}

impl Operation {
    /// How many operations are done once this one is.
    pub fn number(self, layers: usize) -> usize {
        match self {
            Self::Attention(block) => 2 + 2 * block,
            Self::Mlp(block) => 3 + 2 * block,
            Self::Logits => operations(layers),
        }
    }
}

/// How many rows of a sight are shown.
pub fn rows_shown(state: &State, sight: &Sight) -> usize {
    state.rows.unwrap_or(usize::MAX).min(sight.reading.positions())
}

/// Whether an operation of a row is shown as done: all of them, but for the last row while it is
/// stepped through.
pub fn is_done(
    state: &State,
    rows: usize,
    row: usize,
    operation: Operation,
    layers: usize,
) -> bool {
    row + 1 < rows || state.depth.is_none_or(|depth| operation.number(layers) <= depth)
}

fn layers(ctx: &Context) -> usize {
    ctx.session.opened().map_or(0, |opened| opened.model.parameters.config.layers)
}

/// Where we are.
pub fn transport(ctx: &Context, state: &State) -> Transport {
    let (words, layers) = (ctx.words, layers(ctx));
    let length = ctx.session.subject().len();
    let rows = state.rows.unwrap_or(length).min(length);
    let steps = operations(layers);
    let at = if length == 0 { 0 } else { state.depth.unwrap_or(steps) };
    let mut segments = vec![Segment { label: words.embed.into(), steps: 1 }];
    for block in 0..layers {
        let number = block + 1;
        if ctx.locked.block == Some(block) {
            segments.push(Segment { label: fill(words.block_attention, &[&number]), steps: 1 });
            segments.push(Segment { label: words.mlp.into(), steps: 1 });
        } else {
            segments.push(Segment { label: fill(words.block_n, &[&number]), steps: 2 });
        }
    }
    segments.push(Segment { label: words.norm.into(), steps: 1 });
    segments.push(Segment { label: words.logits.into(), steps: 1 });
    let room = length > 0 && length < ctx.session.context() && !state.only_looks;
    Transport {
        segments: if length == 0 { Vec::new() } else { segments },
        at,
        steps,
        playing: state.playing,
        more: at < steps || rows < length || room,
        counter: if length == 0 { String::new() } else { fill(words.n_of_m, &[&at, &steps]) },
        note: if length == 0 {
            String::new()
        } else {
            fill(words.r#where, &[&rows, &(rows.max(1) - 1)])
        },
        speed: SPEEDS[state.speed],
    }
}

/// Moves by what was asked.
pub fn moved(ctx: &Context, state: &mut State, asked: Move, actions: &mut Vec<Action>) {
    let length = ctx.session.subject().len();
    if length == 0 {
        return;
    }
    let steps = operations(layers(ctx));
    let (rows, depth) = (state.rows.unwrap_or(length).min(length), state.depth.unwrap_or(steps));
    let once = std::mem::take(&mut state.once);
    match asked {
        Move::Forward if once && depth + 1 >= steps => state.show_all(),
        Move::Forward if once => (state.depth, state.once) = (Some(depth + 1), true),
        Move::Faster => state.speed = (state.speed + 1) % SPEEDS.len(),
        Move::PlayPause => state.playing = !state.playing,
        Move::End => state.show_all(),
        Move::Reset => (state.rows, state.depth, state.playing) = (Some(1), Some(1), false),
        Move::Seek(step) => (state.depth, state.playing) = (Some(step.max(1)), false),
        Move::Back => {
            state.playing = false;
            if depth > 1 {
                (state.rows, state.depth) = (Some(rows), Some(depth - 1));
            } else if rows > 1 {
                (state.rows, state.depth) = (Some(rows - 1), Some(steps));
            }
        }
        Move::Forward if depth < steps => state.depth = Some(depth + 1),
        Move::Forward if rows < length => (state.rows, state.depth) = (Some(rows + 1), Some(1)),
        Move::Forward if length < ctx.session.context() && !has_ended(ctx) && !state.only_looks => {
            // The new row is stepped through as soon as it is there.
            (state.rows, state.depth) = (None, Some(1));
            actions.push(Action::Grow);
        }
        Move::Forward => state.playing = false,
    }
}

/// Whether the text ends with the token that says so.
fn has_ended(ctx: &Context) -> bool {
    let end = ctx.session.opened().and_then(|opened| opened.model.end);
    end.is_some() && ctx.session.subject().last().copied() == end && !ctx.session.grown().is_empty()
}
