//! What is wrong with a file, and where.

use super::outline::Place;
use std::fmt;

/// Whether a file can be used in spite of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
}

/// `FILE:line:column: what is wrong; what would be right`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    pub place: Place,
    pub severity: Severity,
    pub what: String,
}

impl Problem {
    pub fn error(file: &str, place: Place, what: impl Into<String>) -> Self {
        Self { file: file.into(), place, severity: Severity::Error, what: what.into() }
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column } = self.place;
        let mark = if self.is_error() { "" } else { "warning: " };
        // One line, whatever a library's message contained.
        let what: Vec<&str> = self.what.split_whitespace().collect();
        write!(f, "{}:{line}:{column}: {mark}{}", self.file, what.join(" "))
    }
}
