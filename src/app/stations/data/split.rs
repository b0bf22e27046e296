//! What is learned from, and what is kept aside.

use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::theme::Type;
use crate::app::widgets::{focus_ring, put, width};
use crate::app::words::fill;
use crate::session::library::{Keep, LARGEST_SHARE, Request};
use egui::{Align2, Key, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// The share that the keys change at once.
const BY: f64 = 0.01;

/// The slider with its numbers.
pub fn split(ui: &mut Ui, ctx: &Context, dragged: &mut Option<f64>, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    let Some(prepared) = ctx.session.library().prepared() else { return };
    let place = ui.max_rect();
    let all = (prepared.training + prepared.validation).max(1);
    let measured = prepared.validation as f64 / all as f64;
    let share = dragged.unwrap_or(measured);
    let top = place.top() + 14.0;
    put(
        ui.painter(),
        pos2(place.left(), top),
        Align2::LEFT_CENTER,
        words.split,
        Type::Heading.font(),
        colours.text1,
    );
    note(ui, ctx, pos2(place.right(), top), actions);
    let bar = Rect::from_min_max(pos2(place.left(), top + 18.0), pos2(place.right(), top + 36.0));
    let response = ui.interact(
        bar.expand2(vec2(0.0, 6.0)),
        ui.scope_id().with("split"),
        Sense::click_and_drag(),
    );
    response.widget_info(|| WidgetInfo::slider(true, share * 100.0, words.split));
    let x = bar.right() - bar.width() * share as f32;
    let learned = bar.with_max_x(x);
    ui.painter().rect(bar, 4.0, colours.stage, Stroke::new(1.0, colours.line2), StrokeKind::Inside);
    ui.painter().rect_filled(learned, 4.0, colours.text2);
    ui.painter().circle_filled(pos2(x, bar.center().y), 12.0, colours.stage);
    ui.painter().circle_filled(pos2(x, bar.center().y), 8.0, colours.text1);
    focus_ring(ui, &ctx.look, bar, 6.0, &response);
    if let Some(at) = response.interact_pointer_pos() {
        let share = f64::from((bar.right() - at.x) / bar.width()).clamp(0.0, LARGEST_SHARE);
        // In whole percents: nobody means a thousandth.
        *dragged = Some((share * 100.0).round() / 100.0);
    }
    if response.has_focus() {
        // The arrows are the slider's, not the focus's.
        let filter = egui::EventFilter { horizontal_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    }
    let keyed = response.has_focus().then(|| by_keys(ui)).flatten();
    let settled = if response.drag_stopped() || response.clicked() { dragged.take() } else { None };
    let wanted = settled.or(keyed.map(|by| (share + by).clamp(0.0, LARGEST_SHARE)));
    if let Some(share) = wanted {
        actions.push(Action::Data(Request::Keep(Keep::Share(share))));
    }
    counts(ui, ctx, place, bar.bottom() + 16.0, (share, all, dragged.is_some()));
}

/// The arrow keys move the focused slider.
fn by_keys(ui: &Ui) -> Option<f64> {
    let pressed = |key| ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
    if pressed(Key::ArrowLeft) {
        return Some(BY);
    }
    pressed(Key::ArrowRight).then_some(-BY)
}

/// What is kept aside and why; and for a shipped set, the way back to its own part.
fn note(ui: &Ui, ctx: &Context, right: egui::Pos2, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    let library = ctx.session.library();
    let own = !library.chosen().is_own();
    let font = Type::Small.font();
    match (own, library.treatment().keep) {
        (true, Keep::Share(_)) => {
            let wide = width(ui.painter(), words.own_split, font.clone());
            let rect = Rect::from_min_max(right - vec2(wide, 10.0), right + vec2(0.0, 10.0));
            let response = ui.interact(rect, ui.scope_id().with("own split"), Sense::click());
            crate::app::widgets::named(&response, Role::Button, true, words.own_split);
            let ink = if response.hovered() { colours.text1 } else { colours.text2 };
            put(ui.painter(), right, Align2::RIGHT_CENTER, words.own_split, font, ink);
            ui.painter().hline(rect.x_range(), rect.bottom() - 2.0, (1.0, ink));
            focus_ring(ui, &ctx.look, rect, 4.0, &response);
            if response.clicked() {
                actions.push(Action::Data(Request::Keep(Keep::Own)));
            }
        }
        (is_own, _) => {
            let text = if is_own { words.split_own } else { words.split_why };
            put(ui.painter(), right, Align2::RIGHT_CENTER, text, font, colours.text2);
        }
    }
}

/// How many are on each side, and how many on both.
fn counts(ui: &Ui, ctx: &Context, place: Rect, y: f32, (share, all, dragging): (f64, usize, bool)) {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    let Some(prepared) = ctx.session.library().prepared() else { return };
    let (training, validation) = match dragging {
        true => {
            let kept = (all as f64 * share).round() as usize;
            (all - kept, kept)
        }
        false => (prepared.training, prepared.validation),
    };
    let (label, number) = (Type::Strong.font(), Type::Number.font());
    let name = put(
        ui.painter(),
        pos2(place.left(), y),
        Align2::LEFT_CENTER,
        words.training,
        label.clone(),
        colours.text1,
    );
    let text = numbers::count(training);
    put(
        ui.painter(),
        pos2(name.right() + 10.0, y),
        Align2::LEFT_CENTER,
        &text,
        number.clone(),
        colours.text1,
    );
    let kept = numbers::count(validation);
    let at = put(
        ui.painter(),
        pos2(place.right(), y),
        Align2::RIGHT_CENTER,
        &kept,
        number,
        colours.text1,
    );
    let name = put(
        ui.painter(),
        pos2(at.left() - 10.0, y),
        Align2::RIGHT_CENTER,
        words.validation,
        label,
        colours.text1,
    );
    let both = fill(words.in_both, &[&numbers::count(prepared.shared)]);
    let nearly = fill(
        words.nearly_in_both,
        &[&numbers::count(prepared.near.saturating_sub(prepared.shared))],
    );
    let both = format!("{both} · {nearly}");
    if !dragging {
        put(
            ui.painter(),
            pos2(name.left() - 24.0, y),
            Align2::RIGHT_CENTER,
            &both,
            Type::Small.font(),
            colours.text2,
        );
    }
    let said = Rect::from_min_max(pos2(place.left(), y - 10.0), pos2(place.right(), y + 10.0));
    let response = ui.interact(said, ui.scope_id().with("split counts"), Sense::hover());
    response.widget_info(|| {
        let text = format!("{} {text}, {} {kept}, {both}", words.training, words.validation);
        WidgetInfo::labeled(Role::Label, true, text)
    });
}
