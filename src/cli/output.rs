//! What goes to standard output and standard error. A closed pipe ends the program's talk, not the program.

use crate::text::dialogue::Problem;
use serde::Serialize;
use std::io::Write as _;
use std::path::PathBuf;

/// A line on standard output.
pub(super) fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").ok();
    out.flush().ok();
}

/// Text on standard output as it comes, without a new line.
pub(super) fn print_piece(text: &str) {
    let mut out = std::io::stdout().lock();
    write!(out, "{text}").ok();
    out.flush().ok();
}

/// A line for the person, on standard error.
pub(super) fn say(line: &str) {
    writeln!(std::io::stderr().lock(), "{line}").ok();
}

/// An object on standard output.
pub(super) fn print_json(value: &impl Serialize) {
    match serde_json::to_string(value) {
        Ok(text) => print(&text),
        Err(error) => say(&format!("glassbox: the result cannot be written as JSON: {error}")),
    }
}

/// Tells of lines that were not understood, the first few by place.
pub(super) fn say_problems(problems: &[(PathBuf, Problem)]) {
    const SHOWN: usize = 5;
    for (path, problem) in problems.iter().take(SHOWN) {
        say(&format!("{}:{}: {}", path.display(), problem.line, problem.fault));
    }
    if problems.len() > SHOWN {
        say(&format!("… and {} more lines that were left out", problems.len() - SHOWN));
    }
}
