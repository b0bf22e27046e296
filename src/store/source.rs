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
        let mut input = self.open(name)?;
        if input.length > largest {
            return Err(Error::file(
                &input.path,
                format!(
                    "{} bytes are too many for this file (at most {largest}); copy it again",
                    input.length
                ),
            ));
        }
        let mut bytes = Vec::new();
        // A file that grows while it is read is cut at the limit too.
        let read = input.bytes.by_ref().take(largest).read_to_end(&mut bytes);
        read.map_err(|error| cannot_read(&input.path, &error))?;
        String::from_utf8(bytes).map_err(|error| {
            Error::file(&input.path, format!("{}; copy it again", error.utf8_error()))
        })
    }
}

/// Opens a file that must be an ordinary one: a folder has no bytes, and a pipe no end.
pub(super) fn open_file(path: &Path) -> Result<Input<'static>> {
    let cannot = |error: io::Error| cannot_read(path, &error);
    let about = fs::metadata(path).map_err(cannot)?;
    if about.is_dir() {
        return Err(Error::file(path, "a folder stands where a file belongs; remove it"));
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
