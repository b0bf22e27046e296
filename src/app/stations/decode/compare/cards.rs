//! Three cards beside each other: the texts and their numbers.

use super::{State, tree};
use crate::app::context::Context;
use crate::app::numbers;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{Icon, icon_button, paragraph, put, width};
use crate::app::words::fill;
use crate::decode::{distinct, repeats};
use crate::session::{Search, Strand};
use egui::{
    Align, Align2, Color32, Frame, Layout, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};

/// One way to write.
struct Way<'a> {
    name: &'a str,
    ink: Color32,
    dotted: bool,
    /// The text that is read.
    text: Strand,
    /// All its texts.
    texts: Vec<Vec<u32>>,
    /// Which of them is read, of how many; none if there is one.
    which: Option<(usize, usize)>,
    /// The same in words.
    said: String,
    done: bool,
}

/// Paints the cards.
pub fn cards(ui: &mut Ui, ctx: &Context, state: &mut State, search: &Search, narrow: bool) {
    let beams = search.chosen(search.steps().len());
    let samples = search.samples();
    state.sample = state.sample.min(samples.len().saturating_sub(1));
    state.beam = state.beam.min(beams.len().saturating_sub(1));
    let gap = if narrow { 10.0 } else { 16.0 };
    let wide = (ui.available_width() - 2.0 * gap) / 3.0;
    let top = ui.cursor().min;
    let mut bottom = top.y;
    for (at, way) in ways(ctx, state, search).into_iter().enumerate() {
        let left = top.x + at as f32 * (wide + gap);
        let place = egui::Rect::from_min_size(pos2(left, top.y), vec2(wide, 400.0));
        let builder = UiBuilder::new().max_rect(place).id_salt(("card", at));
        let shown = ui.scope_builder(builder, |ui| {
            let turned = card(ui, ctx, &way, narrow);
            match at {
                1 => turn(&mut state.sample, turned, samples.len()),
                2 => turn(&mut state.beam, turned, beams.len()),
                _ => {}
            }
        });
        bottom = bottom.max(shown.response.rect.bottom());
    }
    ui.advance_cursor_after_rect(egui::Rect::from_min_max(
        top,
        pos2(top.x + ui.available_width(), bottom + 4.0),
    ));
}

fn turn(at: &mut usize, by: isize, count: usize) {
    *at = at.saturating_add_signed(by).min(count.saturating_sub(1));
}

fn ways<'a>(ctx: &'a Context, state: &State, search: &Search) -> [Way<'a>; 3] {
    let (words, colours) = (ctx.words.tree, ctx.look.colours());
    let samples = search.samples();
    let beams = search.chosen(search.steps().len());
    let over = search.end().is_some();
    let best = search.best(search.steps().len());
    let beam = beams.get(state.beam).copied().filter(|_| over).or(best);
    let which = |at: usize, count: usize| (count > 1).then_some((at, count));
    let said = |words: &str, at: usize, count: usize| fill(words, &[&(at + 1), &count]);
    [
        Way {
            name: words.greedy,
            ink: colours.fill_of(Part::Query),
            dotted: false,
            text: search.greedy().clone(),
            texts: vec![search.greedy().ids()],
            which: None,
            said: String::new(),
            done: search.greedy().finish.is_some(),
        },
        Way {
            name: words.sampling,
            ink: colours.fill_of(Part::Key),
            dotted: true,
            text: samples.get(state.sample).cloned().unwrap_or_default(),
            texts: samples.iter().map(Strand::ids).collect(),
            which: which(state.sample, samples.len()),
            said: said(words.run_n, state.sample, samples.len()),
            done: samples.iter().all(|sample| sample.finish.is_some()),
        },
        Way {
            name: words.beam,
            ink: colours.text1,
            dotted: false,
            text: beam.map(|node| search.strand(node)).unwrap_or_default(),
            texts: if over {
                beams.iter().map(|&node| search.ids(node)).collect()
            } else {
                Vec::new()
            },
            which: which(state.beam, beams.len()).filter(|_| over),
            said: said(words.beam_n, state.beam, beams.len()),
            done: over,
        },
    ]
}

