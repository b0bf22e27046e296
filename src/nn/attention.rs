//! Multi-head attention (Vaswani et al. 2017): each row asks, all visible rows answer.
//!
//! For every head: scores = q·k / √(head width); pattern = softmax(scores), over the keys that the
//! mask leaves visible; z = pattern · v. Who asks and who answers are separate arguments: the keys
//! and values of the same sequence (self-attention), of a cache, or of another sequence.

use super::dropout::{Dropout, Place};
use super::name::Name;
use super::tap::{Tap, View};
use crate::tensor::{
    Matrix, MatrixMut, Real, Start, Threads, matmul, scale, softmax, softmax_backward,
};

/// Which keys a query may look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mask {
    /// Its own position and those before. The queries are the last of the keys' positions.
    Causal,
    /// All of them.
    Bidirectional,
}

/// Heads, and how many queries look at how many keys.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub heads: usize,
    pub head_width: usize,
    pub queries: usize,
    pub keys: usize,
    pub mask: Mask,
}

impl Shape {
    /// How many keys, from the first on, a query sees.
    pub fn visible(&self, query: usize) -> usize {
        match self.mask {
            Mask::Causal => query + 1 + self.keys - self.queries,
            Mask::Bidirectional => self.keys,
        }
    }

    /// The first query that sees a key.
    fn first_query(&self, key: usize) -> usize {
        match self.mask {
            Mask::Causal => (key + self.queries).saturating_sub(self.keys),
            Mask::Bidirectional => 0,
        }
    }

    /// Keys that some query before `end` sees, rounded up to whole blocks.
    fn keys_of_block(&self, end: usize) -> usize {
        self.visible(end - 1).next_multiple_of(BLOCK).min(self.keys)
    }
}

/// Queries that are worked on together. What lies behind the mask is skipped block by block.
const BLOCK: usize = 24;

/// Where keys and values come from. Rows of both may lie in wider buffers.
#[derive(Clone, Copy)]
pub struct KeysValues<'a, T> {
    /// Keys with positions along the row, `[heads · head width, keys]`, rows `key_stride` apart.
    pub keys_t: &'a [T],
    pub key_stride: usize,
    /// `[keys, heads · head width]`, rows `value_stride` apart.
    pub values: &'a [T],
    pub value_stride: usize,
}

/// Fills `pattern` `[head, query, key]` and `z` `[query, heads · head width]`.
///
/// `q` holds the queries, `[query, heads · head width]`, rows `q_stride` apart. `pattern` must be zero
/// where the mask hides a key; those places are not written, except to zero.
#[expect(clippy::too_many_arguments, reason = "what attention depends on, and nothing else")]
pub fn forward<T: Real, P: Tap<T>>(
    pattern: &mut [T],
    z: &mut [T],
    (q, q_stride): (&[T], usize),
    source: KeysValues<'_, T>,
    shape: Shape,
    dropout: Dropout,
    layer: usize,
    tap: &mut P,
) {
    let Shape { heads, queries, keys, .. } = shape;
    for (head, scores) in pattern.chunks_exact_mut(queries * keys).enumerate() {
        scores_of_head(scores, (q, q_stride), source, shape, head);
    }
    if P::LOOKS {
        hide(pattern, shape);
        tap.visit(
            Name::AttnScores(layer),
            View::new(pattern, vec![heads, queries, keys], keys, keys),
        );
    }
    for (row, scores) in pattern.chunks_exact_mut(keys).enumerate() {
        let (seen, hidden) = scores.split_at_mut(shape.visible(row % queries));
        softmax(seen, T::ONE);
        hidden.fill(T::ZERO);
    }
    if P::LOOKS {
        tap.visit(Name::Pattern(layer), View::new(pattern, vec![heads, queries, keys], keys, keys));
    }
    let mut dropped = Vec::new();
    for (head, pattern) in pattern.chunks_exact(queries * keys).enumerate() {
        let pattern = drop_pattern(&mut dropped, pattern, dropout, layer, head);
        mix_values(z, pattern, source, shape, head);
    }
}

