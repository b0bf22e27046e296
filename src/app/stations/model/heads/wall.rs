//! The wall: every head of every block as a thumbnail, from one texture that is painted anew only
//! when there is something else to see.

use super::{State, View};
use crate::app::context::{Action, Selection};
use crate::app::lesson::is_hidden;
use crate::app::numbers;
use crate::app::stations::model::map::hollow;
use crate::app::theme::{ColourMap, Look, Type};
use crate::app::widgets::{focus_ring, put, switch, width};
use crate::app::words::{Words, fill};
use crate::interpret::{Component, HeadPattern, Reading, head_entropy};
use crate::lesson::Part;
use crate::session::engine::Sight;
use egui::{
    Align2, Color32, ColorImage, Painter, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind,
    TextureHandle, TextureOptions, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use std::sync::Weak;

/// The texture of all thumbnails, and what it shows.
#[derive(Default)]
pub struct Cache {
    key: Option<Key>,
    texture: Option<TextureHandle>,
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache").finish_non_exhaustive()
    }
}

/// What the texture depends on.
struct Key {
    sight: Weak<Sight>,
    rows: usize,
    side: usize,
    dark: bool,
    without_first: bool,
}

impl Key {
    fn of(view: &View, state: &State, side: usize) -> Self {
        Self {
            sight: std::sync::Arc::downgrade(view.sight),
            rows: view.rows,
            side,
            dark: view.ctx.look.dark,
            without_first: state.without_first,
        }
    }

    fn is(&self, other: &Self) -> bool {
        Weak::ptr_eq(&self.sight, &other.sight)
            && (self.rows, self.side) == (other.rows, other.side)
            && (self.dark, self.without_first) == (other.dark, other.without_first)
    }
}

/// Between the edge of a thumbnail and its cells.
fn padding(side: f32) -> f32 {
    if side >= 40.0 { 4.0 } else { 1.0 }
}

/// Paints the wall.
pub fn wall(ui: &mut Ui, view: &View, state: &mut State, actions: &mut Vec<Action>) {
    let wall = &view.layout.wall;
    refresh(ui, view, state);
    header(ui.painter(), view);
    let builder = UiBuilder::new().max_rect(wall.view).id_salt("wall");
    if wall.height <= wall.view.height() + 0.5 {
        ui.scope_builder(builder, |ui| thumbnails(ui, view, state, wall.view.top(), actions));
    } else {
        ui.scope_builder(builder, |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                let size = vec2(wall.view.width(), wall.height);
                let (place, _) = ui.allocate_exact_size(size, Sense::hover());
                thumbnails(ui, view, state, place.top(), actions);
            });
        });
    }
    let place = UiBuilder::new()
        .max_rect(wall.switch.with_min_x(wall.switch.left() + wall.numerals))
        .layout(egui::Layout::left_to_right(egui::Align::Center))
        .id_salt("without first");
    ui.scope_builder(place, |ui| {
        let label = view.ctx.words.leave_out_first;
        switch(ui, &view.ctx.look, label, &mut state.without_first);
    });
}

/// The heads' names above the wall.
fn header(painter: &Painter, view: &View) {
    let (wall, words) = (&view.layout.wall, view.ctx.words);
    let colours = view.ctx.look.colours();
    let s = view.scale();
    for head in 0..view.sight.reading.config.heads {
        let place = wall.thumbnail(0, head, wall.view.top());
        let locked = view.focus.head_locked && view.focus.head == head;
        let (kind, ink) =
            if locked { (Type::Strong, colours.text1) } else { (Type::Caption, colours.text3) };
        let font = egui::FontId::new(11.0 * s, kind.font().family);
        let name = fill(words.head_n, &[&(head + 1)]);
        let fits = width(painter, &name, font.clone()) <= wall.pitch.x - 4.0;
        let name = if fits { name } else { (head + 1).to_string() };
        let at = pos2(place.center().x, wall.header.center().y);
        if fits || wall.pitch.x >= 13.0 * s || head % 2 == 0 {
            put(painter, at, Align2::CENTER_CENTER, &name, font, ink);
        }
    }
}

/// All thumbnails, the first row of them at `top`.
fn thumbnails(ui: &mut Ui, view: &View, state: &State, top: f32, actions: &mut Vec<Action>) {
    let config = &view.sight.reading.config;
    let wall = &view.layout.wall;
    let (colours, s) = (view.ctx.look.colours(), view.scale());
    for block in 0..config.layers {
        let y = wall.thumbnail(block, 0, top).center().y;
        let locked = view.focus.head_locked && view.focus.block == block;
        let (kind, ink) = if locked {
            (Type::NumberStrong, colours.text1)
        } else {
            (Type::NumberSmall, colours.text3)
        };
        let at = pos2(wall.view.left() + 4.0 * s, y);
        let font = egui::FontId::new(12.0 * s, kind.font().family);
        put(ui.painter(), at, Align2::LEFT_CENTER, &(block + 1).to_string(), font, ink);
        for head in 0..config.heads {
            let place = wall.thumbnail(block, head, top);
            if ui.is_rect_visible(place) {
                thumbnail(ui, view, state, (block, head), place, actions);
            }
        }
    }
}

