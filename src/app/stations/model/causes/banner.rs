//! The strip above the stage that names what is changed, each with a way back.

use super::change_name;
use crate::app::context::{Action, Context};
use crate::app::stations::model::map::strike;
use crate::app::theme::Type;
use crate::app::widgets::{
    ButtonKind, Icon, button, focus_ring, named, paint_icon, put, segmented, width,
};
use crate::interpret::Change;
use egui::{Align, Align2, Layout, Rect, Role, Sense, Shape, Stroke, Ui, pos2, vec2};

/// Paints the strip, if anything is changed. `untouched` says whether the untouched pass is shown.
pub fn banner(ui: &mut Ui, ctx: &Context, untouched: &mut bool, actions: &mut Vec<Action>) {
    let words = &ctx.words.behind;
    if ctx.session.changes().is_empty() {
        *untouched = false;
        return;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let labels = [words.changed, words.untouched];
            if let Some(chosen) = segmented(ui, &ctx.look, &labels, usize::from(*untouched)) {
                *untouched = chosen == 1;
            }
            if button(ui, &ctx.look, ButtonKind::Plain, None, words.restore, true).clicked() {
                actions.push(Action::Restore);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                changes(ui, ctx, actions);
            });
        });
    });
    ui.add_space(4.0);
}

/// A chip for each change, as far as there is room.
fn changes(ui: &mut Ui, ctx: &Context, actions: &mut Vec<Action>) {
    let all = ctx.session.changes();
    for (i, change) in all.iter().enumerate() {
        let name = change_name(ctx, change);
        let wide = width(ui.painter(), &name, Type::Label.scaled(ctx.look.scale)) + 46.0;
        if ui.available_width() < wide + 40.0 && i > 0 {
            let text = format!("+{}", all.len() - i);
            ui.label(egui::RichText::new(text).color(ctx.look.colours().text2));
            return;
        }
        let is_off = matches!(change, Change::Scale { by: 0.0, .. });
        if chip(ui, ctx, &name, is_off) {
            actions.push(Action::Undo(i));
        }
    }
}

/// A dashed chip with a struck word and a cross; returns whether it was clicked.
fn chip(ui: &mut Ui, ctx: &Context, name: &str, is_off: bool) -> bool {
    let (colours, s) = (ctx.look.colours(), ctx.look.scale);
    let font = Type::Label.scaled(s);
    let wide = width(ui.painter(), name, font.clone()) + 40.0 * s;
    let (rect, response) = ui.allocate_exact_size(vec2(wide, 28.0 * s), Sense::click());
    let label = format!("{}: {name}", ctx.words.behind.restore);
    named(&response, Role::Button, true, &label);
    if response.hovered() {
        ui.painter().rect_filled(rect, 8.0, colours.hover);
    }
    let corners = [
        rect.left_top(),
        rect.right_top(),
        rect.right_bottom(),
        rect.left_bottom(),
        rect.left_top(),
    ];
    let dashes = Shape::dashed_line(&corners, Stroke::new(1.0, colours.line2), 4.0, 3.0);
    ui.painter().extend(dashes);
    let at = pos2(rect.left() + 10.0 * s, rect.center().y);
    let word = put(ui.painter(), at, Align2::LEFT_CENTER, name, font, colours.text1);
    if is_off {
        strike(ui.painter(), &ctx.look, word);
    }
    let cross = Rect::from_center_size(pos2(rect.right() - 14.0 * s, at.y), vec2(14.0, 14.0));
    paint_icon(ui.painter(), cross, Icon::Close, 0.7, colours.text2);
    focus_ring(ui, &ctx.look, rect, 8.0, &response);
    response.on_hover_text(label).clicked()
}
