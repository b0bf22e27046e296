//! The command line: everything the program can do, without a window.

mod answers;
mod bench;
mod chat;
mod data;
mod eval;
mod generate;
mod inspect;
mod learn;
mod lesson;
mod output;
#[cfg(feature = "gui")]
mod shot;
mod tokenize;
mod train;
mod tune;
#[cfg(feature = "gui")]
mod window;

use crate::tensor::Threads;
use crate::{Error, Result, session, store};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand};
use std::path::PathBuf;

/// A GPT you can see through.
#[derive(Parser)]
#[command(name = "glassbox", version, about, propagate_version = true)]
struct Arguments {
    /// Without a command: the window
    #[command(subcommand)]
    command: Option<Command>,
    /// How the window is drawn; auto tries glow (OpenGL), then wgpu
    #[cfg(feature = "gui")]
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "NAME")]
    renderer: window::RendererName,
    /// Threads to compute with; what comes out does not depend on it
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

#[derive(Subcommand)]
enum Command {
    /// Train a model from random weights
    Train(train::Train),
    /// Fine-tune a model on the replies of dialogues
    Tune(tune::Tune),
    /// Measure how surprised a model is by a text
    Eval(eval::Eval),
    /// Continue a prompt
    Generate(generate::Generate),
    /// Talk to a model
    Chat(chat::ChatCommand),
    /// Turn text into token ids, or back
    Tokenize(tokenize::Tokenize),
    /// Write a model's activations for a prompt to a file
    Inspect(inspect::Inspect),
    /// Check or rebuild a dialogue set
    Data(data::DataCommand),
    /// Ask a model questions and count the right answers
    Answers(answers::AnswersCommand),
    /// Check lessons, play them, or begin a new one
    Lesson(lesson::LessonCommand),
    /// Measure the speed of this program on this machine
    Bench(bench::Bench),
    /// Take a picture of a screen, from the real window
    #[cfg(feature = "gui")]
    Shot(shot::ShotCommand),
}

/// Runs the program and returns its exit status: 0 done, 1 failed, 2 wrong usage.
pub fn run() -> u8 {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return not_understood(&error),
    };
    let count = arguments.threads.map_or_else(Threads::count_of_this_machine, usize::from);
    let Some(command) = arguments.command else {
        #[cfg(feature = "gui")]
        let result = window::open(arguments.renderer, count);
        #[cfg(not(feature = "gui"))]
        let result = chat::ChatCommand::welcome().run(Threads::new(count));
        return status(result);
    };
    let threads = Threads::new(count);
    let result = match command {
        Command::Train(command) => command.run(threads),
        Command::Tune(command) => command.run(threads),
        Command::Eval(command) => command.run(&threads),
        Command::Generate(command) => command.run(threads),
        Command::Chat(command) => command.run(threads),
        Command::Tokenize(command) => command.run(),
        Command::Inspect(command) => command.run(&threads),
        Command::Data(command) => command.run(threads),
        Command::Answers(command) => command.run(threads),
        Command::Lesson(command) => command.run(threads),
        Command::Bench(command) => command.run(threads),
        #[cfg(feature = "gui")]
        Command::Shot(command) => command.run(arguments.renderer, threads),
    };
    status(result)
}

/// Says what went wrong, if anything, and returns the exit status.
fn status(result: Result<()>) -> u8 {
    match result {
        Ok(()) => 0,
        Err(error) => {
            output::say(&format!("glassbox: {error}"));
            error.exit_status()
        }
    }
}

/// Help and version are printed as they are; of a mistake, the line that says what is wrong.
fn not_understood(error: &clap::Error) -> u8 {
    let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if is_help || !error.use_stderr() {
        error.print().ok();
        return u8::try_from(error.exit_code()).unwrap_or(2);
    }
    let text = error.to_string();
    let what = text.strip_prefix("error: ").unwrap_or(&text);
    let what = what.split("\n\n").next().unwrap_or(what);
    let known = Arguments::command();
    let command = std::env::args_os().find(|word| known.find_subcommand(word).is_some());
    let command = command.map_or(String::new(), |command| format!(" {}", command.display()));
    output::say(&format!(
        "glassbox: {}",
        Error::usage(format!("{what}; see glassbox{command} --help"))
    ));
    2
}

/// The model that a command works with.
#[derive(Args)]
struct ModelChoice {
    /// The folder of a model, or the name of a shipped one: chat-en, chat-zh, base-en, base-zh, pocket
    #[arg(long, value_name = "DIR")]
    model: PathBuf,
}

impl ModelChoice {
    fn open(&self) -> Result<store::Model> {
        session::open_model(&self.model)
    }
}

/// The settings of sampling, as `generate` and `chat` share them. A filter that is not given is off.
#[derive(Args, Default)]
struct Sampling {
    /// Divide the logits by this before drawing
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    temperature: Option<f32>,
    /// Draw from the K most probable tokens only
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    top_k: Option<usize>,
    /// Draw from the fewest tokens whose probabilities reach P
    #[arg(long, value_name = "P", allow_negative_numbers = true)]
    top_p: Option<f32>,
    /// Draw from tokens at least P times as probable as the best
    #[arg(long, value_name = "P", allow_negative_numbers = true)]
    min_p: Option<f32>,
    /// Make tokens that have occurred less probable
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    repetition_penalty: Option<f32>,
    /// The seed of what is drawn
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    seed: u64,
}

impl Sampling {
    fn filters(&self) -> crate::decode::Filters {
        let Self { temperature, top_k, top_p, min_p, repetition_penalty, .. } = *self;
        crate::decode::Filters { repetition_penalty, temperature, top_k, top_p, min_p }
    }
}

/// Files to learn from or to measure on.
#[derive(Args, Default)]
struct DataChoice {
    /// Files, or names of shipped dialogue sets
    #[arg(long, value_name = "FILE", num_args = 1..)]
    data: Vec<String>,
    /// How to read them; by default, as their form says
    #[arg(long = "as", value_name = "FORM")]
    read_as: Option<AsForm>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum AsForm {
    Dialogue,
    Text,
}

impl DataChoice {
    fn read_as(&self) -> Option<crate::session::As> {
        self.read_as.map(|form| match form {
            AsForm::Dialogue => crate::session::As::Dialogue,
            AsForm::Text => crate::session::As::Text,
        })
    }
}

/// A prompt as ids.
fn encode_prompt(model: &store::Model, prompt: &str) -> Result<Vec<u32>> {
    let ids = model.tokenizer()?.encode(prompt)?;
    let vocabulary = model.parameters.config.vocabulary;
    match ids.iter().find(|&&id| id as usize >= vocabulary) {
        Some(id) => Err(Error::failed(format!(
            "{}: the tokenizer gives id {id}, but the model knows {vocabulary} tokens; they do not belong together",
            model.folder.display()
        ))),
        None => Ok(ids),
    }
}
