//! The names of the lines. A click on one lays it over the tree, or takes it away.

use super::State;
use super::paint::dotted;
use crate::app::context::Context;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{focus_ring, put, width};
use crate::app::words::fill;
use crate::session::Search;
use egui::{Align2, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Room that it takes.
pub const HEIGHT: f32 = 34.0;

/// What a sample of a line shows.
#[derive(Clone, Copy, PartialEq)]
enum Sample {
    Best,
    Greedy,
    Sampled,
    Pruned,
}

/// Paints the legend.
pub fn legend(ui: &mut Ui, ctx: &Context, state: &mut State, search: &Search, place: Rect) {
    let words = ctx.words;
    let runs = search.samples().len();
    let sampled = if runs == 1 {
        fill(words.tree.sampled_once, &[&search.plan.seed])
    } else {
        fill(words.tree.sampled_n, &[&runs, &search.plan.seed])
    };
    let mut left = place.left();
    for (sample, name) in [
        (Sample::Best, words.tree.best_beam.to_string()),
        (Sample::Greedy, words.tree.greedy.into()),
        (Sample::Sampled, sampled),
        (Sample::Pruned, words.tree.pruned_ones.into()),
    ] {
        if sample == Sample::Sampled && runs == 0 {
            continue;
        }
        let on = match sample {
            Sample::Best => None,
            Sample::Greedy => Some(&mut state.overlays.greedy),
            Sample::Sampled => Some(&mut state.overlays.sampled),
            Sample::Pruned => Some(&mut state.overlays.ghosts),
        };
        left = entry(ui, ctx, sample, &name, on, pos2(left, place.center().y)) + 22.0;
    }
    let (s, colours) = (ctx.look.scale, ctx.look.colours());
    let font = Type::Small.scaled(s);
    let note = words.tree.numbers_note;
    if left + width(ui.painter(), note, font.clone()) < place.right() {
        let at = place.right_center();
        put(ui.painter(), at, Align2::RIGHT_CENTER, note, font, colours.text3);
    }
}

/// One name with its sample; returns where it ends.
fn entry(
    ui: &Ui,
    ctx: &Context,
    sample: Sample,
    name: &str,
    on: Option<&mut bool>,
    at: Pos2,
) -> f32 {
    let (s, colours) = (ctx.look.scale, ctx.look.colours());
    let font = Type::Small.scaled(s);
    let size = vec2(34.0 * s + width(ui.painter(), name, font.clone()), 24.0 * s);
    let rect = Rect::from_min_size(pos2(at.x, at.y - size.y / 2.0), size);
    let shown = on.as_ref().is_none_or(|on| **on);
    let strength = if shown { 1.0 } else { 0.35 };
    if let Some(on) = on {
        let response = ui.interact(rect, ui.scope_id().with(("legend", name)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Switch, true, shown, name));
        if response.clicked() {
            *on = !*on;
        }
        if response.hovered() {
            ui.painter().rect_filled(rect.expand2(vec2(6.0, 0.0)), 6.0, colours.hover);
        }
        focus_ring(ui, &ctx.look, rect, 6.0, &response);
    }
    let line = [at, at + vec2(26.0 * s, 0.0)];
    let painter = ui.painter();
    match sample {
        Sample::Best => {
            painter.line_segment(line, Stroke::new(3.5 * s, colours.text1));
        }
        Sample::Greedy => {
            let ink = colours.fill_of(Part::Query).gamma_multiply(strength);
            painter.line_segment(line, Stroke::new(2.5 * s, ink));
        }
        Sample::Sampled => {
            let ink = colours.fill_of(Part::Key).gamma_multiply(strength);
            dotted(painter, &line, 2.5 * s, ink);
        }
        Sample::Pruned => {
            let pill = Rect::from_center_size(at + vec2(13.0 * s, 0.0), vec2(26.0, 12.0) * s);
            let corners = [
                pill.left_top(),
                pill.right_top(),
                pill.right_bottom(),
                pill.left_bottom(),
                pill.left_top(),
            ];
            let stroke = Stroke::new(1.0, colours.line2.gamma_multiply(strength));
            painter.extend(Shape::dashed_line(&corners, stroke, 3.0, 3.0));
        }
    }
    let ink = if shown { colours.text1 } else { colours.text3 };
    let at = pos2(at.x + 34.0 * s, at.y);
    put(painter, at, Align2::LEFT_CENTER, name, font, ink);
    if !shown {
        let struck = [at, pos2(rect.right(), at.y)];
        painter.line_segment(struck, Stroke::new(1.0, colours.text3));
    }
    rect.right()
}

/// While it is searched: how many of the steps that were asked for have been taken.
pub fn progress(ui: &Ui, ctx: &Context, search: &Search, area: Rect) {
    if !ctx.session.is_searching() {
        return;
    }
    let (colours, s) = (ctx.look.colours(), ctx.look.scale);
    let (done, all) = (search.steps().len(), search.plan.steps.max(1));
    let whole = Rect::from_min_size(area.left_bottom() - vec2(0.0, 4.0 * s), vec2(120.0, 4.0) * s);
    let share = (done as f32 / all as f32).min(1.0);
    let part = whole.with_max_x(whole.left() + whole.width() * share);
    ui.painter().rect_filled(whole, 2.0, colours.line1);
    ui.painter().rect_filled(part, 2.0, colours.text2);
    let text = fill(ctx.words.n_of_m, &[&done, &all]);
    let at = whole.right_center() + vec2(8.0, -2.0);
    let font = Type::NumberTiny.scaled(s);
    put(ui.painter(), at, Align2::LEFT_CENTER, &text, font, colours.text3);
    let response = ui.interact(whole, ui.scope_id().with("progress"), Sense::hover());
    response.widget_info(|| WidgetInfo {
        value: Some(f64::from(share)),
        ..WidgetInfo::labeled(Role::ProgressIndicator, true, ctx.words.tree.searching)
    });
}
