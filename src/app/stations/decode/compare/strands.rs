//! The texts laid over one tree: where they go together, lines run beside each other.

use super::super::tree::{COLUMN, Camera, Detail, NODE, curve, dotted, text_of, token_job};
use super::woven::{Through, Woven};
use crate::app::context::Context;
use crate::app::numbers;
use crate::app::piece::Kind;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{focus_ring, paragraph, put};
use crate::app::words::fill;
use crate::session::Search;
use egui::{
    Align2, EventFilter, FontId, Key, Modifiers, Painter, PointerButton, Pos2, Rect, Response,
    Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

/// What the tree of texts remembers.
#[derive(Debug, Default)]
pub struct State {
    camera: Camera,
    woven: Option<Woven>,
    seen: Option<u64>,
    hovered: Option<usize>,
    locked: Option<usize>,
    /// Whether the keyboard came here by a click, which needs no ring.
    clicked: bool,
}

impl State {
    pub fn release(&mut self) -> bool {
        self.locked.take().is_some()
    }
}

/// Everything that is needed to paint.
struct View<'a> {
    ctx: &'a Context<'a>,
    search: &'a Search,
    woven: &'a Woven,
    camera: Camera,
    area: Rect,
    /// The nodes on the way to what is pointed at or locked.
    focus: Option<Vec<usize>>,
    hovered: Option<usize>,
    locked: Option<usize>,
}

/// Paints the tree of the first `limit` tokens of every text.
pub fn strands(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    search: &Search,
    limit: usize,
    area: Rect,
) {
    let woven = Woven::of(search, limit, state.woven.take());
    if state.seen != Some(search.id) {
        (state.seen, state.hovered, state.locked) = (Some(search.id), None, None);
        state.camera = Camera::home(area, pos2(NODE.x - 16.0, 0.0), ctx.look.scale * 0.85);
    }
    let id = ui.scope_id().with("strands");
    let response = ui.interact(area, id, Sense::click_and_drag());
    look_around(ui, state, &response, area);
    let at = response.hover_pos().filter(|_| response.hovered() && !response.dragged());
    let at = at.map(|at| state.camera.to_tree(area, at));
    state.hovered = at.and_then(|at| woven.layout.node_at(at));
    if response.clicked_by(PointerButton::Primary) {
        state.locked = if state.locked == state.hovered { None } else { state.hovered };
        state.clicked = true;
        response.request_focus();
    }
    if response.has_focus() {
        walk(ui, state, &woven, &response, area);
    } else {
        state.clicked = false;
    }
    let seconds = ui.input(|input| input.stable_dt).min(0.1);
    if state.camera.glide(seconds, ctx.look.motion) {
        ui.ctx().request_repaint();
    }
    let known = |node: Option<usize>| node.filter(|&node| node < woven.prefixes.nodes().len());
    let (hovered, locked) = (known(state.hovered), known(state.locked));
    let view = View {
        ctx,
        search,
        woven: &woven,
        camera: state.camera,
        area,
        focus: hovered.or(locked).map(|node| way_to(&woven, node)),
        hovered,
        locked,
    };
    view.paint(&ui.painter().with_clip_rect(area));
    view.name(ui, &response);
    if !state.clicked {
        focus_ring(ui, &ctx.look, area.shrink(4.0), 6.0, &response);
    }
    view.tip(&response);
    state.woven = Some(woven);
}

/// The nodes from the root to a node.
fn way_to(woven: &Woven, node: usize) -> Vec<usize> {
    let nodes = woven.prefixes.nodes();
    let parent = |&at: &usize| (at > 0).then(|| nodes[at].parent);
    std::iter::successors(Some(node), parent).collect()
}

fn look_around(ui: &Ui, state: &mut State, response: &Response, area: Rect) {
    if response.dragged() {
        state.camera.pull(response.drag_delta());
    }
    let at = ui.input(|input| input.pointer.hover_pos()).filter(|at| area.contains(*at));
    let Some(at) = at.filter(|_| response.contains_pointer()) else { return };
    let (wheel, zoom) = ui.input(|input| (input.smooth_scroll_delta, input.zoom_delta()));
    if zoom != 1.0 {
        state.camera.zoom_at(area, at, zoom);
    } else if wheel != Vec2::ZERO {
        state.camera.pull(wheel);
    }
}

