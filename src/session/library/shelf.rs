//! The user's own sets as files: plain transcripts in one folder, and a note of how each is treated.

use super::book::{Book, SetKey};
use super::prepare::{Keep, Treatment};
use crate::store::{read_text, write_atomically};
use crate::text::clean::Rule;
use crate::text::import::read_any_text_file;
use crate::text::sets::index::Language;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file with the notes.
const NOTES: &str = "library.ron";
/// No such file is larger.
const LARGEST_NOTES: u64 = 1 << 20;
/// The end of a set's file name.
const ENDING: &str = "txt";

/// A set of the user's, as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSet {
    pub name: String,
    pub dialogues: usize,
    pub is_text: bool,
    /// None if it has both languages, or no letters.
    pub language: Option<Language>,
    pub fingerprint: String,
}

impl OwnSet {
    /// What the list shows of a set.
    pub fn of(book: &Book) -> Self {
        Self {
            name: book.key.name().to_string(),
            dialogues: book.dialogues.len(),
            is_text: book.is_text,
            language: language_of(book),
            fingerprint: book.fingerprint.clone(),
        }
    }
}

/// The language that nearly all letters of the first dialogues are of.
fn language_of(book: &Book) -> Option<Language> {
    let (mut hanzi, mut latin) = (0_usize, 0_usize);
    for turn in book.dialogues.iter().take(200).flat_map(|dialogue| &dialogue.turns) {
        for c in turn.text.chars().take(2000) {
            hanzi += usize::from(('\u{4e00}'..='\u{9fff}').contains(&c));
            latin += usize::from(c.is_ascii_alphabetic());
        }
    }
    match (hanzi * 20 > latin, latin > hanzi) {
        (false, true) => Some(Language::En),
        (true, false) => Some(Language::Zh),
        _ => None,
    }
}

/// What is remembered of the sets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notes {
    /// The set that was chosen by hand.
    pub chosen: Option<SetKey>,
    /// How each set is treated, where it is not the usual way.
    pub treatments: BTreeMap<SetKey, TreatmentNote>,
}

/// A [`Treatment`] in a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TreatmentNote {
    pub rules: Vec<String>,
    /// The share that is kept back; none if the set does so itself.
    pub share: Option<f64>,
}

impl TreatmentNote {
    pub fn of(treatment: &Treatment) -> Self {
        let share = match treatment.keep {
            Keep::Own => None,
            Keep::Share(share) => Some(share),
        };
        Self { rules: treatment.rules.iter().map(|rule| rule.to_string()).collect(), share }
    }

    /// What a file says may be anything: unknown rules are left out, shares kept in bounds.
    pub fn treatment(&self) -> Treatment {
        let rules = self.rules.iter().filter_map(|name| Rule::find(name)).map(|rule| rule.name);
        let keep = match self.share {
            Some(share) if share.is_finite() => Keep::Share(share.clamp(0.0, LARGEST_SHARE)),
            _ => Keep::Own,
        };
        Treatment { rules: rules.collect(), keep }
    }
}

/// More than half is never kept back.
pub const LARGEST_SHARE: f64 = 0.5;

