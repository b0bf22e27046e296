//! A product of two matrices, cut into panels of columns and tiles of rows.

use super::isa::Isa;
use super::matrix::{Matrix, MatrixMut};
use super::packed::{Packed, copy_row};
use super::real::Real;
use super::threads::Pointer;
use super::tile::{self, Ahead, TileOperands, TileStart};
use std::mem::MaybeUninit;

/// Products that one visit to a tile adds up: the part of B that is in use then fits the L1 cache.
pub(super) const DEPTH: usize = 128;
/// The same where B was arranged beforehand: tiles go along rows, and B is read from the L2 cache.
const DEPTH_ALONG_ROWS: usize = 256;
/// Columns of B that go with it: that part of B then stays in the L2 cache.
const COLUMNS_ALONG_ROWS: usize = 1536;
/// From this many rows on, a panel of B is copied to lie in one piece: all of them read it again.
const WORTH_PACKING: usize = 48;

/// The right-hand side of a product: as it lies in memory, or arranged in panels.
#[derive(Clone, Copy)]
pub enum Right<'a, T> {
    /// A matrix whose rows are contiguous.
    Plain(Matrix<'a, T>),
    Packed(&'a Packed<T>),
}

impl<'a, T> From<Matrix<'a, T>> for Right<'a, T> {
    fn from(matrix: Matrix<'a, T>) -> Self {
        Self::Plain(matrix)
    }
}

impl<'a, T> From<&'a Packed<T>> for Right<'a, T> {
    fn from(packed: &'a Packed<T>) -> Self {
        Self::Packed(packed)
    }
}

/// What the sums of a product start from.
#[derive(Clone, Copy)]
pub enum Start<'a, T> {
    Zero,
    /// What C holds.
    Sums,
    /// A bias: the same row `[n]` for every row of C.
    Bias(&'a [T]),
}

impl<T> Start<'_, T> {
    /// For the columns from `first_column` on, of the products from `depth` on.
    pub(super) fn of_tile(&self, depth: usize, first_column: usize) -> TileStart<T> {
        match self {
            _ if depth > 0 => TileStart::Sums,
            Self::Zero => TileStart::Zero,
            Self::Sums => TileStart::Sums,
            Self::Bias(bias) => TileStart::Row(bias[first_column..].as_ptr()),
        }
    }
}

/// A multiplication whose shapes have been checked, ready to be cut in parts.
pub(super) struct Product<'a, T> {
    pub rows: usize,
    pub columns: usize,
    pub depth: usize,
    pub a: Matrix<'a, T>,
    pub b: Right<'a, T>,
    pub c: Pointer<T>,
    pub c_row_stride: usize,
    pub start: Start<'a, T>,
}

// SAFETY: parts of a product that run at once write different elements of C.
unsafe impl<T: Real> Sync for Product<'_, T> {}

/// Rows and columns of a full tile for this machine.
pub(super) fn tile_shape() -> (usize, usize) {
    match Isa::of_this_machine() {
        Isa::Avx512 => tile::WIDE,
        Isa::Avx2 | Isa::Baseline => tile::NARROW,
    }
}

impl<'a, T: Real> Product<'a, T> {
    pub fn new(
        c: MatrixMut<'a, T>,
        a: Matrix<'a, T>,
        b: Right<'a, T>,
        start: Start<'a, T>,
    ) -> Self {
        let b_shape = match b {
            Right::Plain(b) => {
                assert!(b.column_stride == 1 || b.columns <= 1, "rows of B are contiguous");
                (b.rows, b.columns)
            }
            Right::Packed(b) => (b.rows, b.columns),
        };
        assert_eq!(b_shape.0, a.columns, "A has as many columns as B has rows");
        assert_eq!((c.rows, c.columns), (a.rows, b_shape.1), "C has A's rows and B's columns");
        if let Start::Bias(bias) = start {
            assert_eq!(bias.len(), c.columns, "one bias a column");
        }
        Self {
            rows: c.rows,
            columns: c.columns,
            depth: a.columns,
            a,
            b,
            c: Pointer(c.data.as_mut_ptr()),
            c_row_stride: c.row_stride,
            start,
        }
    }

    /// The whole product on this thread.
    pub fn whole(&self) {
        match self.b {
            Right::Packed(b) if self.depth > 0 => {
                self.along_rows(b, |place, depth, panel| self.ahead(place, depth, panel))
            }
            _ => {
                let (_, tile_columns) = tile_shape();
                for first_column in (0..self.columns).step_by(tile_columns) {
                    self.panel(0, self.rows, first_column);
                }
            }
        }
    }

