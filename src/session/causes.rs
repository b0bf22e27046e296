//! What is changed in the model, what was asked about it, and a second text to compare with.

use super::Session;
use super::engine::{Altered, Answer, Command, Question, Sight, Source};
use super::lesson::typed;
use crate::interpret::{Change, Component, Patch};
use crate::{Error, Result};
use std::sync::Arc;

/// The state of causes and questions.
#[derive(Debug, Default)]
pub(super) struct Causes {
    changes: Vec<Change>,
    altered: Option<Arc<Altered>>,
    /// The second text, and all that can be seen of it.
    second: Vec<u32>,
    /// Another model that reads the first text instead of a second one.
    other_model: Option<Source>,
    beside: Option<Arc<Sight>>,
    /// Questions that have no answer yet.
    asked: Vec<Question>,
    /// The latest answer of each kind.
    answers: Vec<Arc<Answer>>,
}

impl Causes {
    pub fn altered(&mut self, altered: Arc<Altered>) {
        self.altered = Some(altered);
    }

    pub fn beside(&mut self, sight: Arc<Sight>) {
        self.beside = Some(sight);
    }

    pub fn answered(&mut self, answer: Arc<Answer>) {
        if answer.done >= 1.0 {
            self.asked.retain(|question| *question != answer.question);
        }
        let kind = std::mem::discriminant(&answer.question);
        self.answers.retain(|old| std::mem::discriminant(&old.question) != kind);
        self.answers.push(answer);
    }

    /// There will be no second text.
    pub fn forget_beside(&mut self) {
        (self.second, self.other_model, self.beside) = (Vec::new(), None, None);
    }

    /// The text that is looked at, or the model, is another: what was asked is out of date.
    pub fn forget_questions(&mut self) {
        self.asked.clear();
    }
}

impl Session {
    /// What is changed whenever a text is read.
    pub fn changes(&self) -> &[Change] {
        &self.causes.changes
    }

    /// Changes what the model computes; nothing to let it be.
    pub fn change(&mut self, changes: Vec<Change>) {
        if changes != self.causes.changes {
            self.causes.changes.clone_from(&changes);
            self.causes.asked.clear();
            self.engine.send(Command::Change(changes));
        }
    }

    /// By how much a part is scaled: 1 if nothing was done to it.
    pub fn scale_of(&self, part: Component) -> f32 {
        let scale = |change: &Change| match change {
            Change::Scale { part: scaled, by } if *scaled == part => Some(*by),
            _ => None,
        };
        self.causes.changes.iter().find_map(scale).unwrap_or(1.0)
    }

    /// Scales what a part writes; by 0 it is off, by 1 it is as it was.
    pub fn scale(&mut self, part: Component, by: f32) {
        let mut changes = self.causes.changes.clone();
        let of_part = |change: &Change| matches!(change, Change::Scale { part: scaled, .. } if *scaled == part);
        let place = changes.iter().position(of_part);
        match (place, by == 1.0) {
            (Some(at), true) => drop(changes.remove(at)),
            (Some(at), false) => changes[at] = Change::Scale { part, by },
            (None, true) => {}
            (None, false) => changes.push(Change::Scale { part, by }),
        }
        self.change(changes);
    }

    /// Replaces a row of an activation, beside the other changes.
    pub fn patch(&mut self, patch: Patch) {
        let mut changes = self.causes.changes.clone();
        let same_place = |change: &Change| matches!(change, Change::Patch(old) if old.name == patch.name && old.row == patch.row);
        changes.retain(|change| !same_place(change));
        changes.push(Change::Patch(patch));
        self.change(changes);
    }

    /// Undoes one change.
    pub fn undo(&mut self, index: usize) {
        let mut changes = self.causes.changes.clone();
        if index < changes.len() {
            changes.remove(index);
            self.change(changes);
        }
    }

    /// What the model is seen doing: the changed pass if there is one, else the untouched one.
    pub fn seen(&self) -> Option<&Arc<Sight>> {
        self.altered().map(|altered| &altered.sight).or(self.sight())
    }

