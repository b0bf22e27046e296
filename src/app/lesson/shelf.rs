//! The lessons that can be opened: those inside the program, and a folder of one's own.

use crate::lesson::check::{Known, check};
use crate::lesson::shipped::LESSONS;
use crate::lesson::{Loaded, Problem, load};
use crate::session::lesson::known_names;
use crate::store::read_text;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_millis(700);

/// A lesson of the shelf, or why it cannot be opened.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The file's name without its end.
    pub id: String,
    pub loaded: Result<Arc<Loaded>, Vec<Problem>>,
    /// What the checker says beside; it can be opened all the same.
    pub warnings: Vec<Problem>,
    /// The file, if it is one of one's own.
    pub file: Option<(PathBuf, SystemTime)>,
}

/// All lessons.
#[derive(Debug, Default)]
pub struct Shelf {
    pub entries: Vec<Entry>,
    folder: Option<PathBuf>,
    known: Option<Known>,
    looked: Option<Instant>,
}

impl Shelf {
    /// Where one's own lessons are.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Takes lessons from this folder, too.
    pub fn read_from(&mut self, folder: PathBuf) {
        self.folder = Some(folder);
        self.looked = None;
    }

    pub fn find(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// Reads what is inside the program, once, and looks whether a file of one's own has changed;
    /// returns the ids of those that have.
    pub fn look(&mut self) -> Vec<String> {
        if self.entries.is_empty() {
            let shipped = LESSONS.iter().map(|(id, source)| Entry {
                id: (*id).into(),
                loaded: load(&format!("lessons/{id}.ron"), source)
                    .map(Arc::new)
                    .map_err(|problem| vec![problem]),
                warnings: Vec::new(),
                file: None,
            });
            self.entries.extend(shipped);
        }
        if self.looked.is_some_and(|looked| looked.elapsed() < EVERY) {
            return Vec::new();
        }
        self.looked = Some(Instant::now());
        self.look_in_folder()
    }

    fn look_in_folder(&mut self) -> Vec<String> {
        let Some(listed) = self.folder.as_ref().and_then(|folder| std::fs::read_dir(folder).ok())
        else {
            return Vec::new();
        };
        let is_lesson = |path: &PathBuf| path.extension().is_some_and(|end| end == "ron");
        let mut files: Vec<PathBuf> =
            listed.filter_map(|file| Some(file.ok()?.path())).filter(is_lesson).collect();
        files.sort();
        let mut changed = Vec::new();
        self.entries
            .retain(|entry| entry.file.as_ref().is_none_or(|(file, _)| files.contains(file)));
        for file in files {
            let Some(when) = file.metadata().ok().and_then(|data| data.modified().ok()) else {
                continue;
            };
            let stamp = Some((file.clone(), when));
            let place = self
                .entries
                .iter()
                .position(|entry| entry.file.as_ref().is_some_and(|(known, _)| *known == file));
            if place.is_some_and(|at| self.entries[at].file == stamp) {
                continue;
            }
            let entry = self.read(&file, when);
            changed.push(entry.id.clone());
            match place {
                Some(at) => self.entries[at] = entry,
                None => self.entries.push(entry),
            }
        }
        changed
    }

    /// Reads and checks a file.
    fn read(&mut self, file: &Path, when: SystemTime) -> Entry {
        let id = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = file.display().to_string();
        let mut entry = Entry {
            id,
            loaded: Err(Vec::new()),
            warnings: Vec::new(),
            file: Some((file.into(), when)),
        };
        let source = match read_text(file, crate::lesson::load::LARGEST_FILE as u64) {
            Ok(source) => source,
            Err(error) => {
                let start = crate::lesson::outline::Place { line: 1, column: 1 };
                entry.loaded = Err(vec![Problem::error(&name, start, error.to_string())]);
                return entry;
            }
        };
        let loaded = match load(&name, &source) {
            Ok(loaded) => loaded,
            Err(problem) => {
                entry.loaded = Err(vec![problem]);
                return entry;
            }
        };
        if self.known.is_none() {
            self.known = known_names().ok();
        }
        let others: Vec<String> = self.entries.iter().map(|entry| entry.id.clone()).collect();
        let problems = self.known.as_ref().map(|known| check(&loaded, known, &others).problems);
        let (errors, warnings): (Vec<_>, Vec<_>) =
            problems.unwrap_or_default().into_iter().partition(Problem::is_error);
        entry.warnings = warnings;
        entry.loaded = if errors.is_empty() { Ok(Arc::new(loaded)) } else { Err(errors) };
        entry
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_ones_own_is_read_again_when_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.ron");
        std::fs::write(&file, "Lesson(format: 1,").unwrap();
        let mut shelf = Shelf::default();
        shelf.read_from(folder.path().into());
        assert_eq!(shelf.look(), ["mine"]);
        let problems = shelf.find("mine").unwrap().loaded.as_ref().unwrap_err();
        assert!(problems[0].to_string().contains("mine.ron:1:"), "{}", problems[0]);
        assert!(shelf.find("08-the-die").is_some_and(|entry| entry.loaded.is_ok()));

        let (_, die) = LESSONS.iter().find(|(id, _)| *id == "08-the-die").unwrap();
        let good = die.replace("id: \"08-the-die\"", "id: \"mine\"");
        std::fs::write(&file, good).unwrap();
        let later = SystemTime::now() + Duration::from_secs(5);
        std::fs::File::options().write(true).open(&file).unwrap().set_modified(later).unwrap();
        shelf.looked = None;
        assert_eq!(shelf.look(), ["mine"]);
        let mine = shelf.find("mine").unwrap();
        assert!(mine.loaded.is_ok(), "{:?}", mine.loaded.as_ref().err());
        std::fs::remove_file(&file).unwrap();
        shelf.looked = None;
        assert!(shelf.look().is_empty());
        assert!(shelf.find("mine").is_none());
    }
}
