//! Who goes first when there are fewer cores than threads with work.

use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};

/// Of 0 to 99, where 50 is ordinary: Linux makes a niceness of 9 of it, Windows "below normal".
const BEHIND_THE_WINDOW: u8 = 25;

/// Lets the threads that draw and answer clicks go before this one: training takes what they leave.
pub fn step_back() {
    let Ok(value) = ThreadPriorityValue::try_from(BEHIND_THE_WINDOW) else { return };
    // A system that does not allow it loses smoothness, nothing else.
    let _ = set_current_thread_priority(ThreadPriority::Crossplatform(value));
}
