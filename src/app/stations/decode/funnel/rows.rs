//! The candidates, each through all stages, and the lines where they are cut.

use super::super::Ask;
use super::columns::{Kind, columns, scale};
use super::layout::{CHIP, Column};
use super::{State, View};
use crate::app::context::{Action, Selection};
use crate::app::lesson::{Veil, part};
use crate::app::numbers;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{
    Chip, ChipState, Edge, Icon, bar, chip_at, focus_ring, paint_icon, put, width,
};
use crate::app::words::fill;
use crate::decode::{Stage, StageKind};
use crate::lesson::Part as Named;
use egui::{
    Align2, Color32, Painter, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2,
};

/// Points of the wheel for a row.
const WHEEL: f32 = 20.0;

/// Where the running sum of a column of shares ends.
pub fn sum_at(column: &Column, s: f32) -> f32 {
    column.left + column.width - 14.0 * s
}

/// Why a candidate is cut.
struct Cut {
    by: &'static str,
}

/// Paints the rows and the lines between them.
pub fn rows(ui: &mut Ui, view: &View, state: &mut State, actions: &mut Vec<Action>) {
    wheel(ui, view, state);
    let first = state.first;
    let range = scale(view, first);
    let shares = view.sheet.shares();
    let before: f64 =
        view.sheet.order.iter().take(first).map(|&token| shares.probability(token)).sum();
    let mut sum = before;
    for (i, &token) in view.sheet.order.iter().skip(first).take(view.layout.shown).enumerate() {
        sum += shares.probability(token);
        let row = Row { view, place: i, rank: first + i + 1, token, sum, range };
        if row.paint(ui, actions) {
            state.hovered = Some(token);
        }
    }
    if view.veil == Veil::Nothing {
        lines(ui.painter(), view, first);
    }
    more(ui, view, first);
    parts(ui, view);
}

/// Where the columns that lessons point at stand.
fn parts(ui: &Ui, view: &View) {
    let (columns, rows) = (&view.layout.columns, view.layout.header.union(view.layout.more));
    let place = |column: &super::layout::Column| {
        let right = column.left + column.width - 8.0;
        Rect::from_x_y_ranges(column.left - 6.0..=right, rows.y_range())
    };
    let named = [
        (Named::FunnelLogit, columns.first()),
        (Named::FunnelSoftmax, columns.len().checked_sub(2).and_then(|at| columns.get(at))),
        (Named::FunnelKept, columns.last()),
    ];
    for (name, column) in named {
        let covered = view.veil != Veil::Nothing && name != Named::FunnelLogit;
        if let Some(column) = column.filter(|_| !covered) {
            part(ui, name, place(column));
        }
    }
    part(ui, Named::FunnelTail, view.layout.more);
}

/// The wheel moves the candidates.
fn wheel(ui: &Ui, view: &View, state: &mut State) {
    let over = ui.rect_contains_pointer(view.layout.rows);
    let by = ui.input(|input| input.smooth_scroll_delta().y);
    if over && by != 0.0 {
        state.turned -= by;
        let rows = (state.turned / WHEEL).trunc();
        state.turned -= rows * WHEEL;
        let rows = rows as isize;
        let last = view.sheet.order.len().saturating_sub(view.layout.shown);
        state.first = state.first.saturating_add_signed(rows).min(last);
    }
}

/// One candidate.
struct Row<'a> {
    view: &'a View<'a>,
    place: usize,
    rank: usize,
    token: u32,
    /// The running sum of shares, this one's included.
    sum: f64,
    range: (f32, f32),
}

