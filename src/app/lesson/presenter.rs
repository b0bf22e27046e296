//! A lesson before a class: its steps along the top, what is said and asked along the bottom, and the
//! whole width between for what everybody looks at.

use super::panel::{View, dashes, read, task, why_greyed};
use super::playing::Playing;
use super::prose::{Line, Style};
use super::{Ask, Desk, hands, written};
use crate::app::theme::Type;
use crate::app::widgets::{Icon, icon_button, paint_icon, paragraph, put, scaled_paragraph};
use crate::app::words::fill;
use crate::lesson::Glossary;
use crate::lesson::runner::{Input, Phase};
use crate::lesson::schema::Step;
use egui::{
    Align, Align2, Frame, Id, Layout, Margin, Panel, Rect, ScrollArea, Ui, UiBuilder, pos2, vec2,
};

/// Heights of the bar at the bottom: the least, and the share of the window that it may take.
const LEAST: f32 = 134.0;
const MOST: f32 = 0.42;
/// The row below both columns, with the way on: it is never scrolled away.
const ROW: f32 = 44.0;
/// How many letters are still read as one sentence, in the largest type. A Chinese sign counts double.
const SENTENCE: usize = 150;
/// The share of the bar's width for what is said.
const SAID: f32 = 0.58;

/// The bar at the top: the lesson's name, a dash for every step, and which step it is.
pub fn top(ui: &mut Ui, view: View<'_>, playing: &Playing, asked: &mut Vec<Ask>) {
    let (full, colours) = (ui.max_rect(), view.look.colours());
    let y = full.center().y;
    let mark = Rect::from_center_size(pos2(full.left() + 51.0, y), vec2(20.0, 20.0));
    paint_icon(ui.painter(), mark, Icon::Brand, 1.2, colours.text1);
    let at = pos2(full.left() + 74.0, y);
    let title = &playing.texts.title;
    put(ui.painter(), at, Align2::LEFT_CENTER, title, Type::Heading.font(), colours.text1);
    let wide = (full.width() * 0.26).max(240.0);
    let middle = Rect::from_center_size(full.center(), vec2(wide, 14.0));
    ui.scope_builder(UiBuilder::new().max_rect(middle), |ui| {
        dashes(ui, &view.look, playing, asked)
    });
    let right = UiBuilder::new()
        .max_rect(full.with_max_x(full.right() - 32.0))
        .layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(right, |ui| {
        if icon_button(ui, &view.look, Icon::Close, view.words.lesson.leave, true).clicked() {
            asked.push(Ask::Press(Input::Leave));
        }
        if matches!(playing.runner.phase(), Phase::Say | Phase::Reveal) {
            let steps = playing.runner.lesson().steps.len();
            let at = playing.runner.position() + 1;
            let place = fill(view.words.lesson.step_of, &[&at, &steps]);
            paragraph(ui, &place, Type::Number, colours.text2);
        }
    });
}

/// The bar at the bottom, as high as what it holds.
pub fn bar(ui: &mut Ui, view: View<'_>, desk: &mut Desk, asked: &mut Vec<Ask>) {
    let Some(mut playing) = desk.playing.take() else { return };
    let id = Id::unique("height of the class's bar");
    let high = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(LEAST);
    let most = (ui.max_rect().height() * MOST).max(LEAST);
    let frame = Frame::new().fill(view.look.colours().panel).inner_margin(Margin {
        left: 56,
        right: 40,
        top: 16,
        bottom: 10,
    });
    let bar = Panel::bottom("lesson before a class").exact_size(high.clamp(LEAST, most));
    let shown = bar.frame(frame).show(ui, |ui| {
        let whole = ui.max_rect();
        let row = whole.with_min_y(whole.bottom() - ROW);
        let full = whole.with_max_y(row.top() - 8.0);
        let edge = full.left() + full.width() * SAID;
        let columns = [full.with_max_x(edge - 20.0), full.with_min_x(edge + 20.0)];
        let glossary = desk.glossary.as_ref();
        let said =
            column(ui, columns[0], "said", |ui| said(ui, view, &mut playing, glossary, asked));
        let done =
            column(ui, columns[1], "done", |ui| done(ui, view, &mut playing, glossary, asked));
        lead(ui, row, view, &playing, asked);
        said.max(done) + 8.0 + ROW + 26.0
    });
    if (shown.inner - high).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(id, shown.inner));
        ui.ctx().request_repaint();
    }
    desk.playing = Some(playing);
}

