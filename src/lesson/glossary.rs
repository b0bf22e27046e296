//! The glossary: every technical word in two tiers, a line and a paragraph.

use super::load::read;
use super::outline::{Outline, Place};
use super::problem::Problem;
use super::schema::Both;
use super::shipped::is_in_curriculum;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The file inside the program.
const FILE: &str = "lessons/glossary.ron";
const SOURCE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/glossary.ron"));

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Glossary {
    pub format: u32,
    pub terms: Vec<Term>,
}

/// A word and what it means.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// What links call it; the first is the English term in kebab-case.
    pub ids: Vec<String>,
    pub name: Both<String>,
    /// For a tooltip.
    pub line: Both<String>,
    /// A paragraph.
    pub more: Both<String>,
    /// The lesson that teaches it.
    pub lesson: String,
}

impl Glossary {
    /// The one inside the program.
    ///
    /// # Errors
    /// If it is broken, which a test forbids.
    pub fn shipped() -> Result<Self, Problem> {
        Self::load(FILE, SOURCE)
    }

    /// Reads and checks a glossary; the first fault is told.
    ///
    /// # Errors
    /// If it is not of the schema; an id that comes twice; an empty text, or the same in both
    /// languages where that cannot be; a lesson that does not exist.
    pub fn load(file: &str, source: &str) -> Result<Self, Problem> {
        let glossary: Self = read(file, source)?;
        let outline = Outline::of(source);
        let wrong = |place: Place, what: String| Err(Problem::error(file, place, what));
        if glossary.format != 1 {
            return wrong(outline.root().field("format").place(), "the format is 1".into());
        }
        let mut seen = BTreeSet::new();
        for (i, term) in glossary.terms.iter().enumerate() {
            let spot = outline.root().field("terms").item(i);
            if term.ids.is_empty() {
                return wrong(spot.place(), "a term needs an id".into());
            }
            for (j, id) in term.ids.iter().enumerate() {
                let place = spot.field("ids").item(j).place();
                if !is_id(id) {
                    return wrong(place, format!("{id:?} is no id; use a-z, 0-9 and -"));
                }
                if !seen.insert(id.clone()) {
                    return wrong(place, format!("the id {id} stands twice"));
                }
            }
            for (field, both) in [("name", &term.name), ("line", &term.line), ("more", &term.more)]
            {
                if both.en.trim().is_empty() || both.zh.trim().is_empty() {
                    return wrong(spot.field(field).place(), format!("{field} is empty"));
                }
                if both.en == both.zh && both.en.contains(' ') {
                    return wrong(spot.field(field).place(), format!("{field} is not translated"));
                }
            }
            if !is_in_curriculum(&term.lesson) {
                let what = format!("there is no lesson {}", term.lesson);
                return wrong(spot.field("lesson").place(), what);
            }
        }
        Ok(glossary)
    }

    /// A term by one of its ids.
    pub fn find(&self, id: &str) -> Option<&Term> {
        self.terms.iter().find(|term| term.ids.iter().any(|known| known == id))
    }

    /// Every id.
    pub fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.terms.iter().flat_map(|term| term.ids.iter().map(String::as_str))
    }
}

/// Whether this is an id: `[a-z0-9-]`, as lessons, steps and terms have it.
pub(super) fn is_id(id: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !id.is_empty() && id.len() <= 64 && id.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_glossary_is_whole() {
        let glossary = Glossary::shipped().unwrap_or_else(|problem| panic!("{problem}"));
        for id in [
            "token",
            "top-k",
            "top-p",
            "validation-set",
            "attention-weight",
            "activation-patching",
            "key",
            "hallucination",
        ] {
            assert!(glossary.find(id).is_some(), "{id}");
        }
        for term in &glossary.terms {
            // Full stops are what parts sentences in either language.
            let count = |text: &str, ends: &[char]| text.matches(ends).count();
            let id = &term.ids[0];
            let (en, zh) = (
                count(&term.more.en, &['.', '!', '?', ':']),
                count(&term.more.zh, &['。', '！', '？', '：']),
            );
            assert!((2..=7).contains(&en), "{id}: {en} sentences");
            assert!((2..=6).contains(&zh), "{id}: {zh} 句");
            assert!(term.line.en.split_whitespace().count() <= 16, "{id}: the line is long");
        }
    }

    #[test]
    fn faults_are_told_with_their_place() {
        let term = |ids: &str, zh: &str, lesson: &str| {
            format!(
                "Glossary(format: 1, terms: [\n(ids: [{ids}], name: (en: \"a\", zh: \"a\"), line: (en: \"b b\", zh: \"{zh}\"), more: (en: \"c\", zh: \"丙\"), lesson: \"{lesson}\"),\n])"
            )
        };
        for (source, what) in [
            (term("\"a\", \"a\"", "乙", "03-tokens"), "2:13: the id a stands twice"),
            (term("\"A\"", "乙", "03-tokens"), "2:8: \"A\" is no id"),
            (term("\"a\"", "b b", "03-tokens"), "line is not translated"),
            (term("\"a\"", "", "03-tokens"), "line is empty"),
            (term("\"a\"", "乙", "33-tokens"), "there is no lesson 33-tokens"),
            (term("\"a\"", "乙", "03-tokens").replace("more:", "mroe:"), "did you mean more?"),
        ] {
            let problem = Glossary::load("g.ron", &source).unwrap_err().to_string();
            assert!(problem.contains(what), "{problem}");
        }
    }
}
