//! How formulas are written: with symbols, and with the numbers that went in.

use super::layout::{Ink, Math};
use crate::app::numbers;
use crate::app::theme::Part;
use crate::interpret::provenance::{Cell, Expr, Numbers};
use crate::nn::Name;

/// The letter of a cell and its part's colour; what an index runs over is written `i`.
pub fn symbol(numbers: &Numbers, cell: Cell, running: Option<Cell>) -> Math {
    let (letter, part, raised) = letter(numbers, cell);
    let ink = part.map_or(Ink::Plain, Ink::Part);
    let own = indices(numbers, cell);
    let others = running.map(|other| indices(numbers, other));
    let written: Vec<String> = own
        .iter()
        .enumerate()
        .map(|(place, index)| {
            let runs =
                others.as_ref().and_then(|others| others.get(place)).is_some_and(|o| o != index);
            if runs { "i".into() } else { index.to_string() }
        })
        .collect();
    let small = |text: String| Some(Box::new(Math::Text(text, Ink::Quiet)));
    Math::Script {
        base: Box::new(Math::Text(letter.into(), ink)),
        sub: if written.is_empty() { None } else { small(written.join(",")) },
        sup: raised.and_then(|raised| small(raised.into())),
    }
}

/// A cell's letter, its part, and what is raised.
fn letter(numbers: &Numbers, cell: Cell) -> (&'static str, Option<Part>, Option<&'static str>) {
    match cell {
        Cell::Activation { name, .. } => match name {
            Name::Embed => ("e", None, None),
            Name::PosEmbed => ("p", Some(Part::Position), None),
            Name::ResidPre(_) => ("x", Some(Part::Residual), None),
            Name::ResidMid(_) => ("x", Some(Part::Residual), Some("\u{2032}")),
            Name::ResidPost(_) => ("x", Some(Part::Residual), Some("\u{2033}")),
            Name::Ln1Scale(_) | Name::Ln2Scale(_) | Name::LnFinalScale => ("\u{3c3}", None, None),
            Name::Ln1Normalized(_) | Name::Ln2Normalized(_) | Name::LnFinalNormalized => {
                ("y", None, None)
            }
            Name::Q(_) => ("q", Some(Part::Query), None),
            Name::K(_) => ("k", Some(Part::Key), None),
            Name::V(_) => ("v", Some(Part::Value), None),
            Name::AttnScores(_) => ("s", Some(Part::Attention), None),
            Name::Pattern(_) => ("a", Some(Part::Attention), None),
            Name::Z(_) => ("z", Some(Part::Value), None),
            Name::AttnOut(_) => ("o", Some(Part::Attention), None),
            Name::MlpPre(_) => ("h", Some(Part::Mlp), None),
            Name::MlpPost(_) => ("g", Some(Part::Mlp), None),
            Name::MlpOut(_) => ("m", Some(Part::Mlp), None),
        },
        Cell::Mean { .. } => ("\u{3bc}", None, None),
        Cell::Logit { .. } => ("l", Some(Part::Probability), None),
        Cell::Probability { .. } => ("P", Some(Part::Probability), None),
        Cell::Weight { tensor, .. } => weight(numbers.spec(tensor).map_or("", |spec| &spec.name)),
    }
}

/// The letter of a learned tensor.
fn weight(name: &str) -> (&'static str, Option<Part>, Option<&'static str>) {
    match name {
        "wte.weight" => ("E", None, None),
        "wpe.weight" => ("P", Some(Part::Position), None),
        "lm_head.weight" => ("U", None, None),
        name if name.contains("ln_") && name.ends_with("weight") => ("\u{3b3}", None, None),
        name if name.contains("ln_") => ("\u{3b2}", None, None),
        name if name.ends_with("bias") => ("b", None, None),
        name if name.contains("attn.c_proj") => ("W", None, Some("O")),
        name if name.contains("c_attn") => ("W", None, Some("qkv")),
        name if name.contains("c_fc") => ("W", Some(Part::Mlp), Some("in")),
        _ => ("W", Some(Part::Mlp), Some("out")),
    }
}

