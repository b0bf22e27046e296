//! What a model says may come next, with what can be told from it at once.

use super::logits::{check, log_sum_exp};
use crate::Result;
use std::sync::Arc;

/// The logits after one place of a text.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// `[vocabulary]`, unfiltered.
    pub logits: Arc<[f32]>,
    log_sum: f64,
    entropy: f64,
}

impl Outlook {
    /// From `logits` `[vocabulary]`.
    ///
    /// # Errors
    /// Logits that are not numbers.
    pub fn new(logits: &[f32]) -> Result<Self> {
        check(logits, 1, logits.len())?;
        let log_sum = log_sum_exp(logits);
        let surprise = |&logit: &f32| {
            let logprob = f64::from(logit) - log_sum;
            // What is impossible is no surprise, for it never comes.
            if logit > f32::NEG_INFINITY { -logprob * logprob.exp() } else { 0.0 }
        };
        let entropy = logits.iter().map(surprise).sum();
        Ok(Self { logits: logits.into(), log_sum, entropy })
    }

    /// How open the choice is, in nats: the mean surprise of what comes.
    pub fn entropy(&self) -> f64 {
        self.entropy
    }

    /// The log-probability of `token` in nats; minus infinity outside the vocabulary.
    pub fn logprob(&self, token: u32) -> f64 {
        self.logits.get(token as usize).map_or(f64::NEG_INFINITY, |&x| f64::from(x) - self.log_sum)
    }

    /// Which place `token` takes among all, from 1; tokens of equal logits share theirs.
    pub fn rank(&self, token: u32) -> usize {
        let own = self.logits.get(token as usize).copied().unwrap_or(f32::NEG_INFINITY);
        self.logits.iter().filter(|&&logit| logit > own).count() + 1
    }

    /// The most probable token, of equals the one with the lowest id.
    pub fn best(&self) -> u32 {
        let better = |best: usize, at: usize| {
            if self.logits[at] > self.logits[best] { at } else { best }
        };
        (0..self.logits.len()).reduce(better).unwrap_or(0) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlook_knows_ranks_surprise_and_openness() {
        let outlook = Outlook::new(&[1.0, 3.0, 3.0, f32::NEG_INFINITY]).expect("numbers");
        assert_eq!(
            (outlook.best(), outlook.rank(1), outlook.rank(2), outlook.rank(0)),
            (1, 1, 1, 3)
        );
        let sum: f64 = (0..3).map(|token| outlook.logprob(token).exp()).sum();
        assert!((sum - 1.0).abs() < 1e-12);
        assert_eq!(outlook.logprob(9), f64::NEG_INFINITY);
        let even = Outlook::new(&[2.0; 8]).expect("numbers");
        assert!((even.entropy() - 8f64.ln()).abs() < 1e-12);
        assert!(outlook.entropy() < 3f64.ln());
        assert!(Outlook::new(&[f32::NAN, 1.0]).is_err());
    }
}
