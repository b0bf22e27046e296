//! Windows of tokens: what one sequence of a training step is made of.

use super::corpus::Corpus;
use super::repeats::Repeats;
use crate::nn::Sequence;
use crate::text::Tokenizer;
use crate::text::template::Templated;
use crate::{Error, Result};
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde::{Deserialize, Serialize};

/// The tokens whose prediction counts in the loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Counted {
    /// All of them: pre-training.
    All,
    /// Those of the bot's replies, with the end token that closes them: supervised fine-tuning.
    Replies,
}

/// Where a run stands in its examples. It says all that the next batch depends on besides the seed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Passes over the data that have been completed.
    pub epoch: u64,
    /// Windows taken of this pass.
    pub window: u64,
}

/// The training part of a corpus as tokens, ready to be cut into windows.
pub struct Examples {
    source: Source,
    context: usize,
    counted: Counted,
    seed: u64,
    /// The windows of one pass, and which pass that is.
    pass: Pass,
    epoch: u64,
    repeats: Repeats,
}

/// The windows of one pass over the data, in the order in which they are taken.
struct Pass {
    /// Where windows begin: in the text, or in `packed`.
    starts: Vec<usize>,
    /// Documents packed one behind the other; empty for a text.
    packed: Templated,
}

enum Source {
    /// One running text.
    Text(Vec<u32>),
    /// Dialogues and other documents; a window begins with a whole one.
    Documents(Vec<Templated>),
}

impl Examples {
    /// Encodes a corpus for windows of `context` positions.
    ///
    /// # Errors
    /// If the text cannot be encoded, or there are fewer than two tokens.
    pub fn new(
        corpus: &Corpus,
        tokenizer: &Tokenizer,
        context: usize,
        counted: Counted,
        seed: u64,
    ) -> Result<Self> {
        let source = match corpus {
            Corpus::Text(text) => Source::Text(tokenizer.encode(text)?),
            Corpus::Documents(documents) => {
                let mut pieces = Vec::new();
                for document in documents {
                    cut(&mut pieces, document.encode(tokenizer)?, context + 1);
                }
                Source::Documents(pieces)
            }
        };
        if source.token_count() < 2 {
            return Err(Error::failed(
                "the data holds fewer than two tokens; give the model something to learn from",
            ));
        }
        let pass = source.pass(context + 1, seed, 0);
        let repeats = Repeats::default();
        let examples = Self { source, context, counted, seed, pass, epoch: 0, repeats };
        if !examples.has_counted() {
            return Err(Error::failed(
                "the dialogues hold no reply to learn from; begin the replies' lines with bot:",
            ));
        }
        Ok(examples)
    }

    /// Puts random tokens, said again and again, in the place of a share of the windows.
    #[must_use]
    pub fn with_repeats(self, share: f64, tokenizer: &Tokenizer) -> Self {
        Self { repeats: Repeats::new(share, tokenizer), ..self }
    }

    fn has_counted(&self) -> bool {
        match &self.source {
            Source::Documents(pieces) if self.counted == Counted::Replies => {
                pieces.iter().any(|piece| piece.counts.contains(&true))
            }
            _ => true,
        }
    }

    /// What these examples are, as bytes: how they are cut, which tokens count, and the tokens.
    pub fn bytes(&self) -> impl Iterator<Item = u8> {
        let pieces: Vec<&[u32]> = match &self.source {
            Source::Text(ids) => vec![ids],
            Source::Documents(pieces) => pieces.iter().map(|piece| piece.ids.as_slice()).collect(),
        };
        // A number that is no token stands between two pieces.
        let ids = pieces.into_iter().flat_map(|ids| ids.iter().copied().chain([u32::MAX]));
        let cutting = format!("{} {:?}", self.context, self.counted);
        cutting.into_bytes().into_iter().chain(ids.flat_map(u32::to_le_bytes))
    }

    /// Whether a saved run can stand there.
    ///
    /// # Errors
    /// If these examples have no such place.
    pub fn check(&mut self, cursor: Cursor) -> Result<()> {
        let far = 1 << 40;
        let known = cursor.epoch < far && cursor.window < self.windows(cursor.epoch) as u64;
        match known {
            true => Ok(()),
            false => Err(Error::failed(format!(
                "the checkpoint stands at window {} of pass {}, which the data does not have; \
                 start afresh without --resume",
                cursor.window, cursor.epoch
            ))),
        }
    }

    /// How often each token of the vocabulary stands in the training part.
    pub fn counts(&self, vocabulary: usize) -> Vec<u64> {
        let mut counts = vec![0; vocabulary];
        let pieces: Vec<&[u32]> = match &self.source {
            Source::Text(ids) => vec![ids],
            Source::Documents(pieces) => pieces.iter().map(|piece| piece.ids.as_slice()).collect(),
        };
        for &id in pieces.into_iter().flatten() {
            if let Some(count) = counts.get_mut(id as usize) {
                *count += 1;
            }
        }
        counts
    }

