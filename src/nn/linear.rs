//! The linear layer: y = x·W + b (in GPT-2's files a `Conv1D`, its weight `[inputs, outputs]`).

use super::parameters::Linear;
use crate::tensor::{Matrix, MatrixMut, Real, Threads, matmul};

/// y `[rows, outputs]` = x `[rows, inputs]` · W + b.
pub fn forward<T: Real>(threads: &Threads, y: &mut [T], x: &[T], layer: &Linear<&[T]>) {
    let outputs = layer.bias.len();
    let inputs = layer.weight.len() / outputs;
    let rows = x.len() / inputs;
    for row in y.chunks_exact_mut(outputs) {
        row.copy_from_slice(layer.bias);
    }
    let (x, weight) = (Matrix::new(x, rows, inputs), Matrix::new(layer.weight, inputs, outputs));
    matmul(threads, MatrixMut::new(y, rows, outputs), x, weight, true);
}

/// dx `[rows, inputs]` = dy `[rows, outputs]` · Wᵀ, where `transposed` holds Wᵀ `[outputs, inputs]`.
///
/// The gradients of W and b, xᵀ·dy and the column sums of dy, run over all sequences of a batch:
/// see [`super::batch`].
pub fn backward<T: Real>(
    threads: &Threads,
    dx: &mut [T],
    dy: &[T],
    transposed: &[T],
    outputs: usize,
) {
    let inputs = transposed.len() / outputs;
    let rows = dy.len() / outputs;
    let (dy, weight) = (Matrix::new(dy, rows, outputs), Matrix::new(transposed, outputs, inputs));
    matmul(threads, MatrixMut::new(dx, rows, inputs), dy, weight, false);
}
