//! The neurons of a block, in order.

use super::{State, View};
use crate::app::context::{Action, Selection};
use crate::app::numbers;
use crate::app::stations::model::map::strike;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{focus_ring, put};
use crate::app::words::fill;
use crate::interpret::Component;
use crate::nn::Name;
use crate::session::engine::{Neurons, Sight};
use egui::{Align2, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// The height of a row.
const ROW: f32 = 24.0;

/// The neurons of the chosen block: those most active in the row first, or those that rise highest
/// in the data.
pub fn order(sight: &Sight, row: usize, state: &State, found: Option<&Neurons>) -> Vec<usize> {
    let values = sight.reading.row(Name::MlpPost(state.block), row);
    if let Some(found) = found.filter(|_| state.by_data) {
        return found.firings.most_excitable(state.block, values.len());
    }
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    order
}

/// Paints the list.
pub fn list(ui: &mut Ui, view: &View, order: &[usize], actions: &mut Vec<Action>) {
    let high = ROW * view.ctx.look.scale;
    let values = view.sight.reading.row(Name::MlpPost(view.block), view.row);
    let end = values.iter().map(|x| x.abs()).fold(1e-6, f32::max);
    ui.spacing_mut().item_spacing.y = 0.0;
    let scroll = ScrollArea::vertical().id_salt("neurons").auto_shrink(false);
    scroll.show_rows(ui, high, order.len(), |ui, range| {
        for &neuron in order.get(range).unwrap_or(&[]) {
            let value = values.get(neuron).copied().unwrap_or(0.0);
            line(ui, view, neuron, value, end, actions);
        }
    });
}

fn line(ui: &mut Ui, view: &View, neuron: usize, value: f32, end: f32, actions: &mut Vec<Action>) {
    let (ctx, colours, s) = (view.ctx, view.ctx.look.colours(), view.ctx.look.scale);
    let size = vec2(ui.available_width() - 12.0, ROW * s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let text = numbers::signed(value);
    let part = Component::Neuron { block: view.block, neuron };
    let name = fill(ctx.words.behind.neuron_of, &[&(view.block + 1), &neuron]);
    let said = format!("{name}: {text}");
    let chosen = neuron == view.neuron;
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &said));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, 6.0, colours.hover);
    }
    if chosen {
        let ring = rect.shrink2(vec2(1.0, 1.0));
        painter.rect_stroke(ring, 6.0, Stroke::new(2.0, colours.text1), StrokeKind::Inside);
    }
    let y = rect.center().y;
    let font = Type::Number.scaled(s);
    let at = pos2(rect.left() + 44.0 * s, y);
    let word =
        put(painter, at, Align2::RIGHT_CENTER, &neuron.to_string(), font.clone(), colours.text1);
    if ctx.session.scale_of(part) == 0.0 {
        strike(painter, &ctx.look, word);
    }
    let (left, right) = (rect.left() + 56.0 * s, rect.right() - 62.0 * s);
    // GELU goes only a little below zero: the line stands far to the left.
    let zero = left + (right - left) * 0.08;
    painter.vline(zero, rect.y_range(), Stroke::new(1.0, colours.line1));
    let x = zero + (right - zero) * (value / end).clamp(-0.08, 1.0);
    let bar = Rect::from_two_pos(pos2(zero, y - 4.0 * s), pos2(x, y + 4.0 * s));
    painter.rect_filled(bar, 2.0, colours.fill_of(Part::Mlp));
    let at = pos2(rect.right() - 8.0 * s, y);
    put(painter, at, Align2::RIGHT_CENTER, &text, font, colours.text1);
    focus_ring(ui, &ctx.look, rect, 6.0, &response);
    if response.clicked() {
        let locked = Selection { position: Some(view.row), ..ctx.locked };
        actions.push(Action::Lock(locked.with(Some(part))));
    }
}
