//! Before a run: what should learn, and from what.

mod data;

use super::{main_button, plain_button};
use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::theme::Type;
use crate::app::widgets::{Icon, focus_ring, icon_button, named, paragraph, put, put_within};
use crate::app::words::{Language, fill};
use crate::session::library;
use crate::session::memory_for_training;
use crate::session::training::{Begin, Order, Recipe, Stage};
use crate::text::sets;
use crate::train::{Preset, TokenizerChoice};
use egui::{Align2, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};

/// Presets that are offered, in the order of their patience.
const PRESETS: [&str; 5] = ["minute", "chat-small", "starter", "nano-cpu", "baby"];
/// A vocabulary of single characters has about this many, until the data has been read.
const CHARACTERS: usize = 100;
/// Seconds that a shape must rest before its speed is measured.
const REST: f64 = 0.3;

/// Lines of a run's log.
const LINES: u64 = 3000;

/// What is chosen so far.
#[derive(Debug, Default)]
pub struct Form {
    pub recipe: Option<Recipe>,
    /// Whether it learns from what is chosen in the Data station, as it is cleaned there.
    in_data: bool,
    /// Dialogue sets inside the program: id, and title in both languages.
    sets: Vec<(String, [String; 2])>,
    /// The language that the data was chosen for.
    language: Option<bool>,
    /// The preset whose speed was asked for last, and when the shape was changed last.
    asked: Option<Preset>,
    changed: f64,
}

impl Form {
    /// Takes a preset with the data of the screen's language.
    pub fn choose(&mut self, name: &str, chinese: bool) {
        let Some(Ok(preset)) = Preset::shipped(name) else { return };
        let mut data = preset.data.clone();
        if data.is_empty() {
            data.push("pocket".into());
        }
        if chinese {
            data.iter_mut()
                .filter(|set| *set == "pocket")
                .for_each(|set| *set = "pocket-zh".into());
        }
        self.in_data = false;
        let name = name.to_string();
        self.recipe = Some(Recipe {
            name,
            preset,
            data,
            read_as: None,
            cleaned: true,
            seed: 0,
            keeps_data: false,
            tune: None,
        });
        self.language = Some(chinese);
    }

    fn ready(&mut self, chinese: bool) {
        if self.sets.is_empty()
            && let Ok(index) = sets::index::shipped()
        {
            let dialogues =
                index.sets.into_iter().filter(|set| set.form == sets::index::Form::Dialogue);
            self.sets = dialogues.map(|set| (set.id, [set.title.en, set.title.zh])).collect();
        }
        let name = self.recipe.as_ref().map_or("minute".to_string(), |recipe| recipe.name.clone());
        if self.language != Some(chinese) {
            self.choose(&name, chinese);
        }
    }
}

pub fn stage(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut super::State,
    narrow: bool,
    actions: &mut Vec<Action>,
) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let chinese = std::ptr::eq(ctx.words, Language::Chinese.words());
    state.form.ready(chinese);
    paragraph(ui, words.choose, Type::Title, colours.text1);
    if !narrow {
        paragraph(ui, words.choose_subtitle, Type::Body, colours.text2);
    }
    ui.add_space(12.0);
    let full = ui.available_rect_before_wrap();
    let middle = full.left() + full.width() * 0.48;
    let left = full.with_max_x(middle - 20.0);
    let right = full.with_min_x(middle + 20.0);
    let before = state.form.recipe.clone();
    ui.scope_builder(UiBuilder::new().max_rect(left), |ui| {
        ScrollArea::vertical().id_salt("choices").show(ui, |ui| {
            presets(ui, ctx, &mut state.form, chinese);
            ui.add_space(12.0);
            data::data(ui, ctx, &mut state.form, chinese, actions);
        });
    });
    ui.scope_builder(UiBuilder::new().max_rect(right), |ui| {
        ScrollArea::vertical().id_salt("shape").show(ui, |ui| {
            shape(ui, ctx, &mut state.form);
            ui.add_space(12.0);
            costs(ui, ctx, &state.form);
            ui.add_space(16.0);
            start(ui, ctx, state, actions);
            ui.add_space(16.0);
            earlier(ui, ctx, state, actions);
        });
    });
    let now = ui.input(|input| input.time);
    if state.form.recipe != before {
        state.form.changed = now;
    }
    measure(ui, ctx, &mut state.form, now, actions);
}

