//! What holds for every model, every sequence and every matrix, tried on random small ones.

use crate::common::{bits, random_model};
use glassbox::nn::attention::{self, KeysValues, Mask, Shape};
use glassbox::nn::{Config, Dropout, NoTap, model};
use glassbox::tensor::{Matrix, MatrixMut, Start, Threads, matmul, transpose};
use proptest::prelude::*;
use rand::SeedableRng as _;
use rand::rngs::ChaCha8Rng;

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn random(len: usize, seed: u64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..len).map(|_| rng.random_range(-2.0..2.0)).collect()
}

prop_compose! {
    fn any_config()(
        layers in 1usize..4,
        heads in 1usize..5,
        head_width in 1usize..7,
        inner in 1usize..30,
        context in 2usize..60,
        vocabulary in 2usize..40,
        tied: bool,
    ) -> Config {
        let width = heads * head_width;
        Config { inner, tied, ..Config::gpt2(layers, heads, width, context, vocabulary) }
    }
}

prop_compose! {
    fn any_sequence()(config in any_config())(
        tokens in prop::collection::vec(0..config.vocabulary as u32, 2..=config.context),
        config in Just(config),
    ) -> (Config, Vec<u32>) {
        (config, tokens)
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn attention_is_shared_out_whole_and_never_to_the_future(
        (config, tokens) in any_sequence(),
        seed: u64,
    ) {
        let parameters = random_model::<f32>(&config, seed);
        let (acts, logits) = model::read(&Threads::serial(), &parameters, &tokens, &mut NoTap);
        prop_assert!(logits.iter().all(|logit| logit.is_finite()));
        let positions = tokens.len();
        for block in &acts.blocks {
            for (row, pattern) in block.pattern.chunks_exact(positions).enumerate() {
                let (seen, future) = pattern.split_at(row % positions + 1);
                prop_assert!(seen.iter().all(|p| (0.0..=1.0).contains(p)));
                prop_assert!((seen.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                prop_assert!(future.iter().all(|&p| p == 0.0));
            }
        }
    }

    #[test]
    fn no_position_can_tell_what_comes_after_it(
        (config, tokens) in any_sequence(),
        seed: u64,
        cut: prop::sample::Index,
    ) {
        let parameters = random_model::<f32>(&config, seed);
        let cut = 1 + cut.index(tokens.len() - 1);
        let mut other = tokens.clone();
        for token in &mut other[cut..] {
            *token = (*token + 1) % config.vocabulary as u32;
        }
        let logits = |tokens: &[u32]| {
            let (_, logits) = model::read(&Threads::serial(), &parameters, tokens, &mut NoTap);
            bits(&logits)
        };
        let (one, two) = (logits(&tokens), logits(&other));
        let before = cut * config.vocabulary;
        prop_assert_eq!(&one[..before], &two[..before]);
    }

    /// Queries may be fewer than keys (a cache, another sequence), under either mask.
    #[test]
    fn attention_follows_its_definition(
        heads in 1usize..4,
        head_width in 1usize..8,
        keys in 1usize..60,
        queries: prop::sample::Index,
        causal: bool,
        seed: u64,
    ) {
        let queries = 1 + queries.index(keys);
        let mask = if causal { Mask::Causal } else { Mask::Bidirectional };
        let shape = Shape { heads, head_width, queries, keys, mask };
        let width = heads * head_width;
        let q = random(queries * width, seed);
        let [k, v] = [1, 2].map(|part| random(keys * width, seed.wrapping_add(part)));
        let mut keys_t = vec![0.0; k.len()];
        transpose(&mut keys_t, &k, keys, width, width);
        let mut pattern = vec![0.0; heads * queries * keys];
        let mut z = vec![f64::NAN; queries * width];
        attention::forward(
            &mut pattern,
            &mut z,
            (&q, width),
            KeysValues { keys_t: &keys_t, key_stride: keys, values: &v, value_stride: width },
            shape,
            Dropout::NONE,
            0,
            &mut NoTap,
        );
        for (row, pattern) in pattern.chunks_exact(keys).enumerate() {
            let (head, query) = (row / queries, row % queries);
            let part = |x: &[f64], position: usize| {
                x[position * width + head * head_width..][..head_width].to_vec()
            };
            let last = if causal { keys - queries + query } else { keys - 1 };
            let score = |key: usize| {
                let (q, k) = (part(&q, query), part(&k, key));
                let dot: f64 = q.iter().zip(&k).map(|(q, k)| q * k).sum();
                (dot / (head_width as f64).sqrt()).exp()
            };
            let total: f64 = (0..=last).map(score).sum();
            let mut mixed = vec![0.0; head_width];
            for (key, &got) in pattern.iter().enumerate() {
                let expected = if key <= last { score(key) / total } else { 0.0 };
                prop_assert!((got - expected).abs() < 1e-12);
                mixed.iter_mut().zip(part(&v, key)).for_each(|(sum, v)| *sum += expected * v);
            }
            prop_assert!(crate::common::largest_difference(&part(&z, query), &mixed) < 1e-12);
        }
    }
}

proptest! {
    #![proptest_config(cases(150))]

    /// Views in wider buffers, A turned or not, added to or not; what lies beside C stays.
    #[test]
    fn matrix_products_follow_the_definition(
        (m, k, n) in (1usize..80, 1usize..40, 1usize..100),
        (beside_a, beside_b, beside_c) in (0usize..4, 0usize..4, 0usize..4),
        turned: bool,
        accumulate: bool,
        threads in 1usize..4,
        seed: u64,
    ) {
        let (rows_a, columns_a) = if turned { (k, m) } else { (m, k) };
        let [stride_a, stride_b, stride_c] = [columns_a + beside_a, n + beside_b, n + beside_c];
        let a = random(rows_a * stride_a, seed);
        let b = random(k * stride_b, seed.wrapping_add(1));
        let before = random(m * stride_c, seed.wrapping_add(2));
        let mut c = before.clone();
        let view = Matrix::strided(&a, rows_a, columns_a, stride_a);
        matmul(
            &Threads::new(threads),
            MatrixMut::strided(&mut c, m, n, stride_c),
            if turned { view.t() } else { view },
            Matrix::strided(&b, k, n, stride_b),
            if accumulate { Start::Sums } else { Start::Zero },
        );
        for (at, (&got, &before)) in c.iter().zip(&before).enumerate() {
            let (i, j) = (at / stride_c, at % stride_c);
            if j >= n {
                prop_assert_eq!(got, before);
                continue;
            }
            let a_at = |p: usize| if turned { a[p * stride_a + i] } else { a[i * stride_a + p] };
            let sum: f64 = (0..k).map(|p| a_at(p) * b[p * stride_b + j]).sum();
            let expected = if accumulate { before + sum } else { sum };
            prop_assert!((got - expected).abs() < 1e-11, "[{i}, {j}]: {got} is not {expected}");
        }
    }
}
