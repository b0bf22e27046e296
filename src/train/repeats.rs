//! Windows of random tokens that are said again and again.
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

    /// A window of `len` tokens, in a share of the calls. What is said for the first time cannot be
    /// foreseen and does not count in the loss.
    pub fn draw(&self, rng: &mut ChaCha8Rng, len: usize, dropout_seed: u64) -> Option<Sequence> {
        if self.share <= 0.0 || rng.random::<f64>() >= self.share || len < 4 {
            return None;
        }
        let period = rng.random_range(2..=len / 2);
        let once: Vec<u32> =
            (0..period).map(|_| self.tokens[rng.random_range(0..self.tokens.len())]).collect();
        let ids: Vec<u32> = once.into_iter().cycle().take(len).collect();
        // The first token of the second time is not to be foreseen either.
        let counts: Vec<bool> = (0..len).map(|at| at > period).collect();
        Some(sequence(&ids, &counts, Counted::Replies, dropout_seed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;

    #[test]
    fn windows_repeat_themselves_and_only_what_was_said_counts() {
        let tokenizer = Tokenizer::learn_characters("abcdefgh", true);
        let repeats = Repeats::new(0.5, &tokenizer);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let drawn: Vec<_> = (0..400).filter_map(|_| repeats.draw(&mut rng, 33, 0)).collect();
        assert!((150..250).contains(&drawn.len()), "{} of 400", drawn.len());
        let specials = [USER, BOT, END].map(|name| tokenizer.id_of_special(name));
        for window in drawn {
            assert_eq!((window.tokens.len(), window.targets.len()), (32, 32));
            assert!(window.tokens.iter().all(|&id| !specials.contains(&Some(id))));
            let first = window.targets.iter().position(Option::is_some).expect("some count");
            let period = first;
            for (at, target) in window.targets.iter().enumerate().skip(first) {
                assert_eq!(*target, Some(window.tokens[at + 1 - period]), "period {period}");
            }
        }
        assert!(Repeats::default().draw(&mut rng, 33, 0).is_none());
    }
}
