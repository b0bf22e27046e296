//! The columns: one for each stage, with its name and what it does.

use super::View;
use crate::app::context::Context;
use crate::app::numbers;
use crate::app::theme::Type;
use crate::app::widgets::{put, put_within, width};
use crate::app::words::fill;
use crate::decode::StageKind;
use crate::session::Sheet;
use egui::{Align2, Ui, pos2};

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Logit,
    Penalty(f32),
    Temperature(f32),
    /// Shares of what top-k leaves, and their running sum.
    Share(Option<usize>),
    /// What is left after top-p and min-p, stretched.
    Left(Option<f32>, Option<f32>),
}

/// The columns, in the order in which the filters run.
pub fn columns(sheet: &Sheet) -> Vec<Kind> {
    let (mut temperature, mut top_k, mut top_p, mut min_p) = (1.0, None, None, None);
    let mut columns = vec![Kind::Logit];
    for stage in sheet.funnel.stages() {
        match stage.kind {
            StageKind::Raw => {}
            StageKind::RepetitionPenalty(penalty) => columns.push(Kind::Penalty(penalty)),
            StageKind::Temperature(t) => temperature = t,
            StageKind::TopK(k) => top_k = Some(k),
            StageKind::TopP(p) => top_p = Some(p),
            StageKind::MinP(p) => min_p = Some(p),
        }
    }
    columns.extend([Kind::Temperature(temperature), Kind::Share(top_k), Kind::Left(top_p, min_p)]);
    columns
}

/// Where the bars of logits begin and end: one scale for all of their columns.
pub fn scale(view: &View, first: usize) -> (f32, f32) {
    let shown = view.sheet.order.iter().skip(first).take(view.layout.shown);
    let (raw, uncut) = (view.sheet.funnel.first(), view.sheet.uncut());
    let both = shown.flat_map(|&token| [raw, uncut].map(|stage| stage.logits[token as usize]));
    let finite = both.filter(|logit| logit.is_finite());
    let (least, most) = finite.fold((0.0_f32, f32::NEG_INFINITY), |(least, most), logit| {
        (least.min(logit), most.max(logit))
    });
    (if least < 0.0 { least.floor() } else { 0.0 }, most.max(least + 1e-3))
}

/// Paints the names of the columns.
pub fn header(ui: &Ui, view: &View, first: usize) {
    let (words, colours, s) = (view.ctx.words.decode, view.ctx.look.colours(), view.scale());
    let painter = ui.painter();
    let place = view.layout.header;
    let (high, low) = (place.top() + 10.0 * s, place.top() + 28.0 * s);
    let (strong, caption) = (Type::Strong.scaled(s), Type::Caption.scaled(s));
    let at = pos2(place.left(), high);
    put(painter, at, Align2::LEFT_CENTER, words.candidate, strong.clone(), colours.text1);
    let all = numbers::count(view.sheet.funnel.first().logits.len());
    let shown = match first {
        0 => view.layout.shown.to_string(),
        first if view.layout.shown == 1 => (first + 1).to_string(),
        first => format!("{} – {}", first + 1, first + view.layout.shown),
    };
    let shown = fill(words.n_shown, &[&shown, &all]);
    put(
        painter,
        pos2(place.left(), low),
        Align2::LEFT_CENTER,
        &shown,
        caption.clone(),
        colours.text3,
    );
    let floor = scale(view, first).0;
    for (i, (kind, column)) in view.columns().enumerate() {
        let right = column.left + column.width - 8.0 * s;
        let clip = place.with_min_x(column.left).with_max_x(right);
        let inside = painter.with_clip_rect(clip.intersect(ui.clip_rect()));
        let number = (i + 1).to_string();
        let font = Type::Number.scaled(s);
        put(&inside, pos2(column.left, high), Align2::LEFT_CENTER, &number, font, colours.text3);
        let (title, what) = named(view.ctx, kind, floor);
        let left = column.left + 16.0 * s;
        let room = right - left;
        put_within(&inside, pos2(left, high), room, &title, strong.clone(), colours.text1);
        put_within(&inside, pos2(left, low), room, &what, caption.clone(), colours.text3);
        if let Kind::Share(_) = kind {
            let at = pos2(super::rows::sum_at(&column, s), low);
            if at.x - width(&inside, words.sum, caption.clone())
                > left + width(&inside, &what, caption.clone()) + 6.0 * s
            {
                put(&inside, at, Align2::RIGHT_CENTER, words.sum, caption.clone(), colours.text3);
            }
        }
    }
}

/// A column's name, and what happens in it.
fn named(ctx: &Context, kind: Kind, floor: f32) -> (String, String) {
    let words = ctx.words.decode;
    let two = |value: f32| format!("{value:.2}");
    match kind {
        Kind::Logit if floor < 0.0 => {
            (words.logit.into(), fill(words.bars_from, &[&numbers::signed(floor)]))
        }
        Kind::Logit => (words.logit.into(), words.what_it_says.into()),
        Kind::Penalty(penalty) => {
            (fill(words.after_penalty, &[&two(penalty)]), words.seen_lowered.into())
        }
        Kind::Temperature(t) => {
            let what = match t {
                t if (t - 1.0).abs() < 1e-6 => words.unchanged.into(),
                t if t > 1.0 => fill(words.bolder, &[&two(t)]),
                t => fill(words.sharper, &[&two(t)]),
            };
            (words.over_temperature.into(), what)
        }
        Kind::Share(Some(k)) => {
            let k = numbers::count(k);
            (fill(words.top_k_is, &[&k]), fill(words.share_of, &[&k]))
        }
        Kind::Share(None) => (words.share.into(), words.share_of_all.into()),
        Kind::Left(top_p, min_p) => {
            let top_p = top_p.map(|p| fill(words.top_p_is, &[&two(p)]));
            let min_p = min_p.map(|p| fill(words.min_p_is, &[&two(p)]));
            let both: Vec<String> = [top_p, min_p].into_iter().flatten().collect();
            let title = if both.is_empty() { words.what_is_left.into() } else { both.join(" · ") };
            (title, words.stretched.into())
        }
    }
}
