//! Text: cleaning, dialogues, the chat template, tokenizers.
