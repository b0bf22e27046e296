//! Where the cells of the two grids stand: blocks are rows, heads and the MLP are columns.

use egui::{Rect, pos2, vec2};

/// A grid of parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// The first cell's corner, and from one cell to the next.
    origin: egui::Pos2,
    pitch: egui::Vec2,
    gap: f32,
    pub layers: usize,
    /// Heads, and one for the MLP.
    pub columns: usize,
}

/// Room for the blocks' numerals, and for the columns' heads.
pub const NUMERALS: f32 = 22.0;
pub const HEADS: f32 = 20.0;
/// Rows are as high as this, as long as there are not too many of them.
const ROW: f32 = 34.0;
const LOW_ROW: f32 = 16.0;
/// Blocks from which on rows are low.
const MANY: usize = 8;
/// No cell is wider.
const WIDEST: f32 = 84.0;

impl Grid {
    /// A grid whose upper left corner is `corner`, at most `width` wide.
    pub fn new(
        corner: egui::Pos2,
        width: f32,
        (layers, heads): (usize, usize),
        scale: f32,
    ) -> Self {
        let columns = heads + 1;
        let across = ((width - NUMERALS * scale) / columns as f32).min(WIDEST * scale).max(4.0);
        let down = if layers >= MANY { LOW_ROW } else { ROW } * scale;
        let origin = corner + vec2(NUMERALS, HEADS) * scale;
        let gap = if across < 12.0 { 1.0 } else { 2.0 };
        Self { origin, pitch: vec2(across, down), gap, layers, columns }
    }

    /// A cell.
    pub fn cell(&self, block: usize, column: usize) -> Rect {
        let at = self.origin + vec2(column as f32, block as f32) * self.pitch;
        Rect::from_min_size(at, self.pitch - vec2(self.gap, self.gap))
    }

    /// The whole, its heads and numerals included.
    pub fn rect(&self, scale: f32) -> Rect {
        let size = vec2(self.columns as f32, self.layers as f32) * self.pitch;
        let corner = self.origin - vec2(NUMERALS, HEADS) * scale;
        Rect::from_min_max(corner, pos2(self.origin.x + size.x, self.origin.y + size.y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_stand_side_by_side_inside_the_grid(
            layers in 1usize..40, heads in 1usize..26, width in 200.0f32..900.0,
        ) {
            let grid = Grid::new(pos2(10.0, 20.0), width, (layers, heads), 1.0);
            let whole = grid.rect(1.0);
            prop_assert!(whole.width() <= width.max(NUMERALS + 4.0 * (heads + 1) as f32) + 0.5);
            for (block, column) in [(0, 0), (layers - 1, heads), (layers / 2, heads / 2)] {
                let cell = grid.cell(block, column);
                prop_assert!(cell.is_positive() && whole.expand(0.01).contains_rect(cell));
                if column > 0 {
                    prop_assert!(grid.cell(block, column - 1).right() < cell.left());
                }
                if block > 0 {
                    prop_assert!(grid.cell(block - 1, column).bottom() < cell.top());
                }
            }
        }
    }
}
