//! Chips one after the other, in as many lines as they need.

use egui::{Pos2, Rect, pos2, vec2};

/// A chip's width, and whether it touches the one before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    pub width: f32,
    pub touches: bool,
}

/// Where the chips stand. Chips that touch are kept on one line, if one line has room for them.
pub fn flow(items: &[Item], origin: Pos2, most: f32, (chip, line): (f32, f32)) -> Vec<Rect> {
    let mut rects = Vec::with_capacity(items.len());
    let mut at = pos2(0.0, 0.0);
    let mut i = 0;
    while i < items.len() {
        let group = 1 + items[i + 1..].iter().take_while(|item| item.touches).count();
        let wide: f32 = items[i..i + group].iter().map(|item| item.width).sum();
        if at.x > 0.0 && at.x + wide > most {
            at = pos2(0.0, at.y + line);
        }
        for item in &items[i..i + group] {
            if at.x > 0.0 && at.x + item.width > most {
                at = pos2(0.0, at.y + line);
            }
            rects.push(Rect::from_min_size(origin + at.to_vec2(), vec2(item.width, chip)));
            at.x += item.width;
        }
        at.x += GAP;
        i += group;
    }
    rects
}

/// Between chips that do not touch.
const GAP: f32 = 4.0;

/// From the top of the first line to the bottom of the last.
pub fn height(rects: &[Rect], origin: Pos2) -> f32 {
    rects.iter().map(|rect| rect.bottom()).fold(origin.y, f32::max) - origin.y
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn chips_stay_inside_and_apart(
            items in prop::collection::vec((8.0f32..60.0, prop::bool::ANY), 0..40), most in 80.0f32..400.0,
        ) {
            let items: Vec<Item> =
                items.into_iter().map(|(width, touches)| Item { width, touches }).collect();
            let origin = pos2(5.0, 7.0);
            let rects = flow(&items, origin, most, (24.0, 32.0));
            prop_assert_eq!(rects.len(), items.len());
            for (i, rect) in rects.iter().enumerate() {
                prop_assert!(rect.right() <= origin.x + most + 0.01);
                for other in &rects[i + 1..] {
                    prop_assert!(!rect.shrink(0.05).intersects(other.shrink(0.05)));
                }
                if i > 0 && items[i].touches && rects[i - 1].top() == rect.top() {
                    prop_assert!((rects[i - 1].right() - rect.left()).abs() < 0.01);
                }
            }
        }
    }
}
