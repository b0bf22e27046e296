//! The innermost loops of matrix multiplication: one small tile of the result, held in registers.

use super::real::Real;
use super::register::{Portable, Register};

/// Rows of a full tile where vectors are 512 bits wide (14 x 32 sums fill 28 of 32 registers).
pub(super) const WIDE: (usize, usize) = (14, 32);
/// Rows and columns of a full tile elsewhere (6 x 16 sums fill 12 of 16 registers).
pub(super) const NARROW: (usize, usize) = (6, 16);

/// Where a tile's operands begin, and how far apart their rows and columns are.
#[derive(Clone, Copy)]
pub(super) struct TileOperands<T> {
    /// Products summed up for each element.
    pub depth: usize,
    pub a: *const T,
    pub a_row_stride: usize,
    pub a_column_stride: usize,
    /// Rows of B are contiguous.
    pub b: *const T,
    pub b_row_stride: usize,
    pub c: *mut T,
    pub c_row_stride: usize,
    pub start: TileStart<T>,
    pub ahead: [Ahead<T>; 2],
}

/// Memory that will be needed soon: a tile asks for a line of it with each product that it adds, so that
/// the lines come in while it computes.
#[derive(Clone, Copy)]
pub(super) struct Ahead<T> {
    pub from: *const T,
    /// Numbers from one line to the next.
    pub step: usize,
}

/// What the sums of a tile start from.
#[derive(Clone, Copy)]
pub(super) enum TileStart<T> {
    Zero,
    /// What C holds.
    Sums,
    /// The same row of numbers for every row of C.
    Row(*const T),
}

/// C[i][j] = start + Σ_p A[i][p] · B[p][j] for a tile of `ROWS` rows and `ACROSS` registers.
///
/// The products are added in the order of p, one by one, whatever the size of the tile: that is
/// why an element does not depend on how a matrix was cut into tiles.
///
/// # Safety
/// `o` must describe memory that may be read (A, B) and written (C) for the whole tile; the machine
/// must have the registers.
#[inline(always)]
unsafe fn tile<T: Real, R: Register<T>, const ROWS: usize, const ACROSS: usize>(
    o: TileOperands<T>,
) {
    let width = R::NUMBERS;
    // SAFETY: the caller vouches for every address below.
    unsafe {
        let mut sums = [[R::zero(); ACROSS]; ROWS];
        match o.start {
            TileStart::Zero => {}
            TileStart::Sums => {
                for (i, row) in sums.iter_mut().enumerate() {
                    for (j, sum) in row.iter_mut().enumerate() {
                        *sum = R::load(o.c.add(i * o.c_row_stride + j * width));
                    }
                }
            }
            TileStart::Row(start) => {
                for row in &mut sums {
                    for (j, sum) in row.iter_mut().enumerate() {
                        *sum = R::load(start.add(j * width));
                    }
                }
            }
        }
        for p in 0..o.depth {
            o.ahead.iter().for_each(|ahead| fetch(ahead.from.wrapping_add(p * ahead.step)));
            let b_row = o.b.add(p * o.b_row_stride);
            let mut b = [R::zero(); ACROSS];
            for (j, b) in b.iter_mut().enumerate() {
                *b = R::load(b_row.add(j * width));
            }
            for (i, row) in sums.iter_mut().enumerate() {
                let a = R::all(*o.a.add(i * o.a_row_stride + p * o.a_column_stride));
                for (sum, b) in row.iter_mut().zip(b) {
                    *sum = sum.plus_product(a, b);
                }
            }
        }
        for (i, row) in sums.iter().enumerate() {
            for (j, sum) in row.iter().enumerate() {
                sum.store(o.c.add(i * o.c_row_stride + j * width));
            }
        }
    }
}

/// Asks for the cache line of a number; a wish, without any effect on results.
#[inline(always)]
pub(super) fn fetch<T>(number: *const T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch never faults, wherever it points.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(number.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = number;
}

/// Compiles [`tile`] for one instruction set, for `rows` from a full tile down to one row.
macro_rules! tiles {
    ($name:ident, $register:ty, $across:expr, [$($rows:literal),*] $(, $features:literal)?) => {
        /// Computes the first rows of a tile; returns how many (at most `rows`).
        ///
        /// # Safety
        /// As for [`tile`]; the machine must have the instructions named.
        $(#[target_feature(enable = $features)])?
        pub(super) unsafe fn $name<T: Real>(rows: usize, o: TileOperands<T>) -> usize {
            $(
                if rows >= $rows {
                    // SAFETY: passed on from the caller.
                    unsafe { tile::<T, $register, $rows, { $across }>(o) };
                    return $rows;
                }
            )*
            0
        }
    };
}

#[cfg(target_arch = "x86_64")]
tiles!(avx512, T::Avx512, 2, [14, 12, 8, 4, 2, 1], "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma");
#[cfg(target_arch = "x86_64")]
tiles!(avx2, T::Avx2, 2, [6, 4, 2, 1], "avx2,fma");
tiles!(baseline, Portable<T>, 4, [6, 4, 2, 1]);
