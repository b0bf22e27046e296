//! How text gets shorter: bytes per piece after each merge.

use crate::app::context::Context;
use crate::app::theme::Type;
use crate::app::widgets::put;
use crate::session::library::Vocabulary;
use egui::{Align2, Pos2, Rect, Stroke, Ui, pos2};

/// Points of the curve.
const POINTS: usize = 120;

/// Where a number of merges and a number of bytes stand.
#[derive(Debug, Clone, Copy)]
pub struct Axes {
    pub rect: Rect,
    pub merges: usize,
    /// The top of the scale; its bottom is 1.
    pub most: f64,
}

impl Axes {
    pub fn at(&self, merges: usize, bytes: f64) -> Pos2 {
        let x = merges as f32 / self.merges.max(1) as f32;
        let y = ((bytes - 1.0) / (self.most - 1.0).max(1e-9)) as f32;
        pos2(
            self.rect.left() + self.rect.width() * x,
            self.rect.bottom() - self.rect.height() * y.clamp(0.0, 1.0),
        )
    }
}

/// Paints the curve up to `at`, and the rest of it faintly.
pub fn plot(ui: &Ui, ctx: &Context, learned: &Vocabulary, at: usize, rect: Rect) {
    let colours = ctx.look.colours();
    let merges = learned.merges().len();
    let most = learned.bytes_per_piece(merges).ceil().max(2.0);
    let inner =
        Rect::from_min_max(rect.min + egui::vec2(20.0, 8.0), rect.max - egui::vec2(44.0, 22.0));
    let axes = Axes { rect: inner, merges, most };
    let painter = ui.painter();
    let font = Type::NumberTiny.font();
    let lines = most as usize;
    let every = lines.div_ceil(4).max(1);
    for bytes in (1..=lines).step_by(every) {
        let y = axes.at(0, bytes as f64).y;
        painter.hline(inner.x_range(), y, Stroke::new(1.0, colours.line0));
        put(
            painter,
            pos2(rect.left() + 10.0, y),
            Align2::RIGHT_CENTER,
            &bytes.to_string(),
            font.clone(),
            colours.text3,
        );
    }
    for merges in [0, merges / 2, merges] {
        let x = axes.at(merges, 1.0).x;
        let text = crate::app::numbers::count(merges);
        put(
            painter,
            pos2(x, inner.bottom() + 12.0),
            Align2::CENTER_CENTER,
            &text,
            font.clone(),
            colours.text3,
        );
    }
    let curve = |from: usize, to: usize| -> Vec<Pos2> {
        let steps = (to - from).clamp(1, POINTS);
        let merge = |i: usize| from + (to - from) * i / steps;
        (0..=steps).map(|i| axes.at(merge(i), learned.bytes_per_piece(merge(i)))).collect()
    };
    painter.line(curve(at, merges), Stroke::new(1.0, colours.line1));
    painter.line(curve(0, at), Stroke::new(2.0, colours.text1));
    let here = axes.at(at, learned.bytes_per_piece(at));
    painter.circle_filled(here, 4.0, colours.text1);
    let text = format!("{:.2}", learned.bytes_per_piece(at));
    put(
        painter,
        here + egui::vec2(9.0, 0.0),
        Align2::LEFT_CENTER,
        &text,
        Type::Number.font(),
        colours.text1,
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::vec2;

    #[test]
    fn the_scale_has_both_ends() {
        let rect = Rect::from_min_size(pos2(10.0, 20.0), vec2(100.0, 50.0));
        let axes = Axes { rect, merges: 50, most: 3.0 };
        assert_eq!(axes.at(0, 1.0), rect.left_bottom());
        assert_eq!(axes.at(50, 3.0), rect.right_top());
        assert_eq!(axes.at(25, 2.0), rect.center());
        assert_eq!(Axes { merges: 0, ..axes }.at(0, 1.0), rect.left_bottom());
    }
}
