//! Dialogues of the data, cut anew by the merge that is shown.

use super::learn::chip;
use super::piece;
use crate::app::context::Context;
use crate::app::numbers;
use crate::app::theme::Type;
use crate::app::widgets::{Chip, ChipState, Edge, chip_at, chip_width, put};
use crate::app::words::fill;
use crate::session::library::Vocabulary;
use crate::text::Dialogue;
use crate::text::dialogue::Role as Speaker;
use crate::text::template::{BOT, USER};
use egui::{Align2, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

/// Dialogues in which the newest piece has a place.
pub fn in_the_data(ui: &Ui, ctx: &Context, learned: &Vocabulary, at: usize, place: Rect) {
    let (words, colours) = (ctx.words.tokens, ctx.look.colours());
    let Some(merge) = at.checked_sub(1) else { return };
    let y = place.top() + 10.0;
    let name = put(
        ui.painter(),
        pos2(place.left(), y),
        Align2::LEFT_CENTER,
        words.in_the_data,
        Type::Heading.font(),
        colours.text1,
    );
    let saved = fill(words.places_change, &[&numbers::count(learned.saved(merge) as usize)]);
    put(
        ui.painter(),
        pos2(name.right() + 14.0, y),
        Align2::LEFT_CENTER,
        &saved,
        Type::Small.font(),
        colours.text2,
    );
    let whole = ui.interact(place, ui.scope_id().with("in the data"), Sense::hover());
    whole.widget_info(|| {
        WidgetInfo::labeled(Role::Label, true, format!("{}: {saved}", words.in_the_data))
    });
    let examples = ctx.session.library().examples().filter(|(of, _)| *of == merge);
    let token = learned.merges().get(merge).map(|merge| merge.token);
    for (row, dialogue) in examples.iter().flat_map(|(_, all)| all).enumerate() {
        let y = place.top() + 38.0 + row as f32 * 28.0;
        if y + 12.0 < place.bottom() + 4.0 {
            draw_dialogue(ui, ctx, learned, dialogue, (at, token), (place, y));
        }
    }
}

/// A dialogue as small chips in one line, cut off at its end.
fn draw_dialogue(
    ui: &Ui,
    ctx: &Context,
    learned: &Vocabulary,
    dialogue: &Dialogue,
    (merges, newest): (usize, Option<u32>),
    (place, y): (Rect, f32),
) {
    let painter = ui.painter().with_clip_rect(place.intersect(ui.clip_rect()));
    let mut x = place.left() + 1.0;
    for turn in &dialogue.turns {
        let role = if turn.role == Speaker::User { USER } else { BOT };
        let role = learned.tokenizer().id_of_special(role);
        let ids = role.into_iter().chain(learned.cut(&turn.text, merges));
        for id in ids {
            if x > place.right() {
                return;
            }
            let shown = piece(ctx, learned, id);
            if Some(id) == newest {
                let wide = chip_width(&painter, Chip::SMALL, &shown).round();
                let rect = Rect::from_min_size(pos2(x, y - 10.0), vec2(wide, 20.0));
                chip(ui, ctx, rect, &shown, (true, true, false), false);
                x = rect.right() + 3.0;
            } else {
                let edge = (Edge::Left(x), y);
                let drawn =
                    chip_at(&painter, &ctx.look, Chip::SMALL, &shown, edge, 160.0, ChipState::Rest);
                x = drawn.right() + 3.0;
            }
        }
        x += 8.0;
    }
}
