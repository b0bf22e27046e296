//! How often to look while other work goes on.

use std::time::{Duration, Instant};

/// Looks may take this share of the time: one part in so many.
pub const SHARE_FOR_SIGHTS: u32 = 10;

/// The first one comes early, but a short text is finished before.
const FIRST_SIGHT: Duration = Duration::from_millis(30);

/// And no more than ten come in a second.
const BETWEEN_SIGHTS: Duration = Duration::from_millis(100);

/// While a model learns, looks have a smaller share.
const SHARE_FOR_LOOKS: u32 = 30;

/// And three come in a second: each is a picture, too, which the window draws on the cores that learn.
const BETWEEN_LOOKS: Duration = Duration::from_millis(300);

/// When the next sight is due.
pub struct Pace {
    due: Instant,
    begun: Instant,
    share: u32,
    between: Duration,
}

impl Pace {
    /// `last` is how long the sight before took: the first one of a text counts in its share too.
    pub fn new(last: Duration) -> Self {
        let now = Instant::now();
        let due = now + FIRST_SIGHT.max(last * SHARE_FOR_SIGHTS);
        Self { due, begun: now, share: SHARE_FOR_SIGHTS, between: BETWEEN_SIGHTS }
    }

    /// Of looks at a model that learns.
    pub fn of_learning() -> Self {
        let now = Instant::now();
        Self { due: now, begun: now, share: SHARE_FOR_LOOKS, between: BETWEEN_LOOKS }
    }

    pub fn is_due(&self) -> bool {
        Instant::now() >= self.due
    }

    pub fn begin(&mut self) {
        self.begun = Instant::now();
    }

    pub fn end(&mut self) {
        let now = Instant::now();
        self.due = now + self.between.max((now - self.begun) * self.share);
    }
}
