//! Rows of numbers: as coloured cells with their range, as formulas.

use super::View;
use crate::app::numbers;
use crate::app::theme::{ColourMap, Type, on};
use crate::app::widgets::{add_cell, legend, put, width};
use egui::{Align2, Color32, FontId, Mesh, Painter, Rect, Shape, pos2, vec2};

/// Words in a row, each in its own type and colour, some raised or lowered.
pub type Runs = Vec<(String, FontId, Color32, f32)>;

/// Paints a title and, if there is room, the legend of the cells below it.
pub fn title(painter: &Painter, view: &View, place: Rect, text: &str, end: Option<f32>) {
    let (colours, s) = (view.ctx.look.colours(), view.scale());
    let inside = painter.with_clip_rect(place.intersect(painter.clip_rect()));
    let font = Type::Strong.scaled(s);
    let at = put(&inside, place.left_center(), Align2::LEFT_CENTER, text, font, colours.text1);
    let bar = pos2(at.right() + 64.0 * s, place.center().y - 4.0);
    if let Some(end) = end.filter(|_| bar.x + 100.0 * s < place.right()) {
        signed_legend(painter, view, Rect::from_min_size(bar, vec2(48.0 * s, 8.0)), end);
    }
}

/// The signed map with both its ends.
pub fn signed_legend(painter: &Painter, view: &View, bar: Rect, end: f32) {
    let ends = (numbers::signed(-end), format!("+{}", numbers::signed(end)));
    legend(painter, &view.ctx.look, ColourMap::Signed, bar, (&ends.0, &ends.1));
}

/// Paints words in a row; returns where they end.
pub fn run(painter: &Painter, at: egui::Pos2, runs: Runs) -> f32 {
    runs.into_iter().fold(at.x, |x, (text, font, ink, raised)| {
        let at = pos2(x, at.y - raised);
        put(painter, at, Align2::LEFT_CENTER, &text, font, ink).right()
    })
}

/// How wide words in a row are.
pub fn run_width(painter: &Painter, runs: &Runs) -> f32 {
    runs.iter().map(|(text, font, ..)| width(painter, text, font.clone())).sum()
}

/// The largest number without its sign.
pub fn largest<'a>(numbers: impl IntoIterator<Item = &'a f32>) -> f32 {
    numbers.into_iter().map(|x| x.abs()).filter(|x| x.is_finite()).fold(1e-6, f32::max)
}

/// A row of numbers as coloured cells; the numbers stand in the largest, where there is room.
pub fn cell_row(painter: &Painter, view: &View, place: Rect, row: &[f32], end: f32) {
    let pitch = place.width() / row.len().max(1) as f32;
    let gap = (pitch / 6.0).clamp(0.0, 2.0);
    let gap = if pitch < 3.0 { 0.0 } else { gap.max(1.0) };
    let cell = |i: usize| {
        let left = place.left() + i as f32 * pitch;
        Rect::from_min_max(
            pos2(left.round(), place.top()),
            pos2((left + pitch).round() - gap, place.bottom()),
        )
    };
    let colour = |value: f32| view.ctx.look.map(ColourMap::Signed, value / end);
    if !view.ctx.look.dark && gap > 0.0 {
        // On light paper zero is nearly the paper's colour: lines between the cells hold them.
        painter.rect_filled(place.expand(1.0), 3.0, view.ctx.look.colours().line0);
    }
    let mut mesh = Mesh::default();
    for (i, value) in row.iter().enumerate() {
        add_cell(&mut mesh, cell(i), colour(*value));
    }
    painter.add(Shape::mesh(mesh));
    let font = Type::NumberTiny.scaled(view.scale());
    if pitch < 27.0 * view.scale() || place.height() < 16.0 {
        return;
    }
    let apart = width(painter, "\u{2212}0.0", font.clone()) + 4.0;
    for i in largest_apart(row, 6, pitch, apart) {
        let (text, ink) = (numbers::short(row[i]), on(colour(row[i])));
        put(painter, cell(i).center(), Align2::CENTER_CENTER, &text, font.clone(), ink);
    }
}

/// Up to `most` of the largest numbers, without their sign, whose labels, `wide` points each, do
/// not run into each other when the numbers stand `pitch` apart.
pub fn largest_apart(row: &[f32], most: usize, pitch: f32, wide: f32) -> Vec<usize> {
    let mut order: Vec<usize> = (0..row.len()).collect();
    order.sort_by(|a, b| row[*b].abs().total_cmp(&row[*a].abs()));
    let mut chosen: Vec<usize> = Vec::new();
    for i in order.into_iter().take(most + 2) {
        let free = chosen.iter().all(|n| (n.abs_diff(i) as f32) * pitch >= wide);
        if free && chosen.len() < most {
            chosen.push(i);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn chosen_labels_do_not_run_into_each_other(
            row in proptest::collection::vec(-5.0f32..5.0, 0..130), pitch in 3.0f32..60.0,
        ) {
            let chosen = largest_apart(&row, 6, pitch, 40.0);
            prop_assert!(chosen.len() <= 6 && chosen.is_empty() == row.is_empty());
            for (n, i) in chosen.iter().enumerate() {
                for j in &chosen[n + 1..] {
                    prop_assert!(i.abs_diff(*j) as f32 * pitch >= 40.0);
                }
            }
            let loudest = row.iter().map(|x| x.abs()).fold(0.0, f32::max);
            prop_assert!(chosen.first().is_none_or(|&i| row[i].abs() == loudest));
        }
    }
}
