//! What `train` and `tune` have in common: a run with a progress bar.

use super::output::{print, print_json, say};
use crate::session::{Run, RunEvent, RunFolder, RunSettings};
use crate::store::Precision;
use crate::text::clean::RuleReport;
use crate::train::{StepReport, Trainer};
use crate::{Error, Result, train};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Where a run goes and how it is watched.
#[derive(Args, Clone)]
pub(super) struct RunChoice {
    /// The folder for the model; it can be opened while the run goes on
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Steps in all
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..))]
    pub steps: Option<u64>,
    /// The seed of everything random
    #[arg(long, value_name = "S", default_value_t = 0, allow_negative_numbers = true)]
    pub seed: u64,
    /// Go on where the run in --out stopped
    #[arg(long)]
    pub resume: bool,
    /// Write a JSON line for each logged step
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Seconds from one save to the next
    #[arg(long, value_name = "SECONDS", default_value_t = 3.0, allow_negative_numbers = true)]
    pub save_every: f64,
    /// Take dialogues as they are, without the cleaning rules
    #[arg(long)]
    pub no_clean: bool,
    /// Write the model's weights in half precision: half the size, slightly rounded
    #[arg(long)]
    pub half: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

impl RunChoice {
    /// How exactly the model's weights are written.
    pub fn precision(&self) -> Precision {
        if self.half { Precision::F16 } else { Precision::F32 }
    }

    fn settings(&self) -> Result<RunSettings> {
        let save_every = Duration::try_from_secs_f64(self.save_every).map_err(|_| {
            Error::usage(format!(
                "--save-every is {:?}; it must be a number of seconds from 0 on",
                self.save_every
            ))
        })?;
        Ok(RunSettings { log: self.log.clone(), save_every })
    }
}

#[derive(Serialize)]
struct Summary {
    steps: u64,
    train_loss: Option<f64>,
    val_loss: Option<f64>,
    tokens: u64,
    seconds: f64,
    parameters: usize,
    trained_parameters: usize,
    out: PathBuf,
}

/// Tells what cleaning changed in the user's dialogues.
pub(super) fn say_cleaning(cleaning: &[RuleReport]) {
    for report in cleaning {
        let changed = report.turns_changed + report.turns_removed;
        if changed + report.dialogues_removed > 0 {
            say(&format!(
                "cleaning, {}: {} turns changed, {} turns and {} dialogues left out",
                report.rule, report.turns_changed, report.turns_removed, report.dialogues_removed
            ));
        }
    }
}

/// Runs a trainer to its last step.
pub(super) fn run(trainer: Trainer, folder: RunFolder, choice: &RunChoice) -> Result<()> {
    run_and_watch(trainer, folder, choice, &mut |_, _| Ok(()))
}

/// What looks on: a step, and the trainer after it.
pub(super) type Watcher<'w> = &'w mut dyn FnMut(&StepReport, &Trainer) -> Result<()>;

/// As [`run`]; `watch` sees every step.
pub(super) fn run_and_watch(
    mut trainer: Trainer,
    folder: RunFolder,
    choice: &RunChoice,
    watch: Watcher<'_>,
) -> Result<()> {
    let settings = choice.settings()?;
    folder.make()?;
    settings.check()?;
    if choice.resume && folder.has_checkpoint() {
        folder.resume(&mut trainer)?;
        say(&format!(
            "going on at step {} of {}",
            trainer.progress().step,
            trainer.plan().learning.steps
        ));
    } else {
        folder.start_afresh()?;
    }
    let began = Instant::now();
    let bar = progress_bar(&trainer);
    let mut run = Run::start(trainer, folder, settings)?;
    let mut last = None;
    let mut last_val = run.trainer().progress().val_loss;
    while !run.trainer().is_done() {
        let stepped = run.step().and_then(|event| {
            watch(&event.report, run.trainer())?;
            Ok(event)
        });
        let event = match stepped {
            Ok(event) => event,
            Err(error) => {
                bar.abandon();
                // If only the log, a save or whoever watches failed, what was learned is still good: keep it.
                run.finish().ok();
                return Err(error);
            }
        };
        last_val = event.report.val_loss.or(last_val);
        bar.set_position(event.report.step + 1);
        bar.set_message(message(&event, last_val));
        last = Some(event);
    }
    let trainer = run.finish()?;
    bar.finish_and_clear();
    report(&trainer, last, choice, began.elapsed());
    Ok(())
}

fn progress_bar(trainer: &Trainer) -> ProgressBar {
    let train::Progress { step, .. } = trainer.progress();
    let target = ProgressDrawTarget::stderr_with_hz(5);
    let bar = ProgressBar::with_draw_target(Some(trainer.plan().learning.steps), target)
        .with_position(step);
    let template = "{bar:24} {percent:>3} %  step {pos}/{len}  {msg}  {eta} left";
    // The template is a constant and valid; without it the bar has a plainer look.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

fn message(event: &RunEvent, val_loss: Option<f64>) -> String {
    let val = val_loss.map_or_else(|| "–".to_string(), |loss| format!("{loss:.3}"));
    let RunEvent { report, tokens_per_second } = event;
    format!("loss {:.3}  validation {val}  {tokens_per_second:.0} tokens/s", report.train_loss)
}

fn report(trainer: &Trainer, last: Option<RunEvent>, choice: &RunChoice, took: Duration) {
    let progress = trainer.progress();
    let summary = Summary {
        steps: progress.step,
        train_loss: progress.train_loss,
        val_loss: progress.val_loss,
        tokens: progress.tokens,
        seconds: took.as_secs_f64(),
        parameters: trainer.config().parameter_count(),
        trained_parameters: trainer.trained_parameters(),
        out: choice.out.clone(),
    };
    if choice.json {
        return print_json(&summary);
    }
    let loss =
        |loss: Option<f64>| loss.map_or_else(|| "–".to_string(), |loss| format!("{loss:.3}"));
    let trained = match last {
        Some(_) => format!("trained {} steps in {:.1} s", summary.steps, summary.seconds),
        None => format!("all {} steps were already done", summary.steps),
    };
    print(&format!(
        "{trained}; loss {}, validation {}; saved to {}",
        loss(summary.train_loss),
        loss(summary.val_loss),
        choice.out.display()
    ));
}
