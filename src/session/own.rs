//! A person's own state, set aside while something else is shown.

use super::Session;
use super::conversation::Conversation;
use super::decoding::Decoding;
use super::engine::Source;

/// What was open, what was said, what was looked at.
#[derive(Debug, Clone)]
pub struct Own {
    source: Option<Source>,
    conversation: Conversation,
    decoding: Decoding,
    subject: Vec<u32>,
}

impl Session {
    /// The state as it is now.
    pub fn own(&self) -> Own {
        Own {
            source: self.opened().map(|opened| opened.source.clone()),
            conversation: self.conversation().clone(),
            decoding: self.decoding.clone(),
            subject: self.subject().to_vec(),
        }
    }

    /// Opens the model that was open, if it is another one than now; returns whether one has to be waited for.
    pub fn reopen(&mut self, own: &Own) -> bool {
        self.stop();
        let is_open = self.opened().map(|opened| &opened.source) == own.source.as_ref();
        if let Some(source) = own.source.clone().filter(|_| !is_open) {
            self.open(source);
        }
        !is_open && own.source.is_some()
    }

    /// Puts back what was said and looked at; the model is the one of then.
    pub fn put_back(&mut self, own: Own) {
        self.change(Vec::new());
        self.talk_on(own.conversation);
        self.decode(|decoding| *decoding = own.decoding);
        self.look(own.subject);
    }
}
