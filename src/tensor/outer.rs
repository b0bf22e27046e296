//! Gradients of weight matrices: products summed over many sequences.

use super::matrix::{Matrix, MatrixMut};
use super::product::{Product, Start, tile_shape};
use super::real::Real;
use super::rows::add;
use super::threads::{Pointer, Threads};

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
        let mut room = Vec::new();
        for (index, &(a, b)) in self.pairs.iter().enumerate() {
            let afresh = index == 0 && !accumulate;
            self.multiply((a, b), rows, columns, afresh, &mut room);
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

    /// A part of one sequence's product; `room` serves all sequences.
    fn multiply(
        &self,
        (a, b): (Matrix<'a, T>, Matrix<'a, T>),
        (first_row, last_row): (usize, usize),
        (first_column, columns): (usize, usize),
        afresh: bool,
        room: &mut Vec<T>,
    ) {
        // The part's columns of A, brought together: every panel reads them again.
        let rows = last_row - first_row;
        room.clear();
        for position in 0..a.rows {
            room.extend_from_slice(&a.data[position * a.row_stride + first_row..][..rows]);
        }
        let product = Product {
            rows,
            columns: first_column + columns,
            depth: a.rows,
            a: Matrix::new(room, a.rows, rows).t(),
            b: b.into(),
            c: Pointer(self.c.at(first_row * self.c_row_stride)),
            c_row_stride: self.c_row_stride,
            start: if afresh { Start::Zero } else { Start::Sums },
        };
        let (_, tile_columns) = tile_shape();
        for column in (first_column..first_column + columns).step_by(tile_columns) {
            product.panel(0, rows, column);
        }
    }
}
