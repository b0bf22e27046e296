//! Data: what a model reads. Dialogues as they were written beside what is learned of them, rule by
//! rule; the collection of sets; what is kept aside.

mod arrive;
mod edit;
mod find;
mod inspect;
mod layout;
mod marks;
mod rules;
mod sets;
mod split;
mod steps;
mod strip;
mod talk;

pub use inspect::inspector;
pub use steps::{caption, moved, transport};

use crate::app::context::{Action, Context};
use crate::app::lesson::{is_hidden, part};
use crate::app::stations::About;
use crate::app::theme::Type;
use crate::app::transport::Player;
use crate::app::widgets::{
    ButtonKind, Icon, ProgressTexts, WORTH_A_BAR, button, paragraph, progress, scaled_paragraph,
};
use crate::app::words::{Words, fill};
use crate::lesson::Part;
use crate::session::library::{Bond, Book, Keep, Origin, Page, Progress, Request, SetKey, Task};
use egui::{Align, Event, Key, Layout, Modifiers, Rect, RichText, Ui, UiBuilder, pos2};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the station remembers.
#[derive(Debug, Default)]
pub struct State {
    /// The set that was shown last.
    set: Option<SetKey>,
    /// The set that the list was scrolled to.
    listed: Option<SetKey>,
    /// The dialogue that is shown, from 0.
    shown: usize,
    /// How many rules are done.
    rules: Player,
    mode: Mode,
    find: find::State,
    page: Option<Kept>,
    toast: Option<(u64, f64)>,
    /// The name that the chosen set is being given.
    renaming: Option<String>,
    /// The share that is being dragged to.
    share: Option<f64>,
    /// Whether a lesson points at the rules where the inspector, which has them, is not there.
    pub rules_on_stage: bool,
    /// Whether a lesson points at the split.
    pub split_on_stage: bool,
}

/// What the stage is for at the moment.
#[derive(Debug, Default)]
enum Mode {
    #[default]
    Read,
    Edit(edit::Draft),
    Import(arrive::State),
}

/// A page with what it was made of: it is made again only when that changes.
#[derive(Debug)]
struct Kept {
    of: (Arc<Book>, usize, BTreeSet<&'static str>, bool, Option<Keep>),
    page: Option<Arc<Page>>,
}

/// Seconds that the work of one rule takes to be shown.
const STEP: f64 = 0.8;

impl State {
    /// Esc: lets go of what is open.
    pub fn release(&mut self) -> Option<Action> {
        match std::mem::take(&mut self.mode) {
            Mode::Import(_) => Some(Action::Data(Request::Refuse)),
            Mode::Edit(_) => None,
            Mode::Read if self.renaming.take().is_some() => None,
            Mode::Read => self.find.release(),
        }
    }

    /// While playing: seconds until the next step, 0 if it is due.
    pub fn tick(&mut self, now: f64) -> Option<f64> {
        self.rules.tick(now, STEP)
    }

    /// Opens the page where dialogues are imported.
    pub fn begin_import(&mut self) {
        self.mode = Mode::Import(arrive::State::default());
    }

    /// Begins a new dialogue.
    pub fn begin_writing(&mut self) {
        self.mode = Mode::Edit(edit::Draft::new());
    }

    /// Looks for a phrase.
    pub fn look_for(&mut self, text: &str) {
        self.mode = Mode::Read;
        self.find.look_for(text);
    }

