//! Work that takes longer than a moment: a bar, its share, the time left, and a way to stop it.

use super::say::{focus_ring, named};
use super::text::{put, width};
use crate::app::theme::{Look, Type};
use egui::{Align2, Rect, Role, Sense, Ui, pos2, vec2};

/// Work that is done sooner is not worth a bar.
pub const WORTH_A_BAR: f32 = 0.3;

/// The texts of a bar.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    pub what: &'a str,
    /// How long it will take still, if that is known.
    pub left: &'a str,
    /// What stops it; none if it cannot be stopped.
    pub stop: Option<&'a str>,
}

/// Paints the bar; returns whether it is to be stopped.
pub fn progress(ui: &mut Ui, look: &Look, texts: Texts, share: f32) -> bool {
    let colours = look.colours();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 62.0), Sense::hover());
    let percent = format!("{:.0} %", share * 100.0);
    let text = format!("{}: {percent}", texts.what);
    response.widget_info(|| egui::WidgetInfo::labeled(Role::ProgressIndicator, true, &text));
    let painter = ui.painter();
    let (top, line) = (rect.top() + 10.0, rect.top() + 28.0);
    put(
        painter,
        pos2(rect.left(), top),
        Align2::LEFT_CENTER,
        texts.what,
        Type::Label.font(),
        colours.text1,
    );
    put(
        painter,
        pos2(rect.right(), top),
        Align2::RIGHT_CENTER,
        &percent,
        Type::NumberSmall.font(),
        colours.text1,
    );
    let track = Rect::from_min_max(pos2(rect.left(), line), pos2(rect.right(), line + 4.0));
    painter.rect_filled(track, 2.0, colours.line1);
    let done = track.with_max_x(track.left() + track.width() * share.clamp(0.0, 1.0));
    painter.rect_filled(done, 2.0, colours.text1);
    let y = rect.top() + 48.0;
    put(
        painter,
        pos2(rect.left(), y),
        Align2::LEFT_CENTER,
        texts.left,
        Type::Small.font(),
        colours.text2,
    );
    ui.ctx().request_repaint_after_secs(0.1);
    let Some(stop) = texts.stop else { return false };
    let wide = width(painter, stop, Type::Label.font());
    let place =
        Rect::from_min_size(pos2(rect.right() - wide - 8.0, y - 12.0), vec2(wide + 8.0, 24.0));
    let response = ui.interact(place, ui.scope_id().with(("stop", texts.what)), Sense::click());
    named(&response, Role::Button, true, stop);
    let ink = if response.hovered() { colours.text2 } else { colours.text1 };
    put(ui.painter(), place.right_center(), Align2::RIGHT_CENTER, stop, Type::Label.font(), ink);
    focus_ring(ui, look, place, 6.0, &response);
    response.clicked()
}
