//! The inspector of the Train station: the run's settings, and what could be done next.

use super::newer::{newer_card, warning_card};
use super::sparks::scientific;
use super::{State, main_button, plain_button, setup};
use crate::app::context::{Action, Context, Station};
use crate::app::lesson::part;
use crate::app::numbers;
use crate::app::stations::chat::fact;
use crate::app::theme::Type;
use crate::app::widgets::paragraph;
use crate::app::words::fill;
use crate::lesson::Part;
use crate::session::training::{Order, Watch};
use crate::train::Learning;
use egui::{ComboBox, DragValue, ScrollArea, Ui};

/// The inspector.
pub fn inspector(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let Some(run) = ctx.session.training().noise_run() else {
        paragraph(ui, words.about, Type::Heading, colours.text1);
        paragraph(ui, words.about_1, Type::Body, colours.text2);
        return;
    };
    ScrollArea::vertical().id_salt("settings of the run").show(ui, |ui| {
        ui.set_width(ui.available_width() - 10.0);
        let card = &run.begun.card;
        let title = fill(words.run_and_seed, &[&card.name, &card.recipe.seed]);
        paragraph(ui, &title, Type::Small, colours.text3);
        paragraph(ui, words.settings, Type::Heading, colours.text1);
        ui.add_space(6.0);
        settings(ui, ctx, run, actions);
        ui.add_space(16.0);
        advice(ui, ctx, state, run, actions);
        newer_card(ui, ctx, &mut state.kept_step, actions);
        variation(ui, ctx, state, run, actions);
        ui.add_space(16.0);
        ui.horizontal(|ui| {
            if plain_button(ui, ctx, words.talk_to_it, true) {
                // Whoever went back to an earlier moment wants to talk to that one.
                let stays = run.back.is_some() || ctx.session.open_step() == Some(run.step());
                actions.extend((!stays).then_some(Action::UseNewest));
                actions.push(Action::Go(Station::Chat));
            }
            if plain_button(ui, ctx, words.new_run, true) {
                if run.playing {
                    actions.push(Action::Train(Order::Pause));
                }
                state.choosing = true;
            }
        });
    });
}

/// A name, and a number that can be dragged or typed. What is typed counts when it is whole: the first figure of
/// a long number is none that anybody wants.
pub fn setting(ui: &mut Ui, name: &str, ctx: &Context, drag: DragValue<'_>) -> bool {
    let mut changed = false;
    ui.horizontal(|ui| {
        let colours = ctx.look.colours();
        let text = egui::RichText::new(name).font(Type::Body.font()).color(colours.text2);
        let label = ui.label(text);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.style_mut().override_font_id = Some(Type::NumberSmall.font());
            let response = ui.add(drag.update_while_editing(false)).labelled_by(label.id);
            changed = response.changed();
        });
    });
    changed
}

/// The number that a text such as "16 × 128 tokens" begins with.
fn leading_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

fn settings(ui: &mut Ui, ctx: &Context, run: &Watch, actions: &mut Vec<Action>) {
    let words = ctx.words.train;
    let mut learning = run.learning.clone();
    let highest = learning.learning_rate;
    let rate = DragValue::new(&mut learning.learning_rate)
        .range(1e-6..=1.0)
        .speed(highest * 0.01)
        .custom_formatter(|value, _| scientific(value));
    let top = ui.cursor().top();
    let mut changed = setting(ui, words.learning_rate, ctx, rate);
    let row = ui.max_rect().with_min_y(top).with_max_y(ui.cursor().top());
    part(ui, Part::TrainLearningRate, row);
    // The end of the fall keeps its share of the top.
    learning.final_learning_rate *= learning.learning_rate / highest;
    fact(ui, ctx, words.warm_up, &fill(words.steps, &[&numbers::count(learning.warmup as usize)]));
    let context = run.begun.config.context;
    let batch = DragValue::new(&mut learning.batch)
        .range(1..=64)
        .speed(0.05)
        .custom_formatter(|value, _| fill(words.batch_is, &[&value, &context]))
        .custom_parser(leading_number);
    changed |= setting(ui, words.batch, ctx, batch);
    let decay = DragValue::new(&mut learning.weight_decay).range(0.0..=1.0).speed(0.002);
    changed |= setting(ui, words.weight_decay, ctx, decay.fixed_decimals(2));
    let clip = DragValue::new(&mut learning.clip).range(0.0..=100.0).speed(0.01);
    let clip = clip.custom_formatter(|value, _| {
        if value == 0.0 { words.never.into() } else { format!("{value:.2}") }
    });
    changed |= setting(ui, words.clip, ctx, clip);
    let taken = run.step().max(1);
    let steps = DragValue::new(&mut learning.steps).range(taken..=1_000_000).speed(10.0);
    changed |= setting(ui, words.all_steps, ctx, steps);
    paragraph(ui, words.can_change, Type::Small, ctx.look.colours().text3);
    if let Some(change) = run.changes.last() {
        let text = fill(words.changed_at, &[&numbers::count(change.step as usize)]);
        paragraph(ui, &text, Type::Small, ctx.look.colours().text2);
    }
    if changed && learning != run.learning {
        actions.push(Action::Train(Order::Change(Box::new(learning))));
    }
}

