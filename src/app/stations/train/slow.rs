//! One step, taken slowly: forward, loss, backward, clipping, and the update of one weight.

use super::main_button;
use super::sparks::scientific;
use crate::app::context::{Action, Context};
use crate::app::lesson::{is_hidden, part};
use crate::app::numbers;
use crate::app::piece::Piece;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{
    Chip, ChipState, Edge, bar, chip_at, chip_width, named, paragraph, put, segmented,
};
use crate::app::words::fill;
use crate::lesson::Part as Named;
use crate::lesson::action::Half;
use crate::session::training::{Order, Watch};
use crate::train::{StepRecord, Term};
use egui::{
    Align2, ComboBox, DragValue, Mesh, Rect, Role, ScrollArea, Sense, Ui, Vec2, pos2, vec2,
};
use std::sync::Arc;

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    pub phase: usize,
    /// The tensor and the number in it whose update is shown.
    tensor: usize,
    number: usize,
}

/// Terms of a gradient that are shown one by one.
const TERMS: usize = 8;

/// The phases, in the order of their tabs.
const LOSS: usize = 1;
const BACKWARD: usize = 2;
const UPDATE: usize = 4;

impl State {
    /// Turns to a part of the step.
    pub fn show(&mut self, half: Half) {
        self.phase = match half {
            Half::Forward => LOSS,
            Half::Backward => BACKWARD,
            Half::Update => UPDATE,
        };
    }

    /// How far the step is shown.
    pub fn half(&self) -> Half {
        match self.phase {
            ..BACKWARD => Half::Forward,
            BACKWARD..UPDATE => Half::Backward,
            _ => Half::Update,
        }
    }
}

pub fn stage(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    run: &Watch,
    actions: &mut Vec<Action>,
) {
    let words = ctx.words.train;
    part(ui, Named::TrainSlow, ui.max_rect());
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        if main_button(ui, ctx, words.take_step, !run.done && run.diverged.is_none()) {
            actions.push(Action::Train(Order::Record));
        }
        ui.add_space(12.0);
        let phases = [
            words.phase_forward,
            words.phase_loss,
            words.phase_backward,
            words.phase_clip,
            words.phase_update,
        ];
        if let Some(phase) = segmented(ui, &ctx.look, &phases, state.phase) {
            state.phase = phase;
        }
    });
    ui.add_space(12.0);
    let Some(record) = &ctx.session.training().record else {
        paragraph(ui, words.no_step, Type::Body, ctx.look.colours().text2);
        return;
    };
    ScrollArea::vertical().id_salt("slow").show(ui, |ui| {
        let step = fill(words.step_n, &[&numbers::count(record.report.step as usize)]);
        paragraph(ui, &step, Type::Small, ctx.look.colours().text3);
        match state.phase {
            0 => forward(ui, ctx, run, record),
            1 => losses(ui, ctx, run, record),
            2 => backward(ui, ctx, run, record),
            3 => clipping(ui, ctx, run, record),
            _ => update(ui, ctx, state, run, record),
        }
    });
}

fn explain(ui: &mut Ui, ctx: &Context, text: &str) {
    paragraph(ui, text, Type::Read, ctx.look.colours().text1);
    ui.add_space(12.0);
}

fn piece(ctx: &Context, run: &Watch, id: u32) -> Piece {
    Piece::of(Some(&run.begun.tokenizer), id, ctx.words)
}

/// Tokens one after the other in lines, each with something below it; `paint` is given its place.
fn tokens(
    ui: &mut Ui,
    ctx: &Context,
    run: &Watch,
    ids: &[u32],
    below: f32,
    mut paint: impl FnMut(&mut Ui, usize, Rect),
) {
    let most = ui.available_width();
    let mut left = f32::MAX;
    let mut line = Rect::NOTHING;
    for (i, &id) in ids.iter().enumerate() {
        let piece = piece(ctx, run, id);
        let wide = chip_width(ui.painter(), Chip::SMALL, &piece).max(34.0);
        if left + wide > most {
            line = ui.allocate_exact_size(vec2(most, 24.0 + below), Sense::hover()).0;
            left = 0.0;
        }
        let x = line.left() + left;
        let place = (Edge::Left(x), line.top() + 11.0);
        chip_at(ui.painter(), &ctx.look, Chip::SMALL, &piece, place, wide, ChipState::Rest);
        paint(ui, i, Rect::from_min_size(pos2(x, line.top() + 23.0), vec2(wide, below)));
        left += wide + 5.0;
    }
}

