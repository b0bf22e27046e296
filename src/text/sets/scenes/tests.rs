use proptest::prelude::*;
use std::collections::BTreeSet;

use super::super::near::{Index, NEAR, overlap};
use super::super::{Expansion, Talk, render};
use super::*;

const EXAMPLE: &str = r#"Scenes(
    format: 1, form: Dialogue, sloppy: 20,
    tables: {
        "food": [
            {"x": "soup", "a": "a bowl of soup", "taste": "warm[ and salty|]"},
            {"x": "rice", "a": "a plate of rice", "taste": "soft"},
            {"x": "bread", "a": "a slice of bread", "taste": "fresh"},
        ],
        "name": [{"x": "Mina"}, {"x": "Tomas"}, {"x": "Asha"}],
    },
    coined: {"word": (parts: [["ba", "ko", "lu"], ["mi", "no", "ru"], ["n", "s"]], least: 2)},
    words: {"great": ["great", "lovely"]},
    opening: (share: 50, scenes: ["hello"]),
    closing: (share: 50, scenes: ["bye"]),
    scenes: [
        (id: "hello", turns: [["Hello!", "Hi!"], ["Hello! How are you?", "Hi there!"]]),
        (id: "bye", turns: [["Bye!"], ["Goodbye!", "See you!"]]),
        (id: "lunch", count: 60, pick: {"f": "food", "g": "food", "n": "name"}, least: 2, turns: [
            ["I had {f.a} for lunch.", "My lunch was {f}[, with {n}|].", "I ate {f}.",
             "There was {f} for lunch.", "For lunch we had {f.a}."],
            ["{F}! Was it {f.taste}?", "<Great>! Is {f} your favourite?"],
            ["Yes, but {g} is better."],
            ["Then have {g} tomorrow!", "{G} is a good choice."],
        ]),
        (id: "word", count: 12, alone: true, pick: {"w": "word"}, turns: [
            ["Say {w}."], ["{W}."],
        ]),
        (id: "kept", count: 2, held: true, pick: {"n": "name"}, turns: [["Who is {n}?"], ["A friend."]]),
    ],
)"#;

fn made(text: &str, seed: u64) -> Expansion {
    make(&Play::from_ron(text, "my.scenes.ron").unwrap(), &[], seed).unwrap()
}

fn all(made: &Expansion) -> Vec<Talk> {
    made.all()
}

#[test]
fn a_seed_always_gives_the_same() {
    assert_eq!(all(&made(EXAMPLE, 3)), all(&made(EXAMPLE, 3)));
    assert_ne!(all(&made(EXAMPLE, 3)), all(&made(EXAMPLE, 4)));
}

#[test]
fn every_slot_is_filled_and_no_dialogue_comes_twice() {
    let talks = all(&made(EXAMPLE, 1));
    assert_eq!(talks.iter().collect::<BTreeSet<_>>().len(), talks.len());
    let text = render(&talks);
    assert!(!text.contains(['{', '}', '[', ']', '<', '>', '|']), "{text}");
    assert!(text.contains("bot: Soup! Was it warm"), "{text}");
    assert!(!text.contains("  "));
}

#[test]
fn two_variables_of_a_table_differ() {
    let talks = all(&made(EXAMPLE, 1));
    for talk in talks.iter().filter(|talk| talk.iter().any(|turn| turn.contains("is better"))) {
        let text = talk.join(" ").to_lowercase();
        let foods = ["soup", "rice", "bread"].iter().filter(|food| text.contains(**food)).count();
        assert_eq!(foods, 2, "{text}");
    }
}

#[test]
fn the_last_wording_and_held_scenes_are_only_for_validation() {
    let made = made(EXAMPLE, 1);
    let has = |talks: &[Talk], what: &str| {
        talks.iter().flatten().filter(|turn| turn.to_lowercase().contains(what)).count()
    };
    assert_eq!(has(&made.training, "for lunch we had"), 0);
    assert!(has(&made.validation, "for lunch we had") > 0);
    assert_eq!(has(&made.training, "who is"), 0);
    assert_eq!(has(&made.validation, "who is"), 2);
    let known = Index::new(&made.training);
    assert!(made.validation.iter().all(|talk| !known.has_near(talk)));
}

#[test]
fn openings_go_before_and_closings_after() {
    let talks = all(&made(EXAMPLE, 1));
    let opened = talks.iter().filter(|talk| talk[1].contains("Hello!") || talk[1] == "Hi there!");
    assert!((15..=50).contains(&opened.count()));
    for talk in talks.iter().filter(|talk| talk[0].to_lowercase().starts_with("say ")) {
        assert_eq!(talk.len(), 2, "a scene that is alone");
    }
}

#[test]
fn a_coined_word_comes_in_one_dialogue_only() {
    let talks = all(&made(EXAMPLE, 1));
    let words: Vec<&String> = talks
        .iter()
        .filter(|talk| talk[0].to_lowercase().starts_with("say "))
        .map(|t| &t[1])
        .collect();
    assert_eq!(words.len(), 12);
    assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), 12);
    let many = EXAMPLE.replace("count: 12", "count: 50");
    let error = make(&Play::from_ron(&many, "my").unwrap(), &[], 1).unwrap_err().to_string();
    assert!(error.contains("coined 'word' runs out") && error.contains("scene 'word'"), "{error}");
}

