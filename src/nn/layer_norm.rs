//! Layer normalisation (Ba, Kiros and Hinton 2016): y = (x − mean) / √(variance + ε) · gain + bias.

use super::parameters::Norm;
use crate::tensor::{Aligned, Real, layer_norm_row, layer_norm_row_backward};

/// What the forward pass leaves for the backward pass and for those who look.
#[derive(Debug, Clone)]
pub struct Normalized<T> {
    /// The layer's output `[position, width]`, after scale and shift.
    pub y: Aligned<T>,
    /// `[position]`
    pub mean: Aligned<T>,
    /// √(variance + ε) `[position]`
    pub scale: Aligned<T>,
}

impl<T: Real> Normalized<T> {
    pub fn new(positions: usize, width: usize) -> Self {
        let zeros = Aligned::zeros;
        Self { y: zeros(positions * width), mean: zeros(positions), scale: zeros(positions) }
    }
}

/// Normalises every row of x `[position, width]`.
pub fn forward<T: Real>(out: &mut Normalized<T>, x: &[T], norm: &Norm<&[T]>, epsilon: f64) {
    let width = norm.gain.len();
    let rows = out.y.chunks_exact_mut(width).zip(x.chunks_exact(width));
    for ((y, x), (mean, scale)) in rows.zip(out.mean.iter_mut().zip(out.scale.iter_mut())) {
        (*mean, *scale) = layer_norm_row(y, x, norm.gain, norm.bias, T::of(epsilon));
    }
}

/// sum = base + the gradient that passes through the norm; `d_norm` += those of gain and bias.
///
/// `base` is the gradient that goes past the norm, along the stream.
/// With x̂ = (x − mean) / scale and dx̂ = dy · gain:
/// dx = (dx̂ − mean(dx̂) − x̂ · mean(dx̂ · x̂)) / scale.
pub fn backward<T: Real>(
    (sum, base): (&mut [T], &[T]),
    d_norm: &mut Norm<Vec<T>>,
    dy: &[T],
    x: &[T],
    saved: &Normalized<T>,
    gain: &[T],
) {
    let width = gain.len();
    let streams = sum.chunks_exact_mut(width).zip(base.chunks_exact(width));
    let rows = streams.zip(dy.chunks_exact(width)).zip(x.chunks_exact(width));
    let Norm { gain: d_gain, bias: d_bias } = d_norm;
    for ((((sum, base), dy), x), (&mean, &scale)) in
        rows.zip(saved.mean.iter().zip(saved.scale.iter()))
    {
        let (streams, d_norm) = ((sum, base), (&mut **d_gain, &mut **d_bias));
        layer_norm_row_backward(streams, d_norm, dy, x, gain, (mean, scale));
    }
}