/// What should be known: that the run is only in memory, or that it begins to learn by heart.
fn advice(ui: &mut Ui, ctx: &Context, _state: &State, run: &Watch, actions: &mut Vec<Action>) {
    let words = ctx.words.train;
    if let Some(why) = run.diverged.as_ref() {
        warning_card(ui, ctx, why, "");
        ui.add_space(12.0);
    }
    if let Some(why) = &run.not_saved {
        warning_card(ui, ctx, words.not_saved, why);
        ui.add_space(12.0);
    }
    if let Some(best) = run.overfits_since() {
        let step = numbers::count(best as usize);
        warning_card(ui, ctx, &fill(words.stop_here, &[&step]), words.stop_here_why);
        ui.add_space(8.0);
        if main_button(ui, ctx, &fill(words.open_best, &[&step]), true) {
            actions.push(Action::Train(Order::Open(best)));
        }
        ui.add_space(12.0);
    }
}

/// What a variation does to the settings of a run.
fn varied(learning: &Learning, variation: usize) -> Learning {
    let mut learning = learning.clone();
    match variation {
        0 | 1 => {
            let factor = if variation == 0 { 0.5 } else { 2.0 };
            learning.learning_rate *= factor;
            learning.final_learning_rate *= factor;
        }
        2 => learning.weight_decay = 0.0,
        3 => learning.batch *= 2,
        _ => learning.warmup = 0,
    }
    learning
}

fn variation(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    run: &Watch,
    actions: &mut Vec<Action>,
) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    paragraph(ui, words.change_one, Type::Heading, colours.text1);
    paragraph(ui, words.change_why, Type::Small, colours.text2);
    ui.add_space(6.0);
    let names =
        [words.half_rate, words.twice_rate, words.no_decay, words.twice_batch, words.no_warm_up];
    state.variation = state.variation.min(names.len() - 1);
    let combo = ComboBox::from_id_salt("variation").selected_text(names[state.variation]);
    let shown = combo.width(ui.available_width() - 8.0).show_ui(ui, |ui| {
        for (i, name) in names.into_iter().enumerate() {
            ui.selectable_value(&mut state.variation, i, name);
        }
    });
    shown
        .response
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, words.change_one));
    ui.add_space(6.0);
    if plain_button(ui, ctx, words.run_again, true) {
        let mut recipe = run.begun.card.recipe.clone();
        recipe.preset.learning = varied(&recipe.preset.learning, state.variation);
        // The same data, though it was chosen in Data and may have changed since.
        actions.push(setup::again(ctx, recipe));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::Preset;

    #[test]
    fn every_variation_changes_one_thing() {
        let learning =
            Preset::shipped("minute").and_then(Result::ok).map(|p| p.learning).expect("shipped");
        for variation in 0..5 {
            let other = varied(&learning, variation);
            assert_ne!(other, learning, "{variation}");
            assert_eq!((other.steps, other.beta1), (learning.steps, learning.beta1));
        }
    }
}