    /// Tokens in the training part.
    pub fn token_count(&self) -> usize {
        self.source.token_count()
    }

    /// The next `count` windows; the cursor moves behind them.
    pub fn take(&mut self, count: usize, cursor: &mut Cursor) -> Vec<Sequence> {
        (0..count).map(|_| self.take_one(cursor)).collect()
    }

    fn take_one(&mut self, cursor: &mut Cursor) -> Sequence {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed ^ (cursor.epoch << 40) ^ cursor.window);
        let dropout_seed = rng.random();
        let (index, count) = (cursor.window as usize, self.windows(cursor.epoch));
        let start = self.pass.starts[index];
        let repeated = self.repeats.draw(&mut rng, self.context + 1, dropout_seed);
        let window = repeated.unwrap_or_else(|| match &self.source {
            Source::Text(ids) => {
                let ids = &ids[start..ids.len().min(start + self.context + 1)];
                sequence(ids, &vec![true; ids.len()], Counted::All, dropout_seed)
            }
            Source::Documents(_) => {
                let Templated { ids, counts } = &self.pass.packed;
                let end = start + self.context + 1;
                sequence(&ids[start..end], &counts[start..end], self.counted, dropout_seed)
            }
        });
        *cursor = match index + 1 == count {
            true => Cursor { epoch: cursor.epoch + 1, window: 0 },
            false => Cursor { window: cursor.window + 1, ..*cursor },
        };
        window
    }

    /// How many windows a pass has; makes it the present one.
    fn windows(&mut self, epoch: u64) -> usize {
        if self.epoch != epoch {
            self.pass = self.source.pass(self.context + 1, self.seed, epoch);
            self.epoch = epoch;
        }
        self.pass.starts.len()
    }
}

impl Source {
    fn token_count(&self) -> usize {
        match self {
            Self::Text(ids) => ids.len(),
            Self::Documents(documents) => documents.iter().map(|document| document.ids.len()).sum(),
        }
    }

    /// Cuts the data into windows of `len` tokens for a pass: each time in a new order, chosen by the seed.
    fn pass(&self, len: usize, seed: u64, epoch: u64) -> Pass {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(epoch + 1);
        match self {
            Self::Text(ids) => {
                // Consecutive windows from a new beginning each time; every token is read once, and the
                // last of a window is the first of the next.
                let step = len - 1;
                let windows = (ids.len() - 1) / step;
                let spare = (ids.len() - 1).saturating_sub(windows.max(1) * step);
                let first = rng.random_range(0..=spare);
                let mut starts: Vec<usize> =
                    (0..windows.max(1)).map(|i| first + i * step).collect();
                starts.shuffle(&mut rng);
                Pass { starts, packed: Templated::default() }
            }
            Self::Documents(documents) => {
                let mut order: Vec<&Templated> = documents.iter().collect();
                order.shuffle(&mut rng);
                pack(&order, len)
            }
        }
    }
}

/// A document longer than a window is cut into pieces.
fn cut(pieces: &mut Vec<Templated>, document: Templated, len: usize) {
    for (ids, counts) in document.ids.chunks(len).zip(document.counts.chunks(len)) {
        pieces.push(Templated { ids: ids.to_vec(), counts: counts.to_vec() });
    }
}

/// Fills windows of `len` tokens. A document that does not fit whole is broken off, and begins the next
/// window from its start; the last window is filled up from the beginning.
fn pack(order: &[&Templated], len: usize) -> Pass {
    let mut pass = Pass { starts: Vec::new(), packed: Templated::default() };
    let packed = &mut pass.packed;
    let mut next = 0;
    while next < order.len() {
        let start = packed.ids.len();
        pass.starts.push(start);
        while packed.ids.len() < start + len {
            let document = order[next % order.len()];
            let room = (start + len - packed.ids.len()).min(document.ids.len());
            packed.ids.extend(&document.ids[..room]);
            packed.counts.extend(&document.counts[..room]);
            if room == document.ids.len() {
                next += 1;
            }
        }
    }
    pass
}

