//! Near-copies: dialogues that share most of their sequences of eight words.

use std::collections::HashMap;

use super::Talk;
use super::quality::words;

/// Words in a sequence.
const LENGTH: usize = 8;

/// The share of shared sequences above which one dialogue is a near-copy of another.
pub const NEAR: f64 = 0.8;

/// The sequences of many dialogues, to find near-copies without comparing each with each.
#[derive(Debug, Default)]
pub struct Index {
    /// A sequence's fingerprint, and the dialogues that have it.
    places: HashMap<u64, Vec<u32>>,
    size: u32,
}

impl Index {
    /// An index of these dialogues.
    pub fn new<'a>(talks: impl IntoIterator<Item = &'a Talk>) -> Self {
        let mut index = Self::default();
        talks.into_iter().for_each(|talk| index.add(talk));
        index
    }

    /// Adds a dialogue.
    pub fn add(&mut self, talk: &Talk) {
        for gram in grams(talk) {
            self.places.entry(gram).or_default().push(self.size);
        }
        self.size += 1;
    }

    /// The number of the dialogue that has most of this one's sequences, and the share it has.
    pub fn nearest(&self, talk: &Talk) -> Option<(usize, f64)> {
        let grams = grams(talk);
        let mut shared: HashMap<u32, usize> = HashMap::new();
        for other in grams.iter().filter_map(|gram| self.places.get(gram)).flatten() {
            *shared.entry(*other).or_default() += 1;
        }
        let (other, count) =
            shared.into_iter().max_by_key(|&(other, count)| (count, u32::MAX - other))?;
        Some((other as usize, count as f64 / grams.len() as f64))
    }

    /// Whether a dialogue is a near-copy of one in the index.
    pub fn has_near(&self, talk: &Talk) -> bool {
        self.nearest(talk).is_some_and(|(_, share)| share > NEAR)
    }
}

/// How much of the first dialogue the second one has too: the share of its word sequences of
/// length 8, from 0 to 1. Above [`NEAR`] the first is a near-copy.
pub fn overlap(of: &Talk, with: &Talk) -> f64 {
    let with = grams(with);
    let of = grams(of);
    let shared = of.iter().filter(|gram| with.binary_search(gram).is_ok()).count();
    if of.is_empty() { 0.0 } else { shared as f64 / of.len() as f64 }
}

/// The fingerprint of a dialogue's words in order; capitals and marks do not count.
pub fn fingerprint(talk: &Talk) -> u64 {
    gram(&hashes(talk))
}

/// The fingerprints of all sequences (of the whole, if it is shorter), sorted, each once.
fn grams(talk: &Talk) -> Vec<u64> {
    let words = hashes(talk);
    let mut grams: Vec<u64> = match words.len() {
        0..LENGTH => vec![gram(&words)],
        _ => words.windows(LENGTH).map(gram).collect(),
    };
    grams.sort_unstable();
    grams.dedup();
    grams
}

fn hashes(talk: &Talk) -> Vec<u64> {
    talk.iter().flat_map(|turn| words(turn)).map(|word| hash(word.bytes().map(u64::from))).collect()
}

fn gram(words: &[u64]) -> u64 {
    hash(words.iter().copied())
}

/// A hash that is the same on every machine: FNV over whole numbers, its bits mixed at the end.
fn hash(values: impl Iterator<Item = u64>) -> u64 {
    let folded = values.fold(0xcbf2_9ce4_8422_2325_u64, |hash, value| {
        (hash ^ value).wrapping_mul(0x0100_0000_01b3).rotate_left(29)
    });
    (folded ^ (folded >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
