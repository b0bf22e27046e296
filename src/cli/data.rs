//! `glassbox data`: the quality of a dialogue set, and making generated ones again.

mod scenes;

use super::output::{print, print_json, say, say_problems};
use crate::Result;
use crate::store::{fingerprint, write_atomically};
use crate::text::Dialogue;
use crate::text::import::{Form, import, read_text_file};
use crate::text::sets::{self, Talk, quality};
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
        /// Names of shipped sets, transcripts, or scenes files; all shipped sets if none is given
        #[arg(value_name = "SET|FILE")]
        names: Vec<String>,
        /// Print that many dialogues, drawn at random, instead of the report
        #[arg(long, value_name = "N")]
        sample: Option<usize>,
        /// The seed that draws them
        #[arg(long, value_name = "N", default_value_t = 0)]
        seed: u64,
        /// Print the report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Compose sets from their hand-written parts
    Make {
        /// Names of shipped sets, or scenes files; all shipped sets if none is given
        #[arg(value_name = "SET|FILE")]
        names: Vec<String>,
        /// Whole dialogues to mix in; for NAME.scenes.ron it is NAME.core.txt beside it, if there
        #[arg(long, value_name = "FILE")]
        core: Option<PathBuf>,
        /// The seed for scenes files; a shipped set has its own
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
        /// The folder to write to
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
    },
}

impl DataCommand {
    pub fn run(self) -> Result<()> {
        let index = sets::shipped()?;
        let all = || index.sets.iter().map(|set| set.id.clone()).collect::<Vec<_>>();
        let or_all = |names: Vec<String>| if names.is_empty() { all() } else { names };
        match self.what {
            What::Check { names, sample, seed, json } => {
                or_all(names).iter().try_for_each(|name| {
                    let texts = texts(&index, name)?;
                    match sample {
                        Some(count) => print_sample(&texts.talks, count, seed),
                        None => report(&texts, name, json),
                    }
                    Ok(())
                })
            }
            What::Make { names, core, seed, out } => {
                or_all(names).iter().try_for_each(|name| match scenes::name(Path::new(name)) {
                    Some(set) => scenes::make(Path::new(name), set, core.as_deref(), seed, &out),
                    None => make(&index, name, &out),
                })
            }
        }
    }
}

/// What a set, transcript or scenes file holds.
struct Texts {
    talks: Vec<Talk>,
    /// Of a scenes file, how often each line was used.
    made: Option<sets::Expansion>,
}

fn texts(index: &sets::Index, name: &str) -> Result<Texts> {
    let path = Path::new(name);
    if scenes::name(path).is_some() {
        let made = scenes::compose(path, None, 1)?.1;
        return Ok(Texts { talks: made.all(), made: Some(made) });
    }
    let text = match index.find(name) {
        Ok(set) if !path.is_file() => set.transcript()?,
        _ => read_text_file(path)?,
    };
    Ok(Texts { talks: talks(&text, path), made: None })
}

/// The dialogues of a file, or the texts that blank lines part.
fn talks(text: &str, path: &Path) -> Vec<Talk> {
    let form = Form::detect(text);
    if !form.has_turns() {
        return sets::read_texts(text);
    }
    let imported = import(text, form);
    let problems: Vec<_> =
        imported.problems.into_iter().map(|problem| (path.to_path_buf(), problem)).collect();
    say_problems(&problems);
    let turns = |dialogue: &Dialogue| dialogue.turns.iter().map(|turn| turn.text.clone()).collect();
    imported.dialogues.iter().map(turns).collect()
}

fn print_sample(talks: &[Talk], count: usize, seed: u64) {
    print(sets::render(&sets::sample(talks, count, seed)).trim_end());
}

fn report(texts: &Texts, name: &str, json: bool) {
    let report = quality::quality(&texts.talks);
    if json {
        return print_json(&report);
    }
    print(&format!("{name}\n{report}"));
    if let Some(made) = &texts.made {
        scenes::print_uses(made);
    }
}

fn make(index: &sets::Index, name: &str, out: &Path) -> Result<()> {
    let set = index.find(name)?;
    let transcript = sets::make(set)?;
    let path = out.join(set.file());
    write_atomically(&path, |file| file.write_all(transcript.as_bytes()))?;
    let same = fingerprint(transcript.as_bytes()) == set.fingerprint;
    say(&format!(
        "{}: {}",
        path.display(),
        if same { "as shipped, to the byte" } else { "differs from the shipped one" }
    ));
    Ok(())
}
