//! Heat maps: cells as one mesh, so that a wall of them costs little.

use crate::app::theme::Look;
use egui::{Color32, Mesh, Painter, Pos2, Rect, Shape, Vec2, pos2, vec2};

/// Where the cells of a square matrix stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cells {
    pub origin: Pos2,
    /// From one cell to the next.
    pub pitch: f32,
    /// Between two cells.
    pub gap: f32,
    pub rows: usize,
    pub columns: usize,
}

impl Cells {
    /// The largest cells that fit into `space`, between `least` and `most`, with gaps above 6.
    pub fn fit(origin: Pos2, space: Vec2, rows: usize, columns: usize, most: f32) -> Self {
        let pitch = (space.x / columns.max(1) as f32).min(space.y / rows.max(1) as f32).min(most);
        // Whole points keep edges sharp; below one point there is nothing to keep.
        let pitch = if pitch > 2.0 { pitch.floor() } else { pitch };
        Self { origin, pitch, gap: if pitch >= 6.0 { 1.0 } else { 0.0 }, rows, columns }
    }

    /// One cell.
    pub fn cell(&self, row: usize, column: usize) -> Rect {
        let at = self.origin + vec2(column as f32, row as f32) * self.pitch;
        Rect::from_min_size(at, Vec2::splat(self.pitch - self.gap))
    }

    /// All cells of a row.
    pub fn row(&self, row: usize) -> Rect {
        self.cell(row, 0).union(self.cell(row, self.columns.max(1) - 1))
    }

    /// All cells of a column.
    pub fn column(&self, column: usize) -> Rect {
        self.cell(0, column).union(self.cell(self.rows.max(1) - 1, column))
    }

    /// The whole.
    pub fn rect(&self) -> Rect {
        let size = vec2(self.columns as f32, self.rows as f32) * self.pitch;
        Rect::from_min_size(self.origin, size - Vec2::splat(self.gap))
    }
}

/// The row and column under a point.
pub fn cell_at(cells: &Cells, at: Pos2) -> Option<(usize, usize)> {
    let offset = at - cells.origin;
    if offset.x < 0.0 || offset.y < 0.0 {
        return None;
    }
    let (row, column) = ((offset.y / cells.pitch) as usize, (offset.x / cells.pitch) as usize);
    (row < cells.rows && column < cells.columns).then_some((row, column))
}

/// Paints the cells in the colours that `colour` gives; without a colour a cell is masked: a dot.
pub fn paint_cells(
    painter: &Painter,
    look: &Look,
    cells: &Cells,
    colour: impl Fn(usize, usize) -> Option<Color32>,
) {
    let mut mesh = Mesh::default();
    for row in 0..cells.rows {
        for column in 0..cells.columns {
            let rect = cells.cell(row, column);
            match colour(row, column) {
                Some(colour) => mesh.add_colored_rect(rect, colour),
                None if cells.pitch >= 6.0 => {
                    let dot = Rect::from_center_size(rect.center(), Vec2::splat(1.5));
                    mesh.add_colored_rect(dot, look.colours().line1);
                }
                None => {}
            }
        }
    }
    painter.add(Shape::mesh(mesh));
}

/// A triangular map in a small square: `value(row, column)` for columns up to the row. Texts that
/// are longer than the square has points are summed up, cell by cell, to their largest value.
pub fn thumbnail(
    painter: &Painter,
    rect: Rect,
    positions: usize,
    value: impl Fn(usize, usize) -> f32,
    colour: impl Fn(f32) -> Color32,
) {
    let most = (rect.width() / 2.0).floor().max(1.0) as usize;
    let stride = positions.div_ceil(most).max(1);
    let shown = positions.div_ceil(stride);
    let pitch = rect.width() / shown.max(1) as f32;
    let mut mesh = Mesh::default();
    for row in 0..shown {
        for column in 0..=row {
            let mut largest = 0.0_f32;
            for query in (row * stride..((row + 1) * stride).min(positions)).rev() {
                for key in column * stride..((column + 1) * stride).min(query + 1) {
                    largest = largest.max(value(query, key));
                }
            }
            let at = pos2(rect.left() + column as f32 * pitch, rect.top() + row as f32 * pitch);
            let gap = if pitch >= 4.0 { 0.7 } else { 0.0 };
            mesh.add_colored_rect(
                Rect::from_min_size(at, Vec2::splat(pitch - gap)),
                colour(largest),
            );
        }
    }
    painter.add(Shape::mesh(mesh));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cell_is_found_where_it_is_painted(
            rows in 1usize..60, columns in 1usize..60, side in 40.0f32..600.0,
        ) {
            let cells = Cells::fit(pos2(7.0, 9.0), vec2(side, side), rows, columns, 24.0);
            for (row, column) in [(0, 0), (rows - 1, columns - 1), (rows / 2, columns / 3)] {
                prop_assert_eq!(cell_at(&cells, cells.cell(row, column).center()), Some((row, column)));
            }
            prop_assert_eq!(cell_at(&cells, pos2(0.0, 0.0)), None);
            prop_assert!(cells.rect().width() <= side + 1.0 && cells.rect().height() <= side + 1.0);
        }
    }
}
