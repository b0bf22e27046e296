//! Actions of a lesson, carried out on the session.

use super::beams::Beams;
use super::material::material;
use super::prompt;
use super::read_cause::{part_of, same_rows};
use super::read_recording::recording;
use super::replies::Replying;
use super::snapshot::{Decoding, Drawn};
use super::stage::{Resolved, Stage, model_name, names_models};
use super::wait::until;
use crate::decode::Filters;
use crate::interpret::{Change, Component, Patch};
use crate::lesson::Action;
use crate::lesson::formula::Value;
use crate::lesson::schema::Station;
use crate::nn::Name;
use crate::session::engine::Source;
use crate::{Error, Result};
use std::sync::Arc;

/// The most tokens that one action draws, and the most replies that it writes.
pub const MOST_DRAWS: usize = 1000;
pub const MOST_REPLIES: usize = 50;
/// The most merges that one action learns.
const MOST_MERGES: usize = 4096;

impl Stage {
    /// Does what a person would do with the mouse.
    pub(super) fn perform(&mut self, action: &Action, given: &Resolved) -> Result<()> {
        match action {
            Action::Station(station) => self.view.station = Some(*station),
            Action::Model(model) => self.open_model(model.of(self.language))?,
            Action::Data(data) => {
                let name = data.of(self.language);
                self.material = Some(material(name)?);
                self.set = Some(name.clone());
            }
            Action::Preset(name) => self.preset = Some(name.clone()),
            Action::Recorded(name) => {
                let found = recording(name, self.language);
                let none = || Error::failed(format!("there is no recorded run {name}"));
                self.recorded = Some(found.ok_or_else(none)??);
            }
            Action::Reset
            | Action::Train(_)
            | Action::Pause
            | Action::TrainHalf(_)
            | Action::Scrub(_)
            | Action::Fork(_)
            | Action::Tune(..) => self.learn(action, given)?,
            Action::Prompt(text) => self.look_at_prompt(text.of(self.language))?,
            Action::Compare { left, right } => {
                self.compare(left.of(self.language), right.of(self.language))?;
            }
            Action::Seed(seed) => self.decoding.seed = *seed,
            Action::Decode { .. } => self.set_filters(given)?,
            Action::Zoom(zoom) => self.view.zoom = Some(*zoom),
            Action::Select { .. } => self.select(given)?,
            Action::Take(_) => {
                let token = given.known(0, Value::as_token)?;
                let mut ids = self.session.subject().to_vec();
                ids.extend(token);
                self.look(ids)?;
            }
            Action::Back => {
                let ids = self.session.subject();
                let length = ids.len().saturating_sub(1).max(self.prompt).min(ids.len());
                self.look(ids[..length].to_vec())?;
            }
            Action::Rewind => {
                let ids = self.session.subject();
                self.look(ids[..self.prompt.min(ids.len())].to_vec())?;
            }
            Action::Draw(_) => {
                let n = given.known(0, Value::as_count)?.unwrap_or(0);
                self.draw(n.min(MOST_DRAWS))?;
            }
            Action::Replies { .. } => {
                let n = given.known(0, Value::as_count)?.unwrap_or(0);
                let temperature = given.known(1, Value::as_number)?.unwrap_or(1.0);
                self.write_replies(n.min(MOST_REPLIES), temperature as f32)?;
            }
            Action::Say(text) => {
                // The chat's own reply is the last one from now on.
                self.decoding.replies.clear();
                self.session.say(text.of(self.language));
                until(&mut self.session, |session| {
                    !session.is_writing() && session.sight_is_current()
                })?;
            }
            Action::NewChat => self.session.new_chat(),
            Action::BeamStep | Action::BeamRun => self.search(matches!(action, Action::BeamRun))?,
            Action::Clean(rule) => self.data()?.clean(rule)?,
            Action::Merge(_) => {
                let n = given.known(0, Value::as_count)?.unwrap_or(0);
                self.data()?.merge(n.min(MOST_MERGES))?;
            }
            Action::Ablate(_) => {
                if let Some(part) = given.known(0, part_of)? {
                    self.ablate(part)?;
                }
            }
            Action::Patch { from, name, .. } => {
                let row = given.known(0, Value::as_count)?.unwrap_or(0);
                self.patch(from.of(self.language), name, row)?;
            }
            Action::Restore => self.change(Vec::new())?,
            // What is recorded is there whether it is shown step by step or not, and nobody sees
            // what is marked or open here.
            Action::Forward(_) | Action::Mark(_) | Action::Open(_) | Action::Close(_) => {}
            other => {
                let what =
                    format!("this version of Glassbox cannot do {} in a lesson", other.name());
                return Err(Error::failed(what));
            }
        }
        Ok(())
    }

