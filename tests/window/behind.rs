//! What lies behind a number, as a person finds it: by names, by clicks, by keys, without a display.

use crate::hands::{LANGUAGES, Window, click, has, said, settle};
use egui::accesskit::Role;
use egui::{Key, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use glassbox::app::{Action, Export, Language, ModelView, Selection, Settings, Shell, Station};
use glassbox::interpret::{Candidates, Component, Reading, attribute, depths, top_tokens};
use glassbox::nn::{Name, Recording, model};
use glassbox::session::engine::Source;
use glassbox::tensor::Threads;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The Model station with a text that has been read.
fn window(language: Language) -> Window {
    let mut window = crate::hands::window(language, Station::Model);
    window.state_mut().act(Action::LookAt { text: "What does a cow say?".into(), as_chat: true });
    settle(&mut window);
    window
}

/// Chooses one of a few, whose word may stand elsewhere too.
fn choose(window: &mut Window, name: &str) {
    window.get_by_role_and_label(Role::RadioButton, name).click();
    settle(window);
}

fn press(window: &mut Window, key: Key) {
    window.key_press(key);
    settle(window);
}

/// All that is said on the screen.
fn everything(window: &Window) -> Vec<String> {
    window.query_all_by_label_contains("").map(|node| said(&node)).collect()
}

fn fill(sentence: &str, values: &[&str]) -> String {
    let places = values.iter().enumerate();
    places
        .fold(sentence.into(), |text: String, (i, value)| text.replace(&format!("{{{i}}}"), value))
}

/// A signed number as the screen writes it.
fn difference(x: f32) -> String {
    let text = format!("{x:+.2}");
    let zero = text.trim_start_matches(['-', '+']).bytes().all(|b| matches!(b, b'0' | b'.'));
    if zero { "0.00".into() } else { text.replace('-', "\u{2212}") }
}

/// The pass that is looked at, read once more, without the session.
fn reading(window: &mut Window) -> Reading {
    let opened = window.state_mut().session().opened().cloned().expect("a model");
    let ids = window.state_mut().session().subject().to_vec();
    let parameters = &opened.model.parameters;
    let mut tap = Recording::new(|_| true);
    let (_, logits) = model::read(&Threads::serial(), parameters, &ids, &mut tap);
    Reading::new(ids, parameters.config.clone(), tap.activations, logits)
}

#[test]
fn a_head_is_switched_off_and_restored_by_name_and_by_key() {
    for language in LANGUAGES {
        let words = language.words();
        let mut window = window(language);
        let block = fill(words.block_n, &["2"]);
        click(&mut window, &block);
        click(&mut window, &format!("{block}, {}", fill(words.head_n, &["3"])));
        click(&mut window, words.behind.switch_off);
        let part = Component::Head { block: 1, head: 2 };
        assert_eq!(window.state_mut().session().scale_of(part), 0.0);
        let altered = window.state_mut().session().altered().cloned().expect("a changed pass");
        let z = altered.sight.reading.head_row(Name::Z(1), 3, 2);
        assert!(z.iter().all(|x| *x == 0.0), "the head writes nothing");
        assert!(
            has(&window, words.behind.what_changes) && has(&window, words.behind.how_it_goes_on)
        );
        let chip = fill(words.behind.head_of, &["2", "3"]);
        let chip = format!("{}: {chip}", words.behind.restore);
        assert!(window.query_by_label(&chip).is_some(), "{chip}");
        choose(&mut window, words.behind.untouched);
        choose(&mut window, words.behind.changed);
        click(&mut window, &chip);
        assert!(window.state_mut().session().changes().is_empty());
        press(&mut window, Key::X);
        assert_eq!(window.state_mut().session().scale_of(part), 0.0);
        click(&mut window, words.behind.restore);
        assert!(window.state_mut().session().altered().is_none());
        // Half as strong, by the choice of strengths.
        choose(&mut window, "\u{bd}");
        assert_eq!(window.state_mut().session().scale_of(part), 0.5);
    }
}

#[test]
fn every_view_is_reached_by_its_tab_in_any_window() {
    for language in LANGUAGES {
        let words = language.words();
        let mut window = window(language);
        let tabs = [
            (words.behind.lens, "Block 4", "块 4"),
            (words.behind.why, words.behind.adds, words.behind.adds),
            (words.behind.numbers, "logits[", "logits["),
            (words.behind.embedding, words.behind.cosine_note, words.behind.cosine_note),
            (words.behind.neurons, words.behind.fires_on, words.behind.fires_on),
            (words.behind.compare, words.behind.write_second, words.behind.write_second),
        ];
        for (tab, english, chinese) in tabs {
            click(&mut window, tab);
            let expected = if language == Language::English { english } else { chinese };
            assert!(has(&window, expected), "{tab}: {expected}");
        }
        for (width, height) in [(960.0, 640.0), (1024.0, 700.0), (1920.0, 1080.0)] {
            window.set_size(vec2(width, height));
            for view in ModelView::ALL {
                window.state_mut().choose_what_to_show(view);
                settle(&mut window);
                window.state_mut().act(Action::TurnPresenter);
                window.run_steps(3);
                window.state_mut().act(Action::TurnPresenter);
                window.run_steps(2);
            }
        }
    }
}

#[test]
fn attribution_lens_and_effects_on_the_screen_are_the_engines() {
    let mut window = window(Language::English);
    let reading = reading(&mut window);
    let opened = window.state_mut().session().opened().cloned().expect("a model");
    let row = reading.positions() - 1;
    let top = top_tokens(reading.logits(row), 2);
    let candidates = Candidates { token: top[0], rival: Some(top[1]) };
    let locked = Selection {
        position: Some(row),
        candidate: Some(top[0]),
        rival: Some(top[1]),
        ..Selection::default()
    };
    window.state_mut().act(Action::Lock(locked));
    click(&mut window, "Why");
    let on_screen = everything(&window);
    let parts = attribute(&reading, &opened.model.parameters, row, candidates);
    for (part, adds) in &parts {
        let name = match part {
            Component::Head { block, head } => format!("Block {} · Head {}", block + 1, head + 1),
            Component::Mlp(block) => format!("Block {} · MLP", block + 1),
            _ => continue,
        };
        let expected = format!("{name}, What it adds: {}", difference(*adds as f32));
        assert!(on_screen.contains(&expected), "{expected}");
        let measured = format!("{name}, What is lost without it: ");
        let found = on_screen.iter().find_map(|said| said.strip_prefix(&measured));
        assert!(found.is_some_and(|number| number.contains('.')), "{measured}{found:?}");
    }
    click(&mut window, "Lens");
    let on_screen = everything(&window);
    let seen = depths(&reading, &opened.model.parameters, &Threads::serial(), row, 3, &[]);
    for (depth, seen) in seen.iter().enumerate() {
        let name = if depth == 0 { "Embed".to_string() } else { format!("Block {depth}") };
        for standing in &seen.top {
            let p = standing.probability;
            let number = if p > 0.0 && p < 0.005 { "< 0.01".into() } else { format!("{p:.2}") };
            let found = on_screen
                .iter()
                .any(|said| said.starts_with(&format!("{name}: ")) && said.ends_with(&number));
            assert!(found, "{name}: {number}");
        }
    }
}

#[test]
fn a_number_is_followed_down_to_the_embedding_and_back() {
    for language in LANGUAGES {
        let words = language.words();
        let mut window = window(language);
        click(&mut window, words.behind.trace);
        assert!(has(&window, "logits["), "the trail begins at the score");
        // Always the first operand: from the score to the last norm, the stream, and down.
        let mut steps = 0;
        while !has(&window, words.behind.step_learned) {
            let links: Vec<_> = window.get_all_by_role(Role::Link).collect();
            let names: Vec<String> = links.iter().map(said).collect();
            // The trail comes first; operands have their value in the name, steps have not.
            let operand = |wanted: &dyn Fn(&str) -> bool| {
                names.iter().position(|name| name.contains(": ") && wanted(name))
            };
            let is_weight = |name: &str| {
                ["Row of", "Weight", "嵌入表里", "权重"].iter().any(|word| name.starts_with(word))
            };
            // Down the stream to the token; a weight only when there is nothing else.
            let stream = |name: &str| name.contains("tream") || name.contains("残差流");
            let token = |name: &str| name.starts_with("Token") || name.starts_with("词元的向量");
            let at = operand(&stream)
                .or(operand(&token))
                .or(operand(&|name| !is_weight(name)))
                .or(operand(&|_| true));
            let at = at.expect("an operand");
            links[at].click();
            drop(links);
            settle(&mut window);
            steps += 1;
            assert!(steps < 40, "{names:?}");
        }
        assert!(steps >= 4, "through the norm, the stream and the blocks");
        for _ in 0..steps {
            click(&mut window, words.behind.back);
        }
        assert!(has(&window, "logits["), "back where it began");
        choose(&mut window, words.behind.vector);
        choose(&mut window, words.behind.histogram);
        choose(&mut window, words.behind.heat);
        click(&mut window, words.behind.to_check);
        let text = fill(words.behind.checked, &["5", "5"]);
        assert!(has(&window, &text), "all hold: {:?}", everything(&window));
        click(&mut window, words.behind.to_formula);
    }
}

#[test]
fn neurons_are_watched_on_the_data_and_switched_off() {
    let words = Language::English.words();
    let mut window = window(Language::English);
    click(&mut window, words.behind.neurons);
    assert!(has(&window, "Watched on"), "{:?}", everything(&window));
    let reading = reading(&mut window);
    let row = reading.row(Name::MlpPost(0), reading.positions() - 1);
    let best = (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b])).expect("a neuron");
    let name = format!("Block 1 · Neuron {best}: {:.2}", row[best]);
    window.get_by_label(&name).click();
    settle(&mut window);
    press(&mut window, Key::X);
    let part = Component::Neuron { block: 0, neuron: best };
    assert_eq!(window.state_mut().session().scale_of(part), 0.0);
}

