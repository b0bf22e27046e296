//! The frame around the stations: bars, panels, keys, and the hand that carries out actions.

mod act;
mod bring;
mod commands;
mod decode;
mod handin;
mod help;
mod keys;
mod lesson;
mod moves;
mod perform;
mod perform_beside;
mod perform_data;
mod perform_search;
mod perform_train;
mod save;
mod side;
mod top;
mod tree;
mod wait;
mod welcome;

use super::context::{Action, Context, Selection, Station};
use super::lesson::{Desk, Hands, paint_marks, part, part_at_least, renew};
use super::settings::Settings;
use super::stations::{Rooms, chat};
use super::theme::{Look, apply_style, install_fonts};
use super::transport::transport_bar;
use super::words::Language;
use crate::Result;
use crate::lesson::Part;
use crate::session::Session;
use crate::session::engine::{Opened, Source};
use crate::tensor::Threads;
use crate::text::sets;
use egui::{CentralPanel, Frame, Margin, Panel, Rect, Ui};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

/// The model that talks when none is chosen, in the language of the screen.
fn default_model(language: Language) -> &'static std::path::Path {
    crate::session::default_model(match language {
        Language::English => sets::index::Language::En,
        Language::Chinese => sets::index::Language::Zh,
    })
}

/// How much larger type is before a class.
const CLASS_SCALE: f32 = 1.5;

/// The program behind the window's frame. It is the same under eframe, in tests and in the bench.
pub struct Shell {
    pub(super) session: Session,
    pub(super) settings: Settings,
    pub(super) locked: Selection,
    pub(super) rooms: Rooms,
    /// What stands in the toast, until it is dismissed.
    problem: Option<String>,
    /// The command palette, while it is open.
    commands: Option<commands::Search>,
    /// What stands there if nothing went wrong, and since when.
    note: Option<(String, f64)>,
    saver: save::Saver,
    /// Where the stage stands.
    stage_place: Rect,
    keys_open: bool,
    presenting: bool,
    /// A class begins in light, for a projector's sake; outside, the theme stays what it was.
    class_in_dark: bool,
    /// Whether the window is narrow, and there the inspector stands where a lesson does.
    narrow: bool,
    over_lesson: bool,
    blank: bool,
    /// What the system's dialog came back with.
    chosen: Option<Receiver<Action>>,
    styled: bool,
    /// Whether the open model is kept up to date with a run, and whether it must not be.
    follows: bool,
    held: bool,
    /// The model that was greeted last.
    greeted: Option<Arc<Opened>>,
    /// The lessons.
    pub(super) desk: Desk,
    /// A saved search that waits for its model.
    waiting: Option<tree::Waiting>,
}

