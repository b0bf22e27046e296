//! Runs that are stopped, killed, gone on with and started again: no work is lost, no bit differs.

use crate::place::Place;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use std::fs::File;
use std::time::{Duration, SystemTime};

/// The lines of a log without the one number that a clock decides.
fn log(place: &Place, name: &str) -> Vec<Value> {
    let text = place.text(name);
    let line = |line: &str| {
        let mut line: Value = serde_json::from_str(line).expect("a whole line");
        assert!(line["tokens_per_second"].take().as_f64().unwrap() > 0.0);
        line
    };
    text.lines().map(line).collect()
}

fn unfinished(place: &Place, folder: &str) -> Vec<String> {
    let names = place.names(folder).into_iter();
    names.filter(|name| name.ends_with(".unfinished")).map(|n| format!("{folder}/{n}")).collect()
}

/// Starts a run again and again, killing it a dozen times, until it has ended by itself.
fn run_and_kill(place: &Place, seed: u64, args: &[&str]) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for _ in 0..12 {
        let mut run = place.start(args);
        std::thread::sleep(Duration::from_millis(rng.random_range(5..250)));
        // On Unix this is SIGKILL: the program has no chance to tidy up.
        run.kill().expect("it can be killed");
        run.wait().expect("it ends");
    }
    place.done(args);
}

/// Kills `args` a dozen times and compares all its files with those of `whole`, run in peace.
fn killed_and_whole_runs_agree(place: &Place, seed: u64, args: &[&str]) {
    let to = |out, log, threads| {
        [args, &["--out", out, "--log", log, "--threads", threads, "--save-every", "0.05"]].concat()
    };
    place.done(&to("whole", "whole.jsonl", "1"));
    run_and_kill(place, seed, &[&to("killed", "killed.jsonl", "2")[..], &["--resume"]].concat());
    assert_eq!(log(place, "killed.jsonl"), log(place, "whole.jsonl"));
    for (file, bytes) in place.contents("whole") {
        let other = file.replace("whole/", "killed/");
        assert!(place.read(&other) == bytes, "{file} differs");
    }

    // What the killed ones were writing is tidied up once it is old, the user's files never are.
    let long_ago = SystemTime::now() - Duration::from_secs(3600);
    place.write("killed/.mine.unfinished", "");
    for file in unfinished(place, "killed") {
        let file = File::options().write(true).open(place.path(&file)).unwrap();
        file.set_modified(long_ago).unwrap();
    }
    place.done(&[&to("killed", "killed.jsonl", "2")[..], &["--resume"]].concat());
    assert_eq!(unfinished(place, "killed"), ["killed/.mine.unfinished"]);
}

#[test]
fn a_run_that_is_killed_a_dozen_times_ends_with_the_same_bytes() {
    let place = Place::new();
    let args = ["train", "--preset", "tiny.ron", "--data", "talk.txt", "--steps", "1200"];
    killed_and_whole_runs_agree(&place, 1, &args);
}

#[test]
fn so_does_lora_tuning() {
    let place = Place::with_model();
    let args = ["tune", "--model", "m", "--data", "talk.txt", "--lora", "4", "--steps", "700"];
    killed_and_whole_runs_agree(&place, 2, &args);
}

#[test]
fn the_log_begins_with_step_0_and_ends_with_the_last_and_its_validation_loss() {
    let place = Place::new();
    let run = |more: &[&str]| {
        let train = ["train", "--preset", "tiny.ron", "--data", "talk.txt", "--out", "m"];
        place.json(&[&train[..], &["--log", "m/log.jsonl"], more].concat())
    };
    let summary = run(&["--steps", "24"]);
    let lines = log(&place, "m/log.jsonl");
    let steps: Vec<u64> = lines.iter().map(|line| line["step"].as_u64().unwrap()).collect();
    assert_eq!(steps, [0, 10, 20, 23]);
    let last = lines.last().unwrap();
    let mut keys: Vec<&str> = last.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort();
    let expected =
        ["grad_norm", "learning_rate", "step", "tokens_per_second", "train_loss", "val_loss"];
    assert_eq!(keys, expected);
    assert!(lines[0]["val_loss"].is_f64() && lines[1]["val_loss"].is_null());
    assert_eq!(last["val_loss"], summary["val_loss"]);
    assert_eq!((&summary["steps"], &last["train_loss"]), (&24.into(), &summary["train_loss"]));

    // A longer run takes over the log up to its checkpoint, and what came after is cut off.
    let junk = "{\"step\":24}\n{\"step\":99}\nhalf a li";
    place.write("m/log.jsonl", place.text("m/log.jsonl") + junk);
    run(&["--steps", "31", "--resume"]);
    let steps: Vec<Value> =
        log(&place, "m/log.jsonl").iter_mut().map(|line| line["step"].take()).collect();
    assert_eq!(steps, [0, 10, 20, 23, 30]);
}

