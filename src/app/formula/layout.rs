//! Setting a formula: pure geometry. Everything stands relative to the left end of the baseline.

use egui::{Rect, Vec2, pos2, vec2};

/// Whose colour a text has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ink {
    /// Ink of the page.
    #[default]
    Plain,
    /// Signs and brackets.
    Quiet,
    /// A part of the transformer.
    Part(crate::app::theme::Part),
}

/// A formula.
#[derive(Debug, Clone, PartialEq)]
pub enum Math {
    Text(String, Ink),
    Row(Vec<Math>),
    Fraction(Box<Math>, Box<Math>),
    /// A base with something lowered, something raised, or both.
    Script {
        base: Box<Math>,
        sub: Option<Box<Math>>,
        sup: Option<Box<Math>>,
    },
    /// A sign with something small under it.
    Under(Box<Math>, Box<Math>),
    Root(Box<Math>),
    Parens(Box<Math>),
    /// Something that can be clicked, by its number.
    Operand(usize, Box<Math>),
}

impl Math {
    /// A text in ink.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into(), Ink::Plain)
    }

    /// A sign between operands.
    pub fn sign(text: impl Into<String>) -> Self {
        Self::Text(text.into(), Ink::Quiet)
    }
}

/// Something to be painted.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A text whose left end on the baseline is here, with its size.
    Text { at: Vec2, size: f32, text: String, ink: Ink },
    /// A line through these points.
    Line(Vec<Vec2>),
    /// Where an operand stands.
    Area(usize, Rect),
}

/// A formula with everything in its place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Laid {
    pub width: f32,
    /// How far it reaches above and below the baseline.
    pub above: f32,
    pub below: f32,
    pub marks: Vec<Mark>,
}

/// How much smaller scripts are, and no text is smaller than this.
const SMALLER: f32 = 0.72;
const SMALLEST: f32 = 11.0;

impl Laid {
    /// Takes over another's marks, moved; the baseline of the other stands at `by`.
    fn take(&mut self, other: Self, by: Vec2) {
        self.width = self.width.max(by.x + other.width);
        self.above = self.above.max(other.above - by.y);
        self.below = self.below.max(other.below + by.y);
        let moved = other.marks.into_iter().map(|mark| match mark {
            Mark::Text { at, size, text, ink } => Mark::Text { at: at + by, size, text, ink },
            Mark::Line(points) => Mark::Line(points.into_iter().map(|point| point + by).collect()),
            Mark::Area(index, rect) => Mark::Area(index, rect.translate(by)),
        });
        self.marks.extend(moved);
    }

    fn rect(&self) -> Rect {
        Rect::from_min_max(pos2(0.0, -self.above), pos2(self.width, self.below))
    }
}

/// Sets a formula at a size in points; `measure` says how wide a text is at a size.
pub fn lay(math: &Math, size: f32, measure: &dyn Fn(&str, f32) -> f32) -> Laid {
    let small = (size * SMALLER).max(SMALLEST);
    let axis = size * 0.28;
    let mut laid = Laid::default();
    match math {
        Math::Text(text, ink) => {
            let mark = Mark::Text { at: Vec2::ZERO, size, text: text.clone(), ink: *ink };
            laid = Laid {
                width: measure(text, size),
                above: size * 0.78,
                below: size * 0.24,
                marks: vec![mark],
            };
        }
        Math::Row(parts) => {
            for part in parts {
                let x = laid.width;
                laid.take(lay(part, size, measure), vec2(x, 0.0));
            }
        }
        Math::Fraction(above, below) => {
            let (above, below) = (lay(above, size, measure), lay(below, size, measure));
            let width = above.width.max(below.width) + size * 0.4;
            let gap = size * 0.22;
            let up = vec2((width - above.width) / 2.0, -axis - gap - above.below);
            let down = vec2((width - below.width) / 2.0, -axis + gap + below.above);
            laid.take(above, up);
            laid.take(below, down);
            laid.marks.push(Mark::Line(vec![vec2(0.0, -axis), vec2(width, -axis)]));
            laid.width = width + size * 0.1;
        }
        Math::Script { base, sub, sup } => {
            laid.take(lay(base, size, measure), Vec2::ZERO);
            let (x, top) = (laid.width + size * 0.04, laid.above);
            if let Some(sub) = sub {
                laid.take(lay(sub, small, measure), vec2(x, size * 0.26));
            }
            if let Some(sup) = sup {
                let sup = lay(sup, small, measure);
                let y = (top - size * 0.34 + sup.below * 0.2).max(size * 0.38);
                laid.take(sup, vec2(x, -y));
            }
        }
        Math::Under(sign, below) => {
            let (sign, below) = (lay(sign, size * 1.3, measure), lay(below, small, measure));
            let width = sign.width.max(below.width);
            let at = vec2((width - below.width) / 2.0, sign.below + below.above * 0.9);
            let over = vec2((width - sign.width) / 2.0, 0.0);
            laid.take(sign, over);
            laid.take(below, at);
        }
        Math::Root(inner) => {
            let inner = lay(inner, size, measure);
            let (hook, air) = (size * 0.55, size * 0.14);
            let (top, bottom) = (-inner.above - air, inner.below);
            let right = hook + inner.width + air;
            laid.take(inner, vec2(hook, 0.0));
            laid.marks.push(Mark::Line(vec![
                vec2(0.0, -size * 0.3),
                vec2(hook * 0.3, -size * 0.36),
                vec2(hook * 0.55, bottom),
                vec2(hook * 0.85, top),
                vec2(right, top),
            ]));
            (laid.width, laid.above) = (right + size * 0.08, laid.above + air + 1.0);
        }
        Math::Parens(inner) => {
            let inner = lay(inner, size, measure);
            let wide = size * 0.34;
            let (top, bottom) = (-inner.above, inner.below);
            let right = wide + inner.width;
            laid.take(inner, vec2(wide, 0.0));
            laid.marks.push(bracket(wide * 0.75, wide * 0.25, top, bottom));
            laid.marks.push(bracket(right + wide * 0.25, right + wide * 0.75, top, bottom));
            laid.width = right + wide;
        }
        Math::Operand(index, inner) => {
            laid = lay(inner, size, measure);
            laid.marks.push(Mark::Area(*index, laid.rect()));
        }
    }
    laid
}

