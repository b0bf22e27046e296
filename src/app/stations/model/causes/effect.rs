//! In the inspector: the switch of the locked part, and what the changes do to the locked row.

use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{
    ButtonKind, Chip, ChipState, Edge, Icon, button, chip_at, paragraph, put, segmented,
};
use crate::app::words::fill;
use crate::interpret::{Component, Standing, top_tokens};
use crate::session::engine::{Content, Question};
use egui::{Align2, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Strengths that a part can be given with one click.
const STRENGTHS: [(&str, f32); 5] =
    [("0", 0.0), ("\u{bd}", 0.5), ("1", 1.0), ("2", 2.0), ("\u{2212}1", -1.0)];
/// Tokens whose probability is followed, of each pass.
const FOLLOWED: usize = 3;

/// The buttons of the locked part: open it, switch it off, make it stronger or weaker.
pub fn switch(ui: &mut Ui, ctx: &Context, actions: &mut Vec<Action>) {
    let words = &ctx.words.behind;
    let Some(part) = ctx.locked.component() else { return };
    let by = ctx.session.scale_of(part);
    ui.horizontal_wrapped(|ui| {
        let label = if by == 0.0 { words.switch_on } else { words.switch_off };
        if button(ui, &ctx.look, ButtonKind::Plain, Some(Icon::Eye), label, true).clicked() {
            actions.push(Action::SwitchLocked);
        }
        if let Component::Head { block, head } = part {
            let label = ctx.words.open_head;
            if button(ui, &ctx.look, ButtonKind::Plain, None, label, true).clicked() {
                actions.push(Action::ShowHead { block, head });
            }
        }
    });
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        paragraph(ui, words.scale_it, Type::Small, ctx.look.colours().text2);
        let labels = STRENGTHS.map(|(label, _)| label);
        let current = STRENGTHS.iter().position(|(_, strength)| *strength == by);
        let chosen = segmented(ui, &ctx.look, &labels, current.unwrap_or(usize::MAX));
        if let Some((_, strength)) = chosen.and_then(|chosen| STRENGTHS.get(chosen)) {
            actions.push(Action::Scale(part, *strength));
        }
    });
}

/// What the changes do to a row's prediction, and to what is written next.
pub fn effect(ui: &mut Ui, ctx: &Context, row: usize, actions: &mut Vec<Action>) {
    let (words, colours) = (&ctx.words.behind, ctx.look.colours());
    let Some(altered) = ctx.session.altered() else { return };
    let (before, after) = (altered.base.reading.logits(row), altered.sight.reading.logits(row));
    if before.is_empty() || after.is_empty() {
        return;
    }
    paragraph(ui, words.what_changes, Type::Label, colours.text1);
    let mut tokens = top_tokens(before, FOLLOWED);
    for token in top_tokens(after, FOLLOWED).into_iter().chain(ctx.locked.candidate) {
        if !tokens.contains(&token) {
            tokens.push(token);
        }
    }
    for token in tokens {
        let [before, after] = [before, after].map(|logits| Standing::of(logits, token).probability);
        dumbbell(ui, ctx, token, before, after);
    }
    ui.add_space(8.0);
    replies(ui, ctx, actions);
    ui.add_space(12.0);
}

/// A token's probability before (hollow) and after (filled).
fn dumbbell(ui: &mut Ui, ctx: &Context, token: u32, before: f32, after: f32) {
    let colours = ctx.look.colours();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    let (y, painter) = (rect.center().y, ui.painter());
    let piece = ctx.piece(token);
    let edge = (Edge::Left(rect.left() + 1.0), y);
    chip_at(painter, &ctx.look, Chip::SMALL, &piece, edge, 72.0, ChipState::Rest);
    let (left, right) = (rect.left() + 84.0, rect.right() - 92.0);
    let x = |share: f32| left + (right - left) * share.clamp(0.0, 1.0);
    painter.hline(left..=right, y, Stroke::new(1.0, colours.line1));
    let fill_colour = colours.fill_of(Part::Probability);
    painter.hline(x(before.min(after))..=x(before.max(after)), y, Stroke::new(4.0, fill_colour));
    painter.circle(pos2(x(before), y), 4.0, colours.panel, Stroke::new(1.5, colours.text2));
    painter.circle(pos2(x(after), y), 4.5, fill_colour, Stroke::new(1.0, colours.text1));
    let [old, new] = [before, after].map(numbers::probability);
    let font = Type::NumberSmall.font();
    let at = pos2(rect.right(), y);
    let new_place = put(painter, at, Align2::RIGHT_CENTER, &new, font.clone(), colours.text1);
    let at = pos2(new_place.left() - 4.0, y);
    let arrow = put(painter, at, Align2::RIGHT_CENTER, "\u{2192}", font.clone(), colours.text3);
    let at = pos2(arrow.left() - 4.0, y);
    put(painter, at, Align2::RIGHT_CENTER, &old, font, colours.text3);
    let name = fill(ctx.words.behind.before_after, &[&piece.text, &old, &new]);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
}

/// The texts that the untouched and the changed model write.
fn replies(ui: &mut Ui, ctx: &Context, actions: &mut Vec<Action>) {
    let (words, colours) = (&ctx.words.behind, ctx.look.colours());
    paragraph(ui, words.how_it_goes_on, Type::Label, colours.text1);
    let Some(answer) = ctx.session.answer(&Question::Replies) else {
        actions.push(Action::Ask(Question::Replies));
        paragraph(ui, "\u{2026}", Type::Body, colours.text3);
        return;
    };
    let Content::Replies(replies) = &answer.content else { return };
    let text = |ids: &[u32]| {
        let text = ctx.session.tokenizer().and_then(|tokenizer| tokenizer.decode_visibly(ids).ok());
        let text = text.unwrap_or_else(|| ids.iter().map(|id| ctx.piece(*id).text).collect());
        if text.trim().is_empty() { words.writes_nothing.to_string() } else { text.trim().into() }
    };
    paragraph(ui, words.untouched, Type::Caption, colours.text3);
    paragraph(ui, &text(&replies.untouched), Type::Body, colours.text2);
    ui.add_space(4.0);
    paragraph(ui, words.changed, Type::Caption, colours.text3);
    if replies.untouched == replies.changed {
        paragraph(ui, words.same_reply, Type::Body, colours.text1);
    } else {
        paragraph(ui, &text(&replies.changed), Type::Body, colours.text1);
    }
}
