//! One head as threads: the tokens that are read at the left, those that read at the right.

use super::layout::window;
use super::steps::Step;
use super::{State, View, looks_at};
use crate::app::context::Action;
use crate::app::numbers;
use crate::app::stations::model::map::thread::{Thread, add_thread};
use crate::app::theme::{Part, Type};
use crate::app::widgets::{Chip, ChipState, Edge, chip_at, focus_ring, put};
use crate::app::words::fill;
use egui::{Align2, Mesh, Painter, Rect, Role, Sense, Shape, Ui, WidgetInfo, pos2};

/// Weights below are not drawn: in any row, in the loud row.
const DRAWN: f32 = 0.12;
const DRAWN_LOUD: f32 = 0.015;
/// No chip is wider.
const CHIP: f32 = 66.0;

/// Where the tokens stand.
struct Lines<'a> {
    view: &'a View<'a>,
    place: Rect,
    /// The first token in view at the right, and at the left.
    first: (usize, usize),
    shown: usize,
    pitch: f32,
    /// The row that is loud, and the one whose readers are.
    row: usize,
    read: Option<usize>,
    done: bool,
}

/// Paints the threads; returns what is to be said above them.
pub fn lines(
    ui: &mut Ui,
    view: &View,
    state: &mut State,
    actions: &mut Vec<Action>,
) -> (String, String) {
    let s = view.scale();
    let stage = view.layout.stage;
    let place = Rect::from_min_max(pos2(stage.left(), stage.top() + 22.0 * s), stage.max);
    let pitch = (place.height() / view.rows.max(1) as f32).clamp(22.0 * s, 34.0 * s);
    let shown = ((place.height() / pitch) as usize).clamp(1, view.rows.max(1));
    scroll(ui, view, state, shown, pitch);
    let first = state.first;
    let pointer = ui.input(|i| i.pointer.hover_pos()).filter(|at| ui.clip_rect().contains(*at));
    let mut lines = Lines {
        view,
        place,
        first,
        shown,
        pitch,
        row: view.focus.row,
        read: None,
        done: state.is_done(Step::Softmax),
    };
    match pointer.and_then(|at| lines.token_at(at)) {
        Some((Side::Reads, row)) => lines.row = row,
        Some((Side::IsRead, key)) => lines.read = Some(key),
        None => {}
    }
    lines.listen(ui, actions);
    lines.paint(ui.painter());
    if shown < view.rows && lines.read.is_none() && lines.row == view.focus.row {
        let (row, key) = first;
        let words = view.ctx.words;
        let last = shown - 1;
        let values = [row, row + last, key, key + last, view.rows];
        let text =
            fill(words.rows_part_shown, &values.each_ref().map(|n| n as &dyn std::fmt::Display));
        return (text, words.wheel_moves.into());
    }
    (looks_at(view, lines.row, lines.read.unwrap_or(view.focus.key)), String::new())
}

/// Moves the tokens that are shown at one side: to what has just been locked, or as the wheel is
/// turned over it.
fn scroll(ui: &Ui, view: &View, state: &mut State, shown: usize, pitch: f32) {
    let bring = state.brought != Some(view.focus);
    let (stage, focus) = (view.layout.stage, view.focus);
    let over = ui.input(|i| i.pointer.hover_pos());
    let over = over.filter(|at| stage.contains(*at) && ui.clip_rect().contains(*at));
    if let Some(at) = over.filter(|_| !bring) {
        let by = (-ui.input(|i| i.smooth_scroll_delta()).y / pitch).round() as isize;
        let (right, left) = (&mut state.first.0, &mut state.first.1);
        let first = if at.x > stage.center().x { right } else { left };
        *first = first.saturating_add_signed(by);
    }
    state.first.0 = window(state.first.0, shown, view.rows, bring.then_some(focus.row));
    state.first.1 = window(state.first.1, shown, view.rows, bring.then_some(focus.key));
}

/// Where a token stands: at the left those that are read, at the right those that read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    IsRead,
    Reads,
}

