//! Learning byte-level BPE: which pairs become tokens.
//!
//! Start from single bytes. Count all neighbouring pairs in the data, make the most frequent one
//! a token, and repeat (Gage 1994 for compression; Sennrich et al. 2016 for language). Equal
//! texts are counted once and weighted, and after a merge only the words that held the pair are
//! counted anew, so learning costs far less than a pass over the data per merge.
//!
//! Ties: among equally frequent pairs the one with the smaller ids goes first, left id before
//! right id. This is the rule of Hugging Face's `BpeTrainer`, and the bytes have the same order
//! there, so both learn the same merges from the same text.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::ops::ControlFlow;

use super::bpe::{Bpe, Merge, Pair};
use super::{Model, Specials, Tokenizer, bytes, pretokenize};
use crate::text::template::SPECIAL_TOKENS;
use crate::{Error, Result};

/// The smallest vocabulary: all bytes and the special tokens, no merge.
pub const SMALLEST_VOCABULARY: usize = 256 + SPECIAL_TOKENS.len();

/// The largest vocabulary that is learned here; GPT-2's has 50257.
pub const LARGEST_VOCABULARY: usize = 1 << 17;

/// A pair must stand at least so often in the data to become a token: what stands once is no
/// pattern.
const LEAST_COUNT: i64 = 2;

/// A tokenizer that was just learned, and how that went.
#[derive(Debug, Clone)]
pub struct Learned {
    /// The tokenizer; [`Tokenizer::merges`] is the record of every merge.
    pub tokenizer: Tokenizer,
    /// How many tokens are missing from the vocabulary asked for, because no pair stood twice in
    /// the data any more.
    pub missing: usize,
    /// Bytes of the data.
    pub bytes: u64,
    /// Different pre-tokens in the data.
    pub different_words: usize,
}

/// Learns a byte-level BPE of `vocabulary` tokens from `texts`: the 256 bytes in GPT-2's order,
/// then one token per merge, then the special tokens of the chat template. `progress` is told
/// the size reached after every merge.
///
/// # Errors
/// If `vocabulary` is out of range or there is no text.
pub fn learn_bpe<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    vocabulary: usize,
    progress: &mut dyn FnMut(usize),
) -> Result<Learned> {
    learn_bpe_until(texts, vocabulary, &mut |size| {
        progress(size);
        ControlFlow::Continue(())
    })
}

/// As [`learn_bpe`], but `progress` may end it.
///
/// # Errors
/// Also if it was ended.
pub fn learn_bpe_until<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    vocabulary: usize,
    progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Learned> {
    let mut learner = begin(texts, vocabulary)?;
    let (bytes, different_words) = (learner.bytes, learner.words.len());
    while learner.size() < vocabulary && learner.step() {
        if progress(learner.size()).is_break() {
            return Err(Error::failed("learning the tokenizer was stopped"));
        }
    }
    let tokenizer = learner.finish();
    let missing = vocabulary - tokenizer.vocabulary_size();
    Ok(Learned { tokenizer, missing, bytes, different_words })
}

/// What one merge looked like when it was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The most frequent pairs at that moment with their counts, the chosen one first.
    pub rivals: Vec<(Pair, u64)>,
    /// How many pieces the data had after it.
    pub pieces: u64,
}

/// The whole course of learning, to be looked at step by step.
#[derive(Debug, Clone)]
pub struct Record {
    /// The tokenizer; its merges are the steps.
    pub tokenizer: Tokenizer,
    /// What each merge was chosen from.
    pub steps: Vec<Chosen>,
    /// Bytes of the data.
    pub bytes: u64,
    /// How often each token stands in the data at the end, without special tokens.
    pub counts: Vec<u64>,
}

/// So many of the most frequent pairs are recorded.
const RIVALS: usize = 7;

