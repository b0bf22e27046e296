//! Byte-pair encoding: applying learned merges to a word.
//!
//! A word starts as single bytes. Again and again, the neighbouring pair whose merge was learned
//! earliest becomes one token, until no pair has a merge (Sennrich et al. 2016, "Neural Machine
//! Translation of Rare Words with Subword Units").

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use serde::{Deserialize, Serialize};

use super::pretokenize;
use crate::{Error, Result};

/// Two neighbouring token ids.
pub type Pair = (u32, u32);

/// One merge: the record of a pair that became one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// The ids of the two tokens that are put together.
    pub pair: Pair,
    /// The id of the token that they become.
    pub token: u32,
    /// How often the pair stood in the data when it was chosen; `None` for a tokenizer that was
    /// opened from files, which do not say.
    pub count: Option<u64>,
}

/// A piece of a text, on its way from bytes to tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// Bytes of the text.
    pub start: usize,
    pub end: usize,
    pub id: u32,
    /// How it came to be; none for a byte.
    pub made: Option<Made>,
    /// Whether it is part of nothing larger.
    pub whole: bool,
}

/// A piece that was made of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// The merge, from 0.
    pub rank: usize,
    /// The places of both parts in the list.
    pub parts: [usize; 2],
}

/// The learned part of a byte-level BPE tokenizer.
#[derive(Debug, Clone, PartialEq)]
pub struct Bpe {
    /// The id of each single byte. Some foreign vocabularies lack bytes that their data lacked.
    pub(super) byte_ids: Vec<Option<u32>>,
    /// All merges, the earliest first.
    pub(super) merges: Vec<Merge>,
    /// The place of each pair in `merges`: the smaller, the earlier it is applied.
    ranks: HashMap<Pair, u32>,
    /// Whether a space is put before a text that has none.
    pub(super) add_prefix_space: bool,
}

impl Bpe {
    /// A model from the ids of the 256 bytes (by value) and its merges, the earliest first.
    /// No pair may stand twice in `merges`; `files` and `learn` see to that.
    pub(super) fn new(byte_ids: Vec<Option<u32>>, merges: Vec<Merge>) -> Self {
        let ranks = merges.iter().zip(0..).map(|(merge, rank)| (merge.pair, rank)).collect();
        Self { byte_ids, merges, ranks, add_prefix_space: false }
    }

    /// Appends the ids of `text`, which holds no special token.
    ///
    /// # Errors
    /// If the vocabulary lacks a byte of the text.
    pub(super) fn encode(&self, text: &str, ids: &mut Vec<u32>) -> Result<()> {
        let prefixed;
        let text = if self.add_prefix_space && !text.is_empty() && !text.starts_with(' ') {
            prefixed = format!(" {text}");
            &prefixed
        } else {
            text
        };
        pretokenize::split(text).try_for_each(|word| self.encode_word(word, ids))
    }

    fn encode_word(&self, word: &str, ids: &mut Vec<u32>) -> Result<()> {
        let bytes: Vec<u32> = word.bytes().map(|b| self.byte_id(b)).collect::<Result<_>>()?;
        ids.extend(Word::new(&bytes).merged(self));
        Ok(())
    }

    /// How `text` is put together by the first `merges` merges: every byte, and every piece that was
    /// made of two, in the order in which they were made.
    ///
    /// # Errors
    /// If the vocabulary lacks a byte of the text.
    pub(super) fn derive(&self, text: &str, merges: usize) -> Result<Vec<Node>> {
        let mut nodes = Vec::new();
        let mut start = 0;
        for word in pretokenize::split(text) {
            let mut row = Vec::new();
            for (at, byte) in word.bytes().enumerate() {
                let place = start + at;
                row.push(nodes.len());
                let id = self.byte_id(byte)?;
                nodes.push(Node { start: place, end: place + 1, id, made: None, whole: true });
            }
            start += word.len();
            // A line on a screen is short: looking through it for each merge costs little.
            while let Some((rank, at)) = self.first_merge(&nodes, &row, merges) {
                let (left, right) = (row[at], row.remove(at + 1));
                nodes[left].whole = false;
                nodes[right].whole = false;
                row[at] = nodes.len();
                nodes.push(Node {
                    start: nodes[left].start,
                    end: nodes[right].end,
                    id: self.merges[rank as usize].token,
                    made: Some(Made { rank: rank as usize, parts: [left, right] }),
                    whole: true,
                });
            }
        }
        Ok(nodes)
    }

    /// The earliest merge that can be done in a row of pieces, and its place.
    fn first_merge(&self, nodes: &[Node], row: &[usize], merges: usize) -> Option<(u32, usize)> {
        let pairs = row.windows(2).enumerate();
        let ranked = pairs.filter_map(|(at, pair)| {
            Some((self.rank((nodes[pair[0]].id, nodes[pair[1]].id))?, at))
        });
        ranked.filter(|(rank, _)| (*rank as usize) < merges).min()
    }

    fn byte_id(&self, byte: u8) -> Result<u32> {
        self.byte_ids.get(usize::from(byte)).copied().flatten().ok_or_else(|| {
            Error::failed(format!(
                "this tokenizer has no token for the byte 0x{byte:02X}; \
                 remove the character or use a tokenizer that has all 256 bytes"
            ))
        })
    }

