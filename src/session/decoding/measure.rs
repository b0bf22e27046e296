//! How surprised the model was by a text.

use super::Decoding;
use crate::decode::Outlook;

/// What the model thought of one token before it came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// Nats, under the unfiltered model.
    pub logprob: f64,
    /// From 1.
    pub rank: usize,
    /// How open the choice was, in nats.
    pub entropy: f64,
}

impl Measure {
    pub(super) fn of(outlook: &Outlook, token: u32) -> Self {
        Self {
            logprob: outlook.logprob(token),
            rank: outlook.rank(token),
            entropy: outlook.entropy(),
        }
    }
}

/// The surprise of a whole text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surprise {
    /// Tokens that could be surprising: all but the first.
    pub tokens: usize,
    /// Their mean loss, in nats.
    pub mean: f64,
}

impl Surprise {
    /// As unsure as among so many tokens.
    pub fn perplexity(&self) -> f64 {
        self.mean.exp()
    }
}

impl Decoding {
    /// How surprised the model was by the tokens from position `from` up to the place.
    pub fn surprise(&self, from: usize) -> Option<Surprise> {
        let from = from.max(1);
        let nodes = self.text().take(self.here + 1).skip(from);
        let losses = nodes.map(|node| Some(-node.measure?.logprob)).collect::<Option<Vec<_>>>()?;
        let tokens = losses.len();
        (tokens > 0).then(|| Surprise { tokens, mean: losses.iter().sum::<f64>() / tokens as f64 })
    }
}
