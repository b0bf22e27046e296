//! Learning: the pair that meets most often becomes a piece, and the text is cut anew.

use super::examples;
use super::layout::{self, HEADING, ROW};
use super::tree::{self, Tree};
use super::{State as Station, counted_over, done, piece, plot};
use crate::app::context::Context;
use crate::app::lesson::part;
use crate::app::numbers;
use crate::app::piece::Piece;
use crate::app::theme::Type;
use crate::app::widgets::{Chip, ChipState, Edge, Icon, bar, chip_at, icon_button, put};
use crate::app::words::fill;
use crate::lesson::Part;
use crate::session::library::{Prepared, Vocabulary};
use crate::text::tokenizer::{Node, Pair};
use egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use std::sync::Arc;

/// What the page remembers.
#[derive(Debug, Default)]
pub struct State {
    /// Which of the lines is shown.
    line: usize,
    /// The lines, the data that they are from, and how many bytes had room.
    lines: Option<(Arc<Prepared>, usize, Vec<String>)>,
}

impl State {
    /// Shows another line.
    pub fn another(&mut self, by: isize) {
        let count = self.lines.as_ref().map_or(1, |(.., lines)| lines.len().max(1));
        self.line = (self.line as isize + by).rem_euclid(count as isize) as usize;
    }
}

/// So many lines can be looked at.
const LINES: usize = 40;

/// Lines of the data that have room, the fuller ones first in turn.
fn lines_of(prepared: &Prepared, room: usize) -> Vec<String> {
    let fits = |text: &&str| text.len() <= room && !text.contains('\n');
    let long = prepared.training_texts().filter(fits).filter(|text| text.len() * 10 >= room * 8);
    let mut lines: Vec<String> = long.take(LINES).map(str::to_string).collect();
    if lines.is_empty() {
        lines = prepared.training_texts().filter(fits).take(LINES).map(str::to_string).collect();
    }
    if lines.is_empty() {
        let first = prepared.training_texts().next().unwrap_or_default();
        lines.push(first[..first.floor_char_boundary(room)].replace('\n', " "));
    }
    lines
}

/// The page.
pub fn page(ui: &mut Ui, ctx: &Context, state: &mut Station, learned: &Arc<Vocabulary>) {
    let (at, _) = done(ctx, state);
    let places = layout::places(ui.available_rect_before_wrap());
    one_line(ui, ctx, &mut state.learn, learned, at, places.line);
    part(ui, Part::TokensPieces, places.line);
    part(ui, Part::TokensMerges, places.columns[1]);
    let top = places.columns[0].top() - 9.0;
    ui.painter().hline(ui.max_rect().x_range(), top, Stroke::new(1.0, ctx.look.colours().line0));
    pairs(ui, ctx, learned, at, (places.columns[0], places.rows));
    merges(ui, ctx, learned, at, (places.columns[1], places.rows));
    if let Some(&place) = places.columns.get(2) {
        let words = ctx.words.tokens;
        heading(ui, ctx, place, words.shorter, words.shorter_is);
        plot::plot(ui, ctx, learned, at, place.with_min_y(place.top() + HEADING - 8.0));
    }
    examples::in_the_data(ui, ctx, learned, at, places.data);
}

fn heading(ui: &Ui, ctx: &Context, place: Rect, title: &str, subtitle: &str) {
    let colours = ctx.look.colours();
    let painter = ui.painter().with_clip_rect(place.intersect(ui.clip_rect()));
    let y = place.top() + 10.0;
    put(
        &painter,
        pos2(place.left(), y),
        Align2::LEFT_CENTER,
        title,
        Type::Heading.font(),
        colours.text1,
    );
    let y = place.top() + 31.0;
    put(
        &painter,
        pos2(place.left(), y),
        Align2::LEFT_CENTER,
        subtitle,
        Type::Small.font(),
        colours.text2,
    );
}

