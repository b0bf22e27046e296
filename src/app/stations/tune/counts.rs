//! What counts: dialogues that are learned from, token by token, with the loss of each.

use crate::app::context::Context;
use crate::app::lesson::part;
use crate::app::numbers;
use crate::app::piece::Piece;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{Chip, ChipState, Edge, bar, chip_at, chip_width, named, put};
use crate::app::words::fill;
use crate::lesson::Part as Named;
use crate::session::training::Watch;
use crate::text::template::{BOT, Templated, USER};
use egui::{Align2, Color32, Rect, Role, Sense, Stroke, Ui, pos2, vec2};

/// Height of a row of chips with the bars under them, and of a turn's head.
const ROW: f32 = 34.0;
const HEAD: f32 = 24.0;
/// A loss that fills the bar: one in fifty, and rarer.
const FULL: f32 = 4.0;

pub fn stage(ui: &mut Ui, ctx: &Context, run: &Watch) {
    let words = ctx.words.tune;
    let column = Rect::everything_right_of(ui.max_rect().left()).with_max_x(ui.max_rect().right());
    part(ui, Named::TuneMask, ui.clip_rect().intersect(column));
    heading(ui, ctx, words.what_counts, words.loss_of_token);
    let Some(tuned) = &run.begun.tuned else { return };
    let losses = run.tune_look.as_ref().map(|look| &look.losses);
    for (i, dialogue) in tuned.dialogues.iter().enumerate() {
        if i > 0 {
            ui.add_space(6.0);
            let y = ui.cursor().top();
            let line = Stroke::new(1.0, ctx.look.colours().line0);
            ui.painter().hline(ui.max_rect().x_range(), y, line);
            ui.add_space(6.0);
        }
        let losses = losses.and_then(|all| all.get(i)).map_or(&[][..], Vec::as_slice);
        for turn in turns(ctx, run, dialogue) {
            paint_turn(ui, ctx, run, (i, dialogue, losses), &turn);
        }
    }
}

fn heading(ui: &mut Ui, ctx: &Context, title: &str, legend: &str) {
    let colours = ctx.look.colours();
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::hover());
    let y = rect.center().y;
    put(
        ui.painter(),
        pos2(rect.left(), y),
        Align2::LEFT_CENTER,
        title,
        Type::Heading.font(),
        colours.text1,
    );
    let text = put(
        ui.painter(),
        pos2(rect.right() - 8.0, y),
        Align2::RIGHT_CENTER,
        legend,
        Type::Small.font(),
        colours.text3,
    );
    let left = pos2(text.left() - 44.0, y);
    bar(ui.painter(), left, 36.0, 4.0, 1.0, colours.fill_of(Part::Gradient));
}

/// A stretch of a dialogue: whose it is, and its tokens without the role's own.
struct Turn {
    is_bot: bool,
    tokens: std::ops::Range<usize>,
}

fn turns(ctx: &Context, run: &Watch, dialogue: &Templated) -> Vec<Turn> {
    let _ = ctx;
    let role = |name| run.begun.tokenizer.id_of_special(name);
    let (user, bot) = (role(USER), role(BOT));
    let mut turns: Vec<Turn> = Vec::new();
    for (at, id) in dialogue.ids.iter().enumerate() {
        if Some(*id) == user || Some(*id) == bot {
            turns.push(Turn { is_bot: Some(*id) == bot, tokens: at + 1..at + 1 });
        } else if let Some(turn) = turns.last_mut() {
            turn.tokens.end = at + 1;
        }
    }
    turns
}

