//! Train: a model learns in front of everyone.

mod compare;
mod inspect;
mod live;
mod newer;
pub mod plot;
mod recorded;
mod setup;
mod slow;
mod sparks;
mod watched;

pub use inspect::{inspector, setting};
pub use newer::{newer_card, warning_card};
pub use setup::{begin_watched, choice, preparing};
pub use sparks::scientific;

use super::About;
use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::theme::Type;
use crate::app::transport::{Move, Segment, Track, Transport};
use crate::app::widgets::{ButtonKind, button, paragraph, title_and_tabs};
use crate::app::words::{Words, fill};
use crate::session::Recording;
use crate::session::training::{Order, Watch};
use egui::Ui;
use std::sync::Arc;
use std::time::Duration;

/// A view of the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Live,
    OneStep,
    Compare,
}

impl Tab {
    const ALL: [Self; 3] = [Self::Live, Self::OneStep, Self::Compare];
}

/// What a picture of the station shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TrainShot {
    /// What is chosen before a run.
    #[default]
    Setup,
    Live,
    /// One step, and which part of it.
    OneStep(usize),
    Compare,
}

/// What the station remembers.
#[derive(Debug, Default)]
pub struct State {
    pub tab: Tab,
    /// A run that was written down, which a lesson shows in place of one.
    pub recorded: Option<Arc<Recording>>,
    /// Whether a new run is being chosen, though there is one.
    pub choosing: bool,
    /// Whether there is a run on the stage, and so something to say in the inspector.
    pub run_shown: bool,
    form: setup::Form,
    log: bool,
    smooth: bool,
    speed: usize,
    /// The step at which the open model is to stay, by the person's wish.
    pub kept_step: Option<u64>,
    /// What the next run does differently.
    variation: usize,
    pub slow: slow::State,
    compare: compare::State,
}

/// How fast it may go, in steps a second; none is as fast as it can.
const SPEEDS: [Option<u32>; 3] = [None, Some(10), Some(2)];

/// The stage.
pub fn stage(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    narrow: bool,
    actions: &mut Vec<Action>,
) {
    if let Some(recording) = &state.recorded {
        state.run_shown = false;
        return recorded::stage(ui, ctx, recording);
    }
    let training = ctx.session.training();
    let run = training.noise_run().filter(|_| !state.choosing && training.preparing.is_none());
    state.run_shown = run.is_some();
    let Some(run) = run else {
        return setup::stage(ui, ctx, state, narrow, actions);
    };
    header(ui, ctx, state, run, narrow, actions);
    match state.tab {
        Tab::Live => live::stage(ui, ctx, state, run, actions),
        Tab::OneStep => slow::stage(ui, ctx, &mut state.slow, run, actions),
        Tab::Compare => compare::stage(ui, ctx, state, run, actions),
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
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let labels = [words.live, words.one_step, words.compare];
    let current = Tab::ALL.iter().position(|tab| *tab == state.tab).unwrap_or(0);
    if let Some(chosen) = title_and_tabs(ui, &ctx.look, words.from_noise, &labels, current) {
        state.tab = Tab::ALL[chosen];
        if let (Tab::Compare, Some(runs)) = (state.tab, &ctx.session.training().runs) {
            actions.push(Action::Train(Order::List(runs.clone())));
        }
    }
    if !narrow {
        let count = numbers::count(run.begun.config.parameter_count());
        let text = match state.tab {
            Tab::Live => fill(words.subtitle, &[&count]),
            Tab::OneStep => words.one_step_subtitle.into(),
            Tab::Compare => words.runs_subtitle.into(),
        };
        paragraph(ui, &text, Type::Body, colours.text2);
    }
}

/// The step that the station shows: the newest, or the one that a person went back to.
fn shown_step(run: &Watch) -> u64 {
    run.back.unwrap_or_else(|| run.step())
}

/// The run that the bar is for: none while a recorded one is shown.
fn run_of_bar<'a>(ctx: &'a Context, state: &State) -> Option<&'a Watch> {
    ctx.session.training().noise_run().filter(|_| state.recorded.is_none())
}

/// Where the run is.
pub fn transport(ctx: &Context, state: &State) -> Transport {
    let run = run_of_bar(ctx, state);
    run.map_or_else(Transport::default, |run| transport_of(ctx, run))
}

/// Where a run is.
pub fn transport_of(ctx: &Context, run: &Watch) -> Transport {
    let words = ctx.words.train;
    let (at, steps) = (shown_step(run), run.learning.steps);
    let note = match run {
        run if run.playing => run.seconds_left().map_or(String::new(), |s| time_left(words, s)),
        run if at < run.step() => words.looking_back.into(),
        run if run.done => words.finished.into(),
        _ => words.paused.into(),
    };
    let of =
        [&numbers::count(at as usize) as &dyn std::fmt::Display, &numbers::count(steps as usize)];
    Transport {
        segments: vec![Segment { label: String::new(), steps: steps as usize }],
        at: at as usize,
        steps: steps as usize,
        playing: run.playing,
        more: run.diverged.is_none() && (at < run.step() || !run.done),
        counter: fill(words.step_of, &of),
        note,
        speed: 1.0,
    }
}