/// A line of the data, from bytes to pieces.
fn one_line(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    learned: &Arc<Vocabulary>,
    at: usize,
    place: Rect,
) {
    let (words, colours) = (ctx.words.tokens, ctx.look.colours());
    let Some(prepared) = ctx.session.library().prepared() else { return };
    let room = tree::room_for(place.width()).clamp(12, 60);
    let same = |(of, bytes, _): &(Arc<Prepared>, usize, Vec<String>)| {
        Arc::ptr_eq(of, prepared) && *bytes == room
    };
    if !state.lines.as_ref().is_some_and(same) {
        state.lines = Some((prepared.clone(), room, lines_of(prepared, room)));
        state.line = 0;
    }
    let Some((.., lines)) = &state.lines else { return };
    let Some(text) = lines.get(state.line.min(lines.len().saturating_sub(1))) else { return };
    let nodes = learned.tokenizer().derive(text, at).unwrap_or_default();
    let all = learned.tokenizer().derive(text, usize::MAX).unwrap_or_default();
    let whole = nodes.iter().filter(|node| node.whole).count();
    let y = place.top() + 12.0;
    let name = put(
        ui.painter(),
        pos2(place.left(), y),
        Align2::LEFT_CENTER,
        words.one_line,
        Type::Heading.font(),
        colours.text1,
    );
    let count = fill(words.bytes_to_pieces, &[&text.len(), &whole]);
    let said = put(
        ui.painter(),
        pos2(name.right() + 14.0, y),
        Align2::LEFT_CENTER,
        &count,
        Type::NumberSmall.font(),
        colours.text2,
    );
    let response = ui.interact(name.union(said), ui.scope_id().with("one line"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{text}: {count}")));
    let more = lines.len() > 1;
    let tools = Rect::from_min_size(pos2(place.right() - 36.0, y - 16.0), vec2(36.0, 32.0));
    let mut another = false;
    ui.scope_builder(egui::UiBuilder::new().max_rect(tools), |ui| {
        another = icon_button(ui, &ctx.look, Icon::Right, words.another_line, more).clicked();
    });
    let area = Rect::from_min_max(pos2(place.left(), place.top() + 34.0), place.max);
    let tree = tree::tree(&nodes, text.len(), tree::height_of(&all), area);
    paint_tree(ui, ctx, learned, at, (&nodes, &tree, text));
    if another {
        state.another(1);
    }
}

/// Bytes above, the pieces made of them below, each joined to its parts.
fn paint_tree(
    ui: &Ui,
    ctx: &Context,
    learned: &Vocabulary,
    at: usize,
    (nodes, tree, text): (&[Node], &Tree, &str),
) {
    let colours = ctx.look.colours();
    let newest = |node: &Node| node.made.is_some_and(|made| made.rank + 1 == at);
    for (node, place) in nodes.iter().zip(&tree.places) {
        let (ink, wide) = if newest(node) { (colours.text1, 1.5) } else { (colours.line1, 1.0) };
        for from in place.from.iter().flatten() {
            ui.painter()
                .line_segment([*from, pos2(from.x, place.rect.top())], Stroke::new(wide, ink));
        }
    }
    for (number, (node, place)) in nodes.iter().zip(&tree.places).enumerate() {
        let shown = piece(ctx, learned, node.id);
        let new = newest(node);
        let response =
            ui.interact(place.rect, ui.scope_id().with(("node", number)), Sense::hover());
        response.widget_info(|| {
            let name = format!("{} {}", ctx.words.tokens.piece, shown.text);
            WidgetInfo::selected(Role::Label, true, node.whole, name)
        });
        chip(
            ui,
            ctx,
            place.rect,
            &shown,
            (new, node.whole, response.hovered()),
            is_split(text, node),
        );
        if let Some(made) = node.made.filter(|_| place.rect.width() > 44.0) {
            let ink = if new { colours.stage } else { colours.text3 };
            let corner = pos2(place.rect.right() - 5.0, place.rect.center().y);
            let text = (made.rank + 1).to_string();
            put(ui.painter(), corner, Align2::RIGHT_CENTER, &text, Type::NumberTiny.font(), ink);
        }
        let stored = &shown.stored;
        response.on_hover_text(format!("{stored}   {}", node.id));
    }
}

/// Whether a piece is not made of whole characters.
fn is_split(text: &str, node: &Node) -> bool {
    !text.is_char_boundary(node.start) || !text.is_char_boundary(node.end)
}

/// A piece at its place: new ones in ink, whole ones outlined, parts of larger ones faint.
pub fn chip(
    ui: &Ui,
    ctx: &Context,
    rect: Rect,
    shown: &Piece,
    (new, whole, hovered): (bool, bool, bool),
    split: bool,
) {
    let colours = ctx.look.colours();
    let (fill, line, ink) = match (new, whole) {
        (true, _) => (colours.text1, colours.text1, colours.stage),
        (false, true) => (colours.raised, colours.line2, colours.text1),
        (false, false) => (colours.panel, colours.line0, colours.text3),
    };
    let fill = if hovered && !new { colours.hover } else { fill };
    ui.painter().rect(rect, 5.0, fill, Stroke::new(1.0, line), StrokeKind::Inside);
    let kind = if split || rect.height() < 20.0 { Type::TokenSmall } else { Type::Token };
    let inside = ui.painter().with_clip_rect(rect.shrink(1.0).intersect(ui.clip_rect()));
    let wide = crate::app::widgets::width(&inside, &shown.text, kind.font());
    let room = rect.width() - 6.0;
    let x = if wide < room - 20.0 && rect.width() > 44.0 {
        rect.left() + 7.0 + wide / 2.0
    } else {
        rect.center().x
    };
    // What has no room at all is told by the tooltip.
    let text = if wide > rect.width() + 6.0 && split { "·" } else { shown.text.as_str() };
    put(&inside, pos2(x, rect.center().y), Align2::CENTER_CENTER, text, kind.font(), ink);
}

/// The most frequent pairs, the one that was chosen first.
fn pairs(ui: &Ui, ctx: &Context, learned: &Vocabulary, at: usize, (place, rows): (Rect, usize)) {
    let (words, colours) = (ctx.words.tokens, ctx.look.colours());
    let subtitle = ctx.session.library().prepared().map_or(String::new(), |p| counted_over(ctx, p));
    heading(ui, ctx, place, words.which_pair, &subtitle);
    // At a merge: what it was chosen from. Before the first: what the first is chosen from.
    let rivals = learned.rivals(at.saturating_sub(1));
    let most = rivals.first().map_or(1, |(_, count)| *count).max(1);
    for (number, (pair, count)) in rivals.iter().take(rows).enumerate() {
        let y = place.top() + HEADING + (number as f32 + 0.5) * ROW;
        let chosen = number == 0 && at > 0;
        let state = if chosen { ChipState::Locked } else { ChipState::Rest };
        let right = draw_pair(ui, ctx, learned, *pair, (place.left() + 1.0, y), state);
        let left = right.max(place.left() + 96.0) + 10.0;
        let length = (place.right() - 52.0 - left).max(8.0);
        let ink = if chosen { colours.text1 } else { colours.line2 };
        bar(ui.painter(), pos2(left, y), length, 9.0, *count as f32 / most as f32, ink);
        let text = numbers::count(*count as usize);
        let ink = if chosen { colours.text1 } else { colours.text2 };
        put(
            ui.painter(),
            pos2(place.right(), y),
            Align2::RIGHT_CENTER,
            &text,
            Type::NumberSmall.font(),
            ink,
        );
        let row = Rect::from_min_max(pos2(place.left(), y - 12.0), pos2(place.right(), y + 12.0));
        let response = ui.interact(row, ui.scope_id().with(("pair", number)), Sense::hover());
        response.widget_info(|| {
            let [a, b] = [pair.0, pair.1].map(|id| piece(ctx, learned, id).text);
            WidgetInfo::labeled(Role::Label, true, fill(words.pair_is, &[&a, &b, &text]))
        });
    }
}

/// Two chips side by side; returns where they end.
fn draw_pair(
    ui: &Ui,
    ctx: &Context,
    learned: &Vocabulary,
    pair: Pair,
    (left, y): (f32, f32),
    state: ChipState,
) -> f32 {
    let mut x = left;
    for id in [pair.0, pair.1] {
        let shown = piece(ctx, learned, id);
        let edge = (Edge::Left(x), y);
        x = chip_at(ui.painter(), &ctx.look, Chip::SMALL, &shown, edge, 74.0, state).right() + 3.0;
    }
    x
}

/// The last merges, the newest on top.
fn merges(ui: &Ui, ctx: &Context, learned: &Vocabulary, at: usize, (place, rows): (Rect, usize)) {
    let (words, colours) = (ctx.words.tokens, ctx.look.colours());
    heading(ui, ctx, place, words.last_merges, words.last_merges_are);
    if at == 0 {
        let y = pos2(place.left(), place.top() + HEADING + ROW / 2.0);
        let painter = ui.painter().with_clip_rect(place);
        put(&painter, y, Align2::LEFT_CENTER, words.no_merges, Type::Body.font(), colours.text2);
    }
    let painter = ui.painter();
    for (row, number) in (0..at).rev().take(rows).enumerate() {
        let Some(merge) = learned.merges().get(number) else { continue };
        let y = place.top() + HEADING + (row as f32 + 0.5) * ROW;
        let newest = row == 0;
        let ink = if newest { colours.text1 } else { colours.text3 };
        let font = Type::NumberSmall.font();
        let digits = (number + 1).to_string();
        put(
            painter,
            pos2(place.left() + 30.0, y),
            Align2::RIGHT_CENTER,
            &digits,
            font.clone(),
            ink,
        );
        let [left, right, made] =
            [merge.pair.0, merge.pair.1, merge.token].map(|id| piece(ctx, learned, id));
        let most = ((place.width() - 150.0) / 3.0).max(36.0);
        let edge = |x: f32| (Edge::Left(x), y);
        let drawn = chip_at(
            painter,
            &ctx.look,
            Chip::SMALL,
            &left,
            edge(place.left() + 42.0),
            most,
            ChipState::Rest,
        );
        put(
            painter,
            pos2(drawn.right() + 8.0, y),
            Align2::CENTER_CENTER,
            "+",
            font.clone(),
            colours.text3,
        );
        let drawn = chip_at(
            painter,
            &ctx.look,
            Chip::SMALL,
            &right,
            edge(drawn.right() + 16.0),
            most,
            ChipState::Rest,
        );
        put(
            painter,
            pos2(drawn.right() + 16.0, y),
            Align2::CENTER_CENTER,
            "→",
            font.clone(),
            colours.text3,
        );
        let state = if newest { ChipState::Locked } else { ChipState::Rest };
        chip_at(
            painter,
            &ctx.look,
            Chip::SMALL,
            &made,
            edge(drawn.right() + 32.0),
            most + 24.0,
            state,
        );
        put(
            painter,
            pos2(place.right(), y),
            Align2::RIGHT_CENTER,
            &merge.token.to_string(),
            font,
            colours.text2,
        );
        let rect = Rect::from_min_max(pos2(place.left(), y - 12.0), pos2(place.right(), y + 12.0));
        let response = ui.interact(rect, ui.scope_id().with(("merge", row)), Sense::hover());
        response.widget_info(|| {
            let values: [&dyn std::fmt::Display; 5] =
                [&(number + 1), &left.text, &right.text, &made.text, &merge.token];
            WidgetInfo::labeled(Role::Label, true, fill(words.merge_is, &values))
        });
    }
}
