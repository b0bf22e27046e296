//! The text as chips, coloured by what the model thought of each token.

use super::Ask;
use crate::app::context::{Action, Context};
use crate::app::lesson::part;
use crate::app::numbers;
use crate::app::piece::Piece;
use crate::app::theme::{ColourMap, Part, Type, on};
use crate::app::widgets::{
    Chip, ChipState, Edge, Icon, chip_at, chip_width, focus_ring, legend, named, paint_icon, put,
    width,
};
use crate::app::words::{Words, fill};
use crate::session::{Decoding, Measure};
use crate::text::Tokenizer;
use egui::style::ScrollAnimation;
use egui::{
    Align2, Pos2, Rect, Role, ScrollArea, Sense, Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    pos2, vec2,
};

/// What the colour of a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colour {
    #[default]
    Plain,
    Probability,
    Rank,
    Entropy,
    Surprise,
}

impl Colour {
    /// Every one.
    pub const ALL: [Self; 5] =
        [Self::Plain, Self::Probability, Self::Rank, Self::Entropy, Self::Surprise];

    /// What it is called.
    pub fn name(self, words: &Words) -> &'static str {
        let words = words.decode;
        match self {
            Self::Plain => words.plain,
            Self::Probability => words.by_probability,
            Self::Rank => words.by_rank,
            Self::Entropy => words.by_entropy,
            Self::Surprise => words.by_surprise,
        }
    }

    /// The one after it.
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|colour| *colour == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }

    /// Its colour map, and a token's value on it, from 0 to 1.
    fn value(self, measure: Measure, vocabulary: usize) -> Option<(ColourMap, f32)> {
        let most = (vocabulary.max(2) as f64).ln();
        let (map, value) = match self {
            Self::Plain | Self::Surprise => return None,
            Self::Probability => (ColourMap::Probability, measure.logprob.exp()),
            Self::Rank => (ColourMap::Magnitude, (measure.rank as f64).ln() / most),
            Self::Entropy => (ColourMap::Magnitude, measure.entropy / most),
        };
        Some((map, value as f32))
    }
}

/// From one line of chips to the next.
const LINE: f32 = 32.0;
/// The place of a token that has not been chosen.
const SLOT: f32 = 40.0;

/// What the text remembers.
#[derive(Debug, Default)]
pub struct State {
    pub colour: Colour,
    /// The length of the text and the place that were brought into view.
    brought: (usize, usize),
}

/// Paints the text, and under it how surprised the model was.
pub fn text(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    narrow: bool,
    actions: &mut Vec<Action>,
) {
    let (s, decoding) = (ctx.look.scale, ctx.session.decoding());
    if decoding.is_empty() {
        return;
    }
    let branches = decoding.branch().1;
    let tools = if branches > 1 { 124.0 * s } else { 0.0 };
    let wide = ui.available_width();
    let pieces: Vec<Piece> = decoding.text().map(|node| ctx.piece(node.token)).collect();
    let chip = Chip::NORMAL.times(s);
    let widths = pieces.iter().map(|piece| chip_width(ui.painter(), chip, piece).round());
    let widths: Vec<f32> = widths.chain([SLOT * s]).collect();
    let places = lines(&widths, wide - tools - 2.0, 4.0 * s);
    let all = places.last().map_or(1, |(line, _)| line + 1);
    // Who looks at colours wants to see much of the text.
    let most = if narrow { 2 } else { 3 } + if state.colour == Colour::Plain { 0 } else { 2 };
    let losses = decoding.text().filter_map(|node| node.measure);
    let most_lost = losses.map(|measure| -measure.logprob as f32).fold(1.0, f32::max);
    let view = View { ctx, colour: state.colour, most_lost, pieces: &pieces, places: &places };
    let now = (pieces.len(), decoding.here());
    let bring = std::mem::replace(&mut state.brought, now) != now;
    let corner = ui.cursor().min;
    let area = ScrollArea::vertical()
        .id_salt("chips")
        .max_height(all.min(most) as f32 * LINE * s)
        .auto_shrink([false, true]);
    area.show(ui, |ui| {
        let size = vec2(wide - tools, all as f32 * LINE * s);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        part(ui, crate::lesson::Part::DecodePath, rect.intersect(ui.clip_rect()));
        view.chips(ui, rect.min, bring, actions);
    });
    if branches > 1 {
        let corner = pos2(corner.x + wide - tools, corner.y);
        branch_tools(ui, ctx, Rect::from_min_size(corner, vec2(tools, 28.0 * s)), actions);
    }
    summary(ui, ctx, state.colour, most_lost);
}

