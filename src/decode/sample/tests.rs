use super::super::Stop;
use super::super::logits::log_softmax;
use super::super::test_model::TestModel;
use super::*;

fn model() -> TestModel {
    TestModel::new(200, 64)
}

fn stop(max_new_tokens: usize) -> Stop {
    Stop { max_new_tokens, end: None }
}

fn greedy(max_new_tokens: usize) -> SampleSettings {
    let strategy = Strategy::Greedy { repetition_penalty: None };
    SampleSettings { strategy, stop: stop(max_new_tokens) }
}

fn sampling(filters: Filters, seed: u64) -> SampleSettings {
    SampleSettings { strategy: Strategy::Sample { filters, seed }, stop: stop(12) }
}

fn run(settings: SampleSettings, model: &mut TestModel) -> Sampler {
    let mut sampler = Sampler::new(settings, &[3, 5], model).unwrap();
    sampler.run(model).unwrap();
    sampler
}

#[test]
fn greedy_follows_the_most_probable_token() {
    let mut model = model();
    let sampler = run(greedy(10), &mut model);
    let mut sequence = vec![3, 5];
    let mut logprob = 0.0;
    for _ in 0..10 {
        let scores = log_softmax(&model.logits(&sequence));
        let best = (0..200).max_by(|a, b| scores[*a].total_cmp(&scores[*b])).unwrap();
        sequence.push(best as u32);
        logprob += scores[best];
    }
    assert_eq!(sampler.sequence(), sequence);
    let hypothesis = sampler.hypothesis().unwrap();
    assert_eq!(hypothesis.finish, Finish::Length);
    assert!((hypothesis.logprob - logprob).abs() < 1e-9);
    assert!((hypothesis.score - logprob / 10.0).abs() < 1e-9);
    assert_eq!(model.calls, 10, "the model is asked once for each token");
}

#[test]
fn greedy_ties_go_to_the_lowest_id() {
    let (candidates, chosen) = Candidates::new(&[1.0, 2.0, 2.0], 0.0);
    assert_eq!(candidates.list[chosen].token, 1);
}

#[test]
fn same_seed_same_text_other_seed_other_text() {
    let text = |seed| run(sampling(Filters::default(), seed), &mut model()).generated().to_vec();
    assert_eq!(text(1), text(1));
    assert_ne!(text(1), text(2));
}

#[test]
fn the_record_explains_the_choice() {
    let filters = Filters { top_k: Some(7), temperature: Some(1.5), ..Filters::default() };
    let sampler = run(sampling(filters, 9), &mut model());
    for (i, step) in sampler.records().iter().enumerate() {
        assert_eq!(step.position, 2 + i);
        let Choice::Drawn { u } = step.choice else { panic!("a sample is drawn") };
        let chosen = step.candidates.list.iter().find(|c| c.token == step.token).unwrap();
        assert!(chosen.until - chosen.probability <= u && u < chosen.until);
        assert_eq!((step.candidates.list.len(), step.candidates.others), (7, 0));
        let funnel = sampler.funnel(i, &filters).unwrap();
        assert_eq!(funnel.last().probability(step.token), chosen.probability);
        assert!((funnel.first().probability(step.token).ln() - step.logprob).abs() < 1e-9);
    }
}

#[test]
fn draws_follow_the_filtered_distribution() {
    let filters = Filters { temperature: Some(0.7), top_p: Some(0.6), ..Filters::default() };
    let mut model = TestModel::new(12, 8);
    let settings = SampleSettings { stop: stop(1), ..sampling(filters, 4) };
    let samplers = sample_all(settings, 20_000, &[1], &mut model).unwrap();
    let funnel = samplers[0].funnel(0, &filters).unwrap();
    for token in 0..12 {
        let drawn = samplers.iter().filter(|s| s.generated() == [token]).count() as f64 / 20_000.0;
        let expected = funnel.last().probability(token);
        let deviation = (expected * (1.0 - expected) / 20_000.0).sqrt();
        assert!((drawn - expected).abs() <= 5.0 * deviation, "{token}: {drawn} for {expected}");
    }
}

#[test]
fn samples_together_equal_samples_alone() {
    let settings = SampleSettings {
        stop: Stop { max_new_tokens: 30, end: Some(7) },
        ..sampling(Filters { top_k: Some(3), ..Filters::default() }, 42)
    };
    let mut model = TestModel::new(9, 64);
    let together = sample_all(settings, 6, &[2, 4], &mut model).unwrap();
    let finishes: Vec<_> = together.iter().map(|s| s.finish().unwrap()).collect();
    assert!(finishes.contains(&Finish::EndToken), "{finishes:?}");
    assert!(together.windows(2).any(|pair| pair[0].generated() != pair[1].generated()));
    for (stream, sampler) in (0..).zip(&together) {
        let mut alone = Sampler::with_stream(settings, &[2, 4], &model, stream).unwrap();
        alone.run(&mut model).unwrap();
        assert_eq!(alone.records(), sampler.records());
        assert_eq!(alone.hypothesis(), sampler.hypothesis());
    }
}

