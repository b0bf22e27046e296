//! The panel while a lesson is open: where we are, what is said, what is to be done, and the way on.

use super::list::{list, missing};
use super::playing::Playing;
use super::prose::{self, Line, Style};
use super::{Ask, Desk, bets, hands, written};
use crate::app::numbers;
use crate::app::theme::{Look, Type};
use crate::app::widgets::{ButtonKind, Icon, button, icon_button, paint_icon, scaled_paragraph};
use crate::app::words::{Language, Words, fill};
use crate::lesson::Glossary;
use crate::lesson::prose::Target;
use crate::lesson::runner::{Input, Outcome, Phase};
use crate::lesson::schema::{Bet, Task};
use egui::{Align, Frame, Layout, Panel, Rect, Role, ScrollArea, Sense, Ui, vec2};

/// What painting needs to know.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub look: Look,
    pub words: &'a Words,
    pub language: Language,
    pub presenting: bool,
    /// Whether there is an inspector, and room for it only in the lesson's place.
    pub inspector_hides: bool,
}

/// Paints the lesson that is open, or the shelf.
pub fn panel(ui: &mut Ui, view: View<'_>, desk: &mut Desk, asked: &mut Vec<Ask>) {
    let Some(mut playing) = desk.playing.take() else {
        return list(ui, &view.look, view.words, view.language, desk, asked);
    };
    lesson(ui, view, &mut playing, desk.glossary.as_ref(), asked);
    desk.playing = Some(playing);
}

fn lesson(
    ui: &mut Ui,
    view: View<'_>,
    playing: &mut Playing,
    glossary: Option<&Glossary>,
    asked: &mut Vec<Ask>,
) {
    head(ui, view, playing, asked);
    let frame = Frame::new();
    Panel::bottom("lesson's way on").exact_size(56.0 * view.look.scale).frame(frame).show(
        ui,
        |ui| {
            hands::foot(ui, view, playing, asked);
        },
    );
    // Each step is read from its beginning.
    let place =
        (&playing.loaded.lesson.id, playing.runner.position(), apart(playing.runner.phase()));
    ScrollArea::vertical().id_salt(place).auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 8.0);
        ui.add_space(10.0);
        body(ui, view, playing, glossary, asked);
        ui.add_space(16.0);
        hands::term(ui, view, playing, glossary, asked);
        ui.horizontal_wrapped(|ui| hands::tools(ui, view, playing, asked));
        hands::notes(ui, view, playing, glossary, asked);
    });
}

/// What does not share a page with a step.
fn apart(phase: Phase) -> u8 {
    match phase {
        Phase::Question => 1,
        Phase::Takeaway => 2,
        _ => 0,
    }
}

/// The lesson's name, a dash for every step, and the way out.
fn head(ui: &mut Ui, view: View<'_>, playing: &Playing, asked: &mut Vec<Ask>) {
    let colours = view.look.colours();
    ui.horizontal(|ui| {
        scaled_paragraph(ui, &view.look, &playing.texts.title, Type::Small, colours.text2);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if icon_button(ui, &view.look, Icon::Close, view.words.lesson.leave, true).clicked() {
                asked.push(Ask::Press(Input::Leave));
            }
        });
    });
    dashes(ui, &view.look, playing, asked);
}

/// One dash for each step; a click goes there.
pub(super) fn dashes(ui: &mut Ui, look: &Look, playing: &Playing, asked: &mut Vec<Ask>) {
    let colours = look.colours();
    let steps = &playing.runner.lesson().steps;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 14.0), Sense::hover());
    let gap = 3.0;
    let wide = (rect.width() + gap) / steps.len().max(1) as f32 - gap;
    for (i, step) in steps.iter().enumerate() {
        let left = rect.left() + i as f32 * (wide + gap);
        let dash = Rect::from_min_size(egui::pos2(left, rect.center().y - 1.5), vec2(wide, 3.0));
        let kept = playing.runner.kept().get(i);
        let done = kept.is_some_and(|kept| kept.outcome != Outcome::Open);
        let here = i == playing.runner.position() && playing.runner.phase() != Phase::Question;
        let ink = match (here, done) {
            (true, _) => colours.text1,
            (_, true) => colours.text3,
            _ => colours.line1,
        };
        ui.painter().rect_filled(dash, 1.5, ink);
        let id = ui.scope_id().with(("dash", i));
        let response = ui.interact(dash.expand2(vec2(0.0, 5.0)), id, Sense::click());
        if response.clicked() {
            asked.push(Ask::Press(Input::Go(step.id.clone())));
        }
    }
}

