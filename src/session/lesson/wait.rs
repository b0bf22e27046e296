//! Waiting for the engine, where nobody watches.

use crate::session::Session;
use crate::{Error, Result};
use std::time::{Duration, Instant};

/// The longest that anything in a lesson may take the machine.
pub(super) const LONGEST: Duration = Duration::from_secs(75);

/// When to give up: a machine that is busy with other things may need far longer than by itself.
const PATIENCE: Duration = Duration::from_secs(900);

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
        if start.elapsed() > PATIENCE {
            let what = format!("the machine has not done it in {} seconds", PATIENCE.as_secs());
            return Err(Error::failed(what));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// How long this process has computed so far, where the system tells it in a file (Linux); elsewhere
/// how long it has run. Other programs' share of a busy machine is not the lesson's.
pub(super) fn computed_since(start: Instant) -> Duration {
    // utime and stime are the 14th and 15th field, in hundredths of a second; the 2nd may hold blanks.
    let ticks = std::fs::read_to_string("/proc/self/stat").ok().and_then(|text| {
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let field = |i: usize| fields.get(i)?.parse::<u64>().ok();
        Some(field(11)? + field(12)?)
    });
    ticks.map_or_else(|| start.elapsed(), |ticks| Duration::from_millis(10 * ticks))
}