/// Asks how fast this machine trains the shape, once it has been left alone for a moment.
fn measure(ui: &Ui, ctx: &Context, form: &mut Form, now: f64, actions: &mut Vec<Action>) {
    let Some(recipe) = &form.recipe else { return };
    if ctx.session.training().is_working() || form.asked.as_ref() == Some(&recipe.preset) {
        return;
    }
    if now - form.changed < REST {
        return ui.ctx().request_repaint_after_secs(REST as f32);
    }
    form.asked = Some(recipe.preset.clone());
    let preset = Box::new(recipe.preset.clone());
    let vocabulary = vocabulary(&recipe.preset);
    actions.push(Action::Train(Order::Measure { preset, vocabulary }));
}

fn vocabulary(preset: &Preset) -> usize {
    match preset.tokenizer {
        TokenizerChoice::Characters => CHARACTERS,
        TokenizerChoice::Bpe(vocabulary) => vocabulary,
    }
}

fn heading(ui: &mut Ui, ctx: &Context, text: &str) {
    paragraph(ui, text, Type::Heading, ctx.look.colours().text1);
    ui.add_space(4.0);
}

/// One of several, as a row with a second line.
pub fn choice(ui: &mut Ui, ctx: &Context, name: &str, about: &str, chosen: bool) -> bool {
    let colours = ctx.look.colours();
    let height = if about.is_empty() { 30.0 } else { 46.0 };
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width() - 8.0, height), Sense::click());
    response.widget_info(|| egui::WidgetInfo::selected(Role::RadioButton, true, chosen, name));
    let fill = if chosen || response.hovered() { colours.hover } else { colours.panel };
    let line =
        if chosen { Stroke::new(2.0, colours.text1) } else { Stroke::new(1.0, colours.line0) };
    ui.painter().rect(rect, 8.0, fill, line, StrokeKind::Inside);
    let y = if about.is_empty() { rect.center().y } else { rect.top() + 15.0 };
    let at = pos2(rect.left() + 12.0, y);
    put(ui.painter(), at, Align2::LEFT_CENTER, name, Type::Label.font(), colours.text1);
    let at = pos2(rect.left() + 12.0, rect.top() + 32.0);
    put_within(ui.painter(), at, rect.width() - 24.0, about, Type::Small.font(), colours.text2);
    focus_ring(ui, &ctx.look, rect, 8.0, &response);
    if about.is_empty() { response.clicked() } else { response.on_hover_text(about).clicked() }
}

fn presets(ui: &mut Ui, ctx: &Context, form: &mut Form, chinese: bool) {
    let words = ctx.words.train;
    heading(ui, ctx, words.presets);
    let abouts = [
        words.about_minute,
        words.about_chat_small,
        words.about_starter,
        words.about_nano,
        words.about_baby,
    ];
    for (name, about) in PRESETS.into_iter().zip(abouts) {
        let chosen = form.recipe.as_ref().is_some_and(|recipe| recipe.name == name);
        if choice(ui, ctx, name, about, chosen) {
            form.choose(name, chinese);
        }
    }
}

/// A number with a button to each side.
fn stepper(ui: &mut Ui, ctx: &Context, name: &str, value: &str) -> isize {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let mut by = 0;
    ui.horizontal(|ui| {
        let (rect, response) = ui.allocate_exact_size(vec2(110.0, 32.0), Sense::hover());
        named(&response, Role::Label, true, &format!("{name}: {value}"));
        let at = rect.left_center();
        put(ui.painter(), at, Align2::LEFT_CENTER, name, Type::Body.font(), colours.text2);
        if icon_button(ui, &ctx.look, Icon::Left, &fill(words.fewer, &[&name]), true).clicked() {
            by = -1;
        }
        let (rect, _) = ui.allocate_exact_size(vec2(64.0, 32.0), Sense::hover());
        let font = Type::Number.font();
        put(ui.painter(), rect.center(), Align2::CENTER_CENTER, value, font, colours.text1);
        if icon_button(ui, &ctx.look, Icon::Right, &fill(words.more, &[&name]), true).clicked() {
            by = 1;
        }
    });
    by
}

/// Moves a value along a list of sensible ones.
fn along(value: &mut usize, by: isize, sizes: &[usize]) {
    if by > 0 {
        *value = sizes.iter().copied().find(|size| *size > *value).unwrap_or(*value);
    } else if by < 0 {
        *value = sizes.iter().rev().copied().find(|size| *size < *value).unwrap_or(*value);
    }
}