fn body(
    ui: &mut Ui,
    view: View<'_>,
    playing: &mut Playing,
    glossary: Option<&Glossary>,
    asked: &mut Vec<Ask>,
) {
    let colours = view.look.colours();
    let words = view.words.lesson;
    if let Some(problem) = &playing.problem {
        scaled_paragraph(ui, &view.look, problem, Type::Small, colours.err);
        ui.add_space(6.0);
    }
    match playing.runner.phase() {
        Phase::Question => {
            let style = Style { kind: Type::Title, ink: colours.text1 };
            read(ui, view, &playing.texts.question.clone(), style, glossary, asked);
            let lesson = playing.runner.lesson();
            let level = super::list::level(lesson.level, view.words);
            let length = fill(words.about_minutes, &[&lesson.minutes, &level]);
            scaled_paragraph(ui, &view.look, &length, Type::Body, colours.text2);
            ui.add_space(8.0);
            if playing.is_busy() {
                scaled_paragraph(ui, &view.look, words.setting_up, Type::Small, colours.text2);
            }
        }
        Phase::Takeaway => {
            card(ui, view, |ui| {
                scaled_paragraph(ui, &view.look, words.takeaway, Type::Small, colours.text2);
                let style = Style { kind: Type::Title, ink: colours.text1 };
                read(ui, view, &playing.texts.takeaway.clone(), style, glossary, asked);
            });
            if button(ui, &view.look, ButtonKind::Plain, None, words.hand_in, true).clicked() {
                asked.push(Ask::HandIn);
            }
        }
        Phase::Say | Phase::Reveal => step(ui, view, playing, glossary, asked),
        Phase::Left => {}
    }
}

fn step(
    ui: &mut Ui,
    view: View<'_>,
    playing: &mut Playing,
    glossary: Option<&Glossary>,
    asked: &mut Vec<Ask>,
) {
    let (colours, words) = (view.look.colours(), view.words.lesson);
    let Some(step) = playing.runner.step().cloned() else { return };
    if playing.runner.is_greyed() {
        why_greyed(ui, view, playing);
        let style = Style { kind: Type::Read, ink: colours.off };
        read(ui, view, &playing.texts.say.clone(), style, glossary, asked);
        return;
    }
    let style = Style { kind: Type::Read, ink: colours.text1 };
    read(ui, view, &playing.texts.say.clone(), style, glossary, asked);
    ui.add_space(4.0);
    task(ui, view, playing, &step.task, glossary, asked);
    let revealed = playing.runner.phase() == Phase::Reveal;
    if !revealed {
        hands::hints(ui, view, playing, glossary, asked);
        ui.horizontal_wrapped(|ui| hands::help(ui, view, playing, asked));
    }
    written::replies(ui, view, playing);
    if revealed && !playing.texts.reveal.is_empty() {
        ui.add_space(8.0);
        let top = ui.cursor().top();
        ui.indent("reveal", |ui| {
            scaled_paragraph(ui, &view.look, words.reveal, Type::Small, colours.text2);
            let style = Style { kind: Type::Read, ink: colours.text1 };
            read(ui, view, &playing.texts.reveal.clone(), style, glossary, asked);
        });
        let (x, bottom) = (ui.max_rect().left() + 2.0, ui.cursor().top() - 6.0);
        ui.painter().vline(x, top..=bottom, (2.0, colours.text1));
        bring_into_sight(ui, playing, Rect::from_x_y_ranges(x..=x, top..=bottom));
    }
}

