//! One token after another: keys and values of earlier positions are kept, not computed again.

use super::attention::{self, KeysValues, Mask, Shape};
use super::block::{show, show_heads};
use super::config::Config;
use super::dropout::Dropout;
use super::layer_norm::{self, Normalized};
use super::linear;
use super::name::Name;
use super::parameters::{Block, Parameters, Tensors};
use super::tap::{NoTap, Tap, View};
use crate::tensor::{Aligned, Real, Threads, add, gelu, matmul_transposed};
use crate::{Error, Result};

/// The KV cache of one block for one sequence.
#[derive(Clone)]
struct BlockCache<T> {
    /// `[width, context]`: a column for each position, so that scores run along rows.
    keys_t: Vec<T>,
    /// `[context, width]`
    values: Vec<T>,
}

/// A sequence that has been read, ready to be continued.
#[derive(Clone)]
struct Cached<T> {
    positions: usize,
    blocks: Vec<BlockCache<T>>,
}

/// The keys and values of a text that has been read: what it takes to read on, apart from the model.
pub struct Memory<T>(Cached<T>);

/// Runs a model on sequences that grow by a token at a time (several at once: the beams of a search).
///
/// The numbers equal those of the whole forward pass: every product is summed up in the same order.
pub struct Inference<'m, T> {
    parameters: &'m Parameters<T>,
    view: Tensors<&'m [T]>,
    threads: Threads,
    sequences: Vec<Cached<T>>,
    /// Caches that are not in use, kept for the next branch.
    spare: Vec<Cached<T>>,
    /// Room that steps use again.
    rows: Option<Rows<T>>,
}

/// Rows of the stream on their way through a block, `[row, …]`.
struct Rows<T> {
    resid: Aligned<T>,
    normed: Normalized<T>,
    qkv: Aligned<T>,
    z: Aligned<T>,
    out: Aligned<T>,
    mlp_pre: Aligned<T>,
    mlp_post: Aligned<T>,
    /// Of one sequence, `[head, new row, position]`.
    pattern: Vec<T>,
}

impl<T: Real> Rows<T> {
    fn new(config: &Config, count: usize) -> Self {
        let Config { width, inner, .. } = *config;
        let zeros = |n: usize| Aligned::zeros(count * n);
        Self {
            resid: zeros(width),
            normed: Normalized::new(count, width),
            qkv: zeros(3 * width),
            z: zeros(width),
            out: zeros(width),
            mlp_pre: zeros(inner),
            mlp_post: zeros(inner),
            pattern: Vec::new(),
        }
    }
}

impl<'m, T: Real> Inference<'m, T> {
    /// Nothing has been read yet.
    pub fn new(parameters: &'m Parameters<T>, threads: Threads) -> Self {
        Self {
            parameters,
            view: parameters.view(),
            threads,
            sequences: Vec::new(),
            spare: Vec::new(),
            rows: None,
        }
    }

    /// Takes up a text again that the same model has read, up to `positions`.
    pub fn resume(
        parameters: &'m Parameters<T>,
        threads: Threads,
        memory: Memory<T>,
        positions: usize,
    ) -> Self {
        let mut inference = Self::new(parameters, threads);
        let Memory(mut sequence) = memory;
        sequence.positions = sequence.positions.min(positions);
        inference.sequences.push(sequence);
        inference
    }

    /// What has been read, if it is one sequence.
    pub fn into_memory(mut self) -> Option<Memory<T>> {
        let sequence = self.sequences.pop()?;
        self.sequences.is_empty().then_some(Memory(sequence))
    }

    /// The sizes of the model.
    pub fn config(&self) -> &Config {
        &self.parameters.config
    }

    /// How many positions the sequences have.
    pub fn positions(&self) -> usize {
        self.sequences.first().map_or(0, |sequence| sequence.positions)
    }

    /// Begins with one sequence and returns the logits `[vocabulary]` after its last token.
    ///
    /// # Errors
    /// If the prompt is empty, longer than the context, or has an id outside the vocabulary.
    pub fn start(&mut self, prompt: &[u32]) -> Result<Vec<T>> {
        self.start_tapped(prompt, &mut NoTap)
    }

