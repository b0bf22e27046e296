//! The window, driven by accessible names, clicks and keys. It needs no display.

#![cfg(feature = "gui")]

mod behind;
mod data;
mod decode;
mod decode_tree;
mod hands;
mod heads;
mod lessons;
mod shell;
mod tokens;
mod train;
mod tune;
