//! `glassbox tokenize`: text to ids and pieces, and back.

use super::ModelChoice;
use super::output::{print, print_json, print_piece};
use crate::text::import::read_any_text_file;
use crate::{Error, Result};
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Tokenize {
    #[command(flatten)]
    model: ModelChoice,
    /// The text, taken byte for byte
    #[arg(
        long,
        value_name = "TEXT",
        allow_hyphen_values = true,
        required_unless_present = "file",
        conflicts_with = "file"
    )]
    text: Option<String>,
    /// A file with the text, taken byte for byte
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Read ids, separated by spaces, and print their text
    #[arg(long)]
    decode: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Encoded {
    ids: Vec<u32>,
    pieces: Vec<String>,
}

#[derive(Serialize)]
struct Decoded {
    text: String,
}

impl Tokenize {
    pub fn run(self) -> Result<()> {
        let model = self.model.open()?;
        let tokenizer = model.tokenizer()?;
        let text = match (&self.text, &self.file) {
            (Some(text), _) => text.clone(),
            (None, Some(file)) => read_any_text_file(file)?,
            (None, None) => return Err(Error::usage("give --text or --file")),
        };
        if self.decode {
            let text = tokenizer.decode(&read_ids(&text)?)?;
            match self.json {
                true => print_json(&Decoded { text }),
                false => print_piece(&text),
            }
            return Ok(());
        }
        let ids = tokenizer.encode(&text)?;
        let pieces: Vec<String> =
            ids.iter().map(|&id| tokenizer.piece(id).unwrap_or_default()).collect();
        if self.json {
            print_json(&Encoded { ids, pieces });
        } else {
            for (id, piece) in ids.iter().zip(&pieces) {
                print(&format!("{id:>7}  {piece:?}"));
            }
        }
        Ok(())
    }
}

fn read_ids(text: &str) -> Result<Vec<u32>> {
    let words = text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    let id = |word: &str| {
        word.parse().map_err(|_| {
            Error::usage(format!("{word} is no token id; give numbers separated by spaces"))
        })
    };
    words.map(id).collect()
}
