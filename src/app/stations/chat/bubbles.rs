//! What was said, as bubbles; the tokens of a reply can be clicked one by one.

use super::State;
use crate::app::context::{Action, Context};
use crate::app::theme::{Part, Type};
use crate::app::widgets::{ButtonKind, Icon, button, icon_button, paragraph};
use crate::app::words::fill;
use crate::session::Node;
use crate::text::dialogue::Role as Speaker;
use egui::{
    Align, CornerRadius, Frame, Layout, Rect, Role, ScrollArea, Sense, Stroke, TextEdit, Ui, Vec2,
    pos2, vec2,
};

/// The widest column of bubbles.
const COLUMN: f32 = 820.0;

/// The turns of the branch that is shown, from the oldest to the newest.
pub fn conversation(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let path = ctx.session.conversation().path();
    if path.is_empty() {
        return nothing_yet(ui, ctx, actions);
    }
    ScrollArea::vertical().stick_to_bottom(true).auto_shrink(false).show(ui, |ui| {
        let column = COLUMN.min(ui.available_width() - 24.0);
        let margin = (ui.available_width() - column) / 2.0;
        for index in path {
            let Some(node) = ctx.session.conversation().node(index) else { continue };
            ui.horizontal_top(|ui| {
                ui.add_space(margin);
                ui.allocate_ui_with_layout(vec2(column, 0.0), Layout::top_down(Align::Min), |ui| {
                    ui.set_min_width(column);
                    turn(ui, ctx, state, index, node, actions);
                });
            });
            ui.add_space(8.0);
        }
    });
}

fn nothing_yet(ui: &mut Ui, ctx: &Context, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words, ctx.look.colours());
    let full = ui.available_rect_before_wrap();
    let size = vec2(420.0_f32.min(full.width()), 120.0);
    let card = Rect::from_center_size(full.center(), size);
    let corners = [
        card.left_top(),
        card.right_top(),
        card.right_bottom(),
        card.left_bottom(),
        card.left_top(),
    ];
    ui.painter().extend(egui::Shape::dashed_line(
        &corners,
        Stroke::new(1.0, colours.line1),
        4.0,
        4.0,
    ));
    ui.scope_builder(egui::UiBuilder::new().max_rect(card.shrink(20.0)), |ui| {
        ui.vertical_centered(|ui| {
            paragraph(ui, words.empty_chat, Type::Read, colours.text2);
            ui.add_space(8.0);
            let example = super::greeting(ctx);
            let label = fill(words.try_hello, &[&example]);
            let enabled = ctx.session.can_chat();
            if button(ui, &ctx.look, ButtonKind::Plain, None, &label, enabled).clicked() {
                actions.push(Action::Say(example.into()));
            }
        });
    });
}

fn turn(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    index: usize,
    node: &Node,
    actions: &mut Vec<Action>,
) {
    let colours = ctx.look.colours();
    let is_user = node.role == Speaker::User;
    let (word, part) =
        if is_user { (ctx.words.user, Part::User) } else { (ctx.words.bot, Part::Bot) };
    let layout = if is_user {
        Layout::right_to_left(Align::Center)
    } else {
        Layout::left_to_right(Align::Center)
    };
    ui.with_layout(layout.with_main_align(Align::Min), |ui| {
        ui.set_height(20.0);
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.add_space(6.0);
        ui.label(egui::RichText::new(word).font(Type::Caption.font()).color(colours.text_of(part)));
        ui.add_space(8.0);
        turn_tools(ui, ctx, state, index, node, actions);
    });
    if let Some((editing, text)) = &mut state.editing
        && *editing == index
    {
        match edit(ui, ctx, text) {
            Some(true) => {
                let text = std::mem::take(text);
                state.editing = None;
                actions.push(Action::SayInstead(index, text));
            }
            Some(false) => state.editing = None,
            None => {}
        }
        return;
    }
    if is_user {
        said(ui, ctx, &node.text);
    } else {
        super::reply::replied(ui, ctx, state, index, node, actions);
    }
}

/// Small buttons beside the role: other branches, edit, write again.
fn turn_tools(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    index: usize,
    node: &Node,
    actions: &mut Vec<Action>,
) {
    let (branch, branches) = ctx.session.conversation().branch(index);
    let words = ctx.words;
    if branches > 1 {
        if small(ui, ctx, Icon::Left, words.previous_branch, branch > 0) {
            actions.push(Action::SwitchBranch(index, -1));
        }
        let text = format!("{}/{branches}", branch + 1);
        ui.label(
            egui::RichText::new(text).font(Type::NumberTiny.font()).color(ctx.look.colours().text3),
        );
        if small(ui, ctx, Icon::Right, words.next_branch, branch + 1 < branches) {
            actions.push(Action::SwitchBranch(index, 1));
        }
    }
    match node.role {
        Speaker::User => {
            if small(ui, ctx, Icon::Pen, words.edit, true) {
                state.editing = Some((index, node.text.clone()));
            }
        }
        Speaker::Bot => {
            let done = node.written.as_ref().is_some_and(|written| written.ended.is_some());
            if small(ui, ctx, Icon::Reset, words.retry, done) {
                actions.push(Action::WriteAgain(index));
            }
            let said = !node.text.trim().is_empty();
            if small(ui, ctx, Icon::Search, words.data.which_taught, done && said) {
                actions.push(Action::WhichTaught(node.text.trim().to_string()));
            }
        }
    }
}

