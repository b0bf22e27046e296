//! Painting the map, from what lies below to what lies above.

use super::Map;
use super::layout::Span;
use super::thread::{Thread, add_thread};
use crate::app::numbers;
use crate::app::stations::model::steps::Operation;
use crate::app::theme::{ColourMap, Part, Type, on};
use crate::app::widgets::{Chip, ChipState, Edge, chip_at, put};
use crate::interpret::Component;
use crate::nn::Name;
use egui::{Align2, Color32, Mesh, Painter, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

/// Weights below are not drawn: in any row, in the locked row, in a closed block.
const DRAWN: f32 = 0.12;
const DRAWN_LOCKED: f32 = 0.015;
const DRAWN_CLOSED: f32 = 0.3;

impl Map<'_> {
    pub(super) fn paint(&self, painter: &Painter) {
        self.bands(painter);
        let inside = painter.with_clip_rect(
            self.layout.body.expand2(vec2(8.0, 3.0)).intersect(painter.clip_rect()),
        );
        self.lanes(&inside);
        self.threads(&inside);
        self.mlps(&inside);
        for row in self.layout.rows() {
            self.row(&inside, row);
        }
        self.joint(&inside);
        self.hollow_strips(painter);
        self.column_heads(painter);
        self.beside(painter);
    }

    pub(super) fn scale(&self) -> f32 {
        self.ctx.look.scale
    }

    /// The blocks' grounds, and the frame of the open one.
    fn bands(&self, painter: &Painter) {
        let (layout, colours) = (&self.layout, self.ctx.look.colours());
        let s = self.scale();
        for (block, span) in layout.blocks.iter().enumerate() {
            let open = self.ctx.locked.block == Some(block);
            let rect = Rect::from_min_max(
                pos2(span.left, layout.header - 36.0 * s),
                pos2(span.right, layout.body.bottom() + 8.0 * s),
            );
            let line = if open { colours.line2 } else { colours.line0 };
            if self.is_off(Component::Block(block)) {
                super::off::hollow(painter, &self.ctx.look, rect, 10.0);
                continue;
            }
            painter.rect(rect, 10.0, colours.panel, Stroke::new(1.0, line), StrokeKind::Inside);
            let Some(strip) =
                self.ctx.locked.head.and_then(|head| layout.strips.get(head)).filter(|_| open)
            else {
                continue;
            };
            let rect = Rect::from_min_max(
                pos2(strip.left, rect.top() + 4.0),
                pos2(strip.right, rect.bottom() - 4.0),
            );
            painter.rect(
                rect,
                8.0,
                colours.raised,
                Stroke::new(1.5, colours.text1),
                StrokeKind::Inside,
            );
        }
    }

    /// The residual streams.
    fn lanes(&self, painter: &Painter) {
        let (layout, colours) = (&self.layout, self.ctx.look.colours());
        let right =
            layout.guesses.iter().flatten().last().map_or(layout.body.right(), |span| span.left);
        let source = self.main_source().map(|(key, _)| key);
        for row in layout.rows() {
            let y = layout.y(row);
            let faint = if self.ctx.look.dark { 0.36 } else { 0.5 };
            let residual = colours.fill_of(Part::Residual);
            let stroke = if row == self.row {
                Stroke::new(2.25, colours.text1)
            } else if Some(row) == source || Some(row) == self.hovered {
                Stroke::new(1.25, residual)
            } else {
                Stroke::new(1.25, residual.gamma_multiply(faint))
            };
            painter.hline(layout.chip.right + 2.0..=right, y, stroke);
        }
    }

    /// The row that the locked head reads most in the locked row, and how much.
    fn main_source(&self) -> Option<(usize, f32)> {
        let (block, head) = (self.ctx.locked.block?, self.ctx.locked.head?);
        if !self.done(self.row, Operation::Attention(block)) {
            return None;
        }
        let weights = self.sight.reading.weights(block, head, self.row).get(..=self.row)?;
        weights.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// All threads, as one mesh.
    fn threads(&self, painter: &Painter) {
        let layout = &self.layout;
        let config = &self.sight.reading.config;
        let mut mesh = Mesh::default();
        for (block, span) in layout.blocks.iter().enumerate() {
            for row in layout.rows().filter(|&row| row != self.row) {
                self.threads_of(&mut mesh, block, *span, row, config.heads);
            }
        }
        // The locked row lies above the others.
        if layout.rows().contains(&self.row) {
            for (block, span) in layout.blocks.iter().enumerate() {
                self.threads_of(&mut mesh, block, *span, self.row, config.heads);
            }
        }
        painter.add(Shape::mesh(mesh));
    }

    fn threads_of(&self, mesh: &mut Mesh, block: usize, span: Span, row: usize, heads: usize) {
        if !self.done(row, Operation::Attention(block)) {
            return;
        }
        let reading = &self.sight.reading;
        if self.ctx.locked.block == Some(block) {
            for head in 0..heads {
                let Some(&strip) = self.layout.strips.get(head) else { return };
                if self.is_off(Component::Head { block, head }) {
                    continue;
                }
                let isolated = self.ctx.locked.head == Some(head);
                let loud = row == self.row && (isolated || self.ctx.locked.head.is_none());
                let least = if loud { DRAWN_LOCKED } else { DRAWN };
                let dim = self.ctx.locked.head.is_some() && !isolated;
                let weights = reading.weights(block, head, row);
                for (key, &weight) in weights.iter().enumerate().take(row + 1) {
                    if weight >= least && key != row {
                        self.thread(mesh, strip, (key, row), weight, loud, dim);
                    }
                }
            }
            return;
        }
        let inside = Span {
            left: span.left + 2.0,
            right: span.right - 16.0 * self.scale().min(span.width() / 40.0),
        };
        let largest = |key: usize| {
            (0..heads)
                .filter(|&head| !self.is_off(Component::Head { block, head }))
                .map(|head| reading.weights(block, head, row).get(key).copied().unwrap_or(0.0))
                .fold(0.0, f32::max)
        };
        for key in 0..row {
            let weight = largest(key);
            if weight >= DRAWN_CLOSED {
                self.thread(mesh, inside, (key, row), weight, row == self.row, false);
            }
        }
    }

    fn thread(
        &self,
        mesh: &mut Mesh,
        span: Span,
        (key, row): (usize, usize),
        weight: f32,
        loud: bool,
        dim: bool,
    ) {
        let colours = self.ctx.look.colours();
        let (from, to) =
            (pos2(span.left, self.layout.y(key)), pos2(span.right, self.layout.y(row)));
        // What rests on the first token is mostly attention that has nothing to do.
        let resting = key == 0 && row != self.row;
        let width = match (resting, loud) {
            (true, _) => 1.0,
            (_, true) => 0.8 + 7.5 * weight,
            (_, false) => 0.6 + 3.5 * weight,
        };
        let colour = if resting { colours.line2 } else { colours.fill_of(Part::Attention) };
        let alpha = (0.35 + 0.6 * weight, (0.5 + 0.5 * weight).min(1.0));
        let faint = match (loud, dim) {
            (true, false) => 1.0,
            (_, true) => 0.25,
            (false, false) => 0.45,
        };
        let alpha = (alpha.0 * faint, alpha.1 * faint);
        add_thread(mesh, &Thread { from, to, width: width * self.scale().sqrt(), colour, alpha });
    }

    /// How much each MLP writes: a square in a closed block, six groups of neurons in the open one.
    fn mlps(&self, painter: &Painter) {
        let reading = &self.sight.reading;
        let colours = self.ctx.look.colours();
        let s = self.scale();
        for (block, span) in self.layout.blocks.iter().enumerate() {
            let name = if self.ctx.locked.block == Some(block) {
                Name::MlpPost(block)
            } else {
                Name::MlpOut(block)
            };
            let groups = if self.ctx.locked.block == Some(block) { 6 } else { 1 };
            let levels: Vec<Vec<f32>> =
                (0..self.rows).map(|row| levels(reading.row(name, row), groups)).collect();
            let most = levels.iter().flatten().copied().fold(1e-6, f32::max);
            for row in self.layout.rows().filter(|&row| self.done(row, Operation::Mlp(block))) {
                let Some(levels) = levels.get(row) else { continue };
                let y = self.layout.y(row);
                if groups == 1 {
                    let side = (8.0 * s).min(span.width() / 4.0);
                    let rect = Rect::from_center_size(pos2(span.right - side, y), vec2(side, side));
                    if self.is_off(Component::Mlp(block)) {
                        super::off::hollow(painter, &self.ctx.look, rect, 2.0);
                        continue;
                    }
                    painter.rect_filled(
                        rect,
                        2.0,
                        fade(colours.panel, colours.fill_of(Part::Mlp), levels[0] / most),
                    );
                    continue;
                }
                let Some(strip) = self.layout.strips.last() else { continue };
                let pitch = (strip.width() - 4.0).min(34.0 * s) / groups as f32;
                let left = strip.center() - pitch * groups as f32 / 2.0;
                for (group, level) in levels.iter().enumerate() {
                    let at = pos2(left + group as f32 * pitch, y - 5.0 * s);
                    let rect = Rect::from_min_size(at, vec2((pitch - 1.5).max(1.0), 10.0 * s));
                    painter.rect_filled(
                        rect,
                        2.0,
                        fade(colours.panel, colours.fill_of(Part::Mlp), level / most),
                    );
                }
            }
        }
    }

    /// A row's token, its embedding, its guesses.
    fn row(&self, painter: &Painter, row: usize) {
        let (layout, colours) = (&self.layout, self.ctx.look.colours());
        let s = self.scale();
        let y = layout.y(row);
        let locked = row == self.row;
        let ink = if locked { colours.text1 } else { colours.text3 };
        let kind = if locked { Type::NumberStrong } else { Type::NumberSmall };
        put(
            painter,
            pos2(layout.numeral, y),
            Align2::RIGHT_CENTER,
            &row.to_string(),
            kind.scaled(s),
            ink,
        );
        let piece = self.ctx.piece(self.sight.reading.ids[row]);
        let source = self.main_source().is_some_and(|(key, _)| key == row && !locked);
        let state = match (locked, source, self.hovered == Some(row)) {
            (true, ..) => ChipState::Locked,
            (_, true, _) => ChipState::Source(colours.fill_of(Part::Attention)),
            (_, _, true) => ChipState::Hovered,
            _ => ChipState::Rest,
        };
        let most = layout.chip.width();
        chip_at(
            painter,
            &self.ctx.look,
            Chip::ROW.times(s),
            &piece,
            (Edge::Right(layout.chip.right), y),
            most,
            state,
        );
        self.embedding(painter, y);
        for (block, guess) in layout.guesses.iter().enumerate() {
            let last = block + 1 == layout.guesses.len();
            let operation = if last { Operation::Logits } else { Operation::Mlp(block) };
            if let Some(span) = guess.filter(|_| self.done(row, operation)) {
                self.guess(painter, row, block + 1, span, last);
            }
        }
    }

    /// Token and position meet: an ink dot in a dashed ring.
    fn embedding(&self, painter: &Painter, y: f32) {
        let colours = self.ctx.look.colours();
        let s = self.scale();
        let centre = pos2(self.layout.embed, y);
        if self.is_off(Component::Positions) {
            painter.circle_stroke(centre, 3.5 * s, Stroke::new(1.0, colours.line2));
            return;
        }
        painter.circle_filled(centre, 7.5 * s, colours.stage);
        painter.circle_filled(centre, 3.5 * s, colours.text1);
        let ring: Vec<_> = (0..=24)
            .map(|i| {
                let (sin, cos) = (i as f32 / 24.0 * std::f32::consts::TAU).sin_cos();
                centre + vec2(cos, sin) * 6.5 * s
            })
            .collect();
        painter.extend(Shape::dashed_line(
            &ring,
            Stroke::new(1.0, colours.fill_of(Part::Position)),
            2.0,
            1.6,
        ));
    }

    /// What the lens sees at a crossing, or the prediction itself.
    fn guess(&self, painter: &Painter, row: usize, depth: usize, span: Span, last: bool) {
        let Some(guess) = self.sight.lens.guess(depth, row) else { return };
        let colours = self.ctx.look.colours();
        let s = self.scale();
        let y = self.layout.y(row);
        let rect = Rect::from_center_size(pos2(span.center(), y), vec2(span.width(), 20.0 * s));
        let ground = self.ctx.look.map(ColourMap::Probability, guess.probability);
        let loud = last && row == self.row;
        self.mark_if_changed(painter, (row, depth), guess.token, rect);
        let outline = if loud {
            Stroke::new(2.0, colours.text1)
        } else if self.ctx.look.dark {
            Stroke::NONE
        } else {
            Stroke::new(0.5, colours.text_of(Part::Probability).gamma_multiply(0.5))
        };
        painter.rect(rect, 4.0, ground, outline, StrokeKind::Middle);
        let text = self.ctx.piece(guess.token).text;
        let text = text.trim_start_matches('\u{b7}');
        let inside =
            painter.with_clip_rect(rect.shrink2(vec2(2.0, 0.0)).intersect(painter.clip_rect()));
        let font = Type::TokenSmall.scaled(s);
        let wide = crate::app::widgets::width(painter, text, font.clone());
        let (at, anchor) = if wide <= rect.width() - 6.0 {
            (rect.center(), Align2::CENTER_CENTER)
        } else {
            (rect.left_center() + vec2(4.0, 0.0), Align2::LEFT_CENTER)
        };
        put(&inside, at, anchor, text, font, on(ground));
        if last {
            let at = pos2(span.right + 6.0 * s, y);
            let kind = if row == self.row { Type::NumberStrong } else { Type::NumberSmall };
            let ink = if row == self.row { colours.text1 } else { colours.text2 };
            put(
                painter,
                at,
                Align2::LEFT_CENTER,
                &numbers::probability(guess.probability),
                kind.scaled(s),
                ink,
            );
        }
    }

    /// Where the locked head takes from, and where it adds.
    fn joint(&self, painter: &Painter) {
        let (Some(head), Some((key, weight))) = (self.ctx.locked.head, self.main_source()) else {
            return;
        };
        if self.ctx.locked.block.is_some_and(|block| self.is_off(Component::Head { block, head })) {
            return;
        }
        let Some(strip) = self.layout.strips.get(head) else { return };
        let colours = self.ctx.look.colours();
        let s = self.scale();
        let attention = colours.fill_of(Part::Attention);
        painter.circle_filled(pos2(strip.left, self.layout.y(key)), 4.0 * s, attention);
        let ring = pos2(strip.right, self.layout.y(self.row));
        painter.circle(ring, 6.0 * s, colours.stage, Stroke::new(1.5, colours.text1));
        painter.hline(ring.x - 3.0 * s..=ring.x + 3.0 * s, ring.y, Stroke::new(1.5, colours.text1));
        painter.vline(ring.x, ring.y - 3.0 * s..=ring.y + 3.0 * s, Stroke::new(1.5, colours.text1));
        let rows = self.layout.rows();
        let y = (self.layout.y(key.max(rows.start)) + self.layout.y(self.row) * 2.0) / 3.0;
        let at = pos2(strip.left + 6.0, y.min(self.layout.y(self.row) - 16.0 * s));
        // The number stands among threads: a little ground keeps it readable.
        let ground = Rect::from_center_size(at + vec2(17.0 * s, 0.0), vec2(38.0 * s, 18.0 * s));
        painter.rect_filled(ground, 4.0, colours.raised.gamma_multiply(0.85));
        put(
            painter,
            at,
            Align2::LEFT_CENTER,
            &numbers::probability(weight),
            Type::Number.scaled(s),
            colours.text_of(Part::Attention),
        );
    }
}

/// The root mean square of each of `groups` equal parts of a row.
fn levels(row: &[f32], groups: usize) -> Vec<f32> {
    let part = row.len().div_ceil(groups).max(1);
    let mut levels: Vec<f32> = row
        .chunks(part)
        .map(|part| (part.iter().map(|x| x * x).sum::<f32>() / part.len() as f32).sqrt())
        .collect();
    levels.resize(groups, 0.0);
    levels
}

/// Between the ground and a colour.
fn fade(ground: Color32, colour: Color32, share: f32) -> Color32 {
    let share = 0.12 + 0.88 * share.clamp(0.0, 1.0);
    let mix = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * share) as u8;
    Color32::from_rgb(
        mix(ground.r(), colour.r()),
        mix(ground.g(), colour.g()),
        mix(ground.b(), colour.b()),
    )
}
