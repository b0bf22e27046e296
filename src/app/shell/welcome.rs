//! The card that greets whoever has never been here.

use super::Shell;
use crate::app::context::Action;
use crate::app::lesson::Ask;
use crate::app::theme::Type;
use crate::app::widgets::{ButtonKind, button, paragraph};
use crate::lesson::shipped::LESSONS;
use egui::{Align2, Area, Frame, Order, Ui, vec2};

impl Shell {
    /// Two ways in: a lesson, or alone.
    pub(super) fn welcome_card(&self, ui: &Ui, actions: &mut Vec<Action>) {
        let (look, words) = (self.look(), self.settings.language.words());
        let colours = look.colours();
        let area = Area::new(egui::Id::unique("welcome")).order(Order::Foreground);
        area.anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0)).show(ui.ctx(), |ui| {
            let card = Frame::new()
                .fill(colours.raised)
                .stroke((1.0, colours.line2))
                .corner_radius(12.0)
                .inner_margin(28.0);
            card.show(ui, |ui| {
                ui.set_width(440.0);
                paragraph(ui, words.lesson.welcome, Type::Title, colours.text1);
                ui.add_space(8.0);
                paragraph(ui, words.lesson.welcome_more, Type::Read, colours.text1);
                ui.add_space(16.0);
                ui.horizontal(|ui| {
                    let begin = words.lesson.welcome_lesson;
                    if button(ui, &look, ButtonKind::Main, None, begin, true).clicked() {
                        let first = LESSONS.first().map(|(id, _)| (*id).to_string());
                        let open = first.map(|id| Action::Lesson(Ask::Open(id)));
                        actions.extend(open);
                    }
                    let alone = words.lesson.welcome_alone;
                    if button(ui, &look, ButtonKind::Plain, None, alone, true).clicked() {
                        actions.push(Action::Lesson(Ask::Welcomed));
                    }
                });
            });
        });
    }
}
