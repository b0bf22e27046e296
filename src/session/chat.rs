//! A chat: turns so far, and the model's next reply.

use crate::decode::{
    Filters, Finish, NextLogits, SampleSettings, Sampler, StepOutcome, Stop, Strategy,
};
use crate::text::template::{BOT, END, USER, encode_prompt};
use crate::text::{Tokenizer, Turn};
use crate::{Error, Result};

/// A conversation with a model. The model remembers nothing: every reply reads all turns again.
pub struct Chat<'m> {
    tokenizer: &'m Tokenizer,
    filters: Option<Filters>,
    seed: u64,
    turns: Vec<Turn>,
    replies: u64,
    dropped: usize,
}

/// What the model said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub text: String,
    /// Whether the context was full before the reply had ended.
    pub cut_short: bool,
    /// Turns of this chat that no longer fitted the context and were not read.
    pub dropped_turns: usize,
}

/// Positions that are kept free for a reply.
const ROOM_FOR_REPLY: usize = 32;

/// The reply to the last of these turns, which alternate user, bot, user and end with the user: the most probable
/// token each time.
///
/// # Errors
/// If there is no turn, or the last one is longer than the context.
pub fn reply_to(
    turns: &[String],
    tokenizer: &Tokenizer,
    model: &mut dyn NextLogits,
) -> Result<Reply> {
    let (last, before) = turns.split_last().ok_or_else(|| Error::failed("a prompt has no turn"))?;
    let turn =
        |(i, text): (usize, &String)| if i % 2 == 0 { Turn::user(text) } else { Turn::bot(text) };
    let mut chat = Chat::new(tokenizer, None, 0);
    chat.set_turns(before.iter().enumerate().map(turn).collect());
    chat.say(last, model, &mut |_| {})
}

impl<'m> Chat<'m> {
    /// A chat without a turn. No filters: the most probable token each time.
    pub fn new(tokenizer: &'m Tokenizer, filters: Option<Filters>, seed: u64) -> Self {
        Self { tokenizer, filters, seed, turns: Vec::new(), replies: 0, dropped: 0 }
    }

    /// Begins again with these turns.
    pub fn set_turns(&mut self, turns: Vec<Turn>) {
        (self.turns, self.dropped) = (turns, 0);
    }

    /// Says something and takes the model's reply; `on_piece` is shown the text as it grows.
    ///
    /// # Errors
    /// If the text cannot be encoded, or alone is longer than the context.
    pub fn say(
        &mut self,
        text: &str,
        model: &mut dyn NextLogits,
        on_piece: &mut dyn FnMut(&str),
    ) -> Result<Reply> {
        self.turns.push(Turn::user(text));
        let reply = self.reply(model, on_piece);
        match &reply {
            Ok(reply) => self.turns.push(Turn::bot(reply.text.clone())),
            // What could not be answered is not part of the chat.
            Err(_) => drop(self.turns.pop()),
        }
        reply
    }

    fn reply(
        &mut self,
        model: &mut dyn NextLogits,
        on_piece: &mut dyn FnMut(&str),
    ) -> Result<Reply> {
        let fitted = prompt_that_fits(self.tokenizer, &self.turns, self.dropped, model.context());
        let (prompt, dropped) = fitted.inspect_err(|_| self.dropped = self.turns.len() - 1)?;
        self.dropped = dropped;
        let strategy = match self.filters {
            Some(filters) => Strategy::Sample { filters, seed: self.seed },
            None => Strategy::Greedy { repetition_penalty: None },
        };
        let stop = Stop { max_new_tokens: model.context(), end: self.tokenizer.id_of_special(END) };
        let settings = SampleSettings { strategy, stop };
        let mut sampler = Sampler::with_stream(settings, &prompt, &*model, self.replies)?;
        self.replies += 1;
        let roles = [USER, BOT].map(|role| self.tokenizer.id_of_special(role));
        let (mut ids, mut shown, mut cut_short) = (Vec::new(), 0, false);
        while sampler.finish().is_none() {
            let outcome = sampler.step(model)?;
            let Some(&id) = sampler.generated().last() else { break };
            // The end token ends a reply; so does a model that begins to speak for the other side.
            if Some(id) == stop.end || roles.contains(&Some(id)) {
                break;
            }
            ids.push(id);
            let text = self.tokenizer.decode(&ids)?;
            // A character may still lack bytes: it is shown when it is whole.
            if !text.ends_with('\u{fffd}') {
                on_piece(text.get(shown..).unwrap_or(""));
                shown = text.len();
            }
            cut_short =
                matches!(outcome, StepOutcome::Finished(Finish::ContextFull | Finish::Length));
        }
        Ok(Reply { text: self.tokenizer.decode(&ids)?, cut_short, dropped_turns: self.dropped })
    }
}

/// Turns as the tokens of a prompt; whole oldest turns, the first `dropped` at least, are left out
/// until there is room for a reply. Returns the ids and how many turns were left out.
///
/// # Errors
/// If a turn cannot be encoded, or the last one alone is longer than the context.
pub(super) fn prompt_that_fits(
    tokenizer: &Tokenizer,
    turns: &[Turn],
    dropped: usize,
    context: usize,
) -> Result<(Vec<u32>, usize)> {
    let room = ROOM_FOR_REPLY.min(context / 2);
    for dropped in dropped..turns.len() {
        let prompt = encode_prompt(tokenizer, &turns[dropped..])?;
        if prompt.len() + room <= context {
            return Ok((prompt, dropped));
        }
    }
    Err(Error::failed(format!(
        "that is too long: the model reads {context} tokens at once, the reply among them; say it in fewer words"
    )))
}
