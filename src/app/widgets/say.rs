//! Names and values for those who cannot see, and the ring for those who use the keyboard.

use crate::app::theme::Look;
use egui::{Rect, Response, Role, Stroke, StrokeKind, Ui, WidgetInfo};

/// Gives a painted part its role and its name.
pub fn named(response: &Response, role: Role, enabled: bool, name: &str) {
    response.widget_info(|| WidgetInfo::labeled(role, enabled, name));
}

/// The ring around what has the keyboard's focus, 2 points away.
pub fn focus_ring(ui: &Ui, look: &Look, rect: Rect, corner: f32, response: &Response) {
    if response.has_focus() {
        let stroke = Stroke::new(2.0, look.colours().text1);
        ui.painter().rect_stroke(rect.expand(3.0), corner + 3.0, stroke, StrokeKind::Middle);
    }
}
