//! A dialogue as bubbles: as it was written, and beside it as it is learned.

use super::layout::{bubble, columns as two};
use super::marks;
use super::rules;
use crate::app::context::Context;
use crate::app::numbers;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{paragraph, put};
use crate::app::words::fill;
use crate::session::library::{Book, Page};
use crate::text::dialogue::Role as Speaker;
use egui::{
    Align2, CornerRadius, Galley, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, pos2, vec2,
};
use std::ops::Range;
use std::sync::Arc;

/// The place that was looked for: a turn, bytes of it as it is learned, and whether it is still to
/// come into view.
pub type Here = (usize, Range<usize>, bool);

/// The names of the columns, and what stands in them.
pub fn heads(ui: &Ui, ctx: &Context, page: &Page, at: usize, (shown, book): (usize, &Arc<Book>)) {
    let (words, colours, scale) = (ctx.words.data, ctx.look.colours(), ctx.look.scale);
    let [left, right] = two(ui.max_rect());
    let step = at.checked_sub(1).and_then(|at| page.trace.steps.get(at));
    let marks = step.map_or(0, |step| step.marks.iter().map(Vec::len).sum());
    let marks = match marks {
        0 if page.trace.steps.is_empty() => words.no_rules_on.to_string(),
        0 => words.no_marks.to_string(),
        n => fill(words.n_marks, &[&n]),
    };
    let which = if book.is_text { words.text_n } else { words.dialogue_n };
    let all = numbers::count(book.dialogues.len());
    let mut where_it_is = fill(which, &[&numbers::count(shown + 1), &all]);
    if page.kept == Some(true) {
        where_it_is = format!("{where_it_is} · {}", words.for_validation);
    }
    let sides = [
        (left, words.as_written, marks, Type::Small.scaled(scale)),
        (right, words.as_learned, where_it_is, Type::Small.scaled(scale)),
    ];
    for (place, name, text, font) in sides {
        let y = place.center().y;
        let kind = Type::Strong.scaled(scale);
        let name_at = put(
            ui.painter(),
            pos2(place.left(), y),
            Align2::LEFT_CENTER,
            name,
            kind,
            colours.text1,
        );
        let response = ui.interact(place, ui.scope_id().with(name), Sense::hover());
        response
            .widget_info(|| WidgetInfo::labeled(Role::Heading, true, format!("{name}: {text}")));
        if name_at.right() + 8.0 < place.right() {
            put(
                ui.painter(),
                pos2(place.right(), y),
                Align2::RIGHT_CENTER,
                &text,
                font,
                colours.text2,
            );
        }
    }
}

/// Both columns, turn by turn side by side.
pub fn columns(
    ui: &mut Ui,
    ctx: &Context,
    page: &Page,
    at: usize,
    (shown, is_text): (usize, bool),
    here: Option<Here>,
) {
    let colours = ctx.look.colours();
    let full = ui.max_rect();
    let middle = full.center().x.round();
    ui.painter().vline(middle, full.y_range(), Stroke::new(1.0, colours.line0));
    let step = at.checked_sub(1).and_then(|at| page.trace.steps.get(at));
    ScrollArea::vertical().id_salt(("talk", shown)).auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 10.0;
        let wide = ui.available_width();
        if let Some(step) = step.filter(|step| step.turns.iter().all(Option::is_none)) {
            gone(ui, ctx, page, step.rule, wide);
        }
        for (number, turn) in page.written.turns.iter().enumerate() {
            let most = ((wide / 2.0 - 18.0) * 0.86 - 32.0).max(60.0);
            let marked = step.map_or(&[][..], |step| &step.marks[number]);
            let newest = at.checked_sub(1);
            let job = marks::written(&ctx.look, &turn.text, marked, newest, most);
            let left = ui.painter().layout_job(job);
            let now = match step {
                Some(step) => step.turns[number].as_deref(),
                None => Some(turn.text.as_str()),
            };
            let found = here.as_ref().filter(|here| here.0 == number).map(|here| &here.1);
            let right = now
                .map(|text| ui.painter().layout_job(marks::learned(&ctx.look, text, found, most)));
            let texts = (turn.text.as_str(), now);
            let row = row(ui, ctx, turn.role, is_text, (left, right), texts, number);
            if here.as_ref().is_some_and(|here| here.0 == number && here.2) {
                ui.scroll_to_rect(row, Some(egui::Align::Center));
            }
        }
        if page.cut {
            paragraph(ui, ctx.words.data.more_text, Type::Small, colours.text3);
        }
    });
}

