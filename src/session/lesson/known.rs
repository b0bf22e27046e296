//! The names that lessons may use: what this program ships with.

use crate::lesson::Glossary;
use crate::lesson::check::Known;
use crate::lesson::schema::Ability;
use crate::session::{Recording, shipped_models};
use crate::text::clean::Rule;
use crate::text::sets;
use crate::train::Preset;
use crate::{Error, Result};

/// What this program can do of that which not every version can.
pub const ABILITIES: &[Ability] = &[Ability::Patch, Ability::Lora];

/// Everything that a lesson can name.
///
/// # Errors
/// If what ships is broken, which tests forbid.
pub fn known_names() -> Result<Known> {
    let glossary = Glossary::shipped().map_err(|problem| Error::failed(problem.to_string()))?;
    Ok(Known {
        models: shipped_models().map(String::from).collect(),
        presets: Preset::names().map(String::from).collect(),
        sets: sets::shipped()?.sets.into_iter().map(|set| set.id).collect(),
        rules: Rule::all().iter().map(|rule| rule.name.to_string()).collect(),
        runs: Recording::names().map(String::from).collect(),
        abilities: ABILITIES.to_vec(),
        glossary,
    })
}
