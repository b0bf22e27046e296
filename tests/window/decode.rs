//! The Decode station as a person uses it: by names, by clicks, by keys. It needs no display.

use crate::hands::{LANGUAGES, Window, has, said, settle, window};
use egui::accesskit::Role;
use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable as _;
use glassbox::app::{Action, Ask, Language, Station, fill};
use glassbox::decode::{Filters, Funnel, random_number};
use glassbox::session::Origin;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A text of two dozen tokens, read as it is.
fn decoding(language: Language) -> Window {
    let mut window = window(language, Station::Decode);
    ask(&mut window, Ask::Text { text: "What does a cow say?".into(), as_chat: true });
    window
}

fn ask(window: &mut Window, ask: Ask) {
    window.state_mut().act(Action::Decode(ask));
    settle(window);
}

fn press(window: &mut Window, key: Key) {
    window.key_press(key);
    settle(window);
}

/// The tokens of the text, and the place.
fn text(window: &mut Window) -> (Vec<u32>, usize) {
    let decoding = window.state_mut().session().decoding();
    (decoding.text().map(|node| node.token).collect(), decoding.here())
}

fn readings(window: &mut Window) -> u64 {
    window.state_mut().session().decoding().readings()
}

#[test]
fn every_number_of_the_funnel_is_the_engines() {
    let filters = [
        Filters { temperature: Some(1.0), ..Filters::default() },
        Filters { temperature: Some(1.7), top_k: Some(6), top_p: Some(0.9), ..Filters::default() },
        Filters {
            temperature: Some(0.8),
            top_k: Some(20),
            min_p: Some(0.1),
            repetition_penalty: Some(1.5),
            ..Filters::default()
        },
    ];
    for language in LANGUAGES {
        let words = language.words().decode;
        let mut window = decoding(language);
        for filters in filters {
            ask(&mut window, Ask::Filters(filters));
            let session = window.state_mut().session();
            let place = session.decoding().place().expect("a place");
            let logits = place.outlook.clone().expect("read").logits;
            let funnel = Funnel::new(&filters, &logits, &session.decoding().ids());
            let last = funnel.last().clone();
            let rows: Vec<String> = window
                .get_all_by_role(Role::Button)
                .map(|node| said(&node))
                .filter(|name| name.contains("logit"))
                .collect();
            assert!(rows.len() >= 5, "{rows:?}");
            let uncut = Filters { top_k: None, top_p: None, min_p: None, ..filters };
            let warm = Funnel::new(&uncut, &logits, &window.state_mut().session().decoding().ids());
            for (at, (ranked, row)) in
                warm.last().ranked(rows.len()).into_iter().zip(&rows).enumerate()
            {
                let minus = |x: f32| format!("{x:.2}").replace('-', "\u{2212}");
                let raw = minus(funnel.first().logits[ranked.token as usize]);
                assert!(row.contains(&raw) && row.contains(&minus(ranked.logit)), "{row}");
                assert!(row.contains(&format!("{}", at + 1)), "{row}");
                if last.keeps(ranked.token) {
                    let left = last.probability(ranked.token);
                    let left = if left < 0.0005 { "< 0.001".into() } else { format!("{left:.3}") };
                    assert!(row.ends_with(&left), "{row}: {left}");
                } else {
                    let reasons = [words.cut_by_top_k, words.cut_by_top_p, words.cut_by_min_p];
                    assert!(reasons.iter().any(|reason| row.ends_with(reason)), "{row}");
                }
            }
        }
    }
}