fn shape(ui: &mut Ui, ctx: &Context, form: &mut Form) {
    let words = ctx.words.train;
    heading(ui, ctx, words.shape);
    let Some(recipe) = &mut form.recipe else { return };
    let model = &mut recipe.preset.model;
    let (mut layers, mut heads, mut width, mut context) =
        (model.layers, model.heads, model.width, model.context);
    let by = stepper(ui, ctx, words.layers, &layers.to_string());
    along(&mut layers, by, &[1, 2, 3, 4, 5, 6, 8, 10, 12]);
    let by = stepper(ui, ctx, words.heads, &heads.to_string());
    along(&mut heads, by, &[1, 2, 4, 6, 8]);
    let by = stepper(ui, ctx, words.width, &width.to_string());
    along(&mut width, by, &[24, 48, 72, 96, 120, 144, 192, 240, 288, 384, 480]);
    if heads != model.heads || !width.is_multiple_of(heads) {
        // Every head takes the same share of the width.
        width = width.div_ceil(heads) * heads;
    }
    let by = stepper(ui, ctx, words.context, &context.to_string());
    along(&mut context, by, &[16, 32, 64, 128, 256, 512]);
    (model.layers, model.heads, model.width, model.context) = (layers, heads, width, context);
    match &mut recipe.preset.tokenizer {
        TokenizerChoice::Bpe(vocabulary) => {
            let by = stepper(ui, ctx, words.vocabulary, &numbers::count(*vocabulary));
            along(vocabulary, by, &[300, 400, 512, 768, 1024, 1536, 2048, 3072, 4096]);
        }
        TokenizerChoice::Characters => {
            stepper_text(ui, ctx, words.vocabulary, words.characters);
        }
    }
    let by = stepper(ui, ctx, words.seed, &recipe.seed.to_string());
    recipe.seed = recipe.seed.saturating_add_signed(by as i64);
}

fn stepper_text(ui: &mut Ui, ctx: &Context, name: &str, value: &str) {
    let colours = ctx.look.colours();
    let (rect, response) = ui.allocate_exact_size(vec2(220.0, 32.0), Sense::hover());
    named(&response, Role::Label, true, &format!("{name}: {value}"));
    let font = Type::Body.font();
    put(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, name, font.clone(), colours.text2);
    let at = pos2(rect.left() + 182.0, rect.center().y);
    put(ui.painter(), at, Align2::CENTER_CENTER, value, font, colours.text1);
}

fn fact(ui: &mut Ui, ctx: &Context, name: &str, value: &str) {
    crate::app::stations::chat::fact(ui, ctx, name, value);
}

fn costs(ui: &mut Ui, ctx: &Context, form: &Form) {
    let words = ctx.words.train;
    heading(ui, ctx, words.costs);
    let Some(recipe) = &form.recipe else { return };
    let learning = &recipe.preset.learning;
    let config = recipe.preset.config(vocabulary(&recipe.preset));
    if let Err(error) = config.validate() {
        let text = fill(words.does_not_fit, &[&error.to_string()]);
        paragraph(ui, &text, Type::Small, ctx.look.colours().text2);
        return;
    }
    let count = config.parameter_count();
    fact(ui, ctx, words.numbers_that_learn, &numbers::count(count));
    let megabytes = memory_for_training(&config, learning) / 1_000_000;
    fact(ui, ctx, words.memory, &fill(words.megabytes, &[&numbers::count(megabytes as usize)]));
    let measured = ctx.session.training().measured.filter(|(of, _)| *of == count);
    let Some((_, speed)) = measured else {
        fact(ui, ctx, words.speed_here, words.measuring);
        return fact(ui, ctx, words.whole_run, words.measuring);
    };
    let speed_text = fill(ctx.words.tokens_per_second, &[&numbers::count(speed as usize)]);
    fact(ui, ctx, words.speed_here, &speed_text);
    let tokens = learning.steps as usize * learning.batch * learning.accumulation * config.context;
    fact(ui, ctx, words.whole_run, &duration(ctx, tokens as f64 / speed.max(1.0)));
}

/// A length of time in words.
pub fn duration(ctx: &Context, seconds: f64) -> String {
    let words = ctx.words.train;
    if seconds < 120.0 {
        fill(words.seconds, &[&(seconds.ceil() as u64)])
    } else {
        fill(words.minutes, &[&((seconds / 60.0).round() as u64)])
    }
}

