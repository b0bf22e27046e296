//! The sampling filters: pure functions that reshape one row of logits `[vocabulary]` in place.
//!
//! A filter that drops a token sets its logit to minus infinity; the softmax that follows gives
//! the others their share. Each filter never drops the most probable token. Meaning and order are
//! those of transformers: repetition penalty, temperature, top-k, top-p, min-p.

use super::logits::{log_sum_exp, maximum};
use super::rank::Descending;
use crate::{Error, Result};

/// What to do to logits before a token is drawn from them; `None` is off.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Filters {
    /// Above 0; 1 changes nothing. See [`repetition_penalty`].
    pub repetition_penalty: Option<f32>,
    /// Above 0; 1 changes nothing. See [`temperature`].
    pub temperature: Option<f32>,
    /// How many tokens to keep; 0 is off. See [`top_k`].
    pub top_k: Option<usize>,
    /// In (0, 1]; 1 changes nothing. See [`top_p`].
    pub top_p: Option<f32>,
    /// In [0, 1]; 0 changes nothing. See [`min_p`].
    pub min_p: Option<f32>,
}

impl Filters {
    /// # Errors
    /// Wrong usage: a value outside its range, the sentence naming its flag.
    pub fn validate(&self) -> Result<()> {
        check_repetition_penalty(self.repetition_penalty)?;
        check(
            self.temperature,
            |t| t > 0.0 && t.is_finite(),
            || "--temperature must be above 0; --top-k 1 always takes the most probable token",
        )?;
        check(
            self.top_p,
            |p| p > 0.0 && p <= 1.0,
            || "--top-p must be above 0 and at most 1; 1 keeps every token",
        )?;
        check(
            self.min_p,
            |p| (0.0..=1.0).contains(&p),
            || "--min-p must be between 0 and 1; 0 keeps every token",
        )
    }

    /// Applies every filter that is on to `logits` `[vocabulary]`, in order. `seen` are the tokens
    /// so far, prompt included.
    pub fn apply(&self, logits: &mut [f32], seen: &[u32]) {
        for filter in self.list() {
            filter.apply(logits, seen);
        }
    }

    /// The filters that are on, in the order in which they are applied.
    pub(super) fn list(&self) -> Vec<Filter> {
        [
            self.repetition_penalty.map(Filter::RepetitionPenalty),
            self.temperature.map(Filter::Temperature),
            self.top_k.filter(|&k| k > 0).map(Filter::TopK),
            // Keeping all of the mass is no filter, and rounding must not make it one.
            self.top_p.filter(|&p| p < 1.0).map(Filter::TopP),
            self.min_p.map(Filter::MinP),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// One filter with its setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Filter {
    RepetitionPenalty(f32),
    Temperature(f32),
    TopK(usize),
    TopP(f32),
    MinP(f32),
}

impl Filter {
    pub(super) fn apply(self, logits: &mut [f32], seen: &[u32]) {
        match self {
            Self::RepetitionPenalty(penalty) => repetition_penalty(logits, seen, penalty),
            Self::Temperature(t) => temperature(logits, t),
            Self::TopK(k) => top_k(logits, k),
            Self::TopP(p) => top_p(logits, p),
            Self::MinP(p) => min_p(logits, p),
        }
    }
}

fn check(value: Option<f32>, fits: fn(f32) -> bool, sentence: fn() -> &'static str) -> Result<()> {
    match value {
        Some(value) if !fits(value) => Err(Error::usage(format!("{} (not {value})", sentence()))),
        _ => Ok(()),
    }
}

/// # Errors
/// Wrong usage: the penalty is not a number above 0.
pub(super) fn check_repetition_penalty(penalty: Option<f32>) -> Result<()> {
    check(
        penalty,
        |p| p > 0.0 && p.is_finite(),
        || "--repetition-penalty must be above 0; 1 penalises nothing",
    )
}

/// Makes tokens of `seen` less probable: a positive logit is divided by `penalty`, a negative one
/// multiplied. Each token once, however often it was seen. (Keskar et al. 2019, CTRL.)
pub fn repetition_penalty(logits: &mut [f32], seen: &[u32], penalty: f32) {
    for id in distinct(seen) {
        if let Some(logit) = logits.get_mut(id as usize).filter(|logit| logit.is_finite()) {
            let penalised = if *logit < 0.0 { *logit * penalty } else { *logit / penalty };
            // An extreme penalty must not turn into infinity, of which no softmax exists.
            *logit = penalised.clamp(f32::MIN, f32::MAX);
        }
    }
}

/// The tokens of `seen`, each once, in order of id.
pub(super) fn distinct(seen: &[u32]) -> Vec<u32> {
    let mut ids = seen.to_vec();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Divides every logit by `temperature`: below 1 the probable tokens gain, above 1 they lose.
pub fn temperature(logits: &mut [f32], temperature: f32) {
    // So small a temperature that a quotient overflows is applied to the distances from the
    // maximum instead, which the softmax cannot tell apart.
    let overflows = logits.iter().any(|&x| x.is_finite() && !(x / temperature).is_finite());
    let shift = if overflows { maximum(logits) } else { 0.0 };
    logits.iter_mut().for_each(|x| *x = (*x - shift) / temperature);
}

/// Keeps the `k` most probable tokens, and those that equal the k-th. (Fan et al. 2018.)
pub fn top_k(logits: &mut [f32], k: usize) {
    if k == 0 || k >= logits.len() {
        return;
    }
    let mut sorted = logits.to_vec();
    let (_, &mut kth, _) = sorted.select_nth_unstable_by(k - 1, |a, b| b.total_cmp(a));
    drop_where(logits, |x| x < kth);
}

/// Keeps the smallest set of most probable tokens whose probabilities sum to at least `p`, the
/// nucleus. (Holtzman et al. 2020.)
///
/// A token stays as long as the tokens before it hold less than `p`, so that the one that crosses
/// the line is kept. Of equally probable tokens at the line those with the lower ids stay
/// (transformers leaves open which).
pub fn top_p(logits: &mut [f32], p: f32) {
    let log_sum = log_sum_exp(logits);
    let mut nucleus = Vec::new();
    let mut before = 0.0;
    for id in Descending::new(logits) {
        if before >= f64::from(p) {
            break;
        }
        let logit = logits[id as usize];
        nucleus.push((id, logit));
        before += (f64::from(logit) - log_sum).exp();
    }
    logits.fill(f32::NEG_INFINITY);
    nucleus.into_iter().for_each(|(id, logit)| logits[id as usize] = logit);
}

/// Keeps the tokens at least `p` times as probable as the most probable one.
/// (Nguyen et al. 2024.)
pub fn min_p(logits: &mut [f32], p: f32) {
    // p times as probable is ln p lower.
    let floor = f64::from(maximum(logits)) + f64::from(p).ln();
    drop_where(logits, |x| f64::from(x) < floor);
}

fn drop_where(logits: &mut [f32], unwanted: impl Fn(f32) -> bool) {
    logits.iter_mut().filter(|x| unwanted(**x)).for_each(|x| *x = f32::NEG_INFINITY);
}

#[cfg(test)]
mod tests;
