//! Products of a few rows with a large matrix: all the time goes into reading the matrix.

use super::matrix::Matrix;
use super::product::{Product, Start};
use super::real::Real;
use super::tile::fetch;

/// A matrix with more numbers than this does not fit a core's cache: it is read front to back.
pub(super) const FITS_THE_CACHE: usize = 1 << 19;

/// The given columns of all rows of C.
///
/// Sums run in the same order as in tiles: the results are the same to the bit.
pub(super) fn stream<T: Real>(
    product: &Product<'_, T>,
    b: Matrix<'_, T>,
    first: usize,
    last: usize,
) {
    if first == last || product.depth == 0 {
        return product.clear_if_zero(first, last);
    }
    for row in 0..product.rows {
        let start = product.c.at(row * product.c_row_stride + first);
        // SAFETY: within C, and no other part has these columns.
        let c = unsafe { std::slice::from_raw_parts_mut(start, last - first) };
        match product.start {
            Start::Zero => c.fill(T::ZERO),
            Start::Sums => {}
            Start::Bias(bias) => c.copy_from_slice(&bias[first..last]),
        }
        let a = &product.a.data[row * product.a.row_stride..];
        let b_from_first = &b.data[first..];
        let strides = (product.a.column_stride, b.row_stride);
        if product.depth * product.columns <= FITS_THE_CACHE {
            add_by_columns(c, a, b_from_first, product.depth, strides);
        } else {
            add_by_rows(c, a, b_from_first, product.depth, strides);
        }
    }
}

/// Columns whose sums stay in registers.
const WIDE: usize = 128;
/// The same at the edge.
const NARROW: usize = 16;

kernel! {
    /// c += Σ_p a[p] · b[p], some columns after the other: nothing but B is read in the inner loop.
    fn add_by_columns<T: Real>(c: &mut [T], a: &[T], b: &[T], depth: usize, strides: (usize, usize)) {
        let mut column = 0;
        for c in c.chunks_mut(WIDE) {
            let b = &b[column..];
            column += c.len();
            if let Ok(c) = <&mut [T; WIDE]>::try_from(&mut *c) {
                add_columns_of::<T, FMA, WIDE>(c, a, b, depth, strides);
                continue;
            }
            for (i, c) in c.chunks_mut(NARROW).enumerate() {
                let b = &b[i * NARROW..];
                if let Ok(c) = <&mut [T; NARROW]>::try_from(&mut *c) {
                    add_columns_of::<T, FMA, NARROW>(c, a, b, depth, strides);
                    continue;
                }
                for (j, c) in c.iter_mut().enumerate() {
                    for p in 0..depth {
                        *c = multiply_add::<T, FMA>(a[p * strides.0], b[p * strides.1 + j], *c);
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn add_columns_of<T: Real, const FMA: bool, const COLUMNS: usize>(
    c: &mut [T; COLUMNS],
    a: &[T],
    b: &[T],
    depth: usize,
    (a_stride, b_stride): (usize, usize),
) {
    let mut sums = *c;
    for p in 0..depth {
        let Ok(row) = <&[T; COLUMNS]>::try_from(&b[p * b_stride..][..COLUMNS]) else { return };
        let factor = a[p * a_stride];
        for j in 0..COLUMNS {
            sums[j] = multiply_add::<T, FMA>(factor, row[j], sums[j]);
        }
    }
    *c = sums;
}

/// Rows of B that are read side by side.
const AT_ONCE: usize = 8;
/// Columns of the next rows that are fetched at once.
const FETCHED: usize = 128;

kernel! {
    /// c += Σ_p a[p] · b[p], some rows of B at a time, while the next ones are fetched from memory.
    fn add_by_rows<T: Real>(c: &mut [T], a: &[T], b: &[T], depth: usize, strides: (usize, usize)) {
        let (a_stride, b_stride) = strides;
        let n = c.len();
        let whole = depth - depth % AT_ONCE;
        for start in (0..whole).step_by(AT_ONCE) {
            let f: [T; AT_ONCE] = std::array::from_fn(|i| a[(start + i) * a_stride]);
            let r: [&[T]; AT_ONCE] = std::array::from_fn(|i| &b[(start + i) * b_stride..][..n]);
            for first in (0..n).step_by(FETCHED) {
                let last = n.min(first + FETCHED);
                for row in r {
                    let next = row.as_ptr().wrapping_add(AT_ONCE * b_stride);
                    (first..last).step_by(64 / size_of::<T>()).for_each(|j| fetch(next.wrapping_add(j)));
                }
                let [r0, r1, r2, r3, r4, r5, r6, r7] = r.map(|row| &row[first..last]);
                for (j, c) in c[first..last].iter_mut().enumerate() {
                    let mut sum = multiply_add::<T, FMA>(f[0], r0[j], *c);
                    sum = multiply_add::<T, FMA>(f[1], r1[j], sum);
                    sum = multiply_add::<T, FMA>(f[2], r2[j], sum);
                    sum = multiply_add::<T, FMA>(f[3], r3[j], sum);
                    sum = multiply_add::<T, FMA>(f[4], r4[j], sum);
                    sum = multiply_add::<T, FMA>(f[5], r5[j], sum);
                    sum = multiply_add::<T, FMA>(f[6], r6[j], sum);
                    *c = multiply_add::<T, FMA>(f[7], r7[j], sum);
                }
            }
        }
        for p in whole..depth {
            for (c, &b) in c.iter_mut().zip(&b[p * b_stride..][..n]) {
                *c = multiply_add::<T, FMA>(a[p * a_stride], b, *c);
            }
        }
    }
}

/// a·b + c as tiles compute it.
#[inline(always)]
fn multiply_add<T: Real, const FMA: bool>(a: T, b: T, c: T) -> T {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}
