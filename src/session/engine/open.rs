//! A model that is open, with what is known about it.

use crate::Result;
use crate::session::conversation::role_tokens;
use crate::session::{FRESH, shipped};
use crate::store::{self, Model};
use std::path::PathBuf;

/// Where a model comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A folder, or the name of a shipped model.
    Named(PathBuf),
    /// A folder, though a shipped model may have its name.
    Folder(PathBuf),
}

/// An open model.
pub struct Opened {
    /// What it is called: the name of a shipped model, or its folder's.
    pub name: String,
    pub source: Source,
    pub model: Model,
    /// If it is a moment of a run that is under way: which.
    pub run: Option<RunStep>,
}

/// A moment of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunStep {
    /// What the run is called.
    pub name: String,
    /// Updates made.
    pub step: u64,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Opened {
    /// Opens a model.
    ///
    /// # Errors
    /// As [`store::open`].
    pub fn open(source: Source) -> Result<Self> {
        let (path, model) = match &source {
            Source::Named(name) => (name, shipped::open_model(name)?),
            Source::Folder(folder) => (folder, store::open(folder)?),
        };
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        // A model of random weights is called by its preset.
        let fresh = name.strip_prefix(FRESH).and_then(|name| name.split(':').next());
        let name = fresh.map(String::from).unwrap_or(name);
        Ok(Self { name, source, model, run: None })
    }

    /// The tokens that end a reply: the end token, and those with which another's turn begins.
    pub fn stops(&self) -> Vec<u32> {
        let roles = self.model.tokenizer.as_ref().map(role_tokens).unwrap_or_default();
        roles.into_iter().chain(self.model.end).collect()
    }
}
