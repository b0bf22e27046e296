//! The state of the Model station as a short text, and back: which model, which text and which second
//! one, which view, what is locked, what is switched off or patched.

use crate::app::context::Selection;
use crate::app::stations::model::View;
use crate::interpret::{Change, Component, Patch};
use crate::nn::Config;
use crate::{Error, Result};
use std::fmt::Write as _;
use std::str::FromStr;
use std::sync::Arc;

/// With what such a text begins.
pub const BEGINS: &str = "glassbox:";

/// A state that can be gone back to.
#[derive(Debug, Clone, PartialEq)]
pub struct Bookmark {
    pub model: String,
    pub ids: Vec<u32>,
    pub view: View,
    pub locked: Selection,
    /// The second text; empty if there is none.
    pub second: Vec<u32>,
    pub changes: Vec<Change>,
}

impl Bookmark {
    /// Whether a model of this shape can read both texts.
    pub fn fits(&self, config: &Config) -> bool {
        [&self.ids, &self.second].into_iter().all(|ids| {
            let known = ids.iter().all(|&id| (id as usize) < config.vocabulary);
            known && ids.len() <= config.context
        })
    }
}

impl std::fmt::Display for Bookmark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = format!("{BEGINS}model={} view={}", escaped(&self.model), self.view.name());
        let locked = &self.locked;
        let numbers = [
            ("row", locked.position),
            ("block", locked.block),
            ("head", locked.head),
            ("key", locked.key),
            ("neuron", locked.neuron),
            ("token", locked.candidate.map(|token| token as usize)),
            ("rival", locked.rival.map(|token| token as usize)),
            ("mlp", locked.mlp.then_some(1)),
            ("positions", locked.positions.then_some(1)),
        ];
        for (key, number) in numbers {
            if let Some(number) = number {
                write!(text, " {key}={number}")?;
            }
        }
        for change in &self.changes {
            match change {
                Change::Scale { part, by } => write!(text, " scale={}*{by}", part_name(*part))?,
                Change::Patch(Patch { name, row, values }) => {
                    write!(text, " patch={name}*{row}*{}", hexadecimal(values))?;
                }
            }
        }
        if !self.second.is_empty() {
            write!(text, " second={}", list(&self.second))?;
        }
        write!(f, "{text} ids={}", list(&self.ids))
    }
}

impl FromStr for Bookmark {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = |what: &str| {
            Error::failed(format!("this is no way back to a state: {what}; copy the whole text"))
        };
        let rest = text.trim().strip_prefix(BEGINS).ok_or_else(|| wrong("it begins otherwise"))?;
        let mut found = Self {
            model: String::new(),
            ids: Vec::new(),
            view: View::default(),
            locked: Selection::default(),
            second: Vec::new(),
            changes: Vec::new(),
        };
        for pair in rest.split_whitespace() {
            let (key, value) =
                pair.split_once('=').ok_or_else(|| wrong(&format!("“{pair}” has no value")))?;
            found.take(key, value).ok_or_else(|| wrong(&format!("“{pair}” is not understood")))?;
        }
        if found.model.is_empty() || found.ids.is_empty() {
            return Err(wrong("the model or the text is missing"));
        }
        Ok(found)
    }
}

impl Bookmark {
    /// Takes over one value.
    fn take(&mut self, key: &str, value: &str) -> Option<()> {
        let number = || value.parse::<usize>().ok();
        let locked = &mut self.locked;
        match key {
            "model" => self.model = unescaped(value)?,
            "view" => self.view = View::ALL.into_iter().find(|view| view.name() == value)?,
            "row" => locked.position = Some(number()?),
            "block" => locked.block = Some(number()?),
            "head" => locked.head = Some(number()?),
            "key" => locked.key = Some(number()?),
            "neuron" => locked.neuron = Some(number()?),
            "token" => locked.candidate = Some(value.parse().ok()?),
            "rival" => locked.rival = Some(value.parse().ok()?),
            "mlp" => locked.mlp = number()? == 1,
            "positions" => locked.positions = number()? == 1,
            "scale" => {
                let (part, by) = value.split_once('*')?;
                let by = by.parse::<f32>().ok().filter(|by| by.is_finite())?;
                self.changes.push(Change::Scale { part: part_of(part)?, by });
            }
            "patch" => {
                let [name, row, values] = value.split('*').collect::<Vec<_>>().try_into().ok()?;
                let name = name.parse().ok().filter(|name| Patch::fits(*name))?;
                let patch = Patch { name, row: row.parse().ok()?, values: numbers(values)? };
                self.changes.push(Change::Patch(patch));
            }
            "second" => self.second = unlist(value)?,
            "ids" => self.ids = unlist(value)?,
            _ => return None,
        }
        Some(())
    }
}

