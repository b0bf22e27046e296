//! The merge that is shown, the vocabulary so far, and whether data, pieces and model belong together.

use super::{State, View, done, piece};
use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::stations::chat::fact;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{
    ButtonKind, CardKind, Chip, ChipState, Edge, button, card, chip_at, paragraph, put,
};
use crate::app::words::fill;
use crate::session::library::{Bond, Request, SIZES, Vocabulary};
use crate::text::Tokenizer;
use crate::text::template::{BOT, END, USER};
use egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// The inspector of the Tokens station.
pub fn inspector(ui: &mut Ui, ctx: &Context, state: &State, actions: &mut Vec<Action>) {
    let Some(learned) = ctx.session.library().vocabulary() else { return };
    if state.view == View::Learn {
        merge(ui, ctx, state, learned);
        ui.add_space(12.0);
    }
    so_far(ui, ctx, state, learned);
    ui.add_space(12.0);
    size(ui, ctx, learned, actions);
    ui.add_space(12.0);
    roles(ui, ctx, learned);
    ui.add_space(12.0);
    belongs(ui, ctx, learned, actions);
}

/// What the merge that was done last has made.
fn merge(ui: &mut Ui, ctx: &Context, state: &State, learned: &Vocabulary) {
    let (words, colours) = (ctx.words.tokens, ctx.look.colours());
    let (at, _) = done(ctx, state);
    let Some((number, merge)) =
        at.checked_sub(1).and_then(|n| Some((n, *learned.merges().get(n)?)))
    else {
        paragraph(ui, words.only_bytes, Type::Heading, colours.text1);
        paragraph(ui, words.no_merges, Type::Body, colours.text2);
        return;
    };
    paragraph(ui, &fill(words.merge_n, &[&at]), Type::Small, colours.text3);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 40.0), Sense::hover());
    let chip = Chip { height: 32.0, font: Type::TokenLarge, scale: 1.0 };
    let shown = piece(ctx, learned, merge.token);
    let edge = (Edge::Left(rect.left() + 1.0), rect.center().y);
    chip_at(ui.painter(), &ctx.look, chip, &shown, edge, rect.width() - 2.0, ChipState::Locked);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &shown.text));
    let [left, right] = [merge.pair.0, merge.pair.1].map(|id| piece(ctx, learned, id).text);
    let bytes = learned.tokenizer().piece_bytes(merge.token).unwrap_or_default();
    let mut hex: Vec<String> = bytes.iter().take(8).map(|byte| format!("{byte:02X}")).collect();
    if bytes.len() > 8 {
        hex.push("…".into());
    }
    fact(ui, ctx, words.id, &merge.token.to_string());
    fact(ui, ctx, words.bytes, &hex.join(" "));
    fact(ui, ctx, words.made_of, &format!("{left} + {right}"));
    fact(ui, ctx, words.times_in_data, &numbers::count(merge.count.unwrap_or(0) as usize));
    fact(ui, ctx, words.pieces_saved, &numbers::count(learned.saved(number) as usize));
}

/// A bar: the bytes, the roles, the merges that are done, and those to come.
fn so_far(ui: &mut Ui, ctx: &Context, state: &State, learned: &Vocabulary) {
    let (words, colours) = (ctx.words.tokens, ctx.look.colours());
    paragraph(ui, words.vocabulary_so_far, Type::Strong, colours.text1);
    let (at, steps) = done(ctx, state);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 12.0), Sense::hover());
    let roles = learned.tokenizer().specials().len();
    let all = (256 + roles + steps).max(1) as f32;
    let mut left = rect.left();
    let mut stretch = |count: usize, colour: egui::Color32| {
        let wide = rect.width() * count as f32 / all;
        let part = Rect::from_min_size(pos2(left, rect.top()), vec2(wide, rect.height()));
        ui.painter().rect_filled(part, 2.0, colour);
        left += wide;
    };
    stretch(256, colours.line2);
    stretch(roles, colours.fill_of(Part::Bot));
    stretch(at, colours.text1);
    let rest = rect.with_min_x(left);
    ui.painter().rect_stroke(rest, 2.0, Stroke::new(1.0, colours.line1), StrokeKind::Inside);
    let merges = fill(words.roles_merges, &[&at]);
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Meter,
            true,
            format!("{}: {}, {merges}", words.vocabulary_so_far, words.n_bytes),
        )
    });
    let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), 16.0), Sense::hover());
    let (y, font) = (line.center().y, Type::Small.font());
    put(
        ui.painter(),
        pos2(line.left(), y),
        Align2::LEFT_CENTER,
        words.n_bytes,
        font.clone(),
        colours.text2,
    );
    put(ui.painter(), pos2(line.right(), y), Align2::RIGHT_CENTER, &merges, font, colours.text2);
}