#[test]
fn a_row_of_another_text_turns_the_prediction() {
    for language in LANGUAGES {
        let words = language.words();
        let mut window = window(language);
        click(&mut window, words.behind.compare);
        let text = "What does a dog say?".to_string();
        window.state_mut().act(Action::ReadBeside { text, as_chat: true });
        settle(&mut window);
        let ids = window.state_mut().session().subject().to_vec();
        let beside = window.state_mut().session().beside().cloned().expect("a second text");
        let differs = (0..ids.len()).find(|&at| ids[at] != beside.reading.ids[at]);
        let row = differs.expect("one word differs").to_string();
        let cell = fill(words.behind.patch_at, &["1", &row]);
        let cell = format!("{cell}: ");
        window.get_by_label_contains(&cell).click();
        settle(&mut window);
        let session = window.state_mut().session();
        let altered = session.altered().cloned().expect("a changed pass");
        let last = ids.len() - 1;
        let (changed, other) = (altered.sight.reading.logits(last), beside.reading.logits(last));
        assert_eq!(changed, other, "the one row that differs carries all of the difference");
        click(&mut window, words.behind.restore);
        choose(&mut window, words.behind.differences);
    }
}

#[test]
fn another_model_reads_the_same_text_if_it_has_the_same_tokens() {
    let words = Language::English.words();
    let settings = Settings {
        station: Station::Model,
        pace: 0,
        model: Some(PathBuf::from("chat-en")),
        language: Language::English,
        ..Settings::default()
    };
    let shell = Shell::new(settings, Threads::new(1), || {}).expect("a shell");
    let mut window = Harness::builder()
        .with_size(vec2(1440.0, 900.0))
        .with_max_steps(200)
        .build_ui_state(|ui, shell: &mut Shell| shell.ui(ui), shell);
    settle(&mut window);
    click(&mut window, words.behind.compare);
    let named = |name: &str| Action::ReadWith(Source::Named(PathBuf::from(name)));
    window.state_mut().act(named("base-en"));
    settle(&mut window);
    let beside = window.state_mut().session().beside().cloned().expect("the other model");
    let own = window.state_mut().session().sight().cloned().expect("the open model");
    assert_eq!(beside.reading.ids, own.reading.ids);
    assert_ne!(beside.reading.logits(3), own.reading.logits(3));
    assert_eq!((beside.model.name.as_str(), own.model.name.as_str()), ("base-en", "chat-en"));
    window.state_mut().act(named("pocket"));
    settle(&mut window);
    assert!(has(&window, "share a tokenizer"), "what cannot be compared is said");
}

