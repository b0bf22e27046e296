//! The context window: which tokens the model reads, and what has fallen out of it.

use crate::app::context::Context;
use crate::app::theme::{Part, Type};
use crate::app::words::fill;
use crate::session::Session;
use crate::text::template::{BOT, USER};
use egui::{Align2, Color32, Mesh, Rect, Shape, Stroke, Ui, pos2, vec2};

/// The strip with its line of text.
pub const HEIGHT: f32 = 60.0;

/// A cell for each position, in the colour of whose turn it is.
pub fn context_window(ui: &Ui, ctx: &Context, place: Rect) {
    let context = ctx.session.context();
    if context == 0 {
        return;
    }
    let colours = ctx.look.colours();
    let (ids, dropped) = what_is_read(ctx.session);
    let pitch = place.width() / context as f32;
    let gap = if pitch > 4.0 { 1.5 } else { 0.3 };
    let (top, bottom) = (place.top() + 10.0, place.top() + 24.0);
    let cell = |at: usize| {
        let left = place.left() + at as f32 * pitch;
        Rect::from_min_max(pos2(left, top), pos2(left + pitch - gap, bottom))
    };
    let mut mesh = Mesh::default();
    let mut turn = colours.hover;
    let special = |name: &str| ctx.session.tokenizer().and_then(|t| t.id_of_special(name));
    let (user, bot) = (special(USER), special(BOT));
    for (at, &id) in ids.iter().enumerate().take(context) {
        let role =
            [(user, Part::User), (bot, Part::Bot)].into_iter().find(|(role, _)| *role == Some(id));
        if let Some((_, part)) = role {
            turn = colours.fill_of(part);
        }
        mesh.add_colored_rect(
            cell(at),
            if role.is_some() { turn } else { faint(turn, colours.stage) },
        );
    }
    for at in ids.len()..context {
        mesh.add_colored_rect(cell(at), colours.hover);
    }
    ui.painter().add(Shape::mesh(mesh));
    let x = place.left() + ids.len().min(context) as f32 * pitch;
    ui.painter().vline(x, top - 3.0..=bottom + 3.0, Stroke::new(2.0, colours.text1));
    let y = bottom + 13.0;
    let put = |x: f32, anchor, text: &str, kind: Type, ink| {
        ui.painter().text(pos2(x, y), anchor, text, kind.font(), ink)
    };
    let name = put(
        place.left(),
        Align2::LEFT_CENTER,
        ctx.words.context_window,
        Type::Caption,
        colours.text2,
    );
    let count = fill(ctx.words.n_of_m_tokens, &[&ids.len(), &context]);
    put(name.right() + 16.0, Align2::LEFT_CENTER, &count, Type::NumberTiny, colours.text1);
    let rule = if dropped > 0 {
        fill(ctx.words.dropped_turns, &[&dropped])
    } else {
        ctx.words.context_rule.into()
    };
    put(place.right(), Align2::RIGHT_CENTER, &rule, Type::Caption, colours.text3);
    let whole = Rect::from_min_size(place.min, vec2(place.width(), HEIGHT));
    let response = ui.interact(whole, ui.scope_id().with("context window"), egui::Sense::hover());
    response.widget_info(|| {
        let text = format!("{}: {count}", ctx.words.context_window);
        egui::WidgetInfo::labeled(egui::Role::Meter, true, text)
    });
}

/// What the last reply was written from, with the reply, and how many turns had been left out.
fn what_is_read(session: &Session) -> (Vec<u32>, usize) {
    let conversation = session.conversation();
    let last =
        conversation.path().into_iter().rev().find_map(|at| conversation.node(at)?.written.clone());
    last.map_or((Vec::new(), 0), |written| (written.ids(), written.dropped))
}

/// Half-way to the ground.
fn faint(colour: Color32, ground: Color32) -> Color32 {
    let mix = |a: u8, b: u8| ((u16::from(a) * 55 + u16::from(b) * 45) / 100) as u8;
    Color32::from_rgb(
        mix(colour.r(), ground.r()),
        mix(colour.g(), ground.g()),
        mix(colour.b(), ground.b()),
    )
}
