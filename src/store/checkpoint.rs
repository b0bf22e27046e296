//! Checkpoints of a training run, and recorded activations: tensors by name, one file each.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::atomic::write_atomically;
use super::source::open_file;
use super::tensors::{self, Precision, Tensor, TensorFile};
use crate::{Error, Result};

/// The note of a checkpoint that holds the state, as JSON.
const STATE: &str = "glassbox.state";

/// A training run as it was saved. Its tensors are read when they are taken.
pub struct Checkpoint<S> {
    /// The counters of the run.
    pub state: S,
    file: TensorFile<'static>,
}

impl<S> Checkpoint<S> {
    /// Takes out a tensor that must hold `length` numbers.
    ///
    /// # Errors
    /// If there is none, or one of another length: the file belongs to another run. If it is broken.
    pub fn take(&mut self, name: &str, length: usize) -> Result<Vec<f32>> {
        let wrong = |what: String| {
            let what = format!("{what}; it belongs to another run, so remove it to start afresh");
            Error::file(&self.file.path, what)
        };
        let shape = &self.file.info(name).ok_or_else(|| wrong(format!("it has no {name}")))?.shape;
        if *shape != [length] {
            return Err(wrong(format!("{name} holds {shape:?} numbers, not {length}")));
        }
        self.file.check_type(name)?;
        self.file.read_all(name)
    }
}

/// Saves a training run: its tensors, and its counters as JSON. It is one file, so it is complete
/// as soon as it has its name, and a program that is killed before leaves the file before.
///
/// # Errors
/// If a number is not finite (the checkpoint before is worth more), or the file cannot be written.
pub fn save_checkpoint(
    path: &Path,
    tensors: &[(&str, &[f32])],
    state: &impl Serialize,
) -> Result<()> {
    for (name, values) in tensors {
        tensors::check_finite(values).map_err(|number| {
            let what = format!("not written: {name} holds {number}; use a smaller learning rate");
            Error::file(path, what)
        })?;
    }
    let state = serde_json::to_string(state)
        .map_err(|error| Error::file(path, format!("the run cannot be written: {error}")))?;
    let tensors: Vec<Tensor> = tensors
        .iter()
        .map(|&(name, values)| Tensor { name: name.into(), shape: vec![values.len()], values })
        .collect();
    write_tensors(path, &tensors, (STATE, state))
}

/// Opens a training run that [`save_checkpoint`] saved.
///
/// # Errors
/// If the file is missing, broken or no checkpoint.
pub fn load_checkpoint<S: DeserializeOwned>(path: &Path) -> Result<Checkpoint<S>> {
    let no_run = |what: &dyn std::fmt::Display| {
        let what = format!("not a saved training run ({what}); remove it to start afresh");
        Error::file(path, what)
    };
    let file = TensorFile::open(open_file(path)?)?;
    let state = file.note(STATE).ok_or_else(|| no_run(&"no state in it"))?;
    let state = serde_json::from_str(state).map_err(|error| no_run(&error))?;
    Ok(Checkpoint { state, file })
}

/// Writes activations: of each its name, its shape and its numbers.
///
/// # Errors
/// If a shape does not agree with its numbers, or the file cannot be written.
pub fn write_activations(
    path: &Path,
    activations: &[(String, Vec<usize>, Vec<f32>)],
) -> Result<()> {
    let tensors: Vec<Tensor> = activations
        .iter()
        .map(|(name, shape, values)| Tensor { name: name.clone(), shape: shape.clone(), values })
        .collect();
    write_tensors(path, &tensors, ("format", "pt".to_owned()))
}

fn write_tensors(path: &Path, tensors: &[Tensor], note: (&str, String)) -> Result<()> {
    let header = tensors::header(path, tensors, Precision::F32, note)?;
    write_atomically(path, |out| tensors::write(out, &header, tensors, Precision::F32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_opened_as_it_was_saved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.safetensors");
        // 0.1 + 0.2 shows whether the last bit of a double survives.
        let state = (7_u64, 0.1 + 0.2, vec!["a\"\n".to_owned()]);
        let values = [1.0, -0.0, f32::MIN_POSITIVE / 4.0];
        save_checkpoint(&path, &[("values", &values), ("none", &[])], &state).unwrap();
        let mut run = load_checkpoint::<(u64, f64, Vec<String>)>(&path).unwrap();
        assert_eq!(run.state, state);
        let read = run.take("values", 3).unwrap();
        assert!(read.iter().zip(&values).all(|(a, b)| a.to_bits() == b.to_bits()));
        assert!(run.take("none", 1).unwrap_err().to_string().contains("another run"));
        assert!(run.take("values", 2).is_err() && run.take("nothing", 0).is_err());
    }

    #[test]
    fn a_run_gone_astray_does_not_replace_a_good_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.safetensors");
        save_checkpoint(&path, &[("x", &[1.0])], &1).unwrap();
        assert!(save_checkpoint(&path, &[("x", &[f32::NAN])], &2).is_err());
        assert_eq!(load_checkpoint::<u32>(&path).unwrap().state, 1);
        assert!(load_checkpoint::<String>(&path).is_err());
    }

    #[test]
    fn activations_keep_names_shapes_and_infinities() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.safetensors");
        let masked = vec![f32::NEG_INFINITY, 1.0];
        let one = ("logits".to_owned(), vec![1, 2], masked.clone());
        write_activations(&path, std::slice::from_ref(&one)).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let read = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let logits = read.tensor("logits").unwrap();
        assert_eq!(logits.shape(), [1, 2]);
        assert_eq!(logits.data(), masked.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<_>>());
        assert!(write_activations(&path, &[one.clone(), one]).is_err());
        assert!(write_activations(&path, &[("x".into(), vec![3], vec![1.0])]).is_err());
        assert!(load_checkpoint::<u32>(&path).is_err());
    }
}
