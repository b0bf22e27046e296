//! Windows of a few phrases of random tokens, said again and again in any order.
//!
//! Nothing but the text before says what comes next in them, so a model can foresee them in one way
//! only: find the last time that the present token stood there, and copy what followed. This is how
//! induction heads are measured and, with a share of such windows, made to form (Olsson et al. 2022,
//! "In-context Learning and Induction Heads").

use super::examples::{Counted, sequence};
use crate::nn::Sequence;
use crate::text::Tokenizer;
use crate::text::template::{BOT, END, USER};
use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;

/// How often windows are random tokens instead of data, and which tokens.
#[derive(Debug, Clone, Default)]
pub(super) struct Repeats {
    share: f64,
    /// All tokens but those of the chat template.
    tokens: Vec<u32>,
}

impl Repeats {
    pub fn new(share: f64, tokenizer: &Tokenizer) -> Self {
        let specials: Vec<u32> =
            [USER, BOT, END].into_iter().filter_map(|name| tokenizer.id_of_special(name)).collect();
        let all = 0..tokenizer.vocabulary_size() as u32;
        Self { share, tokens: all.filter(|id| !specials.contains(id)).collect() }
    }

    /// A window of `len` tokens, in a share of the calls. Only what can be foreseen counts in the loss: the
    /// later tokens of a phrase that was said before.
    pub fn draw(&self, rng: &mut ChaCha8Rng, len: usize, dropout_seed: u64) -> Option<Sequence> {
        if self.share <= 0.0 || rng.random::<f64>() >= self.share || len < 4 {
            return None;
        }
        let phrases = self.phrases(rng);
        let mut said = vec![false; phrases.len()];
        let mut ids = Vec::with_capacity(len);
        let mut counts = Vec::with_capacity(len);
        while ids.len() < len {
            let chosen = rng.random_range(0..phrases.len());
            counts.extend((0..phrases[chosen].len()).map(|at| at > 0 && said[chosen]));
            ids.extend_from_slice(&phrases[chosen]);
            said[chosen] = true;
        }
        ids.truncate(len);
        counts.truncate(len);
        Some(sequence(&ids, &counts, Counted::Replies, dropout_seed))
    }

    /// The phrases of one window. Their number and lengths vary, so that no distance tells where to look.
    fn phrases(&self, rng: &mut ChaCha8Rng) -> Vec<Vec<u32>> {
        let token = |rng: &mut ChaCha8Rng| self.tokens[rng.random_range(0..self.tokens.len())];
        (0..rng.random_range(1..=8))
            .map(|_| (0..rng.random_range(2..=16)).map(|_| token(rng)).collect())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;

    #[test]
    fn phrases_come_again_and_only_what_was_said_counts() {
        let tokenizer = Tokenizer::learn_characters("abcdefgh", true);
        let repeats = Repeats::new(0.5, &tokenizer);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let drawn: Vec<_> = (0..400).filter_map(|_| repeats.draw(&mut rng, 33, 0)).collect();
        assert!((150..250).contains(&drawn.len()), "{} of 400", drawn.len());
        let specials = [USER, BOT, END].map(|name| tokenizer.id_of_special(name));
        let mut foreseen = 0;
        for window in drawn {
            assert_eq!((window.tokens.len(), window.targets.len()), (32, 32));
            assert!(window.tokens.iter().all(|&id| !specials.contains(&Some(id))));
            for (at, target) in window.targets.iter().enumerate() {
                let Some(target) = *target else { continue };
                let now = window.tokens[at];
                let before = window.tokens[..at].windows(2).any(|pair| pair == [now, target]);
                assert!(before, "{target} has not followed {now} before place {at}");
            }
            foreseen += window.targets.iter().flatten().count();
        }
        assert!(foreseen > 800, "{foreseen}");
        assert!(Repeats::default().draw(&mut rng, 33, 0).is_none());
    }
}
