//! `glassbox lesson`: checking lessons, playing them without a window, beginning a new one.

use super::output::print;
use crate::lesson::check::{check, cycles};
use crate::lesson::load::LARGEST_FILE;
use crate::lesson::shipped::LESSONS;
use crate::lesson::{Loaded, Problem, load};
use crate::session::lesson::{Line, is_performed, is_provided, known_names, play};
use crate::store::{read_text, write_atomically};
use crate::tensor::Threads;
use crate::text::sets::index::Language;
use crate::{Error, Result};
use clap::{Args, Subcommand, ValueEnum};
use std::path::Path;

#[derive(Args)]
pub(super) struct LessonCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Say everything that is wrong with lessons, and where
    Check {
        /// Lesson files, or ids of shipped lessons; all shipped lessons if none is given
        #[arg(value_name = "FILE")]
        files: Vec<String>,
    },
    /// Play lessons without a window, as a learner would
    Run {
        /// Lesson files, or ids of shipped lessons; all shipped lessons if none is given
        #[arg(value_name = "FILE")]
        files: Vec<String>,
        /// The language; both if none is given
        #[arg(long, value_enum, value_name = "LANG")]
        lang: Option<Lang>,
    },
    /// Write a lesson to begin with, with notes on what goes where
    New {
        /// The lesson's id, which is also its file's name: a-z, 0-9 and -
        #[arg(value_name = "NAME")]
        name: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Lang {
    En,
    Zh,
}

/// What a new lesson begins as.
const SKELETON: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/template.ron"));
/// The id that stands in it.
const PLACEHOLDER: &str = "LESSON-ID";

impl LessonCommand {
    pub fn run(self, threads: Threads) -> Result<()> {
        match self.what {
            What::Check { files } => check_all(&files, threads),
            What::Run { files, lang } => run_all(&files, lang, threads),
            What::New { name } => begin(&name),
        }
    }
}

/// A file, or a shipped lesson by its id; all shipped ones for none.
fn sources(files: &[String]) -> Result<Vec<(String, String)>> {
    let shipped =
        |(id, source): &(&str, &str)| (format!("lessons/{id}.ron"), (*source).to_string());
    if files.is_empty() {
        return Ok(LESSONS.iter().map(shipped).collect());
    }
    let one = |file: &String| {
        let path = Path::new(file);
        match LESSONS.iter().find(|(id, _)| id == file) {
            Some(lesson) if !path.exists() => Ok(shipped(lesson)),
            _ => Ok((file.clone(), read_text(path, LARGEST_FILE as u64)?)),
        }
    };
    files.iter().map(one).collect()
}

/// A lesson that was looked at without being played.
struct Read {
    loaded: Option<Loaded>,
    problems: Vec<Problem>,
}

impl Read {
    fn can_be_played(&self) -> bool {
        !self.problems.iter().any(Problem::is_error)
    }
}

/// Loads and checks every lesson, and what they refer to in each other.
fn read_all(files: &[String]) -> Result<Vec<Read>> {
    let known = known_names()?;
    let (mut read, mut together) = (Vec::new(), Vec::new());
    let sources = sources(files)?;
    let stem = |file: &str| {
        Path::new(file)
            .file_stem()
            .map_or(String::new(), |stem| stem.to_string_lossy().into_owned())
    };
    let others: Vec<String> = sources.iter().map(|(file, _)| stem(file)).collect();
    for (file, source) in &sources {
        match load(file, source) {
            Ok(loaded) => {
                let checked = check(&loaded, &known, &others);
                let mut problems = checked.problems;
                let unread = checked.quantities.iter().filter(|(_, q)| !is_provided(*q));
                problems.extend(unread.map(|(place, quantity)| {
                    let what =
                        format!("this version of Glassbox cannot read {} yet", quantity.name());
                    Problem::error(file, *place, what)
                }));
                let undone = checked.actions.iter().filter(|(_, action)| !is_performed(action));
                problems.extend(undone.map(|(place, action)| {
                    let what =
                        format!("this version of Glassbox cannot do {action} in a lesson yet");
                    Problem::error(file, *place, what)
                }));
                problems.extend(tokens(&loaded, &checked.tokens)?);
                let needs =
                    loaded.lesson.needs.iter().filter(|need| !known.abilities.contains(need));
                problems.extend(needs.map(|need| {
                    let place = loaded.outline.root().field("needs").place();
                    let what = format!("this version of Glassbox has no {need:?} yet");
                    Problem::error(file, place, what)
                }));
                together.push(load(file, source));
                read.push(Read { loaded: Some(loaded), problems });
            }
            Err(problem) => read.push(Read { loaded: None, problems: vec![problem] }),
        }
    }
    let together: Vec<Loaded> = together.into_iter().flatten().collect();
    for problem in cycles(&together) {
        let own = |read: &&mut Read| {
            read.loaded.as_ref().is_some_and(|loaded| loaded.file == problem.file)
        };
        if let Some(read) = read.iter_mut().find(own) {
            read.problems.push(problem.clone());
        }
    }
    read.iter_mut()
        .for_each(|read| read.problems.sort_by_key(|problem| (problem.place, problem.severity)));
    Ok(read)
}

/// Texts that have to be one token of the lesson's models, and are not.
fn tokens(
    loaded: &Loaded,
    tokens: &[(crate::lesson::outline::Place, String, String)],
) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    if tokens.is_empty() {
        return Ok(problems);
    }
    for (language, model) in loaded.lesson.setup.model.each() {
        // That there is no such model is told already.
        let Ok(opened) = crate::session::open_model(Path::new(model)) else { continue };
        let tokenizer = opened.tokenizer()?;
        for (place, en, zh) in tokens {
            let text = if language == Language::En { en } else { zh };
            if tokenizer.id_of_special(text).is_some() {
                continue;
            }
            let ids = tokenizer.encode_plain(text)?;
            if ids.len() != 1 {
                let pieces = ids.iter().filter_map(|id| tokenizer.piece(*id));
                let pieces: Vec<String> = pieces.map(|piece| format!("'{piece}'")).collect();
                let what = format!(
                    "'{text}' has to be one token, and {model} reads {}; most words carry a space in front, \
                     each language has its own, lang(' cat', '猫'), and top(1) is always one",
                    pieces.join(" + ")
                );
                problems.push(Problem::error(&loaded.file, *place, what));
            }
        }
    }
    Ok(problems)
}

