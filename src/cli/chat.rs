//! `glassbox chat`: talk to a model, a line at a time.

use super::output::{print, print_piece, say};
use super::{ModelChoice, Sampling};
use crate::nn::Inference;
use crate::session::Chat;
use crate::tensor::Threads;
use crate::{Error, Result};
use clap::Args;
use std::io::{BufRead as _, IsTerminal as _};

#[derive(Args)]
pub(super) struct ChatCommand {
    #[command(flatten)]
    model: ModelChoice,
    #[command(flatten)]
    sampling: Sampling,
}

impl ChatCommand {
    pub fn run(self, threads: Threads) -> Result<()> {
        let filters = self.sampling.filters();
        filters.validate()?;
        // With no setting given, the most probable token is taken each time.
        let filters = (filters != crate::decode::Filters::default()).then_some(filters);
        let model = self.model.open()?;
        let mut inference = Inference::new(&model.parameters, threads);
        let mut chat = Chat::new(model.tokenizer()?, filters, self.sampling.seed);
        let at_terminal = std::io::stdin().is_terminal();
        if at_terminal {
            say("Say something. An empty line begins a new chat, Ctrl-D ends it.");
            print_piece("user: ");
        }
        for line in std::io::stdin().lock().lines() {
            let line = line.map_err(|error| {
                Error::failed(format!("standard input cannot be read as text: {error}"))
            })?;
            let text = line.trim();
            if text.is_empty() {
                chat.set_turns(Vec::new());
                if at_terminal {
                    say("A new chat.");
                }
            } else {
                answer(&mut chat, text, &mut inference)?;
            }
            if at_terminal {
                print_piece("user: ");
            }
        }
        Ok(())
    }
}

fn answer(chat: &mut Chat<'_>, text: &str, model: &mut Inference<'_, f32>) -> Result<()> {
    print_piece("bot: ");
    let said = chat.say(text, model, &mut |piece| print_piece(piece));
    print("");
    match said {
        Ok(reply) if reply.cut_short => say("(the context is full: the reply stops there)"),
        Ok(reply) if reply.dropped_turns > 0 => {
            say(&format!("({} oldest turns no longer fit the context)", reply.dropped_turns));
        }
        Ok(_) => {}
        // A chat goes on after a line that cannot be answered.
        Err(error) => say(&format!("glassbox: {error}")),
    }
    Ok(())
}
