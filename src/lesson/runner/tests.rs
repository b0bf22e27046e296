//! The state machine, led through a lesson with made-up readings.

use super::*;
use crate::lesson::formula::{Quantity, Value};
use crate::lesson::load;
use std::cell::Cell;

const LESSON: &str = r##"Lesson(
  format: 1, id: "t", level: First, minutes: 9, stations: [Decode],
  title: (en: "T", zh: "题"), question: (en: "Q?", zh: "问？"),
  setup: (model: (en: "chat-en", zh: "chat-zh"), prompt: (en: "A cow", zh: "牛"), seed: 7, station: Decode,
    actions: [Decode(temperature: 1.0)]),
  hide: ["panel.beam"],
  bind: {"start": "tokens.count"},
  steps: [
    (id: "read", say: (en: "a", zh: "甲"), play: Forward(Logits)),
    (id: "bet", say: (en: "b", zh: "乙"), play: Forward(Odds), bind: {"own": "tokens.count + start"}, enter: [Mark("funnel.logit")],
      task: Predict(Number(ask: (en: "how?", zh: "几？"), truth: "own", scale: Linear, near: 0.1)),
      reveal: (show: [Decode(temperature: 2.0)], say: (en: "r", zh: "揭"))),
    (id: "do", say: (en: "c", zh: "丙"), task: Do(done_when: "draws.total >= 3", solve: [Draw(3)])),
    (id: "goal", say: (en: "d", zh: "丁"), task: Goal(done_when: "kept.count <= 5", solve: [Decode(top_k: 5)]),
      hints: [(en: "h1", zh: "一"), (en: "h2", zh: "二")], leave: [Decode(top_k: 0)]),
    (id: "grey", needs: [MaskedLm], say: (en: "e", zh: "戊"), enter: [Draw(1)]),
    (id: "explain", say: (en: "f", zh: "己"), task: Explain(ask: (en: "why?", zh: "为何？"), sample: (en: "so", zh: "因为"))),
  ],
  takeaway: (en: "g", zh: "庚"), teacher: (en: "n", zh: "注"),
)"##;

#[derive(Default)]
struct Made {
    tokens: Cell<f64>,
    draws: Cell<f64>,
    kept: Cell<f64>,
}

impl Readings for Made {
    fn read(&self, quantity: Quantity, _: &[Option<Value>]) -> Value {
        Value::Number(match quantity {
            Quantity::TokensCount => self.tokens.get(),
            Quantity::DrawsTotal => self.draws.get(),
            Quantity::KeptCount => self.kept.get(),
            _ => return Value::Unknown,
        })
    }

    fn provides(&self, _: Quantity) -> bool {
        true
    }

    fn token(&self, _: &str) -> Option<u32> {
        None
    }

    fn piece(&self, _: u32) -> Option<String> {
        None
    }
}

fn begun() -> (Runner, Made) {
    let lesson = load("t.ron", LESSON).unwrap_or_else(|problem| panic!("{problem}")).lesson;
    let mut runner = Runner::new(Arc::new(lesson), Language::En, Vec::new());
    let made = Made { tokens: Cell::new(4.0), draws: Cell::new(0.0), kept: Cell::new(99.0) };
    let orders = runner.begin();
    assert_eq!(orders[..2], [Order::Save, Order::Hide(vec!["panel.beam".into()])]);
    assert!(matches!(orders[2], Order::Perform(Action::Model(_))));
    assert!(matches!(orders.last(), Some(Order::Perform(Action::Decode { .. }))));
    assert_eq!(runner.settled(&made), []);
    (runner, made)
}

/// Presses, and says that what was ordered is done.
fn press(runner: &mut Runner, made: &Made, input: Input) -> Vec<Order> {
    let orders = runner.press(input, made);
    runner.settled(made);
    orders
}

fn at(runner: &mut Runner, made: &Made, step: &str) {
    press(runner, made, Input::Go(step.into()));
    assert_eq!(runner.step().map(|step| step.id.as_str()), Some(step));
}

