//! What stands around the map: the names of its columns, and what its colours mean.

use super::Map;
use super::layout::Span;
use crate::app::context::Context;
use crate::app::theme::{ColourMap, Part, Type};
use crate::app::widgets::{legend as colour_legend, put};
use crate::app::words::fill;
use crate::interpret::Component;
use egui::{Align2, Painter, Rect, Stroke, pos2, vec2};

impl Map<'_> {
    /// The names of the columns.
    pub(super) fn column_heads(&self, painter: &Painter) {
        let (layout, words, colours) = (&self.layout, self.ctx.words, self.ctx.look.colours());
        let s = self.scale();
        let y = layout.header - 22.0 * s;
        let head = |x: f32, anchor, text: &str, ink, kind: Type| {
            put(painter, pos2(x, y), anchor, text, kind.scaled(s), ink)
        };
        head(
            layout.chip.right - 4.0,
            Align2::RIGHT_CENTER,
            words.token,
            colours.text2,
            Type::Caption,
        );
        let place =
            head(layout.embed, Align2::CENTER_CENTER, words.embed, colours.text2, Type::Caption);
        self.strike_if_off(painter, Component::Positions, place);
        for (block, span) in layout.blocks.iter().enumerate() {
            let title = fill(words.block_n, &[&(block + 1)]);
            if self.ctx.locked.block == Some(block) {
                self.open_title(painter, *span, &title);
                continue;
            }
            let fits =
                crate::app::widgets::width(painter, &title, Type::Caption.scaled(s)) < span.width();
            let title = if fits { title } else { (block + 1).to_string() };
            let place =
                head(span.center(), Align2::CENTER_CENTER, &title, colours.text1, Type::Caption);
            self.strike_if_off(painter, Component::Block(block), place);
        }
        for (block, guess) in layout.guesses.iter().enumerate() {
            let Some(span) = guess else { continue };
            let last = block + 1 == layout.guesses.len();
            let title = if last { words.next_token } else { words.guess };
            let fits = last
                || crate::app::widgets::width(painter, title, Type::Caption.scaled(s))
                    < span.width();
            if fits {
                let x = if last { span.center() + 16.0 * s } else { span.center() };
                head(x, Align2::CENTER_CENTER, title, colours.text2, Type::Caption);
            }
        }
        if layout.first > 0 {
            let centre = (layout.chip.left + layout.chip.right) / 2.0 + 14.0 * s;
            for i in 0..3 {
                painter.circle_filled(
                    pos2(centre, layout.header - 10.0 * s + 5.0 * i as f32),
                    1.5,
                    colours.text3,
                );
            }
        }
    }

    /// The open block's title above it, and its strips' names.
    fn open_title(&self, painter: &Painter, span: Span, title: &str) {
        let (words, colours) = (self.ctx.words, self.ctx.look.colours());
        let s = self.scale();
        let heads = self.sight.reading.config.heads;
        let y = self.layout.header - 47.0 * s;
        let name = put(
            painter,
            pos2(span.left + 8.0, y),
            Align2::LEFT_CENTER,
            title,
            Type::Strong.scaled(s),
            colours.text1,
        );
        let note = fill(words.heads_then_mlp, &[&heads]);
        let at = pos2(name.right() + 10.0, y);
        let room = span.right + 60.0 * s - at.x;
        if crate::app::widgets::width(painter, &note, Type::Caption.scaled(s)) < room {
            put(painter, at, Align2::LEFT_CENTER, &note, Type::Caption.scaled(s), colours.text2);
        }
        for (strip, place) in self.layout.strips.iter().enumerate() {
            let locked = self.ctx.locked.head == Some(strip);
            let (text, ink, kind) = match strip {
                strip if strip == heads => {
                    (words.mlp.to_string(), colours.text_of(Part::Mlp), Type::Caption)
                }
                strip if locked => {
                    (fill(words.head_n, &[&(strip + 1)]), colours.text1, Type::Strong)
                }
                strip => ((strip + 1).to_string(), colours.text2, Type::Caption),
            };
            let font = kind.scaled(s);
            let short = crate::app::widgets::width(painter, &text, font.clone()) > place.width();
            let text = if short && strip < heads { (strip + 1).to_string() } else { text };
            let at = pos2(place.center(), self.layout.header - 20.0 * s);
            let place = put(painter, at, Align2::CENTER_CENTER, &text, font, ink);
            self.strike_if_off(painter, self.part_of_strip(strip), place);
        }
    }
}

/// What the colours and lines mean.
pub fn legend(painter: &Painter, ctx: &Context, place: Rect) {
    let (words, colours, s) = (ctx.words, ctx.look.colours(), ctx.look.scale);
    let y = place.center().y + 4.0;
    let font = || Type::Caption.scaled(s);
    let text = |x: f32, text: &str| {
        put(painter, pos2(x, y), Align2::LEFT_CENTER, text, font(), colours.text3).right()
    };
    let x = text(place.left() + 20.0, words.legend_guess) + 20.0;
    let bar = Rect::from_min_size(pos2(x, y - 4.0), vec2(90.0 * s, 8.0));
    colour_legend(painter, &ctx.look, ColourMap::Probability, bar, ("0", "1"));
    let mut x = text(bar.right() + 36.0, words.legend_attention) + 12.0;
    let attention = colours.fill_of(Part::Attention);
    for weight in [0.1_f32, 0.4, 0.8] {
        let stroke = Stroke::new(0.6 + 3.5 * weight, attention.gamma_multiply(0.35 + 0.6 * weight));
        painter.hline(x..=x + 26.0, y, stroke);
        let at = pos2(x + 32.0, y);
        x = put(
            painter,
            at,
            Align2::LEFT_CENTER,
            &format!("{weight:.1}"),
            Type::NumberTiny.scaled(s),
            colours.text3,
        )
        .right()
            + 12.0;
    }
    x += 12.0;
    painter.rect_filled(
        Rect::from_center_size(pos2(x, y), vec2(8.0, 8.0)),
        2.0,
        colours.fill_of(Part::Mlp),
    );
    let x = text(x + 10.0, words.mlp) + 20.0;
    if x + 120.0 * s < place.right() {
        painter.hline(x..=x + 24.0, y, Stroke::new(1.25, colours.fill_of(Part::Residual)));
        text(x + 30.0, words.residual_stream);
    }
}
