//! The rule that removes emoji, whole sequences at a time (Unicode Technical Standard 51).

use unicode_properties::emoji::{is_tag_character, is_zwj};
use unicode_properties::{EmojiStatus, UnicodeEmoji};

/// Asks for the colourful form of the character before it.
const EMOJI_SELECTOR: char = '\u{FE0F}';
/// Puts a key around the character before it.
const KEYCAP: char = '\u{20E3}';

/// Removes emoji. Characters that are plain signs by themselves, such as ©, stay unless the text
/// asks for their emoji form.
pub(super) fn remove_emoji(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut removed: Option<char> = None; // the character before, if it was removed
    while let Some(character) = characters.next() {
        let coloured = characters.peek() == Some(&EMOJI_SELECTOR);
        let goes_on = removed.is_some_and(|before| continues(character, before));
        if goes_on || is_picture(character) || (coloured && character.is_emoji_char()) {
            removed = Some(character);
        } else {
            removed = None;
            clean.push(character);
        }
    }
    clean
}

/// Whether a character belongs to the emoji that `before`, just removed, was part of.
fn continues(character: char, before: char) -> bool {
    matches!(character, EMOJI_SELECTOR | KEYCAP)
        || is_zwj(character)
        || is_tag_character(character)
        || (is_zwj(before) && character.is_emoji_char())
}

/// Whether a character is shown as an emoji when nothing else is asked for.
fn is_picture(character: char) -> bool {
    matches!(
        character.emoji_status(),
        EmojiStatus::EmojiPresentation
            | EmojiStatus::EmojiPresentationAndModifierBase
            | EmojiStatus::EmojiPresentationAndEmojiComponent
            | EmojiStatus::EmojiPresentationAndModifierAndEmojiComponent
    )
}
