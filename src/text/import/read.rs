//! Reading a text file line by line, in bounded memory, with its faults told exactly.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

use crate::{Error, Result};

/// The largest text file that is read, in bytes.
pub const LARGEST_FILE: u64 = 256 << 20;

/// The longest line that is read, in bytes. A longer one is no text that a person wrote.
pub const LONGEST_LINE: usize = 1 << 20;

/// Reads a text file byte for byte, as [`read_any_text_file`] does, to learn from or measure on.
///
/// # Errors
/// As for [`read_any_text_file`], and if there is nothing in it but white space.
pub fn read_text_file(path: &Path) -> Result<String> {
    let text = read_any_text_file(path)?;
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(Error::file(path, "the file is empty; write or choose one that has text"));
    }
    Ok(text)
}

/// Reads a text file byte for byte. Its size is looked at first, and it is refused at the first
/// fault, so that no more memory is taken than the good text before it needs.
///
/// # Errors
/// If the file is missing, too large, not UTF-8, or has a line above 1 MiB.
pub fn read_any_text_file(path: &Path) -> Result<String> {
    let cannot = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => Error::file(path, "there is no such file; check the name"),
        ErrorKind::IsADirectory => Error::file(path, "this is a folder; name a text file in it"),
        _ => Error::file(path, format!("cannot be read ({error}); check that it is a text file")),
    };
    let file = File::open(path).map_err(cannot)?;
    let size = file.metadata().map_err(cannot)?.len();
    if size > LARGEST_FILE {
        let most = LARGEST_FILE >> 20;
        let what = format!("{} MiB are too large (at most {most}); split the file", size >> 20);
        return Err(Error::file(path, what));
    }
    let mut text = String::new();
    let mut lines = BufReader::new(file);
    for number in 1.. {
        match read_line(&mut lines).map_err(cannot)? {
            line if line.is_empty() => break,
            line => append(&mut text, &line, number, path)?,
        }
    }
    Ok(text)
}

/// The next line with its line feed, or the first LONGEST_LINE + 1 bytes of a longer one.
fn read_line(lines: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut line = Vec::new();
    lines.take(LONGEST_LINE as u64 + 1).read_until(b'\n', &mut line)?;
    Ok(line)
}

fn append(text: &mut String, line: &[u8], number: usize, path: &Path) -> Result<()> {
    let fault = |what: String| Err(Error::file(path, what));
    if line.strip_suffix(b"\n").unwrap_or(line).len() > LONGEST_LINE {
        return fault(format!("line {number} is longer than 1 MiB; break it into shorter lines"));
    }
    // A device or pipe has no size to look at beforehand.
    if (text.len() + line.len()) as u64 > LARGEST_FILE {
        return fault(format!("more than {} MiB; split the file", LARGEST_FILE >> 20));
    }
    match std::str::from_utf8(line) {
        Ok(line) => text.push_str(line),
        Err(error) => {
            let place = text.len() + error.valid_up_to();
            return fault(format!("line {number} is not UTF-8 (byte {place}); save it as UTF-8"));
        }
    }
    Ok(())
}