impl Shell {
    /// Starts the session. `wake` is called when there is something new to show.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn new(
        settings: Settings,
        threads: Threads,
        wake: impl Fn() + Send + 'static,
    ) -> Result<Self> {
        let shipped = Source::Named(default_model(settings.language).into());
        let first = settings.model.clone().map_or_else(|| shipped.clone(), Source::Named);
        let mut session = Session::start(first, shipped, threads, wake)?;
        session.manner.temperature = settings.temperature;
        session.manner.pace = Duration::from_millis(settings.pace);
        Ok(Self {
            session,
            settings,
            locked: Selection::default(),
            rooms: Rooms::default(),
            problem: None,
            commands: None,
            note: None,
            saver: save::Saver::default(),
            stage_place: Rect::NOTHING,
            keys_open: false,
            presenting: false,
            class_in_dark: false,
            narrow: false,
            over_lesson: false,
            blank: false,
            chosen: None,
            styled: false,
            follows: false,
            held: false,
            greeted: None,
            desk: Desk::default(),
            waiting: None,
        })
    }

    /// The settings as they are now.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The session behind the window.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// What is locked.
    pub fn locked(&self) -> Selection {
        self.locked
    }

    /// Fetches what the engine has done; returns whether anything changed.
    pub fn poll(&mut self) -> bool {
        let changed = self.session.poll();
        self.greet();
        if changed {
            self.stir();
        }
        self.look_at_shelf();
        self.lead();
        self.follow();
        self.search_what_waited();
        if let Some(action) = self.chosen.as_ref().and_then(|chosen| chosen.try_recv().ok()) {
            self.chosen = None;
            self.act(action);
        }
        if self.problem.is_none() {
            self.problem = self.session.problem();
        }
        changed
    }

    /// A model that has just been opened is greeted, so that it talks before anybody asks.
    fn greet(&mut self) {
        let Some(opened) = self.session.opened() else { return };
        let is_known = |greeted: &Arc<Opened>| {
            let same_run = opened.run.is_some() && greeted.source == opened.source;
            Arc::ptr_eq(greeted, opened) || (same_run && greeted.name == opened.name)
        };
        if self.greeted.as_ref().is_some_and(is_known) {
            return;
        }
        self.greeted = Some(opened.clone());
        let (Source::Named(path) | Source::Folder(path)) = &opened.source;
        let is_default = path == default_model(self.settings.language);
        // A run that is only in memory is gone the next time.
        let is_lasting = !path.as_os_str().is_empty();
        // A lesson's model is not the one to begin with the next time.
        if !self.desk.is_playing() {
            self.settings.model = (!is_default && is_lasting).then(|| path.clone());
        }
        (self.rooms.chat, self.locked) = Default::default();
        self.rooms.model.show_all();
        if self.saver.bookmark.is_some() {
            self.go_back();
        } else if self.session.can_chat() && self.waiting.is_none() && !self.desk.is_playing() {
            let greeting = chat::greeting(&self.context()).to_string();
            self.session.say(&greeting);
        }
    }

    /// Paints everything and carries out what was asked for.
    pub fn ui(&mut self, ui: &mut Ui) {
        self.dress(ui);
        self.poll();
        renew(ui.ctx(), self.desk.playing.as_ref().map(|playing| playing.staging()).as_ref());
        let mut actions = self.pressed_keys(ui);
        self.take_drops(ui, &mut actions);
        if self.blank {
            let black = Frame::new().fill(egui::Color32::BLACK);
            CentralPanel::no_frame().frame(black).show(ui, |_| {});
        } else {
            let playing = self.desk.playing.as_ref();
            self.rooms.train.recorded = playing.and_then(|playing| playing.seen.recorded.clone());
            self.panels(ui, &mut actions);
            paint_marks(ui, &self.look());
            self.save(ui);
            self.toast(ui);
            self.over(ui, &mut actions);
        }
        if !actions.is_empty() {
            // What was asked for is shown at once: a picture of how it was before would only delay it.
            ui.ctx().request_discard("something was asked for");
        }
        for action in actions {
            self.act(action);
        }
        if self.tick(ui) {
            ui.ctx().request_repaint();
        }
        self.wake_for_lessons(ui);
    }

    /// Fonts and styles once, then the theme and the size of things.
    fn dress(&mut self, ui: &Ui) {
        let ctx = ui.ctx();
        if !self.styled {
            self.styled = true;
            install_fonts(ctx);
            apply_style(ctx);
            // Fonts take effect with the next frame; until then ours have no glyphs.
            ctx.request_repaint();
        }
        ctx.set_theme(if self.is_dark() { egui::Theme::Dark } else { egui::Theme::Light });
        let zoom = self.settings.zoom * self.class_zoom();
        if (ctx.zoom_factor() - zoom).abs() > 1e-3 {
            ctx.set_zoom_factor(zoom);
        }
    }

    fn is_dark(&self) -> bool {
        if self.presenting { self.class_in_dark } else { self.settings.dark }
    }

    /// Train and Tune hold more than a class can read in their own size: there the whole window is larger.
    fn class_zoom(&self) -> f32 {
        let small = matches!(self.settings.station, Station::Train | Station::Tune);
        if self.presenting && small { 1.3 } else { 1.0 }
    }

    fn look(&self) -> Look {
        Look {
            dark: self.is_dark(),
            scale: if self.presenting { CLASS_SCALE / self.class_zoom() } else { 1.0 },
            motion: !self.settings.reduced_motion,
        }
    }

    fn panels(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let narrow = ui.max_rect().width() < 1200.0;
        self.narrow = narrow;
        let colours = self.look().colours();
        let frame = Frame::new().fill(colours.panel);
        let (top, bottom) = if narrow { (48.0, 56.0) } else { (56.0, 64.0) };
        let is_class = self.presenting && self.desk.is_playing();
        Panel::top("top").exact_size(top).frame(frame).show_separator_line(true).show(ui, |ui| {
            if is_class {
                self.class_top(ui, actions);
            } else {
                self.top_bar(ui, narrow, actions);
            }
        });
        let transport = self.transport();
        let track = self.rooms.track(self.settings.station, &self.context());
        if is_class {
            self.class_bar(ui, actions);
        } else if self.presenting {
            self.caption_bar(ui);
        }
        if self.hands().transport {
            let bar = Panel::bottom("transport").exact_size(bottom).frame(frame);
            let shown = bar.show(ui, |ui| transport_bar(ui, &self.context(), &transport, &track));
            let place = shown.response.rect.shrink(6.0);
            part(ui, Part::PanelTransport, place);
            if self.settings.station == Station::Train {
                part(ui, Part::TrainTransport, place);
            }
            if let Some(asked) = shown.inner {
                self.moved(asked, actions);
            }
        }
        if !self.presenting {
            self.left_panel(ui, narrow, actions);
            self.right_panel(ui, narrow, actions);
        }
        let margin = if narrow { 24 } else { 32 };
        let stage = Frame::new().fill(colours.stage).inner_margin(Margin {
            left: margin,
            right: margin,
            top: if narrow { 16 } else { 24 },
            bottom: 12,
        });
        let shown =
            CentralPanel::no_frame().frame(stage).show(ui, |ui| self.stage(ui, narrow, actions));
        self.stage_place = shown.response.rect;
        for part in self.rooms.parts_of_stage(self.settings.station) {
            part_at_least(ui, *part, self.stage_place.shrink(10.0));
        }
    }

    /// What views are given.
    fn context(&self) -> Context<'_> {
        Context {
            look: self.look(),
            words: self.settings.language.words(),
            session: &self.session,
            locked: self.locked,
            hands_on: self.hands_on(),
        }
    }

    /// Before a class, what is typed and set is shown only where a lesson asks for something to be done.
    pub(super) fn hands_on(&self) -> bool {
        self.hands().fields
    }

    fn hands(&self) -> Hands {
        if !self.presenting {
            return Hands { fields: true, transport: true };
        }
        self.desk.playing.as_ref().map_or_else(Hands::default, |playing| playing.hands())
    }

    fn stage(&mut self, ui: &mut Ui, narrow: bool, actions: &mut Vec<Action>) {
        let (look, words) = (self.look(), self.settings.language.words());
        let hands_on = self.hands_on();
        let over = narrow && self.desk.is_playing() && !self.over_lesson;
        let hidden = self.presenting || over || !self.settings.inspector_open;
        self.rooms.data.rules_on_stage = hidden && self.desk.points_at(Part::DataRules);
        self.rooms.data.split_on_stage = self.desk.points_at(Part::DataSplit);
        let ctx = Context { look, words, session: &self.session, locked: self.locked, hands_on };
        self.rooms.stage(self.settings.station, ui, &ctx, narrow, actions);
    }

    /// Keeps what learners do in this file, and takes lessons from this folder, too.
    pub fn keep_lessons_in(&mut self, progress: std::path::PathBuf, lessons: std::path::PathBuf) {
        if let Err(error) = self.desk.progress.keep_in(progress) {
            self.problem = Some(error.to_string());
        }
        self.desk.shelf.read_from(lessons);
    }

    /// Greets whoever has never been here.
    pub fn welcome(&mut self) {
        self.desk.welcome = true;
    }

    /// The lesson that is open, if one is.
    pub fn lesson_runner(&self) -> Option<&crate::lesson::runner::Runner> {
        self.desk.playing.as_ref().map(|playing| &playing.runner)
    }

    /// Why something of the lesson could not be done.
    pub fn lesson_problem(&self) -> Option<String> {
        self.desk.playing.as_ref().and_then(|playing| playing.problem.clone())
    }

    /// The tokens that can be bet on.
    pub fn lesson_tokens(&self) -> Vec<String> {
        let playing = self.desk.playing.as_ref();
        let tokens = playing.map(|playing| playing.texts.tokens.iter());
        tokens.map(|all| all.map(|(_, piece)| piece.clone()).collect()).unwrap_or_default()
    }

    /// Whether a lesson is still being set up or shown.
    pub fn lesson_is_busy(&self) -> bool {
        self.desk.playing.as_ref().is_some_and(|playing| playing.is_busy())
    }

    /// Keeps the user's dialogue sets in this folder.
    pub fn keep_sets_in(&mut self, folder: std::path::PathBuf) {
        self.session.library_mut().keep_in(folder);
    }
}
