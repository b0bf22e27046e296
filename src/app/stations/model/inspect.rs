//! What the locked part of the model is, in words and numbers.

use super::causes::{effect, part_name, switch};
use super::{State, steps};
use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::stations::chat::{candidate_row, fact, most_probable};
use crate::app::stations::decode::Ask;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{
    ButtonKind, Chip, ChipState, Edge, bar, button, chip_at, paragraph, put, sparkline,
};
use crate::app::words::fill;
use crate::interpret::provenance::Cell;
use crate::nn::Name;
use crate::session::engine::Sight;
use egui::{Align, Align2, Layout, Rect, RichText, Sense, Stroke, Ui, pos2, vec2};

/// The inspector of the Model station.
pub fn inspector(ui: &mut Ui, ctx: &Context, state: &State, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words, ctx.look.colours());
    let Some(sight) = state.sight(ctx) else {
        paragraph(ui, words.nothing_locked, Type::Heading, colours.text1);
        paragraph(ui, words.nothing_locked_map, Type::Body, colours.text2);
        return;
    };
    let rows = steps::rows_shown(state, sight);
    let row = ctx.locked.position.unwrap_or(usize::MAX).min(rows.max(1) - 1);
    paragraph(ui, &place(ctx, row), Type::Small, colours.text3);
    paragraph(ui, &title(ctx, sight, row, rows), Type::Heading, colours.text1);
    ui.add_space(10.0);
    if ctx.locked.component().is_some() {
        switch(ui, ctx, actions);
        ui.add_space(12.0);
    }
    effect(ui, ctx, row, actions);
    if let Some(block) = ctx.locked.block.filter(|&block| block < sight.reading.config.layers) {
        reads(ui, ctx, sight, block, row);
        ui.add_space(12.0);
    }
    paragraph(ui, words.next_token, Type::Label, colours.text1);
    for (token, probability) in most_probable(sight.reading.logits(row), 5) {
        candidate_row(ui, ctx, token, probability, ctx.locked.candidate == Some(token));
    }
    if button(ui, &ctx.look, ButtonKind::Quiet, None, words.behind.trace, true).clicked() {
        let best = most_probable(sight.reading.logits(row), 1).first().map(|(token, _)| *token);
        if let Some(token) = ctx.locked.candidate.or(best) {
            actions.push(Action::Trace(Cell::Logit { position: row, token: token as usize }));
        }
    }
    ui.add_space(12.0);
    depth(ui, ctx, sight, row);
    ui.add_space(12.0);
    details(ui, ctx, sight, row);
    ui.add_space(8.0);
    let label = words.decode.open_in_decode;
    if button(ui, &ctx.look, ButtonKind::Plain, None, label, true).clicked() {
        actions.push(Action::Decode(Ask::FromModel));
    }
}

/// “Block 3 · Head 2 · Position 12”
fn place(ctx: &Context, row: usize) -> String {
    let part = ctx.locked.component().map(|part| part_name(ctx, part));
    let parts = [part, Some(fill(ctx.words.position_n, &[&row]))];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn title(ctx: &Context, sight: &Sight, row: usize, rows: usize) -> String {
    if row + 1 == rows {
        return ctx.words.this_row_chooses.into();
    }
    let guess = sight.lens.guess(sight.lens.depths() - 1, row);
    let text = guess.map_or(String::new(), |guess| ctx.piece(guess.token).text);
    fill(ctx.words.this_row_guesses, &[&text.trim_start_matches('\u{b7}')])
}

/// What a head reads in a row, or the most that any head of the block reads.
fn reads(ui: &mut Ui, ctx: &Context, sight: &Sight, block: usize, row: usize) {
    let (words, colours) = (ctx.words, ctx.look.colours());
    let reading = &sight.reading;
    let heads = reading.config.heads;
    let title = match ctx.locked.head {
        Some(head) => fill(words.what_head_reads, &[&(head + 1)]),
        None => words.what_block_reads.into(),
    };
    paragraph(ui, &title, Type::Label, colours.text1);
    let weight = |key: usize| match ctx.locked.head {
        Some(head) => reading.weights(block, head, row)[key],
        None => (0..heads).map(|head| reading.weights(block, head, row)[key]).fold(0.0, f32::max),
    };
    let mut keys: Vec<(usize, f32)> = (0..=row).map(|key| (key, weight(key))).collect();
    keys.sort_by(|a, b| b.1.total_cmp(&a.1));
    for &(key, weight) in keys.iter().take(5) {
        read_row(ui, ctx, sight, key, weight);
    }
    if keys.len() > 5 && ctx.locked.head.is_some() {
        let rest: f32 = keys[5..].iter().map(|(_, weight)| weight).sum();
        let text = fill(words.more_share, &[&(keys.len() - 5), &numbers::probability(rest)]);
        paragraph(ui, &text, Type::Caption, colours.text3);
    }
}

fn read_row(ui: &mut Ui, ctx: &Context, sight: &Sight, key: usize, weight: f32) {
    let colours = ctx.look.colours();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    let y = rect.center().y;
    let piece = ctx.piece(sight.reading.ids[key]);
    chip_at(
        ui.painter(),
        &ctx.look,
        Chip::SMALL,
        &piece,
        (Edge::Left(rect.left()), y),
        66.0,
        ChipState::Rest,
    );
    put(
        ui.painter(),
        pos2(rect.left() + 86.0, y),
        Align2::RIGHT_CENTER,
        &key.to_string(),
        Type::NumberTiny.font(),
        colours.text3,
    );
    let left = rect.left() + 92.0;
    let length = (rect.right() - 44.0 - left).max(10.0);
    bar(ui.painter(), pos2(left, y), length, 8.0, weight, colours.fill_of(Part::Attention));
    let text = numbers::probability(weight);
    put(
        ui.painter(),
        pos2(rect.right(), y),
        Align2::RIGHT_CENTER,
        &text,
        Type::NumberSmall.font(),
        colours.text1,
    );
    let name = format!("{}: {} {text}", fill(ctx.words.position_n, &[&key]), piece.text);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &name));
}

