//! Shipped lessons, played; and readings held against the engine's own.

use super::wait::until;
use super::*;
use crate::lesson::Action;
use crate::lesson::check::{check, cycles};
use crate::lesson::formula::{Formula, Value, World};
use crate::lesson::runner::Order;
use crate::lesson::shipped::LESSONS;
use crate::lesson::{Loaded, Problem, load};
use crate::session::{Counts, Recording};
use crate::tensor::Threads;
use crate::text::sets::index::Language;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};
use std::collections::BTreeMap;
use std::sync::Arc;

fn shipped() -> Vec<Loaded> {
    let load = |(id, source): &(&str, &str)| {
        load(&format!("lessons/{id}.ron"), source).unwrap_or_else(|problem| panic!("{problem}"))
    };
    LESSONS.iter().map(load).collect()
}

fn told(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("{problem}\n")).collect()
}

#[test]
fn shipped_lessons_pass_the_checker() {
    let known = known_names().expect("what ships is whole");
    let lessons = shipped();
    assert_eq!(told(&cycles(&lessons)), "");
    for loaded in &lessons {
        let checked = check(loaded, &known, &[]);
        assert!(!checked.has_errors(), "{}", told(&checked.problems));
        for (_, quantity) in &checked.quantities {
            assert!(is_provided(*quantity), "{}: {}", loaded.file, quantity.name());
        }
        for (_, action) in &checked.actions {
            assert!(is_performed(action), "{}: {action}", loaded.file);
        }
    }
}

/// A stage that looks at a question to the pocket model.
fn stage() -> Stage {
    let mut lesson = shipped().swap_remove(0).lesson;
    (lesson.setup.model.en, lesson.setup.seed) = ("pocket".into(), 3);
    let mut stage = Stage::open(Arc::new(lesson), Language::En, Threads::new(1)).expect("a model");
    perform(
        &mut stage,
        r#"Prompt((en: "user: What does a cow say?\nbot:", zh: "user: 你好\nbot:"))"#,
    );
    stage
}

fn perform(stage: &mut Stage, action: &str) {
    let options =
        ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    let action: Action = options.from_str(action).unwrap_or_else(|e| panic!("{action}: {e}"));
    let order = Order::Perform(action);
    let given = {
        let (names, snapshot) = (BTreeMap::new(), stage.snapshot());
        Resolved::of(&order, &World { readings: &snapshot, names: &names, language: Language::En })
    };
    stage.carry_out(&order, &given).unwrap_or_else(|e| panic!("{order:?}: {e}"));
}

fn value(stage: &Stage, formula: &str) -> Value {
    let (names, snapshot) = (BTreeMap::new(), stage.snapshot());
    let world = World { readings: &snapshot, names: &names, language: Language::En };
    Formula::new(formula).value(&world)
}

fn number(stage: &Stage, formula: &str) -> f64 {
    value(stage, formula).as_number().unwrap_or_else(|| panic!("{formula} is unknown"))
}

#[test]
fn effects_are_what_ablation_does_and_restore_undoes_it() {
    let mut stage = stage();
    let token = value(&stage, "top(1)").as_token().expect("a token");
    let logit = |stage: &Stage| {
        let seen = stage.session.seen().expect("a pass");
        f64::from(seen.reading.logits(seen.reading.positions() - 1)[token as usize])
    };
    let before = logit(&stage);
    let effects: Vec<f64> = ["effect('mlp(0)', top(1))", "effect(head(0, 1), top(1))"]
        .map(|formula| number(&stage, formula))
        .to_vec();
    for (action, effect) in [r#"Ablate("mlp(0)")"#, r#"Ablate("head(0, 1)")"#].iter().zip(effects) {
        perform(&mut stage, action);
        assert_eq!(number(&stage, "ablated.count"), 1.0);
        assert!((before - logit(&stage) - effect).abs() < 1e-3, "{action}: {effect}");
        perform(&mut stage, "Restore");
        assert_eq!((number(&stage, "ablated.count"), logit(&stage)), (0.0, before));
    }
    let attributed = number(&stage, "attribution('block(1)', top(1), top(2))");
    let sum = number(&stage, "attribution('mlp(1)', top(1), top(2))")
        + number(&stage, "attribution('attention_bias(1)', top(1), top(2))")
        + (0..stage.session.opened().expect("a model").model.parameters.config.heads)
            .map(|head| number(&stage, &format!("attribution(head(1, {head}), top(1), top(2))")))
            .sum::<f64>();
    assert!((attributed - sum).abs() < 1e-3, "{attributed} {sum}");
    perform(
        &mut stage,
        r#"Patch(from: (en: "user: What does a dog say?\nbot:", zh: "user: 好\nbot:"), name: "blocks.0.hook_resid_post", row: 5)"#,
    );
    assert_eq!(value(&stage, "patched"), Value::Flag(true));
    assert!((logit(&stage) - before).abs() > 1e-6);
}

