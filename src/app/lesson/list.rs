//! The shelf: every lesson that can be opened.

use super::shelf::Entry;
use super::{Ask, Desk, words_of};
use crate::app::theme::{Look, Type};
use crate::app::widgets::{Icon, focus_ring, named, paint_icon, paragraph, put};
use crate::app::words::{Language, Words, fill};
use crate::lesson::schema::{Ability, Level, Step};
use egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

/// Paints the list of lessons.
pub fn list(
    ui: &mut Ui,
    look: &Look,
    words: &Words,
    language: Language,
    desk: &Desk,
    asked: &mut Vec<Ask>,
) {
    let colours = look.colours();
    paragraph(ui, words.lesson.lessons, Type::Heading, colours.text1);
    ui.add_space(4.0);
    for entry in desk.shelf.entries.iter().filter(|entry| entry.file.is_none()) {
        row(ui, look, words, language, desk, entry, asked);
    }
    ui.add_space(12.0);
    paragraph(ui, words.lesson.own_lessons, Type::Heading, colours.text1);
    if let Some(folder) = desk.shelf.folder() {
        let what = fill(words.lesson.own_folder, &[&folder.display()]);
        paragraph(ui, &what, Type::Small, colours.text2);
    }
    for entry in desk.shelf.entries.iter().filter(|entry| entry.file.is_some()) {
        row(ui, look, words, language, desk, entry, asked);
    }
    ui.add_space(10.0);
    let open = crate::app::widgets::ButtonKind::Quiet;
    if crate::app::widgets::button(ui, look, open, None, words.lesson.open_hand_in, true).clicked()
    {
        asked.push(Ask::OpenHandIn);
    }
}

/// How much mathematics a lesson asks for, in words.
pub fn level(level: Level, words: &Words) -> &'static str {
    match level {
        Level::First => words.lesson.level_first,
        Level::Middle => words.lesson.level_middle,
        Level::Deep => words.lesson.level_deep,
    }
}

/// What the program cannot do of that which a lesson needs.
pub fn missing(needs: &[Ability], words: &Words) -> Option<&'static str> {
    let first = needs.iter().find(|need| !crate::session::lesson::ABILITIES.contains(need))?;
    Some(match first {
        Ability::MaskedLm => words.lesson.needs_masked,
        Ability::EncoderDecoder => words.lesson.needs_encoder,
        Ability::Lora | Ability::Patch => words.lesson.needs_other,
    })
}

fn row(
    ui: &mut Ui,
    look: &Look,
    words: &Words,
    language: Language,
    desk: &Desk,
    entry: &Entry,
    asked: &mut Vec<Ask>,
) {
    let colours = look.colours();
    let loaded = match &entry.loaded {
        Ok(loaded) => loaded,
        Err(problems) => {
            paragraph(ui, &entry.id, Type::Strong, colours.text2);
            for problem in problems.iter().take(4) {
                paragraph(ui, &problem.to_string(), Type::NumberSmall, colours.text2);
            }
            return;
        }
    };
    let lesson = &loaded.lesson;
    let title = lesson.title.of(words_of::language(language)).plain();
    let number: String = entry.id.chars().take_while(char::is_ascii_digit).collect();
    let greyed = missing(&lesson.needs, words);
    let wide = ui.available_width();
    let ink = if greyed.is_some() { colours.off } else { colours.text1 };
    // A long title has two lines.
    let font = Type::Label.font();
    let title_line = ui.painter().layout(title.clone(), font, ink, wide - 58.0);
    let more_lines = title_line.size().y * (1.0 - 1.0 / title_line.rows.len().max(1) as f32);
    let size = vec2(wide, 44.0 + more_lines);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let done = desk.progress.done(&entry.id);
    // What this program cannot do need not be done.
    let can = |step: &&Step| missing(&step.needs, words).is_none();
    let steps = lesson.steps.iter().filter(can).count();
    let level = level(lesson.level, words);
    named(&response, Role::Button, greyed.is_none(), &title);
    let ground = if response.hovered() { colours.hover } else { colours.panel };
    ui.painter().rect(rect, 8.0, ground, Stroke::NONE, StrokeKind::Inside);
    let left = rect.left() + 8.0;
    put(
        ui.painter(),
        pos2(left, rect.top() + 14.0),
        Align2::LEFT_CENTER,
        &number,
        Type::NumberSmall.font(),
        colours.text3,
    );
    let clip = Rect::from_min_max(rect.min, rect.max - vec2(24.0, 0.0));
    let painter = ui.painter().with_clip_rect(clip);
    let high = title_line.size().y - more_lines;
    painter.galley(pos2(left + 26.0, rect.top() + 14.0 - high / 2.0), title_line, ink);
    let minutes = fill(words.lesson.minutes, &[&lesson.minutes]);
    // What has been begun no longer needs to say how hard it is.
    let progress = || fill(words.lesson.done_of, &[&done, &steps]);
    let about = if done == 0 { level.to_string() } else { progress() };
    let more = greyed.map_or_else(|| format!("{minutes} · {about}"), String::from);
    put(
        &painter,
        pos2(left + 26.0, rect.top() + 32.0 + more_lines),
        Align2::LEFT_CENTER,
        &more,
        Type::Caption.font(),
        colours.text3,
    );
    if done >= steps {
        let place = Rect::from_center_size(rect.right_center() - vec2(12.0, 0.0), vec2(14.0, 14.0));
        paint_icon(ui.painter(), place, Icon::Tick, 0.9, colours.text1);
    }
    focus_ring(ui, look, rect, 8.0, &response);
    let question = lesson.question.of(words_of::language(language)).plain();
    if response.clone().on_hover_text(question).clicked() && greyed.is_none() {
        asked.push(Ask::Open(entry.id.clone()));
    }
}
