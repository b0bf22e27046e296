//! One number and where it comes from: its formula, the numbers that went in, each of which can be
//! opened in turn, and the activation that it belongs to.

mod called;
mod check;
mod grid;
mod picture;
mod terms;
mod trail;

pub use called::cell_name;

use crate::app::context::{Action, Context, Selection};
use crate::app::formula::{Formatted, numeric, show, symbol, symbolic};
use crate::app::numbers;
use crate::app::theme::Type;
use crate::app::widgets::paragraph;
use crate::app::words::fill;
use crate::interpret::provenance::{Cell, Formula, Numbers, Step};
use crate::interpret::top_tokens;
use crate::nn::Name;
use crate::session::engine::Sight;
use egui::{Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};
use std::sync::Arc;

/// What the view remembers.
#[derive(Debug, Default)]
pub struct State {
    /// From the number that was asked first to the one that is shown.
    trail: Vec<Cell>,
    /// What was locked when the trail began.
    origin: Selection,
    shown: picture::Shown,
    /// Whether the self-check stands in place of the formula.
    checking: bool,
    cache: picture::Cache,
}

impl State {
    /// Begins at a number.
    pub fn begin(&mut self, cell: Cell, locked: Selection) {
        (self.trail, self.origin) = (vec![cell], locked);
    }

    /// The numbers that are shown, with their rows and columns.
    pub fn table(&self, sight: &Sight) -> Option<crate::app::export::Table> {
        let numbers = Numbers::new(&sight.reading, &sight.model.model.parameters);
        let grid = grid::Grid::around(&numbers, *self.trail.last()?);
        let values = grid.values(&numbers);
        let mut table = vec![["row", "column", "value"].map(String::from).to_vec()];
        let rows = values.chunks_exact(grid.columns.len().max(1));
        for (row, values) in grid.rows.clone().zip(rows) {
            for (column, value) in grid.columns.clone().zip(values) {
                table.push(vec![row.to_string(), column.to_string(), value.to_string()]);
            }
        }
        Some(table)
    }

    /// Goes on to a number.
    fn open(&mut self, cell: Cell) {
        match self.trail.iter().position(|before| *before == cell) {
            // Back to where one has been: the way there is the way back.
            Some(at) => self.trail.truncate(at + 1),
            None => self.trail.push(cell),
        }
    }
}

/// The number to begin with: what is locked, or the score of what comes next.
fn first(locked: Selection, sight: &Sight, rows: usize) -> Option<Cell> {
    let config = &sight.reading.config;
    let row = locked.position.unwrap_or(usize::MAX).min(rows.max(1) - 1);
    let block = locked.block.filter(|block| *block < config.layers);
    if let (Some(block), Some(head)) = (block, locked.head.filter(|head| *head < config.heads)) {
        return Some(match locked.key.filter(|key| *key <= row) {
            Some(key) => Cell::of_square(Name::Pattern(block), head, row, key),
            None => Cell::of_head(Name::Z(block), row, head, 0),
        });
    }
    if let (Some(block), Some(neuron)) = (block, locked.neuron.filter(|n| *n < config.inner)) {
        return Some(Cell::of(Name::MlpPost(block), row, neuron));
    }
    let best = *top_tokens(sight.reading.logits(row), 1).first()?;
    let token = locked.candidate.unwrap_or(best) as usize;
    Some(Cell::Logit { position: row, token })
}

/// What is painted, with everything it needs.
struct View<'a> {
    ctx: &'a Context<'a>,
    numbers: Numbers<'a>,
    formula: Formula,
}

/// Paints the view.
pub fn numbers_view(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    sight: &Arc<Sight>,
    rows: usize,
    actions: &mut Vec<Action>,
) {
    if state.trail.is_empty() || state.origin != ctx.locked {
        let Some(cell) = first(ctx.locked, sight, rows) else { return };
        state.begin(cell, ctx.locked);
    }
    let numbers = Numbers::new(&sight.reading, &sight.model.model.parameters);
    // Another text may be shorter than the one in which the trail began.
    state.trail.retain(|cell| numbers.value(*cell).is_some());
    let formula = state.trail.last().and_then(|cell| Formula::of(&numbers, *cell));
    let Some(formula) = formula else {
        state.trail.clear();
        return;
    };
    trail::trail(ui, ctx, &numbers, state);
    if state.checking {
        ui.add_space(8.0);
        check::check(ui, ctx, actions);
        return;
    }
    let view = View { ctx, numbers, formula };
    if let Some(cell) = view.head(ui) {
        state.open(cell);
    }
    let rest = ui.available_rect_before_wrap();
    let rest = rest.with_min_y(rest.top() + 8.0);
    let middle = rest.left() + (rest.width() * 0.42).clamp(250.0, 440.0);
    let left = Rect::from_min_max(rest.min, pos2(middle - 16.0, rest.bottom()));
    let right = Rect::from_min_max(pos2(middle + 8.0, rest.top()), rest.max);
    let mut opened = None;
    ui.scope_builder(UiBuilder::new().max_rect(left).id_salt("terms"), |ui| {
        opened = terms::terms(ui, &view);
    });
    ui.scope_builder(UiBuilder::new().max_rect(right).id_salt("grid"), |ui| {
        let clicked = picture::picture(ui, &view, sight, &mut state.shown, &mut state.cache);
        opened = opened.or(clicked);
    });
    if let Some(cell) = opened {
        state.open(cell);
    }
}

