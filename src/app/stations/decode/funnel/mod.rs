//! The funnel: the same candidates after each filter, and the die that picks among what is left.

mod columns;
mod controls;
mod die;
mod layout;
mod rows;

use crate::app::context::{Action, Context};
use crate::session::Sheet;
use egui::Ui;
use layout::{Layout, Wanted, scrolled};

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    /// Whether all sliders are shown.
    more: bool,
    /// The candidate that stands first.
    first: usize,
    /// How far the wheel was turned since the last whole row, in points.
    turned: f32,
    /// The candidate that was brought into view.
    brought: Option<u32>,
    die: die::State,
    /// The candidate under the pointer, in the rows or on the bar.
    hovered: Option<u32>,
}

/// What is painted, with everything it needs.
struct View<'a> {
    ctx: &'a Context<'a>,
    sheet: &'a Sheet,
    layout: Layout,
    /// The candidate that is looked at.
    chosen: Option<u32>,
    hovered: Option<u32>,
}

impl View<'_> {
    fn scale(&self) -> f32 {
        self.ctx.look.scale
    }
}

/// Paints the sliders, the candidates and the die.
pub fn funnel(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let area = ui.available_rect_before_wrap();
    let Some(sheet) = ctx.session.decoding().sheet() else { return super::nothing_yet(ui, ctx) };
    let wanted = Wanted {
        scale: ctx.look.scale,
        controls: if state.more { 2 } else { 1 },
        columns: columns::columns(sheet).len(),
        candidates: sheet.order.len(),
    };
    let layout = Layout::new(area, wanted);
    let chosen = super::chosen(ctx);
    bring_into_view(state, sheet, chosen, layout.shown);
    let view = View { ctx, sheet, layout, chosen, hovered: state.hovered.take() };
    controls::controls(ui, &view, state, actions);
    columns::header(ui, &view, state.first);
    rows::rows(ui, &view, state, actions);
    die::die(ui, &view, state, actions);
    if state.hovered != view.hovered {
        // What is hovered in one part lights up in the other, in the next frame.
        ui.ctx().request_repaint();
    }
}

/// What is chosen is brought into view once; then one may scroll away.
fn bring_into_view(state: &mut State, sheet: &Sheet, chosen: Option<u32>, shown: usize) {
    if state.brought != chosen {
        state.brought = chosen;
        let at = sheet.order.iter().position(|token| Some(*token) == chosen).unwrap_or(0);
        // From the top, if it can be seen there.
        state.first = if at < shown { 0 } else { scrolled(state.first, shown, at) };
    }
    state.first = state.first.min(sheet.order.len().saturating_sub(shown));
}
