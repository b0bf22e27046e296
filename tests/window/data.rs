//! The Data station as a person uses it: by names, clicks and keys; its numbers are the library's.

use crate::hands::{LANGUAGES, Window, click, has, press, settle, window};
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use glassbox::app::{Action, Station};
use glassbox::session::library::{Keep, Origin, Phrase, Request, SetKey};
use glassbox::text::clean::{Rule, clean};
use glassbox::text::{Dialogue, Turn};
use glassbox::train::Corpus;

const MESSY: &str = "user: Do  you LIKE rain??\nbot: Yes!! See www.example.org now.\n\n\
                     user: Hi\nbot: Hello\n\nnobody says this\n\nuser: Hi\nbot: Hello\n";

/// Pastes a text, as Ctrl V does.
fn paste(window: &mut Window, text: &str) {
    window.event(Event::Paste(text.to_string()));
    settle(window);
}

/// A window at the Data station with a set of one's own.
fn with_messy_set(language: glassbox::app::Language) -> Window {
    let mut window = window(language, Station::Data);
    paste(&mut window, MESSY);
    click(&mut window, language.words().data.add_to_collection);
    window
}

fn said(window: &Window, text: &str) -> bool {
    has(window, text)
}

#[test]
fn a_pasted_text_is_reported_cleaned_and_counted() {
    for language in LANGUAGES {
        let words = language.words().data;
        let mut window = window(language, Station::Data);
        assert!(said(&window, words.as_written) && said(&window, words.as_learned));
        paste(&mut window, MESSY);
        let line = words.line_n.replace("{0}", "7");
        assert!(said(&window, &line), "the report names the line");
        assert!(said(&window, "nobody says this"), "and shows it");
        click(&mut window, words.add_to_collection);
        let library = window.state_mut().session().library();
        assert!(library.chosen().is_own());
        assert_eq!(library.book().expect("a set").dialogues.len(), 3);
        let prepared = library.prepared().expect("made ready").clone();
        // What the screen says of each rule is what cleaning says.
        let dialogues: Vec<Dialogue> =
            prepared.book.dialogues.iter().map(|dialogue| Dialogue::clone(dialogue)).collect();
        let (cleaned, reports) = clean(dialogues, &Rule::defaults());
        assert_eq!(prepared.survey.dialogues, cleaned);
        for report in reports {
            assert_eq!(prepared.report(report.rule), Some(&report));
            let number =
                Rule::all().iter().position(|rule| rule.name == report.rule).expect("it") + 1;
            let count = format!(": {}", report.dialogues_changed);
            let shown = window
                .query_all_by_label_contains(&format!("{number} "))
                .map(|node| crate::hands::said(&node))
                .any(|text| text.starts_with(&format!("{number} ")) && text.ends_with(&count));
            assert!(shown, "{}: {count}", report.rule);
        }
        assert!(said(&window, "Do you LIKE rain?"), "as it is learned");
        assert!(said(&window, "Do  you LIKE rain??"), "as it was written");
        press(&mut window, Key::ArrowDown);
        press(&mut window, Key::ArrowDown);
        assert!(said(&window, words.left_out), "the third dialogue came before");
    }
}

#[test]
fn rules_are_walked_and_switched() {
    for language in LANGUAGES {
        let words = language.words().data;
        let mut window = with_messy_set(language);
        press(&mut window, Key::Home);
        for at in 1..=Rule::defaults().len() {
            press(&mut window, Key::ArrowRight);
            let timeline = window.get_by_label(language.words().timeline);
            assert_eq!(timeline.accesskit_node().numeric_value(), Some(at as f64));
        }
        press(&mut window, Key::Home);
        assert!(!said(&window, "Do you LIKE rain?"), "nothing is cleaned yet");
        press(&mut window, Key::End);
        window.get_by_label(words.rule_case).click();
        settle(&mut window);
        assert!(said(&window, "do you like rain?"));
        let chosen = window.state_mut().session().library().treatment().rules.clone();
        assert!(chosen.contains("lower-case"));
        window.get_by_label(words.rule_twice).click();
        settle(&mut window);
        let all = words.only_different.replace("{0}", "2").replace("{1}", "3");
        assert!(said(&window, &all), "{all}");
    }
}

#[test]
fn dialogues_are_written_edited_deleted_and_taken_back() {
    for language in LANGUAGES {
        let words = language.words().data;
        let folder = tempfile::tempdir().expect("a folder");
        let mut window = window(language, Station::Data);
        window.state_mut().keep_sets_in(folder.path().into());
        settle(&mut window);
        let before = window.state_mut().session().library().book().expect("a set").dialogues.len();
        press(&mut window, Key::N);
        for (turn, text) in [("1", "What is new?"), ("2", "This line.")] {
            window.get_by_label(&words.turn_text.replace("{0}", turn)).focus();
            window.run_steps(2);
            window.event(Event::Text(text.into()));
            window.run_steps(2);
        }
        window.get_by_label(words.save).click();
        window.run_steps(3);
        assert!(said(&window, words.was_written), "and it can be undone");
        settle(&mut window);
        let library = window.state_mut().session().library();
        let (key, book) = (library.chosen().clone(), library.book().expect("a set").clone());
        assert_eq!(key, SetKey::Own("my-pocket".into()), "a shipped set is copied");
        assert_eq!(book.dialogues.len(), before + 1);
        let written = Dialogue { turns: vec![Turn::user("What is new?"), Turn::bot("This line.")] };
        assert_eq!(*book.dialogues[1], written);
        let kept = std::fs::read_to_string(folder.path().join("my-pocket.txt")).expect("kept");
        assert_eq!(kept, book.transcript());
        press(&mut window, Key::E);
        click(
            &mut window,
            &words.swap_role.replace("{0}", "2").replace("{1}", language.words().bot),
        );
        window.get_by_label(words.delete).click();
        window.run_steps(3);
        assert!(said(&window, words.was_deleted));
        let count = |window: &mut Window| {
            window.state_mut().session().library().book().expect("a set").dialogues.len()
        };
        assert_eq!(count(&mut window), before);
        click(&mut window, language.words().undo);
        assert_eq!(count(&mut window), before + 1);
        window.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        settle(&mut window);
        assert_eq!(count(&mut window), before, "the first change is taken back too");
    }
}

