//! The runs of a lesson: they begin paused, and are kept in memory only.

use crate::lesson::Lesson;
use crate::session::Recipe;
use crate::session::training::{Begin, Order};
use crate::text::sets::index::Language;
use crate::train::Preset;
use crate::{Error, Result};

/// The preset if the lesson names none.
const PRESET: &str = "minute";

/// Begins a run of a preset on a set, with the lesson's seed; what is watched is what the lesson's prompt says.
///
/// # Errors
/// If there is no such preset.
pub fn begin_run(
    lesson: &Lesson,
    language: Language,
    preset: Option<&str>,
    set: Option<&str>,
) -> Result<Order> {
    let name = preset.unwrap_or(PRESET);
    let no_preset = || Error::failed(format!("there is no preset {name}"));
    let preset = Preset::shipped(name).ok_or_else(no_preset)??;
    let data = set.map_or_else(|| preset.data.clone(), |set| vec![set.into()]);
    let prompt = lesson.setup.prompt.as_ref().map(|prompt| prompt.of(language).as_str());
    let said = |line: &str| line.strip_prefix("user:").map(|said| said.trim().to_string());
    let watched = prompt.and_then(|prompt| prompt.lines().rev().find_map(said));
    let recipe = Recipe {
        name: name.into(),
        preset,
        data,
        read_as: None,
        cleaned: true,
        seed: lesson.setup.seed,
        keeps_data: false,
        tune: None,
    };
    Ok(Order::Begin(Box::new(Begin {
        recipe,
        data: None,
        same_materials: false,
        watched: watched.unwrap_or_else(|| "Hello!".into()),
        runs: None,
        playing: false,
    })))
}
