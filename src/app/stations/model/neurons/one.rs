//! One neuron: its favourite tokens in the data, and the tokens that it speaks for.

use super::View;
use crate::app::context::{Action, Selection};
use crate::app::numbers;
use crate::app::stations::model::causes::switch;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{Chip, ChipState, Edge, bar, chip_at, chip_width, paragraph, put};
use crate::app::words::fill;
use crate::interpret::provenance::Cell;
use crate::interpret::{Component, Firing, speaks_for};
use crate::nn::Name;
use crate::session::engine::{Neurons, Opened};
use egui::{Align2, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};
use std::sync::{Arc, Weak};

/// Tokens that are named as spoken for, and tokens before and after a firing.
const SPOKEN: usize = 6;
const BEFORE: usize = 7;
const AFTER: usize = 2;

/// What the neuron that was shown last speaks for.
#[derive(Debug, Default)]
pub struct Cache {
    of: (usize, usize),
    model: Weak<Opened>,
    tokens: [Vec<(u32, f32)>; 2],
}

impl Cache {
    fn refresh(&mut self, model: &Arc<Opened>, of: (usize, usize)) {
        let now = Arc::downgrade(model);
        let fresh = self.of == of && Weak::ptr_eq(&self.model, &now) && !self.tokens[0].is_empty();
        if !fresh {
            let tokens = speaks_for(&model.model.parameters, of, SPOKEN);
            *self = Self { of, model: now, tokens };
        }
    }
}

/// Paints the neuron.
pub fn one(ui: &mut Ui, view: &View, cache: &mut Cache, actions: &mut Vec<Action>) {
    let (ctx, words) = (view.ctx, &view.ctx.words.behind);
    let colours = ctx.look.colours();
    let name = fill(words.neuron_of, &[&(view.block + 1), &view.neuron]);
    ScrollArea::vertical().id_salt("neuron").auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 12.0);
        ui.horizontal(|ui| {
            paragraph(ui, &name, Type::Heading, colours.text1);
            let look = &ctx.look;
            let trace = crate::app::widgets::ButtonKind::Quiet;
            if crate::app::widgets::button(ui, look, trace, None, words.trace, true).clicked() {
                let cell = Cell::of(Name::MlpPost(view.block), view.row, view.neuron);
                actions.push(Action::Trace(cell));
            }
        });
        let part = Component::Neuron { block: view.block, neuron: view.neuron };
        if ctx.locked.component() == Some(part) {
            switch(ui, ctx, actions);
        } else {
            let label = words.lock_it;
            let plain = crate::app::widgets::ButtonKind::Plain;
            if crate::app::widgets::button(ui, &ctx.look, plain, None, label, true).clicked() {
                let locked = Selection { position: Some(view.row), ..ctx.locked };
                actions.push(Action::Lock(locked.with(Some(part))));
            }
        }
        ui.add_space(14.0);
        paragraph(ui, words.fires_on, Type::Label, colours.text1);
        match view.found {
            Some(found) => firings(ui, view, found),
            None => drop(paragraph(ui, "\u{2026}", Type::Body, colours.text3)),
        }
        if view.done < 1.0 {
            ui.ctx().request_repaint_after_secs(0.1);
        }
        ui.add_space(14.0);
        let Some(opened) = ctx.session.opened() else { return };
        cache.refresh(opened, (view.block, view.neuron));
        paragraph(ui, words.speaks_for, Type::Label, colours.text1);
        spoken(ui, view, &cache.tokens[0]);
        ui.add_space(6.0);
        paragraph(ui, words.speaks_against, Type::Label, colours.text1);
        spoken(ui, view, &cache.tokens[1]);
    });
}

fn firings(ui: &mut Ui, view: &View, found: &Neurons) {
    let firings = found.firings.of(view.block, view.neuron);
    let most = firings.first().map_or(1.0, |firing| firing.value).max(1e-6);
    for firing in firings {
        if let Some(text) = found.texts.get(firing.text) {
            snippet(ui, view, text, firing, most);
        }
    }
}

/// The token, with a few before and after it, and how high the neuron rose.
fn snippet(ui: &mut Ui, view: &View, text: &[u32], firing: &Firing, most: f32) {
    let (ctx, colours, s) = (view.ctx, view.ctx.look.colours(), view.ctx.look.scale);
    let size = vec2(ui.available_width(), 24.0 * s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let y = rect.center().y;
    let number = numbers::signed(firing.value);
    let piece = ctx.piece(text.get(firing.position).copied().unwrap_or(0));
    let said = format!("{}: {number}", piece.text);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
    let inside = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let font = Type::NumberSmall.scaled(s);
    put(
        &inside,
        pos2(rect.left() + 40.0 * s, y),
        Align2::RIGHT_CENTER,
        &number,
        font,
        colours.text1,
    );
    let left = pos2(rect.left() + 48.0 * s, y);
    let colour = colours.fill_of(Part::Mlp);
    bar(&inside, left, 48.0 * s, 8.0 * s, firing.value / most, colour);
    // The token stands at the same place in every line, what came before to its left.
    let middle = rect.left() + (rect.width() * 0.62).max(220.0 * s);
    let chip = Chip::SMALL.times(s);
    let own = chip_at(
        &inside,
        &ctx.look,
        chip,
        &piece,
        (Edge::Left(middle), y),
        110.0 * s,
        ChipState::Source(colour),
    );
    let mut x = middle - 3.0;
    for token in text[..firing.position].iter().rev().take(BEFORE) {
        let piece = ctx.piece(*token);
        let wide = chip_width(&inside, chip, &piece);
        if x - wide < left.x + 56.0 * s {
            break;
        }
        let drawn =
            chip_at(&inside, &ctx.look, chip, &piece, (Edge::Right(x), y), 200.0, ChipState::Rest);
        x = drawn.left() - 3.0;
    }
    let mut x = own.right() + 3.0;
    for token in text.iter().skip(firing.position + 1).take(AFTER) {
        let piece = ctx.piece(*token);
        if x + chip_width(&inside, chip, &piece) > rect.right() {
            break;
        }
        let drawn =
            chip_at(&inside, &ctx.look, chip, &piece, (Edge::Left(x), y), 200.0, ChipState::Ghost);
        x = drawn.right() + 3.0;
    }
}

/// Tokens with what one unit of the neuron adds to their scores.
fn spoken(ui: &mut Ui, view: &View, tokens: &[(u32, f32)]) {
    let (ctx, colours, s) = (view.ctx, view.ctx.look.colours(), view.ctx.look.scale);
    let size = vec2(ui.available_width(), 26.0 * s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let y = rect.center().y;
    let mut x = rect.left() + 1.0;
    let mut said = Vec::new();
    let font = Type::NumberTiny.scaled(s);
    for (token, adds) in tokens {
        let piece = ctx.piece(*token);
        let chip = Chip::SMALL.times(s);
        let number = numbers::difference(*adds);
        if x + chip_width(ui.painter(), chip, &piece) + 48.0 * s > rect.right() {
            break;
        }
        let drawn = chip_at(
            ui.painter(),
            &ctx.look,
            chip,
            &piece,
            (Edge::Left(x), y),
            110.0 * s,
            ChipState::Rest,
        );
        let at = pos2(drawn.right() + 4.0, y);
        let end = put(ui.painter(), at, Align2::LEFT_CENTER, &number, font.clone(), colours.text3);
        x = end.right() + 12.0 * s;
        said.push(format!("{} {number}", piece.text));
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, said.join(", ")));
}
