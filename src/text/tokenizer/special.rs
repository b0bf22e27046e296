//! Special tokens: ids that mark the structure of a text, found whole before anything is merged.

use crate::text::template;

/// A token that is added to the learned vocabulary and found whole in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Special {
    /// Its id.
    pub id: u32,
    /// How it is written, such as `<|end|>`.
    pub content: String,
    /// Whether it marks structure, as `<|end|>` does, and so must not be forged by typed text.
    /// An added token that is no mark is simply a longer piece of text.
    pub mark: bool,
    /// Hugging Face's flag `normalized`: such tokens are looked for after all others.
    pub normalized: bool,
}

/// The special tokens of a tokenizer, in the order of their ids.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Specials {
    all: Vec<Special>,
}

/// A stretch of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// Ordinary text.
    Text(&'a str),
    /// A special token.
    Special(u32),
}

impl Specials {
    /// The given tokens. None may be empty.
    pub(super) fn new(mut all: Vec<Special>) -> Self {
        all.sort_by_key(|special| special.id);
        Self { all }
    }

    /// Appends the tokens of the chat template to a vocabulary's pieces.
    pub(super) fn of_the_template(pieces: &mut Vec<Vec<u8>>) -> Self {
        let mut all = Vec::new();
        for content in template::SPECIAL_TOKENS {
            all.push(Special {
                id: pieces.len() as u32,
                content: content.to_owned(),
                mark: true,
                normalized: false,
            });
            pieces.push(content.as_bytes().to_vec());
        }
        Self { all }
    }

    pub(super) fn all(&self) -> &[Special] {
        &self.all
    }

    pub(super) fn id(&self, name: &str) -> Option<u32> {
        self.all.iter().find(|special| special.content == name).map(|special| special.id)
    }

    /// Only the added tokens that mark no structure.
    pub(super) fn without_marks(&self) -> Self {
        Self { all: self.all.iter().filter(|special| !special.mark).cloned().collect() }
    }

    /// Cuts `text` at its special tokens: at each place the longest one that stands there, from
    /// left to right. Tokens with the flag `normalized` come second, in the text that is left.
    pub(super) fn split<'a>(&self, text: &'a str) -> Vec<Part<'a>> {
        let (second, first): (Vec<_>, Vec<_>) = self.all.iter().partition(|s| s.normalized);
        let mut parts = Vec::new();
        for part in split_once_each(text, &first) {
            match part {
                Part::Text(text) => parts.extend(split_once_each(text, &second)),
                special => parts.push(special),
            }
        }
        parts
    }
}

fn split_once_each<'a>(text: &'a str, specials: &[&Special]) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((start, special)) = find_first(rest, specials) {
        parts.extend(Some(Part::Text(&rest[..start])).filter(|_| start > 0));
        parts.push(Part::Special(special.id));
        rest = &rest[start + special.content.len()..];
    }
    parts.extend(Some(Part::Text(rest)).filter(|_| !rest.is_empty()));
    parts
}

/// The first place where a special token stands, and the longest that stands there.
fn find_first<'s>(text: &str, specials: &[&'s Special]) -> Option<(usize, &'s Special)> {
    if specials.is_empty() {
        return None;
    }
    text.char_indices().find_map(|(start, _)| {
        let here = specials.iter().filter(|s| text[start..].starts_with(&s.content));
        here.max_by_key(|special| special.content.len()).map(|special| (start, *special))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn special(id: u32, content: &str, mark: bool) -> Special {
        Special { id, content: content.to_owned(), mark, normalized: false }
    }

    #[test]
    fn the_leftmost_and_longest_token_is_found() {
        let specials = Specials::new(vec![special(7, "<a>", true), special(8, "<a><b>", true)]);
        let parts = specials.split("é<a>x<a><b><a");
        let expected = [
            Part::Text("é"),
            Part::Special(7),
            Part::Text("x"),
            Part::Special(8),
            Part::Text("<a"),
        ];
        assert_eq!(parts, expected);
        assert!(specials.split("").is_empty());
    }

    #[test]
    fn marks_can_be_left_unseen() {
        let specials = Specials::new(vec![special(7, "<a>", true), special(8, "--", false)]);
        let parts = specials.without_marks().split("<a>--");
        assert_eq!(parts, [Part::Text("<a>"), Part::Special(8)]);
    }
}