#[test]
fn a_scene_that_cannot_reach_its_count_is_named() {
    let many = EXAMPLE.replace("count: 60", "count: 60000");
    let error = make(&Play::from_ron(&many, "my").unwrap(), &[], 1).unwrap_err().to_string();
    assert!(error.contains("scene 'lunch' gave ") && error.contains(" of "), "{error}");
}

#[test]
fn the_core_is_learned_whole() {
    let core = vec![vec!["Hello!".to_string(), "Hello, you!".to_string()]];
    let made = make(&Play::from_ron(EXAMPLE, "my").unwrap(), &core, 1).unwrap();
    assert!(made.training.contains(&core[0]));
}

#[test]
fn a_text_joins_its_sentences() {
    let text = r#"(format: 1, form: Text, tables: {"a": [{"x": "cat"}, {"x": "dog"}]}, scenes: [
        (id: "s", count: 2, pick: {"a": "a"}, turns: [["A {a} sat."], ["It ran."]]),
        (id: "z", count: 1, turns: [["猫来了。"], ["它走了。"]])])"#;
    let made = made(text, 1);
    let mut talks = all(&made);
    talks.sort();
    assert_eq!(talks, [["A cat sat. It ran."], ["A dog sat. It ran."], ["猫来了。它走了。"]]);
}

#[test]
fn mistakes_are_named() {
    for (right, wrong, words) in [
        ("format: 1", "format: 2", "format 2"),
        ("sloppy: 20", "slopy: 20", "my.scenes.ron:2:"),
        ("I ate {f}.", "I ate {q}.", "scene 'lunch', turn 1, \"I ate {q}.\": {q} is not"),
        ("I ate {f}.", "I ate {f.q}.", "row 1 of table 'food'"),
        ("I ate {f}.", "I ate {f.}.", "is no slot"),
        ("I ate {f}.", "I ate {f.", "'{' is not closed"),
        ("I ate {f}.", "I ate {f}|", "'|' has nothing"),
        ("I ate {f}.", "I ate [{f}].", "offers only one"),
        ("I ate {f}.", "I [a|b[c|d]].", "in one another"),
        ("I ate {f}.", "I had {f.a} for lunch.", "there twice"),
        ("<Great>", "<Grand>", "word list <Grand>"),
        ("{W}.", "{W.a}.", "coined word has no forms"),
        ("\"n\": \"name\"}, least", "\"n\": \"nome\"}, least", "'nome'"),
        ("least: 2, turns", "least: 3, turns", "least is 3"),
        ("least: 2, turns", "least: 6, turns", "least is 6"),
        ("[\"Bye!\"], [\"Goodbye!\", \"See you!\"]", "[\"Bye!\"]", "end with a bot turn"),
        ("[\"Bye!\"]", "[]", "no wording"),
        ("scenes: [\"bye\"]", "scenes: [\"by\"]", "closing names scene 'by'"),
        ("id: \"bye\"", "id: \"hello\"", "there twice"),
        ("{\"x\": \"Mina\"}", "{\"x\": \"Mina\", \"x\": \"Ana\"}", "there twice"),
        ("\"taste\": \"fresh\"", "\"tast\": \"fresh\"", "row 3 of table 'food'"),
        ("\"taste\": \"fresh\"", "\"taste\": \"{f.taste}\"", "circle"),
        ("\"taste\": \"fresh\"", "\"taste\": \"<great>\"", "row cannot hold"),
        ("[\"great\", \"lovely\"]", "[\"<great>\"]", "cannot hold <words>"),
        ("parts: [[\"ba\"", "parts: [[], [\"ba\"", "coined 'word'"),
    ] {
        assert!(EXAMPLE.contains(right), "{right}");
        let text = EXAMPLE.replace(right, wrong);
        let error = Play::from_ron(&text, "my.scenes.ron").expect_err(wrong).to_string();
        assert!(error.starts_with("my.scenes.ron:") && error.contains(words), "{wrong}: {error}");
    }
}

#[test]
fn the_index_finds_what_comparing_each_finds() {
    let talks = all(&made(EXAMPLE, 5));
    let (known, asked) = talks.split_at(talks.len() / 2);
    let index = Index::new(known);
    for talk in asked {
        let best = known.iter().map(|other| overlap(talk, other)).fold(0.0, f64::max);
        assert_eq!(index.nearest(talk).map_or(0.0, |(_, share)| share), best);
        assert_eq!(index.has_near(talk), best > NEAR);
    }
}

proptest! {
    /// Whatever is written, reading it and composing from it ends in dialogues or in a sentence.
    #[test]
    fn any_line_is_filled_or_refused(
        line in r"[a-c {}<>\[\]|.fFgwx]{0,24}",
        value in r"[a-c {}\[\]|fg]{0,12}",
        seed in 0_u64..9,
    ) {
        let text = format!(
            r#"(format: 1, form: Dialogue, tables: {{"t": [{{"x": "{value}"}}, {{"x": "b"}}]}},
            words: {{"w": ["c", "{value}"]}}, scenes: [(id: "s", count: 2, pick: {{"f": "t", "g": "t"}},
            turns: [["a {line}", "b"], ["{line} c"]])])"#
        );
        if let Ok(play) = Play::from_ron(&text, "my") {
            let first = make(&play, &[], seed).map(|made| render(&all(&made)));
            prop_assert_eq!(&first, &make(&play, &[], seed).map(|made| render(&all(&made))));
            if let Ok(text) = first {
                prop_assert!(!text.contains(['{', '<', '[', '}', '>', ']', '|']), "{}", text);
            }
        }
    }
}
