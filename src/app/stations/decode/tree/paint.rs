//! Painting a tree: lines, the paths laid over them, nodes, and the names of the columns.

use super::layout::COLUMN;
use super::moment::Phase;
use super::scene::{Detail, Scene};
use crate::app::numbers;
use crate::app::piece::{Kind, Piece};
use crate::app::theme::{Palette, Part, Type};
use crate::app::widgets::put;
use crate::app::words::fill;
use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{
    Align2, Color32, FontId, Mesh, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2, vec2,
};

/// Nothing is written smaller.
const SMALLEST: f32 = 11.0;

/// Paints everything.
pub fn paint(painter: &Painter, scene: &Scene) {
    let painter = &painter.with_clip_rect(scene.area.intersect(painter.clip_rect()));
    let lines = scene.lines_in_sight();
    for &node in &lines {
        line(painter, scene, node);
    }
    overlays(painter, scene, &lines);
    let nodes = scene.in_sight();
    if scene.detail() == Detail::Mark {
        marks(painter, scene, &nodes);
    } else {
        for &node in &nodes {
            node_box(painter, scene, node);
        }
    }
    heads(painter, scene);
}

fn colours(scene: &Scene) -> &'static Palette {
    scene.ctx.look.colours()
}

/// A line between two places, horizontal at both, moved down by `down`.
pub fn curve((from, to): (Pos2, Pos2), down: f32, detail: Detail) -> Vec<Pos2> {
    let count = match detail {
        Detail::Full => 14,
        Detail::Token => 7,
        Detail::Mark => 1,
    };
    let at = |i: usize| {
        let t = i as f32 / count as f32;
        // Handles at half width: x runs as 1.5 t (1 − t) + …, y as the smooth step.
        let u = 1.0 - t;
        let x = 1.5 * t * u * u + 1.5 * t * t * u + t * t * t;
        let y = t * t * (3.0 - 2.0 * t);
        pos2(from.x + (to.x - from.x) * x, from.y + (to.y - from.y) * y + down)
    };
    (0..=count).map(at).collect()
}

/// The ends of the line that leads to a node, on the screen.
fn ends(scene: &Scene, node: usize) -> Option<(Pos2, Pos2)> {
    let (from, to) = scene.grown.layout.ends(scene.parent(node)?, node)?;
    let at = |at| scene.camera.to_screen(scene.area, at);
    Some((at(from), at(to)))
}

fn line(painter: &Painter, scene: &Scene, node: usize) {
    let (Some(ends), Some(data)) = (ends(scene, node), scene.search.nodes().get(node)) else {
        return;
    };
    let (detail, zoom) = (scene.detail(), scene.camera.zoom);
    let ghost = scene.is_ghost(node);
    if detail == Detail::Mark && ghost {
        return;
    }
    let points = curve(ends, 0.0, detail);
    let strength = scene.strength(node);
    if ghost || scene.phase(node) != Phase::Prune {
        let ink = colours(scene).line1.gamma_multiply(strength.max(0.6));
        painter.extend(Shape::dashed_line(&points, Stroke::new(1.0, ink), 3.0, 4.0));
        return;
    }
    let probability = data.step_logprob.exp() as f32;
    let wide = ((1.0 + 3.5 * probability) * zoom.min(1.0)).max(0.75);
    let ink = colours(scene).line2.gamma_multiply(strength);
    painter.line(points, Stroke::new(wide, ink));
}

