//! The inspector of the Tune station: how it learns, what it forgot, and what to do with it.

use super::{State, again_with_old, gained, main_button, plain_button, setup};
use crate::app::context::{Action, Context, Station};
use crate::app::stations::chat::fact;
use crate::app::stations::train::{plot::thinned, warning_card};
use crate::app::theme::{Part, Type};
use crate::app::widgets::{ButtonKind, button, named, paragraph, put};
use crate::app::words::fill;
use crate::session::engine::Source;
use crate::session::training::{Order, Reckoning, Watch, Weighed, place_of_models};
use crate::train::Tuning;
use egui::{Align2, Role, ScrollArea, Sense, Stroke, TextEdit, Ui, pos2, vec2};

/// A loss has become worse if it has by so much; a share if it has lost so much.
const WORSE_LOSS: f64 = 0.3;
const WORSE_SHARE: f64 = 0.15;
/// The share of old dialogues that is offered.
const OLD: f64 = 0.2;

/// The inspector.
pub fn inspector(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    let Some(run) = ctx.session.training().tuning() else {
        paragraph(ui, words.about, Type::Heading, colours.text1);
        paragraph(ui, words.about_1, Type::Body, colours.text2);
        return;
    };
    ScrollArea::vertical().id_salt("of tuning").show(ui, |ui| {
        ui.set_width(ui.available_width() - 10.0);
        method(ui, ctx, run);
        ui.add_space(16.0);
        loss(ui, ctx, run);
        ui.add_space(16.0);
        trouble(ui, ctx, run);
        forgotten(ui, ctx, state, run, actions);
        onwards(ui, ctx, state, run, actions);
        ui.add_space(16.0);
        save(ui, ctx, state, run, actions);
    });
}

fn method(ui: &mut Ui, ctx: &Context, run: &Watch) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    let card = &run.begun.card;
    let title = fill(ctx.words.train.run_and_seed, &[&card.name, &card.recipe.seed]);
    paragraph(ui, &title, Type::Small, colours.text3);
    let tune = card.recipe.tune.as_ref();
    match tune.map(|tune| &tune.tuning) {
        Some(Tuning::Lora { rank, .. }) => {
            paragraph(ui, words.lora_why, Type::Label, colours.text1);
            setup::correction(ui, ctx, *rank);
        }
        _ => drop(paragraph(ui, words.full_why, Type::Label, colours.text1)),
    }
    ui.add_space(6.0);
    let learning = run.begun.tuned.as_ref().map_or(0, |tuned| tuned.learning);
    setup::shares(ui, ctx, learning, run.begun.config.parameter_count());
    if let Some(tune) = tune.filter(|tune| tune.mix > 0.0) {
        fact(ui, ctx, words.mix, &format!("{:.0} %", tune.mix * 100.0));
    }
}

/// The curve of the loss, in the small.
fn loss(ui: &mut Ui, ctx: &Context, run: &Watch) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    paragraph(ui, words.loss_counted, Type::Label, colours.text1);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 56.0), Sense::hover());
    let curve = rect.with_max_x(rect.right() - 64.0).shrink2(vec2(0.0, 6.0));
    let points: Vec<(f64, f64)> = run
        .events
        .iter()
        .map(|event| (event.report.step as f64, event.report.train_loss))
        .collect();
    let points = thinned(&points, 90);
    let highest = points.iter().map(|(_, y)| *y).fold(1e-9, f64::max);
    let steps = run.learning.steps.max(1) as f64;
    let at = |(x, y): &(f64, f64)| {
        pos2(
            curve.left() + curve.width() * (x / steps).min(1.0) as f32,
            curve.bottom() - curve.height() * (y / highest) as f32,
        )
    };
    ui.painter().hline(curve.x_range(), curve.bottom(), Stroke::new(1.0, colours.line0));
    let line: Vec<_> = points.iter().map(at).collect();
    ui.painter().line(line, Stroke::new(1.5, colours.text_of(Part::Gradient)));
    let last = points.last().map_or("–".to_string(), |(_, loss)| format!("{loss:.2}"));
    let place = pos2(rect.right(), rect.center().y);
    let font = Type::NumberLarge.font();
    put(ui.painter(), place, Align2::RIGHT_CENTER, &last, font, colours.text1);
    named(&response, Role::Image, true, &format!("{}: {last}", words.loss_counted));
    if let Some((_, loss)) = run.validation().next_back() {
        fact(ui, ctx, words.validation, &format!("{loss:.2}"));
    }
}

