//! Matrix multiplication, where a transformer spends nearly all of its time.
//!
//! The result is cut into panels of columns, a panel into tiles whose sums stay in registers
//! (Goto and van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication", without the
//! packing that matrices of this size do not repay).

use super::isa::Isa;
use super::matrix::{Matrix, MatrixMut};
use super::real::Real;
use super::rows::{add, dot};
use super::threads::{Pointer, Threads};
use super::tile::{self, TileOperands};
use std::mem::MaybeUninit;

/// Products that one visit to a tile adds up: the part of B that is in use then fits the L1 cache.
const DEPTH: usize = 256;
/// Up to this many rows, B is streamed through once instead of being cut into panels.
const FEW_ROWS: usize = 6;
/// From this many rows on, a panel of B is copied to lie in one piece: they all read it again.
const WORTH_PACKING: usize = 48;
/// Multiplications that are worth waking another thread for.
const WORTH_SHARING: usize = 1 << 18;

/// C = A·B, or C += A·B if `accumulate`, for A `[m, k]`, B `[k, n]`, C `[m, n]`.
///
/// Each element is summed up in the order of k, so its value depends neither on the other rows
/// nor on the threads. Rows of B must be contiguous.
///
/// # Panics
/// If the shapes do not fit.
pub fn matmul<T: Real>(
    threads: &Threads,
    c: MatrixMut<'_, T>,
    a: Matrix<'_, T>,
    b: Matrix<'_, T>,
    accumulate: bool,
) {
    let product = Product::new(c, a, b, accumulate);
    let share =
        threads.count() > 1 && product.rows * product.columns * product.depth >= WORTH_SHARING;
    if product.rows <= FEW_ROWS {
        let chunk = if share {
            product.columns.div_ceil(threads.count()).next_multiple_of(64)
        } else {
            product.columns
        };
        threads.run(product.columns.div_ceil(chunk.max(1)), |i| {
            let start = i * chunk;
            product.stream(start, product.columns.min(start + chunk));
        });
    } else if share {
        let (tile_rows, tile_columns) = tile_shape::<T>();
        let panels = product.columns.div_ceil(tile_columns);
        let blocks =
            (4 * threads.count()).div_ceil(panels).min(product.rows.div_ceil(4 * tile_rows));
        let block = product.rows.div_ceil(blocks).next_multiple_of(tile_rows);
        threads.run(panels * blocks, |task| {
            let first_row = (task / panels * block).min(product.rows);
            let last_row = (first_row + block).min(product.rows);
            product.panel(first_row, last_row, task % panels * tile_columns);
        });
    } else {
        product.all_panels();
    }
}

/// The gradient of a weight matrix and its bias, to be summed over sequences.
pub struct OuterProducts<'a, T> {
    /// Σ_s A_sᵀ·B_s `[m, n]`
    pub product: MatrixMut<'a, T>,
    /// Column sums of all B_s `[n]`, if wanted.
    pub bias: Option<&'a mut [T]>,
    /// Inputs A_s `[k_s, m]` and output gradients B_s `[k_s, n]`.
    pub pairs: Vec<(Matrix<'a, T>, Matrix<'a, T>)>,
}

/// Computes (or adds, if `accumulate`) several such sums, shared out among the threads.
///
/// Every element is summed up by one thread, sequence after sequence.
pub fn add_outer_products<T: Real>(
    threads: &Threads,
    mut jobs: Vec<OuterProducts<'_, T>>,
    accumulate: bool,
) {
    let (tile_rows, tile_columns) = tile_shape::<T>();
    let block = OUTER_TILES * tile_rows;
    let shapes: Vec<_> = jobs.iter().map(|job| (job.product.rows, job.product.columns)).collect();
    let products: Vec<OuterProduct<'_, T>> = jobs
        .iter_mut()
        .map(|job| OuterProduct {
            c: Pointer(job.product.data.as_mut_ptr()),
            c_row_stride: job.product.row_stride,
            bias: job.bias.as_deref_mut().map(|bias| Pointer(bias.as_mut_ptr())),
            pairs: &job.pairs,
        })
        .collect();
    let mut parts = Vec::new();
    for (product, (rows, columns)) in products.iter().zip(shapes) {
        for first_column in (0..columns).step_by(tile_columns) {
            let width = tile_columns.min(columns - first_column);
            for first_row in (0..rows).step_by(block) {
                parts.push((product, first_row, rows.min(first_row + block), first_column, width));
            }
        }
    }
    threads.run(parts.len(), |i| {
        let (product, first_row, last_row, first_column, columns) = parts[i];
        product.part(first_row, last_row, first_column, columns, accumulate);
    });
}

