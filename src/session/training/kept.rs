//! The checkpoints of a run that one can go back to: dense early, when much changes, sparse late.

use crate::store::{load_checkpoint, save_checkpoint};
use crate::{Error, Result};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

/// The weights of a model, all in one block.
type Weights = Arc<Vec<f32>>;

/// What all checkpoints of a run may take, in memory and on the disk.
const ROOM: usize = 128 << 20;
/// More are not worth having.
const MOST: usize = 48;
/// Moments besides that somebody worked with: of more, the oldest goes.
const VISITED: usize = 8;
/// The tensor in a checkpoint's file.
const VALUES: &str = "values";
const BEST: &str = "best.safetensors";

/// The checkpoints of one run.
pub struct Kept {
    /// Steps at which one is kept.
    due: BTreeSet<u64>,
    kept: BTreeMap<u64, Weights>,
    /// Those of them that are kept because somebody worked with them, the oldest first.
    visited: VecDeque<u64>,
    /// The one with the lowest validation loss, and that loss.
    best: Option<(u64, f64, Weights)>,
    disk: Option<Disk>,
}

impl Kept {
    /// For a run of so many steps of a model with so many parameters; they are written to `folder`.
    pub fn new(steps: u64, parameters: usize, folder: Option<PathBuf>) -> Self {
        let disk = folder.and_then(Disk::start);
        let (kept, visited) = Default::default();
        Self { due: schedule(steps, parameters), kept, visited, best: None, disk }
    }

    /// The run becomes longer or shorter.
    pub fn set_steps(&mut self, steps: u64, parameters: usize) {
        self.due = schedule(steps, parameters);
    }

    /// Reads what an earlier session kept, up to `step`; what cannot be read is left out.
    pub fn restore(&mut self, step: u64, parameters: usize) {
        let Some(disk) = &self.disk else { return };
        let entries = std::fs::read_dir(&disk.folder).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            let Ok((at, loss, weights)) = read(&path, parameters) else { continue };
            match loss {
                _ if at > step => {}
                Some(loss) => self.best = Some((at, loss, weights)),
                None => drop(self.kept.insert(at, weights)),
            }
        }
        let others = self.kept.keys().filter(|step| !self.due.contains(step));
        self.visited = others.copied().collect();
        self.forget_visited();
    }

    /// Whether a checkpoint should be kept here.
    pub fn is_due(&self, step: u64) -> bool {
        self.due.contains(&step) && !self.kept.contains_key(&step)
    }

    /// Keeps a checkpoint.
    pub fn keep(&mut self, step: u64, weights: &[f32]) {
        let weights = Arc::new(weights.to_vec());
        self.write(name_of(step), step, None, &weights);
        self.kept.insert(step, weights);
    }

    /// Keeps a moment that somebody works with, which no checkpoint is due at.
    pub fn keep_visited(&mut self, step: u64, weights: &[f32]) {
        if self.kept.contains_key(&step) {
            return;
        }
        self.keep(step, weights);
        self.visited.push_back(step);
        self.forget_visited();
    }

    fn forget_visited(&mut self) {
        while self.visited.len() > VISITED {
            let Some(oldest) = self.visited.pop_front() else { return };
            self.kept.remove(&oldest);
            if let Some(Disk { folder, files: Some(files), .. }) = &self.disk {
                let _ = files.send(Work::Forget(folder.join(name_of(oldest))));
            }
        }
    }

    /// Keeps a checkpoint if its validation loss is the lowest so far.
    pub fn judge(&mut self, step: u64, loss: f64, weights: &[f32]) {
        if self.best.as_ref().is_none_or(|(_, best, _)| loss < *best) {
            let kept = self.kept.get(&step).cloned();
            let weights = kept.unwrap_or_else(|| Arc::new(weights.to_vec()));
            self.write(BEST.into(), step, Some(loss), &weights);
            self.best = Some((step, loss, weights));
        }
    }

    /// The steps that one can go back to.
    pub fn steps(&self) -> Vec<u64> {
        let best = self.best.as_ref().map(|(step, ..)| *step);
        let steps: BTreeSet<u64> = self.kept.keys().copied().chain(best).collect();
        steps.into_iter().collect()
    }

    /// The newest checkpoint at or before a step.
    pub fn at(&self, step: u64) -> Option<(u64, Weights)> {
        let scheduled =
            self.kept.range(..=step).next_back().map(|(at, weights)| (*at, weights.clone()));
        let best = self.best.as_ref().filter(|(at, ..)| *at <= step);
        let best = best.map(|(at, _, weights)| (*at, weights.clone()));
        scheduled.into_iter().chain(best).max_by_key(|(at, _)| *at)
    }

    /// Why a checkpoint could not be written, told once.
    pub fn trouble(&mut self) -> Option<Error> {
        let error = self.disk.as_ref()?.failures.try_recv().ok()?;
        self.disk = None;
        Some(error)
    }

    fn write(&self, name: String, step: u64, loss: Option<f64>, weights: &Weights) {
        if let Some(Disk { folder, files: Some(files), .. }) = &self.disk {
            // A thread that has given up has told why.
            let file = File { path: folder.join(name), step, loss, weights: weights.clone() };
            let _ = files.send(Work::Write(file));
        }
    }
}

