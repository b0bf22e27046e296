//! Any text, as characters, bytes and tokens, which light up together.

use super::flow::{self, Item};
use crate::app::context::Context;
use crate::app::lesson::part;
use crate::app::numbers;
use crate::app::piece::{Kind, Piece};
use crate::app::stations::prompt::IN_TOKENS;
use crate::app::theme::Type;
use crate::app::widgets::{
    Chip, ChipState, Edge, bar, chip_at, chip_width, paragraph, put, segmented,
};
use crate::app::words::fill;
use crate::lesson::Part;
use crate::session::library::{LanguageCost, Vocabulary};
use crate::text::Tokenizer;
use crate::text::sets::index::Language;
use egui::{
    Align2, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, pos2, vec2,
};
use std::ops::Range;
use std::sync::Arc;

/// What the page remembers.
#[derive(Debug, Default)]
pub struct State {
    /// What was typed; none until something is.
    text: Option<String>,
    /// Whether the pieces are those that were learned here, and not the model's.
    here: bool,
    /// The bytes that are pointed at.
    pointed: Option<Range<usize>>,
}

/// So many bytes are shown.
const MOST: usize = 480;

/// A text in its three forms.
struct Shown {
    text: String,
    cut: bool,
    characters: Vec<Range<usize>>,
    /// The ids with the bytes that they stand for; none if the vocabulary cannot read the text.
    tokens: Option<Vec<(u32, Range<usize>)>>,
}

impl Shown {
    fn of(text: &str, tokenizer: &Tokenizer) -> Self {
        let end = text.floor_char_boundary(MOST);
        let (text, cut) = (text[..end].to_string(), end < text.len());
        let characters =
            text.char_indices().map(|(at, c)| at..at + c.len_utf8()).collect::<Vec<_>>();
        let tokens = tokenizer.encode_plain(&text).ok().map(|ids| {
            let mut at = 0;
            let place = |id: u32| {
                let start = at;
                at += tokenizer.piece_bytes(id).map_or(0, <[u8]>::len);
                (id, start..at)
            };
            ids.into_iter().map(place).collect()
        });
        Self { text, cut, characters, tokens }
    }
}

/// Whether two stretches of bytes have one in common.
fn meet(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// The page.
pub fn page(ui: &mut Ui, ctx: &Context, state: &mut State, learned: &Arc<Vocabulary>) {
    let (words, colours) = (ctx.words.tokens, ctx.look.colours());
    let text = state.text.get_or_insert_with(|| words.example.to_string());
    let field = TextEdit::multiline(text)
        .id(egui::Id::unique(IN_TOKENS))
        .hint_text(words.type_here)
        .font(Type::Chat.scaled(ctx.look.scale))
        .desired_rows(2)
        .desired_width(f32::INFINITY)
        .margin(vec2(14.0, 10.0));
    let response = ui.add(field);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, words.type_here));
    ui.add_space(4.0);
    let models = ctx.session.tokenizer();
    if models.is_some() {
        let labels = [words.the_models, words.learned_here];
        if let Some(chosen) = segmented(ui, &ctx.look, &labels, usize::from(state.here)) {
            state.here = chosen == 1;
        }
    }
    let tokenizer = models.filter(|_| !state.here).unwrap_or(learned.tokenizer());
    let shown = Shown::of(state.text.as_deref().unwrap_or_default(), tokenizer);
    let count = shown.tokens.as_ref().map_or("–".into(), |tokens| numbers::count(tokens.len()));
    let counts = fill(words.counts_are, &[&shown.characters.len(), &shown.text.len(), &count]);
    paragraph(ui, &counts, Type::Number, colours.text1);
    let room = (ui.available_height() - 132.0).max(120.0);
    let pointed = state.pointed.take();
    let top = ui.cursor().top();
    ScrollArea::vertical().id_salt("forms").max_height(room).show(ui, |ui| {
        let now = forms(ui, ctx, &shown, tokenizer, pointed.as_ref());
        state.pointed = now;
    });
    let place = ui.max_rect().with_min_y(top).with_max_y(ui.cursor().top());
    part(ui, Part::TokensPieces, place);
    part(ui, Part::TokensIds, place);
    if shown.cut {
        paragraph(ui, &fill(words.cut_text, &[&MOST]), Type::Small, colours.text3);
    }
    if shown.tokens.is_none() && !shown.text.is_empty() {
        paragraph(ui, words.cannot_read, Type::Body, colours.text1);
    }
    ui.add_space(8.0);
    comparisons(ui, ctx, &shown, learned);
}

