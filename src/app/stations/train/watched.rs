//! What became of the model, on one fixed text: its heads, a map of its embedding, its replies.

use super::plot::telling_rows_with;
use super::{seek, shown_step};
use crate::app::context::{Action, Context};
use crate::app::lesson::{is_hidden, part};
use crate::app::numbers;
use crate::app::piece::{Kind, NO_CHARACTER, Piece};
use crate::app::theme::{ColourMap, Type};
use crate::app::widgets::{
    Cells, Chip, ChipState, Edge, add_cell, chip_at, chip_width, legend, named, put, put_within,
    width,
};
use crate::app::words::fill;
use crate::lesson::Part as Named;
use crate::session::training::{Probe, Watch};
use egui::{Align2, Mesh, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, pos2, vec2};
use std::sync::Arc;

pub fn stage(ui: &mut Ui, ctx: &Context, run: &Watch, rect: Rect, actions: &mut Vec<Action>) {
    heading(ui, ctx, run, rect);
    let body = rect.with_min_y(rect.top() + 38.0);
    let side = body.with_max_x(body.left() + body.width() * 0.26);
    let (wall, neurons) =
        side.split_top_bottom_at_y(side.bottom() - NEURONS.min(side.height() * 0.4));
    let map = Rect::from_x_y_ranges(
        side.right() + 24.0..=body.left() + body.width() * 0.58,
        body.y_range(),
    );
    let replies = body.with_min_x(map.right() + 28.0);
    if let Some(look) = &run.look {
        heads(ui, ctx, look, wall, actions);
        self::neurons(ui, ctx, look, neurons);
        embedding(ui, ctx, run, look, map);
    }
    self::replies(ui, ctx, run, replies, actions);
}

fn piece(ctx: &Context, run: &Watch, id: u32) -> Piece {
    Piece::of(Some(&run.begun.tokenizer), id, ctx.words)
}

fn heading(ui: &Ui, ctx: &Context, run: &Watch, rect: Rect) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let y = rect.top() + 12.0;
    let font = Type::Heading.font();
    let title = put(
        ui.painter(),
        pos2(rect.left(), y),
        Align2::LEFT_CENTER,
        words.watched,
        font,
        colours.text1,
    );
    let mut x = title.right() + 16.0;
    for id in &run.begun.watched.ids {
        let piece = piece(ctx, run, *id);
        let wide = chip_width(ui.painter(), Chip::SMALL, &piece);
        if x + wide > rect.right() {
            break;
        }
        let place = (Edge::Left(x), y);
        chip_at(ui.painter(), &ctx.look, Chip::SMALL, &piece, place, wide, ChipState::Rest);
        x += wide + 4.0;
    }
}

fn caption(ui: &Ui, ctx: &Context, at: Pos2, text: &str, most: f32) {
    let galley =
        ui.painter().layout(text.to_string(), Type::Caption.font(), ctx.look.colours().text2, most);
    ui.painter().galley(at, galley, ctx.look.colours().text2);
}

/// The wall: a row for each block, a small map for each head.
fn heads(ui: &mut Ui, ctx: &Context, look: &Probe, rect: Rect, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let step = numbers::count(look.step as usize);
    caption(ui, ctx, rect.left_top(), &fill(words.heads_redrawn, &[&step]), rect.width());
    let rows = look.patterns.len().max(1) as f32;
    let columns = look.patterns.first().map_or(1, Vec::len).max(1) as f32;
    let top = rect.top() + 22.0;
    let room = vec2(rect.width() - 18.0, rect.bottom() - 22.0 - top);
    let pitch = (room.x / columns).min(room.y / rows);
    for (block, heads) in look.patterns.iter().enumerate() {
        let y = top + block as f32 * pitch;
        let at = pos2(rect.left() + 4.0, y + pitch / 2.0 - 2.0);
        let number = (block + 1).to_string();
        put(ui.painter(), at, Align2::LEFT_CENTER, &number, Type::NumberTiny.font(), colours.text3);
        for (head, pattern) in heads.iter().enumerate() {
            let left = rect.left() + 18.0 + head as f32 * pitch;
            let place = Rect::from_min_size(pos2(left, y), Vec2::splat(pitch - 5.0));
            if thumbnail(ui, ctx, pattern, place, (block, head)) {
                actions.push(Action::ShowHead { block, head });
            }
        }
    }
    let y = top + rows * pitch + 4.0;
    let bar = Rect::from_min_size(pos2(rect.left() + 34.0, y), vec2(60.0, 8.0));
    if bar.bottom() < rect.bottom() + 2.0 {
        legend(ui.painter(), &ctx.look, ColourMap::Attention, bar, ("0", "1"));
    }
}

