//! Formulas, properly set: fractions, roots, sums, sub- and superscripts, and operands that can be
//! clicked.

mod layout;
mod notation;
mod paint;

pub use layout::Math;
pub use notation::{numeric, symbol, symbolic};
pub use paint::{Formatted, show};
