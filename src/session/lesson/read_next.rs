//! What the model says of the next token, before any filter.

use crate::decode::{Filters, Funnel, log_sum_exp};
use std::cmp::Ordering;

/// The logits `[vocabulary]` after one position, at a temperature.
pub(super) struct Next {
    logits: Vec<f32>,
    log_sum: f64,
}

impl Next {
    /// None if there are none, or the temperature is not above 0.
    pub fn new(logits: &[f32], temperature: f64) -> Option<Self> {
        if logits.is_empty() || !(temperature > 0.0 && temperature.is_finite()) {
            return None;
        }
        let mut logits = logits.to_vec();
        if temperature != 1.0 {
            crate::decode::temperature(&mut logits, temperature as f32);
        }
        let log_sum = log_sum_exp(&logits);
        Some(Self { logits, log_sum })
    }

    pub fn logit(&self, token: u32) -> Option<f64> {
        self.logits.get(token as usize).copied().map(f64::from)
    }

    /// ln of the probability.
    pub fn logprob(&self, token: u32) -> Option<f64> {
        Some(self.logit(token)? - self.log_sum)
    }

    pub fn probability(&self, token: u32) -> Option<f64> {
        self.logprob(token).map(f64::exp)
    }

    /// 1 for the most probable; of equals the lower id comes first.
    pub fn rank(&self, token: u32) -> Option<usize> {
        let own = *self.logits.get(token as usize)?;
        let before = |(id, logit): (usize, &f32)| match logit.partial_cmp(&own) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => id < token as usize,
            _ => false,
        };
        Some(1 + self.logits.iter().enumerate().filter(|&one| before(one)).count())
    }

    /// The `n` most probable, the most probable first.
    pub fn top(&self, n: usize) -> Vec<u32> {
        crate::interpret::top_tokens(&self.logits, n)
    }

    /// What the `n` most probable hold together.
    pub fn mass(&self, n: usize) -> f64 {
        self.top(n).into_iter().filter_map(|token| self.probability(token)).sum()
    }

    /// In bits.
    pub fn entropy(&self) -> f64 {
        let of = |logit: &f32| {
            let logprob = f64::from(*logit) - self.log_sum;
            let p = logprob.exp();
            if p > 0.0 { -p * logprob / std::f64::consts::LN_2 } else { 0.0 }
        };
        self.logits.iter().map(of).sum()
    }
}

/// What is left of the candidates behind the filters.
pub(super) fn funnel(filters: &Filters, logits: &[f32], seen: &[u32]) -> Option<Funnel> {
    (!logits.is_empty() && filters.validate().is_ok()).then(|| Funnel::new(filters, logits, seen))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_agree_with_each_other() {
        let logits = [0.1, 2.0, -1.0, 2.0, 0.5];
        let next = Next::new(&logits, 1.0).expect("logits");
        assert_eq!(next.top(2), [1, 3]);
        assert_eq!([0, 1, 3, 2].map(|t| next.rank(t)), [4, 1, 2, 5].map(Some));
        assert!((next.mass(5) - 1.0).abs() < 1e-12);
        let even = Next::new(&[0.0; 8], 1.0).expect("logits");
        assert!((even.entropy() - 3.0).abs() < 1e-12);
        let hot = Next::new(&logits, 4.0).expect("logits");
        assert!(hot.probability(1) < next.probability(1) && hot.rank(1) == Some(1));
        assert!(Next::new(&logits, 0.0).is_none() && Next::new(&[], 1.0).is_none());
        assert_eq!(next.probability(9), None);
    }
}
