//! Words that have no place in a classroom's dialogues.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::words;
use crate::{Error, Result};

/// The file: words by what is wrong with them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct BlocklistFile {
    format: u32,
    /// Whole words, and phrases of whole words.
    en: BTreeMap<String, Vec<String>>,
    /// Sequences of characters, wherever they stand.
    zh: BTreeMap<String, Vec<String>>,
}

/// The list, ready to be asked.
#[derive(Debug, Clone)]
pub struct Blocklist {
    /// English phrases by their first word.
    english: BTreeMap<String, Vec<Vec<String>>>,
    chinese: Vec<String>,
}

/// A text in which a blocked word was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// The blocked word.
    pub word: String,
    /// The text.
    pub text: String,
}

static SHIPPED: LazyLock<std::result::Result<Blocklist, Error>> = LazyLock::new(|| {
    let text =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/dialogues/blocklist.ron"));
    Blocklist::from_ron(text)
});

impl Blocklist {
    /// The list inside the program.
    ///
    /// # Errors
    /// None in a program that passed its tests: the file is part of it.
    pub fn shipped() -> Result<&'static Self> {
        SHIPPED.as_ref().map_err(Clone::clone)
    }

    fn from_ron(text: &str) -> Result<Self> {
        let file: BlocklistFile =
            ron::from_str(text).map_err(|e| Error::failed(format!("blocklist.ron: {e}")))?;
        if file.format != 1 {
            return Err(Error::failed("blocklist.ron: format is not 1"));
        }
        let mut english: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
        for phrase in file.en.values().flatten().map(|phrase| words(phrase)) {
            if let Some(first) = phrase.first() {
                english.entry(first.clone()).or_default().push(phrase);
            }
        }
        Ok(Self { english, chinese: file.zh.into_values().flatten().collect() })
    }

    /// The first blocked word of a text.
    pub fn find(&self, text: &str) -> Option<String> {
        let found = self.chinese.iter().find(|word| text.contains(word.as_str()));
        found.cloned().or_else(|| self.find_english(&words(text)))
    }

    fn find_english(&self, words: &[String]) -> Option<String> {
        let starts =
            words.iter().enumerate().filter_map(|(at, word)| Some((at, self.english.get(word)?)));
        for (at, phrases) in starts {
            let found = phrases.iter().find(|phrase| words[at..].starts_with(phrase));
            if let Some(phrase) = found {
                return Some(phrase.join(" "));
            }
        }
        None
    }

    /// The texts that have a blocked word, each once.
    pub fn hits<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Vec<Hit> {
        let mut seen = BTreeSet::new();
        let new = texts.into_iter().filter(|text| seen.insert(*text));
        new.filter_map(|text| Some(Hit { word: self.find(text)?, text: text.into() })).collect()
    }

    /// The pieces of a vocabulary that a blocked word is or ends, standing as a whole word. A piece
    /// from the middle of words is innocent: English has them in many good words.
    pub fn hits_in_pieces<'a>(&self, pieces: impl IntoIterator<Item = &'a str>) -> Vec<Hit> {
        let begins_word = |piece: &&str| {
            piece.starts_with(' ') || !piece.is_ascii() || piece.starts_with(char::is_uppercase)
        };
        self.hits(pieces.into_iter().filter(begins_word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_needs_whole_words_and_chinese_the_characters() {
        let list = Blocklist::shipped().unwrap();
        assert_eq!(list.find("You are an IDIOT!"), Some("idiot".into()));
        assert_eq!(list.find("Oh, shut up."), Some("shut up".into()));
        assert_eq!(
            list.find("The class shut the upper window; a skilled gunner's assistant."),
            None
        );
        assert_eq!(list.find("你这个笨蛋！"), Some("笨蛋".into()));
        for innocent in
            ["他妈妈的水枪是红色的。", "笨重的蛋糕。", "小米粥和苹果。", "我们滚雪球吧。"]
        {
            assert_eq!(list.find(innocent), None);
        }
    }

    #[test]
    fn pieces_count_where_a_word_begins() {
        let list = Blocklist::shipped().unwrap();
        let hits = list.hits_in_pieces(["ass", " ass", " class", "kill", "笨蛋"]);
        let words: Vec<&str> = hits.iter().map(|hit| hit.text.as_str()).collect();
        assert_eq!(words, [" ass", "笨蛋"]);
    }
}
