//! Going through the text, token by token and back, and choosing among candidates: the transport
//! and the keys.

use super::{Ask, State, chosen};
use crate::app::context::{Action, Context, Selection};
use crate::app::numbers;
use crate::app::transport::{Move, SPEEDS, Segment, Transport};
use crate::app::words::{Words, fill};
use crate::session::Origin;
use egui::{Key, Modifiers, Ui};

/// Steps of the track for each token: the knob stands in the middle of the one that is chosen.
const PER_TOKEN: usize = 2;

/// Where we are: the tokens that were chosen, and the one that is being chosen.
pub fn transport(ctx: &Context, state: &State) -> Transport {
    let (words, decoding) = (ctx.words.decode, ctx.session.decoding());
    if decoding.is_empty() {
        let speed = SPEEDS[state.speed];
        let (segments, counter, note) = Default::default();
        return Transport {
            segments,
            at: 0,
            steps: 0,
            playing: false,
            more: false,
            counter,
            note,
            speed,
        };
    }
    let (first, here) = (decoding.first(), decoding.here());
    let label = |text: String| Segment { label: text, steps: PER_TOKEN };
    let chosen = decoding.text().skip(first + 1).map(|node| label(name(ctx, node.token)));
    let segments: Vec<Segment> = chosen.chain([label(words.choosing.into())]).collect();
    let length = numbers::count(here + 1);
    Transport {
        at: here.checked_sub(first).map_or(0, |at| PER_TOKEN * at + 1),
        steps: PER_TOKEN * segments.len(),
        segments,
        playing: state.playing,
        more: decoding.following().is_some() || ctx.session.can_append(),
        counter: fill(words.nth_token, &[&(here + 1)]),
        note: fill(words.context_is, &[&length, &numbers::count(ctx.session.context())]),
        speed: SPEEDS[state.speed],
    }
}

/// A token without its leading space.
fn name(ctx: &Context, token: u32) -> String {
    ctx.piece(token).text.trim_start_matches('\u{b7}').to_string()
}

/// Moves by what was asked.
pub fn moved(ctx: &Context, state: &mut State, asked: Move, actions: &mut Vec<Action>) {
    let decoding = ctx.session.decoding();
    let here = decoding.here();
    let go = |position| Action::Decode(Ask::Go { position, candidate: None });
    match asked {
        Move::Faster => state.speed = (state.speed + 1) % SPEEDS.len(),
        Move::PlayPause => state.playing = !state.playing,
        Move::Forward if state.playing => play(ctx, state, actions),
        Move::Forward => actions.extend(forward(ctx)),
        Move::Reset => {
            state.playing = false;
            actions.push(go(if here > decoding.first() { decoding.first() } else { 0 }));
        }
        Move::End => {
            state.playing = false;
            actions.push(go(usize::MAX));
        }
        Move::Back => {
            state.playing = false;
            actions.push(go(here.saturating_sub(1)));
        }
        Move::Seek(step) => {
            state.playing = false;
            let last = decoding.text().len().saturating_sub(1);
            actions.push(go((decoding.first() + step / PER_TOKEN).min(last)));
        }
    }
}

/// The locked candidate is put behind the place; without one, what is there already, or the die's.
fn forward(ctx: &Context) -> Option<Action> {
    let decoding = ctx.session.decoding();
    match ctx.locked.candidate {
        Some(token) => Some(Action::Decode(Ask::Append(token))),
        None if decoding.following().is_some() => {
            Some(Action::Decode(Ask::Go { position: decoding.here() + 1, candidate: None }))
        }
        None => Some(Action::Decode(Ask::Draw)),
    }
}

/// One step of playing: along what is there, then what the die says, until the text ends.
fn play(ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let decoding = ctx.session.decoding();
    if decoding.following().is_some() {
        let position = decoding.here() + 1;
        actions.push(Action::Decode(Ask::Go { position, candidate: None }));
    } else if decoding.is_reading() {
        // The next one comes when the model has read the last.
    } else if ctx.session.can_append() && !has_ended(ctx) {
        actions.push(Action::Decode(Ask::Draw));
    } else {
        state.playing = false;
    }
}

/// Whether the last token that was chosen says that the text ends.
fn has_ended(ctx: &Context) -> bool {
    let end = ctx.session.opened().and_then(|opened| opened.model.end);
    let place = ctx.session.decoding().place();
    place.is_some_and(|node| Some(node.token) == end && node.origin != Origin::Given)
}

/// The token that begins a branch here: the one that is looked at, or the most probable one that
/// has not been tried.
pub fn branch(ctx: &Context) -> Option<u32> {
    let decoding = ctx.session.decoding();
    let tried = decoding.tried();
    let order = decoding.sheet().map_or(&[][..], |sheet| &sheet.order);
    let looked_at = ctx.locked.candidate.iter();
    looked_at.chain(order).copied().find(|token| !tried.contains(token))
}

/// What the keys of this station do.
pub fn key_names(words: &Words) -> Vec<(&'static str, &'static str)> {
    let words = words.decode;
    vec![
        ("↑ ↓", words.key_candidate),
        ("← →", words.key_take),
        ("N", words.key_branch),
        ("[ ]", words.key_switch),
        ("R", words.key_roll),
        ("C", words.key_colour),
    ]
}

/// The keys of this station.
pub fn keys(ui: &Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let pressed = |modifiers, key| ui.ctx().input_mut(|input| input.consume_key(modifiers, key));
    let plain = |key| pressed(Modifiers::NONE, key);
    let asks = [
        (pressed(Modifiers::SHIFT, Key::R), Ask::RollOften),
        (plain(Key::R), Ask::RollAgain),
        (plain(Key::N), Ask::Branch),
        (plain(Key::OpenBracket), Ask::Switch(-1)),
        (plain(Key::CloseBracket), Ask::Switch(1)),
    ];
    let asks = asks.into_iter().filter(|(pressed, _)| *pressed);
    actions.extend(asks.map(|(_, ask)| Action::Decode(ask)));
    if plain(Key::C) {
        state.text.colour = state.text.colour.next();
    }
    // A focused part has its own use for arrows.
    if ui.memory(|memory| memory.focused()).is_none() {
        let by = isize::from(plain(Key::ArrowDown)) - isize::from(plain(Key::ArrowUp));
        if by != 0 {
            actions.extend(choose(ctx, by));
        }
    }
}

/// Locks the candidate `by` places further down.
fn choose(ctx: &Context, by: isize) -> Option<Action> {
    let order = &ctx.session.decoding().sheet()?.order;
    let at = chosen(ctx).and_then(|token| order.iter().position(|&other| other == token));
    let next = at.map_or(0, |at| at.saturating_add_signed(by)).min(order.len().checked_sub(1)?);
    Some(Action::Lock(Selection { candidate: Some(order[next]), ..Selection::default() }))
}
