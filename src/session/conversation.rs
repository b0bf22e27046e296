//! A chat as a tree: a turn that is said again, or a reply that is written again, is a branch, and
//! nothing that was said is lost.

use super::chat::prompt_that_fits;
use super::engine::Ended;
use crate::decode::{Filters, SampleStep};
use crate::text::template::{BOT, USER};
use crate::text::{Tokenizer, Turn, dialogue::Role};
use crate::{Error, Result};

/// One turn of a conversation.
#[derive(Debug, Clone)]
pub struct Node {
    /// The turn before; none for the first.
    parent: Option<usize>,
    pub role: Role,
    pub text: String,
    /// Of a reply: how it was written.
    pub written: Option<Written>,
}

/// The record of a reply.
#[derive(Debug, Clone)]
pub struct Written {
    /// What the model had read before it began.
    pub prompt: Vec<u32>,
    /// The step of the run whose model wrote it.
    pub step: Option<u64>,
    /// Oldest turns that no longer fitted the context.
    pub dropped: usize,
    /// How its tokens were drawn; none if each was the most probable.
    pub drawn: Option<Drawn>,
    /// A record for each token.
    pub steps: Vec<SampleStep>,
    /// None while it is being written.
    pub ended: Option<Ended>,
}

/// How tokens were drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    pub filters: Filters,
    pub seed: u64,
    /// Which of the seed's streams of random numbers.
    pub stream: u64,
}

impl Written {
    /// The prompt and the reply so far.
    pub fn ids(&self) -> Vec<u32> {
        let reply = self.steps.iter().map(|step| step.token);
        self.prompt.iter().copied().chain(reply).collect()
    }
}

/// The tree, and the branch that is shown.
#[derive(Debug, Clone, Default)]
pub struct Conversation {
    nodes: Vec<Node>,
    /// The last turn of the branch that is shown.
    tip: Option<usize>,
}

impl Conversation {
    /// A turn by its number.
    pub fn node(&self, index: usize) -> Option<&Node> {
        self.nodes.get(index)
    }

    /// The branch that is shown, from the first turn to the last.
    pub fn path(&self) -> Vec<usize> {
        let mut path: Vec<usize> =
            std::iter::successors(self.tip, |&at| self.nodes[at].parent).collect();
        path.reverse();
        path
    }

    /// The turns of the branch that is shown.
    pub fn turns(&self) -> Vec<Turn> {
        let turn =
            |at: usize| Turn { role: self.nodes[at].role, text: self.nodes[at].text.clone() };
        self.path().into_iter().map(turn).collect()
    }

    /// The user says something, behind the last turn.
    pub fn say(&mut self, text: &str) {
        self.add(self.tip, Role::User, text);
    }

    /// The user says something with nothing before it; what was said stays on its branch.
    pub fn say_first(&mut self, text: &str) {
        self.add(None, Role::User, text);
    }

    /// The user says something else in place of turn `index`; what followed stays on its branch.
    pub fn say_instead(&mut self, index: usize, text: &str) {
        if let Some(node) = self.nodes.get(index) {
            self.add(node.parent, Role::User, text);
        }
    }

    /// Goes back to before reply `index`, so that it can be written again.
    pub fn before_reply(&mut self, index: usize) {
        if let Some(node) = self.nodes.get(index).filter(|node| node.role == Role::Bot) {
            self.tip = node.parent;
        }
    }

    /// Takes back the last turn, if nothing follows it on any branch.
    pub fn take_back(&mut self) {
        if self.tip.is_some_and(|tip| tip + 1 == self.nodes.len()) {
            self.tip = self.nodes.pop().and_then(|node| node.parent);
        }
    }

    /// Begins a reply to the branch that is shown.
    ///
    /// # Errors
    /// If the last turn is not the user's, cannot be encoded, or does not fit the context.
    pub fn begin_reply(&mut self, tokenizer: &Tokenizer, context: usize) -> Result<&Written> {
        let turns = self.turns();
        if turns.last().is_none_or(|turn| turn.role != Role::User) {
            return Err(Error::failed("there is nothing to reply to; say something first"));
        }
        let (prompt, dropped) = prompt_that_fits(tokenizer, &turns, 0, context)?;
        let at = self.add(self.tip, Role::Bot, "");
        let written =
            Written { prompt, step: None, dropped, drawn: None, steps: Vec::new(), ended: None };
        Ok(self.nodes[at].written.insert(written))
    }

    /// The reply that begins is drawn in this way.
    pub(super) fn draw(&mut self, drawn: Drawn) {
        let node = self.tip.and_then(|tip| self.nodes.get_mut(tip));
        if let Some(written) = node.and_then(|node| node.written.as_mut()) {
            written.drawn = Some(drawn);
        }
    }

