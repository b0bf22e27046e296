//! What a run needs besides its recipe, and keeps in its own folder: the model that it was tuned
//! from, and data that was chosen in the Data station. Both may have changed when it goes on.

use super::Recipe;
use crate::session::Data;
use crate::store::{self, DataSource, Model, Precision, read_text, write_atomically};
use crate::text::dialogue::Role;
use crate::text::sets::shipped;
use crate::train::{Corpus, Document, Split};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// The model to tune, and the data if it is not that which the recipe names.
#[derive(Default)]
pub struct Materials {
    pub data: Option<Data>,
    pub base: Option<Arc<Model>>,
}

/// Where they are in the run's folder.
pub(super) const BASE: &str = "base";
const DATA: &str = "data.json";
/// Characters of a question that is watched; more have no room beside its reply.
const LONGEST_QUESTION: usize = 40;
const LARGEST_DATA: u64 = 256 << 20;

/// The data in a run's folder.
#[derive(Serialize, Deserialize)]
struct DataFile {
    /// The version of this file format: 1.
    format: u32,
    sources: Vec<DataSource>,
    split: Split,
}

impl Materials {
    /// Reads what the run in this folder keeps.
    ///
    /// # Errors
    /// If something is missing or broken, in a sentence that names the file.
    pub fn read(folder: &Path, recipe: &Recipe) -> Result<Self> {
        let base = recipe.tune.as_ref().map(|_| store::open(&folder.join(BASE))).transpose()?;
        let data = recipe.keeps_data.then(|| read_data(&folder.join(DATA))).transpose()?;
        Ok(Self { data, base: base.map(Arc::new) })
    }

    /// What somebody asks in the data that is kept back, if it is none of the program's own sets: a question
    /// that the model to come can be expected to answer.
    pub fn question(&self) -> Option<String> {
        let data = self.data.as_ref()?;
        let sets = shipped().ok()?;
        if data.sources.iter().any(|source| sets.find(&source.name).is_ok()) {
            return None;
        }
        let of = |corpus: &Corpus| {
            let Corpus::Documents(documents) = corpus else { return None };
            documents.iter().find_map(|document| {
                let Document::Dialogue(dialogue) = document else { return None };
                let first = dialogue.turns.first().filter(|turn| turn.role == Role::User)?;
                (first.text.chars().count() <= LONGEST_QUESTION).then(|| first.text.clone())
            })
        };
        of(&data.split.validation).or_else(|| of(&data.split.training))
    }

    /// Data as the run's folder keeps it.
    ///
    /// # Errors
    /// None for data that was read from texts.
    pub fn data_text(data: &Data) -> Result<String> {
        let (sources, split) = (data.sources.clone(), data.split.clone());
        serde_json::to_string(&DataFile { format: 1, sources, split })
            .map_err(|error| Error::failed(format!("the data cannot be written: {error}")))
    }

    /// The exact opposite of [`Materials::data_text`].
    ///
    /// # Errors
    /// If the text is broken.
    pub fn read_data_text(text: &str) -> Result<Data> {
        let file: DataFile = serde_json::from_str(text)
            .map_err(|error| Error::failed(format!("not the data of a run ({error})")))?;
        let DataFile { sources, split, .. } = file;
        Ok(Data { split, sources, problems: Vec::new(), cleaning: Vec::new() })
    }

    /// Writes what a run keeps.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn keep(folder: &Path, base: Option<&Model>, data: Option<&str>) -> Result<()> {
        if let Some(base) = base {
            store::save(&folder.join(BASE), base.parts(), Precision::F32)?;
        }
        match data {
            Some(text) => {
                write_atomically(&folder.join(DATA), |file| file.write_all(text.as_bytes()))
            }
            None => Ok(()),
        }
    }
}

fn read_data(path: &Path) -> Result<Data> {
    Materials::read_data_text(&read_text(path, LARGEST_DATA)?)
        .map_err(|error| Error::file(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Dialogue, Turn};

    #[test]
    fn data_comes_back_as_it_was() {
        let place = tempfile::tempdir().expect("a folder");
        let dialogue = Dialogue { turns: vec![Turn::user("雨 \"x\"\n"), Turn::bot("ok")] };
        let split = Split {
            training: Corpus::Documents(vec![dialogue.into()]),
            validation: Corpus::Text("b".into()),
        };
        let source = DataSource { name: "a".into(), fingerprint: "b".into(), bytes: 3 };
        let (problems, cleaning) = (Vec::new(), Vec::new());
        let data = Data { split, sources: vec![source], problems, cleaning };
        let text = Materials::data_text(&data).expect("a text");
        Materials::keep(place.path(), None, Some(&text)).expect("kept");
        let asked = |name: &str| {
            let sources = vec![DataSource { name: name.into(), ..data.sources[0].clone() }];
            let (problems, cleaning) = (Vec::new(), Vec::new());
            let data = Some(Data { split: data.split.clone(), sources, problems, cleaning });
            Materials { data, base: None }.question()
        };
        assert_eq!(asked("our class").as_deref(), Some("雨 \"x\"\n"));
        assert_eq!(asked("pocket"), None);
        let read = read_data(&place.path().join(DATA)).expect("read");
        assert_eq!((read.split, read.sources), (data.split, data.sources));
        std::fs::write(place.path().join(DATA), "{").expect("written");
        assert!(read_data(&place.path().join(DATA)).is_err());
    }
}
