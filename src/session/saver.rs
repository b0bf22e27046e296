//! Saving beside the work: a thread that writes snapshots while training goes on.

use crate::{Error, Result};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

/// Writes snapshots one after the other on a thread of its own.
pub(super) struct Saver<S> {
    /// None once the saver is being finished.
    snapshots: Option<SyncSender<S>>,
    failures: Receiver<Error>,
    thread: Option<JoinHandle<()>>,
}

impl<S: Send + 'static> Saver<S> {
    /// Starts the thread; `write` saves one snapshot.
    ///
    /// # Errors
    /// If the system grants no thread.
    pub fn start(write: impl Fn(S) -> Result<()> + Send + 'static) -> Result<Self> {
        // One snapshot may wait while another is being written; a run never waits for a disk.
        let (snapshots, inbox) = sync_channel::<S>(1);
        let (report, failures) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("glassbox-save".into())
            .spawn(move || {
                for snapshot in inbox {
                    if let Err(error) = write(snapshot) {
                        report.send(error).ok();
                        return;
                    }
                }
            })
            .map_err(|error| {
                Error::failed(format!("the system grants no thread for saving: {error}"))
            })?;
        Ok(Self { snapshots: Some(snapshots), failures, thread: Some(thread) })
    }

    /// Hands over a snapshot unless one is waiting already.
    ///
    /// # Errors
    /// If an earlier snapshot could not be written.
    pub fn offer(&self, snapshot: impl FnOnce() -> S) -> Result<()> {
        if let Ok(error) = self.failures.try_recv() {
            return Err(error);
        }
        if let Some(sender) = &self.snapshots {
            match sender.try_send(snapshot()) {
                Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {}
            }
        }
        Ok(())
    }

    /// Writes a last snapshot and waits until everything is on the disk.
    ///
    /// # Errors
    /// If any snapshot could not be written.
    pub fn finish(mut self, last: Option<S>) -> Result<()> {
        if let (Some(sender), Some(last)) = (&self.snapshots, last) {
            sender.send(last).ok();
        }
        self.snapshots = None;
        if let Some(thread) = self.thread.take() {
            thread
                .join()
                .map_err(|_| Error::failed("saving broke off; start again with --resume"))?;
        }
        self.failures.try_recv().map_or(Ok(()), Err)
    }
}
