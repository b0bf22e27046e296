//! One head as four matrices: score, scale, mask, softmax.

use super::data::{Data, Kind};
use super::layout::window;
use super::steps::Step;
use super::{Focus, State, View, looks_at, mesh};
use crate::app::context::Action;
use crate::app::numbers;
use crate::app::theme::{ColourMap, Part, Type};
use crate::app::widgets::{Cells, cell_at, focus_ring, legend, put, width};
use crate::app::words::fill;
use egui::epaint::TextShape;
use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{
    Align2, Color32, EventFilter, FontId, Galley, Key, Modifiers, Painter, Pos2, Rect, Response,
    Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, emath::Rot2, pos2, vec2,
};
use std::sync::Arc;

/// Column labels are turned by this much, counter-clockwise.
const TURN: f32 = -std::f32::consts::FRAC_PI_3;

/// A row and a column.
type Cell = (usize, usize);

/// One matrix while it is painted.
struct One<'a> {
    view: &'a View<'a>,
    data: &'a Data,
    kind: Kind,
    index: usize,
    cells: Cells,
    first: Cell,
    hovered: Option<Cell>,
    /// Whether the steps have come this far.
    done: bool,
}

/// Paints the matrices; returns what is to be said above them.
pub fn matrices(
    ui: &mut Ui,
    view: &View,
    state: &mut State,
    actions: &mut Vec<Action>,
) -> (String, String) {
    scroll(ui, view, state);
    let data = state.data.of(view);
    let meshes = mesh::meshes(view, state, &data);
    let cells: [Cells; 4] = std::array::from_fn(|i| mesh::cells(view, i));
    let pointer = ui.input(|i| i.pointer.hover_pos()).filter(|at| ui.clip_rect().contains(*at));
    let first = state.first;
    let hovered = pointer.and_then(|at| {
        let found = cells.iter().find_map(|cells| cell_at(cells, at))?;
        Some((first.0 + found.0, first.1 + found.1))
    });
    let steps = [Step::Score, Step::Scale, Step::Mask, Step::Softmax];
    for (index, kind) in Kind::ALL.into_iter().enumerate() {
        let done = state.is_done(steps[index]);
        let one = One { view, data: &data, kind, index, cells: cells[index], first, hovered, done };
        one.listen(ui, actions);
        one.paint(ui.painter(), meshes[index].clone());
    }
    let (row, key) = hovered.unwrap_or((view.focus.row, view.focus.key));
    if hovered.is_none() && view.layout.shown < view.rows {
        let last = view.layout.shown - 1;
        let values = [&first.0, &(first.0 + last), &first.1, &(first.1 + last), &view.rows];
        let words = view.ctx.words;
        let text = fill(words.part_shown, &values.map(|n| n as &dyn std::fmt::Display));
        return (text, words.wheel_moves.into());
    }
    (looks_at(view, row, key), String::new())
}

/// Moves the part that is shown: to what has just been locked, or as the wheel is turned.
fn scroll(ui: &Ui, view: &View, state: &mut State) {
    let (shown, all, Focus { row, key, .. }) = (view.layout.shown, view.rows, view.focus);
    let bring = state.brought != Some(view.focus);
    let over = ui.input(|i| i.pointer.hover_pos()).is_some_and(|at| {
        view.layout.stage.contains(at) && ui.clip_rect().contains(at) && shown < all
    });
    if over && !bring {
        let wheel = ui.input(|i| i.smooth_scroll_delta());
        let by = |turned: f32| (-turned / view.layout.pitch).round() as isize;
        state.first.0 = state.first.0.saturating_add_signed(by(wheel.y));
        state.first.1 = state.first.1.saturating_add_signed(by(wheel.x));
    }
    state.first.0 = window(state.first.0, shown, all, bring.then_some(row));
    state.first.1 = window(state.first.1, shown, all, bring.then_some(key));
}