    /// The text that is looked at, read with the changes; none while it is being read, or if there
    /// are none.
    pub fn altered(&self) -> Option<&Arc<Altered>> {
        let sight = self.sight()?;
        let altered = self.causes.altered.as_ref()?;
        let current = Arc::ptr_eq(&altered.base, sight) && altered.changes == self.causes.changes;
        current.then_some(altered)
    }

    /// Asks something about the text that is looked at, unless it is being answered already.
    pub fn ask(&mut self, question: Question) {
        let ready = self.sight_is_current() && !self.is_writing();
        if ready && !self.causes.asked.contains(&question) && self.answer(&question).is_none() {
            let kind = std::mem::discriminant(&question);
            self.causes.asked.retain(|asked| std::mem::discriminant(asked) != kind);
            self.causes.asked.push(question.clone());
            self.engine.send(Command::Ask(question));
        }
    }

    /// The answer to a question, or as much of it as there is; none if it was given for another
    /// text or other changes.
    pub fn answer(&self, question: &Question) -> Option<&Arc<Answer>> {
        let ids = self.sight().map(|sight| &sight.reading.ids)?;
        self.causes.answers.iter().find(|answer| {
            let current = answer.ids == *ids && answer.changes == self.causes.changes;
            answer.question == *question && (current || !question.is_about_the_text())
        })
    }

    /// Whether an answer, a changed pass or a second text is still to come.
    pub fn is_thinking(&self) -> bool {
        let waits_for_pass = !self.causes.changes.is_empty()
            && self.sight().is_some()
            && self.sight_is_current()
            && self.altered().is_none();
        let waits_for_second = !self.causes.second.is_empty() && self.beside().is_none();
        !self.causes.asked.is_empty() || waits_for_pass || waits_for_second
    }

    /// The second text.
    pub fn beside(&self) -> Option<&Arc<Sight>> {
        let causes = &self.causes;
        let current = |sight: &&Arc<Sight>| {
            let expected = match &causes.other_model {
                Some(source) => sight.model.source == *source,
                None => self.opened().is_some_and(|model| Arc::ptr_eq(model, &sight.model)),
            };
            !causes.second.is_empty() && sight.reading.ids == causes.second && expected
        };
        self.causes.beside.as_ref().filter(current)
    }

    /// A text as tokens: as what a user says in a chat, or as it is.
    ///
    /// # Errors
    /// If there is no tokenizer, or the text cannot be encoded or does not fit the context.
    pub(super) fn ids_of(&self, text: &str, as_chat: bool) -> Result<Vec<u32>> {
        let opened = self.opened().ok_or_else(|| Error::failed("no model is open yet"))?;
        let tokenizer = opened.model.tokenizer()?;
        let ids = typed(tokenizer, text, as_chat && self.can_chat())?;
        let context = self.context();
        if ids.len() > context {
            return Err(Error::failed(format!(
                "that is {} tokens, and the model reads {context} at once; shorten the text",
                ids.len()
            )));
        }
        Ok(ids)
    }

    /// Reads a second text, to compare with; an empty one to have none.
    pub fn read_beside(&mut self, text: &str, as_chat: bool) {
        let about_it = |question: &Question| matches!(question, Question::Patches { .. });
        self.causes.asked.retain(|question| !about_it(question));
        if text.is_empty() {
            self.put_beside(Vec::new());
            return;
        }
        match self.ids_of(text, as_chat) {
            Ok(ids) => self.put_beside(ids),
            Err(error) => self.problems.push(error.to_string()),
        }
    }

    /// Reads the text that is looked at with another model, to compare.
    pub fn read_with(&mut self, source: Source) {
        if self.sight_is_current() {
            self.causes.forget_beside();
            self.causes.second = self.subject().to_vec();
            self.causes.other_model = Some(source.clone());
            self.engine.send(Command::BesideModel(source));
        }
    }

    /// The second text; empty if there is none, or if another model reads the first one.
    pub fn second(&self) -> &[u32] {
        if self.causes.other_model.is_some() { &[] } else { &self.causes.second }
    }

    /// As [`Session::read_beside`], with tokens.
    pub fn put_beside(&mut self, ids: Vec<u32>) {
        self.causes.forget_beside();
        self.causes.second.clone_from(&ids);
        if !ids.is_empty() {
            self.engine.send(Command::Beside(ids));
        }
    }
}
