//! Where a learner bets: a choice, a token, a number, an order, a curve, or a few words.

use super::Ask;
use super::curve;
use super::playing::{Playing, number_of};
use crate::app::theme::{Look, Type};
use crate::app::widgets::{
    ButtonKind, Icon, button, focus_ring, icon_button, named, scaled_paragraph,
};
use crate::app::words::{Words, fill};
use crate::lesson::runner::{Answer, Input};
use crate::lesson::schema::{Bet, Scale};
use egui::{
    Align, Align2, Layout, Rect, Role, Sense, Stroke, StrokeKind, TextEdit, Ui, UiBuilder, pos2,
    vec2,
};

/// Width for the counter of a class's hands: before the first is counted, and then.
const HANDS: [f32; 2] = [88.0, 190.0];

/// Paints what can be bet on; `presenting` shows counters for a class's hands.
pub fn bet(
    ui: &mut Ui,
    look: &Look,
    words: &Words,
    playing: &mut Playing,
    (bet, presenting): (&Bet, bool),
    asked: &mut Vec<Ask>,
) {
    let kept = playing.runner.kept().get(playing.runner.position());
    let answer = kept.and_then(|kept| kept.answer.clone());
    match bet {
        Bet::Choice { .. } => {
            let chosen = match answer {
                Some(Answer::Option(chosen)) => Some(chosen),
                _ => None,
            };
            for (i, text) in playing.texts.options.iter().enumerate() {
                let room = HANDS[usize::from(playing.votes.iter().any(|votes| *votes > 0))];
                let aside = if presenting { room * look.scale } else { 0.0 };
                let (rect, clicked) = option(ui, look, text, chosen == Some(i), aside);
                if clicked {
                    asked.push(Ask::Press(Input::Bet(Answer::Option(i))));
                }
                if presenting {
                    hands(
                        ui,
                        look,
                        words,
                        (rect.with_min_x(rect.right() - aside), i),
                        playing,
                        asked,
                    );
                }
            }
        }
        Bet::Token { .. } => {
            let chosen = match answer {
                Some(Answer::Token(chosen)) => Some(chosen),
                _ => None,
            };
            ui.horizontal_wrapped(|ui| {
                for (token, piece) in playing.texts.tokens.clone() {
                    let shown = piece.replace(' ', "·");
                    let kind =
                        if chosen == Some(token) { ButtonKind::Main } else { ButtonKind::Plain };
                    if button(ui, look, kind, None, &shown, true).clicked() {
                        asked.push(Ask::Press(Input::Bet(Answer::Token(token))));
                    }
                }
            });
        }
        Bet::Number { scale, .. } => number(ui, look, words, playing, *scale, asked),
        Bet::Rank { .. } => order(ui, look, words, playing, answer.is_some(), asked),
        Bet::Curve { .. } => {
            if let Some(points) = curve::draw(ui, look, words, playing, answer.as_ref()) {
                asked.push(Ask::Press(Input::Bet(Answer::Curve(points))));
            }
        }
    }
}

/// One option of a choice, with room at its right end: where it stands, and whether it was clicked.
fn option(ui: &mut Ui, look: &Look, text: &str, chosen: bool, aside: f32) -> (Rect, bool) {
    let colours = look.colours();
    let wide = ui.available_width();
    let font = Type::Body.scaled(look.scale);
    let galley = ui.painter().layout(
        text.to_string(),
        font,
        colours.text1,
        wide - aside - 48.0 * look.scale,
    );
    let least = if aside > 0.0 { 40.0 * look.scale } else { 0.0 };
    let size = vec2(wide, (galley.size().y + 16.0 * look.scale).max(least));
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let info = || egui::WidgetInfo::selected(Role::RadioButton, true, chosen, text);
    response.widget_info(info);
    let fill = if response.hovered() { colours.hover } else { colours.raised };
    let line = if chosen { colours.text1 } else { colours.line1 };
    ui.painter().rect(rect, 8.0, fill, Stroke::new(1.0, line), StrokeKind::Inside);
    let dot = pos2(rect.left() + 18.0, rect.center().y);
    ui.painter().circle_stroke(dot, 6.0, (1.5, if chosen { colours.text1 } else { colours.line2 }));
    if chosen {
        ui.painter().circle_filled(dot, 3.0, colours.text1);
    }
    let at = pos2(rect.left() + 36.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, colours.text1);
    focus_ring(ui, look, rect, 8.0, &response);
    ui.add_space(2.0);
    (rect, response.clicked())
}

