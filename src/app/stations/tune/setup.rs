//! Before a run: which model, which dialogues, and how much of the model may move.

use super::{State, main_button, plain_button};
use crate::app::context::{Action, Context};
use crate::app::lesson::part;
use crate::app::numbers;
use crate::app::stations::chat::fact;
use crate::app::stations::train::{begin_watched, choice, preparing, scientific, setting};
use crate::app::theme::Type;
use crate::app::widgets::{Slider, paragraph, put, segmented, slider, switch};
use crate::app::words::fill;
use crate::lesson::Part as Named;
use crate::nn::{Lora, LoraTarget};
use crate::session::engine::Source;
use crate::session::library::{Request, SetKey};
use crate::session::shipped_models;
use crate::session::training::{Order, Recipe, Tune};
use crate::text::sets::index::{Form as SetForm, Language as SetLanguage};
use crate::train::{LORA_LEARNING_RATE, Learning, Tuning};
use egui::{
    Align2, DragValue, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2,
};
use std::path::PathBuf;

/// Ranks to choose from.
const RANKS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];
/// Lines of a run's log.
const LINES: u64 = 3000;
/// The persona that is offered first.
const FIRST: [&str; 2] = ["captain", "captain-zh"];

/// What is chosen so far.
#[derive(Debug)]
pub struct Form {
    data: Option<Chosen>,
    /// The language that the data was chosen for.
    for_chinese: Option<bool>,
    lora: bool,
    /// The place of the rank in [`RANKS`].
    rank: usize,
    targets: [bool; 4],
    learning: Option<Learning>,
}

/// The dialogues that are chosen.
#[derive(Debug, Clone, PartialEq)]
enum Chosen {
    Shipped(String),
    /// Those that are chosen in the Data station, as they are cleaned there.
    InData,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            data: None,
            for_chinese: None,
            lora: false,
            rank: 2,
            targets: [true; 4],
            learning: None,
        }
    }
}

impl Form {
    /// Chooses what is not chosen yet; another model's language asks for other dialogues.
    pub fn ready(&mut self, ctx: &Context) {
        if self.learning.is_none() {
            self.learning = Learning::for_tuning().ok();
        }
        let chinese = speaks_chinese(ctx);
        if self.for_chinese != Some(chinese) {
            self.for_chinese = Some(chinese);
            self.data = Some(Chosen::Shipped(FIRST[usize::from(chinese)].into()));
        }
    }

    fn tuning(&self, width: usize) -> Tuning {
        if !self.lora {
            return Tuning::Full;
        }
        let rank = RANKS[self.rank].min(width);
        let targets = LoraTarget::ALL.into_iter().zip(self.targets);
        let targets = targets.filter(|(_, on)| *on).map(|(target, _)| target).collect();
        Tuning::Lora { rank, alpha: 2.0 * rank as f64, targets }
    }

    pub fn set_lora(&mut self, lora: bool) {
        if lora == self.lora {
            return;
        }
        self.lora = lora;
        let factor = if lora { LORA_LEARNING_RATE } else { 1.0 / LORA_LEARNING_RATE };
        if let Some(learning) = &mut self.learning {
            learning.learning_rate *= factor;
            learning.final_learning_rate *= factor;
        }
    }
}

/// Whether the open model learned Chinese dialogues; by the screen's language if nothing is known.
fn speaks_chinese(ctx: &Context) -> bool {
    let opened = ctx.session.opened();
    let record = opened.and_then(|opened| opened.model.provenance.as_ref());
    let first = record.and_then(|record| record.data.first());
    first.map_or(super::is_chinese(ctx), |source| source.name.ends_with("-zh"))
}

