//! Taps: what is shown is what the model computes with, and what is overwritten is what it goes on
//! with. Every intervention is compared with a change of the weights that must do the same.

use crate::common::{bits, largest_difference, random_model, random_tokens};
use glassbox::nn::attention::Mask;
use glassbox::nn::model::{Run, forward, read};
use glassbox::nn::{
    Config, Dropout, Name, NoTap, Parameters, Recording, SequenceActivations, Tap, View,
};
use glassbox::tensor::Threads;

const LAYERS: usize = 3;
const HEADS: usize = 3;
const WIDTH: usize = 12;
const INNER: usize = 20;
const POSITIONS: usize = 30;

fn setup() -> (Parameters<f64>, Vec<u32>) {
    let config = Config { inner: INNER, ..Config::gpt2(LAYERS, HEADS, WIDTH, 40, 17) };
    (random_model(&config, 21), random_tokens(&config, POSITIONS, 22))
}

fn logits(parameters: &Parameters<f64>, tokens: &[u32]) -> Vec<f64> {
    read(&Threads::serial(), parameters, tokens, &mut NoTap).1
}

/// Calls `change` with the rows of one activation.
struct Overwrite<F> {
    name: Name,
    change: F,
}

impl<F: FnMut(usize, &mut [f64])> Tap<f64> for Overwrite<F> {
    fn visit(&mut self, name: Name, mut view: View<'_, f64>) {
        if name == self.name {
            view.rows_mut().enumerate().for_each(|(i, row)| (self.change)(i, row));
        }
    }
}

fn overwritten(
    parameters: &Parameters<f64>,
    tokens: &[u32],
    name: Name,
    change: impl FnMut(usize, &mut [f64]),
) -> (SequenceActivations<f64>, Vec<f64>) {
    read(&Threads::serial(), parameters, tokens, &mut Overwrite { name, change })
}

fn assert_same_effect(changed: &[f64], by_hand: &[f64], unchanged: &[f64]) {
    assert!(largest_difference(changed, by_hand) < 1e-12, "the tap does not do the same");
    assert!(largest_difference(by_hand, unchanged) > 1e-3, "nothing was changed");
}

#[test]
fn a_head_whose_z_is_zero_is_a_head_whose_rows_of_the_output_matrix_are() {
    let (parameters, tokens) = setup();
    let head_width = parameters.config.head_width();
    for (layer, head) in [(0, 2), (1, 0), (2, 1)] {
        let columns = head * head_width..(head + 1) * head_width;
        let ablate = |_, row: &mut [f64]| row[columns.clone()].fill(0.0);
        let (_, changed) = overwritten(&parameters, &tokens, Name::Z(layer), ablate);
        let mut by_hand = parameters.clone();
        by_hand.view_mut().blocks[layer].output.weight[columns.start * WIDTH..columns.end * WIDTH]
            .fill(0.0);
        assert_same_effect(&changed, &logits(&by_hand, &tokens), &logits(&parameters, &tokens));
    }
}

#[test]
fn what_is_added_to_the_stream_is_what_a_bias_before_it_would_add() {
    let (parameters, tokens) = setup();
    let steering: Vec<f64> = (0..WIDTH).map(|i| (i as f64).sin()).collect();
    let add = |row: &mut [f64]| row.iter_mut().zip(&steering).for_each(|(x, s)| *x += s);
    for layer in 0..LAYERS {
        let name = Name::ResidPre(layer);
        let (_, changed) = overwritten(&parameters, &tokens, name, |_, row| add(row));
        let mut by_hand = parameters.clone();
        let mut view = by_hand.view_mut();
        match layer.checked_sub(1) {
            None => view.wpe.chunks_exact_mut(WIDTH).for_each(add),
            Some(before) => add(view.blocks[before].down.bias),
        }
        assert_same_effect(&changed, &logits(&by_hand, &tokens), &logits(&parameters, &tokens));
    }
}

#[test]
fn a_neuron_that_is_silenced_is_a_neuron_whose_row_out_is_zero() {
    let (parameters, tokens) = setup();
    let silence = |_, row: &mut [f64]| row[13] = 0.0;
    let (_, changed) = overwritten(&parameters, &tokens, Name::MlpPost(1), silence);
    let mut by_hand = parameters.clone();
    by_hand.view_mut().blocks[1].down.weight[13 * WIDTH..14 * WIDTH].fill(0.0);
    assert_same_effect(&changed, &logits(&by_hand, &tokens), &logits(&parameters, &tokens));
}

#[test]
fn an_overwritten_pattern_mixes_the_values_anew() {
    let (parameters, tokens) = setup();
    // Every query looks at the first position only.
    let first_only = |_, row: &mut [f64]| {
        row.fill(0.0);
        row[0] = 1.0;
    };
    let (acts, _) = overwritten(&parameters, &tokens, Name::Pattern(1), first_only);
    let block = &acts.blocks[1];
    for z in block.z.chunks_exact(WIDTH) {
        assert_eq!(z, &block.qkv[2 * WIDTH..3 * WIDTH]);
    }
}

