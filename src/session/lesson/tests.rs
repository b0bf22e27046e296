//! Shipped lessons, played; and readings held against the engine's own.

use super::*;
use crate::lesson::check::{check, cycles};
use crate::lesson::shipped::LESSONS;
use crate::lesson::{Loaded, Problem, load};
use crate::tensor::Threads;
use crate::text::sets::index::Language;

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

#[test]
fn shipped_lessons_can_be_played_in_both_languages() {
    for loaded in &shipped() {
        for language in [Language::En, Language::Zh] {
            let played = play(loaded, language, Threads::new(1), &mut |_| {}).expect("a model");
            let errors: Vec<Problem> =
                played.problems.into_iter().filter(Problem::is_error).collect();
            assert_eq!(told(&errors), "");
        }
    }
}