fn small(ui: &mut Ui, ctx: &Context, icon: Icon, name: &str, enabled: bool) -> bool {
    ui.scope(|ui| {
        ui.set_max_size(Vec2::splat(20.0));
        let sense = if enabled { Sense::click() } else { Sense::hover() };
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(20.0), sense);
        crate::app::widgets::named(&response, Role::Button, enabled, name);
        let colours = ctx.look.colours();
        let ink = match (enabled, response.hovered() || response.has_focus()) {
            (false, _) => colours.line1,
            (true, true) => colours.text1,
            (true, false) => colours.text3,
        };
        crate::app::widgets::paint_icon(ui.painter(), rect, icon, 0.8, ink);
        crate::app::widgets::focus_ring(ui, &ctx.look, rect, 4.0, &response);
        response.on_hover_text(name).clicked()
    })
    .inner
}

/// The field in which a turn is said again; `Some(true)` when it is to be said.
fn edit(ui: &mut Ui, ctx: &Context, text: &mut String) -> Option<bool> {
    let mut answer = None;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.set_height(40.0);
        if icon_button(ui, &ctx.look, Icon::Close, ctx.words.cancel, true).clicked() {
            answer = Some(false);
        }
        if icon_button(ui, &ctx.look, Icon::Up, ctx.words.say_again, !text.trim().is_empty())
            .clicked()
        {
            answer = Some(true);
        }
        let field = TextEdit::singleline(text)
            .font(Type::Chat.font())
            .desired_width(420.0)
            .margin(vec2(12.0, 7.0));
        let response = ui.add(field);
        if response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) {
            answer = Some(!text.trim().is_empty());
        }
    });
    answer
}

/// A user's turn: right, outlined.
fn said(ui: &mut Ui, ctx: &Context, text: &str) {
    let colours = ctx.look.colours();
    let corners = CornerRadius { nw: 14, ne: 14, sw: 14, se: 4 };
    ui.with_layout(Layout::top_down(Align::Max), |ui| {
        let frame = Frame::new()
            .stroke((1.0, colours.line1))
            .corner_radius(corners)
            .inner_margin(vec2(18.0, 8.0));
        frame.show(ui, |ui| {
            ui.set_max_width(520.0 * ctx.look.scale);
            let text = egui::RichText::new(text)
                .font(Type::Chat.scaled(ctx.look.scale))
                .color(colours.text1);
            ui.add(egui::Label::new(text).wrap());
        });
    });
}

/// The text as the model reads it, role tokens and all.
pub fn raw(ui: &mut Ui, ctx: &Context, _state: &State) {
    use crate::app::widgets::{Chip, ChipState, Edge, chip_at, chip_width};
    let colours = ctx.look.colours();
    let conversation = ctx.session.conversation();
    let last = conversation
        .path()
        .into_iter()
        .rev()
        .find_map(|at| conversation.node(at)?.written.as_ref());
    paragraph(ui, ctx.words.raw_title, Type::Heading, colours.text1);
    let ids = last.map_or_else(Vec::new, crate::session::Written::ids);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let most = ui.available_width() - 12.0;
        let chip = Chip::NORMAL.times(ctx.look.scale);
        let origin = ui.cursor().min;
        let mut at = pos2(0.0, 0.0);
        for &id in &ids {
            let piece = ctx.piece(id);
            let wide = chip_width(ui.painter(), chip, &piece).round();
            if at.x > 0.0 && at.x + wide > most {
                at = pos2(0.0, at.y + 32.0 * ctx.look.scale);
            }
            let place = (origin.x + at.x, origin.y + at.y + 14.0 * ctx.look.scale);
            let rect = chip_at(
                ui.painter(),
                &ctx.look,
                chip,
                &piece,
                (Edge::Left(place.0), place.1),
                wide,
                ChipState::Rest,
            );
            let response = ui.interact(
                rect,
                ui.scope_id().with(("raw", at.x as i32, at.y as i32)),
                Sense::hover(),
            );
            response.on_hover_text(format!("{}   {id}", piece.stored));
            at.x += wide + 4.0;
        }
        ui.allocate_space(vec2(most, at.y + 40.0));
    });
}
