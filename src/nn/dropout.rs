//! Dropout (Srivastava et al. 2014): in training, a random share of values is set to zero.

use crate::tensor::Real;

/// Which values to drop: a pure function of seed, place and index, so that the backward pass and a
/// resumed run drop the same ones without anything having been stored.
#[derive(Debug, Clone, Copy)]
pub struct Dropout {
    /// Share of values that become zero; the others grow by 1 / (1 − rate), so that sums keep their size.
    pub rate: f64,
    /// Different for each step and each sequence.
    pub seed: u64,
}

/// Where in the model something is dropped; with its block, it names a place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Embedding,
    /// Attention weights of one head.
    Pattern(usize),
    AttentionOut,
    MlpOut,
}

impl Dropout {
    /// Nothing is dropped.
    pub const NONE: Self = Self { rate: 0.0, seed: 0 };

    pub(super) fn is_none(self) -> bool {
        self.rate == 0.0
    }

    /// Drops from `values`, the ones numbered from `first` on at that place.
    /// Applied to a gradient it is its own backward pass.
    pub(super) fn apply<T: Real>(self, values: &mut [T], layer: usize, place: Place, first: usize) {
        if self.is_none() {
            return;
        }
        let place = match place {
            Place::Embedding => 0,
            Place::AttentionOut => 1,
            Place::MlpOut => 2,
            Place::Pattern(head) => 3 + head as u64,
        };
        let stream = mix(self.seed ^ mix((layer as u64) << 32 | place));
        drop_some(
            values,
            stream,
            first as u64,
            threshold(self.rate),
            T::of(1.0 / (1.0 - self.rate)),
        );
    }
}

/// A 32-bit number below this is a value to drop.
fn threshold(rate: f64) -> u32 {
    (rate * f64::from(u32::MAX)) as u32
}

/// Spreads every bit of `x` over all bits (the finaliser of SplitMix64, Steele et al. 2014).
#[inline(always)]
fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

kernel! {
    fn drop_some<T: Real>(values: &mut [T], stream: u64, first: u64, threshold: u32, keep: T) {
        for (i, value) in values.iter_mut().enumerate() {
            let counter = (first + i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let random = (mix(stream.wrapping_add(counter)) >> 32) as u32;
            *value = if random < threshold { T::ZERO } else { *value * keep };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_dropped_is_the_rate_and_sums_keep_their_size() {
        let dropout = Dropout { rate: 0.25, seed: 9 };
        let mut values = vec![1.0f64; 100_000];
        dropout.apply(&mut values, 1, Place::MlpOut, 0);
        let dropped = values.iter().filter(|&&v| v == 0.0).count() as f64 / 1e5;
        assert!((dropped - 0.25).abs() < 0.01, "{dropped}");
        assert!((values.iter().sum::<f64>() / 1e5 - 1.0).abs() < 0.02);
    }

    #[test]
    fn parts_and_whole_drop_the_same_values() {
        let dropout = Dropout { rate: 0.5, seed: 4 };
        let mut whole = vec![1.0f32; 64];
        dropout.apply(&mut whole, 0, Place::Pattern(2), 0);
        let mut part = vec![1.0f32; 20];
        dropout.apply(&mut part, 0, Place::Pattern(2), 30);
        assert_eq!(part, whole[30..50]);
    }
}