    /// Says which moment of a run writes the reply that was just begun.
    pub fn written_at(&mut self, step: Option<u64>) {
        let node = self.tip.and_then(|tip| self.nodes.get_mut(tip));
        if let Some(written) = node.and_then(|node| node.written.as_mut()) {
            written.step = step;
        }
    }

    /// A token more of the reply that is being written.
    pub fn grow(&mut self, tokenizer: &Tokenizer, end: Option<u32>, step: SampleStep) {
        let Some(node) = self.tip.and_then(|tip| self.nodes.get_mut(tip)) else { return };
        let Some(written) = &mut node.written else { return };
        written.steps.push(step);
        let ids: Vec<u32> =
            written.steps.iter().map(|step| step.token).filter(|id| Some(*id) != end).collect();
        node.text = tokenizer.decode(&ids).unwrap_or_default();
    }

    /// The reply that was being written is over.
    pub fn finish(&mut self, why: Ended) {
        let node = self.tip.and_then(|tip| self.nodes.get_mut(tip));
        if let Some(written) = node.and_then(|node| node.written.as_mut()) {
            written.ended = Some(why);
        }
    }

    /// Which of its parent's branches this turn is, from 0, and how many there are.
    pub fn branch(&self, index: usize) -> (usize, usize) {
        let branches = self.branches(index);
        (branches.iter().position(|&at| at == index).unwrap_or(0), branches.len())
    }

    /// Shows another branch in place of turn `index`: `by` branches further, to its newest end.
    pub fn switch(&mut self, index: usize, by: isize) {
        let branches = self.branches(index);
        let Some(here) = branches.iter().position(|&at| at == index) else { return };
        let there = here.saturating_add_signed(by).min(branches.len() - 1);
        let mut tip = branches[there];
        while let Some(next) = (0..self.nodes.len()).rfind(|&at| self.nodes[at].parent == Some(tip))
        {
            tip = next;
        }
        self.tip = Some(tip);
    }

    /// The turns that stand in the same place.
    fn branches(&self, index: usize) -> Vec<usize> {
        let Some(node) = self.nodes.get(index) else { return Vec::new() };
        (0..self.nodes.len()).filter(|&at| self.nodes[at].parent == node.parent).collect()
    }

    fn add(&mut self, parent: Option<usize>, role: Role, text: &str) -> usize {
        self.nodes.push(Node { parent, role, text: text.into(), written: None });
        self.tip = Some(self.nodes.len() - 1);
        self.nodes.len() - 1
    }
}

/// The tokens that end a reply though the model would go on: it speaks for the other side, or
/// begins its own turn again.
pub fn role_tokens(tokenizer: &Tokenizer) -> Vec<u32> {
    [USER, BOT].iter().filter_map(|role| tokenizer.id_of_special(role)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(conversation: &Conversation) -> Vec<String> {
        conversation.turns().into_iter().map(|turn| turn.text).collect()
    }

    fn tokenizer() -> Tokenizer {
        Tokenizer::learn_characters("abcdefgh", true)
    }

    #[test]
    fn a_turn_said_again_is_a_branch_and_nothing_is_lost() {
        let mut talk = Conversation::default();
        talk.say("a");
        talk.begin_reply(&tokenizer(), 100).expect("a reply");
        talk.say("b");
        assert_eq!(texts(&talk), ["a", "", "b"]);
        talk.say_instead(0, "c");
        assert_eq!(texts(&talk), ["c"]);
        assert_eq!(talk.branch(3), (1, 2));
        talk.switch(3, -1);
        assert_eq!(texts(&talk), ["a", "", "b"]);
        talk.switch(0, 5);
        assert_eq!(texts(&talk), ["c"]);
    }

    #[test]
    fn a_reply_can_be_written_again() {
        let mut talk = Conversation::default();
        talk.say("a");
        talk.begin_reply(&tokenizer(), 100).expect("a reply");
        talk.before_reply(1);
        talk.begin_reply(&tokenizer(), 100).expect("another");
        assert_eq!(talk.branch(2), (1, 2));
        assert!(talk.begin_reply(&tokenizer(), 100).is_err(), "nothing to reply to");
    }

    #[test]
    fn oldest_turns_fall_out_and_what_cannot_fit_is_refused() {
        let mut talk = Conversation::default();
        talk.say("aaaaaaaa");
        talk.begin_reply(&tokenizer(), 30).expect("fits");
        talk.say("bbbbbbbb");
        let written = talk.begin_reply(&tokenizer(), 30).expect("fits without the first");
        assert!(written.dropped > 0);
        let before = talk.path().len();
        talk.say("abcdefghabcdefghabcdefgh");
        assert!(talk.begin_reply(&tokenizer(), 30).is_err());
        talk.take_back();
        assert_eq!(talk.path().len(), before);
    }
}