fn thumbnail(
    ui: &mut Ui,
    view: &View,
    state: &State,
    (block, head): (usize, usize),
    place: Rect,
    actions: &mut Vec<Action>,
) {
    let (words, colours) = (view.ctx.words, view.ctx.look.colours());
    let label = view.ctx.session.labels(state.without_first).get(block).and_then(|b| b.get(head));
    let pattern = label.and_then(crate::interpret::HeadScores::label);
    // A lesson may ask for the names and numbers before it shows them.
    let hides = is_hidden(ui.ctx(), Part::HeadScore);
    let name = pattern_name(pattern, words);
    let here = view.focus.block == block && view.focus.head == head;
    let locked = here && view.focus.head_locked;
    let mut said =
        format!("{}, {}", fill(words.block_n, &[&(block + 1)]), fill(words.head_n, &[&(head + 1)]));
    if !hides {
        said += &format!(": {name}");
    }
    let response = ui.interact(place, ui.scope_id().with((block, head)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, locked, &said));
    let corner = if place.width() >= 40.0 { 6.0 } else { 2.0 };
    let ground = if response.hovered() { colours.hover } else { colours.panel };
    ui.painter().rect_filled(place, corner, ground);
    image(ui.painter(), view, state, (block, head), place, here || response.hovered());
    if view.ctx.session.scale_of(Component::Head { block, head }) == 0.0 {
        hollow(ui.painter(), &view.ctx.look, place, corner);
    }
    if locked {
        let ring = Stroke::new(2.0, colours.text1);
        ui.painter().rect_stroke(place.expand(1.0), corner, ring, StrokeKind::Middle);
    } else if here {
        let ring = Stroke::new(1.0, colours.line2);
        ui.painter().rect_stroke(place.expand(0.5), corner, ring, StrokeKind::Middle);
    }
    if here && !state.lines {
        frame_of_part(ui.painter(), view, state, place);
    }
    if view.layout.wall.names && !hides {
        caption(ui.painter(), view, place, name, pattern.is_some(), locked);
    }
    focus_ring(ui, &view.ctx.look, place, corner, &response);
    if response.clicked() {
        let locked = Selection { positions: false, mlp: false, ..view.ctx.locked };
        let chosen = Selection { block: Some(block), head: Some(head), ..locked };
        actions.push(Action::Lock(chosen));
    }
    response.on_hover_ui(|ui| {
        let bits = head_entropy(&view.sight.reading, block, head, view.rows);
        let entropy = fill(words.mean_entropy, &[&numbers::signed(bits)]);
        ui.label(if hides { said } else { format!("{said}\n{entropy}") });
    });
}

/// The cells of a thumbnail, from the texture.
fn image(
    painter: &Painter,
    view: &View,
    state: &State,
    (block, head): (usize, usize),
    place: Rect,
    loud: bool,
) {
    let Some(texture) = &state.wall.texture else { return };
    let config = &view.sight.reading.config;
    let step = vec2(1.0 / config.heads as f32, 1.0 / config.layers as f32);
    let uv = Rect::from_min_size(pos2(head as f32 * step.x, block as f32 * step.y), step);
    let tint = if loud { Color32::WHITE } else { Color32::WHITE.gamma_multiply(0.85) };
    painter.image(texture.id(), place.shrink(padding(place.width())), uv, tint);
}

/// Where the part stands that the matrices show, if they do not show all.
fn frame_of_part(painter: &Painter, view: &View, state: &State, place: Rect) {
    if view.layout.shown >= view.rows {
        return;
    }
    let inside = place.shrink(padding(place.width()));
    let point = inside.width() / view.rows as f32;
    let at = inside.min + vec2(state.first.1 as f32, state.first.0 as f32) * point;
    let size = egui::Vec2::splat(view.layout.shown as f32 * point);
    let stroke = Stroke::new(1.0, view.ctx.look.colours().text1);
    painter.rect_stroke(Rect::from_min_size(at, size), 1.0, stroke, StrokeKind::Outside);
}

/// The pattern's name under a thumbnail, if it fits.
fn caption(painter: &Painter, view: &View, place: Rect, name: &str, clear: bool, locked: bool) {
    let colours = view.ctx.look.colours();
    let s = view.scale();
    let ink = match (clear, locked) {
        (_, true) => colours.text1,
        (true, false) => colours.text2,
        (false, false) => colours.off,
    };
    let font = Type::Caption.scaled(s);
    if width(painter, name, font.clone()) <= view.layout.wall.pitch.x {
        let at = pos2(place.center().x, place.bottom() + 10.0 * s);
        put(painter, at, Align2::CENTER_CENTER, name, font, ink);
    }
}

fn pattern_name(pattern: Option<HeadPattern>, words: &Words) -> &'static str {
    match pattern {
        Some(HeadPattern::Previous) => words.previous_token,
        Some(HeadPattern::First) => words.first_token,
        Some(HeadPattern::Same) => words.same_token,
        Some(HeadPattern::Induction) => words.induction,
        None => words.unclear,
    }
}

