//! Model: the map of a whole pass, and its heads.

mod causes;
mod compare;
mod embedding;
mod heads;
mod inspect;
mod lens;
mod map;
mod neurons;
mod numbers;
mod prompt;
mod steps;
mod table;
mod why;

pub use inspect::{caption, inspector};
pub use table::table;

use crate::app::context::{Action, Context};
use crate::app::stations::About;
use crate::app::stations::prompt::Prompt;
use crate::app::theme::Type;
use crate::app::transport::{Move, SPEEDS, Transport};
use crate::app::widgets::{paragraph, scaled_paragraph, tabs, width};
use crate::app::words::{Words, fill};
use crate::session::engine::Sight;
use egui::{Align, Layout, Rect, RichText, Ui, UiBuilder, pos2};
use std::sync::Arc;

/// What of the model is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    #[default]
    Map,
    Heads,
    Lens,
    Why,
    Numbers,
    Embedding,
    Neurons,
    Compare,
}

impl View {
    /// How near it looks, as lessons call it.
    pub fn zoom(self, locked: &crate::app::context::Selection) -> crate::lesson::action::Zoom {
        use crate::lesson::action::Zoom;
        match self {
            Self::Map if locked.block.is_some() => Zoom::Block,
            Self::Heads if locked.key.is_some() => Zoom::Matrix,
            Self::Heads => Zoom::Head,
            Self::Numbers => Zoom::Cell,
            _ => Zoom::Model,
        }
    }

    /// Every view, from left to right.
    pub const ALL: [Self; 8] = [
        Self::Map,
        Self::Heads,
        Self::Lens,
        Self::Why,
        Self::Numbers,
        Self::Embedding,
        Self::Neurons,
        Self::Compare,
    ];

    /// Its name in files and in the texts that lead back to it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Heads => "heads",
            Self::Lens => "lens",
            Self::Why => "why",
            Self::Numbers => "numbers",
            Self::Embedding => "embedding",
            Self::Neurons => "neurons",
            Self::Compare => "compare",
        }
    }

    /// Whether it leaves room for the inspector.
    pub fn has_inspector(self) -> bool {
        matches!(self, Self::Map | Self::Lens | Self::Why | Self::Compare)
    }

    /// What its tab says.
    fn tab(self, words: &Words) -> &'static str {
        match self {
            Self::Map => words.map,
            Self::Heads => words.heads,
            Self::Lens => words.behind.lens,
            Self::Why => words.behind.why,
            Self::Numbers => words.behind.numbers,
            Self::Embedding => words.behind.embedding,
            Self::Neurons => words.behind.neurons,
            Self::Compare => words.behind.compare,
        }
    }

    /// The stage's title and subtitle.
    fn titles(self, words: &Words) -> (&'static str, &'static str) {
        match self {
            Self::Map => (words.the_map, words.map_subtitle),
            Self::Heads => (words.heads, words.head_subtitle),
            Self::Lens => (words.behind.lens, words.behind.lens_subtitle),
            Self::Why => (words.behind.why_title, words.behind.why_subtitle),
            Self::Numbers => (words.behind.numbers_title, words.behind.numbers_subtitle),
            Self::Embedding => (words.behind.embedding_title, words.behind.embedding_subtitle),
            Self::Neurons => (words.behind.neurons_title, words.behind.neurons_subtitle),
            Self::Compare => (words.behind.compare_title, words.behind.compare_subtitle),
        }
    }
}

/// What the station remembers.
#[derive(Debug, Default)]
pub struct State {
    pub view: View,
    /// How many rows of the text are shown; all, if none is given.
    rows: Option<usize>,
    /// How many operations of the last row are done; all, if none is given.
    depth: Option<usize>,
    playing: bool,
    /// Whether what plays is one pass over the last row, with a rest behind it.
    once: bool,
    /// Whether stepping ends with the text: it does not write on.
    pub only_looks: bool,
    speed: usize,
    due: f64,
    pub prompt: Prompt,
    map: map::State,
    pub heads: heads::State,
    why: why::State,
    pub numbers: numbers::State,
    embedding: embedding::State,
    neurons: neurons::State,
    pub compare: compare::State,
    /// While something is changed: whether the untouched pass is shown.
    untouched: bool,
}

/// Seconds that one operation of the model takes to be shown.
const STEP: f64 = 0.4;

impl State {
    /// The pass that is shown: with all changes, unless the untouched one is wanted.
    fn sight<'a>(&self, ctx: &'a Context<'_>) -> Option<&'a Arc<Sight>> {
        if self.untouched { ctx.session.sight() } else { ctx.session.seen() }
    }

    /// Shows the whole text, with everything done.
    pub fn show_all(&mut self) {
        (self.rows, self.depth, self.playing) = (None, None, false);
    }

    /// Plays the pass over the last row, and rests.
    pub fn play_once(&mut self) {
        (self.rows, self.depth, self.playing, self.once) = (None, Some(1), true, true);
    }

    /// While playing: seconds until the next step, 0 if it is due.
    pub fn tick(&mut self, now: f64) -> Option<f64> {
        if !self.playing {
            return None;
        }
        if now < self.due {
            return Some(self.due - now);
        }
        self.due = now + STEP / f64::from(SPEEDS[self.speed]);
        Some(0.0)
    }
}

