//! What stands below a lesson's text for whoever leads: hints, the way on, the term's card, the teacher's notes.

use super::panel::{View, card, on, read};
use super::playing::Playing;
use super::prose::Style;
use super::{Ask, words_of};
use crate::app::theme::Type;
use crate::app::widgets::{ButtonKind, Icon, button, scaled_paragraph};
use crate::app::words::fill;
use crate::lesson::Glossary;
use crate::lesson::runner::{Input, Outcome, Phase};
use egui::{Align, Layout, Ui};

/// The hints that were asked for.
pub fn hints(
    ui: &mut Ui,
    view: View<'_>,
    playing: &Playing,
    glossary: Option<&Glossary>,
    asked: &mut Vec<Ask>,
) {
    for hint in playing.texts.hints.iter().take(shown(playing)) {
        ui.add_space(4.0);
        let style = Style { kind: Type::Body, ink: view.look.colours().text2 };
        read(ui, view, hint, style, glossary, asked);
    }
}

fn shown(playing: &Playing) -> usize {
    playing.runner.kept().get(playing.runner.position()).map_or(0, |kept| kept.hints)
}

/// What helps on: the next hint, the solution behind the last one, the way past.
pub fn help(ui: &mut Ui, view: View<'_>, playing: &Playing, asked: &mut Vec<Ask>) {
    let (look, words, shown) = (&view.look, view.words.lesson, shown(playing));
    let goal = playing.runner.step().is_some_and(|step| step.task.goal().is_some());
    if shown < playing.texts.hints.len() {
        let name = if shown == 0 { words.stuck } else { words.next_hint };
        if button(ui, look, ButtonKind::Quiet, Some(Icon::Help), name, true).clicked() {
            asked.push(Ask::Press(Input::Hint));
        }
    } else if goal && button(ui, look, ButtonKind::Quiet, None, words.show_me, true).clicked() {
        asked.push(Ask::Press(Input::ShowMe));
    }
    if button(ui, look, ButtonKind::Quiet, None, words.skip, true).clicked() {
        asked.push(Ask::Press(Input::Skip));
    }
}

/// Back, where we are, and on.
pub fn foot(ui: &mut Ui, view: View<'_>, playing: &Playing, asked: &mut Vec<Ask>) {
    ui.add_space(12.0);
    ui.horizontal(|ui| {
        back(ui, view, playing, asked);
        let steps = playing.runner.lesson().steps.len();
        if matches!(playing.runner.phase(), Phase::Say | Phase::Reveal) {
            let place =
                fill(view.words.lesson.step_of, &[&(playing.runner.position() + 1), &steps]);
            let ink = view.look.colours().text2;
            scaled_paragraph(ui, &view.look, &place, Type::Small, ink);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| next(ui, view, playing, asked));
    });
}

/// To the step before.
pub fn back(ui: &mut Ui, view: View<'_>, playing: &Playing, asked: &mut Vec<Ask>) {
    let phase = playing.runner.phase();
    let first =
        phase == Phase::Question || (phase != Phase::Takeaway && playing.runner.position() == 0);
    let name = view.words.lesson.back;
    if button(ui, &view.look, ButtonKind::Quiet, None, name, !first).clicked() {
        asked.push(Ask::Press(Input::Back));
    }
}

/// The button that leads on.
pub fn next(ui: &mut Ui, view: View<'_>, playing: &Playing, asked: &mut Vec<Ask>) {
    let (name, can) = on(playing, view.words.lesson);
    let last = playing.runner.phase() == Phase::Takeaway;
    let input = if last { Input::Leave } else { Input::Next };
    let can = can && !playing.is_busy();
    if button(ui, &view.look, ButtonKind::Main, None, name, can).clicked() {
        asked.push(Ask::Press(input));
    }
}

/// The card of a term that was clicked.
pub fn term(
    ui: &mut Ui,
    view: View<'_>,
    playing: &Playing,
    glossary: Option<&Glossary>,
    asked: &mut Vec<Ask>,
) {
    let (look, colours) = (&view.look, view.look.colours());
    let language = words_of::language(view.language);
    let known =
        |id: &String| glossary?.terms.iter().find(|term| term.ids.iter().any(|own| own == id));
    let Some(term) = playing.term.as_ref().and_then(known) else { return };
    card(ui, view, |ui| {
        scaled_paragraph(ui, look, term.name.of(language), Type::Strong, colours.text1);
        scaled_paragraph(ui, look, term.more.of(language), Type::Body, colours.text1);
        let name = view.words.lesson.close_term;
        if button(ui, look, ButtonKind::Quiet, None, name, true).clicked() {
            asked.push(Ask::Term(None));
        }
    });
}

/// What teachers and the curious open: the notes, hidden controls, a fresh start.
pub fn tools(ui: &mut Ui, view: View<'_>, playing: &Playing, asked: &mut Vec<Ask>) {
    let words = view.words.lesson;
    let mut tool = |ui: &mut Ui, name: &str, ask: Ask| {
        if button(ui, &view.look, ButtonKind::Quiet, None, name, true).clicked() {
            asked.push(ask);
        }
    };
    tool(ui, words.notes, Ask::Notes);
    if view.inspector_hides && !view.presenting {
        tool(ui, view.words.open_inspector, Ask::Inspector);
    }
    if !playing.hidden.is_empty() {
        let name = if playing.all_shown { words.hide_again } else { words.show_hidden };
        tool(ui, name, Ask::ShowHidden);
    }
    if playing.runner.kept().iter().any(|kept| kept.outcome != Outcome::Open) {
        let name = if playing.forgetting { words.forget_sure } else { words.forget };
        tool(ui, name, Ask::Forget);
    }
}

/// The teacher's notes, if they are open.
pub fn notes(
    ui: &mut Ui,
    view: View<'_>,
    playing: &Playing,
    glossary: Option<&Glossary>,
    asked: &mut Vec<Ask>,
) {
    if playing.notes {
        let style = Style { kind: Type::Body, ink: view.look.colours().text2 };
        read(ui, view, &playing.texts.teacher, style, glossary, asked);
    }
}
