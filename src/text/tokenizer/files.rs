//! Tokenizers in files: Hugging Face's `tokenizer.json`, and GPT-2's `vocab.json` + `merges.txt`.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Read;
use std::path::Path;

use super::json::{self, AddedToken, BpeModel, File, MergeLine, Step};
use super::{Bpe, Characters, Merge, Model, Special, Specials, Tokenizer, bytes};
use crate::text::template::END;
use crate::{Error, Result};

/// The largest tokenizer file that is opened, in bytes; GPT-2's has 3.5 MB. JSON can grow fortyfold
/// in memory.
pub const LARGEST_FILE: u64 = 8 << 20;

/// The name of Hugging Face's file.
pub const TOKENIZER_JSON: &str = "tokenizer.json";
const VOCAB_JSON: &str = "vocab.json";
const MERGES_TXT: &str = "merges.txt";

impl Tokenizer {
    /// Opens the tokenizer in a folder: `tokenizer.json`, else `vocab.json` and `merges.txt`.
    ///
    /// # Errors
    /// If there is none, or it cannot be used here; the sentence names the file.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(TOKENIZER_JSON);
        if path.exists() {
            let text = read_small(&path)?;
            return Self::from_json_str(&text).map_err(|error| Error::file(&path, error));
        }
        let (vocab, merges) = (folder.join(VOCAB_JSON), folder.join(MERGES_TXT));
        if vocab.exists() && merges.exists() {
            let (vocab_text, merges_text) = (read_small(&vocab)?, read_small(&merges)?);
            return Self::from_vocab_and_merges(&vocab_text, &merges_text)
                .map_err(|error| Error::file(&vocab, error));
        }
        Err(Error::file(
            folder,
            "this folder has no tokenizer; put a tokenizer.json, \
             or vocab.json and merges.txt, into it",
        ))
    }

    /// Reads the text of a `tokenizer.json`.
    ///
    /// # Errors
    /// If it is broken, or asks for something other than GPT-2's way to tokenize.
    pub fn from_json_str(text: &str) -> Result<Self> {
        let file: File = serde_json::from_str(text).map_err(|error| {
            Error::failed(format!("not a usable BPE tokenizer.json ({error}); copy it again"))
        })?;
        check_settings(&file)?;
        let specials = specials(file.added_tokens)?;
        let prefix = file.pre_tokenizer.as_ref().map(|step| step.add_prefix_space.unwrap_or(true));
        match prefix {
            Some(prefix) => byte_level(file.model, specials, prefix),
            None => characters(file.model.vocab, specials),
        }
    }

    /// Reads the texts of a `vocab.json` and a `merges.txt`. Tokens written `<|…|>` that no merge
    /// makes are special tokens.
    ///
    /// # Errors
    /// If they are broken or do not belong together.
    pub fn from_vocab_and_merges(vocab: &str, merges: &str) -> Result<Self> {
        let vocab: HashMap<String, u32> = serde_json::from_str(vocab).map_err(|error| {
            Error::failed(format!("not a list of tokens and their ids ({error}); copy it again"))
        })?;
        let lines = merges.lines().enumerate();
        let lines = lines.filter(|(n, line)| !(line.is_empty() || *n == 0 && is_header(line)));
        let merges: Vec<MergeLine> =
            lines.map(|(_, line)| MergeLine::Line(line.to_owned())).collect();
        let made = |line: &MergeLine| line.tokens().map(|(left, right)| format!("{left}{right}"));
        let made: HashSet<String> = merges.iter().filter_map(made).collect();
        let is_special = |token: &&String| {
            token.starts_with("<|") && token.ends_with("|>") && !made.contains(*token)
        };
        let special = |content: &String| Special {
            id: vocab[content],
            content: content.clone(),
            mark: true,
            normalized: false,
        };
        let specials = vocab.keys().filter(is_special).map(special).collect();
        byte_level(BpeModel::new(vocab, merges), specials, false)
    }

    /// The text of a `tokenizer.json` that Hugging Face `tokenizers` opens and that gives the
    /// same ids there.
    ///
    /// # Errors
    /// If the text cannot be put together, which no tokenizer made here leads to.
    pub fn to_json_string(&self) -> Result<String> {
        let vocab: HashMap<String, u32> =
            (0..).map_while(|id| Some((self.written(id)?, id))).collect();
        let (step, merges) = match &self.model {
            Model::Characters(_) => (Step::fuse(), Vec::new()),
            Model::Bpe(bpe) => (
                Step::byte_level(bpe.add_prefix_space),
                bpe.merges.iter().filter_map(|merge| self.merge_line(merge)).collect(),
            ),
        };
        let added = self.specials().iter().map(added_token).collect();
        let file = File::new(added, step, BpeModel::new(vocab, merges));
        serde_json::to_string_pretty(&file)
            .map(|text| text + "\n")
            .map_err(|error| Error::failed(format!("the tokenizer cannot be written: {error}")))
    }

    /// The text of a `tokenizer_config.json` to go beside `tokenizer.json`. Without it, Hugging
    /// Face transformers takes the tokenizer of any GPT-2 model for a byte-level one with the
    /// special tokens of GPT-2, and opens a character tokenizer wrongly.
    pub fn to_config_json_string(&self) -> String {
        let end = self.id_of_special(END).map(|_| END);
        let config = serde_json::json!({
            "tokenizer_class": "PreTrainedTokenizerFast",
            "eos_token": end,
            "clean_up_tokenization_spaces": false,
        });
        format!("{config:#}\n")
    }

    /// A token as files write it.
    fn written(&self, id: u32) -> Option<String> {
        let piece = self.piece_bytes(id)?;
        let is_text = matches!(self.model, Model::Characters(_))
            || self.specials().iter().any(|special| special.id == id);
        Some(match is_text {
            true => String::from_utf8_lossy(piece).into_owned(),
            false => bytes::to_visible(piece),
        })
    }

    fn merge_line(&self, merge: &Merge) -> Option<MergeLine> {
        Some(MergeLine::Pair([self.written(merge.pair.0)?, self.written(merge.pair.1)?]))
    }
}

