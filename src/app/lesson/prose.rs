//! A lesson's text on the screen: paragraphs of pieces, some of which lead somewhere.

use super::marks;
use crate::app::theme::{Look, Part as Hue, Type};
use crate::app::widgets::{drawable, focus_ring};
use crate::app::words::Language;
use crate::lesson::formula::World;
use crate::lesson::prose::{Block, Prose, Span, Target};
use crate::lesson::{Glossary, Part};
use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontId, Galley, Pos2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, vec2};
use std::ops::Range;
use std::sync::Arc;

/// A stretch of a line that looks the same throughout.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub text: String,
    pub strong: bool,
    /// A name or a value, in letters of one width.
    pub code: bool,
    pub leads: Option<Target>,
}

/// A paragraph or an item of a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// What stands before it: nothing, a dot or a number.
    pub mark: String,
    pub pieces: Vec<Piece>,
}

/// A text with the values of now.
pub fn lines(prose: &Prose, world: &World<'_>) -> Vec<Line> {
    let mut all = Vec::new();
    for block in &prose.blocks {
        match block {
            Block::Paragraph(spans) => all.push(line(String::new(), spans, world)),
            Block::List { numbered, items } => {
                for (i, item) in items.iter().enumerate() {
                    let mark = if *numbered { format!("{}. ", i + 1) } else { "· ".into() };
                    all.push(line(mark, item, world));
                }
            }
        }
    }
    all
}

fn line(mark: String, spans: &[Span], world: &World<'_>) -> Line {
    let mut line = Line { mark, pieces: Vec::new() };
    let plain = Piece { text: String::new(), strong: false, code: false, leads: None };
    spans.iter().for_each(|span| add(&mut line.pieces, span, &plain, world));
    line
}

fn add(pieces: &mut Vec<Piece>, span: &Span, like: &Piece, world: &World<'_>) {
    let mut push = |text: String, code: bool| {
        pieces.push(Piece { text, code: code || like.code, ..like.clone() });
    };
    match span {
        Span::Text(text) => push(text.clone(), false),
        Span::Code(text) => push(text.clone(), true),
        Span::Live(live) => push(live.shown(world), true),
        Span::Emphasis(inner) | Span::Strong(inner) => {
            let like = Piece { strong: true, ..like.clone() };
            inner.iter().for_each(|span| add(pieces, span, &like, world));
        }
        Span::Link { words, target, .. } => {
            let like = Piece { leads: Some(target.clone()), ..like.clone() };
            words.iter().for_each(|span| add(pieces, span, &like, world));
        }
    }
}

/// What a text is, read aloud.
pub fn spoken(lines: &[Line]) -> String {
    let line = |line: &Line| {
        let pieces = line.pieces.iter().map(|piece| piece.text.as_str());
        std::iter::once(line.mark.as_str()).chain(pieces).collect::<String>()
    };
    lines.iter().map(line).collect::<Vec<_>>().join(" ")
}

/// How a text is written.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    pub kind: Type,
    pub ink: Color32,
}

/// Paints a text; returns where a word that was clicked leads.
pub fn paint(
    ui: &mut Ui,
    look: &Look,
    lines: &[Line],
    style: Style,
    glossary: Option<&Glossary>,
    language: Language,
) -> Option<Target> {
    let mut followed = None;
    for line in lines {
        let set = Set::new(ui, look, line, style);
        let (rect, _) = ui.allocate_exact_size(set.galley.size(), Sense::hover());
        let mut clicked = None;
        for (n, piece) in line.pieces.iter().enumerate() {
            let Some(target) = &piece.leads else { continue };
            let places = set.places(n, rect.min);
            if link(ui, look, (piece, target), (&places, n), glossary, language) {
                clicked = Some(target.clone());
            }
        }
        ui.painter().galley(rect.min, set.galley, style.ink);
        followed = clicked.or(followed);
        ui.add_space(6.0 * look.scale);
    }
    followed
}

/// A line that has been set, and the signs that each of its pieces has in it.
struct Set {
    galley: Arc<Galley>,
    pieces: Vec<Range<usize>>,
}

impl Set {
    fn new(ui: &Ui, look: &Look, line: &Line, style: Style) -> Self {
        let s = look.scale;
        let format = |font: FontId, color: Color32| TextFormat {
            font_id: font,
            line_height: Some(style.kind.line() * s),
            color,
            ..TextFormat::default()
        };
        let mut job = LayoutJob::default();
        job.wrap.max_width = ui.available_width();
        job.append(&line.mark, 0.0, format(style.kind.scaled(s), style.ink));
        let mut from = line.mark.chars().count();
        let mut pieces = Vec::new();
        for piece in &line.pieces {
            let size = style.kind.font().size / 15.0;
            let font = match (piece.code, piece.strong) {
                // A little smaller: letters of one width look larger than others.
                (true, _) => Type::NumberLarge.scaled(s * size * 0.95),
                (_, true) => FontId::new(style.kind.font().size * s, Type::Strong.font().family),
                _ => style.kind.scaled(s),
            };
            let ink = match &piece.leads {
                Some(target) => ink_of(look, target),
                None if piece.strong => look.colours().text1,
                None => style.ink,
            };
            // What is live may be what a model wrote; our own texts have all their signs.
            let text = match piece.code {
                true => drawable(ui.painter(), &font, &piece.text),
                false => piece.text.clone(),
            };
            job.append(&text, 0.0, format(font, ink));
            let to = from + piece.text.chars().count();
            pieces.push(from..to);
            from = to;
        }
        Self { galley: ui.painter().layout_job(job), pieces }
    }

