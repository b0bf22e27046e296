//! The whole model for one sequence: embedding, blocks, last norm, logits; and back.

use super::activations::SequenceActivations;
use super::attention::Mask;
use super::block::{self, Setting, show};
use super::dropout::{Dropout, Place};
use super::layer_norm;
use super::name::Name;
use super::parameters::{Parameters, Tensors};
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
    assert_eq!(tokens.len(), acts.positions(), "activations were made for another length");
    let Some(first) = acts.blocks.first_mut() else { return };
    embed(&mut first.resid_pre, view, tokens, config.width, tap);
    run.dropout.apply(&mut first.resid_pre, 0, Place::Embedding, 0);
    for layer in 0..config.layers {
        let (here, after) = acts.blocks.split_at_mut(layer + 1);
        let resid_post =
            after.first_mut().map_or(&mut acts.resid_final, |next| &mut next.resid_pre);
        let setting = Setting { config, layer, mask: run.mask, dropout: run.dropout };
        block::forward(threads, resid_post, &mut here[layer], &view.blocks[layer], setting, tap);
    }
    layer_norm::forward(&mut acts.ln_f, &acts.resid_final, &view.ln_f, config.epsilon);
    show(tap, Name::LnFinalScale, &mut acts.ln_f.scale, 1);
    show(tap, Name::LnFinalNormalized, &mut acts.ln_f.y, config.width);
}

/// resid `[position, width]` = the token's row + the position's row.
fn embed<T: Real, P: Tap<T>>(
    resid: &mut [T],
    view: &Tensors<&[T]>,
    tokens: &[u32],
    width: usize,
    tap: &mut P,
) {
    for (row, &token) in resid.chunks_exact_mut(width).zip(tokens) {
        row.copy_from_slice(&view.wte[token as usize * width..][..width]);
    }
    show(tap, Name::Embed, resid, width);
    if P::LOOKS {
        let mut positions = view.wpe[..resid.len()].to_vec();
        tap.visit(
            Name::PosEmbed,
            View::new(&mut positions, vec![tokens.len(), width], width, width),
        );
        add(resid, &positions);
    } else {
        add(resid, view.wpe);
    }
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
