//! Many sequences at once: their loss, and the gradient of every parameter.
//!
//! Sequences are independent until their gradients meet, so each thread takes whole sequences. The
//! gradients of the weights come layer by layer: a part of a matrix is summed over all sequences,
//! in their order, by one thread.

mod trace;

pub use trace::{Factors, Spot, Trace};

use super::activations::SequenceActivations;
use super::attention::Mask;
use super::block::{self, BlockGradients, Setting};
use super::config::Config;
use super::dropout::{Dropout, Place};
use super::layer_norm;
use super::linear;
use super::model;
use super::packed::PackedWeights;
use super::parameters::{Norm, Parameters, Tensors};
use super::tap::NoTap;
use crate::tensor::{
    Aligned, Matrix, MatrixMut, OuterProducts, Real, Start, Threads, add, add_outer_products,
    cross_entropy, matmul, sum_of_squares,
};

/// One sequence to learn from: what goes in, and what should come out at each position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// `[position]`
    pub tokens: Vec<u32>,
    /// The token that should follow each position; None does not count in the loss.
    pub targets: Vec<Option<u32>>,
    /// Chooses what dropout drops.
    pub dropout_seed: u64,
}

/// Sequences whose loss is averaged over all tokens that count.
pub type Batch = [Sequence];

/// The memory of one sequence while a batch is worked on.
struct SequenceWork<T> {
    acts: SequenceActivations<T>,
    /// Logits, then their gradient, `[position, vocabulary]`.
    logits: Aligned<T>,
    d_block: BlockGradients<T>,
    /// Of the last norm's gain and bias.
    d_norm: Norm<Vec<T>>,
    /// Sum over the counted tokens, in nats.
    loss: f64,
    /// Of each position, in nats; 0 where nothing counts.
    token_losses: Vec<T>,
    /// While somebody watches: how long the stream's gradient is at each position, after the last block
    /// first, then before each block, from the last to the first.
    stream_lengths: Vec<Vec<f64>>,
}

/// The memory that a batch needs; kept from step to step, so that nothing is allocated in between.
pub struct BatchWorkspace<T> {
    sequences: Vec<SequenceWork<T>>,
    packed: PackedWeights<T>,
    watched: bool,
    /// While somebody watches: what the gradients are made of.
    trace: Trace<T>,
}

/// What a batch came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    /// Mean over the counted tokens, in nats.
    pub mean: f64,
    /// How many tokens counted.
    pub tokens: usize,
}

impl<T: Real> BatchWorkspace<T> {
    /// Room for nothing yet; it grows with the first batch.
    pub fn new(config: &Config) -> Self {
        Self {
            sequences: Vec::new(),
            packed: PackedWeights::new(config),
            watched: false,
            trace: Trace::default(),
        }
    }

    /// Room for sequences of these lengths.
    fn fit(&mut self, config: &Config, batch: &Batch) {
        self.sequences.truncate(batch.len());
        for (i, sequence) in batch.iter().enumerate() {
            let positions = sequence.tokens.len();
            let fits = self.sequences.get(i).is_some_and(|work| work.acts.positions() == positions);
            if !fits {
                let work = SequenceWork::new(config, positions);
                if i < self.sequences.len() {
                    self.sequences[i] = work
                } else {
                    self.sequences.push(work)
                }
            }
        }
    }

    /// Takes over changed parameters; must come before [`BatchWorkspace::loss_and_gradients`].
    pub fn prepare(&mut self, threads: &Threads, parameters: &Parameters<T>) {
        self.packed.update(threads, parameters);
    }

    /// The activations of a sequence of the last batch.
    pub fn activations(&self, sequence: usize) -> &SequenceActivations<T> {
        &self.sequences[sequence].acts
    }

    /// Whether gradients are measured on their way back, and kept.
    pub fn watch(&mut self, watched: bool) {
        self.watched = watched;
    }

    /// What the gradients of the last watched step are made of.
    pub fn take_trace(&mut self) -> Trace<T> {
        std::mem::take(&mut self.trace)
    }

    /// The loss of each position of a sequence of the last batch, in nats; 0 where nothing counts.
    pub fn token_losses(&self, sequence: usize) -> &[T] {
        &self.sequences[sequence].token_losses
    }

