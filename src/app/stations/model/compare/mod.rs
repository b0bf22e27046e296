//! Two texts side by side, row by row; where their streams differ; and what happens when one row of
//! one stream is taken from the other text.

mod grid;

use crate::app::context::{Action, Context, Selection};
use crate::app::numbers;
use crate::app::stations::prompt::Prompt;
use crate::app::theme::{ColourMap, Type, on};
use crate::app::widgets::{
    ButtonKind, Chip, ChipState, Edge, Icon, button, chip_at, focus_ring, put, scaled_paragraph,
    segmented,
};
use crate::app::words::fill;
use crate::interpret::{Candidates, top_tokens};
use crate::session::engine::{Sight, Source};
use crate::session::shipped_models;
use egui::{
    Align2, Rect, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo,
    pos2, vec2,
};
use std::path::PathBuf;

/// What the view remembers.
#[derive(Debug)]
pub struct State {
    /// The second text, as it is typed.
    pub second: Prompt,
    /// Whether the grid shows what patches do, rather than how much the streams differ.
    patches: bool,
}

impl Default for State {
    fn default() -> Self {
        Self { second: Prompt::default(), patches: true }
    }
}

/// The height of a row, and the width of one text's column.
const ROW: f32 = 28.0;
const COLUMN: f32 = 196.0;
const LEAST_COLUMN: f32 = 176.0;

/// What is painted, with everything it needs.
struct View<'a> {
    ctx: &'a Context<'a>,
    /// The text that is looked at, untouched, and the other.
    first: &'a Sight,
    second: &'a Sight,
    /// The first with what is changed in the model, if anything is and it is shown.
    seen: &'a Sight,
    /// The row whose prediction is watched.
    row: usize,
    candidates: Candidates,
    /// Points for each text.
    column: f32,
}

/// Paints the view.
pub fn compare(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    (seen, rows): (&Sight, usize),
    actions: &mut Vec<Action>,
) {
    let (words, colours) = (&ctx.words.behind, ctx.look.colours());
    field(ui, ctx, state, actions);
    let Some(first) = ctx.session.sight() else { return };
    let Some(second) = ctx.session.beside() else {
        ui.add_space(12.0);
        scaled_paragraph(ui, &ctx.look, words.write_second, Type::Read, colours.text2);
        return;
    };
    let row = ctx.locked.position.unwrap_or(usize::MAX).min(rows.max(1) - 1);
    let Some(candidates) = candidates(ctx, first, second, row) else { return };
    let (s, layers) = (ctx.look.scale, first.reading.config.layers);
    let room = (ui.available_width() - 40.0 * s - grid::width(layers, s)) / 2.0;
    let column = room.clamp(LEAST_COLUMN * s, COLUMN * s);
    let view = View { ctx, first, second, seen, row, candidates, column };
    // Streams of other widths or depths cannot be laid side by side.
    let [a, b] = [first, second].map(|sight| &sight.reading.config);
    let same_shape = (a.width, a.layers, a.vocabulary) == (b.width, b.layers, b.vocabulary);
    ui.horizontal(|ui| {
        let labels = [words.differences, words.patches];
        if let Some(chosen) = segmented(ui, &ctx.look, &labels, usize::from(state.patches)) {
            state.patches = chosen == 1;
        }
        let note = if state.patches { words.patches_note } else { words.differences_note };
        scaled_paragraph(ui, &ctx.look, note, Type::Small, colours.text2);
    });
    ui.add_space(6.0);
    ScrollArea::both().auto_shrink(false).show(ui, |ui| {
        let count = first.reading.positions().max(second.reading.positions());
        let wide = 2.0 * view.column + 40.0 * s + grid::width(layers, s);
        let size = vec2(wide, (ROW * count as f32 + 30.0) * s);
        let (place, _) = ui.allocate_exact_size(size, Sense::hover());
        view.heads(ui, place);
        for at in 0..count {
            view.line(ui, place, at, actions);
        }
        let corner = pos2(place.left() + 2.0 * view.column + 40.0 * s, place.top());
        if same_shape {
            grid::grid(ui, &view, corner, state.patches, actions);
        }
    });
}

/// The field of the second text.
fn field(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let colours = ctx.look.colours();
    ui.horizontal(|ui| {
        let wide = (ui.available_width() - 130.0).clamp(120.0, 560.0);
        let edit = TextEdit::singleline(&mut state.second.text)
            .hint_text(ctx.words.behind.second_text)
            .font(Type::Token.scaled(ctx.look.scale))
            .desired_width(wide)
            .margin(vec2(12.0, 6.0));
        let mut changed = ui.add(edit).changed();
        if ctx.session.can_chat() {
            let label =
                RichText::new(ctx.words.as_chat).font(Type::Label.font()).color(colours.text2);
            changed |= ui.checkbox(&mut state.second.as_chat, label).changed();
        }
        if changed {
            let (text, as_chat) = state.second.typed();
            actions.push(Action::ReadBeside { text, as_chat });
        }
    });
    other_model(ui, ctx, state, actions);
    ui.add_space(4.0);
}

