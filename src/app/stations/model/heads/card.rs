//! The card of one cell: how its weight comes about, from the numbers that were recorded.

use super::layout::Form;
use super::numerals::{Runs, cell_row, largest, largest_apart, run, run_width, title};
use super::steps::Step;
use super::{State, View, values};
use crate::app::numbers;
use crate::app::theme::{ColourMap, Part, Type};
use crate::app::widgets::{put, tabs, width};
use crate::app::words::fill;
use crate::interpret::{products, root, softmax_at};
use crate::nn::Name;
use egui::{
    Align, Align2, Layout as Flow, Mesh, Painter, Rect, Role, Sense, Shape, Stroke, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};

/// Paints the card.
pub fn card(ui: &mut Ui, view: &View, state: &mut State) {
    let (colours, s) = (view.ctx.look.colours(), view.scale());
    let card = view.layout.card;
    ui.painter().rect_filled(card, 10.0, colours.panel);
    let inside = match view.layout.form {
        Form::Full => card.shrink2(vec2(20.0, 14.0) * s),
        Form::Tight | Form::Line => card.shrink2(vec2(16.0, 8.0) * s),
    };
    let head = inside.with_max_y(inside.top() + 26.0 * s);
    let right = choice(ui, view, state, head);
    let title = head.with_max_x(right - 12.0 * s);
    let rest = inside.with_min_y(head.bottom() + 4.0 * s);
    if state.mixing && view.layout.form != Form::Line {
        values::values(ui, view, state, title, rest);
    } else {
        Cell::read(view, state).paint(ui, title, rest);
    }
}

/// How much, or what it brings; returns where it begins.
fn choice(ui: &mut Ui, view: &View, state: &mut State, head: Rect) -> f32 {
    if view.layout.form == Form::Line {
        return head.right();
    }
    let words = view.ctx.words;
    let place =
        UiBuilder::new().max_rect(head).layout(Flow::right_to_left(Align::Center)).id_salt("card");
    let shown = ui.scope_builder(place, |ui| {
        // Right to left, so the last comes first.
        let labels = [words.what_it_brings, words.how_much];
        if let Some(chosen) = tabs(ui, &view.ctx.look, &labels, usize::from(!state.mixing)) {
            state.mixing = chosen == 0;
        }
        ui.min_rect().left()
    });
    shown.inner
}

/// One cell of the pattern, taken apart.
struct Cell<'a> {
    view: &'a View<'a>,
    state: &'a State,
    query: &'a [f32],
    key: &'a [f32],
    products: Vec<f32>,
    /// Their sum over √(head width), as recorded or, behind the mask, computed.
    score: f32,
    root: f32,
}

impl<'a> Cell<'a> {
    fn read(view: &'a View, state: &'a mut State) -> Self {
        let (reading, focus) = (&view.sight.reading, view.focus);
        let data = state.data.of(view);
        let scaled = data.value(reading, super::data::Kind::Scale, focus.row, focus.key);
        Self {
            view,
            state,
            query: reading.head_row(Name::Q(focus.block), focus.row, focus.head),
            key: reading.head_row(Name::K(focus.block), focus.key, focus.head),
            products: products(reading, focus.block, focus.head, focus.row, focus.key),
            score: scaled.unwrap_or(0.0),
            root: root(reading),
        }
    }

    fn scale(&self) -> f32 {
        self.view.scale()
    }

    fn is_hidden(&self) -> bool {
        self.view.focus.key > self.view.focus.row
    }

