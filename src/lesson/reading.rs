//! The level of reading: which English words a lesson may use without a warning.
//!
//! The dialogue sets are written in plain words on purpose, so their words are the list; the words
//! of the glossary and those of `lessons/words.txt` come on top. For Chinese the shipped font, which
//! has the common characters, is the measure.

use super::glossary::Glossary;
use super::schema::Level;
use crate::text::sets;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// A line `# LEVEL` and words behind it, for that level and those above.
const SUPPLEMENT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/words.txt"));

/// Sets whose English is plain.
const SETS: [&str; 4] = ["chat-en", "plain-en", "pocket", "facts"];

/// Endings that do not make another word of a word, and what stands in their place.
const ENDINGS: [(&str, &str); 17] = [
    ("s", ""),
    ("es", ""),
    ("ies", "y"),
    ("ed", ""),
    ("ed", "e"),
    ("d", ""),
    ("ing", ""),
    ("ing", "e"),
    ("er", ""),
    ("er", "e"),
    ("ers", ""),
    ("est", ""),
    ("ly", ""),
    ("n't", ""),
    ("'s", ""),
    ("'ll", ""),
    ("'re", ""),
];

/// The words of a text that are beyond a level, each once.
pub fn hard_words(text: &str, level: Level) -> Vec<String> {
    let known = words_of(level);
    let mut hard: Vec<String> = Vec::new();
    for word in words(text) {
        if !is_known(&word, known) && !hard.contains(&word) {
            hard.push(word);
        }
    }
    hard
}

fn is_known(word: &str, known: &BTreeSet<String>) -> bool {
    let stem = |(ending, instead): &(&str, &str)| {
        let stem = word.strip_suffix(ending).filter(|stem| stem.len() > 1)?;
        Some(stem.to_string() + instead)
    };
    let doubled = |stem: &str| {
        // stopped, running
        let mut letters = stem.chars().rev();
        let same = letters.next().is_some_and(|last| letters.next() == Some(last));
        same && known.contains(&stem[..stem.len() - 1])
    };
    known.contains(word)
        || word.split('-').all(|part| part != word && is_known(part, known))
        || ENDINGS.iter().filter_map(stem).any(|stem| known.contains(&stem) || doubled(&stem))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let text = text.replace('\u{2019}', "'").to_lowercase();
    let in_word = |c: char| c.is_ascii_alphabetic() || c == '\'' || c == '-';
    let words: Vec<String> = text
        .split(|c: char| !in_word(c))
        .map(|word| word.trim_matches(['\'', '-']).to_string())
        .filter(|word| word.len() > 2)
        .collect();
    words.into_iter()
}

fn words_of(level: Level) -> &'static BTreeSet<String> {
    static LISTS: OnceLock<[BTreeSet<String>; 3]> = OnceLock::new();
    let [first, middle, deep] = LISTS.get_or_init(lists);
    match level {
        Level::First => first,
        Level::Middle => middle,
        Level::Deep => deep,
    }
}

fn lists() -> [BTreeSet<String>; 3] {
    let mut first: BTreeSet<String> = BTreeSet::new();
    if let Ok(index) = sets::shipped() {
        let plain = index.sets.iter().filter(|set| SETS.contains(&set.id.as_str()));
        let assets = plain.flat_map(|set| set.files().filter_map(|file| set.asset(file).ok()));
        assets.for_each(|text| first.extend(words(text)));
    }
    if let Ok(glossary) = Glossary::shipped() {
        glossary.terms.iter().for_each(|term| first.extend(words(&term.name.en)));
    }
    let of = |level: &str| {
        let sections = SUPPLEMENT.split("\n# ").filter_map(|section| section.split_once('\n'));
        sections
            .filter(|(name, _)| name.trim() == level)
            .flat_map(|(_, text)| words(text))
            .collect::<Vec<_>>()
    };
    first.extend(of("First"));
    let mut middle = first.clone();
    middle.extend(of("Middle"));
    let mut deep = middle.clone();
    deep.extend(of("Deep"));
    [first, middle, deep]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_pass_and_hard_ones_are_told() {
        let hard =
            hard_words("The cows eat grass; they stopped running, didn't they?", Level::First);
        assert_eq!(hard, [""; 0]);
        let hard = hard_words("A quixotic epiphenomenon, quixotic.", Level::Deep);
        assert_eq!(hard, ["quixotic", "epiphenomenon"]);
    }
}
