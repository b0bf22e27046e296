//! Where in the data a phrase occurs.

use super::clerk::Ticket;
use super::prepare::Prepared;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    pub text: String,
    /// Whether it is a reply of the model: then every letter must be the same.
    pub from_reply: bool,
}

impl Phrase {
    /// Capitals count only if there is one in the phrase, or if it is a reply.
    fn ignores_case(&self) -> bool {
        !self.from_reply && !self.text.chars().any(|c| c.is_ascii_uppercase())
    }
}

/// A place where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The dialogue, among those of the set as it was written.
    pub dialogue: usize,
    pub turn: usize,
    /// Bytes of the cleaned turn.
    pub start: usize,
    pub end: usize,
    /// Whether the dialogue is kept back.
    pub kept: bool,
}

/// All places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub phrase: Phrase,
    /// The first places, in order.
    pub places: Vec<Place>,
    /// How many there are.
    pub count: usize,
    /// In how many dialogues.
    pub dialogues: usize,
    /// How many of the places are in dialogues that are kept back.
    pub kept: usize,
}

/// So many places can be visited.
const MOST: usize = 10_000;

impl Found {
    /// Looks through the cleaned dialogues; None if it is given up.
    pub fn look(prepared: &Prepared, phrase: Phrase, ticket: &Ticket) -> Option<Self> {
        let mut found = Self { places: Vec::new(), count: 0, dialogues: 0, kept: 0, phrase };
        let all = prepared.survey.dialogues.len();
        for (i, dialogue) in prepared.survey.dialogues.iter().enumerate() {
            if i % 256 == 0 && ticket.done(i as f32 / all as f32).is_break() {
                return None;
            }
            let before = found.count;
            for (turn, said) in dialogue.turns.iter().enumerate() {
                for start in places_in(&said.text, &found.phrase) {
                    let (end, kept) = (start + found.phrase.text.len(), prepared.kept[i]);
                    found.count += 1;
                    found.kept += usize::from(kept);
                    if found.places.len() < MOST {
                        let dialogue = prepared.survey.origins[i];
                        found.places.push(Place { dialogue, turn, start, end, kept });
                    }
                }
            }
            found.dialogues += usize::from(found.count > before);
        }
        Some(found)
    }
}

/// Where the phrase begins in a text; places do not overlap.
pub fn places_in(text: &str, phrase: &Phrase) -> Vec<usize> {
    let wanted = phrase.text.as_str();
    if wanted.is_empty() {
        return Vec::new();
    }
    if !phrase.ignores_case() {
        return text.match_indices(wanted).map(|(at, _)| at).collect();
    }
    // Only ASCII letters are matched without regard to case: they keep their length.
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    let mut places = Vec::new();
    let mut at = 0;
    while at + wanted.len() <= text.len() {
        if text[at..at + wanted.len()].eq_ignore_ascii_case(wanted) {
            places.push(at);
            at += wanted.len();
        } else {
            at += 1;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn phrase(text: &str, from_reply: bool) -> Phrase {
        Phrase { text: text.into(), from_reply }
    }

    #[test]
    fn capitals_count_when_they_are_asked_for() {
        assert_eq!(places_in("A cow, a Cow.", &phrase("cow", false)), [2, 9]);
        assert_eq!(places_in("A cow, a Cow.", &phrase("Cow", false)), [9]);
        assert_eq!(places_in("A cow, a Cow.", &phrase("cow", true)), [2]);
        assert_eq!(places_in("牛说哞。牛吃草。", &phrase("牛", false)), [0, 12]);
        assert!(places_in("cow", &phrase("", false)).is_empty());
    }

    proptest! {
        #[test]
        fn places_are_whole_characters(text in "[aAé你 ]{0,20}", wanted in "[aAé你 ]{1,3}") {
            for start in places_in(&text, &phrase(&wanted, false)) {
                prop_assert!(text[start..start + wanted.len()].eq_ignore_ascii_case(&wanted));
            }
        }
    }
}
