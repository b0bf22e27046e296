//! A lesson's actions, each with the hand that a person's click has.

use super::Shell;
use super::lesson::{selection, station_of};
use crate::app::context::Action as Click;
use crate::app::context::Station;
use crate::app::lesson::{Playing, Wait};
use crate::app::stations::decode::{Ask as Decode, View as DecodeView};
use crate::app::stations::model::View as ModelView;
use crate::app::stations::train::Tab;
use crate::app::transport::Move;
use crate::app::words::fill;
use crate::decode::Filters;
use crate::lesson::action::{Half, Zoom};
use crate::lesson::formula::Value;
use crate::lesson::{Action, Part};
use crate::session::engine::Source;
use crate::session::lesson::{
    Decoding, MOST_DRAWS, MOST_REPLIES, Replying, Resolved, View, model_name, part_of, recording,
    weights_of,
};
use crate::session::training::Order;
use crate::text::dialogue::{Role, read_transcript};
use crate::{Error, Result};
use std::sync::Arc;
use std::sync::mpsc::channel;

impl Shell {
    /// Does what a person would do with the mouse; returns what has to be waited for.
    pub(super) fn perform(
        &mut self,
        playing: &mut Playing,
        action: &Action,
        given: &Resolved,
    ) -> Result<Option<Wait>> {
        let language = playing.language();
        match action {
            Action::Station(station) => {
                let station = station_of(*station);
                self.settings.station = station.ok_or_else(|| self.cannot(action.name()))?;
            }
            Action::Model(model) => return Ok(self.open_for_lesson(playing, model.of(language))),
            Action::Data(data) => return self.lend_data(playing, data.of(language)).map(Some),
            Action::Prompt(text) => {
                return self.look_at_prompt(playing, text.of(language)).map(Some);
            }
            Action::Compare { left, right } => {
                let (left, right) = (left.of(language), right.of(language));
                return self.compare_for_lesson(playing, left, right).map(Some);
            }
            Action::Seed(seed) => self.session.decode(|decoding| decoding.set_seed(*seed)),
            Action::Decode { .. } => self.set_decoding(playing, given)?,
            Action::Zoom(zoom) => self.zoom_to(*zoom),
            Action::Select { .. } => self.select(given)?,
            Action::Take(_) => {
                let token = given.known(0, Value::as_token)?;
                if !self.session.can_append() {
                    let words = self.settings.language.words();
                    return Err(Error::failed(words.lesson.no_room));
                }
                token.into_iter().for_each(|token| self.session.decode_append(token));
                let ids = self.session.decoding().ids();
                self.session.look(ids);
                return Ok(Some(Wait::Sight));
            }
            Action::Back | Action::Rewind => {
                let here = self.session.decoding().here();
                let to = if matches!(action, Action::Back) { here.saturating_sub(1) } else { 0 };
                let first = playing.prompt.saturating_sub(1);
                self.session.decode(|decoding| decoding.go(to.max(first)));
                let ids = self.session.decoding().ids();
                self.session.look(ids);
                return Ok(Some(Wait::Sight));
            }
            Action::Draw(_) => {
                let n = given.known(0, Value::as_count)?.unwrap_or(0);
                self.roll(playing, n.min(MOST_DRAWS));
            }
            Action::Replies { .. } => {
                let n = given.known(0, Value::as_count)?.unwrap_or(0).min(MOST_REPLIES);
                let temperature = given.known(1, Value::as_number)?.unwrap_or(1.0);
                return self.write_replies(playing, n, temperature as f32).map(Some);
            }
            Action::Say(text) => {
                playing.seen.decoding.replies.clear();
                self.session.say(text.of(language));
                return Ok(Some(Wait::Reply));
            }
            Action::NewChat => self.act(Click::NewChat),
            Action::Forward(_) => self.play_once(),
            Action::Mark(part) => {
                playing.marks.push(part.clone());
                self.show_part(part);
            }
            Action::Open(part) => {
                playing.opened.push(part.clone());
                playing.closed.retain(|closed| closed != part);
                playing.marks.push(part.clone());
                self.show_part(part);
            }
            Action::Close(part) => {
                playing.closed.push(part.clone());
                playing.opened.retain(|opened| opened != part);
                playing.marks.retain(|marked| marked != part);
            }
            Action::BeamStep | Action::BeamRun => {
                let to_the_end = matches!(action, Action::BeamRun);
                return self.search_for_lesson(playing, to_the_end).map(Some);
            }
            Action::Clean(rule) => return self.clean_for_lesson(playing, rule),
            Action::Merge(_) => {
                let n = given.known(0, Value::as_count)?.unwrap_or(0);
                return self.merge_for_lesson(playing, n);
            }
            Action::Preset(name) => playing.seen.preset = Some(name.clone()),
            Action::Recorded(name) => {
                let none = fill(self.settings.language.words().lesson.no_recording, &[name]);
                let found = recording(name, language).ok_or_else(|| Error::failed(none))??;
                // The lesson's own run rests behind it; the learner's goes on.
                if playing.seen.trains {
                    self.session.train(Order::Pause);
                }
                playing.seen.recorded = Some(Arc::new(found));
            }
            Action::Reset
            | Action::Train(_)
            | Action::Pause
            | Action::TrainHalf(_)
            | Action::Scrub(_)
            | Action::Fork(_)
            | Action::Tune(..) => return self.learn_for_lesson(playing, action, given),
            Action::Ablate(_) => {
                let part = given.known(0, part_of)?;
                if let Some(part) = part {
                    self.act(Click::Scale(part, 0.0));
                }
                return Ok(Some(Wait::Sight));
            }
            Action::Patch { from, name, .. } => {
                let row = given.known(0, Value::as_count)?.unwrap_or(0);
                return self.read_to_patch(from.of(language), name, row).map(Some);
            }
            Action::Restore => {
                self.act(Click::Restore);
                return Ok(Some(Wait::Sight));
            }
            other => return Err(self.cannot(other.name())),
        }
        Ok(None)
    }

