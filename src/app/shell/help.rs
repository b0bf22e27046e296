//! The sheet of keys.

use super::Shell;
use crate::app::context::Action;
use crate::app::theme::Type;
use crate::app::widgets::{Icon, icon_button, paragraph};
use egui::{Align, Align2, Area, Frame, Grid, Layout, Order, RichText, ScrollArea, Ui, vec2};

impl Shell {
    pub(super) fn key_sheet(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let (look, words) = (self.look(), self.settings.language.words());
        let colours = look.colours();
        let keys = [
            ("Space", words.key_play),
            ("← →", words.key_step),
            ("Home End", words.key_ends),
            ("1 – 7", words.key_stations),
            ("L", words.key_panel),
            ("I", words.key_inspector),
            ("X", words.behind.key_switch),
            ("Space PgUp", words.lesson.key_next),
            ("H R", words.lesson.key_hint),
            ("T", words.key_theme),
            ("Z", words.key_language),
            ("P", words.key_presenter),
            ("B", words.key_blank),
            ("Ctrl K", words.key_search),
            ("Ctrl + −", words.key_zoom),
            ("Esc", words.key_release),
            ("?", words.key_help),
        ];
        let own = self.rooms.key_names(self.settings.station, words);
        let area = Area::new(egui::Id::unique("keys"))
            .order(Order::Foreground)
            .anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0));
        area.show(ui.ctx(), |ui| {
            let card = Frame::new()
                .fill(colours.raised)
                .stroke((1.0, colours.line2))
                .corner_radius(10.0)
                .inner_margin(20.0);
            card.show(ui, |ui| {
                ui.set_width(340.0);
                ui.horizontal(|ui| {
                    paragraph(ui, words.keys, Type::Heading, colours.text1);
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        if icon_button(ui, &look, Icon::Close, words.dismiss, true).clicked() {
                            actions.push(Action::ShowKeys);
                        }
                    });
                });
                let high = ui.ctx().viewport_rect().height() - 120.0;
                ScrollArea::vertical().max_height(high).show(ui, |ui| {
                    Grid::new("keys").num_columns(2).spacing(vec2(24.0, 8.0)).show(ui, |ui| {
                        for (key, what) in own.into_iter().chain(keys) {
                            ui.label(
                                RichText::new(key).font(Type::Number.font()).color(colours.text1),
                            );
                            ui.label(
                                RichText::new(what).font(Type::Body.font()).color(colours.text2),
                            );
                            ui.end_row();
                        }
                    });
                });
            });
        });
    }
}