#[test]
fn what_is_saved_holds_what_is_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = window(Language::English);
    window.state_mut().save_to(folder.path().to_path_buf());
    let save = |window: &mut Window, export: Export, name: &str| -> Vec<u8> {
        window.state_mut().act(Action::Export(export));
        let path = folder.path().join(name);
        let start = Instant::now();
        while !has(window, name) {
            window.run_steps(1);
            std::thread::sleep(Duration::from_millis(2));
            assert!(start.elapsed() < Duration::from_secs(20), "{name} is not said to be written");
        }
        click(window, "Dismiss");
        std::fs::read(path).expect("the file")
    };
    let drawing = save(&mut window, Export::Drawing, "map-1.svg");
    let drawing = String::from_utf8(drawing).expect("a text");
    assert!(drawing.starts_with("<svg") && drawing.contains("Block 1"), "words stay words");
    let numbers = save(&mut window, Export::Numbers, "map-1.csv");
    let rows = window.state_mut().session().subject().len();
    let lines = String::from_utf8(numbers).expect("a text").lines().count();
    assert_eq!(lines, 1 + rows * 5, "a line for each guess");
    let stored = save(&mut window, Export::Activations, "map-1.safetensors");
    let tensors = safetensors::SafeTensors::deserialize(&stored).expect("tensors");
    let pattern = tensors.tensor("blocks.2.attn.hook_pattern").expect("the pattern");
    assert_eq!(pattern.shape(), [4, rows, rows]);
    for view in ModelView::ALL {
        window.state_mut().choose_what_to_show(view);
        settle(&mut window);
        let name = format!("{}-{}.csv", view.name(), if view == ModelView::Map { 2 } else { 1 });
        assert!(!save(&mut window, Export::Numbers, &name).is_empty());
    }
}