fn is_header(line: &str) -> bool {
    line.starts_with("#version")
}

/// Reads a tokenizer file, but never more than the largest size.
fn read_small(path: &Path) -> Result<String> {
    let cannot = |error: std::io::Error| Error::file(path, format!("cannot be read: {error}"));
    let file = fs::File::open(path).map_err(cannot)?;
    let mut size = file.metadata().map_err(cannot)?.len();
    let mut bytes = Vec::new();
    if size <= LARGEST_FILE {
        // A device has no size to look at beforehand.
        file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(cannot)?;
        size = bytes.len() as u64;
    }
    if size > LARGEST_FILE {
        let most = LARGEST_FILE >> 20;
        let what = format!("more than {most} MiB are too many for a tokenizer; use another");
        return Err(Error::file(path, what));
    }
    String::from_utf8(bytes)
        .map_err(|error| Error::file(path, format!("{}; copy it again", error.utf8_error())))
}

/// Refuses every setting that would give other ids than Hugging Face `tokenizers` gives.
fn check_settings(file: &File) -> Result<()> {
    let model = &file.model;
    let filled = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    let step = |step: &Option<Step>| step.as_ref().map(|step| step.kind.clone());
    let (cutter, joiner) = (step(&file.pre_tokenizer), step(&file.decoder));
    let byte_level = cutter.as_deref() == Some(json::BYTE_LEVEL);
    let characters = cutter.is_none() && joiner.as_deref() == Some(json::FUSE);
    let no_regex = file.pre_tokenizer.as_ref().is_some_and(|step| step.use_regex == Some(false));
    let unsupported = [
        (model.kind.as_deref().is_some_and(|kind| kind != json::BPE), "a model that is not BPE"),
        (file.normalizer.is_some(), "a normalizer"),
        (!byte_level && !characters, "a pre-tokenizer other than ByteLevel"),
        (no_regex, "use_regex = false"),
        (characters && !model.merges.is_empty(), "merges without a ByteLevel pre-tokenizer"),
        (model.dropout.is_some_and(|dropout| dropout != 0.0), "dropout"),
        (model.byte_fallback, "byte_fallback"),
        (model.ignore_merges, "ignore_merges"),
        (filled(&model.continuing_subword_prefix), "continuing_subword_prefix"),
        (filled(&model.end_of_word_suffix), "end_of_word_suffix"),
        (file.added_tokens.iter().any(|t| t.single_word), "single_word in added_tokens"),
        (
            file.added_tokens.iter().any(|t| t.lstrip || t.rstrip),
            "lstrip or rstrip in added_tokens",
        ),
    ];
    match unsupported.iter().find(|(found, _)| *found) {
        Some((_, what)) => Err(Error::failed(format!(
            "this tokenizer uses {what}, which is not supported; use a GPT-2-style byte-level BPE"
        ))),
        None => Ok(()),
    }
}

fn specials(added: Vec<AddedToken>) -> Result<Vec<Special>> {
    let special = |token: AddedToken| match token.content.is_empty() {
        true => Err(Error::failed("an added token is empty; take it out of added_tokens")),
        false => Ok(Special {
            id: token.id,
            content: token.content,
            mark: token.special,
            normalized: token.normalized,
        }),
    };
    added.into_iter().map(special).collect()
}

fn added_token(special: &Special) -> AddedToken {
    AddedToken {
        id: special.id,
        content: special.content.clone(),
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: special.normalized,
        special: special.mark,
    }
}

