//! Decode: logits become text. The funnel, the die that picks, and the text that grows from it;
//! beam search as a tree; and the ways to write beside each other.

mod compare;
mod funnel;
mod inspect;
mod prompt;
mod steps;
mod text;
pub mod tree;
mod views;

pub use steps::branch;
pub use views::{about, caption, inspector, key_names, keys, moved, release, transport};

use crate::app::context::{Action, Context};
use crate::app::lesson::is_hidden;
use crate::app::stations::prompt::Prompt;
use crate::app::theme::Type;
use crate::app::transport::SPEEDS;
use crate::app::widgets::{paragraph, put, scaled_paragraph, tabs};
use crate::app::words::fill;
use crate::decode::Filters;
use crate::lesson::Part;
use crate::session::engine::Opened;
use egui::{Align, Align2, Layout, Rect, RichText, Ui, UiBuilder, pos2};
use std::sync::Arc;

/// What of decoding is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    #[default]
    Funnel,
    Tree,
    Compare,
}

impl View {
    /// Every view, from left to right.
    pub const ALL: [Self; 3] = [Self::Funnel, Self::Tree, Self::Compare];

    /// The one at its right, and from the last the first.
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|view| *view == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }
}

/// What a person does here.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Show this view.
    Show(View),
    /// Begin with a text, as a chat or as it is.
    Text {
        text: String,
        as_chat: bool,
    },
    /// Do something else to the logits.
    Filters(Filters),
    /// Take other random numbers.
    Seed(u64),
    /// Put this token behind the place.
    Append(u32),
    /// Put the token there that the die fell on.
    Draw,
    /// Put another token there than has been tried.
    Branch,
    /// Go to the place behind the token at a position, and lock a candidate there.
    Go {
        position: usize,
        candidate: Option<u32>,
    },
    /// Show the branch that is so many further on.
    Switch(isize),
    RollAgain,
    RollOften,
    /// Look at the place in the Model station.
    OpenInModel,
    /// Go on by hand where the row that is looked at in the Model station chooses.
    FromModel,
}

/// What the station remembers.
#[derive(Debug, Default)]
pub struct State {
    pub view: View,
    playing: bool,
    speed: usize,
    due: f64,
    pub prompt: Prompt,
    /// The model that a first text was given to.
    begun: Option<Arc<Opened>>,
    text: text::State,
    funnel: funnel::State,
    pub tree: tree::State,
    compare: compare::State,
}

/// The stage's content is at most so wide.
const WIDEST: f32 = 1240.0;

/// Seconds from one token to the next while it plays.
const STEP: f64 = 0.8;

impl State {
    /// The candidates are looked at from the first one on.
    pub fn show_top(&mut self) {
        self.funnel.show_top();
    }

    /// Whether all sliders are shown.
    pub fn shows_more(&self) -> bool {
        self.funnel.shows_more()
    }

    /// All sliders.
    pub fn show_more(&mut self) {
        self.funnel.show_more();
    }

    /// Only the first line of sliders, from the first candidate on.
    pub fn show_less(&mut self) {
        self.funnel.show_less();
    }

