//! Which weights moved: a cell for each part of each block, by its change against its size.

use super::section;
use crate::app::context::Context;
use crate::app::numbers;
use crate::app::theme::{ColourMap, Part, Type, on};
use crate::app::widgets::{legend, named, paragraph, put};
use crate::app::words::fill;
use crate::session::training::{Moved, PARTS, Watch};
use egui::{Align2, Color32, Rect, Role, Sense, Shape, Stroke, Ui, pos2, vec2};

const CELL: f32 = 32.0;
const LEFT: f32 = 64.0;

pub fn stage(ui: &mut Ui, ctx: &Context, run: &Watch) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    section(ui, ctx, words.moved);
    let Some(look) = &run.tune_look else { return };
    let moved = &look.moved;
    let most = moved.blocks.iter().flatten().copied().fold(0.0, f32::max);
    let (heads, inks) = parts(ctx);
    let height = 24.0 + moved.blocks.len() as f32 * (CELL + 3.0);
    let size = vec2(ui.available_width() - 12.0, height);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    for (part, (head, ink)) in heads.iter().zip(inks).enumerate() {
        let x = rect.left() + LEFT + (part as f32 + 0.5) * (CELL + 3.0);
        let at = pos2(x, rect.top() + 10.0);
        put(ui.painter(), at, Align2::CENTER_CENTER, head, Type::TokenSmall.font(), ink);
    }
    for (block, parts) in moved.blocks.iter().enumerate() {
        let top = rect.top() + 24.0 + block as f32 * (CELL + 3.0);
        let name = fill(ctx.words.block_n, &[&(block + 1)]);
        let at = pos2(rect.left(), top + CELL / 2.0);
        put(ui.painter(), at, Align2::LEFT_CENTER, &name, Type::Small.font(), colours.text2);
        for (part, value) in parts.iter().enumerate() {
            let left = rect.left() + LEFT + part as f32 * (CELL + 3.0);
            let place = Rect::from_min_size(pos2(left, top), vec2(CELL, CELL));
            cell(ui, ctx, place, (&name, heads[part]), *value, most);
        }
    }
    let x = rect.left() + LEFT + PARTS as f32 * (CELL + 3.0) + 24.0;
    let room = rect.with_min_x(x);
    if room.width() < LEAST {
        // No room at its side: the sentence stands below.
        paragraph(ui, &summary(ctx, moved), Type::Small, colours.text2);
    } else {
        beside(ui, ctx, room, moved, most);
    }
}

/// What stands beside the grid needs so much room.
const LEAST: f32 = 120.0;

/// The heads of the columns, with their colours.
fn parts(ctx: &Context) -> ([&'static str; PARTS], [Color32; PARTS]) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    let part = |part| colours.text_of(part);
    (
        ["q", "k", "v", words.part_out, words.part_up, words.part_down],
        [
            part(Part::Query),
            part(Part::Key),
            part(Part::Value),
            part(Part::Attention),
            part(Part::Mlp),
            part(Part::Mlp),
        ],
    )
}

fn percent(value: f32) -> String {
    if value >= 0.1 { format!("{:.0}", value * 100.0) } else { format!("{:.1}", value * 100.0) }
}

fn cell(ui: &Ui, ctx: &Context, place: Rect, (block, part): (&str, &str), value: f32, most: f32) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    let id = ui.scope_id().with(("moved", block, part));
    let response = ui.interact(place, id, Sense::hover());
    let text = if value == 0.0 {
        let corners = [
            place.left_top(),
            place.right_top(),
            place.right_bottom(),
            place.left_bottom(),
            place.left_top(),
        ];
        let stroke = Stroke::new(1.0, colours.line1);
        ui.painter().extend(Shape::dashed_line(&corners, stroke, 3.0, 3.0));
        fill(words.rests, &[&block, &part])
    } else {
        let colour = ctx.look.map(ColourMap::Magnitude, value / most.max(1e-9));
        ui.painter().rect_filled(place, 3.0, colour);
        let font = Type::NumberTiny.font();
        let number = percent(value);
        put(ui.painter(), place.center(), Align2::CENTER_CENTER, &number, font, on(colour));
        fill(words.moved_cell, &[&block, &part, &percent(value)])
    };
    named(&response, Role::Label, true, &text);
    response.on_hover_text(text);
}

fn beside(ui: &mut Ui, ctx: &Context, rect: Rect, moved: &Moved, most: f32) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    // It stands beside the grid and takes no room of its own.
    let ui = &mut ui.new_child(egui::UiBuilder::new().max_rect(rect));
    paragraph(ui, words.moved_scale, Type::Caption, colours.text2);
    let (place, _) = ui.allocate_exact_size(vec2(120.0, 16.0), Sense::hover());
    let bar = Rect::from_min_size(pos2(place.left() + 16.0, place.top() + 4.0), vec2(80.0, 8.0));
    let end = percent(most);
    legend(ui.painter(), &ctx.look, ColourMap::Magnitude, bar, ("0", &end));
    ui.add_space(6.0);
    paragraph(ui, &summary(ctx, moved), Type::Small, colours.text2);
    if moved.blocks.iter().flatten().any(|part| *part == 0.0) && most > 0.0 {
        paragraph(ui, words.frozen_dashed, Type::Small, colours.text2);
    }
    if moved.tokens > 0.0 {
        let text = fill(words.token_vectors, &[&percent(moved.tokens), &percent(moved.positions)]);
        paragraph(ui, &text, Type::Small, colours.text3);
    }
}

/// Which part moved most, in a sentence.
fn summary(ctx: &Context, moved: &Moved) -> String {
    let words = ctx.words.tune;
    let all = moved.blocks.iter().enumerate().flat_map(|(block, parts)| {
        parts.iter().enumerate().map(move |(part, value)| (block, part, *value))
    });
    let most = all.filter(|(.., value)| *value > 0.0).max_by(|a, b| a.2.total_cmp(&b.2));
    most.map_or(words.all_rest.into(), |(block, part, _)| {
        let block = numbers::count(block + 1);
        let block = fill(ctx.words.block_n, &[&block]);
        let part = parts(ctx).0[part];
        fill(words.moved_most, &[&part, &block])
    })
}
