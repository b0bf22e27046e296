//! `glassbox chat`: talk to a model, a line at a time.

use super::output::{print, print_piece, say};
use super::{ModelChoice, Sampling};
use crate::nn::Inference;
use crate::session::Chat;
use crate::tensor::Threads;
use crate::text::import::LONGEST_LINE;
#[cfg(not(feature = "gui"))]
use crate::text::sets::index::Language;
use crate::text::template::encode_prompt;
use crate::{Error, Result};
use clap::Args;
use std::io::{BufRead as _, IsTerminal as _, Read as _};

#[derive(Args)]
pub(super) struct ChatCommand {
    #[command(flatten)]
    model: ModelChoice,
    #[command(flatten)]
    sampling: Sampling,
    /// Whether to say what this program is first.
    #[arg(skip)]
    welcome: bool,
}

impl ChatCommand {
    /// What the program without a window does when it is asked for nothing: it talks.
    #[cfg(not(feature = "gui"))]
    pub fn welcome() -> Self {
        let model = ModelChoice { model: crate::session::default_model(Language::En).into() };
        Self { model, sampling: Sampling::default(), welcome: true }
    }

    pub fn run(self, threads: Threads) -> Result<()> {
        let filters = self.sampling.filters();
        filters.validate()?;
        // With no setting given, the most probable token is taken each time.
        let filters = (filters != crate::decode::Filters::default()).then_some(filters);
        let model = self.model.open()?;
        let mut inference = Inference::new(&model.parameters, threads);
        let tokenizer = model.tokenizer()?;
        // A tokenizer without the template's tokens is no use here: better said at once.
        encode_prompt(tokenizer, &[]).map_err(|error| Error::file(&model.folder, error))?;
        let mut chat = Chat::new(tokenizer, filters, self.sampling.seed);
        let at_terminal = std::io::stdin().is_terminal();
        if self.welcome {
            say(
                "This is Glassbox, a GPT that you can see through. The small model inside it knows a few animals.",
            );
            say("See glassbox --help for all that it can do.");
        }
        if at_terminal {
            say("Say something. An empty line begins a new chat, Ctrl-D ends it.");
            print_piece("user: ");
        }
        while let Some(line) = next_line()? {
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

/// A line of standard input; None at its end.
fn next_line() -> Result<Option<String>> {
    let mut line = Vec::new();
    let mut input = std::io::stdin().lock().take(LONGEST_LINE as u64 + 1);
    input.read_until(b'\n', &mut line).map_err(|error| {
        Error::failed(format!("standard input cannot be read ({error}); type the text here"))
    })?;
    if line.len() > LONGEST_LINE {
        return Err(Error::failed("a line is longer than 1 MiB; say it in fewer words"));
    }
    let text = String::from_utf8(line)
        .map_err(|_| Error::failed("standard input is not UTF-8 text; send the text as UTF-8"))?;
    Ok((!text.is_empty()).then_some(text))
}

fn answer(chat: &mut Chat<'_>, text: &str, model: &mut Inference<'_, f32>) -> Result<()> {
    let mut begun = false;
    let said = chat.say(text, model, &mut |piece| {
        if !std::mem::replace(&mut begun, true) {
            print_piece("bot: ");
        }
        print_piece(piece);
    });
    match (begun, &said) {
        (true, _) => print(""),
        (false, Ok(_)) => print("bot: "),
        (false, Err(_)) => {}
    }
    match said {
        Ok(reply) => {
            if reply.dropped_turns > 0 {
                say(&format!("({} oldest turns no longer fit the context)", reply.dropped_turns));
            }
            if reply.cut_short {
                say("(the context is full: the reply stops there)");
            }
        }
        // A chat goes on after a line that cannot be answered.
        Err(error) => say(&format!("glassbox: {error}")),
    }
    Ok(())
}