/// Arrows lock the parent, the first child or the next node of the column; 0 shows all.
fn walk(ui: &Ui, state: &mut State, woven: &Woven, response: &Response, area: Rect) {
    let arrows =
        EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let (nodes, layout) = (woven.prefixes.nodes(), &woven.layout);
    for key in [Key::ArrowLeft, Key::ArrowRight, Key::ArrowUp, Key::ArrowDown] {
        if !pressed(key) {
            continue;
        }
        state.clicked = false;
        let here = state.locked.unwrap_or(0).min(nodes.len() - 1);
        let column = layout.column(nodes[here].depth);
        let row = column.iter().position(|&node| node == here).unwrap_or(0);
        let there = match key {
            Key::ArrowLeft => Some(nodes[here].parent),
            Key::ArrowRight => {
                let next = layout.column(nodes[here].depth + 1).iter().copied();
                next.into_iter().find(|&node| nodes[node].parent == here)
            }
            Key::ArrowUp => row.checked_sub(1).and_then(|row| column.get(row)).copied(),
            _ => column.get(row + 1).copied(),
        };
        state.locked = there.or(Some(here));
        if let Some(rect) = there.and_then(|node| layout.rect(node)) {
            state.camera.bring(area, rect);
        }
    }
    if pressed(Key::Num0) {
        state.camera.fit(area, layout.bounds(), 1.0);
    }
}