/// One card; returns by how many texts was turned.
fn card(ui: &mut Ui, ctx: &Context, way: &Way, narrow: bool) -> isize {
    let (words, colours, s) = (ctx.words.tree, ctx.look.colours(), ctx.look.scale);
    let mut turned = 0;
    let frame = Frame::new().fill(colours.panel).corner_radius(10.0).inner_margin(12.0);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(22.0, 24.0) * s, Sense::hover());
            let line = [rect.left_center(), rect.right_center()];
            if way.dotted {
                tree::dotted(ui.painter(), &line, 2.5 * s, way.ink);
            } else {
                ui.painter().line_segment(line, Stroke::new(3.0 * s, way.ink));
            }
            paragraph(ui, way.name, Type::Strong, colours.text1);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                if let Some(which) = &way.which {
                    let [next, before] = [words.next_text, words.previous_text];
                    if icon_button(ui, &ctx.look, Icon::Right, next, true).clicked() {
                        turned = 1;
                    }
                    if icon_button(ui, &ctx.look, Icon::Left, before, true).clicked() {
                        turned = -1;
                    }
                    let (at, count) = *which;
                    let text = format!("{} / {count}", at + 1);
                    let font = Type::Caption.scaled(s);
                    let size = vec2(width(ui.painter(), &text, font.clone()) + 6.0, 24.0 * s);
                    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
                    let at = rect.center();
                    put(ui.painter(), at, Align2::CENTER_CENTER, &text, font, colours.text3);
                    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &way.said));
                } else if !way.done {
                    paragraph(ui, words.still_writing, Type::Caption, colours.text3);
                }
            });
        });
        let text = tree::text_of(ctx, &way.text.ids());
        // The text keeps its room while it grows, so that nothing below it jumps.
        ui.scope(|ui| {
            ui.set_min_height(88.0 * s);
            paragraph(ui, &text, Type::Token, colours.text1);
        });
        figures(ui, ctx, way, narrow);
    });
    turned
}

fn figures(ui: &mut Ui, ctx: &Context, way: &Way, narrow: bool) {
    let words = ctx.words.tree;
    let length = way.text.tokens.len();
    let (total, mean) = (way.text.logprob(), way.text.logprob() / length.max(1) as f64);
    row(ui, ctx, words.total, &numbers::signed(total as f32));
    row(ui, ctx, words.per_token, &numbers::score(mean));
    row(ui, ctx, words.length, &length.to_string());
    let again = repeats(2, &way.text.ids());
    let again = fill(ctx.words.n_of_m, &[&again.different, &again.all]);
    row(ui, ctx, words.repeated, &again);
    // A small window has no room for the single tokens.
    for n in (1..=2).skip(usize::from(narrow)) {
        let share = distinct(n, &way.texts).share();
        let share = share.map_or("–".into(), |share| numbers::probability(share as f32));
        let over = match way.texts.len() {
            0 => continue,
            1 => words.over_one.to_string(),
            count => fill(words.over_texts, &[&count]),
        };
        let short = fill(words.distinct_n, &[&n]);
        let name = format!("{short} {over}");
        // A small window has no room to say of how many texts; it is said all the same.
        let shown = if narrow { &short } else { &name };
        row_named(ui, ctx, (shown, &name), &share);
    }
}

/// A name and its number.
fn row(ui: &mut Ui, ctx: &Context, name: &str, value: &str) {
    row_named(ui, ctx, (name, name), value);
}

/// A name as it is shown and as it is said, and its number.
fn row_named(ui: &mut Ui, ctx: &Context, (shown, name): (&str, &str), value: &str) {
    let (colours, s) = (ctx.look.colours(), ctx.look.scale);
    let size = vec2(ui.available_width(), 18.0 * s);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let painter = ui.painter().with_clip_rect(rect);
    let (small, number) = (Type::Small.scaled(s), Type::NumberSmall.scaled(s));
    put(&painter, rect.left_center(), Align2::LEFT_CENTER, shown, small, colours.text2);
    put(&painter, rect.right_center(), Align2::RIGHT_CENTER, value, number, colours.text1);
    let said = format!("{name}: {value}");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
}

/// How varied beams and samples are, and how many samples begin like the others, in sentences.
pub fn variety(ctx: &Context, search: &Search) -> String {
    let words = ctx.words.tree;
    let samples: Vec<Vec<u32>> = search.samples().iter().map(Strand::ids).collect();
    let chosen = search.chosen(search.steps().len());
    let beams: Vec<Vec<u32>> = chosen.iter().map(|&node| search.ids(node)).collect();
    let shares = [&beams, &samples].map(|texts| distinct(2, texts).share());
    if samples.len() < 2 || beams.len() < 2 {
        return String::new();
    }
    let [Some(ours), Some(theirs)] = shares else { return String::new() };
    // A little less is no difference worth a sentence.
    if ours > theirs - 0.05 {
        return String::new();
    }
    let [ours, theirs] = [ours, theirs].map(|share| numbers::probability(share as f32));
    fill(words.duller, &[&ours, &theirs])
}
