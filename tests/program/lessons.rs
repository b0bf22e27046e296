//! Lessons as their writers meet them: on the command line, with the program itself.

use crate::place::Place;

#[test]
fn a_new_lesson_passes_the_check_and_plays() {
    let place = Place::new();
    place.done(&["lesson", "new", "my-lesson"]);
    let checked = place.done(&["lesson", "check", "my-lesson.ron"]);
    assert!(
        checked.out.contains("my-lesson.ron: can be played in both languages"),
        "{}",
        checked.out
    );
    let played = place.done(&["lesson", "run", "my-lesson.ron", "--lang", "en"]);
    assert!(
        played.out.contains("-- puzzle") && played.out.contains("done by Decode"),
        "{}",
        played.out
    );
    // It is there now, and is not written over.
    place.fails(&["lesson", "new", "my-lesson"], &["my-lesson.ron", "already"]);
    place.wrong_usage(&["lesson", "new", "My lesson"], &["a-z"]);
}

#[test]
fn a_mistake_is_named_with_its_place() {
    let place = Place::new();
    place.done(&["lesson", "new", "mine"]);
    let good = place.text("mine.ron");
    let line = |text: &str| 1 + good[..good.find(text).expect(text)].matches('\n').count();
    for (old, new, what) in [
        ("\"prob(best)\"", "\"porb(best)\"", "did you mean prob?"),
        (
            "Mark(\"decode.temperature\")",
            "Mark(\"decode.temprature\")",
            "did you mean decode.temperature?",
        ),
        // What only playing shows.
        ("prob(best) > 0.01", "prob(best) > 1.01", "premise is false"),
        ("\"kept.count == 1\"", "\"kept.count > 1\"", "true before the learner has done anything"),
        ("Decode(top_k: 1)", "Decode(top_k: 2)", "solve does not bring about"),
        ("enter: [Mark(\"funnel.softmax\")]", "enter: [Mark(\"map.row\")]", "map.row is at Model"),
        // What this version cannot do is refused in a sentence, and nothing is made up.
        ("\"prob(best)\"", "\"masked.right\"", "cannot read masked.right yet"),
        (
            "play: Forward(Odds)",
            "play: Recorded(\"minut\")",
            "no recorded run minut; did you mean minute?",
        ),
        ("play: Forward(Odds)", "play: Objective(MaskedLm)", "cannot do Objective in a lesson yet"),
        ("play: Forward(Odds)", "play: Fork(\"a run\")", "letters, digits, - and _"),
        (
            "\"prob(best)\"",
            "\"grad('h.0.attn.c_atn.weight', 0, 0)\"",
            "did you mean h.0.attn.c_attn.weight?",
        ),
    ] {
        place.write("mine.ron", good.replacen(old, new, 1));
        let outcome = place.run(&["lesson", "check", "mine.ron"]);
        assert_eq!(outcome.status, 1, "{new}: {}", outcome.out);
        let prefix = format!("mine.ron:{}:", line(old));
        let found = outcome.out.lines().any(|line| line.contains(what));
        assert!(found, "{new}: {}", outcome.out);
        if !what.contains("did you mean") && !what.contains("map.row") {
            continue;
        }
        assert!(outcome.out.contains(&prefix), "{new}: {} {prefix}", outcome.out);
    }
    // The report goes to standard output, and what came of it is one line on standard error.
    place.write("mine.ron", "Lesson(format: 1");
    let outcome = place.run(&["lesson", "check", "mine.ron"]);
    assert!(outcome.out.starts_with("mine.ron:1:"), "{}", outcome.out);
    assert_eq!((outcome.status, outcome.err.lines().count()), (1, 1), "{}", outcome.err);
    place.fails(&["lesson", "check", "no-such.ron"], &["no-such.ron"]);
}

/// In a process of its own, so that the machine's time is the lessons' alone.
#[test]
fn shipped_lessons_can_be_played_in_both_languages() {
    let checked = Place::new().done(&["lesson", "check"]);
    assert!(
        checked.out.contains("16-article.ron: can be played in both languages"),
        "{}",
        checked.out
    );
}

#[test]
fn shipped_lessons_are_found_by_their_id() {
    let place = Place::new();
    let played = place.done(&["lesson", "run", "08-the-die", "--lang", "zh"]);
    assert!(played.out.contains("掷骰子"), "{}", played.out);
}
