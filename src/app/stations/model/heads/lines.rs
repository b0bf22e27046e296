//! One head as threads: the tokens that are read at the left, those that read at the right.

use super::layout::window;
use super::steps::Step;
use super::{State, View, looks_at};
use crate::app::context::Action;
use crate::app::numbers;
use crate::app::stations::model::map::thread::{Thread, add_thread};
use crate::app::theme::{Part, Type};
use crate::app::widgets::{Chip, ChipState, chip_at, focus_ring, put};
use crate::app::words::fill;
use egui::{Align2, Mesh, Painter, Rect, Role, Sense, Shape, Ui, WidgetInfo, pos2};

/// Weights below are not drawn: in any row, in the loud row.
const DRAWN: f32 = 0.12;
const DRAWN_LOUD: f32 = 0.015;

/// Where the tokens stand.
struct Lines<'a> {
    view: &'a View<'a>,
    place: Rect,
    first: usize,
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
    let first = state.first.0;
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
    if let Some((at, row)) = pointer.and_then(|at| Some((at, lines.row_at(at)?))) {
        if at.x > place.center().x {
            lines.row = row;
        } else {
            lines.read = Some(row);
        }
    }
    lines.listen(ui, actions);
    lines.paint(ui.painter());
    if shown < view.rows && lines.read.is_none() && lines.row == view.focus.row {
        let last = first + shown - 1;
        let words = view.ctx.words;
        let text = fill(words.rows_part_shown, &[&first, &last, &view.rows]);
        return (text, words.wheel_moves.into());
    }
    (looks_at(view, lines.row, lines.read.unwrap_or(view.focus.key)), String::new())
}

/// Moves the rows that are shown: to what has just been locked, or as the wheel is turned.
fn scroll(ui: &Ui, view: &View, state: &mut State, shown: usize, pitch: f32) {
    let bring = state.brought != Some(view.focus);
    let over = ui
        .input(|i| i.pointer.hover_pos())
        .is_some_and(|at| view.layout.stage.contains(at) && ui.clip_rect().contains(at));
    if over && !bring {
        let by = (-ui.input(|i| i.smooth_scroll_delta()).y / pitch).round() as isize;
        state.first.0 = state.first.0.saturating_add_signed(by);
    }
    state.first.0 = window(state.first.0, shown, view.rows, bring.then_some(view.focus.row));
}