/// What has just been revealed is scrolled to, once.
fn bring_into_sight(ui: &Ui, playing: &Playing, place: Rect) {
    let id = egui::Id::unique("lesson's reveal in sight");
    let step = (playing.loaded.lesson.id.clone(), playing.runner.position(), playing.trace.len());
    if ui.data(|data| data.get_temp::<(String, usize, usize)>(id)).as_ref() != Some(&step) {
        ui.data_mut(|data| data.insert_temp(id, step));
        ui.scroll_to_rect(place, None);
    }
}

/// What the step needs and this version does not have.
pub(super) fn why_greyed(ui: &mut Ui, view: View<'_>, playing: &Playing) {
    let needs = playing.runner.step().map_or(&[][..], |step| &step.needs);
    let why = missing(needs, view.words).unwrap_or(view.words.lesson.needs_other);
    scaled_paragraph(ui, &view.look, why, Type::Strong, view.look.colours().text2);
}

/// What is to be bet, done or written; after that, what the engine says.
pub(super) fn task(
    ui: &mut Ui,
    view: View<'_>,
    playing: &mut Playing,
    task: &Task,
    glossary: Option<&Glossary>,
    asked: &mut Vec<Ask>,
) {
    let (look, colours, words) = (&view.look, view.look.colours(), view.words.lesson);
    let revealed = playing.runner.phase() == Phase::Reveal;
    match task {
        Task::Read => {}
        Task::Predict(bet) => card(ui, view, |ui| {
            let style = Style { kind: Type::Strong, ink: colours.text1 };
            read(ui, view, &playing.texts.ask.clone(), style, glossary, asked);
            if revealed {
                // Two curves are compared by eye; there is no word for either.
                if !matches!(bet, Bet::Curve { .. }) {
                    told(ui, view, playing, bet);
                }
                if view.presenting {
                    bets::counted(ui, look, view.words, playing);
                }
                if matches!(bet, Bet::Curve { .. }) {
                    bets::bet(ui, look, view.words, playing, (bet, false), &mut Vec::new());
                }
            } else {
                ui.scope(|ui| {
                    // Once the animation has run, the bet stands.
                    if playing.runner.has_played() {
                        ui.disable();
                    }
                    bets::bet(ui, look, view.words, playing, (bet, view.presenting), asked);
                });
            }
        }),
        Task::Explain { .. } => card(ui, view, |ui| {
            let style = Style { kind: Type::Strong, ink: colours.text1 };
            read(ui, view, &playing.texts.ask.clone(), style, glossary, asked);
            bets::note(ui, look, view.words, playing, asked);
            if revealed {
                scaled_paragraph(ui, &view.look, words.one_answer, Type::Small, colours.text2);
                let top = ui.cursor().min;
                let style = Style { kind: Type::Read, ink: colours.text1 };
                read(ui, view, &playing.texts.sample.clone(), style, glossary, asked);
                bring_into_sight(ui, playing, Rect::from_two_pos(top, ui.cursor().min));
            }
        }),
        Task::Do { .. } | Task::Goal { .. } => {
            let is_goal = matches!(task, Task::Goal { .. });
            card(ui, view, |ui| doing(ui, view, playing, is_goal, asked));
        }
    }
}

/// What waits to be done, or is done.
fn doing(ui: &mut Ui, view: View<'_>, playing: &Playing, is_goal: bool, asked: &mut Vec<Ask>) {
    let (look, colours, words) = (&view.look, view.look.colours(), view.words.lesson);
    let revealed = playing.runner.phase() == Phase::Reveal;
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(18.0, 18.0), Sense::hover());
        if revealed {
            paint_icon(ui.painter(), rect, Icon::Tick, 1.0, colours.text1);
        } else {
            ui.painter().circle_filled(rect.center(), 4.0, colours.text1);
        }
        let what = match (revealed, is_goal) {
            (true, _) => words.done,
            (_, true) => words.goal_waits,
            _ => words.do_waits,
        };
        scaled_paragraph(ui, &view.look, what, Type::Strong, colours.text1);
    });
    if let Some((step, all)) = playing.learning {
        let text = fill(view.words.train.step_of, &[&numbers::count(step), &numbers::count(all)]);
        scaled_paragraph(ui, &view.look, &text, Type::Number, colours.text2);
    }
    if is_goal && !revealed {
        if button(ui, look, ButtonKind::Plain, None, words.i_have_it, !playing.is_busy()).clicked()
        {
            asked.push(Ask::Press(Input::Enter));
        }
        if playing.runner.has_missed() {
            scaled_paragraph(ui, &view.look, words.not_yet, Type::Body, colours.text2);
        }
    }
}

