//! The folder of a run: a model that can be opened at any moment, and the checkpoint to resume from.

use crate::nn::Parameters;
use crate::store::{
    self, LoraRecord, Parts, Precision, Provenance, fingerprint_of, load_checkpoint,
    save_checkpoint,
};
use crate::text::Tokenizer;
use crate::text::template::END;
use crate::train::{Plan, Progress, Trainer, Tuning};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

const CHECKPOINT: &str = "checkpoint.safetensors";
/// Where a folder's earlier run goes when a new one starts there.
const PREVIOUS: &str = "previous";
/// The files of a run, the checkpoint first: without it nothing is resumed by mistake.
const FILES: [&str; 7] = [
    CHECKPOINT,
    "model.safetensors",
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "glassbox.ron",
];

/// A run's folder, with what is written beside the weights.
#[derive(Debug, Clone)]
pub struct RunFolder {
    pub folder: PathBuf,
    pub tokenizer: Option<Tokenizer>,
    /// The end token of a model that was tuned from another; else the template's.
    pub end: Option<u32>,
    /// Steps and losses are filled in when it is written.
    pub provenance: Provenance,
    /// Of the model's weights; the checkpoint is always in single precision.
    pub precision: Precision,
}

/// The counters of a checkpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct State {
    format: u32,
    plan: Plan,
    progress: Progress,
    /// Fingerprints of the data.
    data: Vec<String>,
    /// The fingerprint of [`Trainer::identity`].
    identity: String,
}

/// A trainer's whole state, to be written while the trainer goes on.
pub(super) struct Snapshot {
    plan: Plan,
    identity: String,
    progress: Progress,
    tensors: Vec<(&'static str, Vec<f32>)>,
    parameters: Parameters<f32>,
}

impl Snapshot {
    /// `identity` is the fingerprint of [`Trainer::identity`], which stays the same for a whole run.
    pub fn of(trainer: &Trainer, identity: &str) -> Self {
        Self {
            identity: identity.into(),
            plan: trainer.plan().clone(),
            progress: trainer.progress(),
            tensors: trainer.tensors().map(|(name, values)| (name, values.to_vec())).to_vec(),
            parameters: trainer.parameters().clone(),
        }
    }
}

impl RunFolder {
    /// Makes the folder, if there is none.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn make(&self) -> Result<()> {
        std::fs::create_dir_all(&self.folder).map_err(|error| cannot(&self.folder, error))
    }

    /// Makes room for a new run: an earlier one in the folder moves to `previous/`, where one run is
    /// kept. A run that never took a step is not worth keeping; other files are let alone.
    ///
    /// # Errors
    /// If the folder cannot be made or written.
    pub fn start_afresh(&self) -> Result<()> {
        self.make()?;
        if FILES.iter().all(|file| !self.folder.join(file).exists()) {
            return Ok(());
        }
        if self.never_took_a_step() {
            // The checkpoint last: killed before that, it still says that this run is nothing to keep.
            for file in FILES.iter().rev().map(|file| self.folder.join(file)) {
                if file.exists() {
                    std::fs::remove_file(&file).map_err(|error| cannot(&file, error))?;
                }
            }
            return Ok(());
        }
        let previous = self.folder.join(PREVIOUS);
        std::fs::create_dir_all(&previous).map_err(|error| cannot(&previous, error))?;
        for file in FILES {
            let (from, to) = (self.folder.join(file), previous.join(file));
            let moved = if from.exists() {
                std::fs::rename(&from, &to)
            } else {
                std::fs::remove_file(&to).or(Ok(()))
            };
            moved.map_err(|error| cannot(&from, error))?;
        }
        Ok(())
    }

    /// Whether what is there is a run's first save.
    fn never_took_a_step(&self) -> bool {
        let progress = load_checkpoint::<State>(&self.folder.join(CHECKPOINT));
        progress.is_ok_and(|checkpoint| checkpoint.state.progress.step == 0)
    }

    /// Whether a model's folder is where this run writes, or moves what it finds.
    pub fn would_overwrite(&self, model: &Path) -> bool {
        let Ok(model) = model.canonicalize() else { return false };
        let places = [self.folder.clone(), self.folder.join(PREVIOUS)];
        places.iter().any(|place| place.canonicalize().is_ok_and(|place| place == model))
    }

    /// Whether there is a run to resume.
    pub fn has_checkpoint(&self) -> bool {
        self.folder.join(CHECKPOINT).exists()
    }

