//! `glassbox answers`: the share of prompts that a model answers rightly.

use super::ModelChoice;
use super::output::{print, print_json};
use crate::nn::Inference;
use crate::session::reply_to;
use crate::store::read_text;
use crate::tensor::Threads;
use crate::text::sets::{self, Answers};
use crate::{Error, Result};
use clap::Args;
use serde::Serialize;
use std::path::Path;

#[derive(Args)]
pub(super) struct AnswersCommand {
    #[command(flatten)]
    model: ModelChoice,
    /// An answers file, or the name of a shipped set
    #[arg(long, value_name = "FILE")]
    answers: String,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Score {
    passed: usize,
    asked: usize,
    failed: Vec<Failure>,
}

#[derive(Serialize)]
struct Failure {
    prompt: String,
    reply: String,
    rule: String,
}

/// An answers file is small.
const LARGEST_FILE: u64 = 16 << 20;

impl AnswersCommand {
    pub fn run(self, threads: Threads) -> Result<()> {
        let answers = read(&self.answers)?;
        let model = self.model.open()?;
        let tokenizer = model.tokenizer()?;
        let mut inference = Inference::new(&model.parameters, threads);
        let mut score = Score { passed: 0, asked: answers.prompts.len(), failed: Vec::new() };
        for prompt in &answers.prompts {
            let reply = reply_to(&prompt.turns, tokenizer, &mut inference).map_err(|error| {
                let last = prompt.turns.last().map_or("", String::as_str);
                Error::failed(format!("the prompt {last:?} of {}: {error}", self.answers))
            })?;
            let reply = reply.text;
            if prompt.rule.accepts(&reply) {
                score.passed += 1;
            } else {
                let prompt_text = prompt.turns.join(" / ");
                score.failed.push(Failure {
                    prompt: prompt_text,
                    reply,
                    rule: prompt.rule.to_string(),
                });
            }
        }
        if self.json {
            print_json(&score);
            return Ok(());
        }
        for Failure { prompt, reply, rule } in &score.failed {
            print(&format!("{prompt}\n  replied: {reply}\n  wanted:  {rule}"));
        }
        let share = 100.0 * score.passed as f64 / score.asked.max(1) as f64;
        print(&format!("{} of {} right ({share:.1} %)", score.passed, score.asked));
        Ok(())
    }
}

/// A file of the user's goes before the answers of a shipped set.
pub(super) fn read(name: &str) -> Result<Answers> {
    let path = Path::new(name);
    if !path.is_file() {
        match (sets::shipped_answers(name)?, sets::shipped()?.find(name).is_ok()) {
            (Some(answers), _) => return Ok(answers),
            (None, true) => {
                let what = format!("the set {name} has no answers; choose another --answers");
                return Err(Error::failed(what));
            }
            (None, false) if !path.exists() => {
                let what = "there is no such file and no shipped set of this name; check --answers";
                return Err(Error::file(path, what));
            }
            (None, false) => {}
        }
    }
    Answers::from_ron(&read_text(path, LARGEST_FILE)?).map_err(|error| Error::file(path, error))
}
