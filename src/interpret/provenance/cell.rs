//! A number somewhere in a pass, by name and place.

use super::super::Reading;
use crate::nn::{Name, Parameters, Spec};
use std::ops::Range;

/// One of the model's layer norms: two in each block, one at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NormPlace {
    BeforeAttention(usize),
    BeforeMlp(usize),
    Last,
}

impl NormPlace {
    /// What it reads, what it divides by, and what comes out.
    pub fn names(self, layers: usize) -> (Name, Name, Name) {
        match self {
            Self::BeforeAttention(l) => {
                (Name::ResidPre(l), Name::Ln1Scale(l), Name::Ln1Normalized(l))
            }
            Self::BeforeMlp(l) => (Name::ResidMid(l), Name::Ln2Scale(l), Name::Ln2Normalized(l)),
            Self::Last => {
                (Name::ResidPost(layers - 1), Name::LnFinalScale, Name::LnFinalNormalized)
            }
        }
    }
}

/// A number that can be asked where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cell {
    /// Of an activation; the places are those of its shape, unused ones 0.
    Activation {
        name: Name,
        at: [usize; 3],
    },
    /// The mean that a norm takes from a row.
    Mean {
        norm: NormPlace,
        position: usize,
    },
    /// A token's score after a position, and its share.
    Logit {
        position: usize,
        token: usize,
    },
    Probability {
        position: usize,
        token: usize,
    },
    /// A learned number: the tensor's place in [`Parameters::specs`], and row and column in it.
    Weight {
        tensor: usize,
        at: [usize; 2],
    },
}

impl Cell {
    /// A cell of an activation with a row for each position.
    pub fn of(name: Name, position: usize, column: usize) -> Self {
        Self::Activation { name, at: [position, column, 0] }
    }

    /// A cell of one head's row.
    pub fn of_head(name: Name, position: usize, head: usize, column: usize) -> Self {
        Self::Activation { name, at: [position, head, column] }
    }

    /// A cell of a head's square of scores or weights.
    pub fn of_square(name: Name, head: usize, query: usize, key: usize) -> Self {
        Self::Activation { name, at: [head, query, key] }
    }
}

/// All numbers of a pass: activations, logits and weights.
pub struct Numbers<'a> {
    pub reading: &'a Reading,
    pub parameters: &'a Parameters<f32>,
    specs: Vec<Spec>,
    ranges: Vec<Range<usize>>,
}

impl<'a> Numbers<'a> {
    /// The numbers of a pass of this model.
    pub fn new(reading: &'a Reading, parameters: &'a Parameters<f32>) -> Self {
        Self { reading, parameters, specs: parameters.specs(), ranges: parameters.ranges() }
    }

    /// The place of a tensor by its name, as `h.0.attn.c_attn.weight`.
    pub fn tensor(&self, name: &str) -> Option<usize> {
        self.specs.iter().position(|spec| spec.name == name)
    }

    /// What a tensor is called and how large it is.
    pub fn spec(&self, tensor: usize) -> Option<&Spec> {
        self.specs.get(tensor)
    }

    /// All tensors.
    pub fn specs(&self) -> &[Spec] {
        &self.specs
    }

    /// The numbers of a tensor.
    pub fn tensor_values(&self, tensor: usize) -> &'a [f32] {
        let range = self.ranges.get(tensor).cloned().unwrap_or(0..0);
        self.parameters.values.get(range).unwrap_or(&[])
    }

    /// The shape of what a cell belongs to, the last dimension running fastest.
    pub fn shape(&self, cell: Cell) -> Vec<usize> {
        let positions = self.reading.positions();
        match cell {
            Cell::Activation { name, .. } => {
                self.reading.activation(name).map_or(Vec::new(), |found| found.shape.clone())
            }
            Cell::Mean { .. } => vec![positions, 1],
            Cell::Logit { .. } | Cell::Probability { .. } => {
                vec![positions, self.reading.config.vocabulary]
            }
            Cell::Weight { tensor, .. } => {
                self.spec(tensor).map_or(Vec::new(), |spec| spec.shape.clone())
            }
        }
    }

    /// The number in a cell: the engine's own. None if there is no such cell; −∞ where masked.
    pub fn value(&self, cell: Cell) -> Option<f64> {
        let reading = self.reading;
        match cell {
            Cell::Activation { name, at } => {
                let found = reading.activation(name)?;
                let place = flat(&found.shape, &at)?;
                found.values.get(place).map(|x| f64::from(*x))
            }
            Cell::Mean { norm, position } => {
                // The engine keeps a norm's mean for its backward pass only; it is the row's.
                let (input, ..) = norm.names(reading.config.layers);
                let row = reading.row(input, position);
                let sum: f64 = row.iter().map(|x| f64::from(*x)).sum();
                (!row.is_empty()).then(|| sum / row.len() as f64)
            }
            Cell::Logit { position, token } => {
                reading.logits(position).get(token).map(|x| f64::from(*x))
            }
            Cell::Probability { position, token } => {
                let logits = reading.logits(position);
                let sum = crate::decode::log_sum_exp(logits);
                logits.get(token).map(|x| (f64::from(*x) - sum).exp())
            }
            Cell::Weight { tensor, at } => {
                let shape = &self.spec(tensor)?.shape;
                let at = if shape.len() == 1 { [at[1], 0, 0] } else { [at[0], at[1], 0] };
                let place = flat(shape, &at)?;
                self.tensor_values(tensor).get(place).map(|x| f64::from(*x))
            }
        }
    }
}

/// Where an element lies; none if it is outside.
fn flat(shape: &[usize], at: &[usize; 3]) -> Option<usize> {
    if shape.len() > 3 || at[shape.len()..].iter().any(|&i| i > 0) {
        return None;
    }
    let inside = shape.iter().zip(at).all(|(size, i)| i < size);
    inside.then(|| shape.iter().zip(at).fold(0, |place, (size, i)| place * size + i))
}
