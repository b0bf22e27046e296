//! How a line grows together: where the bytes and the pieces made of them stand.

use crate::text::tokenizer::Node;
use egui::{Pos2, Rect, pos2, vec2};

/// A piece with its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub rect: Rect,
    /// The bottom ends of the lines that lead here, and where they begin, above.
    pub from: Option<[Pos2; 2]>,
}

/// A row for the bytes, then one for each level of merging.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// In the order of the nodes.
    pub places: Vec<Place>,
    /// From the top of the bytes to the bottom of the last row.
    pub height: f32,
}

/// How high a chip is.
pub const CHIP: f32 = 28.0;
/// The widest a byte is.
const WIDEST: f32 = 26.0;
/// From one row to the next, at most.
const PITCH: f32 = 42.0;

/// How many bytes have room in this width.
pub fn room_for(width: f32) -> usize {
    (width / 21.0) as usize
}

/// The level of each piece: a byte is 0, a piece one more than its higher part.
fn levels(nodes: &[Node]) -> Vec<usize> {
    let mut levels = Vec::with_capacity(nodes.len());
    for node in nodes {
        let level = node.made.map_or(0, |made| {
            1 + made.parts.map(|part| levels[part]).into_iter().max().unwrap_or(0)
        });
        levels.push(level);
    }
    levels
}

/// Places the pieces of a line of so many bytes in a rectangle. `levels` rows have room, though now
/// there may be fewer: what stands stays where it is while merges come.
pub fn tree(nodes: &[Node], bytes: usize, most_levels: usize, rect: Rect) -> Tree {
    let levels = levels(nodes);
    let wide = (rect.width() / bytes.max(1) as f32).min(WIDEST);
    let rows = most_levels.max(1) as f32;
    let pitch = ((rect.height() - CHIP) / rows).clamp(18.0, PITCH);
    let chip = CHIP.min(pitch - 6.0);
    let top = |level: usize| rect.top() + level as f32 * pitch;
    let own = |i: usize| {
        let (left, right) = (nodes[i].start as f32 * wide, nodes[i].end as f32 * wide);
        let size =
            vec2(right - left - 2.0, if levels[i] == 0 { CHIP.min(pitch - 6.0) } else { chip });
        Rect::from_min_size(pos2(rect.left() + left + 1.0, top(levels[i])), size)
    };
    let places = (0..nodes.len()).map(|i| Place {
        rect: own(i),
        from: nodes[i].made.map(|made| made.parts.map(|part| own(part).center_bottom())),
    });
    let places: Vec<Place> = places.collect();
    let bottom = places.iter().map(|place| place.rect.bottom()).fold(rect.top(), f32::max);
    Tree { places, height: bottom - rect.top() }
}

/// How many levels a line has when everything is merged.
pub fn height_of(nodes: &[Node]) -> usize {
    levels(nodes).into_iter().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenizer::learn_bpe;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_stand_below_their_parts_and_never_overlap(
            text in "[abé你 ]{1,14}", merges in 0usize..12, width in 200.0f32..1000.0, height in 120.0f32..260.0,
        ) {
            let learned = learn_bpe(["ab ab abab é你 é你 ba"], 275, &mut |_| ()).expect("learned");
            let nodes = learned.tokenizer.derive(&text, merges).expect("bytes");
            let rect = Rect::from_min_size(pos2(10.0, 20.0), vec2(width, height));
            let all = learned.tokenizer.derive(&text, usize::MAX).expect("bytes");
            let tree = tree(&nodes, text.len(), height_of(&all), rect);
            for (i, place) in tree.places.iter().enumerate() {
                prop_assert!(rect.expand(1.0).contains_rect(place.rect), "{:?} in {rect:?}", place.rect);
                for from in place.from.iter().flatten() {
                    prop_assert!(from.y < place.rect.top());
                    prop_assert!((place.rect.left()..=place.rect.right()).contains(&from.x));
                }
                for other in &tree.places[i + 1..] {
                    prop_assert!(!place.rect.shrink(0.1).intersects(other.rect.shrink(0.1)));
                }
            }
            // A byte keeps its place while merges come.
            let later = super::tree(&all, text.len(), height_of(&all), rect);
            let byte = |nodes: &[Node], tree: &Tree, start: usize| {
                let at = nodes.iter().position(|n| n.made.is_none() && n.start == start);
                at.map(|at| tree.places[at].rect)
            };
            prop_assert_eq!(byte(&nodes, &tree, 0), byte(&all, &later, 0));
        }
    }
}