    /// If the last batch was watched: how long the stream's gradient was, `[depth][position]`; depth 0
    /// is before the first block.
    pub fn stream_lengths(&self, sequence: usize) -> Vec<Vec<f64>> {
        self.sequences[sequence].stream_lengths.iter().rev().cloned().collect()
    }

    /// The loss of a batch; its gradient is written to `gradients`, or added if `accumulate`.
    ///
    /// `weight` is what one counted token's loss weighs in the gradient: 1 / (tokens of the whole step).
    pub fn loss_and_gradients(
        &mut self,
        threads: &Threads,
        parameters: &Parameters<T>,
        gradients: &mut Parameters<T>,
        batch: &Batch,
        (weight, dropout_rate): (f64, f64),
        accumulate: bool,
    ) -> Loss {
        let config = &parameters.config;
        self.fit(config, batch);
        let view = parameters.view();
        let setting = |layer: usize, s: usize| Setting {
            config,
            layer,
            mask: Mask::Causal,
            dropout: Dropout { rate: dropout_rate, seed: batch[s].dropout_seed },
        };
        let (packed, watched) = (&self.packed, self.watched);
        forward(threads, &mut self.sequences, &view, packed, batch, &setting);
        threads.for_each(&mut self.sequences, |s, work| {
            work.unembed(packed, batch[s].tokens.len());
            work.loss_and_back(&view, packed, &batch[s], T::of(weight));
            work.stream_lengths.clear();
            if watched {
                work.stream_lengths.push(lengths(&work.d_block.resid_post, config.width));
            }
        });
        let mut d = gradients.view_mut();
        self.output_gradients(threads, &mut d, config, accumulate);
        if self.watched {
            if !accumulate {
                self.trace = Trace::default();
            }
            self.trace.places(batch);
            self.trace.output(&self.sequences, config);
        }
        for layer in (0..config.layers).rev() {
            threads.for_each(&mut self.sequences, |s, work| {
                let SequenceActivations { blocks, scratch, .. } = &mut work.acts;
                if layer + 1 < config.layers {
                    // What came out before the block above is what stands after this one.
                    std::mem::swap(&mut work.d_block.resid_post, &mut work.d_block.resid_pre);
                }
                let weights = (&view.blocks[layer], &packed.blocks[layer]);
                block::backward(
                    &mut work.d_block,
                    &blocks[layer],
                    scratch,
                    weights,
                    setting(layer, s),
                );
                if watched {
                    work.stream_lengths.push(lengths(&work.d_block.resid_pre, config.width));
                }
            });
            self.layer_gradients(threads, &mut d, layer, config, accumulate);
            if self.watched {
                self.trace.layer(&self.sequences, layer);
            }
        }
        for (work, sequence) in self.sequences.iter_mut().zip(batch) {
            let dropout = Dropout { rate: dropout_rate, seed: sequence.dropout_seed };
            dropout.apply(&mut work.d_block.resid_pre, 0, Place::Embedding, 0);
        }
        self.embedding_gradients(&mut d, batch, config.width, accumulate);
        if self.watched {
            self.trace.embedding(&self.sequences);
        }
        let tokens = batch.iter().flat_map(|sequence| &sequence.targets).flatten().count();
        let sum: f64 = self.sequences.iter().map(|work| work.loss).sum();
        Loss { mean: sum / tokens.max(1) as f64, tokens }
    }

    /// Of the output matrix, and of the last norm.
    fn output_gradients(
        &self,
        threads: &Threads,
        d: &mut Tensors<&mut [T]>,
        config: &Config,
        accumulate: bool,
    ) {
        let pairs = self.sequences.iter().map(|work| {
            let positions = work.acts.positions();
            let logits = Matrix::new(&work.logits, positions, config.vocabulary);
            (logits, Matrix::new(&work.acts.ln_f.y, positions, config.width))
        });
        let output = d.lm_head.as_deref_mut().unwrap_or(&mut *d.wte);
        let product = MatrixMut::new(output, config.vocabulary, config.width);
        add_outer_products(
            threads,
            vec![OuterProducts { product, bias: None, pairs: pairs.collect() }],
            accumulate,
        );
        add_norms(&mut d.ln_f, self.sequences.iter().map(|work| &work.d_norm), accumulate);
    }

