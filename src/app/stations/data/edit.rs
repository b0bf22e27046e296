//! Writing a dialogue: turn by turn, who speaks and what is said.

use crate::app::context::{Action, Context};
use crate::app::theme::{Part, Type};
use crate::app::widgets::{ButtonKind, Icon, button, focus_ring, icon_button, paragraph, put};
use crate::app::words::fill;
use crate::session::library::Request;
use crate::text::dialogue::Role as Speaker;
use crate::text::{Dialogue, Turn};
use egui::{
    Align, Align2, Key, Layout, Modifiers, Role, ScrollArea, Sense, Stroke, StrokeKind, TextEdit,
    Ui, WidgetInfo, vec2,
};

/// A dialogue that is being written.
#[derive(Debug)]
pub struct Draft {
    /// The one it takes the place of; none if it is new.
    at: Option<usize>,
    turns: Vec<Turn>,
    /// The turn that takes the keyboard.
    focus: Option<usize>,
}

/// Longer ones are edited in a file.
const LONGEST: usize = 12_000;

/// Whether a dialogue is short enough to be edited on the screen.
pub fn is_editable(dialogue: &Dialogue) -> bool {
    dialogue.turns.iter().map(|turn| turn.text.len()).sum::<usize>() <= LONGEST
        && dialogue.turns.len() <= 60
}

impl Draft {
    /// A new dialogue of one question and its reply.
    pub fn new() -> Self {
        Self { at: None, turns: vec![Turn::user(""), Turn::bot("")], focus: Some(0) }
    }

    /// A dialogue that is there.
    pub fn of(at: usize, dialogue: &Dialogue) -> Self {
        Self { at: Some(at), turns: dialogue.turns.clone(), focus: Some(0) }
    }

    fn says_something(&self) -> bool {
        self.turns.iter().any(|turn| !turn.text.trim().is_empty())
    }

    /// What saving asks for. A new dialogue stands behind the one that is `shown`.
    fn save(&self, shown: usize, is_empty: bool) -> Request {
        let dialogue = Dialogue { turns: self.turns.clone() };
        match self.at {
            Some(at) => Request::Replace(at, dialogue),
            None => Request::Insert(if is_empty { 0 } else { shown + 1 }, dialogue),
        }
    }
}

/// The editor; returns whether it is done.
pub fn editor(
    ui: &mut Ui,
    ctx: &Context,
    draft: &mut Draft,
    shown: usize,
    actions: &mut Vec<Action>,
) -> bool {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    let library = ctx.session.library();
    let is_text = library.book().is_some_and(|book| book.is_text);
    let is_empty = library.book().is_none_or(|book| book.dialogues.is_empty());
    if is_text && draft.turns.len() > 1 {
        draft.turns = vec![Turn::bot("")];
    }
    let title = match draft.at {
        Some(at) => fill(words.editing, &[&(at + 1)]),
        None => words.writing.to_string(),
    };
    paragraph(ui, &title, Type::Heading, colours.text1);
    if !library.chosen().is_own() {
        paragraph(ui, words.copied, Type::Small, colours.text2);
    }
    let mut done = false;
    let save = ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter));
    let room = (ui.available_height() - 56.0).max(80.0);
    ScrollArea::vertical().id_salt("draft").max_height(room).auto_shrink([false, true]).show(
        ui,
        |ui| {
            let mut gone = None;
            let count = draft.turns.len();
            for (number, turn) in draft.turns.iter_mut().enumerate() {
                let focus = draft.focus == Some(number);
                if turn_row(ui, ctx, number, turn, is_text, (focus, count > 1)) {
                    gone = Some(number);
                }
            }
            draft.focus = None;
            if let Some(gone) = gone {
                draft.turns.remove(gone);
            }
            let add = ctx.words.data.add_turn;
            if !is_text
                && button(ui, &ctx.look, ButtonKind::Quiet, Some(Icon::Plus), add, true).clicked()
            {
                let last = draft.turns.last().map(|turn| turn.role);
                let role = if last == Some(Speaker::User) { Speaker::Bot } else { Speaker::User };
                draft.focus = Some(draft.turns.len());
                draft.turns.push(Turn { role, text: String::new() });
            }
        },
    );
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let ready = draft.says_something();
        let clicked = button(ui, &ctx.look, ButtonKind::Main, None, words.save, ready).clicked();
        if ready && (clicked || save) {
            actions.push(Action::Data(draft.save(shown, is_empty)));
            if draft.at.is_none() && !is_empty {
                actions.push(Action::ShowDialogue(shown + 1));
            }
            done = true;
        }
        if button(ui, &ctx.look, ButtonKind::Plain, None, ctx.words.cancel, true).clicked() {
            done = true;
        }
        let Some(at) = draft.at else { return };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let icon = Some(Icon::Bin);
            if button(ui, &ctx.look, ButtonKind::Quiet, icon, words.delete, true).clicked() {
                actions.push(Action::Data(Request::Remove(at)));
                done = true;
            }
        });
    });
    done
}

