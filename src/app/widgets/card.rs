//! Cards that say what is so and what to do.

use super::icons::{Icon, paint_icon};
use super::text::paragraph;
use crate::app::theme::{Look, Type};
use egui::{Frame, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// How serious it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A triangle: something no longer fits.
    Warning,
    /// A ring: something could not be done.
    Error,
}

/// A card with its sign, what is so, and what to do.
pub fn card(ui: &mut Ui, look: &Look, kind: Kind, what: &str, more: &str) {
    let colours = look.colours();
    let line = if look.dark { Stroke::NONE } else { Stroke::new(1.0, colours.line1) };
    let frame = Frame::new().fill(colours.raised).stroke(line).corner_radius(10.0);
    let shown = frame.inner_margin(14.0).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(18.0, 20.0), Sense::hover());
            let sign = Rect::from_center_size(
                pos2(rect.left() + 7.0, rect.top() + 10.0),
                vec2(16.0, 16.0),
            );
            match kind {
                Kind::Warning => paint_icon(ui.painter(), sign, Icon::Warning, 0.9, colours.warn),
                Kind::Error => ring(ui, sign.center(), colours.err),
            }
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                paragraph(ui, what, Type::Strong, colours.text1);
                paragraph(ui, more, Type::Body, colours.text2);
            });
        });
    });
    let text = format!("{what} {more}");
    shown.response.widget_info(|| WidgetInfo::labeled(Role::Alert, true, &text));
}

/// A ring with a bar: something went wrong.
fn ring(ui: &Ui, centre: egui::Pos2, colour: egui::Color32) {
    ui.painter().circle_stroke(centre, 7.0, (1.5, colour));
    ui.painter().vline(centre.x, centre.y - 3.5..=centre.y + 1.0, (1.5, colour));
    ui.painter().circle_filled(centre + vec2(0.0, 3.5), 1.0, colour);
}
