//! Letters and numbers that are younger than the pre-tokenizer.
//!
//! Unicode grows, and what is a letter depends on its version. Hugging Face `tokenizers` 0.23
//! follows version 16.0. Letters and numbers added since then are, for it, neither; counting
//! them so here too keeps the ids the same for every character.

/// Ranges, both ends included, of letters and numbers added after Unicode 16.0 (as of 18.0).
const LATER: [(char, char); 52] = [
    ('\u{558}', '\u{558}'),
    ('\u{58B}', '\u{58C}'),
    ('\u{88F}', '\u{88F}'),
    ('\u{C5C}', '\u{C5C}'),
    ('\u{CDC}', '\u{CDC}'),
    ('\u{208F}', '\u{208F}'),
    ('\u{209D}', '\u{209F}'),
    ('\u{A7CE}', '\u{A7CF}'),
    ('\u{A7D2}', '\u{A7D2}'),
    ('\u{A7D4}', '\u{A7D4}'),
    ('\u{A7DD}', '\u{A7DD}'),
    ('\u{A7E2}', '\u{A7E2}'),
    ('\u{A7F1}', '\u{A7F1}'),
    ('\u{AB6C}', '\u{AB6D}'),
    ('\u{107BB}', '\u{107BF}'),
    ('\u{10940}', '\u{10959}'),
    ('\u{10EC5}', '\u{10EC7}'),
    ('\u{10ED9}', '\u{10EEE}'),
    ('\u{11B0A}', '\u{11B0A}'),
    ('\u{11DB0}', '\u{11DDB}'),
    ('\u{11DE0}', '\u{11DE9}'),
    ('\u{11DF1}', '\u{11DF1}'),
    ('\u{1246F}', '\u{1246F}'),
    ('\u{12475}', '\u{1247F}'),
    ('\u{12550}', '\u{12686}'),
    ('\u{16EA0}', '\u{16EB8}'),
    ('\u{16EBB}', '\u{16ED3}'),
    ('\u{16FF2}', '\u{16FF6}'),
    ('\u{187F8}', '\u{187FF}'),
    ('\u{18CD6}', '\u{18CDA}'),
    ('\u{18D09}', '\u{18D20}'),
    ('\u{18D80}', '\u{18DF2}'),
    ('\u{18E00}', '\u{19191}'),
    ('\u{191A0}', '\u{191D2}'),
    ('\u{1B123}', '\u{1B128}'),
    ('\u{1B168}', '\u{1B168}'),
    ('\u{1D6A6}', '\u{1D6A6}'),
    ('\u{1DF1F}', '\u{1DF24}'),
    ('\u{1DF2B}', '\u{1DF81}'),
    ('\u{1DF90}', '\u{1DF96}'),
    ('\u{1DFCD}', '\u{1DFFF}'),
    ('\u{1E6C0}', '\u{1E6DE}'),
    ('\u{1E6E0}', '\u{1E6E2}'),
    ('\u{1E6E4}', '\u{1E6E5}'),
    ('\u{1E6E7}', '\u{1E6ED}'),
    ('\u{1E6F0}', '\u{1E6F4}'),
    ('\u{1E6FE}', '\u{1E6FF}'),
    ('\u{2B73A}', '\u{2B73F}'),
    ('\u{2B81E}', '\u{2B81E}'),
    ('\u{2CEA2}', '\u{2CEAD}'),
    ('\u{323B0}', '\u{33479}'),
    ('\u{3D000}', '\u{3FC3F}'),
];

/// Whether a letter or number was added to Unicode after version 16.0.
pub(super) fn is_later(character: char) -> bool {
    let place = LATER.partition_point(|&(_, last)| last < character);
    LATER.get(place).is_some_and(|&(first, _)| first <= character)
}
