//! Texts in the steps of our type.

use crate::app::piece::NO_CHARACTER;
use crate::app::theme::{Look, Type};
use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, FontId, Pos2, Rect, Response, RichText, Ui};

/// Paints one line of text; returns where it stands.
pub fn put(
    painter: &egui::Painter,
    at: Pos2,
    anchor: Align2,
    text: &str,
    font: FontId,
    colour: Color32,
) -> Rect {
    painter.text(at, anchor, text, font, colour)
}

/// The same from its left end, with “…” where it is wider than there is room.
pub fn put_within(
    painter: &egui::Painter,
    left: Pos2,
    room: f32,
    text: &str,
    font: FontId,
    colour: Color32,
) -> Rect {
    let mut job = LayoutJob::simple_singleline(text.to_string(), font, colour);
    job.wrap = TextWrapping::truncate_at_width(room.max(0.0));
    let galley = painter.layout_job(job);
    let rect = Align2::LEFT_CENTER.anchor_size(left, galley.size());
    painter.galley(rect.min, galley, colour);
    rect
}

/// A text that a model wrote, as far as there is a picture for every sign: it can spell out any.
pub fn drawable(painter: &egui::Painter, font: &FontId, text: &str) -> String {
    painter.fonts_mut(|fonts| {
        let shown = |sign: char| {
            if sign.is_control() || fonts.has_glyph(font, sign) { sign } else { NO_CHARACTER }
        };
        text.chars().map(shown).collect()
    })
}

/// How wide one line of text is.
pub fn width(painter: &egui::Painter, text: &str, font: FontId) -> f32 {
    painter.layout_no_wrap(text.to_string(), font, Color32::WHITE).size().x
}

/// A paragraph that wraps, with our line height.
pub fn paragraph(ui: &mut Ui, text: &str, kind: Type, colour: Color32) -> Response {
    let text = RichText::new(text).font(kind.font()).line_height(Some(kind.line())).color(colour);
    ui.add(egui::Label::new(text).wrap())
}

/// The same, as large as the look wants it: a presenter's is read from afar.
pub fn scaled_paragraph(
    ui: &mut Ui,
    look: &Look,
    text: &str,
    kind: Type,
    colour: Color32,
) -> Response {
    let text = RichText::new(text)
        .font(kind.scaled(look.scale))
        .line_height(Some(kind.line() * look.scale))
        .color(colour);
    ui.add(egui::Label::new(text).wrap())
}
