//! A run: a trainer with a folder to save to and a log to write.

use super::folder::{RunFolder, Snapshot};
use super::saver::Saver;
use crate::Result;
use crate::store::fingerprint_of;
use crate::train::{StepReport, Trainer};
use serde::Serialize;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// When to save and what to log.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// A JSON line for each logged step goes here.
    pub log: Option<PathBuf>,
    pub save_every: Duration,
}

impl RunSettings {
    /// Whether a run can be logged so: to be asked before an earlier run makes room for it.
    ///
    /// # Errors
    /// If the log cannot be written.
    pub fn check(&self) -> Result<()> {
        let Some(path) = &self.log else { return Ok(()) };
        let opened = OpenOptions::new().append(true).create(true).open(path);
        opened.map(drop).map_err(|error| crate::store::cannot_write(path, &error))
    }
}

/// What a run tells whoever watches.
#[derive(Debug, Clone, Copy)]
pub struct RunEvent {
    pub report: StepReport,
    pub tokens_per_second: f64,
}

/// A trainer on its way, with everything that keeps its work safe.
pub struct Run {
    trainer: Trainer,
    identity: String,
    /// Whether the weights are good for nothing: they are not saved over better ones.
    diverged: bool,
    saver: Saver<Snapshot>,
    log: Option<Log>,
    save_every: Duration,
    last_save: Instant,
    /// Tokens read and time spent since the last line of the log.
    since: (usize, Duration),
}

impl Run {
    /// Starts, or continues, a run: `trainer` stands where the folder's checkpoint does.
    ///
    /// # Errors
    /// If the folder or the log cannot be written.
    pub fn start(trainer: Trainer, folder: RunFolder, settings: RunSettings) -> Result<Self> {
        let log = settings.log.map(|path| Log::open(&path, trainer.progress().step)).transpose()?;
        // The first snapshot is written before the first step: a folder that cannot be written is noticed now.
        let identity = fingerprint_of(trainer.identity());
        folder.save(&Snapshot::of(&trainer, &identity))?;
        let saver = Saver::start(move |snapshot| folder.save(&snapshot))?;
        let since = (0, Duration::ZERO);
        Ok(Self {
            trainer,
            identity,
            diverged: false,
            saver,
            log,
            save_every: settings.save_every,
            last_save: Instant::now(),
            since,
        })
    }

    /// The trainer, to look at.
    pub fn trainer(&self) -> &Trainer {
        &self.trainer
    }

    /// Takes one step, logs it, and saves now and then.
    ///
    /// # Errors
    /// If training diverged, or saving or logging failed.
    pub fn step(&mut self) -> Result<RunEvent> {
        let began = Instant::now();
        let report = self.trainer.step().inspect_err(|_| self.diverged = true)?;
        self.since.0 += report.tokens;
        self.since.1 += began.elapsed();
        let event = RunEvent {
            report,
            tokens_per_second: self.since.0 as f64 / self.since.1.as_secs_f64().max(1e-9),
        };
        if self.trainer.is_logged(&report) {
            if let Some(log) = &mut self.log {
                log.write(&event)?;
            }
            self.since = (0, Duration::ZERO);
        }
        if self.last_save.elapsed() >= self.save_every {
            self.saver.offer(|| Snapshot::of(&self.trainer, &self.identity))?;
            self.last_save = Instant::now();
        }
        Ok(event)
    }

    /// Saves what there is, unless training diverged, and waits until it is on the disk; the trainer
    /// is given back.
    ///
    /// # Errors
    /// If saving failed.
    pub fn finish(self) -> Result<Trainer> {
        let last = (!self.diverged).then(|| Snapshot::of(&self.trainer, &self.identity));
        self.saver.finish(last)?;
        Ok(self.trainer)
    }
}

/// The log: a JSON object a line.
struct Log {
    file: File,
    path: PathBuf,
}

#[derive(Serialize)]
struct LogLine {
    step: u64,
    train_loss: f64,
    val_loss: Option<f64>,
    learning_rate: f64,
    grad_norm: f64,
    tokens_per_second: f64,
}

impl Log {
    /// Opens the log and cuts it back to the steps before `step`.
    fn open(path: &Path, step: u64) -> Result<Self> {
        let cannot = |error| crate::store::cannot_write(path, &error);
        let mut kept = Vec::new();
        // A device or pipe cannot be cut back.
        if step > 0
            && path.is_file()
            && let Ok(file) = File::open(path)
        {
            for line in BufReader::new(file).lines().map_while(std::io::Result::ok) {
                if step_of(&line).is_none_or(|logged| logged >= step) {
                    break;
                }
                kept.extend_from_slice(line.as_bytes());
                kept.push(b'\n');
            }
        }
        crate::store::write_atomically(path, |file| file.write_all(&kept))?;
        let file = OpenOptions::new().append(true).open(path).map_err(cannot)?;
        Ok(Self { file, path: path.to_path_buf() })
    }

    fn write(&mut self, event: &RunEvent) -> Result<()> {
        let StepReport { step, train_loss, val_loss, learning_rate, grad_norm, .. } = event.report;
        let tokens_per_second = event.tokens_per_second.round();
        let line =
            LogLine { step, train_loss, val_loss, learning_rate, grad_norm, tokens_per_second };
        let mut text = serde_json::to_string(&line).unwrap_or_default();
        text.push('\n');
        // One write a line: a kill leaves whole lines, and one broken one at most.
        self.file
            .write_all(text.as_bytes())
            .map_err(|error| crate::store::cannot_write(&self.path, &error))
    }
}

fn step_of(line: &str) -> Option<u64> {
    serde_json::from_str::<serde_json::Value>(line).ok()?.get("step")?.as_u64()
}