    fn open_model(&mut self, name: &str) -> Result<()> {
        let source = Source::Named(model_name(&self.lesson, name, self.language).into());
        let before = self.session.opened();
        if before.is_some_and(|opened| opened.source == source) {
            self.session.new_chat();
            self.decoding.search = None;
            return self.change(Vec::new());
        }
        let before = before.map(|opened| Arc::as_ptr(opened) as usize);
        self.decoding.search = None;
        self.session.change(Vec::new());
        self.session.open(source);
        self.wait_for_model(before)
    }

    fn look_at_prompt(&mut self, text: &str) -> Result<()> {
        let ids = self.encoded(text)?;
        self.prompt = ids.len();
        self.look(ids)
    }

    fn look(&mut self, ids: Vec<u32>) -> Result<()> {
        if ids.len() > self.session.context() {
            return Err(Error::failed("the context is full"));
        }
        let before = self.session.sight().filter(|_| self.session.sight_is_current()).cloned();
        self.decoding.search = None;
        self.session.look(ids);
        until(&mut self.session, |session| {
            session.subject().is_empty() || (session.sight_is_current() && !session.is_thinking())
        })?;
        let after = self.session.sight();
        let rows = before.zip(after).and_then(|(before, after)| {
            Arc::ptr_eq(&before.model, &after.model)
                .then(|| same_rows(&before.reading, &after.reading))?
        });
        self.same_rows = rows;
        Ok(())
    }

    /// A round of beam search, or all that are left.
    fn search(&mut self, to_the_end: bool) -> Result<()> {
        let opened = self.session.opened().ok_or_else(|| Error::failed("no model is open"))?;
        let decoding = &mut self.decoding;
        let mut search = match decoding.search.take() {
            Some(search) => search,
            None => {
                let (beams, penalty) = (decoding.beams(), decoding.length_penalty());
                Beams::begin(opened, self.session.subject(), beams, penalty)?
            }
        };
        search.go_on(opened, to_the_end)?;
        decoding.search = Some(search);
        Ok(())
    }

    fn data(&mut self) -> Result<&mut super::Material> {
        self.material.as_mut().ok_or_else(|| Error::failed("the lesson has no data; give it some"))
    }

    fn ablate(&mut self, part: Component) -> Result<()> {
        let config = self.session.opened().map(|opened| &opened.model.parameters.config);
        if !part.can_be_scaled() || !config.is_some_and(|config| part.is_in(config)) {
            return Err(Error::failed("this model has no such part that can be switched off"));
        }
        let mut changes = self.session.changes().to_vec();
        let change = Change::Scale { part, by: 0.0 };
        if !changes.contains(&change) {
            changes.push(change);
        }
        self.change(changes)
    }

    /// Two texts, or one text in two models.
    fn compare(&mut self, left: &str, right: &str) -> Result<()> {
        if names_models(left, right) {
            let opened = self.session.opened().filter(|_| self.session.sight_is_current());
            if opened.is_none_or(|opened| opened.name != left) {
                let what = format!(
                    "{left} is not open with a text to read: Model and Prompt come before Compare"
                );
                return Err(Error::failed(what));
            }
            self.session.read_with(Source::Named(right.into()));
        } else {
            self.look_at_prompt(left)?;
            let ids = self.encoded(right)?;
            self.session.put_beside(ids);
        }
        until(&mut self.session, |session| session.beside().is_some())?;
        (self.view.station, self.view.zoom) = (Some(Station::Model), None);
        Ok(())
    }

    /// A text as tokens, which the model can read.
    fn encoded(&self, text: &str) -> Result<Vec<u32>> {
        let tokenizer = self.session.tokenizer();
        let tokenizer = tokenizer.ok_or_else(|| Error::failed("this model has no tokenizer"))?;
        let ids = prompt::encode(tokenizer, text)?;
        let context = self.session.context();
        if ids.is_empty() || ids.len() > context {
            let what = format!("the text has {} tokens; 1 to {context} can be read", ids.len());
            return Err(Error::failed(what));
        }
        Ok(ids)
    }

