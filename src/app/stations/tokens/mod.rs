//! Tokens: text becomes ids. The pieces are learned on the chosen data, merge by merge; any text is
//! shown in them; the template's role tokens; every piece in a table.

mod examples;
mod flow;
mod inspect;
mod layout;
mod learn;
mod plot;
mod read;
mod table;
mod template;
mod tree;

pub use inspect::{inspector, warning};

use crate::app::context::{Action, Context};
use crate::app::lesson::part;
use crate::app::stations::About;
use crate::app::theme::Type;
use crate::app::transport::{Move, Player, Segment, Transport};
use crate::app::widgets::{
    ButtonKind, ProgressTexts, WORTH_A_BAR, button, paragraph, progress, scaled_paragraph, tabs,
};
use crate::app::words::{Words, fill};
use crate::lesson::Part;
use crate::session::library::{Prepared, Request, Task, Vocabulary};
use egui::{Align, Key, Layout, Modifiers, Rect, RichText, Ui, UiBuilder, pos2};
use std::sync::Arc;

/// What of the tokens is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    #[default]
    Learn,
    Read,
    Template,
    Table,
}

impl View {
    const ALL: [Self; 4] = [Self::Learn, Self::Read, Self::Template, Self::Table];
}

/// What the station remembers.
#[derive(Debug, Default)]
pub struct State {
    pub view: View,
    /// How many merges are done.
    merges: Player,
    /// The merge whose examples were asked for last.
    asked: Option<usize>,
    /// Whether learning was stopped before there was any vocabulary.
    stopped: bool,
    learn: learn::State,
    read: read::State,
    template: template::State,
    table: table::State,
}

/// Seconds from one merge to the next.
const STEP: f64 = 0.5;

impl State {
    /// While playing: seconds until the next step, 0 if it is due.
    pub fn tick(&mut self, now: f64) -> Option<f64> {
        self.merges.tick(now, STEP)
    }

    /// Shows the vocabulary after so many merges.
    pub fn show(&mut self, merges: usize) {
        (self.view, self.merges.at) = (View::Learn, Some(merges));
    }

    /// How many merges are shown; none, if all are.
    pub fn merges(&self) -> Option<usize> {
        self.merges.at
    }
}

/// How many merges are done, of how many.
fn done(ctx: &Context, state: &State) -> (usize, usize) {
    let all = ctx.session.library().vocabulary().map_or(0, |learned| learned.merges().len());
    (state.merges.of(all), all)
}

/// The stage.
pub fn stage(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    narrow: bool,
    actions: &mut Vec<Action>,
) {
    have_it_learned(ctx, state, actions);
    keys(ui, ctx, state);
    header(ui, ctx, state, narrow);
    let full = ui.max_rect();
    let rest = Rect::from_min_max(pos2(full.left(), ui.cursor().top() + 10.0), full.max);
    ui.scope_builder(UiBuilder::new().max_rect(rest), |ui| {
        let library = ctx.session.library();
        let waits = library.progress(Task::Learn).is_some();
        let (Some(learned), Some(prepared)) = (library.vocabulary(), library.prepared()) else {
            waiting(ui, ctx, state, actions);
            return;
        };
        if waits {
            waiting(ui, ctx, state, actions);
        }
        let whole = ui.max_rect();
        match state.view {
            View::Template => part(ui, Part::TokensTemplate, whole),
            View::Table => part(ui, Part::TokensVocabulary, whole),
            View::Learn | View::Read => {}
        }
        match state.view {
            View::Learn => learn::page(ui, ctx, state, learned),
            View::Read => read::page(ui, ctx, &mut state.read, learned),
            View::Template => template::page(ui, ctx, &mut state.template, prepared, learned),
            View::Table => table::page(ui, ctx, &mut state.table, learned),
        }
    });
}

