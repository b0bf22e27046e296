//! The rules with their effects, the size of the data against the model, and what to beware of.

use super::steps::progress_of;
use super::{State, rules, sets};
use crate::app::context::{Action, Context};
use crate::app::lesson::{is_hidden, part};
use crate::app::numbers;
use crate::app::stations::chat::fact;
use crate::app::theme::Type;
use crate::app::widgets::{CardKind, card, paragraph, put, put_within, switch_at};
use crate::app::words::fill;
use crate::lesson::Part;
use crate::session::library::{Bond, Prepared, Request, Task};
use crate::text::clean::{Rule, RuleReport};
use egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

/// Tokens for each number of a model: what large models are given (Hoffmann et al. 2022, “Training
/// Compute-Optimal Large Language Models”).
const RULE_OF_THUMB: usize = 20;

/// The inspector of the Data station.
pub fn inspector(ui: &mut Ui, ctx: &Context, state: &State, actions: &mut Vec<Action>) {
    let words = ctx.words.data;
    if !is_hidden(ui.ctx(), Part::DataRules) {
        all_rules(ui, ctx, state, actions);
    }
    super::waiting(ui, ctx, words.cleaning_set, ctx.session.library().progress(Task::Prepare));
    ui.add_space(12.0);
    let top = ui.cursor().top();
    size(ui, ctx);
    part(ui, Part::DataCounts, below(ui, top));
    ui.add_space(8.0);
    // What warnings count is what a lesson that hides the rules may ask for.
    let shown = !is_hidden(ui.ctx(), Part::DataRules);
    for (what, more) in warnings(ctx).into_iter().filter(|_| shown) {
        ui.add_space(4.0);
        card(ui, &ctx.look, CardKind::Warning, &what, &more);
    }
}

/// What stands in the panel from `top` on, as far as it is in sight.
fn below(ui: &Ui, top: f32) -> Rect {
    let rect = ui.max_rect().with_min_y(top).with_max_y(ui.cursor().top());
    rect.intersect(ui.clip_rect().shrink(4.0))
}

/// The rules in the order in which they work, each with its effect and its switch.
fn all_rules(ui: &mut Ui, ctx: &Context, state: &State, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    paragraph(ui, words.cleaning, Type::Small, colours.text3);
    let all = rules::count();
    paragraph(ui, &fill(words.n_rules, &[&all]), Type::Heading, colours.text1);
    ui.add_space(4.0);
    let (at, _) = progress_of(ctx, state);
    let library = ctx.session.library();
    let on = rules::in_order(&library.treatment().rules);
    let here = at.checked_sub(1).and_then(|at| on.get(at)).copied();
    ui.spacing_mut().item_spacing.y = 0.0;
    let top = ui.cursor().top();
    for (number, rule) in Rule::all().iter().enumerate() {
        rule_row(ui, ctx, number + 1, rule.name, here == Some(rule.name), actions);
    }
    part(ui, Part::DataRules, below(ui, top));
    ui.spacing_mut().item_spacing.y = 6.0;
    ui.add_space(6.0);
    paragraph(ui, words.changed_by_each, Type::Small, colours.text3);
}

/// A rule: its number, its name, how many dialogues it changes, and its switch.
fn rule_row(
    ui: &mut Ui,
    ctx: &Context,
    number: usize,
    rule: &'static str,
    here: bool,
    actions: &mut Vec<Action>,
) {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    let library = ctx.session.library();
    let on = library.treatment().rules.contains(rule);
    let (name, what) = rules::texts(words, rule);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 31.0), Sense::hover());
    let y = rect.center().y;
    let ink = match (on, here || response.hovered()) {
        (true, true) => colours.text1,
        (true, false) => colours.text2,
        (false, _) => colours.text3,
    };
    let font = if here { Type::Strong } else { Type::Label }.font();
    let digits = Type::NumberSmall.font();
    put(
        ui.painter(),
        pos2(rect.left(), y),
        Align2::LEFT_CENTER,
        &number.to_string(),
        digits.clone(),
        colours.text3,
    );
    put_within(ui.painter(), pos2(rect.left() + 24.0, y), rect.width() - 108.0, name, font, ink);
    let report = library.prepared().and_then(|prepared| prepared.report(rule));
    let count = report.map_or("…".into(), |report| numbers::count(report.dialogues_changed));
    put(ui.painter(), pos2(rect.right() - 40.0, y), Align2::RIGHT_CENTER, &count, digits, ink);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, (1.0, colours.line0));
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Label, true, format!("{number} {name}: {count}"))
    });
    response.on_hover_ui(|ui| {
        ui.set_max_width(300.0);
        paragraph(ui, what, Type::Body, colours.text1);
        if let Some(report) = report {
            paragraph(ui, &effect(ctx, report, on), Type::Small, colours.text2);
        }
    });
    let track = Rect::from_min_size(pos2(rect.right() - 30.0, y - 9.0), vec2(30.0, 18.0));
    if switch_at(ui, &ctx.look, track, name, on) {
        actions.push(Action::Data(Request::Rule(rule, !on)));
    }
}

