//! Where the files of a model come from: a folder, or the program itself.

use std::fs::{self, File};
use std::io::{self, Cursor, ErrorKind, Read, Seek};
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The files of one model.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// A folder on a disk.
    Folder(&'a Path),
    /// A model that ships with the program: its name, and its files by theirs.
    Shipped(&'a str, &'a [(&'a str, &'a [u8])]),
}

/// An opened file: its bytes, how many they are, and its name for errors.
pub(super) struct Input<'a> {
    pub bytes: Box<dyn Bytes + 'a>,
    pub length: u64,
    pub path: PathBuf,
}

/// Bytes that can be read from any place on.
pub(super) trait Bytes: Read + Seek {}
impl<T: Read + Seek> Bytes for T {}

impl<'a> Source<'a> {
    /// The folder, as errors name it.
    pub fn folder(&self) -> &'a Path {
        match *self {
            Self::Folder(path) => path,
            Self::Shipped(name, _) => Path::new(name),
        }
    }

    /// The path of one of its files, as errors name it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// Whether it has something of that name.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::Folder(path) => path.join(name).exists(),
            Self::Shipped(_, files) => files.iter().any(|(file, _)| *file == name),
        }
    }

    /// Opens one of its files.
    pub fn open(&self, name: &str) -> Result<Input<'a>> {
        match *self {
            Self::Folder(path) => open_file(&path.join(name)),
            Self::Shipped(_, files) => {
                let file = files.iter().find(|(file, _)| *file == name);
                let (_, bytes) = file.ok_or_else(|| missing(&self.path(name)))?;
                let length = bytes.len() as u64;
                Ok(Input { bytes: Box::new(Cursor::new(*bytes)), length, path: self.path(name) })
            }
        }
    }

    /// The text of one of its files, of at most `largest` bytes.
    pub fn text(&self, name: &str, largest: u64) -> Result<String> {
        self.open(name)?.text(largest)
    }
}

impl Input<'_> {
    /// The whole file as text, if it has at most `largest` bytes.
    pub fn text(mut self, largest: u64) -> Result<String> {
        if self.length > largest {
            let what = format!("{} bytes are too many (at most {largest})", self.length);
            return Err(Error::file(&self.path, what + "; use a smaller file"));
        }
        let mut bytes = Vec::with_capacity(self.length as usize);
        // A file that grows while it is read is cut at the limit too.
        let read = self.bytes.by_ref().take(largest).read_to_end(&mut bytes);
        read.map_err(|error| cannot_read(&self.path, &error))?;
        String::from_utf8(bytes).map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes()[..good].iter().filter(|&&b| b == b'\n').count();
            let what = format!("line {line} is not UTF-8 text; save the file as UTF-8");
            Error::file(&self.path, what)
        })
    }
}

/// Reads a text file of at most `largest` bytes.
///
/// # Errors
/// If it is missing, too large, no file or not UTF-8 (the sentence names the line).
pub fn read_text(path: &Path, largest: u64) -> Result<String> {
    open_file(path)?.text(largest)
}

/// Opens a file that must be an ordinary one: a folder has no bytes, and a pipe no end.
pub(super) fn open_file(path: &Path) -> Result<Input<'static>> {
    let cannot = |error: io::Error| cannot_read(path, &error);
    let about = fs::metadata(path).map_err(cannot)?;
    if about.is_dir() {
        return Err(Error::file(
            path,
            "a folder stands where a file belongs; name or put a file there",
        ));
    }
    if !about.is_file() {
        return Err(Error::file(path, "this is a device, not a file; name a file"));
    }
    let file = File::open(path).map_err(cannot)?;
    let length = file.metadata().map_err(cannot)?.len();
    Ok(Input { bytes: Box::new(file), length, path: path.to_owned() })
}

/// The sentence for a file that could not be read, with what to do.
pub(super) fn cannot_read(path: &Path, error: &io::Error) -> Error {
    match error.kind() {
        ErrorKind::NotFound => missing(path),
        ErrorKind::PermissionDenied => {
            Error::file(path, "not allowed to read it; change its permissions")
        }
        ErrorKind::UnexpectedEof => Error::file(path, "the file is cut short; copy it again"),
        _ => Error::file(path, format!("cannot be read ({error}); copy it again")),
    }
}

fn missing(path: &Path) -> Error {
    Error::file(path, "there is no such file; check the name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_file_is_read_or_its_fault_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.txt");
        let read = |bytes: &[u8], largest| {
            fs::write(&path, bytes).unwrap();
            read_text(&path, largest).map_err(|error| error.to_string())
        };
        assert_eq!(read("é\n".as_bytes(), 3).unwrap(), "é\n");
        assert!(read(b"abcd", 3).unwrap_err().contains("4 bytes are too many"));
        assert!(read(b"a\nb\n\xFF", 9).unwrap_err().contains("line 3 is not UTF-8"));
        assert!(read_text(folder.path(), 9).unwrap_err().to_string().contains("a folder stands"));
        assert!(read_text(&folder.path().join("x"), 9).is_err());
    }
}
