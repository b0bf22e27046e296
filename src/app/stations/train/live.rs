//! The run as it goes: its curves, and what became of the model.

use super::plot::{Scale, smoothed, thinned};
use super::{State, shown_step, sparks, watched};
use crate::app::context::{Action, Context};
use crate::app::lesson::{is_marked, part};
use crate::app::numbers;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{named, put, switch};
use crate::app::words::fill;
use crate::lesson::Part as Named;
use crate::session::run::RunEvent;
use crate::session::training::Watch;
use egui::{Align2, Color32, Pos2, Rect, Role, Sense, Stroke, Ui, UiBuilder, pos2, vec2};

/// The heading above the plot, and what stands left of it and below.
const HEADING: f32 = 34.0;
const LEFT: f32 = 36.0;
const BELOW: f32 = 26.0;

pub fn stage(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    run: &Watch,
    actions: &mut Vec<Action>,
) {
    let full = ui.available_rect_before_wrap();
    let (upper, lower) = full.split_top_bottom_at_fraction(share_of_curves(ui, full.height()));
    let side = (full.width() * 0.34).clamp(190.0, 340.0);
    let plot = upper.with_max_x(upper.right() - side - 40.0);
    curves(ui, ctx, state, run, plot.with_max_y(upper.bottom() - 12.0), actions);
    // The switches may reach into the gap beside it.
    let marked = Rect::from_min_max(plot.min, pos2(plot.right() + 20.0, upper.bottom() - 12.0));
    part(ui, Named::TrainCurve, marked);
    let side = Rect::from_min_max(pos2(upper.right() - side, upper.top() + HEADING), upper.max);
    sparks::stage(ui, ctx, run, side.with_max_y(upper.bottom() - 12.0));
    if lower.height() < 1.0 {
        ui.allocate_rect(full, Sense::hover());
        return;
    }
    let line = ctx.look.colours().line0;
    ui.painter().hline(full.x_range(), lower.top(), Stroke::new(1.0, line));
    let lower = lower.with_min_y(lower.top() + 12.0);
    part(ui, Named::TrainProbe, lower);
    ui.scope_builder(UiBuilder::new().max_rect(lower), |ui| {
        watched::stage(ui, ctx, run, lower, actions);
    });
    ui.allocate_rect(full, Sense::hover());
}

/// With less height than this, what a lesson points at has the stage for itself.
const SHORT: f32 = 380.0;

/// How much of the stage the curves have; the rest is for what is watched.
fn share_of_curves(ui: &Ui, height: f32) -> f32 {
    let points = |part| is_marked(ui.ctx(), part);
    let watched = points(Named::TrainProbe) || points(Named::TrainReplies);
    if height < SHORT && points(Named::TrainCurve) && !watched { 1.0 } else { 0.47 }
}

/// The losses.
fn curves(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    run: &Watch,
    rect: Rect,
    actions: &mut Vec<Action>,
) {
    heading(ui, ctx, state, rect);
    let inner = Rect::from_min_max(
        pos2(rect.left() + LEFT, rect.top() + HEADING),
        pos2(rect.right() - 44.0, rect.bottom() - BELOW),
    );
    let events = &run.events;
    let random = (run.begun.config.vocabulary as f64).ln();
    let losses = events.iter().map(|event| event.report.train_loss).chain([random]);
    let scale = Scale::around(inner, run.learning.steps, losses, state.log);
    grid(ui, ctx, &scale);
    guessing(ui, ctx, run, &scale, random);
    if let Some(earlier) = ctx.session.training().earlier.first() {
        let line = losses_of(&earlier.events, state.smooth);
        draw(ui, &scale, &line, Stroke::new(1.5, ctx.look.colours().line2));
    }
    paint_run(ui, ctx, &scale, (events, run.validation()), state.smooth);
    best(ui, ctx, run, &scale);
    cursor(ui, ctx, run, &scale, actions);
}