/// What is painted, with everything it needs.
struct View<'a> {
    ctx: &'a Context<'a>,
    colour: Colour,
    /// The largest loss of a token, in nats.
    most_lost: f32,
    pieces: &'a [Piece],
    /// The line of each token, and where it begins in it; last of the slot behind them.
    places: &'a [(usize, f32)],
}

impl View<'_> {
    /// The tokens that are in view; if asked for, the place is brought there.
    fn chips(&self, ui: &Ui, origin: Pos2, bring: bool, actions: &mut Vec<Action>) {
        let (s, here) = (self.ctx.look.scale, self.ctx.session.decoding().here());
        for (at, &(line, x)) in self.places.iter().enumerate() {
            let y = origin.y + (line as f32 + 0.5) * LINE * s - 2.0 * s;
            let place = pos2(origin.x + 1.0 + x, y);
            let around = Rect::from_center_size(place, vec2(2.0, LINE * s));
            let at_place = at == here + 1;
            if at_place && bring {
                let around = around.translate(vec2(0.0, 2.0 * s));
                ui.scroll_to_rect_animation(around, None, ScrollAnimation::none());
            }
            if !ui.clip_rect().y_range().intersects(around.y_range()) {
                continue;
            }
            match self.pieces.get(at) {
                Some(piece) => {
                    let token = Token { at, piece, place, at_place };
                    token.paint(ui, self.ctx, (self.colour, self.most_lost), actions);
                }
                None if at_place => slot(ui, self.ctx, place),
                None => {}
            }
        }
    }
}

/// Lays widths out in lines of at most `most`: for each its line, and where it begins in it.
fn lines(widths: &[f32], most: f32, gap: f32) -> Vec<(usize, f32)> {
    let (mut line, mut x) = (0, 0.0);
    let place = |&wide: &f32| {
        if x > 0.0 && x + wide > most {
            (line, x) = (line + 1, 0.0);
        }
        let at = (line, x);
        x += wide + gap;
        at
    };
    widths.iter().map(place).collect()
}

/// A token of the text, where it is painted.
struct Token<'a> {
    at: usize,
    piece: &'a Piece,
    /// The middle of its left edge.
    place: Pos2,
    /// Whether it is the one that was chosen at the place.
    at_place: bool,
}

impl Token<'_> {
    fn paint(
        &self,
        ui: &Ui,
        ctx: &Context,
        (colour, most_lost): (Colour, f32),
        actions: &mut Vec<Action>,
    ) {
        let decoding = ctx.session.decoding();
        let Some(node) = decoding.text().nth(self.at) else { return };
        let (s, colours) = (ctx.look.scale, ctx.look.colours());
        let chip = Chip::NORMAL.times(s);
        let wide = chip_width(ui.painter(), chip, self.piece).round();
        let rect = Rect::from_min_size(self.place - vec2(0.0, 12.0 * s), vec2(wide, 24.0 * s));
        let id = ui.scope_id().with(("token", self.at));
        let response = ui.interact(rect, id, Sense::click());
        let facts = node.measure.map(|measure| facts(ctx, measure));
        let name = match &facts {
            Some(facts) => format!("{}: {facts}", self.piece.text),
            None => self.piece.text.clone(),
        };
        let current = self.at == decoding.here();
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, current, &name));
        let ahead = self.at > decoding.here();
        let state = match (ahead, response.hovered()) {
            (_, true) => ChipState::Hovered,
            (true, false) => ChipState::Ghost,
            (false, false) => ChipState::Rest,
        };
        let edge = (Edge::Left(self.place.x), self.place.y);
        chip_at(ui.painter(), &ctx.look, chip, self.piece, edge, wide, state);
        if let Some(measure) = node.measure {
            self.tint(ui, ctx, colour, measure, rect);
            if colour == Colour::Surprise {
                let share = (-measure.logprob as f32 / most_lost).clamp(0.0, 1.0);
                let bar = pos2(rect.left(), rect.bottom() + 3.5 * s);
                let fill = colours.fill_of(Part::Gradient);
                crate::app::widgets::bar(ui.painter(), bar, wide, 4.0 * s, share, fill);
            }
        }
        if self.at_place {
            let y = rect.bottom() + 3.0 * s;
            ui.painter().hline(rect.x_range(), y, Stroke::new(2.0 * s, colours.text1));
        }
        focus_ring(ui, &ctx.look, rect, 6.0, &response);
        let hint = format!("{}   {}", self.piece.stored, node.token);
        let hint = facts.map_or(hint.clone(), |facts| format!("{hint}\n{facts}"));
        if response.on_hover_text(hint).clicked() {
            // A click asks how this token was chosen: the place before it, and it among the others.
            let (position, candidate) =
                self.at.checked_sub(1).map_or((0, None), |before| (before, Some(node.token)));
            actions.push(Action::Decode(Ask::Go { position, candidate }));
        }
    }

    /// A ground in the colour of its value.
    fn tint(&self, ui: &Ui, ctx: &Context, colour: Colour, measure: Measure, rect: Rect) {
        let vocabulary = ctx.session.opened().map_or(2, |it| it.model.parameters.config.vocabulary);
        let Some((map, value)) = colour.value(measure, vocabulary) else { return };
        let (s, fill) = (ctx.look.scale, ctx.look.map(map, value));
        let corner = if matches!(self.piece.kind, crate::app::piece::Kind::Special(_)) {
            rect.height() / 2.0
        } else {
            6.0
        };
        let line = ctx.look.colours().line1;
        ui.painter().rect(rect, corner, fill, Stroke::new(1.0, line), StrokeKind::Inside);
        let font = Type::Token.scaled(s);
        put(ui.painter(), rect.center(), Align2::CENTER_CENTER, &self.piece.text, font, on(fill));
    }
}

