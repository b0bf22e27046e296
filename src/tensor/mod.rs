//! The few numeric kernels on which everything else stands.
//!
//! Plain slices and row-major matrices, generic over `f32` and `f64` ([`Real`]). Every kernel is
//! written once, as ordinary loops; [`isa`] compiles each for the instruction sets at hand and
//! picks one when the program runs, so that one binary serves any x86-64 or ARM machine.
//! [`Threads`] is the pool that shares the work. No kernel's result depends on the number of
//! threads: an element of a result is always computed by one thread, in one order.

mod aligned;
#[macro_use]
mod isa;
mod matmul;
mod matrix;
mod outer;
mod packed;
mod product;
mod real;
mod register;
mod rows;
mod stream;
mod threads;
mod tile;

pub use aligned::Aligned;
pub use isa::Isa;
pub use matmul::{matmul, matmul_transposed};
pub use matrix::{Matrix, MatrixMut};
pub use outer::{OuterProducts, add_outer_products};
pub use packed::Packed;
pub use product::{Right, Start};
pub use real::Real;
pub use rows::{
    add, add_columns, add_to, cross_entropy, dot, gelu, gelu_backward, layer_norm_row,
    layer_norm_row_backward, scale, softmax, softmax_backward, sum_of_squares, transpose,
};
pub use threads::Threads;