impl Row<'_> {
    /// Returns whether the pointer is over it.
    fn paint(&self, ui: &Ui, actions: &mut Vec<Action>) -> bool {
        let view = self.view;
        let (s, colours) = (view.scale(), view.ctx.look.colours());
        let y = view.layout.y(self.place);
        let rows = view.layout.rows;
        let rect = Rect::from_x_y_ranges(
            rows.x_range(),
            y - view.layout.row / 2.0..=y + view.layout.row / 2.0,
        );
        let response = ui.interact(rect, ui.scope_id().with(("row", self.place)), Sense::click());
        let cut = self.cut();
        let chosen = view.chosen == Some(self.token);
        let name = self.name(cut.as_ref());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &name));
        let hovered = view.hovered == Some(self.token);
        if hovered {
            ui.painter().rect_filled(rect.expand2(vec2(6.0, -2.0)), 6.0, colours.panel);
        }
        focus_ring(ui, &view.ctx.look, rect.shrink(3.0), 6.0, &response);
        let kind = match (chosen, cut.is_some(), hovered) {
            (true, ..) => ChipState::Locked,
            (_, true, _) => ChipState::Ghost,
            (.., true) => ChipState::Hovered,
            _ => ChipState::Rest,
        };
        let piece = view.ctx.piece(self.token);
        let chip = Chip::NORMAL.times(s);
        let edge = (Edge::Left(rect.left() + 1.0), y);
        let chip = chip_at(ui.painter(), &view.ctx.look, chip, &piece, edge, CHIP * s, kind);
        if view.ctx.session.decoding().tried().contains(&self.token) {
            let dot = pos2(chip.right() + 7.0 * s, y);
            ui.painter().circle_filled(dot, 2.5 * s, colours.text2);
        }
        self.columns(ui.painter(), y, chip.right() + 14.0 * s, cut.as_ref(), chosen);
        if response.double_clicked() {
            actions.push(Action::Decode(Ask::Append(self.token)));
        } else if response.clicked() {
            let candidate = Some(self.token);
            actions.push(Action::Lock(Selection { candidate, ..Selection::default() }));
        }
        response.hovered()
    }

    /// What cuts it, if anything.
    fn cut(&self) -> Option<Cut> {
        let words = self.view.ctx.words.decode;
        let cutter = self.view.sheet.funnel.stages().iter().find(|stage| !stage.keeps(self.token));
        cutter.map(|stage| Cut {
            by: match stage.kind {
                StageKind::TopP(_) => words.cut_by_top_p,
                StageKind::MinP(_) => words.cut_by_min_p,
                _ => words.cut_by_top_k,
            },
        })
    }

    /// All its numbers, for those who hear them.
    fn name(&self, cut: Option<&Cut>) -> String {
        let (words, sheet) = (self.view.ctx.words.decode, self.view.sheet);
        let piece = self.view.ctx.piece(self.token).text;
        let logit = |stage: &Stage| numbers::signed(stage.logits[self.token as usize]);
        let (raw, warm) = (logit(sheet.funnel.first()), logit(sheet.uncut()));
        if self.view.veil != Veil::Nothing {
            return fill(words.row_covered, &[&piece, &self.rank, &raw, &warm]);
        }
        match cut {
            Some(cut) => fill(words.row_cut, &[&piece, &self.rank, &raw, &warm, &cut.by]),
            None => {
                let share = numbers::candidate(sheet.shares().probability(self.token));
                let left = numbers::candidate(sheet.funnel.last().probability(self.token));
                let sum = format!("{:.2}", self.sum);
                let values: [&dyn std::fmt::Display; 7] =
                    [&piece, &self.rank, &raw, &warm, &share, &sum, &left];
                fill(words.row_says, &values)
            }
        }
    }

    /// The bars and numbers of all stages; `from` is where the first link may begin.
    fn columns(&self, painter: &Painter, y: f32, from: f32, cut: Option<&Cut>, chosen: bool) {
        let sheet = self.view.sheet;
        let (s, colours) = (self.view.scale(), self.view.ctx.look.colours());
        let mut end = from;
        for (kind, column) in self.view.columns() {
            let column = &column;
            self.link(painter, y, end, column.left);
            end = match kind {
                Kind::Logit => self.logit(painter, y, column, sheet.funnel.first(), 1.0),
                Kind::Penalty(_) => {
                    let stage = sheet.stage(|it| matches!(it, StageKind::RepetitionPenalty(_)));
                    self.logit(painter, y, column, stage.unwrap_or(sheet.funnel.first()), 0.8)
                }
                Kind::Temperature(_) => self.logit(painter, y, column, sheet.uncut(), 0.7),
                Kind::Share(_) if !sheet.shares().keeps(self.token) => {
                    self.cross(painter, y, column, cut);
                    return;
                }
                Kind::Share(_) => {
                    let share = sheet.shares().probability(self.token);
                    let fill = colours.fill_of(Part::Probability);
                    let fill = if cut.is_some() { fill.gamma_multiply(0.45) } else { fill };
                    let room = column.width - 104.0 * s;
                    let bar = Bar { share, counted: None, fill, chosen };
                    bar.paint(painter, self.view, (pos2(column.left, y), room));
                    self.sum(painter, y, column);
                    f32::INFINITY
                }
                Kind::Left(..) if cut.is_some() => {
                    self.cross(painter, y, column, cut);
                    return;
                }
                Kind::Left(..) => {
                    let left = sheet.funnel.last().probability(self.token);
                    let fill = colours.fill_of(Part::Probability);
                    let room = column.width - 92.0 * s;
                    let bar = Bar { share: left, counted: self.counted(), fill, chosen };
                    let end = bar.paint(painter, self.view, (pos2(column.left, y), room));
                    if sheet.winner() == Some(self.token) {
                        super::die::cube(painter, self.view, pos2(end + 14.0 * s, y), 12.0);
                    }
                    f32::INFINITY
                }
            };
        }
    }

    /// A thin line from one column to the next.
    fn link(&self, painter: &Painter, y: f32, from: f32, to: f32) {
        let s = self.view.scale();
        let to = to - 10.0 * s;
        if from.is_finite() && to - from > 8.0 * s {
            let line = Stroke::new(1.0, self.view.ctx.look.colours().line0);
            painter.hline(from..=to, y.round() + 0.5, line);
        }
    }

    /// A bar of a logit; returns where its number ends.
    fn logit(&self, painter: &Painter, y: f32, column: &Column, stage: &Stage, ink: f32) -> f32 {
        let (s, colours) = (self.view.scale(), self.view.ctx.look.colours());
        let logit = stage.logits[self.token as usize];
        let (least, most) = self.range;
        let room = (column.width - 84.0 * s).max(12.0 * s);
        let share = ((logit - least) / (most - least)).clamp(0.0, 1.0);
        let fill = colours.fill_of(Part::Residual).gamma_multiply(ink);
        bar(painter, pos2(column.left, y), room, 10.0 * s, share, fill);
        if least < 0.0 && most > 0.0 {
            let x = column.left + room * (-least / (most - least));
            painter.vline(x, y - 8.0 * s..=y + 8.0 * s, Stroke::new(1.0, colours.line2));
        }
        let left = column.left + (room * share).max(2.0) + 8.0 * s;
        let font = Type::Number.scaled(s);
        let ink = if self.view.chosen == Some(self.token) { colours.text1 } else { colours.text2 };
        let at = pos2(left, y);
        put(painter, at, Align2::LEFT_CENTER, &numbers::signed(logit), font, ink).right() + 10.0 * s
    }

    /// The running sum, right-aligned, if there is room.
    fn sum(&self, painter: &Painter, y: f32, column: &Column) {
        let s = self.view.scale();
        if column.width >= 118.0 * s {
            let at = pos2(sum_at(column, s), y);
            let text = format!("{:.2}", self.sum);
            let (font, ink) = (Type::NumberTiny.scaled(s), self.view.ctx.look.colours().text3);
            put(painter, at, Align2::RIGHT_CENTER, &text, font, ink);
        }
    }

    /// × and the reason.
    fn cross(&self, painter: &Painter, y: f32, column: &Column, cut: Option<&Cut>) {
        let (s, ink) = (self.view.scale(), self.view.ctx.look.colours().text3);
        let place = Rect::from_center_size(pos2(column.left + 5.0 * s, y), vec2(12.0, 12.0) * s);
        paint_icon(painter, place, Icon::Close, 0.75 * s, ink);
        let by = cut.map_or("", |cut| cut.by);
        let at = pos2(column.left + 18.0 * s, y);
        put(painter, at, Align2::LEFT_CENTER, by, Type::Caption.scaled(s), ink);
    }

    /// The share of the rolls that fell on it, if they were counted.
    fn counted(&self) -> Option<f64> {
        let sheet = self.view.sheet;
        let counts = sheet.counts.as_ref()?;
        let at = sheet.candidates.list.iter().position(|it| it.token == self.token)?;
        Some(counts.each[at] as f64 / counts.rolls.max(1) as f64)
    }
}

