//! Model: the map of a whole pass, and its heads.

mod heads;
mod inspect;
mod map;
mod prompt;
mod steps;

pub use inspect::{caption, inspector};

use crate::app::context::{Action, Context};
use crate::app::stations::About;
use crate::app::theme::Type;
use crate::app::transport::{Move, SPEEDS, Transport};
use crate::app::widgets::{paragraph, tabs};
use crate::app::words::{Words, fill};
use egui::{Align, Layout, Rect, RichText, Ui, UiBuilder, pos2};

/// What of the model is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    #[default]
    Map,
    Heads,
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
    speed: usize,
    due: f64,
    prompt: prompt::State,
    map: map::State,
    heads: heads::State,
}

/// Seconds that one operation of the model takes to be shown.
const STEP: f64 = 0.4;

impl State {
    /// Shows the whole text, with everything done.
    pub fn show_all(&mut self) {
        (self.rows, self.depth, self.playing) = (None, None, false);
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
        View::Map => steps::transport(ctx, state),
        View::Heads => heads::steps::transport(ctx, state),
    }
}

/// Moves by what was asked.
pub fn moved(ctx: &Context, state: &mut State, asked: Move, actions: &mut Vec<Action>) {
    match state.view {
        View::Map => steps::moved(ctx, state, asked, actions),
        View::Heads => heads::steps::moved(ctx, state, asked),
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
        if ctx.look.scale == 1.0 {
            prompt::field(ui, ctx, &mut state.prompt, actions);
        }
        let Some(sight) = ctx.session.sight() else {
            let text = if ctx.session.subject().is_empty() {
                ctx.words.no_text
            } else {
                ctx.words.reading
            };
            paragraph(ui, text, Type::Read, ctx.look.colours().text2);
            return;
        };
        let rows = steps::rows_shown(state, sight);
        match state.view {
            View::Map => map::map(ui, ctx, state, sight, rows, actions),
            View::Heads => heads::heads(ui, ctx, &mut state.heads, sight, rows, actions),
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
        (View::Heads, ..) => words.heads.into(),
        (View::Map, ..) => words.the_map.into(),
    };
    ui.horizontal(|ui| {
        ui.label(
            RichText::new(title).font(Type::Title.scaled(ctx.look.scale)).color(colours.text1),
        );
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // Right to left, so the last comes first.
            let views = [View::Heads, View::Map];
            let current = views.iter().position(|view| *view == state.view).unwrap_or(0);
            if let Some(chosen) = tabs(ui, &ctx.look, &[words.heads, words.map], current) {
                state.view = views[chosen];
            }
        });
    });
    if !narrow {
        let subtitle =
            if state.view == View::Map { words.map_subtitle } else { words.head_subtitle };
        paragraph(ui, subtitle, Type::Body, colours.text2);
    }
}

/// What the left panel says.
pub fn about(words: &Words, state: &State) -> About {
    match state.view {
        View::Map => About {
            title: words.about_map,
            texts: [words.about_map_1, words.about_map_2],
            task: words.about_map_try,
            more: words.about_map_try_more,
        },
        View::Heads => About {
            title: words.about_heads,
            texts: [words.about_heads_1, words.about_heads_2],
            task: words.about_heads_try,
            more: words.about_heads_try_more,
        },
    }
}
