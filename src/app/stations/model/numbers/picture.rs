//! The table as a picture: all of it in colours, one row as bars, or how often which value occurs.

use super::View;
use super::grid::Grid;
use crate::app::numbers;
use crate::app::stations::model::numbers::called;
use crate::app::theme::{ColourMap, Type};
use crate::app::widgets::{legend, paragraph, put, segmented};
use crate::app::words::fill;
use crate::interpret::provenance::{Cell, Numbers};
use crate::nn::Name;
use crate::session::engine::Sight;
use egui::{
    Align, Align2, Color32, ColorImage, Layout, Rect, Response, Role, ScrollArea, Sense, Stroke,
    StrokeKind, TextureHandle, TextureOptions, Ui, WidgetInfo, pos2, vec2,
};
use std::sync::{Arc, Weak};

/// How the table is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    #[default]
    Heat,
    Vector,
    Histogram,
}

const ALL: [Shown; 3] = [Shown::Heat, Shown::Vector, Shown::Histogram];
/// Bars of the histogram.
const BINS: usize = 41;

/// The numbers of the table, and their texture.
#[derive(Default)]
pub struct Cache {
    sight: Weak<Sight>,
    grid: Option<Grid>,
    values: Vec<f32>,
    dark: bool,
    texture: Option<TextureHandle>,
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache").finish_non_exhaustive()
    }
}

impl Cache {
    /// Reads the table anew if it is another.
    fn refresh(&mut self, ui: &Ui, view: &View, sight: &Arc<Sight>, grid: &Grid) {
        let now = Arc::downgrade(sight);
        let dark = view.ctx.look.dark;
        let same = self.grid.as_ref().is_some_and(|old| old.shows_same(grid))
            && Weak::ptr_eq(&self.sight, &now)
            && self.dark == dark;
        if same {
            return;
        }
        self.values = grid.values(&view.numbers);
        let (map, low, high) = grid.colours(&self.values);
        let colour = |value: &f32| {
            if value.is_finite() {
                let share = if map == ColourMap::Signed {
                    value / high
                } else {
                    (value - low) / (high - low)
                };
                view.ctx.look.map(map, share)
            } else {
                // Hidden is not zero.
                view.ctx.look.colours().stage
            }
        };
        let pixels: Vec<Color32> = self.values.iter().map(colour).collect();
        let image = ColorImage::new([grid.columns.len(), grid.rows.len()], pixels);
        self.texture = Some(ui.ctx().load_texture("numbers", image, TextureOptions::NEAREST));
        (self.sight, self.grid, self.dark) = (now, Some(grid.clone()), dark);
    }
}

/// Paints the table; returns the cell that was clicked.
pub fn picture(
    ui: &mut Ui,
    view: &View,
    sight: &Arc<Sight>,
    shown: &mut Shown,
    cache: &mut Cache,
) -> Option<Cell> {
    let words = &view.ctx.words.behind;
    let grid = Grid::around(&view.numbers, view.formula.cell);
    cache.refresh(ui, view, sight, &grid);
    let mut clicked = None;
    ui.horizontal(|ui| {
        clicked = chooser(ui, view);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let labels = [words.heat, words.vector, words.histogram];
            let current = ALL.iter().position(|one| one == shown).unwrap_or(0);
            if let Some(chosen) = segmented(ui, &view.ctx.look, &labels, current) {
                *shown = ALL[chosen];
            }
        });
    });
    ui.add_space(6.0);
    let rest = ui.available_rect_before_wrap();
    let s = view.ctx.look.scale;
    let body = rest.with_max_y(rest.bottom() - 44.0 * s);
    let place = match shown {
        Shown::Heat => {
            let place = heat_place(body, &grid);
            clicked = clicked.or(heat(ui, view, &grid, cache, place));
            place
        }
        Shown::Vector => {
            clicked = clicked.or(vector(ui, view, &grid, &cache.values, body));
            body
        }
        Shown::Histogram => {
            histogram(ui, view, &grid, &cache.values, body);
            body
        }
    };
    let (map, low, high) = grid.colours(&cache.values);
    let y = (place.bottom() + 12.0 * s).min(rest.bottom() - 30.0 * s);
    let bar = Rect::from_min_size(pos2(rest.left() + 64.0 * s, y), vec2(110.0 * s, 8.0));
    let ends = [low, high].map(|x| numbers::digits(f64::from(x), 2));
    legend(ui.painter(), &view.ctx.look, map, bar, (&ends[0], &ends[1]));
    if grid.columns.len() < grid.size.1 || grid.rows.len() < grid.size.0 {
        let (rows, columns) = (&grid.rows, &grid.columns);
        let text = fill(
            words.part_of_table,
            &[&rows.start, &(rows.end - 1), &columns.start, &(columns.end - 1)],
        );
        let at = pos2(rest.left(), y + 22.0 * s);
        let font = Type::Caption.scaled(s);
        put(ui.painter(), at, Align2::LEFT_CENTER, &text, font, view.ctx.look.colours().text3);
    }
    clicked
}

