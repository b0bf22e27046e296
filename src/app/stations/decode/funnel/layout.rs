//! Where everything of the funnel stands.

use crate::app::widgets::SLIDER_HEIGHT;
use egui::{Rect, pos2, vec2};

/// What has to be placed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    /// How much larger a presenter wants it.
    pub scale: f32,
    /// Lines of sliders.
    pub controls: usize,
    /// Stages that have a column.
    pub columns: usize,
    /// Candidates that could be shown.
    pub candidates: usize,
    /// Whether the die is shown however few candidates there is room for then.
    pub die: bool,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    pub left: f32,
    pub width: f32,
}

/// The places of all parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// Lines of sliders.
    pub controls: Vec<Rect>,
    pub header: Rect,
    pub rows: Rect,
    /// The height of a row, and how many are shown.
    pub row: f32,
    pub shown: usize,
    /// The line that says how many more there are.
    pub more: Rect,
    /// Whether there is room for the die; its title, its bar, and the ruler below.
    pub has_die: bool,
    pub die: Rect,
    pub bar: Rect,
    pub ruler: Rect,
    /// The column of names is before the first.
    pub columns: Vec<Column>,
}

/// The widest that a candidate's chip may be, and the column of names.
pub const CHIP: f32 = 96.0;
const NAMES: f32 = 118.0;
/// A row, and the lowest that it may be.
const ROW: f32 = 38.0;
const LOW_ROW: f32 = 30.0;
/// So many rows are wanted before they may be high.
const ENOUGH: usize = 8;
/// With fewer rows than these the die makes room: below a large bar the list says more.
const FEW: usize = 4;

impl Layout {
    /// Divides `area`.
    pub fn new(area: Rect, wanted: Wanted) -> Self {
        let s = wanted.scale;
        let (left, wide) = (area.left(), area.width());
        let strip = |top: f32, height: f32| {
            Rect::from_min_size(pos2(left, top), vec2(wide, height.max(0.0)))
        };
        let line = (SLIDER_HEIGHT + 4.0) * s;
        let controls: Vec<Rect> = (0..wanted.controls)
            .map(|i| strip(area.top() + i as f32 * line, SLIDER_HEIGHT * s))
            .collect();
        let header = strip(area.top() + wanted.controls as f32 * line + 8.0 * s, 38.0 * s);
        let rows_top = header.bottom() + 6.0 * s;
        let (mut title, mut bar, mut ruler, more) = (46.0 * s, 40.0 * s, 22.0 * s, 22.0 * s);
        let all = area.bottom() - rows_top - more;
        let beside_die = ((all - title - bar - ruler) / (LOW_ROW * s)).floor().max(0.0) as usize;
        let has_die = wanted.die || beside_die >= FEW.min(wanted.candidates);
        if !has_die {
            (title, bar, ruler) = (0.0, 0.0, 0.0);
        }
        let room = all - title - bar - ruler;
        let fitting = |row: f32| (room / row).floor().max(0.0) as usize;
        let row = if fitting(ROW * s) >= ENOUGH.min(wanted.candidates) { ROW } else { LOW_ROW } * s;
        let shown = fitting(row).clamp(1, wanted.candidates.max(1));
        let rows = strip(rows_top, shown as f32 * row);
        let more = strip(rows.bottom(), more);
        // What is left over is air above the die.
        let ruler = strip(area.bottom().max(more.bottom() + title + bar + ruler) - ruler, ruler);
        let bar = strip(ruler.top() - bar, bar);
        let die = strip(bar.top() - title, title);
        let count = wanted.columns.max(1);
        let column = (wide - NAMES * s) / count as f32;
        let columns = (0..count)
            .map(|i| Column { left: left + NAMES * s + i as f32 * column, width: column })
            .collect();
        Self { controls, header, rows, row, shown, more, has_die, die, bar, ruler, columns }
    }

    /// The middle of a row.
    pub fn y(&self, row: usize) -> f32 {
        self.rows.top() + (row as f32 + 0.5) * self.row
    }
}

/// The first candidate in view, so that number `at` is in view too.
pub fn scrolled(first: usize, shown: usize, at: usize) -> usize {
    if at < first { at } else { first.max((at + 1).saturating_sub(shown)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_follow_each_other_and_stay_inside(
            width in 500.0f32..1300.0,
            height in 330.0f32..1000.0,
            controls in 1usize..=2,
            columns in 4usize..=5,
            candidates in 1usize..600,
            die in any::<bool>(),
        ) {
            let area = Rect::from_min_size(pos2(300.0, 130.0), vec2(width, height));
            let wanted = Wanted { scale: 1.0, controls, columns, candidates, die };
            let layout = Layout::new(area, wanted);
            let mut parts = layout.controls.clone();
            parts.extend([layout.header, layout.rows, layout.more, layout.die, layout.bar, layout.ruler]);
            for pair in parts.windows(2) {
                prop_assert!(pair[0].bottom() <= pair[1].top() + 0.01, "{pair:?}");
            }
            prop_assert!(layout.ruler.bottom() <= area.bottom() + 0.01);
            prop_assert!(layout.shown >= 1 && layout.shown <= candidates);
            prop_assert!(layout.has_die || (!die && layout.shown >= FEW.min(candidates)));
            let last = layout.columns[columns - 1];
            prop_assert!((last.left + last.width - area.right()).abs() < 0.01);
        }

        #[test]
        fn what_is_chosen_comes_into_view(first in 0usize..500, shown in 1usize..20, at in 0usize..500) {
            let first = scrolled(first, shown, at);
            prop_assert!(first <= at && at < first + shown);
        }
    }
}