fn thumbnail(
    ui: &mut Ui,
    ctx: &Context,
    pattern: &[f32],
    place: Rect,
    (block, head): (usize, usize),
) -> bool {
    let n = (pattern.len() as f32).sqrt() as usize;
    let colours = ctx.look.colours();
    let response = ui.interact(place, ui.scope_id().with((block, head)), Sense::click());
    let name = fill(ctx.words.train.watch_head, &[&(block + 1), &(head + 1)]);
    named(&response, Role::Button, true, &name);
    ui.painter().rect_filled(place, 4.0, colours.panel);
    let pitch = (place.width() - 4.0) / n.max(1) as f32;
    let gap = if pitch > 5.5 { 1.0 } else { 0.0 };
    let cells = Cells { origin: place.min + Vec2::splat(2.0), pitch, gap, rows: n, columns: n };
    let mut mesh = Mesh::default();
    for row in 0..n {
        for column in 0..=row {
            let colour = ctx.look.map(ColourMap::Attention, pattern[row * n + column]);
            add_cell(&mut mesh, cells.cell(row, column), colour);
        }
    }
    ui.painter().add(Arc::new(mesh));
    if response.hovered() || response.has_focus() {
        let stroke = Stroke::new(1.0, colours.line2);
        ui.painter().rect_stroke(place, 4.0, stroke, StrokeKind::Outside);
    }
    response.on_hover_text(name).clicked()
}

/// How high the neurons stand, and how many of them stand in a row.
const NEURONS: f32 = 84.0;
const IN_A_ROW: usize = 32;

/// The neurons of each block on the last token: the brighter, the more strongly one fires.
fn neurons(ui: &Ui, ctx: &Context, look: &Probe, rect: Rect) {
    let words = ctx.words.train;
    caption(ui, ctx, rect.left_top() + vec2(0.0, 4.0), words.neurons, rect.width());
    let blocks = look.neurons.len().max(1) as f32;
    let room = vec2((rect.width() - 18.0) / blocks - 6.0, rect.height() - 30.0);
    for (block, fires) in look.neurons.iter().enumerate() {
        let most = fires.iter().copied().fold(0.0_f32, f32::max);
        let rows = fires.len().div_ceil(IN_A_ROW);
        let left = rect.left() + 18.0 + block as f32 * (room.x + 6.0);
        let place = Rect::from_min_size(pos2(left, rect.top() + 24.0), room);
        let cell = vec2(place.width() / IN_A_ROW as f32, place.height() / rows.max(1) as f32);
        let mut mesh = Mesh::default();
        for (neuron, value) in fires.iter().enumerate() {
            let (row, column) = (neuron / IN_A_ROW, neuron % IN_A_ROW);
            let at = place.min + vec2(column as f32 * cell.x, row as f32 * cell.y);
            let colour = ctx.look.map(ColourMap::Magnitude, value.max(0.0) / most.max(1e-6));
            add_cell(&mut mesh, Rect::from_min_size(at, cell), colour);
        }
        ui.painter().add(Arc::new(mesh));
        let strongest = fires.iter().position(|value| *value == most).unwrap_or(0);
        let most = format!("{most:.2}");
        let name = fill(words.neurons_name, &[&(block + 1), &strongest, &most]);
        let response = ui.interact(place, ui.scope_id().with(("neurons", block)), Sense::hover());
        named(&response, Role::Image, true, &name);
        response.on_hover_text(name);
    }
}

/// Steps whose way is drawn on the map.
const TRACK: u64 = 100;

/// The map of the embedding: where tokens lie, and where they came from.
fn embedding(ui: &Ui, ctx: &Context, run: &Watch, look: &Probe, rect: Rect) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    caption(ui, ctx, rect.left_top(), words.embedding, rect.width());
    let card = Rect::from_min_max(rect.min + vec2(0.0, 22.0), rect.max - vec2(0.0, 8.0));
    ui.painter().rect_filled(card, 10.0, colours.panel);
    let response = ui.interact(card, ui.scope_id().with("embedding"), Sense::hover());
    let why = fill(words.flat, &[&run.begun.config.width]);
    named(&response, Role::Image, true, &format!("{}. {why}", words.embedding));
    response.on_hover_text(why);
    let inner = card.shrink2(vec2(28.0, 18.0));
    let place = places(&look.map, inner);
    let watched = &run.begun.watched;
    let named_points = watched.named.min(look.map.len());
    for point in look.map.iter().skip(named_points) {
        ui.painter().circle_filled(place(*point), 1.5, colours.line2.gamma_multiply(0.7));
    }
    let before: Vec<&Arc<Probe>> = run
        .looks
        .iter()
        .filter(|p| p.step <= look.step && p.step + TRACK >= look.step)
        .filter(|p| p.map.len() == look.map.len())
        .collect();
    let mut taken: Vec<Rect> = Vec::new();
    for (i, point) in look.map.iter().take(named_points).enumerate() {
        let mut track: Vec<Pos2> = before.iter().map(|p| place(p.map[i])).collect();
        let at = place(*point);
        track.push(at);
        ui.painter().line(track, Stroke::new(1.0, colours.line2));
        ui.painter().circle_filled(at, 2.5, colours.text2);
        let text = piece(ctx, run, watched.points[i]).text.replace('\u{b7}', "");
        let wide = width(ui.painter(), &text, Type::TokenSmall.font());
        let label = Rect::from_min_size(at + vec2(6.0, -7.0), vec2(wide, 14.0));
        // A name that would cover another is left out; its point stays.
        if card.contains_rect(label) && !taken.iter().any(|other| other.intersects(label)) {
            put(
                ui.painter(),
                label.left_center(),
                Align2::LEFT_CENTER,
                &text,
                Type::TokenSmall.font(),
                colours.text1,
            );
            taken.push(label);
        }
    }
}

