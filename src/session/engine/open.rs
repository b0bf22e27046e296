//! A model that is open, with what is known about it.

use crate::Result;
use crate::session::conversation::role_tokens;
use crate::session::shipped;
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
        Ok(Self { name, source, model })
    }

    /// The tokens that end a reply: the end token, and those with which another's turn begins.
    pub fn stops(&self) -> Vec<u32> {
        let roles = self.model.tokenizer.as_ref().map(role_tokens).unwrap_or_default();
        roles.into_iter().chain(self.model.end).collect()
    }
}
