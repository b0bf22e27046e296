//! Bytes written as visible characters, the way GPT-2's files do.
//!
//! A byte-level tokenizer works on the 256 possible bytes, so that no text is ever unknown
//! (Radford et al. 2019, "Language Models are Unsupervised Multitask Learners"). But its files
//! are text, and many bytes are no character, or one that cannot be seen. So each byte gets a
//! visible stand-in: printable Latin-1 characters stand for themselves, all others for the
//! characters from U+0100 on, in order. A space becomes `Ġ`, a newline `Ċ`.

/// Whether a byte's own Latin-1 character is visible and can stand for it.
fn stands_for_itself(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF)
}

/// The first character used for bytes that cannot stand for themselves.
const FIRST_STAND_IN: u32 = 0x100;

/// The visible character that stands for `byte`.
///
/// ```
/// assert_eq!(glassbox::text::tokenizer::bytes::to_char(b' '), 'Ġ');
/// ```
pub fn to_char(byte: u8) -> char {
    if stands_for_itself(byte) {
        return char::from(byte);
    }
    let earlier = (0..byte).filter(|&b| !stands_for_itself(b)).count() as u32;
    char::from_u32(FIRST_STAND_IN + earlier).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The byte that a visible character stands for, if it stands for one.
pub fn from_char(character: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(character)) {
        return stands_for_itself(byte).then_some(byte);
    }
    let place = u32::from(character).checked_sub(FIRST_STAND_IN)?;
    (0..=255).filter(|&b| !stands_for_itself(b)).nth(place as usize)
}

/// Bytes as their visible characters.
pub fn to_visible(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| to_char(byte)).collect()
}

/// The bytes behind visible characters, or `None` if one of them stands for no byte.
pub fn from_visible(text: &str) -> Option<Vec<u8>> {
    text.chars().map(from_char).collect()
}

/// All 256 bytes, ordered by their visible characters: the order of GPT-2's first 256 ids.
pub fn in_vocabulary_order() -> Vec<u8> {
    let (visible, hidden): (Vec<u8>, Vec<u8>) = (0..=255).partition(|&b| stands_for_itself(b));
    [visible, hidden].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_own_character_and_comes_back() {
        for byte in 0..=255 {
            assert_eq!(from_char(to_char(byte)), Some(byte));
        }
        assert_eq!(from_char('你'), None);
        assert_eq!(from_char(' '), None);
    }

    #[test]
    fn known_stand_ins() {
        assert_eq!(to_visible(b" a\n\xAD"), "ĠaĊŃ");
        assert_eq!(from_visible("Ġa"), Some(b" a".to_vec()));
    }

    #[test]
    fn the_vocabulary_order_is_that_of_the_characters() {
        let order: Vec<char> = in_vocabulary_order().into_iter().map(to_char).collect();
        assert!(order.is_sorted());
        assert_eq!(order.len(), 256);
    }
}
