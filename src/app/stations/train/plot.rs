//! Where the points of a plot lie, its ticks, and curves that are drawn for the eye. No painting.

use egui::{Pos2, Rect, pos2};

/// A rectangle with two scales: steps to the right, losses upwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    pub rect: Rect,
    /// The last step, at the right edge.
    pub steps: f64,
    /// The losses at the bottom and at the top.
    pub low: f64,
    pub high: f64,
    pub log: bool,
}

impl Scale {
    /// A scale on which these losses fit, from 0 (or on a log scale from a little below the lowest).
    pub fn around(rect: Rect, steps: u64, losses: impl Iterator<Item = f64>, log: bool) -> Self {
        let mut ends = (f64::MAX, 0.0_f64);
        for loss in losses.filter(|loss| loss.is_finite() && *loss > 0.0) {
            ends = (ends.0.min(loss), ends.1.max(loss));
        }
        let (lowest, highest) = if ends.1 > 0.0 { ends } else { (1.0, 1.0) };
        let high = highest * 1.04;
        let low = if log { (lowest * 0.9).min(high * 0.5) } else { 0.0 };
        Self { rect, steps: steps.max(1) as f64, low, high, log }
    }

    /// Where a loss at a step lies.
    pub fn at(&self, step: f64, loss: f64) -> Pos2 {
        pos2(self.x(step), self.y(loss))
    }

    pub fn x(&self, step: f64) -> f32 {
        self.rect.left() + self.rect.width() * (step / self.steps).clamp(0.0, 1.0) as f32
    }

    pub fn y(&self, loss: f64) -> f32 {
        let share = if self.log {
            (loss.max(self.low) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (loss - self.low) / (self.high - self.low)
        };
        self.rect.bottom() - self.rect.height() * share.clamp(0.0, 1.0) as f32
    }

    /// The step at a place.
    pub fn step_at(&self, x: f32) -> u64 {
        let share = ((x - self.rect.left()) / self.rect.width().max(1.0)).clamp(0.0, 1.0);
        (f64::from(share) * self.steps).round() as u64
    }

    /// Losses to write beside the plot.
    pub fn loss_ticks(&self) -> Vec<f64> {
        if self.log {
            let candidates = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];
            return candidates.into_iter().filter(|t| (self.low..=self.high).contains(t)).collect();
        }
        ticks(self.high, 4)
    }

    /// Steps to write under the plot.
    pub fn step_ticks(&self) -> Vec<f64> {
        ticks(self.steps, 5)
    }
}

/// Round numbers from 0 up to `end`, about `count` of them.
pub fn ticks(end: f64, count: usize) -> Vec<f64> {
    if !(end.is_finite() && end > 0.0) {
        return vec![0.0];
    }
    let raw = end / count.max(1) as f64;
    let power = 10.0_f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= raw * 0.999)
        .unwrap_or(10.0 * power);
    (0..).map(|i| f64::from(i) * step).take_while(|tick| *tick <= end * 1.000_001).collect()
}

/// A curve as the eye follows it: each value is drawn to the mean of those before, by `memory`
/// (0: as it is).
pub fn smoothed(points: &[(f64, f64)], memory: f64) -> Vec<(f64, f64)> {
    let (mut mean, mut weight) = (0.0, 0.0);
    let smooth = |&(x, y): &(f64, f64)| {
        mean = memory * mean + (1.0 - memory) * y;
        weight = memory * weight + (1.0 - memory);
        (x, mean / weight)
    };
    points.iter().map(smooth).collect()
}

/// No more points than there is room for: means of neighbours, the last point as it is.
pub fn thinned(points: &[(f64, f64)], most: usize) -> Vec<(f64, f64)> {
    let most = most.max(2);
    if points.len() <= most {
        return points.to_vec();
    }
    let size = points.len().div_ceil(most);
    let mean = |chunk: &[(f64, f64)]| {
        let n = chunk.len() as f64;
        let sum = chunk.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
        (sum.0 / n, sum.1 / n)
    };
    points.chunks(size).map(mean).chain(points.last().copied()).collect()
}

/// Which of `count` rows to show where only `room` fit: the first, the last, and ever fewer early
/// on between.
pub fn telling_rows(count: usize, room: usize) -> Vec<usize> {
    if count <= room {
        return (0..count).collect();
    }
    if room < 2 {
        return vec![count - 1];
    }
    let share = |i: usize| (i as f64 / (room - 1) as f64).powf(1.6);
    let mut rows: Vec<usize> =
        (0..room).map(|i| (share(i) * (count - 1) as f64).round() as usize).collect();
    for i in 1..rows.len() {
        rows[i] = rows[i].max(rows[i - 1] + 1).min(count - 1);
    }
    rows.dedup();
    rows
}

/// As [`telling_rows`], with the row that is looked at among them.
pub fn telling_rows_with(count: usize, room: usize, looked_at: Option<usize>) -> Vec<usize> {
    let mut rows = telling_rows(count, room);
    if let Some(row) = looked_at.filter(|row| *row < count && !rows.contains(row)) {
        // Its nearest neighbour makes room.
        if let Some(nearest) = rows.iter_mut().min_by_key(|other| other.abs_diff(row)) {
            *nearest = row;
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_row_that_is_looked_at_is_among_those_that_tell(
            count in 1usize..60, room in 1usize..12, row in 0usize..60,
        ) {
            let rows = telling_rows_with(count, room, Some(row));
            prop_assert_eq!(rows.contains(&row), row < count);
            prop_assert!(rows.len() <= room.max(1));
            prop_assert!(rows.windows(2).all(|pair| pair[0] < pair[1]));
        }

        #[test]
        fn steps_are_found_where_they_are_drawn_and_lower_losses_lie_lower(
            steps in 1u64..5000, log in any::<bool>(), losses in proptest::collection::vec(0.01f64..12.0, 1..50),
        ) {
            let rect = Rect::from_min_max(pos2(40.0, 10.0), pos2(640.0, 260.0));
            let scale = Scale::around(rect, steps, losses.iter().copied(), log);
            for (i, pair) in losses.windows(2).enumerate() {
                let (a, b) = (scale.at(i as f64, pair[0]), scale.at(i as f64, pair[1]));
                prop_assert!(rect.expand(0.01).contains(a));
                prop_assert!((pair[0] <= pair[1]) == (a.y >= b.y) || (a.y - b.y).abs() < 1e-3);
            }
            let step = steps / 2;
            prop_assert!(scale.step_at(scale.x(step as f64)).abs_diff(step) <= 1 + steps / 2000);
        }

        #[test]
        fn rows_that_are_shown_rise_and_hold_both_ends(count in 1usize..300, room in 2usize..20) {
            let rows = telling_rows(count, room);
            prop_assert!(rows.len() <= room && rows.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!((rows[0], rows[rows.len() - 1]), (0, count - 1));
        }

        #[test]
        fn thinning_keeps_the_end_and_the_mean(values in proptest::collection::vec(0.0f64..9.0, 1..400)) {
            let points: Vec<_> = values.iter().enumerate().map(|(i, y)| (i as f64, *y)).collect();
            let thin = thinned(&points, 40);
            prop_assert!(thin.len() <= points.len().max(41) && thin.last() == points.last());
            prop_assert_eq!(smoothed(&points, 0.0), points);
        }
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(ticks(2000.0, 4), [0.0, 500.0, 1000.0, 1500.0, 2000.0]);
        assert_eq!(ticks(6.2, 4), [0.0, 2.0, 4.0, 6.0]);
        assert_eq!(ticks(0.0, 4), [0.0]);
    }
}