/// scores `[query, key]` = q·k / √(head width) for one head, where the mask lets a query see.
fn scores_of_head<T: Real>(
    scores: &mut [T],
    (q, q_stride): (&[T], usize),
    source: KeysValues<'_, T>,
    shape: Shape,
    head: usize,
) {
    let Shape { head_width, queries, keys, .. } = shape;
    let first = head * head_width;
    for start in (0..queries).step_by(BLOCK) {
        let end = queries.min(start + BLOCK);
        let seen = shape.keys_of_block(end);
        let rows = &mut scores[start * keys..];
        matmul(
            &Threads::serial(),
            MatrixMut::strided(rows, end - start, seen, keys),
            Matrix::strided(&q[start * q_stride + first..], end - start, head_width, q_stride),
            Matrix::strided(
                &source.keys_t[first * source.key_stride..],
                head_width,
                seen,
                source.key_stride,
            ),
            Start::Zero,
        );
        for row in rows.chunks_mut(keys).take(end - start) {
            scale(&mut row[..seen], T::of(1.0 / (head_width as f64).sqrt()));
        }
    }
}

/// z of one head = pattern · v.
fn mix_values<T: Real>(
    z: &mut [T],
    pattern: &[T],
    source: KeysValues<'_, T>,
    shape: Shape,
    head: usize,
) {
    let Shape { heads, head_width, queries, keys, .. } = shape;
    let (first, width) = (head * head_width, heads * head_width);
    for start in (0..queries).step_by(BLOCK) {
        let end = queries.min(start + BLOCK);
        let seen = shape.keys_of_block(end);
        matmul(
            &Threads::serial(),
            MatrixMut::strided(&mut z[start * width + first..], end - start, head_width, width),
            Matrix::strided(&pattern[start * keys..], end - start, seen, keys),
            Matrix::strided(&source.values[first..], seen, head_width, source.value_stride),
            Start::Zero,
        );
    }
}

/// Shows a masked score as what it means to softmax: minus infinity.
fn hide<T: Real>(scores: &mut [T], shape: Shape) {
    for (row, scores) in scores.chunks_exact_mut(shape.keys).enumerate() {
        scores[shape.visible(row % shape.queries)..].fill(T::NEG_INFINITY);
    }
}

/// The pattern with dropout, in `buffer`; or the pattern itself if nothing is dropped.
fn drop_pattern<'a, T: Real>(
    buffer: &'a mut Vec<T>,
    pattern: &'a [T],
    dropout: Dropout,
    layer: usize,
    head: usize,
) -> &'a [T] {
    if dropout.is_none() {
        return pattern;
    }
    buffer.clear();
    buffer.extend_from_slice(pattern);
    dropout.apply(buffer, layer, Place::Pattern(head), 0);
    buffer
}

/// Rows of heads' vectors in a wider buffer: `[position, heads · head width]`, rows `stride` apart.
#[derive(Clone, Copy)]
pub struct Rows<'a, T> {
    pub data: &'a [T],
    pub stride: usize,
}