impl Lines<'_> {
    /// The right edge of the tokens that are read, and the left edge of those that read.
    fn sides(&self) -> (f32, f32) {
        let s = self.view.scale();
        let out = (0.14 * self.place.width()).max(118.0 * s);
        (self.place.left() + out, self.place.right() - out)
    }

    fn first(&self, side: Side) -> usize {
        if side == Side::Reads { self.first.0 } else { self.first.1 }
    }

    /// The tokens that are shown at a side.
    fn tokens(&self, side: Side) -> std::ops::Range<usize> {
        let first = self.first(side);
        first..(first + self.shown).min(self.view.rows)
    }

    fn y(&self, side: Side, token: usize) -> f32 {
        let row = token as f32 - self.first(side) as f32;
        self.place.top() + (row + 0.5) * self.pitch
    }

    /// The token under a point, and on which side.
    fn token_at(&self, at: egui::Pos2) -> Option<(Side, usize)> {
        let right = at.x > self.place.center().x;
        let side = if right { Side::Reads } else { Side::IsRead };
        let token = self.first(side) + ((at.y - self.place.top()).max(0.0) / self.pitch) as usize;
        (self.place.contains(at) && self.tokens(side).contains(&token)).then_some((side, token))
    }

    fn weight(&self, row: usize, key: usize) -> f32 {
        let (block, head) = (self.view.focus.block, self.view.focus.head);
        let weights = self.view.sight.reading.weights(block, head, row);
        weights.get(key).copied().filter(|_| key <= row).unwrap_or(0.0)
    }

    /// Every token at both sides is a button.
    fn listen(&self, ui: &Ui, actions: &mut Vec<Action>) {
        for side in [Side::IsRead, Side::Reads] {
            for token in self.tokens(side) {
                self.button(ui, side, token, actions);
            }
        }
    }

    fn button(&self, ui: &Ui, side: Side, token: usize, actions: &mut Vec<Action>) {
        let (words, focus) = (self.view.ctx.words, self.view.focus);
        let (left, right) = self.sides();
        let y = self.y(side, token);
        let high = y - self.pitch / 2.0..=y + self.pitch / 2.0;
        let position = fill(words.position_n, &[&token]);
        let text = self.view.token(token);
        let weight = numbers::probability(self.weight(self.row, token));
        let (wide, name, locked, lock) = match side {
            Side::IsRead => (
                self.place.left()..=left,
                format!("{}, {position}: {text}, {weight}", words.is_read),
                focus.cell_locked && focus.key == token,
                self.view.lock(focus.row, Some(token)),
            ),
            Side::Reads => (
                right..=self.place.right(),
                format!("{}, {position}: {text}", words.reads_now),
                focus.row == token,
                self.view.lock(token, None),
            ),
        };
        let rect = Rect::from_x_y_ranges(wide, high);
        let id = ui.scope_id().with(("line", side == Side::Reads, token));
        let response = ui.interact(rect, id, Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, locked, &name));
        focus_ring(ui, &self.view.ctx.look, rect.shrink(4.0), 6.0, &response);
        if response.clicked() {
            actions.push(lock);
        }
    }

    fn paint(&self, painter: &Painter) {
        let inside = painter.with_clip_rect(self.place.intersect(painter.clip_rect()));
        if self.done {
            self.threads(&inside);
        }
        self.heads(painter);
        for key in self.tokens(Side::IsRead) {
            self.is_read(painter, key);
        }
        for row in self.tokens(Side::Reads) {
            self.reads(painter, row);
        }
    }

    /// All threads as one mesh, the loud ones last.
    fn threads(&self, painter: &Painter) {
        let mut mesh = Mesh::default();
        // A thread may come from a token that is out of view: it is cut off at the edge.
        for row in self.tokens(Side::Reads).filter(|&row| row != self.row) {
            for key in 0..=row {
                let loud = self.read == Some(key);
                self.thread(&mut mesh, row, key, if loud { DRAWN_LOUD } else { DRAWN }, loud);
            }
        }
        if self.tokens(Side::Reads).contains(&self.row) {
            for key in 0..=self.row {
                let loud = self.read.is_none_or(|read| read == key);
                self.thread(&mut mesh, self.row, key, DRAWN_LOUD, loud);
            }
        }
        painter.add(Shape::mesh(mesh));
    }

    fn thread(&self, mesh: &mut Mesh, row: usize, key: usize, least: f32, loud: bool) {
        let weight = self.weight(row, key);
        if weight < least {
            return;
        }
        let colours = self.view.ctx.look.colours();
        let (left, right) = self.sides();
        let s = self.view.scale();
        let resting = key == 0 && row != self.row && !loud;
        let width = match (resting, loud) {
            (true, _) => 1.0,
            (_, true) => 0.8 + 7.5 * weight,
            (_, false) => 0.6 + 3.5 * weight,
        };
        let colour = if resting { colours.line2 } else { colours.fill_of(Part::Attention) };
        let faint = if loud { 1.0 } else { 0.35 };
        let alpha = (faint * (0.35 + 0.6 * weight), faint * (0.5 + 0.5 * weight).min(1.0));
        let from = pos2(left + 4.0 * s, self.y(Side::IsRead, key));
        let to = pos2(right - 4.0 * s, self.y(Side::Reads, row));
        add_thread(mesh, &Thread { from, to, width: width * s.sqrt(), colour, alpha });
    }

    fn heads(&self, painter: &Painter) {
        let (words, colours) = (self.view.ctx.words, self.view.ctx.look.colours());
        let (left, right) = self.sides();
        let s = self.view.scale();
        let y = self.view.layout.stage.top() + 10.0 * s;
        let font = || Type::Caption.scaled(s);
        put(painter, pos2(left, y), Align2::RIGHT_CENTER, words.is_read, font(), colours.text3);
        put(painter, pos2(right, y), Align2::LEFT_CENTER, words.reads_now, font(), colours.text3);
    }

    /// A token at the left, and how much the loud row reads of it.
    fn is_read(&self, painter: &Painter, key: usize) {
        let (colours, s) = (self.view.ctx.look.colours(), self.view.scale());
        let (left, _) = self.sides();
        let y = self.y(Side::IsRead, key);
        let weight = self.weight(self.row, key);
        let state = match (self.read == Some(key), key == self.view.focus.key) {
            (true, _) => ChipState::Hovered,
            (_, true) if self.view.focus.cell_locked => ChipState::Locked,
            _ if weight >= 0.3 && self.done => ChipState::Source(colours.fill_of(Part::Attention)),
            _ => ChipState::Rest,
        };
        self.chip(painter, key, (Edge::Right(left), y), state);
        if self.done && key <= self.row && weight >= DRAWN_LOUD {
            let (text, ink) = (numbers::probability(weight), colours.text_of(Part::Attention));
            let font = Type::NumberSmall.scaled(s);
            let at = pos2(left - CHIP * s - 8.0 * s, y);
            put(painter, at, Align2::RIGHT_CENTER, &text, font, ink);
        }
    }

    /// A token at the right, with its position.
    fn reads(&self, painter: &Painter, row: usize) {
        let (colours, s) = (self.view.ctx.look.colours(), self.view.scale());
        let (_, right) = self.sides();
        let y = self.y(Side::Reads, row);
        let state = match (row == self.view.focus.row, row == self.row) {
            (true, _) => ChipState::Locked,
            (_, true) => ChipState::Hovered,
            _ => ChipState::Rest,
        };
        let chip = self.chip(painter, row, (Edge::Left(right), y), state);
        let font = Type::NumberTiny.scaled(s);
        let at = pos2(chip.right() + 8.0 * s, y);
        put(painter, at, Align2::LEFT_CENTER, &row.to_string(), font, colours.text3);
    }

    fn chip(&self, painter: &Painter, token: usize, at: (Edge, f32), state: ChipState) -> Rect {
        let s = self.view.scale();
        let piece = self.view.ctx.piece(self.view.sight.reading.ids[token]);
        let chip = Chip { height: 18.0, ..Chip::SMALL }.times(s);
        chip_at(painter, &self.view.ctx.look, chip, &piece, at, CHIP * s, state)
    }
}
