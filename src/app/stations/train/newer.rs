//! The card that says that a station still uses an older checkpoint than there is.

use super::{main_button, plain_button};
use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::theme::Type;
use crate::app::widgets::paragraph;
use crate::app::words::fill;
use egui::{Color32, Frame, Painter, Pos2, Stroke, Ui, vec2};

/// A card with the warning triangle: what is so, and what to do.
pub fn warning_card(ui: &mut Ui, ctx: &Context, what: &str, do_what: &str) {
    let colours = ctx.look.colours();
    Frame::new().fill(colours.raised).corner_radius(10.0).inner_margin(12.0).show(ui, |ui| {
        ui.horizontal_top(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(16.0, 18.0), egui::Sense::hover());
            triangle(ui.painter(), rect.center(), colours.warn);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                paragraph(ui, what, Type::Label, colours.text1);
                paragraph(ui, do_what, Type::Small, colours.text2);
            });
        });
    });
}

fn triangle(painter: &Painter, at: Pos2, colour: Color32) {
    let points = vec![at + vec2(0.0, -6.0), at + vec2(7.0, 6.0), at + vec2(-7.0, 6.0)];
    let stroke = Stroke::new(1.4, colour);
    painter.add(egui::Shape::closed_line(points, stroke));
    painter.line_segment([at + vec2(0.0, -1.5), at + vec2(0.0, 2.0)], stroke);
    painter.circle_filled(at + vec2(0.0, 4.2), 0.9, colour);
}

/// If the open model is an older moment of the run: says so, and offers the newest.
pub fn newer_card(ui: &mut Ui, ctx: &Context, kept: &mut Option<u64>, actions: &mut Vec<Action>) {
    let words = ctx.words.train;
    let Some(open) = ctx.session.open_step() else { return };
    let newest = ctx.session.training().run.as_ref().map_or(open, |run| run.step());
    if open >= newest || *kept == Some(open) {
        return;
    }
    let step = numbers::count(open as usize);
    warning_card(ui, ctx, &fill(words.still_uses, &[&step]), words.use_newest);
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        if main_button(ui, ctx, words.update_chat, true) {
            actions.push(Action::UseNewest);
        }
        if plain_button(ui, ctx, &fill(words.keep_step, &[&step]), true) {
            *kept = Some(open);
        }
    });
    ui.add_space(12.0);
}
