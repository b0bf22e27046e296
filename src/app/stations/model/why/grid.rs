//! The two grids: what each part adds by itself, and what is lost when it is switched off.

use super::View;
use super::layout::Grid;
use crate::app::context::Action;
use crate::app::lesson::{is_hidden, part};
use crate::app::numbers;
use crate::app::stations::model::causes::part_name;
use crate::app::stations::model::map::hollow;
use crate::app::theme::{ColourMap, Type, on};
use crate::app::widgets::{focus_ring, legend, put};
use crate::app::words::fill;
use crate::interpret::{Component, top_tokens};
use crate::lesson::Part;
use crate::session::engine::{Content, Effect, Question};
use egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// A grid's title, what it says, and the value of each part.
struct Side<'a> {
    title: &'a str,
    note: String,
    value: &'a dyn Fn(Component) -> Option<f64>,
    /// Tells the two grids apart.
    key: &'static str,
}

/// Paints both grids, one above the other where they do not fit side by side.
pub fn grids(ui: &mut Ui, view: &View, actions: &mut Vec<Action>) {
    let words = &view.ctx.words.behind;
    let question = Question::Effects { position: view.row };
    let answer = view.ctx.session.answer(&question);
    if answer.is_none() {
        actions.push(Action::Ask(question));
    }
    let (effects, done) = match answer.map(|answer| (&answer.content, answer.done)) {
        Some((Content::Effects(effects), done)) => (effects.as_slice(), done),
        _ => (&[][..], 0.0),
    };
    let score = view.reasons().score;
    let lost = |effect: &Effect| f64::from(score - view.candidates.score(&effect.logits));
    let measured = |part: Component| effects.iter().find(|e| e.part == part).map(lost);
    let added = |part: Component| view.adds(part);
    let config = &view.ctx.session.opened().map(|opened| opened.model.parameters.config.clone());
    let Some(config) = config else { return };
    let parts = Component::writers(config);
    let both = parts.iter().flat_map(|part| [added(*part), measured(*part)]).flatten();
    let end = both.map(f64::abs).fold(1e-6, f64::max);
    let note = if done < 1.0 {
        fill(words.measuring, &[&((done * 100.0).round() as usize)])
    } else {
        most_important(view, effects)
    };
    let mut sides =
        vec![Side { title: words.adds, note: words.adds_note.into(), value: &added, key: "adds" }];
    // A lesson may ask for what is measured before it shows it.
    if !is_hidden(ui.ctx(), Part::CauseLost) {
        sides.push(Side { title: words.lost, note, value: &measured, key: "lost" });
    }
    let s = view.ctx.look.scale;
    let gap = 32.0 * s;
    let room = ui.available_width();
    let side_by_side = room >= 560.0 * s;
    let wide = if side_by_side { (room - gap) / 2.0 } else { room };
    let corner = ui.cursor().min;
    let top = 46.0 * s;
    let mut bottom = corner.y;
    for (i, side) in sides.into_iter().enumerate() {
        let at = if side_by_side {
            pos2(corner.x + i as f32 * (wide + gap), corner.y)
        } else {
            pos2(corner.x, if i == 0 { corner.y } else { bottom + 20.0 * s })
        };
        let grid = Grid::new(at + vec2(0.0, top), wide, (config.layers, config.heads), s);
        heading(ui, view, at, wide, &side);
        cells(ui, view, &grid, &side, end, actions);
        bottom = grid.rect(s).bottom();
        if side.key == "lost" {
            part(ui, Part::CauseLost, Rect::from_min_max(at, pos2(at.x + wide, bottom)));
        }
    }
    let bar =
        Rect::from_min_size(pos2(corner.x + 64.0 * s, bottom + 12.0 * s), vec2(120.0 * s, 8.0));
    let ends = [-end, end].map(|x| numbers::difference(x as f32));
    legend(ui.painter(), &view.ctx.look, ColourMap::Signed, bar, (&ends[0], &ends[1]));
    let at = pos2(bar.right() + 64.0 * s, bar.center().y);
    let font = Type::Caption.scaled(s);
    let text = view.score_name();
    put(ui.painter(), at, Align2::LEFT_CENTER, &text, font, view.ctx.look.colours().text3);
    ui.allocate_exact_size(vec2(room, bar.bottom() + 4.0 - corner.y), Sense::hover());
}

