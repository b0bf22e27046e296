//! The die: candidates side by side on a line from 0 to 1, and a number that falls on one.

use super::logits::log_sum_exp;
use super::rank::Descending;

/// A token that may be drawn: the stretch `[until - probability, until)` of the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The token.
    pub token: u32,
    /// Its filtered, renormalised probability: the length of the stretch.
    pub probability: f64,
    /// The sum of the probabilities down to this one, itself included: where the stretch ends.
    pub until: f64,
}

/// The line: the most probable candidates first, ties by id.
///
/// The list goes at least to the one that was chosen; the many improbable ones behind it are
/// only counted, so that a record of an unfiltered step stays small.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidates {
    /// The head of the line.
    pub list: Vec<Candidate>,
    /// How many candidates there are behind the head.
    pub others: usize,
}

/// How many candidates are listed even if the choice falls among the first.
const LISTED: usize = 64;

impl Candidates {
    /// Lays the tokens of filtered `logits` `[vocabulary]` on the line; also returns the index in
    /// the list of the one that `u` in [0, 1) falls on: the first whose stretch ends beyond `u`
    /// (inverse transform sampling).
    pub fn new(logits: &[f32], u: f64) -> (Self, usize) {
        let log_sum = log_sum_exp(logits);
        let mut tokens = Descending::new(logits);
        let mut list: Vec<Candidate> = Vec::with_capacity(LISTED);
        let mut until = 0.0;
        while list.len() < LISTED || until <= u {
            let Some(token) = tokens.next() else { break };
            let probability = (f64::from(logits[token as usize]) - log_sum).exp();
            until += probability;
            list.push(Candidate { token, probability, until });
        }
        // Rounding may leave the end of the line a hair below 1, and `u` beyond it.
        let chosen = list.partition_point(|c| c.until <= u).min(list.len().saturating_sub(1));
        let others = tokens.total() - list.len();
        (Self { list, others }, chosen)
    }

    /// The index in the list of the candidate that `u` in [0, 1) falls on; none if it falls on one
    /// behind the head.
    pub fn under(&self, u: f64) -> Option<usize> {
        let at = self.list.partition_point(|candidate| candidate.until <= u);
        // Without others a last hair of the line, lost in rounding, belongs to the last candidate.
        let last = self.list.len().checked_sub(1).filter(|_| self.others == 0);
        if at < self.list.len() { Some(at) } else { last }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u_chooses_the_stretch_it_falls_on() {
        let logits: Vec<f32> = [0.2_f32, 0.5, 0.3, 0.0].iter().map(|p| p.ln()).collect();
        for (u, token) in [(0.0, 1), (0.49, 1), (0.51, 2), (0.79, 2), (0.81, 0), (0.999_999_999, 0)]
        {
            let (candidates, chosen) = Candidates::new(&logits, u);
            assert_eq!(candidates.list[chosen].token, token, "u {u}");
            assert_eq!((candidates.list.len(), candidates.others), (3, 0));
        }
    }

    #[test]
    fn a_long_tail_is_counted_but_reached_when_u_falls_there() {
        let logits = vec![0.0; 1000];
        let (head, chosen) = Candidates::new(&logits, 0.0105);
        assert_eq!((head.list.len(), head.others, head.list[chosen].token), (64, 936, 10));
        assert_eq!((head.under(0.0105), head.under(0.9)), (Some(10), None));
        let (all, chosen) = Candidates::new(&logits, 0.9995);
        assert_eq!((all.list.len(), all.others, all.list[chosen].token), (1000, 0, 999));
    }
}
