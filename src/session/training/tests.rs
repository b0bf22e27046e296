//! A run driven as the window drives it.

use super::*;
use crate::session::Session;
use crate::session::engine::Source;
use crate::session::folder::RunFolder;
use crate::store::{Precision, Provenance};
use crate::tensor::Threads;
use crate::train::{Preset, TokenizerChoice};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

/// A recipe so small that it learns in a blink.
fn tiny(folder: &Path) -> Recipe {
    let file = folder.join("talk.txt");
    let talk = |i: usize| format!("user: what is {i}?\nbot: it is {}.\n\n", i % 7);
    std::fs::write(&file, (0..60).map(talk).collect::<String>()).expect("written");
    let mut preset = Preset::shipped("minute").expect("shipped").expect("reads");
    preset.model.layers = 2;
    (preset.model.heads, preset.model.width, preset.model.context) = (2, 16, 32);
    preset.tokenizer = TokenizerChoice::Bpe(280);
    (preset.learning.steps, preset.learning.evaluate_every) = (60, 20);
    (preset.learning.log_every, preset.learning.warmup) = (1, 5);
    let data = vec![file.display().to_string()];
    Recipe {
        name: "tiny".into(),
        preset,
        data,
        read_as: None,
        cleaned: true,
        seed: 3,
        keeps_data: false,
        tune: None,
    }
}

fn session() -> Session {
    let first = Source::Named(PathBuf::from("pocket"));
    let mut session =
        Session::start(first.clone(), first, Threads::new(2), || {}).expect("a session");
    session.manner.pace = Duration::ZERO;
    until(&mut session, |session| session.opened().is_some());
    session
}