/// One turn; returns whether it is to be removed.
fn turn_row(
    ui: &mut Ui,
    ctx: &Context,
    number: usize,
    turn: &mut Turn,
    is_text: bool,
    (focus, removable): (bool, bool),
) -> bool {
    let words = ctx.words.data;
    let mut remove = false;
    ui.horizontal_top(|ui| {
        if !is_text && role_chip(ui, ctx, number, turn.role) {
            turn.role = if turn.role == Speaker::User { Speaker::Bot } else { Speaker::User };
        }
        let hint = match turn.role {
            _ if is_text => "",
            Speaker::User => words.what_user_says,
            Speaker::Bot => words.what_bot_says,
        };
        let wide = ui.available_width() - 44.0;
        let field = TextEdit::multiline(&mut turn.text)
            .id_salt(("turn", number))
            .hint_text(hint)
            .font(Type::Read.font())
            .desired_rows(if is_text { 8 } else { 1 })
            .desired_width(wide)
            .margin(vec2(12.0, 8.0));
        let response = ui.add(field);
        if focus {
            response.request_focus();
        }
        let name = fill(words.turn_text, &[&(number + 1)]);
        response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, &name));
        if removable {
            remove = icon_button(ui, &ctx.look, Icon::Close, words.remove_turn, true).clicked();
        }
    });
    remove
}

/// The speaker as a chip; clicked, the other one speaks. Returns whether it was.
fn role_chip(ui: &mut Ui, ctx: &Context, number: usize, role: Speaker) -> bool {
    let colours = ctx.look.colours();
    let (word, part) = match role {
        Speaker::User => (ctx.words.user, Part::User),
        Speaker::Bot => (ctx.words.bot, Part::Bot),
    };
    let (rect, response) = ui.allocate_exact_size(vec2(72.0, 38.0), Sense::click());
    let name = fill(ctx.words.data.swap_role, &[&(number + 1), &word]);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let pill = egui::Rect::from_center_size(rect.center(), vec2(66.0, 24.0));
    let ground = if response.hovered() { colours.hover } else { colours.stage };
    let line = Stroke::new(1.0, colours.fill_of(part));
    ui.painter().rect(pill, 12.0, ground, line, StrokeKind::Inside);
    let font = Type::Label.font();
    put(ui.painter(), pill.center(), Align2::CENTER_CENTER, word, font, colours.text_of(part));
    focus_ring(ui, &ctx.look, pill, 12.0, &response);
    response.on_hover_text(&name).clicked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_put_where_it_belongs() {
        let draft = Draft::new();
        assert!(!draft.says_something());
        assert!(matches!(draft.save(4, false), Request::Insert(5, _)));
        assert!(matches!(draft.save(0, true), Request::Insert(0, _)));
        let there = Dialogue { turns: vec![Turn::user("Hi"), Turn::bot("Hello")] };
        let draft = Draft::of(3, &there);
        assert_eq!(draft.save(3, false), Request::Replace(3, there.clone()));
        assert!(is_editable(&there));
        assert!(!is_editable(&Dialogue { turns: vec![Turn::bot("a".repeat(LONGEST + 1))] }));
    }
}
