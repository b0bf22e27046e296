//! Reading token by token, with a cache, gives what reading everything at once gives: not nearly,
//! but the same bits. So a number in the window does not depend on how the text came to be there.

use crate::common::{bits, random_model, random_tokens};
use glassbox::nn::{Config, Inference, NoTap, Parameters, Recording, model};
use glassbox::tensor::{Real, Threads};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};

/// The fixtures' models, and one whose sequences outgrow the blocks that attention and the matrix
/// products are cut into.
fn models<T: Real>() -> Vec<(String, Parameters<T>)> {
    let fixtures = crate::common::model_names().into_iter().map(|name| {
        let parameters = crate::common::model(&name);
        (name, parameters)
    });
    let long = Config { inner: 21, ..Config::gpt2(2, 3, 15, 75, 37) };
    fixtures.chain([("long".into(), random_model(&long, 8))]).collect()
}

/// The logits of every position, from one pass over the whole sequence.
fn full<T: Real>(parameters: &Parameters<T>, tokens: &[u32]) -> Vec<T> {
    model::read(&Threads::serial(), parameters, tokens, &mut NoTap).1
}

fn last<T: Real>(parameters: &Parameters<T>, tokens: &[u32]) -> Vec<T> {
    full(parameters, tokens).split_off((tokens.len() - 1) * parameters.config.vocabulary)
}

fn every_chunking_agrees<T: Real>() {
    for (name, parameters) in models::<T>() {
        let Config { context, vocabulary, .. } = parameters.config;
        let tokens = random_tokens(&parameters.config, context, 3);
        let expected = full(&parameters, &tokens);
        let row = |position: usize| bits(&expected[position * vocabulary..][..vocabulary]);
        for threads in [1, 2] {
            let mut inference = Inference::new(&parameters, Threads::new(threads));
            for end in 1..=context {
                let got = inference.start(&tokens[..end]).expect("it fits");
                assert_eq!(bits(&got), row(end - 1), "{name}: {end} tokens at once");
            }
            for chunk in [1, 2, 3, 5, 7, 24, 25, 50] {
                let mut chunks = tokens.chunks(chunk);
                inference.start(chunks.next().expect("a first")).expect("it fits");
                for (i, next) in chunks.enumerate() {
                    let got = inference.extend(next).expect("it fits");
                    let end = (i + 1) * chunk + next.len();
                    assert_eq!(inference.positions(), end);
                    assert_eq!(bits(&got), row(end - 1), "{name}: {end} tokens, {chunk} a time");
                }
            }
        }
    }
}

#[test]
fn cached_logits_are_the_full_pass_for_every_prefix_and_chunking() {
    every_chunking_agrees::<f32>();
    every_chunking_agrees::<f64>();
}

#[test]
fn a_text_taken_up_again_has_the_logits_of_the_full_pass() {
    for (name, parameters) in models::<f32>() {
        let Config { context, vocabulary, .. } = parameters.config;
        let tokens = random_tokens(&parameters.config, context, 3);
        let other = random_tokens(&parameters.config, context, 4);
        let mut inference = Inference::new(&parameters, Threads::serial());
        assert_eq!(
            bits(&inference.read(&tokens).expect("it fits")),
            bits(&full(&parameters, &tokens))
        );
        // Another end behind the same beginning: what came after it is forgotten.
        let kept = context / 2;
        let memory = inference.into_memory().expect("one sequence");
        let mut again = Inference::resume(&parameters, Threads::serial(), memory, kept);
        let text = [&tokens[..kept], &other[kept..]].concat();
        let expected = bits(&full(&parameters, &text)[kept * vocabulary..]);
        assert_eq!(bits(&again.read(&text[kept..]).expect("it fits")), expected, "{name}");
    }
}

#[test]
fn branching_beams_have_the_logits_of_their_own_sequences() {
    for (name, parameters) in models::<f32>() {
        let Config { context, vocabulary, .. } = parameters.config;
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        for threads in [1, 2] {
            let mut inference = Inference::new(&parameters, Threads::new(threads));
            let prompt = random_tokens(&parameters.config, context.div_ceil(4), 5);
            inference.start(&prompt).expect("it fits");
            let mut beams = vec![prompt];
            while beams[0].len() < context {
                // Now many, now few; some parents with several children, some with none.
                let count = rng.random_range(1..=9);
                let parents: Vec<_> =
                    (0..count).map(|_| rng.random_range(0..beams.len())).collect();
                let tokens = random_tokens(&parameters.config, count, rng.random());
                let logits = inference.advance(&parents, &tokens).expect("it fits");
                let grown = parents.iter().zip(&tokens);
                beams = grown.map(|(&p, &token)| [&beams[p][..], &[token]].concat()).collect();
                for (beam, got) in beams.iter().zip(logits.chunks_exact(vocabulary)) {
                    let expected = last(&parameters, beam);
                    assert_eq!(bits(got), bits(&expected), "{name}: {beam:?}");
                }
            }
        }
    }
}

