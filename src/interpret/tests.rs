//! On random models: what is read is what the engine computed.

use super::*;
use crate::nn::{Config, Name, Parameters, Recording, model};
use crate::tensor::Threads;

fn read(ids: &[u32]) -> (Reading, Parameters<f32>) {
    let config = Config::gpt2(2, 2, 16, 24, 30);
    let mut parameters = Parameters::random(&config, 3);
    // Biases begin at zero; a trained model's are not.
    for (i, value) in parameters.values.iter_mut().enumerate() {
        *value += 0.05 * (i as f32).sin();
    }
    let mut tap = Recording::new(|_| true);
    let (_, logits) = model::read(&Threads::serial(), &parameters, ids, &mut tap);
    (Reading::new(ids.to_vec(), config, tap.activations, logits), parameters)
}

#[test]
fn the_last_depth_of_the_lens_is_the_prediction() {
    let (reading, parameters) = read(&[1, 5, 9, 1, 5]);
    let lens = Lens::new(&reading, &parameters, &Threads::serial(), None);
    for position in 0..5 {
        let guess = lens.guess(2, position).expect("a guess");
        assert_eq!(guess.token, top_tokens(reading.logits(position), 1)[0]);
        let exps: Vec<f32> = reading.logits(position).iter().map(|l| l.exp()).collect();
        let expected = exps[guess.token as usize] / exps.iter().sum::<f32>();
        assert!((guess.probability - expected).abs() < 1e-5);
        assert_eq!(lens.followed(position)[0].0, guess.token);
        assert_eq!(lens.followed(position)[0].1[2], guess.probability);
    }
}

#[test]
fn a_longer_text_takes_over_what_was_seen() {
    let (short, parameters) = read(&[1, 5, 9]);
    let (long, _) = read(&[1, 5, 9, 2, 7]);
    let threads = Threads::serial();
    let before = Lens::new(&short, &parameters, &threads, None);
    let grown = Lens::new(&long, &parameters, &threads, Some(&before));
    let fresh = Lens::new(&long, &parameters, &threads, None);
    for position in 0..5 {
        for depth in 0..grown.depths() {
            assert_eq!(grown.guess(depth, position), fresh.guess(depth, position));
        }
    }
}

/// A reading whose only head of block 0 looks where `target` says.
fn looking(ids: &[u32], target: impl Fn(usize) -> usize) -> Reading {
    let n = ids.len();
    let mut pattern = vec![0.0; n * n];
    for query in 0..n {
        pattern[query * n + target(query)] = 1.0;
    }
    let config = Config::gpt2(1, 1, 4, n, 30);
    let recorded = [(Name::Pattern(0), (vec![1, n, n], pattern))].into();
    Reading::new(ids.to_vec(), config, recorded, vec![0.0; n * 30])
}

#[test]
fn heads_are_named_by_where_they_look() {
    let twice = [3, 8, 2, 6, 3, 8, 2, 6];
    let label =
        |target: fn(usize) -> usize| score_heads(&[looking(&twice, target)], false)[0][0].label();
    assert_eq!(label(|q| q.saturating_sub(1)), Some(HeadPattern::Previous));
    assert_eq!(label(|_| 0), Some(HeadPattern::First));
    assert_eq!(label(|q| if q >= 4 { q - 4 } else { q }), Some(HeadPattern::Same));
    assert_eq!(label(|q| if q >= 4 { q - 3 } else { q }), Some(HeadPattern::Induction));
    assert_eq!(label(|q| q), None);
}

#[test]
fn top_tokens_are_in_order() {
    let logits = [0.5, 2.0, -1.0, 2.0, 3.0];
    assert_eq!(top_tokens(&logits, 3), [4, 1, 3]);
    assert_eq!(top_tokens(&logits, 9).len(), 5);
    assert!(top_tokens(&logits, 0).is_empty());
}

