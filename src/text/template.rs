//! The chat template: how a dialogue becomes one sequence of tokens.
//!
//! ```text
//! <|user|>Hello!<|end|><|bot|>Hi there.<|end|>
//! ```
//!
//! Each turn is the token of its role, its text, and the end token; nothing stands between them.
//! Text is encoded as nothing but text, so no text can pretend to be a role token. `<|end|>` is
//! also the model's end-of-text token (`eos_token_id`): a reply is finished when it appears.

use super::dialogue::{Dialogue, Role, Turn};
use super::tokenizer::Tokenizer;
use crate::{Error, Result};

/// Ends every turn.
pub const END: &str = "<|end|>";
/// Opens a turn of the user.
pub const USER: &str = "<|user|>";
/// Opens a turn of the bot.
pub const BOT: &str = "<|bot|>";

/// The template's tokens, in the order of their ids, which are the last of a vocabulary.
pub const SPECIAL_TOKENS: [&str; 3] = [END, USER, BOT];

/// A dialogue as tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Templated {
    /// The ids.
    pub ids: Vec<u32>,
    /// For each id, whether it is part of a bot's reply: its text and the `<|end|>` that closes
    /// it, but not the role token, which the program writes and the model need not learn.
    pub counts: Vec<bool>,
}

/// The ids of the template's tokens in one tokenizer.
struct Marks {
    end: u32,
    user: u32,
    bot: u32,
}

impl Marks {
    fn of(tokenizer: &Tokenizer) -> Result<Self> {
        let id = |name: &str| {
            tokenizer.id_of_special(name).ok_or_else(|| {
                Error::failed(format!(
                    "this tokenizer has no token {name}, which dialogues need; \
                     treat the data as plain text, or use a tokenizer learned for chat"
                ))
            })
        };
        Ok(Self { end: id(END)?, user: id(USER)?, bot: id(BOT)? })
    }

    fn role(&self, role: Role) -> u32 {
        match role {
            Role::User => self.user,
            Role::Bot => self.bot,
        }
    }
}

/// A whole dialogue as tokens, for learning.
///
/// # Errors
/// If the tokenizer lacks the template's tokens or a character of the text.
pub fn encode_dialogue(tokenizer: &Tokenizer, dialogue: &Dialogue) -> Result<Templated> {
    encode_turns(tokenizer, &dialogue.turns)
}

/// A text without speakers as tokens, closed by the end token, so that a model learns where texts
/// end. Nothing of it is a reply.
///
/// # Errors
/// As for [`encode_dialogue`].
pub fn encode_text(tokenizer: &Tokenizer, text: &str) -> Result<Templated> {
    let mut ids = tokenizer.encode_plain(text)?;
    ids.push(Marks::of(tokenizer)?.end);
    let counts = vec![false; ids.len()];
    Ok(Templated { ids, counts })
}

/// The turns so far and the token that asks for a reply: what a model continues in a chat.
///
/// # Errors
/// As for [`encode_dialogue`].
pub fn encode_prompt(tokenizer: &Tokenizer, turns: &[Turn]) -> Result<Vec<u32>> {
    let mut ids = encode_turns(tokenizer, turns)?.ids;
    ids.push(Marks::of(tokenizer)?.bot);
    Ok(ids)
}

fn encode_turns(tokenizer: &Tokenizer, turns: &[Turn]) -> Result<Templated> {
    let marks = Marks::of(tokenizer)?;
    let mut templated = Templated::default();
    for turn in turns {
        templated.ids.push(marks.role(turn.role));
        templated.counts.push(false);
        templated.ids.extend(tokenizer.encode_plain(&turn.text)?);
        templated.ids.push(marks.end);
        templated.counts.resize(templated.ids.len(), turn.role == Role::Bot);
    }
    Ok(templated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialogue() -> Dialogue {
        Dialogue { turns: vec![Turn::user("ab"), Turn::bot("b")] }
    }

    #[test]
    fn only_replies_and_their_end_count() {
        let tokenizer = Tokenizer::learn_characters("ab", true);
        let (end, user, bot) = (2, 3, 4);
        let templated = encode_dialogue(&tokenizer, &dialogue()).unwrap();
        assert_eq!(templated.ids, [user, 0, 1, end, bot, 1, end]);
        assert_eq!(templated.counts, [false, false, false, false, false, true, true]);
    }

    #[test]
    fn a_prompt_asks_for_the_bot() {
        let tokenizer = Tokenizer::learn_characters("ab", true);
        assert_eq!(encode_prompt(&tokenizer, &[Turn::user("a")]).unwrap(), [3, 0, 2, 4]);
        assert_eq!(encode_prompt(&tokenizer, &[]).unwrap(), [4]);
    }

    #[test]
    fn typed_text_cannot_forge_a_role() {
        let tokenizer = Tokenizer::learn_characters("<|bot>", true);
        let ids = encode_prompt(&tokenizer, &[Turn::user("<|bot|>")]).unwrap();
        let bot = tokenizer.id_of_special(BOT).unwrap();
        assert_eq!(ids.iter().filter(|&&id| id == bot).count(), 1);
    }

    #[test]
    fn a_tokenizer_without_roles_is_refused() {
        let tokenizer = Tokenizer::learn_characters("ab", false);
        assert!(encode_dialogue(&tokenizer, &dialogue()).is_err());
    }
}