fn trouble(ui: &mut Ui, ctx: &Context, run: &Watch) {
    let words = ctx.words.train;
    if let Some(why) = &run.diverged {
        warning_card(ui, ctx, why, "");
        ui.add_space(12.0);
    }
    if let Some(why) = &run.not_saved {
        warning_card(ui, ctx, words.not_saved, why);
        ui.add_space(12.0);
    }
}

/// What has become worst, if anything has become much worse.
fn worst(run: &Watch) -> Option<&Weighed> {
    let worse = |test: &&Weighed| match test.reckoning {
        Reckoning::OldLoss => test.after - test.before > WORSE_LOSS,
        Reckoning::Answers => test.before - test.after > WORSE_SHARE,
        Reckoning::NewLoss | Reckoning::Marks => false,
    };
    let report = run.report.as_ref()?;
    report.tests.iter().filter(worse).max_by(|a, b| {
        let by = |test: &Weighed| (test.after - test.before).abs();
        by(a).total_cmp(&by(b))
    })
}

fn forgotten(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    run: &Watch,
    actions: &mut Vec<Action>,
) {
    let words = ctx.words.tune;
    let Some(test) = worst(run) else { return };
    let mixed = run.begun.card.recipe.tune.as_ref().is_none_or(|tune| tune.mix > 0.0);
    if mixed || state.ignored.as_ref() == Some(&run.begun.card.name) {
        return;
    }
    let what = fill(words.worse, &[&gained::name(ctx, test)]);
    warning_card(ui, ctx, &what, words.worse_what);
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        if plain_button(ui, ctx, words.mix_in, !run.playing) {
            actions.push(again_with_old(ctx, run, OLD));
        }
        if button(ui, &ctx.look, ButtonKind::Quiet, None, words.ignore, true).clicked() {
            state.ignored = Some(run.begun.card.name.clone());
        }
    });
    ui.add_space(12.0);
}

fn onwards(ui: &mut Ui, ctx: &Context, state: &mut State, run: &Watch, actions: &mut Vec<Action>) {
    let words = ctx.words.tune;
    let stays = run.back.is_some() || ctx.session.open_step() == Some(run.step());
    if main_button(ui, ctx, words.talk, true) {
        actions.extend((!stays).then_some(Action::UseNewest));
        actions.push(Action::Go(Station::Chat));
    }
    ui.add_space(8.0);
    if plain_button(ui, ctx, words.look_in_model, true) {
        actions.extend((!stays).then_some(Action::Train(Order::OpenNewest)));
        actions.push(Action::CompareInModel(base_source(run)));
    }
    ui.add_space(8.0);
    if plain_button(ui, ctx, words.new_run, true) {
        actions.extend(run.playing.then_some(Action::Train(Order::Pause)));
        state.choosing = true;
    }
}

/// The model that the run began with: as the run keeps it, or as it is called.
fn base_source(run: &Watch) -> Source {
    match &run.begun.folder {
        Some(folder) => Source::Folder(folder.join("base")),
        None => Source::Named(super::base_name(run).into()),
    }
}

fn save(ui: &mut Ui, ctx: &Context, state: &mut State, run: &Watch, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    paragraph(ui, words.save_as, Type::Heading, colours.text1);
    let training = ctx.session.training();
    let Some(runs) = &training.runs else {
        paragraph(ui, words.not_kept, Type::Small, colours.text3);
        return;
    };
    let name = state.name.get_or_insert_with(|| run.begun.card.name.replace(' ', "-"));
    ui.horizontal(|ui| {
        let wide = (ui.available_width() - 90.0).max(90.0);
        let response =
            ui.add(TextEdit::singleline(name).desired_width(wide).margin(vec2(10.0, 7.0)));
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::TextInput, true, words.model_name)
        });
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.');
        let name = name.trim();
        let can = !name.is_empty() && !name.starts_with('.') && name.chars().all(fits);
        if plain_button(ui, ctx, words.save, can) {
            let folder = place_of_models(runs).join(name);
            actions.push(Action::Train(Order::SaveModel(folder)));
        }
    });
    if training.saved.is_some() {
        paragraph(ui, words.saved, Type::Small, colours.text2);
    }
}