#[test]
fn queries_keys_and_values_are_overwritten_in_place() {
    let (parameters, tokens) = setup();
    for name in [Name::Q(0), Name::K(0)] {
        let (acts, _) = overwritten(&parameters, &tokens, name, |_, row| row.fill(0.0));
        for (row, pattern) in acts.blocks[0].pattern.chunks_exact(POSITIONS).enumerate() {
            let seen = row % POSITIONS + 1;
            let even = vec![1.0 / seen as f64; seen];
            assert!(largest_difference(&pattern[..seen], &even) < 1e-15, "{name} is not zero");
        }
    }
    let (acts, _) = overwritten(&parameters, &tokens, Name::V(0), |_, row| row.fill(0.5));
    let halves = vec![0.5; POSITIONS * WIDTH];
    assert!(largest_difference(&acts.blocks[0].z, &halves) < 1e-14, "z does not mix the values");
}

/// Activation patching: a run with other tokens, given the stream of a clean run, ends as that one.
#[test]
fn a_stream_patched_in_from_another_run_carries_its_outcome_over() {
    let (parameters, clean) = setup();
    let corrupt = random_tokens(&parameters.config, POSITIONS, 23);
    let (acts, expected) = read(&Threads::serial(), &parameters, &clean, &mut NoTap);
    assert!(largest_difference(&logits(&parameters, &corrupt), &expected) > 1e-3);
    for (name, stream) in [
        (Name::Embed, None),
        (Name::ResidPre(0), Some(&acts.blocks[0].resid_pre)),
        (Name::ResidMid(1), Some(&acts.blocks[1].resid_mid)),
        (Name::ResidPost(2), Some(&acts.resid_final)),
        (Name::LnFinalNormalized, Some(&acts.ln_f.y)),
    ] {
        let embedding = |i: usize| &parameters.view().wte[clean[i] as usize * WIDTH..][..WIDTH];
        let (_, patched) = overwritten(&parameters, &corrupt, name, |i, row| {
            row.copy_from_slice(stream.map_or(embedding(i), |s| &s[i * WIDTH..][..WIDTH]));
        });
        assert_eq!(bits(&patched), bits(&expected), "{name}");
    }
}

/// The shape that `Name` documents.
fn shape(name: Name) -> Vec<usize> {
    use Name::{
        AttnOut, AttnScores, Embed, K, Ln1Normalized, Ln1Scale, Ln2Normalized, Ln2Scale,
        LnFinalNormalized, LnFinalScale, MlpOut, MlpPost, MlpPre, Pattern, PosEmbed, Q, ResidMid,
        ResidPost, ResidPre, V, Z,
    };
    match name {
        Embed | PosEmbed | ResidPre(_) | ResidMid(_) | ResidPost(_) | AttnOut(_) | MlpOut(_)
        | Ln1Normalized(_) | Ln2Normalized(_) | LnFinalNormalized => vec![POSITIONS, WIDTH],
        Ln1Scale(_) | Ln2Scale(_) | LnFinalScale => vec![POSITIONS, 1],
        Q(_) | K(_) | V(_) | Z(_) => vec![POSITIONS, HEADS, WIDTH / HEADS],
        AttnScores(_) | Pattern(_) => vec![HEADS, POSITIONS, POSITIONS],
        MlpPre(_) | MlpPost(_) => vec![POSITIONS, INNER],
    }
}

/// Notes every visit.
#[derive(Default)]
struct Visits(Vec<Name>);

impl Tap<f64> for Visits {
    fn visit(&mut self, name: Name, mut view: View<'_, f64>) {
        assert_eq!(view.shape(), shape(name), "{name}");
        let len: usize = view.shape().iter().product();
        assert_eq!(view.rows_mut().map(|row| row.len()).sum::<usize>(), len, "{name}");
        let copy = view.to_vec();
        assert_eq!(copy.len(), len, "{name}");
        assert!(view.rows_mut().flatten().zip(&copy).all(|(a, b)| a == b), "{name}");
        self.0.push(name);
    }
}

#[test]
fn every_name_is_visited_once_in_order_with_its_shape() {
    let (parameters, tokens) = setup();
    let mut visits = Visits::default();
    read(&Threads::serial(), &parameters, &tokens, &mut visits);
    assert_eq!(visits.0, Name::all(LAYERS));
}

