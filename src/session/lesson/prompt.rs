//! A lesson's prompt as tokens.

use crate::Result;
use crate::text::dialogue::{Dialogue, Role, Turn, read_transcript};
use crate::text::{Tokenizer, template};

/// What a person types for a model: in a chat it is what the user says, or a transcript with roles; else it is
/// taken as it is.
///
/// # Errors
/// If the tokenizer lacks a character.
pub fn typed(tokenizer: &Tokenizer, text: &str, in_chat: bool) -> Result<Vec<u32>> {
    let is_transcript = || {
        let (dialogues, problems) = read_transcript(text);
        dialogues.len() == 1 && problems.is_empty()
    };
    if !in_chat {
        tokenizer.encode(text)
    } else if is_transcript() {
        encode(tokenizer, text)
    } else {
        template::encode_prompt(tokenizer, &[Turn::user(text)])
    }
}

/// A transcript becomes turns, the last of them open: the model goes on with what the bot began to
/// say, or begins a reply. Any other text is taken as it is.
///
/// # Errors
/// If the tokenizer lacks a character.
pub fn encode(tokenizer: &Tokenizer, prompt: &str) -> Result<Vec<u32>> {
    let (mut dialogues, problems) = read_transcript(prompt);
    let has_roles = tokenizer.id_of_special(template::BOT).is_some();
    let turns = match (dialogues.pop(), dialogues.is_empty() && problems.is_empty() && has_roles) {
        (Some(dialogue), true) => dialogue.turns,
        _ => return tokenizer.encode_plain(prompt),
    };
    match turns.last().map(|turn| turn.role) {
        Some(Role::Bot) => {
            let mut ids = template::encode_dialogue(tokenizer, &Dialogue { turns })?.ids;
            // The last turn is still being said.
            ids.pop();
            Ok(ids)
        }
        _ => template::encode_prompt(tokenizer, &turns),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_turn_stays_open() {
        let tokenizer = Tokenizer::learn_characters("abuser: ot\n", true);
        let [end, user, bot] = template::SPECIAL_TOKENS.map(|name| tokenizer.id_of_special(name));
        let ids = |prompt| encode(&tokenizer, prompt).unwrap();
        let open = ids("user: a\nbot: b");
        assert_eq!((open.first().copied(), open.len()), (user, 5));
        assert_ne!(open.last().copied(), end);
        assert_eq!(ids("user: a").last().copied(), bot);
        assert_eq!(ids("a b").len(), 3);
        let typed = |text, in_chat| typed(&tokenizer, text, in_chat).unwrap();
        assert_eq!(typed("user: a\nbot: b", true), ids("user: a\nbot: b"));
        assert_eq!(typed("a b", true), ids("user: a b"));
        assert_eq!(typed("a b", false), ids("a b"));
    }
}