/// A byte-level BPE tokenizer from what a file holds.
fn byte_level(
    model: BpeModel,
    specials: Vec<Special>,
    add_prefix_space: bool,
) -> Result<Tokenizer> {
    // A token that is not written in stand-ins for bytes is taken as the text that it is.
    let bytes_of = |token: &str| bytes::from_visible(token).unwrap_or_else(|| token.into());
    let pieces = dense(&model.vocab, &specials, bytes_of)?;
    let id_of_byte =
        |byte: u8| model.vocab.get(bytes::to_char(byte).encode_utf8(&mut [0; 4]) as &str);
    let byte_ids: Vec<Option<u32>> = (0..=255).map(|byte| id_of_byte(byte).copied()).collect();
    if model.unk_token.is_some_and(|token| !token.is_empty()) && byte_ids.contains(&None) {
        return Err(Error::failed(
            "this tokenizer writes bytes it lacks as an unknown token, which is not supported; \
             use one with all 256 bytes",
        ));
    }
    let merges = merges(&model.merges, &model.vocab)?;
    let forged = |special: &&Special| special.mark && merges.iter().any(|m| m.token == special.id);
    if let Some(special) = specials.iter().find(forged) {
        return Err(Error::failed(format!(
            "a merge makes the special token {}, so typed text could forge it; \
             take the merge or the special token out",
            special.content
        )));
    }
    let mut bpe = Bpe::new(byte_ids, merges);
    bpe.add_prefix_space = add_prefix_space;
    Ok(Tokenizer::new(Model::Bpe(bpe), pieces, Specials::new(specials)))
}

/// A character tokenizer from what a file holds.
fn characters(vocab: HashMap<String, u32>, specials: Vec<Special>) -> Result<Tokenizer> {
    let pieces = dense(&vocab, &specials, |token| token.into())?;
    let mut ids = HashMap::new();
    for (token, id) in vocab {
        let mut characters = token.chars();
        match (characters.next(), characters.next()) {
            _ if specials.iter().any(|special| special.id == id) => (),
            (Some(character), None) => {
                ids.insert(character, id);
            }
            _ => {
                return Err(Error::failed(format!(
                    "the token {token:?} is not one character, as a character tokenizer needs; \
                     use another tokenizer"
                )));
            }
        }
    }
    let model = Model::Characters(Characters::with_ids(ids));
    Ok(Tokenizer::new(model, pieces, Specials::new(specials)))
}

/// The bytes of each id, if the ids are exactly 0, 1, …, n-1.
fn dense(
    vocab: &HashMap<String, u32>,
    specials: &[Special],
    bytes_of: impl Fn(&str) -> Vec<u8>,
) -> Result<Vec<Vec<u8>>> {
    let mut pieces: HashMap<u32, (&str, Vec<u8>)> = HashMap::new();
    let learned = vocab.iter().map(|(token, &id)| (id, token.as_str(), bytes_of(token)));
    // Special tokens stand for their text as it is, and many files list them in both places.
    let added = specials.iter().map(|s| (s.id, s.content.as_str(), s.content.clone().into_bytes()));
    for (id, token, piece) in learned.chain(added) {
        if let Some((other, _)) = pieces.insert(id, (token, piece)).filter(|(t, _)| *t != token) {
            return Err(Error::failed(format!(
                "the tokens {other:?} and {token:?} have the same id {id}; copy the file again"
            )));
        }
    }
    if let Some(special) =
        specials.iter().find(|s| vocab.get(&s.content).is_some_and(|&id| id != s.id))
    {
        return Err(Error::failed(format!(
            "the token {:?} has two ids; copy the file again",
            special.content
        )));
    }
    let size = pieces.len() as u32;
    (0..size)
        .map(|id| {
            pieces.remove(&id).map(|(_, piece)| piece).ok_or_else(|| {
                Error::failed(format!(
                    "no token has the id {id}, though there are {size} tokens; copy the file again"
                ))
            })
        })
        .collect()
}

/// The merges with their tokens' ids.
fn merges(lines: &[MergeLine], vocab: &HashMap<String, u32>) -> Result<Vec<Merge>> {
    let mut seen = HashSet::new();
    let mut merges = Vec::with_capacity(lines.len());
    for (number, line) in lines.iter().enumerate() {
        let wrong = |what: String| {
            Error::failed(format!("merge {number} (counted from 0) {what}; copy the file again"))
        };
        let (left, right) = line.tokens().ok_or_else(|| wrong("is not two tokens".into()))?;
        let id = |token: &str| {
            let unknown = || wrong(format!("needs the token {token:?}, which is missing"));
            vocab.get(token).copied().ok_or_else(unknown)
        };
        let (pair, token) = ((id(left)?, id(right)?), id(&format!("{left}{right}"))?);
        if !seen.insert(pair) {
            return Err(wrong("stands there twice".into()));
        }
        merges.push(Merge { pair, token, count: None });
    }
    Ok(merges)
}
