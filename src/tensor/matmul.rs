//! Matrix multiplication, where a transformer spends nearly all of its time.
//!
//! The result is cut into panels of columns, a panel into tiles whose sums stay in registers
//! (Goto and van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication").

use super::matrix::{Matrix, MatrixMut};
use super::product::{Product, Right, Start, tile_shape};
use super::real::Real;
use super::rows::dot;
use super::stream::{FITS_THE_CACHE, stream};
use super::threads::{Pointer, Threads};
use super::tile::fetch;

/// Up to this many rows, B is streamed through once instead of being cut into panels.
const FEW_ROWS: usize = 6;
/// Multiplications that are worth sharing with another thread.
const WORTH_SHARING: usize = 1 << 18;
/// The same where one row meets a matrix, and the time goes into reading it.
const WORTH_SHARING_A_ROW: usize = 1 << 15;
/// Rows between the one that meets A in [`matmul_transposed`] and the one that is fetched
/// from memory meanwhile.
const ROWS_AHEAD: usize = 2;

/// C = start + A·B, for A `[m, k]`, B `[k, n]`, C `[m, n]`.
///
/// Each element is summed up in the order of k, so its value depends neither on the other rows
/// nor on the threads. B is a [`Matrix`] with contiguous rows or a [`super::Packed`] one.
///
/// # Panics
/// If the shapes do not fit.
pub fn matmul<'a, T: Real>(
    threads: &Threads,
    c: MatrixMut<'a, T>,
    a: Matrix<'a, T>,
    b: impl Into<Right<'a, T>>,
    start: Start<'a, T>,
) {
    let product = Product::new(c, a, b.into(), start);
    let Product { rows, columns, depth, .. } = product;
    match product.b {
        Right::Plain(b) if rows <= FEW_ROWS => {
            if threads.count() == 1 || columns * depth < WORTH_SHARING_A_ROW {
                return stream(&product, b, 0, columns);
            }
            let chunk = columns.div_ceil(threads.count()).next_multiple_of(32);
            threads.run_at_home(|i| {
                let (first, last) = ((i * chunk).min(columns), ((i + 1) * chunk).min(columns));
                stream(&product, b, first, last);
            });
        }
        _ if threads.count() > 1 && rows * columns * depth >= WORTH_SHARING => {
            let (tile_rows, tile_columns) = tile_shape();
            let panels = columns.div_ceil(tile_columns);
            let blocks = (4 * threads.count()).div_ceil(panels).min(rows.div_ceil(4 * tile_rows));
            let block = rows.div_ceil(blocks).next_multiple_of(tile_rows);
            threads.run(panels * blocks, |task| {
                let first_row = (task / panels * block).min(rows);
                product.panel(first_row, rows.min(first_row + block), task % panels * tile_columns);
            });
        }
        _ => product.whole(),
    }
}

/// C = A·Bᵀ for A `[m, k]`, B `[n, k]`, both with contiguous rows: one dot product an element.
///
/// For the output matrix of a tied model, which is stored by token: every row is read once.
pub fn matmul_transposed<T: Real>(threads: &Threads, c: &mut [T], a: &[T], b: &[T], k: usize) {
    let (m, n) = (a.len() / k, b.len() / k);
    assert!(c.len() == m * n && a.len() == m * k && b.len() == n * k, "shapes do not fit");
    let chunk = n.div_ceil(threads.count());
    let c = Pointer(c.as_mut_ptr());
    let from_memory = n * k > FITS_THE_CACHE;
    let columns = |first: usize, last: usize| {
        for j in first..last {
            let row = &b[j * k..(j + 1) * k];
            if from_memory {
                let ahead = row.as_ptr().wrapping_add(ROWS_AHEAD * k);
                (0..k).step_by(64 / size_of::<T>()).for_each(|p| fetch(ahead.wrapping_add(p)));
            }
            for i in 0..m {
                // SAFETY: i < m and j < n, and only this task has this j.
                unsafe { *c.at(i * n + j) = dot(&a[i * k..(i + 1) * k], row) };
            }
        }
    };
    if threads.count() == 1 || m * n * k < WORTH_SHARING_A_ROW {
        return columns(0, n);
    }
    threads.run_at_home(|i| columns((i * chunk).min(n), ((i + 1) * chunk).min(n)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensor::{OuterProducts, Packed, add_outer_products};
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
                Start::Zero,
            );
            close(&c, &expected, tolerance);
            matmul(
                &threads,
                MatrixMut::new(&mut c, m, n),
                Matrix::new(&a, m, k),
                Matrix::new(&b, k, n),
                Start::Sums,
            );
            let twice: Vec<f64> = expected.iter().map(|e| 2.0 * e).collect();
            close(&c, &twice, tolerance);
            assert!(
                first.get_or_insert_with(|| c.clone()) == &c,
                "threads change the bits of [{m}, {k}, {n}]"
            );
            let mut packed = Packed::new(k, n);
            packed.pack(Matrix::new(&b, k, n));
            let mut d = vec![T::ZERO; m * n];
            matmul(
                &threads,
                MatrixMut::new(&mut d, m, n),
                Matrix::new(&a, m, k),
                &packed,
                Start::Zero,
            );
            close(&d, &expected, tolerance);
            let mut b_t = vec![T::ZERO; k * n];
            super::super::rows::transpose(&mut b_t, &b, k, n, n);
            packed.pack(Matrix::new(&b_t, n, k).t());
            matmul(
                &threads,
                MatrixMut::new(&mut d, m, n),
                Matrix::new(&a, m, k),
                &packed,
                Start::Zero,
            );
            close(&d, &expected, tolerance);
            matmul_transposed(&threads, &mut c, &a, &b_t, k);
            close(&c, &expected, tolerance);
        }
        let mut a_t = vec![T::ZERO; m * k];
        super::super::rows::transpose(&mut a_t, &a, m, k, k);
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
                Start::Zero,
            );
            c
        };
        let all = rows(40);
        for m in 1..40 {
            assert_eq!(rows(m), all[..m * n], "{m} rows");
        }
    }

    #[test]
    fn a_gradient_without_positions_is_zero() {
        for rows in [0, 3] {
            let (a, b) = (vec![1.0f64; rows * 2], vec![1.0; rows * 5]);
            let (mut c, mut bias) = (vec![9.0; 10], vec![9.0; 5]);
            let empty: (Matrix<'_, f64>, Matrix<'_, f64>) =
                (Matrix::new(&[], 0, 2), Matrix::new(&[], 0, 5));
            let job = OuterProducts {
                product: MatrixMut::new(&mut c, 2, 5),
                bias: Some(&mut bias),
                pairs: vec![empty, (Matrix::new(&a, rows, 2), Matrix::new(&b, rows, 5))],
            };
            add_outer_products(&Threads::serial(), vec![job], false);
            assert_eq!((c, bias), (vec![rows as f64; 10], vec![rows as f64; 5]));
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
            Start::Zero,
        );
        assert_eq!(c, [9.0, 9.0, 1.0, 2.0, 9.0, 9.0, 5.0, 6.0]);
    }
}