/// A menu of all activations and weights; returns the same place in the chosen one.
fn chooser(ui: &mut Ui, view: &View) -> Option<Cell> {
    let numbers = &view.numbers;
    let (row, column) = Grid::around(numbers, view.formula.cell).here;
    let label = called::stored(numbers, view.formula.cell);
    let label = label.split('[').next().unwrap_or("").to_string();
    let font = Type::NumberSmall.scaled(view.ctx.look.scale);
    let colours = view.ctx.look.colours();
    let text = egui::RichText::new(format!("{label} \u{2228}")).font(font).color(colours.text1);
    let response = ui.button(text);
    let name = view.ctx.words.behind.choose_activation;
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let mut chosen = None;
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(260.0);
        ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
            for name in Name::all(numbers.reading.config.layers) {
                if ui.button(name.to_string()).clicked() {
                    chosen = Some(in_activation(numbers, name, row, column));
                }
            }
            for (tensor, spec) in numbers.specs().iter().enumerate() {
                if ui.button(&spec.name).clicked() {
                    chosen = Some(Cell::Weight { tensor, at: [0, 0] });
                }
            }
        });
    });
    chosen
}

/// The nearest cell of another activation to a row and a column.
fn in_activation(numbers: &Numbers, name: Name, row: usize, column: usize) -> Cell {
    let shape = numbers.shape(Cell::of(name, 0, 0));
    let positions = numbers.reading.positions();
    let row = row.min(positions.saturating_sub(1));
    let last = |i: usize| shape.get(i).map_or(0, |size| size - 1);
    match name {
        Name::AttnScores(_) | Name::Pattern(_) => Cell::of_square(name, 0, row, column.min(row)),
        _ if shape.len() == 3 => Cell::of_head(name, row, 0, column.min(last(2))),
        _ => Cell::of(name, row, column.min(last(1))),
    }
}

/// Where the coloured table stands.
fn heat_place(body: Rect, grid: &Grid) -> Rect {
    let across = (body.width() / grid.columns.len().max(1) as f32).min(16.0);
    let down = (body.height() / grid.rows.len().max(1) as f32).min(24.0);
    // Cells may be flat, but not so flat that they become lines.
    let across = across.min(down * 4.0);
    let size = vec2(across * grid.columns.len() as f32, down * grid.rows.len() as f32);
    Rect::from_min_size(body.min, size)
}

fn heat(ui: &Ui, view: &View, grid: &Grid, cache: &Cache, place: Rect) -> Option<Cell> {
    let colours = view.ctx.look.colours();
    let texture = cache.texture.as_ref()?;
    let response = ui.interact(place, ui.scope_id().with("heat"), Sense::click());
    let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().image(texture.id(), place, uv, Color32::WHITE);
    ui.painter().rect_stroke(place, 0.0, Stroke::new(1.0, colours.line1), StrokeKind::Outside);
    let size =
        vec2(place.width() / grid.columns.len() as f32, place.height() / grid.rows.len() as f32);
    let cell = |row: usize, column: usize| {
        let (row, column) = (row - grid.rows.start, column - grid.columns.start);
        Rect::from_min_size(place.min + vec2(column as f32, row as f32) * size, size)
    };
    let (row, column) = grid.here;
    // A ring that can be seen around the smallest cell.
    let ring = cell(row, column).expand(1.5);
    ui.painter().rect_stroke(ring, 2.0, Stroke::new(2.0, colours.text1), StrokeKind::Outside);
    say(view, grid, &response);
    let at = response.hover_pos()?;
    let offset = (at - place.min) / size;
    let row = grid.rows.start + (offset.y as usize).min(grid.rows.len() - 1);
    let column = grid.columns.start + (offset.x as usize).min(grid.columns.len() - 1);
    let pointed = grid.at(row, column);
    let frame = Stroke::new(1.0, colours.text2);
    ui.painter().rect_stroke(cell(row, column).expand(0.5), 1.0, frame, StrokeKind::Outside);
    let clicked = response.clicked().then_some(pointed);
    response.on_hover_text_at_pointer(view.spoken(pointed));
    clicked
}

/// What a screen reader says of the picture.
fn say(view: &View, grid: &Grid, response: &Response) {
    let (rows, columns) = grid.size;
    let name = fill(view.ctx.words.behind.table_of, &[&rows, &columns]);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
}

