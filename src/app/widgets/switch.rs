//! A switch: on or off, at once.

use super::say::focus_ring;
use super::text::{put, width};
use crate::app::theme::{Look, Type};
use egui::{
    Align2, Painter, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// A switch with its label at the right.
pub fn switch(ui: &mut Ui, look: &Look, label: &str, on: &mut bool) -> Response {
    let (s, colours) = (look.scale, look.colours());
    let font = Type::Small.scaled(s);
    let track = vec2(30.0, 18.0) * s;
    let size = vec2(track.x + 8.0 * s + width(ui.painter(), label, font.clone()), 24.0 * s);
    let (rect, mut response) = ui.allocate_exact_size(size, Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    response.widget_info(|| WidgetInfo::selected(Role::Switch, true, *on, label));
    let track = Rect::from_min_size(pos2(rect.left(), rect.center().y - track.y / 2.0), track);
    paint_switch(ui.painter(), look, track, *on);
    let ink = if *on || response.hovered() { colours.text1 } else { colours.text2 };
    let at = pos2(track.right() + 8.0 * s, rect.center().y);
    put(ui.painter(), at, Align2::LEFT_CENTER, label, font, ink);
    focus_ring(ui, look, rect, 8.0, &response);
    response
}

/// A switch at a place, whose label stands elsewhere; returns whether it was turned.
pub fn switch_at(ui: &Ui, look: &Look, track: Rect, label: &str, on: bool) -> bool {
    let response =
        ui.interact(track.expand(5.0), ui.scope_id().with(("switch", label)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Switch, true, on, label));
    paint_switch(ui.painter(), look, track, on);
    focus_ring(ui, look, track, track.height() / 2.0, &response);
    response.clicked()
}

fn paint_switch(painter: &Painter, look: &Look, track: Rect, on: bool) {
    let colours = look.colours();
    let radius = track.height() / 2.0;
    let (ground, knob) =
        if on { (colours.text1, colours.stage) } else { (colours.hover, colours.text2) };
    let line = if on { colours.text1 } else { colours.line2 };
    painter.rect(track, radius, ground, Stroke::new(1.0, line), StrokeKind::Inside);
    let x = if on { track.right() - radius } else { track.left() + radius };
    painter.circle_filled(pos2(x, track.center().y), radius - 3.0 * look.scale, knob);
}
