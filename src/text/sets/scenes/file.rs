//! The scenes file as it is written.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::super::index::Form;
use crate::{Error, Result};

/// Everything a set is composed from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename = "Scenes", deny_unknown_fields)]
pub struct SceneFile {
    /// The number of this schema: 1.
    pub format: u32,
    /// Whether turns are turns of a dialogue or sentences of a text.
    pub form: Form,
    /// How many of 100 user turns are typed sloppily: no capital letter, no mark at the end.
    #[serde(default)]
    pub sloppy: u32,
    /// Things to pick from, by table name; each row is a map of forms.
    #[serde(default)]
    pub tables: Named<Vec<Named<String>>>,
    /// Fresh nonsense words, by name.
    #[serde(default)]
    pub coined: Named<Coined>,
    /// Synonyms, drawn anew at every use.
    #[serde(default)]
    pub words: Named<Vec<String>>,
    /// What may be said before a scene.
    pub opening: Option<Around>,
    /// What may be said after a scene.
    pub closing: Option<Around>,
    /// The scenes.
    pub scenes: Vec<Scene>,
}

/// How to coin a word that no other dialogue of the set has.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coined {
    /// A draw from each list, one after the other, makes the word.
    pub parts: Vec<Vec<String>>,
    /// The word may end after that many parts; without it all are used.
    pub least: Option<usize>,
}

/// Scenes that are put before or after others.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Around {
    /// Of 100 dialogues that allow it, how many get one.
    pub share: u32,
    /// The ids of the scenes to choose from.
    pub scenes: Vec<String>,
}

/// A short play.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// Its name in messages.
    pub id: String,
    /// What it is about.
    #[serde(default)]
    pub topic: String,
    /// How many different dialogues to make of it.
    #[serde(default)]
    pub count: usize,
    /// Whether no opening and no closing may be put around it.
    #[serde(default)]
    pub alone: bool,
    /// Variables, each with the table or the coined words that it is picked from.
    #[serde(default)]
    pub pick: Named<String>,
    /// The wordings of each turn: user, bot, user, bot …, or of each sentence of a text.
    pub turns: Vec<Vec<String>>,
    /// The dialogue may stop after that many turns; without it all are used.
    pub least: Option<usize>,
    /// Whether the whole scene is kept for validation.
    #[serde(default)]
    pub held: bool,
}

impl SceneFile {
    /// Reads a scenes file; errors name `source`, line and column.
    pub fn from_ron(text: &str, source: &str) -> Result<Self> {
        let options = ron::Options::default()
            .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        options.from_str(text).map_err(|error| {
            let what = "correct it there";
            Error::failed(format!("{source}:{}: {}; {what}", error.span.start, error.code))
        })
    }
}

/// A map that refuses to have a name twice, where an ordinary one would keep the last silently.
#[derive(Debug, Clone, PartialEq)]
pub struct Named<V>(pub BTreeMap<String, V>);

impl<V> Default for Named<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Named<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(NamedVisitor(PhantomData))
    }
}

struct NamedVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for NamedVisitor<V> {
    type Value = Named<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map from names in quotes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Named<V>, A::Error> {
        let mut named = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, V>()? {
            if named.contains_key(&name) {
                return Err(A::Error::custom(format!("\"{name}\" is there twice")));
            }
            named.insert(name, value);
        }
        Ok(Named(named))
    }
}