pub fn stage(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    narrow: bool,
    actions: &mut Vec<Action>,
) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    state.form.ready(ctx);
    paragraph(ui, words.choose, Type::Title, colours.text1);
    if !narrow {
        paragraph(ui, words.choose_subtitle, Type::Body, colours.text2);
    }
    ui.add_space(12.0);
    let full = ui.available_rect_before_wrap();
    let middle = full.left() + full.width() * 0.5;
    let (left, right) = (full.with_max_x(middle - 20.0), full.with_min_x(middle + 20.0));
    ui.scope_builder(UiBuilder::new().max_rect(left), |ui| {
        ScrollArea::vertical().id_salt("base and dialogues").show(ui, |ui| {
            base(ui, ctx, actions);
            ui.add_space(16.0);
            dialogues(ui, ctx, &mut state.form, actions);
        });
    });
    ui.scope_builder(UiBuilder::new().max_rect(right), |ui| {
        ScrollArea::vertical().id_salt("method").show(ui, |ui| {
            method(ui, ctx, &mut state.form);
            ui.add_space(16.0);
            start(ui, ctx, state, actions);
            ui.add_space(16.0);
            earlier(ui, ctx, state, actions);
        });
    });
}

fn heading(ui: &mut Ui, ctx: &Context, text: &str) {
    paragraph(ui, text, Type::Heading, ctx.look.colours().text1);
    ui.add_space(4.0);
}

/// The open model, and those that could be opened instead.
fn base(ui: &mut Ui, ctx: &Context, actions: &mut Vec<Action>) {
    let words = ctx.words.tune;
    heading(ui, ctx, words.base);
    let opened = ctx.session.opened();
    let name = opened.map_or(String::new(), |opened| opened.name.clone());
    let open_now = opened.map_or(ctx.words.reading.to_string(), |opened| match &opened.run {
        Some(run) => fill(words.moment, &[&run.name, &numbers::count(run.step as usize)]),
        None => name.clone(),
    });
    choice(ui, ctx, &fill(words.open_now, &[&open_now]), "", true);
    for shipped in shipped_models().filter(|shipped| *shipped != name) {
        // A model that only reads on has no replies to change.
        if shipped.starts_with("base") {
            continue;
        }
        if choice(ui, ctx, shipped, "", false) {
            actions.push(Action::Open(Source::Named(PathBuf::from(shipped))));
        }
    }
    for folder in &ctx.session.training().models {
        let own = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if own != name && choice(ui, ctx, &own, "", false) {
            actions.push(Action::Open(Source::Folder(folder.clone())));
        }
    }
    if plain_button(ui, ctx, ctx.words.open_folder, true) {
        actions.push(Action::ChooseFolder);
    }
    if opened.is_some() && !ctx.session.can_chat() {
        paragraph(ui, words.cannot_chat, Type::Small, ctx.look.colours().text2);
    }
}

/// Personas in the model's language first, then what is chosen in Data, then the user's own sets.
fn dialogues(ui: &mut Ui, ctx: &Context, form: &mut Form, actions: &mut Vec<Action>) {
    let words = ctx.words.tune;
    heading(ui, ctx, words.dialogues);
    let library = ctx.session.library();
    let language = if form.for_chinese == Some(true) { SetLanguage::Zh } else { SetLanguage::En };
    let personas = library.shipped().iter().filter(|set| {
        set.form == SetForm::Dialogue && !set.markers.is_empty() && set.language == Some(language)
    });
    for set in personas {
        let chosen = form.data == Some(Chosen::Shipped(set.id.clone()));
        let (title, about) = match super::is_chinese(ctx) {
            true => (&set.title.zh, &set.purpose.zh),
            false => (&set.title.en, &set.purpose.en),
        };
        if choice(ui, ctx, title, about, chosen) {
            form.data = Some(Chosen::Shipped(set.id.clone()));
        }
    }
    let in_data = form.data == Some(Chosen::InData);
    let chosen = library.chosen();
    let label = fill(words.from_data, &[&chosen.name()]);
    if choice(ui, ctx, &label, "", in_data) {
        form.data = Some(Chosen::InData);
    }
    for own in library.own().iter().filter(|own| !own.is_text && own.name != chosen.name()) {
        if choice(ui, ctx, &own.name, "", false) {
            form.data = Some(Chosen::InData);
            actions.push(Action::Data(Request::Choose(SetKey::Own(own.name.clone()))));
        }
    }
}