/// As [`learn_bpe`], recording what each merge was chosen from. `progress` may break; then there is
/// no record.
///
/// # Errors
/// As for [`learn_bpe`].
pub fn learn_recorded<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    vocabulary: usize,
    progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Option<Record>> {
    let mut learner = begin(texts, vocabulary)?;
    let mut steps = Vec::new();
    while learner.size() < vocabulary {
        let rivals = learner.most_frequent_pairs(RIVALS);
        if !learner.step() {
            break;
        }
        steps.push(Chosen { rivals, pieces: learner.pieces_in_data });
        if progress(learner.size()).is_break() {
            return Ok(None);
        }
    }
    let mut counts = vec![0; learner.size()];
    for word in &learner.words {
        word.ids.iter().for_each(|&id| counts[id as usize] += word.count as u64);
    }
    let bytes = learner.bytes;
    Ok(Some(Record { tokenizer: learner.finish(), steps, bytes, counts }))
}

/// Counts the data for a vocabulary of this size.
fn begin<'a>(texts: impl IntoIterator<Item = &'a str>, vocabulary: usize) -> Result<Learner> {
    if !(SMALLEST_VOCABULARY..=LARGEST_VOCABULARY).contains(&vocabulary) {
        return Err(Error::failed(format!(
            "a vocabulary of {vocabulary} tokens cannot be learned; ask for \
             {SMALLEST_VOCABULARY} (all bytes and the special tokens) to {LARGEST_VOCABULARY}"
        )));
    }
    let words = count_words(texts);
    let bytes = words.iter().map(|(word, count)| word.len() as u64 * count).sum();
    if bytes == 0 {
        return Err(Error::failed("there is no text to learn a tokenizer from; add some data"));
    }
    Ok(Learner::new(words, bytes))
}

/// The different pre-tokens of the texts, sorted, each with how often it stands there.
fn count_words<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<(&'a str, u64)> {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for word in texts.into_iter().flat_map(pretokenize::split) {
        *counts.entry(word).or_default() += 1;
    }
    let mut words: Vec<(&str, u64)> = counts.into_iter().collect();
    words.sort_unstable(); // a fixed order: the same data always gives the same run
    words
}

/// A different pre-token of the data: its tokens so far, and how often it occurs.
struct Word {
    ids: Vec<u32>,
    count: i64,
}

/// Learning under way.
struct Learner {
    words: Vec<Word>,
    /// How often each pair stands in the data.
    counts: HashMap<Pair, i64>,
    /// The words in which each pair stands, or once stood.
    places: HashMap<Pair, HashSet<usize>>,
    /// Pairs by count, the most frequent on top. A count may have sunk since it was queued.
    queue: BinaryHeap<(i64, Reverse<Pair>)>,
    pieces: Vec<Vec<u8>>,
    ids: HashMap<Vec<u8>, u32>,
    merges: Vec<Merge>,
    /// Bytes of the data, and in how many pieces they are by now.
    bytes: u64,
    pieces_in_data: u64,
}

impl Learner {
    fn new(words: Vec<(&str, u64)>, bytes: u64) -> Self {
        let pieces: Vec<Vec<u8>> =
            bytes::in_vocabulary_order().into_iter().map(|byte| vec![byte]).collect();
        let ids: HashMap<Vec<u8>, u32> = pieces.iter().cloned().zip(0..).collect();
        let ids_of = |word: &str| word.bytes().map(|byte| ids[[byte].as_slice()]).collect();
        let words = words
            .into_iter()
            .map(|(word, count)| Word { ids: ids_of(word), count: count as i64 })
            .collect();
        let mut learner = Self {
            words,
            counts: HashMap::new(),
            places: HashMap::new(),
            queue: BinaryHeap::new(),
            pieces,
            ids,
            merges: Vec::new(),
            bytes,
            pieces_in_data: bytes,
        };
        learner.count_all_pairs();
        learner
    }

    /// The size of the vocabulary by now.
    fn size(&self) -> usize {
        self.pieces.len() + SPECIAL_TOKENS.len()
    }

