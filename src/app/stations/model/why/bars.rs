//! The terms of the score, the largest first, and their sum.

use super::{State, THRESHOLDS, View};
use crate::app::context::{Action, Selection};
use crate::app::numbers;
use crate::app::stations::model::causes::part_name;
use crate::app::theme::{ColourMap, Type};
use crate::app::widgets::{put, scaled_paragraph, segmented, width};
use crate::app::words::fill;
use crate::interpret::Component;
use egui::{Align, Align2, Layout, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Paints the terms.
pub fn bars(ui: &mut Ui, view: &View, state: &mut State, actions: &mut Vec<Action>) {
    let (words, colours) = (&view.ctx.words.behind, view.ctx.look.colours());
    let reasons = view.reasons();
    ui.horizontal(|ui| {
        let title = fill(words.adds_up_to, &[&view.score_name(), &numbers::signed(reasons.score)]);
        scaled_paragraph(ui, &view.ctx.look, &title, Type::Heading, colours.text1);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let labels = [words.large, words.medium, words.small, words.all_of_them];
            if let Some(chosen) = segmented(ui, &view.ctx.look, &labels, state.threshold) {
                state.threshold = chosen;
            }
            let wide =
                width(ui.painter(), words.of_largest, Type::Small.scaled(view.ctx.look.scale));
            if wide < ui.available_width() {
                scaled_paragraph(ui, &view.ctx.look, words.of_largest, Type::Small, colours.text3);
            }
        });
    });
    if let (Some(predicted), Some(changed)) = (view.why.predicted, &view.why.changed) {
        let measured = changed.score - view.why.untouched.score;
        let sentence = fill(
            words.predicted_measured,
            &[&numbers::difference(predicted as f32), &numbers::difference(measured)],
        );
        scaled_paragraph(ui, &view.ctx.look, &sentence, Type::Body, colours.text1);
    }
    ui.add_space(4.0);
    let mut parts = reasons.parts.clone();
    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let largest = parts.first().map_or(0.0, |(_, value)| value.abs());
    let least = THRESHOLDS[state.threshold.min(THRESHOLDS.len() - 1)] * largest;
    let end = largest.max(f64::from(reasons.score.abs())).max(1e-6);
    let (shown, hidden): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|(_, value)| value.abs() >= least);
    for (part, value) in shown {
        let chosen = view.ctx.locked.component() == Some(part);
        let name = part_name(view.ctx, part);
        if term(ui, view, &name, value, end, chosen) {
            let locked = Selection {
                position: Some(view.row),
                candidate: Some(view.candidates.token),
                rival: view.candidates.rival,
                ..view.ctx.locked
            };
            let part = Some(part).filter(|part| part.can_be_scaled() && *part != Component::Tokens);
            actions.push(Action::Lock(locked.with(part)));
        }
    }
    if !hidden.is_empty() {
        let sum: f64 = hidden.iter().map(|(_, value)| value).sum();
        let name = fill(words.smaller_ones, &[&hidden.len()]);
        term(ui, view, &name, sum, end, false);
    }
    term(ui, view, words.sum, f64::from(reasons.score), end, true);
}

/// One term; returns whether it was clicked.
fn term(ui: &mut Ui, view: &View, name: &str, value: f64, end: f64, strong: bool) -> bool {
    let (colours, s) = (view.ctx.look.colours(), view.ctx.look.scale);
    let size = vec2(ui.available_width(), 22.0 * s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let text = numbers::difference(value as f32);
    let said = format!("{name}: {text}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, 6.0, colours.hover);
    }
    let y = rect.center().y;
    let kind = if strong { Type::Strong } else { Type::Body };
    let at = pos2(rect.left() + 4.0, y);
    let clip = painter
        .with_clip_rect(Rect::from_min_max(rect.min, pos2(rect.left() + 196.0 * s, rect.bottom())));
    put(&clip, at, Align2::LEFT_CENTER, name, kind.scaled(s), colours.text1);
    let (left, right) = (rect.left() + 204.0 * s, rect.right() - 72.0 * s);
    let zero = (left + right) / 2.0;
    painter.vline(zero.round(), rect.y_range(), Stroke::new(1.0, colours.line2));
    let share = (value / end) as f32;
    let x = zero + (right - left) / 2.0 * share.clamp(-1.0, 1.0);
    let wide = (x - zero).abs().max(2.0);
    let from = if share < 0.0 { zero - wide } else { zero };
    let bar = Rect::from_min_size(pos2(from, y - 4.0 * s), vec2(wide, 8.0 * s));
    painter.rect_filled(bar, 2.0, view.ctx.look.map(ColourMap::Signed, 0.75_f32.copysign(share)));
    let font = if strong { Type::NumberStrong } else { Type::Number }.scaled(s);
    put(painter, pos2(rect.right() - 4.0, y), Align2::RIGHT_CENTER, &text, font, colours.text1);
    crate::app::widgets::focus_ring(ui, &view.ctx.look, rect, 6.0, &response);
    response.clicked()
}
