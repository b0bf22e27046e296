//! The tree of a text that is written by hand, with a model whose logits are made up.

use super::sheet::NOT_LISTED;
use super::*;

const VOCABULARY: usize = 12;

/// Logits that depend on the last token only.
fn outlook(token: u32) -> Outlook {
    let logits: Vec<f32> =
        (0..VOCABULARY as u32).map(|next| ((token * 7 + next * 5) % 11) as f32 / 2.0).collect();
    Outlook::new(&logits).expect("numbers")
}

/// Answers what is asked; returns how many tokens had to be read.
fn answer(decoding: &mut Decoding) -> usize {
    let Some(following) = decoding.missing() else { return 0 };
    let new = &following.ids[following.from..];
    decoding.take(following.id, new.iter().map(|&token| outlook(token)).collect());
    new.len()
}

fn begun() -> Decoding {
    let mut decoding = Decoding::default();
    decoding.begin(&[1, 2, 3], 2);
    assert_eq!(answer(&mut decoding), 3);
    decoding
}

fn tokens(decoding: &Decoding) -> Vec<u32> {
    decoding.text().map(|node| node.token).collect()
}

#[test]
fn stepping_back_and_branching_ask_the_model_only_for_what_is_new() {
    let mut decoding = begun();
    for token in [4, 5, 6] {
        decoding.append(token, Origin::ByHand);
        assert_eq!(answer(&mut decoding), 1, "one token is new");
    }
    let readings = decoding.readings();
    for position in [4, 3, 2, 0, 5] {
        decoding.go(position);
        assert!(decoding.sheet().is_some());
        assert_eq!(answer(&mut decoding), 0);
    }
    decoding.go(3);
    decoding.append(5, Origin::ByHand);
    assert_eq!((decoding.here(), tokens(&decoding)), (4, vec![1, 2, 3, 4, 5, 6]));
    assert_eq!(answer(&mut decoding), 0, "the token was there before");
    decoding.go(3);
    decoding.append(9, Origin::ByHand);
    assert_eq!(answer(&mut decoding), 1);
    assert_eq!(tokens(&decoding), [1, 2, 3, 4, 9]);
    assert_eq!(decoding.branch(), (1, 2));
    decoding.switch(-1);
    assert_eq!(tokens(&decoding), [1, 2, 3, 4, 5, 6]);
    decoding.go(4);
    decoding.switch(1);
    assert_eq!((decoding.here(), tokens(&decoding)), (4, vec![1, 2, 3, 4, 9]));
    assert_eq!(answer(&mut decoding), 0);
    decoding.go(3);
    assert_eq!(decoding.tried(), [5, 9]);
    assert_eq!(decoding.readings(), readings + 1);
}

#[test]
fn the_die_is_that_of_the_sampler_and_stays_until_it_is_rolled_again() {
    let mut decoding = begun();
    let u = |decoding: &Decoding| decoding.sheet().expect("read").u;
    assert_eq!(u(&decoding), random_number(7, 0, 0));
    decoding.set_filters(Filters { temperature: Some(2.0), ..Filters::default() });
    assert_eq!(u(&decoding), random_number(7, 0, 0), "another bar, the same number");
    decoding.append_drawn();
    answer(&mut decoding);
    assert_eq!(u(&decoding), random_number(7, 0, 1), "as the next token of a sample");
    decoding.roll_again();
    assert_eq!(u(&decoding), random_number(7, 1, 1), "as the same token of the next sample");
    decoding.go(2);
    assert_eq!(u(&decoding), random_number(7, 0, 0));
    decoding.go(3);
    assert_eq!(u(&decoding), random_number(7, 1, 1), "a place keeps its roll");
}

#[test]
fn many_rolls_come_near_the_probabilities() {
    let mut decoding = begun();
    decoding.roll_often(1000);
    decoding.roll_often(1000);
    let sheet = decoding.sheet().expect("read");
    let counts = sheet.counts.as_ref().expect("counted");
    assert_eq!(counts.rolls, 2000);
    assert_eq!(counts.each.iter().sum::<usize>() + counts.others, 2000);
    for (candidate, &count) in sheet.candidates.list.iter().zip(&counts.each) {
        assert!((candidate.probability - count as f64 / 2000.0).abs() < 0.04);
    }
}

#[test]
fn a_text_says_how_surprised_the_model_was() {
    let decoding = begun();
    let losses = [outlook(1).logprob(2), outlook(2).logprob(3)];
    let surprise = decoding.surprise(0).expect("read");
    assert_eq!(surprise.tokens, 2);
    assert!((surprise.mean + (losses[0] + losses[1]) / 2.0).abs() < 1e-12);
    assert!((surprise.perplexity() - surprise.mean.exp()).abs() < 1e-12);
    let measures: Vec<Option<f64>> =
        decoding.text().map(|node| node.measure.map(|it| it.logprob)).collect();
    assert_eq!(measures, [None, Some(losses[0]), Some(losses[1])]);
}

#[test]
fn an_answer_to_an_older_question_changes_nothing() {
    let mut decoding = Decoding::default();
    decoding.begin(&[1, 2], 0);
    let old = decoding.missing().expect("a question");
    assert!(decoding.missing().is_none(), "asked once");
    decoding.begin(&[3], 0);
    decoding.take(old.id, vec![outlook(1), outlook(2)]);
    assert!(decoding.sheet().is_none());
    answer(&mut decoding);
    assert!(decoding.sheet().is_some());
}

#[test]
fn every_roll_since_then_is_told_also_of_what_is_not_listed() {
    let before = Counts { rolls: 3, each: vec![2, 0], others: 1 };
    let after = Counts { rolls: 8, each: vec![3, 2], others: 3 };
    let told = after.since(&before, &[7, 9]);
    assert_eq!(told, [NOT_LISTED, NOT_LISTED, 7, 9, 9]);
    assert_eq!(after.since(&Counts::default(), &[7, 9]).len(), after.rolls);
}