/// Paints the texture anew if it shows something else.
fn refresh(ui: &Ui, view: &View, state: &mut State) {
    let side = view.layout.wall.side;
    let side = (side - 2.0 * padding(side)).max(2.0) as usize;
    let key = Key::of(view, state, side);
    if state.wall.key.as_ref().is_some_and(|old| old.is(&key)) {
        return;
    }
    let picture = picture(view, side, state.without_first);
    state.wall.texture = Some(ui.ctx().load_texture("heads", picture, TextureOptions::NEAREST));
    state.wall.key = Some(key);
}

/// How many cells there are for `rows` tokens in a square of `side` points: one a token, or one a
/// point if there are fewer of those.
fn cell_count(rows: usize, side: usize) -> usize {
    rows.min(side).max(1)
}

/// Where cells begin and how far they reach, from 0 to `side`: in whole points, so large ones are
/// alike and have lines between them, and small ones fill the square.
fn extent(cell: usize, cells: usize, side: usize) -> (usize, usize) {
    let pitch = side / cells;
    if pitch >= 5 {
        let margin = (side - pitch * cells) / 2;
        return (margin + cell * pitch, pitch - 1);
    }
    let begin = cell * side / cells;
    (begin, (cell + 1) * side / cells - begin)
}

/// All thumbnails, each `side` texels wide: one texel a point.
fn picture(view: &View, side: usize, without_first: bool) -> ColorImage {
    let reading = &view.sight.reading;
    let (layers, heads) = (reading.config.layers, reading.config.heads);
    let mut picture = ColorImage::filled([heads * side, layers * side], Color32::TRANSPARENT);
    let colours = Colours::new(&view.ctx.look);
    let width = picture.width();
    for block in 0..layers {
        for head in 0..heads {
            let start = block * side * width + head * side;
            let texels = &mut picture.pixels[start..];
            let pooled = pool(reading, (block, head), view.rows, side);
            paint(texels, width, side, &pooled, without_first, &colours);
        }
    }
    picture
}

/// Colours of weights from 0 to 1, looked up.
struct Colours {
    attention: Vec<Color32>,
    grey: Vec<Color32>,
}

const LEVELS: usize = 64;

impl Colours {
    fn new(look: &Look) -> Self {
        let share = |level: usize| level as f32 / (LEVELS - 1) as f32;
        let of = |map: ColourMap, most: f32| -> Vec<Color32> {
            (0..LEVELS).map(|level| look.map(map, share(level) * most)).collect()
        };
        // Grey steps back: it never reaches the strong end.
        Self { attention: of(ColourMap::Attention, 1.0), grey: of(ColourMap::Magnitude, 0.45) }
    }

    fn of(&self, weight: f32, grey: bool) -> Color32 {
        let level = (weight.clamp(0.0, 1.0) * (LEVELS - 1) as f32).round() as usize;
        if grey { self.grey[level] } else { self.attention[level] }
    }
}

/// A head's weights, `[cells, cells]`: each cell the largest of the weights that fall in it.
fn pool(reading: &Reading, (block, head): (usize, usize), rows: usize, side: usize) -> Vec<f32> {
    let cells = cell_count(rows, side);
    let mut pooled = vec![0.0_f32; cells * cells];
    // The first token of each cell, and the end of the last.
    let begins: Vec<usize> = (0..=cells).map(|cell| (cell * rows).div_ceil(cells)).collect();
    for (row, line) in pooled.chunks_exact_mut(cells).enumerate() {
        for query in begins[row]..begins[row + 1] {
            let seen = reading.weights(block, head, query).get(..=query).unwrap_or(&[]);
            for (cell, bounds) in line.iter_mut().zip(begins.windows(2)).take(row + 1) {
                let weights = &seen[bounds[0].min(seen.len())..bounds[1].min(seen.len())];
                *cell = weights.iter().copied().fold(*cell, f32::max);
            }
        }
    }
    pooled
}

/// Writes a thumbnail's cells into the picture, whose rows are `width` apart.
fn paint(
    texels: &mut [Color32],
    width: usize,
    side: usize,
    pooled: &[f32],
    without_first: bool,
    colours: &Colours,
) {
    let cells = pooled.len().isqrt().max(1);
    for row in 0..cells {
        let (top, high) = extent(row, cells, side);
        for column in 0..=row {
            let (left, wide) = extent(column, cells, side);
            let resting = without_first && column == 0 && row > 0;
            let colour = colours.of(pooled[row * cells + column], resting);
            for y in top..top + high {
                texels[y * width + left..][..wide].fill(colour);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_of_a_thumbnail_fit_and_do_not_overlap(rows in 1usize..=256, side in 2usize..90) {
            let cells = cell_count(rows, side);
            prop_assert!(cells <= rows && cells <= side);
            let mut before = 0;
            for cell in 0..cells {
                let (begin, length) = extent(cell, cells, side);
                prop_assert!(begin >= before && length >= 1);
                before = begin + length;
            }
            prop_assert!(before <= side);
        }
    }
}