#[test]
#[cfg(unix)]
fn a_run_that_is_interrupted_leaves_a_model_that_opens() {
    let place = Place::new();
    let train = ["train", "--preset", "tiny.ron", "--data", "talk.txt", "--out", "m"];
    let mut run = place.start(&[&train[..], &["--steps", "1000000"]].concat());
    while !place.path("m/model.safetensors").exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let id = run.id().to_string();
    std::process::Command::new("kill").args(["-INT", &id]).status().expect("kill runs");
    assert!(!run.wait().expect("it ends").success());
    place.done(&["eval", "--model", "m", "--data", "talk.txt"]);
    place.done(&[&train[..], &["--resume"]].concat());
}

#[test]
fn a_new_run_moves_the_earlier_one_to_previous_and_nothing_else() {
    let place = Place::with_model();
    let earlier = place.contents("m");
    place.write("m/notes.txt", "mine");
    std::fs::create_dir(place.path("m/folder")).unwrap();
    let train = |data: &'static str, more: &[&'static str]| {
        let train = ["train", "--preset", "tiny.ron", "--data", data, "--out", "m"];
        [&train[..], more].concat()
    };
    // Whatever keeps a run from starting leaves the earlier one where it is.
    let before = place.contents("m");
    place.write("empty.txt", "");
    place.fails(&train("empty.txt", &[]), &["empty.txt"]);
    place.fails(&train("none.txt", &[]), &["none.txt"]);
    place.fails(&train("text.txt", &["--log", "none/log"]), &["none/log"]);
    place.fails(&train("text.txt", &["--log", "m"]), &["m: a folder"]);
    place.wrong_usage(&train("text.txt", &["--save-every", "nan"]), &["--save-every"]);
    place.wrong_usage(&train("text.txt", &["--save-every", "-1"]), &["--save-every"]);
    place.fails(&train("text.txt", &["--resume"]), &["other data", "--out"]);
    assert_eq!(place.contents("m"), before);

    place.done(&train("text.txt", &[]));
    let moved = place.contents("m/previous");
    let expected: Vec<_> = earlier
        .into_iter()
        .map(|(file, bytes)| (file.replace("m/", "m/previous/"), bytes))
        .collect();
    assert!(moved == expected, "the earlier run is in previous/, to the byte");
    assert_eq!(place.text("m/notes.txt"), "mine");
    assert!(place.path("m/folder").is_dir());
}

/// Started by mistake and stopped at once, then started again: the good run must still be there.
#[test]
fn a_run_without_a_step_does_not_push_out_the_one_before() {
    let place = Place::with_model();
    let good: Vec<_> = place.contents("m").into_iter().map(|(_, bytes)| bytes).collect();
    let train = ["train", "--preset", "tiny.ron", "--data", "text.txt", "--out", "m"];
    for _ in 0..3 {
        let mut run =
            place.start(&[&train[..], &["--steps", "1000000", "--save-every", "99"]].concat());
        // The old model has moved, and the first save of the new run is there.
        while !(place.path("m/previous").exists() && place.path("m/model.safetensors").exists()) {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(50));
        run.kill().unwrap();
        run.wait().unwrap();
        let kept: Vec<_> = place.contents("m/previous").into_iter().map(|file| file.1).collect();
        assert!(kept == good);
    }
}

