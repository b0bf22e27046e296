//! Heat maps: where their cells stand, and cells as parts of one mesh, so that many cost little.

use egui::epaint::{Vertex, WHITE_UV};
use egui::{Color32, Mesh, Pos2, Rect, Vec2, pos2, vec2};

/// Where the cells of a matrix stand.
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
    /// One cell.
    pub fn cell(&self, row: usize, column: usize) -> Rect {
        let at = self.origin + vec2(column as f32, row as f32) * self.pitch;
        Rect::from_min_size(at, Vec2::splat(self.pitch - self.gap))
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

/// Adds a cell to a mesh. Corners of larger cells are cut, as if rounded: a mesh has no curves.
pub fn add_cell(mesh: &mut Mesh, rect: Rect, colour: Color32) {
    if rect.width() < 7.0 {
        mesh.add_colored_rect(rect, colour);
        return;
    }
    let cut = 1.3;
    let (l, r, t, b) = (rect.left(), rect.right(), rect.top(), rect.bottom());
    let corners = [
        (l + cut, t),
        (r - cut, t),
        (r, t + cut),
        (r, b - cut),
        (r - cut, b),
        (l + cut, b),
        (l, b - cut),
        (l, t + cut),
    ];
    let start = mesh.vertices.len() as u32;
    let vertex = |(x, y): (f32, f32)| Vertex { pos: pos2(x, y), uv: WHITE_UV, color: colour };
    mesh.vertices.extend(corners.map(vertex));
    for i in 1..7 {
        mesh.indices.extend([start, start + i, start + i + 1]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cell_is_found_where_it_is_painted(
            rows in 1usize..60, columns in 1usize..60, pitch in 2.0f32..24.0,
        ) {
            let cells = Cells { origin: pos2(7.0, 9.0), pitch, gap: 1.0, rows, columns };
            for (row, column) in [(0, 0), (rows - 1, columns - 1), (rows / 2, columns / 3)] {
                let place = cells.cell(row, column);
                prop_assert_eq!(cell_at(&cells, place.center()), Some((row, column)));
                prop_assert!(cells.rect().expand(0.01).contains_rect(place));
                let mut mesh = Mesh::default();
                add_cell(&mut mesh, place, Color32::WHITE);
                prop_assert!(mesh.is_valid() && place.expand(0.01).contains_rect(mesh.calc_bounds()));
            }
            prop_assert_eq!(cell_at(&cells, pos2(0.0, 0.0)), None);
        }
    }
}