    /// As [`Inference::start`], with a tap: see [`Inference::extend_tapped`].
    ///
    /// # Errors
    /// As for [`Inference::start`].
    pub fn start_tapped<P: Tap<T>>(&mut self, prompt: &[u32], tap: &mut P) -> Result<Vec<T>> {
        if prompt.is_empty() {
            return Err(Error::failed(
                "the prompt is empty; give the model at least one token to continue",
            ));
        }
        // Checked before anything changes: after an error the old sequences can still be continued.
        self.check(prompt, prompt.len())?;
        self.spare.append(&mut self.sequences);
        let mut sequence = self.fresh();
        sequence.positions = 0;
        self.sequences = vec![sequence];
        self.extend_tapped(prompt, tap)
    }

    /// Reads more tokens of the one sequence there is; the logits `[vocabulary]` after the last.
    ///
    /// # Errors
    /// As for [`Inference::start`], or if there is not exactly one sequence.
    pub fn extend(&mut self, tokens: &[u32]) -> Result<Vec<T>> {
        self.extend_tapped(tokens, &mut NoTap)
    }

    /// As [`Inference::extend`], with a tap that is shown the rows of the new tokens, and may
    /// overwrite them: what it leaves is what later tokens will find in the cache.
    ///
    /// # Errors
    /// As for [`Inference::extend`].
    pub fn extend_tapped<P: Tap<T>>(&mut self, tokens: &[u32], tap: &mut P) -> Result<Vec<T>> {
        if tokens.is_empty() || self.sequences.len() != 1 {
            return Err(Error::failed(format!(
                "{} tokens cannot extend {} sequences; extend one sequence by at least one token",
                tokens.len(),
                self.sequences.len()
            )));
        }
        self.read_on(tokens, 1, tap)
    }

    /// Reads more tokens of the one sequence there is, or begins one; the logits
    /// `[tokens, vocabulary]` after each.
    ///
    /// # Errors
    /// As for [`Inference::extend`].
    pub fn read(&mut self, tokens: &[u32]) -> Result<Vec<T>> {
        if self.sequences.is_empty() && !tokens.is_empty() {
            let sequence = Cached { positions: 0, ..self.fresh() };
            self.sequences.push(sequence);
        }
        if tokens.is_empty() || self.sequences.len() != 1 {
            return Err(Error::failed("there is no text to read; give at least one token"));
        }
        self.read_on(tokens, tokens.len(), &mut NoTap)
    }

    /// Reads `tokens` behind the one sequence; the logits after the last `wanted` of them.
    fn read_on<P: Tap<T>>(&mut self, tokens: &[u32], wanted: usize, tap: &mut P) -> Result<Vec<T>> {
        self.check(tokens, self.positions() + tokens.len())?;
        let mut rows = self.embed(tokens, |row| row, tap);
        for layer in 0..self.config().layers {
            self.block(layer, &mut rows, 1, tokens.len(), tap);
        }
        self.sequences[0].positions += tokens.len();
        let width = self.config().width;
        let logits = self.logits(&rows.resid[(tokens.len() - wanted) * width..]);
        self.rows = Some(rows);
        Ok(logits)
    }

    /// Replaces the sequences: new one r continues old one `parents[r]` with `tokens[r]`.
    /// Returns the logits `[sequence, vocabulary]`.
    ///
    /// # Errors
    /// If there are no tokens, the context is full, an id is outside the vocabulary or a parent
    /// does not exist.
    pub fn advance(&mut self, parents: &[usize], tokens: &[u32]) -> Result<Vec<T>> {
        if tokens.is_empty() {
            return Err(Error::failed("no sequence is left; continue at least one"));
        }
        self.check(tokens, self.positions() + 1)?;
        if parents.len() != tokens.len()
            || parents.iter().any(|&parent| parent >= self.sequences.len())
        {
            return Err(Error::failed("a sequence continues one that does not exist"));
        }
        self.branch(parents);
        let mut rows = self.embed(tokens, |_| 0, &mut NoTap);
        for layer in 0..self.config().layers {
            self.block(layer, &mut rows, tokens.len(), 1, &mut NoTap);
        }
        for sequence in &mut self.sequences {
            sequence.positions += 1;
        }
        let logits = self.logits(&rows.resid);
        self.rows = Some(rows);
        Ok(logits)
    }

