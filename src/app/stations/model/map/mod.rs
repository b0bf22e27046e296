//! The map: rows are tokens, columns are depth. Information flows to the right along the rows, and
//! down from earlier rows through the threads of attention.

mod labels;
mod layout;
mod off;
mod paint;
pub(super) mod thread;

pub(in crate::app::stations::model) use off::{hollow, strike};

use super::steps::{Operation, is_done};
use crate::app::context::{Action, Context, Selection};
use crate::app::lesson::part as part_is;
use crate::app::words::fill;
use crate::interpret::Component;
use crate::lesson::Part;
use crate::session::engine::Sight;
use egui::{Rect, Response, Role, Sense, Ui, pos2, vec2};
use layout::{Layout, NUMBER, Span, Wanted};

/// What the map remembers.
#[derive(Debug, Default)]
pub struct State {
    /// The first row in view.
    first: usize,
    /// The row that was locked when it was last brought into view, and how high the map was.
    shown: Option<(usize, i32)>,
}

/// Room for the legend.
const LEGEND: f32 = 40.0;

/// What is drawn, with everything it needs.
struct Map<'a> {
    ctx: &'a Context<'a>,
    state: &'a super::State,
    /// What is drawn: the pass with all changes.
    sight: &'a Sight,
    /// If anything is changed: the untouched pass, to stand beside it.
    untouched: Option<&'a Sight>,
    layout: Layout,
    rows: usize,
    /// The row that is locked; the last one, if none is.
    row: usize,
    hovered: Option<usize>,
}

impl Map<'_> {
    fn done(&self, row: usize, operation: Operation) -> bool {
        is_done(self.state, self.rows, row, operation, self.sight.reading.config.layers)
    }
}

/// Paints the map.
pub fn map(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut super::State,
    sight: &Sight,
    rows: usize,
    actions: &mut Vec<Action>,
) {
    let full = ui.available_rect_before_wrap();
    let legend = LEGEND * ctx.look.scale;
    let area = Rect::from_min_max(full.min, pos2(full.right(), full.bottom() - legend));
    let config = &sight.reading.config;
    let untouched = ctx.session.sight().map(|sight| &**sight);
    let untouched = untouched.filter(|untouched| !std::ptr::eq(*untouched, sight));
    let row = ctx.locked.position.unwrap_or(usize::MAX).min(rows.max(1) - 1);
    // A row is brought into view when it is locked, not for ever: then one may scroll away.
    // A map that has become lower brings it back.
    let now = (row, area.height() as i32);
    let bring = (state.map.shown != Some(now)).then_some(row);
    state.map.shown = Some(now);
    let wanted = Wanted {
        rows,
        layers: config.layers,
        heads: config.heads,
        open: ctx.locked.block.filter(|&block| block < config.layers),
        head: ctx.locked.head,
        row: bring,
        first: scrolled(ui, area, state.map.first, rows),
        beside: untouched.is_some(),
        scale: ctx.look.scale,
    };
    let layout = Layout::new(area, wanted);
    state.map.first = layout.first;
    let pointer =
        ui.input(|input| input.pointer.hover_pos()).filter(|at| ui.clip_rect().contains(*at));
    let hovered = pointer.filter(|at| area.contains(*at)).and_then(|at| layout.row_at(at.y));
    let (body, s) = (layout.body, ctx.look.scale);
    let y = layout.y(row);
    part_is(ui, Part::MapRow, Rect::from_x_y_ranges(body.x_range(), y - 16.0 * s..=y + 16.0 * s));
    let embed = layout.embed - 18.0 * s..=layout.embed + 18.0 * s;
    part_is(ui, Part::MapEmbedding, Rect::from_x_y_ranges(embed, body.y_range()));
    let tokens = body.left()..=layout.embed - 20.0 * s;
    part_is(ui, Part::MapToken, Rect::from_x_y_ranges(tokens, body.y_range()));
    let across = |span: Span, more: f32| {
        Rect::from_x_y_ranges(span.left..=span.right + more, body.y_range())
    };
    if let Some(last) = layout.guesses.last().copied().flatten() {
        part_is(ui, Part::MapPrediction, across(last, NUMBER * s));
    }
    let block = ctx.locked.block.and_then(|block| layout.blocks.get(block));
    part_is(ui, Part::MapBlock, block.map_or(body, |block| across(*block, 0.0)));
    for name in [Part::MapThreads, Part::MapGuess] {
        part_is(ui, name, body);
    }
    let map = Map { ctx, state, sight, untouched, layout, rows, row, hovered };
    map.listen(ui, actions);
    map.paint(ui.painter());
    let place = Rect::from_min_max(pos2(full.left(), area.bottom()), full.max);
    labels::legend(ui.painter(), ctx, place);
}

/// The first row after the wheel was turned over the map.
fn scrolled(ui: &Ui, area: Rect, first: usize, rows: usize) -> usize {
    let over = ui.input(|input| input.pointer.hover_pos()).is_some_and(|at| area.contains(at));
    let wheel = ui.input(|input| input.smooth_scroll_delta.y);
    if !over || wheel == 0.0 {
        return first;
    }
    let by = if wheel > 0.0 { -1 } else { 1 };
    first.saturating_add_signed(by).min(rows.saturating_sub(1))
}