    /// While playing: seconds until the next step, 0 if it is due.
    pub fn tick(&mut self, now: f64) -> Option<f64> {
        if self.view != View::Funnel {
            return self.tree.tick(now);
        }
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

/// The candidate that is looked at: the locked one, the one that follows, or the die's.
fn chosen(ctx: &Context) -> Option<u32> {
    let decoding = ctx.session.decoding();
    let following = || decoding.following().map(|node| node.token);
    let drawn = || decoding.sheet().and_then(|sheet| sheet.winner());
    ctx.locked.candidate.or_else(following).or_else(drawn)
}

/// The stage.
pub fn stage(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    narrow: bool,
    actions: &mut Vec<Action>,
) {
    prompt::begin(ctx, &mut state.prompt, &mut state.begun, actions);
    header(ui, ctx, state, narrow);
    let full = ui.max_rect();
    // A presenter's stage is wide; else the columns stay near each other.
    let wide = if ctx.look.scale == 1.0 { full.width().min(WIDEST) } else { full.width() };
    let left = (full.center().x - wide / 2.0).round();
    let rest = Rect::from_min_max(pos2(left, ui.cursor().top()), pos2(left + wide, full.bottom()));
    ui.scope_builder(UiBuilder::new().max_rect(rest), |ui| {
        match state.view {
            View::Funnel => {}
            View::Tree => return tree::stage(ui, ctx, &mut state.tree, narrow, actions),
            View::Compare => {
                let states = (&mut state.compare, &mut state.tree);
                return compare::stage(ui, ctx, states, narrow, actions);
            }
        }
        ui.spacing_mut().item_spacing.y = 6.0;
        // A presenter's class has come to look, not to type.
        if ctx.hands_on {
            prompt::field(ui, ctx, &mut state.prompt, &mut state.text.colour, actions);
        }
        text::text(ui, ctx, &mut state.text, narrow, actions);
        ui.add_space(6.0);
        funnel::funnel(ui, ctx, &mut state.funnel, actions);
    });
}

/// The title, which model is looked at, and the views.
fn header(ui: &mut Ui, ctx: &Context, state: &mut State, narrow: bool) {
    let (words, colours, s) = (ctx.words.decode, ctx.look.colours(), ctx.look.scale);
    let title = ui.horizontal(|ui| {
        let heading = match state.view {
            View::Funnel => words.the_funnel,
            View::Tree => ctx.words.tree.heading,
            View::Compare => ctx.words.tree.compare_heading,
        };
        let title = RichText::new(heading).font(Type::Title.scaled(s)).color(colours.text1);
        let end = ui.label(title).rect.right();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // Right to left, so the last comes first.
            let all = [
                (View::Compare, words.compare),
                (View::Tree, words.tree),
                (View::Funnel, words.funnel),
            ];
            // Beams that a lesson hides are shown only where the lesson itself shows them.
            let hides = is_hidden(ui.ctx(), Part::PanelBeam);
            let shown = |view: View| view == View::Funnel || view == state.view || !hides;
            let (views, names): (Vec<View>, Vec<&str>) =
                all.into_iter().filter(|(view, _)| shown(*view)).unzip();
            let current = views.iter().position(|view| *view == state.view).unwrap_or(0);
            if let Some(chosen) = tabs(ui, &ctx.look, &names, current) {
                state.view = views[chosen];
            }
        });
        end
    });
    let (end, rect) = (title.inner, title.response.rect);
    let at = pos2(end + 14.0 * s, rect.center().y + 1.0);
    let font = if narrow { Type::Caption.scaled(s) } else { Type::Small.scaled(s) };
    put(ui.painter(), at, Align2::LEFT_CENTER, &looking_at(ctx), font, colours.text3);
    let subtitle = match state.view {
        View::Tree => tree::subtitle(ctx, &state.tree),
        View::Compare => tree::says(ctx).unwrap_or(ctx.words.tree.compare_subtitle).into(),
        View::Funnel => return,
    };
    if !narrow {
        scaled_paragraph(ui, &ctx.look, &subtitle, Type::Body, colours.text2);
    }
}

/// “chat-en, after 3 000 steps of training”; of a run that is under way, the step that is looked at.
fn looking_at(ctx: &Context) -> String {
    let Some(opened) = ctx.session.opened() else { return String::new() };
    let made = opened.model.provenance.as_ref();
    let steps = match &opened.run {
        Some(run) => run.step,
        None => made.map_or(0, |made| made.steps),
    };
    let (words, count) = (ctx.words.decode, crate::app::numbers::count(steps as usize));
    // Its steps are those since its base.
    match made.and_then(|made| made.parent.as_ref()) {
        _ if steps == 0 => opened.name.clone(),
        Some(base) => fill(words.looking_at_tuned, &[&opened.name, &count, base]),
        None => fill(words.looking_at, &[&opened.name, &count]),
    }
}

/// What stands where there is nothing to choose from.
fn nothing_yet(ui: &mut Ui, ctx: &Context) {
    let words = ctx.words;
    let text = if ctx.session.opened().is_some() && ctx.session.tokenizer().is_none() {
        words.decode.no_tokenizer
    } else if ctx.session.decoding().is_empty() {
        words.decode.nothing_yet_more
    } else {
        words.reading
    };
    paragraph(ui, text, Type::Read, ctx.look.colours().text2);
}