    /// Whether these tokens can be read, and so many positions be held.
    fn check(&self, tokens: &[u32], positions: usize) -> Result<()> {
        let Config { context, vocabulary, .. } = *self.config();
        if let Some(token) = tokens.iter().find(|&&token| token as usize >= vocabulary) {
            return Err(Error::failed(format!(
                "token id {token} is outside the model's vocabulary of {vocabulary}"
            )));
        }
        if positions > context {
            return Err(Error::failed(format!(
                "{positions} tokens do not fit the model's context of {context}; shorten the prompt"
            )));
        }
        Ok(())
    }

    /// An empty cache.
    fn fresh(&mut self) -> Cached<T> {
        let Config { layers, width, context, .. } = *self.config();
        let zeros = || vec![T::ZERO; width * context];
        let block = || BlockCache { keys_t: zeros(), values: zeros() };
        self.spare.pop().unwrap_or_else(|| Cached {
            positions: 0,
            blocks: (0..layers).map(|_| block()).collect(),
        })
    }

    /// Makes the sequences those of the parents; a parent's last child inherits its cache, others copy it.
    fn branch(&mut self, parents: &[usize]) {
        let mut heirs: Vec<Option<Cached<T>>> = parents.iter().map(|_| None).collect();
        let mut old: Vec<Option<Cached<T>>> = self.sequences.drain(..).map(Some).collect();
        for (r, &parent) in parents.iter().enumerate() {
            let has_later_child = parents[r + 1..].contains(&parent);
            heirs[r] = if has_later_child {
                let mut copy = self.fresh();
                if let Some(from) = &old[parent] {
                    copy.copy_from(from, self.parameters.config.width);
                }
                Some(copy)
            } else {
                old[parent].take()
            };
        }
        self.spare.extend(old.into_iter().flatten());
        self.sequences = heirs.into_iter().flatten().collect();
    }

    /// The stream's first rows; `row_of` says how far behind the cached positions a row stands.
    fn embed<P: Tap<T>>(
        &mut self,
        tokens: &[u32],
        row_of: impl Fn(usize) -> usize,
        tap: &mut P,
    ) -> Rows<T> {
        let width = self.config().width;
        let of_last_step = self.rows.take().filter(|rows| rows.resid.len() == tokens.len() * width);
        let mut rows = of_last_step.unwrap_or_else(|| Rows::new(self.config(), tokens.len()));
        for (row, &token) in rows.resid.chunks_exact_mut(width).zip(tokens) {
            row.copy_from_slice(&self.view.wte[token as usize * width..][..width]);
        }
        show(tap, Name::Embed, &mut rows.resid, width);
        let position = |i: usize| {
            let position = self.positions() + row_of(i);
            &self.view.wpe[position * width..][..width]
        };
        if P::LOOKS {
            let mut positions: Vec<T> = (0..tokens.len()).flat_map(position).copied().collect();
            show(tap, Name::PosEmbed, &mut positions, width);
            add(&mut rows.resid, &positions);
        } else {
            let resid = rows.resid.chunks_exact_mut(width);
            resid.enumerate().for_each(|(i, row)| add(row, position(i)));
        }
        rows
    }

