//! The window as a person uses it: by names, by clicks, by keys. It needs no display.

use crate::hands::{LANGUAGES, Window, click, has, press, said, settle, window};
use egui::accesskit::Role;
use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable as _;
use glassbox::app::{Action, Language, ModelView, Selection, Station};
use glassbox::nn::{Name, Recording, model};
use glassbox::tensor::Threads;
use std::time::{Duration, Instant};

#[test]
fn the_model_talks_before_anybody_asks() {
    let window = window(Language::English, Station::Chat);
    assert!(has(&window, "Hello"), "it was greeted and has replied");
    assert!(window.query_by_label("Say something to the model").is_none() || has(&window, "Send"));
}

#[test]
fn a_token_of_a_reply_opens_in_the_model() {
    for language in LANGUAGES {
        let words = language.words();
        let mut window = window(language, Station::Chat);
        window.state_mut().act(Action::Say("What does a cow say?".into()));
        settle(&mut window);
        let token = window
            .get_all_by_role(Role::Button)
            .find(|node| said(node).starts_with("m "))
            .expect("the token m of moo");
        token.click();
        settle(&mut window);
        assert!(has(&window, words.rank), "the inspector says what it is");
        let open: Vec<_> = window.get_all_by_label(words.open_in_model).collect();
        assert!(open.len() == 2, "in the card and in the inspector");
        open[0].click();
        drop(open);
        settle(&mut window);
        assert_eq!(window.state().settings().station, Station::Model);
        // The row before the token is the one that chose it.
        let chose = window.state().locked();
        let length = window.state_mut().session().subject().len();
        assert_eq!(chose.position, Some(length - 1));
        assert!(has(&window, words.this_row_chooses));
    }
}

#[test]
fn every_station_view_and_part_is_reached_by_name() {
    for language in LANGUAGES {
        let words = language.words();
        let mut window = window(language, Station::Chat);
        click(&mut window, words.model);
        assert!(has(&window, words.the_map));
        for block in 0..4 {
            let name = words.block_n.replace("{0}", &(block + 1).to_string());
            click(&mut window, &name);
            assert_eq!(window.state().locked().block, Some(block), "{name}");
            let head = format!("{name}, {}", words.head_n.replace("{0}", "2"));
            click(&mut window, &head);
            assert_eq!(window.state().locked().head, Some(1), "{head}");
        }
        click(&mut window, words.open_head);
        assert!(has(&window, words.softmax), "the head is open");
        click(&mut window, words.map);
        click(&mut window, words.close_panel);
        click(&mut window, words.open_panel);
        click(&mut window, words.language);
        assert_ne!(window.state().settings().language, language);
        click(&mut window, language.other().words().chat);
        assert_eq!(window.state().settings().station, Station::Chat);
    }
}

#[test]
fn the_models_name_leads_to_the_other_models() {
    for (language, name) in LANGUAGES.into_iter().zip(["Choose a model", "选择模型"]) {
        let mut window = window(language, Station::Chat);
        click(&mut window, name);
        click(&mut window, "fork");
        // A window is at rest, too, while a model is being opened.
        let start = Instant::now();
        let is_open = |window: &mut Window| {
            window.state_mut().session().opened().is_some_and(|opened| opened.name == "fork")
        };
        while !is_open(&mut window) {
            window.run_steps(1);
            std::thread::sleep(Duration::from_millis(1));
            assert!(start.elapsed() < Duration::from_secs(30), "the model is not opened");
        }
    }
}

#[test]
fn the_keyboard_alone_suffices() {
    let mut window = window(Language::English, Station::Chat);
    press(&mut window, Key::Num3);
    assert_eq!(window.state().settings().station, Station::Model);
    let rows = window.state_mut().session().subject().len();
    press(&mut window, Key::ArrowUp);
    assert_eq!(window.state().locked().position, Some(rows - 2));
    press(&mut window, Key::ArrowDown);
    assert_eq!(window.state().locked().position, Some(rows - 1));
    press(&mut window, Key::ArrowLeft);
    assert!(has(&window, "Play"));
    press(&mut window, Key::Home);
    press(&mut window, Key::End);
    let dark = window.state().settings().dark;
    press(&mut window, Key::T);
    assert_ne!(window.state().settings().dark, dark);
    press(&mut window, Key::L);
    assert!(!window.state().settings().panel_open);
    press(&mut window, Key::I);
    assert!(!window.state().settings().inspector_open);
    let outside = window.state().settings().dark;
    press(&mut window, Key::P);
    assert!(window.query_by_label("Timeline").is_none(), "a presenter has no transport");
    assert_eq!(window.ctx.theme(), egui::Theme::Light, "for the projector's sake");
    press(&mut window, Key::T);
    assert_eq!(window.ctx.theme(), egui::Theme::Dark);
    assert_eq!(window.state().settings().dark, outside, "the class's theme is its own");
    press(&mut window, Key::Escape);
    assert!(window.query_by_label("Timeline").is_some());
    press(&mut window, Key::Z);
    assert_eq!(window.state().settings().language, Language::Chinese);
    press(&mut window, Key::Questionmark);
    assert!(has(&window, Language::Chinese.words().key_blank));
    press(&mut window, Key::Escape);
    window.key_press_modifiers(Modifiers::COMMAND, Key::K);
    window.run_steps(3);
    press(&mut window, Key::Enter);
    assert_eq!(window.state().settings().station, Station::Data, "the first command is a station");
    press(&mut window, Key::Num7);
    assert_eq!(window.state().settings().station, Station::Chat);
}