    /// Puts a trainer where the folder's checkpoint stands.
    ///
    /// # Errors
    /// If the checkpoint is broken, or belongs to a run with other settings or data.
    pub fn resume(&self, trainer: &mut Trainer) -> Result<()> {
        let path = self.folder.join(CHECKPOINT);
        let broken = |error: Error| {
            Error::failed(format!(
                "{error}; or leave out --resume: what is there moves to {PREVIOUS}/ and a new run starts"
            ))
        };
        let mut checkpoint = load_checkpoint::<State>(&path).map_err(broken)?;
        self.check_same_run(&checkpoint.state, trainer).map_err(|what| Error::file(&path, what))?;
        let learns = trainer.trained_parameters();
        let mut take = |name| checkpoint.take(name, learns).map_err(broken);
        let tensors = [take("values")?, take("mean")?, take("square")?];
        let restored = trainer.restore(checkpoint.state.progress, tensors);
        restored.map_err(|error| Error::file(&path, error))
    }

    /// As [`RunFolder::resume`], with the settings that the checkpoint was saved with: they may have
    /// been changed on the way.
    ///
    /// # Errors
    /// As [`RunFolder::resume`].
    pub(super) fn resume_as_saved(&self, trainer: &mut Trainer) -> Result<()> {
        let saved = load_checkpoint::<State>(&self.folder.join(CHECKPOINT))?;
        trainer.set_learning(saved.state.plan.learning);
        self.resume(trainer)
    }

    fn check_same_run(&self, state: &State, trainer: &Trainer) -> std::result::Result<(), String> {
        let plan = trainer.plan();
        let data: Vec<&str> =
            self.provenance.data.iter().map(|source| source.fingerprint.as_str()).collect();
        if state.data != data {
            return Err(
                "this run learned from other data; name the same --data, or choose another --out"
                    .into(),
            );
        }
        if state.plan.seed != plan.seed {
            return Err(format!(
                "this run has the seed {}; resume with --seed {}",
                state.plan.seed, state.plan.seed
            ));
        }
        // The number of steps may change: a run can be made longer.
        let mut learning = state.plan.learning.clone();
        learning.steps = plan.learning.steps;
        if learning != plan.learning || state.plan.tuning != plan.tuning {
            return Err(
                "this run was started with other settings; resume with the same preset and flags"
                    .into(),
            );
        }
        if state.identity != fingerprint_of(trainer.identity()) {
            return Err(
                "this run was started from another model, or read its data in another way; \
                        resume with the same model, preset and flags"
                    .into(),
            );
        }
        Ok(())
    }

    /// Writes the checkpoint, then the model.
    pub(super) fn save(&self, snapshot: &Snapshot) -> Result<()> {
        let Snapshot { plan, identity, progress, tensors, parameters } = snapshot;
        let state = State {
            format: 1,
            plan: plan.clone(),
            progress: *progress,
            data: self.provenance.data.iter().map(|source| source.fingerprint.clone()).collect(),
            identity: identity.clone(),
        };
        let tensors: Vec<(&str, &[f32])> =
            tensors.iter().map(|(name, values)| (*name, values.as_slice())).collect();
        save_checkpoint(&self.folder.join(CHECKPOINT), &tensors, &state)?;
        let provenance = provenance_at(&self.provenance, plan, progress);
        let of_template =
            self.tokenizer.as_ref().and_then(|tokenizer| tokenizer.id_of_special(END));
        let parts = Parts {
            parameters,
            tokenizer: self.tokenizer.as_ref(),
            end: self.end.or(of_template),
            provenance: Some(&provenance),
        };
        store::save(&self.folder, parts, self.precision)
    }
}

/// Where a model comes from that a run has brought so far.
pub(super) fn provenance_at(begun: &Provenance, plan: &Plan, progress: &Progress) -> Provenance {
    Provenance {
        glassbox: env!("CARGO_PKG_VERSION").into(),
        seed: plan.seed,
        steps: progress.step,
        tokens_seen: progress.tokens,
        train_loss: progress.train_loss,
        val_loss: progress.val_loss,
        lora: match &plan.tuning {
            Tuning::Full => None,
            Tuning::Lora { rank, alpha, targets } => {
                Some(LoraRecord { rank: *rank, alpha: *alpha, targets: targets.clone() })
            }
        },
        ..begun.clone()
    }
}

fn cannot(path: &Path, error: std::io::Error) -> Error {
    Error::file(path, format!("this folder cannot be written ({error}); choose another --out"))
}