/// A round bracket whose ends stand at `ends` and whose middle at `middle`.
fn bracket(ends: f32, middle: f32, top: f32, bottom: f32) -> Mark {
    let point = |i: usize| {
        let share = i as f32 / 12.0;
        let bow = (share * std::f32::consts::PI).sin();
        vec2(ends + (middle - ends) * bow, top + (bottom - top) * share)
    };
    Mark::Line((0..=12).map(point).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn measure(text: &str, size: f32) -> f32 {
        text.chars().count() as f32 * size * 0.6
    }

    fn any_math() -> impl Strategy<Value = Math> {
        let leaf = "[a-z]{1,4}".prop_map(Math::text);
        leaf.prop_recursive(4, 24, 4, |inner| {
            let boxed = inner.clone().prop_map(Box::new);
            prop_oneof![
                proptest::collection::vec(inner, 1..4).prop_map(Math::Row),
                (boxed.clone(), boxed.clone()).prop_map(|(a, b)| Math::Fraction(a, b)),
                (boxed.clone(), boxed.clone()).prop_map(|(base, sub)| Math::Script {
                    base,
                    sub: Some(sub.clone()),
                    sup: Some(sub),
                }),
                (boxed.clone(), boxed.clone()).prop_map(|(a, b)| Math::Under(a, b)),
                boxed.clone().prop_map(Math::Root),
                boxed.clone().prop_map(Math::Parens),
                boxed.prop_map(|inner| Math::Operand(7, inner)),
            ]
        })
    }

    proptest! {
        #[test]
        fn everything_stands_inside_and_nothing_is_too_small(math in any_math()) {
            let laid = lay(&math, 20.0, &measure);
            let inside = laid.rect().expand(0.01);
            for mark in &laid.marks {
                match mark {
                    Mark::Text { at, size, text, .. } => {
                        prop_assert!(*size >= SMALLEST);
                        let end = at.x + measure(text, *size);
                        prop_assert!(inside.contains(at.to_pos2()) && end <= inside.right() + 0.01);
                    }
                    Mark::Line(points) => {
                        for point in points {
                            prop_assert!(inside.expand(2.0).contains(point.to_pos2()), "{point:?}");
                        }
                    }
                    Mark::Area(index, rect) => {
                        prop_assert!(*index == 7 && inside.contains_rect(*rect));
                    }
                }
            }
        }
    }

    #[test]
    fn a_fraction_stands_on_the_axis_its_parts_apart() {
        let math = Math::Fraction(Box::new(Math::text("aaa")), Box::new(Math::text("b")));
        let laid = lay(&math, 20.0, &measure);
        let [Mark::Text { at: above, .. }, Mark::Text { at: below, .. }, Mark::Line(line)] =
            laid.marks.as_slice()
        else {
            panic!("{:?}", laid.marks);
        };
        assert!(above.y < line[0].y && line[0].y < below.y - 20.0 * 0.7);
        assert!(below.x > above.x, "the shorter one is centred");
        assert!(laid.above > 20.0 && laid.below > 10.0);
    }
}
