//! The transport of the Data station: the rules, one after the other.

use super::{State, rules};
use crate::app::context::Context;
use crate::app::transport::{Move, Segment, Transport};
use crate::app::words::fill;

/// How many rules are on, and how many of them are done.
pub fn progress_of(ctx: &Context, state: &State) -> (usize, usize) {
    let rules = ctx.session.library().treatment().rules.len();
    (state.rules.of(rules), rules)
}

/// Where we are among the rules.
pub fn transport(ctx: &Context, state: &State) -> Transport {
    let words = ctx.words.data;
    let (at, steps) = progress_of(ctx, state);
    let treatment = ctx.session.library().treatment();
    let on = rules::in_order(&treatment.rules);
    let segments =
        on.iter().map(|rule| Segment { label: rules::texts(words, rule).0.to_string(), steps: 1 });
    let off = rules::count() - steps;
    let note = match (off, steps) {
        (0, _) => words.all_rules_on.to_string(),
        (_, 0) => words.no_rules_on.to_string(),
        _ => fill(words.n_rules_off, &[&off]),
    };
    let counter = match at {
        0 => words.as_written.to_string(),
        _ => fill(words.rule_n, &[&at, &steps]),
    };
    Transport {
        segments: segments.collect(),
        at,
        steps,
        playing: state.rules.playing,
        more: at < steps || state.rules.playing,
        counter,
        note,
        speed: state.rules.speed(),
    }
}

/// Moves through the rules.
pub fn moved(ctx: &Context, state: &mut State, asked: Move) {
    let (_, steps) = progress_of(ctx, state);
    state.rules.moved(asked, steps);
}

/// What a presenter's class reads.
pub fn caption(ctx: &Context, state: &State) -> String {
    let words = ctx.words.data;
    let (at, _) = progress_of(ctx, state);
    let on = rules::in_order(&ctx.session.library().treatment().rules);
    match at.checked_sub(1).and_then(|at| on.get(at)) {
        Some(rule) => rules::texts(words, rule).1.to_string(),
        None => words.caption_written.to_string(),
    }
}