/// One of the two columns; the height of what it holds.
fn column(ui: &mut Ui, place: Rect, name: &str, add: impl FnOnce(&mut Ui)) -> f32 {
    let shown = ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
        let area = ScrollArea::vertical().id_salt(name).auto_shrink(false);
        let shown = area.show(ui, |ui| {
            ui.set_width(ui.available_width() - 10.0);
            add(ui);
        });
        shown.content_size.y
    });
    shown.inner
}

/// What the class reads: the question, the step, or what the engine has shown; below it, small, the teacher's notes.
fn said(
    ui: &mut Ui,
    view: View<'_>,
    playing: &mut Playing,
    glossary: Option<&Glossary>,
    asked: &mut Vec<Ask>,
) {
    if let Some(problem) = &playing.problem {
        scaled_paragraph(ui, &view.look, problem, Type::Small, view.look.colours().err);
    }
    let texts = &playing.texts;
    let lines = match playing.runner.phase() {
        Phase::Question => &texts.question,
        Phase::Takeaway => &texts.takeaway,
        Phase::Reveal if !texts.reveal.is_empty() => &texts.reveal,
        _ => &texts.say,
    };
    let kind = if length(lines) <= SENTENCE { Type::Title } else { Type::Read };
    let colours = view.look.colours();
    let greyed = playing.runner.is_greyed();
    if greyed {
        why_greyed(ui, view, playing);
    }
    let style = Style { kind, ink: if greyed { colours.off } else { colours.text1 } };
    read(ui, view, &lines.clone(), style, glossary, asked);
    ui.add_space(6.0);
    hands::term(ui, view, playing, glossary, asked);
    hands::notes(ui, view, playing, glossary, asked);
}

/// How long a text is, in Latin letters.
fn length(lines: &[Line]) -> usize {
    let letters = lines.iter().flat_map(|line| &line.pieces).flat_map(|piece| piece.text.chars());
    letters.map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum()
}

/// What the class does: bets, and hints.
fn done(
    ui: &mut Ui,
    view: View<'_>,
    playing: &mut Playing,
    glossary: Option<&Glossary>,
    asked: &mut Vec<Ask>,
) {
    let Some(step) = step_under_way(playing) else { return };
    task(ui, view, playing, &step.task, glossary, asked);
    if playing.runner.phase() == Phase::Say {
        hands::hints(ui, view, playing, glossary, asked);
    }
    written::replies(ui, view, playing);
}

/// The step, while there is something to do in it.
fn step_under_way(playing: &Playing) -> Option<Step> {
    let under_way = matches!(playing.runner.phase(), Phase::Say | Phase::Reveal);
    playing.runner.step().filter(|_| under_way && !playing.runner.is_greyed()).cloned()
}

/// The row below: at the left the teacher's tools, at the right back, help, and the way on.
fn lead(ui: &mut Ui, row: Rect, view: View<'_>, playing: &Playing, asked: &mut Vec<Ask>) {
    let left = UiBuilder::new().max_rect(row).layout(Layout::left_to_right(Align::Center));
    ui.scope_builder(left, |ui| hands::tools(ui, view, playing, asked));
    let right = UiBuilder::new().max_rect(row).layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(right, |ui| {
        hands::next(ui, view, playing, asked);
        hands::back(ui, view, playing, asked);
        if step_under_way(playing).is_some() && playing.runner.phase() == Phase::Say {
            hands::help(ui, view, playing, asked);
        }
    });
}