/// The best path, the greedy one and the sampled ones, beside each other.
fn overlays(painter: &Painter, scene: &Scene, lines: &[usize]) {
    let (detail, zoom) = (scene.detail(), scene.camera.zoom.min(1.0));
    let runs = scene.search.samples().len();
    let colours = colours(scene);
    let beside = (5.0 * zoom).max(2.0);
    for &node in lines {
        let Some(ends) = ends(scene, node) else { continue };
        let strength = scene.strength(node);
        let count = scene.grown.sampled.get(node).copied().unwrap_or(0);
        if scene.overlays.sampled && count > 0 {
            let wide = if runs > 1 { 1.0 + 5.0 * count as f32 / runs as f32 } else { 2.5 };
            let ink = colours.fill_of(Part::Key).gamma_multiply(strength);
            dotted(painter, &curve(ends, -beside, detail), (wide * zoom).max(1.0), ink);
        }
        if scene.overlays.greedy && scene.grown.greedy.contains(&node) {
            let ink = colours.fill_of(Part::Query).gamma_multiply(strength);
            let stroke = Stroke::new((2.5 * zoom).max(1.25), ink);
            painter.line(curve(ends, beside, detail), stroke);
        }
        let lit = scene.is_in_focus(node) && !scene.is_on_best(node);
        if scene.is_on_best(node) || lit {
            let wide = if lit { 2.0 } else { 3.5 };
            let ink = if lit { colours.text2 } else { colours.text1.gamma_multiply(strength) };
            painter.line(curve(ends, 0.0, detail), Stroke::new((wide * zoom).max(1.5), ink));
        }
    }
}

/// A line of dots.
pub fn dotted(painter: &Painter, points: &[Pos2], wide: f32, ink: Color32) {
    painter.extend(Shape::dashed_line(points, Stroke::new(wide, ink), wide.max(1.5), wide + 3.5));
}

/// Far away: a mark for each node, all in one mesh.
fn marks(painter: &Painter, scene: &Scene, nodes: &[usize]) {
    let colours = colours(scene);
    let mut mesh = Mesh::default();
    for &node in nodes {
        let Some(rect) = scene.rect(node) else { continue };
        let strength = scene.strength(node);
        let ghost = scene.is_ghost(node);
        let ink = if scene.is_on_best(node) || scene.locked == Some(node) {
            colours.text1
        } else if ghost {
            colours.line1
        } else {
            colours.line2
        };
        // A mark keeps a height that can be seen; a ghost's is thinner.
        let high = rect.height().max(if ghost { 1.0 } else { 2.0 });
        let mark = Rect::from_center_size(rect.center(), vec2(rect.width(), high * 0.7));
        mesh.add_colored_rect(mark, ink.gamma_multiply(strength));
    }
    painter.add(Shape::mesh(mesh));
    for node in [scene.locked, scene.cursor, scene.hovered].into_iter().flatten() {
        if let Some(rect) = scene.rect(node) {
            let ring = Stroke::new(2.0, colours.text1);
            painter.rect_stroke(rect.expand(3.0), 3.0, ring, StrokeKind::Middle);
        }
    }
}

fn node_box(painter: &Painter, scene: &Scene, node: usize) {
    let (Some(rect), Some(data)) = (scene.rect(node), scene.search.nodes().get(node)) else {
        return;
    };
    let zoom = scene.camera.zoom;
    let colours = colours(scene);
    let piece = scene.ctx.piece(data.token);
    if data.parent.is_none() {
        root(painter, scene, rect, &piece);
        return;
    }
    let strength = scene.strength(node);
    let corner = 6.0 * zoom.min(1.5);
    let (ghost, phase) = (scene.is_ghost(node), scene.phase(node));
    let hovered = scene.hovered == Some(node);
    let best = scene.is_on_best(node);
    let ground = match (best || hovered, ghost || phase == Phase::Expand) {
        (true, _) => colours.hover,
        (_, true) => Color32::TRANSPARENT,
        _ => colours.raised,
    };
    painter.rect_filled(rect, corner, ground);
    if ghost || phase == Phase::Expand {
        let ink = if hovered { colours.line2 } else { colours.line1 };
        dashed(painter, rect, ink.gamma_multiply(strength.max(0.7)));
    } else {
        let (wide, ink) = if best { (1.75, colours.text1) } else { (1.0, colours.line2) };
        let stroke = Stroke::new(wide, ink.gamma_multiply(strength));
        painter.rect_stroke(rect, corner, stroke, StrokeKind::Middle);
    }
    if data.finish.is_some() && phase == Phase::Prune && !matches!(piece.kind, Kind::Special(_)) {
        // It ended without an end token: a bar stops it.
        let bar = Rect::from_min_max(pos2(rect.right() - 3.0 * zoom, rect.top()), rect.max);
        painter.rect_filled(bar, 0.0, colours.line2.gamma_multiply(strength));
    }
    writing(painter, scene, node, rect, &piece);
    rings(painter, scene, node, rect, corner);
}

