//! The checker: what is wrong is said, with its place; and no file, however broken, does harm.

use super::*;
use crate::lesson::load;
use crate::lesson::shipped::LESSONS;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const FILE: &str = "lessons/08-the-die.ron";

fn good() -> &'static str {
    LESSONS.iter().find(|(id, _)| *id == "08-the-die").map(|(_, source)| *source).expect("it ships")
}

fn known() -> Known {
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    Known {
        models: names(&["chat-en", "chat-zh"]),
        presets: names(&["minute"]),
        sets: names(&["pocket"]),
        rules: names(&["links"]),
        runs: names(&["minute"]),
        abilities: Vec::new(),
        glossary: Glossary::shipped().expect("it is whole"),
    }
}

/// What the loader or the checker says.
fn problems(source: &str) -> Vec<Problem> {
    match load(FILE, source) {
        Ok(loaded) => check(&loaded, &known(), &[]).problems,
        Err(problem) => vec![problem],
    }
}

/// The good lesson with one thing changed.
fn with(old: &str, new: &str) -> Vec<Problem> {
    assert!(good().contains(old), "{old}");
    problems(&good().replacen(old, new, 1))
}

#[test]
fn a_good_lesson_has_no_error() {
    let errors: Vec<String> =
        problems(good()).iter().filter(|p| p.is_error()).map(ToString::to_string).collect();
    assert_eq!(errors, [""; 0]);
}

#[test]
fn every_mistake_is_said_with_what_would_be_right() {
    for (old, new, what) in [
        ("minutes: 20", "minuts: 20", "did you mean minutes?"),
        ("level: First", "level: Frist", "did you mean First?"),
        ("Forward(Logits)", "Forwards(Logits)", "did you mean Forward?"),
        ("format: 1", "format: 2", "get a newer Glassbox"),
        ("format: 1", "format: 0", "there is no format 0"),
        ("Mark(\"funnel.logit\")", "Mark(\"funnel.logits\")", "did you mean funnel.logit?"),
        ("(part:decode.die)", "(part:decode.dice)", "did you mean decode.die?"),
        ("(term:seed)", "(term:sed)", "did you mean seed?"),
        ("\"prob(fav) > 0.2\"", "\"porb(fav) > 0.3\"", "did you mean prob?"),
        ("\"prob(fav) > 0.2\"", "\"prob(fav) > fav\"", "a number belongs here"),
        ("\"prob(fav) > 0.2\"", "\"prob(fav)\"", "a yes or no belongs here"),
        ("\"prob(fav) > 0.2\"", "\"prob(fav) == 0.3\"", "never exactly"),
        ("{gap|f2}", "{gap|f3}", "there is no format"),
        ("{gap|f2}", "{gap|token}", "cannot be written as |token"),
        ("{gap|f2}. Next", "{gop|f2}. Next", "there is no quantity gop"),
        (
            "after: [\"01-next-token\"]",
            "after: [\"01-next-tokens\"]",
            "did you mean 01-next-token?",
        ),
        (
            "\"temperature-is-creativity\"",
            "\"temperature-is-creative\"",
            "temperature-is-creativity",
        ),
        ("id: \"gap\"", "id: \"scores\"", "stands twice"),
        ("id: \"gap\"", "id: \"Gap\"", "is no id"),
        ("id: \"08-the-die\"", "id: \"08-a-die\"", "has to be the same"),
        ("chat-en", "chat-eng", "did you mean chat-en?"),
        ("minutes: 20", "minutes: 26", "1 to 25 minutes"),
        ("minutes: 20", "minutes: 2", "alone take"),
        ("Press Space to see the best of them.", "{gap|f2}", "in the English text only"),
        (
            "Scores may be negative",
            "[Scores](part:funnel.tail) may be negative",
            "in the English text only",
        ),
        ("\"second\": \"top(2)\"", "\"prob\": \"top(2)\"", "means something already"),
        ("\"second\": \"top(2)\"", "\"fav\": \"top(2)\"", "bound twice"),
        ("hide: [\"panel.beam\"", "hide: [\"panel.beans\"", "did you mean panel.beam?"),
        ("Decode(temperature: 2.0, top_k: 5)", "Decode()", "nothing is set"),
        ("Draw(50)", "Draw(\"fav\")", "a number belongs here"),
        ("near: 0.1", "near: 3", "between 0 and 1"),
        ("station: Chat", "station: Train", "stations has to name"),
    ] {
        let found = with(old, new);
        assert!(
            found.iter().any(|p| p.is_error() && p.what.contains(what)),
            "{new}: {:?}",
            found.iter().map(ToString::to_string).collect::<Vec<_>>()
        );
    }
}

#[test]
fn places_are_where_the_mistake_stands() {
    let source = good().replacen("place == 1, hot < cool", "place == fav, hot < cool", 1);
    let at = source.find("== fav").expect("it is there") + 3;
    let place = crate::lesson::outline::place_in(&source, at);
    let found = problems(&source);
    assert!(found.iter().any(|p| p.place == place), "{place:?} {found:?}");
}

#[test]
fn texts_in_one_language_only_are_refused() {
    let question = "zh: \"同一个问题问两遍，回答却不一样。是谁在做决定？\"";
    assert!(with(question, "zh: \"\"").iter().any(|p| p.what.contains("empty")));
    let same = "zh: \"Ask it the same thing twice and it answers differently. Who decides?\"";
    assert!(with(question, same).iter().any(|p| p.what.contains("same text")));
    let missing = format!(", {question}");
    assert!(with(&missing, "").iter().any(|p| p.what.contains("translation zh: is missing")));
    let hole = with(question, "zh: \"𓀀\"");
    assert!(hole.iter().any(|p| p.what.contains("fonts have no 𓀀")));
}