#[test]
fn a_run_is_resumed_only_with_what_it_was_started_with() {
    let place = Place::with_model();
    place.change_preset("Bpe(280)", "Characters");
    place.write("other.txt", "user: a\nbot: b\n\nuser: c\nbot: d\n");
    let resume = |preset, data, more: &[&'static str]| {
        let train = ["train", "--preset", preset, "--data", data, "--out", "m", "--resume"];
        [&train[..], more].concat()
    };
    let before = place.contents("m");
    place.fails(&resume("tiny.ron", "other.txt", &[]), &["m/checkpoint", "other data", "--data"]);
    place.fails(&resume("tiny.ron", "talk.txt", &["--seed", "1"]), &["--seed 0"]);
    place.fails(&resume("changed.ron", "talk.txt", &[]), &["m/checkpoint", "another model"]);
    place.change_preset("batch: 4", "batch: 5");
    place.fails(&resume("changed.ron", "talk.txt", &[]), &["other settings", "same preset"]);
    // The same number of weights, but other heads.
    place.change_preset("heads: 2", "heads: 4");
    place.fails(&resume("changed.ron", "talk.txt", &[]), &["another model"]);
    place.fails(&resume("tiny.ron", "talk.txt", &["--as", "text"]), &["another model"]);
    assert!(place.contents("m") == before);

    // LoRA adds to weights at rest, so they too must be the same.
    let tune = |model, more: &[&'static str]| {
        let tune = ["tune", "--model", model, "--data", "talk.txt", "--lora", "2", "--out", "t"];
        [&tune[..], &["--steps", "3"], more].concat()
    };
    place.done(&tune("m", &[]));
    place.done(&tune("m", &["--resume"]));
    place.copy("t", "other");
    place.fails(&tune("other", &["--resume"]), &["t/checkpoint", "another model"]);
    // Nor may a run write over the model it began from.
    place.wrong_usage(&tune("t", &[]), &["--out t", "choose another"]);
    place.done(&tune("m", &[]));
    place.wrong_usage(&tune("t/previous", &[]), &["--out t", "choose another"]);
}

#[test]
fn a_broken_checkpoint_says_what_to_do_and_harms_nothing() {
    let place = Place::with_model();
    let good = place.read("m/checkpoint.safetensors");
    let train = ["train", "--preset", "tiny.ron", "--data", "talk.txt", "--out", "m", "--resume"];
    let changed = |from: &str, to: &str| {
        let at = good.windows(from.len()).position(|window| window == from.as_bytes());
        let at = at.unwrap_or_else(|| panic!("no {from}"));
        [&good[..at], to.as_bytes(), &good[at + from.len()..]].concat()
    };
    let mut elsewhere = good.clone();
    let window = b"\\\"window\\\":";
    let at = good.windows(window.len()).position(|found| found == window).unwrap();
    elsewhere[at + window.len()] = b'9';
    let nan = [&good[..good.len() - 4], &f32::NAN.to_le_bytes()].concat();
    for (bytes, words) in [
        (good[..1000].to_vec(), &["--resume", "previous/"][..]),
        (Vec::new(), &["--resume"]),
        (vec![b'x'; 5000], &["--resume"]),
        (changed("progress", "prugress"), &["not a saved training run", "--resume"]),
        (elsewhere, &["window 9", "--resume"]),
        (changed("square", "squire"), &["square", "--resume"]),
        (nan, &["square holds NaN", "--resume"]),
    ] {
        place.write("m/checkpoint.safetensors", bytes);
        let before = place.contents("m");
        let sentence = place.refused(1, &train);
        for word in words.iter().chain(&["m/checkpoint.safetensors"]) {
            assert!(sentence.contains(word), "no {word:?} in: {sentence}");
        }
        assert!(place.contents("m") == before);
    }
    // A checkpoint that claims to be huge takes no memory.
    let huge = File::options().write(true).open(place.path("m/checkpoint.safetensors")).unwrap();
    huge.set_len(1 << 33).unwrap();
    place.fails(&train, &["m/checkpoint.safetensors", "--resume"]);
}

#[test]
fn a_run_that_diverges_stops_and_keeps_what_was_saved() {
    let place = Place::new();
    place.change_preset("1e-2", "10.0");
    let train = ["train", "--preset", "changed.ron", "--data", "talk.txt", "--out", "m"];
    // All good things are saved by the first save, before the first step.
    let outcome = place.run(&[&train[..], &["--steps", "400", "--save-every", "99"]].concat());
    assert_eq!((outcome.status, outcome.out.as_str()), (1, ""));
    for words in ["diverged", "at step", "lower learning rate"] {
        assert!(outcome.err.contains(words), "{}", outcome.err);
    }
    let found = place.json(&["eval", "--model", "m", "--data", "talk.txt"]);
    assert!(found["loss"].as_f64().unwrap() < 6.0, "{found}");
}