/// Every token but the last goes in; every token but the first should come out.
pub(super) fn sequence(
    ids: &[u32],
    counts: &[bool],
    counted: Counted,
    dropout_seed: u64,
) -> Sequence {
    let target =
        |(&id, &of_reply): (&u32, &bool)| (counted == Counted::All || of_reply).then_some(id);
    Sequence {
        tokens: ids[..ids.len() - 1].to_vec(),
        targets: ids[1..].iter().zip(&counts[1..]).map(target).collect(),
        dropout_seed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Dialogue, Turn};
    use crate::train::Document;

    fn dialogues() -> (Corpus, Tokenizer) {
        let texts = ["ab", "b", "abc", "c", "cab"];
        let dialogue =
            |text: &&str| Dialogue { turns: vec![Turn::user(*text), Turn::bot("ok")] }.into();
        (
            Corpus::Documents(texts.iter().map(dialogue).collect()),
            Tokenizer::learn_characters("abcok", true),
        )
    }

    #[test]
    fn a_pass_holds_every_dialogue_whole_and_windows_begin_with_one() {
        let (corpus, tokenizer) = dialogues();
        let mut examples = Examples::new(&corpus, &tokenizer, 16, Counted::All, 3).expect("enough");
        let (count, user) = (examples.windows(0), tokenizer.id_of_special("<|user|>"));
        let mut cursor = Cursor::default();
        let windows = examples.take(count, &mut cursor);
        assert_eq!(cursor, Cursor { epoch: 1, window: 0 });
        for window in &windows {
            assert_eq!(window.tokens.len(), 16);
            assert_eq!(window.tokens.first().copied(), user);
        }
        let all: String =
            windows.iter().map(|w| tokenizer.decode(&w.tokens).expect("known ids")).collect();
        for text in ["<|user|>ab<|end|><|bot|>ok", "<|user|>cab<|end|><|bot|>ok"] {
            assert!(all.contains(text), "{all}");
        }
    }

    #[test]
    fn passes_differ_and_a_cursor_repeats_its_windows() {
        let (corpus, tokenizer) = dialogues();
        let make = || Examples::new(&corpus, &tokenizer, 16, Counted::All, 3).expect("enough");
        let mut cursor = Cursor::default();
        let all = make().take(30, &mut cursor);
        let mut halfway = Cursor::default();
        make().take(11, &mut halfway);
        assert_eq!(make().take(19, &mut halfway), all[11..]);
        assert_eq!(halfway, cursor);
        let passes: Vec<_> = all.chunks(3).collect();
        assert!(passes.iter().any(|pass| pass[0].tokens != passes[0][0].tokens));
    }

    #[test]
    fn only_replies_count_when_tuning() {
        let (corpus, tokenizer) = dialogues();
        let mut examples =
            Examples::new(&corpus, &tokenizer, 200, Counted::Replies, 3).expect("enough");
        let window = examples.take(1, &mut Cursor::default()).remove(0);
        let counted: Vec<u32> = window.targets.iter().flatten().copied().collect();
        let text = tokenizer.decode(&counted).expect("known ids");
        assert_eq!(text.replace("ok<|end|>", ""), "", "{text}");
    }

    #[test]
    fn texts_and_dialogues_mix_and_only_dialogues_hold_replies() {
        let (Corpus::Documents(mut documents), tokenizer) = dialogues() else {
            panic!("documents");
        };
        documents.push(Document::Text("cab cab".replace(' ', "")));
        let corpus = Corpus::Documents(documents);
        let text = |counted| {
            let mut examples = Examples::new(&corpus, &tokenizer, 60, counted, 3).expect("enough");
            let windows = examples.take(1, &mut Cursor::default());
            let counted: Vec<u32> = windows[0].targets.iter().flatten().copied().collect();
            tokenizer.decode(&counted).expect("known ids")
        };
        assert!(text(Counted::All).contains("<|end|>cabcab<|end|><|user|>"));
        assert_eq!(text(Counted::Replies).replace("ok<|end|>", ""), "");
    }

    #[test]
    fn a_pass_over_a_text_reads_every_token_once_in_a_new_order() {
        let text: String = (0..200).map(|i| char::from(b'a' + (i * 7 % 26) as u8)).collect();
        let tokenizer = Tokenizer::learn_characters(&text, false);
        let ids = tokenizer.encode(&text).expect("known characters");
        let corpus = Corpus::Text(text);
        let mut examples = Examples::new(&corpus, &tokenizer, 8, Counted::All, 1).expect("enough");
        let mut cursor = Cursor::default();
        let passes: Vec<_> = (0..2).map(|_| examples.take(24, &mut cursor)).collect();
        assert_eq!(cursor, Cursor { epoch: 2, window: 0 });
        assert_ne!(passes[0], passes[1]);
        for pass in passes {
            let starts: Vec<usize> = pass
                .iter()
                .map(|window| {
                    let whole: Vec<u32> =
                        window.tokens.iter().copied().chain(window.targets[7]).collect();
                    let found = ids.windows(9).position(|part| part == whole);
                    found.expect("a window is a piece of the text")
                })
                .collect();
            let different: std::collections::BTreeSet<usize> =
                starts.iter().map(|start| start % 26).collect();
            assert!(different.len() > 10 && starts.windows(2).any(|pair| pair[1] < pair[0]));
        }
    }
}