/// Tiles of one column panel that make a task.
const OUTER_TILES: usize = 11;

struct OuterProduct<'a, T> {
    c: Pointer<T>,
    c_row_stride: usize,
    bias: Option<Pointer<T>>,
    pairs: &'a [(Matrix<'a, T>, Matrix<'a, T>)],
}

impl<T: Real> OuterProduct<'_, T> {
    fn part(
        &self,
        first_row: usize,
        last_row: usize,
        first_column: usize,
        columns: usize,
        accumulate: bool,
    ) {
        for (index, &(a, b)) in self.pairs.iter().enumerate() {
            let product = Product {
                rows: last_row,
                columns: first_column + columns,
                depth: a.rows,
                a: a.t(),
                b,
                c: Pointer(self.c.0),
                c_row_stride: self.c_row_stride,
                accumulate: accumulate || index > 0,
            };
            product.panel(first_row, last_row, first_column);
            if let (Some(bias), 0) = (&self.bias, first_row) {
                // SAFETY: only the task with the panel's first rows writes these columns of the bias.
                let bias =
                    unsafe { std::slice::from_raw_parts_mut(bias.at(first_column), columns) };
                if !product.accumulate {
                    bias.fill(T::ZERO);
                }
                for row in 0..b.rows {
                    add(bias, &b.data[row * b.row_stride + first_column..][..columns]);
                }
            }
        }
    }
}

/// C = A·Bᵀ for A `[m, k]`, B `[n, k]`, both with contiguous rows: one dot product an element.
///
/// For the output matrix of a tied model, which is stored by token: every row is read once.
pub fn matmul_transposed<T: Real>(threads: &Threads, c: &mut [T], a: &[T], b: &[T], k: usize) {
    let (m, n) = (a.len() / k, b.len() / k);
    assert!(c.len() == m * n && a.len() == m * k && b.len() == n * k, "shapes do not fit");
    let pieces = if m * n * k < WORTH_SHARING { 1 } else { 4 * threads.count() };
    let chunk = n.div_ceil(pieces).max(1);
    let c = Pointer(c.as_mut_ptr());
    threads.run(n.div_ceil(chunk), |piece| {
        for j in piece * chunk..n.min((piece + 1) * chunk) {
            let row = &b[j * k..(j + 1) * k];
            for i in 0..m {
                // SAFETY: i < m and j < n, and only this task has this j.
                unsafe { *c.at(i * n + j) = dot(&a[i * k..(i + 1) * k], row) };
            }
        }
    });
}

/// A multiplication whose shapes have been checked, ready to be cut in parts.
struct Product<'a, T> {
    rows: usize,
    columns: usize,
    depth: usize,
    a: Matrix<'a, T>,
    b: Matrix<'a, T>,
    c: Pointer<T>,
    c_row_stride: usize,
    accumulate: bool,
}

// SAFETY: parts of a product that run at once write different elements of C.
unsafe impl<T: Real> Sync for Product<'_, T> {}

impl<'a, T: Real> Product<'a, T> {
    fn new(c: MatrixMut<'a, T>, a: Matrix<'a, T>, b: Matrix<'a, T>, accumulate: bool) -> Self {
        assert_eq!(a.columns, b.rows, "A has as many columns as B has rows");
        assert_eq!(
            (c.rows, c.columns),
            (a.rows, b.columns),
            "C has the rows of A and the columns of B"
        );
        assert!(b.column_stride == 1 || b.columns <= 1, "rows of B are contiguous");
        Self {
            rows: c.rows,
            columns: c.columns,
            depth: a.columns,
            a,
            b,
            c: Pointer(c.data.as_mut_ptr()),
            c_row_stride: c.row_stride,
            accumulate,
        }
    }

