//! A model and its folder.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::atomic::{Staged, cannot_write, remove_forgotten, stage};
use super::source::Source;
use super::{Precision, Provenance, config, provenance, weights};
use crate::nn::Parameters;
use crate::text::Tokenizer;
use crate::text::template::{BOT, END, USER};
use crate::text::tokenizer::files::TOKENIZER_JSON;
use crate::{Error, Result};

const TOKENIZER_CONFIG: &str = "tokenizer_config.json";
const GENERATION_CONFIG: &str = "generation_config.json";
const VOCAB_JSON: &str = "vocab.json";
const MERGES_TXT: &str = "merges.txt";

/// The largest `config.json` that is opened; GPT-2's has 700 bytes.
const LARGEST_CONFIG: u64 = 1 << 20;

/// The largest tokenizer file that is opened; GPT-2's has 3.5 MB. JSON can grow fortyfold in memory.
const LARGEST_TOKENIZER: u64 = 8 << 20;

/// A model, opened.
#[derive(Debug, Clone)]
pub struct Model {
    /// Its sizes and weights.
    pub parameters: Parameters<f32>,
    /// Its tokenizer; a folder can be without. [`Model::tokenizer`] is for those who need it.
    pub tokenizer: Option<Tokenizer>,
    /// The token that ends a text.
    pub end: Option<u32>,
    /// Where it came from, if it was made by this program.
    pub provenance: Option<Provenance>,
    /// The folder it was opened from, or the name of a shipped model.
    pub folder: PathBuf,
}

/// What a model folder is made of.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    pub parameters: &'a Parameters<f32>,
    pub tokenizer: Option<&'a Tokenizer>,
    /// The token that ends a text.
    pub end: Option<u32>,
    pub provenance: Option<&'a Provenance>,
}

impl Model {
    /// The tokenizer, for what works on text.
    ///
    /// # Errors
    /// If the folder has none.
    pub fn tokenizer(&self) -> Result<&Tokenizer> {
        self.tokenizer.as_ref().ok_or_else(|| {
            let what = "this model has no tokenizer, which text needs; put its tokenizer.json, \
                        or vocab.json and merges.txt, into the folder";
            Error::file(&self.folder, what)
        })
    }

    /// What [`save`] needs to write this model.
    pub fn parts(&self) -> Parts<'_> {
        Parts {
            parameters: &self.parameters,
            tokenizer: self.tokenizer.as_ref(),
            end: self.end,
            provenance: self.provenance.as_ref(),
        }
    }
}

/// Opens a model folder: one of this program's, or any GPT-2 of Hugging Face's.
///
/// # Errors
/// If it is not one, or is broken, in a sentence that names the file.
pub fn open(folder: &Path) -> Result<Model> {
    if !folder.is_dir() {
        let what = match folder.exists() {
            true => "this is a file; name the folder that the model is in",
            false => "there is no such folder; check the name of the model",
        };
        return Err(Error::file(folder, what));
    }
    open_source(Source::Folder(folder))
}

/// Opens a model that ships with the program: its name, and its files by theirs.
///
/// # Errors
/// As for [`open`].
pub fn open_shipped(name: &str, files: &[(&str, &[u8])]) -> Result<Model> {
    open_source(Source::Shipped(name, files))
}

fn open_source(source: Source) -> Result<Model> {
    let named = |file: &str| {
        let path = source.path(file);
        move |error: Error| Error::file(&path, error)
    };
    if !source.has(config::FILE) {
        let what = format!("this folder has no {}; name a folder with a model", config::FILE);
        return Err(Error::file(source.folder(), what));
    }
    let text = source.text(config::FILE, LARGEST_CONFIG)?;
    let (sizes, end) = config::from_json(&text).map_err(named(config::FILE))?;
    let mut tokenizer = open_tokenizer(source)?;
    if let Some(found) = tokenizer.as_ref().map(Tokenizer::vocabulary_size)
        && found > sizes.vocabulary
    {
        return Err(Error::file(
            source.folder(),
            format!(
                "its tokenizer has {found} tokens but its model knows only {}; \
                 copy the tokenizer that belongs to this model",
                sizes.vocabulary
            ),
        ));
    }
    let mut provenance = None;
    if source.has(provenance::FILE) {
        let text = source.text(provenance::FILE, provenance::LARGEST_FILE)?;
        let record = Provenance::from_ron(&text).map_err(named(provenance::FILE))?;
        if let Some(tokenizer) = tokenizer.as_mut().filter(|_| !record.merges.is_empty()) {
            tokenizer.restore_counts(&record.merges).map_err(|_| {
                let what = "its merges belong to another tokenizer; remove this file";
                Error::file(&source.path(provenance::FILE), what)
            })?;
        }
        provenance = Some(record);
    }
    let parameters = weights::read(source, &sizes)?;
    Ok(Model { parameters, tokenizer, end, provenance, folder: source.folder().to_owned() })
}

