//! What a person says, and the replies that the model begins to write.

use super::Session;
use super::conversation::{Conversation, Drawn, role_tokens};
use super::engine::{Command, Ended, Writing};
use super::state::{Manner, Purpose};
use crate::decode::{Filters, SampleSettings, Stop, Strategy};
use crate::{Error, Result};
use std::time::Duration;

impl Session {
    /// Says something; the model begins to reply.
    pub fn say(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.stop();
            self.conversation.say(text);
            self.reply(true, Vec::new());
        }
    }

    /// Says something else in place of turn `index`.
    pub fn say_instead(&mut self, index: usize, text: &str) {
        if !text.trim().is_empty() {
            self.stop();
            self.conversation.say_instead(index, text.trim());
            self.reply(true, Vec::new());
        }
    }

    /// Says something at the beginning of a chat, and has the reply begin with these tokens; what
    /// was said before stays on its branch.
    pub fn say_first(&mut self, text: &str, reply: Vec<u32>) {
        if !text.trim().is_empty() {
            self.stop();
            self.conversation.say_first(text.trim());
            self.reply(true, reply);
        }
    }

    /// Has reply `index` written again, with other random numbers.
    pub fn write_again(&mut self, index: usize) {
        self.stop();
        self.conversation.before_reply(index);
        self.reply(false, Vec::new());
    }

    /// Shows another branch in place of turn `index`.
    pub fn switch_branch(&mut self, index: usize, by: isize) {
        self.stop();
        self.conversation.switch(index, by);
    }

    /// A chat without a turn.
    pub fn new_chat(&mut self) {
        self.stop();
        self.conversation = Conversation::default();
    }

    /// Takes up a conversation that was set aside.
    pub(super) fn talk_on(&mut self, conversation: Conversation) {
        self.stop();
        self.conversation = conversation;
    }

    /// Gives up what is being written; what is there stays.
    pub fn stop(&mut self) {
        if let Some((_, purpose)) = self.writing.take() {
            self.engine.send(Command::Stop);
            if purpose == Purpose::Reply {
                self.conversation.finish(Ended::Stopped);
            }
        }
    }

    fn reply(&mut self, take_back: bool, beginning: Vec<u32>) {
        if let Err(error) = self.begin_reply(beginning) {
            self.problems.push(error.to_string());
            if take_back {
                self.conversation.take_back();
            }
        }
    }

    fn begin_reply(&mut self, forced: Vec<u32>) -> Result<()> {
        let opened = self.opened.clone().ok_or_else(|| Error::failed("no model is open yet"))?;
        let tokenizer = opened.model.tokenizer()?;
        let context = opened.model.parameters.config.context;
        let prompt = self.conversation.begin_reply(tokenizer, context)?.prompt.clone();
        self.subject = prompt.clone();
        self.grown.clear();
        let stops = role_tokens(tokenizer);
        self.write(Purpose::Reply, (prompt, forced), stops, context, self.manner.pace);
        Ok(())
    }

    pub(super) fn write(
        &mut self,
        purpose: Purpose,
        (prompt, forced): (Vec<u32>, Vec<u32>),
        stops: Vec<u32>,
        most: usize,
        pace: Duration,
    ) {
        let end = self.opened.as_ref().and_then(|opened| opened.model.end);
        let end = end.filter(|_| purpose == Purpose::Reply);
        let strategy = match self.manner {
            Manner { temperature, seed, .. } if temperature > 0.0 => Strategy::Sample {
                filters: Filters { temperature: Some(temperature), ..Filters::default() },
                seed,
            },
            _ => Strategy::Greedy { repetition_penalty: None },
        };
        self.causes.forget_questions();
        self.count += 1;
        if let (Purpose::Reply, Strategy::Sample { filters, seed }) = (purpose, strategy) {
            self.conversation.draw(Drawn { filters, seed, stream: self.count });
        }
        self.writing = Some((self.count, purpose));
        self.engine.send(Command::Write(Writing {
            id: self.count,
            prompt,
            forced,
            settings: SampleSettings { strategy, stop: Stop { max_new_tokens: most, end } },
            stream: self.count,
            stops,
            pace,
            watched: true,
        }));
    }
}
