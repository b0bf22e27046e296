//! Both models side by side: what they say to the same prompts, and how much likelier the tuned one
//! finds each token.

use super::{State, base_name, plain_button};
use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::theme::{ColourMap, Type};
use crate::app::widgets::{
    Chip, ChipState, Edge, chip_at, chip_width, legend, named, paragraph, put,
};
use crate::app::words::fill;
use crate::session::training::{Order, Pair, Reply, Watch};
use egui::{Align2, Key, Rect, Role, ScrollArea, Sense, Stroke, TextEdit, Ui, pos2, vec2};

const ROW: f32 = 34.0;

pub fn stage(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    run: &Watch,
    actions: &mut Vec<Action>,
) {
    ask(ui, ctx, state, actions);
    scale(ui, ctx);
    ui.add_space(8.0);
    let pairs = run.tune_look.as_ref().map_or(&[][..], |look| &look.pairs);
    ScrollArea::vertical().id_salt("pairs").auto_shrink(false).show(ui, |ui| {
        for (i, pair) in pairs.iter().enumerate() {
            ui.push_id(i, |ui| both(ui, ctx, run, pair));
        }
    });
}

/// A prompt of one's own.
fn ask(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let words = ctx.words.tune;
    ui.horizontal(|ui| {
        let wide = (ui.available_width() - 140.0).clamp(200.0, 520.0);
        let field = TextEdit::singleline(&mut state.prompt)
            .hint_text(words.try_hint)
            .desired_width(wide)
            .margin(vec2(10.0, 7.0));
        let response = ui.add(field);
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, words.try_hint));
        let has_text = !state.prompt.trim().is_empty();
        if (plain_button(ui, ctx, words.try_it, has_text) || entered) && has_text {
            let text = std::mem::take(&mut state.prompt);
            state.pair = 0;
            actions.push(Action::Train(Order::Try(text.trim().into())));
        }
    });
}

fn scale(ui: &mut Ui, ctx: &Context) {
    let (words, colours) = (ctx.words.tune, ctx.look.colours());
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::hover());
    let at = rect.left_center();
    let font = Type::Small.font();
    let text = put(ui.painter(), at, Align2::LEFT_CENTER, words.difference, font, colours.text2);
    let bar =
        Rect::from_min_size(pos2(text.right() + 40.0, rect.center().y - 4.0), vec2(120.0, 8.0));
    legend(ui.painter(), &ctx.look, ColourMap::Signed, bar, ("\u{2212}1", "+1"));
}

fn both(ui: &mut Ui, ctx: &Context, run: &Watch, pair: &Pair) {
    super::beside::prompt(ui, ctx, run, pair);
    let half = (ui.available_width() - 36.0) / 2.0;
    let sides = [(base_name(run), &pair.before), (run.begun.card.name.clone(), &pair.after)];
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 24.0;
        for (name, side) in sides {
            ui.vertical(|ui| {
                ui.set_width(half);
                reply(ui, ctx, run, &fill(ctx.words.tune.said, &[&name]), side);
            });
        }
    });
    ui.add_space(10.0);
    let y = ui.cursor().top();
    ui.painter().hline(ui.max_rect().x_range(), y, Stroke::new(1.0, ctx.look.colours().line0));
    ui.add_space(10.0);
}

fn reply(ui: &mut Ui, ctx: &Context, run: &Watch, who: &str, reply: &Reply) {
    let colours = ctx.look.colours();
    paragraph(ui, who, Type::Caption, colours.text3);
    let most = ui.available_width();
    let pieces: Vec<_> = reply.ids.iter().map(|id| super::piece(ctx, run, *id)).collect();
    let widths: Vec<f32> =
        pieces.iter().map(|piece| chip_width(ui.painter(), Chip::NORMAL, piece)).collect();
    let places = super::counts::flow(&widths, most);
    let rows = places.last().map_or(1, |(row, _)| row + 1);
    let (rect, _) = ui.allocate_exact_size(vec2(most, rows as f32 * ROW), Sense::hover());
    if !ui.is_rect_visible(rect) {
        return;
    }
    for (i, (piece, (row, x))) in pieces.iter().zip(places).enumerate() {
        let at = pos2(rect.left() + x, rect.top() + row as f32 * ROW + 13.0);
        let place = (Edge::Left(at.x), at.y);
        let chip =
            chip_at(ui.painter(), &ctx.look, Chip::NORMAL, piece, place, most, ChipState::Rest);
        let [before, after] = reply.chances.get(i).copied().unwrap_or_default();
        let under =
            Rect::from_min_size(pos2(chip.left(), chip.bottom() + 2.0), vec2(chip.width(), 4.0));
        let colour = ctx.look.map(ColourMap::Signed, after - before);
        ui.painter().rect_filled(under, 2.0, colour);
        let response = ui.interact(chip, ui.scope_id().with((who, i)), Sense::hover());
        let change = numbers::difference(after - before);
        let name = fill(ctx.words.tune.difference_of, &[&piece.text, &change]);
        named(&response, Role::Label, true, &name);
        let [before, after] = [before, after].map(numbers::probability);
        let hover = fill(ctx.words.tune.chance, &[&piece.text, &before, &after]);
        response.on_hover_text(hover);
    }
}
