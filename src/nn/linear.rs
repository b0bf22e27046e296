//! The linear layer: y = x·W + b (in GPT-2's files a `Conv1D`, its weight `[inputs, outputs]`).

use super::parameters::Linear;
use crate::tensor::{Matrix, MatrixMut, Packed, Real, Right, Start, Threads, matmul};

/// y `[rows, outputs]` = x `[rows, inputs]` · W + b; `packed` is W arranged beforehand, if it was.
pub fn forward<T: Real>(
    threads: &Threads,
    y: &mut [T],
    x: &[T],
    layer: &Linear<&[T]>,
    packed: Option<&Packed<T>>,
) {
    let outputs = layer.bias.len();
    let inputs = layer.weight.len() / outputs;
    let rows = x.len() / inputs;
    let weight: Right<'_, T> = match packed {
        Some(packed) => packed.into(),
        None => Matrix::new(layer.weight, inputs, outputs).into(),
    };
    matmul(
        threads,
        MatrixMut::new(y, rows, outputs),
        Matrix::new(x, rows, inputs),
        weight,
        Start::Bias(layer.bias),
    );
}

/// dx `[rows, inputs]` = dy `[rows, outputs]` · Wᵀ, where `transposed` is Wᵀ.
///
/// The gradients of W and b, xᵀ·dy and the column sums of dy, run over all sequences of a batch:
/// see [`super::batch`].
pub fn backward<T: Real>(dx: &mut [T], dy: &[T], transposed: &Packed<T>) {
    let (outputs, inputs) = transposed.shape();
    let rows = dy.len() / outputs;
    let (dx, dy) = (MatrixMut::new(dx, rows, inputs), Matrix::new(dy, rows, outputs));
    matmul(&Threads::serial(), dx, dy, transposed, Start::Zero);
}