fn forward(ui: &mut Ui, ctx: &Context, run: &Watch, record: &StepRecord) {
    let ids = &record.sequence.tokens;
    explain(ui, ctx, &fill(ctx.words.train.forward_why, &[&run.learning.batch, &ids.len()]));
    tokens(ui, ctx, run, ids, 6.0, |_, _, _| {});
}

fn losses(ui: &mut Ui, ctx: &Context, run: &Watch, record: &StepRecord) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let mean = format!("{:.4}", record.report.train_loss);
    explain(ui, ctx, &fill(words.loss_why, &[&mean]));
    let highest = record.losses.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    // The loss belongs to the token that should have come: the one after each position.
    let targets: Vec<u32> = record.sequence.targets.iter().map(|t| t.unwrap_or_default()).collect();
    tokens(ui, ctx, run, &targets, 26.0, |ui, i, place| {
        let loss = record.losses[i];
        let share = loss / highest;
        bar(ui.painter(), place.min, place.width(), 5.0, share, colours.fill_of(Part::Gradient));
        let text = format!("{loss:.2}");
        let at = pos2(place.left(), place.top() + 14.0);
        put(ui.painter(), at, Align2::LEFT_CENTER, &text, Type::NumberTiny.font(), colours.text2);
        let response = ui.interact(place, ui.scope_id().with(("loss", i)), Sense::hover());
        let name = fill(words.loss_of, &[&piece(ctx, run, targets[i]).text, &format!("{loss:.4}")]);
        named(&response, Role::Label, true, &name);
    });
}

/// The lengths of the stream's gradient: a column for each depth, a row for each token; the gradient
/// comes in at the right.
fn backward(ui: &mut Ui, ctx: &Context, run: &Watch, record: &StepRecord) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    explain(ui, ctx, words.backward_why);
    let depths = record.stream_lengths.len().max(1);
    let rows = record.sequence.tokens.len();
    let left = 96.0;
    let column = ((ui.available_width() - left) / depths as f32).min(150.0);
    let row = 18.0;
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    for depth in 0..depths {
        let text = match depth {
            0 => words.embedding_out.to_string(),
            block => fill(words.after_block, &[&block]),
        };
        let at = pos2(head.left() + left + depth as f32 * column, head.center().y);
        let inside = Rect::from_min_size(at - vec2(0.0, 11.0), vec2(column - 6.0, 22.0));
        let painter = ui.painter().with_clip_rect(inside);
        put(&painter, at, Align2::LEFT_CENTER, &text, Type::Caption.font(), colours.text3);
    }
    arrow(ui, head.translate(vec2(0.0, -2.0)), left, column * depths as f32, ctx);
    let all = record.stream_lengths.iter().flatten();
    let longest = all.copied().fold(f64::MIN_POSITIVE, f64::max);
    let size = vec2(ui.available_width(), row * rows as f32);
    let (body, _) = ui.allocate_exact_size(size, Sense::hover());
    let mut mesh = Mesh::default();
    for position in 0..rows {
        let y = body.top() + (position as f32 + 0.5) * row;
        let piece = piece(ctx, run, record.sequence.tokens[position]);
        let place = (Edge::Right(body.left() + left - 12.0), y);
        let small = Chip { height: 16.0, ..Chip::SMALL };
        chip_at(ui.painter(), &ctx.look, small, &piece, place, left - 16.0, ChipState::Rest);
        for depth in 0..depths {
            let length = record.stream_lengths[depth][position];
            let x = body.left() + left + depth as f32 * column;
            let wide = ((column - 44.0) * (length / longest) as f32).max(1.0);
            // Bars grow to the left, as the gradient goes.
            let right = x + column - 44.0;
            let bar = Rect::from_min_max(pos2(right - wide, y - 4.0), pos2(right, y + 4.0));
            mesh.add_colored_rect(bar, colours.fill_of(Part::Gradient));
            let text = short(length);
            let at = pos2(x + column - 40.0, y);
            put(
                ui.painter(),
                at,
                Align2::LEFT_CENTER,
                &text,
                Type::NumberTiny.font(),
                colours.text3,
            );
        }
    }
    ui.painter().add(Arc::new(mesh));
    for depth in 0..depths {
        let x = body.left() + left + depth as f32 * column;
        let place = Rect::from_min_size(pos2(x, body.top()), Vec2::new(column, body.height()));
        let response = ui.interact(place, ui.scope_id().with(("depth", depth)), Sense::hover());
        let position = response.hover_pos().map_or(0, |at| ((at.y - body.top()) / row) as usize);
        let position = position.min(rows - 1);
        let length = record.stream_lengths[depth][position];
        let name = fill(words.gradient_at, &[&depth, &position, &format!("{length:.3e}")]);
        named(&response, Role::Image, true, &name);
        response.on_hover_text_at_pointer(name);
    }
}