#[test]
fn what_follows_changes_no_bit_of_what_came_before() {
    for (name, parameters) in models::<f32>() {
        let Config { layers, width, heads, context, vocabulary, .. } = parameters.config;
        let tokens = random_tokens(&parameters.config, context, 6);
        let threads = Threads::serial();
        let (whole, logits) = model::read(&threads, &parameters, &tokens, &mut NoTap);
        for end in 1..context {
            let (acts, first) = model::read(&threads, &parameters, &tokens[..end], &mut NoTap);
            assert_eq!(bits(&first), bits(&logits[..end * vocabulary]), "{name}: {end} tokens");
            assert_eq!(bits(&acts.resid_final), bits(&whole.resid_final[..end * width]));
            for l in 0..layers {
                let (part, whole) = (&acts.blocks[l].pattern, &whole.blocks[l].pattern);
                for query in 0..heads * end {
                    let (head, query) = (query / end, query % end);
                    let part = &part[(head * end + query) * end..][..end];
                    let whole = &whole[(head * context + query) * context..][..end];
                    assert_eq!(bits(part), bits(whole), "{name}: block {l}, head {head}");
                }
            }
        }
    }
}

/// Products sum up 256 terms at a visit; pattern times values has as many as there are keys.
#[test]
fn nor_where_sequences_are_longer_than_the_kernels_depth() {
    let config = Config { inner: 8, ..Config::gpt2(1, 2, 6, 300, 9) };
    let parameters = random_model::<f32>(&config, 9);
    let tokens = random_tokens(&config, 300, 10);
    let expected = full(&parameters, &tokens);
    let row = |position: usize| bits(&expected[position * 9..][..9]);
    for end in [240, 255, 256, 257, 264, 299] {
        assert_eq!(bits(&last(&parameters, &tokens[..end])), row(end - 1), "{end} tokens");
    }
    let mut inference = Inference::new(&parameters, Threads::serial());
    inference.start(&tokens[..250]).expect("it fits");
    for (position, &token) in tokens.iter().enumerate().skip(250) {
        let got = inference.advance(&[0], &[token]).expect("it fits");
        assert_eq!(bits(&got), row(position), "position {position}");
    }
}

#[test]
fn recording_everything_changes_no_bit() {
    for (name, parameters) in models::<f32>() {
        let tokens = random_tokens(&parameters.config, parameters.config.context, 7);
        let mut tap = Recording::new(|_| true);
        let (_, seen) = model::read(&Threads::serial(), &parameters, &tokens, &mut tap);
        assert_eq!(bits(&seen), bits(&full(&parameters, &tokens)), "{name}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_and_the_next_prompt_still_works() {
    let parameters = crate::common::model::<f32>("odd");
    let mut inference = Inference::new(&parameters, Threads::serial());
    let tokens = random_tokens(&parameters.config, 9, 1);
    assert!(inference.start(&[]).is_err());
    assert!(inference.start(&[13]).is_err());
    assert!(inference.start(&[1; 10]).is_err());
    assert_eq!(
        bits(&inference.start(&tokens).expect("it fits")),
        bits(&last(&parameters, &tokens))
    );
    assert!(inference.advance(&[0], &[1]).is_err());
    inference.start(&tokens[..3]).expect("it fits");
    assert!(inference.advance(&[1], &[1]).is_err());
    assert!(inference.advance(&[0, 0], &[1]).is_err());
    let got = inference.extend(&tokens[3..]).expect("errors left the sequence as it was");
    assert_eq!(bits(&got), bits(&last(&parameters, &tokens)));
}

#[test]
fn a_prompt_that_is_refused_leaves_the_sequence_before_it() {
    let parameters = crate::common::model::<f32>("odd");
    let mut inference = Inference::new(&parameters, Threads::serial());
    let tokens = random_tokens(&parameters.config, 9, 1);
    inference.start(&tokens[..8]).expect("it fits");
    for prompt in [&[][..], &[13], &[1; 10]] {
        assert!(inference.start(prompt).is_err());
        assert_eq!(inference.positions(), 8);
    }
    let got = inference.extend(&tokens[8..]).expect("the sequence is as it was");
    assert_eq!(bits(&got), bits(&last(&parameters, &tokens)));
}

#[test]
fn only_one_sequence_can_be_extended_and_only_by_tokens() {
    let parameters = crate::common::model::<f32>("odd");
    let mut inference = Inference::new(&parameters, Threads::serial());
    assert!(inference.extend(&[1]).is_err(), "nothing has been started");
    assert!(inference.advance(&[], &[]).is_err());
    inference.start(&[1, 2]).expect("it fits");
    assert!(inference.extend(&[]).is_err());
    assert!(inference.advance(&[], &[]).is_err(), "no sequence would be left");
    assert_eq!(inference.positions(), 2);
    inference.advance(&[0, 0], &[3, 4]).expect("it fits");
    assert!(inference.extend(&[5]).is_err(), "which of the two?");
    let logits = inference.advance(&[1], &[5]).expect("errors left both as they were");
    assert_eq!(bits(&logits), bits(&last(&parameters, &[1, 2, 4, 5])));
}