/// “probability 0.74, rank 1, entropy 1.21 bits, surprise 0.30 nats”
fn facts(ctx: &Context, measure: Measure) -> String {
    let bits = format!("{:.2}", measure.entropy / std::f64::consts::LN_2);
    let nats = numbers::signed(-measure.logprob as f32);
    let probability = numbers::candidate(measure.logprob.exp());
    fill(ctx.words.decode.token_facts, &[&probability, &numbers::count(measure.rank), &bits, &nats])
}

/// Where the next token will stand.
fn slot(ui: &Ui, ctx: &Context, at: Pos2) {
    let (s, colours) = (ctx.look.scale, ctx.look.colours());
    let rect = Rect::from_min_size(at - vec2(0.0, 12.0 * s), vec2(SLOT, 24.0) * s);
    let response = ui.interact(rect, ui.scope_id().with("slot"), Sense::hover());
    named(&response, Role::Label, true, ctx.words.decode.next_place);
    let corners = [
        rect.left_top(),
        rect.right_top(),
        rect.right_bottom(),
        rect.left_bottom(),
        rect.left_top(),
    ];
    let dashes = Shape::dashed_line(&corners, Stroke::new(1.0, colours.line2), 3.0, 3.0);
    ui.painter().extend(dashes);
}

/// Which branch is shown, and the way to the others.
fn branch_tools(ui: &Ui, ctx: &Context, place: Rect, actions: &mut Vec<Action>) {
    let (words, colours, s) = (ctx.words.decode, ctx.look.colours(), ctx.look.scale);
    let (branch, branches) = ctx.session.decoding().branch();
    let ways = [
        (place.right() - 10.0 * s, Icon::Right, words.next_branch, 1),
        (place.left() + 14.0 * s, Icon::Left, words.previous_branch, -1),
    ];
    for (x, icon, name, by) in ways {
        let rect = Rect::from_center_size(pos2(x, place.center().y), Vec2::splat(22.0 * s));
        let response = ui.interact(rect, ui.scope_id().with(name), Sense::click());
        named(&response, Role::Button, true, name);
        let ink = if response.hovered() { colours.text1 } else { colours.text2 };
        paint_icon(ui.painter(), rect, icon, s, ink);
        focus_ring(ui, &ctx.look, rect, 6.0, &response);
        if response.on_hover_text(name).clicked() {
            actions.push(Action::Decode(Ask::Switch(by)));
        }
    }
    let text = fill(words.branch_n, &[&(branch + 1), &branches]);
    let font = Type::Caption.scaled(s);
    let at = pos2(place.center().x + 2.0 * s, place.center().y);
    let written = put(ui.painter(), at, Align2::CENTER_CENTER, &text, font, colours.text2);
    let response = ui.interact(written, ui.scope_id().with("branch"), Sense::hover());
    named(&response, Role::Label, true, &text);
}

