//! What the tree and the comparison ask of the shell.

use crate::session::Plan;

/// Something that a person wants done with a search.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Search anew.
    Run(Plan),
    /// Give the search up; what it found stays.
    Stop,
    /// Search on from a node.
    Expand(usize),
    /// Back to the search that this one was expanded from.
    Back,
    /// The path to a node becomes the beginning of a reply in Chat.
    Chat(usize),
    /// Look at the moment in which a node's token was weighed.
    Open(usize),
    /// Open a saved example, by its number.
    Example(usize),
}