#[test]
fn a_lesson_is_led_from_the_question_to_the_takeaway() {
    let (mut runner, made) = begun();
    assert_eq!(runner.phase(), Phase::Question);
    assert_eq!(press(&mut runner, &made, Input::Next), [Order::BeginStep]);
    // Text, stop, animation, stop, next.
    assert!(matches!(
        press(&mut runner, &made, Input::Next)[..],
        [Order::Perform(Action::Forward(_))]
    ));
    let orders = press(&mut runner, &made, Input::Next);
    assert!(matches!(
        orders[..],
        [Order::UndoView, Order::BeginStep, Order::Perform(Action::Mark(_))]
    ));
    // Without a bet nothing goes on.
    assert_eq!(press(&mut runner, &made, Input::Next), []);
    press(&mut runner, &made, Input::Bet(Answer::Option(0)));
    assert_eq!(runner.kept()[1].answer, None, "an answer of another kind");
    press(&mut runner, &made, Input::Bet(Answer::Number(3.0)));
    press(&mut runner, &made, Input::Bet(Answer::Number(7.9)));
    assert!(matches!(
        press(&mut runner, &made, Input::Next)[..],
        [Order::Perform(Action::Forward(_))]
    ));
    // What it shows is the answer: from here on the bet stands.
    press(&mut runner, &made, Input::Bet(Answer::Number(8.0)));
    assert_eq!(runner.kept()[1].answer, Some(Answer::Number(7.9)));
    let orders = press(&mut runner, &made, Input::Next);
    assert!(matches!(orders[..], [Order::Perform(Action::Decode { .. })]));
    assert_eq!(runner.phase(), Phase::Reveal);
    // The bet stays beside the truth, and cannot be changed any more.
    press(&mut runner, &made, Input::Bet(Answer::Number(8.0)));
    let kept = &runner.kept()[1];
    assert_eq!(kept.answer, Some(Answer::Number(7.9)));
    assert_eq!(kept.truth, Some(Truth::Is(Answer::Number(8.0))));
    let bet = runner.step().and_then(|step| step.task.bet()).expect("a bet");
    let near = bet.is_near(&Answer::Number(7.9), &Truth::Is(Answer::Number(8.0)));
    assert_eq!(near, Some(true));
    press(&mut runner, &made, Input::Next);
    // A Do goes on by itself once it has been true, and stays done.
    assert_eq!(press(&mut runner, &made, Input::Next), []);
    made.draws.set(3.0);
    runner.tick(&made);
    made.draws.set(0.0);
    assert_eq!((runner.phase(), runner.kept()[2].outcome), (Phase::Reveal, Outcome::Done));
    press(&mut runner, &made, Input::Next);
    // A Goal has to hold when Enter is pressed, and not before.
    made.kept.set(5.0);
    runner.tick(&made);
    made.kept.set(9.0);
    assert_eq!(press(&mut runner, &made, Input::Enter), []);
    assert_eq!((runner.phase(), runner.kept()[3].tries), (Phase::Say, 1));
    made.kept.set(5.0);
    press(&mut runner, &made, Input::Enter);
    assert_eq!((runner.phase(), runner.kept()[3].outcome), (Phase::Reveal, Outcome::Done));
    let orders = press(&mut runner, &made, Input::Next);
    assert!(matches!(orders[..], [Order::UndoView, Order::Perform(Action::Decode { .. })]));
    // What this program cannot do is passed by, and nothing of it is carried out.
    assert!(runner.is_greyed());
    press(&mut runner, &made, Input::Next);
    press(&mut runner, &made, Input::Note("because".into()));
    press(&mut runner, &made, Input::Next);
    assert_eq!(runner.phase(), Phase::Reveal);
    press(&mut runner, &made, Input::Next);
    assert_eq!(runner.phase(), Phase::Takeaway);
    assert_eq!(runner.kept()[5].note.as_deref(), Some("because"));
    assert_eq!(press(&mut runner, &made, Input::Leave), [Order::Restore]);
    assert_eq!(runner.phase(), Phase::Left);
    assert_eq!(press(&mut runner, &made, Input::Next), []);
}

#[test]
fn names_are_read_once_and_stay() {
    let (mut runner, made) = begun();
    made.tokens.set(6.0);
    at(&mut runner, &made, "bet");
    made.tokens.set(50.0);
    let own = crate::lesson::formula::Formula::new("own").value(&runner.world(&made));
    assert_eq!(own, Value::Number(10.0), "6 on entering, and 4 when the setup was done");
    at(&mut runner, &made, "do");
    let own = crate::lesson::formula::Formula::new("own").value(&runner.world(&made));
    assert_eq!(own, Value::Unknown, "a step's names are its own");
}

#[test]
fn hints_come_before_the_solution_and_skipping_is_always_possible() {
    let (mut runner, made) = begun();
    at(&mut runner, &made, "goal");
    assert_eq!(press(&mut runner, &made, Input::ShowMe), []);
    for _ in 0..5 {
        press(&mut runner, &made, Input::Hint);
    }
    assert_eq!(runner.kept()[3].hints, 2);
    assert!(matches!(
        press(&mut runner, &made, Input::ShowMe)[..],
        [Order::Perform(Action::Decode { .. })]
    ));
    assert!(runner.kept()[3].shown_how);
    press(&mut runner, &made, Input::Skip);
    assert_eq!(runner.kept()[3].outcome, Outcome::Skipped);
    for step in ["read", "bet", "do", "explain"] {
        at(&mut runner, &made, step);
        press(&mut runner, &made, Input::Skip);
        assert_ne!(
            runner.step().map(|step| step.id.as_str()).filter(|_| runner.phase() == Phase::Say),
            Some(step)
        );
    }
}

#[test]
fn going_back_and_leaving_undo_what_was_done() {
    let (mut runner, made) = begun();
    at(&mut runner, &made, "goal");
    let orders = press(&mut runner, &made, Input::Back);
    assert!(matches!(
        orders[..],
        [Order::UndoView, Order::Perform(Action::Decode { .. }), Order::BeginStep]
    ));
    let orders = press(&mut runner, &made, Input::Leave);
    assert_eq!(orders, [Order::UndoView, Order::Restore]);
}

