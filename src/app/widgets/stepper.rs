//! A number that is set in steps: its name above, less and more at its sides.

use super::icons::{Icon, paint_icon};
use super::say::focus_ring;
use super::text::put;
use crate::app::theme::{Look, Type};
use egui::{
    Align2, EventFilter, Key, Modifiers, Rect, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    pos2, vec2,
};

/// The size of a stepper.
pub const STEPPER: egui::Vec2 = vec2(92.0, 46.0);
/// Points that the pointer is dragged for one step.
const DRAG: f32 = 9.0;

/// A stepper; returns by how many steps it was moved. A click on a side is one step, dragging and
/// the arrow keys go on.
pub fn stepper(ui: &mut Ui, look: &Look, label: &str, value: &str, range: [bool; 2]) -> isize {
    let (rect, response) = ui.allocate_exact_size(STEPPER, Sense::click_and_drag());
    let frame = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 28.0), rect.max);
    let by = clicked(&response, frame) + dragged(ui, &response) + pressed(ui, &response);
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(value.into()),
        ..WidgetInfo::slider(true, value.parse().unwrap_or(0.0), label)
    });
    let colours = look.colours();
    let painter = ui.painter();
    let at = pos2(rect.left(), rect.top() + 8.0);
    put(painter, at, Align2::LEFT_CENTER, label, Type::Caption.font(), colours.text3);
    let ground = if response.hovered() { colours.hover } else { colours.panel };
    let stroke = Stroke::new(1.0, colours.line1);
    painter.rect(frame, 8.0, ground, stroke, StrokeKind::Inside);
    let numeric = value.chars().any(|c| c.is_ascii_digit());
    let font = if numeric { Type::Number.font() } else { Type::Caption.font() };
    put(painter, frame.center(), Align2::CENTER_CENTER, value, font, colours.text1);
    for (icon, x, open) in
        [(Icon::Minus, frame.left() + 14.0, range[0]), (Icon::Plus, frame.right() - 14.0, range[1])]
    {
        let place = Rect::from_center_size(pos2(x, frame.center().y), vec2(16.0, 16.0));
        paint_icon(painter, place, icon, 0.8, if open { colours.text2 } else { colours.off });
    }
    focus_ring(ui, look, frame, 8.0, &response);
    let by = if range[0] { by } else { by.max(0) };
    if range[1] { by } else { by.min(0) }
}

/// The left third is less, the right third more.
fn clicked(response: &Response, frame: Rect) -> isize {
    let at = response.interact_pointer_pos().filter(|_| response.clicked());
    at.map_or(0, |at| match (at.x - frame.left()) / frame.width() {
        share if share < 0.36 => -1,
        share if share > 0.64 => 1,
        _ => 0,
    })
}

/// Whole steps that were dragged; what is left over waits for the next frame.
fn dragged(ui: &Ui, response: &Response) -> isize {
    if !response.dragged() {
        return 0;
    }
    let id = response.id.with("dragged");
    let far = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(0.0) + response.drag_delta().x;
    let steps = (far / DRAG).trunc();
    ui.data_mut(|data| data.insert_temp(id, far - steps * DRAG));
    steps as isize
}

fn pressed(ui: &Ui, response: &Response) -> isize {
    use egui::accesskit::Action;
    let asked = |action| ui.input(|input| input.num_accesskit_action_requests(response.id, action));
    let mut by = asked(Action::Increment) as isize - asked(Action::Decrement) as isize;
    if response.has_focus() {
        let arrows =
            EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        by += isize::from(pressed(Key::ArrowUp)) + isize::from(pressed(Key::ArrowRight));
        by -= isize::from(pressed(Key::ArrowDown)) + isize::from(pressed(Key::ArrowLeft));
    }
    by
}
