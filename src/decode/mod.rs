//! Decoding: from logits to text, as step machines that leave records.