fn until(session: &mut Session, done: impl Fn(&Session) -> bool) {
    let start = Instant::now();
    while !done(session) {
        session.poll();
        assert!(start.elapsed() < PATIENCE, "took too long: {:?}", session.problem());
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn begin(session: &mut Session, folder: &Path, playing: bool) {
    let runs = Some(folder.join("runs"));
    let begin = Begin {
        recipe: tiny(folder),
        data: None,
        same_materials: false,
        watched: "what is 3?".into(),
        runs,
        playing,
    };
    session.train(Order::Begin(Box::new(begin)));
    until(session, |session| session.training().run.is_some() && session.open_step() == Some(0));
}

fn run(session: &Session) -> &Watch {
    session.training().run.as_ref().expect("a run")
}

#[test]
fn a_run_goes_on_while_it_is_watched_and_every_moment_of_it_can_be_opened() {
    let place = tempfile::tempdir().expect("a folder");
    let mut session = session();
    begin(&mut session, place.path(), true);
    until(&mut session, |session| run(session).done);
    let watch = run(&session);
    assert_eq!((watch.step(), watch.events.len()), (60, 60));
    let judged: Vec<u64> = watch.validation().map(|(step, _)| step).collect();
    assert_eq!(judged, [0, 20, 40, 59]);
    let replied: Vec<u64> = watch.replies.iter().map(|reply| reply.step).collect();
    assert_eq!(replied, judged);
    assert!(watch.events[59].report.train_loss < watch.events[0].report.train_loss);
    // The open model stays at step 0 until it is asked for.
    assert_eq!(session.open_step(), Some(0));
    session.train(Order::OpenNewest);
    until(&mut session, |session| session.open_step() == Some(60));
    session.say("what is 3?");
    until(&mut session, |session| !session.is_writing() && session.sight_is_current());
    assert_eq!(session.conversation().turns().len(), 2);
    let trained = session.opened().expect("a model").model.parameters.values.clone();
    // Going back does not lose what was said.
    session.train(Order::Open(0));
    until(&mut session, |session| session.open_step() == Some(0));
    let noise = session.opened().expect("a model").model.parameters.values.clone();
    let config = &session.opened().expect("a model").model.parameters.config;
    let preset = tiny(place.path()).preset;
    assert_eq!(noise, preset.parameters(config.vocabulary, 3).values);
    assert_ne!(noise, trained);
    assert_eq!(session.conversation().turns().len(), 2);
    until(&mut session, |session| {
        session.sight().is_some_and(|s| s.model.run.as_ref().is_some_and(|run| run.step == 0))
    });
}

#[test]
fn where_a_run_is_to_rest_it_is_judged_first() {
    let place = tempfile::tempdir().expect("a folder");
    let mut session = session();
    begin(&mut session, place.path(), false);
    // At 40 the validation loss is due, at 45 it is not.
    for (rest, judged) in [(40, vec![0, 20, 40]), (45, vec![0, 20, 40])] {
        session.train(Order::PlayTo(rest));
        until(&mut session, |session| run(session).step() >= rest && !run(session).playing);
        let watch = run(&session);
        assert_eq!(watch.step(), rest);
        assert_eq!(watch.validation().map(|(step, _)| step).collect::<Vec<_>>(), judged);
        assert_eq!(watch.replies.iter().map(|reply| reply.step).collect::<Vec<_>>(), judged);
    }
}

/// As if the program had been killed once room was made, and before anything was saved.
#[test]
fn a_run_without_a_step_that_is_cleared_away_leaves_the_one_before() {
    let place = tempfile::tempdir().expect("a folder");
    let mut session = session();
    begin(&mut session, place.path(), false);
    let folder = place.path().join("runs/tiny-1");
    until(&mut session, |_| folder.join("glassbox.ron").exists());
    drop(session);
    let previous = folder.join("previous");
    std::fs::create_dir(&previous).expect("a folder");
    std::fs::write(previous.join("model.safetensors"), "good").expect("written");
    let run = RunFolder {
        folder: folder.clone(),
        tokenizer: None,
        end: None,
        provenance: Provenance::default(),
        precision: Precision::F32,
    };
    for _ in 0..2 {
        run.start_afresh().expect("room");
        assert!(!folder.join("model.safetensors").exists());
        assert!(!folder.join("checkpoint.safetensors").exists());
        let kept = std::fs::read_to_string(previous.join("model.safetensors"));
        assert_eq!(kept.expect("the run before"), "good");
    }
}

#[test]
fn commands_are_answered_while_it_learns_and_settings_can_change() {
    let place = tempfile::tempdir().expect("a folder");
    let mut session = session();
    begin(&mut session, place.path(), false);
    session.train(Order::Step);
    until(&mut session, |session| run(session).step() == 1 && !run(session).playing);
    let mut learning = run(&session).learning.clone();
    (learning.learning_rate, learning.steps) = (0.5, 1_000_000);
    session.train(Order::Change(Box::new(learning)));
    session.train(Order::Play);
    session.look_at_text("what is 5?", true);
    until(&mut session, Session::sight_is_current);
    assert!(run(&session).playing);
    until(&mut session, |session| run(session).step() > 30);
    session.train(Order::Pause);
    session.train(Order::Record);
    until(&mut session, |session| session.training().record.is_some());
    let change = run(&session).changes.last().expect("a change").clone();
    assert_eq!((change.step, change.learning.learning_rate), (1, 0.5));
    let record = session.training().record.clone().expect("a record");
    assert_eq!(record.report.step + 1, run(&session).step());
}

#[test]
fn a_run_that_is_closed_goes_on_where_it_was_and_ends_as_if_nothing_had_been() {
    let place = tempfile::tempdir().expect("a folder");
    let mut whole = session();
    begin(&mut whole, place.path(), true);
    until(&mut whole, |session| run(session).done);
    whole.train(Order::OpenNewest);
    until(&mut whole, |session| session.open_step() == Some(60));

    let mut first = session();
    begin(&mut first, place.path(), true);
    until(&mut first, |session| run(session).step() > 25);
    let folder = run(&first).begun.folder.clone().expect("on the disk");
    drop(first);
    let mut second = session();
    second.train(Order::Resume(folder));
    until(&mut second, |session| session.training().run.is_some());
    let watch = run(&second);
    assert!(watch.step() > 25 && !watch.playing);
    assert_eq!(watch.events.len() as u64, watch.step());
    second.train(Order::Play);
    until(&mut second, |session| run(session).done);
    second.train(Order::OpenNewest);
    until(&mut second, |session| session.open_step() == Some(60));
    let weights =
        |session: &Session| session.opened().expect("one").model.parameters.values.clone();
    assert_eq!(weights(&whole), weights(&second));
    let losses = |session: &Session| {
        let events = &run(session).events;
        events.iter().map(|event| event.report.train_loss).collect::<Vec<_>>()
    };
    assert_eq!(losses(&whole), losses(&second));
}

#[test]
fn a_folder_that_cannot_be_written_is_said_and_the_run_goes_on() {
    let place = tempfile::tempdir().expect("a folder");
    std::fs::write(place.path().join("runs"), "a file is in the way").expect("written");
    let mut session = session();
    begin(&mut session, place.path(), true);
    until(&mut session, |session| run(session).done);
    assert!(session.problem().is_some_and(|why| why.contains("runs")));
    assert!(run(&session).not_saved.is_some());
}

#[test]
fn data_that_cannot_be_read_is_said_and_the_model_stays() {
    let mut session = session();
    let place = tempfile::tempdir().expect("a folder");
    let recipe = Recipe { data: vec!["/no/such/file".into()], ..tiny(place.path()) };
    let begin = Begin {
        recipe,
        data: None,
        same_materials: false,
        watched: "a".into(),
        runs: None,
        playing: true,
    };
    session.train(Order::Begin(Box::new(begin)));
    until(&mut session, |session| session.training().preparing.is_none());
    assert!(session.problem().is_some_and(|why| why.contains("/no/such/file")));
    assert!(session.training().run.is_none() && session.opened().is_some());
}
