//! A turn as text with its marks: what was changed is underlined, what is gone is struck through.

use crate::app::theme::{Look, Type};
use crate::text::clean::{Fate, Mark};
use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, Painter, Rect, Shape, Stroke};
use std::ops::Range;

/// A turn as it was written. What the last of the rules did stands out.
pub fn written(
    look: &Look,
    text: &str,
    marks: &[Mark],
    newest: Option<usize>,
    most: f32,
) -> LayoutJob {
    let colours = look.colours();
    let plain = format(look, colours.text1);
    let mut job = new_job(most);
    let mut at = 0;
    for mark in marks {
        append(&mut job, &text[at..mark.range.start], &plain);
        let wide = if Some(mark.step) == newest { 2.0 } else { 1.0 };
        let mut touched = TextFormat { line_height: Some(LINE * look.scale), ..plain.clone() };
        match mark.fate {
            Fate::Changed => touched.underline = Stroke::new(wide, colours.text1),
            Fate::Removed => {
                touched.color = colours.text3;
                touched.strikethrough = Stroke::new(wide, colours.text2);
            }
        }
        append(&mut job, &text[mark.range.clone()], &touched);
        at = mark.range.end;
    }
    append(&mut job, &text[at..], &plain);
    job
}

/// A turn as it is learned, with the place that was looked for.
pub fn learned(look: &Look, text: &str, found: Option<&Range<usize>>, most: f32) -> LayoutJob {
    let colours = look.colours();
    let plain = format(look, colours.text1);
    let mut job = new_job(most);
    // The text may be shown shorter than it is.
    match found.filter(|found| text.get((*found).clone()).is_some()) {
        Some(found) => {
            append(&mut job, &text[..found.start], &plain);
            let there =
                TextFormat { color: colours.stage, background: colours.text1, ..plain.clone() };
            append(&mut job, &text[found.clone()], &there);
            append(&mut job, &text[found.end..], &plain);
        }
        None => append(&mut job, text, &plain),
    }
    job
}

fn new_job(most: f32) -> LayoutJob {
    let mut job = LayoutJob::default();
    job.wrap.max_width = most;
    job
}

/// The height of what is marked. Lines are drawn at the foot and in the middle of it: were it that of
/// the whole line, they would hang too low.
const LINE: f32 = 19.0;

fn format(look: &Look, colour: Color32) -> TextFormat {
    TextFormat {
        font_id: Type::Read.scaled(look.scale),
        line_height: Some(Type::Read.line() * look.scale),
        color: colour,
        // Marked or not, letters stand on one line.
        valign: egui::Align::TOP,
        ..TextFormat::default()
    }
}

fn append(job: &mut LayoutJob, text: &str, format: &TextFormat) {
    if !text.is_empty() {
        job.append(text, 0.0, format.clone());
    }
}

/// A dashed outline.
pub fn dashed(painter: &Painter, rect: Rect, colour: Color32) {
    let corners = [
        rect.left_top(),
        rect.right_top(),
        rect.right_bottom(),
        rect.left_bottom(),
        rect.left_top(),
    ];
    painter.extend(Shape::dashed_line(&corners, Stroke::new(1.0, colour), 4.0, 4.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: Look = Look { dark: true, scale: 1.0, motion: false };

    #[test]
    fn every_character_is_laid_out_once() {
        let text = "Do  you?";
        let marks = [
            Mark { range: 0..1, fate: Fate::Changed, step: 1 },
            Mark { range: 2..3, fate: Fate::Removed, step: 0 },
        ];
        let job = written(&LOOK, text, &marks, Some(1), 100.0);
        assert_eq!(job.text, text);
        let underlined: Vec<f32> =
            job.sections.iter().map(|section| section.format.underline.width).collect();
        assert_eq!(underlined, [2.0, 0.0, 0.0, 0.0]);
        assert_eq!(job.sections[2].format.strikethrough.width, 1.0);
        assert_eq!(learned(&LOOK, "a cow", Some(&(2..5)), 100.0).sections.len(), 2);
        assert_eq!(learned(&LOOK, "a", Some(&(2..5)), 100.0).sections.len(), 1);
    }
}