/// The row of the cell, as bars.
fn vector(ui: &Ui, view: &View, grid: &Grid, values: &[f32], body: Rect) -> Option<Cell> {
    let colours = view.ctx.look.colours();
    let body = body.with_max_y(body.top() + body.height().min(220.0));
    let count = grid.columns.len();
    let row = values.chunks_exact(count.max(1)).nth(grid.here.0 - grid.rows.start)?;
    let end = row.iter().copied().filter(|x| x.is_finite()).map(f32::abs).fold(1e-9, f32::max);
    let response = ui.interact(body, ui.scope_id().with("vector"), Sense::click());
    say(view, grid, &response);
    let zero = body.center().y;
    let pitch = (body.width() / count as f32).min(16.0);
    let mut mesh = egui::Mesh::default();
    for (i, value) in row.iter().enumerate().filter(|(_, value)| value.is_finite()) {
        let x = body.left() + i as f32 * pitch;
        let y = zero - value / end * body.height() / 2.0;
        let bar = Rect::from_two_pos(pos2(x, zero), pos2(x + (pitch - 1.0).max(0.75), y));
        let strength = 0.75_f32.copysign(*value);
        mesh.add_colored_rect(bar, view.ctx.look.map(ColourMap::Signed, strength));
    }
    ui.painter().add(egui::Shape::mesh(mesh));
    let line = Stroke::new(1.0, colours.line2);
    ui.painter().hline(body.left()..=body.left() + pitch * count as f32, zero, line);
    let here = (grid.here.1 - grid.columns.start) as f32;
    let x = body.left() + (here + 0.5) * pitch;
    ui.painter().vline(x, body.y_range(), Stroke::new(1.0, colours.text1));
    let at = response.hover_pos()?;
    let column = grid.columns.start + (((at.x - body.left()) / pitch) as usize).min(count - 1);
    let pointed = grid.at(grid.here.0, column);
    let clicked = response.clicked().then_some(pointed);
    response.on_hover_text_at_pointer(view.spoken(pointed));
    clicked
}

/// How often which value occurs in the part that is shown.
fn histogram(ui: &mut Ui, view: &View, grid: &Grid, values: &[f32], body: Rect) {
    let (words, colours) = (&view.ctx.words.behind, view.ctx.look.colours());
    let finite: Vec<f32> = values.iter().copied().filter(|x| x.is_finite()).collect();
    let least = finite.iter().copied().fold(f32::INFINITY, f32::min);
    let most = finite.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if finite.is_empty() {
        return;
    }
    let span = (most - least).max(1e-9);
    let bin = |x: f32| (((x - least) / span * BINS as f32) as usize).min(BINS - 1);
    let mut counts = [0_usize; BINS];
    finite.iter().for_each(|x| counts[bin(*x)] += 1);
    let highest = counts.iter().copied().max().unwrap_or(1).max(1) as f32;
    let plot = body.with_max_y(body.top() + (body.height() - 60.0).clamp(40.0, 180.0));
    let pitch = (plot.width() / BINS as f32).min(14.0);
    let own = bin(view.formula.value as f32);
    for (i, count) in counts.iter().enumerate() {
        let height = plot.height() * *count as f32 / highest;
        let left = plot.left() + i as f32 * pitch;
        let bar = Rect::from_min_max(
            pos2(left, plot.bottom() - height),
            pos2(left + pitch - 1.0, plot.bottom()),
        );
        let colour = if i == own { colours.text1 } else { colours.line2 };
        ui.painter().rect_filled(bar, 1.0, colour);
    }
    let right = plot.left() + pitch * BINS as f32;
    ui.painter().hline(plot.left()..=right, plot.bottom(), Stroke::new(1.0, colours.line1));
    let font = Type::NumberTiny.scaled(view.ctx.look.scale);
    for (x, value, anchor) in
        [(plot.left(), least, Align2::LEFT_TOP), (right, most, Align2::RIGHT_TOP)]
    {
        let text = numbers::digits(f64::from(value), 3);
        let at = pos2(x, plot.bottom() + 4.0);
        put(ui.painter(), at, anchor, &text, font.clone(), colours.text3);
    }
    let mean = finite.iter().map(|x| f64::from(*x)).sum::<f64>() / finite.len() as f64;
    let spread = finite.iter().map(|x| (f64::from(*x) - mean).powi(2)).sum::<f64>();
    let deviation = (spread / finite.len() as f64).sqrt();
    let text = fill(
        words.mean_deviation,
        &[&numbers::count(finite.len()), &numbers::digits(mean, 3), &numbers::digits(deviation, 3)],
    );
    let place =
        Rect::from_min_size(pos2(plot.left(), plot.bottom() + 24.0), vec2(body.width(), 36.0));
    ui.scope_builder(egui::UiBuilder::new().max_rect(place), |ui| {
        paragraph(ui, &text, Type::Small, colours.text2);
    });
    let response = ui.interact(plot, ui.scope_id().with("histogram"), Sense::hover());
    say(view, grid, &response);
}