    /// The whole product, tile beside tile: rows of A are then read from the L1 cache, and rows of C,
    /// which as a rule come from memory, are written front to back.
    ///
    /// `ahead` says what the tile at a row and column fetches, given the depth and its panel of B.
    pub fn along_rows(
        &self,
        b: &Packed<T>,
        ahead: impl Fn((usize, usize), usize, *const T) -> [Ahead<T>; 2],
    ) {
        let (tile_rows, width) = tile_shape();
        for first_of_block in (0..self.columns).step_by(COLUMNS_ALONG_ROWS) {
            let last_of_block = self.columns.min(first_of_block + COLUMNS_ALONG_ROWS);
            for start in (0..self.depth).step_by(DEPTH_ALONG_ROWS) {
                let depth = DEPTH_ALONG_ROWS.min(self.depth - start);
                for first_row in (0..self.rows).step_by(tile_rows) {
                    let rows = tile_rows.min(self.rows - first_row);
                    for column in (first_of_block..last_of_block).step_by(width) {
                        let panel = b.panels.as_ptr().wrapping_add(column * b.rows + start * width);
                        let ahead = ahead((first_row, column), depth, panel);
                        let (rows, b) = ((first_row, rows), (panel, width));
                        self.tiles(rows, column, (start, depth), b, ahead);
                    }
                }
            }
        }
    }

    /// What a tile fetches for later ones: its share of the next part of its panel of B, and of the
    /// rows of C that come next, if they lie in one piece.
    fn ahead(
        &self,
        (first_row, column): (usize, usize),
        depth: usize,
        panel: *const T,
    ) -> [Ahead<T>; 2] {
        let (tile_rows, width) = tile_shape();
        let share = (depth * width).div_ceil(self.rows.div_ceil(tile_rows));
        let b = panel.wrapping_add(depth * width + first_row / tile_rows * share);
        let next_rows = self.c.at((first_row + tile_rows) * self.c_row_stride);
        let c = next_rows.wrapping_add(column * tile_rows).cast_const();
        let share_of_c = tile_rows * width;
        [(b, share), (c, share_of_c)]
            .map(|(from, share)| Ahead { from, step: share.div_ceil(depth) })
    }

    /// Rows `first_row..last_row` of the panel of columns that begins at `first_column`.
    pub fn panel(&self, first_row: usize, last_row: usize, first_column: usize) {
        let (_, tile_columns) = tile_shape();
        let columns = tile_columns.min(self.columns - first_column);
        if self.depth == 0 && matches!(self.start, Start::Zero) {
            return self.clear(first_row, last_row, first_column, columns);
        }
        let rows = last_row - first_row;
        let mut room = Room([const { MaybeUninit::uninit() }; DEPTH * tile::WIDE.1]);
        for start in (0..self.depth).step_by(DEPTH) {
            let depth = DEPTH.min(self.depth - start);
            let b = self.rows_of_b((first_column, columns), (start, depth), rows, &mut room.0);
            let nothing = [Ahead { from: b.0, step: 0 }; 2];
            self.tiles((first_row, rows), first_column, (start, depth), b, nothing);
        }
    }

    /// Adds the products `start..start + depth` to the tiles of some rows of one panel; B's rows are as
    /// wide as a tile.
    fn tiles(
        &self,
        (first_row, rows): (usize, usize),
        first_column: usize,
        (start, depth): (usize, usize),
        (b, b_row_stride): (*const T, usize),
        ahead: [Ahead<T>; 2],
    ) {
        let (_, tile_columns) = tile_shape();
        let columns = tile_columns.min(self.columns - first_column);
        let a = self.a.data.as_ptr();
        let operands = TileOperands {
            depth,
            a: a.wrapping_add(first_row * self.a.row_stride + start * self.a.column_stride),
            a_row_stride: self.a.row_stride,
            a_column_stride: self.a.column_stride,
            b,
            b_row_stride,
            c: self.c.at(first_row * self.c_row_stride + first_column),
            c_row_stride: self.c_row_stride,
            start: self.start.of_tile(start, first_column),
            ahead,
        };
        // SAFETY: the views cover these rows and columns, and B's rows are as wide as a tile.
        unsafe {
            if columns == tile_columns {
                tiles(rows, operands);
            } else {
                narrow_tiles(rows, columns, operands);
            }
        }
    }

