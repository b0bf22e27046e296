//! `glassbox data`: the quality of a dialogue set, and making generated ones again.

mod scenes;

use super::output::{print, print_json, say, say_problems};
use crate::Result;
use crate::session::{self, ModelReport, report_on_model, tokens_when_learned};
use crate::store::{Model, fingerprint, write_atomically};
use crate::tensor::Threads;
use crate::text::Dialogue;
use crate::text::import::{Form, import, read_text_file};
use crate::text::sets::quality::{Judged, Target};
use crate::text::sets::{self, Expansion, Quality, Talk};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
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
        /// The seed that draws them, and replies
        #[arg(long, value_name = "N", default_value_t = 0)]
        seed: u64,
        /// Measure this model on them too: a folder, or the name of a shipped one
        #[arg(long, value_name = "DIR")]
        model: Option<PathBuf>,
        /// Look for blocked words in that many replies of the model
        #[arg(long, value_name = "N", default_value_t = 0, requires = "model")]
        samples: usize,
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
    pub fn run(self, threads: Threads) -> Result<()> {
        let index = sets::shipped()?;
        let all = || index.sets.iter().map(|set| set.id.clone()).collect::<Vec<_>>();
        let or_all = |names: Vec<String>| if names.is_empty() { all() } else { names };
        match self.what {
            What::Check { names, sample, seed, model, samples, json } => {
                let model = model.map(|model| session::open_model(&model)).transpose()?;
                let with = With { model, samples, seed, threads, json };
                or_all(names).iter().try_for_each(|name| {
                    let texts = texts(&index, name)?;
                    match sample {
                        Some(count) => print_sample(&texts.set, count, seed),
                        None => with.report(&texts, name)?,
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
    set: Expansion,
    judged: Judged,
    vocabulary: Option<usize>,
}

fn texts(index: &sets::Index, name: &str) -> Result<Texts> {
    let path = Path::new(name);
    let (mut judged, mut vocabulary) = (Judged::default(), None);
    let set = match (index.find(name), scenes::name(path)) {
        (Ok(set), _) if !path.is_file() => {
            (judged, vocabulary) = (Judged::of(set), set.vocabulary);
            sets::make_expansion(set)?
        }
        (_, Some(set)) => {
            let (play, made) = scenes::compose(path, None, 1)?;
            // Of a file in the making nobody has said yet what it is for.
            judged =
                Judged { chat: set.starts_with("chat"), coined: play.coins(), on_purpose: false };
            made
        }
        _ => Expansion { training: talks(&read_text_file(path)?, path), ..Expansion::default() },
    };
    Ok(Texts { set, judged, vocabulary })
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

fn print_sample(set: &Expansion, count: usize, seed: u64) {
    print(sets::render(&sets::sample(&set.all(), count, seed)).trim_end());
}

/// How to report.
struct With {
    model: Option<Model>,
    samples: usize,
    seed: u64,
    threads: Threads,
    json: bool,
}

/// The whole report, as JSON.
#[derive(Serialize)]
struct Report {
    set: String,
    #[serde(flatten)]
    quality: Quality,
    /// Tokens, if a model or the set's entry says by which tokenizer.
    tokens: Option<usize>,
    model: Option<ModelReport>,
    /// Lines that come too often.
    too_often: Vec<(String, f64)>,
    dropped: BTreeMap<String, usize>,
    targets: Vec<Target>,
}

impl With {
    fn report(&self, texts: &Texts, name: &str) -> Result<()> {
        let report = self.measure(texts, name)?;
        if self.json {
            print_json(&report);
        } else {
            print(&format!("{name}\n{report}"));
        }
        Ok(())
    }

    fn measure(&self, texts: &Texts, name: &str) -> Result<Report> {
        let Texts { set, judged, vocabulary } = texts;
        let quality = sets::quality(set)?;
        let on_model =
            |model| report_on_model(model, set, self.samples, self.seed, self.threads.clone());
        let model = self.model.as_ref().map(on_model).transpose()?;
        let tokens = match (&model, vocabulary) {
            (Some(model), _) => Some(model.tokens),
            (None, Some(vocabulary)) => Some(tokens_when_learned(set, *vocabulary)?),
            (None, None) => None,
        };
        let mut targets = quality.targets(*judged);
        targets.extend(model.iter().flat_map(ModelReport::targets));
        let (too_often, dropped) = (scenes::too_often(set), set.dropped.clone());
        Ok(Report { set: name.into(), quality, tokens, model, too_often, dropped, targets })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.quality)?;
        match (&self.model, self.tokens) {
            (Some(model), _) => write!(f, "\n{model}")?,
            (None, Some(tokens)) => write!(f, "\n  tokens               {tokens}")?,
            (None, None) => {}
        }
        for (line, share) in &self.too_often {
            write!(f, "\n  above 3 %            {:.2} %: {line}", 100.0 * share)?;
        }
        for (scene, count) in &self.dropped {
            write!(f, "\n  near-copies dropped  {count} of scene {scene}, for validation")?;
        }
        self.targets.iter().try_for_each(|target| write!(f, "\n{target}"))
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
