//! The runs in a folder of the user's: a folder for each, with a card that says how to go on with it.

use super::Recipe;
use crate::session::run::{RunEvent, read_log};
use crate::store::{read_text, write_atomically};
use crate::train::Learning;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

const CARD: &str = "run.ron";
pub(super) const LOG: &str = "log.jsonl";
pub(super) const REPLIES: &str = "replies.jsonl";
pub(super) const STEPS: &str = "steps";
/// Where a run waits that was deleted, until another one is.
const DELETED: &str = ".deleted";
const LARGEST_CARD: u64 = 1 << 18;
const LARGEST_REPLIES: u64 = 16 << 20;

/// What a run is and how it was begun: enough to go on with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The version of this file format: 1.
    pub format: u32,
    /// What it is called.
    pub name: String,
    #[serde(default)]
    pub note: String,
    pub recipe: Recipe,
    /// The text that is watched.
    pub watched: String,
    /// What was changed on the way.
    #[serde(default)]
    pub changes: Vec<Change>,
}

/// Settings that were changed while a run went on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The first step that was taken with them.
    pub step: u64,
    pub learning: Learning,
}

/// A run on the shelf.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub folder: PathBuf,
    pub card: Card,
    /// What was logged of it.
    pub events: Vec<RunEvent>,
}

impl Card {
    /// Reads the card of a run's folder.
    ///
    /// # Errors
    /// If there is none, or it is broken.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(CARD);
        let card: Self = ron::from_str(&read_text(&path, LARGEST_CARD)?)
            .map_err(|error| Error::file(&path, format!("not the card of a run ({error})")))?;
        match card.format {
            1 => Ok(card),
            newer => Err(Error::file(&path, format!("format {newer} needs a newer program"))),
        }
    }

    /// Writes the card into a run's folder.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(CARD);
        std::fs::create_dir_all(folder).map_err(|error| {
            Error::file(folder, format!("no folder can be made here ({error})"))
        })?;
        let text = ron::ser::to_string_pretty(self, ron::ser::PrettyConfig::default())
            .map_err(|error| Error::file(&path, error))?;
        write_atomically(&path, |file| file.write_all(text.as_bytes()))
    }
}

/// A name that no run has yet, and its folder: the preset's name with the next number.
pub fn next_name(runs: Option<&Path>, preset: &str, taken: &[String]) -> (String, Option<PathBuf>) {
    let mut number = 1;
    loop {
        let name = format!("{preset} {number}");
        let folder = runs.map(|runs| runs.join(format!("{preset}-{number}")));
        let is_there = folder.as_ref().is_some_and(|folder| folder.exists());
        if !is_there && !taken.contains(&name) {
            return (name, folder);
        }
        number += 1;
    }
}

/// All runs, the newest first; a folder without a readable card is no run.
pub fn list(runs: &Path) -> Vec<Entry> {
    let folders = std::fs::read_dir(runs).into_iter().flatten().flatten();
    let mut entries: Vec<(std::time::SystemTime, Entry)> = folders
        .filter_map(|folder| {
            let folder = folder.path();
            let card = Card::read(&folder).ok()?;
            let changed = std::fs::metadata(folder.join(LOG)).and_then(|log| log.modified());
            let events = read_log(&folder.join(LOG));
            let entry = Entry { events, folder, card };
            Some((changed.unwrap_or(std::time::SystemTime::UNIX_EPOCH), entry))
        })
        .collect();
    entries.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.folder.cmp(&b.1.folder)));
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// Takes a run off the shelf; it can be brought back until the next one is deleted.
///
/// # Errors
/// If the folder cannot be moved.
pub fn delete(folder: &Path) -> Result<()> {
    let cannot = |error| Error::file(folder, format!("this run cannot be deleted ({error})"));
    let place = waiting_place(folder)?;
    if let Some(waiting) = place.parent() {
        std::fs::remove_dir_all(waiting).or(Ok::<(), std::io::Error>(())).map_err(cannot)?;
        std::fs::create_dir_all(waiting).map_err(cannot)?;
    }
    std::fs::rename(folder, place).map_err(cannot)
}

/// Brings back the run that was deleted last.
///
/// # Errors
/// If it is gone, or cannot be moved.
pub fn undelete(folder: &Path) -> Result<()> {
    std::fs::rename(waiting_place(folder)?, folder)
        .map_err(|error| Error::file(folder, format!("this run cannot be brought back ({error})")))
}

fn waiting_place(folder: &Path) -> Result<PathBuf> {
    match (folder.parent(), folder.file_name()) {
        (Some(runs), Some(name)) => Ok(runs.join(DELETED).join(name)),
        _ => Err(Error::file(folder, "this is no run's folder")),
    }
}

/// The replies that were kept, up to a step.
pub(super) fn read_replies(folder: &Path, step: u64) -> Vec<super::Attempt> {
    let text = read_text(&folder.join(REPLIES), LARGEST_REPLIES).unwrap_or_default();
    let replies = text.lines().map_while(|line| serde_json::from_str(line).ok());
    replies.take_while(|attempt: &super::Attempt| attempt.step <= step).collect()
}

/// Keeps all replies.
///
/// # Errors
/// If they cannot be written.
pub(super) fn write_replies(folder: &Path, replies: &[super::Attempt]) -> Result<()> {
    let line = |attempt| serde_json::to_string(attempt).unwrap_or_default() + "\n";
    let text: String = replies.iter().map(line).collect();
    write_atomically(&folder.join(REPLIES), |file| file.write_all(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::Preset;

    #[test]
    fn a_run_is_named_listed_deleted_and_brought_back() {
        let place = tempfile::tempdir().expect("a folder");
        let runs = place.path();
        let preset = Preset::shipped("minute").expect("shipped").expect("reads");
        let (name, folder) = next_name(Some(runs), "minute", &["minute 1".into()]);
        let folder = folder.expect("a folder");
        assert_eq!(name, "minute 2");
        let recipe = Recipe {
            name: "minute".into(),
            preset,
            data: vec!["pocket".into()],
            read_as: None,
            cleaned: true,
            seed: 7,
            keeps_data: false,
            tune: None,
        };
        let card = Card {
            format: 1,
            name,
            note: "下雨了 \"x\"".into(),
            recipe,
            watched: "a".into(),
            changes: Vec::new(),
        };
        card.write(&folder).expect("written");
        std::fs::create_dir(runs.join("other")).expect("no run");
        let entries = list(runs);
        assert_eq!((entries.len(), &entries[0].card), (1, &card));
        delete(&folder).expect("deleted");
        assert!(list(runs).is_empty());
        undelete(&folder).expect("back");
        assert_eq!(list(runs), entries);
        assert!(undelete(&folder).is_err());
    }
}
