//! One block: attention and the MLP, each reading a normalised stream and adding to it.
//!
//! resid_mid  = resid_pre + attention(layer_norm(resid_pre))
//! resid_post = resid_mid + mlp(layer_norm(resid_mid))

use super::activations::{BlockActivations, Scratch};
use super::attention::{self, KeysValues, Mask, Rows, Shape};
use super::config::Config;
use super::dropout::{Dropout, Place};
use super::layer_norm;
use super::linear;
use super::name::Name;
use super::packed::PackedBlock;
use super::parameters::{Block, Norm};
use super::tap::{Tap, View};
use crate::tensor::{Aligned, Real, Threads, add_to, gelu, gelu_backward, transpose};

/// What a block needs to know besides its parameters.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    pub config: &'a Config,
    pub layer: usize,
    pub mask: Mask,
    pub dropout: Dropout,
}

impl Setting<'_> {
    fn shape(&self, positions: usize) -> Shape {
        let (heads, head_width) = (self.config.heads, self.config.head_width());
        Shape { heads, head_width, queries: positions, keys: positions, mask: self.mask }
    }
}

/// Fills `acts` and `resid_post` `[position, width]`; `acts.resid_pre` holds the input.
pub fn forward<T: Real, P: Tap<T>>(
    threads: &Threads,
    resid_post: &mut [T],
    acts: &mut BlockActivations<T>,
    scratch: &mut Scratch<T>,
    (block, packed): (&Block<&[T]>, Option<&PackedBlock<T>>),
    setting: Setting<'_>,
    tap: &mut P,
) {
    let Setting { config, layer, dropout, .. } = setting;
    let width = config.width;
    let positions = acts.resid_pre.len() / width;

    show(tap, Name::ResidPre(layer), &mut acts.resid_pre, width);
    layer_norm::forward(&mut acts.ln_1, &acts.resid_pre, &block.ln_1, config.epsilon);
    show(tap, Name::Ln1Scale(layer), &mut acts.ln_1.scale, 1);
    show(tap, Name::Ln1Normalized(layer), &mut acts.ln_1.y, width);

    let packed_qkv = packed.map(|p| &p.qkv.forward);
    linear::forward(threads, &mut acts.qkv, &acts.ln_1.y, &block.qkv, packed_qkv);
    show_heads(tap, layer, &mut acts.qkv, config);
    transpose(&mut scratch.turned, &acts.qkv[width..], positions, width, 3 * width);
    attention::forward(
        &mut acts.pattern,
        &mut acts.z,
        (&acts.qkv, 3 * width),
        KeysValues {
            keys_t: &scratch.turned,
            key_stride: positions,
            values: &acts.qkv[2 * width..],
            value_stride: 3 * width,
        },
        setting.shape(positions),
        dropout,
        layer,
        tap,
    );
    if P::LOOKS {
        let shape = vec![positions, config.heads, config.head_width()];
        tap.visit(Name::Z(layer), View::new(&mut acts.z, shape, width, width));
    }
    let (out, packed_output) = (&mut scratch.out, packed.map(|p| &p.output.forward));
    linear::forward(threads, out, &acts.z, &block.output, packed_output);
    show(tap, Name::AttnOut(layer), out, width);
    dropout.apply(out, layer, Place::AttentionOut, 0);

    add_to(&mut acts.resid_mid, &acts.resid_pre, out);
    show(tap, Name::ResidMid(layer), &mut acts.resid_mid, width);

    layer_norm::forward(&mut acts.ln_2, &acts.resid_mid, &block.ln_2, config.epsilon);
    show(tap, Name::Ln2Scale(layer), &mut acts.ln_2.scale, 1);
    show(tap, Name::Ln2Normalized(layer), &mut acts.ln_2.y, width);

    let packed_up = packed.map(|p| &p.up.forward);
    linear::forward(threads, &mut acts.mlp_pre, &acts.ln_2.y, &block.up, packed_up);
    show(tap, Name::MlpPre(layer), &mut acts.mlp_pre, config.inner);
    gelu(&mut acts.mlp_post, &acts.mlp_pre);
    show(tap, Name::MlpPost(layer), &mut acts.mlp_post, config.inner);
    let packed_down = packed.map(|p| &p.down.forward);
    linear::forward(threads, out, &acts.mlp_post, &block.down, packed_down);
    show(tap, Name::MlpOut(layer), out, width);
    dropout.apply(out, layer, Place::MlpOut, 0);

    add_to(resid_post, &acts.resid_mid, out);
    show(tap, Name::ResidPost(layer), resid_post, width);
}

/// Shows `[position, columns]` to a tap.
pub(super) fn show<T: Real, P: Tap<T>>(tap: &mut P, name: Name, data: &mut [T], columns: usize) {
    if P::LOOKS {
        let shape = vec![data.len() / columns, columns];
        tap.visit(name, View::new(data, shape, columns, columns));
    }
}

/// Shows queries, keys and values, which lie side by side in `qkv` `[position, 3·width]`.
pub(super) fn show_heads<T: Real, P: Tap<T>>(
    tap: &mut P,
    layer: usize,
    qkv: &mut [T],
    config: &Config,
) {
    if P::LOOKS {
        let width = config.width;
        let shape = vec![qkv.len() / (3 * width), config.heads, config.head_width()];
        for (index, name) in
            [Name::Q(layer), Name::K(layer), Name::V(layer)].into_iter().enumerate()
        {
            tap.visit(name, View::new(&mut qkv[index * width..], shape.clone(), width, 3 * width));
        }
    }
}