/// A bar of a probability.
struct Bar {
    share: f64,
    /// What was counted, as a ring where its bar would end.
    counted: Option<f64>,
    fill: Color32,
    chosen: bool,
}

impl Bar {
    /// From 0 to 1 over `room`, with its number behind it; returns where that ends.
    fn paint(&self, painter: &Painter, view: &View, (left, room): (Pos2, f32)) -> f32 {
        let (s, colours) = (view.scale(), view.ctx.look.colours());
        let room = room.max(12.0 * s);
        let long = (room * self.share as f32).max(2.0);
        bar(painter, left, room, 10.0 * s, self.share as f32, self.fill);
        if !view.ctx.look.dark {
            let rect = Rect::from_min_size(left - vec2(0.0, 5.0 * s), vec2(long, 10.0 * s));
            let line = Stroke::new(1.0, colours.text_of(Part::Probability));
            painter.rect_stroke(rect, 2.0, line, egui::StrokeKind::Inside);
        }
        let mut end = left.x + long;
        if let Some(counted) = self.counted {
            let centre = left + vec2(room * counted as f32, 0.0);
            painter.circle(centre, 3.5 * s, colours.stage, Stroke::new(1.5 * s, colours.text1));
            end = end.max(centre.x + 4.0 * s);
        }
        let (kind, ink) = if self.chosen {
            (Type::NumberStrong, colours.text1)
        } else {
            (Type::Number, colours.text2)
        };
        let (at, text) = (pos2(end + 8.0 * s, left.y), numbers::candidate(self.share));
        put(painter, at, Align2::LEFT_CENTER, &text, kind.scaled(s), ink).right()
    }
}

