//! Models that a person saved out of runs: a folder beside the runs, a folder in it for each.

use crate::session::engine::Opened;
use crate::store::{self, Precision, cannot_write};
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// Where models are saved, beside the folder of the runs.
pub fn place_of_models(runs: &Path) -> PathBuf {
    runs.parent().unwrap_or(runs).join("models")
}

/// The models there, by name.
pub(in crate::session) fn list_models(runs: &Path) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(place_of_models(runs)).into_iter().flatten().flatten();
    let is_model = |folder: &PathBuf| {
        let hidden = folder.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        !hidden && folder.join("config.json").is_file()
    };
    let mut all: Vec<PathBuf> = folders.map(|folder| folder.path()).filter(is_model).collect();
    all.sort();
    all
}

/// Saves a model as a new folder, whole or not at all: it is written under another name first.
///
/// # Errors
/// If there is such a folder already, or it cannot be written.
pub(in crate::session) fn save_as(opened: &Opened, folder: &Path) -> Result<()> {
    if folder.exists() {
        return Err(Error::file(folder, "there is a model of this name; choose another name"));
    }
    let (Some(place), Some(name)) = (folder.parent(), folder.file_name()) else {
        return Err(Error::file(folder, "this is no name for a model; choose another name"));
    };
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}", std::process::id()));
    let staged = place.join(hidden);
    let saved = store::save(&staged, opened.model.parts(), Precision::F32).and_then(|()| {
        std::fs::rename(&staged, folder).map_err(|error| cannot_write(folder, &error))
    });
    if saved.is_err() {
        // What was begun is of no use; that it cannot be removed either says nothing new.
        let _ = std::fs::remove_dir_all(&staged);
    }
    saved
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::engine::Source;

    #[test]
    fn a_model_is_saved_whole_under_a_free_name_and_listed() {
        let place = tempfile::tempdir().expect("a folder");
        let runs = place.path().join("runs");
        let opened = Opened::open(Source::Named("pocket".into())).expect("shipped");
        let folder = place_of_models(&runs).join("my pocket");
        save_as(&opened, &folder).expect("saved");
        assert_eq!(list_models(&runs), std::slice::from_ref(&folder));
        let again = Opened::open(Source::Folder(folder.clone())).expect("a model");
        assert_eq!(again.model.parameters.values, opened.model.parameters.values);
        assert!(save_as(&opened, &folder).is_err_and(|why| why.to_string().contains("name")));
        let entries = std::fs::read_dir(place_of_models(&runs)).expect("a folder").count();
        assert_eq!(entries, 1);
    }
}
