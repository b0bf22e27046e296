//! Where a number comes from: for any cell the formula by which the engine got it, with the cells
//! that went in, each of which can be asked in turn, down to the token's row of the embedding.

mod cell;
mod expression;

pub use cell::{Cell, NormPlace, Numbers};
pub use expression::Expr;

use crate::nn::Name;
use expression::{minus, over, plus, times};

/// What kind of step leads to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// A row of a table is looked up.
    LookUp,
    /// Two rows are added.
    Add,
    /// The row is handed on as it is.
    HandOn,
    Mean,
    /// √(variance + ε)
    Scale,
    Normalise,
    /// Every number of a row, times a column of weights, plus a bias.
    Linear,
    /// Query and key are multiplied and scaled.
    Score,
    /// The mask hides this key.
    Masked,
    Softmax,
    /// Values are mixed by attention weights.
    Mix,
    Gelu,
    /// The row against a token's row of the output matrix.
    Unembed,
    /// Training found it.
    Learned,
}

/// A number with the formula that gives it.
#[derive(Debug, Clone)]
pub struct Formula {
    pub cell: Cell,
    /// The engine's number.
    pub value: f64,
    pub step: Step,
    /// None of a number that training found, or that the mask hides.
    pub expr: Option<Expr>,
}

impl Formula {
    /// How the number in a cell came about; none if there is no such cell.
    pub fn of(numbers: &Numbers, cell: Cell) -> Option<Self> {
        let value = numbers.value(cell)?;
        let (step, expr) = match cell {
            Cell::Activation { name, at } => activation(numbers, name, at)?,
            Cell::Mean { norm, position } => (Step::Mean, Some(mean(numbers, norm, position))),
            Cell::Logit { position, token } => (Step::Unembed, unembed(numbers, position, token)),
            Cell::Probability { position, token } => {
                let logit = |token| Cell::Logit { position, token };
                let vocabulary = numbers.reading.config.vocabulary;
                (Step::Softmax, Some(softmax(numbers, token, vocabulary, &logit)))
            }
            Cell::Weight { .. } => (Step::Learned, None),
        };
        Some(Self { cell, value, step, expr })
    }

    /// What the formula comes to, in double precision.
    pub fn evaluate(&self, numbers: &Numbers) -> f64 {
        let value = |cell| numbers.value(cell).unwrap_or(f64::NAN);
        self.expr.as_ref().map_or(self.value, |expr| expr.evaluate(&value))
    }
}

type Found = Option<(Step, Option<Expr>)>;

fn activation(numbers: &Numbers, name: Name, at: [usize; 3]) -> Found {
    let [row, column, _] = at;
    let found = |step, expr| Some((step, Some(expr)));
    let cell = |name| Cell::of(name, row, column);
    match name {
        Name::Embed => {
            let token = *numbers.reading.ids.get(row)? as usize;
            let weight =
                Cell::Weight { tensor: numbers.tensor("wte.weight")?, at: [token, column] };
            found(Step::LookUp, weight.into())
        }
        Name::PosEmbed => {
            let weight = Cell::Weight { tensor: numbers.tensor("wpe.weight")?, at: [row, column] };
            found(Step::LookUp, weight.into())
        }
        Name::ResidPre(0) => found(Step::Add, plus(cell(Name::Embed), cell(Name::PosEmbed))),
        Name::ResidPre(l) => found(Step::HandOn, cell(Name::ResidPost(l - 1)).into()),
        Name::ResidMid(l) => {
            found(Step::Add, plus(cell(Name::ResidPre(l)), cell(Name::AttnOut(l))))
        }
        Name::ResidPost(l) => {
            found(Step::Add, plus(cell(Name::ResidMid(l)), cell(Name::MlpOut(l))))
        }
        Name::Ln1Scale(l) => found(Step::Scale, scale(numbers, NormPlace::BeforeAttention(l), row)),
        Name::Ln2Scale(l) => found(Step::Scale, scale(numbers, NormPlace::BeforeMlp(l), row)),
        Name::LnFinalScale => found(Step::Scale, scale(numbers, NormPlace::Last, row)),
        Name::Ln1Normalized(l) => normalised(numbers, NormPlace::BeforeAttention(l), row, column),
        Name::Ln2Normalized(l) => normalised(numbers, NormPlace::BeforeMlp(l), row, column),
        Name::LnFinalNormalized => normalised(numbers, NormPlace::Last, row, column),
        Name::Q(l) => projected(numbers, l, 0, at),
        Name::K(l) => projected(numbers, l, 1, at),
        Name::V(l) => projected(numbers, l, 2, at),
        Name::AttnScores(l) => score(numbers, l, at),
        Name::Pattern(l) => {
            let [head, query, key] = at;
            if key > query {
                return Some((Step::Masked, None));
            }
            let score = |key| Cell::of_square(Name::AttnScores(l), head, query, key);
            found(Step::Softmax, softmax(numbers, key, query + 1, &score))
        }
        Name::Z(l) => {
            let [position, head, column] = at;
            let term = |key| {
                let weight = Cell::of_square(Name::Pattern(l), head, position, key);
                times(weight, Cell::of_head(Name::V(l), key, head, column))
            };
            found(Step::Mix, Expr::Sum((0..=position).map(term).collect()))
        }
        Name::AttnOut(l) => {
            let width = numbers.reading.config.head_width();
            let input = |i: usize| Cell::of_head(Name::Z(l), row, i / width, i % width);
            linear(numbers, &format!("h.{l}.attn.c_proj"), &input, column)
        }
        Name::MlpPre(l) => {
            let input = |i| Cell::of(Name::Ln2Normalized(l), row, i);
            linear(numbers, &format!("h.{l}.mlp.c_fc"), &input, column)
        }
        Name::MlpPost(l) => found(Step::Gelu, gelu(cell(Name::MlpPre(l)))),
        Name::MlpOut(l) => {
            let input = |i| Cell::of(Name::MlpPost(l), row, i);
            linear(numbers, &format!("h.{l}.mlp.c_proj"), &input, column)
        }
    }
}

