//! The numbers of the engine: `f32` for work, `f64` to check it.

use std::fmt::{Debug, Display};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// A floating-point number that the engine can compute with.
pub trait Real:
    Copy
    + Default
    + PartialOrd
    + Debug
    + Display
    + Send
    + Sync
    + Sum
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + super::register::Registers
    + 'static
{
    const ZERO: Self;
    const ONE: Self;
    const NEG_INFINITY: Self;

    /// The nearest number of this type.
    fn of(value: f64) -> Self;
    fn to_f64(self) -> f64;
    /// `self * factor + term`, rounded once.
    fn mul_add(self, factor: Self, term: Self) -> Self;
    fn sqrt(self) -> Self;
    fn ln(self) -> Self;
    /// e to the power `self`; for `f32` written so that the compiler can vectorise it, with fused
    /// multiply-add if `FMA` says that the machine has it.
    fn exp<const FMA: bool>(self) -> Self;
    fn max(self, other: Self) -> Self;
    fn is_finite(self) -> bool;
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const NEG_INFINITY: Self = f32::NEG_INFINITY;

    #[inline(always)]
    fn of(value: f64) -> Self {
        value as f32
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        f32::mul_add(self, factor, term)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f32::sqrt(self)
    }
    #[inline(always)]
    fn ln(self) -> Self {
        f32::ln(self)
    }

    /// e^x = 2^n · e^r with n = round(x / ln 2) and |r| ≤ ln 2 / 2; a polynomial gives e^r.
    ///
    /// Within 2 units in the last place for x in [-87, 88]; beyond, the nearest bound is used.
    #[inline(always)]
    fn exp<const FMA: bool>(self) -> Self {
        let multiply_add = |a: f32, b: f32, c: f32| if FMA { a.mul_add(b, c) } else { a * b + c };
        // Adding 1.5 · 2^23 leaves no bits for a fraction: the sum holds round(x / ln 2) in its low bits.
        const ROUND: f32 = 12_582_912.0;
        // ln 2 in two parts: n · LN2_HIGH is exact for every n that occurs.
        const LN2_HIGH: f32 = 355.0 / 512.0;
        const LN2_LOW: f32 = -2.121_944_4e-4;
        let x = if self > 88.0 { 88.0 } else { self };
        let x = if x < -87.0 { -87.0 } else { x };
        let shifted = multiply_add(x, std::f32::consts::LOG2_E, ROUND);
        let n = shifted - ROUND;
        let r = multiply_add(n, -LN2_LOW, multiply_add(n, -LN2_HIGH, x));
        // Taylor's series, its coefficients adjusted to the interval (Cephes, expf).
        let mut p = multiply_add(1.987_569_1e-4, r, 1.398_199_9e-3);
        p = multiply_add(p, r, 8.333_452e-3);
        p = multiply_add(p, r, 4.166_579_5e-2);
        p = multiply_add(p, r, 1.666_666_5e-1);
        p = multiply_add(p, r, 5e-1);
        let e_r = multiply_add(p, r * r, r) + 1.0;
        // 2^n, by writing n into the exponent's bits.
        let two_n =
            f32::from_bits(shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23);
        // NaN must stay NaN: it is how a run that diverged is noticed.
        if self.is_nan() { self } else { e_r * two_n }
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        f32::is_finite(self)
    }
}

impl Real for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const NEG_INFINITY: Self = f64::NEG_INFINITY;

    #[inline(always)]
    fn of(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        f64::mul_add(self, factor, term)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
    #[inline(always)]
    fn ln(self) -> Self {
        f64::ln(self)
    }
    #[inline(always)]
    fn exp<const FMA: bool>(self) -> Self {
        f64::exp(self)
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        if self > other { self } else { other }
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        f64::is_finite(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Real;

    #[test]
    fn exp_is_within_two_units_in_the_last_place() {
        let mut x = -86.9f32;
        while x < 87.9 {
            let expected = f64::from(x).exp();
            for e in [Real::exp::<false>(x), Real::exp::<true>(x)] {
                let error = (f64::from(e) - expected).abs() / expected;
                assert!(error < 2.4e-7, "exp({x}) is off by {error:e}");
            }
            x += 0.000_37;
        }
        assert_eq!(Real::exp::<true>(0f32), 1.0);
        assert!(Real::exp::<true>(f32::NAN).is_nan());
        assert!(Real::exp::<true>(-1e9f32) < 1e-37);
    }
}
