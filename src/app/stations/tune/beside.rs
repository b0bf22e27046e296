//! One prompt, before and after: the probability of each token of the new reply.

use super::{State, section, spoken};
use crate::app::context::Context;
use crate::app::numbers;
use crate::app::theme::{ColourMap, Type};
use crate::app::widgets::{
    Chip, ChipState, Edge, Icon, chip_at, chip_width, icon_button, named, paragraph, put, width,
};
use crate::app::words::fill;
use crate::session::training::{Pair, Reply, Watch};
use egui::{Align, Align2, Layout, Rect, Role, Sense, Stroke, Ui, pos2, vec2};

/// Where a token's name stands, and how high the scale from 0 to 1 is.
const NAMES: f32 = 22.0;
const SCALE: f32 = 72.0;
/// The least that a token takes.
const PITCH: f32 = 44.0;

pub fn stage(ui: &mut Ui, ctx: &Context, state: &mut State, run: &Watch) {
    let words = ctx.words.tune;
    let pairs = run.tune_look.as_ref().map_or(&[][..], |look| &look.pairs);
    state.pair = state.pair.min(pairs.len().saturating_sub(1));
    // In a narrow column the title needs the whole line.
    let narrow = ui.available_width() < 430.0;
    ui.horizontal(|ui| {
        section(ui, ctx, words.same_prompt);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if pairs.len() > 1
                && icon_button(ui, &ctx.look, Icon::Right, words.other_prompt, true).clicked()
            {
                state.pair = (state.pair + 1) % pairs.len();
            }
            if !narrow {
                legend(ui, ctx);
            }
        });
    });
    if narrow {
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| legend(ui, ctx))
        });
    }
    let Some(pair) = pairs.get(state.pair) else {
        paragraph(ui, ctx.words.reading, Type::Small, ctx.look.colours().text3);
        return;
    };
    prompt(ui, ctx, run, pair);
    dumbbells(ui, ctx, run, &pair.after);
    let text = if pair.before.ids == pair.after.ids {
        words.same_reply.to_string()
    } else {
        fill(words.chance_why, &[&spoken(ctx, run, &pair.before.ids)])
    };
    paragraph(ui, &text, Type::Small, ctx.look.colours().text2);
}

/// Hollow is before, filled is after.
pub fn legend(ui: &mut Ui, ctx: &Context) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    let font = Type::Small.font();
    for (label, filled) in [(words.after, true), (words.before, false)] {
        let wide = width(ui.painter(), label, font.clone()) + 22.0;
        let (rect, _) = ui.allocate_exact_size(vec2(wide, 24.0), Sense::hover());
        let dot = rect.left_center() + vec2(6.0, 0.0);
        if filled {
            ui.painter().circle_filled(dot, 4.5, colours.text1);
        } else {
            ui.painter().circle(dot, 4.0, colours.stage, Stroke::new(1.5, colours.text1));
        }
        let at = dot + vec2(10.0, 0.0);
        put(ui.painter(), at, Align2::LEFT_CENTER, label, font.clone(), colours.text3);
    }
}

/// The prompt as chips, as far as there is room.
pub fn prompt(ui: &mut Ui, ctx: &Context, run: &Watch, pair: &Pair) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::hover());
    let mut x = rect.left();
    for id in &pair.prompt {
        let piece = super::piece(ctx, run, *id);
        let wide = chip_width(ui.painter(), Chip::SMALL, &piece);
        if x + wide > rect.right() {
            break;
        }
        let place = (Edge::Left(x), rect.center().y);
        chip_at(ui.painter(), &ctx.look, Chip::SMALL, &piece, place, wide, ChipState::Rest);
        x += wide + 4.0;
    }
}

fn dumbbells(ui: &mut Ui, ctx: &Context, run: &Watch, reply: &Reply) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    let pieces: Vec<_> = reply.ids.iter().map(|id| super::piece(ctx, run, *id)).collect();
    let size = vec2(ui.available_width(), NAMES + SCALE + 18.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let (top, bottom) = (rect.top() + NAMES + 8.0, rect.top() + NAMES + 8.0 + SCALE);
    let font = Type::NumberTiny.font();
    for (value, y) in [("1", top), ("0", bottom)] {
        let at = pos2(rect.right() - 12.0, y);
        put(ui.painter(), at, Align2::RIGHT_CENTER, value, font.clone(), colours.text3);
    }
    let wides: Vec<f32> = pieces
        .iter()
        .map(|piece| (width(ui.painter(), &piece.text, Type::Token.font()) + 12.0).max(PITCH))
        .collect();
    // Where not all fit, what tells how many are missing has its own place.
    let edge = rect.right() - 40.0;
    let all_fit = rect.left() + wides.iter().sum::<f32>() <= edge;
    let rest = fill(words.more_tokens, &[&pieces.len()]);
    let rest = width(ui.painter(), &rest, Type::Caption.font()) + 12.0;
    let right = if all_fit { edge } else { rect.right() - 8.0 - rest };
    let mut x = rect.left();
    for (i, (piece, chances)) in pieces.iter().zip(&reply.chances).enumerate() {
        let wide = wides[i];
        if x + wide > right {
            let rest = fill(words.more_tokens, &[&(pieces.len() - i)]);
            let at = pos2(rect.right() - 8.0, rect.top() + NAMES / 2.0);
            put(ui.painter(), at, Align2::RIGHT_CENTER, &rest, Type::Caption.font(), colours.text3);
            break;
        }
        let middle = x + wide / 2.0;
        let at = pos2(middle, rect.top() + NAMES / 2.0);
        let token = Type::Token.font();
        put(ui.painter(), at, Align2::CENTER_CENTER, &piece.text, token, colours.text1);
        let [from, to] = chances.map(|p| bottom - SCALE * p);
        let axis = Stroke::new(1.0, colours.line0);
        ui.painter().vline(middle, top..=bottom, axis);
        let colour = ctx.look.map(ColourMap::Signed, (chances[1] - chances[0]).signum() * 0.72);
        if (from - to).abs() > 1.0 {
            let ends = [pos2(middle, from), pos2(middle, to)];
            ui.painter().line_segment(ends, Stroke::new(4.0, colour));
        }
        let hollow = Stroke::new(1.5, colours.text1);
        ui.painter().circle(pos2(middle, from), 4.0, colours.stage, hollow);
        ui.painter().circle_filled(pos2(middle, to), 4.5, colours.text1);
        let place = Rect::from_min_max(pos2(x, rect.top()), pos2(x + wide, rect.bottom()));
        let response = ui.interact(place, ui.scope_id().with(("chance", i)), Sense::hover());
        let [before, after] = chances.map(numbers::probability);
        let name = fill(words.chance, &[&piece.text, &before, &after]);
        named(&response, Role::Label, true, &name);
        response.on_hover_text(name);
        x += wide;
    }
}