/// The tokenizer: `tokenizer.json`, else `vocab.json` and `merges.txt`, else none.
fn open_tokenizer(source: Source) -> Result<Option<Tokenizer>> {
    if source.has(TOKENIZER_JSON) {
        let text = source.text(TOKENIZER_JSON, LARGEST_TOKENIZER)?;
        return Tokenizer::from_json_str(&text)
            .map(Some)
            .map_err(|error| Error::file(&source.path(TOKENIZER_JSON), error));
    }
    if source.has(VOCAB_JSON) && source.has(MERGES_TXT) {
        let vocab = source.text(VOCAB_JSON, LARGEST_TOKENIZER)?;
        let merges = source.text(MERGES_TXT, LARGEST_TOKENIZER)?;
        return Tokenizer::from_vocab_and_merges(&vocab, &merges)
            .map(Some)
            .map_err(|error| Error::file(&source.path(VOCAB_JSON), error));
    }
    Ok(None)
}

/// Saves a model as a folder that Hugging Face transformers opens. The folder is made if need be.
///
/// All files are first written in full beside the old ones, and only then take their names: if
/// anything fails, the old model is still there. The weights come last, since a folder without
/// them is no model.
///
/// # Errors
/// If something cannot be written, in a sentence that names the file.
pub fn save(folder: &Path, parts: Parts, precision: Precision) -> Result<()> {
    let texts = texts(&parts, precision)?;
    fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    let stale = [TOKENIZER_JSON, TOKENIZER_CONFIG, provenance::FILE].map(|name| folder.join(name));
    let stale = || {
        let unwritten = |path: &&PathBuf| !texts.iter().any(|(name, _)| path.ends_with(name));
        stale.iter().filter(unwritten).filter(|path| path.exists())
    };
    if let Some(path) = stale().find(|path| !path.ends_with(provenance::FILE)) {
        let what = "belongs to another model, while this one has no tokenizer; \
                    save to another folder";
        return Err(Error::file(path, what));
    }
    let mut staged: Vec<Staged> = Vec::new();
    for (name, text) in &texts {
        let path = folder.join(name);
        if holds(&path, text) {
            remove_forgotten(folder, name.as_ref());
        } else {
            staged.push(stage(&path, |out| out.write_all(text.as_bytes()))?);
        }
    }
    let path = folder.join(weights::FILE);
    staged.push(weights::stage_weights(&path, parts.parameters, precision)?);
    for path in stale() {
        fs::remove_file(path).map_err(|error| cannot_write(path, &error))?;
    }
    staged.into_iter().try_for_each(Staged::commit)
}

/// Whether the file holds just this text: then it stays as it is.
fn holds(path: &Path, text: &str) -> bool {
    let same_size =
        fs::metadata(path).is_ok_and(|old| old.is_file() && old.len() == text.len() as u64);
    same_size && fs::read(path).is_ok_and(|old| old == text.as_bytes())
}

/// The texts of a model's files, by their names.
fn texts(parts: &Parts, precision: Precision) -> Result<Vec<(&'static str, String)>> {
    let sizes = &parts.parameters.config;
    let mut texts = vec![
        (config::FILE, config::to_json(sizes, parts.end, precision)),
        (GENERATION_CONFIG, config::generation_json(parts.end)),
    ];
    if let Some(tokenizer) = parts.tokenizer {
        texts.push((TOKENIZER_JSON, tokenizer.to_json_string()?));
        texts.push((TOKENIZER_CONFIG, tokenizer_config(tokenizer, parts)));
    }
    if let Some(record) = parts.provenance {
        let mut record = record.clone();
        // Merges without counts say no more than tokenizer.json does.
        let merges = parts.tokenizer.map(Tokenizer::merges).unwrap_or_default();
        record.merges = merges.to_vec();
        record.merges.retain(|merge| merge.count.is_some());
        texts.push((provenance::FILE, record.to_ron()?));
    }
    Ok(texts)
}

/// The text of a `tokenizer_config.json`: how transformers uses `tokenizer.json`.
fn tokenizer_config(tokenizer: &Tokenizer, parts: &Parts) -> String {
    let end = tokenizer.specials().iter().find(|special| Some(special.id) == parts.end);
    let mut keys = HashMap::from([
        ("tokenizer_class", json!("PreTrainedTokenizerFast")),
        ("model_max_length", json!(parts.parameters.config.context)),
        ("clean_up_tokenization_spaces", json!(false)),
        ("bos_token", json!(end.map(|special| &special.content))),
        ("eos_token", json!(end.map(|special| &special.content))),
    ]);
    if [END, USER, BOT].iter().all(|name| tokenizer.id_of_special(name).is_some()) {
        keys.insert("chat_template", json!(chat_template()));
    }
    // A JSON value sorts its keys, so the same model gives the same file.
    format!("{:#}\n", json!(keys))
}

/// The chat template in the language of transformers (Jinja).
fn chat_template() -> String {
    format!(
        "{{% for message in messages %}}\
         {{{{ '{USER}' if message['role'] == 'user' else '{BOT}' }}}}\
         {{{{ message['content'] }}}}{{{{ '{END}' }}}}\
         {{% endfor %}}\
         {{% if add_generation_prompt %}}{{{{ '{BOT}' }}}}{{% endif %}}"
    )
}
