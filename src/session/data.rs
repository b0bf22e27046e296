//! Data for learning: files and shipped sets, read as dialogues or as one text.

use crate::store::{DataSource, fingerprint};
use crate::text::clean::{Rule, RuleReport, clean};
use crate::text::dialogue::{Dialogue, Problem};
use crate::text::import::{Form, import, read_text_file};
use crate::text::sets;
use crate::train::{Corpus, Split};
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// How a file is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    Dialogue,
    Text,
}

/// How to treat what is read.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// None: what the file's form says.
    pub read_as: Option<As>,
    /// Whether dialogues are cleaned by the rules that are on by default.
    pub cleaned: bool,
    /// The share to keep back for validation, and the seed that chooses dialogues; None keeps nothing back.
    /// A shipped set has a validation part of its own.
    pub keep_back: Option<(f64, u64)>,
}

/// What was read, where from, and what was not understood.
#[derive(Debug)]
pub struct Data {
    pub split: Split,
    pub sources: Vec<DataSource>,
    /// Lines that were left out: the file and what is wrong.
    pub problems: Vec<(PathBuf, Problem)>,
    /// What cleaning did to dialogues; empty for a text, which is taken as it is.
    pub cleaning: Vec<RuleReport>,
}

/// The parts of the data as they come in.
#[derive(Default)]
struct Parts {
    texts: Vec<String>,
    dialogues: Vec<Dialogue>,
    /// Dialogues that a shipped set keeps back itself.
    kept_back: Vec<Dialogue>,
}

/// Reads files, or shipped sets by name, all as dialogues or all as text.
///
/// # Errors
/// If a file cannot be read, holds nothing, or the files are of different kinds.
pub fn read_data(names: &[String], reading: Reading) -> Result<Data> {
    let mut parts = Parts::default();
    let (mut sources, mut problems, mut files) = (Vec::new(), Vec::new(), Vec::new());
    for name in names {
        let path = PathBuf::from(name);
        // A file of the user's goes before a set of the same name; a folder is no data.
        let set = if path.is_file() { None } else { sets::shipped()?.find(name).ok().cloned() };
        let text = match &set {
            Some(set) => set.transcript()?.to_string(),
            None => read_text_file(&path)?,
        };
        let bytes = text.len() as u64;
        sources.push(DataSource {
            name: name.clone(),
            fingerprint: fingerprint(text.as_bytes()),
            bytes,
        });
        match (&set, reading.keep_back) {
            (Some(set), Some(_)) if reading.read_as != Some(As::Text) => {
                let (training, validation) = set.split()?;
                parts.dialogues.extend(import(training, Form::Transcript).dialogues);
                parts.kept_back.extend(import(validation, Form::Transcript).dialogues);
            }
            _ => {
                let found = read_one(text, reading.read_as, &path, &mut files, &mut parts)?;
                problems.extend(found.into_iter().map(|problem| (path.clone(), problem)));
            }
        }
    }
    let mut cleaning = Vec::new();
    if reading.cleaned && !files.is_empty() {
        (files, cleaning) = clean(files, &Rule::defaults());
    }
    let split = parts.split(files, reading.keep_back, names)?;
    Ok(Data { split, sources, problems, cleaning })
}

/// Reads one file of the user's: dialogues go to `files`, a text to the parts.
fn read_one(
    text: String,
    read_as: Option<As>,
    path: &Path,
    files: &mut Vec<Dialogue>,
    parts: &mut Parts,
) -> Result<Vec<Problem>> {
    let form = Form::detect(&text);
    let as_dialogue = read_as.map_or(form.has_turns(), |read_as| read_as == As::Dialogue);
    if !as_dialogue {
        if text.is_empty() {
            return Err(Error::file(path, "this file is empty; give the model something to read"));
        }
        parts.texts.push(text);
        return Ok(Vec::new());
    }
    let imported = import(&text, if form.has_turns() { form } else { Form::Transcript });
    if imported.dialogues.is_empty() {
        let what = match imported.problems.first() {
            Some(Problem { line, why, .. }) => format!("no dialogue in it; line {line}: {why}"),
            None => "no dialogue in it; begin lines with user: or bot: and leave a blank line \
                     between dialogues, or train on it --as text"
                .into(),
        };
        return Err(Error::file(path, what));
    }
    files.extend(imported.dialogues);
    Ok(imported.problems)
}

impl Parts {
    fn split(
        mut self,
        files: Vec<Dialogue>,
        keep_back: Option<(f64, u64)>,
        names: &[String],
    ) -> Result<Split> {
        let any_dialogue = !files.is_empty() || !self.dialogues.is_empty();
        if any_dialogue && !self.texts.is_empty() {
            return Err(Error::usage(
                "--data names dialogues and plain texts together; give one kind, or read all of it --as text",
            ));
        }
        let (share, seed) = keep_back.unwrap_or((0.0, 0));
        let named = |error: Error| Error::failed(format!("{}: {error}", names.join(", ")));
        if !any_dialogue {
            let text = self.texts.concat();
            return match text.is_empty() {
                true => Err(Error::failed(format!(
                    "{}: nothing is left to learn from after cleaning",
                    names.join(", ")
                ))),
                false => Corpus::Text(text).split(share, seed).map_err(named),
            };
        }
        // Shipped sets keep back their own part; only what the user brings is split here.
        if !files.is_empty() {
            let Split { training, validation } =
                Corpus::Dialogues(files).split(share, seed).map_err(named)?;
            if let (Corpus::Dialogues(training), Corpus::Dialogues(validation)) =
                (training, validation)
            {
                self.dialogues.extend(training);
                self.kept_back.extend(validation);
            }
        }
        let (training, validation) = (self.dialogues, self.kept_back);
        Ok(Split {
            training: Corpus::Dialogues(training),
            validation: Corpus::Dialogues(validation),
        })
    }
}