/// The probabilities of the likeliest next tokens, from the embedding to the last block.
fn depth(ui: &mut Ui, ctx: &Context, sight: &Sight, row: usize) {
    let (words, colours) = (ctx.words, ctx.look.colours());
    ui.horizontal(|ui| {
        paragraph(ui, words.through_the_depth, Type::Label, colours.text1);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(RichText::new("0 – 1").font(Type::NumberTiny.font()).color(colours.text3));
        });
    });
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 86.0), Sense::hover());
    let plot = Rect::from_min_max(
        rect.min + vec2(6.0, 6.0),
        pos2(rect.right() - 60.0, rect.bottom() - 22.0),
    );
    for share in [0.0, 0.5, 1.0] {
        let y = plot.bottom() - plot.height() * share;
        ui.painter().hline(plot.left()..=plot.right(), y, Stroke::new(1.0, colours.line0));
    }
    let followed = sight.lens.followed(row);
    let mut said = Vec::new();
    let mut taken: Option<f32> = None;
    for (i, (token, values)) in followed.iter().enumerate() {
        let first = i == 0;
        let colour = if first { colours.fill_of(Part::Probability) } else { colours.line2 };
        let ink = if first { colours.text_of(Part::Probability) } else { colours.text3 };
        sparkline(ui.painter(), plot, values, colour, first);
        let last = values.last().copied().unwrap_or(0.0);
        let mut y = plot.bottom() - plot.height() * last;
        if let Some(other) = taken.filter(|other| (other - y).abs() < 13.0) {
            y = other + 13.0;
        }
        taken = Some(y);
        let text = ctx.piece(*token).text;
        let inside = ui.painter().with_clip_rect(rect);
        put(
            &inside,
            pos2(plot.right() + 8.0, y),
            Align2::LEFT_CENTER,
            text.trim_start_matches('\u{b7}'),
            Type::TokenSmall.font(),
            ink,
        );
        let values: Vec<String> = values.iter().map(|value| numbers::probability(*value)).collect();
        said.push(format!("{text}: {}", values.join(", ")));
    }
    let depths = sight.lens.depths();
    let stride = depths.div_ceil(9).max(1);
    for depth in (0..depths).step_by(stride) {
        let x = plot.left() + plot.width() * depth as f32 / (depths.max(2) - 1) as f32;
        let text = if depth == 0 { "E".to_string() } else { depth.to_string() };
        put(
            ui.painter(),
            pos2(x, rect.bottom() - 9.0),
            Align2::CENTER_CENTER,
            &text,
            Type::NumberTiny.font(),
            colours.text3,
        );
    }
    let said = format!("{}: {}", words.through_the_depth, said.join("; "));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &said));
}

/// Numbers of the row, and under which name they are stored.
fn details(ui: &mut Ui, ctx: &Context, sight: &Sight, row: usize) {
    let words = ctx.words;
    let reading = &sight.reading;
    let layers = reading.config.layers;
    let block = ctx.locked.block.filter(|&block| block < layers);
    if let (Some(block), Some(head)) = (block, ctx.locked.head) {
        let weights = reading.weights(block, head, row).get(..=row).unwrap_or(&[]);
        let bits: f32 = weights.iter().filter(|w| **w > 0.0).map(|w| -w * w.log2()).sum();
        fact(ui, ctx, words.entropy, &fill(words.entropy_bits, &[&format!("{bits:.2}")]));
        let name = Name::Pattern(block).to_string();
        stored(ui, ctx, &format!("{name}[{head}, {row}]"));
        return;
    }
    let stream = reading.row(Name::ResidPost(block.unwrap_or(layers - 1)), row);
    let length = stream.iter().map(|x| x * x).sum::<f32>().sqrt();
    fact(ui, ctx, words.stream_length, &numbers::signed(length));
    if let Some(block) = block {
        let neurons = reading.row(Name::MlpPost(block), row);
        let active = neurons.iter().filter(|&&x| x > 0.1).count();
        fact(ui, ctx, words.mlp_activity, &fill(words.n_of_m, &[&active, &neurons.len()]));
    }
    stored(ui, ctx, &format!("{}[{row}]", Name::ResidPost(block.unwrap_or(layers - 1))));
}

fn stored(ui: &mut Ui, ctx: &Context, name: &str) {
    let colours = ctx.look.colours();
    ui.add_space(4.0);
    paragraph(ui, ctx.words.stored_as, Type::Caption, colours.text3);
    paragraph(ui, name, Type::NumberTiny, colours.text2);
}

/// What a presenter's class reads.
pub fn caption(ctx: &Context, state: &State) -> String {
    let Some(sight) = state.sight(ctx) else { return ctx.words.map_subtitle.into() };
    let rows = steps::rows_shown(state, sight);
    let row = ctx.locked.position.unwrap_or(usize::MAX).min(rows.max(1) - 1);
    if ctx.locked.block.is_none() {
        return ctx.words.map_subtitle.into();
    }
    format!("{}. {}", place(ctx, row), title(ctx, sight, row, rows))
}