/// The lines under the last candidate that each filter keeps, with their condition.
fn lines(painter: &Painter, view: &View, first: usize) {
    let (words, sheet) = (view.ctx.words.decode, view.sheet);
    let kinds = columns(sheet);
    let last = &view.layout.columns[kinds.len() - 1];
    let share = &view.layout.columns[kinds.len() - 2];
    let s = view.scale();
    let (left, middle, right) =
        (share.left - 6.0 * s, share.left + share.width - 8.0 * s, last.left + last.width);
    let mut kept_before = sheet.funnel.first().logits.len();
    for stage in sheet.funnel.stages() {
        let kept = stage.kept();
        let cuts = kept < kept_before;
        kept_before = kept;
        if !cuts || kept <= first || kept >= first + view.layout.shown {
            continue;
        }
        let y = view.layout.rows.top() + (kept - first) as f32 * view.layout.row;
        match stage.kind {
            StageKind::TopK(k) => {
                let text = fill(words.k_line, &[&numbers::count(k)]);
                line(painter, view, (left, middle, y), &text, true);
            }
            StageKind::TopP(p) => {
                let text = fill(words.p_line, &[&format!("{p:.2}")]);
                line(painter, view, (left, right, y), &text, false);
            }
            StageKind::MinP(p) => {
                let text = fill(words.min_p_line, &[&format!("{p:.2}")]);
                line(painter, view, (last.left - 6.0 * s, right, y), &text, false);
            }
            _ => {}
        }
    }
}

/// A cut: solid or dashed, its condition in a gap of it.
fn line(painter: &Painter, view: &View, (from, to, y): (f32, f32, f32), text: &str, dashed: bool) {
    let (s, colours) = (view.scale(), view.ctx.look.colours());
    let stroke = Stroke::new(1.5 * s, colours.text1);
    let font = Type::Caption.scaled(s);
    let wide = width(painter, text, font.clone());
    let middle = from + (to - from) * 0.5;
    for (from, to) in [(from, middle - wide / 2.0 - 4.0 * s), (middle + wide / 2.0 + 4.0 * s, to)] {
        let ends = [pos2(from, y), pos2(to.max(from), y)];
        if dashed {
            painter.extend(Shape::dashed_line(&ends, stroke, 4.0 * s, 3.0 * s));
        } else {
            painter.line_segment(ends, stroke);
        }
    }
    let ground = Rect::from_center_size(pos2(middle, y), vec2(wide + 6.0 * s, 12.0 * s));
    painter.rect_filled(ground, 0.0, colours.stage);
    put(painter, pos2(middle, y), Align2::CENTER_CENTER, text, font, colours.text1);
}

/// How many candidates are not shown.
fn more(ui: &Ui, view: &View, first: usize) {
    let (words, sheet) = (view.ctx.words.decode, view.sheet);
    let seen = first + view.layout.shown;
    let all = sheet.funnel.first().logits.len();
    let kept = sheet.funnel.last().kept();
    let (stay, cut) = (kept.saturating_sub(seen), all.saturating_sub(kept.max(seen)));
    let [stay_text, cut_text] = [stay, cut].map(numbers::count);
    let text = match (stay, cut) {
        (0, 0) => return,
        (0, _) => fill(words.more_cut, &[&cut_text]),
        (_, 0) => fill(words.more_stay, &[&stay_text]),
        _ => fill(words.more_both, &[&stay_text, &cut_text]),
    };
    let place = view.layout.more;
    let left = view.layout.columns.first().map_or(place.left(), |column| column.left);
    let at = pos2(left, place.center().y + 2.0);
    let (font, ink) = (Type::Caption.scaled(view.scale()), view.ctx.look.colours().text3);
    put(ui.painter(), at, Align2::LEFT_CENTER, &text, font, ink);
    let response = ui.interact(place, ui.scope_id().with("more"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
}
