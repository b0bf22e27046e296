//! Two lines of chips: the candidate, and the rival that it is compared with.

use crate::app::context::{Action, Context, Selection};
use crate::app::theme::Type;
use crate::app::widgets::{Chip, ChipState, Edge, chip_at, chip_width, focus_ring, put, width};
use crate::app::words::fill;
use crate::interpret::{Candidates, Standing, top_tokens};
use crate::session::engine::Sight;
use egui::{Align2, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// Tokens that are offered.
const OFFERED: usize = 7;

/// Paints both lines.
pub fn pick(
    ui: &mut Ui,
    ctx: &Context,
    sight: &Sight,
    (row, candidates): (usize, Candidates),
    actions: &mut Vec<Action>,
) {
    let words = &ctx.words.behind;
    let logits = sight.reading.logits(row);
    let top = top_tokens(logits, OFFERED);
    let mut offered = top.clone();
    for token in [Some(candidates.token), candidates.rival].into_iter().flatten() {
        if !offered.contains(&token) {
            offered.push(token);
        }
    }
    let locked = Selection { position: Some(row), ..ctx.locked };
    let token = ctx.piece(sight.reading.ids.get(row).copied().unwrap_or(0)).text;
    let label = fill(words.why_after, &[&token, &row]);
    let chosen = line(ui, ctx, (&label, words.why_this), logits, &offered, Some(candidates.token));
    if let Some(Some(token)) = chosen {
        let rival = candidates.rival.filter(|rival| *rival != token);
        actions.push(Action::Lock(Selection { candidate: Some(token), rival, ..locked }));
    }
    offered.retain(|token| *token != candidates.token);
    let chosen = line(ui, ctx, (words.over, words.over_this), logits, &offered, candidates.rival);
    if let Some(rival) = chosen {
        let candidate = Some(candidates.token);
        actions.push(Action::Lock(Selection { candidate, rival, ..locked }));
    }
}

/// One line; returns what was chosen: a token, or none by choosing the chosen one again.
fn line(
    ui: &mut Ui,
    ctx: &Context,
    (label, name): (&str, &str),
    logits: &[f32],
    tokens: &[u32],
    current: Option<u32>,
) -> Option<Option<u32>> {
    let (colours, s) = (ctx.look.colours(), ctx.look.scale);
    let mut chosen = None;
    let height = 30.0 * s;
    let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let y = place.center().y;
    let font = Type::Label.scaled(s);
    let indent = (190.0 * s).max(width(ui.painter(), label, font.clone()) + 12.0);
    put(ui.painter(), pos2(place.left(), y), Align2::LEFT_CENTER, label, font, colours.text1);
    let mut x = place.left() + indent;
    for &token in tokens {
        let piece = ctx.piece(token);
        let chip = Chip::NORMAL.times(s);
        let wide = chip_width(ui.painter(), chip, &piece).min(120.0 * s);
        if x + wide > place.right() {
            break;
        }
        let rect = egui::Rect::from_min_size(pos2(x, y - 13.0 * s), vec2(wide, 26.0 * s));
        let response = ui.interact(rect, ui.scope_id().with((name, token)), Sense::click());
        let is_current = current == Some(token);
        let said = format!("{name}: {}", piece.text);
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_current, &said));
        let state = match (is_current, response.hovered()) {
            (true, _) => ChipState::Locked,
            (_, true) => ChipState::Hovered,
            _ => ChipState::Rest,
        };
        let edge = (Edge::Left(x), y);
        let drawn = chip_at(ui.painter(), &ctx.look, chip, &piece, edge, wide, state);
        if is_current {
            let stroke = Stroke::new(2.0, colours.text1);
            ui.painter().rect_stroke(drawn, 6.0, stroke, StrokeKind::Middle);
        }
        focus_ring(ui, &ctx.look, rect, 6.0, &response);
        let probability = Standing::of(logits, token).probability;
        if response.clicked() {
            chosen = Some((!is_current).then_some(token));
        }
        response.on_hover_text(crate::app::numbers::candidate(f64::from(probability)));
        x += wide + 8.0 * s;
    }
    chosen
}
