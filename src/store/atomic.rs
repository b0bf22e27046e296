//! Writing a file so that it is, at every moment, either the old one or the new one.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::NamedTempFile;

use crate::{Error, Result};

/// The end of a name of a file that is being written.
const UNFINISHED: &str = ".unfinished";

/// An unfinished file that nobody has written to for so long was left by a killed program.
const FORGOTTEN: Duration = Duration::from_secs(600);

/// Writes a file in one step: `write` fills a file beside it, which then takes its name.
///
/// # Errors
/// If anything fails, in a sentence that names the file; an old file stays as it was.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<()> {
    stage(path, write)?.commit()
}

/// A file that is written in full, on the disk, and waits for its name.
pub(super) struct Staged {
    /// None if the target is a device or pipe, which cannot be replaced and has its bytes by now.
    file: Option<NamedTempFile>,
    path: PathBuf,
}

/// Writes the new file beside the old one. Dropped without [`Staged::commit`], it is removed.
pub(super) fn stage(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Staged> {
    fill(path, write).map_err(|error| cannot_write(path, &error))
}

fn fill(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Staged> {
    // What a link points to is replaced, not the link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match fs::metadata(&path) {
        Ok(old) if old.is_dir() => return Err(ErrorKind::IsADirectory.into()),
        Ok(old) if !old.is_file() => {
            let mut device = BufWriter::new(File::options().write(true).open(&path)?);
            write(&mut device)?;
            device.flush()?;
            return Ok(Staged { file: None, path });
        }
        _ => (),
    }
    let name = path.file_name().ok_or(ErrorKind::IsADirectory)?;
    let folder = folder_of(&path);
    remove_forgotten(folder, name);
    let mut file = builder(&prefix(name)).tempfile_in(folder)?;
    let mut buffered = BufWriter::with_capacity(1 << 18, file.as_file_mut());
    write(&mut buffered)?;
    buffered.flush()?;
    drop(buffered);
    // The bytes must be on the disk before the name is: else a power cut leaves an empty file.
    file.as_file().sync_all()?;
    Ok(Staged { file: Some(file), path })
}

impl Staged {
    /// Gives the file its name.
    pub(super) fn commit(self) -> Result<()> {
        let Self { file, path } = self;
        if let Some(file) = file {
            file.persist(&path).map_err(|error| cannot_write(&path, &error.error))?;
            // So that a power cut does not undo the renaming. Not every system can; the file
            // is whole all the same.
            let _ = File::open(folder_of(&path)).and_then(|folder| folder.sync_all());
        }
        Ok(())
    }
}

/// Unfinished files are called `.NAME.RANDOM.unfinished`, and readable as any new file is.
fn builder<'a>(prefix: &'a OsStr) -> tempfile::Builder<'a, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix).suffix(UNFINISHED);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder
}

fn prefix(name: &OsStr) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    prefix
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Removes what killed programs left, so that a folder does not fill up with it.
pub(super) fn remove_forgotten(folder: &Path, name: &OsStr) {
    let prefix = prefix(name);
    let forgotten = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let ours = name.as_encoded_bytes().starts_with(prefix.as_encoded_bytes())
            && name.as_encoded_bytes().ends_with(UNFINISHED.as_bytes());
        let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        ours && age().is_some_and(|age| age > FORGOTTEN)
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten().filter(forgotten) {
        // If it cannot be removed it is only in the way, not wrong.
        let _ = fs::remove_file(entry.path());
    }
}

/// Whether a file can be written at the end of something long; an old one stays as it is.
///
/// # Errors
/// If not, in a sentence that names the file.
pub fn check_writable(path: &Path) -> Result<()> {
    let opened = std::fs::OpenOptions::new().append(true).create(true).open(path);
    opened.map(drop).map_err(|error| cannot_write(path, &error))
}

/// The sentence for a file that could not be written, with what to do.
pub fn cannot_write(path: &Path, error: &io::Error) -> Error {
    let folder = folder_of(path).display();
    let what = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "the disk is full; free some space and try again".to_owned()
        }
        ErrorKind::PermissionDenied => {
            "not allowed to write here; choose another folder or change its permissions".to_owned()
        }
        ErrorKind::ReadOnlyFilesystem => {
            "this disk can only be read; choose a folder on another".to_owned()
        }
        ErrorKind::IsADirectory => "a folder stands where the file belongs; name a file".to_owned(),
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            "a file stands where a folder belongs; choose another folder".to_owned()
        }
        ErrorKind::NotFound => format!("the folder {folder} does not exist; create it first"),
        _ => format!("cannot be written ({error}); choose another folder"),
    };
    Error::file(path, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Vec<OsString> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect()
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes");
        write_atomically(&path, |out| out.write_all(b"old")).unwrap();
        let error = write_atomically(&path, |out| {
            out.write_all(&[7; 1 << 20])?;
            Err(ErrorKind::StorageFull.into())
        });
        assert!(error.unwrap_err().to_string().contains("notes: the disk is full"));
        let staged = stage(&path, |out| out.write_all(b"never named")).unwrap();
        drop(staged);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(files(folder.path()), ["notes"]);
        write_atomically(&path, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn places_that_cannot_be_written_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let sentence = |path: &Path| write_atomically(path, |_| Ok(())).unwrap_err().to_string();
        assert!(sentence(folder.path()).contains("a folder stands where the file belongs"));
        assert!(sentence(&folder.path().join("no/x")).contains("no does not exist"));
        assert!(sentence(&file.join("x")).contains("a file stands where a folder belongs"));
        assert!(sentence(Path::new("/")).contains("a folder stands"));
        assert_eq!(files(folder.path()), ["file"]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_said_to_be_full() {
        let error = write_atomically(Path::new("/dev/full"), |out| out.write_all(b"x"));
        assert!(error.unwrap_err().to_string().contains("the disk is full"));
        write_atomically(Path::new("/dev/null"), |out| out.write_all(b"x")).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file(), "a device must not be replaced");
    }

    #[test]
    #[cfg(unix)]
    fn links_stay_and_forgotten_files_go() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let [fresh, forgotten] = [".target.a.unfinished", ".target.b.unfinished"];
        for name in [fresh, forgotten] {
            fs::write(folder.path().join(name), "half").unwrap();
        }
        let long_ago = std::time::SystemTime::now() - 2 * FORGOTTEN;
        let file = File::options().write(true).open(folder.path().join(forgotten)).unwrap();
        file.set_modified(long_ago).unwrap();
        write_atomically(&link, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(folder.path().join(fresh).exists() && !folder.path().join(forgotten).exists());
    }
}