impl Map<'_> {
    /// Everything that can be clicked, with its name.
    fn listen(&self, ui: &Ui, actions: &mut Vec<Action>) {
        let (layout, locked) = (&self.layout, self.ctx.locked);
        let words = self.ctx.words;
        for row in layout.rows() {
            let whole = Rect::from_min_max(
                pos2(layout.body.left(), layout.y(row) - layout.pitch / 2.0),
                pos2(layout.body.right(), layout.y(row) + layout.pitch / 2.0),
            );
            let piece = self.ctx.piece(self.sight.reading.ids[row]);
            let name = format!("{}: {}", fill(words.position_n, &[&row]), piece.text);
            let response = part(ui, whole, ("row", row), &name, row == self.row);
            if response.clicked() {
                actions.push(Action::Lock(Selection {
                    position: Some(row),
                    key: None,
                    candidate: None,
                    rival: None,
                    ..locked
                }));
            }
        }
        self.listen_to_embedding(ui, actions);
        for (block, span) in layout.blocks.iter().enumerate() {
            let open = locked.block == Some(block);
            // The header of the open block closes it; a closed one opens wherever it is clicked.
            let bottom = if open { layout.header } else { layout.body.bottom() };
            let rect = Rect::from_min_max(
                pos2(span.left, layout.header - 34.0 * self.ctx.look.scale),
                pos2(span.right, bottom),
            );
            let name = fill(words.block_n, &[&(block + 1)]);
            let response = part(ui, rect, ("block", block), &name, open);
            if response.clicked() {
                let chosen = (!open).then_some(Component::Block(block));
                actions.push(Action::Lock(locked.with(chosen)));
            }
        }
        self.listen_to_heads(ui, actions);
    }

    fn listen_to_heads(&self, ui: &Ui, actions: &mut Vec<Action>) {
        let (layout, locked) = (&self.layout, self.ctx.locked);
        let Some(block) = locked.block else { return };
        let heads = self.sight.reading.config.heads;
        self.listen_to_mlp(ui, block, actions);
        for (head, span) in layout.strips.iter().enumerate().take(heads) {
            let rect = Rect::from_min_max(
                pos2(span.left, layout.header - 30.0 * self.ctx.look.scale),
                pos2(span.right, layout.body.bottom()),
            );
            let name = format!(
                "{}, {}",
                fill(self.ctx.words.block_n, &[&(block + 1)]),
                fill(self.ctx.words.head_n, &[&(head + 1)])
            );
            let response = part(ui, rect, ("head", head), &name, locked.head == Some(head));
            if response.double_clicked() {
                actions.push(Action::ShowHead { block, head });
            } else if response.clicked() {
                let at = response.interact_pointer_pos();
                let row = at.and_then(|at| layout.row_at(at.y)).unwrap_or(self.row);
                // A click on the header chooses the head; below it, the row as well.
                let stays = locked.head != Some(head) || at.is_some_and(|at| at.y > layout.header);
                let part =
                    if stays { Component::Head { block, head } } else { Component::Block(block) };
                let locked = Selection { position: Some(row), ..locked };
                actions.push(Action::Lock(locked.with(Some(part))));
            }
        }
    }

    /// The MLP's strip of the open block.
    fn listen_to_mlp(&self, ui: &Ui, block: usize, actions: &mut Vec<Action>) {
        let (layout, locked) = (&self.layout, self.ctx.locked);
        let Some(span) = layout.strips.last() else { return };
        let top = layout.header - 30.0 * self.ctx.look.scale;
        let rect = Rect::from_min_max(pos2(span.left, top), pos2(span.right, layout.body.bottom()));
        let name = fill(self.ctx.words.behind.mlp_of, &[&(block + 1)]);
        let chosen = locked.mlp && locked.head.is_none();
        let response = part(ui, rect, ("mlp", block), &name, chosen);
        if response.clicked() {
            let at = response.interact_pointer_pos();
            let position = at.and_then(|at| layout.row_at(at.y)).unwrap_or(self.row);
            let in_body = at.is_some_and(|at| at.y > layout.header);
            let part =
                if chosen && !in_body { Component::Block(block) } else { Component::Mlp(block) };
            let locked = Selection { position: Some(position), ..locked };
            actions.push(Action::Lock(locked.with(Some(part))));
        }
    }

    /// The column in which position vectors are added.
    fn listen_to_embedding(&self, ui: &Ui, actions: &mut Vec<Action>) {
        let (layout, s) = (&self.layout, self.ctx.look.scale);
        let rect = Rect::from_min_max(
            pos2(layout.embed - 18.0 * s, layout.header - 34.0 * s),
            pos2(layout.embed + 18.0 * s, layout.header - 4.0 * s),
        );
        let chosen = self.ctx.locked.positions;
        let name = self.ctx.words.behind.position_vectors;
        if part(ui, rect, ("embed", 0), name, chosen).clicked() {
            let part = (!chosen).then_some(Component::Positions);
            actions.push(Action::Lock(self.ctx.locked.with(part)));
        }
    }
}

/// A part of the map that can be clicked and has a name.
fn part(ui: &Ui, rect: Rect, key: (&str, usize), name: &str, selected: bool) -> Response {
    let response = ui.interact(rect, ui.scope_id().with(key), Sense::click());
    response.widget_info(|| egui::WidgetInfo::selected(Role::Button, true, selected, name));
    if response.has_focus() {
        let stroke = egui::Stroke::new(2.0, ui.visuals().text_cursor.stroke.color);
        let ring = rect.shrink2(vec2(1.0, 1.0));
        ui.painter().rect_stroke(ring, 6.0, stroke, egui::StrokeKind::Inside);
    }
    response
}