    /// One block for `count` sequences with `new` rows each, in this order.
    fn block<P: Tap<T>>(
        &mut self,
        layer: usize,
        rows: &mut Rows<T>,
        count: usize,
        new: usize,
        tap: &mut P,
    ) {
        let config = &self.parameters.config;
        let block: &Block<&[T]> = &self.view.blocks[layer];
        let (width, threads) = (config.width, &self.threads);
        show(tap, Name::ResidPre(layer), &mut rows.resid, width);
        layer_norm::forward(&mut rows.normed, &rows.resid, &block.ln_1, config.epsilon);
        show(tap, Name::Ln1Scale(layer), &mut rows.normed.scale, 1);
        show(tap, Name::Ln1Normalized(layer), &mut rows.normed.y, width);
        linear::forward(threads, &mut rows.qkv, &rows.normed.y, &block.qkv, None);
        show_heads(tap, layer, &mut rows.qkv, config);
        let per_sequence =
            rows.qkv.chunks_exact(new * 3 * width).zip(rows.z.chunks_exact_mut(new * width));
        for (sequence, (qkv, z)) in self.sequences.iter_mut().take(count).zip(per_sequence) {
            sequence.attend(z, qkv, &mut rows.pattern, layer, config, tap);
        }
        if P::LOOKS {
            let shape = vec![count * new, config.heads, config.head_width()];
            tap.visit(Name::Z(layer), View::new(&mut rows.z, shape, width, width));
        }
        linear::forward(threads, &mut rows.out, &rows.z, &block.output, None);
        show(tap, Name::AttnOut(layer), &mut rows.out, width);
        add(&mut rows.resid, &rows.out);
        show(tap, Name::ResidMid(layer), &mut rows.resid, width);
        layer_norm::forward(&mut rows.normed, &rows.resid, &block.ln_2, config.epsilon);
        show(tap, Name::Ln2Scale(layer), &mut rows.normed.scale, 1);
        show(tap, Name::Ln2Normalized(layer), &mut rows.normed.y, width);
        linear::forward(threads, &mut rows.mlp_pre, &rows.normed.y, &block.up, None);
        show(tap, Name::MlpPre(layer), &mut rows.mlp_pre, config.inner);
        gelu(&mut rows.mlp_post, &rows.mlp_pre);
        show(tap, Name::MlpPost(layer), &mut rows.mlp_post, config.inner);
        linear::forward(threads, &mut rows.out, &rows.mlp_post, &block.down, None);
        show(tap, Name::MlpOut(layer), &mut rows.out, width);
        add(&mut rows.resid, &rows.out);
        show(tap, Name::ResidPost(layer), &mut rows.resid, width);
    }

    /// Last norm and output matrix for rows `[row, width]`.
    fn logits(&self, resid: &[T]) -> Vec<T> {
        let Config { width, vocabulary, epsilon, .. } = *self.config();
        let rows = resid.len() / width;
        let mut normed = Normalized::new(rows, width);
        layer_norm::forward(&mut normed, resid, &self.view.ln_f, epsilon);
        let mut logits = vec![T::ZERO; rows * vocabulary];
        let output = self.view.lm_head.unwrap_or(self.view.wte);
        matmul_transposed(&self.threads, &mut logits, &normed.y, output, width);
        logits
    }
}

impl<T: Real> Cached<T> {
    fn copy_from(&mut self, other: &Self, width: usize) {
        self.positions = other.positions;
        for (to, from) in self.blocks.iter_mut().zip(&other.blocks) {
            let used = other.positions * width;
            to.values[..used].copy_from_slice(&from.values[..used]);
            let context = to.keys_t.len() / width;
            for (to, from) in
                to.keys_t.chunks_exact_mut(context).zip(from.keys_t.chunks_exact(context))
            {
                to[..other.positions].copy_from_slice(&from[..other.positions]);
            }
        }
    }

    /// Adds the new rows' keys and values to the cache and lets the new rows look at all of it.
    fn attend<P: Tap<T>>(
        &mut self,
        z: &mut [T],
        qkv: &[T],
        pattern: &mut Vec<T>,
        layer: usize,
        config: &Config,
        tap: &mut P,
    ) {
        let Config { heads, width, context, .. } = *config;
        let cache = &mut self.blocks[layer];
        let new = z.len() / width;
        for (i, row) in qkv.chunks_exact(3 * width).enumerate() {
            let position = self.positions + i;
            for (dimension, &key) in row[width..2 * width].iter().enumerate() {
                cache.keys_t[dimension * context + position] = key;
            }
            cache.values[position * width..][..width].copy_from_slice(&row[2 * width..]);
        }
        let keys = self.positions + new;
        let shape = Shape {
            heads,
            head_width: config.head_width(),
            queries: new,
            keys,
            mask: Mask::Causal,
        };
        let source = KeysValues {
            keys_t: &cache.keys_t,
            key_stride: context,
            values: &cache.values,
            value_stride: width,
        };
        pattern.clear();
        pattern.resize(heads * new * keys, T::ZERO);
        attention::forward(pattern, z, (qkv, 3 * width), source, shape, Dropout::NONE, layer, tap);
    }
}
