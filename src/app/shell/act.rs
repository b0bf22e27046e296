//! Carrying out what a person asked for.

use super::Shell;
use crate::app::context::{Action, Selection, Station};
use crate::app::stations::decode;
use crate::app::stations::model::View;
use crate::app::stations::train::{Tab, TrainShot};
use crate::app::stations::tune::Tab as TuneTab;
use crate::interpret::{Component, top_tokens};
use crate::session::library::{Phrase, Request};
use crate::session::training::Order;
use std::time::Duration;

impl Shell {
    /// Carries out one action.
    pub fn act(&mut self, action: Action) {
        self.stir();
        match action {
            Action::Go(station) => {
                self.settings.station = station;
                self.held = false;
            }
            Action::Say(text) => {
                self.rooms.chat.selected = None;
                self.session.say(&text);
            }
            Action::SayInstead(turn, text) => self.session.say_instead(turn, &text),
            Action::WriteAgain(turn) => {
                self.rooms.chat.selected = None;
                self.session.write_again(turn);
            }
            Action::SwitchBranch(turn, by) => self.session.switch_branch(turn, by),
            Action::NewChat => {
                self.rooms.chat = Default::default();
                self.session.new_chat();
            }
            Action::Stop => self.session.stop(),
            Action::Open(source) => self.session.open(source),
            Action::ChooseFolder => self.choose_folder(Action::Open),
            Action::Data(request) => self.session.library_mut().ask(request),
            Action::ChooseData => self.choose_data(),
            Action::BeginImport => {
                self.settings.station = Station::Data;
                self.rooms.data.begin_import();
            }
            Action::WriteDialogue => {
                self.settings.station = Station::Data;
                self.rooms.data.begin_writing();
            }
            Action::ShowDialogue(at) => self.rooms.data.show(at),
            Action::WhichTaught(text) => {
                self.settings.station = Station::Data;
                self.rooms.data.look_for(&text);
                let phrase = Phrase { text, from_reply: true };
                self.session.library_mut().ask(Request::Find(phrase));
            }
            Action::OpenInModel { node, step } => self.open_in_model(node, step),
            Action::OpenInDecode { node, step } => self.open_in_decode(node, step),
            Action::Decode(ask) => self.decode_and_tell(ask),
            Action::Lesson(ask) => self.lesson(ask),
            Action::LookAt { text, as_chat } => {
                self.locked = Selection::default();
                self.rooms.model.show_all();
                self.session.look_at_text(&text, as_chat);
            }
            Action::Grow => self.session.grow_by(1),
            Action::Lock(selection) => self.locked = selection,
            Action::ShowHead { block, head } => {
                self.locked = self.locked.with(Some(Component::Head { block, head }));
                self.settings.station = Station::Model;
                self.rooms.model.view = View::Heads;
            }
            Action::Release => self.release(),
            Action::Scale(part, by) => self.session.scale(part, by),
            Action::SwitchLocked => self.switch_locked(),
            Action::Patch(patch) => self.session.patch(patch),
            Action::Undo(change) => self.session.undo(change),
            Action::Restore => self.session.change(Vec::new()),
            Action::Export(export) => self.export(export),
            Action::Reopen(text) => self.reopen(&text),
            Action::Trace(cell) => {
                self.settings.station = Station::Model;
                self.rooms.model.view = View::Numbers;
                self.rooms.model.numbers.begin(cell, self.locked);
            }
            Action::Ask(question) => self.session.ask(question),
            Action::ReadBeside { text, as_chat } => self.session.read_beside(&text, as_chat),
            Action::ReadWith(source) => self.session.read_with(source),
            Action::CompareInModel(source) => {
                self.settings.station = Station::Model;
                self.rooms.model.view = View::Compare;
                self.session.read_with(source);
            }
            Action::ChooseFolderBeside => self.choose_folder(Action::ReadWith),
            Action::TurnTheme if self.presenting => self.class_in_dark = !self.class_in_dark,
            Action::TurnTheme => self.settings.dark = !self.settings.dark,
            Action::TurnLanguage => {
                self.settings.language = self.settings.language.other();
                self.turn_lesson();
            }
            Action::TurnPresenter => {
                self.presenting = !self.presenting;
                (self.blank, self.class_in_dark) = (false, false);
            }
            Action::TogglePanel => self.settings.panel_open = !self.settings.panel_open,
            Action::ToggleInspector if self.narrow && self.desk.is_playing() => {
                self.over_lesson = !self.over_lesson;
            }
            Action::ToggleInspector => self.settings.inspector_open = !self.settings.inspector_open,
            Action::ToggleMotion => self.settings.reduced_motion = !self.settings.reduced_motion,
            Action::Zoom(by) => self.settings.zoom = (self.settings.zoom * by).clamp(0.6, 3.0),
            Action::ShowCommands => self.commands = Some(Default::default()),
            Action::ShowKeys => self.keys_open = !self.keys_open,
            Action::Tree(ask) => self.search(ask),
            Action::Temperature(temperature) => {
                self.settings.temperature = temperature;
                self.session.manner.temperature = temperature;
            }
            Action::Pace(milliseconds) => {
                self.settings.pace = milliseconds;
                self.session.manner.pace = Duration::from_millis(milliseconds);
            }
            Action::Train(mut order) => {
                self.held = matches!(order, Order::Open(_));
                if matches!(order, Order::Begin(_) | Order::Resume(_)) {
                    self.desk.run_begins(&mut order);
                }
                self.session.train(order);
            }
            Action::UseNewest => self.use_newest(),
        }
    }

