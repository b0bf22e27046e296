//! Causes: a part is switched off, and what changes is shown beside what was.

mod banner;
mod effect;

pub use banner::banner;
pub use effect::{effect, switch};

use crate::app::context::Context;
use crate::app::numbers;
use crate::app::words::fill;
use crate::interpret::{Change, Component};

/// What the screen calls a part.
pub fn part_name(ctx: &Context, part: Component) -> String {
    let words = &ctx.words.behind;
    match part {
        Component::Tokens => words.token_vectors.into(),
        Component::Positions => words.position_vectors.into(),
        Component::Head { block, head } => fill(words.head_of, &[&(block + 1), &(head + 1)]),
        Component::AttentionBias(block) => fill(words.attention_bias_of, &[&(block + 1)]),
        Component::Mlp(block) => fill(words.mlp_of, &[&(block + 1)]),
        // A neuron is a place in a file's row, and keeps the file's number.
        Component::Neuron { block, neuron } => fill(words.neuron_of, &[&(block + 1), &neuron]),
        Component::Block(block) => fill(ctx.words.block_n, &[&(block + 1)]),
        Component::LastBias => words.last_bias.into(),
    }
}

/// What the screen calls a change.
pub fn change_name(ctx: &Context, change: &Change) -> String {
    let words = &ctx.words.behind;
    match change {
        Change::Scale { part, by: 0.0 } => part_name(ctx, *part),
        Change::Scale { part, by } => {
            fill(words.is_scaled, &[&part_name(ctx, *part), &numbers::short(*by)])
        }
        Change::Patch(patch) => fill(words.is_patched, &[&patch.row, &patch.name]),
    }
}
