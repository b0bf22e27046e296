//! Formulas as trees: cells and constants, joined by the operations of which a transformer consists.

use super::cell::Cell;

/// A formula, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    Cell(Cell),
    Number(f64),
    Add(Vec<Expr>),
    /// Many terms of one form, of which only some index differs.
    Sum(Vec<Expr>),
    Subtract(Box<Expr>, Box<Expr>),
    Multiply(Vec<Expr>),
    Divide(Box<Expr>, Box<Expr>),
    Root(Box<Expr>),
    Square(Box<Expr>),
    Cube(Box<Expr>),
    Exp(Box<Expr>),
    Tanh(Box<Expr>),
}

impl Expr {
    /// What the formula comes to, in double precision, from the values of its cells.
    pub fn evaluate(&self, value: &impl Fn(Cell) -> f64) -> f64 {
        let of = |part: &Self| part.evaluate(value);
        match self {
            Self::Cell(cell) => value(*cell),
            Self::Number(number) => *number,
            Self::Add(terms) | Self::Sum(terms) => terms.iter().map(of).sum(),
            Self::Subtract(from, what) => of(from) - of(what),
            Self::Multiply(factors) => factors.iter().map(of).product(),
            Self::Divide(above, below) => of(above) / of(below),
            Self::Root(inner) => of(inner).sqrt(),
            Self::Square(inner) => of(inner).powi(2),
            Self::Cube(inner) => of(inner).powi(3),
            Self::Exp(inner) => of(inner).exp(),
            Self::Tanh(inner) => of(inner).tanh(),
        }
    }

    /// The parts of which it is made.
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Cell(_) | Self::Number(_) => Vec::new(),
            Self::Add(parts) | Self::Sum(parts) | Self::Multiply(parts) => parts.iter().collect(),
            Self::Subtract(a, b) | Self::Divide(a, b) => vec![a, b],
            Self::Root(a) | Self::Square(a) | Self::Cube(a) | Self::Exp(a) | Self::Tanh(a) => {
                vec![a]
            }
        }
    }

    /// Every cell in it, each once, in order.
    pub fn cells(&self) -> Vec<Cell> {
        let mut seen = std::collections::HashSet::new();
        let mut cells = Vec::new();
        self.each(&mut |cell| {
            if seen.insert(cell) {
                cells.push(cell);
            }
        });
        cells
    }

    fn each(&self, visit: &mut impl FnMut(Cell)) {
        match self {
            Self::Cell(cell) => visit(*cell),
            other => other.parts().into_iter().for_each(|part| part.each(visit)),
        }
    }

    /// The first long sum in it, whose terms are worth a list of their own.
    pub fn long_sum(&self) -> Option<&[Self]> {
        match self {
            Self::Sum(terms) => Some(terms),
            other => other.parts().into_iter().find_map(Self::long_sum),
        }
    }
}

impl From<Cell> for Expr {
    fn from(cell: Cell) -> Self {
        Self::Cell(cell)
    }
}

impl From<f64> for Expr {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// a · b
pub fn times(a: impl Into<Expr>, b: impl Into<Expr>) -> Expr {
    Expr::Multiply(vec![a.into(), b.into()])
}

/// a / b
pub fn over(a: impl Into<Expr>, b: impl Into<Expr>) -> Expr {
    Expr::Divide(Box::new(a.into()), Box::new(b.into()))
}

/// a − b
pub fn minus(a: impl Into<Expr>, b: impl Into<Expr>) -> Expr {
    Expr::Subtract(Box::new(a.into()), Box::new(b.into()))
}

/// a + b
pub fn plus(a: impl Into<Expr>, b: impl Into<Expr>) -> Expr {
    Expr::Add(vec![a.into(), b.into()])
}