    /// Of the four matrices of a block with their biases, and of its two norms.
    fn layer_gradients(
        &self,
        threads: &Threads,
        d: &mut Tensors<&mut [T]>,
        layer: usize,
        config: &Config,
        accumulate: bool,
    ) {
        let Config { width, inner, .. } = *config;
        let block = &mut d.blocks[layer];
        type Pick<T> = for<'a> fn(&'a SequenceWork<T>, usize) -> (&'a [T], &'a [T]);
        let jobs: [(_, usize, usize, Pick<T>); 4] = [
            (&mut block.down, inner, width, |w, l| {
                (&w.acts.blocks[l].mlp_post, w.d_block.mlp_out())
            }),
            (&mut block.up, width, inner, |w, l| (&w.acts.blocks[l].ln_2.y, &w.d_block.mlp)),
            (&mut block.qkv, width, 3 * width, |w, l| (&w.acts.blocks[l].ln_1.y, &w.d_block.qkv)),
            (&mut block.output, width, width, |w, l| (&w.acts.blocks[l].z, w.d_block.attn_out())),
        ];
        let products = jobs.into_iter().map(|(linear, inputs, outputs, pick)| {
            let pairs = self.sequences.iter().map(|work| {
                let (x, dy) = pick(work, layer);
                let positions = work.acts.positions();
                (Matrix::new(x, positions, inputs), Matrix::new(dy, positions, outputs))
            });
            OuterProducts {
                product: MatrixMut::new(linear.weight, inputs, outputs),
                bias: Some(linear.bias),
                pairs: pairs.collect(),
            }
        });
        add_outer_products(threads, products.collect(), accumulate);
        add_norms(
            &mut block.ln_1,
            self.sequences.iter().map(|work| &work.d_block.ln_1),
            accumulate,
        );
        add_norms(
            &mut block.ln_2,
            self.sequences.iter().map(|work| &work.d_block.ln_2),
            accumulate,
        );
    }

    /// Of the embeddings: each position's gradient goes to its token's row and to its position's.
    fn embedding_gradients(
        &self,
        d: &mut Tensors<&mut [T]>,
        batch: &Batch,
        width: usize,
        accumulate: bool,
    ) {
        if !accumulate {
            d.wpe.fill(T::ZERO);
            if d.lm_head.is_some() {
                d.wte.fill(T::ZERO);
            }
        }
        for (work, sequence) in self.sequences.iter().zip(batch) {
            add(&mut d.wpe[..work.d_block.resid_pre.len()], &work.d_block.resid_pre);
            for (row, &token) in work.d_block.resid_pre.chunks_exact(width).zip(&sequence.tokens) {
                add(&mut d.wte[token as usize * width..][..width], row);
            }
        }
    }
}

impl<T: Real> SequenceWork<T> {
    fn new(config: &Config, positions: usize) -> Self {
        let norm = Norm { gain: vec![T::ZERO; config.width], bias: vec![T::ZERO; config.width] };
        Self {
            acts: SequenceActivations::new(config, positions),
            logits: Aligned::zeros(positions * config.vocabulary),
            d_block: BlockGradients::new(config, positions),
            d_norm: norm,
            loss: 0.0,
            token_losses: Vec::new(),
            stream_lengths: Vec::new(),
        }
    }

    /// logits `[position, vocabulary]` = the last norm's output · the output matrix.
    fn unembed(&mut self, packed: &PackedWeights<T>, positions: usize) {
        let (width, vocabulary) = packed.output.forward.shape();
        let normalized = Matrix::new(&self.acts.ln_f.y, positions, width);
        let logits = MatrixMut::new(&mut self.logits, positions, vocabulary);
        matmul(&Threads::serial(), logits, normalized, &packed.output.forward, Start::Zero);
    }

