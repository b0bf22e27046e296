//! Painting a formula that has been set, and listening to its operands.

use super::layout::{Ink, Laid, Mark, Math, lay};
use crate::app::theme::{Look, Type};
use crate::app::widgets::{focus_ring, width};
use egui::{Align2, FontId, Rect, Role, Sense, Stroke, Ui, WidgetInfo, vec2};

/// A formula, how it is shown, and what its operands are called.
pub struct Formatted<'a> {
    pub math: &'a Math,
    pub size: f32,
    /// What a screen reader says of operand n.
    pub name: &'a dyn Fn(usize) -> String,
    /// Tells formulas on one screen apart.
    pub key: &'static str,
}

/// Paints a formula where the cursor is; returns the operand that was clicked.
pub fn show(ui: &mut Ui, look: &Look, formatted: &Formatted) -> Option<usize> {
    let size = formatted.size * look.scale;
    let family = Type::Number.font().family;
    let font = |size: f32| FontId::new(size, family.clone());
    let laid = {
        let painter = ui.painter();
        lay(formatted.math, size, &|text, size| width(painter, text, font(size)))
    };
    let wanted = vec2(laid.width.max(1.0), laid.above + laid.below + 4.0);
    let (rect, _) = ui.allocate_exact_size(wanted, Sense::hover());
    let baseline = rect.left_top() + vec2(0.0, laid.above + 2.0);
    let clicked = listen(ui, look, formatted, &laid, baseline);
    paint(ui, look, &laid, baseline, &font);
    clicked
}

/// Grounds under the operands, which tell that they can be clicked.
fn listen(
    ui: &Ui,
    look: &Look,
    formatted: &Formatted,
    laid: &Laid,
    baseline: egui::Pos2,
) -> Option<usize> {
    let colours = look.colours();
    let mut clicked = None;
    for (n, mark) in laid.marks.iter().enumerate() {
        let Mark::Area(index, area) = mark else { continue };
        let rect: Rect = area.translate(baseline.to_vec2()).expand2(vec2(1.0, 0.0));
        let response = ui.interact(rect, ui.scope_id().with((formatted.key, n)), Sense::click());
        let name = (formatted.name)(*index);
        response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &name));
        let ground = if response.hovered() { colours.press } else { colours.hover };
        ui.painter().rect_filled(rect, 4.0, ground);
        focus_ring(ui, look, rect, 4.0, &response);
        if response.clicked() {
            clicked = Some(*index);
        }
        response.on_hover_text(name);
    }
    clicked
}

fn paint(ui: &Ui, look: &Look, laid: &Laid, baseline: egui::Pos2, font: &dyn Fn(f32) -> FontId) {
    let colours = look.colours();
    for mark in &laid.marks {
        match mark {
            Mark::Text { at, size, text, ink } => {
                let ink = match ink {
                    Ink::Plain => colours.text1,
                    Ink::Quiet => colours.text2,
                    Ink::Part(part) => colours.text_of(*part),
                };
                // A line of text stands a quarter of its size below its baseline.
                let at = baseline + *at + vec2(0.0, size * 0.29);
                ui.painter().text(at, Align2::LEFT_BOTTOM, text, font(*size), ink);
            }
            Mark::Line(points) => {
                let points = points.iter().map(|point| baseline + *point).collect();
                ui.painter().line(points, Stroke::new(1.25, colours.text2));
            }
            Mark::Area(..) => {}
        }
    }
}
