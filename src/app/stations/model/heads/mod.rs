//! The wall of all heads, and one head opened: four matrices or lines, and one of its cells.

mod card;
mod data;
mod layout;
mod lines;
mod matrices;
mod mesh;
mod numerals;
pub(super) mod steps;
mod values;
mod wall;

use crate::app::context::{Action, Context, Selection};
use crate::app::lesson::part;
use crate::app::theme::Type;
use crate::app::widgets::{put, segmented, width};
use crate::app::words::fill;
use crate::lesson::Part;
use crate::session::engine::Sight;
use egui::{Align2, Layout as Flow, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};
use layout::{Layout, Wanted};
use std::sync::Arc;
use steps::{STEPS, Step};

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    /// How many steps are done; all, if none is given.
    step: Option<usize>,
    /// Lines between tokens instead of matrices.
    lines: bool,
    /// Whether attention to the first token is left out of the names.
    without_first: bool,
    /// Whether the card shows what is mixed, rather than how a weight comes about.
    mixing: bool,
    /// The first row and column in view, where not all are.
    first: (usize, usize),
    /// The cell and head for which they were last moved.
    brought: Option<Focus>,
    wall: wall::Cache,
    data: data::Cache,
    mesh: mesh::Cache,
}

impl State {
    fn is_done(&self, step: Step) -> bool {
        self.step.is_none_or(|done| done >= step as usize)
    }

    /// Shows what is mixed on the card, or how a weight comes about.
    pub fn show_card(&mut self, mixing: bool) {
        self.mixing = mixing;
    }

    /// Shows the first `step` steps; the card follows.
    fn step_to(&mut self, step: usize) {
        self.step = (step < STEPS).then_some(step);
        self.show_card(step >= Step::Mix as usize);
    }
}

/// The head and the cell that are shown: what is locked, or else what is telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Focus {
    block: usize,
    head: usize,
    row: usize,
    key: usize,
    /// Whether a person has chosen the head, and the cell.
    head_locked: bool,
    cell_locked: bool,
}

impl Focus {
    fn of(locked: Selection, sight: &Sight, rows: usize) -> Self {
        let config = &sight.reading.config;
        let inside = |chosen: Option<usize>, count: usize| chosen.filter(|&n| n < count);
        let (block, head) =
            (inside(locked.block, config.layers), inside(locked.head, config.heads));
        let row = inside(locked.position, rows).unwrap_or(rows.max(1) - 1);
        let key = inside(locked.key, rows);
        let (chosen_block, chosen_head) = (block.unwrap_or(0), head.unwrap_or(0));
        let most_read = || {
            let weights = sight.reading.weights(chosen_block, chosen_head, row);
            let all = weights.iter().take(row + 1).enumerate();
            all.max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(key, _)| key)
        };
        Self {
            block: chosen_block,
            head: chosen_head,
            row,
            key: key.unwrap_or_else(most_read),
            head_locked: head.is_some(),
            cell_locked: key.is_some(),
        }
    }
}

/// What is painted, with everything it needs.
struct View<'a> {
    ctx: &'a Context<'a>,
    sight: &'a Arc<Sight>,
    /// How many rows are shown.
    rows: usize,
    focus: Focus,
    layout: Layout,
}

impl View<'_> {
    fn scale(&self) -> f32 {
        self.ctx.look.scale
    }

    /// The token of a row as it is drawn.
    fn token(&self, row: usize) -> String {
        self.sight.reading.ids.get(row).map_or(String::new(), |&id| self.ctx.piece(id).text)
    }

    /// The selection with another cell in it.
    fn lock(&self, row: usize, key: Option<usize>) -> Action {
        let Focus { block, head, .. } = self.focus;
        Action::Lock(Selection {
            position: Some(row),
            block: Some(block),
            head: Some(head),
            key,
            ..Selection::default()
        })
    }
}