    /// Switches off the part that is locked, or on again.
    fn switch_locked(&mut self) {
        let part = self.locked.component().filter(|_| self.settings.station == Station::Model);
        if let Some(part) = part {
            let is_off = self.session.scale_of(part) == 0.0;
            self.session.scale(part, if is_off { 1.0 } else { 0.0 });
        }
    }

    /// Esc: closes what lies on top, or lets go of one level of what is locked.
    fn release(&mut self) {
        if std::mem::take(&mut self.desk.welcome) {
            return;
        }
        if self.commands.take().is_some() || std::mem::take(&mut self.keys_open) {
            return;
        }
        if self.problem.take().is_some() || self.note.take().is_some() {
            return;
        }
        if self.presenting {
            (self.presenting, self.blank) = (false, false);
        } else if self.settings.station == Station::Chat {
            self.rooms.chat.release();
        } else if self.settings.station == Station::Data {
            if let Some(action) = self.rooms.data.release() {
                self.act(action);
            }
        } else if self.settings.station == Station::Decode
            && decode::release(&mut self.rooms.decode)
        {
            // What was locked there is let go of.
        } else {
            self.locked.release();
        }
    }

    /// The newest checkpoint becomes the open model; the last reply is asked for again.
    fn use_newest(&mut self) {
        self.session.train(Order::OpenNewest);
        let last = self.session.conversation().path().last().copied();
        let is_reply =
            |at: &usize| self.session.conversation().node(*at).is_some_and(|n| n.written.is_some());
        if let Some(reply) = last.filter(is_reply) {
            self.act(Action::WriteAgain(reply));
        }
    }

    /// The Model station follows a run that goes on, unless an earlier moment was chosen.
    pub(super) fn follow(&mut self) {
        let run = self.session.training().run.as_ref();
        let goes_on = run.is_some_and(|run| run.playing);
        let follows = self.settings.station == Station::Model && goes_on && !self.held;
        if follows != self.follows {
            self.follows = follows;
            self.session.train(Order::Follow(follows));
        }
    }

    /// Shows the Model station at the moment when a token of a reply was chosen: the tokens before
    /// it are read, and the row before it is the one that chose it.
    fn open_in_model(&mut self, node: usize, step: usize) {
        let Some(written) = self.session.conversation().node(node).and_then(|n| n.written.as_ref())
        else {
            return;
        };
        let ids = written.ids();
        let (position, moment) = (written.prompt.len() + step, written.step);
        // The moment of the run that wrote it, if it is another one by now.
        if let Some(moment) = moment.filter(|moment| self.session.open_step() != Some(*moment)) {
            self.session.train(Order::Open(moment));
        }
        self.held = true;
        let candidate = ids.get(position).copied();
        self.locked = Selection { position: Some(position - 1), candidate, ..Selection::default() };
        self.rooms.model.show_all();
        self.rooms.model.view = View::Map;
        self.settings.station = Station::Model;
        self.session.look(ids[..position].to_vec());
    }
}

