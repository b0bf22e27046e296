//! The die: what is left side by side from 0 to 1, and the number that falls on it.

use super::super::Ask;
use super::View;
use crate::app::context::Action;
use crate::app::lesson::part;
use crate::app::numbers;
use crate::app::theme::{ColourMap, Part, Type, on};
use crate::app::widgets::{Chip, ChipState, Edge, chip_at, focus_ring, named, put, width};
use crate::app::words::fill;
use crate::decode::Candidate;
use egui::{
    Align2, Painter, Pos2, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// What the die remembers.
#[derive(Debug, Default)]
pub struct State {
    /// The number that is on the screen, and when it began to fall.
    falling: Option<(f64, f64)>,
}

/// Seconds that the number falls.
const FALL: f32 = 0.7;
/// So many stretches of the line are drawn one by one; behind them are only slivers.
const DRAWN: usize = 256;

/// Paints the die with its number, its bar and the ruler.
pub fn die(ui: &mut Ui, view: &View, state: &mut super::State, actions: &mut Vec<Action>) {
    let place = view.layout.die.union(view.layout.bar).union(view.layout.ruler);
    part(ui, crate::lesson::Part::DecodeDie, place);
    let fallen = fallen(ui, view, &mut state.die);
    let landed = fallen >= 1.0;
    title(ui, view, landed, actions);
    if let Some(token) = stretches(ui, view, landed, actions) {
        state.hovered = Some(token);
    }
    ruler(ui.painter(), view);
    marker(ui.painter(), view, fallen);
}

/// How far the number has fallen, from 0 to 1.
fn fallen(ui: &Ui, view: &View, state: &mut State) -> f32 {
    let (now, u) = (ui.input(|input| input.time), view.sheet.u);
    let before = state.falling.filter(|(number, _)| *number == u);
    let (_, begun) = *state.falling.insert(before.unwrap_or((u, now)));
    let seconds = view.ctx.look.seconds(FALL);
    let share = if seconds > 0.0 { (now - begun) as f32 / seconds } else { 1.0 };
    if share < 1.0 {
        ui.ctx().request_repaint();
    }
    share.min(1.0)
}

/// “The die  u = 0.832  lands on ·sun”, and where the number is from.
fn title(ui: &mut Ui, view: &View, landed: bool, actions: &mut Vec<Action>) {
    let (words, colours, s) = (view.ctx.words.decode, view.ctx.look.colours(), view.scale());
    let (sheet, place) = (view.sheet, view.layout.die);
    let y = place.top() + 15.0 * s;
    let heading = Type::Heading.scaled(s);
    let at = pos2(place.left(), y);
    let painter = ui.painter();
    let end = put(painter, at, Align2::LEFT_CENTER, words.the_die, heading, colours.text1).right();
    let cube = Rect::from_center_size(pos2(end + 34.0 * s, y), vec2(26.0, 26.0) * s);
    roll_button(ui, view, cube, actions);
    let painter = ui.painter();
    let u = format!("u = {}", numbers::candidate(sheet.u));
    let at = pos2(cube.right() + 12.0 * s, y);
    let font = Type::NumberLarge.scaled(s);
    let end = put(painter, at, Align2::LEFT_CENTER, &u, font, colours.text1).right();
    if let Some(token) = sheet.winner().filter(|_| landed) {
        let at = pos2(end + 14.0 * s, y);
        let font = Type::Body.scaled(s);
        let end =
            put(painter, at, Align2::LEFT_CENTER, words.lands_on, font, colours.text2).right();
        let piece = view.ctx.piece(token);
        let edge = (Edge::Left(end + 10.0 * s), y);
        let chip = Chip::NORMAL.times(s);
        chip_at(painter, &view.ctx.look, chip, &piece, edge, 160.0 * s, ChipState::Locked);
        let said = fill(words.die_says, &[&u, &piece.text]);
        let response =
            ui.interact(place.with_min_x(cube.right()), ui.scope_id().with("die"), Sense::hover());
        named(&response, Role::Label, true, &said);
    }
    let decoding = view.ctx.session.decoding();
    let (seed, draw) = (decoding.seed(), decoding.draw() + 1);
    let text = match decoding.place().map_or(0, |node| node.roll) {
        0 => fill(words.drawn_from, &[&seed, &draw]),
        roll => fill(words.drawn_again, &[&seed, &draw, &(roll + 1)]),
    };
    let at = pos2(place.right(), y);
    let font = Type::NumberTiny.scaled(s);
    put(ui.painter(), at, Align2::RIGHT_CENTER, &text, font, colours.text3);
}

/// A die that can be rolled.
fn roll_button(ui: &Ui, view: &View, rect: Rect, actions: &mut Vec<Action>) {
    let (words, colours, s) = (view.ctx.words.decode, view.ctx.look.colours(), view.scale());
    let response = ui.interact(rect, ui.scope_id().with("roll"), Sense::click());
    named(&response, Role::Button, true, words.roll_die);
    cube(ui.painter(), view, rect.center(), 26.0);
    if response.hovered() {
        let line = Stroke::new(1.0, colours.line2);
        ui.painter().rect_stroke(rect.expand(2.0), 7.0 * s, line, StrokeKind::Outside);
    }
    focus_ring(ui, &view.ctx.look, rect, 6.0, &response);
    if response.on_hover_text(words.roll_die).clicked() {
        actions.push(Action::Decode(Ask::RollAgain));
    }
}

/// The face of a die, `side` points wide.
pub fn cube(painter: &Painter, view: &View, centre: Pos2, side: f32) {
    let (colours, side) = (view.ctx.look.colours(), side * view.scale());
    let rect = Rect::from_center_size(centre, vec2(side, side));
    painter.rect_filled(rect, side * 0.22, colours.text1);
    for offset in [-1.0, 0.0, 1.0] {
        let dot = centre + vec2(offset, offset) * side * 0.21;
        painter.circle_filled(dot, side * 0.085, colours.stage);
    }
}

/// Where a number from 0 to 1 stands.
fn x_of(view: &View, share: f64) -> f32 {
    let bar = view.layout.bar;
    bar.left() + bar.width() * share as f32
}

/// What is left, side by side; returns the candidate under the pointer.
fn stretches(ui: &Ui, view: &View, landed: bool, actions: &mut Vec<Action>) -> Option<u32> {
    let (sheet, colours) = (view.sheet, view.ctx.look.colours());
    let winner = sheet.winner();
    let (mut end, mut hovered) = (0.0, None);
    let drawn = sheet.candidates.list.len().min(DRAWN);
    for candidate in &sheet.candidates.list[..drawn] {
        if stretch(ui, view, candidate, winner == Some(candidate.token), actions) {
            hovered = Some(candidate.token);
        }
        end = candidate.until;
    }
    let behind = sheet.candidates.list.len() - drawn + sheet.candidates.others;
    if behind > 0 {
        let bar = view.layout.bar;
        let rect = bar.with_min_x((x_of(view, end) + 1.0).min(bar.right() - 2.0));
        ui.painter().rect_filled(rect, 3.0, colours.hover);
        let text = fill(view.ctx.words.decode.others, &[&numbers::count(behind)]);
        let font = Type::Caption.scaled(view.scale());
        if width(ui.painter(), &text, font.clone()) + 8.0 <= rect.width() {
            put(ui.painter(), rect.center(), Align2::CENTER_CENTER, &text, font, colours.text2);
        }
    }
    let chosen = sheet.candidates.list.iter().find(|it| Some(it.token) == winner);
    if let Some(candidate) = chosen.filter(|_| landed) {
        let stroke = Stroke::new(2.0 * view.scale(), colours.text1);
        let rect = place(view, candidate).expand(1.0);
        ui.painter().rect_stroke(rect, corner(rect, view), stroke, StrokeKind::Middle);
    }
    hovered
}

/// A candidate's stretch of the bar.
fn place(view: &View, candidate: &Candidate) -> Rect {
    let bar = view.layout.bar;
    let (from, to) =
        (x_of(view, candidate.until - candidate.probability), x_of(view, candidate.until));
    // A little air between those that are wide enough for it.
    let gap = if to - from > 4.0 { 1.0 } else { 0.0 };
    bar.with_min_x(from + gap).with_max_x(to.max(from + gap + 0.5) - gap)
}

fn corner(rect: Rect, view: &View) -> f32 {
    (6.0 * view.scale()).min(rect.width() / 2.0)
}

/// One stretch; returns whether the pointer is over it.
fn stretch(
    ui: &Ui,
    view: &View,
    candidate: &Candidate,
    wins: bool,
    actions: &mut Vec<Action>,
) -> bool {
    let (s, look) = (view.scale(), &view.ctx.look);
    let rect = place(view, candidate);
    let ground = look.map(ColourMap::Probability, candidate.probability as f32);
    let line =
        if look.dark { look.colours().line1 } else { look.colours().text_of(Part::Probability) };
    let stroke = if rect.width() > 4.0 { Stroke::new(1.0, line) } else { Stroke::NONE };
    ui.painter().rect(rect, corner(rect, view), ground, stroke, StrokeKind::Inside);
    if rect.width() < 4.0 {
        return false;
    }
    if view.hovered == Some(candidate.token) {
        let line = Stroke::new(1.5 * s, look.colours().text2);
        ui.painter().rect_stroke(rect, corner(rect, view), line, StrokeKind::Inside);
    }
    let piece = view.ctx.piece(candidate.token);
    let text = piece.text.as_str();
    let id = ui.scope_id().with(("stretch", candidate.token));
    let response = ui.interact(rect, id, Sense::click());
    let probability = numbers::candidate(candidate.probability);
    let name = format!("{} {probability}", piece.text);
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, wins, &name));
    let font = if rect.width() > 120.0 * s { Type::TokenLarge } else { Type::Token };
    let font = font.scaled(s);
    if width(ui.painter(), text, font.clone()) + 6.0 * s <= rect.width() {
        put(ui.painter(), rect.center(), Align2::CENTER_CENTER, text, font, on(ground));
    }
    focus_ring(ui, look, rect, corner(rect, view), &response);
    let hovered = response.hovered();
    if response.on_hover_text(name).clicked() {
        let candidate = Some(candidate.token);
        let locked = crate::app::context::Selection { candidate, ..Default::default() };
        actions.push(Action::Lock(locked));
    }
    hovered
}

