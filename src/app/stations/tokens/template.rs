//! The chat template: a dialogue of the data as one line of tokens.

use super::flow::{self, Item};
use crate::app::context::Context;
use crate::app::numbers;
use crate::app::piece::Piece;
use crate::app::theme::Type;
use crate::app::widgets::{
    Chip, ChipState, Edge, Icon, chip_at, chip_width, icon_button, paragraph,
};
use crate::app::words::fill;
use crate::session::library::{Prepared, Vocabulary};
use crate::text::Tokenizer;
use crate::text::template::{BOT, END, USER, encode_dialogue, encode_text};
use egui::{Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};

/// What the page remembers.
#[derive(Debug, Default)]
pub struct State {
    dialogue: usize,
}

impl State {
    /// Shows another dialogue.
    pub fn another(&mut self, by: isize, ctx: &Context) {
        let prepared = ctx.session.library().prepared();
        let count = prepared.map_or(1, |prepared| prepared.survey.dialogues.len().max(1));
        self.dialogue = (self.dialogue as isize + by).rem_euclid(count as isize) as usize;
    }
}

/// So many tokens are shown.
const MOST: usize = 400;

/// The page.
pub fn page(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    prepared: &Prepared,
    learned: &Vocabulary,
) {
    let (words, colours) = (ctx.words.tokens, ctx.look.colours());
    let dialogues = &prepared.survey.dialogues;
    state.dialogue = state.dialogue.min(dialogues.len().saturating_sub(1));
    let Some(dialogue) = dialogues.get(state.dialogue) else { return };
    ui.horizontal(|ui| {
        let place = [state.dialogue + 1, dialogues.len()].map(numbers::count);
        if icon_button(ui, &ctx.look, Icon::Left, words.previous, dialogues.len() > 1).clicked() {
            state.another(-1, ctx);
        }
        if icon_button(ui, &ctx.look, Icon::Right, words.next, dialogues.len() > 1).clicked() {
            state.another(1, ctx);
        }
        let text = fill(words.this_dialogue, &[&place[0], &place[1]]);
        paragraph(ui, &text, Type::Body, colours.text2);
    });
    // The model's own tokens if it has role tokens, for it is the one that will read them.
    let tokenizer = ctx.session.tokenizer().filter(|_| ctx.session.can_chat());
    let tokenizer = tokenizer.unwrap_or(learned.tokenizer());
    let encoded = match dialogue.turns.as_slice() {
        [only] if prepared.book.is_text => encode_text(tokenizer, &only.text),
        _ => encode_dialogue(tokenizer, dialogue),
    };
    let Ok(encoded) = encoded else {
        paragraph(ui, words.no_roles, Type::Read, colours.text1);
        return;
    };
    let ids = &encoded.ids[..encoded.ids.len().min(MOST)];
    ScrollArea::vertical().id_salt("template").auto_shrink(false).show(ui, |ui| {
        paragraph(ui, words.as_tokens, Type::Heading, colours.text1);
        chips(ui, ctx, tokenizer, ids);
        ui.add_space(14.0);
        paragraph(ui, words.as_stored, Type::Heading, colours.text1);
        let stored = tokenizer.decode(ids).unwrap_or_default();
        paragraph(ui, &stored, Type::Token, colours.text2);
        ui.add_space(14.0);
        paragraph(ui, words.role_tokens, Type::Heading, colours.text1);
        for (name, what) in [(USER, words.user_is), (BOT, words.bot_is), (END, words.end_is)] {
            if let Some(id) = tokenizer.id_of_special(name) {
                role(ui, ctx, tokenizer, id, what);
            }
        }
        ui.add_space(4.0);
        paragraph(ui, words.no_text_can, Type::Body, colours.text2);
    });
}

/// The tokens as chips, in as many lines as they need.
fn chips(ui: &mut Ui, ctx: &Context, tokenizer: &Tokenizer, ids: &[u32]) {
    let chip = Chip::NORMAL.times(ctx.look.scale);
    let pieces: Vec<Piece> =
        ids.iter().map(|&id| Piece::of(Some(tokenizer), id, ctx.words)).collect();
    let items: Vec<Item> = pieces
        .iter()
        .map(|piece| Item { width: chip_width(ui.painter(), chip, piece).round(), touches: false })
        .collect();
    let origin = ui.cursor().min + vec2(1.0, 2.0);
    let most = ui.available_width() - 12.0;
    let scale = ctx.look.scale;
    let rects = flow::flow(&items, origin, most, (24.0 * scale, 32.0 * scale));
    ui.allocate_space(vec2(most, flow::height(&rects, origin) + 8.0));
    for (number, ((piece, rect), id)) in pieces.iter().zip(&rects).zip(ids).enumerate() {
        let response = ui.interact(*rect, ui.scope_id().with(("chip", number)), Sense::hover());
        let state = if response.hovered() { ChipState::Hovered } else { ChipState::Rest };
        let edge = (Edge::Left(rect.left()), rect.center().y);
        chip_at(ui.painter(), &ctx.look, chip, piece, edge, rect.width(), state);
        response.widget_info(|| {
            let text = fill(ctx.words.tokens.token_is, &[&number, &piece.text, id]);
            WidgetInfo::labeled(Role::Label, true, text)
        });
        response.on_hover_text(format!("{}   {id}", piece.stored));
    }
}

/// A role token with what it means.
fn role(ui: &mut Ui, ctx: &Context, tokenizer: &Tokenizer, id: u32, what: &str) {
    let colours = ctx.look.colours();
    ui.horizontal(|ui| {
        let piece = Piece::of(Some(tokenizer), id, ctx.words);
        let (rect, _) = ui.allocate_exact_size(vec2(72.0, 26.0), Sense::hover());
        let place = Rect::from_min_max(rect.min, rect.max);
        let edge = (Edge::Left(place.left() + 1.0), place.center().y);
        chip_at(ui.painter(), &ctx.look, Chip::NORMAL, &piece, edge, 70.0, ChipState::Rest);
        paragraph(ui, &format!("{}   {id}", piece.stored), Type::NumberSmall, colours.text2);
        paragraph(ui, what, Type::Body, colours.text1);
    });
}
