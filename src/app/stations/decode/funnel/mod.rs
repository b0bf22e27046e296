//! The funnel: the same candidates after each filter, and the die that picks among what is left.

mod columns;
mod controls;
mod die;
mod layout;
mod rows;

use crate::app::context::{Action, Context};
use crate::app::lesson::{Veil, is_led, is_marked, veil};
use crate::app::theme::Type;
use crate::app::widgets::named;
use crate::lesson::Part;
use crate::session::Sheet;
use egui::{Role, Sense, Shape, Stroke, Ui, vec2};
use layout::{Layout, Wanted, scrolled};

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    /// Whether all sliders are shown.
    more: bool,
    /// The candidate that stands first.
    first: usize,
    /// How far the wheel was turned since the last whole row, in points.
    turned: f32,
    /// The candidate that was brought into view.
    brought: Option<u32>,
    die: die::State,
    /// The candidate under the pointer, in the rows or on the bar.
    hovered: Option<u32>,
}

impl State {
    /// Whether all sliders are shown.
    pub fn shows_more(&self) -> bool {
        self.more
    }

    /// All sliders.
    pub fn show_more(&mut self) {
        self.more = true;
    }

    /// Only the first line of sliders.
    pub fn show_less(&mut self) {
        self.more = false;
        self.show_top();
    }

    /// The list begins with the most probable candidate again.
    pub fn show_top(&mut self) {
        (self.first, self.turned, self.brought) = (0, 0.0, None);
    }
}

/// What is painted, with everything it needs.
struct View<'a> {
    ctx: &'a Context<'a>,
    sheet: &'a Sheet,
    layout: Layout,
    /// The candidate that is looked at.
    chosen: Option<u32>,
    hovered: Option<u32>,
    /// What a lesson covers until the learner has bet.
    veil: Veil,
}

impl View<'_> {
    fn scale(&self) -> f32 {
        self.ctx.look.scale
    }

    /// The columns that are not covered: their kinds, and where they stand.
    fn columns(&self) -> impl Iterator<Item = (columns::Kind, layout::Column)> {
        let odds = |kind: &columns::Kind| {
            matches!(kind, columns::Kind::Share(_) | columns::Kind::Left(..))
        };
        let covered = self.veil != Veil::Nothing;
        let all = columns::columns(self.sheet).into_iter().zip(self.layout.columns.clone());
        all.filter(move |(kind, _)| !(covered && odds(kind)))
    }
}

/// Paints the sliders, the candidates and the die.
pub fn funnel(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let area = ui.available_rect_before_wrap();
    let Some(sheet) = ctx.session.decoding().sheet() else { return super::nothing_yet(ui, ctx) };
    let wanted = Wanted {
        scale: ctx.look.scale,
        controls: if state.more { 2 } else { 1 },
        columns: columns::columns(sheet).len(),
        candidates: sheet.order.len(),
        // Before a class a lesson's bar may leave little room.
        die: is_marked(ui.ctx(), Part::DecodeDie) || !is_led(ui.ctx()) || ctx.look.scale == 1.0,
    };
    let layout = Layout::new(area, wanted);
    let chosen = super::chosen(ctx);
    bring_into_view(state, sheet, chosen, layout.shown);
    let veil = veil(ui.ctx());
    let view = View { ctx, sheet, layout, chosen, hovered: state.hovered.take(), veil };
    controls::controls(ui, &view, state, actions);
    if view.veil != Veil::All {
        columns::header(ui, &view, state.first);
        rows::rows(ui, &view, state, actions);
    }
    if view.veil == Veil::Nothing {
        if view.layout.has_die {
            die::die(ui, &view, state, actions);
        }
    } else {
        cover(ui, &view);
    }
    if state.hovered != view.hovered {
        // What is hovered in one part lights up in the other, in the next frame.
        ui.ctx().request_repaint();
    }
}

/// A dashed card where the odds and the die will be, once the learner has bet.
fn cover(ui: &Ui, view: &View) {
    let (s, colours, layout) = (view.scale(), view.ctx.look.colours(), &view.layout);
    let shown = view.columns().count();
    let from = match layout.columns.get(shown) {
        Some(first) if view.veil == Veil::Odds => first.left - 6.0 * s,
        _ => layout.header.left(),
    };
    let odds = layout.header.union(layout.rows).with_min_x(from).shrink2(vec2(1.0, 0.0));
    let die = layout.die.union(layout.ruler).shrink2(vec2(1.0, 4.0 * s));
    let text = view.ctx.words.lesson.covered;
    let covers = [(odds, text), (die, view.ctx.words.decode.the_die)];
    for (rect, text) in covers.into_iter().take(1 + usize::from(layout.has_die)) {
        let line = Stroke::new(1.5, colours.line1);
        let corners = [
            rect.left_top(),
            rect.right_top(),
            rect.right_bottom(),
            rect.left_bottom(),
            rect.left_top(),
        ];
        ui.painter().extend(Shape::dashed_line(&corners, line, 5.0, 4.0));
        let font = Type::Body.scaled(s);
        let room = (rect.width() - 32.0 * s).max(40.0);
        let galley = ui.painter().layout(text.into(), font, colours.text2, room);
        ui.painter().galley(rect.center() - galley.size() / 2.0, galley, colours.text2);
    }
    let response = ui.interact(odds, ui.scope_id().with("covered"), Sense::hover());
    named(&response, Role::Label, true, text);
}

/// What is chosen is brought into view once; then one may scroll away.
fn bring_into_view(state: &mut State, sheet: &Sheet, chosen: Option<u32>, shown: usize) {
    if state.brought != chosen {
        state.brought = chosen;
        let at = sheet.order.iter().position(|token| Some(*token) == chosen).unwrap_or(0);
        // From the top, if it can be seen there.
        state.first = if at < shown { 0 } else { scrolled(state.first, shown, at) };
    }
    state.first = state.first.min(sheet.order.len().saturating_sub(shown));
}
