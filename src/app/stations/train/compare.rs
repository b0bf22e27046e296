//! Runs side by side: their curves laid over each other, their names, notes, and what to do with them.

use super::live::draw;
use super::plot::Scale;
use super::{State as Station, sparks::scientific};
use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::theme::Type;
use crate::app::widgets::{ButtonKind, button, named, paragraph, put, switch};
use crate::app::words::fill;
use crate::session::run::RunEvent;
use crate::session::training::{Entry, Order, Watch, validation};
use egui::{Align2, Rect, Role, ScrollArea, Sense, Stroke, TextEdit, Ui, UiBuilder, pos2, vec2};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    /// Runs whose curve is switched off.
    hidden: BTreeSet<PathBuf>,
    /// What is being typed: the run, its name and its note.
    editing: Option<(PathBuf, String, String)>,
    /// The run that was deleted last, and its name.
    deleted: Option<(PathBuf, String)>,
}

/// Dashes that tell curves apart, besides their names: length of dash and gap.
const DASHES: [Option<(f32, f32)>; 4] =
    [None, Some((6.0, 3.0)), Some((2.0, 3.0)), Some((10.0, 4.0))];

pub fn stage(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut Station,
    run: &Watch,
    actions: &mut Vec<Action>,
) {
    let full = ui.available_rect_before_wrap();
    let (upper, lower) = full.split_top_bottom_at_fraction(0.5);
    let others: Vec<&Entry> = ctx
        .session
        .training()
        .shelf
        .iter()
        .filter(|entry| entry.card.recipe.tune.is_none())
        .filter(|entry| Some(&entry.folder) != run.begun.folder.as_ref())
        .collect();
    curves(ui, ctx, state, run, &others, upper);
    ui.scope_builder(UiBuilder::new().max_rect(lower.with_min_y(lower.top() + 8.0)), |ui| {
        ScrollArea::vertical().id_salt("runs").show(ui, |ui| {
            undo(ui, ctx, &mut state.compare, actions);
            table(ui, ctx, state, run, &others, actions);
        });
    });
    ui.allocate_rect(full, Sense::hover());
}

fn curves(ui: &Ui, ctx: &Context, state: &Station, run: &Watch, others: &[&Entry], rect: Rect) {
    let colours = ctx.look.colours();
    let inner = Rect::from_min_max(
        rect.min + vec2(36.0, 16.0),
        pos2(rect.right() - 150.0, rect.bottom() - 26.0),
    );
    let shown: Vec<&Entry> = others
        .iter()
        .copied()
        .filter(|entry| !state.compare.hidden.contains(&entry.folder))
        .take(DASHES.len())
        .collect();
    let all = || shown.iter().flat_map(|entry| &entry.events).chain(&run.events);
    let steps = all().map(|event| event.report.step + 1).max().unwrap_or(1);
    let steps = steps.max(run.learning.steps);
    let losses = all().map(|event| event.report.val_loss.unwrap_or(event.report.train_loss));
    let scale = Scale::around(inner, steps, losses, state.log);
    super::live::grid(ui, ctx, &scale);
    let mut taken: Vec<f32> = Vec::new();
    let named = shown.iter().map(|entry| (entry.card.name.as_str(), entry.events.as_slice()));
    for (i, (name, events)) in named.enumerate() {
        let stroke = Stroke::new(1.5, if i == 0 { colours.text3 } else { colours.line2 });
        let line = judged(events);
        match DASHES[i] {
            None => draw(ui, &scale, &line, stroke),
            Some((dash, gap)) => {
                let points: Vec<_> = line.iter().map(|(x, y)| scale.at(*x, *y)).collect();
                ui.painter().extend(egui::Shape::dashed_line(&points, stroke, dash, gap));
            }
        }
        name_at_end(ui, ctx, &scale, &line, name, &mut taken, false);
    }
    let line = judged(&run.events);
    draw(ui, &scale, &line, Stroke::new(2.25, colours.text1));
    name_at_end(ui, ctx, &scale, &line, &run.begun.card.name, &mut taken, true);
}

fn judged(events: &[RunEvent]) -> Vec<(f64, f64)> {
    validation(events).map(|(step, loss)| (step as f64, loss)).collect()
}

/// A curve's name, at its end, beside those that stand there already.
fn name_at_end(
    ui: &Ui,
    ctx: &Context,
    scale: &Scale,
    line: &[(f64, f64)],
    name: &str,
    taken: &mut Vec<f32>,
    strong: bool,
) {
    let Some(&(step, loss)) = line.last() else { return };
    let end = scale.at(step, loss);
    let mut y = end.y;
    while taken.iter().any(|other| (other - y).abs() < 14.0) {
        y -= 14.0;
    }
    taken.push(y);
    let colours = ctx.look.colours();
    let ink = if strong { colours.text1 } else { colours.text2 };
    let text = format!("{name} {loss:.2}");
    put(ui.painter(), pos2(end.x + 8.0, y), Align2::LEFT_CENTER, &text, Type::Small.font(), ink);
}