    /// The pairs that are chosen next if nothing changes, with their counts; no pair twice, none that
    /// stands only once.
    fn most_frequent_pairs(&mut self, most: usize) -> Vec<(Pair, u64)> {
        let mut found: Vec<(Pair, u64)> = Vec::with_capacity(most);
        while found.len() < most
            && let Some((pair, count)) = self.most_frequent()
        {
            if !found.iter().any(|(known, _)| *known == pair) {
                found.push((pair, count as u64));
            }
        }
        self.queue.extend(found.iter().map(|&(pair, count)| (count as i64, Reverse(pair))));
        found
    }

    fn count_all_pairs(&mut self) {
        for (place, word) in self.words.iter().enumerate() {
            for pair in word.ids.windows(2).map(|pair| (pair[0], pair[1])) {
                *self.counts.entry(pair).or_default() += word.count;
                self.places.entry(pair).or_default().insert(place);
            }
        }
        self.queue = self.counts.iter().map(|(&pair, &count)| (count, Reverse(pair))).collect();
    }

    /// Learns one merge; false if no pair is frequent enough.
    fn step(&mut self) -> bool {
        let Some((pair, count)) = self.most_frequent() else {
            return false;
        };
        let token = self.token_of(pair);
        self.merges.push(Merge { pair, token, count: u64::try_from(count).ok() });
        self.merge_everywhere(pair, token);
        true
    }

    fn most_frequent(&mut self) -> Option<(Pair, i64)> {
        while let Some((queued, Reverse(pair))) = self.queue.pop() {
            let count = self.counts.get(&pair).copied().unwrap_or(0);
            if count != queued {
                self.queue.push((count, Reverse(pair)));
            } else {
                return (count >= LEAST_COUNT).then_some((pair, count));
            }
        }
        None
    }

    /// The id of the token that a pair becomes. Two different pairs may spell the same token
    /// ("ab" + "c", "a" + "bc"); then it exists already.
    fn token_of(&mut self, (left, right): Pair) -> u32 {
        let piece = [&self.pieces[left as usize][..], &self.pieces[right as usize][..]].concat();
        let next = self.pieces.len() as u32;
        let id = *self.ids.entry(piece.clone()).or_insert(next);
        if id == next {
            self.pieces.push(piece);
        }
        id
    }

    fn merge_everywhere(&mut self, pair: Pair, token: u32) {
        let mut risen = HashSet::new();
        for place in self.places.remove(&pair).unwrap_or_default() {
            let word = &mut self.words[place];
            let before = word.ids.len();
            let changes = merge_in_word(&mut word.ids, pair, token);
            self.pieces_in_data -= (before - word.ids.len()) as u64 * word.count as u64;
            for (changed, by) in changes {
                *self.counts.entry(changed).or_default() += by * word.count;
                if by > 0 {
                    self.places.entry(changed).or_default().insert(place);
                    risen.insert(changed);
                }
            }
        }
        // Only pairs that rose are queued anew: a sunk count is noticed when it is taken out.
        for pair in risen {
            self.queue.push((self.counts[&pair], Reverse(pair)));
        }
    }

    fn finish(mut self) -> Tokenizer {
        let byte_ids = (0..=255u8).map(|byte| self.ids.get([byte].as_slice()).copied()).collect();
        let specials = Specials::of_the_template(&mut self.pieces);
        Tokenizer::new(Model::Bpe(Bpe::new(byte_ids, self.merges)), self.pieces, specials)
    }
}

