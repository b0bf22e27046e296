//! The table that a cell belongs to: which numbers stand in which rows and columns.

use crate::app::theme::ColourMap;
use crate::interpret::provenance::{Cell, Numbers};
use crate::nn::Name;
use std::ops::Range;

/// A part of an activation or a weight, as rows and columns of cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Some cell of it, which tells the rest.
    cell: Cell,
    /// Numbers in a row that belong to one head; all, where there are no heads.
    head_width: usize,
    /// All there are.
    pub size: (usize, usize),
    /// Those that are shown.
    pub rows: Range<usize>,
    pub columns: Range<usize>,
    /// Where the cell stands.
    pub here: (usize, usize),
}

/// No more rows and columns are shown at once.
const ROWS: usize = 160;
const COLUMNS: usize = 320;

impl Grid {
    /// The table around a cell.
    pub fn around(numbers: &Numbers, cell: Cell) -> Self {
        let head_width = numbers.reading.config.head_width();
        let shape = numbers.shape(cell);
        let of = |i: usize| shape.get(i).copied().unwrap_or(1);
        let (size, here) = match cell {
            Cell::Activation { name: Name::AttnScores(_) | Name::Pattern(_), at } => {
                ((of(1), of(2)), (at[1], at[2]))
            }
            Cell::Activation { at, .. } if shape.len() == 3 => {
                ((of(0), of(1) * of(2)), (at[0], at[1] * head_width + at[2]))
            }
            Cell::Activation { at, .. } => ((of(0), of(1)), (at[0], at[1])),
            Cell::Mean { position, .. } => ((of(0), 1), (position, 0)),
            Cell::Logit { position, token } | Cell::Probability { position, token } => {
                ((of(0), of(1)), (position, token))
            }
            Cell::Weight { at, .. } if shape.len() == 1 => ((1, of(0)), (0, at[1])),
            Cell::Weight { at, .. } => ((of(0), of(1)), (at[0], at[1])),
        };
        let rows = window(size.0, ROWS, here.0);
        let columns = window(size.1, COLUMNS, here.1);
        Self { cell, head_width, size, rows, columns, here }
    }

    /// The cell at a row and a column.
    pub fn at(&self, row: usize, column: usize) -> Cell {
        match self.cell {
            Cell::Activation { name, at } => match name {
                Name::AttnScores(_) | Name::Pattern(_) => Cell::of_square(name, at[0], row, column),
                Name::Q(_) | Name::K(_) | Name::V(_) | Name::Z(_) => {
                    Cell::of_head(name, row, column / self.head_width, column % self.head_width)
                }
                _ => Cell::of(name, row, column),
            },
            Cell::Mean { norm, .. } => Cell::Mean { norm, position: row },
            Cell::Logit { .. } => Cell::Logit { position: row, token: column },
            Cell::Probability { .. } => Cell::Probability { position: row, token: column },
            Cell::Weight { tensor, .. } => Cell::Weight { tensor, at: [row, column] },
        }
    }

    /// The numbers that are shown, row by row.
    pub fn values(&self, numbers: &Numbers) -> Vec<f32> {
        if let Cell::Probability { .. } = self.cell {
            return self.probabilities(numbers);
        }
        let value = |row, column| numbers.value(self.at(row, column)).unwrap_or(f64::NAN) as f32;
        let row = |row| self.columns.clone().map(move |column| value(row, column));
        self.rows.clone().flat_map(row).collect()
    }

    /// Of each row at once: asked one by one, each would sum up the row anew.
    fn probabilities(&self, numbers: &Numbers) -> Vec<f32> {
        let row = |row: usize| {
            let logits = numbers.reading.logits(row);
            let sum = crate::decode::log_sum_exp(logits);
            let shown = logits.get(self.columns.clone()).unwrap_or(&[]);
            shown.iter().map(|x| (f64::from(*x) - sum).exp() as f32).collect::<Vec<_>>()
        };
        self.rows.clone().flat_map(row).collect()
    }

    /// The colours that fit, and the values at their ends.
    pub fn colours(&self, values: &[f32]) -> (ColourMap, f32, f32) {
        match self.cell {
            Cell::Activation { name: Name::Pattern(_), .. } => (ColourMap::Attention, 0.0, 1.0),
            Cell::Probability { .. } => (ColourMap::Probability, 0.0, 1.0),
            _ => {
                let finite = values.iter().copied().filter(|x| x.is_finite());
                let end = finite.map(f32::abs).fold(1e-9, f32::max);
                (ColourMap::Signed, -end, end)
            }
        }
    }

    /// Whether two tables show the same numbers of the same pass.
    pub fn shows_same(&self, other: &Self) -> bool {
        let same = match (self.cell, other.cell) {
            (Cell::Activation { name: a, at: i }, Cell::Activation { name: b, at: j }) => {
                let square = matches!(a, Name::AttnScores(_) | Name::Pattern(_));
                a == b && (!square || i[0] == j[0])
            }
            (Cell::Mean { norm: a, .. }, Cell::Mean { norm: b, .. }) => a == b,
            (Cell::Weight { tensor: a, .. }, Cell::Weight { tensor: b, .. }) => a == b,
            (a, b) => std::mem::discriminant(&a) == std::mem::discriminant(&b),
        };
        same && self.size == other.size && self.rows == other.rows && self.columns == other.columns
    }
}

/// Up to `most` places of `count`, in steps of half as many, so that a step to the side moves
/// nothing; `here` is among them.
fn window(count: usize, most: usize, here: usize) -> Range<usize> {
    if count <= most {
        return 0..count;
    }
    let step = most / 2;
    let first = (here / step * step).saturating_sub(step / 2).min(count - most);
    first..first + most
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_shown_holds_the_cell(
            count in 1usize..5000, most in 2usize..400, here in 0usize..5000,
        ) {
            let here = here.min(count - 1);
            let shown = window(count, most, here);
            prop_assert!(shown.contains(&here) && shown.end <= count);
            prop_assert_eq!(shown.len(), count.min(most));
        }
    }
}
