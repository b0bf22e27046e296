//! The terms of which a number is the sum, the largest first.

use super::View;
use crate::app::numbers;
use crate::app::theme::{ColourMap, Type};
use crate::app::widgets::{focus_ring, paragraph, put};
use crate::app::words::fill;
use crate::interpret::provenance::{Cell, Expr};
use egui::{Align2, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

/// The height of a row.
const ROW: f32 = 24.0;

/// One line of the list.
struct Term {
    /// Its place in the sum.
    place: usize,
    cells: Vec<Cell>,
    value: f64,
}

/// Paints the list; returns the number that was clicked.
pub fn terms(ui: &mut Ui, view: &View) -> Option<Cell> {
    let (words, colours) = (&view.ctx.words.behind, view.ctx.look.colours());
    let expr = view.formula.expr.as_ref()?;
    let value = |cell: Cell| view.numbers.value(cell).unwrap_or(f64::NAN);
    let term = |(place, term): (usize, &Expr)| Term {
        place,
        cells: term.cells(),
        value: term.evaluate(&value),
    };
    let mut terms: Vec<Term> = match expr.long_sum() {
        Some(sum) => sum.iter().enumerate().map(term).collect(),
        None => {
            let single = |(place, cell): (usize, Cell)| Term {
                place,
                cells: vec![cell],
                value: value(cell),
            };
            expr.cells().into_iter().enumerate().map(single).collect()
        }
    };
    terms.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
    let end = terms.first().map_or(1e-9, |term| term.value.abs()).max(1e-9);
    let title = fill(words.terms, &[&terms.len()]);
    paragraph(ui, &title, Type::Label, colours.text1);
    ui.add_space(4.0);
    let mut clicked = None;
    let scroll = ScrollArea::vertical().id_salt("terms").auto_shrink(false);
    let high = ROW * view.ctx.look.scale;
    ui.spacing_mut().item_spacing.y = 0.0;
    scroll.show_rows(ui, high, terms.len(), |ui, range| {
        for term in terms.get(range).unwrap_or(&[]) {
            let size = vec2(ui.available_width() - 12.0, high);
            let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
            clicked = line(ui, view, term, rect, end).or(clicked);
        }
    });
    clicked
}

/// One term: its place, its factors, its value with a bar.
fn line(ui: &Ui, view: &View, term: &Term, rect: Rect, end: f64) -> Option<Cell> {
    let (colours, s) = (view.ctx.look.colours(), view.ctx.look.scale);
    let painter = ui.painter();
    let y = rect.center().y;
    let font = Type::NumberTiny.scaled(s);
    let at = pos2(rect.left() + 32.0 * s, y);
    let place = term.place.to_string();
    put(painter, at, Align2::RIGHT_CENTER, &place, font.clone(), colours.text3);
    let mut x = rect.left() + 40.0 * s;
    let mut clicked = None;
    for (i, cell) in term.cells.iter().take(2).enumerate() {
        if i > 0 {
            put(
                painter,
                pos2(x + 3.0 * s, y),
                Align2::LEFT_CENTER,
                "\u{b7}",
                font.clone(),
                colours.text3,
            );
            x += 12.0 * s;
        }
        let place =
            Rect::from_min_size(pos2(x, rect.top() + 2.0), vec2(66.0 * s, rect.height() - 4.0));
        let id = ui.scope_id().with(("term", term.place, i));
        let response = ui.interact(place, id, Sense::click());
        let name = view.spoken(*cell);
        response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &name));
        let ground = if response.hovered() { colours.press } else { colours.hover };
        painter.rect_filled(place, 4.0, ground);
        let number = view.numbers.value(*cell).unwrap_or(f64::NAN);
        let text = numbers::digits(number, 4);
        let at = pos2(place.right() - 5.0 * s, y);
        let mono = Type::NumberSmall.scaled(s);
        put(painter, at, Align2::RIGHT_CENTER, &text, mono, colours.text1);
        focus_ring(ui, &view.ctx.look, place, 4.0, &response);
        if response.clicked() {
            clicked = Some(*cell);
        }
        response.on_hover_text(name);
        x = place.right() + 4.0 * s;
    }
    if term.cells.len() > 1 || view.formula.expr.as_ref().is_some_and(|e| e.long_sum().is_some()) {
        let share = (term.value / end) as f32;
        let room = (rect.right() - 70.0 * s - x - 8.0 * s).max(4.0);
        let bar = Rect::from_min_size(
            pos2(x + 8.0 * s, y - 3.0 * s),
            vec2((room * share.abs()).max(2.0), 6.0 * s),
        );
        let colour = view.ctx.look.map(ColourMap::Signed, 0.75_f32.copysign(share));
        painter.rect_filled(bar, 2.0, colour);
        let text = numbers::digits(term.value, 4);
        let mono = Type::NumberSmall.scaled(s);
        put(painter, pos2(rect.right(), y), Align2::RIGHT_CENTER, &text, mono, colours.text1);
    }
    clicked
}