    /// The rank of the merge of a pair, if it has one.
    fn rank(&self, pair: Pair) -> Option<u32> {
        self.ranks.get(&pair).copied()
    }
}

/// A word while it is being merged: a doubly linked list over its tokens, so that a merge costs
/// the same wherever it happens. A merged-away token is left in place with `alive` false.
struct Word {
    tokens: Vec<Token>,
}

#[derive(Clone, Copy)]
struct Token {
    id: u32,
    previous: Option<usize>,
    next: Option<usize>,
    alive: bool,
}

/// A merge that could be done: ordered by rank, then by place, the smallest first.
type Candidate = Reverse<(u32, usize, Pair)>;

impl Word {
    fn new(ids: &[u32]) -> Self {
        let token = |(place, &id): (usize, &u32)| Token {
            id,
            previous: place.checked_sub(1),
            next: (place + 1 < ids.len()).then_some(place + 1),
            alive: true,
        };
        Self { tokens: ids.iter().enumerate().map(token).collect() }
    }

    /// The ids after all merges. The queue holds each pair once, when it appears, so a word of n
    /// bytes takes n log n steps, however long it is.
    fn merged(mut self, bpe: &Bpe) -> Vec<u32> {
        let mut queue: BinaryHeap<Candidate> =
            (0..self.tokens.len()).filter_map(|place| self.candidate(place, bpe)).collect();
        while let Some(Reverse((rank, place, pair))) = queue.pop() {
            // The pair may be gone: one of its tokens has since become part of another.
            if !self.tokens[place].alive || self.pair_at(place) != Some(pair) {
                continue;
            }
            self.merge_at(place, bpe.merges[rank as usize].token);
            queue.extend(self.candidate(place, bpe));
            let before = self.tokens[place].previous;
            queue.extend(before.and_then(|place| self.candidate(place, bpe)));
        }
        self.tokens.iter().filter(|token| token.alive).map(|token| token.id).collect()
    }

    fn pair_at(&self, place: usize) -> Option<Pair> {
        let left = self.tokens[place];
        left.next.map(|next| (left.id, self.tokens[next].id))
    }

    fn candidate(&self, place: usize, bpe: &Bpe) -> Option<Candidate> {
        let pair = self.pair_at(place)?;
        bpe.rank(pair).map(|rank| Reverse((rank, place, pair)))
    }

    /// Turns the token at `place` and its neighbour into one.
    fn merge_at(&mut self, place: usize, id: u32) {
        self.tokens[place].id = id;
        if let Some(gone) = self.tokens[place].next {
            self.tokens[gone].alive = false;
            let after = self.tokens[gone].next;
            self.tokens[place].next = after;
            if let Some(after) = after {
                self.tokens[after].previous = Some(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A model whose byte ids are the byte values and whose merges are of `pairs`.
    fn model(pairs: &[Pair]) -> Bpe {
        let merge = |(&pair, token)| Merge { pair, token, count: None };
        Bpe::new((0..256).map(Some).collect(), pairs.iter().zip(256..).map(merge).collect())
    }

    fn encode(bpe: &Bpe, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        bpe.encode(text, &mut ids).unwrap();
        ids
    }

    #[test]
    fn the_earliest_merge_goes_first() {
        let (a, b, c) = (97, 98, 99);
        assert_eq!(encode(&model(&[(b, c), (a, b)]), "abc"), [a, 256]);
        assert_eq!(encode(&model(&[(a, b), (b, c)]), "abc"), [256, c]);
        assert_eq!(encode(&model(&[(a, b), (256, c)]), "abcab"), [257, 256]);
    }

    #[test]
    fn a_derivation_ends_in_the_tokens() {
        let (a, b, c) = (97, 98, 99);
        let bpe = model(&[(a, b), (256, c), (32, 257)]);
        for text in ["abc abc", "ab cab", "", "你ab"] {
            let whole = |merges: usize| -> Vec<u32> {
                let nodes = bpe.derive(text, merges).unwrap();
                let mut whole: Vec<_> = nodes.iter().filter(|node| node.whole).collect();
                whole.sort_by_key(|node| node.start);
                assert_eq!(whole.iter().map(|n| n.end - n.start).sum::<usize>(), text.len());
                whole.iter().map(|node| node.id).collect()
            };
            assert_eq!(whole(3), encode(&bpe, text), "{text}");
            assert_eq!(whole(0), encode(&model(&[]), text), "{text}");
        }
    }

    #[test]
    fn overlapping_pairs_merge_from_the_left() {
        let a = 97;
        assert_eq!(encode(&model(&[(a, a)]), "aaaaa"), [256, 256, a]);
        assert_eq!(encode(&model(&[(a, a), (256, 256)]), "aaaaa"), [257, a]);
    }

    #[test]
    fn a_long_word_is_not_slow() {
        let a = 97;
        let bpe = model(&[(a, a), (256, 256), (257, 257)]);
        let word = "a".repeat(1 << 20);
        let started = std::time::Instant::now();
        assert_eq!(encode(&bpe, &word).len(), 1 << 17);
        assert!(started.elapsed().as_secs() < 20, "merging must not be quadratic");
    }

    #[test]
    fn a_missing_byte_is_named() {
        let mut bpe = model(&[]);
        bpe.byte_ids[0x21] = None;
        let error = bpe.encode("hi!", &mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("0x21"));
    }
}
