//! Importing: what was read, and line by line what was not understood.

use super::layout::bubble;
use super::marks;
use super::talk::{ground, speaker};
use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::theme::Type;
use crate::app::widgets::{
    ButtonKind, CardKind, Icon, ProgressTexts, button, card, paragraph, progress, put, segmented,
};
use crate::app::words::data::Words;
use crate::app::words::fill;
use crate::session::library::{Arrival, Import, Origin, Request, Task};
use crate::text::dialogue::Role as Speaker;
use crate::text::import::{Fault, Form};
use egui::{
    Align2, Rect, Role, ScrollArea, Sense, TextEdit, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

/// What the pane remembers.
#[derive(Debug, Default)]
pub struct State {
    /// The name that the set will have; none until it is typed or read.
    name: Option<String>,
}

/// So many dialogues are shown before the rest is taken on trust.
const PREVIEW: usize = 12;
/// A line of the report.
const REMARK: f32 = 46.0;

/// The pane; returns whether it is done.
pub fn pane(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    narrow: bool,
    actions: &mut Vec<Action>,
) -> bool {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    paragraph(ui, words.import_title, Type::Heading, colours.text1);
    ui.add_space(4.0);
    match ctx.session.library().import() {
        None => return invite(ui, ctx, actions),
        Some(Import::Reading(origin)) => reading(ui, ctx, origin, actions),
        Some(Import::Failed(_, why)) => {
            card(ui, &ctx.look, CardKind::Error, why, "");
            ui.add_space(8.0);
            return ui
                .horizontal(|ui| {
                    choose_button(ui, ctx, actions);
                    cancel(ui, ctx, actions)
                })
                .inner;
        }
        Some(Import::Ready(arrival)) => return arrived(ui, ctx, state, arrival, narrow, actions),
    }
    false
}

fn choose_button(ui: &mut Ui, ctx: &Context, actions: &mut Vec<Action>) {
    let label = ctx.words.data.choose_file;
    if button(ui, &ctx.look, ButtonKind::Main, Some(Icon::Import), label, true).clicked() {
        actions.push(Action::ChooseData);
    }
}

fn cancel(ui: &mut Ui, ctx: &Context, actions: &mut Vec<Action>) -> bool {
    let clicked = button(ui, &ctx.look, ButtonKind::Plain, None, ctx.words.cancel, true).clicked();
    if clicked {
        actions.push(Action::Data(Request::Refuse));
    }
    clicked
}

/// Nothing has come yet: how it can, and in which forms.
fn invite(ui: &mut Ui, ctx: &Context, actions: &mut Vec<Action>) -> bool {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    let top = ui.cursor().min;
    let place = Rect::from_min_size(top, vec2(ui.available_width(), 104.0));
    marks::dashed(ui.painter(), place.shrink(1.0), colours.line2);
    let mut done = false;
    ui.scope_builder(UiBuilder::new().max_rect(place.shrink(18.0)), |ui| {
        paragraph(ui, words.import_how, Type::Read, colours.text1);
        ui.horizontal(|ui| {
            choose_button(ui, ctx, actions);
            done = cancel(ui, ctx, actions);
        });
    });
    ui.advance_cursor_after_rect(place);
    ui.add_space(12.0);
    for form in Form::ALL {
        let (name, what) = form_texts(words, form);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 12.0;
            ui.allocate_ui(vec2(96.0, 20.0), |ui| {
                ui.set_min_width(96.0);
                paragraph(ui, name, Type::Label, colours.text1);
            });
            paragraph(ui, what, Type::Body, colours.text2);
        });
    }
    done
}

