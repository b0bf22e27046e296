//! What the tests of the window share: a window without a display, and a person's hands.

use egui::{Key, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use glassbox::app::{Language, Settings, Shell, Station};
use glassbox::tensor::Threads;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub type Window = Harness<'static, Shell>;

pub const LANGUAGES: [Language; 2] = [Language::English, Language::Chinese];

/// A window with the small English model, at a station.
pub fn window(language: Language, station: Station) -> Window {
    let shell = shell(language, station, Threads::new(1));
    let mut window = painted(shell);
    settle(&mut window);
    window
}

/// A window that keeps its runs in a folder, with a model.
pub fn window_with_runs(language: Language, station: Station, runs: &Path) -> Window {
    let mut shell = shell(language, station, Threads::new(2));
    shell.session().keep_runs_in(runs);
    let mut window = painted(shell);
    until(&mut window, "a model", |shell| shell.session().opened().is_some() && shell.is_at_rest());
    window
}

fn shell(language: Language, station: Station, threads: Threads) -> Shell {
    let settings = Settings {
        language,
        station,
        pace: 0,
        reduced_motion: true,
        model: Some(PathBuf::from("pocket")),
        ..Settings::default()
    };
    Shell::new(settings, threads, || {}).expect("a shell")
}

fn painted(shell: Shell) -> Window {
    Harness::builder()
        .with_size(vec2(1440.0, 900.0))
        .with_max_steps(200)
        .build_ui_state(|ui, shell: &mut Shell| shell.ui(ui), shell)
}

/// Paints until something has happened.
pub fn until(window: &mut Window, what: &str, done: impl Fn(&mut Shell) -> bool) {
    let start = Instant::now();
    window.run_steps(2);
    while !done(window.state_mut()) {
        window.run_steps(1);
        std::thread::sleep(Duration::from_millis(1));
        assert!(start.elapsed() < Duration::from_secs(240), "waiting for {what}");
    }
    window.run_steps(3);
}

/// Clicks, without waiting for what comes of it.
pub fn tap(window: &mut Window, name: &str) {
    window.get_by_label(name).click();
    window.run_steps(3);
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