impl Lines<'_> {
    /// The right edge of the tokens that are read, and the left edge of those that read.
    fn sides(&self) -> (f32, f32) {
        let s = self.view.scale();
        let out = (0.14 * self.place.width()).max(118.0 * s);
        (self.place.left() + out, self.place.right() - out)
    }

    fn y(&self, row: usize) -> f32 {
        self.place.top() + (row as f32 - self.first as f32 + 0.5) * self.pitch
    }

    fn rows(&self) -> std::ops::Range<usize> {
        self.first..(self.first + self.shown).min(self.view.rows)
    }

    fn row_at(&self, at: egui::Pos2) -> Option<usize> {
        if !self.place.contains(at) {
            return None;
        }
        let row = self.first + ((at.y - self.place.top()) / self.pitch) as usize;
        self.rows().contains(&row).then_some(row)
    }

    fn weight(&self, row: usize, key: usize) -> f32 {
        let (block, head) = (self.view.focus.block, self.view.focus.head);
        let weights = self.view.sight.reading.weights(block, head, row);
        weights.get(key).copied().filter(|_| key <= row).unwrap_or(0.0)
    }

    /// Every token at both sides is a button.
    fn listen(&self, ui: &Ui, actions: &mut Vec<Action>) {
        let words = self.view.ctx.words;
        let (left, right) = self.sides();
        for row in self.rows() {
            let (top, bottom) = (self.y(row) - self.pitch / 2.0, self.y(row) + self.pitch / 2.0);
            let sides = [
                (Rect::from_x_y_ranges(self.place.left()..=left, top..=bottom), words.is_read),
                (Rect::from_x_y_ranges(right..=self.place.right(), top..=bottom), words.reads_now),
            ];
            for (side, (rect, title)) in sides.into_iter().enumerate() {
                let response =
                    ui.interact(rect, ui.scope_id().with(("line", side, row)), Sense::click());
                let mut name = format!(
                    "{title}, {}: {}",
                    fill(words.position_n, &[&row]),
                    self.view.token(row)
                );
                if side == 0 {
                    let weight = numbers::probability(self.weight(self.row, row));
                    name = format!("{name}, {weight}");
                }
                let locked = row == [self.view.focus.key, self.view.focus.row][side];
                response.widget_info(|| WidgetInfo::selected(Role::Button, true, locked, &name));
                focus_ring(ui, &self.view.ctx.look, rect.shrink(4.0), 6.0, &response);
                if response.clicked() {
                    let reader = self.view.focus.row;
                    let lock = [(reader, Some(row)), (row, None)][side];
                    actions.push(self.view.lock(lock.0, lock.1));
                }
            }
        }
    }

    fn paint(&self, painter: &Painter) {
        let inside = painter.with_clip_rect(self.place.intersect(painter.clip_rect()));
        if self.done {
            self.threads(&inside);
        }
        self.heads(painter);
        for row in self.rows() {
            self.tokens(painter, row);
        }
    }

    /// All threads as one mesh, the loud ones last.
    fn threads(&self, painter: &Painter) {
        let mut mesh = Mesh::default();
        // Rows below the last one in view may read rows in view, but end outside: left out.
        for row in self.rows().filter(|&row| row != self.row) {
            for key in 0..=row {
                let loud = self.read == Some(key);
                self.thread(&mut mesh, row, key, if loud { DRAWN_LOUD } else { DRAWN }, loud);
            }
        }
        if self.rows().contains(&self.row) {
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
        let (from, to) = (pos2(left + 4.0 * s, self.y(key)), pos2(right - 4.0 * s, self.y(row)));
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

    /// A row's token at both sides, and how much the loud row reads of it.
    fn tokens(&self, painter: &Painter, row: usize) {
        let (colours, s) = (self.view.ctx.look.colours(), self.view.scale());
        let look = &self.view.ctx.look;
        let piece = self.view.ctx.piece(self.view.sight.reading.ids[row]);
        let (left, right) = self.sides();
        let y = self.y(row);
        let weight = self.weight(self.row, row);
        let chip = Chip { height: 18.0, ..Chip::SMALL }.times(s);
        let most = 66.0 * s;
        let state = match (self.read == Some(row), row == self.view.focus.key) {
            (true, _) => ChipState::Hovered,
            (_, true) if self.view.focus.cell_locked => ChipState::Locked,
            _ if weight >= 0.3 && self.done => ChipState::Source(colours.fill_of(Part::Attention)),
            _ => ChipState::Rest,
        };
        chip_at(painter, look, chip, &piece, (left, y), true, most, state);
        if self.done && row <= self.row && weight >= DRAWN_LOUD {
            let (text, ink) = (numbers::probability(weight), colours.text_of(Part::Attention));
            let font = Type::NumberSmall.scaled(s);
            put(painter, pos2(left - most - 8.0 * s, y), Align2::RIGHT_CENTER, &text, font, ink);
        }
        let state = match (row == self.view.focus.row, row == self.row) {
            (true, _) => ChipState::Locked,
            (_, true) => ChipState::Hovered,
            _ => ChipState::Rest,
        };
        let at = chip_at(painter, look, chip, &piece, (right, y), false, most, state);
        let font = Type::NumberTiny.scaled(s);
        let at = pos2(at.right() + 8.0 * s, y);
        put(painter, at, Align2::LEFT_CENTER, &row.to_string(), font, colours.text3);
    }
}
