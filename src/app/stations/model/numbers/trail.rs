//! The way from the first number to the one that is shown, each step a way back.

use super::{State, called};
use crate::app::context::Context;
use crate::app::formula::{Formatted, Math, show, symbol};
use crate::app::theme::Type;
use crate::app::widgets::{ButtonKind, Icon, button};
use crate::interpret::provenance::{Cell, Numbers};
use egui::{RichText, ScrollArea, Ui, vec2};

/// Paints the trail.
pub fn trail(ui: &mut Ui, ctx: &Context, numbers: &Numbers, state: &mut State) {
    let words = &ctx.words.behind;
    let mut back_to = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 0.0);
        let more = state.trail.len() > 1;
        let label = words.back;
        if button(ui, &ctx.look, ButtonKind::Quiet, Some(Icon::Left), label, more).clicked() {
            back_to = state.trail.len().checked_sub(2);
        }
        let label = if state.checking { words.to_formula } else { words.to_check };
        let kind = ButtonKind::Plain;
        if button(ui, &ctx.look, kind, Some(Icon::Tick), label, true).clicked() {
            state.checking = !state.checking;
        }
        ScrollArea::horizontal().id_salt("trail").stick_to_right(true).show(ui, |ui| {
            for (i, cell) in state.trail.iter().enumerate() {
                if i > 0 {
                    let arrow = RichText::new("\u{203a}").font(Type::Body.font());
                    ui.label(arrow.color(ctx.look.colours().text3));
                }
                if crumb(ui, ctx, numbers, *cell, i) {
                    back_to = Some(i);
                }
            }
        });
    });
    if let Some(at) = back_to {
        state.trail.truncate(at + 1);
    }
}

/// One step; returns whether it was clicked.
fn crumb(ui: &mut Ui, ctx: &Context, numbers: &Numbers, cell: Cell, at: usize) -> bool {
    let math = Math::Operand(0, Box::new(symbol(numbers, cell, None)));
    let name = |_: usize| called::cell_name(ctx, numbers, cell);
    let formatted = Formatted { math: &math, size: 16.0, name: &name, key: "crumb" };
    ui.push_id(at, |ui| show(ui, &ctx.look, &formatted)).inner.is_some()
}