/// The other way: the same text, read by another model.
fn other_model(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let words = &ctx.words.behind;
        let look = &ctx.look;
        let response =
            button(ui, look, ButtonKind::Quiet, Some(Icon::Down), words.other_model, true);
        egui::Popup::menu(&response).show(|ui| {
            ui.set_min_width(200.0);
            let own = ctx.session.opened().map(|opened| opened.name.as_str());
            for name in shipped_models().filter(|name| Some(*name) != own) {
                if ui.button(name).clicked() {
                    state.second.text.clear();
                    actions.push(Action::ReadWith(Source::Named(PathBuf::from(name))));
                }
            }
            ui.separator();
            if ui.button(ctx.words.open_folder).clicked() {
                state.second.text.clear();
                actions.push(Action::ChooseFolderBeside);
            }
        });
    });
}

/// What is locked, or else what the first text predicts, against what the second does.
fn candidates(ctx: &Context, first: &Sight, second: &Sight, row: usize) -> Option<Candidates> {
    let best =
        |sight: &Sight, row: usize| top_tokens(sight.reading.logits(row), 1).first().copied();
    let token = ctx.locked.candidate.or(best(first, row))?;
    let other = best(second, row.min(second.reading.positions() - 1));
    let rival = ctx.locked.rival.or(other).filter(|rival| *rival != token);
    Some(Candidates { token, rival })
}

impl View<'_> {
    fn heads(&self, ui: &Ui, place: Rect) {
        let (words, s) = (&self.ctx.words.behind, self.ctx.look.scale);
        let colours = self.ctx.look.colours();
        let names = [self.first, self.second].map(|sight| sight.model.name.as_str());
        let two_models = names[0] != names[1];
        let titles = if two_models { names } else { [words.this_text, words.other_text] };
        for (column, title) in titles.into_iter().enumerate() {
            let x = place.left() + 36.0 * s + column as f32 * self.column;
            let at = pos2(x, place.top() + 12.0 * s);
            let font = Type::Label.scaled(s);
            put(ui.painter(), at, Align2::LEFT_CENTER, title, font, colours.text1);
        }
    }

    /// One row of both texts.
    fn line(&self, ui: &Ui, place: Rect, at: usize, actions: &mut Vec<Action>) {
        let (ctx, colours, s) = (self.ctx, self.ctx.look.colours(), self.ctx.look.scale);
        let top = place.top() + (30.0 + ROW * at as f32) * s;
        let wide = 2.0 * self.column + 28.0 * s;
        let rect = Rect::from_min_size(pos2(place.left(), top), vec2(wide, ROW * s));
        if !ui.is_rect_visible(rect) {
            return;
        }
        let response = ui.interact(rect, ui.scope_id().with(("line", at)), Sense::click());
        let name = fill(ctx.words.position_n, &[&at]);
        let chosen = at == self.row;
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &name));
        let painter = ui.painter();
        if response.hovered() {
            painter.rect_filled(rect, 6.0, colours.hover);
        }
        let y = rect.center().y;
        let ink = if chosen { colours.text1 } else { colours.text3 };
        let kind = if chosen { Type::NumberStrong } else { Type::NumberSmall };
        let numeral = pos2(place.left() + 24.0 * s, y);
        put(painter, numeral, Align2::RIGHT_CENTER, &at.to_string(), kind.scaled(s), ink);
        let tokens = [self.first, self.second].map(|sight| sight.reading.ids.get(at).copied());
        for (column, (sight, token)) in
            [self.first, self.second].into_iter().zip(tokens).enumerate()
        {
            let Some(token) = token else { continue };
            let x = place.left() + 36.0 * s + column as f32 * self.column;
            let state = match (chosen && column == 0, tokens[0] == tokens[1]) {
                (true, _) => ChipState::Locked,
                (_, true) => ChipState::Rest,
                (_, false) => ChipState::Source(colours.text1),
            };
            let piece = ctx.piece(token);
            let chip = Chip::ROW.times(s);
            chip_at(painter, &ctx.look, chip, &piece, (Edge::Left(x), y), 76.0 * s, state);
            let guesses = if column == 0 { self.seen } else { sight };
            self.guess(painter, guesses, at, pos2(x + 82.0 * s, y));
        }
        focus_ring(ui, &ctx.look, rect, 6.0, &response);
        if response.clicked() {
            let locked =
                Selection { position: Some(at), candidate: None, rival: None, ..ctx.locked };
            actions.push(Action::Lock(locked));
        }
    }

    /// What a text predicts after a row.
    fn guess(&self, painter: &egui::Painter, sight: &Sight, row: usize, at: egui::Pos2) {
        let (colours, s) = (self.ctx.look.colours(), self.ctx.look.scale);
        let Some(guess) = sight.lens.guess(sight.lens.depths() - 1, row) else { return };
        let rect = Rect::from_min_size(pos2(at.x, at.y - 10.0 * s), vec2(58.0, 20.0) * s);
        let ground = self.ctx.look.map(ColourMap::Probability, guess.probability);
        let line = if self.ctx.look.dark { Stroke::NONE } else { Stroke::new(1.0, colours.line1) };
        painter.rect(rect, 4.0, ground, line, StrokeKind::Inside);
        let text = self.ctx.piece(guess.token).text;
        let text = text.trim_start_matches('\u{b7}');
        let inside = painter.with_clip_rect(rect.shrink(2.0).intersect(painter.clip_rect()));
        let font = Type::TokenSmall.scaled(s);
        put(&inside, rect.center(), Align2::CENTER_CENTER, text, font, on(ground));
        let number = numbers::probability(guess.probability);
        let font = Type::NumberTiny.scaled(s);
        let at = pos2(rect.right() + 5.0 * s, at.y);
        put(painter, at, Align2::LEFT_CENTER, &number, font, colours.text2);
    }
}
