//! Putting a few of many numbers in order, without sorting them all.
//!
//! A vocabulary has tens of thousands of tokens, and a step of decoding looks at a few dozen.

/// The ids of `values` from the greatest value to the least, ties by the lower id,
/// those at minus infinity left out.
///
/// Lazy: only as long a head is sorted as is asked for, in chunks that grow, so that taking a few
/// costs one pass and taking all costs about one sort.
pub(super) struct Descending {
    /// A value and its id in one whole number each, which is what makes sorting fast.
    keys: Vec<u64>,
    next: usize,
    sorted: usize,
    chunk: usize,
}

/// The length of the first sorted head.
const FIRST_CHUNK: usize = 64;

impl Descending {
    pub(super) fn new(values: &[f32]) -> Self {
        let possible = values.iter().zip(0..).filter(|(value, _)| **value > f32::NEG_INFINITY);
        let keys = possible.map(|(value, id)| key(*value, id)).collect();
        Self { keys, next: 0, sorted: 0, chunk: FIRST_CHUNK }
    }

    /// How many ids there are in all, those already taken included.
    pub(super) fn total(&self) -> usize {
        self.keys.len()
    }

    fn sort_next_chunk(&mut self) {
        let rest = &mut self.keys[self.sorted..];
        let chunk = self.chunk.min(rest.len());
        if chunk < rest.len() {
            rest.select_nth_unstable(chunk);
        }
        rest[..chunk].sort_unstable();
        self.sorted += chunk;
        self.chunk *= 8;
    }
}

/// Greater values give smaller keys; of equal values the lower id does. No NaN comes here.
fn key(value: f32, id: u32) -> u64 {
    // Zeros of both signs are equal.
    let bits = (value + 0.0).to_bits();
    // The bits of positive numbers rise with them, those of negative ones fall.
    let rising = if value < 0.0 { !bits } else { bits | 1 << 31 };
    u64::from(!rising) << 32 | u64::from(id)
}

impl Iterator for Descending {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.next == self.sorted {
            self.sort_next_chunk();
        }
        let key = self.keys.get(self.next).copied()?;
        self.next += 1;
        // The lower half is the id.
        Some(key as u32)
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
    fn signs_and_zeros_are_in_order() {
        let values = [-1.0, 0.0, 2.5, -0.0, f32::MIN, 1e-40, -1e-40, f32::MAX];
        assert_eq!(Descending::new(&values).collect::<Vec<_>>(), [7, 2, 5, 1, 3, 6, 0, 4]);
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