/// μ = Σ x / n
fn mean(numbers: &Numbers, norm: NormPlace, position: usize) -> Expr {
    let config = &numbers.reading.config;
    let (input, ..) = norm.names(config.layers);
    let sum = (0..config.width).map(|i| Cell::of(input, position, i).into()).collect();
    over(Expr::Sum(sum), config.width as f64)
}

/// σ = √(Σ (x − μ)² / n + ε)
fn scale(numbers: &Numbers, norm: NormPlace, position: usize) -> Expr {
    let config = &numbers.reading.config;
    let (input, ..) = norm.names(config.layers);
    let mean = Cell::Mean { norm, position };
    let square = |i| Expr::Square(Box::new(minus(Cell::of(input, position, i), mean)));
    let sum = Expr::Sum((0..config.width).map(square).collect());
    Expr::Root(Box::new(plus(over(sum, config.width as f64), config.epsilon)))
}

/// y = (x − μ) / σ · γ + β
fn normalised(numbers: &Numbers, norm: NormPlace, position: usize, column: usize) -> Found {
    let (input, scale, _) = norm.names(numbers.reading.config.layers);
    let tensor = match norm {
        NormPlace::BeforeAttention(l) => format!("h.{l}.ln_1"),
        NormPlace::BeforeMlp(l) => format!("h.{l}.ln_2"),
        NormPlace::Last => "ln_f".into(),
    };
    let learned = |which: &str| {
        let tensor = numbers.tensor(&format!("{tensor}.{which}"))?;
        Some(Cell::Weight { tensor, at: [0, column] })
    };
    let centred = minus(Cell::of(input, position, column), Cell::Mean { norm, position });
    let standard = over(centred, Cell::of(scale, position, 0));
    let scaled = times(standard, learned("weight")?);
    Some((Step::Normalise, Some(plus(scaled, learned("bias")?))))
}

/// Σ input · W + b, of one column of a linear layer.
fn linear(numbers: &Numbers, layer: &str, input: &dyn Fn(usize) -> Cell, column: usize) -> Found {
    let weight = numbers.tensor(&format!("{layer}.weight"))?;
    let bias = numbers.tensor(&format!("{layer}.bias"))?;
    let inputs = *numbers.spec(weight)?.shape.first()?;
    let term = |i| times(input(i), Cell::Weight { tensor: weight, at: [i, column] });
    let sum = Expr::Sum((0..inputs).map(term).collect());
    Some((Step::Linear, Some(plus(sum, Cell::Weight { tensor: bias, at: [0, column] }))))
}

/// A head's query, key or value: `part` says which of the three lies where in the weights.
fn projected(numbers: &Numbers, block: usize, part: usize, at: [usize; 3]) -> Found {
    let config = &numbers.reading.config;
    let [position, head, column] = at;
    let column = part * config.width + head * config.head_width() + column;
    let input = |i| Cell::of(Name::Ln1Normalized(block), position, i);
    linear(numbers, &format!("h.{block}.attn.c_attn"), &input, column)
}

/// s = Σ q · k / √d
fn score(numbers: &Numbers, block: usize, [head, query, key]: [usize; 3]) -> Found {
    if key > query {
        return Some((Step::Masked, None));
    }
    let width = numbers.reading.config.head_width();
    let term = |i| {
        let q = Cell::of_head(Name::Q(block), query, head, i);
        times(q, Cell::of_head(Name::K(block), key, head, i))
    };
    let sum = Expr::Sum((0..width).map(term).collect());
    Some((Step::Score, Some(over(sum, Expr::Root(Box::new((width as f64).into()))))))
}

/// e^s / Σ e^s; where the exponentials would be too large to read, all scores are first lowered by
/// the same number, which changes nothing.
fn softmax(numbers: &Numbers, at: usize, count: usize, score: &dyn Fn(usize) -> Cell) -> Expr {
    let values = (0..count).filter_map(|i| numbers.value(score(i)));
    let largest = values.fold(f64::NEG_INFINITY, f64::max);
    let shift = if largest.abs() > 12.0 && largest.is_finite() { largest.round() } else { 0.0 };
    let term = |i| {
        let score = Expr::from(score(i));
        Expr::Exp(Box::new(if shift == 0.0 { score } else { minus(score, shift) }))
    };
    over(term(at), Expr::Sum((0..count).map(term).collect()))
}

/// ½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))
fn gelu(x: Cell) -> Expr {
    let cube = times(0.044_715, Expr::Cube(Box::new(x.into())));
    let root = Expr::Root(Box::new(over(2.0, std::f64::consts::PI)));
    let tanh = Expr::Tanh(Box::new(times(root, plus(x, cube))));
    Expr::Multiply(vec![0.5.into(), x.into(), plus(1.0, tanh)])
}

/// Σ y · U, of a token's row of the output matrix.
fn unembed(numbers: &Numbers, position: usize, token: usize) -> Option<Expr> {
    let tensor = numbers.tensor("lm_head.weight").or_else(|| numbers.tensor("wte.weight"))?;
    let term = |i| {
        let output = Cell::Weight { tensor, at: [token, i] };
        times(Cell::of(Name::LnFinalNormalized, position, i), output)
    };
    Some(Expr::Sum((0..numbers.reading.config.width).map(term).collect()))
}

#[cfg(test)]
mod tests;