    /// The loss; the logits become its gradient, if `weight` says what a token weighs in it.
    fn loss(&mut self, sequence: &Sequence, vocabulary: usize, weight: T) {
        self.loss = 0.0;
        self.token_losses.clear();
        for (row, target) in self.logits.chunks_exact_mut(vocabulary).zip(&sequence.targets) {
            let loss = match target {
                Some(target) => cross_entropy(row, *target as usize, weight),
                None => {
                    row.fill(T::ZERO);
                    T::ZERO
                }
            };
            self.loss += loss.to_f64();
            self.token_losses.push(loss);
        }
    }

    /// The loss, and its gradient back through the output matrix and the last norm.
    fn loss_and_back(
        &mut self,
        view: &Tensors<&[T]>,
        packed: &PackedWeights<T>,
        sequence: &Sequence,
        weight: T,
    ) {
        let (_, vocabulary) = packed.output.forward.shape();
        self.loss(sequence, vocabulary, weight);
        let d = &mut self.d_block;
        linear::backward(&mut d.normalized, &self.logits, &packed.output.backward);
        // Nothing goes past the last norm.
        d.resid_mid.fill(T::ZERO);
        self.d_norm.gain.fill(T::ZERO);
        self.d_norm.bias.fill(T::ZERO);
        let (x, saved) = (&self.acts.resid_final, &self.acts.ln_f);
        let streams = (&mut *d.resid_post, &*d.resid_mid);
        let d_norm = &mut self.d_norm;
        layer_norm::backward(streams, d_norm, &d.normalized, x, saved, view.ln_f.gain);
    }
}

/// The forward pass of all sequences, layer by layer: a layer's weights stay in the cache.
fn forward<'a, T: Real>(
    threads: &Threads,
    sequences: &mut [SequenceWork<T>],
    view: &Tensors<&[T]>,
    packed: &PackedWeights<T>,
    batch: &Batch,
    setting: &(impl Fn(usize, usize) -> Setting<'a> + Sync),
) {
    for (layer, weights) in view.blocks.iter().enumerate() {
        threads.for_each(sequences, |s, work| {
            let setting = setting(layer, s);
            if layer == 0 {
                model::embed(&mut work.acts, view, &batch[s].tokens, setting.dropout, &mut NoTap);
            }
            let weights = (weights, Some(&packed.blocks[layer]));
            model::block(&Threads::serial(), &mut work.acts, weights, setting, &mut NoTap);
            if layer + 1 == view.blocks.len() {
                model::finish(&mut work.acts, view, setting.config.epsilon, &mut NoTap);
            }
        });
    }
}

/// The length of each row.
fn lengths<T: Real>(rows: &[T], width: usize) -> Vec<f64> {
    rows.chunks_exact(width).map(|row| sum_of_squares(row).to_f64().sqrt()).collect()
}

/// Sums the gradients of a norm over the sequences.
fn add_norms<'a, T: Real>(
    d: &mut Norm<&mut [T]>,
    parts: impl Iterator<Item = &'a Norm<Vec<T>>>,
    accumulate: bool,
) {
    if !accumulate {
        d.gain.fill(T::ZERO);
        d.bias.fill(T::ZERO);
    }
    for part in parts {
        add(d.gain, &part.gain);
        add(d.bias, &part.bias);
    }
}

/// The loss of a batch without gradients and without dropout.
pub fn loss<T: Real>(
    threads: &Threads,
    workspace: &mut BatchWorkspace<T>,
    parameters: &Parameters<T>,
    batch: &Batch,
) -> Loss {
    workspace.fit(&parameters.config, batch);
    let view = parameters.view();
    let (config, packed) = (&parameters.config, &workspace.packed);
    let setting = |layer, _| Setting { config, layer, mask: Mask::Causal, dropout: Dropout::NONE };
    forward(threads, &mut workspace.sequences, &view, packed, batch, &setting);
    threads.for_each(&mut workspace.sequences, |s, work| {
        work.unembed(packed, batch[s].tokens.len());
        work.loss(&batch[s], config.vocabulary, T::ONE);
    });
    let tokens = batch.iter().flat_map(|sequence| &sequence.targets).flatten().count();
    let sum: f64 = workspace.sequences.iter().map(|work| work.loss).sum();
    Loss { mean: sum / tokens.max(1) as f64, tokens }
}
