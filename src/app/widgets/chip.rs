//! Token chips.

use super::text::width;
use crate::app::piece::{Kind, Piece};
use crate::app::theme::{Look, Type};
use egui::{Align2, Color32, FontId, Painter, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

/// How a chip stands among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Rest,
    Hovered,
    /// A ring of ink.
    Locked,
    /// A ring in this colour: what the locked thing looks at.
    Source(Color32),
    /// Dashed: pruned, cut, forgotten.
    Ghost,
}

/// A chip's size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chip {
    pub height: f32,
    pub font: Type,
    pub scale: f32,
}

impl Chip {
    /// As it stands in lists.
    pub const SMALL: Self = Self { height: 20.0, font: Type::TokenSmall, scale: 1.0 };
    /// As it stands alone.
    pub const NORMAL: Self = Self { height: 24.0, font: Type::Token, scale: 1.0 };
    /// As it stands in a row of the map.
    pub const ROW: Self = Self { height: 22.0, font: Type::Token, scale: 1.0 };

    /// Larger by a factor.
    pub fn times(self, scale: f32) -> Self {
        Self { scale: self.scale * scale, ..self }
    }

    fn font(&self) -> FontId {
        self.font.scaled(self.scale)
    }

    fn height(&self) -> f32 {
        self.height * self.scale
    }
}

/// How wide a chip is, if nothing limits it.
pub fn chip_width(painter: &Painter, chip: Chip, piece: &Piece) -> f32 {
    let padding = if matches!(piece.kind, Kind::Special(_)) { 16.0 } else { 12.0 };
    width(painter, &piece.text, chip.font()) + padding * chip.scale
}

/// The edge that a chip is placed by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Edge {
    Left(f32),
    Right(f32),
}

/// Paints a chip with one edge at the given place, centred on `y`, at most `most` wide; returns its
/// rectangle.
pub fn chip_at(
    painter: &Painter,
    look: &Look,
    chip: Chip,
    piece: &Piece,
    (edge, y): (Edge, f32),
    most: f32,
    state: State,
) -> Rect {
    let colours = look.colours();
    let wide = chip_width(painter, chip, piece).min(most).round();
    let left = match edge {
        Edge::Left(x) => x,
        Edge::Right(x) => x - wide,
    };
    let rect = Rect::from_min_size(pos2(left, y - chip.height() / 2.0), vec2(wide, chip.height()));
    let (corner, fill, line, ink) = match piece.kind {
        Kind::Special(part) => {
            let line = part.map_or(colours.line2, |part| colours.fill_of(part));
            let ink = part.map_or(colours.text2, |part| colours.text_of(part));
            (chip.height() / 2.0, Color32::TRANSPARENT, line, ink)
        }
        Kind::Plain | Kind::Bytes => (6.0, colours.raised, colours.line1, colours.text1),
    };
    match state {
        State::Rest if piece.kind == Kind::Bytes => dashed(painter, rect, colours.line2),
        State::Rest => {
            painter.rect(rect, corner, fill, Stroke::new(1.0, line), StrokeKind::Inside);
        }
        State::Hovered => {
            let stroke = Stroke::new(1.0, colours.line2);
            painter.rect(rect, corner, colours.hover, stroke, StrokeKind::Inside);
        }
        State::Locked => {
            painter.rect(rect, corner, fill, Stroke::new(2.0, colours.text1), StrokeKind::Middle);
        }
        State::Source(colour) => {
            painter.rect(rect, corner, fill, Stroke::new(1.5, colour), StrokeKind::Middle);
        }
        State::Ghost => dashed(painter, rect, colours.line1),
    }
    let ink = if state == State::Ghost { colours.text3 } else { ink };
    write(painter, look, chip, piece, rect, ink);
    rect
}

/// The token's text, its leading space as a faint dot; cut off at the chip's edge.
fn write(painter: &Painter, look: &Look, chip: Chip, piece: &Piece, rect: Rect, ink: Color32) {
    let inside =
        painter.with_clip_rect(rect.shrink2(vec2(2.0, 0.0)).intersect(painter.clip_rect()));
    let wanted = width(painter, &piece.text, chip.font());
    let fits = wanted <= rect.width() - 4.0;
    let left = if fits { rect.center().x - wanted / 2.0 } else { rect.left() + 5.0 * chip.scale };
    let at = pos2(left, rect.center().y);
    let dotted = piece.kind == Kind::Plain && piece.text.starts_with('\u{b7}');
    let rest = if dotted {
        let faint = look.colours().text3;
        let dot = inside.text(at, Align2::LEFT_CENTER, "\u{b7}", chip.font(), faint);
        (pos2(dot.right(), at.y), &piece.text['\u{b7}'.len_utf8()..])
    } else {
        (at, piece.text.as_str())
    };
    inside.text(rest.0, Align2::LEFT_CENTER, rest.1, chip.font(), ink);
}

/// A dashed outline.
fn dashed(painter: &Painter, rect: Rect, colour: Color32) {
    let corners = [
        rect.left_top(),
        rect.right_top(),
        rect.right_bottom(),
        rect.left_bottom(),
        rect.left_top(),
    ];
    painter.extend(Shape::dashed_line(&corners, Stroke::new(1.0, colour), 3.0, 3.0));
}