#[test]
fn what_was_done_once_is_not_asked_for_again() {
    let (mut runner, made) = begun();
    at(&mut runner, &made, "do");
    press(&mut runner, &made, Input::Next);
    assert_eq!(runner.position(), 2, "it waits until it is done");
    made.draws.set(3.0);
    runner.tick(&made);
    assert_eq!(runner.phase(), Phase::Reveal);
    made.draws.set(0.0);
    press(&mut runner, &made, Input::Next);
    press(&mut runner, &made, Input::Back);
    assert_eq!((runner.position(), runner.phase()), (2, Phase::Say), "it can be done again");
    press(&mut runner, &made, Input::Next);
    assert_eq!(runner.position(), 3, "or not");
}

#[test]
fn progress_outlives_the_file() {
    let (mut runner, made) = begun();
    at(&mut runner, &made, "bet");
    press(&mut runner, &made, Input::Bet(Answer::Number(7.9)));
    let kept = serde_json::to_string(runner.kept()).expect("it can be written");
    let kept: Vec<Kept> = serde_json::from_str(&kept).expect("it can be read");
    let (mut again, _) = begun();
    again.remember(&kept);
    assert_eq!(again.kept(), runner.kept());
}

#[test]
fn a_bet_is_asked_for_anew_where_the_truth_is_another() {
    let (mut runner, made) = begun();
    at(&mut runner, &made, "bet");
    press(&mut runner, &made, Input::Bet(Answer::Number(7.9)));
    press(&mut runner, &made, Input::Next);
    press(&mut runner, &made, Input::Next);
    let mut chinese = Runner::new(runner.lesson().clone(), Language::Zh, Vec::new());
    chinese.remember(runner.kept());
    let kept = &chinese.kept()[1];
    assert_eq!((kept.outcome, &kept.answer, &kept.truth), (Outcome::Done, &None, &None));
    // Played again, it begins with no bet.
    assert_eq!(runner.phase(), Phase::Reveal);
    press(&mut runner, &made, Input::Replay);
    let kept = &runner.kept()[1];
    assert_eq!((kept.outcome, &kept.answer, &kept.truth), (Outcome::Done, &None, &None));
}

#[test]
fn not_yet_is_said_only_where_it_was_tried() {
    let (mut runner, made) = begun();
    at(&mut runner, &made, "goal");
    press(&mut runner, &made, Input::Enter);
    assert!(runner.has_missed());
    at(&mut runner, &made, "do");
    at(&mut runner, &made, "goal");
    assert!(!runner.has_missed());
    assert_eq!(runner.kept()[3].tries, 1, "it is kept all the same");
}

#[test]
fn bets_are_judged_on_their_scale() {
    let bet = |source: &str| -> crate::lesson::schema::Bet {
        let ask = "ask: (en: \"a\", zh: \"b\")";
        ron::from_str(&source.replace("ASK", ask)).expect("a bet")
    };
    let near = |bet: &crate::lesson::schema::Bet, guess: f64, truth: f64| {
        bet.is_near(&Answer::Number(guess), &Truth::Is(Answer::Number(truth)))
    };
    let percent = bet("Number(ASK, truth: \"1\", scale: Percent, near: 0.1)");
    assert_eq!((near(&percent, 0.3, 0.39), near(&percent, 0.3, 0.41)), (Some(true), Some(false)));
    let log = bet("Number(ASK, truth: \"1\", scale: Log, near: 0.3)");
    assert_eq!((near(&log, 5.0, 9.0), near(&log, 4.0, 9.0)), (Some(true), Some(false)));
    assert_eq!(near(&log, -5.0, 9.0), Some(false));
    let made = Made { tokens: Cell::new(4.0), ..Made::default() };
    let names = BTreeMap::new();
    let world = World { readings: &made, names: &names, language: Language::En };
    let option = |when: &str| format!("(text: (en: \"a\", zh: \"b\"), when: \"{when}\")");
    let choice = |a: &str, b: &str| {
        bet(&format!("Choice(ASK, options: [{}, {}])", option(a), option(b))).truth(&world)
    };
    assert_eq!(choice("tokens.count > 9", "tokens.count <= 9"), Truth::Is(Answer::Option(1)));
    assert_eq!(choice("tokens.count > 1", "tokens.count <= 9"), Truth::Unknown, "two are true");
    assert_eq!(choice("tokens.count > 9", "lr > 1"), Truth::Unknown, "one is not known");
    let rank = |keys: [&str; 2]| {
        let item = |key: &str| format!("(text: (en: \"a\", zh: \"b\"), key: \"{key}\")");
        bet(&format!("Rank(ASK, items: [{}, {}], first: Largest)", item(keys[0]), item(keys[1])))
            .truth(&world)
    };
    assert_eq!(rank(["1", "tokens.count"]), Truth::Is(Answer::Order(vec![1, 0])));
    assert_eq!(rank(["4", "tokens.count"]), Truth::Unknown, "a tie");
}
