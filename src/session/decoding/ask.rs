//! The session's side of decoding by hand: it has the model read what is missing.

use super::{Decoding, Origin};
use crate::Result;
use crate::decode::{Filters, Outlook};
use crate::session::Session;
use crate::session::engine::Command;
use crate::session::lesson::typed;

impl Session {
    /// The text that is written by hand.
    pub fn decoding(&self) -> &Decoding {
        &self.decoding
    }

    /// Begins a text to be written by hand: as what a user says in a chat, or as it is.
    pub fn decode_text(&mut self, text: &str, as_chat: bool) {
        match self.encode(text, as_chat) {
            Ok((ids, _)) if ids.len() > self.context() => self.problems.push(format!(
                "that is {} tokens, and the model reads {} at once; shorten the text",
                ids.len(),
                self.context()
            )),
            Ok((ids, first)) => self.decode(|decoding| decoding.begin(&ids, first)),
            Err(error) => self.problems.push(error.to_string()),
        }
    }

    /// A text as ids, and the last of those that nobody steps through: all of a chat's prompt, or
    /// the first of a text.
    fn encode(&self, text: &str, as_chat: bool) -> Result<(Vec<u32>, usize)> {
        let Some(tokenizer) = self.tokenizer() else { return Ok((Vec::new(), 0)) };
        let in_chat = as_chat && self.can_chat();
        let ids = typed(tokenizer, text, in_chat)?;
        let last = if in_chat { ids.len().saturating_sub(1) } else { 0 };
        Ok((ids, last))
    }

    /// Goes on by hand where token `step` of reply `node` was chosen.
    pub fn decode_reply(&mut self, node: usize, step: usize) {
        let written = self.conversation().node(node).and_then(|node| node.written.clone());
        if let Some(written) = written {
            self.decode(|decoding| decoding.begin_with(&written, step));
        }
    }

    /// Goes on by hand behind these tokens.
    pub fn decode_ids(&mut self, ids: &[u32]) {
        self.decode(|decoding| decoding.begin(ids, 0));
    }

    /// Puts a token behind the place, if the model can still read it.
    pub fn decode_append(&mut self, token: u32) {
        if self.can_append() {
            self.decode(|decoding| decoding.append(token, Origin::ByHand));
        }
    }

    /// Puts what the die fell on behind the place.
    pub fn decode_drawn(&mut self) {
        if self.can_append() {
            self.decode(Decoding::append_drawn);
        }
    }

    /// Whether the context has room for one token more behind the place.
    pub fn can_append(&self) -> bool {
        self.decoding.sheet().is_some() && self.decoding.here() + 1 < self.context()
    }

    /// Filters otherwise.
    pub fn decode_filters(&mut self, filters: Filters) {
        self.decode(|decoding| decoding.set_filters(filters));
    }

    /// Does something with the text; the model reads what it has not read yet.
    pub fn decode(&mut self, change: impl FnOnce(&mut Decoding)) {
        change(&mut self.decoding);
        if let Some(following) = self.decoding.missing() {
            self.engine.send(Command::Follow(following));
        }
    }

    pub(in crate::session) fn followed(
        &mut self,
        id: u64,
        outlooks: std::result::Result<Vec<Outlook>, String>,
    ) {
        match outlooks {
            Ok(outlooks) => self.decoding.take(id, outlooks),
            // Asked just before another model was opened, a text may hold tokens that it does not know.
            Err(sentence) => self.problems.extend(self.decoding.give_up(id).then_some(sentence)),
        }
    }

    /// Another model: what the old one said is no longer so.
    pub(in crate::session) fn decode_anew(&mut self) {
        if !self.decoding.is_empty() {
            let (ids, first) = (self.decoding.ids(), self.decoding.first());
            self.decode(|decoding| decoding.begin(&ids, first));
        }
    }

    /// Nothing is decoded any more.
    pub(in crate::session) fn forget_decoding(&mut self) {
        self.decoding.begin(&[], 0);
    }
}