#[test]
fn sliders_act_at_once_and_the_die_stays_where_it_is() {
    for language in LANGUAGES {
        let words = language.words();
        let mut window = decoding(language);
        let before = readings(&mut window);
        let u = window.state_mut().session().decoding().sheet().expect("read").u;
        assert_eq!(u, random_number(7, 0, 0));
        assert!(has(&window, &format!("u = {u:.3}")));
        for name in [words.temperature, words.decode.top_k, words.decode.top_p] {
            let filters = *window.state_mut().session().decoding().filters();
            window.get_by_role_and_label(Role::Slider, name).focus();
            window.run_steps(2);
            press(&mut window, Key::ArrowLeft);
            assert_ne!(*window.state_mut().session().decoding().filters(), filters, "{name}");
        }
        window.get_by_label(words.decode.more).click();
        settle(&mut window);
        for name in [words.decode.min_p, words.decode.repetition_penalty] {
            window.get_by_role_and_label(Role::Slider, name).focus();
            window.run_steps(2);
            press(&mut window, Key::ArrowRight);
        }
        let filters = *window.state_mut().session().decoding().filters();
        assert_eq!((filters.min_p, filters.repetition_penalty), (Some(0.01), Some(1.05)));
        assert_eq!((filters.temperature, filters.top_k), (Some(0.95), Some(7)));
        assert_eq!(window.state_mut().session().decoding().sheet().expect("read").u, u);
        assert_eq!(readings(&mut window), before, "recorded logits are filtered anew");
    }
}

#[test]
fn a_text_is_driven_by_keys_and_nothing_is_read_twice() {
    let mut window = decoding(Language::English);
    let (prompt, end) = text(&mut window);
    press(&mut window, Key::ArrowDown);
    let second = window.state().locked().candidate.expect("a candidate");
    press(&mut window, Key::ArrowRight);
    assert_eq!(text(&mut window), ([&prompt[..], &[second]].concat(), end + 1));
    press(&mut window, Key::ArrowRight);
    press(&mut window, Key::ArrowRight);
    let (first_branch, _) = text(&mut window);
    assert_eq!(first_branch.len(), prompt.len() + 3);
    let before = readings(&mut window);
    for _ in 0..2 {
        press(&mut window, Key::ArrowLeft);
    }
    assert_eq!(text(&mut window), (first_branch.clone(), end + 1), "taken back, but not lost");
    press(&mut window, Key::ArrowRight);
    press(&mut window, Key::ArrowLeft);
    assert_eq!(readings(&mut window), before, "a record is read again");
    press(&mut window, Key::N);
    assert_eq!(readings(&mut window), before + 1);
    let (second_branch, _) = text(&mut window);
    assert_eq!(second_branch.len(), prompt.len() + 2);
    assert_ne!(second_branch[prompt.len() + 1], first_branch[prompt.len() + 1]);
    assert!(has(&window, "Branch 2 of 2"));
    press(&mut window, Key::OpenBracket);
    assert_eq!(text(&mut window).0, first_branch);
    press(&mut window, Key::CloseBracket);
    assert_eq!(text(&mut window).0, second_branch);
    assert_eq!(readings(&mut window), before + 1, "branches keep their records");
    press(&mut window, Key::Home);
    assert_eq!(text(&mut window).1, end);
    press(&mut window, Key::End);
    assert_eq!(text(&mut window).1, second_branch.len() - 1);
    let u = |window: &mut Window| window.state_mut().session().decoding().sheet().expect("read").u;
    let before = u(&mut window);
    press(&mut window, Key::R);
    assert_ne!(u(&mut window), before);
    window.key_press_modifiers(Modifiers::SHIFT, Key::R);
    settle(&mut window);
    assert!(has(&window, "Rolled 1\u{2009}000 times"));
}

#[test]
fn playing_writes_what_the_die_says_until_the_end() {
    let mut window = decoding(Language::English);
    let (prompt, _) = text(&mut window);
    window.get_by_label("Play").click();
    let start = Instant::now();
    window.run_steps(2);
    while has(&window, "Pause") {
        window.run_steps(5);
        std::thread::sleep(Duration::from_millis(1));
        assert!(start.elapsed() < Duration::from_secs(60), "it never ends");
    }
    let session = window.state_mut().session();
    let decoding = session.decoding();
    let written: Vec<_> = decoding.text().skip(prompt.len()).cloned().collect();
    assert!(!written.is_empty());
    for (draw, node) in written.iter().enumerate() {
        assert_eq!(node.origin, Origin::Drawn { u: random_number(7, 0, draw) });
    }
    let end = session.opened().expect("a model").model.end;
    assert_eq!(written.last().map(|node| node.token), end, "a reply ends with the end token");
}