/// The three forms one below the other; returns the bytes that are pointed at.
fn forms(
    ui: &mut Ui,
    ctx: &Context,
    shown: &Shown,
    tokenizer: &Tokenizer,
    pointed: Option<&Range<usize>>,
) -> Option<Range<usize>> {
    let words = ctx.words.tokens;
    let mut now = None;
    let characters = shown.characters.iter().map(|range| {
        let one = Tokenizer::learn_characters(&shown.text[range.clone()], false);
        (Piece::of(Some(&one), 0, ctx.words), range.clone(), false, String::new())
    });
    let characters: Vec<Entry> = characters.collect();
    now = row(ui, ctx, words.characters, &characters, pointed).or(now);
    let bytes = shown.text.bytes().enumerate().map(|(at, byte)| {
        let stored = format!("{byte:02X}");
        let piece = Piece { text: stored.clone(), kind: Kind::Bytes, stored };
        // The bytes of one character touch.
        (piece, at..at + 1, !shown.text.is_char_boundary(at), String::new())
    });
    let bytes: Vec<Entry> = bytes.collect();
    now = row(ui, ctx, words.bytes, &bytes, pointed).or(now);
    let tokens = shown.tokens.iter().flatten().map(|(id, range)| {
        let touches = !shown.text.is_char_boundary(range.start);
        (Piece::of(Some(tokenizer), *id, ctx.words), range.clone(), touches, id.to_string())
    });
    let tokens: Vec<Entry> = tokens.collect();
    row(ui, ctx, words.tokens, &tokens, pointed).or(now)
}

/// A chip: what stands in it, its bytes, whether it touches the one before, and what stands below.
type Entry = (Piece, Range<usize>, bool, String);

/// One form; returns the bytes that are pointed at in it.
fn row(
    ui: &mut Ui,
    ctx: &Context,
    name: &str,
    entries: &[Entry],
    pointed: Option<&Range<usize>>,
) -> Option<Range<usize>> {
    let colours = ctx.look.colours();
    paragraph(ui, name, Type::Label, colours.text2);
    let chip = Chip::NORMAL.times(ctx.look.scale);
    let has_notes = entries.iter().any(|(.., note)| !note.is_empty());
    let line = if has_notes { 48.0 } else { 30.0 } * ctx.look.scale;
    let items: Vec<Item> = entries
        .iter()
        .map(|(piece, _, touches, note)| {
            let own = chip_width(ui.painter(), chip, piece).round();
            let note = note.len() as f32 * 7.0 * ctx.look.scale;
            Item { width: own.max(note), touches: *touches }
        })
        .collect();
    let origin = ui.cursor().min + vec2(1.0, 0.0);
    let most = ui.available_width() - 12.0;
    let rects = flow::flow(&items, origin, most, (24.0 * ctx.look.scale, line));
    let high = flow::height(&rects, origin) + line - 24.0 * ctx.look.scale;
    ui.allocate_space(vec2(most, high.max(20.0)));
    let mut now = None;
    for (number, ((piece, bytes, _, note), rect)) in entries.iter().zip(&rects).enumerate() {
        let response = ui.interact(*rect, ui.scope_id().with((name, number)), Sense::hover());
        if response.hovered() {
            now = Some(bytes.clone());
        }
        let lit = pointed.is_some_and(|pointed| meet(pointed, bytes));
        let state = if lit { ChipState::Hovered } else { ChipState::Rest };
        let edge = (Edge::Left(rect.left()), rect.center().y);
        chip_at(ui.painter(), &ctx.look, chip, piece, edge, rect.width(), state);
        if lit {
            let stroke = Stroke::new(1.5, colours.text1);
            ui.painter().rect_stroke(*rect, 6.0, stroke, StrokeKind::Inside);
        }
        if !note.is_empty() {
            let at = pos2(rect.center().x, rect.bottom() + 9.0);
            let ink = if lit { colours.text1 } else { colours.text3 };
            let font = Type::NumberTiny.scaled(ctx.look.scale);
            put(ui.painter(), at, Align2::CENTER_CENTER, note, font, ink);
        }
        response.widget_info(|| {
            let text = match note.is_empty() {
                true => format!("{name} {number}: {}", piece.text),
                false => fill(ctx.words.tokens.token_is, &[&number, &piece.text, note]),
            };
            WidgetInfo::selected(Role::Label, true, lit, text)
        });
        if !note.is_empty() {
            response.on_hover_text(format!("{}   {note}", piece.stored));
        }
    }
    now
}

