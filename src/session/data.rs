//! Data for learning: files and shipped sets, read as documents or as one text.

use crate::store::{DataSource, fingerprint};
use crate::text::Turn;
use crate::text::clean::{Rule, RuleReport, clean};
use crate::text::dialogue::{Dialogue, Problem};
use crate::text::import::{Form, import, read_text_file};
use crate::text::sets::{self, SetEntry, Talk, index};
use crate::train::{Corpus, Document, Split};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// How a file is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum As {
    Dialogue,
    Text,
}

/// How to treat what is read.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// None: what the file's form says.
    pub read_as: Option<As>,
    /// Whether a shipped dialogue becomes a text of its own, a line for each turn: what a model reads
    /// before it has met the tokens of the roles.
    pub turns_as_lines: bool,
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
    /// Running texts of the user's.
    texts: Vec<String>,
    /// Dialogues of the user's.
    files: Vec<Dialogue>,
    /// What shipped sets give to learn from.
    documents: Vec<Document>,
    /// What shipped sets keep back themselves.
    kept_back: Vec<Document>,
}

/// Reads files, or shipped sets by name, all as documents or all as text. Shipped sets of dialogues
/// and of texts can be mixed.
///
/// # Errors
/// If a file cannot be read, holds nothing, or the files are of different kinds.
pub fn read_data(names: &[String], reading: Reading) -> Result<Data> {
    let mut parts = Parts::default();
    let (mut sources, mut problems) = (Vec::new(), Vec::new());
    for name in names {
        let path = PathBuf::from(name);
        // A file of the user's goes before a set of the same name; a folder is no data.
        let set = if path.is_file() { None } else { sets::shipped()?.find(name).ok().cloned() };
        let text = match &set {
            Some(set) if is_read_as_set(set, reading) => parts.read_set(set, reading)?,
            _ => {
                let text = set.map_or_else(|| read_text_file(&path), |set| set.transcript())?;
                let found = parts.read_one(&text, reading.read_as, &path)?;
                problems.extend(found.into_iter().map(|problem| (path.clone(), problem)));
                text
            }
        };
        sources.push(DataSource {
            name: name.clone(),
            fingerprint: fingerprint(text.as_bytes()),
            bytes: text.len() as u64,
        });
    }
    let mut cleaning = Vec::new();
    if reading.cleaned && !parts.files.is_empty() {
        (parts.files, cleaning) = clean(parts.files, &Rule::defaults());
    }
    let split = parts.split(reading.keep_back, names)?;
    Ok(Data { split, sources, problems, cleaning })
}

/// A raw set is read like a file of the user's, faults and all; so is any set that is asked for as
/// the other kind.
fn is_read_as_set(set: &SetEntry, reading: Reading) -> bool {
    match set.form {
        index::Form::Raw => false,
        index::Form::Dialogue => reading.read_as != Some(As::Text),
        index::Form::Text => reading.read_as.is_none(),
    }
}

/// A dialogue of a set, or a text without speakers.
pub(super) fn document(talk: &Talk, turns_as_lines: bool) -> Document {
    match talk.as_slice() {
        [only] => Document::Text(only.clone()),
        turns if turns_as_lines => Document::Text(turns.join("\n")),
        turns => {
            let turn = |(i, text): (usize, &String)| match i % 2 {
                0 => Turn::user(text),
                _ => Turn::bot(text),
            };
            Document::Dialogue(Dialogue { turns: turns.iter().enumerate().map(turn).collect() })
        }
    }
}

impl Parts {
    /// Takes a set's documents; gives its transcript.
    fn read_set(&mut self, set: &SetEntry, reading: Reading) -> Result<String> {
        let made = sets::make_expansion(set)?;
        let document = |talk| document(talk, reading.turns_as_lines);
        self.documents.extend(made.training.iter().map(document));
        let kept = made.validation.iter().map(document);
        match reading.keep_back {
            Some(_) => self.kept_back.extend(kept),
            None => self.documents.extend(kept),
        }
        Ok(sets::render(&made.all()))
    }

    /// Takes a file of the user's, as dialogues or as a text.
    fn read_one(&mut self, text: &str, read_as: Option<As>, path: &Path) -> Result<Vec<Problem>> {
        let form = Form::detect(text);
        let as_dialogue = read_as.map_or(form.has_turns(), |read_as| read_as == As::Dialogue);
        if !as_dialogue {
            if text.is_empty() {
                return Err(Error::file(
                    path,
                    "this file is empty; give the model something to read",
                ));
            }
            self.texts.push(text.to_string());
            return Ok(Vec::new());
        }
        let imported = import(text, if form.has_turns() { form } else { Form::Transcript });
        if imported.dialogues.is_empty() {
            let what = match imported.problems.first() {
                Some(Problem { line, fault }) => format!("no dialogue in it; line {line}: {fault}"),
                None => "no dialogue in it; begin lines with user: or bot: and leave a blank line \
                         between dialogues, or train on it --as text"
                    .into(),
            };
            return Err(Error::file(path, what));
        }
        self.files.extend(imported.dialogues);
        Ok(imported.problems)
    }

    fn split(mut self, keep_back: Option<(f64, u64)>, names: &[String]) -> Result<Split> {
        let any_document = !self.files.is_empty() || !self.documents.is_empty();
        if any_document && !self.texts.is_empty() {
            return Err(Error::usage(
                "--data names dialogues and plain texts together; give one kind, or read all of it --as text",
            ));
        }
        let (share, seed) = keep_back.unwrap_or((0.0, 0));
        let named = |error: Error| Error::failed(format!("{}: {error}", names.join(", ")));
        if !any_document {
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
        if !self.files.is_empty() {
            let files = self.files.into_iter().map(Document::from).collect();
            let Split { training, validation } =
                Corpus::Documents(files).split(share, seed).map_err(named)?;
            if let (Corpus::Documents(training), Corpus::Documents(validation)) =
                (training, validation)
            {
                self.documents.extend(training);
                self.kept_back.extend(validation);
            }
        }
        Ok(Split {
            training: Corpus::Documents(self.documents),
            validation: Corpus::Documents(self.kept_back),
        })
    }
}
