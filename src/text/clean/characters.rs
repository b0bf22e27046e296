//! Rules about single characters and runs of them.

use unicode_normalization::UnicodeNormalization;

/// Removes control characters but line feeds and tabs, and invisible or broken ones.
pub(super) fn remove_controls(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut characters = text.chars().filter(|&c| !is_unwanted(c)).peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => (),
            '\r' => clean.push('\n'),
            _ => clean.push(character),
        }
    }
    clean
}

fn is_unwanted(character: char) -> bool {
    match character {
        '\n' | '\r' | '\t' => false,
        // A decoder puts U+FFFD where bytes were no text: the sign of a broken encoding.
        '\u{FFFD}' => true,
        // Zero-width space, word joiner, byte order mark. The joiners U+200C and U+200D stay:
        // Persian, Hindi and emoji are written with them.
        '\u{200B}' | '\u{2060}' | '\u{FEFF}' => true,
        // Switches of the writing direction, which can make a line look like another.
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
        _ => character.is_control(),
    }
}

/// Normal form C (Unicode Standard Annex 15), with full-width Latin letters and digits as
/// ordinary ones. Form KC would do that too, but also take Chinese its full-width marks.
pub(super) fn normal_form(text: &str) -> String {
    text.chars().map(ordinary_width).nfc().collect()
}

fn ordinary_width(character: char) -> char {
    const OFFSET: u32 = '０' as u32 - '0' as u32;
    match character {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(u32::from(character) - OFFSET).unwrap_or(character)
        }
        _ => character,
    }
}

/// Shortens runs of one mark.
pub(super) fn shorten_punctuation(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut run = (None, 0);
    for character in text.chars() {
        run = if run.0 == Some(character) { (run.0, run.1 + 1) } else { (Some(character), 1) };
        if run.1 <= longest_run(character) {
            clean.push(character);
        }
    }
    clean
}

/// How often a character may stand in a row.
fn longest_run(character: char) -> usize {
    match character {
        '!' | '?' | ',' | ';' | '！' | '？' | '，' | '；' | '。' | '、' => 1,
        '…' => 2, // in Chinese, two are one sign
        '.' | '-' | '—' | '_' | '*' | '~' | '～' | '=' | '#' | '+' | '|' | '/' => 3,
        _ => usize::MAX,
    }
}

/// Makes each run of white space one space or one line feed, and none at the ends.
pub(super) fn tidy_spaces(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut gap = None;
    for character in text.trim().chars() {
        if character.is_whitespace() {
            let line_feed = character == '\n' || gap == Some('\n');
            gap = Some(if line_feed { '\n' } else { ' ' });
        } else {
            clean.extend(gap.take());
            clean.push(character);
        }
    }
    clean
}
