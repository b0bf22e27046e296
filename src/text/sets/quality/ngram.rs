//! The models that a network must beat: they look at two tokens or at none.

use std::collections::HashMap;

/// Held-out perplexity per token.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Baselines {
    /// Of the tokens' frequencies alone, one added to each count.
    pub unigram: f64,
    /// Of the two tokens before: each order adds [`SMOOTHING`] draws from the order below to its
    /// counts, down to the unigram (interpolation, add-k with k spread by the lower order).
    pub trigram: f64,
}

/// How many draws from the order below are added to the counts of a context.
pub const SMOOTHING: f64 = 2.0;

/// Counts of tokens after contexts of none, one and two tokens.
#[derive(Default)]
struct Counts {
    total: f64,
    single: Vec<f64>,
    /// How often a context was seen, and how often each token came after it.
    contexts: HashMap<(u32, u32), f64>,
    after: HashMap<(u32, u32, u32), f64>,
}

/// Stands where a sequence has no token yet.
const NOTHING: u32 = u32::MAX;

/// Stands in the far place of a context of one token.
const ANY: u32 = u32::MAX - 1;

/// Counts the training sequences and measures the validation sequences; the first token of a
/// sequence is given. Nothing if there is no token to predict.
pub fn baselines(
    training: &[Vec<u32>],
    validation: &[Vec<u32>],
    vocabulary: usize,
) -> Option<Baselines> {
    let mut counts = Counts { single: vec![0.0; vocabulary], ..Counts::default() };
    training.iter().for_each(|tokens| counts.add(tokens));
    let (mut one, mut three, mut number) = (0.0, 0.0, 0);
    for tokens in validation {
        for place in 1..tokens.len() {
            let (unigram, trigram) = counts.probabilities(tokens, place);
            one -= unigram.ln();
            three -= trigram.ln();
            number += 1;
        }
    }
    let perplexity = |sum: f64| (sum / f64::from(number)).exp();
    (number > 0).then(|| Baselines { unigram: perplexity(one), trigram: perplexity(three) })
}

/// The two tokens before a place, the nearer one last.
fn before(tokens: &[u32], place: usize) -> [u32; 2] {
    let earlier = |back: usize| place.checked_sub(back).map_or(NOTHING, |at| tokens[at]);
    [earlier(2), earlier(1)]
}

impl Counts {
    fn add(&mut self, tokens: &[u32]) {
        for place in 1..tokens.len() {
            let (token, [far, near]) = (tokens[place], before(tokens, place));
            self.total += 1.0;
            if let Some(count) = self.single.get_mut(token as usize) {
                *count += 1.0;
            }
            for far in [far, ANY] {
                *self.contexts.entry((far, near)).or_default() += 1.0;
                *self.after.entry((far, near, token)).or_default() += 1.0;
            }
        }
    }

    fn probabilities(&self, tokens: &[u32], place: usize) -> (f64, f64) {
        let (token, [far, near]) = (tokens[place], before(tokens, place));
        let count = self.single.get(token as usize).copied().unwrap_or(0.0);
        let unigram = (count + 1.0) / (self.total + self.single.len() as f64);
        let mut probability = unigram;
        for far in [ANY, far] {
            let context = self.contexts.get(&(far, near)).copied().unwrap_or(0.0);
            let after = self.after.get(&(far, near, token)).copied().unwrap_or(0.0);
            probability = (after + SMOOTHING * probability) / (context + SMOOTHING);
        }
        (unigram, probability)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_probabilities_of_all_tokens_come_to_one() {
        let mut counts = Counts { single: vec![0.0; 5], ..Counts::default() };
        counts.add(&[0, 1, 2, 1, 2, 3, 1, 2]);
        for context in [[1, 2], [4, 4], [2, 1]] {
            let all = (0..5).map(|token| counts.probabilities(&[context[0], context[1], token], 2));
            let (one, three) = all.fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
            assert!((one - 1.0_f64).abs() < 1e-12 && (three - 1.0_f64).abs() < 1e-12);
        }
    }

    #[test]
    fn a_trigram_finds_order_that_a_unigram_cannot() {
        let text: Vec<u32> = (0..300).map(|i| i % 3).collect();
        let found = baselines(std::slice::from_ref(&text), std::slice::from_ref(&text), 3).unwrap();
        assert!((found.unigram - 3.0).abs() < 0.01 && found.trigram < 1.05, "{found:?}");
        assert_eq!(baselines(&[], &[vec![1]], 3), None);
    }
}
