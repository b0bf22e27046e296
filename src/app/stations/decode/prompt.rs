//! The field for the text, and the colour that it is shown in.

use super::Ask;
use super::text::Colour;
use crate::app::context::{Action, Context};
use crate::app::stations::prompt::{IN_DECODE, Prompt};
use crate::app::theme::Type;
use crate::app::widgets::{focus_ring, named, put, width};
use crate::app::words::fill;
use crate::session::engine::Opened;
use egui::{
    Align, Align2, Key, KeyboardShortcut, Layout, Modifiers, RichText, Role, ScrollArea, Sense,
    TextEdit, Ui, vec2,
};
use std::sync::Arc;

/// A model that has nothing to continue yet is given something, so that there is something to see; `begun` is the
/// model that was given something last.
pub fn begin(
    ctx: &Context,
    state: &mut Prompt,
    begun: &mut Option<Arc<Opened>>,
    actions: &mut Vec<Action>,
) {
    let Some(opened) = ctx.session.opened() else { return };
    if begun.as_ref().is_some_and(|begun| Arc::ptr_eq(begun, opened)) {
        return;
    }
    *begun = Some(opened.clone());
    if ctx.session.decoding().is_empty() {
        if state.text.is_empty() {
            state.as_chat = !opened.name.starts_with("base");
        }
        let text = if state.text.is_empty() { example(&opened.name, ctx) } else { &state.text };
        actions.push(Action::Decode(Ask::Text { text: text.into(), as_chat: state.as_chat }));
    }
}

/// Something to continue, in the language of the model, as its name says; else of the screen.
fn example(name: &str, ctx: &Context) -> &'static str {
    use crate::app::words::Language::{Chinese, English};
    let words = match name {
        name if name.ends_with("-zh") => Chinese.words(),
        name if name.ends_with("-en") || name == "pocket" => English.words(),
        _ => ctx.words,
    };
    if name.starts_with("base") { words.decode.example_text } else { words.decode.example_chat }
}

/// Paints the field, and at its right the colour.
pub fn field(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut Prompt,
    colour: &mut Colour,
    actions: &mut Vec<Action>,
) {
    let (words, colours) = (ctx.words, ctx.look.colours());
    ui.horizontal(|ui| {
        let mut changed = false;
        let wide = (ui.available_width() - 300.0).clamp(120.0, 560.0);
        changed |= type_text(ui, ctx, state, wide);
        if ctx.session.can_chat() {
            let label = RichText::new(words.as_chat)
                .font(Type::Label.scaled(ctx.look.scale))
                .color(colours.text2);
            changed |= ui.checkbox(&mut state.as_chat, label).changed();
        }
        if changed && !state.text.is_empty() {
            let (text, as_chat) = (state.text.clone(), state.as_chat);
            actions.push(Action::Decode(Ask::Text { text, as_chat }));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| colour_menu(ui, ctx, colour));
    });
}

/// One line for what is said in a chat, until Shift and Enter begin another; any text may have several, of which four are in view.
fn type_text(ui: &mut Ui, ctx: &Context, state: &mut Prompt, wide: f32) -> bool {
    // A transcript has a line for each turn.
    let chats = state.as_chat && ctx.session.can_chat() && !state.text.contains('\n');
    let long = !chats && (state.text.len() > 60 || state.text.contains('\n'));
    let field = if chats {
        let new_line = KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter);
        TextEdit::multiline(&mut state.text).desired_rows(1).return_key(new_line)
    } else {
        TextEdit::multiline(&mut state.text).desired_rows(1)
    };
    let field = field
        .id(egui::Id::unique(IN_DECODE))
        .hint_text(ctx.words.decode.text_field)
        .font(Type::Token.scaled(ctx.look.scale))
        .desired_width(wide)
        .margin(vec2(12.0, 6.0));
    if !long {
        return ui.add(field).changed();
    }
    let scroll = ScrollArea::vertical().id_salt("text").max_height(96.0).max_width(wide + 24.0);
    scroll.show(ui, |ui| ui.add(field).changed()).inner
}

fn colour_menu(ui: &mut Ui, ctx: &Context, colour: &mut Colour) {
    let (words, colours) = (ctx.words.decode, ctx.look.colours());
    let label = fill(words.colour_is, &[&colour.name(ctx.words)]);
    let font = Type::Small.font();
    let size = vec2(width(ui.painter(), &label, font.clone()) + 8.0, 32.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    named(&response, Role::Button, true, &label);
    let ink = if response.hovered() { colours.text1 } else { colours.text2 };
    put(ui.painter(), rect.right_center(), Align2::RIGHT_CENTER, &label, font, ink);
    focus_ring(ui, &ctx.look, rect, 8.0, &response);
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(140.0);
        for choice in Colour::ALL {
            if ui.selectable_label(choice == *colour, choice.name(ctx.words)).clicked() {
                *colour = choice;
            }
        }
    });
}