/// Has the data opened, the first vocabulary learned, and examples found for the merge that is shown.
fn have_it_learned(ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let library = ctx.session.library();
    let is_free = |task| library.progress(task).is_none();
    if library.book().is_none() && is_free(Task::Open) {
        actions.push(Action::Data(Request::Open));
    }
    let ready = library.is_current() && library.prepared().is_some_and(|p| p.training > 0);
    // A lesson's pieces are those of its own data.
    let of_other_data = |learned: &Arc<Vocabulary>| {
        library.is_lent() && library.prepared().is_some_and(|prepared| !learned.is_of(prepared))
    };
    let Some(_) = library.vocabulary().filter(|learned| !of_other_data(learned)) else {
        if ready && is_free(Task::Learn) && !state.stopped {
            actions.push(Action::Data(Request::Learn(None)));
        }
        return;
    };
    let (at, _) = done(ctx, state);
    let merge = at.checked_sub(1);
    let known = library.examples().map(|(merge, _)| *merge);
    if merge.is_some() && known != merge && (state.asked != merge || is_free(Task::Read)) {
        state.asked = merge;
        actions.extend(merge.map(|merge| Action::Data(Request::Examples(merge))));
    }
}

/// A bar while something takes longer than a moment.
fn waiting(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let library = ctx.session.library();
    ui.ctx().request_repaint_after_secs(0.1);
    let (what, done, stop) = match (library.progress(Task::Learn), library.progress(Task::Open)) {
        (Some(done), _) => {
            let size = crate::app::numbers::count(library.vocabulary_size());
            (fill(ctx.words.tokens.learning, &[&size]), done, Some(ctx.words.stop))
        }
        (None, Some(done)) => (ctx.words.data.reading_set.to_string(), done, None),
        (None, None) => match library.progress(Task::Prepare) {
            Some(done) => (ctx.words.data.cleaning_set.to_string(), done, None),
            None if library.prepared().is_some_and(|p| p.training == 0) => {
                let (words, colours) = (ctx.words.data, ctx.look.colours());
                paragraph(ui, words.nothing_left, Type::Read, colours.text1);
                paragraph(ui, words.nothing_left_more, Type::Body, colours.text2);
                return;
            }
            None if state.stopped => {
                let again = ctx.words.tokens.learn_again;
                if button(ui, &ctx.look, ButtonKind::Main, None, again, true).clicked() {
                    state.stopped = false;
                }
                return;
            }
            None => return,
        },
    };
    if done.since.elapsed().as_secs_f32() > WORTH_A_BAR {
        let texts = ProgressTexts { what: &what, left: "", stop };
        // What has been learned before stays.
        if progress(ui, &ctx.look, texts, done.share) {
            state.stopped = true;
            actions.push(Action::Data(Request::LearnNothing));
        }
    }
}

fn header(ui: &mut Ui, ctx: &Context, state: &mut State, narrow: bool) {
    let (words, colours) = (ctx.words.tokens, ctx.look.colours());
    let (title, subtitle) = match state.view {
        View::Learn => (words.learn_title, words.learn_subtitle),
        View::Read => (words.read_title, words.read_subtitle),
        View::Template => (words.template_title, words.template_subtitle),
        View::Table => (words.table_title, words.table_subtitle),
    };
    ui.horizontal(|ui| {
        let title = RichText::new(title).font(Type::Title.scaled(ctx.look.scale));
        ui.label(title.color(colours.text1));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // Right to left, so the last comes first.
            let labels = [words.tab_table, words.tab_template, words.tab_read, words.tab_learn];
            let current = View::ALL.iter().rev().position(|view| *view == state.view).unwrap_or(0);
            if let Some(chosen) = tabs(ui, &ctx.look, &labels, current) {
                state.view = View::ALL[View::ALL.len() - 1 - chosen];
            }
        });
    });
    if !narrow {
        scaled_paragraph(ui, &ctx.look, subtitle, Type::Body, colours.text2);
    }
}

