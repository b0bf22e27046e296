//! What formulas read of causes: what a part writes, and what happens without it.

use super::Snapshot;
use crate::interpret::{Candidates, Change, Component, Direction, Reading, attribution, depths};
use crate::lesson::formula::{Head, Quantity, Value};
use crate::nn::Name;
use crate::session::engine::logits_with;
use crate::tensor::Threads;

impl Snapshot<'_> {
    pub(super) fn read_cause(&self, quantity: Quantity, given: &[Option<Value>]) -> Option<Value> {
        let at = |i: usize| given.get(i)?.as_ref();
        Some(match quantity {
            Quantity::Attribution => {
                let of = (at(1)?.as_token()?, at(2)?.as_token()?);
                self.attribution(part_of(at(0)?)?, of)?.into()
            }
            Quantity::Effect => self.effect(part_of(at(0)?)?, at(1)?.as_token()?)?.into(),
            Quantity::AblatedCount => {
                let is_off = |change: &&Change| matches!(change, Change::Scale { .. });
                self.changes.iter().filter(is_off).count().into()
            }
            Quantity::Patched => {
                self.changes.iter().any(|change| matches!(change, Change::Patch(_))).into()
            }
            Quantity::SameRows => self.same_rows.into(),
            Quantity::LensProb => {
                let token = at(1)?.as_token()?;
                let row = match at(2) {
                    Some(row) => row.as_count()?,
                    None => self.positions().checked_sub(1)?,
                };
                self.lens_probability(at(0)?.as_count()?, token, row)?.into()
            }
            _ => return None,
        })
    }

    /// How much a part adds directly to the lead of the first token over the second, at the last row.
    fn attribution(&self, part: Component, (token, rival): (u32, u32)) -> Option<f64> {
        let (reading, parameters) = (self.reading()?, &self.opened?.model.parameters);
        let vocabulary = parameters.config.vocabulary as u32;
        let is_known = part.is_in(&parameters.config) && token < vocabulary && rival < vocabulary;
        let position = self.positions().checked_sub(1).filter(|_| is_known)?;
        let candidates = Candidates { token, rival: Some(rival) };
        let direction = Direction::of(parameters, candidates);
        Some(attribution(reading, parameters, position, &direction, part))
    }

    /// How much lower a token's logit is at the last row when a part is switched off, beside what is
    /// changed already.
    fn effect(&self, part: Component, token: u32) -> Option<f64> {
        let sight = self.sight?;
        let can = part.is_in(&sight.reading.config) && part.can_be_scaled();
        let last = self.positions().checked_sub(1).filter(|_| can)?;
        let mut changes = self.changes.to_vec();
        changes.push(Change::Scale { part, by: 0.0 });
        let without = logits_with(sight, &changes, last, &Threads::serial());
        let of = |logits: &[f32]| logits.get(token as usize).copied().map(f64::from);
        Some(of(sight.reading.logits(last))? - of(&without)?)
    }

    /// The probability that the lens gives a token after block `layer`.
    fn lens_probability(&self, layer: usize, token: u32, row: usize) -> Option<f64> {
        let (reading, parameters) = (self.reading()?, &self.opened?.model.parameters);
        let is_known = layer < parameters.config.layers
            && row < self.positions()
            && (token as usize) < parameters.config.vocabulary;
        let seen = is_known.then(|| {
            // Depth 0 is the embedding, depth l is after block l - 1.
            depths(reading, parameters, &Threads::serial(), row, 0, &[token])
        })?;
        Some(f64::from(seen.get(layer + 1)?.asked.first()?.probability))
    }
}

/// A part as a formula gives it.
pub fn part_of(value: &Value) -> Option<Component> {
    match value {
        Value::Head(Head { layer, head }) => Some(Component::Head { block: *layer, head: *head }),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// Whether a text that goes on from another has the very same rows where both are; none if it does
/// not go on from it.
pub fn same_rows(before: &Reading, after: &Reading) -> Option<bool> {
    let rows = before.positions();
    let goes_on = after.positions() > rows && after.ids.starts_with(&before.ids) && rows > 0;
    let last = Name::ResidPost(before.config.layers.checked_sub(1)?);
    let bits = |row: &[f32]| row.iter().map(|x| x.to_bits()).collect::<Vec<u32>>();
    let same = |row| {
        bits(before.row(last, row)) == bits(after.row(last, row))
            && bits(before.logits(row)) == bits(after.logits(row))
    };
    goes_on.then(|| (0..rows).all(same))
}
