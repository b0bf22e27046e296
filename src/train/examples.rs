//! Windows of tokens: what one sequence of a training step is made of.

use super::corpus::Corpus;
use crate::nn::Sequence;
use crate::text::Tokenizer;
use crate::text::template::{Templated, encode_dialogue};
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
    /// Passes over the dialogues that have been completed.
    pub epoch: u64,
    /// Windows taken since: of this pass for dialogues, of the whole run for a text.
    pub window: u64,
}

/// The training part of a corpus as tokens, ready to be cut into windows.
pub struct Examples {
    source: Source,
    context: usize,
    counted: Counted,
    seed: u64,
    /// The windows of one pass, and which pass that is.
    windows: Option<(u64, Vec<Templated>)>,
}

enum Source {
    /// One running text; windows begin anywhere.
    Text(Vec<u32>),
    /// Dialogues; a window begins with a whole one.
    Dialogues(Vec<Templated>),
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
            Corpus::Dialogues(dialogues) => {
                let mut pieces = Vec::new();
                for dialogue in dialogues {
                    cut(&mut pieces, encode_dialogue(tokenizer, dialogue)?, context + 1);
                }
                Source::Dialogues(pieces)
            }
        };
        let examples = Self { source, context, counted, seed, windows: None };
        if examples.token_count() < 2 {
            return Err(Error::failed(
                "the data holds fewer than two tokens; give the model something to learn from",
            ));
        }
        if !examples.has_counted() {
            return Err(Error::failed(
                "the dialogues hold no reply to learn from; begin the replies' lines with bot:",
            ));
        }
        Ok(examples)
    }

    fn has_counted(&self) -> bool {
        match &self.source {
            Source::Dialogues(pieces) if self.counted == Counted::Replies => {
                pieces.iter().any(|piece| piece.counts.contains(&true))
            }
            _ => true,
        }
    }

    /// What these examples are, as bytes: how they are cut, which tokens count, and the tokens.
    pub fn bytes(&self) -> impl Iterator<Item = u8> {
        let pieces: Vec<&[u32]> = match &self.source {
            Source::Text(ids) => vec![ids],
            Source::Dialogues(pieces) => pieces.iter().map(|piece| piece.ids.as_slice()).collect(),
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
        let is_text = matches!(self.source, Source::Text(_));
        let far = 1 << 40;
        let known = cursor.epoch < far
            && cursor.window < far
            && (is_text || cursor.window < self.windows_of(cursor.epoch).len() as u64);
        match known {
            true => Ok(()),
            false => Err(Error::failed(format!(
                "the checkpoint stands at window {} of pass {}, which the data does not have; \
                 start afresh without --resume",
                cursor.window, cursor.epoch
            ))),
        }
    }

    /// Tokens in the training part.
    pub fn token_count(&self) -> usize {
        match &self.source {
            Source::Text(ids) => ids.len(),
            Source::Dialogues(dialogues) => {
                dialogues.iter().map(|dialogue| dialogue.ids.len()).sum()
            }
        }
    }

    /// The next `count` windows; the cursor moves behind them.
    pub fn take(&mut self, count: usize, cursor: &mut Cursor) -> Vec<Sequence> {
        (0..count).map(|_| self.take_one(cursor)).collect()
    }

    fn take_one(&mut self, cursor: &mut Cursor) -> Sequence {
        let dropout_seed =
            ChaCha8Rng::seed_from_u64(self.seed ^ (cursor.epoch << 40) ^ cursor.window).random();
        if let Source::Text(ids) = &self.source {
            let window = random_window(ids, self.context, self.seed, cursor.window);
            cursor.window += 1;
            let all = vec![true; window.len()];
            return sequence(window, &all, Counted::All, dropout_seed);
        }
        let windows = self.windows_of(cursor.epoch);
        let Templated { ids, counts } = windows[cursor.window as usize].clone();
        let last = cursor.window as usize + 1 == windows.len();
        *cursor = if last {
            Cursor { epoch: cursor.epoch + 1, window: 0 }
        } else {
            Cursor { window: cursor.window + 1, ..*cursor }
        };
        sequence(&ids, &counts, self.counted, dropout_seed)
    }

    /// The windows of a pass: dialogues in a new order, packed one behind the other.
    fn windows_of(&mut self, epoch: u64) -> &[Templated] {
        let stale = self.windows.as_ref().is_none_or(|(made_for, _)| *made_for != epoch);
        if let (true, Source::Dialogues(dialogues)) = (stale, &self.source) {
            let mut order: Vec<&Templated> = dialogues.iter().collect();
            let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
            rng.set_stream(epoch + 1);
            order.shuffle(&mut rng);
            self.windows = Some((epoch, pack(&order, self.context + 1)));
        }
        self.windows.as_ref().map_or(&[], |(_, windows)| windows)
    }
}

