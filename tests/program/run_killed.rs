//! A run of the window's session, killed at random moments: little is lost, nothing breaks, no bit differs.

use glassbox::session::Session;
use glassbox::session::engine::Source;
use glassbox::session::training::{Begin, Order, Recipe};
use glassbox::store;
use glassbox::tensor::Threads;
use glassbox::train::{Preset, TokenizerChoice};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The folder that a child works in stands in this variable.
const PLACE: &str = "GLASSBOX_KILLED_RUN";
const KILLS: usize = 20;
/// No more seconds of work than these may be lost.
const MOST_LOST: f64 = 10.0;

fn recipe(place: &Path) -> Recipe {
    let file = place.join("talk.txt");
    let mut preset = Preset::shipped("minute").expect("shipped").expect("reads");
    preset.model.layers = 1;
    (preset.model.heads, preset.model.width, preset.model.context) = (2, 16, 32);
    preset.tokenizer = TokenizerChoice::Bpe(280);
    (preset.learning.steps, preset.learning.evaluate_every) = (100_000, 500);
    let data = vec![file.display().to_string()];
    Recipe {
        name: "tiny".into(),
        preset,
        data,
        read_as: None,
        cleaned: true,
        seed: 5,
        keeps_data: false,
        tune: None,
    }
}

fn session(runs: &Path) -> Session {
    let first = Source::Named(PathBuf::from("pocket"));
    let mut session =
        Session::start(first.clone(), first, Threads::new(1), || {}).expect("a session");
    session.keep_runs_in(runs);
    session
}

/// Goes on with the run, or begins it, and writes down each step with its time, until it is killed.
fn work(place: &Path) {
    let runs = place.join("runs");
    let mut session = session(&runs);
    match std::fs::read_dir(&runs).ok().and_then(|mut runs| runs.next()) {
        Some(run) => session.train(Order::Resume(run.expect("a run").path())),
        None => {
            let recipe = recipe(place);
            let begin = Begin {
                recipe,
                data: None,
                same_materials: false,
                watched: "what is 3?".into(),
                runs: Some(runs),
                playing: true,
            };
            session.train(Order::Begin(Box::new(begin)));
        }
    }
    session.train(Order::Pace(Duration::from_millis(4)));
    session.train(Order::Play);
    let mut steps = std::fs::File::create(place.join("steps")).expect("a file");
    let began = Instant::now();
    let mut last = None;
    loop {
        session.poll();
        assert_eq!(session.problem(), None);
        let step = session.training().run.as_ref().map(|run| run.step());
        if step != last {
            last = step;
            let line = format!("{} {}\n", step.unwrap_or(0), began.elapsed().as_secs_f64());
            steps.write_all(line.as_bytes()).expect("written");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Seconds of work between the step that is saved and the last one that was taken.
fn seconds_lost(place: &Path, saved: u64) -> f64 {
    let text = std::fs::read_to_string(place.join("steps")).unwrap_or_default();
    let lines: Vec<(u64, f64)> = text
        .lines()
        .filter_map(|line| {
            let (step, time) = line.split_once(' ')?;
            Some((step.parse().ok()?, time.parse().ok()?))
        })
        .collect();
    let reached = lines.iter().find(|(step, _)| *step > saved).map(|(_, time)| *time);
    match (reached, lines.last()) {
        (Some(reached), Some((_, last))) => last - reached,
        _ => 0.0,
    }
}

#[test]
fn a_session_that_is_killed_twenty_times_loses_seconds_and_no_bit() {
    if let Some(place) = std::env::var_os(PLACE) {
        return work(Path::new(&place));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path();
    let talk = |i: usize| format!("user: what is {i}?\nbot: it is {}.\n\n", i % 7);
    std::fs::write(place.join("talk.txt"), (0..60).map(talk).collect::<String>()).expect("written");
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let run = place.join("runs/tiny-1");
    let mut before = 0;
    for _ in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args([
                "run_killed::a_session_that_is_killed_twenty_times_loses_seconds_and_no_bit",
                "--exact",
            ])
            .env(PLACE, place)
            .stdout(Stdio::null())
            .spawn()
            .expect("a child");
        std::thread::sleep(Duration::from_millis(rng.random_range(100..4500)));
        let had_ended = child.try_wait().expect("asked").is_some();
        assert!(!had_ended, "it works until it is killed");
        // On Unix this is SIGKILL: the program has no chance to tidy up.
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        if run.join("checkpoint.safetensors").exists() {
            let model = store::open(&run).expect("the run opens");
            let saved = model.provenance.expect("its record").steps;
            assert!(saved >= before, "{saved} after {before}");
            assert!(seconds_lost(place, saved) <= MOST_LOST);
            before = saved;
        }
    }
    assert!(before > 500, "it came forward: {before}");

    // What the killed sessions learned is what one would have learned in peace.
    let prepared = recipe(place)
        .prepare(Threads::new(2), &mut |_| ControlFlow::Continue(()))
        .expect("prepared");
    let mut trainer = prepared.trainer;
    let mut losses = Vec::new();
    for _ in 0..before {
        losses.push(trainer.step().expect("a step").train_loss);
    }
    let model = store::open(&run).expect("the run opens");
    assert!(model.parameters.values == trainer.parameters().values, "weights of step {before}");
    let log = glassbox::session::run::read_log(&run.join("log.jsonl"));
    let logged = log.iter().filter(|event| event.report.step < before);
    let mut count = 0;
    for event in logged {
        assert_eq!(event.report.train_loss, losses[event.report.step as usize]);
        count += 1;
    }
    assert!(count * 10 >= before, "the log is whole");
}
