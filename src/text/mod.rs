//! Text: cleaning, dialogues, the chat template, tokenizers.

pub mod clean;
pub mod dialogue;
pub mod import;
pub mod sets;
pub mod template;
pub mod tokenizer;

pub use dialogue::{Dialogue, Role, Turn};
pub use tokenizer::Tokenizer;
