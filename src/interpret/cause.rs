//! Causes: a part of the model is switched off, scaled, or given the numbers of another text, and
//! what changes is what the part did. All are taps; the model itself stays as it is.

use crate::nn::{Config, Name, Tap, View};
use std::sync::Arc;

/// A part of the model that writes to the residual stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Component {
    /// The tokens' own vectors.
    Tokens,
    /// The vectors that say where a token stands; without them every order looks the same.
    Positions,
    Head {
        block: usize,
        head: usize,
    },
    /// What attention adds whatever it reads: the bias of its output matrix.
    AttentionBias(usize),
    /// The MLP of a block, its bias included.
    Mlp(usize),
    /// One neuron of an MLP, after GELU.
    Neuron {
        block: usize,
        neuron: usize,
    },
    /// All that a block adds.
    Block(usize),
    /// The shift of the last norm, which every row gets alike.
    LastBias,
}

impl Component {
    /// Heads and MLPs: what is tried one by one to find out who does something.
    pub fn writers(config: &Config) -> Vec<Self> {
        let heads = config.heads;
        (0..config.layers)
            .flat_map(|block| {
                let heads = (0..heads).map(move |head| Self::Head { block, head });
                heads.chain([Self::Mlp(block)])
            })
            .collect()
    }

    /// Whether it can be scaled; a bias is part of what it belongs to.
    pub fn can_be_scaled(self) -> bool {
        !matches!(self, Self::AttentionBias(_) | Self::LastBias)
    }

    /// Whether a model of these sizes has it.
    pub fn is_in(self, config: &Config) -> bool {
        match self {
            Self::Tokens | Self::Positions | Self::LastBias => true,
            Self::Head { block, head } => block < config.layers && head < config.heads,
            Self::Neuron { block, neuron } => block < config.layers && neuron < config.inner,
            Self::AttentionBias(block) | Self::Mlp(block) | Self::Block(block) => {
                block < config.layers
            }
        }
    }
}

/// As lessons write it: `head(1, 2)`, `mlp(1)`, `block(1)`, `neuron(1, 37)`, `attention_bias(1)`,
/// `tokens`, `positions`, `last_bias`.
impl std::str::FromStr for Component {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (name, numbers) = match text.trim().split_once('(') {
            Some((name, rest)) => (name.trim(), rest.strip_suffix(')').ok_or(())?),
            None => (text.trim(), ""),
        };
        let numbers: Vec<usize> = match numbers {
            "" => Vec::new(),
            list => list
                .split(',')
                .map(|number| number.trim().parse().map_err(|_| ()))
                .collect::<Result<_, ()>>()?,
        };
        match (name, numbers.as_slice()) {
            ("tokens", []) => Ok(Self::Tokens),
            ("positions", []) => Ok(Self::Positions),
            ("last_bias", []) => Ok(Self::LastBias),
            ("head", &[block, head]) => Ok(Self::Head { block, head }),
            ("mlp", &[block]) => Ok(Self::Mlp(block)),
            ("block", &[block]) => Ok(Self::Block(block)),
            ("attention_bias", &[block]) => Ok(Self::AttentionBias(block)),
            ("neuron", &[block, neuron]) => Ok(Self::Neuron { block, neuron }),
            _ => Err(()),
        }
    }
}

/// One change of what the model computes.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// What a part writes is multiplied; by 0 it is switched off.
    Scale { part: Component, by: f32 },
    /// A row of an activation is replaced.
    Patch(Patch),
}

/// The row of an activation, taken from another pass.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// An activation with a row for each position.
    pub name: Name,
    /// The position that gets it.
    pub row: usize,
    /// `[columns]`, all heads side by side.
    pub values: Arc<[f32]>,
}

impl Patch {
    /// Whether an activation has a row for each position, so that one row fits another text.
    /// What a norm divides by, and its last output, are results, not causes.
    pub fn fits(name: Name) -> bool {
        !matches!(
            name,
            Name::AttnScores(_)
                | Name::Pattern(_)
                | Name::Ln1Scale(_)
                | Name::Ln2Scale(_)
                | Name::LnFinalScale
                | Name::LnFinalNormalized
        )
    }
}

/// Carries out changes, and shows what comes out to another tap.
pub struct Intervention<'a, P> {
    changes: &'a [Change],
    /// The position of the first row that is shown: not 0 where earlier ones lie in a cache.
    pub first: usize,
    /// Who looks.
    pub then: P,
}

impl<'a, P> Intervention<'a, P> {
    /// Changes a pass over a whole text.
    pub fn new(changes: &'a [Change], then: P) -> Self {
        Self { changes, first: 0, then }
    }
}

impl<P: Tap<f32>> Tap<f32> for Intervention<'_, P> {
    fn visit(&mut self, name: Name, mut view: View<'_, f32>) {
        for change in self.changes {
            match change {
                Change::Scale { part, by } => scale(*part, *by, name, &mut view),
                Change::Patch(patch) if patch.name == name && Patch::fits(name) => {
                    put(patch, self.first, &mut view);
                }
                Change::Patch(_) => {}
            }
        }
        self.then.visit(name, view);
    }
}