/// Fits a map into a rectangle, its proportions kept. What lies further out than nearly all is put at
/// the edge.
fn places(map: &[[f32; 2]], rect: Rect) -> impl Fn([f32; 2]) -> Pos2 {
    let end = |axis: usize| {
        let mut sizes: Vec<f32> = map.iter().map(|point| point[axis].abs()).collect();
        sizes.sort_by(f32::total_cmp);
        sizes.get(sizes.len() * 97 / 100).copied().unwrap_or(1.0).max(1e-9)
    };
    let scale = (rect.width() / 2.0 / end(0)).min(rect.height() / 2.0 / end(1));
    move |[x, y]: [f32; 2]| {
        let at = rect.center() + vec2(x, -y) * scale;
        pos2(at.x.clamp(rect.left(), rect.right()), at.y.clamp(rect.top(), rect.bottom()))
    }
}

/// A reply as a line of text. Tokens that are bytes make characters together; a box stands for those that make none.
pub fn reply_text(ctx: &Context, run: &Watch, ids: &[u32]) -> String {
    let said = |ids: &[u32]| {
        let text = run.begun.tokenizer.decode(ids).unwrap_or_default();
        text.replace(char::REPLACEMENT_CHARACTER, &NO_CHARACTER.to_string())
    };
    let mut text = String::new();
    let mut whole = Vec::new();
    for &id in ids {
        let piece = piece(ctx, run, id);
        if !matches!(piece.kind, Kind::Special(_)) {
            whole.push(id);
            continue;
        }
        text += &said(&std::mem::take(&mut whole));
        text += &format!("[{}]", piece.text);
    }
    text += &said(&whole);
    let text = text.replace('\n', "\u{21b5}");
    if text.trim().is_empty() { ctx.words.train.silence.into() } else { text }
}

const ROW: f32 = 30.0;

/// Replies step by step, each with the validation loss of the same weights.
fn replies(ui: &mut Ui, ctx: &Context, run: &Watch, rect: Rect, actions: &mut Vec<Action>) {
    if is_hidden(ui.ctx(), Named::TrainReplies) {
        return;
    }
    part(ui, Named::TrainReplies, rect);
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    caption(ui, ctx, rect.left_top(), words.reply_at, rect.width() / 2.0);
    let right = pos2(rect.right(), rect.top() + 7.0);
    let font = Type::Caption.font();
    put(ui.painter(), right, Align2::RIGHT_CENTER, words.validation_loss, font, colours.text2);
    let room = ((rect.height() - 22.0) / ROW).max(1.0) as usize;
    let shown = shown_step(run);
    let current = run.replies.iter().rposition(|reply| reply.step <= shown);
    for (line, index) in telling_rows_with(run.replies.len(), room, current).into_iter().enumerate()
    {
        let reply = &run.replies[index];
        let top = rect.top() + 20.0 + line as f32 * ROW;
        let place = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), ROW));
        let id = ui.scope_id().with(("reply", index));
        let response = ui.interact(place, id, Sense::click());
        let (text, step) = (reply_text(ctx, run, &reply.ids), numbers::count(reply.step as usize));
        named(&response, Role::Button, true, &fill(words.reply_name, &[&step, &text]));
        let is_current = current == Some(index);
        let ink = if is_current || response.hovered() { colours.text1 } else { colours.text2 };
        let y = place.center().y;
        let (number, token) = (Type::NumberTiny.font(), Type::TokenSmall.font());
        let at = pos2(rect.left() + 40.0, y);
        put(ui.painter(), at, Align2::RIGHT_CENTER, &step, number.clone(), ink);
        let loss = reply.val_loss.map_or(String::new(), |loss| format!("{loss:.2}"));
        put(ui.painter(), pos2(rect.right(), y), Align2::RIGHT_CENTER, &loss, number, ink);
        let inside = Rect::from_min_max(
            pos2(rect.left() + 52.0, place.top()),
            pos2(rect.right() - 40.0, place.bottom()),
        );
        put_within(ui.painter(), inside.left_center(), inside.width(), &text, token, ink);
        ui.painter().hline(place.x_range(), place.bottom(), Stroke::new(1.0, colours.line0));
        if response.on_hover_text(text).clicked()
            && let Some(order) = seek(run, shown, reply.step)
        {
            actions.push(Action::Train(order));
        }
    }
}
