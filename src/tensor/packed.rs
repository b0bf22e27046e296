//! A matrix laid out as multiplication reads it: panel after panel of columns.

use super::aligned::Aligned;
use super::matrix::Matrix;
use super::product::tile_shape;
use super::real::Real;
use super::tile;

/// The right-hand side of products, arranged once and used many times.
///
/// Panels are as wide as a tile, the last filled up with zeros; within a panel, rows follow each other.
#[derive(Debug, Clone)]
pub struct Packed<T> {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) panels: Aligned<T>,
}

impl<T: Real> Packed<T> {
    /// Room for a matrix of these sizes, to be filled by [`Packed::pack`].
    pub fn new(rows: usize, columns: usize) -> Self {
        let (_, width) = tile_shape();
        Self { rows, columns, panels: Aligned::zeros(columns.next_multiple_of(width) * rows) }
    }

    /// Rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// Takes over the numbers of a matrix (or of a transposed one: see [`Matrix::t`]).
    ///
    /// # Panics
    /// If it has other sizes.
    pub fn pack(&mut self, matrix: Matrix<'_, T>) {
        assert_eq!((matrix.rows, matrix.columns), (self.rows, self.columns), "sizes differ");
        let (_, width) = tile_shape();
        for (panel, first) in
            self.panels.chunks_exact_mut(self.rows * width).zip((0..self.columns).step_by(width))
        {
            let columns = width.min(self.columns - first);
            let data = &matrix.data[first * matrix.column_stride..];
            pack_panel(panel, data, width, columns, matrix.row_stride, matrix.column_stride);
        }
    }
}

/// Copies a row; one as wide as a tile takes a few vector moves instead of a call.
#[inline(always)]
pub(super) fn copy_row<T: Copy>(to: &mut [T], from: &[T]) {
    type Wide<T> = [T; tile::WIDE.1];
    type Narrow<T> = [T; tile::NARROW.1];
    if let (Ok(to), Ok(from)) = (<&mut Wide<T>>::try_from(&mut *to), <&Wide<T>>::try_from(from)) {
        *to = *from;
    } else if let (Ok(to), Ok(from)) =
        (<&mut Narrow<T>>::try_from(&mut *to), <&Narrow<T>>::try_from(from))
    {
        *to = *from;
    } else {
        to.copy_from_slice(from);
    }
}

kernel! {
    fn pack_panel<T: Real>(
        panel: &mut [T], data: &[T], width: usize, columns: usize, row_stride: usize, column_stride: usize,
    ) {
        const BLOCK: usize = 16;
        let rows = panel.len() / width;
        if column_stride == 1 {
            for (r, row) in panel.chunks_exact_mut(width).enumerate() {
                copy_row(&mut row[..columns], &data[r * row_stride..][..columns]);
            }
            return;
        }
        // Against the grain: in blocks, so that a line of the source is used up while it is in the cache.
        for r0 in (0..rows).step_by(BLOCK) {
            for c0 in (0..columns).step_by(BLOCK) {
                for c in c0..columns.min(c0 + BLOCK) {
                    for r in r0..rows.min(r0 + BLOCK) {
                        panel[r * width + c] = data[r * row_stride + c * column_stride];
                    }
                }
            }
        }
    }
}
