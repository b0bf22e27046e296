//! The funnel: what is left of the candidates after each filter, stage by stage.
//!
//! It is made from recorded logits alone, so that a slider can re-filter a recorded step at once.

use super::filters::{Filter, Filters};
use super::logits::log_sum_exp;
use super::rank::Descending;
use std::sync::OnceLock;

/// Which filter a stage shows the outcome of, with its setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StageKind {
    /// The model's own logits.
    Raw,
    /// After the repetition penalty.
    RepetitionPenalty(f32),
    /// After division by the temperature.
    Temperature(f32),
    /// After keeping the k most probable.
    TopK(usize),
    /// After keeping the nucleus.
    TopP(f32),
    /// After dropping what is improbable beside the most probable.
    MinP(f32),
}

impl From<Filter> for StageKind {
    fn from(filter: Filter) -> Self {
        match filter {
            Filter::RepetitionPenalty(penalty) => Self::RepetitionPenalty(penalty),
            Filter::Temperature(t) => Self::Temperature(t),
            Filter::TopK(k) => Self::TopK(k),
            Filter::TopP(p) => Self::TopP(p),
            Filter::MinP(p) => Self::MinP(p),
        }
    }
}

/// The logits after one filter.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The filter that made it.
    pub kind: StageKind,
    /// `[vocabulary]`; minus infinity where a token was dropped.
    pub logits: Vec<f32>,
    /// Worked out when it is first needed: of most stages nobody asks for probabilities.
    log_sum: OnceLock<f64>,
}

/// A token of a stage, at its rank.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// The token.
    pub token: u32,
    /// Its logit at this stage.
    pub logit: f32,
    /// Its probability at this stage, among what is kept.
    pub probability: f64,
    /// The sum of the probabilities down to this rank, this token's included.
    pub cumulative: f64,
}

impl Stage {
    fn new(kind: StageKind, logits: Vec<f32>) -> Self {
        Self { kind, logits, log_sum: OnceLock::new() }
    }

    fn log_sum(&self) -> f64 {
        *self.log_sum.get_or_init(|| log_sum_exp(&self.logits))
    }

    /// Whether `token` is still a candidate.
    pub fn keeps(&self, token: u32) -> bool {
        self.logits.get(token as usize).is_some_and(|&x| x > f32::NEG_INFINITY)
    }

    /// The probability of `token` at this stage, renormalised among what is kept; 0 if dropped.
    pub fn probability(&self, token: u32) -> f64 {
        self.logits.get(token as usize).map_or(0.0, |&x| (f64::from(x) - self.log_sum()).exp())
    }

    /// How many tokens are still candidates.
    pub fn kept(&self) -> usize {
        self.logits.iter().filter(|x| **x > f32::NEG_INFINITY).count()
    }

    /// The `limit` most probable tokens, with the cumulative line that top-p cuts; ties by id.
    pub fn ranked(&self, limit: usize) -> Vec<Ranked> {
        let mut cumulative = 0.0;
        Descending::new(&self.logits)
            .take(limit)
            .map(|token| {
                let probability = self.probability(token);
                cumulative += probability;
                Ranked { token, logit: self.logits[token as usize], probability, cumulative }
            })
            .collect()
    }
}

/// All stages from the model's logits to the distribution that a token is drawn from.
#[derive(Debug, Clone)]
pub struct Funnel {
    /// [`StageKind::Raw`] first, then one stage for each filter that is on, in order.
    stages: Vec<Stage>,
}

impl Funnel {
    /// Filters `logits` `[vocabulary]` and keeps every stage. `seen` are the tokens so far, prompt
    /// included. Settings outside their range ([`Filters::validate`]) give meaningless numbers.
    pub fn new(filters: &Filters, logits: &[f32], seen: &[u32]) -> Self {
        let mut current = logits.to_vec();
        let mut stages = vec![Stage::new(StageKind::Raw, current.clone())];
        for filter in filters.list() {
            filter.apply(&mut current, seen);
            stages.push(Stage::new(filter.into(), current.clone()));
        }
        Self { stages }
    }

    /// The stages, [`StageKind::Raw`] first; never empty.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// The model's own distribution.
    pub fn first(&self) -> &Stage {
        &self.stages[0]
    }

    /// The distribution that a token is drawn from.
    pub fn last(&self) -> &Stage {
        &self.stages[self.stages.len() - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_narrow_and_each_sums_to_one() {
        let logits: Vec<f32> = (0..40).map(|i| (i as f32 * 0.7).sin() * 4.0).collect();
        let filters = Filters {
            repetition_penalty: Some(1.3),
            temperature: Some(0.8),
            top_k: Some(20),
            top_p: Some(0.9),
            min_p: Some(0.05),
        };
        let funnel = Funnel::new(&filters, &logits, &[2, 3]);
        assert_eq!(funnel.stages().len(), 6);
        assert!(funnel.stages().windows(2).all(|pair| pair[1].kept() <= pair[0].kept()));
        for stage in funnel.stages() {
            let ranked = stage.ranked(usize::MAX);
            assert_eq!(ranked.len(), stage.kept());
            assert!((ranked[ranked.len() - 1].cumulative - 1.0).abs() < 1e-9);
        }
        let mut filtered = logits.clone();
        filters.apply(&mut filtered, &[2, 3]);
        assert_eq!(funnel.last().logits, filtered);
        assert_eq!(funnel.first().logits, logits);
        assert!(!funnel.last().keeps(999) && funnel.last().probability(999) == 0.0);
    }
}
