//! Vector registers, as the innermost loops of multiplication use them.
//!
//! Left to itself, the compiler does not keep a tile's sums in the 16 registers of AVX2; so on x86-64
//! the instructions are named.

use super::isa::Isa;
use super::real::Real;

/// A row of `NUMBERS` numbers that are worked on at once.
///
/// # Safety
/// Every function needs a machine with the register's instructions, and pointers that are good for
/// `NUMBERS` numbers.
pub trait Register<T>: Copy {
    const NUMBERS: usize;
    unsafe fn zero() -> Self;
    unsafe fn load(from: *const T) -> Self;
    unsafe fn store(self, to: *mut T);
    /// The same number in every place.
    unsafe fn all(number: T) -> Self;
    /// `self + a * b`, rounded once where the machine can.
    unsafe fn plus_product(self, a: Self, b: Self) -> Self;
}

/// The registers of a kind of number on this architecture: 16 numbers for AVX-512, 8 for AVX2.
pub trait Registers: Sized {
    #[cfg(target_arch = "x86_64")]
    type Avx512: Register<Self>;
    #[cfg(target_arch = "x86_64")]
    type Avx2: Register<Self>;
}

/// A register of any machine; the compiler finds the instructions.
#[derive(Clone, Copy)]
pub struct Portable<T>([T; 4]);

impl<T: Real> Register<T> for Portable<T> {
    const NUMBERS: usize = 4;
    #[inline(always)]
    unsafe fn zero() -> Self {
        Self([T::ZERO; 4])
    }
    #[inline(always)]
    unsafe fn load(from: *const T) -> Self {
        // SAFETY: the caller's pointer is good for four numbers.
        Self(unsafe { from.cast::<[T; 4]>().read_unaligned() })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut T) {
        // SAFETY: as above.
        unsafe { to.cast::<[T; 4]>().write_unaligned(self.0) };
    }
    #[inline(always)]
    unsafe fn all(number: T) -> Self {
        Self([number; 4])
    }
    #[inline(always)]
    unsafe fn plus_product(mut self, a: Self, b: Self) -> Self {
        const FMA: bool = Isa::Baseline.has_fused_multiply_add();
        for ((sum, a), b) in self.0.iter_mut().zip(a.0).zip(b.0) {
            *sum = if FMA { a.mul_add(b, *sum) } else { a * b + *sum };
        }
        self
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Register, Registers};
    use std::arch::x86_64::*;

    macro_rules! register {
        ($number:ty, $register:ident, $count:literal, $zero:ident, $load:ident, $store:ident, $all:ident, $fma:ident) => {
            impl Register<$number> for $register {
                const NUMBERS: usize = $count;
                #[inline(always)]
                unsafe fn zero() -> Self {
                    // SAFETY: the caller vouches for the instructions and the pointers, here and below.
                    unsafe { $zero() }
                }
                #[inline(always)]
                unsafe fn load(from: *const $number) -> Self {
                    // SAFETY: see above.
                    unsafe { $load(from) }
                }
                #[inline(always)]
                unsafe fn store(self, to: *mut $number) {
                    // SAFETY: see above.
                    unsafe { $store(to, self) }
                }
                #[inline(always)]
                unsafe fn all(number: $number) -> Self {
                    // SAFETY: see above.
                    unsafe { $all(number) }
                }
                #[inline(always)]
                unsafe fn plus_product(self, a: Self, b: Self) -> Self {
                    // SAFETY: see above.
                    unsafe { $fma(a, b, self) }
                }
            }
        };
    }

    register!(
        f32,
        __m256,
        8,
        _mm256_setzero_ps,
        _mm256_loadu_ps,
        _mm256_storeu_ps,
        _mm256_set1_ps,
        _mm256_fmadd_ps
    );
    register!(
        f64,
        __m256d,
        4,
        _mm256_setzero_pd,
        _mm256_loadu_pd,
        _mm256_storeu_pd,
        _mm256_set1_pd,
        _mm256_fmadd_pd
    );
    register!(
        f32,
        __m512,
        16,
        _mm512_setzero_ps,
        _mm512_loadu_ps,
        _mm512_storeu_ps,
        _mm512_set1_ps,
        _mm512_fmadd_ps
    );
    register!(
        f64,
        __m512d,
        8,
        _mm512_setzero_pd,
        _mm512_loadu_pd,
        _mm512_storeu_pd,
        _mm512_set1_pd,
        _mm512_fmadd_pd
    );

    impl Registers for f32 {
        type Avx512 = __m512;
        type Avx2 = __m256;
    }

    impl Registers for f64 {
        type Avx512 = Pair<__m512d>;
        type Avx2 = Pair<__m256d>;
    }

    /// Two registers as one: as many numbers of twice the size.
    #[derive(Clone, Copy)]
    pub struct Pair<R>(R, R);

    impl<T, R: Register<T>> Register<T> for Pair<R> {
        const NUMBERS: usize = 2 * R::NUMBERS;
        #[inline(always)]
        unsafe fn zero() -> Self {
            // SAFETY: the caller vouches for everything, here and below.
            unsafe { Self(R::zero(), R::zero()) }
        }
        #[inline(always)]
        unsafe fn load(from: *const T) -> Self {
            // SAFETY: see above.
            unsafe { Self(R::load(from), R::load(from.add(R::NUMBERS))) }
        }
        #[inline(always)]
        unsafe fn store(self, to: *mut T) {
            // SAFETY: see above.
            unsafe {
                self.0.store(to);
                self.1.store(to.add(R::NUMBERS));
            }
        }
        #[inline(always)]
        unsafe fn all(number: T) -> Self {
            // SAFETY: see above.
            unsafe {
                let one = R::all(number);
                Self(one, one)
            }
        }
        #[inline(always)]
        unsafe fn plus_product(self, a: Self, b: Self) -> Self {
            // SAFETY: see above.
            unsafe { Self(self.0.plus_product(a.0, b.0), self.1.plus_product(a.1, b.1)) }
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
impl Registers for f32 {}
#[cfg(not(target_arch = "x86_64"))]
impl Registers for f64 {}
