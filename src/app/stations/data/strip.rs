//! The rules' switches above the dialogue, where there is no room for the inspector beside a lesson.

use super::rules;
use crate::app::context::{Action, Context};
use crate::app::lesson::part;
use crate::app::theme::Type;
use crate::app::widgets::{put, switch_at, width};
use crate::lesson::Part;
use crate::session::library::Request;
use crate::text::clean::Rule;
use egui::{Align2, Rect, Sense, Ui, pos2, vec2};

/// The switch, in points; and what is between it and its name.
const SWITCH: (f32, f32) = (30.0, 18.0);
const GAP: f32 = 8.0;

/// Paints one switch after the other, in as many lines as it takes.
pub fn strip(ui: &mut Ui, ctx: &Context, actions: &mut Vec<Action>) {
    let (words, colours, s) = (ctx.words.data, ctx.look.colours(), ctx.look.scale);
    let font = Type::Label.scaled(s);
    let on = &ctx.session.library().treatment().rules;
    let shown = ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(18.0 * s, 2.0);
        for rule in Rule::all() {
            let (name, what) = rules::texts(words, rule.name);
            let is_on = on.contains(rule.name);
            let wide = SWITCH.0 + GAP + width(ui.painter(), name, font.clone());
            let (rect, response) = ui.allocate_exact_size(vec2(wide, 26.0 * s), Sense::hover());
            let y = rect.center().y;
            let track = Rect::from_min_size(pos2(rect.left(), y - SWITCH.1 / 2.0), SWITCH.into());
            let ink = if is_on { colours.text1 } else { colours.text3 };
            let at = pos2(track.right() + GAP, y);
            put(ui.painter(), at, Align2::LEFT_CENTER, name, font.clone(), ink);
            response.on_hover_text(what);
            if switch_at(ui, &ctx.look, track, name, is_on) {
                actions.push(Action::Data(Request::Rule(rule.name, !is_on)));
            }
        }
    });
    part(ui, Part::DataRules, shown.response.rect);
}