fn heading(ui: &mut Ui, ctx: &Context, state: &mut State, rect: Rect) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let y = rect.top() + 12.0;
    let earlier = ctx.session.training().earlier.first();
    let earlier = earlier.map(|run| (fill(words.earlier_run, &[&run.name]), colours.line2, 1.5));
    let switches = rect.right() - 174.0;
    legend_of_losses(ui, ctx, pos2(rect.left(), y), switches, earlier);
    let place = Rect::from_min_max(pos2(switches, rect.top()), pos2(rect.right(), y + 14.0));
    ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
        ui.horizontal(|ui| {
            // A narrow window has just room for both.
            ui.spacing_mut().item_spacing.x = 4.0;
            switch(ui, &ctx.look, words.log_scale, &mut state.log);
            switch(ui, &ctx.look, words.smooth, &mut state.smooth);
        });
    });
}

/// What a line means, its colour and width.
type Key = (String, Color32, f32);

/// The heading of the losses, and what each line means, as far as there is room.
pub fn legend_of_losses(ui: &Ui, ctx: &Context, at: Pos2, right: f32, more: Option<Key>) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let font = Type::Heading.font();
    let title = put(ui.painter(), at, Align2::LEFT_CENTER, words.loss, font, colours.text1);
    let mut x = title.right() + 16.0;
    let lines = [
        (words.training.to_string(), colours.text_of(Part::Gradient), 1.25),
        (words.validation.to_string(), colours.text1, 2.25),
    ];
    let font = Type::Small.font();
    for (label, colour, wide) in lines.into_iter().chain(more) {
        let long = crate::app::widgets::width(ui.painter(), &label, font.clone());
        if x + 22.0 + long > right {
            break;
        }
        ui.painter().hline(x..=x + 16.0, at.y, Stroke::new(wide, colour));
        let words = pos2(x + 22.0, at.y);
        put(ui.painter(), words, Align2::LEFT_CENTER, &label, font.clone(), colours.text2);
        x += 22.0 + long + 16.0;
    }
}

pub fn grid(ui: &Ui, ctx: &Context, scale: &Scale) {
    let colours = ctx.look.colours();
    let font = Type::NumberTiny.font();
    for tick in scale.loss_ticks() {
        let y = scale.y(tick);
        let line = if tick == 0.0 { colours.line1 } else { colours.line0 };
        ui.painter().hline(scale.rect.x_range(), y, Stroke::new(1.0, line));
        let at = pos2(scale.rect.left() - 10.0, y);
        put(
            ui.painter(),
            at,
            Align2::RIGHT_CENTER,
            &format!("{tick}"),
            font.clone(),
            colours.text3,
        );
    }
    for tick in scale.step_ticks() {
        let at = pos2(scale.x(tick), scale.rect.bottom() + 14.0);
        let text = numbers::count(tick as usize);
        put(ui.painter(), at, Align2::CENTER_CENTER, &text, font.clone(), colours.text3);
    }
}

/// What a model that knows nothing would lose.
fn guessing(ui: &Ui, ctx: &Context, run: &Watch, scale: &Scale, random: f64) {
    let colours = ctx.look.colours();
    let y = scale.y(random);
    let ends = [pos2(scale.rect.left(), y), pos2(scale.rect.right(), y)];
    let stroke = Stroke::new(1.0, colours.line2);
    ui.painter().extend(egui::Shape::dashed_line(&ends, stroke, 1.5, 4.0));
    let text = fill(
        ctx.words.train.guessing,
        &[&numbers::count(run.begun.config.vocabulary), &format!("{random:.2}")],
    );
    let at = pos2(scale.rect.right(), y + 10.0);
    put(ui.painter(), at, Align2::RIGHT_CENTER, &text, Type::Small.font(), colours.text3);
}

fn losses_of(events: &[RunEvent], smooth: bool) -> Vec<(f64, f64)> {
    let points: Vec<_> =
        events.iter().map(|event| (event.report.step as f64, event.report.train_loss)).collect();
    if smooth { smoothed(&points, 0.97) } else { points }
}

/// Both curves of a run: its steps, and the losses that it was judged by.
pub fn paint_run(
    ui: &Ui,
    ctx: &Context,
    scale: &Scale,
    (events, judged): (&[RunEvent], impl Iterator<Item = (u64, f64)>),
    smooth: bool,
) {
    let colours = ctx.look.colours();
    let training = losses_of(events, smooth);
    draw(ui, scale, &training, Stroke::new(1.25, colours.text_of(Part::Gradient)));
    let judged: Vec<_> = judged.map(|(step, loss)| (step as f64, loss)).collect();
    draw(ui, scale, &judged, Stroke::new(2.25, colours.text1));
}