/// What stands along the track: round steps, checkpoints, and how fast it may go.
pub fn track(ctx: &Context, state: &State) -> Track {
    track_of(ctx, run_of_bar(ctx, state), state.speed)
}

/// The same of any run; `speed` is the place in [`SPEEDS`].
pub fn track_of(ctx: &Context, run: Option<&Watch>, speed: usize) -> Track {
    let words = ctx.words.train;
    let Some(run) = run else {
        return Track { speed: Some(words.full_speed.into()), ..Track::default() };
    };
    let ticks = plot::ticks(run.learning.steps as f64, 4);
    let speed = SPEEDS[speed].map_or(words.full_speed.into(), |n| fill(words.a_second, &[&n]));
    Track {
        ticks: ticks.iter().map(|t| (*t as usize, numbers::count(*t as usize))).collect(),
        dots: run.kept.iter().map(|step| *step as usize).collect(),
        reached: run.step() as usize,
        speed: Some(speed),
    }
}

/// “about 35 s left”, in steps of five.
pub fn time_left(words: &crate::app::words::train::Words, seconds: f64) -> String {
    if seconds < 100.0 {
        let rounded = ((seconds / 5.0).ceil() * 5.0) as u64;
        return fill(words.seconds_left, &[&rounded]);
    }
    fill(words.minutes_left, &[&((seconds / 60.0).round() as u64)])
}

/// Moves in the run.
pub fn moved(ctx: &Context, state: &mut State, asked: Move, actions: &mut Vec<Action>) {
    if let Some(run) = run_of_bar(ctx, state) {
        moved_in(run, &mut state.speed, asked, actions);
    }
}

/// Moves in any run.
pub fn moved_in(run: &Watch, speed: &mut usize, asked: Move, actions: &mut Vec<Action>) {
    let at = shown_step(run);
    let order = match asked {
        Move::Reset => Some(Order::Open(0)),
        Move::Back => run.kept.iter().rev().find(|step| **step < at).map(|step| Order::Open(*step)),
        Move::Forward if at < run.step() => {
            let next = run.kept.iter().find(|step| **step > at);
            Some(next.map_or(Order::OpenNewest, |step| Order::Open(*step)))
        }
        Move::Forward => Some(Order::Step),
        Move::End => Some(Order::OpenNewest),
        Move::PlayPause if run.playing => Some(Order::Pause),
        Move::PlayPause => {
            if at < run.step() {
                actions.push(Action::Train(Order::OpenNewest));
            }
            Some(Order::Play)
        }
        Move::Seek(step) => seek(run, at, step as u64),
        Move::Faster => {
            *speed = (*speed + 1) % SPEEDS.len();
            let pace = SPEEDS[*speed].map_or(Duration::ZERO, |n| Duration::from_secs(1) / n);
            Some(Order::Pace(pace))
        }
    };
    actions.extend(order.map(Action::Train));
}

/// To the checkpoint at or before a step.
fn seek(run: &Watch, at: u64, step: u64) -> Option<Order> {
    if step >= run.step() {
        return (at < run.step()).then_some(Order::OpenNewest);
    }
    let kept = *run.kept.iter().rev().find(|kept| **kept <= step)?;
    (kept != at || run.playing).then_some(Order::Open(kept))
}

/// What a presenter's class reads.
pub fn caption(ctx: &Context) -> String {
    let words = ctx.words.train;
    let Some(run) = ctx.session.training().noise_run() else { return words.choose.into() };
    let at = shown_step(run);
    let reply = run.replies.iter().rev().find(|reply| reply.step <= at);
    let text = reply.map(|reply| watched::reply_text(ctx, run, &reply.ids)).unwrap_or_default();
    fill(words.reply_name, &[&numbers::count(at as usize), &text])
}

/// What the left panel says.
pub fn about(words: &Words) -> About {
    let words = words.train;
    About {
        title: words.about,
        texts: [words.about_1, words.about_2],
        task: words.about_try,
        more: words.about_try_more,
    }
}

/// The run to begin with: the shortest preset, with the data of the screen's language.
pub fn first_run(ctx: &Context) -> Action {
    let mut form = setup::Form::default();
    form.choose("minute", std::ptr::eq(ctx.words, crate::app::words::Language::Chinese.words()));
    form.recipe.map_or(Action::Stop, |recipe| setup::begin(ctx, recipe))
}

/// A main button of the station.
fn main_button(ui: &mut Ui, ctx: &Context, label: &str, enabled: bool) -> bool {
    button(ui, &ctx.look, ButtonKind::Main, None, label, enabled).clicked()
}

fn plain_button(ui: &mut Ui, ctx: &Context, label: &str, enabled: bool) -> bool {
    button(ui, &ctx.look, ButtonKind::Plain, None, label, enabled).clicked()
}