    /// Where piece `n` stands, for each row that it is in; and where its underline goes.
    fn places(&self, n: usize, origin: Pos2) -> Vec<(Rect, f32)> {
        let (mut at, mut places) = (0, Vec::new());
        for row in &self.galley.rows {
            let glyphs = row.glyphs.iter().enumerate();
            let own = glyphs.filter(|(i, _)| self.pieces[n].contains(&(at + i)));
            let span = own.fold(None, |span: Option<(f32, f32, f32)>, (_, glyph)| {
                let from = span.map_or(glyph.pos.x, |(from, ..)| from);
                Some((from, glyph.max_x(), glyph.pos.y))
            });
            at += row.glyphs.len() + usize::from(row.ends_with_newline);
            if let Some((from, to, baseline)) = span {
                let (x, y) = (origin.x + row.pos.x, origin.y + row.pos.y);
                let place = Rect::from_x_y_ranges(x + from..=x + to, y..=y + row.size.y);
                places.push((place, y + baseline));
            }
        }
        places
    }
}

/// The colour of words that lead somewhere: a part of the transformer has its own.
fn ink_of(look: &Look, target: &Target) -> Color32 {
    let hue = match target {
        Target::Part(name) => Part::of(name).and_then(hue),
        Target::Term(_) | Target::Step(_) => None,
    };
    hue.map_or(look.colours().text1, |part| look.colours().text_of(part))
}

/// What of the transformer a part of the screen shows.
fn hue(part: Part) -> Option<Hue> {
    Some(match part {
        Part::FunnelSoftmax | Part::FunnelKept | Part::FunnelTail | Part::MapPrediction => {
            Hue::Probability
        }
        Part::HeadQuery => Hue::Query,
        Part::HeadKey => Hue::Key,
        Part::HeadValue => Hue::Value,
        Part::HeadWall | Part::HeadPattern | Part::MapThreads => Hue::Attention,
        Part::MlpNeurons => Hue::Mlp,
        Part::TrainSlow => Hue::Gradient,
        _ => return None,
    })
}

/// A word that leads somewhere; returns whether it was clicked and leads away from here.
fn link(
    ui: &Ui,
    look: &Look,
    (piece, target): (&Piece, &Target),
    (places, n): (&[(Rect, f32)], usize),
    glossary: Option<&Glossary>,
    language: Language,
) -> bool {
    let colours = look.colours();
    let pointed = matches!(target, Target::Part(name) if marks::is_pointed_at(ui.ctx(), name));
    let mut clicked = false;
    for (row, (place, baseline)) in places.iter().enumerate() {
        let id = ui.scope_id().with(("link", ui.next_auto_id(), n, row));
        // Broken over two lines it is still one word to the keyboard.
        let sense = if row == 0 { Sense::click() } else { Sense::CLICK };
        let response = ui.interact(*place, id, sense);
        if row == 0 {
            response.widget_info(|| WidgetInfo::labeled(Role::Link, true, piece.text.trim()));
        }
        let over = response.hovered() || response.has_focus();
        if over || pointed {
            ui.painter().rect_filled(place.shrink2(vec2(0.0, 1.0)), 3.0, colours.press);
        }
        let stroke = Stroke::new(1.5 * look.scale, ink_of(look, target));
        ui.painter().hline(place.x_range(), baseline + 3.5 * look.scale, stroke);
        focus_ring(ui, look, *place, 3.0, &response);
        match target {
            Target::Part(name) if over => {
                Part::of(name).into_iter().for_each(|part| marks::light(ui.ctx(), part));
            }
            Target::Term(id) if over => {
                if let Some(line) = line_of(glossary, id, language) {
                    if response.has_focus() {
                        response.show_tooltip_text(line);
                    } else {
                        response.clone().on_hover_text(line);
                    }
                }
            }
            _ => {}
        }
        clicked |= response.clicked() && !matches!(target, Target::Part(_));
    }
    clicked
}

/// The glossary's line about a term.
fn line_of(glossary: Option<&Glossary>, id: &str, language: Language) -> Option<String> {
    let term = glossary?.terms.iter().find(|term| term.ids.iter().any(|own| own == id))?;
    let language = super::words_of::language(language);
    Some(format!("{}: {}", term.name.of(language), term.line.of(language)))
}
