//! The names of activations: TransformerLens's, in one enum.

use std::fmt;
use std::str::FromStr;

/// A named number or row of numbers that appears while a model runs. Blocks count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Name {
    /// The token's row of the embedding, `[position, width]`.
    Embed,
    /// The position's row of its embedding, `[position, width]`.
    PosEmbed,
    /// The residual stream before a block, between its two layers, and after it, `[position, width]`.
    ResidPre(usize),
    ResidMid(usize),
    ResidPost(usize),
    /// √(variance + ε) of a norm, `[position, 1]`; and the norm's output, `[position, width]`.
    Ln1Scale(usize),
    Ln1Normalized(usize),
    Ln2Scale(usize),
    Ln2Normalized(usize),
    /// Queries, keys and values, `[position, head, head width]`.
    Q(usize),
    K(usize),
    V(usize),
    /// q·k / √(head width), minus infinity where masked, `[head, query, key]`.
    AttnScores(usize),
    /// The scores after softmax, `[head, query, key]`.
    Pattern(usize),
    /// Values mixed by the pattern, `[position, head, head width]`.
    Z(usize),
    /// What attention adds to the stream, `[position, width]`.
    AttnOut(usize),
    /// The MLP's neurons before and after GELU, `[position, inner]`.
    MlpPre(usize),
    MlpPost(usize),
    /// What the MLP adds to the stream, `[position, width]`.
    MlpOut(usize),
    /// Of the last norm, `[position, 1]`; and the input of the unembedding, `[position, width]`.
    LnFinalScale,
    LnFinalNormalized,
}

/// Makes a block's name from the block's number.
type InBlock = fn(usize) -> Name;

/// The form of a block's names: what stands behind `blocks.L.`.
const IN_BLOCKS: [(&str, InBlock); 17] = [
    ("hook_resid_pre", Name::ResidPre),
    ("ln1.hook_scale", Name::Ln1Scale),
    ("ln1.hook_normalized", Name::Ln1Normalized),
    ("attn.hook_q", Name::Q),
    ("attn.hook_k", Name::K),
    ("attn.hook_v", Name::V),
    ("attn.hook_attn_scores", Name::AttnScores),
    ("attn.hook_pattern", Name::Pattern),
    ("attn.hook_z", Name::Z),
    ("hook_attn_out", Name::AttnOut),
    ("hook_resid_mid", Name::ResidMid),
    ("ln2.hook_scale", Name::Ln2Scale),
    ("ln2.hook_normalized", Name::Ln2Normalized),
    ("mlp.hook_pre", Name::MlpPre),
    ("mlp.hook_post", Name::MlpPost),
    ("hook_mlp_out", Name::MlpOut),
    ("hook_resid_post", Name::ResidPost),
];

const OUTSIDE_BLOCKS: [(&str, Name); 4] = [
    ("hook_embed", Name::Embed),
    ("hook_pos_embed", Name::PosEmbed),
    ("ln_final.hook_scale", Name::LnFinalScale),
    ("ln_final.hook_normalized", Name::LnFinalNormalized),
];

impl Name {
    /// Every name of a model of that many layers, in the order in which they are computed.
    pub fn all(layers: usize) -> Vec<Self> {
        let blocks = (0..layers).flat_map(|l| IN_BLOCKS.iter().map(move |(_, name)| name(l)));
        let before = [Self::Embed, Self::PosEmbed].into_iter();
        before.chain(blocks).chain([Self::LnFinalScale, Self::LnFinalNormalized]).collect()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((text, _)) = OUTSIDE_BLOCKS.iter().find(|(_, name)| name == self) {
            return f.write_str(text);
        }
        let layer = match *self {
            Self::ResidPre(l) | Self::ResidMid(l) | Self::ResidPost(l) | Self::Ln1Scale(l) => l,
            Self::Ln1Normalized(l) | Self::Ln2Scale(l) | Self::Ln2Normalized(l) => l,
            Self::Q(l) | Self::K(l) | Self::V(l) | Self::AttnScores(l) | Self::Pattern(l) => l,
            Self::Z(l)
            | Self::AttnOut(l)
            | Self::MlpPre(l)
            | Self::MlpPost(l)
            | Self::MlpOut(l) => l,
            Self::Embed | Self::PosEmbed | Self::LnFinalScale | Self::LnFinalNormalized => 0,
        };
        let text =
            IN_BLOCKS.iter().find(|(_, name)| name(layer) == *self).map_or("", |(text, _)| text);
        write!(f, "blocks.{layer}.{text}")
    }
}

impl FromStr for Name {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Some((_, name)) = OUTSIDE_BLOCKS.iter().find(|(outside, _)| *outside == text) {
            return Ok(*name);
        }
        let (layer, rest) =
            text.strip_prefix("blocks.").and_then(|rest| rest.split_once('.')).ok_or(())?;
        let layer = layer.parse().map_err(|_| ())?;
        IN_BLOCKS.iter().find(|(text, _)| *text == rest).map(|(_, name)| name(layer)).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_as_written() {
        let names = Name::all(3);
        assert_eq!(names.len(), 4 + 3 * 17);
        for name in names {
            assert_eq!(name.to_string().parse(), Ok(name));
        }
        assert_eq!(Name::Pattern(2).to_string(), "blocks.2.attn.hook_pattern");
        for wrong in ["", "blocks", "blocks.x.hook_mlp_out", "blocks.1.hook_nothing", "hook_embe"] {
            assert_eq!(wrong.parse::<Name>(), Err(()));
        }
    }
}
