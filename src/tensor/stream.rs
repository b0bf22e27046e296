//! Products of a few rows with a large matrix: all the time goes into reading the matrix.

use super::matrix::Matrix;
use super::product::{Product, Start};
use super::real::Real;

/// The given columns of all rows of C, reading each row of B once, front to back.
///
/// Sums run in the same order as in tiles: the results are the same to the bit.
pub(super) fn stream<T: Real>(
    product: &Product<'_, T>,
    b: Matrix<'_, T>,
    first_column: usize,
    last_column: usize,
) {
    let columns = last_column - first_column;
    let row_of_c = |row: usize| {
        let start = product.c.at(row * product.c_row_stride + first_column);
        // SAFETY: within C, and no other part has these columns.
        unsafe { std::slice::from_raw_parts_mut(start, columns) }
    };
    for row in 0..product.rows {
        match product.start {
            Start::Zero => row_of_c(row).fill(T::ZERO),
            Start::Sums => {}
            Start::Bias(bias) => row_of_c(row).copy_from_slice(&bias[first_column..last_column]),
        }
    }
    let a = |row: usize, p: usize| {
        product.a.data[row * product.a.row_stride + p * product.a.column_stride]
    };
    let row_of_b = |p: usize| &b.data[p * b.row_stride + first_column..][..columns];
    for start in (0..product.depth).step_by(AT_ONCE) {
        let end = (start + AT_ONCE).min(product.depth);
        for row in 0..product.rows {
            let c = row_of_c(row);
            if end - start == AT_ONCE {
                let factors = std::array::from_fn(|i| a(row, start + i));
                let rows = std::array::from_fn(|i| row_of_b(start + i));
                add_rows(c, &factors, &rows);
            } else {
                (start..end).for_each(|p| add_row(c, a(row, p), row_of_b(p)));
            }
        }
    }
}

/// Rows of B that are read side by side.
const AT_ONCE: usize = 8;

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
    fn add_rows<T: Real>(c: &mut [T], factors: &[T; AT_ONCE], rows: &[&[T]; AT_ONCE]) {
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

/// a·b + c as tiles compute it.
#[inline(always)]
fn multiply_add<T: Real, const FMA: bool>(a: T, b: T, c: T) -> T {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}