    /// Shows a dialogue.
    pub fn show(&mut self, at: usize) {
        self.shown = at;
    }
}

/// The page that is shown.
fn page(ctx: &Context, state: &mut State) -> Option<Arc<Page>> {
    let library = ctx.session.library();
    let book = library.book()?;
    let current = library.is_current();
    let keep = library.prepared().map(|prepared| prepared.treatment.keep);
    let of = (book.clone(), state.shown, library.treatment().rules.clone(), current, keep);
    let same = |kept: &Kept| {
        Arc::ptr_eq(&kept.of.0, &of.0)
            && (kept.of.1, &kept.of.2, kept.of.3, kept.of.4) == (of.1, &of.2, of.3, of.4)
    };
    if !state.page.as_ref().is_some_and(same) {
        let page = library.page(state.shown).map(Arc::new);
        state.page = Some(Kept { of, page });
    }
    state.page.as_ref()?.page.clone()
}

/// The stage.
pub fn stage(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    narrow: bool,
    actions: &mut Vec<Action>,
) {
    let library = ctx.session.library();
    if library.book().is_none() && library.progress(Task::Open).is_none() {
        actions.push(Action::Data(Request::Open));
    }
    if state.set.as_ref() != Some(library.chosen()) {
        // A copy that a change has made shows the same dialogue.
        let copied = state.set.is_some() && library.last_change().is_some();
        state.set = Some(library.chosen().clone());
        state.renaming = None;
        if !copied {
            (state.shown, state.rules.at) = (0, None);
        }
    }
    let count = library.book().map_or(0, |book| book.dialogues.len());
    state.shown = state.shown.min(count.saturating_sub(1));
    keys(ui, ctx, state, count, actions);
    take_paste(ui, actions);
    if library.import().is_some() && !matches!(state.mode, Mode::Import(_)) {
        state.begin_import();
    }
    header(ui, ctx, state, narrow, actions);
    if state.rules_on_stage
        && !is_hidden(ui.ctx(), Part::DataRules)
        && matches!(state.mode, Mode::Read)
    {
        strip::strip(ui, ctx, actions);
    }
    let full = ui.max_rect();
    let rest = Rect::from_min_max(pos2(full.left(), ui.cursor().top() + 8.0), full.max);
    let presenting = ctx.look.scale > 1.0;
    let places = layout::places(rest, narrow, presenting, state.split_on_stage);
    if let Some(place) = places.sets {
        ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            sets::list(ui, ctx, state, actions);
        });
    }
    ui.scope_builder(UiBuilder::new().max_rect(places.main), |ui| match &mut state.mode {
        Mode::Edit(draft) => {
            if edit::editor(ui, ctx, draft, state.shown, actions) {
                state.mode = Mode::Read;
            }
        }
        Mode::Import(importing) => {
            if arrive::pane(ui, ctx, importing, narrow, actions) {
                state.mode = Mode::Read;
            }
        }
        Mode::Read => read(ui, ctx, state, &places, actions),
    });
    toast(ui, ctx, state, full, actions);
}

/// The dialogue in both forms, with what belongs to it.
fn read(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    places: &layout::Places,
    actions: &mut Vec<Action>,
) {
    let library = ctx.session.library();
    let words = ctx.words.data;
    let Some(book) = library.book() else {
        waiting(ui, ctx, words.reading_set, library.progress(Task::Open));
        return;
    };
    if book.dialogues.is_empty() {
        if empty(ui, ctx, places.talk) {
            state.begin_writing();
        }
        return;
    }
    find::jump(ctx, state);
    let talk = places.head.union(places.talk);
    let [written, learned] = layout::columns(talk);
    for (name, place) in
        [(Part::DataBubbles, talk), (Part::DataRaw, written), (Part::DataTurns, learned)]
    {
        part(ui, name, place);
    }
    let page = page(ctx, state);
    let (at, _) = steps::progress_of(ctx, state);
    if let Some(page) = &page {
        ui.scope_builder(UiBuilder::new().max_rect(places.head), |ui| {
            talk::heads(ui, ctx, page, at, (state.shown, book));
        });
        ui.scope_builder(UiBuilder::new().max_rect(places.talk), |ui| {
            // The place is one of the text as it is learned.
            let here = state.find.here(ctx, state.shown).filter(|_| state.rules.at.is_none());
            talk::columns(ui, ctx, page, at, (state.shown, book.is_text), here);
        });
    }
    ui.scope_builder(UiBuilder::new().max_rect(places.nav), |ui| {
        navigate(ui, ctx, state, book, actions);
    });
    if let Some(place) = places.split {
        part(ui, Part::DataSplit, place);
        ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            split::split(ui, ctx, &mut state.share, actions);
        });
    }
}