/// Steps at which to keep a checkpoint: their distance grows with the step's square root.
fn schedule(steps: u64, parameters: usize) -> BTreeSet<u64> {
    let count = (ROOM / (4 * parameters.max(1))).clamp(4, MOST);
    let at = |i: usize| (steps as f64 * (i as f64 / count as f64).powi(2)).round() as u64;
    (0..=count).map(at).collect()
}

/// The file of a checkpoint.
fn name_of(step: u64) -> String {
    format!("{step:08}.safetensors")
}

/// What the thread is to do.
enum Work {
    Write(File),
    Forget(PathBuf),
}

/// A checkpoint to be written.
struct File {
    path: PathBuf,
    step: u64,
    loss: Option<f64>,
    weights: Weights,
}

/// Writes checkpoints on a thread of its own.
struct Disk {
    folder: PathBuf,
    files: Option<Sender<Work>>,
    failures: Receiver<Error>,
    thread: Option<JoinHandle<()>>,
}

impl Disk {
    /// None if the system gives no thread: then checkpoints stay in memory.
    fn start(folder: PathBuf) -> Option<Self> {
        let (files, inbox) = channel::<Work>();
        let (report, failures) = channel();
        let made = folder.clone();
        let work = move || {
            let mut written = std::fs::create_dir_all(&made).map_err(|e| Error::file(&made, e));
            for work in inbox {
                let file = match work {
                    Work::Write(file) => file,
                    Work::Forget(path) => {
                        // What stays is only in the way of nobody.
                        let _ = std::fs::remove_file(path);
                        continue;
                    }
                };
                let tensors = [(VALUES, file.weights.as_slice())];
                written = written
                    .and_then(|()| save_checkpoint(&file.path, &tensors, &(file.step, file.loss)));
                if let Err(error) = written {
                    report.send(error).ok();
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("glassbox-keep".into()).spawn(work).ok()?;
        Some(Self { folder, files: Some(files), failures, thread: Some(thread) })
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.files = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn read(path: &Path, parameters: usize) -> Result<(u64, Option<f64>, Weights)> {
    let mut file = load_checkpoint::<(u64, Option<f64>)>(path)?;
    let values = file.take(VALUES, parameters)?;
    Ok((file.state.0, file.state.1, Arc::new(values)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checkpoints_are_dense_early_sparse_late_and_bounded() {
        for (steps, parameters) in [(3000, 800_000), (2000, 940_000), (10, 100), (5000, 10_000_000)]
        {
            let due: Vec<u64> = schedule(steps, parameters).into_iter().collect();
            assert_eq!((due.first(), due.last()), (Some(&0), Some(&steps)));
            let gaps: Vec<u64> = due.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert!(gaps.first() <= gaps.last(), "{due:?}");
            assert!(due.len() * parameters * 4 <= ROOM + 5 * parameters * 4, "{due:?}");
        }
    }

    #[test]
    fn moments_that_were_visited_are_bounded_in_memory_and_on_the_disk() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("steps");
        let mut kept = Kept::new(1000, 50_000_000, Some(place.clone()));
        for step in 0..1000 {
            if kept.is_due(step) {
                kept.keep(step, &[0.0]);
            }
        }
        let due = kept.steps().len();
        for step in (1..900).filter(|step| step % 7 == 1) {
            kept.keep_visited(step, &[step as f32]);
        }
        assert_eq!(kept.steps().len(), due + VISITED);
        assert_eq!(kept.at(895).map(|(step, weights)| (step, weights[0])), Some((890, 890.0)));
        drop(kept);
        let files = std::fs::read_dir(place).expect("a folder").count();
        assert_eq!(files, due + VISITED);
    }

    #[test]
    fn kept_weights_come_back_from_memory_and_from_disk() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut kept = Kept::new(100, 3, Some(folder.path().join("steps")));
        for step in 0..=100_u64 {
            let weights = [step as f32, 0.1, -2.0];
            if kept.is_due(step) {
                kept.keep(step, &weights);
            }
            kept.judge(step, (step as f64 - 77.0).abs(), &weights);
        }
        assert_eq!(kept.at(77).map(|(step, weights)| (step, weights[0])), Some((77, 77.0)));
        assert_eq!(kept.at(1_000).map(|(step, _)| step), Some(100));
        let (steps, trouble) = (kept.steps(), kept.trouble());
        assert!(trouble.is_none() && steps.contains(&77), "{steps:?}");
        drop(kept);
        let mut again = Kept::new(100, 3, Some(folder.path().join("steps")));
        again.restore(90, 3);
        assert!(again.steps().iter().all(|step| *step <= 90));
        assert_eq!(again.at(78).map(|(step, weights)| (step, weights[0])), Some((77, 77.0)));
    }
}