fn list(ids: &[u32]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    ids.join(",")
}

fn unlist(text: &str) -> Option<Vec<u32>> {
    text.split(',').map(|id| id.parse().ok()).collect()
}

/// Eight digits a number, its bits: what is patched comes back exactly.
fn hexadecimal(values: &[f32]) -> String {
    values.iter().map(|value| format!("{:08x}", value.to_bits())).collect()
}

fn numbers(text: &str) -> Option<Arc<[f32]>> {
    let digits: Option<Vec<&str>> =
        (0..text.len()).step_by(8).map(|at| text.get(at..at + 8)).collect();
    let number = |digits| u32::from_str_radix(digits, 16).ok().map(f32::from_bits);
    let values: Option<Vec<f32>> = digits?.into_iter().map(number).collect();
    values.filter(|values| values.iter().all(|value| value.is_finite())).map(Arc::from)
}

/// A part as `head.2.1`, `mlp.0`, `positions`.
fn part_name(part: Component) -> String {
    match part {
        Component::Head { block, head } => format!("head.{block}.{head}"),
        Component::Neuron { block, neuron } => format!("neuron.{block}.{neuron}"),
        Component::Mlp(block) => format!("mlp.{block}"),
        Component::Block(block) => format!("block.{block}"),
        Component::AttentionBias(block) => format!("bias.{block}"),
        Component::Tokens => "tokens".into(),
        Component::Positions => "positions".into(),
        Component::LastBias => "shift".into(),
    }
}

fn part_of(name: &str) -> Option<Component> {
    let mut words = name.split('.');
    let kind = words.next()?;
    let mut number = || words.next()?.parse::<usize>().ok();
    Some(match kind {
        "head" => Component::Head { block: number()?, head: number()? },
        "neuron" => Component::Neuron { block: number()?, neuron: number()? },
        "mlp" => Component::Mlp(number()?),
        "block" => Component::Block(number()?),
        "positions" => Component::Positions,
        "tokens" => Component::Tokens,
        _ => return None,
    })
}

/// A name without white space: its bytes, where needed, as %20.
fn escaped(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_./~".contains(&byte) {
            text.push(byte as char);
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::Name;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_state_comes_back_exactly(
            model in "[a-z \u{4e2d}/=%-]{1,12}",
            ids in proptest::collection::vec(0u32..60_000, 1..40),
            view in 0..View::ALL.len(), numbers in proptest::array::uniform5(proptest::option::of(0usize..500)),
            mlp in any::<bool>(), by in -3.0f32..3.0,
        ) {
            let [position, block, head, key, token] = numbers;
            let locked = Selection {
                position, block, head, key, mlp,
                candidate: token.map(|token| token as u32),
                ..Selection::default()
            };
            let scales = [
                (Component::Head { block: 2, head: 1 }, by), (Component::Positions, 0.0),
                (Component::Neuron { block: 0, neuron: 77 }, 1.5), (Component::Mlp(3), -1.0),
            ];
            let mut changes = scales.map(|(part, by)| Change::Scale { part, by }).to_vec();
            changes.push(Change::Patch(Patch {
                name: Name::ResidPre(1), row: 3, values: vec![by, -0.0, 1e-30].into(),
            }));
            let (second, view) = (ids[1..].to_vec(), View::ALL[view]);
            let before = Bookmark { model, ids, view, locked, second, changes };
            prop_assert_eq!(before.to_string().parse::<Bookmark>().expect("it comes back"), before);
        }

        #[test]
        fn nonsense_is_refused_in_a_sentence(text in "\\PC{0,60}") {
            let text = format!("{BEGINS}{text}");
            if let Err(error) = text.parse::<Bookmark>() {
                prop_assert!(error.to_string().contains("copy the whole text"));
            }
        }
    }
}
