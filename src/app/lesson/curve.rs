//! A curve that a learner draws, by mouse or by keys.

use super::playing::Playing;
use crate::app::theme::{Look, Type};
use crate::app::widgets::{focus_ring, named, paragraph};
use crate::app::words::{Words, fill};
use crate::lesson::runner::{Answer, Truth};
use egui::{Align2, EventFilter, Key, Pos2, Rect, Role, Sense, Stroke, Ui, pos2, vec2};

/// How many places of the curve can be moved.
const HANDLES: usize = 9;

/// Paints the field; returns the curve if it was drawn at.
pub fn draw(
    ui: &mut Ui,
    look: &Look,
    words: &Words,
    playing: &mut Playing,
    answer: Option<&Answer>,
) -> Option<Vec<(f64, f64)>> {
    let (right, top) = playing.texts.extent;
    if playing.draft.curve.len() != HANDLES {
        playing.draft.curve = match answer {
            Some(Answer::Curve(points)) if points.len() == HANDLES => {
                points.iter().map(|point| point.1).collect()
            }
            _ => vec![top / 2.0; HANDLES],
        };
    }
    let colours = look.colours();
    let size = vec2(ui.available_width(), 150.0 * look.scale);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let field = rect.shrink2(vec2(30.0, 16.0));
    let handle = playing.draft.handle.min(HANDLES - 1);
    let x_of = |i: usize| right * i as f64 / (HANDLES - 1) as f64;
    let said = fill(
        words.lesson.curve_at,
        &[&format!("{:.0}", x_of(handle)), &height(playing.draft.curve[handle], top)],
    );
    named(&response, Role::Slider, true, &said);
    let mut moved = false;
    if let Some(at) = response.interact_pointer_pos() {
        let share = ((at.x - field.left()) / field.width()).clamp(0.0, 1.0);
        let nearest = (share * (HANDLES - 1) as f32).round() as usize;
        let high = ((field.bottom() - at.y) / field.height()).clamp(0.0, 1.0);
        let begins = ui.input(|input| input.pointer.any_pressed());
        let from = if begins { nearest } else { handle };
        pull(&mut playing.draft.curve, from, nearest, top * f64::from(high));
        (playing.draft.handle, moved) = (nearest, true);
    }
    if response.has_focus() {
        let arrows =
            EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        if pressed(Key::ArrowLeft) {
            playing.draft.handle = handle.saturating_sub(1);
        }
        if pressed(Key::ArrowRight) {
            playing.draft.handle = (handle + 1).min(HANDLES - 1);
        }
        for (key, by) in [(Key::ArrowUp, 0.04), (Key::ArrowDown, -0.04)] {
            if pressed(key) {
                let value = &mut playing.draft.curve[handle];
                *value = (*value + by * top).clamp(0.0, top);
                moved = true;
            }
        }
    }
    let place = |x: f64, y: f64| -> Pos2 {
        let across = (x / right).clamp(0.0, 1.0) as f32;
        let high = (y / top).clamp(0.0, 1.0) as f32;
        pos2(field.left() + across * field.width(), field.bottom() - high * field.height())
    };
    axes(ui, look, field, right, top);
    let own: Vec<Pos2> =
        playing.draft.curve.iter().enumerate().map(|(i, y)| place(x_of(i), *y)).collect();
    let dashes = egui::Shape::dashed_line(&own, Stroke::new(1.5, colours.text1), 5.0, 4.0);
    ui.painter().extend(dashes);
    for (i, at) in own.iter().enumerate() {
        let wide = if i == playing.draft.handle { 5.0 } else { 3.5 };
        ui.painter().circle_filled(*at, wide, colours.text1);
    }
    let kept = playing.runner.kept().get(playing.runner.position());
    if let Some(Truth::Is(Answer::Curve(points))) = kept.and_then(|kept| kept.truth.as_ref()) {
        let truth: Vec<Pos2> = points.iter().map(|(x, y)| place(*x, *y)).collect();
        let ink = colours.fill_of(crate::app::theme::Part::Probability);
        ui.painter().line(truth, Stroke::new(2.5, ink));
    }
    focus_ring(ui, look, rect, 8.0, &response);
    paragraph(ui, words.lesson.draw_curve, Type::Small, colours.text2);
    moved.then(|| playing.draft.curve.iter().enumerate().map(|(i, y)| (x_of(i), *y)).collect())
}

/// Draws from one handle to another; a quick hand leaves out none between them.
fn pull(curve: &mut [f64], from: usize, to: usize, value: f64) {
    let begun = curve[from];
    let steps = from.abs_diff(to);
    for step in 1..=steps.max(1) {
        let share = step as f64 / steps.max(1) as f64;
        let at = if from <= to { from + step.min(steps) } else { from - step.min(steps) };
        curve[at] = begun + share * (value - begun);
    }
}

/// A height of the curve: a share in percent where the field goes up to a whole.
fn height(value: f64, top: f64) -> String {
    if top <= 1.0 { format!("{:.0} %", 100.0 * value) } else { format!("{value:.2}") }
}

fn axes(ui: &Ui, look: &Look, field: Rect, right: f64, top: f64) {
    let colours = look.colours();
    let most = if top <= 1.0 { height(top, top) } else { format!("{top:.1}") };
    let line = Stroke::new(1.0, colours.line1);
    ui.painter().hline(field.x_range(), field.bottom(), line);
    ui.painter().vline(field.left(), field.y_range(), line);
    let font = Type::NumberTiny.scaled(look.scale);
    let put = |at, anchor, text: String| {
        ui.painter().text(at, anchor, text, font.clone(), colours.text3);
    };
    put(field.left_top() - vec2(4.0, 0.0), Align2::RIGHT_CENTER, most);
    put(field.left_bottom() - vec2(4.0, 0.0), Align2::RIGHT_CENTER, "0".into());
    put(field.right_bottom() + vec2(0.0, 3.0), Align2::RIGHT_TOP, format!("{right:.0}"));
}

#[cfg(test)]
mod tests {
    use super::pull;

    #[test]
    fn a_quick_hand_leaves_out_no_handle() {
        let mut curve = [5.0; 5];
        pull(&mut curve, 0, 0, 8.0);
        assert_eq!(curve, [8.0, 5.0, 5.0, 5.0, 5.0]);
        pull(&mut curve, 0, 4, 0.0);
        assert_eq!(curve, [8.0, 6.0, 4.0, 2.0, 0.0]);
        pull(&mut curve, 4, 2, 1.0);
        assert_eq!(curve, [8.0, 6.0, 1.0, 0.5, 0.0]);
    }
}