impl View<'_> {
    /// The number, its formula in symbols, and with the numbers that went in; returns the operand
    /// that was clicked.
    fn head(&self, ui: &mut Ui) -> Option<Cell> {
        let (ctx, words) = (self.ctx, &self.ctx.words.behind);
        let colours = ctx.look.colours();
        let Formula { cell, value, step, expr } = &self.formula;
        paragraph(ui, &cell_name(ctx, &self.numbers, *cell), Type::Heading, colours.text1);
        let shape = self.numbers.shape(*cell);
        let shape: Vec<String> = shape.iter().map(ToString::to_string).collect();
        let stored = called::stored(&self.numbers, *cell);
        let text = fill(words.stored_shape, &[&stored, &shape.join(" \u{d7} ")]);
        paragraph(ui, &text, Type::NumberTiny, colours.text3);
        ui.add_space(4.0);
        let Some(expr) = expr else {
            let text = numbers::digits(*value, 6);
            paragraph(ui, &text, Type::NumberHuge, colours.text1);
            let why = if *step == Step::Masked { words.step_masked } else { words.step_learned };
            paragraph(ui, why, Type::Body, colours.text2);
            return None;
        };
        let cells = expr.cells();
        let name = |index: usize| cells.get(index).map_or(String::new(), |cell| self.spoken(*cell));
        let own = symbol(&self.numbers, *cell, None);
        let equals = || crate::app::formula::Math::sign(" = ");
        let in_symbols =
            crate::app::formula::Math::Row(vec![own, equals(), symbolic(&self.numbers, expr)]);
        let more = |count: usize| fill(words.n_more, &[&count]);
        // As many terms as a line holds.
        let written = if ui.available_width() > 860.0 * ctx.look.scale { 3 } else { 2 };
        let in_numbers = crate::app::formula::Math::Row(vec![
            crate::app::formula::Math::text(numbers::digits(*value, 4)),
            equals(),
            numeric(&self.numbers, expr, &cells, (written, &more)),
        ]);
        let mut clicked = None;
        ScrollArea::horizontal().id_salt("formula").show(ui, |ui| {
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing = vec2(8.0, 4.0);
                let symbols =
                    Formatted { math: &in_symbols, size: 17.0, name: &name, key: "symbols" };
                show(ui, &ctx.look, &symbols);
                let written =
                    Formatted { math: &in_numbers, size: 15.0, name: &name, key: "numbers" };
                clicked = show(ui, &ctx.look, &written);
            });
        });
        paragraph(ui, self.step_in_words(), Type::Small, colours.text2);
        clicked.and_then(|index| cells.get(index).copied())
    }

    /// What a screen reader says of an operand.
    fn spoken(&self, cell: Cell) -> String {
        let value = self.numbers.value(cell).unwrap_or(f64::NAN);
        format!("{}: {}", cell_name(self.ctx, &self.numbers, cell), numbers::digits(value, 6))
    }

    fn step_in_words(&self) -> &'static str {
        let words = &self.ctx.words.behind;
        match self.formula.step {
            Step::LookUp => words.step_look_up,
            Step::Add => words.step_add,
            Step::HandOn => words.step_hand_on,
            Step::Mean => words.step_mean,
            Step::Scale => words.step_scale,
            Step::Normalise => words.step_normalise,
            Step::Linear => words.step_linear,
            Step::Score => words.step_score,
            Step::Masked => words.step_masked,
            Step::Softmax => words.step_softmax,
            Step::Mix => words.step_mix,
            Step::Gelu => words.step_gelu,
            Step::Unembed => words.step_unembed,
            Step::Learned => words.step_learned,
        }
    }
}