/// How many tokens this text would be with one for each character, and what a language costs.
fn comparisons(ui: &mut Ui, ctx: &Context, shown: &Shown, learned: &Vocabulary) {
    let words = ctx.words.tokens;
    let place = ui.available_rect_before_wrap();
    let middle = place.center().x;
    let [left, right] = [place.with_max_x(middle - 20.0), place.with_min_x(middle + 20.0)];
    title(ui, ctx, left, words.against_characters, "");
    let pieces = shown.tokens.as_ref().map_or(0, Vec::len);
    let rows = [
        (words.with_bytes, shown.text.len() as f64),
        (words.with_characters, shown.characters.len() as f64),
        (words.with_pieces, pieces as f64),
    ];
    let most = rows.iter().map(|row| row.1).fold(1.0, f64::max);
    for (number, (name, value)) in rows.into_iter().enumerate() {
        let last = number == 2;
        let text = numbers::count(value as usize);
        measure(ui, ctx, left, number, name, value / most, &text, last);
    }
    title(ui, ctx, right, words.by_language, words.by_language_is);
    let most = learned.languages.iter().flat_map(|cost| [Some(cost.here), cost.model]).flatten();
    let most = most.fold(0.1, f64::max);
    for (number, cost) in learned.languages.iter().enumerate() {
        language(ui, ctx, right, number * 2, cost, most);
    }
}

fn language(ui: &Ui, ctx: &Context, place: Rect, first: usize, cost: &LanguageCost, most: f64) {
    let words = ctx.words;
    let name = match cost.language {
        Language::En => words.data.english,
        Language::Zh => words.data.chinese,
    };
    let rows =
        [(words.tokens.the_models, cost.model), (words.tokens.learned_here, Some(cost.here))];
    for (number, (whose, value)) in rows.into_iter().enumerate() {
        let label = format!("{name} · {whose}");
        let text = value.map_or("–".into(), |value| format!("{value:.2}"));
        let share = value.unwrap_or(0.0) / most;
        measure(ui, ctx, place, first + number, &label, share, &text, number == 1);
    }
}

fn title(ui: &Ui, ctx: &Context, place: Rect, text: &str, hint: &str) {
    let colours = ctx.look.colours();
    let painter = ui.painter().with_clip_rect(place.intersect(ui.clip_rect()));
    let at = pos2(place.left(), place.top() + 8.0);
    let drawn = put(&painter, at, Align2::LEFT_CENTER, text, Type::Strong.font(), colours.text1);
    if !hint.is_empty() {
        let response = ui.interact(drawn, ui.scope_id().with(text), Sense::hover());
        response.on_hover_text(hint);
    }
}

/// A row: a name, a bar, a number.
#[expect(clippy::too_many_arguments, reason = "a row of a small table")]
fn measure(
    ui: &Ui,
    ctx: &Context,
    place: Rect,
    row: usize,
    name: &str,
    share: f64,
    text: &str,
    strong: bool,
) {
    let colours = ctx.look.colours();
    let y = place.top() + 32.0 + row as f32 * 22.0;
    let ink = if strong { colours.text1 } else { colours.text2 };
    put(ui.painter(), pos2(place.left(), y), Align2::LEFT_CENTER, name, Type::Small.font(), ink);
    let left = place.left() + (place.width() * 0.46).min(176.0);
    let fill = if strong { colours.text1 } else { colours.line2 };
    bar(
        ui.painter(),
        pos2(left, y),
        (place.right() - 52.0 - left).max(10.0),
        8.0,
        share as f32,
        fill,
    );
    put(
        ui.painter(),
        pos2(place.right(), y),
        Align2::RIGHT_CENTER,
        text,
        Type::NumberSmall.font(),
        ink,
    );
    let rect = Rect::from_min_max(pos2(place.left(), y - 10.0), pos2(place.right(), y + 10.0));
    let response = ui.interact(rect, ui.scope_id().with(("measure", name, row)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: {text}")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenizer::learn_bpe;

    #[test]
    fn the_three_forms_cover_the_same_bytes() {
        let learned = learn_bpe(["the cow, the cow 牛"], 262, &mut |_| ()).expect("learned");
        let shown = Shown::of("the 牛 cow", &learned.tokenizer);
        let tokens = shown.tokens.expect("bytes");
        assert_eq!(tokens.last().map(|token| token.1.end), Some(shown.text.len()));
        assert!(tokens.windows(2).all(|pair| pair[0].1.end == pair[1].1.start));
        assert_eq!(shown.characters.len(), 9);
        assert!(meet(&(0..3), &(2..4)) && !meet(&(0..3), &(3..4)));
        let long = Shown::of(&"牛".repeat(500), &learned.tokenizer);
        assert!(long.cut && long.text.len() <= MOST);
    }
}
