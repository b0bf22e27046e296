//! Buttons, tabs and choices: ink on paper, never a hue.

use super::icons::{Icon, paint_icon};
use super::say::{focus_ring, named};
use super::text::width;
use crate::app::theme::{Look, Type};
use egui::{
    Align, Align2, Color32, Layout, Rect, Response, RichText, Role, Sense, Stroke, StrokeKind, Ui,
    pos2, vec2,
};

/// How loud a button is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The one main button of a panel: ink ground.
    Main,
    /// With an outline.
    Plain,
    /// Without.
    Quiet,
}

/// A button with a word, and perhaps an icon before it.
pub fn button(
    ui: &mut Ui,
    look: &Look,
    kind: Kind,
    icon: Option<Icon>,
    label: &str,
    enabled: bool,
) -> Response {
    let font = Type::Label.scaled(look.scale);
    let space = if icon.is_some() { 24.0 } else { 0.0 };
    let size = vec2(width(ui.painter(), label, font.clone()) + 24.0 + space, 32.0 * look.scale);
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(size, sense);
    named(&response, Role::Button, enabled, label);
    let ink = ground(ui, look, kind, rect, &response, enabled);
    let mut left = rect.left() + 12.0;
    if let Some(icon) = icon {
        let place = Rect::from_center_size(pos2(left + 8.0, rect.center().y), vec2(16.0, 16.0));
        paint_icon(ui.painter(), place, icon, 1.0, ink);
        left += space;
    }
    ui.painter().text(pos2(left, rect.center().y), Align2::LEFT_CENTER, label, font, ink);
    focus_ring(ui, look, rect, 8.0, &response);
    response
}

/// Paints a button's ground; returns the colour of what stands on it.
fn ground(
    ui: &Ui,
    look: &Look,
    kind: Kind,
    rect: Rect,
    response: &Response,
    enabled: bool,
) -> Color32 {
    let colours = look.colours();
    let pressed = response.is_pointer_button_down_on();
    let (fill, line, ink) = match (kind, enabled) {
        (_, false) => (Color32::TRANSPARENT, colours.line0, colours.off),
        (Kind::Main, true) => (colours.text1, Color32::TRANSPARENT, colours.stage),
        (Kind::Plain, true) => (Color32::TRANSPARENT, colours.line1, colours.text1),
        (Kind::Quiet, true) => (Color32::TRANSPARENT, Color32::TRANSPARENT, colours.text2),
    };
    let fill = match (kind, enabled && response.hovered(), enabled && pressed) {
        (Kind::Main, true, _) => colours.text2,
        (_, _, true) => colours.press,
        (_, true, _) => colours.hover,
        _ => fill,
    };
    let line = if kind == Kind::Quiet { Color32::TRANSPARENT } else { line };
    ui.painter().rect(rect, 8.0, fill, Stroke::new(1.0, line), StrokeKind::Inside);
    ink
}

/// A square button of 32 with an icon; `name` is its tooltip and what a screen reader says.
pub fn icon_button(ui: &mut Ui, look: &Look, icon: Icon, name: &str, enabled: bool) -> Response {
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(32.0, 32.0), sense);
    named(&response, Role::Button, enabled, name);
    let colours = look.colours();
    if enabled && response.hovered() {
        ui.painter().rect_filled(rect, 8.0, colours.hover);
    }
    let ink = if enabled { colours.text2 } else { colours.off };
    paint_icon(ui.painter(), rect, icon, 1.0, ink);
    focus_ring(ui, look, rect, 8.0, &response);
    response.on_hover_text(name)
}

/// A title at the left and tabs at the right end of the line; returns the tab that was clicked.
pub fn title_and_tabs(
    ui: &mut Ui,
    look: &Look,
    title: &str,
    labels: &[&str],
    current: usize,
) -> Option<usize> {
    let shown = ui.horizontal(|ui| {
        let title = RichText::new(title).font(Type::Title.scaled(look.scale));
        ui.label(title.color(look.colours().text1));
        let right = ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let tabs = ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let font = Type::Strong.scaled(look.scale);
                let wide: f32 = labels
                    .iter()
                    .map(|label| 20.0 + width(ui.painter(), label, font.clone()))
                    .sum();
                ui.add_space((ui.available_width() - wide).max(0.0));
                tabs(ui, look, labels, current)
            });
            tabs.inner
        });
        right.inner
    });
    shown.inner
}

/// Words in a line, one of them current; returns the one that was clicked.
pub fn tabs(ui: &mut Ui, look: &Look, labels: &[&str], current: usize) -> Option<usize> {
    let mut clicked = None;
    ui.spacing_mut().item_spacing.x = 20.0;
    for (i, label) in labels.iter().enumerate() {
        let kind = if i == current { Type::Strong } else { Type::Label };
        let font = kind.scaled(look.scale);
        let size = vec2(width(ui.painter(), label, font.clone()), 28.0 * look.scale);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        response.widget_info(|| egui::WidgetInfo::selected(Role::Tab, true, i == current, *label));
        let colours = look.colours();
        let ink = if i == current || response.hovered() { colours.text1 } else { colours.text2 };
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, label, font, ink);
        if i == current {
            let line = Rect::from_min_max(
                pos2(rect.left(), rect.bottom()),
                pos2(rect.right(), rect.bottom() + 2.0),
            );
            ui.painter().rect_filled(line, 0.0, colours.text1);
        }
        focus_ring(ui, look, rect, 4.0, &response);
        if response.clicked() {
            clicked = Some(i);
            // The label that was chosen is painted above already, as it was.
            ui.ctx().request_discard("another tab");
        }
    }
    clicked
}

/// A choice of one among a few, side by side.
pub fn segmented(ui: &mut Ui, look: &Look, labels: &[&str], current: usize) -> Option<usize> {
    let colours = look.colours();
    let font = Type::Label.scaled(look.scale);
    let widths: Vec<f32> =
        labels.iter().map(|label| width(ui.painter(), label, font.clone()) + 24.0).collect();
    let size = vec2(widths.iter().sum::<f32>() + 4.0, 32.0 * look.scale);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let stroke = Stroke::new(1.0, colours.line1);
    ui.painter().rect(rect, 8.0, colours.panel, stroke, StrokeKind::Inside);
    let mut left = rect.left() + 2.0;
    let mut clicked = None;
    for (i, (label, width)) in labels.iter().zip(widths).enumerate() {
        let place =
            Rect::from_min_size(pos2(left, rect.top() + 2.0), vec2(width, rect.height() - 4.0));
        left += width;
        let id = ui.scope_id().with(("segment", label));
        let response = ui.interact(place, id, Sense::click());
        response.widget_info(|| {
            egui::WidgetInfo::selected(Role::RadioButton, true, i == current, *label)
        });
        if i == current {
            ui.painter().rect_filled(place, 6.0, colours.press);
        } else if response.hovered() {
            ui.painter().rect_filled(place, 6.0, colours.hover);
        }
        let ink = if i == current { colours.text1 } else { colours.text2 };
        ui.painter().text(place.center(), Align2::CENTER_CENTER, label, font.clone(), ink);
        focus_ring(ui, look, place, 6.0, &response);
        if response.clicked() {
            clicked = Some(i);
        }
    }
    clicked
}
