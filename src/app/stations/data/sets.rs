//! The collection: the sets that ship, and the user's own.

use super::State;
use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::theme::Type;
use crate::app::widgets::{
    ButtonKind, Icon, button, focus_ring, icon_button, named, paint_icon, put, put_within, width,
};
use crate::app::words::{Language as Screen, fill};
use crate::session::library::{Request, SetKey, Undone};
use crate::text::sets::index::{Form, Language};
use egui::{
    Align2, Area, Frame, Id, Key, Order, Rect, Role, ScrollArea, Sense, TextEdit, Ui, WidgetInfo,
    pos2, vec2,
};

/// A set in the list.
struct Row {
    key: SetKey,
    title: String,
    about: String,
    purpose: String,
}

/// Every set, the user's own first.
fn rows(ctx: &Context) -> Vec<Row> {
    let (words, library) = (ctx.words.data, ctx.session.library());
    let count = |n: usize, is_text: bool| {
        fill(if is_text { words.n_texts } else { words.n_dialogues }, &[&numbers::count(n)])
    };
    let own = library.own().iter().map(|set| Row {
        key: SetKey::Own(set.name.clone()),
        title: set.name.clone(),
        about: format!("{} · {}", count(set.dialogues, set.is_text), words.by_you),
        purpose: words.by_you.to_string(),
    });
    let shipped = library.shipped().iter().map(|set| {
        let language = match set.language {
            Some(Language::En) => words.english,
            Some(Language::Zh) => words.chinese,
            None => words.both,
        };
        Row {
            key: SetKey::Shipped(set.id.clone()),
            title: title_of(ctx, set).to_string(),
            about: format!("{} · {language}", count(set.counts.dialogues, set.form == Form::Text)),
            purpose: match Screen::of(ctx.words) {
                Screen::English => set.purpose.en.clone(),
                Screen::Chinese => set.purpose.zh.clone(),
            },
        }
    });
    own.chain(shipped).collect()
}

/// What a shipped set is called in the language of the screen.
pub fn title_of<'a>(ctx: &Context, set: &'a crate::text::sets::SetEntry) -> &'a str {
    match Screen::of(ctx.words) {
        Screen::English => &set.title.en,
        Screen::Chinese => &set.title.zh,
    }
}

/// What the chosen set is called.
pub fn chosen_title(ctx: &Context) -> String {
    let library = ctx.session.library();
    let entry = library.entry(library.chosen());
    entry.map_or(library.chosen().name(), |set| title_of(ctx, set)).to_string()
}

/// The list at the left of the stage.
pub fn list(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let chosen = ctx.session.library().chosen().clone();
    let is_new = state.listed.replace(chosen.clone()).as_ref() != Some(&chosen);
    ScrollArea::vertical().id_salt("sets").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let new = ctx.words.data.new_set;
        if button(ui, &ctx.look, ButtonKind::Quiet, Some(Icon::Plus), new, true).clicked() {
            let name = ctx.words.data.new_set_name.to_string();
            actions.push(Action::Data(Request::NewSet(name)));
        }
        for row in rows(ctx) {
            if is_new && row.key == chosen {
                // What was chosen elsewhere, as a lesson does, comes into sight.
                let place = Rect::from_min_size(ui.cursor().min, vec2(1.0, 56.0));
                ui.scroll_to_rect(place, None);
            }
            if row.key == chosen && row.key.is_own() {
                own_row(ui, ctx, state, &row, actions);
            } else if set_row(ui, ctx, &row, row.key == chosen, ui.available_width()) {
                actions.push(Action::Data(Request::Choose(row.key)));
            }
        }
    });
}

/// A set with its count; returns whether it was clicked.
fn set_row(ui: &mut Ui, ctx: &Context, row: &Row, is_chosen: bool, wide: f32) -> bool {
    let colours = ctx.look.colours();
    let (rect, response) = ui.allocate_exact_size(vec2(wide, 56.0), Sense::click());
    response.widget_info(|| {
        let text = format!("{}: {}", row.title, row.about);
        WidgetInfo::selected(Role::RadioButton, true, is_chosen, text)
    });
    if is_chosen || response.hovered() {
        let ground = if is_chosen && ctx.look.dark { colours.raised } else { colours.hover };
        ui.painter().rect_filled(rect, 10.0, ground);
    }
    let kind = if is_chosen { Type::Strong } else { Type::Label };
    let ink = if is_chosen { colours.text1 } else { colours.text2 };
    let (left, room) = (rect.left() + 14.0, rect.width() - 28.0);
    let beside_tick = if is_chosen && !row.key.is_own() { room - 22.0 } else { room };
    let (high, low) = (pos2(left, rect.top() + 20.0), pos2(left, rect.top() + 38.0));
    put_within(ui.painter(), high, beside_tick, &row.title, kind.font(), ink);
    put_within(ui.painter(), low, room, &row.about, Type::Small.font(), colours.text3);
    if is_chosen && !row.key.is_own() {
        let place =
            Rect::from_center_size(pos2(rect.right() - 22.0, rect.top() + 20.0), vec2(16.0, 16.0));
        paint_icon(ui.painter(), place, Icon::Tick, 0.8, colours.text1);
    }
    focus_ring(ui, &ctx.look, rect, 10.0, &response);
    response.on_hover_text(&row.purpose).clicked()
}