/// The largest difference between two rows of numbers.
fn apart(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn scores_behind_the_mask_follow_the_same_formula() {
    let (reading, _) = read(&[1, 5, 9, 1, 5]);
    for (block, head) in [(0, 0), (1, 1)] {
        let all = full_scores(&reading, block, head, 5);
        for query in 0..5 {
            let recorded = reading.scores(block, head, query);
            for key in 0..5 {
                let sum: f32 = products(&reading, block, head, query, key).iter().sum();
                let score = all[query * 5 + key];
                assert!((sum / root(&reading) - score).abs() < 1e-5);
                assert!(if key <= query {
                    recorded[key] == score
                } else {
                    !recorded[key].is_finite()
                });
            }
        }
        assert_eq!(full_scores(&reading, block, head, 3).len(), 9);
    }
}

#[test]
fn softmax_taken_apart_gives_the_recorded_weight() {
    let (reading, _) = read(&[1, 5, 9, 1, 5]);
    for query in 0..5 {
        for key in 0..5 {
            let parts = softmax_at(reading.scores(1, 0, query), key);
            let weight = f64::from(reading.weights(1, 0, query)[key]);
            assert!((parts.above / parts.below - weight).abs() < 1e-6);
            assert_eq!(parts.shift, 0.0);
        }
    }
    let large = softmax_at(&[700.0, 710.0, f32::NEG_INFINITY], 1);
    assert_eq!(large.shift, 710.0);
    assert!(large.above == 1.0 && large.below < 1.001);
    assert_eq!(softmax_at(&[], 0).below, 0.0);
}

#[test]
fn weighted_values_add_up_to_the_mixture() {
    let (reading, _) = read(&[1, 5, 9, 1, 5]);
    let mut sum = vec![0.0; 8];
    for key in 0..=3 {
        let value = weighted_value(&reading, 1, 1, 3, key);
        sum.iter_mut().zip(value).for_each(|(sum, value)| *sum += value);
    }
    assert!(apart(&sum, reading.head_row(Name::Z(1), 3, 1)) < 1e-6);
}

#[test]
fn the_writes_of_all_heads_and_the_bias_are_what_attention_adds() {
    let (reading, parameters) = read(&[1, 5, 9, 1, 5]);
    for block in 0..2 {
        for position in 0..5 {
            let mut sum = parameters.view().blocks[block].output.bias.to_vec();
            for head in 0..2 {
                let write = head_write(&reading, &parameters, block, head, position);
                sum.iter_mut().zip(write).for_each(|(sum, write)| *sum += write);
            }
            assert!(apart(&sum, reading.row(Name::AttnOut(block), position)) < 1e-4);
        }
    }
    assert_eq!(head_write(&reading, &parameters, 9, 0, 0), vec![0.0; 16]);
}

#[test]
fn entropy_is_in_bits() {
    assert_eq!(entropy_bits(&[1.0, 0.0]), 0.0);
    assert_eq!(entropy_bits(&[0.25; 4]), 2.0);
    let (reading, _) = read(&[1, 5, 9]);
    let mean = head_entropy(&reading, 0, 0, 3);
    assert!(mean > 0.0 && mean < 1.6);
}

#[test]
fn the_detector_counts_all_rows() {
    let twice = [3, 8, 2, 6, 3, 8, 2, 6];
    let back = looking(&twice, |q| q.saturating_sub(1));
    assert!((detector_score(&[back], 0, 0, HeadPattern::Previous) - 7.0 / 8.0).abs() < 1e-6);
    let copies = looking(&twice, |q| if q >= 4 { q - 3 } else { q });
    assert!((detector_score(&[copies], 0, 0, HeadPattern::Induction) - 0.5).abs() < 1e-6);
}

#[test]
fn a_model_can_begin_with_an_induction_head() {
    let config = Config::gpt2(3, 4, 128, 64, 300);
    let readings: Vec<Reading> = (0..5)
        .map(|seed| {
            let mut parameters = Parameters::<f32>::random(&config, seed);
            parameters.begin_with_induction();
            // Sixteen tokens, three times; 37 and 300 share no factor, so none comes twice in one round.
            let ids: Vec<u32> = (0..48).map(|at| (at % 16 * 37 + 11 * seed as u32) % 300).collect();
            let mut tap = Recording::new(|_| true);
            let (_, logits) = model::read(&Threads::serial(), &parameters, &ids, &mut tap);
            Reading::new(ids, config.clone(), tap.activations, logits)
        })
        .collect();
    let score = |block, head, pattern| detector_score(&readings, block, head, pattern);
    assert!(score(0, 0, HeadPattern::Previous) > 0.5);
    assert!(score(1, 0, HeadPattern::Induction) > 0.2);
    // The other heads began at random.
    assert!(score(0, 1, HeadPattern::Previous) < 0.15);
    assert!(score(1, 1, HeadPattern::Induction) < 0.1);
}