/// The bet beside the truth.
fn told(ui: &mut Ui, view: View<'_>, playing: &Playing, bet: &Bet) {
    let kind = match bet {
        Bet::Number { .. } | Bet::Token { .. } => Type::NumberLarge,
        Bet::Choice { .. } | Bet::Rank { .. } | Bet::Curve { .. } => Type::Read,
    };
    let (colours, words) = (view.look.colours(), view.words.lesson);
    let none = "–".to_string();
    let bet = if playing.texts.bet.is_empty() { &none } else { &playing.texts.bet };
    let truth = if playing.texts.truth.is_empty() { &none } else { &playing.texts.truth };
    for (label, value, ink) in
        [(words.you, bet, colours.text2), (words.engine, truth, colours.text1)]
    {
        ui.horizontal_wrapped(|ui| {
            scaled_paragraph(ui, &view.look, label, Type::Body, colours.text2);
            scaled_paragraph(ui, &view.look, value, kind, ink);
        });
    }
    if playing.texts.near == Some(true) {
        let same = playing.texts.bet == playing.texts.truth;
        let text = if same { words.agree } else { words.near };
        scaled_paragraph(ui, &view.look, text, Type::Small, colours.text2);
    }
}

/// What the button that leads on says, and whether it can be pressed.
pub fn on(playing: &Playing, words: &crate::app::words::lesson::Words) -> (&'static str, bool) {
    let kept = playing.runner.kept().get(playing.runner.position());
    match playing.runner.phase() {
        Phase::Question => (words.begin, true),
        Phase::Takeaway => (words.finish, true),
        Phase::Reveal | Phase::Left => (words.next, true),
        Phase::Say if playing.runner.is_greyed() => (words.next, true),
        Phase::Say => {
            let Some(step) = playing.runner.step() else { return (words.next, true) };
            let plays = step.play.is_some() && !playing.runner.has_played();
            match &step.task {
                Task::Predict(_) if kept.is_none_or(|kept| kept.answer.is_none()) => {
                    (words.bet_first, false)
                }
                _ if plays => (words.play, true),
                Task::Predict(_) | Task::Explain { .. } => (words.show, true),
                Task::Do { .. } | Task::Goal { .. } => (words.next, playing.runner.was_done()),
                Task::Read => (words.next, true),
            }
        }
    }
}

/// A text, whose words lead on.
pub(super) fn read(
    ui: &mut Ui,
    view: View<'_>,
    lines: &[Line],
    style: Style,
    glossary: Option<&Glossary>,
    asked: &mut Vec<Ask>,
) {
    let shown = ui.scope(|ui| prose::paint(ui, &view.look, lines, style, glossary, view.language));
    let whole = shown.response;
    whole.widget_info(|| egui::WidgetInfo::labeled(Role::Paragraph, true, prose::spoken(lines)));
    match shown.inner {
        Some(Target::Term(id)) => asked.push(Ask::Term(Some(id))),
        Some(Target::Step(id)) => asked.push(Ask::Press(Input::Go(id))),
        Some(Target::Part(_)) | None => {}
    }
}

pub(super) fn card(ui: &mut Ui, view: View<'_>, add: impl FnOnce(&mut Ui)) {
    let frame = Frame::new()
        .fill(view.look.colours().raised)
        .corner_radius(10.0)
        .inner_margin(14.0 * view.look.scale);
    frame.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        add(ui);
    });
    ui.add_space(6.0);
}
