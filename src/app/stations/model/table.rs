//! The numbers of a view as a table, for a file.

use super::{State, View, steps, why};
use crate::app::context::Context;
use crate::app::export::Table;
use crate::interpret::Component;
use crate::nn::Name;
use crate::session::engine::{Content, Question, Sight};

/// The numbers that the view shows, if it has any yet.
pub fn table(ctx: &Context, state: &State) -> Option<Table> {
    let sight = state.sight(ctx)?;
    let rows = steps::rows_shown(state, sight);
    let row = ctx.locked.position.unwrap_or(usize::MAX).min(rows.max(1) - 1);
    match state.view {
        View::Map => Some(map(ctx, sight, rows)),
        View::Heads => Some(head(ctx, sight, rows)),
        View::Lens => lens(ctx, row),
        View::Why => reasons(ctx, row),
        View::Numbers => state.numbers.table(ctx.session.sight()?),
        View::Embedding => places(ctx),
        View::Neurons => Some(neurons(ctx, sight, row)),
        View::Compare => compared(ctx),
    }
}

fn line(cells: &[&dyn std::fmt::Display]) -> Vec<String> {
    cells.iter().map(ToString::to_string).collect()
}

fn token(ctx: &Context, id: u32) -> String {
    ctx.piece(id).stored
}

/// Every guess of every row.
fn map(ctx: &Context, sight: &Sight, rows: usize) -> Table {
    let mut table = vec![line(&[&"position", &"token", &"after_block", &"guess", &"probability"])];
    for position in 0..rows {
        let id = sight.reading.ids[position];
        for depth in 0..sight.lens.depths() {
            if let Some(guess) = sight.lens.guess(depth, position) {
                let (from, to) = (token(ctx, id), token(ctx, guess.token));
                table.push(line(&[&position, &from, &depth, &to, &guess.probability]));
            }
        }
    }
    table
}

/// The weights of the open head.
fn head(ctx: &Context, sight: &Sight, rows: usize) -> Table {
    let (block, head) = (ctx.locked.block.unwrap_or(0), ctx.locked.head.unwrap_or(0));
    let mut table = vec![line(&[&"block", &"head", &"query", &"key", &"score", &"weight"])];
    for query in 0..rows {
        let weights = sight.reading.weights(block, head, query);
        let scores = sight.reading.scores(block, head, query);
        for (key, (weight, score)) in weights.iter().zip(scores).enumerate().take(query + 1) {
            table.push(line(&[&block, &head, &query, &key, score, weight]));
        }
    }
    table
}

fn lens(ctx: &Context, row: usize) -> Option<Table> {
    let candidates = why::candidates(ctx, ctx.session.sight()?, row)?;
    let question = Question::Why { position: row, candidates };
    let Content::Why(why) = &ctx.session.answer(&question)?.content else { return None };
    let reasons = why.changed.as_ref().unwrap_or(&why.untouched);
    let mut table = vec![line(&[&"after_block", &"rank", &"token", &"logit", &"probability"])];
    for (depth, seen) in reasons.depths.iter().enumerate() {
        for standing in seen.top.iter().chain(&seen.asked) {
            let (rank, token) = (standing.rank + 1, token(ctx, standing.token));
            let cells = line(&[&depth, &rank, &token, &standing.logit, &standing.probability]);
            if table.last() != Some(&cells) {
                table.push(cells);
            }
        }
    }
    Some(table)
}

/// What each part adds, and what is lost without it.
fn reasons(ctx: &Context, row: usize) -> Option<Table> {
    let candidates = why::candidates(ctx, ctx.session.sight()?, row)?;
    let question = Question::Why { position: row, candidates };
    let Content::Why(why) = &ctx.session.answer(&question)?.content else { return None };
    let reasons = why.changed.as_ref().unwrap_or(&why.untouched);
    let effects = ctx.session.answer(&Question::Effects { position: row });
    let effects = match effects.map(|answer| &answer.content) {
        Some(Content::Effects(effects)) => effects.as_slice(),
        _ => &[],
    };
    let mut table = vec![line(&[&"part", &"adds", &"lost_without_it"])];
    for (part, adds) in &reasons.parts {
        let lost = effects.iter().find(|effect| effect.part == *part);
        let lost = lost.map(|effect| reasons.score - candidates.score(&effect.logits));
        let lost = lost.map_or(String::new(), |lost| lost.to_string());
        table.push(line(&[&stored_name(*part), adds, &lost]));
    }
    Some(table)
}

/// A part as files call it: blocks and heads from 0.
fn stored_name(part: Component) -> String {
    match part {
        Component::Tokens => "embed".into(),
        Component::Positions => "pos_embed".into(),
        Component::Head { block, head } => format!("blocks.{block}.attn.head.{head}"),
        Component::AttentionBias(block) => format!("blocks.{block}.attn.b_O"),
        Component::Mlp(block) => format!("blocks.{block}.mlp"),
        Component::Neuron { block, neuron } => format!("blocks.{block}.mlp.neuron.{neuron}"),
        Component::Block(block) => format!("blocks.{block}"),
        Component::LastBias => "ln_final.b".into(),
    }
}

fn places(ctx: &Context) -> Option<Table> {
    let question = Question::Picture(crate::session::engine::Table::Tokens);
    let Content::Picture { places, .. } = &ctx.session.answer(&question)?.content else {
        return None;
    };
    let mut table = vec![line(&[&"id", &"token", &"x", &"y"])];
    for (id, [x, y]) in places.iter().enumerate() {
        table.push(line(&[&id, &token(ctx, id as u32), x, y]));
    }
    Some(table)
}

/// Both texts' predictions, row by row.
fn compared(ctx: &Context) -> Option<Table> {
    let both = [ctx.session.sight()?, ctx.session.beside()?];
    let mut table = vec![line(&[&"text", &"position", &"token", &"prediction", &"probability"])];
    for (text, sight) in both.into_iter().enumerate() {
        for position in 0..sight.reading.positions() {
            let from = token(ctx, sight.reading.ids[position]);
            if let Some(guess) = sight.lens.guess(sight.lens.depths() - 1, position) {
                let to = token(ctx, guess.token);
                table.push(line(&[&text, &position, &from, &to, &guess.probability]));
            }
        }
    }
    Some(table)
}

fn neurons(ctx: &Context, sight: &Sight, row: usize) -> Table {
    let block = ctx.locked.block.unwrap_or(0).min(sight.reading.config.layers - 1);
    let mut table = vec![line(&[&"block", &"neuron", &"before_gelu", &"after_gelu"])];
    let [before, after] =
        [Name::MlpPre(block), Name::MlpPost(block)].map(|name| sight.reading.row(name, row));
    for (neuron, (before, after)) in before.iter().zip(after).enumerate() {
        table.push(line(&[&block, &neuron, before, after]));
    }
    table
}
