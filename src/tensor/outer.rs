//! Gradients of weight matrices: products summed over many sequences.

use super::matrix::{Matrix, MatrixMut};
use super::packed::Packed;
use super::product::{DEPTH, Product, Start, tile_shape};
use super::real::Real;
use super::rows::add;
use super::threads::{Pointer, Threads};
use super::tile::Ahead;

/// The gradient of a weight matrix and its bias, to be summed over sequences.
pub struct OuterProducts<'a, T> {
    /// Σ_s A_sᵀ·B_s `[m, n]`
    pub product: MatrixMut<'a, T>,
    /// Column sums of all B_s `[n]`, if wanted.
    pub bias: Option<&'a mut [T]>,
    /// Inputs A_s `[k_s, m]` and output gradients B_s `[k_s, n]`.
    pub pairs: Vec<(Matrix<'a, T>, Matrix<'a, T>)>,
}

/// Tiles of a panel, and panels, that make a task.
const TILES: usize = 10;
const PANELS: usize = 12;

/// Computes (or adds, if `accumulate`) several such sums, shared out among the threads.
///
/// Every element is summed up by one thread, sequence after sequence.
pub fn add_outer_products<T: Real>(
    threads: &Threads,
    mut jobs: Vec<OuterProducts<'_, T>>,
    accumulate: bool,
) {
    let (tile_rows, tile_columns) = tile_shape();
    let (block, wide) = (TILES * tile_rows, PANELS * tile_columns);
    let shapes: Vec<_> = jobs.iter().map(|job| (job.product.rows, job.product.columns)).collect();
    let sums: Vec<Sum<'_, T>> = jobs.iter_mut().map(Sum::new).collect();
    let mut parts = Vec::new();
    for (sum, (rows, columns)) in sums.iter().zip(shapes) {
        // Neighbouring tasks share rows of the product: their columns of A are then in the cache.
        for first_row in (0..rows).step_by(block) {
            for first_column in (0..columns).step_by(wide) {
                let width = wide.min(columns - first_column);
                parts.push((sum, (first_row, rows.min(first_row + block)), (first_column, width)));
            }
        }
    }
    threads.run(parts.len(), |i| {
        let (sum, rows, columns) = parts[i];
        sum.part(rows, columns, accumulate);
    });
}

struct Sum<'a, T> {
    c: Pointer<T>,
    c_row_stride: usize,
    bias: Option<Pointer<T>>,
    pairs: &'a [(Matrix<'a, T>, Matrix<'a, T>)],
}

impl<'a, T: Real> Sum<'a, T> {
    fn new(job: &'a mut OuterProducts<'_, T>) -> Self {
        Self {
            c: Pointer(job.product.data.as_mut_ptr()),
            c_row_stride: job.product.row_stride,
            bias: job.bias.as_deref_mut().map(|bias| Pointer(bias.as_mut_ptr())),
            pairs: &job.pairs,
        }
    }

    /// Some rows of some columns, over all sequences.
    fn part(&self, rows: (usize, usize), columns: (usize, usize), accumulate: bool) {
        let mut room = Room { a: Vec::new(), b: Packed::new(0, columns.1) };
        let chunks: Vec<_> = self.pairs.iter().flat_map(chunks).collect();
        for (index, &(a, b)) in chunks.iter().enumerate() {
            let afresh = index == 0 && !accumulate;
            let next = chunks.get(index + 1).copied().unwrap_or((a, b));
            self.multiply((a, b), next, rows, columns, afresh, &mut room);
            if let (Some(bias), 0) = (&self.bias, rows.0) {
                let (first, count) = columns;
                // SAFETY: only the task with the first rows writes these columns of the bias.
                let bias = unsafe { std::slice::from_raw_parts_mut(bias.at(first), count) };
                if afresh {
                    bias.fill(T::ZERO);
                }
                for row in 0..b.rows {
                    add(bias, &b.data[row * b.row_stride + first..][..count]);
                }
            }
        }
    }

    /// A part of one sequence's product, while the next one's numbers are fetched.
    fn multiply(
        &self,
        (a, b): Pair<'_, T>,
        next: Pair<'_, T>,
        (first_row, last_row): (usize, usize),
        (first_column, columns): (usize, usize),
        afresh: bool,
        room: &mut Room<T>,
    ) {
        // The part's columns of A and B, brought together: tiles read them again and again.
        let rows = last_row - first_row;
        room.a.clear();
        for position in 0..a.rows {
            room.a.extend_from_slice(&a.data[position * a.row_stride + first_row..][..rows]);
        }
        let b_data = &b.data[first_column.min(b.data.len())..];
        let b = Matrix::strided(b_data, b.rows, columns, b.row_stride);
        let product = Product {
            rows,
            columns,
            depth: a.rows,
            a: Matrix::new(&room.a, a.rows, rows).t(),
            b: b.into(),
            c: Pointer(self.c.at(first_row * self.c_row_stride + first_column)),
            c_row_stride: self.c_row_stride,
            start: if afresh { Start::Zero } else { Start::Sums },
        };
        if a.rows == 0 {
            return product.clear_if_zero(0, columns);
        }
        if room.b.shape() != (b.rows, columns) {
            room.b = Packed::new(b.rows, columns);
        }
        room.b.pack(b);
        let (tile_rows, tile_columns) = tile_shape();
        let across = columns.div_ceil(tile_columns);
        let tiles = rows.div_ceil(tile_rows) * across;
        product.along_rows(&room.b, |(row, column), depth, _| {
            let tile = row / tile_rows * across + column / tile_columns;
            let parts = [(next.0, first_row, rows), (next.1, first_column, columns)];
            parts.map(|(matrix, first, count)| share(matrix, (first, count), (tile, tiles), depth))
        });
    }
}

/// One tile's share of the rows of some columns, which it fetches: as many rows as lie in one piece.
fn share<T: Real>(
    matrix: Matrix<'_, T>,
    (first_column, columns): (usize, usize),
    (tile, tiles): (usize, usize),
    depth: usize,
) -> Ahead<T> {
    let row = tile * matrix.rows / tiles;
    let rows = if columns == matrix.row_stride { matrix.rows.div_ceil(tiles) } else { 1 };
    let from = matrix.data.as_ptr().wrapping_add(row * matrix.row_stride + first_column);
    Ahead { from, step: (rows * columns).div_ceil(depth) }
}

/// The input and the output gradient of one sequence, or of a stretch of it.
type Pair<'a, T> = (Matrix<'a, T>, Matrix<'a, T>);

/// Where a task brings its parts of A and B together.
struct Room<T> {
    a: Vec<T>,
    b: Packed<T>,
}

/// Cuts a long sequence in stretches (an empty one is one stretch): what is in use of one, and of the next, then fits the L2 cache.
fn chunks<'a, T: Real>(&(a, b): &Pair<'a, T>) -> impl Iterator<Item = Pair<'a, T>> {
    (0..a.rows.max(1)).step_by(DEPTH).map(move |start| {
        let rows = DEPTH.min(a.rows - start);
        let cut = |m: Matrix<'a, T>| {
            Matrix::strided(&m.data[start * m.row_stride..], rows, m.columns, m.row_stride)
        };
        (cut(a), cut(b))
    })
}
