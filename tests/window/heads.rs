//! The heads of the Model station, by accessible names and by keyboard, without a display.

use egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use glassbox::app::{Action, Language, ModelView, Settings, Shell, Station};
use glassbox::tensor::Threads;
use std::time::{Duration, Instant};

/// The shell, with a text read and the heads on the screen.
fn harness(language: Language) -> Harness<'static, Shell> {
    let settings =
        Settings { station: Station::Model, language, panel_open: false, ..Settings::default() };
    let mut shell = Shell::new(settings, Threads::serial(), || {}).expect("a shell");
    let start = Instant::now();
    let wait = |shell: &mut Shell, done: fn(&mut Shell) -> bool| {
        while !done(shell) {
            assert!(start.elapsed() < Duration::from_secs(60), "nothing came");
            shell.poll();
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    wait(&mut shell, |shell| shell.session().opened().is_some());
    shell.act(Action::LookAt { text: "What does a cow say?".into(), as_chat: true });
    wait(&mut shell, |shell| shell.is_at_rest());
    shell.choose_what_to_show(ModelView::Heads);
    let size = egui::vec2(1440.0, 900.0);
    let mut harness = Harness::builder()
        .with_size(size)
        .build_ui_state(|ui, shell: &mut Shell| shell.ui(ui), shell);
    harness.run_steps(4);
    harness
}

#[test]
fn every_head_is_a_button_with_a_name() {
    for (language, block, head) in
        [(Language::English, "Block", "Head"), (Language::Chinese, "块", "头")]
    {
        let mut harness = harness(language);
        let name = format!("{block} 3, {head} 2: ");
        let name = if language == Language::Chinese { name.trim_end().into() } else { name };
        harness.get_by_label_contains(&name).click();
        harness.run_steps(3);
        let locked = harness.state().locked();
        assert_eq!((locked.block, locked.head), (Some(2), Some(1)));
    }
}

#[test]
fn arrows_move_the_locked_cell_of_a_focused_matrix() {
    let mut harness = harness(Language::English);
    harness.get_by_label_contains("Softmax: row 8").focus();
    harness.run_steps(3);
    let mut column = None;
    for (key, row, step) in [
        (Key::ArrowUp, 7, 0),
        (Key::ArrowLeft, 7, -1),
        (Key::ArrowRight, 7, 1),
        (Key::ArrowDown, 8, 0),
    ] {
        harness.key_press(key);
        harness.run_steps(3);
        let locked = harness.state().locked();
        assert_eq!(locked.position, Some(row), "{key:?}");
        let now = locked.key.expect("a column");
        assert_eq!(now, column.map_or(now, |before: usize| before.saturating_add_signed(step)));
        column = Some(now);
    }
    let (row, column) = (8, harness.state().locked().key.expect("a column"));
    let name = format!("Softmax: row {row} bot, column {column}");
    let weight = harness.get_by_label_contains(&name).value();
    assert!(weight.is_some_and(|value| value.contains("0.")), "its value is said");
}

#[test]
fn steps_show_one_operation_after_the_other() {
    let mut harness = harness(Language::English);
    for at in (2..=7).rev() {
        harness.key_press(Key::ArrowLeft);
        harness.run_steps(3);
        let hidden = at < 6;
        let dash = harness.query_by_label_contains("Softmax: row 8").and_then(|node| node.value());
        assert_eq!(dash.as_deref() == Some("–"), hidden, "after step {at}: {dash:?}");
    }
    harness.key_press(Key::End);
    harness.run_steps(3);
    harness.get_by_label("Lines").click();
    harness.run_steps(3);
    harness.get_by_label_contains("Reads, Position 4: ").click();
    harness.run_steps(3);
    assert_eq!(harness.state().locked().position, Some(4));
    harness.get_by_label("What it brings").click();
    harness.run_steps(3);
    harness.get_by_label_contains("Row 4 mixes what it reads");
    harness.get_by_label("Leave out the first token").click();
    harness.run_steps(3);
}
