use super::*;

const GONE: f32 = f32::NEG_INFINITY;

/// Logits of the probabilities 1/2, 1/4, 1/8, 1/8, in an order of their own.
fn halves() -> [f32; 4] {
    [0.25_f32.ln(), 0.125_f32.ln(), 0.5_f32.ln(), 0.125_f32.ln()]
}

fn kept(logits: &[f32]) -> Vec<usize> {
    (0..logits.len()).filter(|&i| logits[i] > GONE).collect()
}

#[test]
fn repetition_penalty_lowers_seen_tokens_once() {
    let mut logits = [2.0, -2.0, 2.0, 0.0, GONE];
    repetition_penalty(&mut logits, &[0, 1, 0, 3, 4, 99], 2.0);
    assert_eq!(logits, [1.0, -4.0, 2.0, 0.0, GONE]);
}

#[test]
fn temperature_divides() {
    let mut logits = [2.0, -1.0, GONE];
    temperature(&mut logits, 0.5);
    assert_eq!(logits, [4.0, -2.0, GONE]);
}

#[test]
fn extreme_settings_leave_a_distribution() {
    let tiny = f32::from_bits(1);
    for filters in [
        Filters { temperature: Some(tiny), ..Filters::default() },
        Filters { temperature: Some(f32::MAX), ..Filters::default() },
        Filters { repetition_penalty: Some(tiny), ..Filters::default() },
        Filters { repetition_penalty: Some(f32::MAX), ..Filters::default() },
        Filters {
            top_p: Some(tiny),
            min_p: Some(1.0),
            top_k: Some(usize::MAX),
            ..Filters::default()
        },
    ] {
        filters.validate().unwrap();
        let mut logits = [3.0, -3.0, 2.0, 1e30];
        filters.apply(&mut logits, &[0, 1, 2, 3]);
        assert!(log_sum_exp(&logits).is_finite(), "{filters:?} gives {logits:?}");
    }
}

#[test]
fn top_k_keeps_k_and_ties_of_the_last() {
    let mut logits = halves();
    top_k(&mut logits, 2);
    assert_eq!(kept(&logits), [0, 2]);
    let mut logits = halves();
    top_k(&mut logits, 3);
    assert_eq!(kept(&logits), [0, 1, 2, 3], "the third and the fourth are equal");
}

#[test]
fn top_p_keeps_the_token_that_crosses_the_line() {
    for (p, expected) in [(1e-6, vec![2]), (0.4, vec![2]), (0.6, vec![0, 2]), (0.8, vec![0, 1, 2])]
    {
        let mut logits = halves();
        top_p(&mut logits, p);
        assert_eq!(kept(&logits), expected, "p {p}");
    }
}

#[test]
fn min_p_is_relative_to_the_most_probable() {
    let mut logits = halves();
    min_p(&mut logits, 0.3);
    assert_eq!(kept(&logits), [0, 2]);
    min_p(&mut logits, 1.0);
    assert_eq!(kept(&logits), [2]);
}

#[test]
fn filters_that_are_off_change_nothing() {
    let mut logits = halves();
    Filters::default().apply(&mut logits, &[0, 1]);
    let off = Filters { top_k: Some(0), top_p: Some(1.0), min_p: Some(0.0), ..Filters::default() };
    off.apply(&mut logits, &[0, 1]);
    assert_eq!(logits, halves());
}

#[test]
fn values_outside_their_range_are_wrong_usage() {
    let none = Filters::default();
    let nan = f32::NAN;
    for (filters, flag) in [
        (Filters { temperature: Some(0.0), ..none }, "--temperature"),
        (Filters { temperature: Some(nan), ..none }, "--temperature"),
        (Filters { temperature: Some(f32::INFINITY), ..none }, "--temperature"),
        (Filters { top_p: Some(0.0), ..none }, "--top-p"),
        (Filters { top_p: Some(1.5), ..none }, "--top-p"),
        (Filters { top_p: Some(nan), ..none }, "--top-p"),
        (Filters { min_p: Some(-0.1), ..none }, "--min-p"),
        (Filters { min_p: Some(nan), ..none }, "--min-p"),
        (Filters { repetition_penalty: Some(0.0), ..none }, "--repetition-penalty"),
        (Filters { repetition_penalty: Some(nan), ..none }, "--repetition-penalty"),
    ] {
        let error = filters.validate().unwrap_err();
        assert_eq!(error.exit_status(), 2);
        assert!(error.to_string().starts_with(flag), "{error}");
    }
}