#[test]
fn a_text_says_how_surprised_the_model_was() {
    for language in LANGUAGES {
        let words = language.words().decode;
        let mut window = decoding(language);
        ask(&mut window, Ask::Text { text: "A cow says moo.".into(), as_chat: false });
        let decoding = window.state_mut().session().decoding();
        let losses: Vec<f64> =
            decoding.text().filter_map(|node| Some(-node.measure?.logprob)).collect();
        let mean = losses.iter().sum::<f64>() / losses.len() as f64;
        assert_eq!(losses.len() + 1, decoding.text().len());
        let written = match mean.exp() {
            perplexity if perplexity < 10.0 => format!("{perplexity:.2}"),
            perplexity if perplexity < 100.0 => format!("{perplexity:.1}"),
            perplexity => format!("{perplexity:.0}"),
        };
        let sentence = fill(words.surprise_of, &[&losses.len(), &format!("{mean:.2}"), &written]);
        assert!(has(&window, &sentence), "{sentence}");
        for _ in 0..5 {
            press(&mut window, Key::C);
        }
        assert!(has(&window, &fill(words.colour_is, &[&words.plain])), "all colours in turn");
    }
}

#[test]
fn a_token_of_a_reply_opens_where_it_was_chosen_and_in_the_model() {
    let mut window = window(Language::English, Station::Chat);
    window.state_mut().act(Action::Temperature(0.8));
    window.state_mut().act(Action::Say("What does a cow say?".into()));
    settle(&mut window);
    let conversation = window.state_mut().session().conversation();
    let reply = *conversation.path().last().expect("a reply");
    let written = conversation.node(reply).and_then(|node| node.written.clone()).expect("written");
    window.state_mut().act(Action::OpenInDecode { node: reply, step: 1 });
    settle(&mut window);
    assert_eq!(window.state().settings().station, Station::Decode);
    let (ids, here) = text(&mut window);
    assert_eq!((ids, here), (written.ids(), written.prompt.len()));
    let sheet = window.state_mut().session().decoding().sheet().cloned().expect("read");
    assert_eq!(sheet.winner(), Some(written.steps[1].token), "the same die on the same bar");
    assert_eq!(window.state().locked().candidate, Some(written.steps[1].token));
    window.get_by_label(Language::English.words().open_in_model).click();
    settle(&mut window);
    assert_eq!(window.state().settings().station, Station::Model);
    assert_eq!(window.state_mut().session().subject(), &written.ids()[..=written.prompt.len()]);
}

#[test]
fn base_models_small_windows_and_presenters_get_a_whole_screen() {
    for (width, height) in [(960.0, 640.0), (1024.0, 700.0), (1920.0, 1080.0)] {
        for (language, model) in LANGUAGES.into_iter().zip(["base-en", "base-zh"]) {
            let mut window = window(language, Station::Decode);
            let model = PathBuf::from(model);
            window.state_mut().act(Action::Open(glassbox::session::engine::Source::Named(model)));
            window.set_size(vec2(width, height));
            let start = Instant::now();
            while !window
                .state_mut()
                .session()
                .opened()
                .is_some_and(|opened| opened.name.starts_with("base"))
            {
                settle(&mut window);
                assert!(start.elapsed() < Duration::from_secs(30), "it does not open");
            }
            settle(&mut window);
            let lands_on = language.words().decode.the_die;
            assert!(
                has(&window, &format!("{lands_on}: u = "))
                    || has(&window, &format!("{lands_on}：u = "))
            );
            window.state_mut().act(Action::TurnPresenter);
            window.run_steps(3);
            assert!(has(&window, "u = "));
        }
    }
}