/// Locked, walked to, and the place of a hypothesis that is returned.
fn rings(painter: &Painter, scene: &Scene, node: usize, rect: Rect, corner: f32) {
    let colours = colours(scene);
    if scene.locked == Some(node) {
        painter.rect_stroke(rect, corner, Stroke::new(2.0, colours.text1), StrokeKind::Middle);
    }
    if scene.cursor == Some(node) {
        let ring = Stroke::new(2.0, colours.text1);
        painter.rect_stroke(rect.expand(4.0), corner + 4.0, ring, StrokeKind::Middle);
    }
    let zoom = scene.camera.zoom;
    if let Some(place) = scene.place(node) {
        let at = rect.right_center() + vec2(6.0 * zoom, 0.0);
        let font = font(Type::NumberSmall, zoom);
        put(painter, at, Align2::LEFT_CENTER, &place.to_string(), font, colours.text1);
    }
    if scene.is_folded(node) {
        let at = rect.right_center() + vec2(8.0 * zoom, 0.0);
        let font = font(Type::Token, zoom);
        put(painter, at, Align2::LEFT_CENTER, "+ …", font, colours.text2);
    }
}

/// A font at a zoom, in steps of a half, never too small.
fn font(kind: Type, zoom: f32) -> FontId {
    let plain = kind.font();
    let size = (plain.size * zoom * 2.0).round() / 2.0;
    FontId::new(size.max(SMALLEST), plain.family)
}

/// Token at the left, sum at the right.
fn writing(painter: &Painter, scene: &Scene, node: usize, rect: Rect, piece: &Piece) {
    let (zoom, detail) = (scene.camera.zoom, scene.detail());
    let colours = colours(scene);
    let ghost = scene.is_ghost(node);
    if ghost && detail != Detail::Full {
        return;
    }
    let strength = if ghost { scene.strength(node).max(0.75) } else { scene.strength(node) };
    let loud = scene.is_on_best(node) || scene.hovered == Some(node) || scene.locked == Some(node);
    let (kind, sum_kind) = if ghost {
        (Type::TokenSmall, Type::NumberTiny)
    } else {
        (Type::TokenLarge, Type::NumberSmall)
    };
    let ink = if ghost && !loud { colours.text3 } else { colours.text1 };
    let pad = 9.0 * zoom;
    let mut right = rect.right() - pad;
    if detail == Detail::Full && scene.phase(node) >= Phase::Score {
        let sum = scene.search.nodes().get(node).map_or(0.0, |node| node.sum);
        let quiet = if ghost { colours.text3 } else { colours.text2 };
        let sum_ink = if loud { colours.text1 } else { quiet }.gamma_multiply(strength);
        let text = numbers::signed(sum as f32);
        let at = pos2(right, rect.center().y);
        let font = font(sum_kind, zoom);
        right = put(painter, at, Align2::RIGHT_CENTER, &text, font, sum_ink).left() - 4.0 * zoom;
    }
    let special = matches!(piece.kind, Kind::Special(_));
    let left = rect.left() + if special { pad + 2.0 * zoom } else { pad };
    let token_size = if kind == Type::TokenLarge { 14.0 / 16.0 } else { 1.0 };
    let font = font(kind, zoom * token_size);
    let inks = [ink, colours.text3].map(|ink| ink.gamma_multiply(strength));
    let galley = painter.layout_job(token_job(piece, font, inks, (right - left).max(8.0)));
    let at = pos2(left, rect.center().y - galley.size().y / 2.0);
    if special {
        let pill = Rect::from_min_size(at, galley.size()).expand2(vec2(7.0, 1.0) * zoom);
        let line = match piece.kind {
            Kind::Special(Some(part)) => colours.fill_of(part),
            _ => colours.line2,
        };
        let stroke = Stroke::new(1.0, line.gamma_multiply(strength));
        painter.rect_stroke(pill, pill.height() / 2.0, stroke, StrokeKind::Middle);
    }
    painter.galley(at, galley, inks[0]);
}