/// Replaces `pair` by `token` in a word, from left to right, and returns by how much the number
/// of each neighbouring pair changed.
fn merge_in_word(ids: &mut Vec<u32>, pair: Pair, token: u32) -> Vec<(Pair, i64)> {
    let mut changes = Vec::new();
    let mut merged = Vec::with_capacity(ids.len());
    let mut at = 0;
    while at < ids.len() {
        if at + 1 == ids.len() || (ids[at], ids[at + 1]) != pair {
            merged.push(ids[at]);
            at += 1;
            continue;
        }
        if let Some(&before) = merged.last() {
            changes.extend([((before, pair.0), -1), ((before, token), 1)]);
        }
        if let Some(&after) = ids.get(at + 2) {
            changes.extend([((pair.1, after), -1), ((token, after), 1)]);
        }
        merged.push(token);
        at += 2;
    }
    *ids = merged;
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learn(text: &str, vocabulary: usize) -> Learned {
        learn_bpe([text], vocabulary, &mut |_| ()).unwrap()
    }

    fn pieces(learned: &Learned) -> Vec<String> {
        let merges = learned.tokenizer.merges().iter();
        merges.map(|merge| learned.tokenizer.piece(merge.token).unwrap()).collect()
    }

    #[test]
    fn the_most_frequent_pair_comes_first() {
        let learned = learn("low low low lower", SMALLEST_VOCABULARY + 3);
        // "lo" and "ow" stand 4 times each; `l` < `o`, so "lo" goes first.
        assert_eq!(pieces(&learned), ["lo", "low", " low"]);
        let counts: Vec<_> = learned.tokenizer.merges().iter().map(|m| m.count).collect();
        assert_eq!(counts, [Some(4), Some(4), Some(3)]);
        assert_eq!(learned.missing, 0);
    }

    #[test]
    fn learning_stops_when_nothing_repeats() {
        let learned = learn("ab ab", 1000);
        assert_eq!(pieces(&learned), ["ab"]);
        assert_eq!(learned.tokenizer.vocabulary_size(), SMALLEST_VOCABULARY + 1);
        assert_eq!(learned.missing, 1000 - SMALLEST_VOCABULARY - 1);
    }

    #[test]
    fn a_record_tells_what_each_merge_was_chosen_from() {
        let text = "low low low lower, a row of rows";
        let size = SMALLEST_VOCABULARY + 5;
        let record = learn_recorded([text], size, &mut |_| ControlFlow::Continue(()));
        let record = record.unwrap().unwrap();
        assert_eq!(record.tokenizer, learn(text, size).tokenizer);
        for (merge, step) in record.tokenizer.merges().iter().zip(&record.steps) {
            assert_eq!(step.rivals[0], (merge.pair, merge.count.unwrap()));
            assert!(step.rivals.windows(2).all(|pair| pair[0].1 >= pair[1].1));
        }
        let ids = record.tokenizer.encode(text).unwrap();
        assert_eq!(record.steps.last().unwrap().pieces, ids.len() as u64);
        for (id, &count) in (0..).zip(&record.counts) {
            assert_eq!(ids.iter().filter(|&&other| other == id).count() as u64, count);
        }
        let broken = learn_recorded([text], size, &mut |_| ControlFlow::Break(()));
        assert!(broken.unwrap().is_none());
    }

    #[test]
    fn specials_are_last_and_never_learned() {
        let text = "<|end|>".repeat(50);
        let tokenizer = learn(&text, 300).tokenizer;
        let end = tokenizer.id_of_special("<|end|>").unwrap();
        assert_eq!(end as usize, tokenizer.vocabulary_size() - 3);
        assert_eq!(tokenizer.encode("<|end|>").unwrap(), [end]);
        assert!(!tokenizer.encode_plain("<|end|>").unwrap().contains(&end));
    }

    #[test]
    fn wrong_sizes_and_no_text_are_refused() {
        for size in [0, 258, LARGEST_VOCABULARY + 1, usize::MAX] {
            assert!(learn_bpe(["text"], size, &mut |_| ()).is_err());
        }
        assert!(learn_bpe([""], 300, &mut |_| ()).is_err());
        assert!(learn_bpe([], 300, &mut |_| ()).is_err());
    }

    #[test]
    fn overlapping_pairs_are_counted_exactly() {
        let mut ids = vec![1, 1, 1, 1, 1];
        let changes = merge_in_word(&mut ids, (1, 1), 2);
        assert_eq!(ids, [2, 2, 1]);
        let total = |pair| changes.iter().filter(|c| c.0 == pair).map(|c| c.1).sum::<i64>();
        assert_eq!((total((2, 2)), total((2, 1)), total((1, 2))), (1, 1, 0));
    }
}
