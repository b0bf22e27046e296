//! What the candidate is, in words and numbers, and what came of many rolls.

use super::{Ask, State, chosen};
use crate::app::context::{Action, Context};
use crate::app::lesson::{Veil, veil};
use crate::app::numbers;
use crate::app::stations::chat::fact;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{
    ButtonKind, Chip, ChipState, Edge, bar, button, chip_at, paragraph, put,
};
use crate::app::words::fill;
use crate::decode::{Candidate, StageKind};
use crate::session::Sheet;
use egui::{Align2, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// What is likely.
const LIKELY: f64 = 0.25;
/// Candidates in the histogram.
const COUNTED: usize = 8;

/// The inspector of the Decode station.
pub fn inspector(ui: &mut Ui, ctx: &Context, _state: &State, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.decode, ctx.look.colours());
    if veil(ui.ctx()) != Veil::Nothing {
        paragraph(ui, ctx.words.lesson.covered, Type::Body, colours.text2);
        return;
    }
    let decoding = ctx.session.decoding();
    let both = decoding.sheet().zip(decoding.place().and_then(|node| node.outlook.as_ref()));
    let Some(((sheet, outlook), token)) = both.zip(chosen(ctx)) else {
        paragraph(ui, words.nothing_yet, Type::Heading, colours.text1);
        paragraph(ui, words.nothing_yet_more, Type::Body, colours.text2);
        return;
    };
    let piece = ctx.piece(token);
    let name = fill(words.candidate_is, &[&piece.text.trim_start_matches('\u{b7}')]);
    paragraph(ui, &name, Type::Small, colours.text3);
    paragraph(ui, headline(ctx, sheet, token), Type::Heading, colours.text1);
    ui.add_space(8.0);
    facts(ui, ctx, sheet, token);
    fact(ui, ctx, words.id, &token.to_string());
    let rank = numbers::count(outlook.rank(token));
    let all = numbers::count(outlook.logits.len());
    fact(ui, ctx, ctx.words.rank, &fill(ctx.words.n_of_m, &[&rank, &all]));
    let surprise = numbers::signed(-outlook.logprob(token) as f32);
    fact(ui, ctx, words.its_surprise, &fill(ctx.words.nats, &[&surprise]));
    ui.add_space(16.0);
    if sheet.counts.is_some() {
        histogram(ui, ctx, sheet, token);
        ui.add_space(16.0);
    }
    ui.spacing_mut().item_spacing = vec2(8.0, 8.0);
    let look = &ctx.look;
    ui.horizontal_wrapped(|ui| {
        if button(ui, look, ButtonKind::Main, None, words.roll_again, true).clicked() {
            actions.push(Action::Decode(Ask::RollAgain));
        }
        if button(ui, look, ButtonKind::Plain, None, words.roll_often, true).clicked() {
            actions.push(Action::Decode(Ask::RollOften));
        }
        if button(ui, look, ButtonKind::Plain, None, words.append, ctx.session.can_append())
            .clicked()
        {
            actions.push(Action::Decode(Ask::Append(token)));
        }
        let can_branch = ctx.session.can_append() && super::branch(ctx).is_some();
        if button(ui, look, ButtonKind::Plain, None, words.branch_here, can_branch).clicked() {
            actions.push(Action::Decode(Ask::Branch));
        }
        if button(ui, look, ButtonKind::Plain, None, ctx.words.open_in_model, true).clicked() {
            actions.push(Action::Decode(Ask::OpenInModel));
        }
    });
}

/// “Unlikely, and chosen”
fn headline(ctx: &Context, sheet: &Sheet, token: u32) -> &'static str {
    let words = ctx.words.decode;
    let wins = sheet.winner() == Some(token);
    let likely = sheet.funnel.last().probability(token) >= LIKELY;
    match (sheet.funnel.last().keeps(token), likely, wins) {
        (false, ..) => words.cannot_be_chosen,
        (_, true, true) => words.likely_chosen,
        (_, false, true) => words.unlikely_chosen,
        (_, true, false) => words.likely_missed,
        (_, false, false) => words.unlikely_missed,
    }
}

/// Its numbers, stage by stage.
fn facts(ui: &mut Ui, ctx: &Context, sheet: &Sheet, token: u32) {
    let words = ctx.words.decode;
    let raw = sheet.funnel.first();
    let logit = |logits: &[f32]| numbers::signed(logits[token as usize]);
    fact(ui, ctx, words.logit, &logit(&raw.logits));
    if let Some(stage) = sheet.stage(|kind| matches!(kind, StageKind::RepetitionPenalty(_))) {
        fact(ui, ctx, words.penalised, &logit(&stage.logits));
    }
    let probability = |p: f64| numbers::candidate(p);
    fact(ui, ctx, words.at_temperature_one, &probability(raw.probability(token)));
    fact(ui, ctx, words.after_temperature, &probability(sheet.uncut().probability(token)));
    let last = sheet.funnel.last();
    let left = if last.keeps(token) { probability(last.probability(token)) } else { "–".into() };
    fact(ui, ctx, words.after_cuts, &left);
}

/// How often the die fell on each candidate, beside how often it should.
fn histogram(ui: &mut Ui, ctx: &Context, sheet: &Sheet, token: u32) {
    let (words, colours) = (ctx.words.decode, ctx.look.colours());
    let Some(counts) = &sheet.counts else { return };
    let rolls = numbers::count(counts.rolls);
    paragraph(ui, &fill(words.rolled, &[&rolls]), Type::Label, colours.text1);
    let candidates = sheet.candidates.list.iter().zip(&counts.each).take(COUNTED);
    let most = candidates
        .clone()
        .map(|(candidate, &count)| {
            candidate.probability.max(count as f64 / counts.rolls.max(1) as f64)
        })
        .fold(1e-9, f64::max);
    for (candidate, &count) in candidates {
        let shares = [candidate.probability, count as f64 / counts.rolls.max(1) as f64];
        let shares = shares.map(|share| share / most);
        counted(ui, ctx, candidate, count, shares, candidate.token == token);
    }
    paragraph(ui, words.counted, Type::Small, colours.text3);
}

/// One candidate of the histogram: a bar for the count, a line where the probability is.
fn counted(
    ui: &mut Ui,
    ctx: &Context,
    candidate: &Candidate,
    count: usize,
    [expected, share]: [f64; 2],
    chosen: bool,
) {
    let colours = ctx.look.colours();
    let piece = ctx.piece(candidate.token);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    let y = rect.center().y;
    let state = if chosen { ChipState::Locked } else { ChipState::Rest };
    let edge = (Edge::Left(rect.left() + 1.0), y);
    chip_at(ui.painter(), &ctx.look, Chip::SMALL, &piece, edge, 76.0, state);
    let left = rect.left() + 84.0;
    let length = (rect.right() - 46.0 - left).max(10.0);
    let fill = colours.fill_of(Part::Probability);
    bar(ui.painter(), pos2(left, y), length, 8.0, share as f32, fill);
    let x = left + length * expected as f32;
    ui.painter().vline(x, y - 7.0..=y + 7.0, Stroke::new(2.0, colours.text1));
    let text = numbers::count(count);
    let font = Type::NumberSmall.font();
    put(ui.painter(), pos2(rect.right(), y), Align2::RIGHT_CENTER, &text, font, colours.text1);
    let probability = numbers::candidate(candidate.probability);
    let name = format!("{}: {text} ({probability})", piece.text);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, &name));
}