fn method(ui: &mut Ui, ctx: &Context, form: &mut Form) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    let top = ui.cursor().min;
    heading(ui, ctx, words.method);
    let labels = [words.all_weights, words.lora];
    if let Some(chosen) = segmented(ui, &ctx.look, &labels, usize::from(form.lora)) {
        form.set_lora(chosen == 1);
    }
    ui.add_space(6.0);
    let why = if form.lora { words.lora_why } else { words.full_why };
    paragraph(ui, why, Type::Small, colours.text2);
    if form.lora {
        rank_and_targets(ui, ctx, form);
    }
    // The mark around it keeps clear of the next line.
    let place = Rect::from_min_max(top, pos2(ui.max_rect().right(), ui.cursor().top() - 6.0));
    part(ui, Named::TuneLora, place);
    let Some(config) = ctx.session.opened().map(|opened| &opened.model.parameters.config) else {
        return;
    };
    let all = config.parameter_count();
    let learns = match form.tuning(config.width) {
        Tuning::Full => all,
        Tuning::Lora { rank, targets, .. } => Lora::<f32>::count(config, rank, &targets),
    };
    shares(ui, ctx, learns, all);
    let Some(learning) = &mut form.learning else { return };
    ui.add_space(8.0);
    let steps = DragValue::new(&mut learning.steps).range(10..=100_000).speed(5.0);
    setting(ui, ctx.words.train.all_steps, ctx, steps);
    let highest = learning.learning_rate;
    let rate = DragValue::new(&mut learning.learning_rate)
        .range(1e-6..=0.1)
        .speed(highest * 0.01)
        .custom_formatter(|value, _| scientific(value));
    setting(ui, ctx.words.train.learning_rate, ctx, rate);
    learning.final_learning_rate *= learning.learning_rate / highest;
}

fn rank_and_targets(ui: &mut Ui, ctx: &Context, form: &mut Form) {
    let words = ctx.words.tune;
    correction(ui, ctx, RANKS[form.rank]);
    let value = RANKS[form.rank].to_string();
    let places = Slider { label: words.rank, value: &value, at: form.rank, places: RANKS.len() };
    let wide = ui.available_width() - 12.0;
    if let Some(moved) = slider(ui, &ctx.look, wide, places) {
        form.rank = moved;
    }
    paragraph(ui, words.targets, Type::Label, ctx.look.colours().text1);
    let names = [words.target_qkv, words.target_output, words.target_up, words.target_down];
    for (i, name) in names.into_iter().enumerate() {
        let mut on = form.targets[i];
        // One at least: what learns nothing is no run.
        let others = form.targets.iter().filter(|on| **on).count();
        if switch(ui, &ctx.look, name, &mut on).changed() && (on || others > 1) {
            form.targets[i] = on;
        }
    }
    ui.add_space(6.0);
}

/// How many numbers learn, of how many.
pub fn shares(ui: &mut Ui, ctx: &Context, learns: usize, all: usize) {
    let words = ctx.words.tune;
    fact(ui, ctx, words.learns, &numbers::count(learns));
    fact(ui, ctx, words.out_of, &numbers::count(all));
    let share = 100.0 * learns as f64 / all.max(1) as f64;
    fact(ui, ctx, words.share, &format!("{share:.2} %"));
}