/// A number is typed.
fn number(
    ui: &mut Ui,
    look: &Look,
    words: &Words,
    playing: &mut Playing,
    scale: Scale,
    asked: &mut Vec<Ask>,
) {
    let label = match scale {
        Scale::Percent => words.lesson.your_guess_percent,
        _ => words.lesson.your_guess,
    };
    ui.horizontal(|ui| {
        let name = ui.label(egui::RichText::new(label).font(Type::Body.scaled(look.scale)));
        // What was bet before stands there until something else is typed.
        let field = TextEdit::singleline(&mut playing.draft.text)
            .hint_text(playing.texts.bet.as_str())
            .font(Type::NumberLarge.scaled(look.scale))
            .desired_width(110.0 * look.scale);
        let response = ui.add(field).labelled_by(name.id);
        let typed = typed_beside(ui, &response);
        if !typed.is_empty() {
            playing.draft.text.clone_from(&typed);
        }
        if (response.changed() || !typed.is_empty())
            && let Some(number) = number_of(&playing.draft.text, scale)
        {
            asked.push(Ask::Press(Input::Bet(Answer::Number(number))));
        }
    });
    let is_number = number_of(&playing.draft.text, scale).is_some();
    if !playing.draft.text.trim().is_empty() && !is_number {
        scaled_paragraph(ui, look, words.lesson.not_a_number, Type::Small, look.colours().text2);
    }
}

