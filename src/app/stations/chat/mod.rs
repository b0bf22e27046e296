//! Chat: the whole loop, and every token of a reply can be opened.

mod bubbles;
mod composer;
mod inspect;
mod reply;
mod window;

pub use inspect::{candidate_row, fact, inspector, most_probable};

use super::super::transport::{Move, SPEEDS, Segment, Transport};
use crate::app::context::{Action, Context};
use crate::app::lesson::part;
use crate::app::stations::About;
use crate::app::theme::Type;
use crate::app::widgets::{ButtonKind, Icon, button, scaled_paragraph};
use crate::app::words::{Language, Words, fill};
use crate::lesson::Part;
use egui::{Align, Layout, Rect, Ui, UiBuilder, pos2};

/// What the station remembers.
#[derive(Debug)]
pub struct State {
    /// What is being typed.
    draft: String,
    /// The token that is chosen: the reply's number in the conversation, and its token.
    pub selected: Option<(usize, usize)>,
    /// Whether a line under each token shows its probability.
    coloured: bool,
    /// Whether the text is shown as the model reads it.
    raw: bool,
    /// The turn that is being edited, and its text.
    editing: Option<(usize, String)>,
    playing: bool,
    speed: usize,
    due: f64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            draft: String::new(),
            selected: None,
            coloured: true,
            raw: false,
            editing: None,
            playing: false,
            speed: 0,
            due: 0.0,
        }
    }
}

/// Seconds from one token to the next while a reply is played again.
const STEP: f64 = 0.4;

impl State {
    /// Esc: lets go of what is open.
    pub fn release(&mut self) {
        if self.editing.take().is_none() && self.selected.take().is_none() {
            self.raw = false;
        }
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

/// A greeting in the language of the open model, as its name says; else of the screen. A model that learns from
/// a person's own dialogues may never have met one: it is asked what they ask.
pub fn greeting<'a>(ctx: &Context<'a>) -> &'a str {
    let run = ctx.session.training().run.as_ref().filter(|run| run.begun.card.recipe.keeps_data);
    if let Some(run) = run.filter(|_| ctx.session.open_step().is_some()) {
        return &run.begun.card.watched;
    }
    let name = ctx.session.opened().map_or("", |opened| opened.name.as_str());
    match name {
        name if name.ends_with("-zh") => Language::Chinese.words().hello,
        name if name.ends_with("-en") || name == "pocket" => Language::English.words().hello,
        _ => ctx.words.hello,
    }
}

/// The last reply of the branch that is shown, and how many tokens it has.
fn last_reply(ctx: &Context) -> Option<(usize, usize)> {
    let conversation = ctx.session.conversation();
    conversation.path().into_iter().rev().find_map(|at| {
        let written = conversation.node(at)?.written.as_ref()?;
        Some((at, written.steps.len()))
    })
}

/// The stage.
pub fn stage(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    narrow: bool,
    actions: &mut Vec<Action>,
) {
    let full = ui.max_rect();
    header(ui, ctx, state, narrow, actions);
    let bottom = composer::HEIGHT * ctx.look.scale + window::HEIGHT;
    let top = ui.cursor().top() + 8.0;
    let middle =
        Rect::from_min_max(pos2(full.left(), top), pos2(full.right(), full.bottom() - bottom));
    part(ui, if state.raw { Part::ChatRaw } else { Part::ChatBubbles }, middle);
    ui.scope_builder(UiBuilder::new().max_rect(middle), |ui| {
        if state.raw {
            bubbles::raw(ui, ctx, state);
        } else {
            bubbles::conversation(ui, ctx, state, actions);
        }
    });
    let strip = Rect::from_min_max(
        pos2(full.left(), middle.bottom()),
        pos2(full.right(), middle.bottom() + window::HEIGHT),
    );
    window::context_window(ui, ctx, strip);
    part(ui, Part::ChatWindow, strip.shrink2(egui::vec2(0.0, 4.0)));
    let place = Rect::from_min_max(pos2(full.left(), strip.bottom()), full.max);
    let composer = ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
        composer::composer(ui, ctx, state, actions);
        ui.min_rect()
    });
    part(ui, Part::ChatComposer, composer.inner.intersect(place));
}

