//! What formulas read of heads and activations.

use super::Snapshot;
use crate::interpret::{HeadPattern, HeadScores, head_entropy};
use crate::lesson::formula::{Head, Quantity, Value};
use crate::nn::Name;

impl Snapshot<'_> {
    fn scores(&self, head: Head) -> Option<&HeadScores> {
        self.labels.get(head.layer)?.get(head.head)
    }

    /// A head that the model has.
    pub(super) fn head(&self, layer: usize, head: usize) -> Value {
        let config = self.opened.map(|opened| &opened.model.parameters.config);
        let is_there = config.is_some_and(|config| layer < config.layers && head < config.heads);
        if is_there { Value::Head(Head { layer, head }) } else { Value::Unknown }
    }

    /// The head that follows a pattern best; of equals the first.
    pub(super) fn best_head(&self, score: &str) -> Value {
        let Some(pattern) = pattern_of(score) else { return Value::Unknown };
        let heads = self.labels.iter().enumerate().flat_map(|(layer, heads)| {
            let head = move |(head, scores): (usize, &HeadScores)| {
                (scores.of(pattern), Head { layer, head })
            };
            heads.iter().enumerate().map(head)
        });
        let best = heads.reduce(|best, one| if one.0 > best.0 { one } else { best });
        best.map(|(_, head)| head).into()
    }

    pub(super) fn heads_labelled(&self) -> Value {
        let count = self.labels.iter().flatten().filter(|scores| scores.label().is_some()).count();
        (!self.labels.is_empty()).then_some(count).into()
    }

    /// Something of a head.
    pub(super) fn of_head(&self, quantity: Quantity, head: Head) -> Value {
        let score = |pattern| self.scores(head).map(|scores| f64::from(scores.of(pattern))).into();
        match quantity {
            Quantity::HeadPrevious => score(HeadPattern::Previous),
            Quantity::HeadInduction => score(HeadPattern::Induction),
            Quantity::HeadFirst => score(HeadPattern::First),
            Quantity::HeadSame => score(HeadPattern::Same),
            Quantity::HeadEntropy => {
                let entropy = |reading| {
                    f64::from(head_entropy(reading, head.layer, head.head, self.positions()))
                };
                self.reading().map(entropy).into()
            }
            Quantity::HeadLabel => match self.scores(head) {
                Some(scores) => Value::Text(label(scores.label()).into()),
                None => Value::Unknown,
            },
            _ => Value::Unknown,
        }
    }

    /// The weight, or the score before softmax, of one cell of a head. What is masked has the weight
    /// 0 and no score.
    pub(super) fn cell(&self, quantity: Quantity, head: Head, q: usize, k: usize) -> Value {
        let Some(reading) = self.reading() else { return Value::Unknown };
        if q >= self.positions() || k >= self.positions() {
            return Value::Unknown;
        }
        let row = match quantity {
            Quantity::Attn => reading.weights(head.layer, head.head, q),
            _ => reading.scores(head.layer, head.head, q),
        };
        row.get(k).map(|x| f64::from(*x)).into()
    }

    /// The row of an activation that belongs to a position.
    pub(super) fn row(&self, name: &str, position: usize) -> Option<&[f32]> {
        let name: Name = name.parse().ok()?;
        // A pattern has no row of its own: it belongs to a head.
        if matches!(name, Name::Pattern(_) | Name::AttnScores(_)) || position >= self.positions() {
            return None;
        }
        Some(self.reading()?.row(name, position)).filter(|row| !row.is_empty())
    }
}

fn pattern_of(score: &str) -> Option<HeadPattern> {
    Some(match score {
        "previous_token_score" => HeadPattern::Previous,
        "induction_score" => HeadPattern::Induction,
        "first_token_score" => HeadPattern::First,
        "same_token_score" => HeadPattern::Same,
        _ => return None,
    })
}

/// As formulas compare it.
fn label(pattern: Option<HeadPattern>) -> &'static str {
    match pattern {
        Some(HeadPattern::Previous) => "previous token",
        Some(HeadPattern::Induction) => "induction",
        Some(HeadPattern::First) => "first token",
        Some(HeadPattern::Same) => "same token",
        None => "no clear pattern",
    }
}

/// √ of the sum of squares.
pub(super) fn norm(row: &[f32]) -> f64 {
    row.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt()
}

/// Likeness of direction; none of a row without length.
pub(super) fn cosine(a: &[f32], b: &[f32]) -> Option<f64> {
    let product: f64 = a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
    let lengths = norm(a) * norm(b);
    (a.len() == b.len() && lengths > 0.0).then(|| product / lengths)
}
