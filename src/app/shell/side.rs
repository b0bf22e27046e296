//! The panels beside the stage, and what lies over it.

use super::Shell;
use crate::app::context::{Action, Context, Selection};
use crate::app::lesson::{PanelView, panel, presenter};
use crate::app::stations::About;
use crate::app::theme::Type;
use crate::app::widgets::{ButtonKind, Icon, button, icon_button, paint_icon, paragraph};
use egui::{
    Align, Align2, Area, Frame, Layout, Margin, Order, Panel, ScrollArea, Ui, UiBuilder, pos2, vec2,
};

/// Seconds that a note stays.
const NOTE: f64 = 6.0;

impl Shell {
    /// What the station is for and what to try; closed, a rail of two buttons.
    pub(super) fn left_panel(&mut self, ui: &mut Ui, narrow: bool, actions: &mut Vec<Action>) {
        let playing = self.desk.is_playing();
        let inspects = if playing { self.over_lesson } else { self.settings.inspector_open };
        let open = self.settings.panel_open
            && !(narrow && inspects && self.rooms.has_inspector(self.settings.station));
        let look = self.look();
        let words = self.settings.language.words();
        let frame = Frame::new().fill(look.colours().panel);
        if !open {
            Panel::left("rail").exact_size(48.0).resizable(false).frame(frame).show(ui, |ui| {
                ui.add_space(16.0);
                ui.vertical_centered(|ui| {
                    let back = icon_button(ui, &look, Icon::Book, words.open_panel, true).clicked();
                    if back && playing && std::mem::take(&mut self.over_lesson) {
                        // The lesson is there again.
                    } else if back {
                        actions.push(Action::TogglePanel);
                        if narrow && self.settings.inspector_open {
                            self.settings.panel_open = false;
                            self.settings.inspector_open = false;
                        }
                    }
                    if icon_button(ui, &look, Icon::Help, words.keys, true).clicked() {
                        actions.push(Action::ShowKeys);
                    }
                });
            });
            return;
        }
        let width = match (playing, narrow) {
            (true, true) => 320.0,
            (true, false) => self.settings.panel_width.max(400.0),
            (false, true) => 272.0,
            (false, false) => self.settings.panel_width,
        };
        if playing {
            let frame = frame.inner_margin(Margin { left: 24, right: 16, top: 16, bottom: 0 });
            Panel::left("lesson").exact_size(width).resizable(false).frame(frame).show(ui, |ui| {
                ui.set_min_width(ui.available_width());
                self.about(ui, actions);
            });
            return;
        }
        let frame = frame.inner_margin(Margin { left: 24, right: 24, top: 20, bottom: 16 });
        let panel = Panel::left("panel").default_size(width).size_range(272.0..=480.0).frame(frame);
        let shown = panel.show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            self.about(ui, actions);
        });
        if !narrow {
            self.settings.panel_width = shown.response.rect.width();
        }
    }

    fn lesson_view(&self) -> PanelView<'static> {
        PanelView {
            look: self.look(),
            words: self.settings.language.words(),
            language: self.settings.language,
            presenting: self.presenting,
            inspector_hides: self.narrow && self.rooms.has_inspector(self.settings.station),
        }
    }

    /// Before a class, the lesson's name and steps stand where the stations do.
    pub(super) fn class_top(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let Some(playing) = &self.desk.playing else { return };
        let mut asked = Vec::new();
        presenter::top(ui, self.lesson_view(), playing, &mut asked);
        actions.extend(asked.into_iter().map(Action::Lesson));
    }

    /// Before a class, the lesson's text and bets stand below the stage.
    pub(super) fn class_bar(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let mut asked = Vec::new();
        presenter::bar(ui, self.lesson_view(), &mut self.desk, &mut asked);
        actions.extend(asked.into_iter().map(Action::Lesson));
    }

    /// The lesson that is open; without one, what the station is for, and the lessons.
    fn about(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let view = self.lesson_view();
        let mut asked = Vec::new();
        if self.desk.is_playing() {
            panel(ui, view, &mut self.desk, &mut asked);
        } else {
            self.about_station(ui, actions);
        }
        actions.extend(asked.into_iter().map(Action::Lesson));
    }

    fn about_station(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let view = self.lesson_view();
        let mut desk = std::mem::take(&mut self.desk);
        let mut asked = Vec::new();
        let ctx = self.context();
        let (colours, words) = (ctx.look.colours(), ctx.words);
        let About { title, texts, task, more } = self.rooms.about(self.settings.station, words);
        ui.horizontal(|ui| {
            paragraph(ui, self.settings.station.title(words), Type::Small, colours.text2);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if icon_button(ui, &ctx.look, Icon::Panel, words.close_panel, true).clicked() {
                    actions.push(Action::TogglePanel);
                }
            });
        });
        ScrollArea::vertical().show(ui, |ui| {
            ui.add_space(8.0);
            paragraph(ui, title, Type::Title, colours.text1);
            ui.add_space(4.0);
            for text in texts {
                paragraph(ui, text, Type::Read, colours.text1);
                ui.add_space(8.0);
            }
            let card = Frame::new().fill(colours.raised).corner_radius(10.0).inner_margin(14.0);
            card.show(ui, |ui| {
                ui.set_min_width(ui.available_width());
                paragraph(ui, task, Type::Strong, colours.text1);
                paragraph(ui, more, Type::Body, colours.text2);
            });
            ui.add_space(20.0);
            panel(ui, view, &mut desk, &mut asked);
        });
        self.desk = desk;
        actions.extend(asked.into_iter().map(Action::Lesson));
    }

    /// What the locked thing is.
    pub(super) fn right_panel(&mut self, ui: &mut Ui, narrow: bool, actions: &mut Vec<Action>) {
        if !self.rooms.has_inspector(self.settings.station) {
            return;
        }
        // A lesson needs the room of a small window.
        let beside_lesson = narrow && self.desk.is_playing();
        if beside_lesson && !self.over_lesson {
            return;
        }
        let (look, words) = (self.look(), self.settings.language.words());
        let frame = Frame::new().fill(look.colours().panel);
        if !self.settings.inspector_open && !beside_lesson {
            Panel::right("inspector rail").exact_size(48.0).resizable(false).frame(frame).show(
                ui,
                |ui| {
                    ui.add_space(16.0);
                    ui.vertical_centered(|ui| {
                        if icon_button(ui, &look, Icon::Panel, words.open_inspector, true).clicked()
                        {
                            actions.push(Action::ToggleInspector);
                        }
                    });
                },
            );
            return;
        }
        let width = if narrow { 272.0 } else { self.settings.inspector_width };
        let panel = Panel::right("inspector").default_size(width).size_range(248.0..=420.0);
        let shown = panel
            .frame(frame.inner_margin(Margin { left: 20, right: 10, top: 20, bottom: 16 }))
            .show(ui, |ui| {
                ui.set_min_width(ui.available_width());
                let (session, locked) = (&self.session, self.locked);
                let ctx = Context { look, words, session, locked, hands_on: true };
                // A little air at the right, for the scroll bar.
                ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                    ui.set_width(ui.available_width() - 10.0);
                    if ctx.locked != Selection::default() {
                        let corner = ui.max_rect().right_top() + vec2(-8.0, 8.0);
                        let place = egui::Rect::from_center_size(corner, vec2(16.0, 16.0));
                        paint_icon(ui.painter(), place, Icon::Lock, 0.9, look.colours().text2);
                    }
                    self.rooms.inspector(self.settings.station, ui, &ctx, actions);
                });
            });
        if !narrow {
            self.settings.inspector_width = shown.response.rect.width();
        }
    }

    /// The presenter's caption: one sentence in large type.
    pub(super) fn caption_bar(&self, ui: &mut Ui) {
        let ctx = self.context();
        let colours = ctx.look.colours();
        let frame = Frame::new().fill(colours.panel).inner_margin(Margin::symmetric(56, 20));
        Panel::bottom("caption").exact_size(134.0).frame(frame).show(ui, |ui| {
            let full = ui.max_rect();
            let sentence = self.rooms.caption(self.settings.station, &ctx);
            let place = full.with_max_x(full.right() - 260.0);
            let high = |kind: Type| {
                let galley = ui.painter().layout(
                    sentence.clone(),
                    kind.font(),
                    colours.text1,
                    place.width(),
                );
                galley.size().y
            };
            // A long sentence is smaller rather than cut.
            let kinds = [Type::Display, Type::Title];
            let kind = kinds.into_iter().find(|kind| high(*kind) <= place.height());
            let kind = kind.unwrap_or(Type::Read);
            let text = UiBuilder::new()
                .max_rect(place)
                .layout(Layout::left_to_right(Align::Center).with_main_wrap(true));
            ui.scope_builder(text, |ui| paragraph(ui, &sentence, kind, colours.text1));
            let (words, y) = (ctx.words, full.center().y);
            let hints = format!("← →  {}     Space  {}", words.key_step, words.play);
            ui.painter().text(
                pos2(full.right(), y),
                Align2::RIGHT_CENTER,
                hints,
                Type::Label.font(),
                colours.text2,
            );
        });
    }

    /// One sentence at the bottom left of the stage, until it is dismissed.
    pub(super) fn toast(&mut self, ui: &mut Ui) {
        let is_note = self.problem.is_none();
        if let Some((_, since)) = &self.note {
            let left = since + NOTE - ui.input(|input| input.time);
            ui.ctx().request_repaint_after_secs(left.max(0.0) as f32 + 0.05);
            self.note.take_if(|_| left <= 0.0);
        }
        let note = self.note.as_ref().map(|(note, _)| note.clone());
        let Some(problem) = self.problem.clone().or(note) else { return };
        let (look, words) = (self.look(), self.settings.language.words());
        let colours = look.colours();
        let area = Area::new(egui::Id::unique("toast"))
            .order(Order::Foreground)
            .anchor(Align2::CENTER_BOTTOM, vec2(0.0, -88.0));
        let mut dismissed = false;
        area.show(ui.ctx(), |ui| {
            let card = Frame::new()
                .fill(colours.raised)
                .stroke((1.0, colours.line2))
                .corner_radius(10.0)
                .inner_margin(14.0);
            card.show(ui, |ui| {
                ui.set_max_width(560.0);
                ui.horizontal_top(|ui| {
                    let (rect, _) = ui.allocate_exact_size(vec2(22.0, 20.0), egui::Sense::hover());
                    let at = rect.left_center() + vec2(8.0, 0.0);
                    if is_note {
                        ui.painter().circle_filled(at, 4.0, colours.text1);
                    } else {
                        error_ring(ui, at, colours.err);
                    }
                    ui.vertical(|ui| {
                        ui.set_width(430.0);
                        paragraph(ui, &problem, Type::Body, colours.text1);
                    });
                });
                dismissed =
                    button(ui, &look, ButtonKind::Plain, None, words.dismiss, true).clicked();
            });
        });
        if dismissed {
            self.problem = None;
            self.note = None;
        }
    }
}

/// A ring with a bar: something went wrong.
fn error_ring(ui: &Ui, centre: egui::Pos2, colour: egui::Color32) {
    ui.painter().circle_stroke(centre, 7.0, (1.5, colour));
    ui.painter().vline(centre.x, centre.y - 3.5..=centre.y + 1.0, (1.5, colour));
    ui.painter().circle_filled(centre + vec2(0.0, 3.5), 1.0, colour);
}
