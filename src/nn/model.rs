//! The whole model for one sequence: embedding, blocks, last norm, logits; and back.

use super::activations::SequenceActivations;
use super::attention::Mask;
use super::block::{self, Setting, show};
use super::dropout::{Dropout, Place};
use super::layer_norm;
use super::name::Name;
use super::packed::PackedBlock;
use super::parameters::{Block, Parameters, Tensors};
use super::tap::{Tap, View};
use crate::tensor::{Real, Threads, add, matmul_transposed};

/// How a forward pass is to be run.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    pub mask: Mask,
    pub dropout: Dropout,
}

impl Run {
    /// As a GPT runs when it is not learning.
    pub const INFERENCE: Self = Self { mask: Mask::Causal, dropout: Dropout::NONE };
}

/// Runs `tokens` through the model, from embedding to the last norm, and fills `acts`.
///
/// # Panics
/// If a token is outside the vocabulary, or `acts` was not made for this many positions.
pub fn forward<T: Real, P: Tap<T>>(
    threads: &Threads,
    parameters: &Parameters<T>,
    view: &Tensors<&[T]>,
    acts: &mut SequenceActivations<T>,
    tokens: &[u32],
    run: Run,
    tap: &mut P,
) {
    let config = &parameters.config;
    embed(acts, view, tokens, run.dropout, tap);
    for (layer, weights) in view.blocks.iter().enumerate() {
        let setting = Setting { config, layer, mask: run.mask, dropout: run.dropout };
        block(threads, acts, (weights, None), setting, tap);
    }
    finish(acts, view, config.epsilon, tap);
}

/// One block of the forward pass.
pub(super) fn block<T: Real, P: Tap<T>>(
    threads: &Threads,
    acts: &mut SequenceActivations<T>,
    weights: (&Block<&[T]>, Option<&PackedBlock<T>>),
    setting: Setting<'_>,
    tap: &mut P,
) {
    let (here, after) = acts.blocks.split_at_mut(setting.layer + 1);
    let resid_post = after.first_mut().map_or(&mut acts.resid_final, |next| &mut next.resid_pre);
    let scratch = &mut acts.scratch;
    block::forward(threads, resid_post, &mut here[setting.layer], scratch, weights, setting, tap);
}

/// The end of the forward pass: the last norm.
pub(super) fn finish<T: Real, P: Tap<T>>(
    acts: &mut SequenceActivations<T>,
    view: &Tensors<&[T]>,
    epsilon: f64,
    tap: &mut P,
) {
    let width = view.ln_f.gain.len();
    layer_norm::forward(&mut acts.ln_f, &acts.resid_final, &view.ln_f, epsilon);
    show(tap, Name::LnFinalScale, &mut acts.ln_f.scale, 1);
    show(tap, Name::LnFinalNormalized, &mut acts.ln_f.y, width);
}

/// The beginning of the forward pass: each row of the stream = the token's row + the position's row.
pub(super) fn embed<T: Real, P: Tap<T>>(
    acts: &mut SequenceActivations<T>,
    view: &Tensors<&[T]>,
    tokens: &[u32],
    dropout: Dropout,
    tap: &mut P,
) {
    assert_eq!(tokens.len(), acts.positions(), "activations were made for another length");
    let width = view.ln_f.gain.len();
    let Some(first) = acts.blocks.first_mut() else { return };
    let resid = &mut first.resid_pre;
    for (row, &token) in resid.chunks_exact_mut(width).zip(tokens) {
        row.copy_from_slice(&view.wte[token as usize * width..][..width]);
    }
    show(tap, Name::Embed, resid, width);
    if P::LOOKS {
        let mut positions = view.wpe[..resid.len()].to_vec();
        let shape = vec![tokens.len(), width];
        tap.visit(Name::PosEmbed, View::new(&mut positions, shape, width, width));
        add(resid, &positions);
    } else {
        add(resid, view.wpe);
    }
    dropout.apply(resid, 0, Place::Embedding, 0);
}

/// logits `[position, vocabulary]` of the given rows of the last norm `[position, width]`.
pub fn logits<T: Real>(
    threads: &Threads,
    view: &Tensors<&[T]>,
    normalized: &[T],
    width: usize,
) -> Vec<T> {
    let output = view.lm_head.unwrap_or(view.wte);
    let mut logits = vec![T::ZERO; normalized.len() / width * (output.len() / width)];
    matmul_transposed(threads, &mut logits, normalized, output, width);
    logits
}

/// Runs a model on one sequence and returns its activations and logits `[position, vocabulary]`.
pub fn read<T: Real, P: Tap<T>>(
    threads: &Threads,
    parameters: &Parameters<T>,
    tokens: &[u32],
    tap: &mut P,
) -> (SequenceActivations<T>, Vec<T>) {
    let view = parameters.view();
    let mut acts = SequenceActivations::new(&parameters.config, tokens.len());
    forward(threads, parameters, &view, &mut acts, tokens, Run::INFERENCE, tap);
    let logits = logits(threads, &view, &acts.ln_f.y, parameters.config.width);
    (acts, logits)
}