/// Paints the wall and the open head.
pub fn heads(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    sight: &Arc<Sight>,
    rows: usize,
    actions: &mut Vec<Action>,
) {
    let area = ui.available_rect_before_wrap();
    let area = area.with_min_y(area.top() + 6.0);
    let config = &sight.reading.config;
    let wanted = Wanted { layers: config.layers, heads: config.heads, rows, scale: ctx.look.scale };
    let height = Layout::new(area, wanted).height;
    if height <= area.height() + 0.5 {
        parts(ui, ctx, state, sight, (area, wanted), actions);
        return;
    }
    // Too low a window: everything keeps its size, and is scrolled.
    ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let (place, _) = ui.allocate_exact_size(vec2(area.width(), height), Sense::hover());
            parts(ui, ctx, state, sight, (place, wanted), actions);
        });
    });
}

fn parts(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    sight: &Arc<Sight>,
    (area, wanted): (Rect, Wanted),
    actions: &mut Vec<Action>,
) {
    let focus = Focus::of(ctx.locked, sight, wanted.rows);
    let layout = Layout::new(area, wanted);
    let view = View { ctx, sight, rows: wanted.rows, focus, layout };
    wall::wall(ui, &view, state, actions);
    choice(ui, &view, state);
    let read_out = if state.lines {
        lines::lines(ui, &view, state, actions)
    } else {
        matrices::matrices(ui, &view, state, actions)
    };
    said(ui, &view, &read_out);
    card::card(ui, &view, state);
    let wall = view.layout.wall;
    part(ui, Part::HeadWall, wall.header.union(wall.view));
    part(ui, Part::HeadScore, wall.view);
    if let (Some(first), Some(last)) = (view.layout.matrices.first(), view.layout.matrices.last()) {
        part(ui, Part::HeadScores, first.title.union(first.legend));
        part(ui, Part::HeadPattern, last.title.union(last.legend));
    }
    for name in [Part::HeadQuery, Part::HeadKey, Part::HeadValue, Part::HeadOutput, Part::HeadCell]
    {
        part(ui, name, view.layout.card);
    }
    // What is locked is brought into view once; then one may scroll away.
    state.brought = Some(focus);
}

/// Matrix or lines.
fn choice(ui: &mut Ui, view: &View, state: &mut State) {
    let words = view.ctx.words;
    let place = UiBuilder::new()
        .max_rect(view.layout.tools)
        .layout(Flow::right_to_left(egui::Align::Center))
        .id_salt("choice");
    ui.scope_builder(place, |ui| {
        let labels = [words.as_map, words.as_lines];
        if let Some(chosen) = segmented(ui, &view.ctx.look, &labels, usize::from(state.lines)) {
            state.lines = chosen == 1;
            // The other one shows more rows, or fewer.
            state.brought = None;
        }
    });
}

/// The line above: which row looks at which, or which part of a long text is shown; and, if there
/// is room, what more can be said.
fn said(ui: &Ui, view: &View, (text, more): &(String, String)) {
    let tools = view.layout.tools;
    let s = view.scale();
    // The choice at the right keeps its place.
    let room = Rect::from_min_max(tools.min, pos2(tools.right() - 170.0 * s, tools.bottom()));
    let painter = ui.painter().with_clip_rect(room.intersect(ui.clip_rect()));
    let (colours, font) = (view.ctx.look.colours(), Type::Small.scaled(s));
    let at = room.left_center();
    let end = put(&painter, at, Align2::LEFT_CENTER, text, font.clone(), colours.text2).right();
    let at = pos2(end + 16.0 * s, at.y);
    if at.x + width(&painter, more, font.clone()) <= room.right() {
        put(&painter, at, Align2::LEFT_CENTER, more, font, colours.text3);
    }
}

/// “·the (row 12) looks at ·rain (row 5)”
fn looks_at(view: &View, row: usize, key: usize) -> String {
    let (from, to) = (view.token(row), view.token(key));
    fill(view.ctx.words.looks_at, &[&from, &row, &to, &key])
}
