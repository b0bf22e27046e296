//! The embedding as a flat picture: every token's vector is a dot, and tokens that the model treats
//! alike stand close together. The position vectors in the same way.

mod layout;
mod side;

use crate::app::context::{Action, Context, Selection};
use crate::app::piece::Kind;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{paragraph, put, segmented, width};
use crate::app::words::fill;
use crate::session::engine::{Content, Question, Table};
use egui::{
    Align2, Color32, Mesh, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};
use layout::{Camera, Frame, names, zoomed};

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    positions: bool,
    camera: Camera,
    /// The position whose vector is chosen; of tokens, it is the candidate that is locked.
    position: usize,
}

/// Names that are written at most, and how near the pointer must come to a dot.
const NAMES: usize = 90;
const NEAR: f32 = 9.0;
/// The width of the column at the right.
const SIDE: f32 = 250.0;

/// What is painted, with everything it needs.
struct View<'a> {
    ctx: &'a Context<'a>,
    table: Table,
    places: &'a [[f32; 2]],
    /// The row that is chosen.
    chosen: usize,
    /// Tokens of the text that is looked at.
    in_text: &'a [u32],
}

/// Paints the view.
pub fn embedding(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let (words, colours, s) = (&ctx.words.behind, ctx.look.colours(), ctx.look.scale);
    let table = if state.positions { Table::Positions } else { Table::Tokens };
    let question = Question::Picture(table);
    let answer = ctx.session.answer(&question).cloned();
    let Some(answer) = answer else {
        actions.push(Action::Ask(question));
        paragraph(ui, ctx.words.reading, Type::Body, colours.text2);
        return;
    };
    let Content::Picture { places, shares } = &answer.content else { return };
    ui.horizontal(|ui| {
        let labels = [words.tokens_tab, words.positions_tab];
        if let Some(chosen) = segmented(ui, &ctx.look, &labels, usize::from(state.positions)) {
            (state.positions, state.camera) = (chosen == 1, Camera::default());
        }
        ui.add_space(12.0);
        let percent = |share: f64| format!("{:.0}", share * 100.0);
        let both = shares[0] + shares[1];
        let text =
            fill(words.variance, &[&percent(both), &percent(shares[0]), &percent(shares[1])]);
        paragraph(ui, &text, Type::Small, colours.text2);
    });
    let in_text = ctx.session.subject();
    // The longest word of the text says more than a role or a comma.
    let length = |token: &&u32| ctx.piece(**token).text.chars().count();
    let plain = |token: &&u32| ctx.piece(**token).kind == Kind::Plain;
    let longest = in_text.iter().filter(plain).max_by_key(length).copied().unwrap_or(0);
    let chosen = match table {
        Table::Positions => state.position,
        Table::Tokens => ctx.locked.candidate.unwrap_or(longest) as usize,
    };
    let chosen = chosen.min(places.len().saturating_sub(1));
    let view = View { ctx, table, places, chosen, in_text };
    let area = ui.available_rect_before_wrap();
    let area = area.with_min_y(area.top() + 8.0);
    let side = (SIDE * s).min(area.width() * 0.4);
    let plot = Rect::from_min_max(area.min, pos2(area.right() - side - 20.0, area.bottom()));
    let column = Rect::from_min_max(pos2(area.right() - side, area.top()), area.max);
    if let Some(row) = view.plot(ui, plot, &mut state.camera) {
        match table {
            Table::Positions => state.position = row,
            Table::Tokens => {
                actions.push(Action::Lock(Selection { candidate: Some(row as u32), ..ctx.locked }))
            }
        }
    }
    let mut go_to = None;
    ui.scope_builder(UiBuilder::new().max_rect(column).id_salt("side"), |ui| {
        go_to = side::side(ui, &view, actions);
    });
    match (go_to, table) {
        (Some(row), Table::Positions) => state.position = row,
        (Some(row), Table::Tokens) => {
            actions.push(Action::Lock(Selection { candidate: Some(row as u32), ..ctx.locked }));
        }
        (None, _) => {}
    }
}

