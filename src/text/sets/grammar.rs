//! The hand-written parts of a set, and which of their combinations are kept back.
//!
//! A grammar knows *entities* (animals) and *topics* (what does it eat?). A fact is one entity's
//! answer to one topic. Each topic can be asked in several wordings, and for each fact most
//! wordings are in the training text while two are kept for the answers file and one for the
//! validation split. The share that is kept back rotates from fact to fact: every wording is
//! learned with some animals, every animal with some wordings, and what is tested is always a
//! new combination. That is what lets a very small model generalise, and lets us see it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Error, Result};

/// The file: everything a set is composed from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grammar {
    /// The number of this schema: 1.
    pub format: u32,
    /// How many of 100 user turns are typed sloppily: no capital letter, no mark at the end.
    pub sloppy: u32,
    /// What the facts are about.
    pub entities: Vec<Entity>,
    /// What can be asked about an entity.
    pub topics: Vec<Topic>,
    /// Wordings that ask the same about another entity: "And a cow?".
    pub follow: Vec<String>,
    /// Values for the slot `{name}`.
    pub names: Vec<String>,
    /// Small talk by kind; in an exchange, any user line goes with any bot line.
    pub talk: BTreeMap<String, Vec<Exchange>>,
    /// How dialogues are put together, and how many of each.
    pub plans: Vec<Plan>,
}

/// Something to ask about.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entity {
    /// Words for it, by slot name: `{a}` "a cow", `{s}` "cows". `{A}` is the same, capitalised.
    pub forms: BTreeMap<String, String>,
    /// What is true of it, by topic.
    pub facts: BTreeMap<String, Fact>,
}

/// One thing that is true.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// As it stands in an answer, slot `{v}`: "in a field".
    pub v: String,
    /// The word by which a right answer is known: "field".
    pub key: String,
}

/// A kind of question.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Its name in `facts`.
    pub id: String,
    /// Wordings of the whole question.
    pub ask: Vec<String>,
    /// Wordings that lean on the turn before: "And where do they live?".
    pub again: Vec<String>,
    /// Wordings of the answer.
    pub answer: Vec<String>,
}

/// Lines that go together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// What the user may say.
    pub user: Vec<String>,
    /// What the bot may reply.
    pub bot: Vec<String>,
}

/// One shape of dialogue.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// How many for training.
    pub train: usize,
    /// How many for the validation split.
    #[serde(default)]
    pub validation: usize,
    /// What happens, exchange by exchange.
    pub steps: Vec<Step>,
}

/// One exchange of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub enum Step {
    /// Small talk of this kind.
    Say(String),
    /// A question about a new fact.
    Ask,
    /// The same topic, another entity: "And a cow?".
    Other,
    /// The same entity, another topic: "And where do they live?".
    Same,
}

/// Where a wording of a fact may appear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the training text.
    Training,
    /// In the validation split only.
    Validation,
    /// In the answers file only.
    Answers,
}

/// The place of one wording of one fact, by their numbers in the grammar.
pub fn place_of_wording(entity: usize, topic: usize, wording: usize) -> Place {
    // Two diagonals of eight are asked in the test and one in validation. The factor 2 lets the
    // diagonals fall differently for each topic.
    match (wording + entity + 2 * topic) % 8 {
        0 | 4 => Place::Answers,
        2 => Place::Validation,
        _ => Place::Training,
    }
}

/// Whether a follow-up wording is kept out of the text for this entity.
pub fn follow_is_held_out(entity: usize, wording: usize) -> bool {
    (wording + entity).is_multiple_of(6)
}

impl Grammar {
    /// Reads and checks a grammar; errors name the line.
    pub fn from_ron(text: &str) -> Result<Self> {
        let grammar: Grammar =
            ron::from_str(text).map_err(|e| Error::failed(format!("grammar: {e}")))?;
        grammar.check()?;
        Ok(grammar)
    }

    /// The fact of an entity on a topic.
    pub fn fact(&self, entity: usize, topic: usize) -> Result<&Fact> {
        let id = &self.topics[topic].id;
        self.entities[entity]
            .facts
            .get(id)
            .ok_or_else(|| Error::failed(format!("grammar: entity {entity} has no fact '{id}'")))
    }

    /// Everything that would otherwise fail halfway through an expansion.
    fn check(&self) -> Result<()> {
        let wrong = |what: String| Err(Error::failed(format!("grammar: {what}")));
        if self.format != 1 {
            return wrong(format!("format {} is not known; this program reads 1", self.format));
        }
        if self.entities.len() < 2 || self.topics.len() < 2 || self.follow.len() < 2 {
            return wrong("needs two entities, topics and follow-ups at least".into());
        }
        for topic in &self.topics {
            if topic.ask.len() < 8 || topic.again.is_empty() || topic.answer.is_empty() {
                return wrong(format!("topic '{}' needs 8 wordings and an answer", topic.id));
            }
        }
        for step in self.plans.iter().flat_map(|plan| &plan.steps) {
            let Step::Say(kind) = step else { continue };
            let full = |e: &Exchange| !e.user.is_empty() && !e.bot.is_empty();
            if !self.talk.get(kind).is_some_and(|all| !all.is_empty() && all.iter().all(full)) {
                return wrong(format!("a plan says '{kind}', but there is no such talk"));
            }
        }
        if self.names.is_empty() {
            return wrong("needs a name".into());
        }
        (0..self.entities.len())
            .try_for_each(|e| (0..self.topics.len()).try_for_each(|t| self.fact(e, t).map(drop)))
    }
}

/// Fills the slots of a template; a slot that starts with a capital capitalises its value.
pub fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> Result<String> {
    let unknown = || Error::failed(format!("grammar: cannot fill '{template}'"));
    let mut text = String::new();
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let end = rest[start..].find('}').ok_or_else(unknown)? + start;
        let slot = &rest[start + 1..end];
        let capital = slot.starts_with(|c: char| c.is_ascii_uppercase());
        let found = value(&slot.to_ascii_lowercase()).ok_or_else(unknown)?;
        text.push_str(&rest[..start]);
        let place = text.len();
        text.push_str(&found);
        if capital {
            capitalise(&mut text, place);
        }
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    Ok(text)
}

/// Makes the letter at this place a capital.
pub(super) fn capitalise(text: &mut String, at: usize) {
    if let Some(first) = text[at..].chars().next() {
        text.replace_range(at..at + first.len_utf8(), &first.to_uppercase().to_string());
    }
}

/// A user turn as some people type it: no capitals, no mark at the end.
pub fn sloppily(turn: &str) -> String {
    turn.trim_end_matches(['.', '!', '?', '。', '！', '？']).to_lowercase()
}
