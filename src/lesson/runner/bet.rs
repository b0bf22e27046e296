//! Bets, and what the engine says to them.

use crate::lesson::formula::{Value, World};
use crate::lesson::schema::{Bet, First, Scale};
use serde::{Deserialize, Serialize};

/// What a learner bets on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// An option, from 0.
    Option(usize),
    Token(u32),
    Number(f64),
    /// The items' numbers in the order that the learner gave them.
    Order(Vec<usize>),
    /// Points (x, y).
    Curve(Vec<(f64, f64)>),
}

/// What is so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Truth {
    Is(Answer),
    /// The engine cannot say, or more than one thing is true.
    Unknown,
}

impl Bet {
    /// Whether an answer is one to this question.
    pub fn takes(&self, answer: &Answer) -> bool {
        match (self, answer) {
            (Self::Choice { options, .. }, Answer::Option(option)) => *option < options.len(),
            (Self::Token { .. }, Answer::Token(_)) => true,
            (Self::Number { .. }, Answer::Number(number)) => number.is_finite(),
            (Self::Rank { items, .. }, Answer::Order(order)) => {
                let mut sorted = order.clone();
                sorted.sort_unstable();
                sorted.iter().copied().eq(0..items.len())
            }
            (Self::Curve { .. }, Answer::Curve(points)) => {
                points.len() <= 10_000 && points.iter().all(|(x, y)| x.is_finite() && y.is_finite())
            }
            _ => false,
        }
    }

    /// What the engine says now.
    pub fn truth(&self, world: &World<'_>) -> Truth {
        let found = match self {
            Self::Choice { options, .. } => {
                let holds: Vec<Option<bool>> =
                    options.iter().map(|option| option.when.holds(world)).collect();
                let mut true_ones = (0..holds.len()).filter(|&i| holds[i] == Some(true));
                match (true_ones.next(), true_ones.next()) {
                    (Some(only), None) if !holds.contains(&None) => Some(Answer::Option(only)),
                    _ => None,
                }
            }
            Self::Token { truth, .. } => {
                world.token_of(&truth.value(world)).as_token().map(Answer::Token)
            }
            Self::Number { truth, .. } => truth.value(world).as_number().map(Answer::Number),
            Self::Rank { items, first, .. } => {
                let keys: Option<Vec<f64>> =
                    items.iter().map(|item| item.key.value(world).as_number()).collect();
                keys.and_then(|keys| order(&keys, *first)).map(Answer::Order)
            }
            Self::Curve { truth, x, .. } => match truth.value(world) {
                Value::Series(points) => {
                    let inside = |(at, _): &(f64, f64)| (x.0..=x.1).contains(at);
                    Some(points.into_iter().filter(inside).collect::<Vec<_>>())
                        .filter(|points| points.len() > 1)
                        .map(Answer::Curve)
                }
                _ => None,
            },
        };
        found.map_or(Truth::Unknown, Truth::Is)
    }

    /// Whether a bet was about right; None if there is nothing to hold it against.
    pub fn is_near(&self, answer: &Answer, truth: &Truth) -> Option<bool> {
        let Truth::Is(truth) = truth else { return None };
        match (self, answer, truth) {
            (Self::Number { scale, near, .. }, Answer::Number(guess), Answer::Number(truth)) => {
                Some(match scale {
                    Scale::Linear => (guess - truth).abs() <= near * truth.abs(),
                    // A share of 1.
                    Scale::Percent => (guess - truth).abs() <= *near,
                    // A share of a power of ten.
                    Scale::Log => *guess * *truth > 0.0 && (guess / truth).log10().abs() <= *near,
                })
            }
            (Self::Curve { .. }, ..) => None,
            (_, answer, truth) => Some(answer == truth),
        }
    }
}

/// The items' numbers in their order; None if two are equal.
fn order(keys: &[f64], first: First) -> Option<Vec<usize>> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|&a, &b| match first {
        First::Largest => keys[b].total_cmp(&keys[a]),
        First::Smallest => keys[a].total_cmp(&keys[b]),
    });
    let tie = order.windows(2).any(|pair| keys[pair[0]] == keys[pair[1]]);
    (!tie).then_some(order)
}
