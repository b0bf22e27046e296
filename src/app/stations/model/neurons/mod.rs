//! Neurons: which fire in the locked row, on which tokens of the data each fires most, and which
//! tokens it then speaks for.

mod list;
mod one;

use crate::app::context::{Action, Context};
use crate::app::theme::Type;
use crate::app::widgets::{paragraph, segmented};
use crate::app::words::fill;
use crate::interpret::Component;
use crate::session::engine::{Content, Neurons, Question, Sight};
use egui::{Rect, Ui, UiBuilder, pos2};

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    /// The block that was looked at last.
    block: usize,
    /// Whether neurons are sorted by how high they rise in the data, not by the locked row.
    by_data: bool,
    /// What the chosen neuron speaks for: it takes a moment to find out.
    speaks: one::Cache,
}

/// What is painted, with everything it needs.
struct View<'a> {
    ctx: &'a Context<'a>,
    sight: &'a Sight,
    row: usize,
    block: usize,
    neuron: usize,
    /// What was found in the data, as far as it has been read.
    found: Option<&'a Neurons>,
    done: f32,
}

/// The width of the list.
const LIST: f32 = 300.0;

/// Paints the view.
pub fn neurons(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    sight: &Sight,
    rows: usize,
    actions: &mut Vec<Action>,
) {
    let (words, colours, s) = (&ctx.words.behind, ctx.look.colours(), ctx.look.scale);
    let config = &sight.reading.config;
    if let Some(block) = ctx.locked.block.filter(|block| *block < config.layers) {
        state.block = block;
    }
    state.block = state.block.min(config.layers - 1);
    let answer = ctx.session.answer(&Question::Neurons);
    if answer.is_none() {
        actions.push(Action::Ask(Question::Neurons));
    }
    let (found, done) = match answer.map(|answer| (&answer.content, answer.done)) {
        Some((Content::Neurons(neurons), done)) => (Some(&**neurons), done),
        _ => (None, 0.0),
    };
    ui.horizontal(|ui| {
        let labels: Vec<String> =
            (0..config.layers).map(|b| fill(ctx.words.block_n, &[&(b + 1)])).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        if let Some(block) = segmented(ui, &ctx.look, &labels, state.block) {
            state.block = block;
            actions.push(Action::Lock(ctx.locked.with(Some(Component::Mlp(block)))));
        }
        ui.add_space(12.0);
        let labels = [words.by_row, words.by_data];
        if let Some(chosen) = segmented(ui, &ctx.look, &labels, usize::from(state.by_data)) {
            state.by_data = chosen == 1;
        }
    });
    let text = match found {
        Some(found) if done >= 1.0 => {
            fill(words.watched, &[&crate::app::numbers::count(found.firings.tokens()), &found.data])
        }
        _ => fill(words.watching, &[&((done * 100.0).round() as usize)]),
    };
    paragraph(ui, &text, Type::Small, colours.text2);
    let row = ctx.locked.position.unwrap_or(usize::MAX).min(rows.max(1) - 1);
    let order = list::order(sight, row, state, found);
    let chosen = ctx.locked.neuron.filter(|neuron| *neuron < config.inner);
    let neuron = chosen.or(order.first().copied()).unwrap_or(0);
    let view = View { ctx, sight, row, block: state.block, neuron, found, done };
    let area = ui.available_rect_before_wrap();
    let area = area.with_min_y(area.top() + 8.0);
    let middle = area.left() + (LIST * s).min(area.width() * 0.42);
    let left = Rect::from_min_max(area.min, pos2(middle, area.bottom()));
    let right = Rect::from_min_max(pos2(middle + 28.0, area.top()), area.max);
    ui.scope_builder(UiBuilder::new().max_rect(left).id_salt("list"), |ui| {
        list::list(ui, &view, &order, actions);
    });
    ui.scope_builder(UiBuilder::new().max_rect(right).id_salt("one"), |ui| {
        one::one(ui, &view, &mut state.speaks, actions);
    });
}
