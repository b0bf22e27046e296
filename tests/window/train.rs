//! The Train station as a person uses it: by names, in both languages, without a display.

use crate::hands::{LANGUAGES, Window, has, tap as click, until, window_with_runs};
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use glassbox::app::{Language, Shell, Station, Words};
use glassbox::session::training::{Begin, Order, Recipe};
use glassbox::train::{Preset, TokenizerChoice};
use std::path::Path;
use std::time::{Duration, Instant};

fn window(language: Language, runs: &Path) -> Window {
    window_with_runs(language, Station::Train, runs)
}

/// What the part whose name begins so says.
fn said(window: &Window, begins: &str) -> String {
    let node = window.query_all_by_label_contains(begins).next().expect(begins);
    node.accesskit_node().label().unwrap_or_default()
}

/// Begins a run so small that it is over in a blink.
fn begin(window: &mut Window, words: &Words, folder: &Path, steps: u64, playing: bool) {
    let file = folder.join("talk.txt");
    let talk = |i: usize| format!("user: what is {i}?\nbot: it is {}.\n\n", i % 7);
    std::fs::write(&file, (0..60).map(talk).collect::<String>()).expect("written");
    let mut preset = Preset::shipped("minute").expect("shipped").expect("reads");
    preset.model.layers = 2;
    (preset.model.heads, preset.model.width, preset.model.context) = (2, 16, 32);
    preset.tokenizer = TokenizerChoice::Bpe(280);
    (preset.learning.steps, preset.learning.evaluate_every) = (steps, 20);
    (preset.learning.log_every, preset.learning.warmup) = (1, 5);
    let data = vec![file.display().to_string()];
    let recipe = Recipe {
        name: "tiny".into(),
        preset,
        data,
        read_as: None,
        cleaned: true,
        seed: 3,
        keeps_data: false,
        tune: None,
    };
    let runs = Some(folder.join("runs"));
    let begin = Begin {
        recipe,
        data: None,
        same_materials: false,
        watched: "what is 3?".into(),
        runs,
        playing,
    };
    assert!(has(window, words.train.begin));
    window.state_mut().session().train(Order::Begin(Box::new(begin)));
    until(window, "a run", |shell| {
        shell.session().training().run.is_some() && shell.session().open_step() == Some(0)
    });
}

/// Time enough for many steps of so small a run.
fn rest(window: &mut Window) {
    std::thread::sleep(std::time::Duration::from_millis(100));
    window.run_steps(3);
}

/// A window whose run of eighty steps rests after the first.
fn after_a_step(language: Language, place: &Path) -> Window {
    let words = language.words();
    let mut window = window(language, &place.join("runs"));
    begin(&mut window, words, place, 80, false);
    click(&mut window, words.forward);
    until(&mut window, "a step", |s| s.session().training().run.as_ref().unwrap().step() == 1);
    window
}

fn step(window: &mut Window) -> u64 {
    window.state_mut().session().training().run.as_ref().expect("a run").step()
}

#[test]
fn a_run_is_watched_paused_gone_back_in_and_talked_to() {
    for language in LANGUAGES {
        let words = language.words();
        let place = tempfile::tempdir().expect("a folder");
        // Step by step, then playing.
        let mut window = after_a_step(language, place.path());
        click(&mut window, words.play);
        until(&mut window, "some steps", |shell| {
            shell.session().training().run.as_ref().unwrap().step() > 25
        });
        let done = |shell: &mut Shell| shell.session().training().run.as_ref().unwrap().done;
        if !done(window.state_mut()) {
            click(&mut window, words.pause);
            // What was under way when the key was pressed still arrives.
            until(&mut window, "rest", |shell| {
                let run = shell.session().training().run.as_ref().unwrap();
                !run.playing || run.done
            });
            rest(&mut window);
            let paused = step(&mut window);
            rest(&mut window);
            assert_eq!(step(&mut window), paused, "it rests");
            if !done(window.state_mut()) {
                click(&mut window, words.play);
            }
        }
        until(&mut window, "the end", done);
        assert_eq!(step(&mut window), 80);
        // The plot says the engine's own numbers.
        let run = window.state_mut().session().training().run.as_ref().unwrap();
        let last = run.events.last().unwrap().report;
        let (train, judged) =
            (format!("{:.2}", last.train_loss), run.validation().last().unwrap().1);
        let plot = said(&window, words.train.plot_name.split('{').next().expect("a text"));
        assert!(plot.contains(&train) && plot.contains(&format!("{judged:.2}")), "{plot}");
        // Every head is there by name, and each validation step has a reply.
        let head = words.train.watch_head.replace("{0}", "2").replace("{1}", "1");
        assert!(has(&window, &head), "{head}");
        for at in ["0", "20", "40", "60", "79"] {
            let reply = words.train.reply_name.replace("{0}", at).replace("{1}", "");
            assert!(has(&window, reply.trim_end()), "{reply}");
        }
        // Back to the beginning: the model of step 0 is open in every station.
        window.key_press(egui::Key::End);
        until(&mut window, "the newest", |shell| shell.session().open_step() == Some(80));
        click(&mut window, words.reset);
        until(&mut window, "step 0", |shell| shell.session().open_step() == Some(0));
        click(&mut window, words.chat);
        window.state_mut().session().say("what is 3?");
        until(&mut window, "a reply of noise", |shell| !shell.session().is_writing());
        assert_eq!(step_of_reply(&mut window), Some(0));
        assert!(has(&window, &words.train.still_uses.replace("{0}", "0")));
        click(&mut window, words.train.update_chat);
        until(&mut window, "a reply of the newest", |shell| {
            shell.session().open_step() == Some(80) && !shell.session().is_writing()
        });
        assert_eq!(step_of_reply(&mut window), Some(80), "the same question, another model");
    }
}