fn arrow(ui: &Ui, head: Rect, left: f32, wide: f32, ctx: &Context) {
    let colour = ctx.look.colours().text_of(Part::Gradient);
    let y = head.top();
    let (from, to) = (pos2(head.left() + left + wide - 10.0, y), pos2(head.left() + left, y));
    let stroke = egui::Stroke::new(1.5, colour);
    ui.painter().line_segment([from, to], stroke);
    ui.painter().line_segment([to, to + vec2(6.0, -4.0)], stroke);
    ui.painter().line_segment([to, to + vec2(6.0, 4.0)], stroke);
}

/// Three digits, or scientific where that would be zeros.
fn short(value: f64) -> String {
    if value >= 0.001 { format!("{value:.3}") } else { scientific(value) }
}

fn clipping(ui: &mut Ui, ctx: &Context, run: &Watch, record: &StepRecord) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    let limit = match run.learning.clip {
        0.0 => words.never.to_string(),
        clip => format!("{clip:.2}"),
    };
    let values = [format!("{:.4}", record.report.grad_norm), limit, format!("{:.4}", record.scale)];
    explain(ui, ctx, &fill(words.clip_why, &[&values[0], &values[1], &values[2]]));
    paragraph(ui, words.part_lengths, Type::Label, colours.text2);
    let lengths = record.tensor_lengths();
    let longest = lengths.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    for (spec, length) in record.specs.iter().zip(&lengths) {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
        let y = rect.center().y;
        let font = Type::NumberTiny.font();
        let at = rect.left_center();
        put(ui.painter(), at, Align2::LEFT_CENTER, &spec.name, font.clone(), colours.text2);
        let at = pos2(rect.left() + 170.0, y - 4.0);
        let most = (rect.width() - 250.0).max(20.0);
        let share = (length / longest) as f32;
        bar(ui.painter(), at, most, 8.0, share, colours.fill_of(Part::Gradient));
        let at = pos2(rect.right() - 60.0, y);
        put(ui.painter(), at, Align2::LEFT_CENTER, &short(*length), font, colours.text1);
        named(&response, Role::Label, true, &format!("{}: {}", spec.name, short(*length)));
    }
}

fn update(ui: &mut Ui, ctx: &Context, state: &mut State, run: &Watch, record: &StepRecord) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    explain(ui, ctx, words.update_why);
    let losses = [record.report.train_loss, record.loss_after].map(|loss| format!("{loss:.4}"));
    let outcome = fill(words.same_batch, &[&losses[0], &losses[1]]);
    let moved = fill(words.share_moved, &[&format!("{:.2}", 100.0 * record.moved)]);
    // A lesson may ask what came of the step before it shows that.
    if !is_hidden(ui.ctx(), Named::TrainOutcome) {
        let top = ui.cursor().min;
        paragraph(ui, &format!("{outcome} {moved}"), Type::Body, colours.text2);
        let end = pos2(ui.max_rect().right(), ui.cursor().top());
        part(ui, Named::TrainOutcome, egui::Rect::from_min_max(top, end));
    }
    ui.add_space(8.0);
    state.tensor = state.tensor.min(record.specs.len().saturating_sub(1));
    ui.horizontal(|ui| {
        let name = |i: usize| record.specs.get(i).map_or("", |spec| spec.name.as_str());
        let combo = ComboBox::from_id_salt("tensor").selected_text(name(state.tensor));
        let shown = combo.width(220.0).show_ui(ui, |ui| {
            for i in 0..record.specs.len() {
                ui.selectable_value(&mut state.tensor, i, name(i));
            }
        });
        shown
            .response
            .widget_info(|| egui::WidgetInfo::labeled(Role::ComboBox, true, words.tensor));
        let label = ui.label(words.number_n);
        let last = record.specs.get(state.tensor).map_or(0, |spec| spec.len().saturating_sub(1));
        let number = DragValue::new(&mut state.number).range(0..=last);
        ui.add(number.update_while_editing(false)).labelled_by(label.id);
    });
    ui.add_space(8.0);
    let Some((range, _)) = record.tensors.get(state.tensor) else { return };
    let index = range.start + state.number.min(range.len().saturating_sub(1));
    let Some(weight) = record.weight(index) else { return };
    let c = record.constants;
    let one = |value: f32| vec![exact(value)];
    let two = |[before, after]: [f32; 2]| vec![exact(before), exact(after)];
    let rows: [(String, Vec<String>); 7] = [
        (words.weight_gradient.into(), one(weight.gradient)),
        (fill(words.weight_clipped, &[&exact(weight.scale)]), one(weight.gradient * weight.scale)),
        (words.weight_mean.into(), two(weight.mean)),
        (words.weight_square.into(), two(weight.square)),
        (
            fill(words.weight_step, &[&exact(c.step), &exact(c.root), &exact(c.epsilon)]),
            one(c.step * weight.mean[1] / (weight.square[1].sqrt() * c.root + c.epsilon)),
        ),
        (words.weight_keep.into(), one(weight.keep)),
        (words.weight_value.into(), two(weight.value)),
    ];
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    for (share, text) in [(0.56, words.before), (0.78, words.after)] {
        let at = pos2(head.left() + share * head.width(), head.center().y);
        put(ui.painter(), at, Align2::LEFT_CENTER, text, Type::Caption.font(), colours.text3);
    }
    for (name, values) in rows {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::hover());
        let font = Type::NumberSmall.font();
        let at = rect.left_center();
        put(ui.painter(), at, Align2::LEFT_CENTER, &name, Type::Body.font(), colours.text2);
        let shares: &[f32] = if values.len() == 2 { &[0.56, 0.78] } else { &[0.78] };
        for (share, value) in shares.iter().zip(&values) {
            let at = pos2(rect.left() + share * rect.width(), rect.center().y);
            put(ui.painter(), at, Align2::LEFT_CENTER, value, font.clone(), colours.text1);
        }
        named(&response, Role::Label, true, &format!("{name}: {}", values.join(", ")));
        ui.painter().hline(rect.x_range(), rect.bottom(), egui::Stroke::new(1.0, colours.line0));
    }
    match record.terms(index) {
        Some(all) => terms(ui, ctx, run, &all),
        None => {
            ui.add_space(16.0);
            paragraph(ui, words.within_norm, Type::Body, colours.text2);
        }
    }
}

