//! Compare: greedy search, sampling and beam search on one prompt, side by side and laid over one
//! tree.

mod cards;
mod strands;
mod woven;

use super::tree;
use crate::app::context::{Action, Context};
use crate::app::stations::About;
use crate::app::theme::Type;
use crate::app::widgets::paragraph;
use crate::app::words::Words;
use egui::{Rect, Ui, UiBuilder, pos2};

/// What the tab remembers.
#[derive(Debug, Default)]
pub struct State {
    /// Which sample and which beam are read.
    sample: usize,
    beam: usize,
    strands: strands::State,
}

impl State {
    /// Esc: lets go of what is locked; returns whether there was anything.
    pub fn release(&mut self) -> bool {
        self.strands.release()
    }
}

/// The stage below the title.
pub fn stage(
    ui: &mut Ui,
    ctx: &Context,
    (state, tree): (&mut State, &mut tree::State),
    narrow: bool,
    actions: &mut Vec<Action>,
) {
    if ctx.hands_on {
        tree::controls(ui, ctx, tree, (narrow, tree::Settings::Compare), actions);
    }
    let full = ui.max_rect();
    let top = ui.cursor().top() + 6.0;
    let Some(search) = ctx.session.searched() else {
        let area = Rect::from_min_max(pos2(full.left(), top), full.max);
        tree::empty(ui, ctx, tree, area, actions);
        return;
    };
    let place = Rect::from_min_max(pos2(full.left(), top), full.max);
    let end = ui
        .scope_builder(UiBuilder::new().max_rect(place), |ui| {
            cards::cards(ui, ctx, state, search, narrow);
            // In a small window the inspector tells it alone.
            if !narrow {
                told(ui, ctx, search);
            }
            ui.cursor().top()
        })
        .inner;
    let area = Rect::from_min_max(pos2(full.left(), end + 4.0), full.max);
    if area.height() > 60.0 {
        strands::strands(ui, ctx, &mut state.strands, search, tree.settled(search), area);
    }
}

/// What it comes to, in sentences.
fn told(ui: &mut Ui, ctx: &Context, search: &crate::session::Search) {
    let colours = ctx.look.colours();
    if let Some(verdict) = tree::verdict(search) {
        let text = [verdict.tell(ctx, search), cards::variety(ctx, search)]
            .join(if ctx.words.tree.parts_at.ends_with('。') { "" } else { " " });
        paragraph(ui, text.trim(), Type::Body, colours.text2);
    }
}

/// What the left panel says.
pub fn about(words: &Words) -> About {
    About {
        title: words.tree.about_compare,
        texts: [words.tree.about_compare_1, words.tree.about_compare_2],
        task: words.tree.about_compare_try,
        more: words.tree.about_compare_try_more,
    }
}
