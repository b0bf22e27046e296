//! The transformer: GPT-2's architecture, forward and backward.
//!
//! Read in this order: [`Config`] (the sizes), [`Parameters`] (what is learned), then the layers,
//! each a forward/backward pair with its formula — [`linear`], [`layer_norm`], [`attention`],
//! [`block`] — and the whole: [`model`] (one sequence, forward and back), [`batch`] (many sequences
//! and the gradients of all parameters), [`AdamW`] (what is done with gradients), [`Inference`]
//! (one token after another, with a cache).
//!
//! Shapes stand in comments: `[position, width]` is row-major, a row for each position.
//! The architecture is that of Radford et al. 2019 ("Language Models are Unsupervised Multitask
//! Learners"): learned positions, layer norm before each layer, GELU in its tanh form, biases.

pub mod activations;
mod adamw;
pub mod attention;
pub mod batch;
mod beginning;
pub mod block;
mod config;
mod dropout;
mod inference;
pub mod layer_norm;
pub mod linear;
pub mod lora;
pub mod model;
mod name;
mod packed;
mod parameters;
mod tap;

pub use activations::SequenceActivations;
pub use adamw::{AdamW, AdamWSettings, UpdateConstants, gradient_norm, kept_share};
pub use batch::{Batch, BatchWorkspace, Sequence};
pub use config::Config;
pub use dropout::Dropout;
pub use inference::{Inference, Memory};
pub use lora::{Lora, LoraTarget};
pub use name::Name;
pub use packed::{PackedBlock, PackedLinear, PackedWeights};
pub use parameters::{Block, Linear, Norm, Parameters, Spec, Tensors, tensor_names};
pub use tap::{NoTap, Recording, Tap, View};
