//! Icons, drawn on a grid of 16 by 16 with strokes of 1.4.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, vec2};
use std::f32::consts::TAU;

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Brand,
    Search,
    Sun,
    Moon,
    Screen,
    Book,
    Help,
    Panel,
    Lock,
    Reset,
    Back,
    Forward,
    Play,
    Pause,
    Stop,
    Up,
    Plus,
    Minus,
    /// Four corners: all of it.
    Fit,
    /// A way that parts.
    Branch,
    Down,
    Close,
    Pen,
    Left,
    Right,
    /// A tray with an arrow into it.
    Import,
    Bin,
    Tick,
    Warning,
    /// An arrow out of a box.
    Save,
    /// An eye, crossed: out of sight.
    Eye,
}

/// Paints an icon in the middle of `rect`, at the size of 16 times `scale`.
pub fn paint_icon(painter: &Painter, rect: Rect, icon: Icon, scale: f32, colour: Color32) {
    let pen = Pen { painter, origin: rect.center() - vec2(8.0, 8.0) * scale, scale, colour };
    match icon {
        Icon::Brand => {
            pen.line(&[
                (8., 1.),
                (14.5, 4.5),
                (14.5, 11.5),
                (8., 15.),
                (1.5, 11.5),
                (1.5, 4.5),
                (8., 1.),
            ]);
            pen.line(&[(4.5, 6.), (8., 8.), (11.5, 6.)]);
            pen.line(&[(8., 8.), (8., 11.5)]);
        }
        Icon::Search => {
            pen.ring((7., 7.), 4.5);
            pen.line(&[(10.4, 10.4), (14., 14.)]);
        }
        Icon::Sun => {
            pen.ring((8., 8.), 3.);
            for i in 0..8 {
                let (sin, cos) = (TAU * i as f32 / 8.0).sin_cos();
                pen.line(&[(8. + 5. * cos, 8. + 5. * sin), (8. + 7. * cos, 8. + 7. * sin)]);
            }
        }
        Icon::Moon => {
            let arc = |r: f32, cx: f32, from: f32, to: f32| {
                (0..=16).map(move |i| {
                    let a = from + (to - from) * i as f32 / 16.0;
                    (cx + r * a.cos(), 8. + r * a.sin())
                })
            };
            let outer = arc(6., 8., 0.9, TAU - 0.9);
            let inner = arc(4.9, 11.2, TAU - 1.85, 1.85);
            pen.line(&outer.chain(inner).collect::<Vec<_>>());
        }
        Icon::Screen => {
            pen.line(&[(1.5, 3.), (14.5, 3.), (14.5, 11.), (1.5, 11.), (1.5, 3.)]);
            pen.line(&[(8., 11.), (8., 14.)]);
            pen.line(&[(5., 14.), (11., 14.)]);
        }
        Icon::Book => {
            pen.line(&[
                (8., 4.),
                (5.5, 3.),
                (2., 3.),
                (2., 12.5),
                (5.5, 12.5),
                (8., 13.5),
                (10.5, 12.5),
                (14., 12.5),
                (14., 3.),
                (10.5, 3.),
                (8., 4.),
                (8., 13.5),
            ]);
        }
        Icon::Help => {
            pen.ring((8., 8.), 6.3);
            pen.line(&[
                (6.1, 6.4),
                (6.6, 5.2),
                (8., 4.7),
                (9.4, 5.3),
                (9.8, 6.5),
                (9., 7.6),
                (8., 8.3),
                (8., 9.3),
            ]);
            pen.dot((8., 11.4), 0.9);
        }
        Icon::Panel => {
            pen.line(&[(2., 3.), (14., 3.), (14., 13.), (2., 13.), (2., 3.)]);
            pen.line(&[(6., 3.), (6., 13.)]);
        }
        Icon::Lock => {
            pen.line(&[(3.5, 7.), (12.5, 7.), (12.5, 14.), (3.5, 14.), (3.5, 7.)]);
            pen.line(&[
                (5.5, 7.),
                (5.5, 4.6),
                (6.5, 2.8),
                (8., 2.3),
                (9.5, 2.8),
                (10.5, 4.6),
                (10.5, 7.),
            ]);
        }
        Icon::Reset => {
            let points: Vec<_> = (0..=24)
                .map(|i| {
                    let a = -TAU * 0.36 + TAU * 0.82 * i as f32 / 24.0;
                    (8. + 5.2 * a.cos(), 8.4 + 5.2 * a.sin())
                })
                .collect();
            pen.line(&points);
            let (x, y) = points[0];
            pen.line(&[(x - 0.6, y - 3.4), (x, y), (x - 3.4, y + 0.6)]);
        }
        Icon::Back => {
            pen.line(&[(12.5, 3.5), (6., 8.), (12.5, 12.5), (12.5, 3.5)]);
            pen.line(&[(3.5, 3.5), (3.5, 12.5)]);
        }
        Icon::Forward => {
            pen.line(&[(3.5, 3.5), (10., 8.), (3.5, 12.5), (3.5, 3.5)]);
            pen.line(&[(12.5, 3.5), (12.5, 12.5)]);
        }
        Icon::Play => pen.filled(&[(5., 3.), (13., 8.), (5., 13.)]),
        Icon::Pause => {
            pen.filled(&[(4., 3.), (6.6, 3.), (6.6, 13.), (4., 13.)]);
            pen.filled(&[(9.4, 3.), (12., 3.), (12., 13.), (9.4, 13.)]);
        }
        Icon::Stop => pen.filled(&[(4., 4.), (12., 4.), (12., 12.), (4., 12.)]),
        Icon::Up => {
            pen.line(&[(8., 13.), (8., 3.)]);
            pen.line(&[(3.8, 7.2), (8., 3.), (12.2, 7.2)]);
        }
        Icon::Plus => {
            pen.line(&[(8., 3.), (8., 13.)]);
            pen.line(&[(3., 8.), (13., 8.)]);
        }
        Icon::Minus => pen.line(&[(3., 8.), (13., 8.)]),
        Icon::Fit => {
            for (x, y, inwards, down) in
                [(3., 3., 3., 3.), (13., 3., -3., 3.), (13., 13., -3., -3.), (3., 13., 3., -3.)]
            {
                pen.line(&[(x + inwards, y), (x, y), (x, y + down)]);
            }
        }
        Icon::Branch => {
            pen.ring((4.5, 3.5), 1.7);
            pen.ring((4.5, 12.5), 1.7);
            pen.ring((11.5, 5.5), 1.7);
            pen.line(&[(4.5, 5.2), (4.5, 10.8)]);
            pen.line(&[(11.5, 7.2), (10.6, 8.6), (8.6, 9.2), (6.2, 9.6), (4.8, 10.8)]);
        }
        Icon::Down => pen.line(&[(4.5, 6.5), (8., 10.), (11.5, 6.5)]),
        Icon::Left => pen.line(&[(9.5, 4.5), (6., 8.), (9.5, 11.5)]),
        Icon::Right => pen.line(&[(6.5, 4.5), (10., 8.), (6.5, 11.5)]),
        Icon::Import => {
            pen.line(&[(8., 2.), (8., 10.)]);
            pen.line(&[(4.8, 7.), (8., 10.2), (11.2, 7.)]);
            pen.line(&[(2.5, 11.), (2.5, 14.), (13.5, 14.), (13.5, 11.)]);
        }
        Icon::Bin => {
            pen.line(&[(2.5, 4.), (13.5, 4.)]);
            pen.line(&[(6., 4.), (6., 2.2), (10., 2.2), (10., 4.)]);
            pen.line(&[(3.8, 4.), (4.5, 14.), (11.5, 14.), (12.2, 4.)]);
        }
        Icon::Tick => pen.line(&[(3., 8.5), (6.5, 12.), (13., 4.5)]),
        Icon::Warning => {
            pen.line(&[(8., 2.), (14.8, 13.6), (1.2, 13.6), (8., 2.)]);
            pen.line(&[(8., 6.4), (8., 9.6)]);
            pen.dot((8., 11.6), 0.9);
        }
        Icon::Save => {
            pen.line(&[(8., 2.), (8., 10.)]);
            pen.line(&[(4.8, 7.), (8., 10.2), (11.2, 7.)]);
            pen.line(&[(2.5, 10.5), (2.5, 13.5), (13.5, 13.5), (13.5, 10.5)]);
        }
        Icon::Eye => {
            pen.line(&[(1.5, 8.), (4., 5.), (8., 3.6), (12., 5.), (14.5, 8.)]);
            pen.line(&[(1.5, 8.), (4., 11.), (8., 12.4), (12., 11.), (14.5, 8.)]);
            pen.ring((8., 8.), 2.);
            pen.line(&[(3., 13.5), (13., 2.5)]);
        }
        Icon::Close => {
            pen.line(&[(4., 4.), (12., 12.)]);
            pen.line(&[(12., 4.), (4., 12.)]);
        }
        Icon::Pen => {
            pen.line(&[(3., 13.), (3.6, 10.2), (10.8, 3.), (13., 5.2), (5.8, 12.4), (3., 13.)]);
            pen.line(&[(9.3, 4.6), (11.4, 6.7)]);
        }
    }
}

/// A pen on the icon's grid.
struct Pen<'a> {
    painter: &'a Painter,
    origin: Pos2,
    scale: f32,
    colour: Color32,
}

impl Pen<'_> {
    fn at(&self, (x, y): (f32, f32)) -> Pos2 {
        self.origin + vec2(x, y) * self.scale
    }

    fn stroke(&self) -> Stroke {
        Stroke::new(1.4 * self.scale, self.colour)
    }

    fn line(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|&p| self.at(p)).collect();
        self.painter.add(Shape::line(points, self.stroke()));
    }

    fn filled(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|&p| self.at(p)).collect();
        self.painter.add(Shape::convex_polygon(points, self.colour, Stroke::NONE));
    }

    fn ring(&self, centre: (f32, f32), radius: f32) {
        self.painter.circle_stroke(self.at(centre), radius * self.scale, self.stroke());
    }

    fn dot(&self, centre: (f32, f32), radius: f32) {
        self.painter.circle_filled(self.at(centre), radius * self.scale, self.colour);
    }
}