fn paint_turn(
    ui: &mut Ui,
    ctx: &Context,
    run: &Watch,
    (number, dialogue, losses): (usize, &Templated, &[f32]),
    turn: &Turn,
) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    let wide = ui.available_width() - 12.0;
    let pieces: Vec<Piece> =
        dialogue.ids[turn.tokens.clone()].iter().map(|id| super::piece(ctx, run, *id)).collect();
    let places = places(ui, &pieces, wide - 16.0);
    let rows = places.last().map_or(1, |(row, _)| row + 1);
    let height = HEAD + rows as f32 * ROW;
    let (rect, _) = ui.allocate_exact_size(vec2(wide, height), Sense::hover());
    if !ui.is_rect_visible(rect) {
        return;
    }
    let (role, part) =
        if turn.is_bot { (ctx.words.bot, Part::Bot) } else { (ctx.words.user, Part::User) };
    let y = rect.top() + HEAD / 2.0;
    let ink = colours.text_of(part);
    put(ui.painter(), pos2(rect.left(), y), Align2::LEFT_CENTER, role, Type::Caption.font(), ink);
    let counts = turn.tokens.clone().any(|at| dialogue.counts[at]);
    let says = if counts { words.counts } else { words.does_not_count };
    let at = pos2(rect.right(), y);
    let font = Type::Caption.font();
    put(ui.painter(), at, Align2::RIGHT_CENTER, says, font, colours.text3);
    let side = rect.left() + 1.0;
    let (top, bottom) = (rect.top() + HEAD, rect.bottom() - 6.0);
    let ends = [pos2(side, top), pos2(side, bottom)];
    if counts {
        ui.painter().line_segment(ends, Stroke::new(1.5, colours.fill_of(part)));
    } else {
        let stroke = Stroke::new(1.0, colours.line2);
        ui.painter().extend(egui::Shape::dashed_line(&ends, stroke, 3.0, 3.0));
    }
    for (i, (piece, (row, x))) in pieces.iter().zip(places).enumerate() {
        let token = turn.tokens.start + i;
        let y = rect.top() + HEAD + row as f32 * ROW + 12.0;
        let left = rect.left() + 12.0 + x;
        let loss = losses.get(token).copied().filter(|_| dialogue.counts[token]);
        let place = paint_token(ui, ctx, piece, (left, y), (wide, dialogue.counts[token], loss));
        let id = ui.scope_id().with(("token", number, token));
        let response = ui.interact(place.expand2(vec2(1.0, 4.0)), id, Sense::hover());
        let name = match loss {
            Some(loss) => fill(words.token_counts, &[&piece.text, &format!("{loss:.2}")]),
            None => fill(words.token_does_not, &[&piece.text]),
        };
        named(&response, Role::Label, true, &name);
        response.on_hover_text(name);
    }
}

fn paint_token(
    ui: &Ui,
    ctx: &Context,
    piece: &Piece,
    (left, y): (f32, f32),
    (most, counts, loss): (f32, bool, Option<f32>),
) -> Rect {
    let colours = ctx.look.colours();
    let chip = Chip::NORMAL;
    if !counts {
        // What does not count steps back: no chip, half the ink.
        let at = pos2(left + 4.0, y);
        let faint = fade(colours.text2, colours.stage);
        return put(ui.painter(), at, Align2::LEFT_CENTER, &piece.text, Type::Token.font(), faint);
    }
    let place = (Edge::Left(left), y);
    let rect = chip_at(ui.painter(), &ctx.look, chip, piece, place, most, ChipState::Rest);
    let under = pos2(rect.left(), rect.bottom() + 4.0);
    let empty = Rect::from_min_size(under - vec2(0.0, 1.5), vec2(rect.width(), 3.0));
    ui.painter().rect_filled(empty, 1.5, colours.hover);
    if let Some(loss) = loss {
        let colour = colours.fill_of(Part::Gradient);
        bar(ui.painter(), under, rect.width(), 3.0, loss / FULL, colour);
    }
    rect
}

fn fade(ink: Color32, ground: Color32) -> Color32 {
    ink.lerp_to_gamma(ground, 0.4)
}

/// The row and the left edge of each chip.
fn places(ui: &Ui, pieces: &[Piece], most: f32) -> Vec<(usize, f32)> {
    let widths: Vec<f32> =
        pieces.iter().map(|piece| chip_width(ui.painter(), Chip::NORMAL, piece)).collect();
    flow(&widths, most)
}

/// Things of these widths, one behind the other, row by row: the row of each, and its left edge.
pub fn flow(widths: &[f32], most: f32) -> Vec<(usize, f32)> {
    let (mut row, mut x) = (0, 0.0);
    let mut place = |wide: &f32| {
        if x > 0.0 && x + wide > most {
            (row, x) = (row + 1, 0.0);
        }
        let at = (row, x);
        x += wide + 4.0;
        at
    };
    widths.iter().map(&mut place).collect()
}

/// A loss or a share, as it is written.
pub fn written(value: f64, is_loss: bool) -> String {
    if is_loss {
        format!("{value:.2}")
    } else {
        format!("{} %", numbers::count((value * 100.0).round() as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_overlaps_and_nothing_is_wider_than_it_must_be(
            widths in proptest::collection::vec(5.0f32..90.0, 1..60), most in 100.0f32..400.0,
        ) {
            let places = flow(&widths, most);
            for (i, pair) in places.windows(2).enumerate() {
                let ((row, x), (next, then)) = (pair[0], pair[1]);
                prop_assert!(x + widths[i] <= most + 1e-3);
                prop_assert!((next == row && then > x + widths[i]) || (next == row + 1 && then == 0.0));
            }
        }
    }
}
