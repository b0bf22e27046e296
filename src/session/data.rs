//! Data for learning: files and shipped sets, read as dialogues or as one text.

use crate::store::DataSource;
use crate::text::clean::{Rule, RuleReport, clean};
use crate::text::dialogue::Problem;
use crate::text::import::{Form, import, read_text_file};
use crate::text::sets;
use crate::train::Corpus;
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// How a file is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    Dialogue,
    Text,
}

/// What was read, where from, and what was not understood.
#[derive(Debug)]
pub struct Data {
    pub corpus: Corpus,
    pub sources: Vec<DataSource>,
    /// Lines that were left out: the file and what is wrong.
    pub problems: Vec<(PathBuf, Problem)>,
    /// What cleaning did to dialogues; empty for a text, which is taken as it is.
    pub cleaning: Vec<RuleReport>,
}

/// Reads files, or shipped sets by name, all as dialogues or all as text.
///
/// Dialogues are cleaned by the rules that are on by default, if `cleaned`.
///
/// # Errors
/// If a file cannot be read, holds nothing, or the files are of different kinds.
pub fn read_data(names: &[String], read_as: Option<As>, cleaned: bool) -> Result<Data> {
    let mut corpus: Option<Corpus> = None;
    let (mut sources, mut problems) = (Vec::new(), Vec::new());
    for name in names {
        let path = PathBuf::from(name);
        let text = text_of(name, &path)?;
        sources.push(DataSource::of(name, &text));
        let (part, mut found) = corpus_of(&text, read_as, &path)?;
        problems.extend(found.drain(..).map(|problem| (path.clone(), problem)));
        corpus = Some(match (corpus, part) {
            (None, part) => part,
            (Some(Corpus::Text(text)), Corpus::Text(more)) => Corpus::Text(text + &more),
            (Some(Corpus::Dialogues(mut all)), Corpus::Dialogues(more)) => {
                all.extend(more);
                Corpus::Dialogues(all)
            }
            _ => {
                return Err(Error::usage(format!(
                    "--data {name} is of another kind than the files before it; give only dialogues or only texts, or say --as text"
                )));
            }
        });
    }
    let corpus = corpus.ok_or_else(|| Error::usage("--data names no file; give at least one file or set"))?;
    let (corpus, cleaning) = match corpus {
        Corpus::Dialogues(dialogues) if cleaned => {
            let (dialogues, reports) = clean(dialogues, &Rule::defaults());
            (Corpus::Dialogues(dialogues), reports)
        }
        other => (other, Vec::new()),
    };
    if corpus.is_empty() {
        return Err(Error::failed(format!("{}: no dialogue is left after cleaning; see what the rules remove", names.join(", "))));
    }
    Ok(Data { corpus, sources, problems, cleaning })
}

/// A file's text, or that of a shipped set of this name. A file of the user's goes before a set.
fn text_of(name: &str, path: &Path) -> Result<String> {
    match sets::find(name) {
        Some(set) if !path.exists() => Ok(set.text.to_string()),
        _ => read_text_file(path),
    }
}

fn corpus_of(text: &str, read_as: Option<As>, path: &Path) -> Result<(Corpus, Vec<Problem>)> {
    let form = Form::detect(text);
    let as_dialogue = match read_as {
        Some(As::Dialogue) => true,
        Some(As::Text) => false,
        None => form.has_turns(),
    };
    if !as_dialogue {
        return Ok((Corpus::Text(text.to_string()), Vec::new()));
    }
    let form = if form.has_turns() { form } else { Form::Transcript };
    let imported = import(text, form);
    if imported.dialogues.is_empty() {
        return Err(Error::file(
            path,
            "holds no dialogue; begin each line with user: or bot: and leave a blank line between dialogues, or read it --as text",
        ));
    }
    Ok((Corpus::Dialogues(imported.dialogues), imported.problems))
}