    pub(super) fn cannot(&self, what: &str) -> Error {
        Error::failed(fill(self.settings.language.words().lesson.cannot, &[&what]))
    }

    fn open_for_lesson(&mut self, playing: &mut Playing, name: &str) -> Option<Wait> {
        let before = self.session.opened();
        let lesson = playing.runner.lesson();
        let source = Source::Named(model_name(lesson, name, playing.language()).into());
        if before.is_some_and(|opened| opened.source == source && opened.run.is_none()) {
            playing.seen.weights = before.map(|opened| weights_of(opened));
            self.session.change(Vec::new());
            self.session.new_chat();
            return None;
        }
        let before = before.map(|opened| Arc::as_ptr(opened) as usize);
        self.session.open(source);
        Some(Wait::Model(before))
    }

    pub(super) fn look_at_prompt(&mut self, playing: &mut Playing, text: &str) -> Result<Wait> {
        let ids = self.encoded_for_lesson(text)?;
        playing.prompt = ids.len();
        let (shown, as_chat) = as_typed(text, self.session.can_chat());
        self.rooms.model.prompt.write(&shown, as_chat);
        self.rooms.decode.prompt.write(&shown, as_chat);
        self.session.decode(|decoding| decoding.begin(&ids, ids.len() - 1));
        self.rooms.decode.show_top();
        self.rooms.model.show_all();
        self.session.look(ids);
        Ok(Wait::Sight)
    }

    /// Sets those that are given; the others stay.
    fn set_decoding(&mut self, playing: &mut Playing, given: &Resolved) -> Result<()> {
        self.set_filters(given)?;
        let beams = given.known(5, Value::as_count)?;
        let penalty = given.known(6, Value::as_number)?;
        let decoding = &mut playing.seen.decoding;
        decoding.beams = beams.or(decoding.beams);
        decoding.length_penalty = penalty.or(decoding.length_penalty);
        if beams.is_some() || penalty.is_some() {
            decoding.search = None;
            let (beams, penalty) = (decoding.beams(), decoding.length_penalty());
            self.plan_for_lesson(beams, penalty);
        }
        Ok(())
    }

    fn set_filters(&mut self, given: &Resolved) -> Result<()> {
        let number = |i| given.known(i, Value::as_number).map(|x| x.map(|x| x as f32));
        let was = *self.session.decoding().filters();
        let filters = Filters {
            temperature: number(0)?.or(was.temperature),
            // No filter at 0.
            top_k: given.known(1, Value::as_count)?.or(was.top_k).filter(|&k| k > 0),
            top_p: number(2)?.or(was.top_p),
            min_p: number(3)?.or(was.min_p),
            // A penalty of 1 changes nothing.
            repetition_penalty: number(4)?.or(was.repetition_penalty).filter(|&x| x != 1.0),
        };
        // At temperature 0 the most probable token takes all.
        let filters = Decoding { filters, ..Decoding::default() }.in_effect();
        filters.validate()?;
        self.session.decode_filters(filters);
        Ok(())
    }

    fn zoom_to(&mut self, zoom: Zoom) {
        self.settings.station = Station::Model;
        self.rooms.model.view = match zoom {
            Zoom::Model | Zoom::Block => ModelView::Map,
            Zoom::Head | Zoom::Matrix => ModelView::Heads,
            Zoom::Cell => ModelView::Numbers,
        };
    }

    fn select(&mut self, given: &Resolved) -> Result<()> {
        let view = View {
            position: given.known(0, Value::as_count)?,
            layer: given.known(1, Value::as_count)?,
            head: given.known(2, Value::as_head)?,
            token: given.known(3, Value::as_token)?,
            cell: given.known(4, Value::as_count)?,
            ..View::default()
        };
        self.locked = selection(self.locked, &view);
        self.locked.rival = given.known(5, Value::as_token)?.or(self.locked.rival);
        Ok(())
    }