#[test]
fn a_recording_holds_what_is_wanted_and_equals_the_activations() {
    let (parameters, tokens) = setup();
    let threads = Threads::serial();
    let mut tap = Recording::new(|_| true);
    let (acts, seen) = read(&threads, &parameters, &tokens, &mut tap);
    let (unseen_acts, unseen) = read(&threads, &parameters, &tokens, &mut NoTap);
    assert_eq!(bits(&seen), bits(&unseen));
    assert_eq!(tap.activations.len(), Name::all(LAYERS).len());
    for acts in [acts, unseen_acts] {
        let check = |name: Name, values: &[f64]| {
            assert_eq!(bits(&tap.activations[&name].1), bits(values), "{name}");
        };
        for (l, block) in acts.blocks.iter().enumerate() {
            check(Name::ResidPre(l), &block.resid_pre);
            check(Name::Ln1Scale(l), &block.ln_1.scale);
            check(Name::Ln1Normalized(l), &block.ln_1.y);
            for (part, name) in [Name::Q(l), Name::K(l), Name::V(l)].into_iter().enumerate() {
                let rows = block.qkv.chunks_exact(3 * WIDTH);
                let rows = rows.flat_map(|row| &row[part * WIDTH..][..WIDTH]);
                check(name, &rows.copied().collect::<Vec<_>>());
            }
            check(Name::Pattern(l), &block.pattern);
            check(Name::Z(l), &block.z);
            check(Name::ResidMid(l), &block.resid_mid);
            check(Name::Ln2Scale(l), &block.ln_2.scale);
            check(Name::Ln2Normalized(l), &block.ln_2.y);
            check(Name::MlpPre(l), &block.mlp_pre);
            check(Name::MlpPost(l), &block.mlp_post);
        }
        check(Name::ResidPost(LAYERS - 1), &acts.resid_final);
        check(Name::LnFinalScale, &acts.ln_f.scale);
        check(Name::LnFinalNormalized, &acts.ln_f.y);
    }
    let mut some = Recording::new(|name| name == Name::Z(1));
    read(&threads, &parameters, &tokens, &mut some);
    assert!(some.activations.keys().eq([&Name::Z(1)]));
}

/// What the stream's picture in the window relies on: each layer adds to it, and that is all.
#[test]
fn recorded_numbers_follow_from_each_other_as_the_formulas_say() {
    let (parameters, tokens) = setup();
    let mut tap = Recording::new(|_| true);
    read(&Threads::serial(), &parameters, &tokens, &mut tap);
    let at = |name: Name| tap.activations[&name].1.as_slice();
    let sum = |a: Name, b: Name| at(a).iter().zip(at(b)).map(|(a, b)| a + b).collect::<Vec<_>>();
    assert_eq!(sum(Name::Embed, Name::PosEmbed), at(Name::ResidPre(0)));
    for l in 0..LAYERS {
        assert_eq!(sum(Name::ResidPre(l), Name::AttnOut(l)), at(Name::ResidMid(l)));
        assert_eq!(sum(Name::ResidMid(l), Name::MlpOut(l)), at(Name::ResidPost(l)));
        if l > 0 {
            assert_eq!(at(Name::ResidPost(l - 1)), at(Name::ResidPre(l)));
        }
        for (x, scale) in at(Name::ResidPre(l)).chunks_exact(WIDTH).zip(at(Name::Ln1Scale(l))) {
            let mean = x.iter().sum::<f64>() / WIDTH as f64;
            let variance = x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / WIDTH as f64;
            assert!((scale - (variance + 1e-5).sqrt()).abs() < 1e-12);
        }
        let scores = at(Name::AttnScores(l)).chunks_exact(POSITIONS);
        for (row, (scores, pattern)) in
            scores.zip(at(Name::Pattern(l)).chunks_exact(POSITIONS)).enumerate()
        {
            let query = row % POSITIONS;
            assert!(scores[..=query].iter().all(|score| score.is_finite()));
            assert!(scores[query + 1..].iter().all(|&score| score == f64::NEG_INFINITY));
            assert!(pattern[query + 1..].iter().all(|&p| p == 0.0));
            assert!((pattern.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let total: f64 = scores.iter().map(|score| score.exp()).sum();
            let softmax: Vec<f64> = scores.iter().map(|score| score.exp() / total).collect();
            assert!(largest_difference(pattern, &softmax) < 1e-12);
        }
    }
}

#[test]
fn without_a_causal_mask_every_position_sees_all_others() {
    let (parameters, tokens) = setup();
    let mut acts = SequenceActivations::new(&parameters.config, POSITIONS);
    let run = Run { mask: Mask::Bidirectional, dropout: Dropout::NONE };
    let mut tap = Recording::new(|_| true);
    let view = parameters.view();
    forward(&Threads::serial(), &parameters, &view, &mut acts, &tokens, run, &mut tap);
    for l in 0..LAYERS {
        assert!(tap.activations[&Name::AttnScores(l)].1.iter().all(|score| score.is_finite()));
        for row in acts.blocks[l].pattern.chunks_exact(POSITIONS) {
            assert!(row.iter().all(|&p| p > 0.0));
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }
}
