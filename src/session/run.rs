//! A run: a trainer with a folder to save to and a log to write.

use super::folder::{RunFolder, Snapshot};
use super::saver::Saver;
use crate::store::fingerprint_of;
use crate::train::{Learning, StepRecord, StepReport, Trainer};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
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
        crate::store::check_writable(path)
    }
}

/// What a run tells whoever watches.
#[derive(Debug, Clone, Copy, PartialEq)]
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
    /// None if the run is not kept on the disk.
    saver: Option<Saver<Snapshot>>,
    log: Option<Log>,
    /// Why what was learned since is not on the disk.
    trouble: Option<Error>,
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
        let mut run = Self::without_folder(trainer);
        run.keep_in(folder, settings)?;
        Ok(run)
    }

    /// A run that is not kept on the disk.
    pub fn without_folder(trainer: Trainer) -> Self {
        Self {
            identity: fingerprint_of(trainer.identity()),
            trainer,
            diverged: false,
            saver: None,
            log: None,
            trouble: None,
            save_every: Duration::MAX,
            last_save: Instant::now(),
            since: (0, Duration::ZERO),
        }
    }

    /// Keeps the run on the disk from now on.
    ///
    /// # Errors
    /// As [`Run::start`]; then it goes on as it was.
    pub fn keep_in(&mut self, folder: RunFolder, settings: RunSettings) -> Result<()> {
        let step = self.trainer.progress().step;
        let log = settings.log.map(|path| Log::open(&path, step)).transpose()?;
        // The first snapshot is written before the first step: a folder that cannot be written is noticed now.
        folder.save(&Snapshot::of(&self.trainer, &self.identity))?;
        self.saver = Some(Saver::start(move |snapshot| folder.save(&snapshot))?);
        (self.log, self.trouble) = (log, None);
        (self.save_every, self.last_save) = (settings.save_every, Instant::now());
        Ok(())
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
        loop {
            let event = self.advance()?;
            self.trouble.take().map_or(Ok(()), Err)?;
            if let Some(event) = event {
                return Ok(event);
            }
        }
    }

    /// Takes a piece of a step ([`Trainer::advance`]). Trouble with the disk does not end the run:
    /// it is told by [`Run::trouble`].
    ///
    /// # Errors
    /// If training diverged.
    pub fn advance(&mut self) -> Result<Option<RunEvent>> {
        let began = Instant::now();
        let report = self.trainer.advance().inspect_err(|_| self.diverged = true)?;
        self.since.1 += began.elapsed();
        let Some(report) = report else { return Ok(None) };
        Ok(Some(self.took(report)))
    }

    /// Takes one step and records all of it ([`Trainer::step_recorded`]).
    ///
    /// # Errors
    /// If training diverged.
    pub fn record(&mut self) -> Result<(RunEvent, StepRecord)> {
        let began = Instant::now();
        let (report, record) =
            self.trainer.step_recorded().inspect_err(|_| self.diverged = true)?;
        self.since.1 += began.elapsed();
        Ok((self.took(report), record))
    }

    /// Logs and saves what a step came to.
    fn took(&mut self, report: StepReport) -> RunEvent {
        self.since.0 += report.tokens;
        let tokens_per_second = self.since.0 as f64 / self.since.1.as_secs_f64().max(1e-9);
        let event = RunEvent { report, tokens_per_second };
        if self.trainer.is_logged(&report) {
            let logged = self.log.as_mut().map_or(Ok(()), |log| log.write(&event));
            self.note(logged);
            self.since = (0, Duration::ZERO);
        }
        if self.last_save.elapsed() >= self.save_every {
            self.save_soon();
        }
        event
    }

    /// Hands what was learned to the disk, unless it is still busy with the time before.
    pub fn save_soon(&mut self) {
        let Some(saver) = &self.saver else { return };
        let offered = saver.offer(|| Snapshot::of(&self.trainer, &self.identity));
        self.note(offered);
        self.last_save = Instant::now();
    }

    /// Where the disk fails, the run goes on without it.
    fn note(&mut self, outcome: Result<()>) {
        if let Err(error) = outcome {
            self.trouble = Some(error);
            (self.saver, self.log) = (None, None);
        }
    }

    /// Why the run is no longer kept on the disk, told once.
    pub fn trouble(&mut self) -> Option<Error> {
        self.trouble.take()
    }

    /// Whether the run is kept on the disk.
    pub fn is_kept(&self) -> bool {
        self.saver.is_some()
    }

    /// Learns from now on with other settings ([`Trainer::set_learning`]), which are saved at once.
    pub fn set_learning(&mut self, learning: Learning) {
        self.trainer.set_learning(learning);
        self.save_soon();
    }

    /// Saves what there is, unless training diverged, and waits until it is on the disk; the trainer
    /// is given back.
    ///
    /// # Errors
    /// If saving failed.
    pub fn finish(self) -> Result<Trainer> {
        let last = (!self.diverged).then(|| Snapshot::of(&self.trainer, &self.identity));
        if let Some(saver) = self.saver {
            saver.finish(last)?;
        }
        Ok(self.trainer)
    }
}

/// The log: a JSON object a line.
struct Log {
    file: File,
    path: PathBuf,
}

/// A line of the log.
#[derive(Serialize, Deserialize)]
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

/// The steps of a log, as far as it is whole.
pub fn read_log(path: &Path) -> Vec<RunEvent> {
    let Ok(file) = File::open(path) else { return Vec::new() };
    let lines = BufReader::new(file).lines().map_while(std::io::Result::ok);
    let read = |line: String| serde_json::from_str::<LogLine>(&line).ok();
    lines.map_while(read).map(RunEvent::from).collect()
}

impl From<LogLine> for RunEvent {
    fn from(line: LogLine) -> Self {
        let LogLine { step, train_loss, val_loss, learning_rate, grad_norm, tokens_per_second } =
            line;
        // How many tokens a step read is not in the log.
        let report = StepReport { step, train_loss, val_loss, learning_rate, grad_norm, tokens: 0 };
        Self { report, tokens_per_second }
    }
}

fn step_of(line: &str) -> Option<u64> {
    serde_json::from_str::<serde_json::Value>(line).ok()?.get("step")?.as_u64()
}