/// A bar while something takes longer than a moment.
fn waiting(ui: &mut Ui, ctx: &Context, what: &str, done: Option<Progress>) {
    let Some(done) = done else { return };
    let waited = done.since.elapsed().as_secs_f32();
    ui.ctx().request_repaint_after_secs(0.1);
    if waited > WORTH_A_BAR {
        let texts = ProgressTexts { what, left: &left(ctx, &done), stop: None };
        progress(ui, &ctx.look, texts, done.share);
    }
}

/// “about 35 s left”, in steps of five seconds.
fn left(ctx: &Context, done: &Progress) -> String {
    let seconds = done.left().map_or(0.0, |left| left.as_secs_f64());
    if seconds < 3.0 {
        return String::new();
    }
    fill(ctx.words.data.seconds_left, &[&((seconds / 5.0).ceil() as u64 * 5)])
}

/// A set without dialogues. Returns whether one is to be written.
fn empty(ui: &mut Ui, ctx: &Context, place: Rect) -> bool {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    let card = Rect::from_center_size(place.center(), egui::vec2(380.0, 120.0));
    marks::dashed(ui.painter(), card, colours.line1);
    let mut clicked = false;
    ui.scope_builder(UiBuilder::new().max_rect(card.shrink(20.0)), |ui| {
        ui.vertical_centered(|ui| {
            paragraph(ui, words.empty, Type::Read, colours.text2);
            ui.add_space(8.0);
            let kind = ButtonKind::Plain;
            clicked = button(ui, &ctx.look, kind, Some(Icon::Pen), words.write, true).clicked();
        });
    });
    clicked
}

fn header(ui: &mut Ui, ctx: &Context, state: &mut State, narrow: bool, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    ui.horizontal(|ui| {
        let title = RichText::new(words.dialogues).font(Type::Title.scaled(ctx.look.scale));
        ui.label(title.color(colours.text1));
        if narrow {
            sets::menu(ui, ctx, actions);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if button(ui, &ctx.look, ButtonKind::Main, Some(Icon::Plus), words.write, true)
                .clicked()
            {
                state.begin_writing();
            }
            let icon = Some(Icon::Import);
            if button(ui, &ctx.look, ButtonKind::Plain, icon, words.import, true).clicked() {
                state.begin_import();
            }
        });
    });
    if !narrow {
        scaled_paragraph(ui, &ctx.look, words.subtitle, Type::Body, colours.text2);
    }
}

/// Previous, next, the search, and the button to edit.
fn navigate(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    book: &Arc<Book>,
    actions: &mut Vec<Action>,
) {
    let words = ctx.words.data;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let (first, last) = (state.shown == 0, state.shown + 1 >= book.dialogues.len());
        if crate::app::widgets::icon_button(ui, &ctx.look, Icon::Left, words.previous, !first)
            .clicked()
        {
            state.shown -= 1;
        }
        if crate::app::widgets::icon_button(ui, &ctx.look, Icon::Right, words.next, !last).clicked()
        {
            state.shown += 1;
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let dialogue = &book.dialogues[state.shown];
            let short = edit::is_editable(dialogue);
            let edit = button(ui, &ctx.look, ButtonKind::Plain, Some(Icon::Pen), words.edit, short);
            if edit.clicked() && short {
                state.mode = Mode::Edit(edit::Draft::of(state.shown, dialogue));
            } else if !short {
                edit.on_hover_text(words.too_long_to_edit);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                find::field(ui, ctx, state, actions);
            });
        });
    });
    find::outcome(ui, ctx, &state.find);
}