/// Where we are: in the whole pass, or inside one head.
pub fn transport(ctx: &Context, state: &State) -> Transport {
    match state.view {
        View::Heads => heads::steps::transport(ctx, state),
        _ => steps::transport(ctx, state),
    }
}

/// Moves by what was asked.
pub fn moved(ctx: &Context, state: &mut State, asked: Move, actions: &mut Vec<Action>) {
    match state.view {
        View::Heads => heads::steps::moved(ctx, state, asked),
        _ => steps::moved(ctx, state, asked, actions),
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
    header(ui, ctx, state, narrow);
    let full = ui.max_rect();
    let top = ui.cursor().top() + 4.0;
    let rest = Rect::from_min_max(pos2(full.left(), top), full.max);
    ui.scope_builder(UiBuilder::new().max_rect(rest), |ui| {
        // A presenter's class has come to look, not to type.
        if ctx.hands_on {
            prompt::field(ui, ctx, &mut state.prompt, actions);
        }
        causes::banner(ui, ctx, &mut state.untouched, actions);
        let Some(sight) = state.sight(ctx) else {
            let text = if ctx.session.subject().is_empty() {
                ctx.words.no_text
            } else {
                ctx.words.reading
            };
            paragraph(ui, text, Type::Read, ctx.look.colours().text2);
            return;
        };
        // Formulas are those of the model as it is.
        let untouched = ctx.session.sight().unwrap_or(sight);
        let rows = steps::rows_shown(state, sight);
        match state.view {
            View::Map => map::map(ui, ctx, state, sight, rows, actions),
            View::Heads => heads::heads(ui, ctx, &mut state.heads, sight, rows, actions),
            View::Lens => lens::lens(ui, ctx, rows, actions),
            View::Why => why::why(ui, ctx, &mut state.why, rows, actions),
            View::Compare => {
                compare::compare(ui, ctx, &mut state.compare, (sight, rows), actions);
            }
            View::Embedding => embedding::embedding(ui, ctx, &mut state.embedding, actions),
            View::Neurons => neurons::neurons(ui, ctx, &mut state.neurons, sight, rows, actions),
            View::Numbers => {
                numbers::numbers_view(ui, ctx, &mut state.numbers, untouched, rows, actions)
            }
        }
    });
}

fn header(ui: &mut Ui, ctx: &Context, state: &mut State, narrow: bool) {
    let (words, colours) = (ctx.words, ctx.look.colours());
    let title = match (state.view, ctx.locked.block, ctx.locked.head) {
        (View::Heads, Some(block), Some(head)) => format!(
            "{} · {}",
            fill(words.block_n, &[&(block + 1)]),
            fill(words.head_n, &[&(head + 1)])
        ),
        (view, ..) => view.titles(words).0.into(),
    };
    ui.horizontal(|ui| {
        // Where there is no room for both, the tab alone says what is shown.
        let scale = ctx.look.scale;
        let wide = |text: &str, kind: Type| width(ui.painter(), text, kind.scaled(scale)) + 20.0;
        let tabs_wide: f32 = View::ALL.iter().map(|view| wide(view.tab(words), Type::Strong)).sum();
        if wide(&title, Type::Title) + tabs_wide <= ui.available_width() {
            ui.label(RichText::new(title).font(Type::Title.scaled(scale)).color(colours.text1));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // Right to left, so the last comes first.
            let views = View::ALL.map(|view| View::ALL[View::ALL.len() - 1 - view as usize]);
            let current = views.iter().position(|view| *view == state.view).unwrap_or(0);
            if let Some(chosen) = tabs(ui, &ctx.look, &views.map(|view| view.tab(words)), current) {
                state.view = views[chosen];
            }
        });
    });
    if !narrow {
        let subtitle = state.view.titles(words).1;
        scaled_paragraph(ui, &ctx.look, subtitle, Type::Body, colours.text2);
    }
}

/// What the left panel says.
pub fn about(words: &Words, state: &State) -> About {
    let behind = &words.behind;
    let (title, texts, task, more) = match state.view {
        View::Map => (
            words.about_map,
            [words.about_map_1, words.about_map_2],
            words.about_map_try,
            words.about_map_try_more,
        ),
        View::Heads => (
            words.about_heads,
            [words.about_heads_1, words.about_heads_2],
            words.about_heads_try,
            words.about_heads_try_more,
        ),
        View::Lens => (
            behind.lens_subtitle,
            [behind.about_lens_1, behind.about_lens_2],
            behind.about_lens_try,
            behind.about_lens_try_more,
        ),
        View::Why => (
            behind.why_title,
            [behind.about_why_1, behind.about_why_2],
            behind.about_why_try,
            behind.about_why_try_more,
        ),
        View::Numbers => (
            behind.numbers_title,
            [behind.about_numbers_1, behind.about_numbers_2],
            behind.about_numbers_try,
            behind.about_numbers_try_more,
        ),
        View::Embedding => (
            behind.embedding_title,
            [behind.about_embedding_1, behind.about_embedding_2],
            behind.about_embedding_try,
            behind.about_embedding_try_more,
        ),
        View::Neurons => (
            behind.neurons_title,
            [behind.about_neurons_1, behind.about_neurons_2],
            behind.about_neurons_try,
            behind.about_neurons_try_more,
        ),
        View::Compare => (
            behind.compare_title,
            [behind.about_compare_1, behind.about_compare_2],
            behind.about_compare_try,
            behind.about_compare_try_more,
        ),
    };
    About { title, texts, task, more }
}
