//! A slider with its name at the left and its value at the right.

use super::say::focus_ring;
use super::text::put;
use crate::app::theme::{Look, Type};
use egui::accesskit::Action;
use egui::{
    Align2, EventFilter, Key, Modifiers, Rect, Response, Sense, Ui, WidgetInfo, pos2, vec2,
};

/// What a slider shows.
#[derive(Debug, Clone, Copy)]
pub struct Slider<'a> {
    pub label: &'a str,
    /// The value as it is written.
    pub value: &'a str,
    /// The place of the knob, from 0, and how many places there are.
    pub at: usize,
    pub places: usize,
}

/// The height of a slider.
pub const SLIDER_HEIGHT: f32 = 44.0;

/// A slider over `width`; returns the place that the knob was moved to.
pub fn slider(ui: &mut Ui, look: &Look, width: f32, slider: Slider) -> Option<usize> {
    let (s, colours) = (look.scale, look.colours());
    let size = vec2(width, SLIDER_HEIGHT * s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let last = slider.places.max(2) - 1;
    let moved =
        dragged(&response, rect, s, last).or_else(|| stepped(ui, &response, slider.at, last));
    let at = moved.unwrap_or(slider.at).min(last);
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(slider.value.into()),
        ..WidgetInfo::slider(true, at as f64, slider.label)
    });
    let top = rect.top() + 10.0 * s;
    let painter = ui.painter();
    let (label, number) = (Type::Label.scaled(s), Type::Number.scaled(s));
    put(painter, pos2(rect.left(), top), Align2::LEFT_CENTER, slider.label, label, colours.text1);
    put(
        painter,
        pos2(rect.right(), top),
        Align2::RIGHT_CENTER,
        slider.value,
        number,
        colours.text1,
    );
    let y = (rect.top() + 32.0 * s).round();
    let knob = pos2(knob_at(rect, s, at as f32 / last as f32), y);
    let track = |from: f32, to: f32| {
        Rect::from_min_max(pos2(from, y - 2.0 * s), pos2(to.max(from), y + 2.0 * s))
    };
    painter.rect_filled(track(rect.left(), rect.right()), 2.0 * s, colours.line1);
    painter.rect_filled(track(rect.left(), knob.x), 2.0 * s, colours.text2);
    painter.circle_filled(knob, 10.0 * s, colours.stage);
    let ink = if response.hovered() || response.dragged() { colours.text2 } else { colours.text1 };
    painter.circle_filled(knob, 7.0 * s, ink);
    focus_ring(ui, look, Rect::from_center_size(knob, vec2(14.0, 14.0) * s), 8.0 * s, &response);
    moved.filter(|&at| at != slider.at)
}

/// Where the knob stands when it is at a share of the way; it stays inside the track.
fn knob_at(rect: Rect, s: f32, share: f32) -> f32 {
    rect.left() + 7.0 * s + (rect.width() - 14.0 * s) * share
}

fn dragged(response: &Response, rect: Rect, s: f32, last: usize) -> Option<usize> {
    // A quick click is over before it was ever seen held down.
    let held = response.is_pointer_button_down_on() || response.clicked();
    let x = response.interact_pointer_pos().filter(|_| held)?.x;
    let share = (x - rect.left() - 7.0 * s) / (rect.width() - 14.0 * s).max(1.0);
    Some((share.clamp(0.0, 1.0) * last as f32).round() as usize)
}

/// Moved by the keyboard, or by a helper program.
fn stepped(ui: &Ui, response: &Response, at: usize, last: usize) -> Option<usize> {
    let asked = |action| ui.input(|input| input.num_accesskit_action_requests(response.id, action));
    let mut by = asked(Action::Increment) as isize - asked(Action::Decrement) as isize;
    if response.has_focus() {
        let arrows = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        by += isize::from(pressed(Key::ArrowRight)) - isize::from(pressed(Key::ArrowLeft));
        if pressed(Key::Home) {
            return Some(0);
        }
        if pressed(Key::End) {
            return Some(last);
        }
    }
    (by != 0).then(|| at.saturating_add_signed(by).min(last))
}