/// Figures that are typed while nothing has the focus: they are meant for the bet, which takes it.
fn typed_beside(ui: &Ui, field: &egui::Response) -> String {
    let focused = ui.ctx().memory(|memory| memory.focused());
    if focused.is_some() || !ui.is_enabled() {
        return String::new();
    }
    let is_figure = |text: &str| text.chars().all(|c| c.is_ascii_digit() || ".,-".contains(c));
    let typed: String = ui.input(|input| {
        let texts = input.events.iter().filter_map(|event| match event {
            egui::Event::Text(text) if is_figure(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    });
    if !typed.is_empty() {
        field.request_focus();
        let end = egui::text::CCursorRange::one(egui::text::CCursor::new(usize::MAX));
        let mut state = egui::text_edit::TextEditState::default();
        state.cursor.set_char_range(Some(end));
        state.store(ui.ctx(), field.id);
    }
    typed
}

/// Items are put in an order.
fn order(
    ui: &mut Ui,
    look: &Look,
    words: &Words,
    playing: &mut Playing,
    is_bet: bool,
    asked: &mut Vec<Ask>,
) {
    let names = playing.texts.options.clone();
    if playing.draft.order.len() != names.len() {
        if playing.texts.begins.len() != names.len() {
            // The texts of the step follow in the next frame.
            return;
        }
        playing.draft.order.clone_from(&playing.texts.begins);
    }
    let mut swap = None;
    for (place, &item) in playing.draft.order.iter().enumerate() {
        ui.horizontal(|ui| {
            let (rect, response) =
                ui.allocate_exact_size(vec2(20.0, 32.0) * look.scale, Sense::hover());
            named(&response, Role::Label, true, &format!("{} {}", place + 1, names[item]));
            let font = Type::NumberSmall.scaled(look.scale);
            let ink = look.colours().text3;
            ui.painter().text(rect.center(), Align2::CENTER_CENTER, place + 1, font, ink);
            let up = fill(words.lesson.move_up, &[&names[item]]);
            if icon_button(ui, look, Icon::Up, &up, place > 0).clicked() {
                swap = Some((place, place - 1));
            }
            let down = fill(words.lesson.move_down, &[&names[item]]);
            if icon_button(ui, look, Icon::Down, &down, place + 1 < names.len()).clicked() {
                swap = Some((place, place + 1));
            }
            scaled_paragraph(ui, look, &names[item], Type::Body, look.colours().text1);
        });
    }
    if let Some((a, b)) = swap {
        playing.draft.order.swap(a, b);
    } else if playing.is_busy() && !is_bet {
        // Before the step stands, the engine does not know the right order, which this must not be.
        playing.draft.order.clear();
    }
    let keep = !is_bet
        && button(ui, look, ButtonKind::Plain, None, words.lesson.this_order, true).clicked();
    if swap.is_some() || keep {
        asked.push(Ask::Press(Input::Bet(Answer::Order(playing.draft.order.clone()))));
    }
}

/// A few words of the learner's own.
pub fn note(ui: &mut Ui, look: &Look, words: &Words, playing: &mut Playing, asked: &mut Vec<Ask>) {
    let at = playing.runner.position();
    let kept = playing.runner.kept().get(at).and_then(|kept| kept.note.clone());
    let mut text = kept.unwrap_or_default();
    let name = ui.label(
        egui::RichText::new(words.lesson.your_words)
            .font(Type::Small.scaled(look.scale))
            .color(look.colours().text2),
    );
    let field = TextEdit::multiline(&mut text)
        .font(Type::Body.scaled(look.scale))
        .desired_rows(4)
        .desired_width(f32::INFINITY);
    if ui.add(field).labelled_by(name.id).changed() {
        asked.push(Ask::Press(Input::Note(text)));
    }
}

/// The counter for the hands that a class raises for option `i`, at the right end of its row; a line below is as
/// long as its share of all hands.
fn hands(
    ui: &mut Ui,
    look: &Look,
    words: &Words,
    (place, i): (Rect, usize),
    playing: &Playing,
    asked: &mut Vec<Ask>,
) {
    let text = &playing.texts.options[i];
    let votes = playing.votes.get(i).copied().unwrap_or(0);
    let all: u32 = playing.votes.iter().sum();
    let inside = place.shrink2(vec2(8.0, 0.0));
    let row = UiBuilder::new().max_rect(inside).layout(Layout::right_to_left(Align::Center));
    ui.scope_builder(row, |ui| {
        let more = fill(words.lesson.one_hand_more, &[text]);
        if icon_button(ui, look, Icon::Plus, &more, true).clicked() {
            asked.push(Ask::Vote(i, 1));
        }
        let fewer = fill(words.lesson.one_hand_less, &[text]);
        if icon_button(ui, look, Icon::Minus, &fewer, votes > 0).clicked() {
            asked.push(Ask::Vote(i, -1));
        }
        if all > 0 {
            let counted = fill(words.lesson.hands, &[&votes, &all]);
            scaled_paragraph(ui, look, &counted, Type::Number, look.colours().text1);
        }
    });
    let long = inside.width() * votes as f32 / all.max(1) as f32;
    let line = Rect::from_min_size(pos2(inside.left(), place.bottom() - 5.0), vec2(long, 3.0));
    ui.painter().rect_filled(line, 1.5, look.colours().text2);
}

/// What a class's hands were for.
pub fn counted(ui: &mut Ui, look: &Look, words: &Words, playing: &Playing) {
    let all: u32 = playing.votes.iter().sum();
    for (text, votes) in playing.texts.options.iter().zip(&playing.votes).filter(|_| all > 0) {
        let line = format!("{text} · {}", fill(words.lesson.hands, &[votes, &all]));
        scaled_paragraph(ui, look, &line, Type::Body, look.colours().text2);
    }
}
