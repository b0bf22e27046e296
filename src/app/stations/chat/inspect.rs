//! What the chosen token is, in words and numbers.

use super::State;
use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{
    ButtonKind, Chip, ChipState, Edge, bar, button, chip_at, paragraph, put,
};
use crate::app::words::fill;
use crate::decode::{Choice, SampleStep, log_sum_exp};
use crate::interpret::top_tokens;
use egui::{Align2, Sense, Ui, pos2, vec2};

/// The inspector of the Chat station.
pub fn inspector(ui: &mut Ui, ctx: &Context, state: &State, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words, ctx.look.colours());
    let conversation = ctx.session.conversation();
    let step = state.selected.and_then(|(node, token)| {
        Some((node, token, conversation.node(node)?.written.as_ref()?.steps.get(token)?))
    });
    let Some((node, token, step)) = step else {
        paragraph(ui, words.nothing_locked, Type::Heading, colours.text1);
        paragraph(ui, words.nothing_locked_chat, Type::Body, colours.text2);
        return;
    };
    let replies = conversation
        .path()
        .into_iter()
        .filter(|&at| conversation.node(at).is_some_and(|n| n.written.is_some()));
    let reply = replies.take_while(|&at| at != node).count() + 1;
    paragraph(ui, &fill(words.reply_token, &[&reply, &(token + 1)]), Type::Small, colours.text3);
    headline(ui, ctx, step);
    ui.add_space(8.0);
    facts(ui, ctx, step);
    ui.add_space(12.0);
    paragraph(ui, words.could_have_come, Type::Label, colours.text1);
    for (id, probability) in most_probable(&step.logits, 8) {
        candidate_row(ui, ctx, id, probability, id == step.token);
    }
    ui.add_space(12.0);
    if button(ui, &ctx.look, ButtonKind::Plain, None, words.open_in_model, true).clicked() {
        actions.push(Action::OpenInModel { node, step: token });
    }
    if button(ui, &ctx.look, ButtonKind::Plain, None, words.decode.open_in_decode, true).clicked() {
        actions.push(Action::OpenInDecode { node, step: token });
    }
}

fn headline(ui: &mut Ui, ctx: &Context, step: &SampleStep) {
    let piece = ctx.piece(step.token);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 36.0), Sense::hover());
    let chip = Chip { height: 28.0, font: Type::TokenLarge, scale: 1.0 };
    let place = (rect.left() + 1.0, rect.center().y);
    let drawn = chip_at(
        ui.painter(),
        &ctx.look,
        chip,
        &piece,
        (Edge::Left(place.0), place.1),
        190.0,
        ChipState::Locked,
    );
    let probability = numbers::probability(step.logprob.exp() as f32);
    let at = pos2(drawn.right() + 12.0, rect.center().y);
    put(
        ui.painter(),
        at,
        Align2::LEFT_CENTER,
        &probability,
        Type::NumberHuge.font(),
        ctx.look.colours().text1,
    );
    let name = format!("{} {probability}", piece.stored);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &name));
}

fn facts(ui: &mut Ui, ctx: &Context, step: &SampleStep) {
    let words = ctx.words;
    let own = step.logits[step.token as usize];
    let rank = step.logits.iter().filter(|&&logit| logit > own).count() + 1;
    let drawn = match step.choice {
        Choice::MostProbable => words.most_probable.to_string(),
        Choice::Drawn { u } => fill(words.drawn_u, &[&numbers::candidate(u)]),
        Choice::Forced => words.put_by_hand.to_string(),
    };
    let surprise = format!("{:.2}", -step.logprob);
    let rows = [
        (words.rank, fill(words.n_of_m, &[&rank, &numbers::count(step.logits.len())])),
        (words.surprise, fill(words.nats, &[&surprise])),
        (words.drawn_by, drawn),
        (words.position, step.position.to_string()),
    ];
    rows.iter().for_each(|(name, value)| fact(ui, ctx, name, value));
}

/// A name at the left and its value at the right.
pub fn fact(ui: &mut Ui, ctx: &Context, name: &str, value: &str) {
    let colours = ctx.look.colours();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let y = rect.center().y;
    put(
        ui.painter(),
        pos2(rect.left(), y),
        Align2::LEFT_CENTER,
        name,
        Type::Body.font(),
        colours.text2,
    );
    put(
        ui.painter(),
        pos2(rect.right(), y),
        Align2::RIGHT_CENTER,
        value,
        Type::NumberSmall.font(),
        colours.text1,
    );
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{name}: {value}"))
    });
}

/// The most probable tokens of unfiltered logits, with their probabilities.
pub fn most_probable(logits: &[f32], count: usize) -> Vec<(u32, f32)> {
    let sum = log_sum_exp(logits);
    let probability = |token: u32| (f64::from(logits[token as usize]) - sum).exp() as f32;
    top_tokens(logits, count).into_iter().map(|token| (token, probability(token))).collect()
}

/// A candidate with its bar and its probability.
pub fn candidate_row(ui: &mut Ui, ctx: &Context, token: u32, probability: f32, chosen: bool) {
    let colours = ctx.look.colours();
    let piece = ctx.piece(token);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    let y = rect.center().y;
    let state = if chosen { ChipState::Locked } else { ChipState::Rest };
    chip_at(
        ui.painter(),
        &ctx.look,
        Chip::SMALL,
        &piece,
        (Edge::Left(rect.left() + 1.0), y),
        82.0,
        state,
    );
    let left = rect.left() + 90.0;
    let length = (rect.right() - 44.0 - left).max(10.0);
    bar(ui.painter(), pos2(left, y), length, 8.0, probability, colours.fill_of(Part::Probability));
    let text = numbers::probability(probability);
    let ink = if chosen { colours.text1 } else { colours.text2 };
    put(
        ui.painter(),
        pos2(rect.right(), y),
        Align2::RIGHT_CENTER,
        &text,
        Type::NumberSmall.font(),
        ink,
    );
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{} {text}", piece.text))
    });
    response.on_hover_text(format!("{}   {token}", piece.stored));
}