impl View<'_> {
    fn detail(&self) -> Detail {
        match self.camera.zoom {
            zoom if zoom >= 0.75 => Detail::Full,
            zoom if zoom >= 0.42 => Detail::Token,
            _ => Detail::Mark,
        }
    }

    fn strength(&self, node: usize) -> f32 {
        if self.focus.as_ref().is_none_or(|focus| focus.contains(&node)) { 1.0 } else { 0.35 }
    }

    fn in_sight(&self) -> Vec<usize> {
        let (seen, layout) = (self.camera.seen(self.area), &self.woven.layout);
        let columns = layout.columns_in(seen.left(), seen.right() + COLUMN);
        let in_column = |column: usize| {
            let rows = layout.rows_in(column, seen.top() - 300.0, seen.bottom() + 300.0);
            layout.column(column).get(rows).unwrap_or(&[]).iter().copied()
        };
        columns.flat_map(in_column).collect()
    }

    fn rect(&self, node: usize) -> Option<Rect> {
        Some(self.camera.rect_on_screen(self.area, self.woven.layout.rect(node)?))
    }

    fn paint(&self, painter: &Painter) {
        let nodes = self.in_sight();
        for &node in nodes.iter().filter(|&&node| node > 0) {
            self.line(painter, node);
        }
        for &node in &nodes {
            self.node(painter, node);
        }
    }

    fn line(&self, painter: &Painter, node: usize) {
        let parent = self.woven.prefixes.nodes()[node].parent;
        let Some((from, to)) = self.woven.layout.ends(parent, node) else { return };
        let at = |at: Pos2| self.camera.to_screen(self.area, at);
        let ends = (at(from), at(to));
        let (zoom, detail) = (self.camera.zoom.min(1.0), self.detail());
        let (colours, strength) = (self.ctx.look.colours(), self.strength(node));
        let Through { greedy, samples, beams, best } = self.woven.through[node];
        let beside = (5.0 * zoom).max(2.0);
        if beams > 0 && !best {
            let ink = colours.line2.gamma_multiply(strength);
            painter.line(curve(ends, 0.0, detail), Stroke::new((1.5 * zoom).max(1.0), ink));
        }
        if samples > 0 {
            let runs = self.search.samples().len().max(1);
            let wide = if runs > 1 { 1.0 + 5.0 * samples as f32 / runs as f32 } else { 2.5 } * zoom;
            let ink = colours.fill_of(Part::Key).gamma_multiply(strength);
            dotted(painter, &curve(ends, -beside, detail), wide.max(1.0), ink);
        }
        if greedy > 0 {
            let ink = colours.fill_of(Part::Query).gamma_multiply(strength);
            let stroke = Stroke::new((2.5 * zoom).max(1.25), ink);
            painter.line(curve(ends, beside, detail), stroke);
        }
        if best {
            let ink = colours.text1.gamma_multiply(strength);
            painter.line(curve(ends, 0.0, detail), Stroke::new((3.5 * zoom).max(1.5), ink));
        }
    }

    fn node(&self, painter: &Painter, node: usize) {
        let Some(rect) = self.rect(node) else { return };
        let (colours, zoom) = (self.ctx.look.colours(), self.camera.zoom);
        let strength = self.strength(node);
        let through = self.woven.through[node];
        let data = self.woven.prefixes.nodes()[node];
        if node == 0 {
            let dot = rect.right_center() - vec2(5.0 * zoom, 0.0);
            painter.circle_filled(dot, 5.0 * zoom, colours.text1);
            return;
        }
        let piece = self.ctx.piece(data.token);
        let loud = self.hovered == Some(node) || self.locked == Some(node);
        let ground = if through.best || loud { colours.hover } else { colours.raised };
        let corner = 6.0 * zoom;
        let (wide, ink) = if through.best { (1.75, colours.text1) } else { (1.0, colours.line2) };
        let stroke = Stroke::new(wide, ink.gamma_multiply(strength));
        painter.rect(rect, corner, ground, stroke, StrokeKind::Middle);
        if self.woven.ends[node] && !matches!(piece.kind, Kind::Special(_)) {
            // It ended without an end token: a bar stops it.
            let bar = Rect::from_min_max(pos2(rect.right() - 3.0 * zoom, rect.top()), rect.max);
            painter.rect_filled(bar, 0.0, colours.line2.gamma_multiply(strength));
        }
        if self.locked == Some(node) {
            let ring = Stroke::new(2.0, colours.text1);
            painter.rect_stroke(rect.expand(2.0), corner + 2.0, ring, StrokeKind::Middle);
        }
        if self.detail() == Detail::Mark {
            return;
        }
        let pad = 9.0 * zoom;
        let mut right = rect.right() - pad;
        let size = |points: f32| ((points * zoom * 2.0).round() / 2.0).max(11.0);
        if self.detail() == Detail::Full {
            let text = numbers::signed(data.sum as f32);
            let font = FontId::new(size(12.0), Type::NumberSmall.font().family);
            let at = pos2(right, rect.center().y);
            let ink = colours.text2.gamma_multiply(strength);
            right = put(painter, at, Align2::RIGHT_CENTER, &text, font, ink).left() - 4.0;
        }
        let font = FontId::new(size(14.0), Type::Token.font().family);
        let inks = [colours.text1, colours.text3].map(|ink| ink.gamma_multiply(strength));
        let job = token_job(&piece, font, inks, (right - rect.left() - pad).max(8.0));
        let galley = painter.layout_job(job);
        let at = pos2(rect.left() + pad, rect.center().y - galley.size().y / 2.0);
        painter.galley(at, galley, inks[0]);
    }

    fn said(&self, node: usize) -> String {
        let words = self.ctx.words.tree;
        if node == 0 {
            return words.root.into();
        }
        let data = self.woven.prefixes.nodes()[node];
        let Through { greedy, samples, beams, .. } = self.woven.through[node];
        let place = fill(words.token_n, &[&(self.search.after + data.depth)]);
        let piece = self.ctx.piece(data.token).text;
        let sum = numbers::signed(data.sum as f32);
        fill(words.strand_is, &[&piece, &place, &sum, &greedy, &beams, &samples])
    }

    fn name(&self, ui: &Ui, response: &Response) {
        let value = self.locked.map_or(String::new(), |node| self.said(node));
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Tree, true, self.ctx.words.tree.strands);
            info.current_text_value = Some(value.clone());
            info
        });
        if self.detail() != Detail::Full {
            return;
        }
        for node in self.in_sight() {
            let Some(rect) = self.rect(node).map(|rect| rect.intersect(self.area)) else {
                continue;
            };
            if rect.is_positive() {
                let part = ui.interact(rect, response.id.with(node), Sense::HOVER);
                let locked = self.locked == Some(node);
                part.widget_info(|| {
                    WidgetInfo::selected(Role::TreeItem, true, locked, self.said(node))
                });
            }
        }
    }

    /// The text to where the pointer is, and who goes there.
    fn tip(&self, response: &Response) {
        let Some(node) = self.hovered.filter(|&node| node > 0) else { return };
        let mut way = way_to(self.woven, node);
        way.reverse();
        let nodes = self.woven.prefixes.nodes();
        let ids: Vec<u32> = way[1..].iter().map(|&at| nodes[at].token).collect();
        let (text, said) = (text_of(self.ctx, &ids), self.said(node));
        let colours = self.ctx.look.colours();
        response.clone().on_hover_ui_at_pointer(|ui| {
            ui.set_max_width(320.0);
            paragraph(ui, &text, Type::Token, colours.text1);
            paragraph(ui, &said, Type::Caption, colours.text2);
        });
    }
}
