//! What is searched, and how.

use super::{Ask, State};
use crate::app::context::{Action, Context};
use crate::app::lesson::{is_hidden, part, search_waits};
use crate::app::theme::Type;
use crate::app::widgets::{ButtonKind, Icon, STEPPER, button, stepper};
use crate::decode::EarlyStopping;
use crate::lesson::Part;
use crate::session::{MOST_BEAMS, MOST_RUNS, MOST_STEPS, Plan, searches};
use egui::{Align, Key, Layout, RichText, TextEdit, Ui, vec2};

/// Which settings there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settings {
    /// Those of beam search.
    Tree,
    /// Those of beam search that matter most, and those of sampling.
    Compare,
}

/// Paints the prompt and the settings, in one row or two.
pub fn controls(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    (narrow, kind): (bool, Settings),
    actions: &mut Vec<Action>,
) {
    let before = state.plan(ctx);
    let mut plan = before.clone();
    let mut run = false;
    let count = if kind == Settings::Tree { 5.0 } else { 6.0 };
    let steppers = count * (STEPPER.x + 10.0) + 20.0;
    let one_row = ui.available_width() > steppers + 420.0;
    ui.add_space(2.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        if one_row {
            let rest = ui.available_width() - steppers;
            ui.allocate_ui_with_layout(
                vec2(rest, STEPPER.y),
                Layout::left_to_right(Align::Max),
                |ui| run |= prompt(ui, ctx, &mut plan, actions),
            );
            settings(ui, ctx, kind, &mut plan);
        } else {
            run |= prompt(ui, ctx, &mut plan, actions);
        }
    });
    if !one_row {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = if narrow { 8.0 } else { 10.0 };
            settings(ui, ctx, kind, &mut plan);
        });
    }
    state.written |= plan.text != before.text || plan.as_chat != before.as_chat;
    if plan != before {
        state.plan = plan.clone();
    }
    if run {
        actions.push(Action::Tree(if ctx.session.is_searching() {
            Ask::Stop
        } else {
            Ask::Run(plan)
        }));
    }
}

/// The prompt; returns whether it is to be run, or stopped.
fn prompt(ui: &mut Ui, ctx: &Context, plan: &mut Plan, actions: &mut Vec<Action>) -> bool {
    let (words, colours) = (ctx.words, ctx.look.colours());
    let mut run = false;
    ui.with_layout(Layout::right_to_left(Align::Max), |ui| {
        examples(ui, ctx, actions);
        let searching = ctx.session.is_searching();
        let ready = ctx.session.opened().is_some() && !search_waits(ui.ctx());
        let (icon, name, kind) = if searching {
            (Icon::Stop, words.stop, ButtonKind::Plain)
        } else {
            (Icon::Play, words.tree.run, ButtonKind::Main)
        };
        run |= button(ui, &ctx.look, kind, Some(icon), name, ready).clicked();
        if ctx.session.can_chat() {
            let label = RichText::new(words.as_chat).font(Type::Label.font()).color(colours.text2);
            ui.checkbox(&mut plan.as_chat, label);
        }
        let wide = ui.available_width().clamp(80.0, 900.0);
        let field = TextEdit::singleline(&mut plan.text)
            .hint_text(words.tree.prompt)
            .font(Type::Token.font())
            .desired_width(wide)
            .margin(vec2(12.0, 6.0));
        let response = ui.add(field);
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        run |= ready && entered;
    });
    run
}

