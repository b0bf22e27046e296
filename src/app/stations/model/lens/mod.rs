//! The logit lens of one row: what the model would say if it stopped after each block, and how the
//! chosen candidates rise and fall.

use super::why::candidates;
use crate::app::context::{Action, Context, Selection};
use crate::app::numbers;
use crate::app::theme::{ColourMap, Type, on};
use crate::app::widgets::{focus_ring, legend, paragraph, put, width};
use crate::app::words::fill;
use crate::interpret::{Candidates, Depth, Standing};
use crate::session::engine::{Content, Question};
use egui::{
    Align2, Painter, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

/// The height of a row of the table, and the widths of its columns.
const ROW: f32 = 36.0;
const NAME: f32 = 96.0;
const RANK: f32 = 118.0;
/// The least width of a guess.
const GUESS: f32 = 78.0;

/// Paints the table.
pub fn lens(ui: &mut Ui, ctx: &Context, rows: usize, actions: &mut Vec<Action>) {
    let (words, colours, s) = (&ctx.words.behind, ctx.look.colours(), ctx.look.scale);
    let Some(base) = ctx.session.sight() else { return };
    let row = ctx.locked.position.unwrap_or(usize::MAX).min(rows.max(1) - 1);
    let Some(candidates) = candidates(ctx, base, row) else { return };
    let question = Question::Why { position: row, candidates };
    let Some(answer) = ctx.session.answer(&question) else {
        actions.push(Action::Ask(question));
        paragraph(ui, ctx.words.reading, Type::Body, colours.text2);
        return;
    };
    let Content::Why(why) = &answer.content else { return };
    let reasons = why.changed.as_ref().unwrap_or(&why.untouched);
    let token = ctx.piece(base.reading.ids.get(row).copied().unwrap_or(0)).text;
    paragraph(ui, &fill(words.lens_of, &[&token, &row]), Type::Heading, colours.text1);
    ui.add_space(6.0);
    let table = Table { ctx, row, candidates, depths: &reasons.depths };
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let height = (ROW * table.depths.len() as f32 + 24.0) * s;
        let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        table.paint(ui, place, actions);
        ui.add_space(14.0);
        let (place, _) =
            ui.allocate_exact_size(vec2(ui.available_width(), 20.0 * s), Sense::hover());
        let bar = Rect::from_min_size(
            pos2(place.left() + 20.0 * s, place.center().y - 4.0),
            vec2(110.0 * s, 8.0),
        );
        legend(ui.painter(), &ctx.look, ColourMap::Probability, bar, ("0", "1"));
        let at = pos2(bar.right() + 28.0 * s, place.center().y);
        let font = Type::Caption.scaled(s);
        put(ui.painter(), at, Align2::LEFT_CENTER, ctx.words.probability, font, colours.text3);
    });
}

/// The table of one row of the text.
struct Table<'a> {
    ctx: &'a Context<'a>,
    row: usize,
    candidates: Candidates,
    depths: &'a [Depth],
}

