//! The transport's moves, and what goes on by itself: steps that are due, and pictures that are asked for.

use super::Shell;
use crate::app::context::{Action, Context, Station};
use crate::app::lesson::{Ask as LessonAsk, Playing, on};
use crate::app::transport::{Move, Transport};
use crate::lesson::runner::Input;
use egui::Ui;
use std::time::Duration;

impl Shell {
    /// Where the current station is in its process.
    pub(super) fn transport(&self) -> Transport {
        let shown = self.rooms.transport(self.settings.station, &self.context());
        let more = shown.more && (!self.bet_rests_on_text() || self.lesson_can_play());
        Transport { more, ..shown }
    }

    /// Whether a lesson has something to show, and may.
    fn lesson_can_play(&self) -> bool {
        self.desk.playing.as_deref().is_some_and(|playing| {
            playing.waits_to_play() && on(playing, self.settings.language.words().lesson).1
        })
    }

    /// Whether a lesson waits for a bet on the text that stands in Decode: written on, it would be another question.
    fn bet_rests_on_text(&self) -> bool {
        let waits = self.desk.playing.as_deref().is_some_and(Playing::waits_for_bet);
        waits && self.settings.station == Station::Decode
    }

    pub(super) fn moved(&mut self, asked: Move, actions: &mut Vec<Action>) {
        // What a lesson has to show comes first, and its text is not written on by stepping.
        if asked == Move::PlayPause && self.lesson_can_play() {
            actions.push(Action::Lesson(LessonAsk::Press(Input::Next)));
            return;
        }
        let writes = matches!(asked, Move::PlayPause | Move::Forward | Move::End);
        if writes && self.bet_rests_on_text() {
            return;
        }
        self.rooms.model.only_looks = self.desk.is_playing();
        let (look, words) = (self.look(), self.settings.language.words());
        let hands_on = self.hands_on();
        let ctx = Context { look, words, session: &self.session, locked: self.locked, hands_on };
        self.rooms.moved(self.settings.station, &ctx, asked, actions);
    }

    /// Lets what is playing go on; returns whether it needs another frame soon.
    pub(super) fn tick(&mut self, ui: &Ui) -> bool {
        let now = ui.input(|input| input.time);
        let Some(wait) = self.rooms.tick(self.settings.station, now) else { return false };
        if wait > 0.0 {
            ui.ctx().request_repaint_after_secs(wait as f32);
            return false;
        }
        let mut actions = Vec::new();
        self.moved(Move::Forward, &mut actions);
        actions.into_iter().for_each(|action| self.act(action));
        true
    }

    /// What a lesson waits for on other threads, and files of one's own, call nobody: they are looked at.
    pub(super) fn wake_for_lessons(&self, ui: &Ui) {
        if self.desk.playing.as_ref().is_some_and(|playing| playing.is_busy()) {
            ui.ctx().request_repaint_after(Duration::from_millis(30));
        } else if self.desk.shelf.entries.iter().any(|entry| entry.file.is_some()) {
            ui.ctx().request_repaint_after(Duration::from_secs(1));
        }
    }
}