fn check_all(files: &[String], threads: Threads) -> Result<()> {
    let mut broken = Vec::new();
    for read in read_all(files)? {
        let mut problems = read.problems.clone();
        let name = match &read.loaded {
            Some(loaded) => loaded.file.clone(),
            None => problems.first().map_or(String::new(), |problem| problem.file.clone()),
        };
        let mut took = 0.0_f64;
        if let Some(loaded) = read.loaded.as_ref().filter(|_| read.can_be_played()) {
            for language in [Language::En, Language::Zh] {
                let played = play(loaded, language, threads.clone(), &mut |_| {})?;
                took = took.max(played.machine.as_secs_f64());
                // What is the same in both languages is told once.
                for problem in played.problems {
                    if !problems.contains(&problem) {
                        problems.push(problem);
                    }
                }
            }
        }
        problems.iter().for_each(|problem| print(&problem.to_string()));
        match problems.iter().filter(|problem| problem.is_error()).count() {
            0 => print(&format!(
                "{name}: can be played in both languages; the machine needs {took:.1} s"
            )),
            _ => broken.push(name),
        }
    }
    verdict(&broken)
}

fn verdict(broken: &[String]) -> Result<()> {
    match broken {
        [] => Ok(()),
        [one] => {
            Err(Error::failed(format!("{one} cannot be used as it is; correct what is said above")))
        }
        many => {
            let what = format!(
                "{} lessons cannot be used as they are; correct what is said above",
                many.len()
            );
            Err(Error::failed(what))
        }
    }
}

fn run_all(files: &[String], lang: Option<Lang>, threads: Threads) -> Result<()> {
    let languages: &[Language] = match lang {
        Some(Lang::En) => &[Language::En],
        Some(Lang::Zh) => &[Language::Zh],
        None => &[Language::En, Language::Zh],
    };
    let mut broken = Vec::new();
    for read in read_all(files)? {
        let errors = || read.problems.iter().filter(|problem| problem.is_error());
        errors().for_each(|problem| print(&problem.to_string()));
        let Some(loaded) = read.loaded.as_ref().filter(|_| read.can_be_played()) else {
            broken.push(errors().next().map_or(String::new(), |problem| problem.file.clone()));
            continue;
        };
        for language in languages {
            let played = play(loaded, *language, threads.clone(), &mut |line| print(&told(&line)))?;
            let errors: Vec<&Problem> = played.problems.iter().filter(|p| p.is_error()).collect();
            errors.iter().for_each(|problem| print(&problem.to_string()));
            if !errors.is_empty() && !broken.contains(&loaded.file) {
                broken.push(loaded.file.clone());
            }
        }
    }
    verdict(&broken)
}

/// A line of the play.
fn told(line: &Line) -> String {
    match line {
        Line::Title(title, question) => format!("\n== {title}\n{question}"),
        Line::Step(id) => format!("\n-- {id}"),
        Line::Says(text) => text.clone(),
        Line::Bet(ask, answer) => format!("? {ask}\n= {answer}"),
        Line::Done(what) => format!("* {what}"),
        Line::Reveals(text) => format!("> {text}"),
        Line::Takeaway(text) => format!("\n== {text}"),
    }
}

/// Writes a lesson that passes the check, for a person to change.
fn begin(name: &str) -> Result<()> {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if name.is_empty() || name.len() > 64 || !name.bytes().all(fits) {
        return Err(Error::usage(format!("{name} is no name for a lesson; use a-z, 0-9 and -")));
    }
    let file = format!("{name}.ron");
    let path = Path::new(&file);
    if path.exists() {
        return Err(Error::file(path, "this file is there already; take another name"));
    }
    let text = SKELETON.replace(PLACEHOLDER, name);
    write_atomically(path, |file| file.write_all(text.as_bytes()))?;
    print(&format!("{file}: change it in any editor, then run glassbox lesson check {file}"));
    Ok(())
}
