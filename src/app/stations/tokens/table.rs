//! Every piece of the vocabulary, to be searched and sorted.

use super::piece;
use crate::app::context::Context;
use crate::app::numbers;
use crate::app::piece::Kind;
use crate::app::theme::Type;
use crate::app::widgets::{
    Chip, ChipState, Edge, Icon, bar, chip_at, paint_icon, paragraph, put, segmented,
};
use crate::app::words::fill;
use crate::session::library::Vocabulary;
use egui::{Align2, Rect, Role, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, pos2, vec2};
use std::cmp::Reverse;
use std::sync::Arc;

/// What the page remembers.
#[derive(Debug, Default)]
pub struct State {
    search: String,
    by_count: bool,
    /// The ids that fit, and what they were found for.
    found: Option<(Arc<Vocabulary>, String, bool, Vec<u32>)>,
}

/// A row.
const ROW: f32 = 30.0;

/// The ids of the pieces that hold a text, in the order that is asked for.
pub fn matching(learned: &Vocabulary, search: &str, by_count: bool) -> Vec<u32> {
    let wanted = search.replace('\u{b7}', " ").to_lowercase();
    let fits = |id: &u32| {
        let text = learned.tokenizer().piece(*id).unwrap_or_default();
        wanted.is_empty() || text.to_lowercase().contains(&wanted)
    };
    let size = learned.tokenizer().vocabulary_size() as u32;
    let mut ids: Vec<u32> = (0..size).filter(fits).collect();
    if by_count {
        ids.sort_by_key(|&id| (Reverse(learned.counts[id as usize]), id));
    }
    ids
}

/// The page.
pub fn page(ui: &mut Ui, ctx: &Context, state: &mut State, learned: &Arc<Vocabulary>) {
    let (words, colours) = (ctx.words.tokens, ctx.look.colours());
    ui.horizontal(|ui| {
        let field = TextEdit::singleline(&mut state.search)
            .hint_text(words.search)
            .font(Type::Body.font())
            .margin(egui::Margin { left: 30, right: 8, top: 7, bottom: 7 })
            .desired_width(200.0);
        let response = ui.add(field);
        let centre = response.rect.left_center() + vec2(15.0, 0.0);
        let glass = Rect::from_center_size(centre, vec2(16.0, 16.0));
        paint_icon(ui.painter(), glass, Icon::Search, 0.85, colours.text3);
        response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, words.search));
        let labels = [words.by_id, words.by_count];
        if let Some(chosen) = segmented(ui, &ctx.look, &labels, usize::from(state.by_count)) {
            state.by_count = chosen == 1;
        }
        let ids = ids(state, learned);
        let count = fill(words.n_pieces, &[&numbers::count(ids.len())]);
        paragraph(ui, &count, Type::Body, colours.text2);
    });
    ui.add_space(6.0);
    let columns = Columns::of(ui.available_width());
    let heads = [
        (columns.id, words.id, Align2::RIGHT_CENTER),
        (columns.piece, words.piece, Align2::LEFT_CENTER),
        (columns.bytes, words.bytes, Align2::LEFT_CENTER),
        (columns.made, words.made_of, Align2::LEFT_CENTER),
        (columns.count, words.times_in_data, Align2::LEFT_CENTER),
    ];
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    for (x, name, anchor) in heads {
        let at = pos2(head.left() + x, head.center().y);
        put(ui.painter(), at, anchor, name, Type::Caption.font(), colours.text3);
    }
    ui.painter().hline(head.x_range(), head.bottom(), (1.0, colours.line0));
    let most = learned.counts.iter().copied().max().unwrap_or(1).max(1);
    let ids = ids(state, learned).to_vec();
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().id_salt("table").auto_shrink(false).show_rows(
        ui,
        ROW,
        ids.len(),
        |ui, rows| {
            for &id in &ids[rows] {
                row(ui, ctx, learned, id, &columns, most);
            }
        },
    );
}