    fn paint(&self, ui: &Ui, title_place: Rect, rest: Rect) {
        let (words, focus, s) = (self.view.ctx.words, self.view.focus, self.scale());
        let end = largest(self.query.iter().chain(self.key));
        let text = fill(words.one_cell, &[&focus.row, &focus.key]);
        let is_line = self.view.layout.form == Form::Line;
        title(ui.painter(), self.view, title_place, &text, (!is_line).then_some(end));
        self.name(ui, &text);
        if is_line {
            self.formulas_in_line(ui.painter(), rest);
            return;
        }
        let full = self.view.layout.form == Form::Full;
        let formulas = rest.with_min_x(rest.right() - if full { 236.0 } else { 206.0 } * s);
        let colours = self.view.ctx.look.colours();
        let line = Stroke::new(1.0, colours.line1);
        ui.painter().vline(formulas.left().round(), rest.y_range(), line);
        self.formulas(ui.painter(), formulas.with_min_x(formulas.left() + 20.0 * s));
        // The longest label says how the products came about; it differs with the language.
        let note = fill(words.n_largest_named, &[&self.products.len()]);
        let note = width(ui.painter(), &note, Type::Caption.scaled(s));
        let labels = (if full { 42.0 } else { 0.0 } * s + note + 14.0 * s).max(112.0 * s);
        let high = if full { 30.0 } else { 20.0 } * s;
        let cells = |top: f32, height: f32| {
            Rect::from_min_size(
                pos2(rest.left() + labels, top),
                vec2(formulas.left() - 20.0 * s - rest.left() - labels, height),
            )
        };
        let (q, k) = (cells(rest.top(), high), cells(rest.top() + high + 6.0 * s, high));
        let bars = cells(k.bottom() + 4.0 * s, rest.bottom() - k.bottom() - 4.0 * s);
        if self.state.is_done(Step::Vectors) {
            cell_row(ui.painter(), self.view, q, self.query, end);
            cell_row(ui.painter(), self.view, k, self.key, end);
        }
        if self.state.is_done(Step::Score) {
            self.bars(ui.painter(), bars);
        }
        self.labels(ui, rest.left(), (q, k, bars));
    }

    /// What a screen reader says of the card.
    fn name(&self, ui: &Ui, title: &str) {
        let response =
            ui.interact(self.view.layout.card, ui.scope_id().with("one cell"), Sense::hover());
        let formulas = self.lines().map(|(caption, runs)| {
            let text: String = runs.into_iter().map(|(text, ..)| text).collect();
            format!("{caption}: {text}")
        });
        let text = format!("{title}. {}", formulas.join(". "));
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    }

    /// The names of the rows, at the left; under the pointer, the numbers of one column.
    fn labels(&self, ui: &Ui, left: f32, (q, k, bars): (Rect, Rect, Rect)) {
        let (words, colours) = (self.view.ctx.words, self.view.ctx.look.colours());
        let (focus, s) = (self.view.focus, self.scale());
        let full = self.view.layout.form == Form::Full;
        let rows = [
            (q, "q", focus.row, Part::Query, words.query),
            (k, "k", focus.key, Part::Key, words.key),
        ];
        for (place, letter, row, part, name) in rows {
            let ink = colours.text_of(part);
            let (big, small) = (Type::NumberHuge.scaled(s), Type::NumberTiny.scaled(s));
            let big = if full { big } else { Type::NumberLarge.scaled(s) };
            let y = place.center().y;
            let runs =
                vec![(letter.into(), big, ink, 2.0 * s), (row.to_string(), small, ink, -4.0 * s)];
            run(ui.painter(), pos2(left, y), runs);
            let x = left + 42.0 * s;
            let up = if full { 7.0 * s } else { 0.0 };
            let font = Type::Label.scaled(s);
            put(ui.painter(), pos2(x, y - up), Align2::LEFT_CENTER, name, font, colours.text1);
            if full {
                let room = Rect::from_x_y_ranges(x..=place.left() - 6.0 * s, place.y_range());
                let inside = ui.painter().with_clip_rect(room.expand2(vec2(0.0, 8.0)));
                let token = self.view.token(row);
                let font = Type::TokenSmall.scaled(s);
                let at = pos2(x, y + 8.0 * s);
                put(&inside, at, Align2::LEFT_CENTER, &token, font, colours.text3);
            }
        }
        let x = left + if full { 42.0 * s } else { 0.0 };
        let y = bars.bottom() - if full { 22.0 } else { 18.0 } * s;
        let font = Type::Label.scaled(s);
        let at = pos2(x, y);
        put(ui.painter(), at, Align2::LEFT_CENTER, words.products, font, colours.text1);
        let note = self.pointed(ui, q.union(bars));
        let note = note.unwrap_or_else(|| fill(words.n_largest_named, &[&self.products.len()]));
        let at = pos2(x, y + 14.0 * s);
        let font = Type::Caption.scaled(s);
        put(ui.painter(), at, Align2::LEFT_CENTER, &note, font, colours.text3);
    }