/// The keys of this station, unless a text is being typed.
fn keys(ui: &Ui, ctx: &Context, state: &mut State) {
    if ui.ctx().text_edit_focused() || ui.ctx().memory(|m| m.focused()).is_some() {
        return;
    }
    let pressed = |key| ui.ctx().input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let by = isize::from(pressed(Key::ArrowDown)) - isize::from(pressed(Key::ArrowUp));
    if by != 0 {
        match state.view {
            View::Learn => state.learn.another(by),
            View::Template => state.template.another(by, ctx),
            View::Read | View::Table => {}
        }
    }
    let by = isize::from(pressed(Key::PageDown)) - isize::from(pressed(Key::PageUp));
    let now = View::ALL.iter().position(|view| *view == state.view).unwrap_or(0);
    let next = now.saturating_add_signed(by).min(View::ALL.len() - 1);
    state.view = View::ALL[next];
}

/// Where we are among the merges.
pub fn transport(ctx: &Context, state: &State) -> Transport {
    let words = ctx.words.tokens;
    let (at, steps) = done(ctx, state);
    // Five stretches, as evenly as they go.
    let ends: Vec<usize> = (0..=5).map(|i| steps * i / 5).collect();
    let segments = ends.windows(2).filter(|ends| ends[1] > ends[0]).map(|ends| Segment {
        label: format!("{} – {}", ends[0] + 1, ends[1]),
        steps: ends[1] - ends[0],
    });
    let counter = match at {
        0 => words.only_bytes.to_string(),
        _ => fill(words.merge_n_of, &[&at, &steps]),
    };
    let note = match steps - at {
        0 => words.all_merged.to_string(),
        left => fill(words.n_to_go, &[&left]),
    };
    Transport {
        segments: segments.collect(),
        at,
        steps,
        playing: state.merges.playing,
        more: at < steps || (steps > 0 && !state.merges.playing),
        counter,
        note,
        speed: state.merges.speed(),
    }
}

/// Moves through the merges.
pub fn moved(ctx: &Context, state: &mut State, asked: Move) {
    let (_, steps) = done(ctx, state);
    state.merges.moved(asked, steps);
}

/// What a presenter's class reads.
pub fn caption(ctx: &Context, state: &State) -> String {
    let words = ctx.words.tokens;
    let (at, _) = done(ctx, state);
    let learned = ctx.session.library().vocabulary();
    let merge =
        learned.and_then(|learned| Some((learned, *learned.merges().get(at.checked_sub(1)?)?)));
    let Some((learned, merge)) = merge else { return words.caption_bytes.to_string() };
    let [left, right] =
        [merge.pair.0, merge.pair.1].map(|id| format!("“{}”", piece(ctx, learned, id).text));
    let count = crate::app::numbers::count(merge.count.unwrap_or(0) as usize);
    fill(words.caption_merge, &[&left, &right, &count])
}

/// A token of the learned vocabulary, as it is drawn.
fn piece(ctx: &Context, learned: &Vocabulary, id: u32) -> crate::app::piece::Piece {
    crate::app::piece::Piece::of(Some(learned.tokenizer()), id, ctx.words)
}

/// How many dialogues are learned from, in words.
fn counted_over(ctx: &Context, prepared: &Arc<Prepared>) -> String {
    let words = ctx.words.tokens;
    let which = if prepared.book.is_text { words.counted_over_texts } else { words.counted_over };
    fill(which, &[&crate::app::numbers::count(prepared.training)])
}

/// What the left panel says.
pub fn about(words: &Words, state: &State) -> About {
    let words = words.tokens;
    let (texts, task, more) = match state.view {
        View::Learn => (
            [words.about_learn_1, words.about_learn_2],
            words.about_learn_try,
            words.about_learn_try_more,
        ),
        _ => (
            [words.about_read_1, words.about_read_2],
            words.about_read_try,
            words.about_read_try_more,
        ),
    };
    About { title: words.about_learn, texts, task, more }
}

/// The keys that only this station has.
pub fn key_names(words: &Words) -> Vec<(&'static str, &'static str)> {
    let words = words.tokens;
    vec![("Page ↑ ↓", words.key_views), ("↑ ↓", words.key_line)]
}
