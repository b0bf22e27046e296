//! The replies that a lesson has had written side by side: each text once, with how often it came.

use super::marks::part;
use super::panel::View;
use super::playing::Playing;
use crate::app::theme::Type;
use crate::app::widgets::{drawable, scaled_paragraph};
use crate::lesson::Part;
use egui::Ui;

/// Texts that are listed at most.
const MOST: usize = 10;

/// Paints the list, if there is any.
pub fn replies(ui: &mut Ui, view: View<'_>, playing: &Playing) {
    let replies = &playing.seen.decoding.replies;
    // A token may be a part of a sign, for which no font has a picture.
    let font = Type::Body.scaled(view.look.scale);
    let shown = |text: &str| drawable(ui.painter(), &font, &text.replace('\u{fffd}', "□"));
    let texts: Vec<String> = replies.iter().map(|reply| shown(reply.text.trim())).collect();
    let counted = count(texts.iter().map(String::as_str));
    if counted.is_empty() {
        return;
    }
    let (look, colours) = (&view.look, view.look.colours());
    ui.add_space(6.0);
    let top = ui.cursor().top();
    scaled_paragraph(ui, look, view.words.lesson.written, Type::Small, colours.text2);
    for (text, times) in counted.iter().take(MOST) {
        let line = if *times == 1 { text.to_string() } else { format!("{times} × {text}") };
        scaled_paragraph(ui, look, &line, Type::Body, colours.text1);
    }
    if counted.len() > MOST {
        scaled_paragraph(ui, look, "…", Type::Body, colours.text2);
    }
    let place = ui.max_rect().with_min_y(top).with_max_y(ui.cursor().top());
    part(ui, Part::DecodeReplies, place);
}

/// Each text once, with how often it came; the most frequent first, else as they came.
fn count<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<(&'a str, usize)> {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for text in texts {
        match counted.iter_mut().find(|(known, _)| *known == text) {
            Some((_, times)) => *times += 1,
            None => counted.push((text, 1)),
        }
    }
    counted.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    counted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_comes_first_and_the_others_as_they_came() {
        let counted = count(["a", "b", "c", "b"].into_iter());
        assert_eq!(counted, [("b", 2), ("a", 1), ("c", 1)]);
        assert_eq!(count(std::iter::empty()), []);
    }
}
