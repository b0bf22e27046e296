//! Tune: a model that can talk learns another manner, beside the model that it was.

mod beside;
mod counts;
mod gained;
mod history;
mod inspect;
mod moved;
mod pairs;
mod setup;

pub use inspect::inspector;

use super::About;
use super::train;
use crate::app::context::{Action, Context};
use crate::app::lesson::{is_hidden, part};
use crate::app::piece::Piece;
use crate::app::theme::Type;
use crate::app::transport::{Move, Track, Transport};
use crate::app::widgets::{ButtonKind, button, paragraph, title_and_tabs};
use crate::app::words::{Words, fill};
use crate::lesson::Part as Named;
use crate::session::training::{Begin, Order, Recipe, Watch};
use egui::{Rect, ScrollArea, Sense, Stroke, Ui, UiBuilder, pos2};

/// A view of the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Learn,
    Compare,
    History,
}

impl Tab {
    const ALL: [Self; 3] = [Self::Learn, Self::Compare, Self::History];
}

/// What the station remembers.
#[derive(Debug, Default)]
pub struct State {
    pub tab: Tab,
    /// Whether a new run is being chosen, though there is one.
    choosing: bool,
    /// Whether there is a run on the stage, and so something to say in the inspector.
    pub run_shown: bool,
    form: setup::Form,
    speed: usize,
    /// The prompt that is shown before and after.
    pair: usize,
    /// What is being typed: a prompt for both models, the name of a model to save.
    prompt: String,
    name: Option<String>,
    /// The run whose warning was dismissed.
    ignored: Option<String>,
    history: history::State,
}

impl State {
    /// Turns to the run; or to what is chosen before one, with LoRA.
    pub fn show_learning(&mut self, chooses_lora: bool) {
        self.tab = Tab::Learn;
        self.choosing = chooses_lora;
        if chooses_lora {
            self.form.set_lora(true);
        }
    }
}

/// The stage.
pub fn stage(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    narrow: bool,
    actions: &mut Vec<Action>,
) {
    let training = ctx.session.training();
    let run = training.tuning().filter(|_| !state.choosing && training.preparing.is_none());
    state.run_shown = run.is_some();
    let Some(run) = run else { return setup::stage(ui, ctx, state, narrow, actions) };
    header(ui, ctx, state, run, narrow, actions);
    ui.add_space(12.0);
    match state.tab {
        Tab::Learn => learn(ui, ctx, state, run),
        Tab::Compare => pairs::stage(ui, ctx, state, run, actions),
        Tab::History => history::stage(ui, ctx, state, run, actions),
    }
}

fn header(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    run: &Watch,
    narrow: bool,
    actions: &mut Vec<Action>,
) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    let title = fill(words.heading, &[&data_title(ctx, &run.begun.card.recipe)]);
    let labels = [words.learn, words.compare, words.history];
    let current = Tab::ALL.iter().position(|tab| *tab == state.tab).unwrap_or(0);
    if let Some(chosen) = title_and_tabs(ui, &ctx.look, &title, &labels, current) {
        state.tab = Tab::ALL[chosen];
        if let (Tab::History, Some(runs)) = (state.tab, &ctx.session.training().runs) {
            actions.push(Action::Train(Order::List(runs.clone())));
        }
    }
    if !narrow {
        let text = fill(words.subtitle, &[&base_name(run)]);
        paragraph(ui, &text, Type::Body, colours.text2);
    }
}

/// What the model was that the run began with.
fn base_name(run: &Watch) -> String {
    run.begun.card.recipe.tune.as_ref().map_or_else(String::new, |tune| tune.base.clone())
}

/// What the data is called: a shipped set by its title.
fn data_title(ctx: &Context, recipe: &Recipe) -> String {
    let name = recipe.data.first().cloned().unwrap_or_default();
    let set = ctx.session.library().shipped().iter().find(|set| set.id == name);
    set.map_or(
        name,
        |set| if is_chinese(ctx) { set.title.zh.clone() } else { set.title.en.clone() },
    )
}

fn is_chinese(ctx: &Context) -> bool {
    std::ptr::eq(ctx.words, crate::app::words::Language::Chinese.words())
}

fn piece(ctx: &Context, run: &Watch, id: u32) -> Piece {
    Piece::of(Some(&run.begun.tokenizer), id, ctx.words)
}

/// What is said in a chat by these tokens.
fn spoken(ctx: &Context, run: &Watch, ids: &[u32]) -> String {
    let specials = run.begun.tokenizer.specials();
    let said: Vec<u32> =
        ids.iter().copied().filter(|id| !specials.iter().any(|s| s.id == *id)).collect();
    let text = run.begun.tokenizer.decode(&said).unwrap_or_default();
    if text.trim().is_empty() { ctx.words.train.silence.into() } else { text.trim().into() }
}

