//! Where in the data a phrase occurs.

use super::State as Station;
use super::talk::Here;
use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::theme::Type;
use crate::app::widgets::{Icon, icon_button, paint_icon, paragraph};
use crate::app::words::fill;
use crate::session::library::{Phrase, Request, Task};
use egui::{Key, Rect, TextEdit, Ui, vec2};

/// What is being looked for.
#[derive(Debug, Default)]
pub struct State {
    text: String,
    /// The place that is shown, among those that were found.
    place: usize,
    /// Whether the place is still to be shown.
    jumps: bool,
    /// Whether it is still to come into view.
    comes: bool,
    wants_focus: bool,
}

impl State {
    /// Looks for a phrase.
    pub fn look_for(&mut self, text: &str) {
        self.text = text.to_string();
        (self.place, self.jumps) = (0, true);
    }

    /// The field takes the keyboard.
    pub fn focus(&mut self) {
        self.wants_focus = true;
    }

    /// Forgets what was looked for.
    pub fn release(&mut self) -> Option<Action> {
        let was = !std::mem::take(&mut self.text).is_empty();
        was.then_some(Action::Data(Request::FindNothing))
    }

    /// The place in the dialogue that is shown.
    pub fn here(&mut self, ctx: &Context, shown: usize) -> Option<Here> {
        let found = ctx.session.library().found()?;
        let place = found.places.get(self.place).filter(|place| place.dialogue == shown)?;
        Some((place.turn, place.start..place.end, std::mem::take(&mut self.comes)))
    }
}

/// Shows the place that was found, once it is.
pub fn jump(ctx: &Context, state: &mut Station) {
    let Some(found) = ctx.session.library().found().filter(|_| state.find.jumps) else { return };
    state.find.jumps = false;
    state.find.place = state.find.place.min(found.places.len().saturating_sub(1));
    if let Some(place) = found.places.get(state.find.place) {
        (state.shown, state.rules.at) = (place.dialogue, None);
        state.find.comes = true;
    }
}

/// The field with what was found.
pub fn field(ui: &mut Ui, ctx: &Context, state: &mut Station, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    let find = &mut state.find;
    let wide = (ui.available_width() - 130.0).clamp(120.0, 300.0);
    let field = TextEdit::singleline(&mut find.text)
        .hint_text(words.find)
        .font(Type::Body.font())
        .margin(egui::Margin { left: 30, right: 8, top: 7, bottom: 7 })
        .desired_width(wide);
    let response = ui.add(field);
    let glass =
        Rect::from_center_size(response.rect.left_center() + vec2(15.0, 0.0), vec2(16.0, 16.0));
    paint_icon(ui.painter(), glass, Icon::Search, 0.85, colours.text3);
    if std::mem::take(&mut find.wants_focus) {
        response.request_focus();
    }
    if response.changed() {
        (find.place, find.jumps) = (0, true);
        actions.push(Action::Data(match find.text.is_empty() {
            true => Request::FindNothing,
            false => Request::Find(Phrase { text: find.text.clone(), from_reply: false }),
        }));
    }
    let library = ctx.session.library();
    let enter = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let Some(found) = library.found().filter(|_| !find.text.is_empty()) else {
        if library.progress(Task::Find).is_some() {
            ui.ctx().request_repaint_after_secs(0.05);
        }
        return;
    };
    let places = found.places.len();
    if places > 0 {
        let back = icon_button(ui, &ctx.look, Icon::Left, words.previous_place, places > 1);
        let on = icon_button(ui, &ctx.look, Icon::Right, words.next_place, places > 1);
        let by = usize::from(on.clicked() || enter) + (places - 1) * usize::from(back.clicked());
        if by > 0 {
            (find.place, find.jumps) = ((find.place + by) % places, true);
            if enter {
                response.request_focus();
            }
        }
    }
}

/// What was found, in a sentence.
pub fn outcome(ui: &mut Ui, ctx: &Context, find: &State) {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    let Some(found) = ctx.session.library().found().filter(|_| !find.text.is_empty()) else {
        return;
    };
    let places = found.places.len();
    let text = match (found.count, found.phrase.from_reply) {
        (0, true) => words.nowhere_reply.to_string(),
        (0, false) => words.nowhere.to_string(),
        (n, _) => fill(words.n_places, &[&numbers::count(n), &numbers::count(found.dialogues)]),
    };
    let text = match places {
        0 => text,
        n => {
            let place = fill(words.place_n, &[&(find.place + 1), &numbers::count(n)]);
            format!("{text} · {place}")
        }
    };
    paragraph(ui, &text, Type::Small, colours.text2);
}
