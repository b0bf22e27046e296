//! The bar at the top: the model, the stations, the tools.

use super::Shell;
use crate::app::context::{Action, Station};
use crate::app::export::Export;
use crate::app::numbers;
use crate::app::theme::Type;
use crate::app::widgets::{Icon, focus_ring, icon_button, named, paint_icon, put, width};
use crate::app::words::fill;
use crate::session::engine::Source;
use crate::session::shipped_models;
use egui::{Align, Align2, Layout, Rect, Role, Sense, Stroke, Ui, UiBuilder, pos2, vec2};
use std::path::PathBuf;

impl Shell {
    pub(super) fn top_bar(&mut self, ui: &mut Ui, narrow: bool, actions: &mut Vec<Action>) {
        let full = ui.max_rect();
        self.brand(ui, full, narrow, actions);
        self.stations(ui, full, narrow, actions);
        let tools = UiBuilder::new()
            .max_rect(full.with_max_x(full.right() - 20.0))
            .layout(Layout::right_to_left(Align::Center));
        ui.scope_builder(tools, |ui| self.tools(ui, actions));
    }

    /// The mark, the name, and the model that is open.
    fn brand(&self, ui: &mut Ui, full: Rect, narrow: bool, actions: &mut Vec<Action>) {
        let ctx = self.context();
        let colours = ctx.look.colours();
        let y = full.center().y;
        let mark = Rect::from_center_size(pos2(full.left() + 31.0, y), vec2(20.0, 20.0));
        paint_icon(ui.painter(), mark, Icon::Brand, 1.2, colours.text1);
        let at = pos2(full.left() + 52.0, y);
        let name = put(
            ui.painter(),
            at,
            Align2::LEFT_CENTER,
            "Glassbox",
            Type::Heading.font(),
            colours.text1,
        );
        if narrow {
            return;
        }
        let x = name.right() + 12.0;
        ui.painter().vline(x, y - 10.0..=y + 10.0, Stroke::new(1.0, colours.line1));
        let opened = self.session.opened();
        let mut model = opened.map_or("…".to_string(), |opened| opened.name.clone());
        if let Some(run) = opened.and_then(|opened| opened.run.as_ref()) {
            let step = fill(ctx.words.train.step_n, &[&numbers::count(run.step as usize)]);
            model = format!("{model} · {step}");
        }
        let model = model.as_str();
        let wide = width(ui.painter(), model, Type::Label.font()) + 24.0;
        let rect = Rect::from_min_size(pos2(x + 12.0, y - 16.0), vec2(wide, 32.0));
        let response = ui.interact(rect, ui.scope_id().with("open model"), Sense::click());
        named(&response, Role::Button, true, ctx.words.choose_model);
        let ink = if response.hovered() { colours.text1 } else { colours.text2 };
        put(
            ui.painter(),
            pos2(rect.left(), y),
            Align2::LEFT_CENTER,
            model,
            Type::Label.font(),
            ink,
        );
        let arrow = Rect::from_center_size(pos2(rect.right() - 8.0, y), vec2(12.0, 12.0));
        paint_icon(ui.painter(), arrow, Icon::Down, 0.8, ink);
        focus_ring(ui, &ctx.look, rect, 8.0, &response);
        egui::Popup::menu(&response).show(|ui| self.model_menu(ui, actions));
    }

    fn model_menu(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let words = self.settings.language.words();
        ui.set_min_width(220.0);
        ui.label(
            egui::RichText::new(words.shipped_models)
                .font(Type::Caption.font())
                .color(self.look().colours().text3),
        );
        for name in shipped_models() {
            if ui.button(name).clicked() {
                actions.push(Action::Open(Source::Named(PathBuf::from(name))));
            }
        }
        let own = &self.session.training().models;
        if !own.is_empty() {
            let caption = egui::RichText::new(words.tune.own_models).font(Type::Caption.font());
            ui.label(caption.color(self.look().colours().text3));
        }
        for folder in own {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            if ui.button(name).clicked() {
                actions.push(Action::Open(Source::Folder(folder.clone())));
            }
        }
        ui.separator();
        if ui.button(words.open_folder).clicked() {
            actions.push(Action::ChooseFolder);
        }
    }

