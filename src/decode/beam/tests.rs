use super::super::test_model::TestModel;
use super::super::{SampleSettings, Sampler, Stop, Strategy};
use super::*;

fn settings(beams: usize, max_new_tokens: usize, end: Option<u32>) -> BeamSettings {
    BeamSettings {
        beams,
        length_penalty: 1.0,
        early_stopping: EarlyStopping::default(),
        returns: beams,
        repetition_penalty: None,
        stop: Stop { max_new_tokens, end },
    }
}

fn search(settings: BeamSettings, model: &mut TestModel) -> BeamSearch {
    beam_search(settings, &[1, 2], model).unwrap()
}

#[test]
fn beams_enough_for_all_sequences_find_the_best_of_all() {
    let mut model = TestModel::new(5, 64);
    let found = search(settings(125, 3, None), &mut model);
    let mut all: Vec<(f64, Vec<u32>)> = Vec::new();
    for n in 0..125_u32 {
        let ids = vec![n / 25, n / 5 % 5, n % 5];
        let mut sequence = vec![1, 2];
        let mut sum = 0.0;
        for &id in &ids {
            sum += log_softmax(&model.logits(&sequence))[id as usize];
            sequence.push(id);
        }
        all.push((sum, ids));
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let hypotheses = found.hypotheses();
    assert_eq!(hypotheses.len(), 125);
    for (hypothesis, (sum, ids)) in hypotheses.iter().zip(&all) {
        assert_eq!(&hypothesis.ids, ids);
        assert!((hypothesis.logprob - sum).abs() < 1e-9);
        assert!((hypothesis.score - sum / 3.0).abs() < 1e-9);
    }
}

#[test]
fn one_beam_is_greedy_search() {
    for (seed_token, penalty) in [(1, None), (2, None), (3, Some(1.4)), (4, Some(0.7))] {
        let mut model = TestModel::new(30, 64);
        let beam = BeamSettings {
            repetition_penalty: penalty,
            early_stopping: EarlyStopping::Never,
            ..settings(1, 20, Some(9))
        };
        let beam = beam_search(beam, &[seed_token], &mut model).unwrap().hypotheses().remove(0);
        let greedy = SampleSettings {
            strategy: Strategy::Greedy { repetition_penalty: penalty },
            stop: Stop { max_new_tokens: 20, end: Some(9) },
        };
        let mut greedy = Sampler::new(greedy, &[seed_token], &model).unwrap();
        greedy.run(&mut model).unwrap();
        let greedy = greedy.hypothesis().unwrap();
        assert_eq!((&beam.ids, beam.finish), (&greedy.ids, greedy.finish));
        assert!((beam.logprob - greedy.logprob).abs() < 1e-9);
    }
}

#[test]
fn the_record_is_a_tree_whose_sums_add_up() {
    let mut model = TestModel::new(12, 64);
    let early_stopping = EarlyStopping::Never;
    let found = search(BeamSettings { early_stopping, ..settings(4, 9, Some(5)) }, &mut model);
    let mut live = vec![ROOT];
    let mut fates = Vec::new();
    for (depth, step) in (1..).zip(found.steps()) {
        assert_eq!(step.parents, live);
        assert!(step.nodes.len() <= 8);
        for n in step.nodes.clone() {
            let node = &found.nodes()[n];
            let parent = &found.nodes()[node.parent.unwrap()];
            assert!(step.parents.contains(&node.parent.unwrap()));
            assert_eq!((node.depth, parent.depth + 1), (depth, depth));
            assert!((parent.sum + node.step_logprob - node.sum).abs() < 1e-12);
            assert!((node.sum / depth as f64 - node.score).abs() < 1e-12);
            assert_eq!(step.live.contains(&n), node.fate == Fate::Kept);
            assert_eq!(step.finished.contains(&n), node.fate == Fate::Finished);
            fates.push(node.fate);
        }
        let sums: Vec<f64> = step.nodes.clone().map(|n| found.nodes()[n].sum).collect();
        assert!(sums.is_sorted_by(|a, b| a >= b));
        live = step.live.clone();
    }
    for fate in [Fate::Kept, Fate::Pruned, Fate::Finished] {
        assert!(fates.contains(&fate), "no {fate:?}");
    }
    assert_eq!(found.chosen(), &found.steps().last().unwrap().finished[..]);
    let best = found.chosen()[0];
    assert_eq!(found.ids(best), found.hypotheses()[0].ids);
    assert_eq!(found.path(best).len(), found.nodes()[best].depth);
    assert!(found.path(ROOT).is_empty());
}

#[test]
fn steps_are_repeatable_and_the_model_is_asked_once_each() {
    let mut model = TestModel::new(40, 64);
    let once = search(settings(5, 10, Some(3)), &mut model);
    assert_eq!(model.calls, once.steps().len());
    let mut again = BeamSearch::new(settings(5, 10, Some(3)), &[1, 2], &model).unwrap();
    while again.step(&mut model).unwrap().is_none() {
        // Someone else uses the model between any two steps.
        model.start(&[7, 7, 7]).unwrap();
        again.reload();
    }
    assert_eq!((once.nodes(), once.steps()), (again.nodes(), again.steps()));
}

#[test]
fn a_search_ends_for_the_reason_it_says() {
    let end = |settings, context| search(settings, &mut TestModel::new(12, context));
    assert_eq!(end(settings(3, 4, None), 64).end(), Some(BeamEnd::Length));
    let full = end(settings(3, 40, None), 6);
    assert_eq!(full.end(), Some(BeamEnd::ContextFull));
    assert!(full.hypotheses().iter().all(|h| h.finish == Finish::ContextFull && h.ids.len() == 4));
    let when_full =
        BeamSettings { early_stopping: EarlyStopping::WhenFull, ..settings(3, 60, Some(5)) };
    let when_full = end(when_full, 64);
    assert_eq!(when_full.end(), Some(BeamEnd::Full));
    assert!(when_full.hypotheses().iter().all(|h| h.finish == Finish::EndToken));
    let sums = BeamSettings { length_penalty: 0.0, ..settings(3, 60, Some(5)) };
    assert_eq!(end(sums, 64).end(), Some(BeamEnd::NoImprovement));
    let no_room = end(settings(3, 4, None), 2);
    assert_eq!((no_room.end(), no_room.steps().len()), (Some(BeamEnd::ContextFull), 0));
    assert_eq!(no_room.hypotheses()[0].finish, Finish::ContextFull);
}

#[test]
fn fewer_tokens_than_beams_are_enough() {
    let mut model = TestModel::new(3, 64);
    let found = search(settings(8, 1, None), &mut model);
    assert_eq!(found.hypotheses().len(), 3, "there are only three sequences");
    let mut alone = TestModel::new(1, 64);
    let only_end = beam_search(settings(2, 5, Some(0)), &[0], &mut alone).unwrap();
    assert_eq!(only_end.end(), Some(BeamEnd::NothingLeft));
    assert_eq!(only_end.hypotheses()[0].ids, [0]);
}

#[test]
fn the_repetition_penalty_changes_the_search_but_not_the_log_probabilities() {
    let mut model = TestModel::new(12, 64);
    let penalised =
        search(BeamSettings { repetition_penalty: Some(1.5), ..settings(4, 9, None) }, &mut model);
    let best = penalised.hypotheses().remove(0);
    let mut sequence = vec![1, 2];
    let mut logprob = 0.0;
    for &id in &best.ids {
        logprob += log_softmax(&model.logits(&sequence))[id as usize];
        sequence.push(id);
    }
    assert!((best.logprob - logprob).abs() < 1e-9);
    assert!(best.score < best.logprob / 9.0);
}

#[test]
fn settings_outside_their_range_are_wrong_usage() {
    let good = settings(4, 9, None);
    for (settings, flag) in [
        (BeamSettings { beams: 0, ..good }, "--beams"),
        (BeamSettings { beams: MAX_BEAMS + 1, ..good }, "--beams"),
        (BeamSettings { returns: 5, ..good }, "--returns"),
        (BeamSettings { returns: 0, ..good }, "--returns"),
        (BeamSettings { length_penalty: f64::NAN, ..good }, "--length-penalty"),
        (BeamSettings { length_penalty: 11.0, ..good }, "--length-penalty"),
        (BeamSettings { repetition_penalty: Some(-1.0), ..good }, "--repetition-penalty"),
        (settings(4, 0, None), "--max-new-tokens"),
    ] {
        let error = BeamSearch::new(settings, &[1], &TestModel::new(9, 9)).unwrap_err();
        assert_eq!(error.exit_status(), 2);
        assert!(error.to_string().starts_with(flag), "{error}");
    }
}
