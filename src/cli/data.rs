//! `glassbox data`: the quality of a dialogue set, and making generated ones again.

use super::output::{print, print_json, say, say_problems};
use crate::store::write_atomically;
use crate::text::Dialogue;
use crate::text::import::{Form, import, read_text_file};
use crate::text::sets::{self, quality};
use crate::{Error, Result};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct DataCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Report on dialogue sets or files
    Check {
        /// Names of shipped sets, or transcripts; all shipped sets if none is given
        #[arg(value_name = "SET|FILE")]
        names: Vec<String>,
        /// Print the report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Compose shipped sets again from their hand-written parts
    Make {
        /// Names of shipped sets; all if none is given
        #[arg(value_name = "SET")]
        names: Vec<String>,
        /// The folder to write to
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
    },
}

impl DataCommand {
    pub fn run(self) -> Result<()> {
        let index = sets::shipped()?;
        let all = || index.sets.iter().map(|set| set.id.clone()).collect::<Vec<_>>();
        match self.what {
            What::Check { names, json } => {
                let names = if names.is_empty() { all() } else { names };
                names.iter().try_for_each(|name| check(&index, name, json))
            }
            What::Make { names, out } => {
                let names = if names.is_empty() { all() } else { names };
                names.iter().try_for_each(|name| make(&index, name, &out))
            }
        }
    }
}

fn check(index: &sets::Index, name: &str, json: bool) -> Result<()> {
    let path = Path::new(name);
    let text = match index.find(name) {
        Ok(set) if !path.is_file() => set.transcript()?.to_string(),
        _ => read_text_file(path)?,
    };
    let form =
        Some(Form::detect(&text)).filter(|form| form.has_turns()).unwrap_or(Form::Transcript);
    let imported = import(&text, form);
    if imported.dialogues.is_empty() {
        return Err(Error::file(
            path,
            "this file holds no dialogue; begin lines with user: or bot:",
        ));
    }
    let problems: Vec<_> =
        imported.problems.into_iter().map(|problem| (path.to_path_buf(), problem)).collect();
    say_problems(&problems);
    let texts = |dialogue: &Dialogue| dialogue.turns.iter().map(|turn| turn.text.clone()).collect();
    let report = quality::quality(&imported.dialogues.iter().map(texts).collect::<Vec<_>>());
    if json {
        print_json(&report);
    } else {
        print(&format!("{name}\n{report}"));
    }
    Ok(())
}

fn make(index: &sets::Index, name: &str, out: &Path) -> Result<()> {
    let set = index.find(name)?;
    let transcript = sets::make(set)?;
    let path = out.join(&set.file);
    write_atomically(&path, |file| file.write_all(transcript.as_bytes()))?;
    let same = set.transcript().is_ok_and(|shipped| shipped == transcript);
    say(&format!(
        "{}: {}",
        path.display(),
        if same { "as shipped, to the byte" } else { "differs from the shipped one" }
    ));
    Ok(())
}
