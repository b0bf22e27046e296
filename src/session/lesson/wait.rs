//! Waiting for the engine, where nobody watches.

use crate::session::Session;
use crate::{Error, Result};
use std::time::{Duration, Instant};

/// The longest that anything in a lesson may take the machine.
pub(super) const LONGEST: Duration = Duration::from_secs(75);

/// Takes in what the engine does until `done`.
///
/// # Errors
/// What the session says went wrong, or that it takes too long.
pub(super) fn until(session: &mut Session, done: impl Fn(&Session) -> bool) -> Result<()> {
    let start = Instant::now();
    loop {
        session.poll();
        if let Some(problem) = session.problem() {
            return Err(Error::failed(problem));
        }
        if done(session) {
            return Ok(());
        }
        if start.elapsed() > LONGEST {
            let what = format!("the machine needs more than {} seconds for it", LONGEST.as_secs());
            return Err(Error::failed(what));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}
