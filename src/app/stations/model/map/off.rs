//! What is switched off: dashed and hollow, its word struck through; and what the untouched model
//! predicts, beside the changed one's.

use super::Map;
use crate::app::numbers;
use crate::app::stations::model::steps::Operation;
use crate::app::theme::{Look, Type};
use crate::app::widgets::{Chip, ChipState, Edge, chip_at, put};
use crate::interpret::Component;
use egui::{Align2, Painter, Rect, Shape, Stroke, pos2, vec2};

impl Map<'_> {
    /// Whether a part writes nothing in the pass that is drawn.
    pub(super) fn is_off(&self, part: Component) -> bool {
        let off = |part| self.untouched.is_some() && self.ctx.session.scale_of(part) == 0.0;
        let whole = match part {
            Component::Head { block, .. } | Component::Mlp(block) => Some(Component::Block(block)),
            _ => None,
        };
        off(part) || whole.is_some_and(off)
    }

    /// Which part a strip of the open block stands for.
    pub(super) fn part_of_strip(&self, strip: usize) -> Component {
        let block = self.ctx.locked.block.unwrap_or(0);
        if strip < self.sight.reading.config.heads {
            Component::Head { block, head: strip }
        } else {
            Component::Mlp(block)
        }
    }

    /// The strips of parts that are off, and the ring of an MLP that is locked.
    pub(super) fn hollow_strips(&self, painter: &Painter) {
        let (layout, s) = (&self.layout, self.ctx.look.scale);
        for (strip, span) in layout.strips.iter().enumerate() {
            let rect = Rect::from_min_max(
                pos2(span.left + 1.0, layout.header - 32.0 * s),
                pos2(span.right - 1.0, layout.body.bottom() + 4.0 * s),
            );
            let locked = self.ctx.locked;
            let mlp = strip + 1 == layout.strips.len();
            if mlp && locked.mlp && locked.head.is_none() {
                let ring = Stroke::new(1.5, self.ctx.look.colours().text1);
                painter.rect_stroke(rect, 8.0, ring, egui::StrokeKind::Inside);
            }
            if self.is_off(self.part_of_strip(strip)) {
                hollow(painter, &self.ctx.look, rect, 8.0);
            }
        }
    }

    /// Strikes a word through if its part is off.
    pub(super) fn strike_if_off(&self, painter: &Painter, part: Component, word: Rect) {
        if self.is_off(part) {
            strike(painter, &self.ctx.look, word);
        }
    }

    /// A dot at a guess that the untouched model makes differently.
    pub(super) fn mark_if_changed(
        &self,
        painter: &Painter,
        (row, depth): (usize, usize),
        token: u32,
        place: Rect,
    ) {
        let before = self.untouched.and_then(|sight| sight.lens.guess(depth, row));
        if before.is_some_and(|before| before.token != token) {
            let colours = self.ctx.look.colours();
            let at = place.right_top() + vec2(-1.0, 0.0);
            painter.circle(at, 4.0, colours.text1, Stroke::new(1.5, colours.stage));
        }
    }

    /// The untouched model's predictions, in a column of their own.
    pub(super) fn beside(&self, painter: &Painter) {
        let (Some(sight), Some(span)) = (self.untouched, self.layout.beside) else { return };
        let (colours, s) = (self.ctx.look.colours(), self.ctx.look.scale);
        let depth = sight.lens.depths() - 1;
        let at = pos2(span.left, self.layout.header - 22.0 * s);
        let font = Type::Caption.scaled(s);
        put(painter, at, Align2::LEFT_CENTER, self.ctx.words.behind.was, font, colours.text3);
        for row in self.layout.rows().filter(|&row| self.done(row, Operation::Logits)) {
            let Some(guess) = sight.lens.guess(depth, row) else { continue };
            let y = self.layout.y(row);
            let mut piece = self.ctx.piece(guess.token);
            piece.text = piece.text.trim_start_matches('\u{b7}').into();
            let chip = Chip::SMALL.times(s);
            let edge = (Edge::Left(span.left), y);
            chip_at(
                painter,
                &self.ctx.look,
                chip,
                &piece,
                edge,
                span.width() - 4.0,
                ChipState::Ghost,
            );
            let at = pos2(span.right + 2.0 * s, y);
            let text = numbers::probability(guess.probability);
            let font = Type::NumberTiny.scaled(s);
            put(painter, at, Align2::LEFT_CENTER, &text, font, colours.text3);
        }
    }
}

/// A dashed outline on an empty ground.
pub(in crate::app::stations::model) fn hollow(
    painter: &Painter,
    look: &Look,
    rect: Rect,
    corner: f32,
) {
    let colours = look.colours();
    painter.rect_filled(rect, corner, colours.stage.gamma_multiply(0.55));
    let corners = [
        rect.left_top(),
        rect.right_top(),
        rect.right_bottom(),
        rect.left_bottom(),
        rect.left_top(),
    ];
    let stroke = Stroke::new(1.0, colours.line2);
    painter.extend(Shape::dashed_line(&corners, stroke, 3.0, 3.0));
}

/// A line through a word.
pub(in crate::app::stations::model) fn strike(painter: &Painter, look: &Look, word: Rect) {
    let stroke = Stroke::new(1.5, look.colours().text2);
    painter.hline(word.left() - 2.0..=word.right() + 2.0, word.center().y + 0.5, stroke);
}
