//! Where the parts of the page of learning stand.

use egui::{Rect, pos2, vec2};

/// The places.
#[derive(Debug, Clone, PartialEq)]
pub struct Places {
    /// One line, from bytes to pieces.
    pub line: Rect,
    /// Which pair meets most often; the last merges; text gets shorter.
    pub columns: Vec<Rect>,
    /// How many rows the lists have.
    pub rows: usize,
    /// Dialogues of the data.
    pub data: Rect,
}

/// Heading and subtitle of a part.
pub const HEADING: f32 = 52.0;
/// A row of a list.
pub const ROW: f32 = 29.0;
const DATA: f32 = 92.0;
const GAP: f32 = 18.0;
const LINE: f32 = 250.0;

/// The parts of the page.
pub fn places(stage: Rect) -> Places {
    let lists = |rows: usize| HEADING + rows as f32 * ROW;
    let room = stage.height() - DATA - 2.0 * GAP;
    // The line takes a third; the lists as many rows as then fit.
    let rows = (((room * 0.58 - HEADING) / ROW) as usize).clamp(2, 7);
    // A line needs no more than some levels of merging; the dialogues take what is left.
    let line = (room - lists(rows)).min(LINE);
    let line = Rect::from_min_size(stage.min, vec2(stage.width(), line));
    let middle = Rect::from_min_size(
        pos2(stage.left(), line.bottom() + GAP),
        vec2(stage.width(), lists(rows)),
    );
    let shares: &[f32] = if stage.width() < 720.0 { &[0.44, 0.56] } else { &[0.32, 0.4, 0.28] };
    let mut left = middle.left();
    let columns = shares.iter().map(|share| {
        let wide = middle.width() * share;
        let column =
            Rect::from_min_size(pos2(left, middle.top()), vec2(wide - 20.0, middle.height()));
        left += wide;
        column
    });
    let columns = columns.collect();
    let data = Rect::from_min_max(pos2(stage.left(), middle.bottom() + GAP), stage.max);
    Places { line, columns, rows, data }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn everything_has_room(wide in 560.0f32..1900.0, high in 440.0f32..1000.0) {
            let stage = Rect::from_min_size(pos2(60.0, 100.0), vec2(wide, high));
            let places = places(stage);
            let parts: Vec<Rect> =
                places.columns.iter().copied().chain([places.line, places.data]).collect();
            for (i, part) in parts.iter().enumerate() {
                prop_assert!(stage.expand(0.01).contains_rect(*part), "{part:?}");
                prop_assert!(part.height() > 80.0 && part.width() > 120.0, "{part:?}");
                for other in &parts[i + 1..] {
                    prop_assert!(!part.shrink(0.01).intersects(other.shrink(0.01)));
                }
            }
        }
    }
}
