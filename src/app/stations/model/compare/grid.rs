//! A cell for each row before each block: how much the two streams differ there, or what the
//! prediction becomes when that one row is taken from the other text.

use super::{ROW, View};
use crate::app::context::Action;
use crate::app::numbers;
use crate::app::theme::{ColourMap, Type, on};
use crate::app::widgets::{focus_ring, legend, put};
use crate::app::words::fill;
use crate::interpret::{Change, Patch};
use crate::nn::Name;
use crate::session::engine::{Content, Question};
use egui::{Align2, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// The width of a cell.
const CELL: f32 = 56.0;

/// How wide the grid is.
pub fn width(layers: usize, scale: f32) -> f32 {
    (layers as f32 * CELL + 24.0) * scale
}

/// Paints the grid with its upper left corner at `corner`.
pub fn grid(ui: &mut Ui, view: &View, corner: Pos2, patches: bool, actions: &mut Vec<Action>) {
    let (ctx, words) = (view.ctx, &view.ctx.words.behind);
    let (colours, s) = (ctx.look.colours(), ctx.look.scale);
    let layers = view.first.reading.config.layers;
    let rows = view.first.reading.positions().min(view.second.reading.positions());
    let values = if patches { effects(view, actions) } else { differences(view, rows) };
    let end = values.iter().flatten().map(|x| x.abs()).fold(1e-6, f32::max);
    let map = if patches { ColourMap::Signed } else { ColourMap::Magnitude };
    for block in 0..layers {
        let at = pos2(corner.x + (block as f32 + 0.5) * CELL * s, corner.y + 12.0 * s);
        let text = fill(ctx.words.block_n, &[&(block + 1)]);
        let font = Type::Caption.scaled(s);
        put(ui.painter(), at, Align2::CENTER_CENTER, &text, font, colours.text3);
        for row in 0..rows {
            let place = Rect::from_min_size(
                pos2(corner.x + block as f32 * CELL * s, corner.y + (30.0 + ROW * row as f32) * s),
                vec2(CELL - 2.0, ROW - 2.0) * s,
            );
            if ui.is_rect_visible(place) {
                let value = values.get(block * rows + row).copied().flatten();
                cell(ui, view, place, (block, row), value, (map, end), actions);
            }
        }
    }
    let y = corner.y + (30.0 + ROW * rows as f32 + 8.0) * s;
    let bar = Rect::from_min_size(pos2(corner.x + 44.0 * s, y), vec2(80.0 * s, 8.0));
    let ends = if patches {
        [numbers::difference(-end), numbers::difference(end)]
    } else {
        ["0".into(), numbers::signed(end)]
    };
    legend(ui.painter(), &ctx.look, map, bar, (&ends[0], &ends[1]));
    if patches {
        let name = |token: u32| ctx.piece(token).text;
        let text = match view.candidates.rival {
            Some(rival) => fill(words.lead_of, &[&name(view.candidates.token), &name(rival)]),
            None => fill(words.logit_of, &[&name(view.candidates.token)]),
        };
        let at = pos2(corner.x, y + 22.0 * s);
        let font = Type::Caption.scaled(s);
        put(ui.painter(), at, Align2::LEFT_CENTER, &text, font, colours.text3);
    }
}

/// By how much each patch changes the score, `[block · rows + row]`, as far as it is known.
fn effects(view: &View, actions: &mut Vec<Action>) -> Vec<Option<f32>> {
    let question =
        Question::Patches { position: view.row, source: view.second.reading.ids.clone() };
    let Some(answer) = view.ctx.session.answer(&question) else {
        actions.push(Action::Ask(question));
        return Vec::new();
    };
    let Content::Patches(patched) = &answer.content else { return Vec::new() };
    let before = view.candidates.score(view.first.reading.logits(view.row));
    patched.iter().map(|logits| Some(view.candidates.score(logits) - before)).collect()
}

/// The length of the difference of two streams, as a share of the first one's length.
fn differences(view: &View, rows: usize) -> Vec<Option<f32>> {
    let layers = view.first.reading.config.layers;
    let length = |row: &mut dyn Iterator<Item = f32>| row.map(|x| x * x).sum::<f32>().sqrt();
    let of = |block: usize, row: usize| {
        let [a, b] =
            [view.first, view.second].map(|sight| sight.reading.row(Name::ResidPre(block), row));
        let apart = length(&mut a.iter().zip(b).map(|(a, b)| a - b));
        apart / length(&mut a.iter().copied()).max(1e-6)
    };
    (0..layers)
        .flat_map(|block| (0..rows).map(move |row| (block, row)))
        .map(|(b, r)| Some(of(b, r)))
        .collect()
}

fn cell(
    ui: &Ui,
    view: &View,
    place: Rect,
    (block, row): (usize, usize),
    value: Option<f32>,
    (map, end): (ColourMap, f32),
    actions: &mut Vec<Action>,
) {
    let (ctx, colours, s) = (view.ctx, view.ctx.look.colours(), view.ctx.look.scale);
    let words = &ctx.words.behind;
    let name = Name::ResidPre(block);
    let at = ctx.session.changes().iter().position(
        |change| matches!(change, Change::Patch(patch) if patch.name == name && patch.row == row),
    );
    let response = ui.interact(place, ui.scope_id().with(("patch", block, row)), Sense::click());
    let text = value.map_or("\u{2026}".into(), |value| match map {
        ColourMap::Signed => numbers::difference(value),
        _ => numbers::signed(value),
    });
    let said = format!("{}: {text}", fill(words.patch_at, &[&(block + 1), &row]));
    let selected = at.is_some();
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &said));
    let ground = ctx.look.map(map, value.map_or(0.0, |value| value / end));
    ui.painter().rect_filled(place, 2.0, ground);
    let font = Type::NumberTiny.scaled(s);
    put(ui.painter(), place.center(), Align2::CENTER_CENTER, &text, font, on(ground));
    let ring = match (selected, response.hovered()) {
        (true, _) => Stroke::new(2.0, colours.text1),
        (_, true) => Stroke::new(1.0, colours.text2),
        _ => Stroke::NONE,
    };
    ui.painter().rect_stroke(place, 2.0, ring, StrokeKind::Outside);
    focus_ring(ui, &ctx.look, place, 2.0, &response);
    if response.clicked() {
        actions.push(match at {
            Some(change) => Action::Undo(change),
            None => {
                let values = view.second.reading.row(name, row).into();
                Action::Patch(Patch { name, row, values })
            }
        });
    }
    response.on_hover_text(said);
}
