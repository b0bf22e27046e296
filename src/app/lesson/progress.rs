//! What a learner did in every lesson, kept on this machine.

use crate::lesson::runner::{Kept, Outcome};
use crate::store::{read_text, write_atomically};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};

/// The file is never larger.
const LARGEST: u64 = 8 << 20;

/// Every lesson's steps, by the lesson's id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct Book(BTreeMap<String, Vec<Kept>>);

/// The book, and who writes it down: a thread, for a disk may be slow.
#[derive(Debug, Default)]
pub struct Progress {
    book: Book,
    writer: Option<Sender<Book>>,
}

impl Progress {
    /// Reads what is kept in this file, and writes there from now on. What cannot be read is as if it
    /// were not there.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn keep_in(&mut self, file: PathBuf) -> Result<()> {
        let text = read_text(&file, LARGEST).ok();
        self.book = text.and_then(|text| ron::from_str(&text).ok()).unwrap_or_default();
        let (writer, books) = channel::<Book>();
        let spawned =
            std::thread::Builder::new().name("glassbox-progress".into()).spawn(move || {
                while let Ok(mut book) = books.recv() {
                    // Only the newest counts.
                    while let Ok(newer) = books.try_recv() {
                        book = newer;
                    }
                    let folder = file.parent().map(std::fs::create_dir_all);
                    if let (Ok(text), Some(Ok(()))) = (ron::to_string(&book), folder) {
                        // A full disk is no reason to stop a lesson; the next change tries again.
                        let _ = write_atomically(&file, |out| out.write_all(text.as_bytes()));
                    }
                }
            });
        spawned.map_err(|error| Error::failed(format!("the system gives no thread: {error}")))?;
        self.writer = Some(writer);
        Ok(())
    }

    /// What was done in a lesson.
    pub fn of(&self, lesson: &str) -> &[Kept] {
        self.book.0.get(lesson).map_or(&[], Vec::as_slice)
    }

    /// How many steps were done, of those that are kept.
    pub fn done(&self, lesson: &str) -> usize {
        self.of(lesson).iter().filter(|kept| kept.outcome != Outcome::Open).count()
    }

    /// Takes down what was done in a lesson; nothing done is forgotten.
    pub fn keep(&mut self, lesson: &str, kept: &[Kept]) {
        if self.of(lesson) == kept {
            return;
        }
        if kept.is_empty() {
            self.book.0.remove(lesson);
        } else {
            self.book.0.insert(lesson.into(), kept.to_vec());
        }
        if let Some(writer) = &self.writer {
            // The writer ends with the program.
            let _ = writer.send(self.book.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_there_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lessons").join("progress.ron");
        let mut progress = Progress::default();
        progress.keep_in(file.clone()).unwrap();
        let done = ron::from_str::<Kept>(
            "(step:\"one\",outcome:Done,answer:None,truth:None,note:Some(\"yes\"),hints:1,tries:0,shown_how:false)",
        )
        .unwrap();
        progress.keep("08-the-die", std::slice::from_ref(&done));
        drop(progress);
        let start = std::time::Instant::now();
        while !file.exists() && start.elapsed().as_secs() < 20 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let mut again = Progress::default();
        again.keep_in(file).unwrap();
        assert_eq!(again.of("08-the-die"), [done]);
        assert_eq!((again.done("08-the-die"), again.done("14-chat")), (1, 0));
        again.keep("08-the-die", &[]);
        assert!(again.of("08-the-die").is_empty());
    }

    #[test]
    fn a_broken_file_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("progress.ron");
        std::fs::write(&file, "{\"x\": [(step: 3").unwrap();
        let mut progress = Progress::default();
        progress.keep_in(file).unwrap();
        assert!(progress.of("x").is_empty());
    }
}