/// What is said of a dialogue that is not learned from.
fn gone(ui: &mut Ui, ctx: &Context, page: &Page, last: &str, wide: f32) {
    // The first step at which nothing is left is the one that took it out.
    let step = page.trace.steps.iter().find(|step| step.turns.iter().all(Option::is_none));
    let rule = step.map_or(last, |step| step.rule);
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    let (rect, response) = ui.allocate_exact_size(vec2(wide, 44.0), Sense::hover());
    let [_, right] = two(rect);
    marks::dashed(ui.painter(), right.shrink(1.0), colours.line2);
    let text = format!("{} · {}", words.left_out, rules::texts(words, rule).0);
    let font = Type::Small.scaled(ctx.look.scale);
    let painter = ui.painter().with_clip_rect(right.intersect(ui.clip_rect()));
    put(
        &painter,
        right.left_center() + vec2(12.0, 0.0),
        Align2::LEFT_CENTER,
        &text,
        font,
        colours.text2,
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
}

/// One turn in both columns; returns its rectangle.
fn row(
    ui: &mut Ui,
    ctx: &Context,
    role: Speaker,
    is_text: bool,
    (left, right): (Arc<Galley>, Option<Arc<Galley>>),
    texts: (&str, Option<&str>),
    number: usize,
) -> Rect {
    let scale = ctx.look.scale;
    let name = if is_text { 0.0 } else { 20.0 * scale };
    let tall = right.as_ref().map_or(0.0, |galley| galley.size().y).max(left.size().y);
    let size = vec2(ui.available_width(), name + tall + 20.0);
    let (row, _) = ui.allocate_exact_size(size, Sense::hover());
    let sides = two(row);
    for (side, (galley, text)) in
        sides.into_iter().zip([(Some(left), Some(texts.0)), (right, texts.1)])
    {
        let place = side.with_min_y(side.top() + name);
        if !is_text {
            speaker(ui, ctx, role, side);
        }
        let id = ui.scope_id().with(("turn", number, side.left() as i32));
        let Some(galley) = galley else {
            missing(ui, ctx, role, place, id);
            continue;
        };
        let at_right = role == Speaker::User;
        let rect = bubble(place, galley.size() + vec2(32.0, 20.0), at_right);
        ground(ui, ctx, rect, at_right);
        let response = ui.interact(rect, id, Sense::hover());
        let word = if at_right { ctx.words.user } else { ctx.words.bot };
        let spoken = format!("{word}: {}", text.unwrap_or_default());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
        ui.painter().galley(rect.min + vec2(16.0, 10.0), galley, ctx.look.colours().text1);
    }
    row
}

/// The speaker's word above a bubble.
pub fn speaker(ui: &Ui, ctx: &Context, role: Speaker, side: Rect) {
    let colours = ctx.look.colours();
    let font = Type::Caption.scaled(ctx.look.scale);
    let y = side.top() + 9.0 * ctx.look.scale;
    let (x, anchor, word, part) = match role {
        Speaker::User => (side.right() - 6.0, Align2::RIGHT_CENTER, ctx.words.user, Part::User),
        Speaker::Bot => (side.left() + 6.0, Align2::LEFT_CENTER, ctx.words.bot, Part::Bot),
    };
    put(ui.painter(), pos2(x, y), anchor, word, font, colours.text_of(part));
}

/// A bubble's ground: the user's an outline, the bot's filled.
pub fn ground(ui: &Ui, ctx: &Context, rect: Rect, is_user: bool) {
    let colours = ctx.look.colours();
    let corners = match is_user {
        true => CornerRadius { nw: 14, ne: 14, sw: 14, se: 4 },
        false => CornerRadius { nw: 14, ne: 14, sw: 4, se: 14 },
    };
    let (fill, line) = match (is_user, ctx.look.dark) {
        (true, _) => (colours.stage, Stroke::new(1.0, colours.line1)),
        (false, true) => (colours.raised, Stroke::NONE),
        (false, false) => (colours.raised, Stroke::new(1.0, colours.line1)),
    };
    ui.painter().rect(rect, corners, fill, line, StrokeKind::Inside);
}

/// Where a turn stood that cleaning has taken out.
fn missing(ui: &Ui, ctx: &Context, role: Speaker, place: Rect, id: egui::Id) {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    let rect = bubble(place, vec2(120.0 * ctx.look.scale, 36.0), role == Speaker::User);
    marks::dashed(ui.painter(), rect, colours.line1);
    let font = Type::Small.scaled(ctx.look.scale);
    put(ui.painter(), rect.center(), Align2::CENTER_CENTER, words.turn_gone, font, colours.text3);
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words.turn_gone));
}
