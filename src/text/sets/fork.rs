//! Sentences with known probabilities: a text whose true distribution is written down.
//!
//! What a model or a beam search finds can be held against it exactly, which no natural text allows.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use serde::Deserialize;

use super::{Expansion, Talk};
use crate::{Error, Result};

/// A sentences file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fork {
    /// The number of this schema: 1.
    pub format: u32,
    /// All sentences that there are.
    pub sentences: Vec<Sentence>,
}

/// A sentence and how often it comes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentence {
    /// The sentence.
    pub text: String,
    /// Its share of the set; all shares come to 1.
    pub probability: f64,
    /// How often it is in the set.
    pub count: usize,
}

impl Fork {
    /// Reads and checks a sentences file; errors name the line.
    pub fn from_ron(text: &str) -> Result<Self> {
        let fork: Self =
            ron::from_str(text).map_err(|e| Error::failed(format!("no sentences file ({e})")))?;
        fork.check().map_err(|what| Error::failed(format!("sentences: {what}")))?;
        Ok(fork)
    }

    fn check(&self) -> std::result::Result<(), String> {
        if self.format != 1 {
            return Err(format!("format {} is not known; use 1", self.format));
        }
        let all: usize = self.sentences.iter().map(|sentence| sentence.count).sum();
        for Sentence { text, probability, count } in &self.sentences {
            let share = *count as f64 / all as f64;
            if text.trim().is_empty() || text.contains('\n') || (share - probability).abs() > 1e-9 {
                return Err(format!("{text:?} comes {count} times of {all}, not {probability}"));
            }
        }
        Ok(())
    }

    /// The set: every sentence as often as it says, in the order that the seed draws, the last
    /// `kept` for validation.
    pub fn expand(&self, seed: u64, kept: usize) -> Expansion {
        let times = |sentence: &Sentence| vec![vec![sentence.text.clone()]; sentence.count];
        let mut training: Vec<Talk> = self.sentences.iter().flat_map(times).collect();
        training.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        let validation = training.split_off(training.len().saturating_sub(kept));
        Expansion { training, validation, ..Expansion::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_come_as_often_as_they_say() {
        let text = r#"(format: 1, sentences: [
            (text: "A.", probability: 0.75, count: 6), (text: "B.", probability: 0.25, count: 2)])"#;
        let made = Fork::from_ron(text).unwrap().expand(1, 3);
        assert_eq!((made.training.len(), made.validation.len()), (5, 3));
        assert_eq!(made.all().iter().filter(|talk| talk[0] == "A.").count(), 6);
        for (right, wrong) in [("0.75", "0.7"), ("\"A.\"", "\"\""), ("format: 1", "format: 2")] {
            assert!(Fork::from_ron(&text.replace(right, wrong)).is_err(), "{wrong}");
        }
    }
}