    /// Rolls the die at the place, and counts.
    fn roll(&mut self, playing: &mut Playing, n: usize) {
        let counts = |shell: &Self| {
            let sheet = shell.session.decoding().sheet();
            sheet.and_then(|sheet| sheet.counts.clone()).unwrap_or_default()
        };
        if n == 1 {
            self.session.decode(crate::session::Decoding::roll_again);
            let winner = self.session.decoding().sheet().and_then(|sheet| sheet.winner());
            playing.count(&winner.into_iter().collect::<Vec<_>>());
            return;
        }
        let before = counts(self);
        self.session.decode(|decoding| decoding.roll_often(n));
        self.rooms.decode.show_top();
        let after = counts(self);
        let Some(sheet) = self.session.decoding().sheet() else { return };
        let list: Vec<u32> = sheet.candidates.list.iter().map(|it| it.token).collect();
        playing.count(&after.since(&before, &list));
    }

    fn write_replies(&self, playing: &Playing, n: usize, temperature: f32) -> Result<Wait> {
        let filters =
            Filters { temperature: Some(temperature), ..*self.session.decoding().filters() };
        let filters = Decoding { filters, ..Decoding::default() }.in_effect();
        filters.validate()?;
        let opened = self.session.opened().cloned();
        let opened = opened.ok_or_else(|| Error::failed(self.settings.language.words().reading))?;
        let subject = self.session.subject().to_vec();
        let (seed, begun) =
            (self.session.decoding().seed(), playing.seen.decoding.replies.len() as u64);
        let (sender, receiver) = channel();
        let write = move || {
            let replying = Replying { opened: &opened, subject: &subject, filters, seed };
            let replies = (0..n as u64).map(|i| replying.reply(begun + i)).collect();
            // The lesson may be gone by then.
            let _ = sender.send(replies);
        };
        let thread = std::thread::Builder::new().name("glassbox-replies".into());
        thread.spawn(write).map_err(no_thread)?;
        Ok(Wait::Replies(receiver))
    }

    /// Plays what the station shows, from its beginning.
    fn play_once(&mut self) {
        if self.settings.station != Station::Model || !self.look().motion {
            return;
        }
        if self.rooms.model.view == ModelView::Map {
            self.rooms.model.play_once();
        } else {
            let mut actions = Vec::new();
            self.moved(Move::Reset, &mut actions);
            self.moved(Move::PlayPause, &mut actions);
            actions.into_iter().for_each(|action| self.act(action));
        }
    }

    /// Turns to the station and the view in which a part stands.
    fn show_part(&mut self, part: &str) {
        // Whoever jumps to a step has not been led to its station.
        let station = Part::of(part).and_then(Part::station).and_then(station_of);
        self.settings.station = station.unwrap_or(self.settings.station);
        let family = part.split('.').next().unwrap_or_default();
        match family {
            "map" => self.rooms.model.view = ModelView::Map,
            "head" => {
                self.rooms.model.view = ModelView::Heads;
                match part {
                    "head.value" | "head.output" => self.rooms.model.heads.show_card(true),
                    "head.query" | "head.key" | "head.cell" => {
                        self.rooms.model.heads.show_card(false);
                    }
                    _ => {}
                }
            }
            "lens" => self.rooms.model.view = ModelView::Lens,
            "embedding" => self.rooms.model.view = ModelView::Embedding,
            "mlp" => self.rooms.model.view = ModelView::Neurons,
            "cause" if part == "cause.grid" => self.rooms.model.view = ModelView::Compare,
            "cause" => self.rooms.model.view = ModelView::Why,
            "funnel" | "decode" if part != "decode.replies" => {
                self.act(Click::Decode(Decode::Show(DecodeView::Funnel)));
                if matches!(part, "decode.min_p" | "decode.repetition_penalty" | "decode.seed") {
                    self.rooms.decode.show_more();
                }
            }
            "tokens" => {
                use crate::app::stations::tokens::View;
                self.rooms.tokens.view = match part {
                    "tokens.merges" => View::Learn,
                    "tokens.template" => View::Template,
                    "tokens.vocabulary" => View::Table,
                    _ => View::Read,
                };
            }
            "train" => {
                let slow = matches!(part, "train.slow" | "train.outcome");
                self.rooms.train.tab = if slow { Tab::OneStep } else { Tab::Live };
                if part == "train.outcome" {
                    self.rooms.train.slow.show(Half::Update);
                }
            }
            "tune" => self.rooms.tune.show_learning(part == "tune.lora"),
            "beam" => self.act(Click::Decode(Decode::Show(DecodeView::Tree))),
            _ => {}
        }
    }
}

/// How a person would type a lesson's prompt: what the user says, where that is all; and whether as a chat.
pub(super) fn as_typed(prompt: &str, can_chat: bool) -> (String, bool) {
    let (dialogues, problems) = read_transcript(prompt);
    let [dialogue] = dialogues.as_slice() else { return (prompt.into(), false) };
    if !problems.is_empty() || !can_chat {
        return (prompt.into(), false);
    }
    match dialogue.turns.as_slice() {
        [only] if only.role == Role::User => (only.text.clone(), true),
        [user, bot] if user.role == Role::User && bot.text.is_empty() => (user.text.clone(), true),
        _ => (prompt.into(), true),
    }
}

pub(super) fn no_thread(error: std::io::Error) -> Error {
    Error::failed(format!("the system gives no thread: {error}"))
}