    /// Puts a row of another text's activation in the place of this one's.
    fn patch(&mut self, from: &str, name: &str, row: usize) -> Result<()> {
        let ids = self.encoded(from)?;
        self.session.put_beside(ids);
        until(&mut self.session, |session| session.beside().is_some())?;
        let name: Name =
            name.parse().map_err(|_| Error::failed(format!("there is no activation {name}")))?;
        let values: Vec<f32> = match self.session.beside() {
            Some(beside) if row < beside.reading.positions() && Patch::fits(name) => {
                beside.reading.row(name, row).to_vec()
            }
            _ => return Err(Error::failed(format!("row {row} of {name} cannot be put in"))),
        };
        let mut changes = self.session.changes().to_vec();
        changes.push(Change::Patch(Patch { name, row, values: values.into() }));
        self.change(changes)
    }

    fn change(&mut self, changes: Vec<Change>) -> Result<()> {
        self.session.change(changes);
        until(&mut self.session, |session| !session.is_thinking())
    }

    /// Sets those that are given; the others stay.
    fn set_filters(&mut self, given: &Resolved) -> Result<()> {
        let number = |i| given.known(i, Value::as_number).map(|x| x.map(|x| x as f32));
        let was = self.decoding.filters;
        let filters = Filters {
            temperature: number(0)?.or(was.temperature),
            top_k: given.known(1, Value::as_count)?.or(was.top_k),
            top_p: number(2)?.or(was.top_p),
            min_p: number(3)?.or(was.min_p),
            repetition_penalty: number(4)?.or(was.repetition_penalty).filter(|&x| x != 1.0),
        };
        let beams = given.known(5, Value::as_count)?;
        let penalty = given.known(6, Value::as_number)?;
        if beams == Some(0) || penalty.is_some_and(|penalty| !penalty.is_finite()) {
            return Err(Error::failed("a search has 1 beam at least, and a finite length penalty"));
        }
        Decoding { filters, ..Decoding::default() }.in_effect().validate()?;
        let decoding = &mut self.decoding;
        decoding.filters = filters;
        decoding.beams = beams.or(decoding.beams);
        decoding.length_penalty = penalty.or(decoding.length_penalty);
        if beams.is_some() || penalty.is_some() {
            decoding.search = None;
        }
        Ok(())
    }

    fn select(&mut self, given: &Resolved) -> Result<()> {
        let (position, layer) =
            (given.known(0, Value::as_count)?, given.known(1, Value::as_count)?);
        let (head, token) = (given.known(2, Value::as_head)?, given.known(3, Value::as_token)?);
        let cell = given.known(4, Value::as_count)?;
        let view = &mut self.view;
        view.position = position.or(view.position);
        view.layer = layer.or(head.map(|head| head.layer)).or(view.layer);
        view.head = head.or(view.head);
        view.token = token.or(view.token);
        view.cell = cell.or(view.cell);
        Ok(())
    }

    /// Rolls the die: each roll has its own random number of the seed, from the one on with which the window begins.
    fn draw(&mut self, n: usize) -> Result<()> {
        let temperature = self.decoding.filters.temperature.unwrap_or(1.0);
        for _ in 0..n {
            self.drawn += 1;
            let token = self.replying(self.decoding.filters)?.roll(self.drawn)?;
            self.decoding.draws.extend(token.map(|token| Drawn { token, temperature }));
        }
        Ok(())
    }

    fn write_replies(&mut self, n: usize, temperature: f32) -> Result<()> {
        let filters = Filters { temperature: Some(temperature), ..self.decoding.filters };
        Decoding { filters, ..Decoding::default() }.in_effect().validate()?;
        for _ in 0..n {
            let written = self.replying(filters)?.reply(self.decoding.replies.len() as u64)?;
            self.decoding.replies.push(written);
        }
        Ok(())
    }

    /// Goes on with the text that is looked at.
    fn replying(&self, filters: Filters) -> Result<Replying<'_>> {
        let opened = self.session.opened().ok_or_else(|| Error::failed("no model is open"))?;
        let (subject, seed) = (self.session.subject(), self.decoding.seed);
        Ok(Replying { opened, subject, filters, seed })
    }
}
