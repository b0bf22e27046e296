//! The Tune station as a person uses it: by names, in both languages, without a display.

use crate::hands::{LANGUAGES, Window, has, said, tap as click, until, window_with_runs};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use glassbox::app::{Language, Shell, Station};
use glassbox::nn::{Lora, LoraTarget};
use glassbox::session::training::{Order, Watch};
use std::path::Path;

fn window(language: Language, runs: &Path) -> Window {
    window_with_runs(language, Station::Tune, runs)
}

fn run(shell: &mut Shell) -> Option<&Watch> {
    shell.session().training().tuning()
}

/// Pauses after some steps, and waits until what was gained and forgotten has been measured.
fn pause_after(window: &mut Window, steps: u64, pause: &str) {
    until(window, "some steps", |shell| run(shell).is_some_and(|run| run.step() >= steps));
    click(window, pause);
    until(window, "a report", |shell| {
        run(shell).is_some_and(|run| {
            let rests = !run.playing;
            rests && run.report.as_ref().is_some_and(|report| report.step == run.step())
        })
    });
}

#[test]
fn a_persona_is_learned_beside_its_base_and_saved_as_a_model() {
    for language in LANGUAGES {
        let words = language.words();
        let place = tempfile::tempdir().expect("a folder");
        let runs = place.path().join("runs");
        let mut window = window(language, &runs);
        // With LoRA few numbers learn, and the window says how many.
        click(&mut window, words.tune.lora);
        for target in [words.tune.target_output, words.tune.target_up, words.tune.target_down] {
            click(&mut window, target);
        }
        let config = window.state_mut().session().opened().expect("a model");
        let config = config.model.parameters.config.clone();
        let learns = Lora::<f32>::count(&config, 4, &[LoraTarget::Qkv]);
        click(&mut window, words.tune.begin);
        pause_after(&mut window, 5, words.pause);
        let watch = run(window.state_mut()).expect("a run");
        assert_eq!(watch.begun.tuned.as_ref().map(|tuned| tuned.learning), Some(learns));
        let (step, look) = (watch.step(), watch.tune_look.clone().expect("a look"));
        let report = watch.report.clone().expect("a report");
        assert_eq!(look.step, step);

        // Only queries, keys and values moved; what rests is said to rest.
        let moved = look.moved.blocks.iter().flatten().filter(|part| **part > 0.0).count();
        assert_eq!((moved, look.moved.tokens), (3 * config.layers, 0.0));
        let rests = words.tune.rests.replace("{0}", &words.block_n.replace("{0}", "1"));
        assert!(has(&window, &rests.replace("{1}", words.tune.part_up)), "{rests}");

        // Replies count and what the user says does not; each loss is the engine's.
        assert!(has(&window, words.tune.does_not_count));
        let tuned = run(window.state_mut()).unwrap().begun.tuned.clone().unwrap();
        let (dialogue, losses) = (&tuned.dialogues[0], &look.losses[0]);
        for ((counts, loss), at) in dialogue.counts.iter().zip(losses).zip(0..) {
            assert_eq!(*counts, *loss > 0.0, "token {at}");
        }
        let loss = losses.iter().find(|loss| **loss > 0.0).expect("a loss");
        let begins = words.tune.token_counts.split("{0}").nth(1).expect("a text");
        let spoken = begins.replace("{1}", &format!("{loss:.2}"));
        assert!(has(&window, &spoken), "{spoken}");

        // Gained and forgotten: the same tests, before and after.
        assert!(report.tests.len() >= 4, "{report:?}");
        for test in &report.tests {
            assert!(test.count > 0 && test.before.is_finite() && test.after.is_finite());
        }
        assert!(has(&window, &words.tune.answers.replace("{0}", "pocket")));

        // Both models side by side, on a prompt of one's own too.
        click(&mut window, words.tune.compare);
        let pairs = look.pairs.len();
        let text = "What does a cow say?";
        window.state_mut().session().train(Order::Try(text.into()));
        until(&mut window, "another pair", |shell| {
            run(shell).unwrap().tune_look.as_ref().is_some_and(|look| look.pairs.len() > pairs)
        });
        let pair = run(window.state_mut()).unwrap().tune_look.clone().unwrap().pairs[0].clone();
        assert_eq!(pair.after.ids.len(), pair.after.chances.len());
        assert!(pair.after.chances.iter().flatten().all(|chance| (0.0..=1.0).contains(chance)));
        let base = words.tune.said.replace("{0}", "pocket");
        assert!(has(&window, &base), "{base}");

        // It is saved as a model with what it comes from, and can be opened and talked to.
        click(&mut window, words.tune.save);
        until(&mut window, "a model", |s| s.session().training().saved.is_some());
        let saved = window.state_mut().session().training().saved.clone().unwrap();
        assert!(saved.starts_with(place.path().join("models")));
        let model = glassbox::store::open(&saved).expect("a model");
        let record = model.provenance.expect("where it comes from");
        assert_eq!((record.parent.as_deref(), record.steps), (Some("pocket"), step));
        assert_eq!(record.lora.expect("how it learned").targets, [LoraTarget::Qkv]);
        click(&mut window, words.tune.talk);
        assert_eq!(window.state().settings().station, Station::Chat);
        until(&mut window, "the newest", |s| s.session().open_step() == Some(step));
    }
}

#[test]
fn step_0_is_the_base_and_a_run_goes_on_another_day() {
    let words = Language::English.words();
    let place = tempfile::tempdir().expect("a folder");
    let runs = place.path().join("runs");
    let mut first = window(Language::English, &runs);
    click(&mut first, words.tune.begin);
    pause_after(&mut first, 4, words.pause);
    let step = run(first.state_mut()).unwrap().step();
    click(&mut first, words.reset);
    until(&mut first, "step 0", |shell| {
        let look = run(shell).and_then(|run| run.tune_look.clone());
        look.is_some_and(|look| look.step == 0)
    });
    let look = run(first.state_mut()).unwrap().tune_look.clone().unwrap();
    assert!(look.moved.blocks.iter().flatten().all(|part| *part == 0.0));
    for pair in &look.pairs {
        assert_eq!(pair.before.ids, pair.after.ids);
        assert!(pair.after.chances.iter().all(|[before, after]| before == after));
    }
    first.run_steps(3);
    assert!(has(&first, words.tune.all_rest));
    drop(first);

    let mut second = window(Language::English, &runs);
    until(&mut second, "the shelf", |s| s.session().training().shelf.len() == 1);
    let label = words.train.open_run.replace("{0}", "captain 1");
    let node = second.query_all_by_label_contains(&label).next().expect("an earlier run");
    assert!(said(&node).contains(&label) && node.accesskit_node().label().is_some());
    node.click();
    until(&mut second, "the run", |shell| run(shell).is_some());
    let watch = run(second.state_mut()).unwrap();
    assert!(watch.step() >= step.saturating_sub(1) && !watch.playing);
    click(&mut second, words.tune.history);
    assert!(has(&second, "captain 1"));
}
