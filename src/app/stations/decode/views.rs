//! What the shell asks of the station, answered by the view that is shown.

use super::{State, View, compare, inspect, steps, tree};
use crate::app::context::{Action, Context};
use crate::app::lesson::is_hidden;
use crate::app::stations::About;
use crate::app::transport::{Move, Transport};
use crate::app::words::{Words, fill};
use crate::lesson::Part;
use egui::{Key, Modifiers, Ui};

/// The inspector.
pub fn inspector(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    match state.view {
        View::Funnel => inspect::inspector(ui, ctx, state, actions),
        View::Tree | View::Compare => tree::inspector(ui, ctx, &mut state.tree, actions),
    }
}

/// Where we are.
pub fn transport(ctx: &Context, state: &State) -> Transport {
    match state.view {
        View::Funnel => steps::transport(ctx, state),
        View::Tree | View::Compare => tree::transport(ctx, &state.tree),
    }
}

/// Moves by what was asked.
pub fn moved(ctx: &Context, state: &mut State, asked: Move, actions: &mut Vec<Action>) {
    match state.view {
        View::Funnel => steps::moved(ctx, state, asked, actions),
        View::Tree | View::Compare => tree::moved(ctx, &mut state.tree, asked, actions),
    }
}

/// The keys of the view.
pub fn keys(ui: &Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let next = ui.ctx().input_mut(|input| input.consume_key(Modifiers::NONE, Key::V));
    if next {
        let hides = is_hidden(ui.ctx(), Part::PanelBeam);
        state.view = if hides { View::Funnel } else { state.view.next() };
        return;
    }
    match state.view {
        View::Funnel => steps::keys(ui, ctx, state, actions),
        View::Tree | View::Compare => tree::keys(ui, ctx, &mut state.tree, actions),
    }
}

/// What those keys do.
pub fn key_names(words: &Words, view: View) -> Vec<(&'static str, &'static str)> {
    let mut names = vec![("V", words.tree.key_views)];
    names.extend(match view {
        View::Funnel => steps::key_names(words),
        View::Tree | View::Compare => tree::key_names(words),
    });
    names
}

/// Esc: lets go of what is locked in the view; returns whether there was anything.
pub fn release(state: &mut State) -> bool {
    match state.view {
        View::Funnel => false,
        View::Tree => state.tree.release(),
        View::Compare => state.compare.release(),
    }
}

/// The presenter's sentence.
pub fn caption(ctx: &Context, state: &State) -> String {
    if state.view != View::Funnel {
        return tree::caption(ctx, &state.tree);
    }
    let words = ctx.words.decode;
    let Some(sheet) = ctx.session.decoding().sheet() else { return words.about_funnel.into() };
    let winner = sheet.winner().map_or(String::new(), |token| ctx.piece(token).text);
    let winner = winner.trim_start_matches('\u{b7}');
    let count = crate::app::numbers::count;
    let (all, left) = (sheet.funnel.first().logits.len(), sheet.funnel.last().kept());
    fill(words.caption, &[&count(all), &count(left), &format!("“{winner}”")])
}

/// What the left panel says.
pub fn about(words: &Words, state: &State) -> About {
    match state.view {
        View::Funnel => {}
        View::Tree => return tree::about(words),
        View::Compare => return compare::about(words),
    }
    let words = words.decode;
    About {
        title: words.about_funnel,
        texts: [words.about_funnel_1, words.about_funnel_2],
        task: words.about_funnel_try,
        more: words.about_funnel_try_more,
    }
}