fn header(ui: &mut Ui, ctx: &Context, state: &mut State, narrow: bool, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words, ctx.look.colours());
    ui.horizontal(|ui| {
        ui.label(
            egui::RichText::new(words.chat)
                .font(Type::Title.scaled(ctx.look.scale))
                .color(colours.text1),
        );
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if button(ui, &ctx.look, ButtonKind::Plain, Some(Icon::Plus), words.new_chat, true)
                .clicked()
            {
                actions.push(Action::NewChat);
            }
            let label = if state.coloured { words.colour_probability } else { words.colour_none };
            if button(ui, &ctx.look, ButtonKind::Quiet, None, label, true).clicked() {
                state.coloured = !state.coloured;
            }
            // What is switched on looks so.
            let kind = if state.raw { ButtonKind::Plain } else { ButtonKind::Quiet };
            if button(ui, &ctx.look, kind, None, words.show_raw, true).clicked() {
                state.raw = !state.raw;
            }
        });
    });
    if !narrow {
        scaled_paragraph(ui, &ctx.look, words.chat_subtitle, Type::Body, colours.text2);
    }
}

/// Where we are: the tokens of the reply that is chosen, or of the last one.
pub fn transport(ctx: &Context, state: &State) -> Transport {
    let reply = state.selected.map(|(node, _)| node).or(last_reply(ctx).map(|(node, _)| node));
    let conversation = ctx.session.conversation();
    let written = reply.and_then(|at| conversation.node(at)?.written.as_ref());
    let steps = written.map_or(&[][..], |written| &written.steps);
    let writing = ctx.session.is_writing();
    let at = match state.selected {
        Some((_, token)) => (token + 1).min(steps.len()),
        None => steps.len(),
    };
    let segments = steps
        .iter()
        .map(|step| Segment { label: ctx.piece(step.token).text.replace('\u{b7}', ""), steps: 1 })
        .collect();
    let number = reply.map_or(0, |reply| {
        let replies = conversation
            .path()
            .into_iter()
            .filter(|&at| conversation.node(at).is_some_and(|n| n.written.is_some()));
        replies.take_while(|&at| at != reply).count() + 1
    });
    let counter =
        if steps.is_empty() { String::new() } else { fill(ctx.words.n_of_m, &[&at, &steps.len()]) };
    let note = if writing {
        ctx.words.working.to_string()
    } else if number > 0 {
        format!("{} {number}", ctx.words.bot)
    } else {
        String::new()
    };
    Transport {
        segments,
        at,
        steps: steps.len(),
        playing: state.playing || writing,
        more: !steps.is_empty(),
        counter,
        note,
        speed: SPEEDS[state.speed],
    }
}

/// Moves through the tokens of a reply.
pub fn moved(ctx: &Context, state: &mut State, asked: Move, actions: &mut Vec<Action>) {
    if asked == Move::Faster {
        state.speed = (state.speed + 1) % SPEEDS.len();
        return;
    }
    if asked == Move::PlayPause && ctx.session.is_writing() {
        actions.push(Action::Stop);
        return;
    }
    let Some((node, last)) =
        state.selected.map(|(node, _)| node).or(last_reply(ctx).map(|(node, _)| node)).and_then(
            |node| {
                let count = ctx.session.conversation().node(node)?.written.as_ref()?.steps.len();
                Some((node, count.checked_sub(1)?))
            },
        )
    else {
        return;
    };
    let here = state.selected.map(|(_, token)| token);
    let next = match asked {
        Move::Reset => Some(0),
        Move::End => Some(last),
        Move::Back => Some(here.unwrap_or(last + 1).saturating_sub(1)),
        Move::Forward => match here {
            Some(here) if here >= last => {
                state.playing = false;
                Some(last)
            }
            Some(here) => Some(here + 1),
            None => Some(0),
        },
        Move::Seek(step) => Some(step.saturating_sub(1).min(last)),
        Move::PlayPause => {
            state.playing = !state.playing;
            // At the end it plays from the beginning.
            (state.playing && here.is_none_or(|here| here >= last)).then_some(0).or(here)
        }
        Move::Faster => here,
    };
    if asked != Move::Forward && asked != Move::PlayPause {
        state.playing = false;
    }
    state.selected = next.map(|token| (node, token));
}

/// What a presenter's class reads.
pub fn caption(ctx: &Context, state: &State) -> String {
    let chosen = state.selected.and_then(|(node, token)| {
        ctx.session.conversation().node(node)?.written.as_ref()?.steps.get(token)
    });
    chosen.map_or(ctx.words.about_chat_2.into(), |step| {
        let piece = ctx.piece(step.token).text;
        format!("{piece}   {}", crate::app::numbers::probability(step.logprob.exp() as f32))
    })
}

/// What the left panel says.
pub fn about(words: &Words) -> About {
    About {
        title: words.about_chat,
        texts: [words.about_chat_1, words.about_chat_2],
        task: words.about_chat_try,
        more: words.about_chat_try_more,
    }
}
