//! Beside the curves: learning rate, gradient, speed, energy, each with its last value.

use super::plot::thinned;
use crate::app::context::Context;
use crate::app::numbers;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{named, put};
use crate::app::words::fill;
use crate::session::run::RunEvent;
use crate::session::training::Watch;
use crate::train::learning_rate;
use egui::{Align2, Color32, Rect, Role, Sense, Stroke, Ui, pos2, vec2};

/// A reading with its course.
struct Reading {
    name: &'static str,
    value: String,
    /// What is known, and for the learning rate what is to come.
    line: Vec<(f64, f64)>,
    to_come: Vec<(f64, f64)>,
    colour: Color32,
    note: String,
}

/// What a small computer is taken to draw while it trains, in watts.
const WATTS: f64 = 15.0;

/// The least height of a reading.
const LEAST: f32 = 46.0;

pub fn stage(ui: &mut Ui, ctx: &Context, run: &Watch, rect: Rect) {
    let readings = readings(ctx, run);
    // Of a low stage, as many as can be read.
    let fit = ((rect.height() / LEAST) as usize).clamp(1, readings.len());
    let height = (rect.height() / fit as f32).min(74.0);
    for (i, reading) in readings.iter().take(fit).enumerate() {
        let top = rect.top() + i as f32 * height;
        let place = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), height));
        paint(ui, ctx, reading, place, i + 1 < fit);
    }
}

fn readings(ctx: &Context, run: &Watch) -> Vec<Reading> {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let line = |of: fn(&RunEvent) -> f64| -> Vec<(f64, f64)> {
        run.events.iter().map(|event| (event.report.step as f64, of(event))).collect()
    };
    let last = run.events.last();
    let steps = run.learning.steps;
    let every = (steps / 60).max(1) as usize;
    let to_come = (run.step()..steps).step_by(every);
    let to_come = to_come.map(|step| (step as f64, learning_rate(&run.learning, step))).collect();
    let rate = learning_rate(&run.learning, run.step().min(steps.saturating_sub(1)));
    let seconds: f64 = seconds_of(run);
    vec![
        Reading {
            name: words.learning_rate,
            value: scientific(rate),
            line: line(|event| event.report.learning_rate),
            to_come,
            colour: colours.text1,
            note: String::new(),
        },
        Reading {
            name: words.gradient_norm,
            value: last.map_or("–".into(), |event| format!("{:.2}", event.report.grad_norm)),
            line: line(|event| event.report.grad_norm),
            to_come: Vec::new(),
            colour: colours.text_of(Part::Gradient),
            note: String::new(),
        },
        Reading {
            name: words.tokens_a_second,
            value: run.tokens_per_second().map_or("–".into(), |n| numbers::count(n as usize)),
            line: line(|event| event.tokens_per_second),
            to_come: Vec::new(),
            colour: colours.text2,
            note: String::new(),
        },
        Reading {
            name: words.energy,
            value: fill(words.energy_is, &[&format!("{:.1}", (seconds * WATTS / 1e3).abs())]),
            line: Vec::new(),
            to_come: Vec::new(),
            colour: colours.text2,
            note: fill(words.energy_why, &[&(seconds.round() as u64)]),
        },
    ]
}

/// Seconds of training: each step's tokens at its speed.
fn seconds_of(run: &Watch) -> f64 {
    let tokens = run.tokens_a_step() as f64;
    let mut before = None;
    run.events
        .iter()
        .map(|event| {
            // A log that was cut short by its spacing stands for the steps between two lines.
            let steps = event.report.step - before.unwrap_or(event.report.step.saturating_sub(1));
            before = Some(event.report.step);
            steps.max(1) as f64 * tokens / event.tokens_per_second.max(1e-9)
        })
        .sum()
}

/// 3.0e−3
pub fn scientific(value: f64) -> String {
    format!("{value:.1e}").replace('-', "\u{2212}")
}

fn paint(ui: &Ui, ctx: &Context, reading: &Reading, place: Rect, ruled: bool) {
    let colours = ctx.look.colours();
    let painter = ui.painter();
    let tight = place.height() < 60.0;
    let label = pos2(place.left(), place.top() + if tight { 8.0 } else { 12.0 });
    put(painter, label, Align2::LEFT_CENTER, reading.name, Type::Small.font(), colours.text2);
    let value = label + vec2(0.0, if tight { 19.0 } else { 24.0 });
    let font = if tight { Type::NumberLarge.font() } else { Type::NumberHuge.font() };
    put(painter, value, Align2::LEFT_CENTER, &reading.value, font, colours.text1);
    let response = ui.interact(place, ui.scope_id().with(reading.name), Sense::hover());
    named(&response, Role::Label, true, &format!("{}: {}", reading.name, reading.value));
    let right = Rect::from_min_max(
        pos2(place.left() + (place.width() * 0.42).max(116.0), place.top() + 6.0),
        pos2(place.right(), place.bottom() - 14.0),
    );
    if reading.line.len() + reading.to_come.len() > 1 && right.width() > 30.0 {
        line(ui, ctx, reading, right);
    }
    if !reading.note.is_empty() && right.width() > 30.0 {
        let font = Type::Small.font();
        let note = painter.layout(reading.note.clone(), font, colours.text3, right.width());
        painter.galley(right.left_top(), note, colours.text3);
    }
    if ruled {
        let y = place.bottom() - 2.0;
        painter.hline(place.x_range(), y, Stroke::new(1.0, colours.line0));
    }
}

fn line(ui: &Ui, ctx: &Context, reading: &Reading, rect: Rect) {
    let both = || reading.line.iter().chain(&reading.to_come);
    let highest = both().map(|(_, y)| *y).fold(f64::MIN_POSITIVE, f64::max);
    let first = both().map(|(x, _)| *x).fold(f64::MAX, f64::min);
    let last = both().map(|(x, _)| *x).fold(first + 1.0, f64::max);
    let at = |(x, y): &(f64, f64)| {
        pos2(
            rect.left() + rect.width() * ((x - first) / (last - first)) as f32,
            rect.bottom() - rect.height() * (y / highest).clamp(0.0, 1.0) as f32,
        )
    };
    let points = |of: &[(f64, f64)]| -> Vec<_> {
        thinned(of, rect.width() as usize).iter().map(at).collect()
    };
    let (known, coming) = (points(&reading.line), points(&reading.to_come));
    ui.painter().line(coming, Stroke::new(1.5, ctx.look.colours().line2));
    if let Some(last) = known.last().filter(|_| !reading.to_come.is_empty()) {
        ui.painter().circle_filled(*last, 3.0, reading.colour);
    }
    ui.painter().line(known, Stroke::new(1.5, reading.colour));
}
