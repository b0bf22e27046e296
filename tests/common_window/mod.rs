//! What the tests of the window share: a window without a display, and a person's hands.
#![allow(dead_code, reason = "each test file uses its own part")]

use egui::{Key, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use glassbox::app::{Language, Settings, Shell, Station};
use glassbox::tensor::Threads;
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub type Window = Harness<'static, Shell>;

pub const LANGUAGES: [Language; 2] = [Language::English, Language::Chinese];

/// A window with the small English model, at a station.
pub fn window(language: Language, station: Station) -> Window {
    let settings = Settings {
        language,
        station,
        pace: 0,
        reduced_motion: true,
        model: Some(PathBuf::from("pocket")),
        ..Settings::default()
    };
    let shell = Shell::new(settings, Threads::new(1), || {}).expect("a shell");
    let mut window = Harness::builder()
        .with_size(vec2(1440.0, 900.0))
        .with_max_steps(200)
        .build_ui_state(|ui, shell: &mut Shell| shell.ui(ui), shell);
    settle(&mut window);
    window
}

/// Paints until everything that was asked for is there.
pub fn settle(window: &mut Window) {
    let start = Instant::now();
    window.run_steps(3);
    while !window.state().is_at_rest() {
        window.run_steps(1);
        std::thread::sleep(Duration::from_millis(1));
        // A lesson may train a model meanwhile, on a machine that is busy with other tests.
        assert!(start.elapsed() < Duration::from_secs(600), "nothing arrives");
    }
    window.run_steps(3);
}

pub fn press(window: &mut Window, key: Key) {
    window.key_press(key);
    window.run_steps(3);
}

pub fn click(window: &mut Window, name: &str) {
    window.get_by_label(name).click();
    settle(window);
}

/// What a screen reader says: a label's text is its value, other parts have a name.
pub fn said(node: &egui_kittest::Node<'_>) -> String {
    let node = node.accesskit_node();
    node.label().or_else(|| node.value()).unwrap_or_default()
}

pub fn has(window: &Window, name: &str) -> bool {
    window.query_all_by_label_contains(name).next().is_some()
}
