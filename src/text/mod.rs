//! Text: cleaning, dialogues, the chat template, tokenizers.

pub mod sets;