#[test]
fn a_branch_shares_its_past_and_goes_its_own_way() {
    let mut model = model();
    let original = run(sampling(Filters::default(), 5), &mut model);
    let mut branch = original.branch(4, 77).unwrap();
    assert_eq!(branch.records()[..4], original.records()[..4]);
    assert_eq!((branch.records()[4].token, branch.records()[4].choice), (77, Choice::Forced));
    branch.run(&mut model).unwrap();
    assert_eq!(branch.records().len(), 12);
    for (a, b) in branch.records()[5..].iter().zip(&original.records()[5..]) {
        assert_eq!(a.choice, b.choice, "the same random numbers");
    }
    let same = original.branch(4, original.generated()[4]).unwrap();
    let mut same = same.clone();
    same.run(&mut model).unwrap();
    assert_eq!(same.generated(), original.generated());
    assert!(original.branch(12, 0).is_err() && original.branch(0, 200).is_err());
}

#[test]
fn reload_continues_after_the_model_was_used_for_something_else() {
    let mut model = model();
    let whole = run(greedy(8), &mut model);
    let mut sampler = Sampler::new(greedy(8), &[3, 5], &model).unwrap();
    sampler.step(&mut model).unwrap();
    model.start(&[9]).unwrap();
    sampler.reload();
    sampler.run(&mut model).unwrap();
    assert_eq!(sampler.records(), whole.records());
}

#[test]
fn the_end_token_the_length_and_the_context_end_a_sequence() {
    let end = run(greedy(10), &mut model()).generated()[3];
    let settings =
        SampleSettings { stop: Stop { max_new_tokens: 10, end: Some(end) }, ..greedy(1) };
    let ended = run(settings, &mut model()).hypothesis().unwrap();
    assert_eq!((ended.finish, ended.ids.last()), (Finish::EndToken, Some(&end)));
    let full = run(greedy(10), &mut TestModel::new(200, 5)).hypothesis().unwrap();
    assert_eq!((full.finish, full.ids.len()), (Finish::ContextFull, 3));
    let none = run(greedy(10), &mut TestModel::new(200, 2)).hypothesis().unwrap();
    assert_eq!((none.finish, none.ids.len(), none.score), (Finish::ContextFull, 0, 0.0));
    let both = sample_all(sampling(Filters::default(), 1), 2, &[1, 2], &mut TestModel::new(9, 2));
    assert!(both.unwrap().iter().all(|s| s.finish() == Some(Finish::ContextFull)));
}

#[test]
fn a_forced_beginning_is_gone_on_from() {
    let mut model = model();
    let free = run(greedy(12), &mut model);
    let mut forced = Sampler::new(greedy(12), &[3, 5], &model).unwrap();
    for token in [7, 8] {
        forced.force(token, &mut model).unwrap();
    }
    forced.run(&mut model).unwrap();
    let records = forced.records();
    assert_eq!((records.len(), forced.generated()[..2].to_vec()), (12, vec![7, 8]));
    assert!(records[..2].iter().all(|record| record.choice == Choice::Forced));
    assert_eq!(records[0].candidates, free.records()[0].candidates, "what else could have come");
    assert!(records[2..].iter().all(|record| record.choice == Choice::MostProbable));
    assert!(forced.clone().force(u32::MAX, &mut model).is_err());
}

#[test]
fn what_cannot_be_generated_is_refused() {
    let mut model = TestModel::new(10, 4);
    let refuse = |settings, prompt: &[u32]| Sampler::new(settings, prompt, &model).unwrap_err();
    assert_eq!(refuse(greedy(0), &[1]).exit_status(), 2);
    assert_eq!(refuse(greedy(1), &[]).exit_status(), 2);
    assert!(refuse(greedy(1), &[10]).to_string().contains("token 10"));
    assert!(refuse(greedy(1), &[1; 5]).to_string().contains("holds only 4"));
    let cold = Filters { temperature: Some(0.0), ..Filters::default() };
    assert!(refuse(sampling(cold, 0), &[1]).to_string().contains("--top-k 1"));
    assert_eq!(sample_all(greedy(1), 2, &[1], &mut model).unwrap_err().exit_status(), 2);
    assert_eq!(sample_all(greedy(1), 0, &[1], &mut model).unwrap_err().exit_status(), 2);
}

#[test]
fn a_model_gone_wrong_fails_with_a_sentence() {
    let mut sampler = Sampler::new(greedy(3), &[1], &model()).unwrap();
    let error = sampler.accept(vec![f32::NAN; 200].into(), None).unwrap_err();
    assert_eq!(error.exit_status(), 1);
    assert!(sampler.records().is_empty() && sampler.finish().is_none());
}