/// The backward pass, first part: from `dz` to `d_scores` `[head, query, key]`.
///
/// With P the pattern: dP = dz·Vᵀ, then softmax's backward, then the scale 1 / √(head width).
/// `values_t` holds the values with positions along the row, `[heads · head width, keys]`.
pub fn backward_scores<T: Real>(
    d_scores: &mut [T],
    dz: &[T],
    pattern: &[T],
    values_t: &[T],
    shape: Shape,
    dropout: Dropout,
    layer: usize,
) {
    let Shape { heads, head_width, queries, keys, .. } = shape;
    let width = heads * head_width;
    let factor = T::of(1.0 / (head_width as f64).sqrt());
    for (head, d_scores) in d_scores.chunks_exact_mut(queries * keys).enumerate() {
        let pattern = &pattern[head * queries * keys..];
        for start in (0..queries).step_by(BLOCK) {
            let end = queries.min(start + BLOCK);
            let (rows, seen) = (end - start, shape.keys_of_block(end));
            let d_rows = &mut d_scores[start * keys..];
            matmul(
                &Threads::serial(),
                MatrixMut::strided(d_rows, rows, seen, keys),
                Matrix::strided(&dz[start * width + head * head_width..], rows, head_width, width),
                Matrix::strided(&values_t[head * head_width * keys..], head_width, seen, keys),
                Start::Zero,
            );
            for (query, d_row) in (start..end).zip(d_rows.chunks_mut(keys)) {
                dropout.apply(&mut d_row[..seen], layer, Place::Pattern(head), query * keys);
                let (d_seen, d_hidden) = d_row[..seen].split_at_mut(shape.visible(query));
                softmax_backward(d_seen, &pattern[query * keys..], factor);
                d_hidden.fill(T::ZERO);
            }
        }
    }
}

/// dQ = dS·K, into rows `stride` apart.
pub fn backward_queries<T: Real>(
    dq: &mut [T],
    stride: usize,
    d_scores: &[T],
    k: Rows<'_, T>,
    shape: Shape,
) {
    let Shape { head_width, queries, keys, .. } = shape;
    for (head, d_scores) in d_scores.chunks_exact(queries * keys).enumerate() {
        let first = head * head_width;
        for start in (0..queries).step_by(BLOCK) {
            let end = queries.min(start + BLOCK);
            let seen = shape.keys_of_block(end);
            matmul(
                &Threads::serial(),
                MatrixMut::strided(
                    &mut dq[start * stride + first..],
                    end - start,
                    head_width,
                    stride,
                ),
                Matrix::strided(&d_scores[start * keys..], end - start, seen, keys),
                Matrix::strided(&k.data[first..], seen, head_width, k.stride),
                Start::Zero,
            );
        }
    }
}

/// dK = dSᵀ·Q, into rows `stride` apart.
pub fn backward_keys<T: Real>(
    dk: &mut [T],
    stride: usize,
    d_scores: &[T],
    q: Rows<'_, T>,
    shape: Shape,
) {
    for (head, d_scores) in d_scores.chunks_exact(shape.queries * shape.keys).enumerate() {
        gather_from_queries(dk, stride, d_scores, q, shape, head);
    }
}

/// dV = Pᵀ·dz, into rows `stride` apart.
pub fn backward_values<T: Real>(
    dv: &mut [T],
    stride: usize,
    pattern: &[T],
    dz: Rows<'_, T>,
    shape: Shape,
    dropout: Dropout,
    layer: usize,
) {
    let mut dropped = Vec::new();
    for (head, pattern) in pattern.chunks_exact(shape.queries * shape.keys).enumerate() {
        let pattern = drop_pattern(&mut dropped, pattern, dropout, layer, head);
        gather_from_queries(dv, stride, pattern, dz, shape, head);
    }
}

/// One head's columns of `out` `[key, …]` = weightsᵀ `[key, query]` · rows `[query, …]`.
fn gather_from_queries<T: Real>(
    out: &mut [T],
    stride: usize,
    weights: &[T],
    rows: Rows<'_, T>,
    shape: Shape,
    head: usize,
) {
    let Shape { head_width, queries, keys, .. } = shape;
    let first = head * head_width;
    for start in (0..keys).step_by(BLOCK) {
        let count = BLOCK.min(keys - start);
        // Earlier queries do not see these keys: their weights are zero.
        let from = shape.first_query(start);
        let weights = Matrix::strided(&weights[from * keys + start..], queries - from, count, keys);
        matmul(
            &Threads::serial(),
            MatrixMut::strided(&mut out[start * stride + first..], count, head_width, stride),
            weights.t(),
            Matrix::strided(
                &rows.data[from * rows.stride + first..],
                queries - from,
                head_width,
                rows.stride,
            ),
            Start::Zero,
        );
    }
}
