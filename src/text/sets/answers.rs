//! Questions with a rule for what counts as right.
//!
//! ```text
//! Answers(format: 1, prompts: [
//!   (turns: ["What does a cow eat?"], any: ["grass"]),
//!   (turns: ["What does a cow eat?", "Mostly grass.", "And a bee?"], any: ["nectar"], none: ["grass"]),
//! ])
//! ```
//! `turns` alternate user, bot, user … and end with the user. A reply is right if it contains one
//! of `any`, all of `all` and none of `none`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::Talk;
use crate::{Error, Result};

/// An answers file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// The number of this schema: 1.
    pub format: u32,
    /// What is asked.
    pub prompts: Vec<Prompt>,
}

/// One prompt and its rule.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "PromptInFile")]
pub struct Prompt {
    /// The dialogue so far: user, bot, user …, the user last.
    pub turns: Vec<String>,
    /// What counts as right.
    pub rule: Rule,
}

/// What a right reply contains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// One of these at least (no list: anything).
    pub any: Vec<String>,
    /// Each of these.
    pub all: Vec<String>,
    /// None of these.
    pub none: Vec<String>,
}

/// A prompt as it is written, the rule's lists beside the turns.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PromptInFile {
    turns: Vec<String>,
    #[serde(default)]
    any: Vec<String>,
    #[serde(default)]
    all: Vec<String>,
    #[serde(default)]
    none: Vec<String>,
}

impl TryFrom<PromptInFile> for Prompt {
    type Error = String;

    fn try_from(file: PromptInFile) -> std::result::Result<Self, String> {
        if file.turns.len().is_multiple_of(2) {
            return Err(format!("{:?} must end with a user turn", file.turns));
        }
        if file.any.is_empty() && file.all.is_empty() {
            return Err(format!("{:?} has no rule that a reply could meet", file.turns));
        }
        let rule = Rule { any: file.any, all: file.all, none: file.none };
        if [&rule.any, &rule.all, &rule.none].iter().any(|list| list.contains(&String::new())) {
            return Err(format!("{:?} has an empty string in its rule", file.turns));
        }
        Ok(Prompt { turns: file.turns, rule })
    }
}

/// What is asked of a model, so that it can be kept out of what the model learns from.
#[derive(Debug, Default)]
pub struct Exam {
    prompts: BTreeSet<Vec<String>>,
    /// How many turns they have.
    lengths: BTreeSet<usize>,
}

impl Exam {
    /// Adds the prompts of an answers file.
    pub fn add(&mut self, answers: &Answers) {
        self.prompts.extend(answers.prompts.iter().map(|prompt| plain(&prompt.turns)));
        self.lengths.extend(answers.prompts.iter().map(|prompt| prompt.turns.len()));
    }

    /// Whether one of the prompts stands in this dialogue, all its turns one after the other.
    pub fn is_in(&self, talk: &Talk) -> bool {
        let talk = plain(talk);
        let asks = |part: &[String]| self.prompts.contains(part);
        self.lengths.iter().any(|&length| talk.windows(length).step_by(2).any(asks))
    }
}

/// Turns as they are compared: small letters and digits only.
fn plain(turns: &[String]) -> Vec<String> {
    let letters = |turn: &String| {
        turn.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect()
    };
    turns.iter().map(letters).collect()
}

impl Answers {
    /// Reads an answers file; errors name the line.
    pub fn from_ron(text: &str) -> Result<Self> {
        let answers: Answers = ron::from_str(text)
            .map_err(|e| Error::failed(format!("no answers file ({e}); correct it there")))?;
        if answers.format != 1 {
            let format = answers.format;
            return Err(Error::failed(format!("answers: format {format} is not known; use 1")));
        }
        Ok(answers)
    }
}

impl Rule {
    /// Whether this reply is right.
    pub fn accepts(&self, reply: &str) -> bool {
        let reply = reply.to_lowercase();
        let has = |wanted: &String| contains_word(&reply, &wanted.to_lowercase());
        (self.any.is_empty() || self.any.iter().any(has))
            && self.all.iter().all(has)
            && !self.none.iter().any(has)
    }
}

impl std::fmt::Display for Rule {
    /// The rule in one line: `grass | hay`, `+ field`, `- pond`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        if !self.any.is_empty() {
            parts.push(self.any.join(" | "));
        }
        parts.extend(self.all.iter().map(|word| format!("+ {word}")));
        parts.extend(self.none.iter().map(|word| format!("- {word}")));
        f.write_str(&parts.join(" "))
    }
}

/// Whether `text` has `wanted` as whole words. Scripts without spaces have no word borders to
/// look for, so there it is enough that the characters occur.
fn contains_word(text: &str, wanted: &str) -> bool {
    let joins = |a: Option<char>, b: Option<char>| a.is_some_and(in_word) && b.is_some_and(in_word);
    text.match_indices(wanted).any(|(start, found)| {
        let before = text[..start].chars().next_back();
        let after = text[start + found.len()..].chars().next();
        !joins(before, found.chars().next()) && !joins(found.chars().next_back(), after)
    })
}

/// Letters and digits of scripts that put spaces between words.
fn in_word(c: char) -> bool {
    c.is_alphanumeric() && !super::quality::is_han(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any(words: &[&str]) -> Rule {
        Rule { any: words.iter().map(|w| w.to_string()).collect(), ..Rule::default() }
    }

    #[test]
    fn latin_needs_whole_words() {
        assert!(any(&["owl"]).accepts("An OWL, of course."));
        assert!(!any(&["owl"]).accepts("An owlet."));
        assert!(any(&["moo"]).accepts("moo-moo!"));
    }

    #[test]
    fn chinese_needs_the_characters() {
        assert!(any(&["竹子"]).accepts("熊猫吃竹子。"));
        assert!(!any(&["竹林"]).accepts("熊猫吃竹子。"));
    }

    #[test]
    fn all_and_none_narrow() {
        let rule = Rule { all: vec!["sheep".into()], none: vec!["grass".into()], ..any(&["baa"]) };
        assert!(rule.accepts("Sheep say baa."));
        assert!(!rule.accepts("Sheep say baa and eat grass."));
        assert_eq!(rule.to_string(), "baa + sheep - grass");
    }

    #[test]
    fn a_prompt_ends_with_the_user() {
        let text = r#"(format: 1, prompts: [(turns: ["a", "b"], any: ["c"])])"#;
        assert!(Answers::from_ron(text).is_err());
        assert!(Answers::from_ron(&text.replace(r#", "b""#, "")).is_ok());
        assert!(Answers::from_ron(r#"(format: 1, prompts: [(turns: ["a"])])"#).is_err());
        assert!(Answers::from_ron(r#"(format: 1, prompts: [(turns: ["a"], any: [""])])"#).is_err());
        assert!(Answers::from_ron("(format: 1, prompts: [], more: 2)").is_err());
        assert!(Answers::from_ron("(format: 2, prompts: [])").is_err());
    }
}