fn reading(ui: &mut Ui, ctx: &Context, origin: &Origin, actions: &mut Vec<Action>) {
    let words = ctx.words.data;
    let Some(done) = ctx.session.library().progress(Task::Import) else { return };
    let what = match origin {
        Origin::File(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        Origin::Pasted(_) => words.pasted.to_string(),
    };
    let texts = ProgressTexts {
        what: &fill(words.reading_file, &[&what]),
        left: &super::left(ctx, &done),
        stop: Some(ctx.words.stop),
    };
    if progress(ui, &ctx.look, texts, done.share) {
        actions.push(Action::Data(Request::Refuse));
    }
}

/// What a form is called, and what it looks like.
fn form_texts(words: &'static Words, form: Form) -> (&'static str, &'static str) {
    match form {
        Form::Transcript => (words.form_transcript, words.form_transcript_is),
        Form::ChatMessages => (words.form_messages, words.form_messages_is),
        Form::ShareGpt => (words.form_sharegpt, words.form_sharegpt_is),
        Form::Csv => (words.form_csv, words.form_csv_is),
        Form::PlainText => (words.form_plain, words.form_plain_is),
    }
}

/// Everything is read: look at it before it is taken.
fn arrived(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    arrival: &Arrival,
    narrow: bool,
    actions: &mut Vec<Action>,
) -> bool {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    ui.horizontal(|ui| {
        paragraph(ui, words.read_as, Type::Label, colours.text2);
        let labels = Form::ALL.map(|form| form_texts(words, form).0);
        let current = Form::ALL.iter().position(|form| *form == arrival.form).unwrap_or(0);
        if let Some(chosen) = segmented(ui, &ctx.look, &labels, current) {
            actions.push(Action::Data(Request::ImportAs(Form::ALL[chosen])));
        }
    });
    let (dialogues, lines) = (arrival.book.dialogues.len(), numbers::count(arrival.lines));
    let summary = match (dialogues, arrival.book.is_text) {
        (0, _) => words.nothing_arrived.to_string(),
        (n, true) => fill(words.arrived_texts, &[&numbers::count(n), &lines]),
        (n, false) => {
            let turns = numbers::count(arrival.turns);
            fill(words.arrived, &[&numbers::count(n), &turns, &lines])
        }
    };
    paragraph(ui, &summary, Type::Read, colours.text1);
    ui.add_space(4.0);
    let rest = ui.available_rect_before_wrap();
    let middle = rest.with_max_y(rest.bottom() - 60.0);
    let share = if narrow { 0.46 } else { 0.5 };
    let [left, right] = [
        middle.with_max_x(middle.left() + middle.width() * share - 14.0),
        middle.with_min_x(middle.left() + middle.width() * share + 14.0),
    ];
    ui.scope_builder(UiBuilder::new().max_rect(left), |ui| preview(ui, ctx, arrival));
    ui.scope_builder(UiBuilder::new().max_rect(right), |ui| report(ui, ctx, arrival));
    let foot = rest.with_min_y(rest.bottom() - 48.0);
    ui.scope_builder(UiBuilder::new().max_rect(foot), |ui| take(ui, ctx, state, arrival, actions))
        .inner
}

/// The first dialogues.
fn preview(ui: &mut Ui, ctx: &Context, arrival: &Arrival) {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    paragraph(ui, words.preview, Type::Strong, colours.text1);
    ScrollArea::vertical().id_salt("preview").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        for (number, dialogue) in arrival.book.dialogues.iter().take(PREVIEW).enumerate() {
            if number > 0 {
                let (rect, _) =
                    ui.allocate_exact_size(vec2(ui.available_width(), 9.0), Sense::hover());
                ui.painter().hline(rect.x_range(), rect.center().y, (1.0, colours.line0));
            }
            for turn in dialogue.turns.iter().take(8) {
                preview_turn(ui, ctx, turn, arrival.book.is_text);
            }
        }
    });
}

fn preview_turn(ui: &mut Ui, ctx: &Context, turn: &crate::text::Turn, is_text: bool) {
    let most = ui.available_width() * 0.86 - 28.0;
    let text: String = turn.text.chars().take(400).collect();
    let job = marks::learned(&ctx.look, &text, None, most);
    let galley = ui.painter().layout_job(job);
    let name = if is_text { 0.0 } else { 18.0 };
    let size = vec2(ui.available_width() - 8.0, galley.size().y + 16.0 + name);
    let (row, response) = ui.allocate_exact_size(size, Sense::hover());
    let is_user = turn.role == Speaker::User && !is_text;
    if !is_text {
        speaker(ui, ctx, turn.role, row);
    }
    let rect = bubble(row.with_min_y(row.top() + name), galley.size() + vec2(28.0, 16.0), is_user);
    ground(ui, ctx, rect, is_user);
    ui.painter().galley(rect.min + vec2(14.0, 8.0), galley, ctx.look.colours().text1);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
}