#[test]
fn the_lens_ends_in_the_prediction_and_longer_texts_keep_their_rows() {
    let mut stage = stage();
    let last = stage.session.opened().expect("a model").model.parameters.config.layers - 1;
    let lens = number(&stage, &format!("lens({last}).prob(top(1))"));
    assert!((lens - number(&stage, "prob(top(1))")).abs() < 1e-5);
    assert!((0.0..=1.0).contains(&number(&stage, "projection.kept")));
    assert_eq!(value(&stage, "same_rows"), Value::Unknown);
    perform(&mut stage, r#"Take("top(1)")"#);
    assert_eq!(value(&stage, "same_rows"), Value::Flag(true));
}

#[test]
fn a_recorded_run_is_read_until_a_run_that_learns_takes_its_place() {
    let mut stage = stage();
    let recording = Recording::shipped("minute").expect("it ships").expect("it can be read");
    assert_eq!(value(&stage, "loss.val"), Value::Unknown);
    perform(&mut stage, r#"Recorded("minute")"#);
    assert_eq!(number(&stage, "train.step"), recording.steps as f64);
    assert_eq!(number(&stage, "loss.best"), recording.best().expect("it was judged").1);
    assert_eq!(number(&stage, "loss.best"), number(&stage, "run('minute').loss.best"));
    let shares = recording.share("pocket").expect("it was asked");
    let points = shares.iter().map(|(step, share)| (*step as f64, *share)).collect();
    assert_eq!(value(&stage, "series.answers(pocket)"), Value::Series(points));
    let (step, share) = shares[shares.len() / 2];
    assert_eq!(number(&stage, &format!("answers.right(pocket, at: {step})")), share);
    assert_eq!(value(&stage, "series.answers(echo)"), Value::Unknown);
    perform(&mut stage, "Reset");
    assert_eq!(number(&stage, "train.step"), 0.0);
    assert_eq!(value(&stage, "series.answers(pocket)"), Value::Unknown);
}

#[test]
fn twenty_rolls_fall_here_as_they_fall_in_the_window() {
    let mut stage = stage();
    perform(&mut stage, "Draw(20)");
    let mut rolled: Vec<u32> = stage.decoding.draws.iter().map(|drawn| drawn.token).collect();
    let ids = stage.session.subject().to_vec();
    let (seed, filters) = (stage.decoding.seed, stage.decoding.filters);
    stage.session.decode_filters(filters);
    stage.session.decode(|decoding| {
        decoding.set_seed(seed);
        decoding.begin(&ids, ids.len() - 1);
    });
    until(&mut stage.session, |session| session.decoding().sheet().is_some()).expect("it is read");
    stage.session.decode(|decoding| decoding.roll_often(20));
    let sheet = stage.session.decoding().sheet().expect("it has been read");
    let list: Vec<u32> = sheet.candidates.list.iter().map(|it| it.token).collect();
    let counts = sheet.counts.as_ref().expect("it was rolled");
    let mut in_window = counts.since(&Counts::default(), &list);
    rolled.sort_unstable();
    in_window.sort_unstable();
    assert_eq!(rolled, in_window);
    assert!(rolled.first() != rolled.last(), "one token alone would say little");
}

#[test]
fn a_fork_begins_like_the_run_before_which_stays_to_be_compared() {
    let mut stage = stage();
    let begins = "run('slower').loss.train";
    perform(&mut stage, "Train(3)");
    assert_eq!(value(&stage, begins), Value::Unknown);
    let (first, at) = (number(&stage, "loss.train"), number(&stage, "loss.val"));
    perform(&mut stage, r#"Fork("slower")"#);
    assert_eq!(number(&stage, "train.step"), 0.0);
    perform(&mut stage, "Train(3)");
    // The same start, the same data: the same losses.
    assert_eq!(number(&stage, begins), first);
    assert_eq!(number(&stage, "run('slower').loss.val"), at);
    perform(&mut stage, r#"Fork("third")"#);
    assert_eq!(number(&stage, begins), first);
    assert_eq!(value(&stage, "run('third').loss.train"), Value::Unknown);
}

#[test]
fn a_gradient_is_read_once_the_backward_half_is_shown() {
    let mut stage = stage();
    let reads = "grad('h.0.attn.c_attn.weight', 2, 5)";
    perform(&mut stage, "TrainHalf(Forward)");
    assert_eq!(value(&stage, reads), Value::Unknown);
    perform(&mut stage, "TrainHalf(Backward)");
    let record = stage.session.training().record.clone().expect("a step was recorded");
    let tensor = record.specs.iter().position(|spec| spec.name == "h.0.attn.c_attn.weight");
    let (range, columns) = {
        let at = tensor.expect("every block has it");
        (record.tensors[at].0.clone(), record.specs[at].shape[1])
    };
    let expected = f64::from(record.gradients[range.start + 2 * columns + 5]);
    assert_eq!(number(&stage, reads), expected);
    assert_eq!(value(&stage, "grad('h.0.ln_1.bias', 1, 0)"), Value::Unknown);
    assert!(number(&stage, "grad('h.0.ln_1.bias', 0, 3)").is_finite());
}

#[test]
fn texts_and_models_are_put_side_by_side() {
    let mut stage = stage();
    let both = |text: &str| format!(r#"(en: "user: {text}\nbot:", zh: "user: 好\nbot:")"#);
    let [cow, dog] = ["What does a cow say?", "What does a dog say?"].map(both);
    perform(&mut stage, &format!("Compare(left: {cow}, right: {dog})"));
    let beside = stage.session.beside().expect("it has been read").reading.ids.clone();
    assert_ne!(beside, stage.session.subject());
    let name = |name: &str| format!(r#"(en: "{name}", zh: "{name}")"#);
    let models =
        |left: &str, right: &str| format!("Compare(left: {}, right: {})", name(left), name(right));
    // The same model from a folder: another, and it reads the same text.
    perform(&mut stage, &models("pocket", "models/pocket"));
    let beside = stage.session.beside().expect("it has been read");
    assert_eq!(beside.reading.ids, stage.session.subject());
    assert!(stage.session.second().is_empty());
}

#[test]
fn at_temperature_0_the_most_probable_token_takes_all() {
    let mut stage = stage();
    perform(&mut stage, "Decode(temperature: 0)");
    assert_eq!(number(&stage, "kept.count"), 1.0);
    assert_eq!(number(&stage, "chance(top(1))"), 1.0);
    perform(&mut stage, "Replies(n: 2, temperature: 0)");
    assert_eq!(number(&stage, "replies.distinct"), 1.0);
    perform(&mut stage, "Decode(beams: 1, length_penalty: 0)");
    perform(&mut stage, "BeamRun");
    assert_eq!(value(&stage, "beam.best.text"), value(&stage, "reply.text"));
    assert_eq!(value(&stage, "beam.best.text"), value(&stage, "greedy.text"));
    assert!((number(&stage, "greedy.logprob") - number(&stage, "reply.logprob")).abs() < 1e-9);
    assert!((number(&stage, "ln(prob(top(1)))") + 1e-9) <= 0.0);
}

#[test]
fn a_lesson_with_a_slip_is_refused_with_its_place_and_never_panics() {
    let known = known_names().expect("what ships is whole");
    let mut random = ChaCha8Rng::seed_from_u64(4);
    for (id, source) in LESSONS {
        let lines = source.lines().count();
        for _ in 0..200 {
            let mut text: Vec<char> = source.chars().collect();
            let at = random.random_range(0..text.len());
            match random.random_range(0..4) {
                0 => drop(text.remove(at)),
                1 => text.insert(at, ['(', '"', '}', '0', '\\'][at % 5]),
                2 => text.swap(at, (at + 1) % source.chars().count()),
                _ => text.truncate(at),
            }
            let text: String = text.into_iter().collect();
            let problems = match load(id, &text) {
                Ok(loaded) => check(&loaded, &known, &[]).problems,
                Err(problem) => vec![problem],
            };
            for problem in problems {
                let place = problem.place;
                assert!((1..=lines + 2).contains(&place.line) && place.column >= 1, "{problem}");
            }
        }
    }
}