/// The numbers that stand lowered.
fn indices(numbers: &Numbers, cell: Cell) -> Vec<usize> {
    match cell {
        Cell::Activation { name, at } => match name {
            Name::Ln1Scale(_) | Name::Ln2Scale(_) | Name::LnFinalScale => vec![at[0]],
            // The head stands in the cell's name; here it would only be noise.
            Name::Q(_) | Name::K(_) | Name::V(_) | Name::Z(_) => vec![at[0], at[2]],
            Name::AttnScores(_) | Name::Pattern(_) => vec![at[1], at[2]],
            _ => vec![at[0], at[1]],
        },
        Cell::Mean { position, .. } => vec![position],
        Cell::Logit { position, token } | Cell::Probability { position, token } => {
            vec![position, token]
        }
        Cell::Weight { tensor, at } => {
            let is_row = numbers.spec(tensor).is_some_and(|spec| spec.shape.len() == 1);
            if is_row { vec![at[1]] } else { at.to_vec() }
        }
    }
}

/// A formula in symbols.
pub fn symbolic(numbers: &Numbers, expr: &Expr) -> Math {
    write(expr, None, &mut |cell, running| symbol(numbers, cell, running), None)
}

/// A formula with its numbers, each an operand by its place in `cells`; `more` names what is left
/// of a long sum, given how many terms there are more. `written` terms of it are written out.
pub fn numeric(
    numbers: &Numbers,
    expr: &Expr,
    cells: &[Cell],
    (written, more): (usize, &dyn Fn(usize) -> String),
) -> Math {
    let value = |cell: Cell| numbers.value(cell).unwrap_or(f64::NAN);
    let mut operand = |cell: Cell, _: Option<Cell>| {
        let text = Math::text(number(value(cell)));
        match cells.iter().position(|other| *other == cell) {
            Some(index) => Math::Operand(index, Box::new(text)),
            None => text,
        }
    };
    write(expr, None, &mut operand, Some(Values { value: &value, written, more }))
}

/// A number in a formula: three digits, or as many as a large one needs.
fn number(x: f64) -> String {
    let digits = if x.abs() >= 100.0 { 1 } else { 3 };
    numbers::digits(x, digits)
}

type Cells<'a> = &'a mut dyn FnMut(Cell, Option<Cell>) -> Math;

/// What it takes to write numbers: the value of a cell, how many terms of a long sum are written
/// out, and the words for the others.
#[derive(Clone, Copy)]
struct Values<'a> {
    value: &'a dyn Fn(Cell) -> f64,
    written: usize,
    more: &'a dyn Fn(usize) -> String,
}

/// Writes a formula. `other` is the next term of the sum that it stands in, which shows what runs.
fn write(expr: &Expr, other: Option<&Expr>, cells: Cells, values: Option<Values>) -> Math {
    // The counterpart of a part in the other term.
    let others = other.map(Expr::parts);
    let counterpart = |i: usize| others.as_ref().and_then(|parts| parts.get(i).copied());
    let mut inside = |part: &Expr, i: usize| write(part, counterpart(i), cells, values);
    match expr {
        Expr::Cell(cell) => {
            let running = other.and_then(|other| match other {
                Expr::Cell(other) => Some(*other),
                _ => None,
            });
            cells(*cell, running)
        }
        Expr::Number(number) => constant(*number),
        Expr::Add(parts) => joined(parts.iter().enumerate().map(|(i, p)| inside(p, i)), " + "),
        Expr::Sum(terms) => match values {
            Some(values) => written_out(terms, cells, values),
            None => sum(terms, cells),
        },
        Expr::Subtract(from, what) => {
            let parts = [inside(from, 0), inside(what, 1)];
            joined(parts.into_iter(), " \u{2212} ")
        }
        Expr::Multiply(factors) => {
            let parts = factors.iter().enumerate().map(|(i, factor)| {
                let written = inside(factor, i);
                if needs_brackets(factor, values) {
                    Math::Parens(Box::new(written))
                } else {
                    written
                }
            });
            joined(parts.collect::<Vec<_>>().into_iter(), " \u{b7} ")
        }
        Expr::Divide(above, below) => {
            let (above, below) = (inside(above, 0), inside(below, 1));
            Math::Fraction(Box::new(above), Box::new(below))
        }
        Expr::Root(inner) => Math::Root(Box::new(inside(inner, 0))),
        Expr::Square(inner) => power(inside(inner, 0), inner, "2", values),
        Expr::Cube(inner) => power(inside(inner, 0), inner, "3", values),
        Expr::Exp(inner) => Math::Script {
            base: Box::new(Math::text("e")),
            sub: None,
            sup: Some(Box::new(inside(inner, 0))),
        },
        Expr::Tanh(inner) => {
            let inner = Math::Parens(Box::new(inside(inner, 0)));
            Math::Row(vec![Math::sign("tanh"), inner])
        }
    }
}