    /// The product under the pointer, in numbers; frames its column.
    fn pointed(&self, ui: &Ui, area: Rect) -> Option<String> {
        let at = ui.input(|input| input.pointer.hover_pos())?;
        if !area.contains(at) || !ui.clip_rect().contains(at) {
            return None;
        }
        let pitch = area.width() / self.products.len().max(1) as f32;
        let i = ((at.x - area.left()) / pitch) as usize;
        let (q, k) = (self.query.get(i)?, self.key.get(i)?);
        let column = Rect::from_min_size(
            pos2(area.left() + i as f32 * pitch - 1.0, area.top()),
            vec2(pitch, area.height()),
        );
        let stroke = Stroke::new(1.0, self.view.ctx.look.colours().text2);
        ui.painter().rect_stroke(column, 3.0, stroke, egui::StrokeKind::Middle);
        let [q, k, product] = [*q, *k, q * k].map(numbers::short);
        Some(format!("{q} × {k} = {product}"))
    }

    /// The products as bars from a line at zero, the largest with their numbers.
    fn bars(&self, painter: &Painter, place: Rect) {
        let (look, s) = (&self.view.ctx.look, self.scale());
        let colours = look.colours();
        let pitch = place.width() / self.products.len().max(1) as f32;
        let up = self.products.iter().copied().fold(0.0, f32::max);
        let down = self.products.iter().copied().fold(0.0, f32::min);
        let font = Type::NumberTiny.scaled(s);
        let label = 14.0 * s;
        let wide = width(painter, "+0.00", font.clone()) + 4.0;
        let named = largest_apart(&self.products, 6, pitch, wide);
        let below = named.iter().any(|&i| self.products[i] < 0.0);
        let room = place.height() - label - if below { label } else { 2.0 };
        let unit = room / (up - down).max(1e-6);
        let zero = (place.top() + label + up * unit).round();
        let mut mesh = Mesh::default();
        for (i, &product) in self.products.iter().enumerate() {
            let x = place.left() + (i as f32 + 0.5) * pitch;
            let half = ((pitch - 4.0) / 2.0).clamp(1.0, 11.0 * s);
            let y = zero - product * unit;
            let (top, bottom) = (y.min(zero), y.max(zero));
            let colour = look.map(ColourMap::Signed, 0.7 * product.signum());
            let bar = Rect::from_min_max(
                pos2((x - half).round(), top),
                pos2((x + half).round(), bottom.max(top + 1.0)),
            );
            mesh.add_colored_rect(bar, colour);
        }
        painter.hline(place.x_range(), zero, Stroke::new(1.0, colours.line2));
        painter.add(Shape::mesh(mesh));
        for i in named {
            let product = self.products[i];
            let x = place.left() + (i as f32 + 0.5) * pitch;
            let y = zero - product * unit;
            let y = if product < 0.0 { y + 8.0 * s } else { y - 8.0 * s };
            let text = numbers::difference(product);
            let half = width(painter, &text, font.clone()) / 2.0;
            let x = x.clamp(place.left() + half, place.right() - half);
            put(painter, pos2(x, y), Align2::CENTER_CENTER, &text, font.clone(), colours.text1);
        }
    }