/// The ids that are shown; found again only when something about them changes.
fn ids<'a>(state: &'a mut State, learned: &Arc<Vocabulary>) -> &'a [u32] {
    let same = state.found.as_ref().is_some_and(|(of, search, by_count, _)| {
        Arc::ptr_eq(of, learned) && *search == state.search && *by_count == state.by_count
    });
    if !same {
        let found = matching(learned, &state.search, state.by_count);
        state.found = Some((learned.clone(), state.search.clone(), state.by_count, found));
    }
    state.found.as_ref().map_or(&[], |(.., ids)| ids)
}

/// Where the columns begin.
struct Columns {
    id: f32,
    piece: f32,
    bytes: f32,
    made: f32,
    count: f32,
}

impl Columns {
    fn of(width: f32) -> Self {
        let share = |of: f32| (width * of).round();
        Self { id: 44.0, piece: 64.0, bytes: share(0.3), made: share(0.53), count: share(0.78) }
    }
}

fn row(ui: &mut Ui, ctx: &Context, learned: &Vocabulary, id: u32, columns: &Columns, most: u64) {
    let (words, colours) = (ctx.words.tokens, ctx.look.colours());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    if response.hovered() {
        ui.painter().rect_filled(rect, 4.0, colours.hover);
    }
    let y = rect.center().y;
    let at = |x: f32| pos2(rect.left() + x, y);
    let painter = ui.painter();
    let font = Type::NumberSmall.font();
    put(
        painter,
        at(columns.id),
        Align2::RIGHT_CENTER,
        &id.to_string(),
        font.clone(),
        colours.text2,
    );
    let shown = piece(ctx, learned, id);
    let edge = |x: f32| (Edge::Left(rect.left() + x), y);
    let wide = columns.bytes - columns.piece - 8.0;
    chip_at(painter, &ctx.look, Chip::SMALL, &shown, edge(columns.piece), wide, ChipState::Rest);
    let special = matches!(shown.kind, Kind::Special(_));
    let bytes = learned.tokenizer().piece_bytes(id).unwrap_or_default();
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    let stored = if special { shown.stored.clone() } else { bytes.join(" ") };
    let room = Rect::from_min_max(
        at(columns.bytes) - vec2(0.0, 14.0),
        at(columns.made - 8.0) + vec2(0.0, 14.0),
    );
    let inside = painter.with_clip_rect(room.intersect(ui.clip_rect()));
    put(&inside, at(columns.bytes), Align2::LEFT_CENTER, &stored, font.clone(), colours.text3);
    let merge = learned.merges().iter().position(|merge| merge.token == id);
    match merge.map(|number| (number, learned.merges()[number])) {
        Some((number, merge)) => {
            let [left, right] = [merge.pair.0, merge.pair.1].map(|id| piece(ctx, learned, id));
            let most = ((columns.count - columns.made) / 2.0 - 44.0).max(24.0);
            let drawn = chip_at(
                painter,
                &ctx.look,
                Chip::SMALL,
                &left,
                edge(columns.made),
                most,
                ChipState::Rest,
            );
            let next = drawn.right() - rect.left() + 3.0;
            let drawn =
                chip_at(painter, &ctx.look, Chip::SMALL, &right, edge(next), most, ChipState::Rest);
            let text = format!("#{}", number + 1);
            let place = pos2(drawn.right() + 8.0, y);
            put(painter, place, Align2::LEFT_CENTER, &text, Type::NumberTiny.font(), colours.text3);
        }
        None => {
            let name = if special { words.role } else { words.byte };
            put(
                painter,
                at(columns.made),
                Align2::LEFT_CENTER,
                name,
                Type::Small.font(),
                colours.text3,
            );
        }
    }
    let count = learned.counts[id as usize];
    let text = numbers::count(count as usize);
    put(painter, at(columns.count + 56.0), Align2::RIGHT_CENTER, &text, font, colours.text1);
    let left = at(columns.count + 66.0);
    let length = (rect.right() - 12.0 - left.x).max(8.0);
    if count > 0 {
        bar(painter, left, length, 6.0, count as f32 / most as f32, colours.line2);
    }
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Label, true, fill(words.row_is, &[&shown.text, &id, &text]))
    });
}