/// W + B·A: a matrix that rests, and its thin correction.
pub fn correction(ui: &mut Ui, ctx: &Context, rank: usize) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 112.0), Sense::hover());
    let thin = (3.0 + 2.0 * (rank as f32).log2()).min(15.0);
    let line = Stroke::new(1.0, colours.line2);
    let square = Rect::from_min_size(rect.min + vec2(0.0, 6.0), vec2(72.0, 72.0));
    ui.painter().rect(square, 4.0, colours.raised, line, StrokeKind::Inside);
    let middle = square.center().y;
    let write = |at: egui::Pos2, text: &str, font: Type, ink| {
        put(ui.painter(), at, Align2::CENTER_CENTER, text, font.font(), ink);
    };
    write(square.center(), "W", Type::Number, colours.text2);
    write(pos2(square.right() + 18.0, middle), "+", Type::Number, colours.text1);
    let tall = Rect::from_center_size(pos2(square.right() + 44.0, middle), vec2(thin, 72.0));
    let wide = Rect::from_center_size(pos2(square.right() + 102.0, middle), vec2(72.0, thin));
    for strip in [tall, wide] {
        ui.painter().rect_filled(strip, 2.0, colours.text1);
    }
    let y = square.bottom() + 14.0;
    write(pos2(square.center().x, y), words.frozen, Type::Caption, colours.text3);
    write(pos2(tall.center().x, y), "B", Type::TokenSmall, colours.text1);
    write(pos2(wide.center().x, y), "A", Type::TokenSmall, colours.text1);
    let caption = fill(words.rank_wide, &[&rank]);
    write(pos2(wide.center().x, y + 14.0), &caption, Type::Caption, colours.text3);
}

fn start(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let words = ctx.words.tune;
    let training = ctx.session.training();
    if let Some(stage) = training.preparing {
        return preparing(ui, ctx, stage, actions);
    }
    ui.horizontal(|ui| {
        let begun = begin(ctx, &state.form);
        if main_button(ui, ctx, words.begin, begun.is_some())
            && let Some(action) = begun
        {
            state.choosing = false;
            (state.tab, state.name, state.pair) = (super::Tab::Learn, None, 0);
            actions.push(action);
        }
        if training.tuning().is_some() && plain_button(ui, ctx, words.go_back_to, true) {
            state.choosing = false;
        }
    });
}

/// The order that begins what is chosen; none while something is missing.
pub fn begin(ctx: &Context, form: &Form) -> Option<Action> {
    let opened = ctx.session.opened().filter(|_| ctx.session.can_chat())?;
    let config = &opened.model.parameters.config;
    let mut learning = form.learning.clone()?;
    learning.log_every = (learning.steps / LINES).max(1);
    let (name, data) = match form.data.as_ref()? {
        Chosen::Shipped(id) => (id.clone(), None),
        Chosen::InData => {
            let order = ctx.session.library().order();
            (order.name().to_string(), Some(order))
        }
    };
    let base = opened
        .run
        .as_ref()
        .map_or(opened.name.clone(), |run| fill(ctx.words.tune.moment, &[&run.name, &run.step]));
    let tune = Tune { base, tuning: form.tuning(config.width), mix: 0.0 };
    let recipe = Recipe::to_tune(config, &name, learning, tune);
    let chinese = form.for_chinese == Some(true);
    Some(begin_watched(ctx, recipe, data, chinese))
}

/// Runs that can be gone on with.
fn earlier(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let training = ctx.session.training();
    let entries: Vec<_> = super::history::entries(ctx).take(6).collect();
    if entries.is_empty() || training.preparing.is_some() {
        return;
    }
    heading(ui, ctx, ctx.words.tune.earlier);
    let words = ctx.words.train;
    for entry in entries {
        let last = entry.events.last().map_or(0, |event| event.report.step + 1);
        let name = fill(words.open_run, &[&entry.card.name]);
        let label = format!("{name} · {}", fill(words.step_n, &[&numbers::count(last as usize)]));
        if plain_button(ui, ctx, &label, true) {
            state.choosing = false;
            actions.push(Action::Train(Order::Resume(entry.folder.clone())));
        }
    }
}