#[test]
fn a_phrase_is_found_and_a_reply_is_traced_to_its_dialogues() {
    for language in LANGUAGES {
        let words = language.words().data;
        let mut window = window(language, Station::Chat);
        window.state_mut().act(Action::Say("What does a cow say?".into()));
        settle(&mut window);
        let which: Vec<_> = window.get_all_by_label(words.which_taught).collect();
        which.last().expect("a reply has the button").click();
        drop(which);
        settle(&mut window);
        assert_eq!(window.state().settings().station, Station::Data);
        let found = window.state_mut().session().library().found().expect("looked for").clone();
        let texts = window.state_mut().session().library().prepared().expect("ready").clone();
        let count: usize = texts
            .survey
            .dialogues
            .iter()
            .flat_map(|dialogue| &dialogue.turns)
            .map(|turn| turn.text.matches(found.phrase.text.as_str()).count())
            .sum();
        assert_eq!(found.count, count);
        let shown = match count {
            0 => words.nowhere_reply.to_string(),
            n => words
                .n_places
                .replace("{0}", &n.to_string())
                .replace("{1}", &found.dialogues.to_string()),
        };
        assert!(said(&window, &shown), "{shown}");
        let phrase = Phrase { text: "zebra crossing".into(), from_reply: true };
        window.state_mut().act(Action::WhichTaught(phrase.text));
        settle(&mut window);
        assert!(said(&window, words.nowhere_reply), "0 is an answer");
    }
}

#[test]
fn the_split_can_be_moved_and_what_is_chosen_is_what_is_learned() {
    let mut window = window(LANGUAGES[0], Station::Data);
    let order = window.state_mut().session().library().order();
    let data = order.fulfil().expect("data");
    let (Corpus::Documents(training), Corpus::Documents(validation)) =
        (&data.split.training, &data.split.validation)
    else {
        panic!("documents");
    };
    assert_eq!((training.len(), validation.len()), (828, 68), "the set keeps its own part aside");
    // The same as the command line reads, to the letter.
    let reading = glassbox::session::Reading {
        read_as: None,
        turns_as_lines: false,
        cleaned: true,
        keep_back: Some((0.1, 0)),
    };
    let same = glassbox::session::read_data(&["pocket".into()], reading).expect("data");
    assert_eq!(data.split, same.split);
    assert_eq!(data.sources, same.sources);
    window.state_mut().act(Action::Data(Request::Keep(Keep::Share(0.25))));
    settle(&mut window);
    let prepared = window.state_mut().session().library().prepared().expect("ready").clone();
    assert_eq!((prepared.training, prepared.validation), (672, 224));
    click(&mut window, "Use its own split");
    let tokens = window.state_mut().session().library().tokens().expect("counted");
    assert!(said(&window, &format!("Tokens to learn from: {}", thin(tokens.training))));
}

/// Thousands apart, as the screen writes them.
fn thin(n: usize) -> String {
    format!("{}\u{2009}{:03}", n / 1000, n % 1000)
}

#[test]
fn a_large_transcript_with_mistakes_does_not_stop_the_window() {
    let mut text = String::new();
    for i in 0..20_000 {
        text.push_str(&format!(
            "user: How many are {i}?\nbot: There are {i}, and they are all here.\n"
        ));
        text.push_str(if i % 40 == 0 { "\nno speaker in this line\n\n" } else { "\n" });
    }
    assert!(text.len() > 1_400_000);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("class 7b.txt");
    std::fs::write(&path, &text).expect("written");
    let mut window = window(LANGUAGES[0], Station::Data);
    window.state_mut().act(Action::Data(Request::Import(Origin::File(path))));
    let asked = std::time::Instant::now();
    window.run_steps(1);
    assert!(asked.elapsed().as_secs_f32() < 2.0);
    settle(&mut window);
    assert!(said(&window, "20\u{2009}000 dialogues"), "they are counted");
    assert!(said(&window, "500 lines"), "and so is what was not understood");
    click(&mut window, "Add to the collection");
    assert_eq!(window.state_mut().session().library().chosen().name(), "class 7b");
    window.state_mut().act(Action::Data(Request::Import(Origin::File("/no/such/file".into()))));
    settle(&mut window);
    assert!(said(&window, "no such file"));
    press(&mut window, Key::Escape);
    assert!(said(&window, "As learned"), "Esc gives the import up");
}
