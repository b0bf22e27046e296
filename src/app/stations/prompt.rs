//! What is typed for a model to read, at the stations that have a field for it.

use egui::Id;

/// What stands in a field, and whether it is what is said in a chat.
#[derive(Debug)]
pub struct Prompt {
    pub text: String,
    pub as_chat: bool,
}

impl Default for Prompt {
    fn default() -> Self {
        Self { text: String::new(), as_chat: true }
    }
}

impl Prompt {
    /// What stands there.
    pub fn typed(&self) -> (String, bool) {
        (self.text.clone(), self.as_chat)
    }

    /// Shows a text as if a person had typed it.
    pub fn write(&mut self, text: &str, as_chat: bool) {
        (self.text, self.as_chat) = (text.into(), as_chat);
    }
}

/// Names of the fields by which the keyboard finds them.
pub const IN_MODEL: &str = "text for the model";
pub const IN_DECODE: &str = "text to decode";
pub const IN_TOKENS: &str = "text to cut";

/// Whether this is one of the fields: in them, Enter tells a lesson that its puzzle is solved.
pub fn is_field(id: Id) -> bool {
    [IN_MODEL, IN_DECODE, IN_TOKENS].into_iter().any(|name| id == Id::unique(name))
}
