//! Bars, legends and small curves.

use super::text::put;
use crate::app::theme::{ColourMap, Look, Type};
use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};

/// A bar that begins at `left`, `share` of `length` long, at least two points wide.
pub fn bar(painter: &Painter, left: Pos2, length: f32, height: f32, share: f32, colour: Color32) {
    let wide = (length * share.clamp(0.0, 1.0)).max(2.0);
    let rect = Rect::from_min_size(pos2(left.x, left.y - height / 2.0), vec2(wide, height));
    painter.rect_filled(rect, 2.0, colour);
}

/// A colour map with the numbers of both its ends.
pub fn legend(painter: &Painter, look: &Look, map: ColourMap, rect: Rect, ends: (&str, &str)) {
    let colours = look.colours();
    let font = Type::NumberTiny.scaled(look.scale);
    let steps = 24;
    let wide = rect.width() / steps as f32;
    for i in 0..steps {
        let share = i as f32 / (steps - 1) as f32;
        let value = if map == ColourMap::Signed { 2.0 * share - 1.0 } else { share };
        let cell = Rect::from_min_size(
            pos2(rect.left() + i as f32 * wide, rect.top()),
            vec2(wide + 0.5, rect.height()),
        );
        painter.rect_filled(cell, 0.0, look.map(map, value));
    }
    if !look.dark && map == ColourMap::Probability {
        painter.rect_stroke(rect, 0.0, Stroke::new(1.0, colours.line1), StrokeKind::Outside);
    }
    let y = rect.center().y;
    put(
        painter,
        pos2(rect.left() - 8.0, y),
        Align2::RIGHT_CENTER,
        ends.0,
        font.clone(),
        colours.text3,
    );
    put(painter, pos2(rect.right() + 8.0, y), Align2::LEFT_CENTER, ends.1, font, colours.text3);
}

/// A curve through values from 0 to 1, with a dot at each.
pub fn sparkline(painter: &Painter, rect: Rect, values: &[f32], colour: Color32, dots: bool) {
    let step = rect.width() / (values.len().max(2) - 1) as f32;
    let at = |(i, value): (usize, &f32)| {
        pos2(rect.left() + i as f32 * step, rect.bottom() - rect.height() * value.clamp(0.0, 1.0))
    };
    let points: Vec<Pos2> = values.iter().enumerate().map(at).collect();
    if dots {
        for &point in &points {
            painter.circle_filled(point, 2.5, colour);
        }
    }
    painter.line(points, Stroke::new(if dots { 2.0 } else { 1.25 }, colour));
}
