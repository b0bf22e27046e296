//! The one error type: a sentence for a person, and the exit status it leads to.

use std::fmt;
use std::path::Path;

/// What went wrong, said in one sentence that names the file or flag and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    sentence: String,
    usage: bool,
}

/// A result whose error is ready to be shown to a person.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The work failed (exit status 1).
    pub fn failed(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), usage: false }
    }

    /// The command was called wrongly (exit status 2).
    pub fn usage(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), usage: true }
    }

    /// A file is not as it should be: `path: what`.
    pub fn file(path: &Path, what: impl fmt::Display) -> Self {
        Self::failed(format!("{}: {what}", path.display()))
    }

    /// The exit status that this error leads to: 1, or 2 for wrong usage.
    pub fn exit_status(&self) -> u8 {
        if self.usage { 2 } else { 1 }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // One line, whatever a library's message contained.
        let mut words = self.sentence.split_whitespace();
        if let Some(first) = words.next() {
            f.write_str(first)?;
        }
        words.try_for_each(|word| write!(f, " {word}"))
    }
}

impl std::error::Error for Error {}
