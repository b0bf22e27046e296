//! The rooms of the program, one folder each.

pub mod chat;
pub mod model;
