//! Stepping through one head: what a block does to bring numbers from row to row, in eight steps.
//! As on the map, everything has been recorded; a step only shows more of it.

use crate::app::context::Context;
use crate::app::stations::model::State;
use crate::app::transport::{Move, SPEEDS, Segment, Transport};
use crate::app::words::{Words, fill};

/// How many steps there are.
pub const STEPS: usize = 8;

/// What a step computes; its number, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Vectors = 2,
    Score = 3,
    Scale = 4,
    Mask = 5,
    Softmax = 6,
    Mix = 7,
    Add = 8,
}

/// The names of the steps, in order.
fn names(words: &Words) -> [&'static str; STEPS] {
    [
        words.layer_norm,
        words.qkv,
        words.score,
        words.scale,
        words.mask,
        words.softmax,
        words.mix_values,
        words.add_to_stream,
    ]
}

/// Where we are.
pub fn transport(ctx: &Context, state: &State) -> Transport {
    let words = ctx.words;
    let is_empty = ctx.session.sight().is_none();
    let at = if is_empty { 0 } else { state.heads.step.unwrap_or(STEPS) };
    let segment = |label: &str| Segment { label: label.into(), steps: 1 };
    let block = ctx.locked.block.unwrap_or(0) + 1;
    let said = |text: String| if is_empty { String::new() } else { text };
    Transport {
        segments: if is_empty { Vec::new() } else { names(words).map(segment).into() },
        at,
        steps: STEPS,
        playing: state.playing,
        more: !is_empty && at < STEPS,
        counter: said(fill(words.n_of_m, &[&at, &STEPS])),
        note: said(fill(words.inside_block, &[&block])),
        speed: SPEEDS[state.speed],
    }
}

/// Moves by what was asked.
pub fn moved(ctx: &Context, state: &mut State, asked: Move) {
    if ctx.session.sight().is_none() {
        state.playing = false;
        return;
    }
    let at = state.heads.step.unwrap_or(STEPS);
    let step = match asked {
        Move::Faster => {
            state.speed = (state.speed + 1) % SPEEDS.len();
            return;
        }
        Move::PlayPause => {
            state.playing = !state.playing;
            return;
        }
        Move::Reset => 0,
        Move::Back => at.saturating_sub(1),
        Move::Forward => (at + 1).min(STEPS),
        Move::End => STEPS,
        Move::Seek(step) => step.min(STEPS),
    };
    state.playing = state.playing && asked == Move::Forward && step < STEPS;
    state.heads.step_to(step);
}