#[test]
fn stepping_goes_through_every_operation_and_token_and_writes_on() {
    let mut window = window(Language::English, Station::Model);
    window.state_mut().act(Action::LookAt { text: "A cow".into(), as_chat: false });
    settle(&mut window);
    let length = window.state_mut().session().subject().len();
    press(&mut window, Key::Home);
    let operations = 4 * 2 + 3;
    for _ in 0..operations * length - 1 {
        press(&mut window, Key::ArrowRight);
    }
    assert_eq!(window.state_mut().session().subject().len(), length, "only records so far");
    press(&mut window, Key::ArrowRight);
    settle(&mut window);
    assert_eq!(window.state_mut().session().subject().len(), length + 1, "a token was written");
}

/// Every number that the inspector shows is the engine's, computed here once more.
#[test]
fn every_number_on_the_screen_is_the_engines() {
    let mut window = window(Language::English, Station::Model);
    window.state_mut().act(Action::LookAt { text: "What does a wolf eat?".into(), as_chat: true });
    settle(&mut window);
    let opened = window.state_mut().session().opened().cloned().expect("a model");
    let ids = window.state_mut().session().subject().to_vec();
    let mut tap = Recording::new(|_| true);
    let parameters = &opened.model.parameters;
    let (_, logits) = model::read(&Threads::serial(), parameters, &ids, &mut tap);
    let (n, vocabulary) = (ids.len(), parameters.config.vocabulary);
    for position in 0..n {
        let row = &logits[position * vocabulary..(position + 1) * vocabulary];
        let most = row.iter().copied().fold(f32::MIN, f32::max);
        let sum: f64 = row.iter().map(|x| f64::from(x - most).exp()).sum();
        let best = format!("{:.2}", 1.0 / sum);
        for block in 0..4 {
            let (_, pattern) = &tap.activations[&Name::Pattern(block)];
            for head in 0..4 {
                let locked = Selection {
                    position: Some(position),
                    block: Some(block),
                    head: Some(head),
                    ..Selection::default()
                };
                window.state_mut().act(Action::Lock(locked));
                window.run_steps(1);
                let weights = &pattern[(head * n + position) * n..][..=position];
                let mut largest: Vec<(usize, f32)> = weights.iter().copied().enumerate().collect();
                largest.sort_by(|a, b| b.1.total_cmp(&a.1));
                for (key, weight) in largest.into_iter().take(3) {
                    let shown =
                        if weight < 0.005 { "< 0.01".into() } else { format!("{weight:.2}") };
                    let name = format!("Position {key}: ");
                    let found = window
                        .query_all_by_label_contains(&name)
                        .any(|node| said(&node).ends_with(&format!(" {shown}")));
                    assert!(found, "block {block} head {head} row {position} key {key}: {shown}");
                }
                assert!(has(&window, &best), "the prediction of row {position}: {best}");
                let stored = format!("blocks.{block}.attn.hook_pattern[{head}, {position}]");
                assert!(has(&window, &stored), "{stored}");
            }
        }
    }
}

#[test]
fn small_windows_and_presenters_get_a_whole_screen() {
    for (width, height) in [(960.0, 640.0), (1024.0, 700.0), (1920.0, 1080.0)] {
        for language in LANGUAGES {
            let mut window = window(language, Station::Model);
            window.set_size(vec2(width, height));
            settle(&mut window);
            for view in [ModelView::Map, ModelView::Heads] {
                window.state_mut().choose_what_to_show(view);
                window.run_steps(2);
            }
            window.state_mut().act(Action::TurnPresenter);
            window.run_steps(3);
            window.state_mut().act(Action::Go(Station::Chat));
            window.run_steps(3);
        }
    }
}

#[test]
fn what_goes_wrong_is_said_and_can_be_dismissed() {
    let mut window = window(Language::English, Station::Chat);
    window.state_mut().act(Action::Say("cow ".repeat(300)));
    settle(&mut window);
    assert!(has(&window, "too long"));
    click(&mut window, "Dismiss");
    assert!(!has(&window, "too long"));
}
