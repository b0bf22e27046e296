//! On random models: what is read is what the engine computed.

use super::*;
use crate::nn::{Config, Name, Parameters, Recording, model};
use crate::tensor::Threads;

fn read(ids: &[u32]) -> (Reading, Parameters<f32>) {
    let config = Config::gpt2(2, 2, 16, 24, 30);
    let parameters = Parameters::random(&config, 3);
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
