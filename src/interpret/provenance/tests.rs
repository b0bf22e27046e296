//! A walk through cells, at random: every number is the engine's, every formula gives it.

use super::*;
use crate::interpret::Reading;
use crate::nn::{Config, Parameters, Recording, model};
use crate::tensor::Threads;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};
use std::collections::BTreeSet;

/// Records everything.
type Tape = Recording<f32, fn(Name) -> bool>;

fn read(parameters: &Parameters<f32>, ids: &[u32]) -> (Reading, Tape) {
    let mut tap: Tape = Recording::new(|_| true);
    let (_, logits) = model::read(&Threads::serial(), parameters, ids, &mut tap);
    let config = parameters.config.clone();
    (Reading::new(ids.to_vec(), config, tap.activations.clone(), logits), tap)
}

/// Models of three shapes, larger weights than training begins with, biases and gains too.
fn models() -> Vec<Parameters<f32>> {
    let shapes = [
        Config::gpt2(1, 1, 8, 16, 11),
        Config { inner: 27, ..Config::gpt2(3, 2, 10, 16, 13) },
        Config { tied: false, ..Config::gpt2(2, 4, 32, 24, 40) },
    ];
    let model = |(i, config): (usize, &Config)| {
        let mut parameters = Parameters::<f32>::random(config, i as u64);
        let mut rng = ChaCha8Rng::seed_from_u64(i as u64);
        parameters.values.iter_mut().for_each(|x| *x += rng.random_range(-0.3..0.3));
        parameters
    };
    shapes.iter().enumerate().map(model).collect()
}

/// The number of a cell, found without the code under test.
fn independently(parameters: &Parameters<f32>, reading: &Reading, tap: &Tape, cell: Cell) -> f64 {
    match cell {
        Cell::Activation { name, at } => {
            let (shape, values) = &tap.activations[&name];
            let place = match shape.len() {
                2 => at[0] * shape[1] + at[1],
                _ => (at[0] * shape[1] + at[1]) * shape[2] + at[2],
            };
            f64::from(values[place])
        }
        Cell::Mean { norm, position } => {
            let row = reading.row(norm.names(parameters.config.layers).0, position);
            f64::from(row.iter().sum::<f32>() / row.len() as f32)
        }
        Cell::Logit { position, token } => f64::from(reading.logits(position)[token]),
        Cell::Probability { position, token } => {
            let row = reading.logits(position);
            let sum: f64 = row.iter().map(|x| f64::from(*x).exp()).sum();
            f64::from(row[token]).exp() / sum
        }
        Cell::Weight { tensor, at } => {
            let columns = parameters.specs()[tensor].shape.last().copied().unwrap_or(1);
            let range = parameters.ranges()[tensor].clone();
            f64::from(parameters.values[range][at[0] * columns + at[1]])
        }
    }
}

#[test]
fn a_walk_of_500_steps_meets_the_engines_numbers_and_formulas_that_give_them() {
    for (which, parameters) in models().iter().enumerate() {
        let config = &parameters.config;
        let mut rng = ChaCha8Rng::seed_from_u64(which as u64);
        let ids: Vec<u32> =
            (0..14).map(|_| rng.random_range(0..config.vocabulary as u32)).collect();
        let (reading, tap) = read(parameters, &ids);
        let numbers = Numbers::new(&reading, parameters);
        let mut seen = BTreeSet::new();
        let begin = |rng: &mut ChaCha8Rng| {
            let (position, token) =
                (rng.random_range(0..ids.len()), rng.random_range(0..config.vocabulary));
            if rng.random() {
                Cell::Logit { position, token }
            } else {
                Cell::Probability { position, token }
            }
        };
        let mut cell = begin(&mut rng);
        for step in 0..500 {
            let formula = Formula::of(&numbers, cell).expect("there is such a cell");
            let engine = independently(parameters, &reading, &tap, cell);
            if engine.is_finite() {
                assert!((formula.value - engine).abs() <= 1e-6 * (1.0 + engine.abs()), "{cell:?}");
                let got = formula.evaluate(&numbers);
                assert!(
                    (got - engine).abs() <= 1e-5 * (1.0 + engine.abs()),
                    "model {which}, step {step}, {cell:?}: {got} instead of {engine}"
                );
            } else {
                assert_eq!(formula.step, Step::Masked);
            }
            seen.insert(format!("{:?}", formula.step));
            let operands = formula.expr.map_or(Vec::new(), |expr| expr.cells());
            cell = if operands.is_empty() {
                begin(&mut rng)
            } else {
                operands[rng.random_range(0..operands.len())]
            };
        }
        assert!(seen.len() >= 9, "the walk came past few kinds of steps: {seen:?}");
    }
}

#[test]
fn every_activation_has_a_formula_for_its_first_and_last_cell() {
    for parameters in &models() {
        let (reading, _) = read(parameters, &[1, 5, 2, 7, 1, 5]);
        let numbers = Numbers::new(&reading, parameters);
        for name in Name::all(parameters.config.layers) {
            let shape = reading.activation(name).expect("recorded").shape.clone();
            let mut last = [0; 3];
            shape.iter().zip(&mut last).for_each(|(size, at)| *at = size - 1);
            for at in [[0; 3], last] {
                let cell = Cell::Activation { name, at };
                let formula = Formula::of(&numbers, cell).expect("a cell");
                let got = formula.evaluate(&numbers);
                assert!((got - formula.value).abs() <= 1e-5 * (1.0 + got.abs()), "{name} {at:?}");
            }
            let outside = Cell::Activation { name, at: [99, 0, 0] };
            assert!(Formula::of(&numbers, outside).is_none(), "{name}");
        }
    }
}