/// How large the vocabulary is to be.
fn size(ui: &mut Ui, ctx: &Context, learned: &Vocabulary, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.tokens, ctx.look.colours());
    let library = ctx.session.library();
    let now = library.vocabulary_size();
    paragraph(ui, words.size, Type::Strong, colours.text1);
    let label = numbers::count(now);
    let response = button(ui, &ctx.look, ButtonKind::Plain, None, &label, true);
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Button, true, format!("{}: {label}", words.size))
    });
    let models = ctx.session.tokenizer().map(Tokenizer::vocabulary_size);
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(180.0);
        if let Some(size) = models {
            let label = fill(words.model_size, &[&numbers::count(size)]);
            if ui.selectable_label(now == size, label).clicked() {
                actions.push(Action::Data(Request::Learn(Some(size))));
            }
        }
        for size in SIZES.into_iter().filter(|size| Some(*size) != models) {
            if ui.selectable_label(now == size, numbers::count(size)).clicked() {
                actions.push(Action::Data(Request::Learn(Some(size))));
            }
        }
    });
    let reached = learned.tokenizer().vocabulary_size();
    if reached < learned.size {
        let text = fill(words.fewer, &[&numbers::count(reached)]);
        paragraph(ui, &text, Type::Small, colours.text2);
    }
}

/// The role tokens with their ids.
fn roles(ui: &mut Ui, ctx: &Context, learned: &Vocabulary) {
    let (words, colours) = (ctx.words.tokens, ctx.look.colours());
    paragraph(ui, words.role_tokens, Type::Strong, colours.text1);
    paragraph(ui, words.role_tokens_are, Type::Small, colours.text2);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 46.0), Sense::hover());
    let mut left = rect.left() + 1.0;
    for name in [USER, BOT, END] {
        let Some(id) = learned.tokenizer().id_of_special(name) else { continue };
        let shown = piece(ctx, learned, id);
        let edge = (Edge::Left(left), rect.top() + 13.0);
        let drawn =
            chip_at(ui.painter(), &ctx.look, Chip::NORMAL, &shown, edge, 90.0, ChipState::Rest);
        let at = pos2(drawn.center().x, rect.top() + 36.0);
        let font = Type::NumberTiny.font();
        put(ui.painter(), at, Align2::CENTER_CENTER, &id.to_string(), font, colours.text2);
        let response = ui.interact(drawn, ui.scope_id().with(name), Sense::hover());
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Label, true, format!("{}: {id}", shown.text))
        });
        response.on_hover_text(&shown.stored);
        left = drawn.right() + 6.0;
    }
}

/// How data, pieces and model stand to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fit {
    /// The data has changed since the pieces were learned.
    Changed,
    /// The model learned from other data.
    Other(Vec<String>),
    /// The model was built for so many pieces.
    Size(usize),
    /// As many, but not the same.
    NotSame,
    Same,
    /// There is no model, or none that says.
    Unknown,
}

fn fit(ctx: &Context, learned: &Vocabulary) -> Fit {
    let library = ctx.session.library();
    if library.prepared().is_some_and(|prepared| !learned.is_of(prepared)) {
        return Fit::Changed;
    }
    let Some(tokenizer) = ctx.session.tokenizer() else { return Fit::Unknown };
    if let Bond::Other(names) = library.bond() {
        return Fit::Other(names);
    }
    let (theirs, here) = (tokenizer.vocabulary_size(), learned.tokenizer().vocabulary_size());
    let pairs = |tokenizer: &Tokenizer| {
        tokenizer.merges().iter().map(|merge| merge.pair).collect::<Vec<_>>()
    };
    match () {
        () if theirs != here => Fit::Size(theirs),
        () if pairs(tokenizer) != pairs(learned.tokenizer()) => Fit::NotSame,
        () => Fit::Same,
    }
}

fn belongs(ui: &mut Ui, ctx: &Context, learned: &Vocabulary, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.tokens, ctx.look.colours());
    let warn = |ui: &mut Ui, what: &str, more: &str| {
        card(ui, &ctx.look, CardKind::Warning, what, more);
    };
    match fit(ctx, learned) {
        Fit::Changed => {
            warn(ui, words.changed, words.changed_more);
            if button(ui, &ctx.look, ButtonKind::Plain, None, words.learn_again, true).clicked() {
                actions.push(Action::Data(Request::Learn(None)));
            }
        }
        Fit::Other(names) => {
            let more = fill(words.other_pieces_more, &[&names.join(", ")]);
            warn(ui, words.other_pieces, &more);
        }
        Fit::Size(theirs) => {
            let here = numbers::count(learned.tokenizer().vocabulary_size());
            let what = fill(words.other_size, &[&numbers::count(theirs)]);
            warn(ui, &what, &fill(words.other_size_more, &[&here]));
        }
        Fit::NotSame => {
            paragraph(ui, words.not_same, Type::Small, colours.text2);
            paragraph(ui, words.not_same_more, Type::Small, colours.text3);
        }
        Fit::Same => {
            paragraph(ui, words.same_pieces, Type::Small, colours.text2);
        }
        Fit::Unknown => {}
    }
}

/// What to warn of at the station's name: the pieces are of other data by now.
pub fn warning(ctx: &Context) -> Option<String> {
    let learned = ctx.session.library().vocabulary()?;
    let prepared = ctx.session.library().prepared()?;
    (!learned.is_of(prepared)).then(|| ctx.words.tokens.changed.to_string())
}