fn undo(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let Some((folder, name)) = state.deleted.clone() else { return };
    ui.horizontal(|ui| {
        let text = fill(ctx.words.train.deleted, &[&name]);
        ui.label(egui::RichText::new(text).font(Type::Body.font()));
        if button(ui, &ctx.look, ButtonKind::Plain, None, ctx.words.undo, true).clicked() {
            actions.push(Action::Train(Order::Undelete(folder)));
            state.deleted = None;
        }
    });
    ui.add_space(8.0);
}

fn table(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut Station,
    run: &Watch,
    others: &[&Entry],
    actions: &mut Vec<Action>,
) {
    let words = ctx.words.train;
    ui.horizontal(|ui| {
        paragraph(ui, words.runs, Type::Heading, ctx.look.colours().text1);
        switch(ui, &ctx.look, words.log_scale, &mut state.log);
    });
    let best = run.best();
    let name = format!("{} · {}", run.begun.card.name, words.under_way);
    row(ui, ctx, &name, &run.begun.card.recipe.preset.learning, run.step(), best);
    if others.is_empty() {
        paragraph(ui, words.no_runs, Type::Small, ctx.look.colours().text3);
    }
    for entry in others {
        let last = entry.events.last().map_or(0, |event| event.report.step + 1);
        let best = validation(&entry.events).min_by(|a, b| a.1.total_cmp(&b.1));
        let learning = &entry.card.recipe.preset.learning;
        row(ui, ctx, &entry.card.name, learning, last, best);
        controls(ui, ctx, &mut state.compare, entry, actions);
    }
}

/// One run in a line: name, seed of its settings, how far it came, and its best.
fn row(
    ui: &mut Ui,
    ctx: &Context,
    name: &str,
    learning: &crate::train::Learning,
    step: u64,
    best: Option<(u64, f64)>,
) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::hover());
    let y = rect.center().y;
    let best = best.map_or(String::new(), |(at, loss)| {
        let lowest = fill(words.lowest_at, &[&format!("{loss:.2}"), &numbers::count(at as usize)]);
        format!("{} {lowest}", words.best)
    });
    let step = fill(words.step_n, &[&numbers::count(step as usize)]);
    let rate = format!("{} {}", words.learning_rate, scientific(learning.learning_rate));
    let columns = [(0.0, name), (0.34, rate.as_str()), (0.6, &step), (0.76, &best)];
    for (share, text) in columns {
        let at = pos2(rect.left() + share * rect.width(), y);
        let (font, ink) = match share {
            0.0 => (Type::Label.font(), colours.text1),
            _ => (Type::Small.font(), colours.text2),
        };
        put(ui.painter(), at, Align2::LEFT_CENTER, text, font, ink);
    }
    named(&response, Role::Label, true, &format!("{name}, {rate}, {step}, {best}"));
}

fn controls(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    entry: &Entry,
    actions: &mut Vec<Action>,
) {
    let words = ctx.words.train;
    let name = &entry.card.name;
    ui.horizontal(|ui| {
        let mut on = !state.hidden.contains(&entry.folder);
        if switch(ui, &ctx.look, &fill(words.show_run, &[name]), &mut on).changed() {
            match on {
                true => state.hidden.remove(&entry.folder),
                false => state.hidden.insert(entry.folder.clone()),
            };
        }
        edit(ui, ctx, state, entry, actions);
        let quiet = |ui: &mut Ui, label: &str| {
            button(ui, &ctx.look, ButtonKind::Quiet, None, label, true).clicked()
        };
        if quiet(ui, &fill(words.open_run, &[name])) {
            actions.push(Action::Train(Order::Resume(entry.folder.clone())));
        }
        if quiet(ui, &fill(words.delete_run, &[name])) {
            state.deleted = Some((entry.folder.clone(), name.clone()));
            actions.push(Action::Train(Order::Delete(entry.folder.clone())));
        }
    });
    ui.painter().hline(
        ui.max_rect().x_range(),
        ui.cursor().top(),
        Stroke::new(1.0, ctx.look.colours().line0),
    );
    ui.add_space(6.0);
}

/// Name and note, kept when the field is left.
fn edit(ui: &mut Ui, ctx: &Context, state: &mut State, entry: &Entry, actions: &mut Vec<Action>) {
    let words = ctx.words.train;
    let card = &entry.card;
    let is_here = state.editing.as_ref().is_some_and(|(folder, ..)| *folder == entry.folder);
    let (mut name, mut note) = match &state.editing {
        Some((_, name, note)) if is_here => (name.clone(), note.clone()),
        _ => (card.name.clone(), card.note.clone()),
    };
    let mut left = false;
    let mut touched = false;
    let fields = [
        (&mut name, fill(words.name_of, &[&card.name]), "", 110.0),
        (&mut note, fill(words.note_of, &[&card.name]), words.note_hint, 160.0),
    ];
    for (text, label, hint, wide) in fields {
        let field = TextEdit::singleline(text).hint_text(hint).desired_width(wide);
        let response = ui.add(field);
        touched |= response.changed();
        left |= response.lost_focus();
        response.on_hover_text(label);
    }
    if touched {
        state.editing = Some((entry.folder.clone(), name.clone(), note.clone()));
    }
    if left && (name != card.name || note != card.note) && !name.trim().is_empty() {
        let folder = entry.folder.clone();
        actions.push(Action::Train(Order::Rename { folder, name, note }));
        state.editing = None;
    }
}
