//! What a row takes from others: weights times values, their mixture, and what the head writes of
//! it to the stream.

use super::numerals::{cell_row, largest, run, signed_legend, title};
use super::steps::Step;
use super::{State, View};
use crate::app::numbers;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{Chip, ChipState, Edge, chip_at, put};
use crate::app::words::fill;
use crate::interpret::{head_write, weighted_value};
use crate::nn::Name;
use egui::{Align2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Numbers with what they are.
struct Taken {
    key: usize,
    weight: f32,
    value: Vec<f32>,
}

/// All rows that are not shown by themselves, together.
struct Others {
    count: usize,
    weight: f32,
    value: Vec<f32>,
}

/// Paints the card's second side.
pub fn values(ui: &Ui, view: &View, state: &State, head: Rect, rest: Rect) {
    let s = view.scale();
    let focus = view.focus;
    let text = fill(view.ctx.words.row_mixes, &[&focus.row]);
    title(ui.painter(), view, head, &text, None);
    let most = (rest.height() / (19.0 * s)).floor().max(4.0) as usize;
    let high = rest.height() / most as f32;
    let (taken, others) = taken(view, most - 2);
    let z = view.sight.reading.head_row(Name::Z(focus.block), focus.row, focus.head);
    name(ui, view, &text, &taken);
    if !state.is_done(Step::Mix) {
        return;
    }
    let rows = taken.iter().flat_map(|taken| &taken.value);
    let rest_of_rows = others.iter().flat_map(|others| &others.value);
    let end = largest(rows.chain(rest_of_rows).chain(z));
    let line = |i: usize| {
        Rect::from_min_size(
            pos2(rest.left(), rest.top() + i as f32 * high),
            vec2(rest.width(), high),
        )
    };
    for (i, taken) in taken.iter().enumerate() {
        take(ui, view, line(i), taken, end);
    }
    let mut next = taken.len();
    if let Some(others) = others {
        other_rows(ui, view, line(next), &others, end);
        next += 1;
    }
    mixture(ui, view, line(next), z, end);
    if state.is_done(Step::Add) {
        written(ui, view, line(next + 1));
    }
}

/// What is taken from the rows that are read most, and from all others together.
fn taken(view: &View, most: usize) -> (Vec<Taken>, Option<Others>) {
    let focus = view.focus;
    let reading = &view.sight.reading;
    let weights = reading.weights(focus.block, focus.head, focus.row);
    let mut keys: Vec<usize> = (0..weights.len().min(focus.row + 1)).collect();
    keys.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]));
    let shown = if keys.len() > most { most - 1 } else { keys.len() };
    let value = |key: usize| weighted_value(reading, focus.block, focus.head, focus.row, key);
    let (first, rest) = keys.split_at(shown);
    let others = (!rest.is_empty()).then(|| {
        let mut sum = vec![0.0; reading.config.head_width()];
        for &key in rest {
            sum.iter_mut().zip(value(key)).for_each(|(sum, value)| *sum += value);
        }
        let weight = rest.iter().map(|&key| weights[key]).sum();
        Others { count: rest.len(), weight, value: sum }
    });
    let taken = |&key: &usize| Taken { key, weight: weights[key], value: value(key) };
    (first.iter().map(taken).collect(), others)
}

/// Where the cells of a line stand, and where a legend may stand beside them.
fn places(view: &View, line: Rect) -> (Rect, Rect) {
    let s = view.scale();
    let cells = Rect::from_min_max(
        pos2(line.left() + 172.0 * s, line.top() + 2.0),
        pos2(line.right() - 150.0 * s, line.bottom() - 2.0),
    );
    let bar = Rect::from_min_size(
        pos2(cells.right() + 60.0 * s, line.center().y - 4.0),
        vec2(40.0 * s, 8.0),
    );
    (cells, bar)
}

fn take(ui: &Ui, view: &View, line: Rect, taken: &Taken, end: f32) {
    let (colours, s) = (view.ctx.look.colours(), view.scale());
    let y = line.center().y;
    let piece = view.ctx.piece(view.sight.reading.ids[taken.key]);
    let chip = Chip { height: (line.height() / s - 2.0).min(20.0), ..Chip::SMALL }.times(s);
    let state = if taken.key == view.focus.key { ChipState::Locked } else { ChipState::Rest };
    let at = chip_at(
        ui.painter(),
        &view.ctx.look,
        chip,
        &piece,
        (Edge::Left(line.left()), y),
        70.0 * s,
        state,
    );
    let font = Type::NumberTiny.scaled(s);
    let place = pos2(at.right() + 6.0 * s, y);
    put(ui.painter(), place, Align2::LEFT_CENTER, &taken.key.to_string(), font, colours.text3);
    weight(ui, view, line, taken.weight);
    cell_row(ui.painter(), view, places(view, line).0, &taken.value, end);
}