/// For whoever takes pictures of the window.
impl Shell {
    /// The window's inner size has changed.
    pub fn window_size(&mut self, size: [f32; 2]) {
        self.settings.window = size;
    }

    /// Whether everything that was asked for is on the screen.
    pub fn is_at_rest(&self) -> bool {
        if self.lesson_is_busy() {
            return false;
        }
        let seen = self.session.subject().is_empty() || self.session.sight_is_current();
        let reading = self.session.decoding().is_reading();
        let library = self.session.library();
        let room = match self.settings.station {
            Station::Data => library.is_current(),
            Station::Tokens => {
                let nothing = library.prepared().is_some_and(|prepared| prepared.training == 0);
                library.is_current() && (library.vocabulary().is_some() || nothing)
            }
            Station::Model | Station::Train | Station::Tune | Station::Decode | Station::Chat => {
                true
            }
        };
        let busy = self.session.is_writing() || reading || self.session.is_searching();
        !busy
            && !self.session.is_thinking()
            && self.waiting.is_none()
            && seen
            && room
            && !library.is_busy()
            && !self.session.labels(false).is_empty()
    }

    /// Begins the run that a picture shows: the shortest preset, with the data of the screen's language.
    pub fn first_run(&self) -> Action {
        let ctx = self.context();
        match self.settings.station {
            Station::Tune => crate::app::stations::tune::first_run(&ctx),
            _ => crate::app::stations::train::first_run(&ctx),
        }
    }

    /// Chooses a view of the Train station.
    pub fn show_of_training(&mut self, shot: TrainShot) {
        self.rooms.tune.tab = match shot {
            TrainShot::Compare => TuneTab::Compare,
            _ => TuneTab::Learn,
        };
        self.rooms.train.tab = match shot {
            TrainShot::Setup | TrainShot::Live => Tab::Live,
            TrainShot::OneStep(phase) => {
                self.rooms.train.slow.phase = phase;
                Tab::OneStep
            }
            TrainShot::Compare => Tab::Compare,
        };
    }

    /// Chooses a view, and in it a telling head or token, as a person might.
    pub fn choose_what_to_show(&mut self, view: View) {
        match self.settings.station {
            Station::Chat => {
                let reply = self.session.conversation().path().last().copied();
                self.rooms.chat.selected = reply.map(|node| (node, 1));
            }
            Station::Decode if self.rooms.decode.view == decode::View::Funnel => {
                self.show_a_choice();
            }
            Station::Decode => {}
            // A rule that has much to do, so that there is something to see of it.
            Station::Data => {
                let rule = Request::Rule("lower-case", true);
                self.session.library_mut().ask(rule);
                self.rooms.data.show(16);
            }
            Station::Tokens => self.rooms.tokens.show(37),
            Station::Train if self.session.training().run.is_some() => {
                self.session.train(Order::Record);
            }
            Station::Train | Station::Tune => {}
            Station::Model => {
                self.rooms.model.view = view;
                let position = self.session.subject().len().checked_sub(1);
                let (block, head) = self.telling_head();
                self.locked = Selection { position, block, head, ..Selection::default() };
                if view == View::Compare {
                    let text = self.settings.language.words().behind.example_second;
                    self.rooms.model.compare.second.write(text, true);
                    self.session.read_beside(text, true);
                }
                let sight = self.session.sight().filter(|_| view == View::Why);
                let logits = sight.zip(position).map(|(sight, row)| sight.reading.logits(row));
                if let [token, rival] = *top_tokens(logits.unwrap_or(&[]), 2) {
                    (self.locked.candidate, self.locked.rival) = (Some(token), Some(rival));
                }
            }
        }
    }

    /// The head with the clearest pattern that is not resting on the first token.
    fn telling_head(&self) -> (Option<usize>, Option<usize>) {
        use crate::interpret::HeadPattern;
        let score = |scores: &crate::interpret::HeadScores| {
            scores.of(HeadPattern::Induction).max(scores.of(HeadPattern::Previous) * 0.5)
        };
        let all = self.session.labels(true).iter().enumerate();
        let heads = all.flat_map(|(block, heads)| {
            heads.iter().enumerate().map(move |(head, scores)| (block, head, score(scores)))
        });
        heads
            .max_by(|a, b| a.2.total_cmp(&b.2))
            .map_or((None, None), |(b, h, _)| (Some(b), Some(h)))
    }
}