/// The largest terms of a gradient; how many there are beside them, and what all come to.
fn terms(ui: &mut Ui, ctx: &Context, run: &Watch, terms: &[Term]) {
    let (words, colours) = (ctx.words.train, ctx.look.colours());
    ui.add_space(16.0);
    paragraph(ui, &fill(words.gradient_terms, &[&terms.len()]), Type::Body, colours.text2);
    let font = Type::NumberSmall.font();
    let line = |ui: &mut Ui, name: &str, text: &str| {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let at = pos2(rect.left() + 0.3 * rect.width(), rect.center().y);
        put(ui.painter(), at, Align2::LEFT_CENTER, text, font.clone(), colours.text1);
        named(&response, Role::Label, true, &format!("{name}: {text}"));
        rect
    };
    for term in terms.iter().take(TERMS) {
        let (sequence, position, token) = term.place;
        let piece = piece(ctx, run, token);
        let place = fill(words.text_and_place, &[&(sequence + 1), &position]);
        let product = exact(term.product() as f32);
        let text = format!("{} × {} = {product}", exact(term.input), exact(term.output));
        let rect = line(ui, &format!("{place}, {}", piece.text), &text);
        let at = rect.left_center();
        put(ui.painter(), at, Align2::LEFT_CENTER, &place, Type::Small.font(), colours.text3);
        let at = (Edge::Left(rect.left() + 0.15 * rect.width()), rect.center().y);
        let wide = chip_width(ui.painter(), Chip::SMALL, &piece).min(0.14 * rect.width());
        chip_at(ui.painter(), &ctx.look, Chip::SMALL, &piece, at, wide, ChipState::Rest);
    }
    let sum = |terms: &[Term]| exact(terms.iter().map(Term::product).sum::<f64>() as f32);
    if terms.len() > TERMS {
        let rest = fill(words.other_places, &[&(terms.len() - TERMS)]);
        let rect = line(ui, &rest, &sum(&terms[TERMS..]));
        let at = rect.left_center();
        put(ui.painter(), at, Align2::LEFT_CENTER, &rest, Type::Small.font(), colours.text3);
    }
    let rect = line(ui, words.together, &sum(terms));
    let at = rect.left_center();
    put(ui.painter(), at, Align2::LEFT_CENTER, words.together, Type::Small.font(), colours.text2);
    ui.painter().hline(rect.x_range(), rect.top(), egui::Stroke::new(1.0, colours.line1));
}

/// All digits that a single-precision number has.
fn exact(value: f32) -> String {
    format!("{value:.8e}").replace('-', "\u{2212}")
}