impl View<'_> {
    /// What a row of the table is called.
    fn name(&self, row: usize) -> String {
        match self.table {
            Table::Tokens => self.ctx.piece(row as u32).text,
            Table::Positions => row.to_string(),
        }
    }

    /// The picture; returns the row that was clicked.
    fn plot(&self, ui: &Ui, place: Rect, camera: &mut Camera) -> Option<usize> {
        let colours = self.ctx.look.colours();
        let response = ui.interact(place, ui.scope_id().with("plot"), Sense::click_and_drag());
        let name = fill(self.ctx.words.behind.picture_of, &[&self.places.len()]);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
        let painter = ui.painter().with_clip_rect(place.intersect(ui.clip_rect()));
        painter.rect_filled(place, 10.0, colours.panel);
        let mut frame = Frame::new(place, self.places, *camera);
        if response.dragged() {
            let by = frame.way(response.drag_delta());
            camera.centre = [camera.centre[0] - by[0], camera.centre[1] - by[1]];
            frame = Frame::new(place, self.places, *camera);
        }
        let wheel = ui.input(|input| input.smooth_scroll_delta.y);
        if let Some(pointer) = response.hover_pos().filter(|_| wheel != 0.0) {
            *camera = zoomed(*camera, &frame, pointer, (wheel / 200.0).exp());
            frame = Frame::new(place, self.places, *camera);
        }
        let pointed = response.hover_pos().and_then(|at| self.nearest_dot(&frame, at));
        self.dots(&painter, &frame, place, pointed);
        if let Some(row) = pointed {
            response.clone().on_hover_text_at_pointer(self.name(row));
        }
        pointed.filter(|_| response.clicked())
    }

    fn nearest_dot(&self, frame: &Frame, pointer: Pos2) -> Option<usize> {
        let distance = |row: usize| frame.at(self.places[row]).distance(pointer);
        let nearest =
            (0..self.places.len()).min_by(|a, b| distance(*a).total_cmp(&distance(*b)))?;
        (distance(nearest) <= NEAR).then_some(nearest)
    }

    fn dots(&self, painter: &egui::Painter, frame: &Frame, place: Rect, pointed: Option<usize>) {
        let (colours, s) = (self.ctx.look.colours(), self.ctx.look.scale);
        let is_position = self.table == Table::Positions;
        let ink = if is_position { colours.fill_of(Part::Position) } else { colours.line2 };
        if is_position {
            let way = self.places.iter().map(|at| frame.at(*at)).collect();
            painter.line(way, Stroke::new(1.0, ink.gamma_multiply(0.5)));
        }
        let mut mesh = Mesh::default();
        for at in self.places.iter().map(|at| frame.at(*at)).filter(|at| place.contains(*at)) {
            add_dot(&mut mesh, at, if is_position { 2.5 } else { 1.8 }, ink);
        }
        painter.add(Shape::mesh(mesh));
        let loud: Vec<usize> = self.loud_rows();
        for row in &loud {
            let at = frame.at(self.places[*row]);
            painter.circle(at, 3.5 * s, colours.text1, Stroke::new(1.0, colours.panel));
        }
        let chosen = frame.at(self.places[self.chosen]);
        painter.circle_stroke(chosen, 8.0 * s, Stroke::new(2.0, colours.text1));
        let font = Type::TokenSmall.scaled(s);
        let size = |row: usize| vec2(width(painter, &self.name(row), font.clone()), 14.0 * s);
        let first = [Some(self.chosen), pointed].into_iter().flatten();
        let rest = (0..self.places.len()).step_by(if is_position { 8 } else { 1 });
        // Whole words before fragments: they say more.
        let is_word = |row: &usize| is_position || self.name(*row).chars().count() > 3;
        let (words, fragments): (Vec<usize>, Vec<usize>) = rest.partition(is_word);
        let others = words.into_iter().chain(fragments);
        let wanted = first.chain(loud.iter().copied()).chain(others);
        let wanted = wanted.map(|row| (row, frame.at(self.places[row])));
        for (row, rect) in names(place, wanted, &size, NAMES) {
            let is_loud = row == self.chosen || Some(row) == pointed || loud.contains(&row);
            let ink = if is_loud { colours.text1 } else { colours.text3 };
            let at = rect.left_center();
            put(painter, at, Align2::LEFT_CENTER, &self.name(row), font.clone(), ink);
        }
    }

    /// The rows that belong to the text that is looked at.
    fn loud_rows(&self) -> Vec<usize> {
        let mut rows: Vec<usize> = match self.table {
            Table::Tokens => self.in_text.iter().map(|token| *token as usize).collect(),
            Table::Positions => (0..self.in_text.len()).collect(),
        };
        rows.sort_unstable();
        rows.dedup();
        rows.retain(|row| *row < self.places.len());
        rows
    }
}

/// A dot as an octagon: many of them are one mesh.
fn add_dot(mesh: &mut Mesh, at: Pos2, radius: f32, colour: Color32) {
    let first = mesh.vertices.len() as u32;
    for i in 0..8 {
        let (sin, cos) = (i as f32 / 8.0 * std::f32::consts::TAU).sin_cos();
        mesh.colored_vertex(at + vec2(cos, sin) * radius, colour);
    }
    for i in 1..7 {
        mesh.add_triangle(first, first + i, first + i + 1);
    }
}
