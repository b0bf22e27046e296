//! Tuning runs that were kept, with what can be done with them.

use super::{State as Station, base_name, data_title, plain_button};
use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::theme::Type;
use crate::app::widgets::{ButtonKind, button, named, paragraph, put};
use crate::app::words::fill;
use crate::session::training::{Entry, Order, Watch, validation};
use crate::train::Tuning;
use egui::{Align2, Role, ScrollArea, Sense, Stroke, Ui, pos2, vec2};
use std::path::PathBuf;

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    /// The run that was deleted last, and its name.
    deleted: Option<(PathBuf, String)>,
}

/// The tuning runs on the shelf.
pub fn entries<'a>(ctx: &Context<'a>) -> impl Iterator<Item = &'a Entry> {
    let all = ctx.session.training().shelf.iter();
    all.filter(|entry| entry.card.recipe.tune.is_some())
}

pub fn stage(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut Station,
    run: &Watch,
    actions: &mut Vec<Action>,
) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    undo(ui, ctx, &mut state.history, actions);
    ScrollArea::vertical().id_salt("tuning runs").auto_shrink(false).show(ui, |ui| {
        let name = format!("{} · {}", run.begun.card.name, ctx.words.train.under_way);
        let recipe = &run.begun.card.recipe;
        let facts = [
            base_name(run),
            data_title(ctx, recipe),
            method(ctx, recipe.tune.as_ref().map(|tune| &tune.tuning)),
        ];
        row(ui, ctx, &name, &facts, run.step(), run.best());
        let here = run.begun.folder.as_ref();
        let mut any = false;
        for entry in entries(ctx).filter(|entry| Some(&entry.folder) != here) {
            any = true;
            let recipe = &entry.card.recipe;
            let tune = recipe.tune.as_ref();
            let facts = [
                tune.map_or(String::new(), |tune| tune.base.clone()),
                data_title(ctx, recipe),
                method(ctx, tune.map(|tune| &tune.tuning)),
            ];
            let last = entry.events.last().map_or(0, |event| event.report.step + 1);
            let best = validation(&entry.events).min_by(|a, b| a.1.total_cmp(&b.1));
            row(ui, ctx, &entry.card.name, &facts, last, best);
            controls(ui, ctx, state, entry, actions);
        }
        if !any {
            paragraph(ui, words.no_runs, Type::Small, colours.text3);
        }
    });
}

fn method(ctx: &Context, tuning: Option<&Tuning>) -> String {
    let words = ctx.words.tune;
    match tuning {
        Some(Tuning::Lora { rank, .. }) => format!("{} · {} {rank}", words.lora, words.rank),
        _ => words.all_weights.into(),
    }
}

fn row(
    ui: &mut Ui,
    ctx: &Context,
    name: &str,
    facts: &[String; 3],
    step: u64,
    best: Option<(u64, f64)>,
) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::hover());
    let best = best.map_or(String::new(), |(at, loss)| {
        let lowest = fill(words.lowest_at, &[&format!("{loss:.2}"), &numbers::count(at as usize)]);
        format!("{} {lowest}", words.best)
    });
    let step = fill(words.step_n, &[&numbers::count(step as usize)]);
    let columns = [
        (0.0, name),
        (0.26, facts[0].as_str()),
        (0.42, facts[1].as_str()),
        (0.58, facts[2].as_str()),
        (0.74, &step),
        (0.84, &best),
    ];
    for (share, text) in columns {
        let at = pos2(rect.left() + share * rect.width(), rect.center().y);
        let (font, ink) = match share {
            0.0 => (Type::Label.font(), colours.text1),
            _ => (Type::Small.font(), colours.text2),
        };
        put(ui.painter(), at, Align2::LEFT_CENTER, text, font, ink);
    }
    let all = [name, &facts[0], &facts[1], &facts[2], &step, &best].join(", ");
    named(&response, Role::Label, true, &all);
}

fn controls(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut Station,
    entry: &Entry,
    actions: &mut Vec<Action>,
) {
    let words = ctx.words.train;
    let name = &entry.card.name;
    ui.horizontal(|ui| {
        let quiet = |ui: &mut Ui, label: &str| {
            button(ui, &ctx.look, ButtonKind::Quiet, None, label, true).clicked()
        };
        if quiet(ui, &fill(words.open_run, &[name])) {
            state.tab = super::Tab::Learn;
            actions.push(Action::Train(Order::Resume(entry.folder.clone())));
        }
        if quiet(ui, &fill(words.delete_run, &[name])) {
            state.history.deleted = Some((entry.folder.clone(), name.clone()));
            actions.push(Action::Train(Order::Delete(entry.folder.clone())));
        }
    });
    let y = ui.cursor().top();
    ui.painter().hline(ui.max_rect().x_range(), y, Stroke::new(1.0, ctx.look.colours().line0));
    ui.add_space(6.0);
}

fn undo(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let Some((folder, name)) = state.deleted.clone() else { return };
    ui.horizontal(|ui| {
        let text = fill(ctx.words.train.deleted, &[&name]);
        ui.label(egui::RichText::new(text).font(Type::Body.font()));
        if plain_button(ui, ctx, ctx.words.undo, true) {
            actions.push(Action::Train(Order::Undelete(folder)));
            state.deleted = None;
        }
    });
    ui.add_space(8.0);
}
