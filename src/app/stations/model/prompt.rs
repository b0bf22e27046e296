//! The field in which a text for the model is typed; it is read as it is typed.

use crate::app::context::{Action, Context};
use crate::app::stations::prompt::{IN_MODEL, Prompt};
use crate::app::theme::Type;
use egui::{RichText, TextEdit, Ui, vec2};

/// Paints the field.
pub fn field(ui: &mut Ui, ctx: &Context, state: &mut Prompt, actions: &mut Vec<Action>) {
    let colours = ctx.look.colours();
    ui.horizontal(|ui| {
        let mut changed = false;
        let wide = (ui.available_width() - 130.0).clamp(120.0, 560.0);
        // A transcript has a line for each turn.
        let field = if state.text.contains('\n') {
            TextEdit::multiline(&mut state.text).desired_rows(2)
        } else {
            TextEdit::singleline(&mut state.text)
        };
        let field = field
            .id(egui::Id::unique(IN_MODEL))
            .hint_text(ctx.words.write_a_text)
            .font(Type::Token.scaled(ctx.look.scale))
            .desired_width(wide)
            .margin(vec2(12.0, 6.0));
        changed |= ui.add(field).changed();
        if ctx.session.can_chat() {
            let label = RichText::new(ctx.words.as_chat)
                .font(Type::Label.scaled(ctx.look.scale))
                .color(colours.text2);
            changed |= ui.checkbox(&mut state.as_chat, label).changed();
        }
        if changed && !state.text.is_empty() {
            actions.push(Action::LookAt { text: state.text.clone(), as_chat: state.as_chat });
        }
    });
}
