//! What is learned from, and what is kept back to judge by.

use crate::text::Dialogue;
use crate::text::template::{Templated, encode_dialogue, encode_text};
use crate::text::tokenizer::{Tokenizer, learn_bpe_until};
use crate::train::TokenizerChoice;
use crate::{Error, Result};
use rand::SeedableRng as _;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom as _;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// Texts to learn from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Corpus {
    /// One running text.
    Text(String),
    /// Texts that each begin and end: dialogues, stories, or both.
    Documents(Vec<Document>),
}

/// A text that begins and ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Document {
    /// Turns, in the chat template.
    Dialogue(Dialogue),
    /// A text without speakers; the end token closes it.
    Text(String),
}

impl Document {
    /// The document as tokens. In a text no token is part of a reply.
    ///
    /// # Errors
    /// If the tokenizer lacks the template's tokens or a character of the text.
    pub fn encode(&self, tokenizer: &Tokenizer) -> Result<Templated> {
        match self {
            Self::Dialogue(dialogue) => encode_dialogue(tokenizer, dialogue),
            Self::Text(text) => encode_text(tokenizer, text),
        }
    }
}

impl From<Dialogue> for Document {
    fn from(dialogue: Dialogue) -> Self {
        Self::Dialogue(dialogue)
    }
}

/// A corpus in two parts that share nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Split {
    pub training: Corpus,
    pub validation: Corpus,
}

impl Corpus {
    /// Whether there is nothing to learn from.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Documents(documents) => documents.is_empty(),
        }
    }

    /// Keeps back a share: the last part of a text, whole documents chosen by the seed.
    ///
    /// # Errors
    /// If the corpus is too small to give both parts something.
    pub fn split(self, share: f64, seed: u64) -> Result<Split> {
        let too_small = |what: &str| {
            Error::failed(format!(
                "the data holds too little to keep {:.0} % back for validation: {what}; add more",
                share * 100.0
            ))
        };
        match self {
            Self::Text(text) => {
                let wanted = (text.len() as f64 * (1.0 - share)) as usize;
                let cut = text.floor_char_boundary(wanted);
                if share > 0.0 && (cut == 0 || cut == text.len()) {
                    return Err(too_small("a text of a few characters"));
                }
                let (training, validation) = text.split_at(cut);
                Ok(Split {
                    training: Self::Text(training.into()),
                    validation: Self::Text(validation.into()),
                })
            }
            Self::Documents(documents) => {
                let Some(is_kept) = kept_back(documents.len(), share, seed) else {
                    return Err(too_small(&format!("{} dialogues", documents.len())));
                };
                let (mut training, mut validation) = (Vec::new(), Vec::new());
                for (document, kept) in documents.into_iter().zip(is_kept) {
                    if kept { validation.push(document) } else { training.push(document) }
                }
                Ok(Split {
                    training: Self::Documents(training),
                    validation: Self::Documents(validation),
                })
            }
        }
    }
}

/// Which of so many documents are kept back: a share of them, chosen by the seed, and at least one.
/// None if nothing would be left to learn from.
pub fn kept_back(documents: usize, share: f64, seed: u64) -> Option<Vec<bool>> {
    let mut kept = (documents as f64 * share).round() as usize;
    if share > 0.0 {
        kept = kept.max(1);
    }
    if kept >= documents {
        return None;
    }
    let mut order: Vec<usize> = (0..documents).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let mut is_kept = vec![false; documents];
    order.iter().take(kept).for_each(|&index| is_kept[index] = true);
    Some(is_kept)
}

impl Split {
    /// Learns a tokenizer. Characters are taken from all of the data, so that validation can be read;
    /// merges are learned on the training part alone.
    ///
    /// # Errors
    /// If the vocabulary asked for is too small for the bytes and the special tokens.
    pub fn learn_tokenizer(&self, choice: TokenizerChoice) -> Result<Tokenizer> {
        self.learn_tokenizer_until(choice, &mut |_| ControlFlow::Continue(()))
    }

    /// As [`Split::learn_tokenizer`]; `progress` is told the size after every merge, and may end it.
    ///
    /// # Errors
    /// Also if it was ended.
    pub fn learn_tokenizer_until(
        &self,
        choice: TokenizerChoice,
        progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<Tokenizer> {
        match choice {
            TokenizerChoice::Characters => {
                let with_specials = matches!(self.training, Corpus::Documents(_));
                let all: String =
                    texts(&self.training).into_iter().chain(texts(&self.validation)).collect();
                Ok(Tokenizer::learn_characters(&all, with_specials))
            }
            TokenizerChoice::Bpe(vocabulary) => {
                let learned = learn_bpe_until(texts(&self.training), vocabulary, progress)?;
                Ok(learned.tokenizer)
            }
        }
    }
}

fn texts(corpus: &Corpus) -> Vec<&str> {
    match corpus {
        Corpus::Text(text) => vec![text],
        Corpus::Documents(documents) => documents.iter().flat_map(texts_of).collect(),
    }
}

fn texts_of(document: &Document) -> Vec<&str> {
    match document {
        Document::Text(text) => vec![text],
        Document::Dialogue(dialogue) => {
            dialogue.turns.iter().map(|turn| turn.text.as_str()).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Turn;

    #[test]
    fn the_last_tenth_of_a_text_is_kept_back_at_a_character_boundary() {
        let split =
            Corpus::Text("一二三四五六七八九十".into()).split(0.1, 1).expect("large enough");
        assert_eq!(split.training, Corpus::Text("一二三四五六七八九".into()));
        assert_eq!(split.validation, Corpus::Text("十".into()));
        assert!(Corpus::Text("a".into()).split(0.1, 1).is_err());
    }

    #[test]
    fn dialogues_are_kept_back_whole_and_by_the_seed() {
        let dialogue =
            |i: usize| Dialogue { turns: vec![Turn::user(i.to_string()), Turn::bot("yes")] }.into();
        let corpus = Corpus::Documents((0..50).map(dialogue).collect());
        let split = corpus.clone().split(0.1, 7).expect("large enough");
        let (Corpus::Documents(training), Corpus::Documents(validation)) =
            (&split.training, &split.validation)
        else {
            panic!("dialogues stay dialogues");
        };
        assert_eq!((training.len(), validation.len()), (45, 5));
        assert!(validation.iter().all(|kept| !training.contains(kept)));
        assert_eq!(split, corpus.clone().split(0.1, 7).expect("large enough"));
        assert_ne!(split, corpus.split(0.1, 8).expect("large enough"));
    }
}