impl One<'_> {
    fn scale(&self) -> f32 {
        self.view.scale()
    }

    fn title(&self) -> &'static str {
        let words = self.view.ctx.words;
        match self.kind {
            Kind::Score => words.score,
            Kind::Scale => words.scale,
            Kind::Mask => words.mask,
            Kind::Softmax => words.softmax,
        }
    }

    /// A value as it is written.
    fn written(&self, (row, column): Cell) -> String {
        match self.data.value(&self.view.sight.reading, self.kind, row, column) {
            None => self.view.ctx.words.hidden.into(),
            Some(value) if self.kind == Kind::Softmax => numbers::probability(value),
            Some(value) => numbers::signed(value),
        }
    }

    /// Where a cell stands, if it is shown.
    fn place(&self, (row, column): Cell) -> Option<Rect> {
        let row = row.checked_sub(self.first.0).filter(|&row| row < self.cells.rows)?;
        let column = column.checked_sub(self.first.1).filter(|&c| c < self.cells.columns)?;
        Some(self.cells.cell(row, column))
    }

    fn listen(&self, ui: &Ui, actions: &mut Vec<Action>) {
        let focus = self.view.focus;
        let id = ui.scope_id().with(("matrix", self.index));
        let response = ui.interact(self.cells.rect(), id, Sense::click());
        self.name(&response);
        if response.clicked() {
            let at = response.interact_pointer_pos().and_then(|at| cell_at(&self.cells, at));
            let (row, column) = at.map_or((focus.row, focus.key), |(row, column)| {
                (self.first.0 + row, self.first.1 + column)
            });
            actions.push(self.view.lock(row, Some(column)));
        }
        if response.has_focus() {
            self.arrows(ui, &response, actions);
        }
        focus_ring(ui, &self.view.ctx.look, self.cells.rect(), 4.0, &response);
    }

    /// What a screen reader says: the title, and the cell that is locked with its value.
    fn name(&self, response: &Response) {
        let Focus { row, key, .. } = self.view.focus;
        let view = self.view;
        let value = if self.done { self.written((row, key)) } else { "–".into() };
        let cell =
            fill(view.ctx.words.cell_is, &[&row, &view.token(row), &key, &view.token(key), &value]);
        response.widget_info(|| {
            let mut info =
                WidgetInfo::labeled(Role::Image, true, format!("{}: {cell}", self.title()));
            info.current_text_value = Some(value.clone());
            info
        });
    }

    /// Arrows move the locked cell while the matrix has the keyboard's focus.
    fn arrows(&self, ui: &Ui, response: &Response, actions: &mut Vec<Action>) {
        let arrows =
            EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        let steps = [
            (Key::ArrowUp, -1, 0),
            (Key::ArrowDown, 1, 0),
            (Key::ArrowLeft, 0, -1),
            (Key::ArrowRight, 0, 1),
        ];
        let last = self.view.rows.max(1) - 1;
        for (key, down, right) in steps {
            if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
                let row = self.view.focus.row.saturating_add_signed(down).min(last);
                let column = self.view.focus.key.saturating_add_signed(right).min(last);
                actions.push(self.view.lock(row, Some(column)));
            }
        }
    }

    fn paint(&self, painter: &Painter, mesh: Arc<egui::Mesh>) {
        self.head(painter);
        if self.done {
            painter.add(Shape::Mesh(mesh));
        } else {
            let ground = self.view.ctx.look.colours().panel;
            painter.rect_filled(self.cells.rect(), 4.0, ground);
        }
        self.labels(painter);
        if self.done {
            self.frames(painter);
            self.value(painter);
            self.ends(painter);
        }
        self.arrow(painter);
    }

    /// Number, name, and what is done in this step, if there is room for it.
    fn head(&self, painter: &Painter) {
        let (colours, s) = (self.view.ctx.look.colours(), self.scale());
        let place = self.view.layout.matrices[self.index].title;
        let y = place.center().y;
        let number = (self.index + 1).to_string();
        let font = Type::NumberSmall.scaled(s);
        let at = pos2(place.left(), y);
        let left = put(painter, at, Align2::LEFT_CENTER, &number, font, colours.text3).right();
        let ink = if self.done { colours.text1 } else { colours.text3 };
        let at = pos2(left + 8.0 * s, y);
        let font = Type::Strong.scaled(s);
        let name = put(painter, at, Align2::LEFT_CENTER, self.title(), font, ink);
        let room = place.right() - name.right() - 10.0 * s;
        let runs = self.note();
        let wide: f32 = runs.iter().map(|(text, font, _)| width(painter, text, font.clone())).sum();
        if wide <= room && self.done {
            let mut x = place.right() - wide;
            for (text, font, ink) in runs {
                x = put(painter, pos2(x, y), Align2::LEFT_CENTER, &text, font, ink).right();
            }
        }
    }

    /// What is done in this step.
    fn note(&self) -> Vec<(String, FontId, Color32)> {
        let (words, colours) = (self.view.ctx.words, self.view.ctx.look.colours());
        let mono = Type::NumberSmall.scaled(self.scale());
        let small = Type::Small.scaled(self.scale());
        let plain = |text: &str, font: FontId| vec![(text.to_string(), font, colours.text2)];
        match self.kind {
            Kind::Score => vec![
                ("q".into(), mono.clone(), colours.text_of(Part::Query)),
                (" · ".into(), mono.clone(), colours.text2),
                ("k".into(), mono, colours.text_of(Part::Key)),
            ],
            Kind::Scale => {
                let width = self.view.sight.reading.config.head_width();
                plain(&format!("÷ √{width}"), mono)
            }
            Kind::Mask => plain(words.hide_future, small),
            Kind::Softmax => plain(words.row_sums, small),
        }
    }

    /// The tokens of rows and columns: some of them, if there are many, and those pointed at.
    fn labels(&self, painter: &Painter) {
        let matrix = &self.view.layout.matrices[self.index];
        let (row, key) = self.hovered.unwrap_or((self.view.focus.row, self.view.focus.key));
        let least = 12.0 * self.scale();
        let stride = match self.view.rows {
            33.. => 4,
            _ => (least / self.cells.pitch).ceil() as usize,
        };
        let near = |n: usize, loud: usize| {
            n != loud && (n.abs_diff(loud) as f32) * self.cells.pitch < least
        };
        for i in 0..self.cells.columns {
            let column = self.first.1 + i;
            if column == key || (column.is_multiple_of(stride) && !near(column, key)) {
                self.column_label(painter, column, i, matrix.column_labels, column == key);
            }
        }
        let Some(place) = matrix.row_labels else { return };
        for i in 0..self.cells.rows {
            let n = self.first.0 + i;
            if n == row || (n.is_multiple_of(stride) && !near(n, row)) {
                let galley = self.token(painter, n, place.width(), n == row);
                let y = self.cells.cell(i, 0).center().y - galley.size().y / 2.0;
                painter.galley(pos2(place.right() - galley.size().x, y), galley, Color32::WHITE);
            }
        }
    }

    fn column_label(&self, painter: &Painter, n: usize, i: usize, place: Rect, loud: bool) {
        let galley = self.token(painter, n, place.height() / TURN.sin().abs() - 4.0, loud);
        let middle = vec2(0.0, galley.size().y / 2.0);
        let at = pos2(self.cells.cell(0, i).center().x, place.bottom() - 2.0);
        let text = TextShape::new(at - Rot2::from_angle(TURN) * middle, galley, Color32::WHITE);
        painter.add(text.with_angle(TURN));
    }

    /// A token's text, cut off where there is no more room.
    fn token(&self, painter: &Painter, n: usize, most: f32, loud: bool) -> Arc<Galley> {
        let colours = self.view.ctx.look.colours();
        let ink = if loud { colours.text1 } else { colours.text3 };
        let font = Type::TokenSmall.scaled(self.scale());
        let format = TextFormat { font_id: font, color: ink, ..Default::default() };
        let mut job = LayoutJob::single_section(self.view.token(n), format);
        job.wrap = TextWrapping::truncate_at_width(most);
        painter.layout_job(job)
    }

    /// Frames around the row and the column that are pointed at, rings on cells.
    fn frames(&self, painter: &Painter) {
        let colours = self.view.ctx.look.colours();
        let focus = self.view.focus;
        let pointed = self.hovered.unwrap_or((focus.row, focus.key));
        let thin = |colour: Color32| Stroke::new(1.0, colour);
        let corner = (self.cells.pitch / 4.0).min(3.0);
        if let Some(cell) = self.place(pointed) {
            let whole = self.cells.rect();
            let row = Rect::from_x_y_ranges(whole.x_range(), cell.y_range()).expand(1.5);
            let column = Rect::from_x_y_ranges(cell.x_range(), whole.y_range()).expand(1.5);
            let faint = colours.text2.gamma_multiply(0.5);
            painter.rect_stroke(column, corner, thin(faint), StrokeKind::Middle);
            painter.rect_stroke(row, corner, thin(colours.text2), StrokeKind::Middle);
            if self.hovered.is_some() {
                painter.rect_stroke(
                    cell.expand(1.0),
                    corner,
                    thin(colours.text1),
                    StrokeKind::Middle,
                );
            }
        }
        if let Some(cell) = self.place((focus.row, focus.key)) {
            let ring = Stroke::new(if focus.cell_locked { 2.0 } else { 1.0 }, colours.text1);
            painter.rect_stroke(cell.expand(1.0), corner, ring, StrokeKind::Middle);
        }
    }

    /// The value of the cell that is pointed at, below its column.
    fn value(&self, painter: &Painter) {
        let (colours, s) = (self.view.ctx.look.colours(), self.scale());
        let cell = self.hovered.unwrap_or((self.view.focus.row, self.view.focus.key));
        let place = self.view.layout.matrices[self.index].value;
        let (text, large) = (self.written(cell), Type::NumberLarge.scaled(s));
        let value = self.data.value(&self.view.sight.reading, self.kind, cell.0, cell.1);
        let (font, ink) = match (value, self.kind) {
            (None, _) => (Type::Small.scaled(s), colours.text3),
            (_, Kind::Softmax) => (large, colours.text_of(Part::Attention)),
            _ => (large, colours.text1),
        };
        let x = self.place(cell).map_or(place.right(), |cell| cell.center().x);
        let half = width(painter, &text, font.clone()) / 2.0;
        let (least, most) = (place.left() + half, (place.right() - half).max(place.left() + half));
        if self.place(cell).is_some() {
            let below = place.top() + 5.0 * s;
            painter.vline(x, place.top() + 1.0..=below, Stroke::new(1.0, colours.line2));
        }
        let at = pos2(x.clamp(least, most), place.top() + 15.0 * s);
        put(painter, at, Align2::CENTER_CENTER, &text, font, ink);
    }

    /// The colours and the numbers at both their ends.
    fn ends(&self, painter: &Painter) {
        let s = self.scale();
        let place = self.view.layout.matrices[self.index].legend;
        let end = self.data.end(self.kind);
        let number = if end >= 9.95 { format!("{end:.0}") } else { format!("{end:.1}") };
        let (map, ends) = match self.kind {
            Kind::Softmax => (ColourMap::Attention, ("0".into(), "1".into())),
            _ => (ColourMap::Signed, (format!("\u{2212}{number}"), format!("+{number}"))),
        };
        let of = |text: &str| width(painter, text, Type::NumberTiny.scaled(s)) + 8.0;
        let (left, right) = (of(&ends.0), of(&ends.1));
        let long = (place.width() - left - right).clamp(8.0, 48.0 * s);
        let bar = Rect::from_min_size(
            pos2(place.right() - right - long, place.center().y - 4.0),
            Vec2::new(long, 8.0),
        );
        legend(painter, &self.view.ctx.look, map, bar, (&ends.0, &ends.1));
    }

    /// From this matrix to the next one.
    fn arrow(&self, painter: &Painter) {
        let here = self.cells.rect();
        let Some(next) = self.view.layout.matrices.get(self.index + 1) else { return };
        if next.cells.top() != here.top() {
            return;
        }
        let middle = pos2((here.right() + next.cells.left()) / 2.0 + 1.0, here.center().y);
        let stroke = Stroke::new(1.4, self.view.ctx.look.colours().line2);
        let half = 4.0 * self.scale();
        let at = |x: f32, y: f32| -> Pos2 { middle + vec2(x, y) * half };
        painter.line_segment([at(-1.0, 0.0), at(1.0, 0.0)], stroke);
        painter.line(vec![at(0.2, -0.8), at(1.0, 0.0), at(0.2, 0.8)], stroke);
    }
}
