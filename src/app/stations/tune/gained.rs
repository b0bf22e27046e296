//! What was gained and what was forgotten: every test before and after, as a dumbbell.

use super::counts::written;
use super::section;
use crate::app::context::Context;
use crate::app::numbers;
use crate::app::theme::{ColourMap, Type};
use crate::app::widgets::{named, paragraph, put, put_within};
use crate::app::words::fill;
use crate::session::training::{Reckoning, Watch, Weighed};
use egui::{Align2, Rect, Role, Sense, Stroke, Ui, pos2, vec2};

const ROW: f32 = 28.0;

pub fn stage(ui: &mut Ui, ctx: &Context, run: &Watch) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    section(ui, ctx, words.gained);
    paragraph(ui, words.gained_why, Type::Small, colours.text2);
    let Some(report) = &run.report else {
        paragraph(ui, words.weighing, Type::Small, colours.text3);
        return;
    };
    for (is_loss, caption) in [(true, words.loss_lower), (false, words.share_higher)] {
        let tests: Vec<&Weighed> =
            report.tests.iter().filter(|test| test.reckoning.is_loss() == is_loss).collect();
        if tests.is_empty() {
            continue;
        }
        let highest = tests.iter().map(|t| t.before.max(t.after)).fold(0.0, f64::max);
        let end = if is_loss { highest.max(0.5).ceil() } else { 1.0 };
        ui.add_space(6.0);
        for test in tests {
            row(ui, ctx, test, end);
        }
        axis(ui, ctx, caption, end, is_loss);
    }
}

/// What a test is called on the screen.
pub fn name(ctx: &Context, test: &Weighed) -> String {
    let words = ctx.words.tune;
    let sentence = match test.reckoning {
        Reckoning::NewLoss => words.new_loss,
        Reckoning::OldLoss => words.old_loss,
        Reckoning::Answers => words.answers,
        Reckoning::Marks => words.marks,
    };
    fill(sentence, &[&test.set])
}

/// The line of a row: from where to where.
fn line(rect: Rect) -> (f32, f32) {
    (rect.left() + rect.width() * 0.44, rect.right() - 64.0)
}

fn row(ui: &mut Ui, ctx: &Context, test: &Weighed, end: f64) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    let size = vec2(ui.available_width() - 12.0, ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let y = rect.center().y;
    let is_loss = test.reckoning.is_loss();
    let label = name(ctx, test);
    let (left, right) = line(rect);
    let room = left - 8.0 - rect.left();
    put_within(ui.painter(), rect.left_center(), room, &label, Type::Body.font(), colours.text1);
    ui.painter().hline(left..=right, y, Stroke::new(1.0, colours.line0));
    let x = |value: f64| left + (right - left) * (value / end).clamp(0.0, 1.0) as f32;
    let (from, to) = (x(test.before), x(test.after));
    let change = test.after - test.before;
    // The colour says up or down, never good or bad.
    let colour = ctx.look.map(ColourMap::Signed, change.signum() as f32 * 0.72);
    if (from - to).abs() > 1.0 {
        let ends = [pos2(from, y), pos2(to, y)];
        ui.painter().line_segment(ends, Stroke::new(4.0, colour));
    }
    ui.painter().circle(pos2(from, y), 4.0, colours.stage, Stroke::new(1.5, colours.text1));
    ui.painter().circle_filled(pos2(to, y), 4.5, colours.text1);
    let number = match is_loss {
        true => numbers::difference(change as f32),
        false => {
            let points = (change * 100.0).round();
            let sign = if points < 0.0 { "\u{2212}" } else { "+" };
            format!("{sign}{} %", points.abs())
        }
    };
    let at = pos2(rect.right(), y);
    put(ui.painter(), at, Align2::RIGHT_CENTER, &number, Type::NumberSmall.font(), colours.text1);
    let [before, after] = [test.before, test.after].map(|value| written(value, is_loss));
    let text = fill(words.test_name, &[&label, &before, &after]);
    named(&response, Role::Label, true, &text);
    let count = if is_loss { words.of_tokens } else { words.of_questions };
    let count = fill(count, &[&numbers::count(test.count)]);
    response.on_hover_text(format!("{text} ({count})"));
}

fn axis(ui: &mut Ui, ctx: &Context, caption: &str, end: f64, is_loss: bool) {
    let colours = ctx.look.colours();
    let size = vec2(ui.available_width() - 12.0, 20.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let (left, right) = line(rect);
    let y = rect.center().y;
    let font = Type::Caption.font();
    put(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, caption, font, colours.text3);
    let font = Type::NumberTiny.font();
    let high = if is_loss { format!("{end:.0}") } else { "100 %".into() };
    for (x, text) in [(left, if is_loss { "0" } else { "0 %" }), (right, high.as_str())] {
        put(ui.painter(), pos2(x, y), Align2::CENTER_CENTER, text, font.clone(), colours.text3);
    }
}