    /// The three formulas, each with what it is: sum, scale, softmax.
    fn lines(&self) -> [(String, Runs); 3] {
        let (words, colours, s) = (self.view.ctx.words, self.view.ctx.look.colours(), self.scale());
        let full = self.view.layout.form == Form::Full;
        let font = if full { Type::NumberLarge } else { Type::Number }.scaled(s);
        let small = Type::NumberTiny.scaled(s);
        let plain = |text: String| (text, font.clone(), colours.text1, 0.0);
        let part = |text: String, part| (text, font.clone(), colours.text_of(part), 0.0);
        let sum = numbers::signed(self.score * self.root);
        let score = numbers::signed(self.score);
        let width = self.query.len();
        let scaled = format!("{} ÷ √{width} = {score}", sum);
        let scaled =
            if self.score < 0.0 { format!("({sum}) ÷ √{width} = {score}") } else { scaled };
        let sum = vec![
            part("q".into(), Part::Query),
            plain(" · ".into()),
            part("k".into(), Part::Key),
            plain(format!(" = {sum}")),
        ];
        let focus = self.view.focus;
        let softmax = if self.is_hidden() {
            vec![plain(words.hidden_is_zero.into())]
        } else {
            let reading = &self.view.sight.reading;
            let scores = reading.scores(focus.block, focus.head, focus.row);
            let parts = softmax_at(scores, focus.key);
            let weights = reading.weights(focus.block, focus.head, focus.row);
            let weight = weights.get(focus.key).copied().unwrap_or(0.0);
            let shift = if parts.shift == 0.0 {
                String::new()
            } else {
                numbers::difference(-parts.shift as f32)
            };
            vec![
                plain("e".into()),
                (format!("{score}{shift}"), small, colours.text1, 5.0 * s),
                plain(format!(" ÷ {} = ", sum_of(parts.below))),
                part(numbers::probability(weight), Part::Attention),
            ]
        };
        [
            (words.sum_of_products.into(), sum),
            (words.scale_by_width.into(), vec![plain(scaled)]),
            (fill(words.softmax_over_row, &[&focus.row]), softmax),
        ]
    }

    fn formulas(&self, painter: &Painter, place: Rect) {
        let (colours, s) = (self.view.ctx.look.colours(), self.scale());
        let high = place.height() / 3.0;
        let steps = [Step::Score, Step::Scale, Step::Softmax];
        for (i, ((caption, runs), step)) in self.lines().into_iter().zip(steps).enumerate() {
            let top = place.top() + i as f32 * high;
            let font = Type::Caption.scaled(s);
            let at = pos2(place.left(), top + high * 0.26);
            put(painter, at, Align2::LEFT_CENTER, &caption, font, colours.text3);
            if self.state.is_done(step) {
                run(painter, pos2(place.left(), top + high * 0.66), runs);
            }
        }
    }

    /// The formulas side by side, as many as fit.
    fn formulas_in_line(&self, painter: &Painter, place: Rect) {
        let (colours, s) = (self.view.ctx.look.colours(), self.scale());
        let steps = [Step::Score, Step::Scale, Step::Softmax];
        let mut x = place.left();
        for ((_, runs), step) in self.lines().into_iter().zip(steps) {
            if x + run_width(painter, &runs) > place.right() || !self.state.is_done(step) {
                return;
            }
            if x > place.left() {
                let font = Type::Number.scaled(s);
                let at = pos2(x - 20.0 * s, place.center().y);
                put(painter, at, Align2::CENTER_CENTER, "→", font, colours.text3);
            }
            x = run(painter, pos2(x, place.center().y), runs) + 40.0 * s;
        }
    }
}

/// A sum of exponentials: two digits, fewer when it is large, more when it is small.
fn sum_of(sum: f64) -> String {
    match sum {
        sum if sum >= 10_000.0 => numbers::count(sum.round() as usize),
        sum if sum >= 0.1 => format!("{sum:.2}"),
        sum => format!("{sum:.6}"),
    }
}