/// A window of `context` + 1 tokens from anywhere in the text, chosen by seed and number.
fn random_window(ids: &[u32], context: usize, seed: u64, number: u64) -> &[u32] {
    let len = (context + 1).min(ids.len());
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(number + 1);
    let start = rng.random_range(0..=ids.len() - len);
    &ids[start..start + len]
}

/// A dialogue longer than a window is cut into pieces.
fn cut(pieces: &mut Vec<Templated>, dialogue: Templated, len: usize) {
    for (ids, counts) in dialogue.ids.chunks(len).zip(dialogue.counts.chunks(len)) {
        pieces.push(Templated { ids: ids.to_vec(), counts: counts.to_vec() });
    }
}

/// Fills windows of `len` tokens. A dialogue that does not fit whole is broken off, and begins the next
/// window from its start; the last window is filled up from the beginning.
fn pack(order: &[&Templated], len: usize) -> Vec<Templated> {
    let mut windows = Vec::new();
    let mut next = 0;
    while next < order.len() {
        let mut window = Templated::default();
        while window.ids.len() < len {
            let dialogue = order[next % order.len()];
            let room = (len - window.ids.len()).min(dialogue.ids.len());
            window.ids.extend(&dialogue.ids[..room]);
            window.counts.extend(&dialogue.counts[..room]);
            if room == dialogue.ids.len() {
                next += 1;
            }
        }
        windows.push(window);
    }
    windows
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

    fn dialogues() -> (Corpus, Tokenizer) {
        let texts = ["ab", "b", "abc", "c", "cab"];
        let dialogue = |text: &&str| Dialogue { turns: vec![Turn::user(*text), Turn::bot("ok")] };
        (
            Corpus::Dialogues(texts.iter().map(dialogue).collect()),
            Tokenizer::learn_characters("abcok", true),
        )
    }

    #[test]
    fn a_pass_holds_every_dialogue_whole_and_windows_begin_with_one() {
        let (corpus, tokenizer) = dialogues();
        let mut examples = Examples::new(&corpus, &tokenizer, 16, Counted::All, 3).expect("enough");
        let (count, user) = (examples.windows_of(0).len(), tokenizer.id_of_special("<|user|>"));
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
    fn a_text_gives_windows_from_anywhere() {
        let text: String = "abcdefghij".repeat(20);
        let tokenizer = Tokenizer::learn_characters(&text, false);
        let mut examples =
            Examples::new(&Corpus::Text(text), &tokenizer, 8, Counted::All, 1).expect("enough");
        let windows = examples.take(50, &mut Cursor::default());
        for window in &windows {
            assert!(
                window
                    .tokens
                    .iter()
                    .zip(&window.targets)
                    .all(|(&id, &target)| Some((id + 1) % 10) == target)
            );
        }
        let starts: std::collections::BTreeSet<u32> = windows.iter().map(|w| w.tokens[0]).collect();
        assert!(starts.len() > 5);
    }
}