/// What a rule does, in numbers.
fn effect(ctx: &Context, report: &RuleReport, on: bool) -> String {
    let words = ctx.words.data;
    let [changed, removed, characters] =
        [report.turns_changed, report.turns_removed, report.characters_changed()]
            .map(numbers::count);
    let effect = fill(words.rule_effect, &[&changed, &removed, &characters]);
    if on { effect } else { format!("{} {effect}", words.rule_would) }
}

/// How much data there is, and how much a model of this size takes.
fn size(ui: &mut Ui, ctx: &Context) {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    paragraph(ui, words.size, Type::Strong, colours.text1);
    let library = ctx.session.library();
    let tokens = library.tokens().map(|tokens| tokens.training);
    let opened = ctx.session.opened();
    let numbers_in = opened.map(|opened| opened.model.parameters.values.len());
    let seen = opened.and_then(|opened| opened.model.provenance.as_ref()).map(|p| p.tokens_seen);
    let dash = || "–".to_string();
    fact(ui, ctx, words.tokens_to_learn, &tokens.map_or_else(dash, numbers::count));
    fact(ui, ctx, words.numbers_in_model, &numbers_in.map_or_else(dash, numbers::count));
    let times = match (seen, tokens) {
        (Some(seen), Some(tokens)) if seen > 0 && tokens > 0 && !library.bond().is_broken() => {
            let times = seen as f64 / tokens as f64;
            if times < 10.0 { format!("{times:.1}") } else { format!("{times:.0}") }
        }
        _ => dash(),
    };
    let top = ui.cursor().min;
    fact(ui, ctx, words.times_read, &times);
    let row = Rect::from_min_max(top, pos2(ui.max_rect().right(), ui.cursor().top()));
    let hover = ui.interact(row, ui.scope_id().with("times"), Sense::hover());
    hover.on_hover_text(words.times_read_is);
    super::waiting(ui, ctx, words.tokens_to_learn, library.progress(Task::Count));
    if let Some(parameters) = numbers_in {
        let wanted = numbers::count(parameters * RULE_OF_THUMB);
        paragraph(ui, &fill(words.rule_of_thumb, &[&wanted]), Type::Small, colours.text2);
    }
    if let (Some(opened), Some(_)) = (opened, tokens) {
        paragraph(ui, &fill(words.counted_with, &[&opened.name]), Type::Small, colours.text3);
    }
    if library.bond() == Bond::Earlier {
        paragraph(ui, words.earlier_edition, Type::Small, colours.text3);
    }
}

/// What a person should know before anything is learned from this data.
fn warnings(ctx: &Context) -> Vec<(String, String)> {
    let words = ctx.words.data;
    let library = ctx.session.library();
    let mut found = Vec::new();
    if let Some(prepared) = library.prepared() {
        found.extend(of_the_data(ctx, prepared));
    }
    if let Bond::Other(names) = library.bond() {
        if names.iter().any(|name| name == library.chosen().name()) {
            found.push((words.set_changed.to_string(), words.set_changed_more.to_string()));
            return found;
        }
        let named = |name: &String| {
            let entry = library.shipped().iter().find(|set| set.id == *name);
            entry.map_or(name.clone(), |set| sets::title_of(ctx, set).to_string())
        };
        let names: Vec<String> = names.iter().map(named).collect();
        let what = fill(words.other_data, &[&names.join(", ")]);
        found.push((what, words.other_data_more.to_string()));
    }
    found
}

fn of_the_data(ctx: &Context, prepared: &Prepared) -> Option<(String, String)> {
    let words = ctx.words.data;
    let all = prepared.survey.dialogues.len();
    if prepared.training == 0 {
        return Some((words.nothing_left.into(), words.nothing_left_more.into()));
    }
    let twice = rules::number("duplicates");
    if prepared.different < all {
        let [different, all] = [prepared.different, all].map(numbers::count);
        let what = fill(words.only_different, &[&different, &all]);
        return Some((what, fill(words.only_different_more, &[&twice])));
    }
    (prepared.shared > 0).then(|| {
        let what = fill(words.shared, &[&numbers::count(prepared.shared)]);
        (what, fill(words.shared_more, &[&twice]))
    })
}