/// Σ over i of a term in which what runs is written i.
fn sum(terms: &[Expr], cells: Cells) -> Math {
    let Some(first) = terms.first() else { return Math::text("0") };
    let body = write(first, terms.get(1), cells, None);
    if terms.len() == 1 {
        return body;
    }
    let sign = Math::Under(Box::new(Math::sign("\u{3a3}")), Box::new(Math::sign("i")));
    Math::Row(vec![sign, Math::sign(" "), body])
}

/// The largest terms of a sum, in their order, and what the others come to.
fn written_out(terms: &[Expr], cells: Cells, values: Values) -> Math {
    let Values { value, written, more } = values;
    let found: Vec<f64> = terms.iter().map(|term| term.evaluate(&|cell| value(cell))).collect();
    let mut order: Vec<usize> = (0..terms.len()).collect();
    order.sort_by(|a, b| found[*b].abs().total_cmp(&found[*a].abs()));
    let mut largest: Vec<usize> = order.iter().copied().take(written).collect();
    largest.sort_unstable();
    let mut parts: Vec<Math> =
        largest.into_iter().map(|i| write(&terms[i], None, cells, Some(values))).collect();
    if order.len() > written {
        let rest: f64 = order[written..].iter().map(|i| found[*i]).sum();
        let words = Math::sign(format!("{} ", more(order.len() - written)));
        parts.push(Math::Row(vec![words, constant(rest)]));
    }
    joined(parts.into_iter(), " + ")
}

fn joined(parts: impl Iterator<Item = Math>, sign: &str) -> Math {
    let mut row = Vec::new();
    for part in parts {
        if !row.is_empty() {
            row.push(Math::sign(sign));
        }
        row.push(part);
    }
    Math::Row(row)
}

fn power(base: Math, inner: &Expr, exponent: &str, values: Option<Values>) -> Math {
    let brackets = needs_brackets(inner, values) || !matches!(inner, Expr::Cell(_));
    let base = if brackets { Math::Parens(Box::new(base)) } else { base };
    Math::Script { base: Box::new(base), sub: None, sup: Some(Box::new(Math::sign(exponent))) }
}

/// A sum in a product, and a number below zero, stand in brackets.
fn needs_brackets(expr: &Expr, values: Option<Values>) -> bool {
    match (expr, values) {
        (Expr::Add(_) | Expr::Subtract(..), _) => true,
        (Expr::Sum(terms), _) => terms.len() > 1,
        (Expr::Number(number), _) => *number < 0.0,
        (Expr::Cell(cell), Some(values)) => (values.value)(*cell) < 0.0,
        _ => false,
    }
}

fn constant(x: f64) -> Math {
    if x == std::f64::consts::PI {
        return Math::text("\u{3c0}");
    }
    if x == 0.5 {
        return Math::text("\u{bd}");
    }
    if x != 0.0 && x.abs() < 1e-3 {
        // ε and its like: a power of ten.
        let exponent = x.abs().log10().floor() as i32;
        let factor = x / 10_f64.powi(exponent);
        let power = Math::Script {
            base: Box::new(Math::text("10")),
            sub: None,
            sup: Some(Box::new(Math::text(numbers::digits(f64::from(exponent), 0)))),
        };
        if (factor - 1.0).abs() < 1e-6 {
            return power;
        }
        return Math::Row(vec![Math::text(number(factor)), Math::sign(" \u{b7} "), power]);
    }
    if x.fract() == 0.0 && x.abs() < 1e6 {
        return Math::text(numbers::digits(x, 0));
    }
    if x == 0.044_715 { Math::text("0.044715") } else { Math::text(number(x)) }
}