/// The folder with the user's sets.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// The sets in this folder, which need not exist yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.{ENDING}"))
    }

    /// What is remembered; what cannot be read is as if it were not there.
    pub fn notes(&self) -> Notes {
        let text = read_text(&self.folder.join(NOTES), LARGEST_NOTES).ok();
        text.and_then(|text| ron::from_str(&text).ok()).unwrap_or_default()
    }

    /// Writes the notes, whole or not at all.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn keep_notes(&self, notes: &Notes) -> Result<()> {
        let path = self.folder.join(NOTES);
        let text = ron::ser::to_string_pretty(notes, ron::ser::PrettyConfig::default())
            .map_err(|error| Error::file(&path, error.to_string()))?;
        self.write(&path, &text)
    }

    /// Every set, by name; and what cannot be read, in sentences.
    pub fn list(&self) -> (Vec<OwnSet>, Vec<String>) {
        let Ok(files) = std::fs::read_dir(&self.folder) else { return Default::default() };
        let (mut sets, mut problems) = (Vec::new(), Vec::new());
        for path in files.flatten().map(|file| file.path()) {
            if path.extension().is_none_or(|ending| ending != ENDING) {
                continue;
            }
            let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
            match self.open(name) {
                Ok(book) => sets.push(OwnSet::of(&book)),
                Err(error) => problems.push(error.to_string()),
            }
        }
        sets.sort_by(|a, b| a.name.cmp(&b.name));
        (sets, problems)
    }

    /// Reads a set.
    ///
    /// # Errors
    /// If its file cannot be read.
    pub fn open(&self, name: &str) -> Result<Book> {
        let text = read_any_text_file(&self.path(name))?;
        Ok(Book::read(SetKey::Own(name.to_string()), &text))
    }

    /// Writes a set, whole or not at all.
    ///
    /// # Errors
    /// If its file cannot be written.
    pub fn keep(&self, name: &str, text: &str) -> Result<()> {
        self.write(&self.path(name), text)
    }

    /// Removes a set's file.
    ///
    /// # Errors
    /// If the system does not allow it.
    pub fn remove(&self, name: &str) -> Result<()> {
        let path = self.path(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::file(&path, format!("cannot be removed ({error})")))
            }
            _ => Ok(()),
        }
    }

    fn write(&self, path: &Path, text: &str) -> Result<()> {
        std::fs::create_dir_all(&self.folder)
            .map_err(|error| crate::store::cannot_write(path, &error))?;
        write_atomically(path, |file| file.write_all(text.as_bytes()))
    }
}

/// A name that any system takes for a file, near to what was wished for; `taken` says which are not
/// free.
pub fn free_name(wished: &str, taken: impl Fn(&str) -> bool) -> String {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    let name: String = wished.chars().map(|c| if fits(c) { c } else { '-' }).take(60).collect();
    let name = name.trim_matches([' ', '-']).to_string();
    let name = if name.is_empty() { "set".to_string() } else { name };
    if !taken(&name) {
        return name;
    }
    let numbered = (2_u32..).map(|number| format!("{name}-{number}"));
    numbered.into_iter().find(|name| !taken(name)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_and_notes_come_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let shelf = Shelf::new(folder.path().join("deep/sets"));
        assert_eq!(shelf.list(), (vec![], vec![]));
        shelf.keep("mine", "user: Hi\nbot: Hello\n").expect("kept");
        shelf.keep("故事", "一个故事。\n").expect("kept");
        std::fs::write(folder.path().join("deep/sets/bad.txt"), b"\xFF").expect("written");
        let (sets, problems) = shelf.list();
        assert_eq!(sets.iter().map(|set| set.name.as_str()).collect::<Vec<_>>(), ["mine", "故事"]);
        assert_eq!(sets[0].language, Some(Language::En));
        assert!(sets[1].is_text && sets[1].language == Some(Language::Zh));
        assert!(problems.len() == 1 && problems[0].contains("UTF-8"), "{problems:?}");

        let mut notes = Notes { chosen: Some(SetKey::Own("mine".into())), ..Notes::default() };
        let mut treatment = Treatment::usual(&SetKey::Own("mine".into()));
        treatment.rules.insert("emoji");
        notes.treatments.insert(SetKey::Own("mine".into()), TreatmentNote::of(&treatment));
        shelf.keep_notes(&notes).expect("kept");
        assert_eq!(shelf.notes(), notes);
        assert_eq!(shelf.notes().treatments[&SetKey::Own("mine".into())].treatment(), treatment);
        shelf.remove("mine").expect("removed");
        assert!(shelf.open("mine").is_err());
        shelf.remove("mine").expect("it is gone already");
    }

    #[test]
    fn names_are_made_fit_for_files() {
        let taken = |name: &str| matches!(name, "a" | "a-2");
        assert_eq!(free_name("a", taken), "a-3");
        assert_eq!(free_name("../x/y", taken), "x-y");
        assert_eq!(free_name("7b 班", taken), "7b 班");
        assert_eq!(free_name("..", taken), "set");
    }
}