    fn all_panels(&self) {
        let (_, tile_columns) = tile_shape::<T>();
        for first_column in (0..self.columns).step_by(tile_columns) {
            self.panel(0, self.rows, first_column);
        }
    }

    /// Rows `first_row..last_row` of the panel of columns that begins at `first_column`.
    fn panel(&self, first_row: usize, last_row: usize, first_column: usize) {
        let (_, tile_columns) = tile_shape::<T>();
        let columns = tile_columns.min(self.columns - first_column);
        if self.depth == 0 && !self.accumulate {
            return self.clear(first_row, last_row, first_column, columns);
        }
        let rows = last_row - first_row;
        let mut panel = Panel::new();
        for start in (0..self.depth).step_by(DEPTH) {
            let depth = DEPTH.min(self.depth - start);
            let b = self.b.data.as_ptr().wrapping_add(start * self.b.row_stride + first_column);
            let mut operands = TileOperands {
                depth,
                a: self
                    .a
                    .data
                    .as_ptr()
                    .wrapping_add(first_row * self.a.row_stride + start * self.a.column_stride),
                a_row_stride: self.a.row_stride,
                a_column_stride: self.a.column_stride,
                b,
                b_row_stride: self.b.row_stride,
                c: self.c.at(first_row * self.c_row_stride + first_column),
                c_row_stride: self.c_row_stride,
                accumulate: self.accumulate || start > 0,
            };
            if columns < tile_columns || rows >= WORTH_PACKING {
                // SAFETY: B has these rows and columns (checked when the view was made).
                (operands.b, operands.b_row_stride) =
                    unsafe { panel.pack(operands, columns, tile_columns) };
            }
            // SAFETY: the views cover these rows and columns; a packed panel is as wide as a tile.
            unsafe {
                if columns == tile_columns {
                    tiles(rows, operands);
                } else {
                    narrow_tiles(rows, columns, operands);
                }
            }
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

    /// The given columns of all rows, reading each row of B once, front to back.
    fn stream(&self, first_column: usize, last_column: usize) {
        let columns = last_column - first_column;
        for row in 0..self.rows {
            // SAFETY: within C, and no other part has these columns.
            let c = unsafe {
                std::slice::from_raw_parts_mut(
                    self.c.at(row * self.c_row_stride + first_column),
                    columns,
                )
            };
            if !self.accumulate {
                c.fill(T::ZERO);
            }
        }
        for start in (0..self.depth).step_by(8) {
            let end = (start + 8).min(self.depth);
            for row in 0..self.rows {
                // SAFETY: as above.
                let c = unsafe {
                    std::slice::from_raw_parts_mut(
                        self.c.at(row * self.c_row_stride + first_column),
                        columns,
                    )
                };
                let a = |p: usize| self.a.data[row * self.a.row_stride + p * self.a.column_stride];
                let b = |p: usize| &self.b.data[p * self.b.row_stride + first_column..][..columns];
                if end - start == 8 {
                    let factors: [T; 8] = std::array::from_fn(|i| a(start + i));
                    let rows: [&[T]; 8] = std::array::from_fn(|i| b(start + i));
                    add_eight_rows(c, &factors, &rows);
                } else {
                    for p in start..end {
                        add_row(c, a(p), b(p));
                    }
                }
            }
        }
    }
}

kernel! {
    /// c += factor · row.
    fn add_row<T: Real>(c: &mut [T], factor: T, row: &[T]) {
        for (c, &b) in c.iter_mut().zip(row) {
            *c = multiply_add::<T, FMA>(factor, b, *c);
        }
    }
}

kernel! {
    /// c += Σ_i factors[i] · rows[i], in the order of i.
    fn add_eight_rows<T: Real>(c: &mut [T], factors: &[T; 8], rows: &[&[T]; 8]) {
        let n = c.len();
        let [r0, r1, r2, r3, r4, r5, r6, r7] = rows.map(|row| &row[..n]);
        let [f0, f1, f2, f3, f4, f5, f6, f7] = *factors;
        for j in 0..n {
            let mut sum = multiply_add::<T, FMA>(f0, r0[j], c[j]);
            sum = multiply_add::<T, FMA>(f1, r1[j], sum);
            sum = multiply_add::<T, FMA>(f2, r2[j], sum);
            sum = multiply_add::<T, FMA>(f3, r3[j], sum);
            sum = multiply_add::<T, FMA>(f4, r4[j], sum);
            sum = multiply_add::<T, FMA>(f5, r5[j], sum);
            sum = multiply_add::<T, FMA>(f6, r6[j], sum);
            c[j] = multiply_add::<T, FMA>(f7, r7[j], sum);
        }
    }
}

/// a·b + c as the tiles compute it on this machine.
#[inline(always)]
fn multiply_add<T: Real, const FMA: bool>(a: T, b: T, c: T) -> T {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

/// Rows and columns of a full tile for this type on this machine.
fn tile_shape<T: Real>() -> (usize, usize) {
    match Isa::of_this_machine() {
        Isa::Avx512 => tile::WIDE,
        Isa::Avx2 | Isa::Baseline => tile::NARROW,
    }
}

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

/// Room for a panel of B, its rows one behind the other, where tiles find it in the L1 cache.
struct Panel<T>(MaybeUninit<[T; DEPTH * tile::WIDE.1]>);

impl<T: Real> Panel<T> {
    fn new() -> Self {
        Self(MaybeUninit::uninit())
    }

    /// Copies `columns` columns of B and fills up with zeros to `width`; where the copy begins, and its stride.
    ///
    /// # Safety
    /// `o` must describe memory of `columns` columns and at most [`DEPTH`] rows.
    unsafe fn pack(
        &mut self,
        o: TileOperands<T>,
        columns: usize,
        width: usize,
    ) -> (*const T, usize) {
        let to = self.0.as_mut_ptr().cast::<T>();
        for p in 0..o.depth {
            let row = to.wrapping_add(p * width);
            // SAFETY: the caller's rows; `to` has room for DEPTH rows of the widest tile.
            unsafe {
                if columns == tile::WIDE.1 {
                    // A constant length: two vector moves instead of a call.
                    std::ptr::copy_nonoverlapping(o.b.add(p * o.b_row_stride), row, tile::WIDE.1);
                } else {
                    std::ptr::copy_nonoverlapping(o.b.add(p * o.b_row_stride), row, columns);
                    (columns..width).for_each(|j| *row.add(j) = T::ZERO);
                }
            }
        }
        (to, width)
    }
}

/// A panel narrower than a tile (B has been packed to full width): C is computed aside and copied.
///
/// # Safety
/// `o` must describe memory of `rows` rows and, for C, `columns` columns.
unsafe fn narrow_tiles<T: Real>(rows: usize, columns: usize, o: TileOperands<T>) {
    const WIDTH: usize = tile::WIDE.1;
    let mut aside = [T::ZERO; tile::WIDE.0 * WIDTH];
    let (tile_rows, _) = tile_shape::<T>();
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
            tiles(count, TileOperands { a, c: aside.as_mut_ptr(), c_row_stride: WIDTH, ..o });
            for i in 0..count {
                let row = c.wrapping_add(i * o.c_row_stride);
                std::ptr::copy_nonoverlapping(aside.as_ptr().add(i * WIDTH), row, columns);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt as _, SeedableRng as _};

    fn random(rng: &mut ChaCha8Rng, len: usize) -> Vec<f64> {
        (0..len).map(|_| rng.random_range(-1.0..1.0)).collect()
    }

    fn by_definition(a: &[f64], b: &[f64], m: usize, k: usize, n: usize) -> Vec<f64> {
        let element = |i: usize, j: usize| (0..k).map(|p| a[i * k + p] * b[p * n + j]).sum();
        (0..m * n).map(|at| element(at / n, at % n)).collect()
    }

    fn close<T: Real>(got: &[T], expected: &[f64], tolerance: f64) {
        for (at, (g, e)) in got.iter().zip(expected).enumerate() {
            assert!((g.to_f64() - e).abs() < tolerance, "element {at}: {g} is not {e}");
        }
    }

    fn check_shape<T: Real>(m: usize, k: usize, n: usize, tolerance: f64) {
        let mut rng = ChaCha8Rng::seed_from_u64((m * 1000 + k * 100 + n) as u64);
        let (a, b) = (random(&mut rng, m * k), random(&mut rng, k * n));
        let expected = by_definition(&a, &b, m, k, n);
        let cast = |x: &[f64]| x.iter().map(|&v| T::of(v)).collect::<Vec<T>>();
        let (a, b) = (cast(&a), cast(&b));
        let mut first: Option<Vec<T>> = None;
        for threads in [Threads::serial(), Threads::new(3)] {
            let mut c = vec![T::ONE; m * n];
            matmul(
                &threads,
                MatrixMut::new(&mut c, m, n),
                Matrix::new(&a, m, k),
                Matrix::new(&b, k, n),
                false,
            );
            close(&c, &expected, tolerance);
            matmul(
                &threads,
                MatrixMut::new(&mut c, m, n),
                Matrix::new(&a, m, k),
                Matrix::new(&b, k, n),
                true,
            );
            let twice: Vec<f64> = expected.iter().map(|e| 2.0 * e).collect();
            close(&c, &twice, tolerance);
            assert!(
                first.get_or_insert_with(|| c.clone()) == &c,
                "threads change the bits of [{m}, {k}, {n}]"
            );
            let mut b_t = vec![T::ZERO; k * n];
            super::super::rows::transpose(&mut b_t, &b, k, n);
            matmul_transposed(&threads, &mut c, &a, &b_t, k);
            close(&c, &expected, tolerance);
        }
        let mut a_t = vec![T::ZERO; m * k];
        super::super::rows::transpose(&mut a_t, &a, m, k);
        let mut c = vec![T::ONE; m * n];
        let pair = (Matrix::new(&a_t, k, m), Matrix::new(&b, k, n));
        let mut bias = vec![T::ONE; n];
        let job = OuterProducts {
            product: MatrixMut::new(&mut c, m, n),
            bias: Some(&mut bias),
            pairs: vec![pair, pair],
        };
        add_outer_products(&Threads::new(2), vec![job], false);
        close(&c, &expected.iter().map(|e| 2.0 * e).collect::<Vec<_>>(), tolerance);
        let sums: Vec<f64> =
            (0..n).map(|j| (0..k).map(|p| 2.0 * b[p * n + j].to_f64()).sum()).collect();
        close(&bias, &sums, tolerance);
    }

    #[test]
    fn products_follow_the_definition_for_awkward_shapes() {
        for (m, k, n) in [
            (1, 1, 1),
            (1, 7, 33),
            (3, 300, 65),
            (5, 9, 31),
            (7, 8, 16),
            (13, 257, 32),
            (61, 40, 97),
            (200, 130, 70),
        ] {
            check_shape::<f64>(m, k, n, 1e-12);
            check_shape::<f32>(m, k, n, 1e-4);
        }
    }

    #[test]
    fn a_row_does_not_depend_on_the_rows_beside_it() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let (k, n) = (70, 45);
        let cast = |x: Vec<f64>| x.into_iter().map(|v| v as f32).collect::<Vec<f32>>();
        let (a, b) = (cast(random(&mut rng, 40 * k)), cast(random(&mut rng, k * n)));
        let rows = |m: usize| {
            let mut c = vec![0f32; m * n];
            matmul(
                &Threads::serial(),
                MatrixMut::new(&mut c, m, n),
                Matrix::new(&a[..m * k], m, k),
                Matrix::new(&b, k, n),
                false,
            );
            c
        };
        let all = rows(40);
        for m in 1..40 {
            assert_eq!(rows(m), all[..m * n], "{m} rows");
        }
    }

    #[test]
    fn strided_views_reach_only_their_part() {
        // Columns 1..3 of a [2, 4] matrix, times the identity, into columns 2..4 of another.
        let a: Vec<f64> = (0..8).map(f64::from).collect();
        let mut c = vec![9.0; 8];
        let identity = [1.0, 0.0, 0.0, 1.0];
        matmul(
            &Threads::serial(),
            MatrixMut::strided(&mut c[2..], 2, 2, 4),
            Matrix::strided(&a[1..], 2, 2, 4),
            Matrix::new(&identity, 2, 2),
            false,
        );
        assert_eq!(c, [9.0, 9.0, 1.0, 2.0, 9.0, 9.0, 5.0, 6.0]);
    }
}