#[test]
fn warnings_do_not_stop_a_lesson() {
    let typed = with("Suppose it were 2.", "Let it be 2.5.");
    assert!(typed.iter().any(|p| !p.is_error() && p.what.contains("2.5 is typed")), "{typed:?}");
    let unlinked = with("\"greedy-decoding\"]", "\"greedy-decoding\", \"entropy\"]");
    assert!(unlinked.iter().any(|p| !p.is_error() && p.what.contains("term:entropy")));
    let hard = with("Suppose it were 2.", "Let it be quixotic.");
    assert!(hard.iter().any(|p| !p.is_error() && p.what.contains("quixotic")));
    let of_many_words = format!("Let it be {}2.", "near or far from ".repeat(5));
    let long = with("Suppose it were 2.", &of_many_words);
    assert!(long.iter().any(|p| !p.is_error() && p.what.contains("a sentence of 24 words")));
}

/// A text in quotes with a name of its own is a token where a token is asked for.
#[test]
fn a_bound_text_is_a_token_where_one_is_wanted() {
    let bound = |text: &str| {
        let source = good().replacen("bind: {", &format!("bind: {{\"dog\": \"{text}\", "), 1);
        let source = source.replacen("\"prob(fav) > 0.2\"", "\"prob(dog) < prob(fav)\"", 1);
        let loaded = load(FILE, &source).expect("it is lawful");
        check(&loaded, &known(), &[])
    };
    let checked = bound("lang(' dog', '狗')");
    let errors: Vec<_> = checked.problems.iter().filter(|p| p.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let tokens = format!("{:?}", checked.tokens);
    assert!(tokens.contains("\" dog\"") && tokens.contains("狗"), "{tokens}");
    let number = bound("1 + 2");
    assert!(number.problems.iter().any(|p| p.what.contains("a token belongs here")));
}

#[test]
fn a_lesson_after_itself_is_a_cycle() {
    let lesson =
        |id: &str, after: &str| {
            let source = good()
                .replacen("id: \"08-the-die\"", &format!("id: \"{id}\""), 1)
                .replacen("after: [\"01-next-token\"]", &format!("after: [\"{after}\"]"), 1);
            load(&format!("{id}.ron"), &source).expect("it is lawful")
        };
    assert_eq!(cycles(&[lesson("a", "b"), lesson("b", "c"), lesson("c", "x")]), []);
    let found = cycles(&[lesson("a", "b"), lesson("b", "c"), lesson("c", "a")]);
    assert_eq!(found.len(), 3);
    assert!(found[0].to_string().starts_with("a.ron:"), "{}", found[0]);
}

/// Two hundred ways to break a good file: cut, doubled, swapped, garbled. None may panic, and
/// each that is refused names a place that the file has.
#[test]
fn broken_lessons_never_panic_and_always_name_the_place() {
    let source = good();
    let known = known();
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let mut refused = 0;
    for round in 0..200 {
        let broken = mutated(source, &mut rng, round);
        let found = match load(FILE, &broken) {
            Ok(loaded) => check(&loaded, &known, &[]).problems,
            Err(problem) => vec![problem],
        };
        let lines = broken.lines().count().max(1);
        for problem in &found {
            let place = problem.place;
            assert!(
                (1..=lines + 1).contains(&place.line) && place.column >= 1,
                "round {round}: {problem}"
            );
            assert!(
                problem
                    .to_string()
                    .starts_with(&format!("{FILE}:{}:{}: ", place.line, place.column))
            );
            assert!(!problem.what.trim().is_empty());
        }
        refused += usize::from(found.iter().any(Problem::is_error));
    }
    assert!(refused > 150, "only {refused} of 200 broken lessons were refused");
}

/// The source with a few bytes changed, at the borders of characters.
fn mutated(source: &str, rng: &mut ChaCha8Rng, round: usize) -> String {
    let mut border = || {
        let mut at = rng.random_range(0..source.len());
        while !source.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (a, b) = (border(), border());
    let (from, to) = (a.min(b), a.max(b));
    let short = {
        let mut end = (from + 12).min(source.len());
        while !source.is_char_boundary(end) {
            end += 1;
        }
        end
    };
    const SIGNS: [&str; 10] = ["(", ")", "\"", "[", "]", "{", "}", "\\", ",", "猫"];
    let sign = SIGNS[rng.random_range(0..SIGNS.len())];
    match round % 6 {
        0 => source[..from].to_string(),
        1 => format!("{}{}", &source[..from], &source[short..]),
        2 => format!("{}{sign}{}", &source[..from], &source[from..]),
        3 => format!("{}{sign}{}", &source[..from], &source[short..]),
        4 => format!("{}{}{}", &source[..short], &source[from..short], &source[short..]),
        _ => format!("{}{}", &source[..from], &source[to..]),
    }
}

#[test]
fn recorded_runs_are_known_by_name_where_the_step_is_not_greyed() {
    let mark = r#"enter: [Station(Decode), Rewind, Mark("funnel.logit")]"#;
    let with = |name: &str| good().replace(mark, &format!(r#"enter: [Recorded("{name}")]"#));
    assert!(problems(&with("minute")).iter().all(|problem| !problem.is_error()));
    let wrong = problems(&with("minut"));
    assert!(
        wrong.iter().any(|p| p.to_string().contains("no recorded run minut; did you mean minute?"))
    );
    let greyed =
        with("minut").replace(r#"enter: [Recorded"#, r#"needs: [MaskedLm], enter: [Recorded"#);
    assert!(problems(&greyed).iter().all(|p| !p.to_string().contains("recorded run")));
}
