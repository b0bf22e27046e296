//! Prose as plain text, with the values of now.

use super::{Block, Span};
use crate::lesson::formula::World;

pub(super) fn shown(blocks: &[Block], world: &World<'_>) -> String {
    let paragraphs: Vec<String> = blocks
        .iter()
        .map(|block| match block {
            Block::Paragraph(spans) => line(spans, world),
            Block::List { numbered, items } => {
                let item = |(i, item): (usize, &Vec<Span>)| match numbered {
                    true => format!("{}. {}", i + 1, line(item, world)),
                    false => format!("- {}", line(item, world)),
                };
                items.iter().enumerate().map(item).collect::<Vec<_>>().join("\n")
            }
        })
        .collect();
    paragraphs.join("\n")
}

fn line(spans: &[Span], world: &World<'_>) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Text(text) | Span::Code(text) => text.clone(),
            Span::Emphasis(inner) | Span::Strong(inner) | Span::Link { words: inner, .. } => {
                line(inner, world)
            }
            Span::Live(live) => live.shown(world),
        })
        .collect()
}
