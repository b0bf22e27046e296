//! The wall of all heads, and one head opened.

use crate::app::context::{Action, Context};
use crate::session::engine::Sight;
use egui::Ui;

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {}

/// Paints the wall and the open head.
pub fn heads(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    sight: &Sight,
    rows: usize,
    actions: &mut Vec<Action>,
) {
    let _ = (ui, ctx, state, sight, rows, actions);
}