#[test]
fn a_state_is_gone_back_to_exactly() {
    let mut window = window(Language::English);
    window.state_mut().choose_what_to_show(ModelView::Why);
    settle(&mut window);
    window.state_mut().act(Action::SwitchLocked);
    settle(&mut window);
    let before = window.state().bookmark().expect("a state").to_string();
    assert!(before.contains("view=why") && before.contains("scale=head."), "{before}");
    window.state_mut().act(Action::Restore);
    window.state_mut().act(Action::LookAt { text: "A wolf".into(), as_chat: false });
    window.state_mut().choose_what_to_show(ModelView::Map);
    settle(&mut window);
    assert_ne!(window.state().bookmark().expect("another").to_string(), before);
    window.state_mut().act(Action::Reopen(before.clone()));
    settle(&mut window);
    assert_eq!(window.state().bookmark().expect("the same").to_string(), before);
    assert!(window.state_mut().session().altered().is_some());
    for ids in ["ids=1,999999", "second=999999 ids=1"] {
        let state = format!("glassbox:model=pocket view=map {ids}");
        window.state_mut().act(Action::Reopen(state));
        window.run_steps(3);
        assert!(has(&window, "pocket cannot read"), "{ids}");
        settle(&mut window);
    }
    window.state_mut().act(Action::Reopen("glassbox:model=pocket".into()));
    window.run_steps(3);
    assert!(has(&window, "copy the whole text"), "what is wrong is said");
}
