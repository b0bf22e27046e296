//! Why this token, and not that one? What each part adds to the score (attribution), and what
//! really happens when it is switched off (effect), side by side.

mod bars;
mod grid;
mod layout;
mod pick;

use crate::app::context::{Action, Context};
use crate::app::theme::Type;
use crate::app::widgets::paragraph;
use crate::app::words::fill;
use crate::interpret::{Candidates, Component, top_tokens};
use crate::session::engine::{Content, Question, Sight, Why};
use egui::{ScrollArea, Ui};

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    /// Which of [`THRESHOLDS`] hides small terms.
    threshold: usize,
}

/// Shares of the largest term below which terms are not listed one by one.
const THRESHOLDS: [f64; 4] = [0.1, 0.03, 0.01, 0.0];

/// What is painted, with everything it needs.
struct View<'a> {
    ctx: &'a Context<'a>,
    row: usize,
    candidates: Candidates,
    why: &'a Why,
}

/// The candidates that are compared: those that are locked, or the row's most probable token.
pub fn candidates(ctx: &Context, sight: &Sight, row: usize) -> Option<Candidates> {
    let logits = sight.reading.logits(row);
    let best = *top_tokens(logits, 1).first()?;
    let known = |token: &u32| (*token as usize) < logits.len();
    let token = ctx.locked.candidate.filter(known).unwrap_or(best);
    let rival = ctx.locked.rival.filter(known).filter(|rival| *rival != token);
    Some(Candidates { token, rival })
}

/// Paints the view.
pub fn why(ui: &mut Ui, ctx: &Context, state: &mut State, rows: usize, actions: &mut Vec<Action>) {
    let Some(base) = ctx.session.sight() else { return };
    let row = ctx.locked.position.unwrap_or(usize::MAX).min(rows.max(1) - 1);
    let Some(candidates) = candidates(ctx, base, row) else { return };
    pick::pick(ui, ctx, base, (row, candidates), actions);
    ui.add_space(8.0);
    let question = Question::Why { position: row, candidates };
    let Some(answer) = ctx.session.answer(&question) else {
        actions.push(Action::Ask(question));
        paragraph(ui, ctx.words.reading, Type::Body, ctx.look.colours().text2);
        return;
    };
    let Content::Why(why) = &answer.content else { return };
    let view = View { ctx, row, candidates, why };
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        // A little air at the right, for the scroll bar.
        ui.set_width(ui.available_width() - 14.0);
        grid::grids(ui, &view, actions);
        ui.add_space(16.0);
        bars::bars(ui, &view, state, actions);
    });
}

impl View<'_> {
    /// The reasons in the pass that is seen: changed, if anything is.
    fn reasons(&self) -> &crate::session::engine::Reasons {
        self.why.changed.as_ref().unwrap_or(&self.why.untouched)
    }

    /// What the score is called: “logit of X”, “X over Y”.
    fn score_name(&self) -> String {
        let words = &self.ctx.words.behind;
        let name = |token: u32| self.ctx.piece(token).text;
        match self.candidates.rival {
            Some(rival) => fill(words.lead_of, &[&name(self.candidates.token), &name(rival)]),
            None => fill(words.logit_of, &[&name(self.candidates.token)]),
        }
    }

    /// What a part adds.
    fn adds(&self, part: Component) -> Option<f64> {
        self.reasons().parts.iter().find(|(other, _)| *other == part).map(|(_, value)| *value)
    }
}