/// A token's text, its leading space faint, cut off where there is no more room.
pub fn token_job(piece: &Piece, font: FontId, inks: [Color32; 2], most: f32) -> LayoutJob {
    let mut job = LayoutJob::default();
    let format = |color: Color32| TextFormat { font_id: font.clone(), color, ..Default::default() };
    let rest = match piece.text.strip_prefix('\u{b7}').filter(|_| piece.kind == Kind::Plain) {
        Some(rest) => {
            job.append("\u{b7}", 0.0, format(inks[1]));
            rest
        }
        None => piece.text.as_str(),
    };
    job.append(rest, 0.0, format(inks[0]));
    job.wrap = TextWrapping::truncate_at_width(most);
    job
}

/// The token before the first new one: a pill at the right of its place.
fn root(painter: &Painter, scene: &Scene, rect: Rect, piece: &Piece) {
    let (colours, zoom) = (colours(scene), scene.camera.zoom);
    let (line, ink) = match piece.kind {
        Kind::Special(Some(part)) => (colours.fill_of(part), colours.text_of(part)),
        _ => (colours.line2, colours.text1),
    };
    let job = token_job(piece, font(Type::Token, zoom), [ink, colours.text3], rect.width() - 16.0);
    let galley = painter.layout_job(job);
    let wide = (galley.size().x + 28.0 * zoom).min(rect.width());
    let pill = Rect::from_min_max(
        pos2(rect.right() - wide, rect.center().y - 13.0 * zoom),
        pos2(rect.right(), rect.center().y + 13.0 * zoom),
    );
    painter.rect(pill, 13.0 * zoom, colours.stage, Stroke::new(1.0, line), StrokeKind::Middle);
    painter.galley(pill.center() - galley.size() / 2.0, galley, ink);
    for (on, away) in [(scene.locked == Some(0), 0.0), (scene.cursor == Some(0), 4.0)] {
        if on {
            let ring = Stroke::new(2.0, colours.text1);
            painter.rect_stroke(pill.expand(away), 13.0 * zoom + away, ring, StrokeKind::Middle);
        }
    }
}

fn dashed(painter: &Painter, rect: Rect, ink: Color32) {
    let corners = [
        rect.left_top(),
        rect.right_top(),
        rect.right_bottom(),
        rect.left_bottom(),
        rect.left_top(),
    ];
    painter.extend(Shape::dashed_line(&corners, Stroke::new(1.0, ink), 3.0, 3.0));
}

/// The names of the columns, above everything.
fn heads(painter: &Painter, scene: &Scene) {
    let (colours, layout) = (colours(scene), &scene.grown.layout);
    let scale = scene.ctx.look.scale;
    let seen = scene.camera.seen(scene.area);
    let pitch = COLUMN * scene.camera.zoom;
    let named = pitch >= 90.0 * scale;
    let every = if named { 1 } else { (40.0 * scale / pitch).ceil().max(1.0) as usize };
    let last = scene.moment.steps;
    let columns = layout.columns_in(seen.left(), seen.right());
    let band = Rect::from_min_size(scene.area.min, vec2(scene.area.width(), 22.0 * scale));
    if last > 0 {
        painter.rect_filled(band, 0.0, colours.stage);
    }
    for column in columns.filter(|&column| column > 0 && column <= last) {
        let now = column == last;
        // Where there is no room for all, only some have their names, and the one we are at.
        let room = every == 1 || (column.is_multiple_of(every) && last - column >= every);
        if !now && !room {
            continue;
        }
        let number = scene.search.after + column;
        let name =
            if named { fill(scene.ctx.words.tree.token_n, &[&number]) } else { number.to_string() };
        let x = scene.camera.to_screen(scene.area, pos2(column as f32 * COLUMN, 0.0)).x;
        let (kind, ink) =
            if now { (Type::Strong, colours.text1) } else { (Type::Caption, colours.text3) };
        let font = FontId::new(SMALLEST * scale, kind.font().family);
        put(painter, pos2(x, band.center().y), Align2::LEFT_CENTER, &name, font, ink);
    }
}
