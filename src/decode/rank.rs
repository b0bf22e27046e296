//! Putting a few of many numbers in order, without sorting them all.
//!
//! A vocabulary has tens of thousands of tokens, and a step of decoding looks at a few dozen.

use std::cmp::Ordering;

/// The ids of `values` from the greatest value to the least, ties by the lower id,
/// those at minus infinity left out.
///
/// Lazy: only as long a head is sorted as is asked for, in chunks that grow, so that taking a few
/// costs one pass and taking all costs about one sort.
pub(super) struct Descending<'a> {
    values: &'a [f32],
    ids: Vec<u32>,
    next: usize,
    sorted: usize,
    chunk: usize,
}

/// The length of the first sorted head.
const FIRST_CHUNK: usize = 64;

impl<'a> Descending<'a> {
    pub(super) fn new(values: &'a [f32]) -> Self {
        let possible = |&id: &u32| values[id as usize] > f32::NEG_INFINITY;
        let ids = (0..values.len() as u32).filter(possible).collect();
        Self { values, ids, next: 0, sorted: 0, chunk: FIRST_CHUNK }
    }

    /// How many ids there are in all, those already taken included.
    pub(super) fn total(&self) -> usize {
        self.ids.len()
    }

    fn sort_next_chunk(&mut self) {
        let values = self.values;
        let order =
            |a: &u32, b: &u32| descending(values[*a as usize], values[*b as usize]).then(a.cmp(b));
        let rest = &mut self.ids[self.sorted..];
        let chunk = self.chunk.min(rest.len());
        if chunk < rest.len() {
            rest.select_nth_unstable_by(chunk, order);
        }
        rest[..chunk].sort_unstable_by(order);
        self.sorted += chunk;
        self.chunk *= 8;
    }
}

/// Greater numbers first. No NaN comes here; zeros of both signs are equal.
fn descending(a: f32, b: f32) -> Ordering {
    b.partial_cmp(&a).unwrap_or(Ordering::Equal)
}

impl Iterator for Descending<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.next == self.sorted {
            self.sort_next_chunk();
        }
        let id = self.ids.get(self.next).copied()?;
        self.next += 1;
        Some(id)
    }
}

/// The best `capacity` of the items offered, best first; of equals the one offered first.
pub(super) struct Best<T> {
    capacity: usize,
    items: Vec<(f64, T)>,
}

impl<T> Best<T> {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, items: Vec::with_capacity(capacity + 1) }
    }

    /// Takes the item in if it is among the best so far; minus infinity never is.
    pub(super) fn offer(&mut self, value: f64, item: T) {
        if value <= self.threshold() {
            return;
        }
        let place = self.items.partition_point(|(held, _)| *held >= value);
        self.items.insert(place, (value, item));
        self.items.truncate(self.capacity);
    }

    /// What an item must exceed to be taken in. Nearly all items fail here, at one comparison.
    fn threshold(&self) -> f64 {
        match self.items.last() {
            Some((worst, _)) if self.items.len() == self.capacity => *worst,
            _ => f64::NEG_INFINITY,
        }
    }

    pub(super) fn into_sorted(self) -> Vec<(f64, T)> {
        self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Many values, many of them equal.
    fn values() -> Vec<f32> {
        (0..5000_u32).map(|i| ((i.wrapping_mul(2_654_435_761)) >> 22) as f32).collect()
    }

    #[test]
    fn lazy_order_equals_a_full_sort() {
        let values = values();
        let mut ids: Vec<u32> = (0..5000).collect();
        ids.sort_by(|a, b| values[*b as usize].total_cmp(&values[*a as usize]));
        assert_eq!(Descending::new(&values).collect::<Vec<_>>(), ids);
    }

    #[test]
    fn impossible_tokens_have_no_rank() {
        let values = [f32::NEG_INFINITY, 1.0, f32::NEG_INFINITY, 2.0];
        assert_eq!(Descending::new(&values).collect::<Vec<_>>(), [3, 1]);
    }

    #[test]
    fn best_equals_the_head_of_a_stable_sort() {
        let values = values();
        let mut best = Best::new(37);
        values.iter().enumerate().for_each(|(i, &v)| best.offer(f64::from(v), i as u32));
        let best: Vec<u32> = best.into_sorted().into_iter().map(|(_, id)| id).collect();
        let sorted: Vec<u32> = Descending::new(&values).take(37).collect();
        assert_eq!(best, sorted);
    }
}