/// Multiplies what a part writes, at the place where it is computed.
fn scale(part: Component, by: f32, name: Name, view: &mut View<'_, f32>) {
    let columns = match (part, name) {
        (Component::Tokens, Name::Embed) | (Component::Positions, Name::PosEmbed) => None,
        (Component::Head { block, head }, Name::Z(here)) if block == here => {
            let width = view.shape().get(2).copied().unwrap_or(0);
            Some(head * width..(head + 1) * width)
        }
        (Component::Mlp(block), Name::MlpOut(here)) if block == here => None,
        (Component::Neuron { block, neuron }, Name::MlpPost(here)) if block == here => {
            Some(neuron..neuron + 1)
        }
        (Component::Block(block), Name::AttnOut(here) | Name::MlpOut(here)) if block == here => {
            None
        }
        _ => return,
    };
    for row in view.rows_mut() {
        let part = match &columns {
            Some(columns) => row.get_mut(columns.clone()).unwrap_or(&mut []),
            None => row,
        };
        part.iter_mut().for_each(|x| *x *= by);
    }
}

/// Puts a row in its place, if it is among those shown.
fn put(patch: &Patch, first: usize, view: &mut View<'_, f32>) {
    let Some(at) = patch.row.checked_sub(first) else { return };
    if let Some(row) = view.rows_mut().nth(at).filter(|row| row.len() == patch.values.len()) {
        row.copy_from_slice(&patch.values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Inference, NoTap, Parameters, Recording, model};
    use crate::tensor::Threads;

    fn setup() -> (Parameters<f32>, Vec<u32>) {
        let config = Config::gpt2(2, 2, 12, 16, 19);
        let mut parameters = Parameters::<f32>::random(&config, 4);
        parameters.values.iter_mut().for_each(|x| *x *= 8.0);
        (parameters, (0..14).map(|i| (i * 7 % 19) as u32).collect())
    }

    fn run(parameters: &Parameters<f32>, ids: &[u32], changes: &[Change]) -> Vec<f32> {
        let mut tap = Intervention::new(changes, NoTap);
        model::read(&Threads::serial(), parameters, ids, &mut tap).1
    }

    fn off(part: Component) -> Vec<Change> {
        vec![Change::Scale { part, by: 0.0 }]
    }

    #[test]
    fn a_part_that_is_off_is_a_part_whose_weights_are_zero() {
        let (parameters, ids) = setup();
        let untouched = run(&parameters, &ids, &[]);
        type ByHand = fn(&mut Parameters<f32>);
        let cases: [(Component, ByHand); 3] = [
            (Component::Positions, |p| p.view_mut().wpe.fill(0.0)),
            (Component::Mlp(1), |p| {
                let mut view = p.view_mut();
                view.blocks[1].down.weight.fill(0.0);
                view.blocks[1].down.bias.fill(0.0);
            }),
            (Component::Block(0), |p| {
                let block = &mut p.view_mut().blocks[0];
                for layer in [&mut block.output, &mut block.down] {
                    layer.weight.fill(0.0);
                    layer.bias.fill(0.0);
                }
            }),
        ];
        for (part, by_hand) in cases {
            let mut changed = parameters.clone();
            by_hand(&mut changed);
            let got = run(&parameters, &ids, &off(part));
            assert_eq!(got, run(&changed, &ids, &[]), "{part:?}");
            assert_ne!(got, untouched, "{part:?}");
        }
    }

    #[test]
    fn what_is_patched_with_itself_stays_and_the_whole_stream_carries_everything() {
        let (parameters, ids) = setup();
        let other: Vec<u32> = ids.iter().map(|id| (id + 5) % 19).collect();
        let mut tap = Recording::new(|_| true);
        let there = model::read(&Threads::serial(), &parameters, &other, &mut tap).1;
        let row = |name: Name, at: usize| -> Arc<[f32]> {
            let (shape, values) = &tap.activations[&name];
            let columns: usize = shape[1..].iter().product();
            values[at * columns..(at + 1) * columns].into()
        };
        let last = ids.len() - 1;
        let patch = |name, row_at| {
            let values = row(name, row_at);
            Change::Patch(Patch { name, row: row_at, values })
        };
        // The last row of the last stream alone decides the last prediction.
        let changed = run(&parameters, &ids, &[patch(Name::ResidPost(1), last)]);
        assert_eq!(changed[last * 19..], there[last * 19..]);
        let all: Vec<Change> = (0..ids.len()).map(|at| patch(Name::ResidPre(1), at)).collect();
        assert_eq!(run(&parameters, &ids, &all), there);
        // With its own rows nothing changes.
        let own: Vec<Change> = (0..ids.len()).map(|at| patch(Name::Z(0), at)).collect();
        assert_eq!(run(&parameters, &other, &own), there);
    }

    #[test]
    fn a_cache_is_changed_as_the_whole_pass_is() {
        let (parameters, ids) = setup();
        let part = Component::Head { block: 0, head: 1 };
        let values: Arc<[f32]> = vec![0.3; 12].into();
        let patch = Patch { name: Name::ResidMid(0), row: 5, values };
        let changes = [Change::Scale { part, by: -0.5 }, Change::Patch(patch)];
        let whole = run(&parameters, &ids, &changes);
        let mut inference = Inference::new(&parameters, Threads::serial());
        let mut tap = Intervention::new(&changes, NoTap);
        let mut rows = vec![inference.start_tapped(&ids[..4], &mut tap).expect("it fits")];
        for at in 4..ids.len() {
            tap.first = at;
            rows.push(inference.extend_tapped(&ids[at..=at], &mut tap).expect("it fits"));
        }
        for (i, row) in rows.iter().enumerate() {
            assert_eq!(row, &whole[(3 + i) * 19..(4 + i) * 19], "position {}", 3 + i);
        }
        assert_ne!(rows[4], run(&parameters, &ids, &[])[7 * 19..8 * 19]);
    }
}