pub fn draw(ui: &Ui, scale: &Scale, points: &[(f64, f64)], stroke: Stroke) {
    let thin = thinned(points, scale.rect.width() as usize);
    let line: Vec<_> = thin.iter().map(|(step, loss)| scale.at(*step, *loss)).collect();
    match line.as_slice() {
        [] => {}
        [only] => drop(ui.painter().circle_filled(*only, stroke.width + 0.75, stroke.color)),
        _ => drop(ui.painter().line(line, stroke)),
    }
}

/// The lowest validation loss, once there are a few.
fn best(ui: &Ui, ctx: &Context, run: &Watch, scale: &Scale) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let Some((step, loss)) = run.best().filter(|_| run.validation().count() > 2) else { return };
    let at = scale.at(step as f64, loss);
    let to_left = at.x > scale.rect.center().x;
    let (align, dx) =
        if to_left { (Align2::RIGHT_BOTTOM, -16.0) } else { (Align2::LEFT_BOTTOM, 16.0) };
    let label = pos2(at.x + dx, (at.y - 44.0).max(scale.rect.top() + 30.0));
    ui.painter().line_segment([label + vec2(0.0, 2.0), at], Stroke::new(1.0, colours.text3));
    ui.painter().circle(at, 3.5, colours.stage, Stroke::new(1.5, colours.text1));
    let text = fill(words.lowest_at, &[&format!("{loss:.2}"), &numbers::count(step as usize)]);
    let upper = label - vec2(0.0, 15.0);
    put(ui.painter(), upper, align, &text, Type::NumberTiny.font(), colours.text1);
    put(ui.painter(), label, align, words.lowest, Type::Small.font(), colours.text2);
}

/// The cursor: at the step that is shown, or under the pointer; a click goes there.
fn cursor(ui: &mut Ui, ctx: &Context, run: &Watch, scale: &Scale, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let response = ui.interact(scale.rect, ui.scope_id().with("loss plot"), Sense::click());
    let shown = shown_step(run);
    let pointed = response.hover_pos().map(|at| scale.step_at(at.x).min(run.step()));
    let at = pointed.unwrap_or(shown);
    let near = |step: u64| run.events.iter().rev().find(|event| event.report.step <= step);
    let train = near(at).map(|event| event.report.train_loss);
    let judged = run.validation().take_while(|(step, _)| *step <= at).last();
    let x = scale.x(at as f64);
    ui.painter().vline(x, scale.rect.y_range(), Stroke::new(1.0, colours.text2));
    // Each where it was measured: validation is, only now and then.
    let label = |measured: Option<(f64, f64)>, (radius, colour): (f32, Color32), above: bool| {
        let Some((step, loss)) = measured else { return };
        let dot = scale.at(step, loss);
        ui.painter().circle_filled(dot, radius, colour);
        let dy = if above { -12.0 } else { 14.0 };
        let text = format!("{loss:.2}");
        let at = dot + vec2(8.0, dy);
        put(ui.painter(), at, Align2::LEFT_CENTER, &text, Type::NumberSmall.font(), colour);
    };
    let train_ink = colours.text_of(Part::Gradient);
    let train_at = train.map(|loss| (at as f64, loss));
    let judged_at = judged.map(|(step, loss)| (step as f64, loss));
    let judged = judged.map(|(_, loss)| loss);
    // The higher loss has its number above it, so that the two keep apart.
    let train_is_higher = train > judged;
    label(train_at, (3.0, train_ink), train_is_higher);
    label(judged_at, (4.0, colours.text1), !train_is_higher);
    let show = |loss: Option<f64>| loss.map_or("–".to_string(), |loss| format!("{loss:.2}"));
    let step = numbers::count(at as usize);
    let name = fill(words.plot_name, &[&show(train), &show(judged), &step]);
    named(&response, Role::Image, true, &name);
    if pointed.is_some() {
        let at = pos2(x, scale.rect.top() - 2.0);
        let text = fill(words.step_n, &[&step]);
        put(ui.painter(), at, Align2::CENTER_BOTTOM, &text, Type::NumberTiny.font(), colours.text2);
    }
    if response.clicked()
        && let Some(order) = pointed.and_then(|step| super::seek(run, shown, step))
    {
        actions.push(Action::Train(order));
    }
}
