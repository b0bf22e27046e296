//! The field at the bottom, how replies are written, and the button that sends.

use super::State;
use crate::app::context::{Action, Context};
use crate::app::lesson::Ask;
use crate::app::theme::Type;
use crate::app::widgets::{Icon, focus_ring, named, paint_icon, paragraph};
use crate::lesson::runner::Input;
use egui::{Align, Align2, Frame, Key, Layout, Margin, Role, Sense, TextEdit, Ui, vec2};

/// The field and the air around it.
pub const HEIGHT: f32 = 76.0;

/// Temperatures to choose from.
const TEMPERATURES: [f32; 6] = [0.0, 0.5, 0.7, 1.0, 1.3, 2.0];
/// Milliseconds between two tokens.
const PACES: [u64; 5] = [0, 30, 60, 200, 1000];

/// Paints the field.
pub fn composer(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words, ctx.look.colours());
    if ctx.session.opened().is_some() && !ctx.session.can_chat() {
        paragraph(ui, words.not_a_chat_model, Type::Read, colours.text2);
        return;
    }
    let frame = Frame::new()
        .fill(colours.panel)
        .stroke((1.0, colours.line1))
        .corner_radius(14.0)
        .inner_margin(Margin { left: 20, right: 10, top: 8, bottom: 8 });
    frame.show(ui, |ui| {
        ui.set_height(40.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            send_button(ui, ctx, state, actions);
            manner_menu(ui, ctx, actions);
            let field = TextEdit::singleline(&mut state.draft)
                .hint_text(words.say_something)
                .font(Type::Chat.scaled(ctx.look.scale))
                .frame(Frame::NONE)
                .desired_width(f32::INFINITY)
                .align(Align2::LEFT_CENTER);
            let response = ui.add_sized(vec2(ui.available_width(), 40.0), field);
            let enter = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            if enter {
                if state.draft.trim().is_empty() {
                    // There is nothing to say, so it is a lesson's puzzle that is meant.
                    actions.push(Action::Lesson(Ask::Press(Input::Enter)));
                }
                send(state, actions);
                response.request_focus();
            }
        });
    });
}

fn send(state: &mut State, actions: &mut Vec<Action>) {
    if !state.draft.trim().is_empty() {
        actions.push(Action::Say(std::mem::take(&mut state.draft)));
    }
}

fn send_button(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let colours = ctx.look.colours();
    let writing = ctx.session.is_writing();
    let enabled = writing || !state.draft.trim().is_empty();
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(36.0, 36.0), sense);
    let (icon, name) =
        if writing { (Icon::Stop, ctx.words.stop) } else { (Icon::Up, ctx.words.send) };
    named(&response, Role::Button, enabled, name);
    let ground = match (enabled, response.hovered()) {
        (false, _) => colours.hover,
        (true, true) => colours.text2,
        (true, false) => colours.text1,
    };
    ui.painter().rect_filled(rect, 10.0, ground);
    paint_icon(ui.painter(), rect, icon, 1.0, if enabled { colours.stage } else { colours.off });
    focus_ring(ui, &ctx.look, rect, 10.0, &response);
    if response.on_hover_text(name).clicked() {
        if writing {
            actions.push(Action::Stop);
        } else {
            send(state, actions);
        }
    }
}

/// Temperature and pace, behind one word.
fn manner_menu(ui: &mut Ui, ctx: &Context, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words, ctx.look.colours());
    let manner = ctx.session.manner;
    let number = format!("{:.1}", manner.temperature);
    let painter = ui.painter();
    let word = crate::app::widgets::width(painter, words.temperature, Type::Small.font());
    let digits = crate::app::widgets::width(painter, &number, Type::NumberSmall.font());
    let (rect, response) = ui.allocate_exact_size(vec2(word + digits + 16.0, 32.0), Sense::click());
    named(&response, Role::Button, true, words.temperature);
    let ink = if response.hovered() { colours.text1 } else { colours.text2 };
    ui.painter().text(
        rect.left_center(),
        Align2::LEFT_CENTER,
        words.temperature,
        Type::Small.font(),
        ink,
    );
    let at = rect.left_center() + vec2(word + 6.0, 0.0);
    ui.painter().text(at, Align2::LEFT_CENTER, number, Type::NumberSmall.font(), colours.text1);
    focus_ring(ui, &ctx.look, rect, 8.0, &response);
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(230.0);
        ui.label(words.temperature);
        for temperature in TEMPERATURES {
            let label = match temperature {
                0.0 => format!("0.0   {}", words.greedy),
                other => format!("{other:.1}"),
            };
            if ui.selectable_label(manner.temperature == temperature, label).clicked() {
                actions.push(Action::Temperature(temperature));
            }
        }
        ui.separator();
        ui.label(words.pace);
        for pace in PACES {
            let label = match pace {
                0 => words.pace_full.to_string(),
                pace => crate::app::words::fill(words.tokens_per_second, &[&(1000 / pace)]),
            };
            if ui.selectable_label(manner.pace.as_millis() == u128::from(pace), label).clicked() {
                actions.push(Action::Pace(pace));
            }
        }
    });
}
