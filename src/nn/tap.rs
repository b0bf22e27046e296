//! Taps: looking at activations, or changing them, while the model runs.

use super::name::Name;
use crate::tensor::Real;
use std::collections::BTreeMap;

/// An activation where the model is about to use it: rows of numbers, perhaps in a wider buffer.
pub struct View<'a, T> {
    data: &'a mut [T],
    /// `[rows, columns]`, `[position, head, head width]` or `[head, query, key]`.
    shape: Vec<usize>,
    row: usize,
    row_stride: usize,
}

impl<'a, T: Real> View<'a, T> {
    /// Rows of `row` numbers that begin `row_stride` apart in `data`.
    pub(super) fn new(data: &'a mut [T], shape: Vec<usize>, row: usize, row_stride: usize) -> Self {
        Self { data, shape, row, row_stride }
    }

    /// The activation's shape, as its [`Name`] says.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Row after row, to read or to overwrite.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = &mut [T]> {
        let row = self.row;
        self.data.chunks_mut(self.row_stride).map(move |chunk| &mut chunk[..row])
    }

    /// A copy of the numbers, without gaps.
    pub fn to_vec(&self) -> Vec<T> {
        self.data.chunks(self.row_stride).flat_map(|chunk| &chunk[..self.row]).copied().collect()
    }
}

/// Something that is shown every activation as it is computed, and may overwrite it.
pub trait Tap<T: Real> {
    /// Whether anybody looks. If not, the compiler removes every visit.
    const LOOKS: bool = true;

    /// Called once for each name, in order, before the activation is used.
    fn visit(&mut self, name: Name, view: View<'_, T>);
}

/// Nobody looks; the model runs as if there were no taps.
pub struct NoTap;

impl<T: Real> Tap<T> for NoTap {
    const LOOKS: bool = false;

    fn visit(&mut self, _: Name, _: View<'_, T>) {}
}

/// Copies the activations that `wanted` chooses.
pub struct Recording<T, F> {
    wanted: F,
    /// Shape and numbers by name.
    pub activations: BTreeMap<Name, (Vec<usize>, Vec<T>)>,
}

impl<T, F: Fn(Name) -> bool> Recording<T, F> {
    /// Records every activation for which `wanted` is true.
    pub fn new(wanted: F) -> Self {
        Self { wanted, activations: BTreeMap::new() }
    }
}

impl<T: Real, F: Fn(Name) -> bool> Tap<T> for Recording<T, F> {
    fn visit(&mut self, name: Name, view: View<'_, T>) {
        if (self.wanted)(name) {
            self.activations.insert(name, (view.shape().to_vec(), view.to_vec()));
        }
    }
}
