//! The chosen vector: its neighbours, and its numbers.

use super::View;
use crate::app::context::Action;
use crate::app::numbers;
use crate::app::theme::{ColourMap, Part, Type};
use crate::app::widgets::{
    Chip, ChipState, Edge, add_cell, bar, chip_at, focus_ring, legend, paragraph, put,
};
use crate::app::words::fill;
use crate::session::engine::{Content, Question, Table};
use egui::{Align2, Mesh, Rect, Role, ScrollArea, Sense, Shape, Ui, WidgetInfo, pos2, vec2};

/// Numbers of the vector that stand in one line.
const ACROSS: usize = 20;

/// Paints the column; returns the row that was clicked.
pub fn side(ui: &mut Ui, view: &View, actions: &mut Vec<Action>) -> Option<usize> {
    let scroll = ScrollArea::vertical().id_salt("neighbours").auto_shrink(false);
    let shown = scroll.show(ui, |ui| {
        ui.set_width(ui.available_width() - 12.0);
        column(ui, view, actions)
    });
    shown.inner
}

fn column(ui: &mut Ui, view: &View, actions: &mut Vec<Action>) -> Option<usize> {
    let (ctx, words) = (view.ctx, &view.ctx.words.behind);
    let (colours, s) = (ctx.look.colours(), ctx.look.scale);
    let title = match view.table {
        Table::Tokens => fill(words.nearest_to, &[&view.name(view.chosen)]),
        Table::Positions => fill(words.nearest_position, &[&view.chosen]),
    };
    paragraph(ui, &title, Type::Heading, colours.text1);
    paragraph(ui, words.cosine_note, Type::Small, colours.text2);
    ui.add_space(6.0);
    let question = Question::Neighbours { table: view.table, row: view.chosen };
    let mut clicked = None;
    match ctx.session.answer(&question).map(|answer| &answer.content) {
        Some(Content::Neighbours(neighbours)) => {
            for (row, cosine) in neighbours {
                if neighbour(ui, view, *row, *cosine) {
                    clicked = Some(*row);
                }
            }
        }
        _ => actions.push(Action::Ask(question)),
    }
    ui.add_space(14.0);
    let Some(opened) = ctx.session.opened() else { return clicked };
    let wide = opened.model.parameters.config.width;
    let rows = view.table.of(opened);
    let Some(row) = rows.get(view.chosen * wide..(view.chosen + 1) * wide) else { return clicked };
    paragraph(ui, &fill(words.its_numbers, &[&row.len()]), Type::Label, colours.text1);
    let end = row.iter().map(|x| x.abs()).fold(1e-6, f32::max);
    let pitch = (ui.available_width() / ACROSS as f32).min(12.0 * s);
    let lines = row.len().div_ceil(ACROSS);
    let size = vec2(pitch * ACROSS as f32, pitch * lines as f32);
    let (place, response) = ui.allocate_exact_size(size, Sense::hover());
    let mut mesh = Mesh::default();
    for (i, value) in row.iter().enumerate() {
        let at = place.min + vec2((i % ACROSS) as f32, (i / ACROSS) as f32) * pitch;
        let cell = Rect::from_min_size(at, vec2(pitch - 1.0, pitch - 1.0));
        add_cell(&mut mesh, cell, ctx.look.map(ColourMap::Signed, value / end));
    }
    ui.painter().add(Shape::mesh(mesh));
    let said = fill(words.its_numbers, &[&row.len()]);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &said));
    let pointed = response.hover_pos().map(|at| {
        let offset = (at - place.min) / pitch;
        (offset.y as usize * ACROSS + (offset.x as usize).min(ACROSS - 1)).min(row.len() - 1)
    });
    if let Some(i) = pointed {
        response
            .on_hover_text_at_pointer(format!("{i}: {}", numbers::digits(f64::from(row[i]), 6)));
    }
    ui.add_space(8.0);
    let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), 16.0), Sense::hover());
    let bar =
        Rect::from_min_size(pos2(place.left() + 48.0 * s, place.top() + 4.0), vec2(90.0 * s, 8.0));
    let ends = [-end, end].map(numbers::difference);
    legend(ui.painter(), &ctx.look, ColourMap::Signed, bar, (&ends[0], &ends[1]));
    clicked
}

/// One neighbour; returns whether it was clicked.
fn neighbour(ui: &mut Ui, view: &View, row: usize, cosine: f32) -> bool {
    let (colours, s) = (view.ctx.look.colours(), view.ctx.look.scale);
    let size = vec2(ui.available_width(), 22.0 * s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let text = numbers::signed(cosine);
    let said = format!("{}: {text}", view.name(row));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
    let painter = ui.painter();
    let y = rect.center().y;
    let state = if response.hovered() { ChipState::Hovered } else { ChipState::Rest };
    match view.table {
        Table::Tokens => {
            let piece = view.ctx.piece(row as u32);
            let edge = (Edge::Left(rect.left() + 1.0), y);
            chip_at(painter, &view.ctx.look, Chip::SMALL.times(s), &piece, edge, 96.0 * s, state);
        }
        Table::Positions => {
            let font = Type::Number.scaled(s);
            let at = pos2(rect.left() + 6.0, y);
            put(painter, at, Align2::LEFT_CENTER, &row.to_string(), font, colours.text1);
        }
    }
    let left = pos2(rect.left() + 104.0 * s, y);
    let room = rect.right() - 48.0 * s - left.x;
    let part = if view.table == Table::Positions { Part::Position } else { Part::Residual };
    bar(painter, left, room, 8.0 * s, cosine, colours.fill_of(part));
    let font = Type::NumberSmall.scaled(s);
    put(painter, pos2(rect.right(), y), Align2::RIGHT_CENTER, &text, font, colours.text1);
    focus_ring(ui, &view.ctx.look, rect, 6.0, &response);
    response.clicked()
}
