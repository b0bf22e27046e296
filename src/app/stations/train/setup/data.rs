//! What a run learns from: shipped sets, and what is chosen and cleaned in Data.

use super::{Form, choice, heading};
use crate::app::context::{Action, Context};
use crate::app::words::fill;
use crate::session::library::{Request, SetKey};
use crate::train::TokenizerChoice;
use egui::Ui;

/// Paints the sets: whoever has dialogues of their own finds them first.
pub(super) fn data(
    ui: &mut Ui,
    ctx: &Context,
    form: &mut Form,
    chinese: bool,
    actions: &mut Vec<Action>,
) {
    heading(ui, ctx, ctx.words.train.data);
    if ctx.session.library().own().is_empty() {
        shipped_data(ui, ctx, form, chinese);
        data_in_data(ui, ctx, form, actions);
    } else {
        data_in_data(ui, ctx, form, actions);
        shipped_data(ui, ctx, form, chinese);
    }
}

fn shipped_data(ui: &mut Ui, ctx: &Context, form: &mut Form, chinese: bool) {
    let Some(recipe) = &mut form.recipe else { return };
    let mut taken = None;
    for (id, titles) in &form.sets {
        let title = &titles[usize::from(chinese)];
        let chosen = !form.in_data && recipe.data.iter().any(|name| name == id);
        if choice(ui, ctx, &format!("{title} · {id}"), "", chosen) {
            taken = Some(id.clone());
        }
    }
    if let Some(id) = taken {
        (recipe.data, form.in_data) = (vec![id], false);
    }
}

/// What is chosen and cleaned in Data, and the other sets of one's own.
fn data_in_data(ui: &mut Ui, ctx: &Context, form: &mut Form, actions: &mut Vec<Action>) {
    let Some(recipe) = &mut form.recipe else { return };
    let library = ctx.session.library();
    let in_data = library.chosen();
    let label = fill(ctx.words.tune.from_data, &[&in_data.name()]);
    let mut takes = choice(ui, ctx, &label, "", form.in_data).then(|| in_data.name().to_string());
    for own in library.own().iter().filter(|own| own.name != in_data.name()) {
        if choice(ui, ctx, &own.name, "", false) {
            takes = Some(own.name.clone());
            actions.push(Action::Data(Request::Choose(SetKey::Own(own.name.clone()))));
        }
    }
    if let Some(name) = takes {
        (recipe.data, form.in_data) = (vec![name], true);
        // As many pieces as are being learned in Tokens, if somebody chose so.
        if let (TokenizerChoice::Bpe(size), Some(learned)) =
            (&mut recipe.preset.tokenizer, library.vocabulary())
        {
            *size = learned.size;
        }
    }
}