/// One line: the mean loss and the perplexity, and what the colours mean.
fn summary(ui: &mut Ui, ctx: &Context, colour: Colour, most_lost: f32) {
    let (words, colours, s) = (ctx.words.decode, ctx.look.colours(), ctx.look.scale);
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), 18.0 * s), Sense::hover());
    let vocabulary = ctx.session.opened().map_or(2, |it| it.model.parameters.config.vocabulary);
    let mut right = rect.right();
    let ends = match colour {
        Colour::Plain => None,
        Colour::Probability => Some((ColourMap::Probability, "0".to_string(), "1".to_string())),
        Colour::Rank => Some((ColourMap::Magnitude, "1".into(), numbers::count(vocabulary))),
        Colour::Entropy => {
            let bits = format!("{:.1}", (vocabulary as f32).log2());
            Some((ColourMap::Magnitude, "0".into(), fill(ctx.words.entropy_bits, &[&bits])))
        }
        Colour::Surprise => {
            let most = fill(ctx.words.nats, &[&format!("{most_lost:.2}")]);
            let font = Type::NumberTiny.scaled(s);
            let at = pos2(right, rect.center().y);
            let words = put(ui.painter(), at, Align2::RIGHT_CENTER, &most, font, colours.text3);
            let bar = Rect::from_min_max(
                pos2(words.left() - 68.0 * s, rect.center().y - 2.0 * s),
                pos2(words.left() - 8.0 * s, rect.center().y + 2.0 * s),
            );
            ui.painter().rect_filled(bar, 2.0, colours.fill_of(Part::Gradient));
            right = bar.left() - 12.0 * s;
            None
        }
    };
    if let Some((map, from, to)) = ends {
        let font = Type::NumberTiny.scaled(s);
        let wide = width(ui.painter(), &to, font.clone()) + 8.0 * s;
        let bar = Rect::from_min_max(
            pos2(right - wide - 80.0 * s, rect.center().y - 4.0 * s),
            pos2(right - wide, rect.center().y + 4.0 * s),
        );
        legend(ui.painter(), &ctx.look, map, bar, (&from, &to));
        right = bar.left() - 8.0 * s - width(ui.painter(), &from, font) - 12.0 * s;
    }
    let Some(surprise) = ctx.session.decoding().surprise(from_where(ctx.session.decoding())) else {
        return;
    };
    let perplexity = three_figures(surprise.perplexity());
    let mean = format!("{:.2}", surprise.mean);
    // A chat model has not learned what users say; it may be worse at it than chance.
    let all = ctx.session.tokenizer().map_or(usize::MAX, Tokenizer::vocabulary_size);
    let sentence = if surprise.perplexity() > all as f64 {
        fill(words.surprise_above, &[&surprise.tokens, &mean, &numbers::count(all)])
    } else {
        fill(words.surprise_of, &[&surprise.tokens, &mean, &perplexity])
    };
    let inside = ui.painter().with_clip_rect(rect.with_max_x(right).intersect(ui.clip_rect()));
    let font = Type::Small.scaled(s);
    put(&inside, rect.left_center(), Align2::LEFT_CENTER, &sentence, font, colours.text3);
    named(&response, Role::Label, true, &sentence);
}

/// The first token that is counted: a reply's, once there is one; else all of the text.
fn from_where(decoding: &Decoding) -> usize {
    if decoding.here() > decoding.first() { decoding.first() + 1 } else { 0 }
}

/// 1.23, 12.3, 123
fn three_figures(x: f64) -> String {
    match x {
        x if x < 9.995 => format!("{x:.2}"),
        x if x < 99.95 => format!("{x:.1}"),
        x if x < 1e9 => numbers::count(x.round() as usize),
        _ => format!("> {}", numbers::count(1_000_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chips_fill_lines_without_overlapping() {
        let widths = [30.0, 50.0, 20.0, 200.0, 10.0];
        let places = lines(&widths, 100.0, 4.0);
        assert_eq!(places, [(0, 0.0), (0, 34.0), (1, 0.0), (2, 0.0), (3, 0.0)]);
    }

    #[test]
    fn perplexity_has_three_figures() {
        let written = [1.234, 12.34, 123.4, 12_345.0].map(three_figures);
        assert_eq!(written, ["1.23", "12.3", "123", "12\u{2009}345"]);
        assert!(three_figures(1e12).starts_with("> 1\u{2009}000"));
    }
}
