//! The keyboard: everything the mouse can do, without it.

use super::Shell;
use crate::app::context::{Action, Context, Station};
use crate::app::lesson::{Ask, on};
use crate::app::stations::prompt::is_field;
use crate::app::transport::Move;
use crate::lesson::runner::{Input, Phase};
use crate::lesson::schema::{Bet, Task};
use egui::{Key, Modifiers, Ui};

impl Shell {
    /// What was pressed since the last frame. While a text is being typed, letters are text.
    pub(super) fn pressed_keys(&mut self, ui: &Ui) -> Vec<Action> {
        let ctx = ui.ctx();
        if self.desk.playing.as_mut().is_some_and(|playing| std::mem::take(&mut playing.lets_go)) {
            ctx.memory_mut(|memory| memory.focused().map(|id| memory.surrender_focus(id)));
        }
        let mut actions = Vec::new();
        let command = Modifiers::COMMAND;
        let pressed = |modifiers, key| ctx.input_mut(|input| input.consume_key(modifiers, key));
        if pressed(command, Key::K) {
            actions.push(Action::ShowCommands);
        }
        let zooms = [(Key::Plus, 1.1), (Key::Equals, 1.1), (Key::Minus, 1.0 / 1.1)];
        for (key, by) in zooms {
            if pressed(command, key) {
                actions.push(Action::Zoom(by));
            }
        }
        if pressed(command, Key::Num0) {
            actions.push(Action::Zoom(1.0 / self.settings.zoom));
        }
        let typing = ctx.text_edit_focused();
        if !typing && pressed(Modifiers::NONE, Key::Escape) {
            actions.push(Action::Release);
        }
        if typing
            && self.puzzle_waits()
            && ctx.memory(|memory| memory.focused()).is_some_and(is_field)
        {
            // In the field of a text, this is no new line while a puzzle waits to be solved there; with
            // Shift it is.
            let plain = ctx.input(|input| !input.modifiers.any());
            if plain && pressed(Modifiers::NONE, Key::Enter) {
                actions.push(Action::Lesson(Ask::Press(Input::Enter)));
            }
        }
        if typing || self.commands.is_some() {
            return actions;
        }
        actions.extend(self.lesson_keys(ui));
        for (key, action) in LETTERS {
            if pressed(Modifiers::NONE, key) {
                actions.push(action);
            }
        }
        if pressed(Modifiers::SHIFT, Key::Slash) || pressed(Modifiers::NONE, Key::Questionmark) {
            actions.push(Action::ShowKeys);
        }
        // Where a number is bet on, figures are the bet.
        let stations = if self.number_waits() { &[][..] } else { &Station::ALL[..] };
        for &station in stations {
            if pressed(Modifiers::NONE, station.key()) {
                actions.push(Action::Go(station));
            }
        }
        if self.presenting && pressed(Modifiers::NONE, Key::B) {
            self.blank = !self.blank;
        }
        let (look, words) = (self.look(), self.settings.language.words());
        let hands_on = self.hands_on();
        let view = Context { look, words, session: &self.session, locked: self.locked, hands_on };
        self.rooms.keys(self.settings.station, ui, &view, &mut actions);
        // A focused widget has its own use for these.
        if ctx.memory(|memory| memory.focused()).is_none() {
            for (key, asked) in MOVES {
                if pressed(Modifiers::NONE, key) {
                    self.moved(asked, &mut actions);
                }
            }
            if self.settings.station == Station::Model {
                self.row_keys(ui, &mut actions);
            }
        }
        actions
    }

    /// Whether a lesson waits for a number to be bet on.
    fn number_waits(&self) -> bool {
        self.desk.playing.as_deref().is_some_and(|playing| {
            let bet = playing.runner.step().and_then(|step| step.task.bet());
            playing.waits_for_bet() && matches!(bet, Some(Bet::Number { .. }))
        })
    }

    /// Whether a lesson waits to hear that its puzzle is solved.
    fn puzzle_waits(&self) -> bool {
        self.desk.playing.as_deref().is_some_and(|playing| {
            let step = playing.runner.step().map(|step| &step.task);
            playing.runner.phase() == Phase::Say && matches!(step, Some(Task::Goal { .. }))
        })
    }

    /// Keys of the lesson that is open: they come before those of the transport.
    fn lesson_keys(&self, ui: &Ui) -> Vec<Action> {
        let Some(playing) = &self.desk.playing else { return Vec::new() };
        let pressed = |key| ui.ctx().input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let free = ui.ctx().memory(|memory| memory.focused()).is_none();
        let (_, can) = on(playing, self.settings.language.words().lesson);
        let at_the_end = playing.runner.phase() == Phase::Takeaway;
        let next = can.then_some(if at_the_end { Input::Leave } else { Input::Next });
        let mut inputs = Vec::new();
        if (free && pressed(Key::Space)) || pressed(Key::PageDown) {
            inputs.extend(next.clone());
        }
        // Where the transport is the task, the arrows are its own.
        let leads = self.presenting && free && !playing.hands().transport;
        if leads && pressed(Key::ArrowRight) {
            inputs.extend(next);
        }
        if pressed(Key::PageUp) || (leads && pressed(Key::ArrowLeft)) {
            inputs.push(Input::Back);
        }
        if free && pressed(Key::Enter) {
            inputs.push(Input::Enter);
        }
        if pressed(Key::H) {
            inputs.push(Input::Hint);
        }
        if pressed(Key::R) {
            inputs.push(Input::Replay);
        }
        inputs.into_iter().map(|input| Action::Lesson(Ask::Press(input))).collect()
    }

    /// Up and down choose another row of the map.
    fn row_keys(&self, ui: &Ui, actions: &mut Vec<Action>) {
        let rows = self.session.subject().len();
        let by = |key, by: isize| {
            ui.ctx().input_mut(|input| input.consume_key(Modifiers::NONE, key)).then_some(by)
        };
        let Some(by) = by(Key::ArrowUp, -1).or_else(|| by(Key::ArrowDown, 1)) else { return };
        if rows > 0 {
            let here = self.locked.position.unwrap_or(rows - 1);
            let position = here.saturating_add_signed(by).min(rows - 1);
            let locked = crate::app::context::Selection {
                position: Some(position),
                key: None,
                candidate: None,
                ..self.locked
            };
            actions.push(Action::Lock(locked));
        }
    }
}

/// Single letters.
const LETTERS: [(Key, Action); 6] = [
    (Key::X, Action::SwitchLocked),
    (Key::L, Action::TogglePanel),
    (Key::I, Action::ToggleInspector),
    (Key::T, Action::TurnTheme),
    (Key::P, Action::TurnPresenter),
    (Key::Z, Action::TurnLanguage),
];

/// The transport.
const MOVES: [(Key, Move); 5] = [
    (Key::Space, Move::PlayPause),
    (Key::ArrowLeft, Move::Back),
    (Key::ArrowRight, Move::Forward),
    (Key::Home, Move::Reset),
    (Key::End, Move::End),
];