/// The gradients inside one block for one sequence; the names say of what.
#[derive(Debug, Clone)]
pub struct BlockGradients<T> {
    /// The stream after the block, which [`backward`] starts from; between its layers; and before it.
    pub resid_post: Aligned<T>,
    pub resid_mid: Aligned<T>,
    pub resid_pre: Aligned<T>,
    pub qkv: Aligned<T>,
    pub scores: Aligned<T>,
    pub z: Aligned<T>,
    /// Of a norm's output, `[position, width]`.
    pub normalized: Aligned<T>,
    /// Of the neurons after GELU, then before it, `[position, inner]`.
    pub mlp: Aligned<T>,
    /// Of the norms' gains and biases, summed over this sequence.
    pub ln_1: Norm<Vec<T>>,
    pub ln_2: Norm<Vec<T>>,
    /// What reaches attention and the MLP past their dropout; empty if nothing is dropped.
    attn_out: Vec<T>,
    mlp_out: Vec<T>,
}

impl<T: Real> BlockGradients<T> {
    pub(super) fn new(config: &Config, positions: usize) -> Self {
        let Config { heads, width, inner, .. } = *config;
        let zeros = |n: usize| Aligned::zeros(positions * n);
        let norm = || Norm { gain: vec![T::ZERO; width], bias: vec![T::ZERO; width] };
        Self {
            resid_post: zeros(width),
            resid_mid: zeros(width),
            resid_pre: zeros(width),
            qkv: zeros(3 * width),
            scores: zeros(heads * positions),
            z: zeros(width),
            normalized: zeros(width),
            mlp: zeros(inner),
            ln_1: norm(),
            ln_2: norm(),
            attn_out: Vec::new(),
            mlp_out: Vec::new(),
        }
    }

    /// Of what attention added to the stream, `[position, width]`.
    pub fn attn_out(&self) -> &[T] {
        if self.attn_out.is_empty() { &self.resid_mid } else { &self.attn_out }
    }

    /// Of what the MLP added to the stream, `[position, width]`.
    pub fn mlp_out(&self) -> &[T] {
        if self.mlp_out.is_empty() { &self.resid_post } else { &self.mlp_out }
    }
}

/// Carries the gradient back through the block, from `d.resid_post` to `d.resid_pre`: line by line the
/// forward pass, from its end.
///
/// Leaves in `d` the output gradient of every linear layer, from which follow those of its weights.
pub fn backward<T: Real>(
    d: &mut BlockGradients<T>,
    acts: &BlockActivations<T>,
    scratch: &mut Scratch<T>,
    (block, packed): (&Block<&[T]>, &PackedBlock<T>),
    setting: Setting<'_>,
) {
    let Setting { config, layer, dropout, .. } = setting;
    let width = config.width;
    let positions = acts.resid_pre.len() / width;
    let shape = setting.shape(positions);

    // resid_post = resid_mid + dropout(mlp_out): the gradient goes both ways.
    drop_copy(&mut d.mlp_out, &d.resid_post, layer, Place::MlpOut, dropout);
    let d_out = if d.mlp_out.is_empty() { &*d.resid_post } else { &d.mlp_out };
    linear::backward(&mut d.mlp, d_out, &packed.down.backward);
    gelu_backward(&mut d.mlp, &acts.mlp_pre);
    linear::backward(&mut d.normalized, &d.mlp, &packed.up.backward);
    clear(&mut d.ln_2);
    let streams = (&mut *d.resid_mid, &*d.resid_post);
    let (x, gain) = (&acts.resid_mid, block.ln_2.gain);
    layer_norm::backward(streams, &mut d.ln_2, &d.normalized, x, &acts.ln_2, gain);

    // resid_mid = resid_pre + dropout(attn_out)
    drop_copy(&mut d.attn_out, &d.resid_mid, layer, Place::AttentionOut, dropout);
    let d_out = if d.attn_out.is_empty() { &*d.resid_mid } else { &d.attn_out };
    linear::backward(&mut d.z, d_out, &packed.output.backward);
    let (stride, turned) = (3 * width, &mut scratch.turned);
    transpose(turned, &acts.qkv[2 * width..], positions, width, stride);
    let (d_scores, pattern) = (&mut d.scores, &acts.pattern);
    attention::backward_scores(d_scores, &d.z, pattern, turned, shape, dropout, layer);
    let [q, k] = [0, 1].map(|part| Rows { data: &acts.qkv[part * width..], stride });
    attention::backward_queries(&mut d.qkv, stride, d_scores, k, shape);
    attention::backward_keys(&mut d.qkv[width..], stride, d_scores, q, shape);
    let (dv, dz) = (&mut d.qkv[2 * width..], Rows { data: &d.z, stride: width });
    attention::backward_values(dv, stride, pattern, dz, shape, dropout, layer);
    linear::backward(&mut d.normalized, &d.qkv, &packed.qkv.backward);
    clear(&mut d.ln_1);
    let streams = (&mut *d.resid_pre, &*d.resid_mid);
    let (x, gain) = (&acts.resid_pre, block.ln_1.gain);
    layer_norm::backward(streams, &mut d.ln_1, &d.normalized, x, &acts.ln_1, gain);
}

/// The gradient that passes a dropout; nothing if nothing is dropped.
fn drop_copy<T: Real>(to: &mut Vec<T>, from: &[T], layer: usize, place: Place, dropout: Dropout) {
    to.clear();
    if !dropout.is_none() {
        to.extend_from_slice(from);
        dropout.apply(to, layer, place, 0);
    }
}

fn clear<T: Real>(norm: &mut Norm<Vec<T>>) {
    norm.gain.fill(T::ZERO);
    norm.bias.fill(T::ZERO);
}