/// Every line that was not understood. Only those in view are laid out: there may be thousands.
fn report(ui: &mut Ui, ctx: &Context, arrival: &Arrival) {
    let (words, colours) = (ctx.words.data, ctx.look.colours());
    if arrival.remarks.is_empty() {
        paragraph(ui, words.report, Type::Strong, colours.text1);
        paragraph(ui, words.all_understood, Type::Body, colours.text2);
        return;
    }
    let count = fill(words.n_remarks, &[&numbers::count(arrival.remarks.len())]);
    paragraph(ui, &format!("{} · {count}", words.report), Type::Strong, colours.text1);
    ui.spacing_mut().item_spacing.y = 4.0;
    let area = ScrollArea::vertical().id_salt("report").auto_shrink(false);
    area.show_rows(ui, REMARK, arrival.remarks.len(), |ui, rows| {
        for remark in &arrival.remarks[rows] {
            let size = vec2(ui.available_width(), REMARK);
            let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
            let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
            let line = fill(words.line_n, &[&remark.line]);
            let y = rect.top() + 12.0;
            let at = put(
                &painter,
                pos2(rect.left(), y),
                Align2::LEFT_CENTER,
                &line,
                Type::NumberSmall.font(),
                colours.text2,
            );
            let left = at.right().max(rect.left() + 76.0) + 10.0;
            put(
                &painter,
                pos2(left, y),
                Align2::LEFT_CENTER,
                remark.excerpt.trim(),
                Type::NumberSmall.font(),
                colours.text1,
            );
            let why = fault_text(words, &remark.fault);
            let y = rect.top() + 32.0;
            put(
                &painter,
                pos2(rect.left(), y),
                Align2::LEFT_CENTER,
                &why,
                Type::Small.font(),
                colours.text2,
            );
            let text = format!("{line}: {} {why}", remark.excerpt.trim());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
            response.on_hover_text(&text);
        }
    });
}

/// What is wrong with a line, in the language of the screen.
fn fault_text(words: &'static Words, fault: &Fault) -> String {
    match fault {
        Fault::NoSpeaker => words.fault_no_speaker.into(),
        Fault::SpeaksTwice(_) => words.fault_twice.into(),
        Fault::NotJson(why) => format!("{} ({why})", words.fault_not_json),
        Fault::OtherRole(role) => fill(words.fault_other_role, &[role]),
        Fault::NoMessage => words.fault_no_message.into(),
        Fault::NoEnd => words.fault_no_end.into(),
        Fault::NoHead => words.fault_no_head.into(),
        Fault::TooFewColumns => words.fault_few_columns.into(),
        Fault::OtherRow => words.fault_other_row.into(),
        Fault::Unclosed => words.fault_unclosed.into(),
    }
}

/// Its name, and the button that takes it in; returns whether the pane is done.
fn take(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    arrival: &Arrival,
    actions: &mut Vec<Action>,
) -> bool {
    let words = ctx.words.data;
    let mut done = false;
    ui.horizontal_centered(|ui| {
        let name = state.name.get_or_insert_with(|| match arrival.origin.name() {
            name if name.is_empty() => words.new_set_name.to_string(),
            name => name,
        });
        let field = TextEdit::singleline(name).desired_width(180.0).margin(vec2(12.0, 7.0));
        let response = ui.add(field.font(Type::Body.font()));
        response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, words.name_of_set));
        let ready = !arrival.book.dialogues.is_empty();
        let add = words.add_to_collection;
        if button(ui, &ctx.look, ButtonKind::Main, None, add, ready).clicked() && ready {
            actions.push(Action::Data(Request::Accept(name.clone())));
            done = true;
        }
        done |= cancel(ui, ctx, actions);
    });
    done
}