    /// Where rows `start..start + depth` of a panel of B lie, and how far apart: full width, in one
    /// piece if that pays or the panel is narrower than a tile.
    fn rows_of_b(
        &self,
        (first_column, columns): (usize, usize),
        (start, depth): (usize, usize),
        rows: usize,
        room: &mut [MaybeUninit<T>],
    ) -> (*const T, usize) {
        let (_, width) = tile_shape();
        match self.b {
            Right::Packed(b) => {
                let panel = first_column / width * b.rows * width;
                (b.panels[panel + start * width..].as_ptr(), width)
            }
            Right::Plain(b) => {
                let data = &b.data[start * b.row_stride + first_column..];
                if columns == width && rows < WORTH_PACKING {
                    return (data.as_ptr(), b.row_stride);
                }
                let room = &mut room[..depth * width];
                copy_rows(room, data, width, columns, b.row_stride);
                (room.as_ptr().cast(), width)
            }
        }
    }

    /// What is left to do for some columns if there is nothing to add up.
    pub fn clear_if_zero(&self, first: usize, last: usize) {
        if matches!(self.start, Start::Zero) {
            self.clear(0, self.rows, first, last - first);
        }
    }

    fn clear(&self, first_row: usize, last_row: usize, first_column: usize, columns: usize) {
        for row in first_row..last_row {
            for column in first_column..first_column + columns {
                // SAFETY: within C, whose shape was checked.
                unsafe { *self.c.at(row * self.c_row_stride + column) = T::ZERO };
            }
        }
    }
}

/// Room for a panel of B, at a cache line.
#[repr(align(64))]
struct Room<T>([MaybeUninit<T>; DEPTH * tile::WIDE.1]);

/// A whole panel: tile below tile.
///
/// # Safety
/// `o` must describe memory of `rows` rows.
unsafe fn tiles<T: Real>(rows: usize, o: TileOperands<T>) {
    let mut done = 0;
    while done < rows {
        let part = TileOperands {
            a: o.a.wrapping_add(done * o.a_row_stride),
            c: o.c.wrapping_add(done * o.c_row_stride),
            ..o
        };
        // SAFETY: the caller's memory; the instruction set is the machine's.
        done += unsafe {
            match Isa::of_this_machine() {
                #[cfg(target_arch = "x86_64")]
                Isa::Avx512 => tile::avx512(rows - done, part),
                #[cfg(target_arch = "x86_64")]
                Isa::Avx2 => tile::avx2(rows - done, part),
                _ => tile::baseline(rows - done, part),
            }
        };
    }
}

/// A panel narrower than a tile (B's rows are full width): C is computed aside and copied.
///
/// # Safety
/// `o` must describe memory of `rows` rows and, for C, `columns` columns.
unsafe fn narrow_tiles<T: Real>(rows: usize, columns: usize, o: TileOperands<T>) {
    const WIDTH: usize = tile::WIDE.1;
    let mut aside = [T::ZERO; tile::WIDE.0 * WIDTH];
    let mut row_aside = [T::ZERO; WIDTH];
    let start = match o.start {
        TileStart::Row(row) => {
            // SAFETY: a bias has as many numbers as C has columns.
            unsafe { std::ptr::copy_nonoverlapping(row, row_aside.as_mut_ptr(), columns) };
            TileStart::Row(row_aside.as_ptr())
        }
        other => other,
    };
    let (tile_rows, _) = tile_shape();
    for first in (0..rows).step_by(tile_rows) {
        let count = tile_rows.min(rows - first);
        let c = o.c.wrapping_add(first * o.c_row_stride);
        // SAFETY: `aside` holds a full tile; A and the columns of C are the caller's.
        unsafe {
            for i in 0..count {
                let row = c.wrapping_add(i * o.c_row_stride);
                std::ptr::copy_nonoverlapping(row, aside.as_mut_ptr().add(i * WIDTH), columns);
            }
            let a = o.a.wrapping_add(first * o.a_row_stride);
            let c_aside = aside.as_mut_ptr();
            tiles(count, TileOperands { a, c: c_aside, c_row_stride: WIDTH, start, ..o });
            for i in 0..count {
                let row = c.wrapping_add(i * o.c_row_stride);
                std::ptr::copy_nonoverlapping(aside.as_ptr().add(i * WIDTH), row, columns);
            }
        }
    }
}

kernel! {
    /// Copies rows of `columns` numbers, `stride` apart, to rows of `width`, filled up with zeros.
    fn copy_rows<T: Real>(to: &mut [MaybeUninit<T>], from: &[T], width: usize, columns: usize, stride: usize) {
        for (r, row) in to.chunks_exact_mut(width).enumerate() {
            let from = &from[r * stride..][..columns];
            if columns == width {
                // SAFETY: a number may be seen as one that is perhaps not written yet.
                let from = unsafe { std::slice::from_raw_parts(from.as_ptr().cast(), columns) };
                copy_row(row, from);
                continue;
            }
            for (to, &number) in row.iter_mut().zip(from) {
                to.write(number);
            }
            for to in &mut row[columns..] {
                to.write(T::ZERO);
            }
        }
    }
}
