//! Parts of the screen that a lesson points at: where they stand, and which of them are lit or hidden.
//!
//! Stations say with [`part`] where a part was painted; that is kept with the window until the next frame.

use crate::app::theme::Look;
use crate::lesson::Part;
use egui::{Context, Id, LayerId, Order, Rect, StrokeKind, Ui};

/// What of the next token's odds is covered, so that a bet comes before the answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Veil {
    #[default]
    Nothing,
    /// What comes of the scores.
    Odds,
    All,
}

/// What a lesson does to the screen.
#[derive(Debug, Clone, Default)]
pub struct Staging {
    /// Parts that are outlined, and controls that are out of sight, as the names of its file.
    pub marks: Vec<String>,
    pub hidden: Vec<String>,
    pub veil: Veil,
    /// Whether a search would give away what is bet on.
    pub locks_search: bool,
}

/// What is known of the parts in this frame.
#[derive(Debug, Clone, Default)]
struct Parts {
    /// Whether a lesson is open: otherwise nothing is kept.
    watched: bool,
    places: Vec<(Part, Rect)>,
    /// Parts that this view does not paint: the stage stands for them if a word about them is pointed at.
    elsewhere: Vec<Part>,
    hidden: Vec<Part>,
    marked: Vec<Part>,
    /// The parts whose words are under the pointer, and those that the pointer itself is over.
    lit: Vec<Part>,
    pointed: Vec<Part>,
    veil: Veil,
    locks_search: bool,
}

fn with<T>(ctx: &Context, change: impl FnOnce(&mut Parts) -> T) -> T {
    ctx.data_mut(|data| change(data.get_temp_mut_or_default(Id::unique("parts of the screen"))))
}

/// Begins a frame: what the lesson that is open does to the screen.
pub fn renew(ctx: &Context, lesson: Option<&Staging>) {
    let pointer = ctx.pointer_hover_pos();
    with(ctx, |parts| {
        let read =
            |names: &[String]| names.iter().filter_map(|name| Part::of(name)).collect::<Vec<_>>();
        let under = |(part, rect): &(Part, Rect)| {
            pointer.is_some_and(|at| rect.contains(at)).then_some(*part)
        };
        parts.pointed = parts.places.iter().filter_map(under).collect();
        parts.places.clear();
        parts.elsewhere.clear();
        parts.lit.clear();
        parts.watched = lesson.is_some();
        let none = Staging::default();
        let staging = lesson.unwrap_or(&none);
        (parts.marked, parts.hidden) = (read(&staging.marks), read(&staging.hidden));
        (parts.veil, parts.locks_search) = (staging.veil, staging.locks_search);
    });
}

/// What is covered until the learner has bet.
pub fn veil(ctx: &Context) -> Veil {
    with(ctx, |parts| parts.veil)
}

/// Says where a part stands.
pub fn part(ui: &Ui, part: Part, rect: Rect) {
    // What is scrolled out of sight has no outline.
    let rect = rect.intersect(ui.clip_rect());
    with(ui.ctx(), |parts| {
        if parts.watched && rect.is_positive() {
            parts.places.push((part, rect));
        }
    });
}

/// What of the screen stands for a part that is not painted in this view: the stage as a whole.
pub fn part_at_least(ui: &Ui, part: Part, rect: Rect) {
    with(ui.ctx(), |parts| {
        if parts.watched && parts.places.iter().all(|(placed, _)| *placed != part) {
            parts.places.push((part, rect));
            parts.elsewhere.push(part);
        }
    });
}

/// Whether the lesson has put a control out of sight.
pub fn is_hidden(ctx: &Context, part: Part) -> bool {
    with(ctx, |parts| parts.hidden.contains(&part))
}

/// Whether a search has to wait for the lesson's bet.
pub fn search_waits(ctx: &Context) -> bool {
    with(ctx, |parts| parts.locks_search)
}

/// Whether a lesson is open.
pub fn is_led(ctx: &Context) -> bool {
    with(ctx, |parts| parts.watched)
}

/// Whether the lesson points at a part.
pub fn is_marked(ctx: &Context, part: Part) -> bool {
    with(ctx, |parts| parts.marked.contains(&part))
}

/// A word that means this part is under the pointer.
pub(super) fn light(ctx: &Context, part: Part) {
    with(ctx, |parts| parts.lit.push(part));
}

/// Whether the pointer is over the part of this name.
pub(super) fn is_pointed_at(ctx: &Context, name: &str) -> bool {
    Part::of(name).is_some_and(|part| with(ctx, |parts| parts.pointed.contains(&part)))
}

/// Outlines what is marked or lit, over everything else.
pub fn paint_marks(ui: &Ui, look: &Look) {
    let shown = with(ui.ctx(), |parts| {
        let marked = |part: &Part| parts.marked.contains(part) && !parts.elsewhere.contains(part);
        let loud = |part: &Part| parts.lit.contains(part) || marked(part);
        let places = parts.places.iter().filter(|(part, _)| loud(part));
        places.map(|(part, rect)| (*rect, parts.lit.contains(part))).collect::<Vec<_>>()
    });
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Middle, Id::unique("marks")));
    for (rect, lit) in shown {
        let rect = rect.expand(4.0);
        let stroke = (if lit { 2.5 } else { 1.5 }, look.colours().text1);
        painter.rect_stroke(rect, 8.0, stroke, StrokeKind::Outside);
        // Two corners as well: an outline alone is lost among cards.
        for corner in [rect.left_top(), rect.right_bottom()] {
            painter.circle_filled(corner, 3.5, look.colours().text1);
        }
    }
}
