//! Weights that begin with a circuit instead of at random.
//!
//! An induction head needs a second head, in a block before it, that looks one token back. Neither is of
//! use without the other, so from random weights both appear late and suddenly, after far more text than a
//! small model reads (Olsson et al. 2022, "In-context Learning and Induction Heads"). A model may be
//! given the pair to begin with, as Trockman and Kolter (2023, "Mimetic Initialization of Self-Attention
//! Layers") begin with patterns that trained models have. From there on everything is learned, and
//! nothing but its use keeps the pair.

use super::{Config, Parameters, Tensors};
use crate::tensor::Real;

/// How large the sines of the position vectors are; token vectors have a deviation of 0.02.
const POSITIONS: f64 = 0.06;
/// Sharpens the look at the token before.
const LOOK_BACK: f64 = 2.3;
/// Lets the head write the token before as large as a token vector is.
const WRITE_BACK: f64 = 0.026;
/// Sharpens the search for the present token among those that stood before.
const SEARCH: f64 = 1.9;
/// How loudly the copied token is written at first.
const WRITE_COPY: f64 = 0.05;

impl Config {
    /// Whether there is room for the two heads: two blocks, and three heads' widths in the stream.
    pub fn has_room_for_induction(&self) -> bool {
        self.layers >= 2 && self.heads >= 3 && self.head_width() >= 4
    }
}

impl<T: Real> Parameters<T> {
    /// Lets head 0 of block 0 begin as a previous-token head, and head 0 of block 1 as an induction head.
    ///
    /// With d the width of a head, the stream begins in parts of d dimensions: 0 holds the position alone;
    /// 1 holds the token, as do those from 3 on; 2 is left free for the token before. Block 0 copies part 1 of
    /// the row before into part 2; block 1 seeks the row whose part 2 is its own part 1, and adds that
    /// row's part 1, the token that followed, to its own.
    ///
    /// # Panics
    /// If the config [has no room](Config::has_room_for_induction).
    pub fn begin_with_induction(&mut self) {
        assert!(self.config.has_room_for_induction());
        let (width, d) = (self.config.width, self.config.head_width());
        let mut tensors = self.view_mut();
        part_the_stream(&mut tensors, width, d);
        let [first, second, ..] = &mut tensors.blocks[..] else { return };
        for block in [&mut *first, &mut *second] {
            for row in block.qkv.weight.chunks_mut(3 * width) {
                for projection in row.chunks_mut(width) {
                    projection[..d].fill(T::ZERO);
                }
            }
            // W_O's first d rows take what head 0 brings.
            block.output.weight[..d * width].fill(T::ZERO);
        }
        let (key, value) = (width, 2 * width);
        let set = |weight: &mut [T], columns: usize, row: usize, column: usize, to: f64| {
            weight[row * columns + column] = T::of(to);
        };
        // sin(p - ω) = sin p · cos ω - cos p · sin ω and cos(p - ω) = cos p · cos ω + sin p · sin ω:
        // the query is the position before, turned; the key is the position.
        for sin in (0..d / 2 * 2).step_by(2) {
            let cos = sin + 1;
            let (sin_step, cos_step) = frequency(sin, d).sin_cos();
            let mut look = |row, column, to: f64| {
                set(first.qkv.weight, 3 * width, row, column, LOOK_BACK * to);
            };
            look(sin, sin, cos_step);
            look(cos, sin, -sin_step);
            look(cos, cos, cos_step);
            look(sin, cos, sin_step);
            look(sin, key + sin, 1.0);
            look(cos, key + cos, 1.0);
        }
        for i in 0..d {
            let [token, before] = [d + i, 2 * d + i];
            set(first.qkv.weight, 3 * width, token, value + i, 1.0);
            set(first.output.weight, width, i, before, WRITE_BACK);
            set(second.qkv.weight, 3 * width, token, i, SEARCH);
            set(second.qkv.weight, 3 * width, before, key + i, SEARCH);
            set(second.qkv.weight, 3 * width, token, value + i, 1.0);
            set(second.output.weight, width, i, token, WRITE_COPY);
        }
    }
}

/// Tokens leave parts 0 and 2 free; positions fill part 0, as sines and cosines (Vaswani et al. 2017, section
/// 3.5), so that a step of one position is the same rotation everywhere.
fn part_the_stream<T: Real>(tensors: &mut Tensors<&mut [T]>, width: usize, d: usize) {
    for vector in tensors.wte.chunks_mut(width) {
        vector[..d].fill(T::ZERO);
        vector[2 * d..3 * d].fill(T::ZERO);
    }
    for (position, vector) in tensors.wpe.chunks_mut(width).enumerate() {
        vector.fill(T::ZERO);
        for (i, value) in vector[..d].iter_mut().enumerate() {
            let angle = position as f64 * frequency(i, d);
            *value = T::of(POSITIONS * if i % 2 == 0 { angle.sin() } else { angle.cos() });
        }
    }
}

/// Radians a position, for dimension `i` of `d`: 1 / 10000^(2⌊i/2⌋ / d).
fn frequency(i: usize, d: usize) -> f64 {
    10_000f64.powf(-((i / 2 * 2) as f64) / d as f64)
}