/// What counts at the left; what became of it at the right.
fn learn(ui: &mut Ui, ctx: &Context, state: &mut State, run: &Watch) {
    let full = ui.available_rect_before_wrap();
    let middle = full.left() + full.width() * 0.45;
    let (left, right) = (full.with_max_x(middle - 20.0), full.with_min_x(middle + 20.0));
    let line = Stroke::new(1.0, ctx.look.colours().line0);
    ui.painter().vline(middle, full.y_range(), line);
    column(ui, left, "counts", |ui| counts::stage(ui, ctx, run));
    column(ui, right, "became", |ui| {
        section_of(ui, Named::TuneBefore, |ui| beside::stage(ui, ctx, state, run));
        if !is_hidden(ui.ctx(), Named::TuneGained) {
            section_of(ui, Named::TuneGained, |ui| gained::stage(ui, ctx, run));
        }
        section_of(ui, Named::TuneMoved, |ui| moved::stage(ui, ctx, run));
    });
    ui.allocate_rect(full, Sense::hover());
}

fn column(ui: &mut Ui, place: Rect, name: &str, add: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
        ScrollArea::vertical().id_salt(name).auto_shrink(false).show(ui, add);
    });
}

/// A section of the right column, which lessons can point at.
fn section_of(ui: &mut Ui, name: Named, add: impl FnOnce(&mut Ui)) {
    let top = ui.cursor().min;
    add(ui);
    part(ui, name, Rect::from_min_max(top, pos2(ui.max_rect().right(), ui.cursor().top())));
    ui.add_space(20.0);
}

fn section(ui: &mut Ui, ctx: &Context, text: &str) {
    paragraph(ui, text, Type::Heading, ctx.look.colours().text1);
}

/// Where the run is.
pub fn transport(ctx: &Context) -> Transport {
    let run = ctx.session.training().tuning();
    run.map_or_else(Transport::default, |run| train::transport_of(ctx, run))
}

/// What stands along the track.
pub fn track(ctx: &Context, state: &State) -> Track {
    train::track_of(ctx, ctx.session.training().tuning(), state.speed)
}

/// Moves in the run.
pub fn moved(ctx: &Context, state: &mut State, asked: Move, actions: &mut Vec<Action>) {
    if let Some(run) = ctx.session.training().tuning() {
        train::moved_in(run, &mut state.speed, asked, actions);
    }
}

/// What a presenter's class reads.
pub fn caption(ctx: &Context, state: &State) -> String {
    let words = ctx.words.tune;
    let Some(run) = ctx.session.training().tuning() else { return words.choose.into() };
    let pair = run.tune_look.as_ref().and_then(|look| look.pairs.get(state.pair));
    let reply = pair.map_or(String::new(), |pair| spoken(ctx, run, &pair.after.ids));
    let step = crate::app::numbers::count(run.step() as usize);
    fill(ctx.words.train.reply_name, &[&step, &reply])
}

/// What the left panel says.
pub fn about(words: &Words) -> About {
    let words = words.tune;
    About {
        title: words.about,
        texts: [words.about_1, words.about_2],
        task: words.about_try,
        more: words.about_try_more,
    }
}

/// The run to begin with: all weights, on the captain, in the language of the open model.
pub fn first_run(ctx: &Context) -> Action {
    let mut form = setup::Form::default();
    form.ready(ctx);
    setup::begin(ctx, &form).unwrap_or(Action::Stop)
}

/// Begins a run once more from the same base, with a share of old dialogues mixed in.
fn again_with_old(ctx: &Context, run: &Watch, share: f64) -> Action {
    let card = &run.begun.card;
    let mut recipe = card.recipe.clone();
    if let Some(tune) = &mut recipe.tune {
        tune.mix = share;
    }
    Action::Train(Order::Begin(Box::new(Begin {
        recipe,
        data: None,
        same_materials: true,
        watched: card.watched.clone(),
        runs: ctx.session.training().runs.clone(),
        playing: true,
    })))
}

fn main_button(ui: &mut Ui, ctx: &Context, label: &str, enabled: bool) -> bool {
    button(ui, &ctx.look, ButtonKind::Main, None, label, enabled).clicked()
}

fn plain_button(ui: &mut Ui, ctx: &Context, label: &str, enabled: bool) -> bool {
    button(ui, &ctx.look, ButtonKind::Plain, None, label, enabled).clicked()
}