/// Width, length penalty, early end, how many are returned, steps.
fn settings(ui: &mut Ui, ctx: &Context, kind: Settings, plan: &mut Plan) {
    let (look, words) = (&ctx.look, ctx.words.tree);
    let shows = |ui: &Ui, name: Part| {
        let shows = !is_hidden(ui.ctx(), name);
        if shows {
            part(ui, name, egui::Rect::from_min_size(ui.cursor().min, STEPPER));
        }
        shows
    };
    let range = within(plan.beams, MOST_BEAMS);
    let by = if shows(ui, Part::BeamWidth) {
        stepper(ui, look, words.width, &plan.beams.to_string(), range)
    } else {
        0
    };
    if by != 0 {
        let all = plan.returns == plan.beams;
        plan.beams = moved(plan.beams, by, MOST_BEAMS);
        plan.returns = if all { plan.beams } else { plan.returns.min(plan.beams) };
    }
    let tenths = (plan.length_penalty * 10.0).round() as isize;
    let range = [tenths > -20, tenths < 20];
    let value = crate::app::numbers::short(plan.length_penalty as f32);
    if shows(ui, Part::BeamLengthPenalty) {
        let by = stepper(ui, look, words.length_penalty, &value, range);
        plan.length_penalty = (tenths + by).clamp(-20, 20) as f64 / 10.0;
    }
    if kind == Settings::Tree {
        ending(ui, ctx, plan);
    }
    let range = within(plan.steps, MOST_STEPS);
    let by = stepper(ui, look, words.steps, &plan.steps.to_string(), range);
    plan.steps = moved(plan.steps, by, MOST_STEPS);
    if kind == Settings::Compare {
        sampling(ui, ctx, plan);
    }
}

/// Of at least one and at most so many.
fn within(value: usize, most: usize) -> [bool; 2] {
    [value > 1, value < most]
}

fn moved(value: usize, by: isize, most: usize) -> usize {
    value.saturating_add_signed(by).clamp(1, most)
}

/// When a search is content, and how many texts it returns.
fn ending(ui: &mut Ui, ctx: &Context, plan: &mut Plan) {
    let (look, words) = (&ctx.look, ctx.words.tree);
    const ENDS: [EarlyStopping; 3] =
        [EarlyStopping::WhenFull, EarlyStopping::WhenUnlikely, EarlyStopping::Never];
    let at = ENDS.iter().position(|end| *end == plan.early_stopping).unwrap_or(1);
    let names = [words.when_full, words.when_unlikely, words.never];
    let by = stepper(ui, look, words.early_end, names[at], [at > 0, at < 2]);
    plan.early_stopping = ENDS[at.saturating_add_signed(by).min(2)];
    let range = within(plan.returns, plan.beams);
    let by = stepper(ui, look, words.returned, &plan.returns.to_string(), range);
    plan.returns = moved(plan.returns, by, plan.beams);
}

/// How many texts are sampled beside it, how boldly, and by which random numbers.
fn sampling(ui: &mut Ui, ctx: &Context, plan: &mut Plan) {
    let (look, words) = (&ctx.look, ctx.words);
    let range = within(plan.runs, MOST_RUNS);
    let by = stepper(ui, look, words.tree.runs, &plan.runs.to_string(), range);
    plan.runs = moved(plan.runs, by, MOST_RUNS);
    let tenths = (plan.temperature * 10.0).round() as isize;
    let value = format!("{:.1}", plan.temperature);
    let by = stepper(ui, look, words.temperature, &value, [tenths > 1, tenths < 30]);
    plan.temperature = (tenths + by).clamp(1, 30) as f32 / 10.0;
    let by = stepper(ui, look, words.tree.seed, &plan.seed.to_string(), [plan.seed > 0, true]);
    plan.seed = plan.seed.saturating_add_signed(by as i64);
}

/// The searches that ship with the program.
fn examples(ui: &mut Ui, ctx: &Context, actions: &mut Vec<Action>) {
    let response =
        button(ui, &ctx.look, ButtonKind::Quiet, Some(Icon::Down), ctx.words.tree.examples, true);
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(300.0);
        for (number, example) in searches::shipped().iter().enumerate() {
            if ui.button(super::in_language(ctx, &example.title)).clicked() {
                actions.push(Action::Tree(Ask::Example(number)));
            }
        }
    });
}
