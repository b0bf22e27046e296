//! Where the parts of the stage stand.

use egui::{Rect, pos2, vec2};

/// The places.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Places {
    /// The list of sets; in a narrow window it is a menu instead.
    pub sets: Option<Rect>,
    /// All that stands beside the list.
    pub main: Rect,
    /// The names of the columns.
    pub head: Rect,
    /// The bubbles.
    pub talk: Rect,
    /// Previous, next, search, edit.
    pub nav: Rect,
    pub split: Option<Rect>,
}

const SETS: f32 = 236.0;
const GAP: f32 = 32.0;
const HEAD: f32 = 30.0;
const NAV: f32 = 62.0;
const SPLIT: f32 = 84.0;

/// The parts of a stage. A presenter shows the dialogue alone, and the split where a lesson points at it.
pub fn places(stage: Rect, narrow: bool, presenting: bool, pointed: bool) -> Places {
    let has_list = !narrow && !presenting;
    let left = if has_list { stage.left() + SETS + GAP } else { stage.left() };
    let main = Rect::from_min_max(pos2(left, stage.top()), stage.max);
    let split = (!presenting || pointed)
        .then(|| Rect::from_min_max(pos2(main.left(), main.bottom() - SPLIT), main.max));
    let bottom = split.map_or(main.bottom(), |split| split.top() - 8.0);
    let nav = Rect::from_min_max(pos2(main.left(), bottom - NAV), pos2(main.right(), bottom));
    let head = Rect::from_min_size(main.min, vec2(main.width(), HEAD));
    let talk = Rect::from_min_max(
        pos2(main.left(), head.bottom() + 6.0),
        pos2(main.right(), (nav.top() - 8.0).max(head.bottom() + 60.0)),
    );
    let sets =
        has_list.then(|| Rect::from_min_max(stage.min, pos2(stage.left() + SETS, stage.bottom())));
    Places { sets, main, head, talk, nav, split }
}

/// The two columns of a row, left and right.
pub fn columns(row: Rect) -> [Rect; 2] {
    let wide = (row.width() - COLUMN_GAP) / 2.0;
    [
        Rect::from_min_max(row.min, pos2(row.left() + wide, row.bottom())),
        Rect::from_min_max(pos2(row.right() - wide, row.top()), row.max),
    ]
}

/// Between the columns.
const COLUMN_GAP: f32 = 36.0;

/// Where a bubble of this size stands in its column: the user's at the right, the bot's at the left.
pub fn bubble(column: Rect, size: egui::Vec2, at_right: bool) -> Rect {
    let left = if at_right { column.right() - size.x } else { column.left() };
    Rect::from_min_size(pos2(left, column.top()), size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_overlaps_and_all_is_inside(
            wide in 600.0f32..1900.0, high in 430.0f32..1000.0, narrow: bool, presenting: bool, pointed: bool,
        ) {
            let stage = Rect::from_min_size(pos2(48.0, 100.0), vec2(wide, high));
            let places = places(stage, narrow, presenting, pointed);
            let parts = [Some(places.head), Some(places.talk), Some(places.nav), places.split, places.sets];
            let parts: Vec<Rect> = parts.into_iter().flatten().collect();
            for (i, part) in parts.iter().enumerate() {
                prop_assert!(stage.expand(0.01).contains_rect(*part), "{part:?}");
                prop_assert!(part.width() > 100.0 && part.height() > 20.0);
                for other in &parts[i + 1..] {
                    prop_assert!(!part.shrink(0.01).intersects(other.shrink(0.01)));
                }
            }
            let [left, right] = columns(places.talk);
            prop_assert!(left.right() < right.left() && (left.width() - right.width()).abs() < 0.01);
            let bubble = bubble(left, vec2(left.width() * 0.8, 40.0), true);
            prop_assert!(left.expand(0.01).contains_rect(bubble));
        }
    }
}