/// The ruler below the bar.
fn ruler(painter: &Painter, view: &View) {
    let (colours, s, ruler) = (view.ctx.look.colours(), view.scale(), view.layout.ruler);
    let top = ruler.top() + 4.0 * s;
    for (i, share) in [0.0, 0.25, 0.5, 0.75, 1.0].into_iter().enumerate() {
        let x = x_of(view, share);
        painter.vline(x, top..=top + 4.0 * s, Stroke::new(1.0, colours.line2));
        let anchor = match i {
            0 => Align2::LEFT_TOP,
            4 => Align2::RIGHT_TOP,
            _ => Align2::CENTER_TOP,
        };
        let font = Type::NumberTiny.scaled(s);
        put(painter, pos2(x, top + 5.0 * s), anchor, &format!("{share:.2}"), font, colours.text3);
    }
}

/// The number, falling from above.
fn marker(painter: &Painter, view: &View, fallen: f32) {
    let (colours, s, bar) = (view.ctx.look.colours(), view.scale(), view.layout.bar);
    let x = x_of(view, view.sheet.u);
    // Ease-out cubic.
    let eased = 1.0 - (1.0 - fallen).powi(3);
    let tip = bar.top() - 3.0 * s - (1.0 - eased) * 60.0 * s;
    let points: Vec<Pos2> = [(-8.0, -9.0), (8.0, -9.0), (0.0, 0.0)]
        .map(|(dx, dy)| pos2(x + dx * s, tip + dy * s))
        .to_vec();
    painter.add(Shape::convex_polygon(points, colours.text1, Stroke::NONE));
    if fallen >= 1.0 {
        let over = Stroke::new(4.0 * s, colours.stage.gamma_multiply(0.6));
        painter.vline(x, bar.y_range(), over);
        painter.vline(x, tip..=bar.bottom() + 5.0 * s, Stroke::new(1.5 * s, colours.text1));
    }
}