/// The chosen set of the user's: it can be renamed and removed.
fn own_row(ui: &mut Ui, ctx: &Context, state: &mut State, row: &Row, actions: &mut Vec<Action>) {
    let words = ctx.words.data;
    if let Some(name) = &mut state.renaming {
        let field = TextEdit::singleline(name).desired_width(ui.available_width() - 24.0);
        let response = ui.add(field.margin(vec2(12.0, 8.0)));
        if !response.has_focus() && !response.lost_focus() {
            response.request_focus();
        }
        response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, words.rename));
        if response.lost_focus() {
            if ui.input(|input| input.key_pressed(Key::Enter)) {
                actions.push(Action::Data(Request::Rename(name.clone())));
            }
            state.renaming = None;
        }
        return;
    }
    let top = ui.cursor().min;
    let wide = ui.available_width();
    set_row(ui, ctx, row, true, wide);
    let tools = Rect::from_min_size(top + vec2(wide - 72.0, 4.0), vec2(68.0, 32.0));
    // They stand on the row: what comes next begins below it, not below them.
    ui.new_child(egui::UiBuilder::new().max_rect(tools)).horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        if icon_button(ui, &ctx.look, Icon::Pen, words.rename, true).clicked() {
            state.renaming = Some(row.title.clone());
        }
        if icon_button(ui, &ctx.look, Icon::Bin, words.delete_set, true).clicked() {
            actions.push(Action::Data(Request::RemoveSet));
        }
    });
}

/// In a narrow window, the list as a menu behind the name of the chosen set.
pub fn menu(ui: &mut Ui, ctx: &Context, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    let title = chosen_title(ctx);
    let font = Type::Label.font();
    let size = vec2(width(ui.painter(), &title, font.clone()) + 40.0, 32.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    named(&response, Role::Button, true, words.choose_set);
    let ink = if response.hovered() { colours.text1 } else { colours.text2 };
    put(ui.painter(), rect.left_center() + vec2(12.0, 0.0), Align2::LEFT_CENTER, &title, font, ink);
    let arrow = Rect::from_center_size(rect.right_center() - vec2(14.0, 0.0), vec2(12.0, 12.0));
    paint_icon(ui.painter(), arrow, Icon::Down, 0.8, ink);
    focus_ring(ui, &ctx.look, rect, 8.0, &response);
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(250.0);
        ScrollArea::vertical().max_height(380.0).show(ui, |ui| {
            let chosen = ctx.session.library().chosen().clone();
            for row in rows(ctx) {
                if set_row(ui, ctx, &row, row.key == chosen, 240.0) {
                    actions.push(Action::Data(Request::Choose(row.key)));
                    ui.close();
                }
            }
            ui.separator();
            if ui.button(words.new_set).clicked() {
                actions.push(Action::Data(Request::NewSet(words.new_set_name.to_string())));
            }
            if chosen.is_own() && ui.button(words.delete_set).clicked() {
                actions.push(Action::Data(Request::RemoveSet));
            }
        });
    });
}

/// One sentence about the last change; returns whether it is to be undone.
pub fn toast(ui: &Ui, ctx: &Context, change: Undone, stage: Rect) -> bool {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    let sentence = match change {
        Undone::Written => words.was_written,
        Undone::Edited => words.was_edited,
        Undone::Deleted => words.was_deleted,
        Undone::SetDeleted => words.set_was_deleted,
    };
    let mut undo = false;
    let area = Area::new(Id::unique("data toast")).order(Order::Foreground);
    area.fixed_pos(pos2(stage.left(), stage.bottom() - 52.0)).show(ui.ctx(), |ui| {
        let card = Frame::new().fill(colours.text1).corner_radius(8.0);
        card.inner_margin(egui::Margin { left: 16, right: 6, top: 4, bottom: 4 }).show(ui, |ui| {
            ui.horizontal(|ui| {
                let text = egui::RichText::new(sentence).font(Type::Body.font());
                ui.label(text.color(colours.stage));
                let undo_word = ctx.words.undo;
                let font = Type::Strong.font();
                let size = vec2(width(ui.painter(), undo_word, font.clone()) + 20.0, 32.0);
                let (rect, response) = ui.allocate_exact_size(size, Sense::click());
                named(&response, Role::Button, true, undo_word);
                put(
                    ui.painter(),
                    rect.center(),
                    Align2::CENTER_CENTER,
                    undo_word,
                    font,
                    colours.stage,
                );
                if response.hovered() {
                    let y = rect.bottom() - 6.0;
                    ui.painter().hline(
                        rect.shrink2(vec2(10.0, 0.0)).x_range(),
                        y,
                        (1.0, colours.stage),
                    );
                }
                undo = response.clicked();
            });
        });
    });
    undo
}
