//! A run that was written down: nothing learns, and the stage says so.

use super::live::{draw, grid, legend_of_losses};
use super::plot::{Scale, telling_rows};
use crate::app::context::Context;
use crate::app::lesson::part;
use crate::app::numbers;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{named, paragraph, put};
use crate::app::words::fill;
use crate::lesson::Part as Named;
use crate::session::Recording;
use egui::{Align2, Rect, Role, Sense, Stroke, Ui, pos2, vec2};

/// The heading above a plot, what stands left of it and below, and the height of a reply.
const HEADING: f32 = 34.0;
const LEFT: f32 = 44.0;
const BELOW: f32 = 26.0;
const ROW: f32 = 30.0;

pub fn stage(ui: &mut Ui, ctx: &Context, run: &Recording) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    paragraph(ui, words.recorded, Type::Title, colours.text1);
    let count = |number: u64| numbers::count(number as usize);
    let about = fill(
        words.recorded_about,
        &[
            &run.data.join(" + "),
            &numbers::count(run.parameters),
            &count(run.steps),
            &count(run.tokens_a_step),
            &run.seed,
        ],
    );
    paragraph(ui, &about, Type::Body, colours.text2);
    ui.add_space(10.0);
    let full = ui.available_rect_before_wrap();
    let (upper, lower) = full.split_top_bottom_at_fraction(0.5);
    let (left, right) = upper.split_left_right_at_fraction(0.5);
    let left = left.with_max_x(left.right() - 20.0);
    let shares = !run.answers.is_empty();
    losses(ui, ctx, run, if shares { left } else { upper });
    if shares {
        answers(ui, ctx, run, right.with_min_x(right.left() + 20.0));
    }
    part(ui, Named::TrainCurve, upper);
    let lower = lower.with_min_y(lower.top() + 18.0);
    replies(ui, ctx, run, lower);
    part(ui, Named::TrainProbe, lower);
    ui.allocate_rect(full, Sense::hover());
}

/// Where the points of a plot lie.
fn inner(rect: Rect) -> Rect {
    Rect::from_min_max(
        pos2(rect.left() + LEFT, rect.top() + HEADING),
        pos2(rect.right() - 12.0, rect.bottom() - BELOW),
    )
}

fn as_points(points: &[(u64, f64)]) -> Vec<(f64, f64)> {
    points.iter().map(|(step, value)| (*step as f64, *value)).collect()
}

fn losses(ui: &mut Ui, ctx: &Context, run: &Recording, rect: Rect) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    legend_of_losses(ui, ctx, pos2(rect.left(), rect.top() + 12.0), rect.right(), None);
    let random = (run.vocabulary as f64).ln();
    let all = run.training.iter().chain(&run.validation).map(|point| point.1).chain([random]);
    let scale = Scale::around(inner(rect), run.steps, all, false);
    grid(ui, ctx, &scale);
    let gradient = Stroke::new(1.25, colours.text_of(Part::Gradient));
    draw(ui, &scale, &as_points(&run.training), gradient);
    draw(ui, &scale, &as_points(&run.validation), Stroke::new(2.25, colours.text1));
    let last = |points: &[(u64, f64)]| {
        points.last().map_or("–".to_string(), |(_, loss)| format!("{loss:.2}"))
    };
    let name = fill(
        words.plot_name,
        &[&last(&run.training), &last(&run.validation), &numbers::count(run.steps as usize)],
    );
    let response = ui.interact(scale.rect, ui.scope_id().with("recorded losses"), Sense::hover());
    named(&response, Role::Image, true, &name);
}

/// The share of right answers, from nothing to all.
fn answers(ui: &mut Ui, ctx: &Context, run: &Recording, rect: Rect) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let at = pos2(rect.left(), rect.top() + 12.0);
    let font = Type::Heading.font();
    put(ui.painter(), at, Align2::LEFT_CENTER, words.right_answers, font, colours.text1);
    let scale =
        Scale { rect: inner(rect), steps: run.steps as f64, low: 0.0, high: 1.0, log: false };
    for tick in [0.0, 0.5, 1.0] {
        let y = scale.y(tick);
        let line = if tick == 0.0 { colours.line1 } else { colours.line0 };
        ui.painter().hline(scale.rect.x_range(), y, Stroke::new(1.0, line));
        let text = format!("{:.0} %", 100.0 * tick);
        let at = pos2(scale.rect.left() - 8.0, y);
        put(ui.painter(), at, Align2::RIGHT_CENTER, &text, Type::NumberTiny.font(), colours.text3);
    }
    for tick in scale.step_ticks() {
        let at = pos2(scale.x(tick), scale.rect.bottom() + 14.0);
        let text = numbers::count(tick as usize);
        put(ui.painter(), at, Align2::CENTER_CENTER, &text, Type::NumberTiny.font(), colours.text3);
    }
    for (set, shares) in &run.answers {
        draw(ui, &scale, &as_points(shares), Stroke::new(2.25, colours.text1));
        let Some((step, share)) = shares.last() else { continue };
        let percent = format!("{:.0} %", 100.0 * share);
        let end = scale.at(*step as f64, *share);
        ui.painter().circle_filled(end, 4.0, colours.text1);
        let label = end - vec2(8.0, 14.0);
        let font = Type::NumberSmall.font();
        put(ui.painter(), label, Align2::RIGHT_CENTER, &percent, font, colours.text1);
        let name =
            fill(words.right_answers_name, &[&percent, set, &numbers::count(*step as usize)]);
        let response =
            ui.interact(scale.rect, ui.scope_id().with(("recorded", set)), Sense::hover());
        named(&response, Role::Image, true, &name);
    }
}

/// What it replied on the way.
fn replies(ui: &mut Ui, ctx: &Context, run: &Recording, rect: Rect) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let title = fill(words.recorded_replies, &[&run.asked]);
    let at = pos2(rect.left(), rect.top() + 8.0);
    put(ui.painter(), at, Align2::LEFT_CENTER, &title, Type::Body.font(), colours.text2);
    let room = ((rect.height() - 24.0) / ROW).max(1.0) as usize;
    for (line, index) in telling_rows(run.replies.len(), room).into_iter().enumerate() {
        let (step, text) = &run.replies[index];
        let top = rect.top() + 22.0 + line as f32 * ROW;
        let place = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), ROW));
        let step = numbers::count(*step as usize);
        let response =
            ui.interact(place, ui.scope_id().with(("recorded reply", index)), Sense::hover());
        named(&response, Role::Label, true, &fill(words.reply_name, &[&step, text]));
        let y = place.center().y;
        let number = Type::NumberSmall.font();
        put(
            ui.painter(),
            pos2(rect.left() + 44.0, y),
            Align2::RIGHT_CENTER,
            &step,
            number,
            colours.text2,
        );
        let inside = place.with_min_x(rect.left() + 60.0);
        let painter = ui.painter().with_clip_rect(inside);
        let shown = if text.is_empty() { words.silence } else { text };
        put(
            &painter,
            inside.left_center(),
            Align2::LEFT_CENTER,
            shown,
            Type::Token.font(),
            colours.text1,
        );
        ui.painter().hline(place.x_range(), place.bottom(), Stroke::new(1.0, colours.line0));
    }
}