/// The step of the run whose model wrote the last reply.
fn step_of_reply(window: &mut Window) -> Option<u64> {
    let conversation = window.state_mut().session().conversation();
    let last = conversation.path().last().copied().expect("a turn");
    conversation.node(last).and_then(|node| node.written.as_ref()).expect("a reply").step
}

#[test]
fn one_step_is_walked_through_and_runs_stand_side_by_side() {
    for language in LANGUAGES {
        let words = language.words();
        let place = tempfile::tempdir().expect("a folder");
        let mut window = window(language, &place.path().join("runs"));
        // Long enough for the second run to be paused before its end.
        begin(&mut window, words, place.path(), 400, true);
        until(&mut window, "the end", |s| s.session().training().run.as_ref().unwrap().done);
        // The same again with one change: the curve before stays.
        click(&mut window, words.train.run_again);
        until(&mut window, "another run", |shell| {
            // However fast the machine is, there is time to pause.
            shell.session().train(Order::Pace(std::time::Duration::from_millis(4)));
            let training = shell.session().training();
            training.earlier.len() == 1 && training.run.as_ref().is_some_and(|run| run.step() > 3)
        });
        assert!(!window.state_mut().session().training().run.as_ref().unwrap().done);
        let run = window.state_mut().session().training().run.as_ref().unwrap();
        let (now, before) = (run.learning.learning_rate, run.begun.card.recipe.seed);
        assert_eq!((now, before), (1.5e-3, 3), "half the learning rate, the same seed");
        window.state_mut().session().train(Order::Pause);
        click(&mut window, words.train.one_step);
        click(&mut window, words.train.take_step);
        until(&mut window, "a record", |shell| shell.session().training().record.is_some());
        for phase in [
            words.train.phase_loss,
            words.train.phase_backward,
            words.train.phase_clip,
            words.train.phase_update,
        ] {
            let all: Vec<_> = window.get_all_by_label(phase).collect();
            all[0].click();
            drop(all);
            window.run_steps(3);
        }
        let record = window.state_mut().session().training().record.clone().unwrap();
        let weight = record.weight(0).expect("a weight");
        let exact = format!("{:.8e}", weight.value[1]).replace('-', "\u{2212}");
        assert!(has(&window, &exact), "the engine's own weight, all digits: {exact}");
        click(&mut window, words.train.compare);
        until(&mut window, "the shelf", |s| s.session().training().shelf.len() == 2);
        click(&mut window, &words.train.delete_run.replace("{0}", "tiny 1"));
        until(&mut window, "one less", |s| s.session().training().shelf.len() == 1);
        click(&mut window, words.undo);
        until(&mut window, "both again", |s| s.session().training().shelf.len() == 2);
    }
}

#[test]
fn a_typed_number_counts_when_it_is_whole() {
    for language in LANGUAGES {
        let words = language.words();
        let place = tempfile::tempdir().expect("a folder");
        let mut window = after_a_step(language, place.path());
        for (name, typed, before, after) in
            [(words.train.all_steps, "2000", 80, 2000), (words.train.batch, "24", 2, 24)]
        {
            let value = |window: &mut Window| {
                let run = window.state_mut().session().training().run.as_ref().unwrap();
                let learning = &run.learning;
                if name == words.train.batch { learning.batch } else { learning.steps as usize }
            };
            assert_eq!(value(&mut window), before);
            window.get_by_role_and_label(Role::SpinButton, name).click();
            window.run_steps(3);
            for figure in typed.chars() {
                window.event(egui::Event::Text(figure.to_string()));
                rest(&mut window);
                assert_eq!(value(&mut window), before, "{name}: half a number is none");
            }
            window.key_press(egui::Key::Enter);
            until(&mut window, "the change", |shell| {
                let learning = &shell.session().training().run.as_ref().unwrap().learning;
                learning.steps as usize == after || learning.batch == after
            });
        }
    }
}

#[test]
fn a_shape_is_chosen_and_its_cost_is_measured() {
    for language in LANGUAGES {
        let words = language.words();
        let place = tempfile::tempdir().expect("a folder");
        let mut window = window(language, &place.path().join("runs"));
        click(&mut window, "nano-cpu");
        click(&mut window, "minute");
        click(&mut window, &words.train.fewer.replace("{0}", words.train.layers));
        assert!(has(&window, &format!("{}: 2", words.train.layers)));
        until(&mut window, "a speed", |shell| shell.session().training().measured.is_some());
        let (parameters, speed) =
            window.state_mut().session().training().measured.expect("measured");
        assert!(parameters > 100_000 && speed > 10.0);
        // The shape that was chosen last is measured once it has been left alone for a moment.
        let start = Instant::now();
        let row = format!("{}: ", words.train.whole_run);
        while said(&window, &row).contains(words.train.measuring) {
            window.run_steps(1);
            std::thread::sleep(Duration::from_millis(1));
            assert!(start.elapsed() < Duration::from_secs(60), "the whole run is not told");
        }
        // A bad value can not be reached: all widths go with all heads.
        for _ in 0..4 {
            click(&mut window, &words.train.more.replace("{0}", words.train.heads));
            click(&mut window, &words.train.fewer.replace("{0}", words.train.width));
        }
        let refusal = words.train.does_not_fit.split('{').next().expect("a text");
        assert!(!has(&window, refusal));
    }
}