/// The button that begins; while the run is prepared, how far that is.
fn start(ui: &mut Ui, ctx: &Context, state: &mut super::State, actions: &mut Vec<Action>) {
    let words = ctx.words.train;
    if let Some(stage) = ctx.session.training().preparing {
        return preparing(ui, ctx, stage, actions);
    }
    ui.horizontal(|ui| {
        if main_button(ui, ctx, words.begin, state.form.recipe.is_some())
            && let Some(recipe) = state.form.recipe.clone()
        {
            state.choosing = false;
            state.tab = super::Tab::Live;
            let data = state.form.in_data.then(|| ctx.session.library().order());
            actions.push(begin_with(ctx, recipe, data));
        }
        if ctx.session.training().noise_run().is_some()
            && plain_button(ui, ctx, ctx.words.cancel, true)
        {
            state.choosing = false;
        }
    });
}

/// Begins a run on data that the recipe names.
pub fn begin(ctx: &Context, recipe: Recipe) -> Action {
    begin_with(ctx, recipe, None)
}

/// Begins a run on the data of the one that is under way.
pub fn again(ctx: &Context, recipe: Recipe) -> Action {
    let mut action = begin(ctx, recipe);
    if let Action::Train(Order::Begin(begin)) = &mut action {
        begin.same_materials = begin.recipe.keeps_data;
    }
    action
}

/// Begins a run of Train.
fn begin_with(ctx: &Context, mut recipe: Recipe, data: Option<library::Order>) -> Action {
    // The log holds every step of a short run, and enough for a curve of a long one.
    recipe.preset.learning.log_every = (recipe.preset.learning.steps / LINES).max(1);
    let is_chinese = recipe.data.iter().any(|name| name.ends_with("zh"));
    begin_watched(ctx, recipe, data, is_chinese)
}

/// Begins a run, kept where runs are kept; a question in the language of its data is watched.
pub fn begin_watched(
    ctx: &Context,
    recipe: Recipe,
    data: Option<library::Order>,
    is_chinese: bool,
) -> Action {
    let words = ctx.words;
    let watched = if is_chinese { words.ask_example_zh } else { words.ask_example_en };
    let runs = ctx.session.training().runs.clone();
    let begin =
        Begin { recipe, data, same_materials: false, watched: watched.into(), runs, playing: true };
    Action::Train(Order::Begin(Box::new(begin)))
}

pub fn preparing(ui: &mut Ui, ctx: &Context, stage: Stage, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let (text, share) = match stage {
        Stage::Reading => (words.stage_reading, 0.0),
        Stage::Tokenizer(share) => (words.stage_tokenizer, 0.1 + 0.8 * share.clamp(0.0, 1.0)),
        Stage::Encoding => (words.stage_encoding, 0.95),
    };
    let percent = (share * 100.0).round();
    paragraph(ui, &format!("{text} · {percent} %"), Type::Label, colours.text1);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width().min(320.0), 4.0), Sense::hover());
    named(&response, Role::ProgressIndicator, true, text);
    ui.painter().rect_filled(rect, 2.0, colours.line1);
    let done = Rect::from_min_size(rect.min, vec2(rect.width() * share, 4.0));
    ui.painter().rect_filled(done, 2.0, colours.text1);
    ui.add_space(8.0);
    if plain_button(ui, ctx, words.stop, true) {
        actions.push(Action::Train(Order::End));
    }
}

/// Runs that can be gone on with.
fn earlier(ui: &mut Ui, ctx: &Context, state: &mut super::State, actions: &mut Vec<Action>) {
    let words = ctx.words.train;
    let training = ctx.session.training();
    let from_noise = training.shelf.iter().filter(|entry| entry.card.recipe.tune.is_none());
    let entries: Vec<_> = from_noise.take(6).collect();
    if entries.is_empty() || training.preparing.is_some() {
        return;
    }
    heading(ui, ctx, words.earlier_runs);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_that_is_offered_is_there_and_sizes_go_up_and_down() {
        let mut form = Form::default();
        for name in PRESETS {
            form.choose(name, true);
            let recipe = form.recipe.as_ref().expect(name);
            assert!(recipe.name == name && !recipe.data.contains(&"pocket".to_string()));
        }
        let mut size = 4;
        along(&mut size, 1, &[1, 4, 8]);
        assert_eq!(size, 8);
        along(&mut size, 1, &[1, 4, 8]);
        assert_eq!(size, 8);
        along(&mut size, -1, &[1, 4, 8]);
        assert_eq!(size, 4);
    }
}