impl Table<'_> {
    fn asked(&self) -> usize {
        1 + usize::from(self.candidates.rival.is_some())
    }

    fn paint(&self, ui: &Ui, place: Rect, actions: &mut Vec<Action>) {
        let (colours, s) = (self.ctx.look.colours(), self.ctx.look.scale);
        let painter = ui.painter();
        let ranks = self.asked() as f32 * RANK * s;
        let room = place.width() - NAME * s - ranks;
        let most = self.depths.first().map_or(0, |depth| depth.top.len());
        let guesses = ((room / (GUESS * s)) as usize).clamp(1, most.max(1));
        let wide = (room / guesses as f32).min(120.0 * s);
        let x = place.left() + NAME * s;
        let top = place.top() + 24.0 * s;
        let caption = Type::Caption.scaled(s);
        for guess in 0..guesses {
            let at = pos2(x + wide * (guess as f32 + 0.5), place.top() + 10.0 * s);
            let text = format!("{}", guess + 1);
            put(painter, at, Align2::CENTER_CENTER, &text, caption.clone(), colours.text3);
        }
        self.heads_of_ranks(painter, pos2(place.right() - ranks, place.top() + 10.0 * s));
        for (i, depth) in self.depths.iter().enumerate() {
            let y = top + (i as f32 + 0.5) * ROW * s;
            let name = match i {
                0 => self.ctx.words.embed.to_string(),
                block => fill(self.ctx.words.block_n, &[&block]),
            };
            let font = Type::Label.scaled(s);
            put(painter, pos2(place.left(), y), Align2::LEFT_CENTER, &name, font, colours.text1);
            let lines = place.left()..=place.right();
            painter.hline(lines, (y + ROW * s / 2.0).round(), Stroke::new(1.0, colours.line0));
            for (rank, standing) in depth.top.iter().take(guesses).enumerate() {
                let centre = pos2(x + wide * (rank as f32 + 0.5), y);
                let rect = Rect::from_center_size(centre, vec2(wide - 6.0 * s, 26.0 * s));
                self.guess(ui, rect, (i, &name), standing, actions);
            }
            for (which, standing) in depth.asked.iter().enumerate() {
                let right = place.right() - (self.asked() - 1 - which) as f32 * RANK * s;
                self.rank(painter, pos2(right, y), standing);
            }
        }
    }

    fn heads_of_ranks(&self, painter: &Painter, corner: egui::Pos2) {
        let (words, s) = (&self.ctx.words.behind, self.ctx.look.scale);
        let colours = self.ctx.look.colours();
        let both = [Some(self.candidates.token), self.candidates.rival];
        for (i, token) in both.into_iter().flatten().enumerate() {
            let text = fill(words.rank_of, &[&self.ctx.piece(token).text]);
            let at = pos2(corner.x + (i as f32 + 1.0) * RANK * s, corner.y);
            let font = Type::Caption.scaled(s);
            put(painter, at, Align2::RIGHT_CENTER, &text, font, colours.text2);
        }
    }

    /// One guess, as a button that makes it the candidate.
    fn guess(
        &self,
        ui: &Ui,
        rect: Rect,
        (depth, name): (usize, &str),
        standing: &Standing,
        actions: &mut Vec<Action>,
    ) {
        let (colours, s) = (self.ctx.look.colours(), self.ctx.look.scale);
        let id = ui.scope_id().with(("guess", depth, standing.rank));
        let response = ui.interact(rect, id, Sense::click());
        let piece = self.ctx.piece(standing.token);
        let number = numbers::probability(standing.probability);
        let said = format!("{name}: {} {number}", piece.text);
        let chosen = standing.token == self.candidates.token;
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &said));
        let ground = self.ctx.look.map(ColourMap::Probability, standing.probability);
        let line = match (chosen, self.candidates.rival == Some(standing.token)) {
            (true, _) => Stroke::new(2.0, colours.text1),
            (_, true) => Stroke::new(1.5, colours.text2),
            _ if self.ctx.look.dark => Stroke::NONE,
            _ => Stroke::new(1.0, colours.line1),
        };
        let painter = ui.painter();
        painter.rect(rect, 4.0, ground, line, StrokeKind::Inside);
        let inside = painter.with_clip_rect(rect.shrink(2.0).intersect(ui.clip_rect()));
        let font = Type::TokenSmall.scaled(s);
        let text = piece.text.trim_start_matches('\u{b7}');
        let apart = width(painter, text, font.clone()) + width(painter, &number, font.clone());
        let at = pos2(rect.left() + 6.0 * s, rect.center().y);
        put(&inside, at, Align2::LEFT_CENTER, text, font.clone(), on(ground));
        if apart + 18.0 * s <= rect.width() {
            let at = pos2(rect.right() - 5.0 * s, rect.center().y);
            put(&inside, at, Align2::RIGHT_CENTER, &number, font, on(ground));
        }
        focus_ring(ui, &self.ctx.look, rect, 4.0, &response);
        if response.clicked() {
            let rival = self.candidates.rival.filter(|rival| *rival != standing.token);
            actions.push(Action::Lock(Selection {
                position: Some(self.row),
                candidate: Some(standing.token),
                rival,
                ..self.ctx.locked
            }));
        }
        response.on_hover_text(said);
    }

    /// “1st” would differ between languages: a rank is a number, counted from 1, and its share.
    fn rank(&self, painter: &Painter, at: egui::Pos2, standing: &Standing) {
        let (colours, s) = (self.ctx.look.colours(), self.ctx.look.scale);
        let number = numbers::probability(standing.probability);
        let font = Type::NumberSmall.scaled(s);
        put(painter, at, Align2::RIGHT_CENTER, &number, font, colours.text3);
        let at = pos2(at.x - 62.0 * s, at.y);
        let text = numbers::count(standing.rank + 1);
        let kind = if standing.rank == 0 { Type::NumberStrong } else { Type::Number };
        put(painter, at, Align2::RIGHT_CENTER, &text, kind.scaled(s), colours.text1);
    }
}