/// A weight before its row of cells.
fn weight(ui: &Ui, view: &View, line: Rect, weight: f32) {
    let (colours, s) = (view.ctx.look.colours(), view.scale());
    let font = Type::NumberSmall.scaled(s);
    let at = pos2(line.left() + 162.0 * s, line.center().y);
    let text = format!("{} × v", numbers::probability(weight));
    put(ui.painter(), at, Align2::RIGHT_CENTER, &text, font, colours.text_of(Part::Attention));
}

fn other_rows(ui: &Ui, view: &View, line: Rect, others: &Others, end: f32) {
    let (words, colours, s) = (view.ctx.words, view.ctx.look.colours(), view.scale());
    let font = Type::Caption.scaled(s);
    let text = fill(words.other_rows, &[&others.count]);
    put(ui.painter(), line.left_center(), Align2::LEFT_CENTER, &text, font, colours.text3);
    weight(ui, view, line, others.weight);
    cell_row(ui.painter(), view, places(view, line).0, &others.value, end);
}

/// The sum of all above: what the head found for this row.
fn mixture(ui: &Ui, view: &View, line: Rect, z: &[f32], end: f32) {
    let (words, colours, s) = (view.ctx.words, view.ctx.look.colours(), view.scale());
    let (cells, bar) = places(view, line);
    let above = Stroke::new(1.0, colours.line2);
    ui.painter().hline(line.left()..=cells.right(), line.top().round(), above);
    let ink = colours.text_of(Part::Value);
    let runs = vec![
        ("z".into(), Type::NumberLarge.scaled(s), ink, 1.0),
        (view.focus.row.to_string(), Type::NumberTiny.scaled(s), ink, -3.0 * s),
        (format!("  {}", words.mixture), Type::Label.scaled(s), colours.text1, 0.0),
    ];
    run(ui.painter(), line.left_center(), runs);
    cell_row(ui.painter(), view, cells, z, end);
    signed_legend(ui.painter(), view, bar, end);
}

/// The head's write, which joins the residual stream of this row.
fn written(ui: &Ui, view: &View, line: Rect) {
    let (words, colours, s) = (view.ctx.words, view.ctx.look.colours(), view.scale());
    let focus = view.focus;
    let parameters = &view.sight.model.model.parameters;
    let write = head_write(&view.sight.reading, parameters, focus.block, focus.head, focus.row);
    let (cells, bar) = places(view, line);
    let ink = colours.text_of(Part::Residual);
    let runs = vec![
        ("z·W".into(), Type::NumberLarge.scaled(s), ink, 1.0),
        ("O".into(), Type::NumberTiny.scaled(s), ink, -3.0 * s),
        (format!("  {}", words.to_the_stream), Type::Label.scaled(s), colours.text1, 0.0),
    ];
    run(ui.painter(), line.left_center(), runs);
    let end = largest(&write);
    // A wide stream has more numbers than there are points: each cell shows its largest.
    let most = (cells.width() / 2.0).max(1.0) as usize;
    let loudest = |part: &[f32]| {
        part.iter().copied().fold(0.0, |a: f32, b: f32| if b.abs() > a.abs() { b } else { a })
    };
    let shown: Vec<f32> = write.chunks(write.len().div_ceil(most).max(1)).map(loudest).collect();
    cell_row(ui.painter(), view, cells, &shown, end);
    signed_legend(ui.painter(), view, bar, end);
    let response = ui.interact(line, ui.scope_id().with("written"), Sense::hover());
    let length = write.iter().map(|x| x * x).sum::<f32>().sqrt();
    let text = format!("{}: {}", words.written_to_stream, numbers::signed(length));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
}

/// What a screen reader says of the card.
fn name(ui: &Ui, view: &View, title: &str, taken: &[Taken]) {
    let response = ui.interact(view.layout.card, ui.scope_id().with("values"), Sense::hover());
    let weights: Vec<String> = taken
        .iter()
        .map(|t| format!("{} {} × v", view.token(t.key), numbers::probability(t.weight)))
        .collect();
    let text = format!("{title}: {}", weights.join(", "));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
}