    /// The stations in one line, joined by links.
    fn stations(&self, ui: &mut Ui, full: Rect, narrow: bool, actions: &mut Vec<Action>) {
        let ctx = self.context();
        let colours = ctx.look.colours();
        let link = if narrow { 22.0 } else { 40.0 };
        let widths = Station::ALL.map(|station| {
            width(ui.painter(), station.title(ctx.words), Type::Strong.font()) + 18.0
        });
        let all = widths.iter().sum::<f32>() + link * (widths.len() - 1) as f32;
        let mut x = full.center().x - all / 2.0;
        for (station, wide) in Station::ALL.into_iter().zip(widths) {
            let rect = Rect::from_min_size(pos2(x, full.top()), vec2(wide, full.height()));
            let response = ui.interact(rect, ui.scope_id().with(station.name()), Sense::click());
            let current = station == self.settings.station;
            let training = self.session.training();
            let (ready, working) = match station {
                Station::Train => (training.noise_run().is_some(), training.works(false)),
                Station::Tune => (training.tuning().is_some(), training.works(true)),
                _ => {
                    let works = self.session.is_writing() || self.session.is_searching();
                    (self.session.opened().is_some(), works)
                }
            };
            let title = station.title(ctx.words);
            response.widget_info(|| egui::WidgetInfo::selected(Role::Tab, true, current, title));
            let ink = if current || response.hovered() { colours.text1 } else { colours.text2 };
            let dot = pos2(x + 3.0, full.center().y);
            let warning = self.rooms.warning(station, &ctx);
            if warning.is_some() {
                let sign = Rect::from_center_size(dot, vec2(14.0, 14.0));
                paint_icon(ui.painter(), sign, Icon::Warning, 0.85, colours.warn);
            } else if working {
                working_ring(ui, dot, ink, ctx.look.motion);
            } else if ready {
                ui.painter().circle_filled(dot, 3.0, ink);
            } else {
                ui.painter().circle_stroke(dot, 3.0, Stroke::new(1.4, ink));
            }
            let kind = if current { Type::Strong } else { Type::Body };
            put(ui.painter(), pos2(x + 14.0, dot.y), Align2::LEFT_CENTER, title, kind.font(), ink);
            if current {
                let line = Rect::from_min_max(
                    pos2(rect.left() - 8.0, full.bottom() - 2.0),
                    pos2(rect.right() + 4.0, full.bottom()),
                );
                ui.painter().rect_filled(line, 0.0, colours.text1);
            }
            focus_ring(ui, &ctx.look, rect.shrink2(vec2(-4.0, 10.0)), 8.0, &response);
            if response.clicked() {
                actions.push(Action::Go(station));
            }
            let state = if ready { ctx.words.ready } else { ctx.words.empty };
            response.on_hover_text(warning.as_deref().unwrap_or(state));
            x += wide;
            if x < full.center().x + all / 2.0 - 1.0 {
                let points = [pos2(x + 8.0, dot.y), pos2(x + link - 8.0, dot.y)];
                ui.painter().line_segment(points, Stroke::new(1.0, colours.line1));
            }
            x += link;
        }
    }

    fn tools(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let (look, words) = (self.look(), self.settings.language.words());
        ui.spacing_mut().item_spacing.x = 4.0;
        if icon_button(ui, &look, Icon::Screen, words.presenter, true).clicked() {
            actions.push(Action::TurnPresenter);
        }
        let icon = if look.dark { Icon::Sun } else { Icon::Moon };
        if icon_button(ui, &look, icon, words.theme, true).clicked() {
            actions.push(Action::TurnTheme);
        }
        let (rect, response) = ui.allocate_exact_size(vec2(32.0, 32.0), Sense::click());
        named(&response, Role::Button, true, words.language);
        let ink = if response.hovered() { look.colours().text1 } else { look.colours().text2 };
        put(
            ui.painter(),
            rect.center(),
            Align2::CENTER_CENTER,
            words.language_short,
            Type::Label.font(),
            ink,
        );
        focus_ring(ui, &look, rect, 8.0, &response);
        if response.on_hover_text(words.language).clicked() {
            actions.push(Action::TurnLanguage);
        }
        if icon_button(ui, &look, Icon::Search, words.search, true).clicked() {
            actions.push(Action::ShowCommands);
        }
        let export = icon_button(ui, &look, Icon::Save, words.behind.export, true);
        egui::Popup::menu(&export).show(|ui| {
            ui.set_min_width(240.0);
            let labels = [
                words.behind.export_picture,
                words.behind.export_drawing,
                words.behind.export_numbers,
                words.behind.export_activations,
                words.behind.export_state,
            ];
            for (export, label) in Export::ALL.into_iter().zip(labels) {
                if ui.button(label).clicked() {
                    actions.push(Action::Export(export));
                }
            }
        });
    }
}

/// Three quarters of a ring, turning.
fn working_ring(ui: &Ui, centre: egui::Pos2, ink: egui::Color32, motion: bool) {
    let start = if motion { ui.input(|input| input.time) as f32 * 4.0 } else { 0.0 };
    let points = (0..=12)
        .map(|i| {
            let (sin, cos) = (start + i as f32 / 12.0 * 4.7).sin_cos();
            centre + vec2(cos, sin) * 4.5
        })
        .collect();
    ui.painter().line(points, Stroke::new(1.4, ink));
    if motion {
        // Slowly: where no GPU draws, each picture costs as much as a step of what is waited for.
        ui.ctx().request_repaint_after_secs(0.125);
    }
}
