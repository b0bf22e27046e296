//! What cells are called: in words, and as they are stored.

use crate::app::context::Context;
use crate::app::words::fill;
use crate::interpret::provenance::{Cell, NormPlace, Numbers};
use crate::nn::Name;

/// A cell in words: “Query · block 3, head 2 · row 7, number 12”.
pub fn cell_name(ctx: &Context, numbers: &Numbers, cell: Cell) -> String {
    let words = &ctx.words.behind;
    let token = |token: usize| ctx.piece(token as u32).text;
    match cell {
        Cell::Activation { name, at } => {
            let (what, block) = activation(ctx, name);
            let place = match name {
                Name::Q(_) | Name::K(_) | Name::V(_) | Name::Z(_) => {
                    fill(words.in_head, &[&(at[1] + 1), &at[0], &at[2]])
                }
                Name::AttnScores(_) | Name::Pattern(_) => {
                    fill(words.in_square, &[&(at[0] + 1), &at[1], &at[2]])
                }
                Name::Ln1Scale(_) | Name::Ln2Scale(_) | Name::LnFinalScale => {
                    fill(words.in_row, &[&at[0]])
                }
                _ => fill(words.in_table, &[&at[0], &at[1]]),
            };
            joined(ctx, what, block, &place)
        }
        Cell::Mean { norm, position } => {
            let block = match norm {
                NormPlace::BeforeAttention(l) | NormPlace::BeforeMlp(l) => Some(l),
                NormPlace::Last => None,
            };
            joined(ctx, words.a_mean, block, &fill(words.in_row, &[&position]))
        }
        Cell::Logit { position, token: id } => fill(words.a_logit, &[&token(id), &position]),
        Cell::Probability { position, token: id } => {
            fill(words.a_probability, &[&token(id), &position])
        }
        Cell::Weight { tensor, at } => {
            let name = numbers.spec(tensor).map_or("", |spec| spec.name.as_str());
            if name == "wte.weight" || name == "lm_head.weight" {
                return fill(words.a_token_weight, &[&token(at[0]), &at[1]]);
            }
            let is_row = numbers.spec(tensor).is_some_and(|spec| spec.shape.len() == 1);
            let place = if is_row {
                fill(words.in_row, &[&at[1]])
            } else {
                fill(words.in_table, &[&at[0], &at[1]])
            };
            format!("{} · {place}", fill(words.a_weight, &[&name]))
        }
    }
}

fn joined(ctx: &Context, what: &str, block: Option<usize>, place: &str) -> String {
    match block {
        Some(block) => {
            format!("{what} · {} · {place}", fill(ctx.words.block_n, &[&(block + 1)]))
        }
        None => format!("{what} · {place}"),
    }
}

/// An activation in words, and its block.
pub fn activation(ctx: &Context, name: Name) -> (&'static str, Option<usize>) {
    let words = &ctx.words.behind;
    match name {
        Name::Embed => (words.an_embed, None),
        Name::PosEmbed => (words.a_pos_embed, None),
        Name::ResidPre(l) => (words.a_resid_pre, Some(l)),
        Name::ResidMid(l) => (words.a_resid_mid, Some(l)),
        Name::ResidPost(l) => (words.a_resid_post, Some(l)),
        Name::Ln1Scale(l) | Name::Ln2Scale(l) => (words.a_scale, Some(l)),
        Name::LnFinalScale => (words.a_scale, None),
        Name::Ln1Normalized(l) => (words.a_norm_1, Some(l)),
        Name::Ln2Normalized(l) => (words.a_norm_2, Some(l)),
        Name::LnFinalNormalized => (words.a_norm_last, None),
        Name::Q(l) => (words.a_query, Some(l)),
        Name::K(l) => (words.a_key, Some(l)),
        Name::V(l) => (words.a_value, Some(l)),
        Name::AttnScores(l) => (words.a_score, Some(l)),
        Name::Pattern(l) => (words.a_pattern, Some(l)),
        Name::Z(l) => (words.a_mixture, Some(l)),
        Name::AttnOut(l) => (words.an_attn_out, Some(l)),
        Name::MlpPre(l) => (words.a_neuron_pre, Some(l)),
        Name::MlpPost(l) => (words.a_neuron_post, Some(l)),
        Name::MlpOut(l) => (words.an_mlp_out, Some(l)),
    }
}

/// As it is stored: `blocks.2.attn.hook_q[7, 1, 12]`.
pub fn stored(numbers: &Numbers, cell: Cell) -> String {
    match cell {
        Cell::Activation { name, at } => {
            let shape = numbers.shape(cell).len();
            let at: Vec<String> = at.iter().take(shape).map(ToString::to_string).collect();
            format!("{name}[{}]", at.join(", "))
        }
        Cell::Mean { norm, position } => {
            let (input, ..) = norm.names(numbers.reading.config.layers);
            format!("mean({input}[{position}])")
        }
        Cell::Logit { position, token } => format!("logits[{position}, {token}]"),
        Cell::Probability { position, token } => format!("softmax(logits[{position}])[{token}]"),
        Cell::Weight { tensor, at } => {
            let spec = numbers.spec(tensor);
            let name = spec.map_or("", |spec| spec.name.as_str());
            if spec.is_some_and(|spec| spec.shape.len() == 1) {
                format!("{name}[{}]", at[1])
            } else {
                format!("{name}[{}, {}]", at[0], at[1])
            }
        }
    }
}
