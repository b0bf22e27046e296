//! Decode: logits become text. The funnel, the die that picks, and the text that grows from it.

mod funnel;
mod inspect;
mod prompt;
mod steps;
mod text;

pub use inspect::inspector;
pub use steps::{branch, key_names, keys, moved, transport};

use crate::app::context::{Action, Context};
use crate::app::stations::About;
use crate::app::theme::Type;
use crate::app::transport::SPEEDS;
use crate::app::widgets::{paragraph, put, tabs};
use crate::app::words::{Words, fill};
use crate::decode::Filters;
use egui::{Align, Align2, Layout, Rect, RichText, Ui, UiBuilder, pos2};

/// What of decoding is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    #[default]
    Funnel,
}

/// What a person does here.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
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
    prompt: prompt::State,
    text: text::State,
    funnel: funnel::State,
}

/// The stage's content is at most so wide.
const WIDEST: f32 = 1240.0;

/// Seconds from one token to the next while it plays.
const STEP: f64 = 0.8;

impl State {
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
    prompt::begin(ctx, &mut state.prompt, actions);
    header(ui, ctx, state, narrow);
    let full = ui.max_rect();
    // A presenter's stage is wide; else the columns stay near each other.
    let wide = if ctx.look.scale == 1.0 { full.width().min(WIDEST) } else { full.width() };
    let left = (full.center().x - wide / 2.0).round();
    let rest = Rect::from_min_max(pos2(left, ui.cursor().top()), pos2(left + wide, full.bottom()));
    ui.scope_builder(UiBuilder::new().max_rect(rest), |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        // A presenter's class has come to look, not to type.
        if ctx.look.scale == 1.0 {
            prompt::field(ui, ctx, &mut state.prompt, &mut state.text.colour, actions);
        }
        text::text(ui, ctx, &mut state.text, narrow, actions);
        ui.add_space(6.0);
        match state.view {
            View::Funnel => funnel::funnel(ui, ctx, &mut state.funnel, actions),
        }
    });
}

/// The title, which model is looked at, and the views.
fn header(ui: &mut Ui, ctx: &Context, state: &mut State, narrow: bool) {
    let (words, colours, s) = (ctx.words.decode, ctx.look.colours(), ctx.look.scale);
    let title = ui.horizontal(|ui| {
        let title =
            RichText::new(words.the_funnel).font(Type::Title.scaled(s)).color(colours.text1);
        let end = ui.label(title).rect.right();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let views = [View::Funnel];
            let current = views.iter().position(|view| *view == state.view).unwrap_or(0);
            if let Some(chosen) = tabs(ui, &ctx.look, &[words.funnel], current) {
                state.view = views[chosen];
            }
        });
        end
    });
    let (end, rect) = (title.inner, title.response.rect);
    let at = pos2(end + 14.0 * s, rect.center().y + 1.0);
    let font = if narrow { Type::Caption.scaled(s) } else { Type::Small.scaled(s) };
    put(ui.painter(), at, Align2::LEFT_CENTER, &looking_at(ctx), font, colours.text3);
}

/// “chat-en, after 3 000 steps of training”
fn looking_at(ctx: &Context) -> String {
    let Some(opened) = ctx.session.opened() else { return String::new() };
    match opened.model.provenance.as_ref().map_or(0, |made| made.steps) {
        0 => opened.name.clone(),
        steps => {
            let steps = crate::app::numbers::count(steps as usize);
            fill(ctx.words.decode.looking_at, &[&opened.name, &steps])
        }
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

/// The presenter's sentence.
pub fn caption(ctx: &Context) -> String {
    let words = ctx.words.decode;
    let Some(sheet) = ctx.session.decoding().sheet() else { return words.about_funnel.into() };
    let winner = sheet.winner().map_or(String::new(), |token| ctx.piece(token).text);
    let winner = winner.trim_start_matches('\u{b7}');
    let count = crate::app::numbers::count;
    let (all, left) = (sheet.funnel.first().logits.len(), sheet.funnel.last().kept());
    fill(words.caption, &[&count(all), &count(left), &format!("“{winner}”")])
}

/// What the left panel says.
pub fn about(words: &Words) -> About {
    let words = words.decode;
    About {
        title: words.about_funnel,
        texts: [words.about_funnel_1, words.about_funnel_2],
        task: words.about_funnel_try,
        more: words.about_funnel_try_more,
    }
}