/// The keys of this station, unless a text is being typed.
fn keys(ui: &Ui, ctx: &Context, state: &mut State, count: usize, actions: &mut Vec<Action>) {
    let pressed = |modifiers, key| ui.ctx().input_mut(|input| input.consume_key(modifiers, key));
    if pressed(Modifiers::COMMAND, Key::F) {
        state.find.focus();
    }
    if ui.ctx().text_edit_focused() {
        return;
    }
    if pressed(Modifiers::COMMAND, Key::Z) {
        actions.push(Action::Data(Request::Undo));
    }
    if !matches!(state.mode, Mode::Read) || ui.ctx().memory(|m| m.focused()).is_some() {
        return;
    }
    if pressed(Modifiers::NONE, Key::ArrowUp) {
        state.shown = state.shown.saturating_sub(1);
    }
    if pressed(Modifiers::NONE, Key::ArrowDown) && state.shown + 1 < count {
        state.shown += 1;
    }
    if pressed(Modifiers::NONE, Key::N) {
        state.begin_writing();
    }
    let dialogue = ctx.session.library().book().and_then(|book| book.dialogues.get(state.shown));
    if let Some(dialogue) = dialogue.filter(|dialogue| edit::is_editable(dialogue))
        && pressed(Modifiers::NONE, Key::E)
    {
        state.mode = Mode::Edit(edit::Draft::of(state.shown, dialogue));
    }
}

/// A text that is pasted while nothing is being typed is imported.
fn take_paste(ui: &Ui, actions: &mut Vec<Action>) {
    if ui.ctx().text_edit_focused() {
        return;
    }
    let pasted = ui.input(|input| {
        input.events.iter().find_map(|event| match event {
            Event::Paste(text) if !text.trim().is_empty() => Some(text.as_str().into()),
            _ => None,
        })
    });
    actions.extend(pasted.map(|text| Action::Data(Request::Import(Origin::Pasted(text)))));
}

/// Seconds that a change can be undone from the toast.
const TOAST: f64 = 6.0;

/// One sentence about the last change, with the way back.
fn toast(ui: &mut Ui, ctx: &Context, state: &mut State, full: Rect, actions: &mut Vec<Action>) {
    let Some((number, change)) = ctx.session.library().last_change() else {
        state.toast = None;
        return;
    };
    let now = ui.input(|input| input.time);
    let since = match state.toast {
        Some((shown, since)) if shown == *number => since,
        _ => now,
    };
    state.toast = Some((*number, since));
    let left = since + TOAST - now;
    if left <= 0.0 {
        return;
    }
    ui.ctx().request_repaint_after_secs(left as f32);
    if sets::toast(ui, ctx, *change, full) {
        actions.push(Action::Data(Request::Undo));
    }
}

/// What the left panel says.
pub fn about(words: &Words) -> About {
    let words = words.data;
    About {
        title: words.about,
        texts: [words.about_1, words.about_2],
        task: words.about_try,
        more: words.about_try_more,
    }
}

/// The keys that only this station has.
pub fn key_names(words: &Words) -> Vec<(&'static str, &'static str)> {
    let words = words.data;
    vec![
        ("↑ ↓", words.key_dialogues),
        ("N", words.key_write),
        ("E", words.key_edit),
        ("Ctrl F", words.key_find),
        ("Ctrl Z", words.key_undo),
    ]
}

/// What to warn of at the model: it has learned from other data.
pub fn bond_warning(ctx: &Context) -> Option<String> {
    let Bond::Other(names) = ctx.session.library().bond() else { return None };
    let words = ctx.words.data;
    let is_chosen = |name: &String| name == ctx.session.library().chosen().name();
    Some(match names.iter().any(is_chosen) {
        true => words.set_changed.to_string(),
        false => fill(words.other_data, &[&names.join(", ")]),
    })
}

/// What to warn of: nothing is left to learn from.
pub fn warning(ctx: &Context) -> Option<String> {
    let prepared = ctx.session.library().prepared()?;
    (prepared.training == 0).then(|| ctx.words.data.nothing_left.to_string())
}
