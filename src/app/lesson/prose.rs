//! A lesson's text on the screen: paragraphs of pieces, some of which lead somewhere.

use super::marks;
use crate::app::theme::{Look, Type};
use crate::app::words::Language;
use crate::lesson::formula::World;
use crate::lesson::prose::{Block, Prose, Span, Target};
use crate::lesson::{Glossary, Part};
use egui::{Color32, Label, RichText, Sense, Ui};

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
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = egui::vec2(0.0, 0.0);
            if !line.mark.is_empty() {
                ui.add(Label::new(text(look, &line.mark, style)));
            }
            for piece in &line.pieces {
                if word(ui, look, piece, style, glossary, language) {
                    followed.clone_from(&piece.leads);
                }
            }
        });
        ui.add_space(6.0 * look.scale);
    }
    followed
}

fn text(look: &Look, text: &str, style: Style) -> RichText {
    let line = style.kind.line() * look.scale;
    RichText::new(text).font(style.kind.scaled(look.scale)).line_height(Some(line)).color(style.ink)
}

/// Paints one piece; returns whether it was clicked and leads somewhere.
fn word(
    ui: &mut Ui,
    look: &Look,
    piece: &Piece,
    style: Style,
    glossary: Option<&Glossary>,
    language: Language,
) -> bool {
    let mut rich = text(look, &piece.text, style);
    if piece.code {
        rich = rich.font(Type::Number.scaled(look.scale * style.kind.font().size / 15.0));
    }
    if piece.strong {
        rich = rich.color(look.colours().text1).strong();
    }
    let Some(target) = &piece.leads else {
        ui.add(Label::new(rich).selectable(false));
        return false;
    };
    let lit = matches!(target, Target::Part(name) if marks::is_pointed_at(ui.ctx(), name));
    rich = rich.underline().color(look.colours().text1);
    if lit {
        rich = rich.background_color(look.colours().press);
    }
    let response = ui.add(Label::new(rich).selectable(false).sense(Sense::click()));
    let over = response.hovered() || response.has_focus();
    match target {
        Target::Part(name) => {
            if over && let Some(part) = Part::of(name) {
                marks::light(ui.ctx(), part);
            }
            false
        }
        Target::Term(id) => {
            if over && let Some(line) = line_of(glossary, id, language) {
                response.clone().on_hover_text(line);
            }
            response.clicked()
        }
        Target::Step(_) => response.clicked(),
    }
}

/// The glossary's line about a term.
fn line_of(glossary: Option<&Glossary>, id: &str, language: Language) -> Option<String> {
    let term = glossary?.terms.iter().find(|term| term.ids.iter().any(|own| own == id))?;
    let language = super::words_of::language(language);
    Some(format!("{}: {}", term.name.of(language), term.line.of(language)))
}