/// Which part changes the prediction itself when it is off.
fn most_important(view: &View, effects: &[Effect]) -> String {
    let words = &view.ctx.words.behind;
    let candidate = view.candidates.token;
    let turned = effects.iter().find(|effect| {
        let best = top_tokens(&effect.logits, 1);
        let now =
            view.ctx.session.seen().map(|sight| top_tokens(sight.reading.logits(view.row), 1));
        now.is_some_and(|now| now.first() == Some(&candidate)) && best.first() != Some(&candidate)
    });
    turned.map_or(words.lost_note.into(), |effect| {
        let count = effects
            .iter()
            .filter(|effect| top_tokens(&effect.logits, 1).first() != Some(&candidate))
            .count();
        if count == 1 {
            fill(words.only_one_turns, &[&part_name(view.ctx, effect.part)])
        } else {
            fill(words.some_turn, &[&count])
        }
    })
}

fn heading(ui: &Ui, view: &View, at: egui::Pos2, wide: f32, side: &Side) {
    let (colours, s) = (view.ctx.look.colours(), view.ctx.look.scale);
    let clip = Rect::from_min_size(at, vec2(wide, 46.0 * s)).intersect(ui.clip_rect());
    let painter = ui.painter().with_clip_rect(clip);
    let font = Type::Heading.scaled(s);
    let place = pos2(at.x, at.y + 11.0 * s);
    put(&painter, place, Align2::LEFT_CENTER, side.title, font, colours.text1);
    let font = Type::Small.scaled(s);
    let place = pos2(at.x, at.y + 31.0 * s);
    put(&painter, place, Align2::LEFT_CENTER, &side.note, font, colours.text2);
}

fn cells(ui: &Ui, view: &View, grid: &Grid, side: &Side, end: f64, actions: &mut Vec<Action>) {
    let (ctx, colours, s) = (view.ctx, view.ctx.look.colours(), view.ctx.look.scale);
    let painter = ui.painter();
    for column in 0..grid.columns {
        let place = grid.cell(0, column);
        let mlp = column + 1 == grid.columns;
        let text = if mlp { ctx.words.mlp.to_string() } else { (column + 1).to_string() };
        let at = pos2(place.center().x, place.top() - 9.0 * s);
        if mlp || place.width() > 14.0 || column % 2 == 0 {
            let font = Type::Caption.scaled(s);
            put(painter, at, Align2::CENTER_CENTER, &text, font, colours.text3);
        }
    }
    for block in 0..grid.layers {
        let at = grid.cell(block, 0).left_center() - vec2(10.0 * s, 0.0);
        let text = (block + 1).to_string();
        let font = Type::NumberSmall.scaled(s);
        put(painter, at, Align2::RIGHT_CENTER, &text, font, colours.text3);
        for column in 0..grid.columns {
            let part = if column + 1 == grid.columns {
                Component::Mlp(block)
            } else {
                Component::Head { block, head: column }
            };
            cell(ui, view, grid.cell(block, column), part, side, end, actions);
        }
    }
}

fn cell(
    ui: &Ui,
    view: &View,
    rect: Rect,
    part: Component,
    side: &Side,
    end: f64,
    actions: &mut Vec<Action>,
) {
    let (ctx, colours, s) = (view.ctx, view.ctx.look.colours(), view.ctx.look.scale);
    let value = (side.value)(part);
    let id = ui.scope_id().with((side.key, format!("{part:?}")));
    let response = ui.interact(rect, id, Sense::click());
    let locked = ctx.locked.component() == Some(part);
    let text = value.map_or("\u{2026}".into(), |x| numbers::difference(x as f32));
    let name = format!("{}, {}: {text}", part_name(ctx, part), side.title);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, locked, &name));
    let painter = ui.painter();
    if ctx.session.scale_of(part) == 0.0 {
        hollow(painter, &ctx.look, rect, 2.0);
    } else {
        let share = value.map_or(0.0, |value| (value / end) as f32);
        let ground = ctx.look.map(ColourMap::Signed, share);
        painter.rect_filled(rect, 2.0, ground);
        if rect.width() >= 44.0 && rect.height() >= 15.0 {
            let font = Type::NumberTiny.scaled(s);
            put(painter, rect.center(), Align2::CENTER_CENTER, &text, font, on(ground));
        }
    }
    if locked {
        painter.rect_stroke(rect, 2.0, Stroke::new(2.0, colours.text1), StrokeKind::Outside);
    } else if response.hovered() {
        painter.rect_stroke(rect, 2.0, Stroke::new(1.0, colours.text2), StrokeKind::Outside);
    }
    focus_ring(ui, &ctx.look, rect, 2.0, &response);
    if response.clicked() {
        let locked = crate::app::context::Selection {
            position: Some(view.row),
            candidate: Some(view.candidates.token),
            rival: view.candidates.rival,
            ..ctx.locked
        };
        actions.push(Action::Lock(locked.with((!locked_same(ctx, part)).then_some(part))));
    }
    response.on_hover_text(name);
}

fn locked_same(ctx: &crate::app::context::Context, part: Component) -> bool {
    ctx.locked.component() == Some(part)
}
