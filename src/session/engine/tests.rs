//! The engine room, driven as the window drives it.

use super::*;
use crate::decode::{Stop, Strategy};
use crate::tensor::Threads;
use std::path::PathBuf;

const PATIENCE: Duration = Duration::from_secs(20);

fn engine_with_model() -> (Engine, Arc<Opened>) {
    let engine = Engine::start(Threads::new(1), || {}).expect("a thread");
    engine.send(Command::Open(Source::Named(PathBuf::from("pocket"))));
    match engine.wait(PATIENCE) {
        Some(Event::Opened(opened)) => {
            assert!(matches!(engine.wait(PATIENCE), Some(Event::Labelled(_))));
            (engine, opened)
        }
        other => panic!("{other:?}"),
    }
}

fn writing(opened: &Opened, pace: Duration) -> Writing {
    let tokenizer = opened.model.tokenizer().expect("a tokenizer");
    Writing {
        id: 7,
        prompt: tokenizer.encode("<|user|>What does a cow say?<|bot|>").expect("ids"),
        forced: Vec::new(),
        settings: crate::decode::SampleSettings {
            strategy: Strategy::Greedy { repetition_penalty: None },
            stop: Stop { max_new_tokens: 40, end: opened.model.end },
        },
        stream: 0,
        stops: Vec::new(),
        pace,
        watched: true,
    }
}

#[test]
fn what_is_seen_is_what_was_written() {
    let (engine, opened) = engine_with_model();
    let writing = writing(&opened, Duration::ZERO);
    let mut ids = writing.prompt.clone();
    engine.send(Command::Write(writing));
    loop {
        match engine.wait(PATIENCE) {
            Some(Event::Wrote { id: 7, step }) => {
                assert_eq!(step.position, ids.len());
                ids.push(step.token);
            }
            Some(Event::Ended { id: 7, why, .. }) => {
                assert!(matches!(why, Ended::Finished(_)), "{why:?}");
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    let start = std::time::Instant::now();
    let sight = loop {
        if let Some(sight) = engine.sight().filter(|sight| sight.reading.ids == ids) {
            break sight;
        }
        assert!(start.elapsed() < PATIENCE, "the last sight");
        thread::yield_now();
    };
    // Greedy writing: each token is the lens's guess at the last depth, one row above.
    let depth = sight.lens.depths() - 1;
    let prompt =
        opened.model.tokenizer().expect("one").encode("<|user|>What does a cow say?<|bot|>");
    for (at, id) in ids.iter().enumerate().skip(prompt.expect("ids").len()) {
        assert_eq!(sight.lens.guess(depth, at - 1).expect("a guess").token, *id);
    }
}

#[test]
fn a_text_can_be_stopped() {
    let (engine, opened) = engine_with_model();
    engine.send(Command::Write(writing(&opened, Duration::from_secs(60))));
    assert!(matches!(engine.wait(PATIENCE), Some(Event::Wrote { .. })));
    engine.send(Command::Stop);
    let Some(Event::Ended { why, .. }) = engine.wait(PATIENCE) else { panic!("no end") };
    assert_eq!(why, Ended::Stopped);
}

#[test]
fn what_cannot_be_opened_or_read_is_said_and_survived() {
    let (engine, opened) = engine_with_model();
    engine.send(Command::Open(Source::Folder(PathBuf::from("/no/such/folder"))));
    let Some(Event::NotOpened(sentence)) = engine.wait(PATIENCE) else { panic!("no answer") };
    assert!(sentence.contains("/no/such/folder"), "{sentence}");
    engine.send(Command::Look(vec![u32::MAX]));
    engine.send(Command::Look(vec![0; 100_000]));
    engine.send(Command::Write(writing(&opened, Duration::ZERO)));
    assert!(matches!(engine.wait(PATIENCE), Some(Event::Wrote { .. })), "still works");
}

#[test]
fn of_two_looks_the_second_counts() {
    let (engine, _) = engine_with_model();
    for text in [vec![1, 2, 3], vec![4, 5]] {
        engine.send(Command::Look(text));
    }
    let start = std::time::Instant::now();
    loop {
        if let Some(sight) = engine.sight().filter(|sight| sight.reading.ids == [4, 5]) {
            assert_eq!(sight.reading.weights(0, 0, 1).len(), 2);
            break;
        }
        assert!(start.elapsed() < PATIENCE);
        thread::yield_now();
    }
}
