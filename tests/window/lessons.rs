//! Lessons in the window, played as a learner plays them: by names, by clicks, by keys.

use crate::hands::{LANGUAGES, Window, click, has, press, settle, window};
use egui::accesskit::Role;
use egui::{Key, vec2};
use egui_kittest::kittest::Queryable as _;
use glassbox::app::{Action, Language, LessonAsk, Station, Words};
use glassbox::lesson::action::Half;
use glassbox::lesson::runner::{Input, Outcome, Phase};
use glassbox::lesson::schema::{Bet, Task};
use glassbox::lesson::shipped::LESSONS;
use glassbox::session::lesson::ABILITIES;
use std::time::{Duration, Instant};

fn open(window: &mut Window, id: &str) {
    window.state_mut().act(Action::Lesson(LessonAsk::Open(id.into())));
    settle(window);
}

fn phase(window: &Window) -> Phase {
    window.state().lesson_runner().expect("a lesson").phase()
}

fn position(window: &Window) -> usize {
    window.state().lesson_runner().expect("a lesson").position()
}

/// What stands in the way of the button that leads on.
fn next(window: &mut Window, words: &Words) {
    let words = words.lesson;
    let names = [words.next, words.show, words.play, words.begin];
    let name = names.into_iter().find(|name| window.query_by_label(name).is_some());
    let name = name.unwrap_or_else(|| panic!("step {} does not lead on", position(window)));
    click(window, name);
}

/// Bets as somebody would who has no idea.
fn guess(window: &mut Window, words: &Words, bet: &Bet) {
    match bet {
        Bet::Choice { .. } => {
            window.get_all_by_role(Role::RadioButton).next().expect("an option").click();
        }
        Bet::Token { .. } => {
            let field = window.state().lesson_tokens();
            let shown = field.first().expect("a token").replace(' ', "·");
            window.get_all_by_label(&shown).next().expect("a token").click();
        }
        Bet::Number { scale, .. } => {
            let percent = *scale == glassbox::lesson::schema::Scale::Percent;
            let name =
                if percent { words.lesson.your_guess_percent } else { words.lesson.your_guess };
            let field = window.get_by_role_and_label(Role::TextInput, name);
            field.focus();
            window.run_steps(2);
            window.get_by_role_and_label(Role::TextInput, name).type_text("40");
        }
        Bet::Rank { .. } => click(window, words.lesson.this_order),
        Bet::Curve { .. } => {
            // The timeline is a slider, too.
            let name = words.lesson.curve_at.split('{').next().unwrap_or_default();
            let is_field =
                |node: &egui_kittest::Node<'_>| crate::hands::said(node).starts_with(name);
            let curve = window.get_all_by_role(Role::Slider).find(is_field).expect("a field");
            curve.focus();
            window.run_steps(2);
            press(window, Key::ArrowUp);
        }
    }
    settle(window);
}

/// Plays one step to its end.
fn play_step(window: &mut Window, words: &Words, id: &str) {
    let (at, task, greyed) = {
        let runner = window.state().lesson_runner().expect("a lesson");
        let step = runner.step().expect("a step");
        (runner.position(), step.task.clone(), runner.is_greyed())
    };
    if greyed {
        return next(window, words);
    }
    match &task {
        Task::Predict(bet) => guess(window, words, bet),
        Task::Do { .. } | Task::Goal { .. } => {
            if matches!(task, Task::Goal { .. }) {
                click(window, words.lesson.i_have_it);
                assert!(has(window, words.lesson.not_yet), "{id}, step {at}: it is not done yet");
            }
            if window.query_by_label(words.lesson.play).is_some() {
                next(window, words);
            }
            while let Some(name) = [words.lesson.stuck, words.lesson.next_hint]
                .into_iter()
                .find(|name| window.query_by_label(name).is_some())
            {
                click(window, name);
            }
            click(window, words.lesson.show_me);
            if matches!(task, Task::Goal { .. }) {
                click(window, words.lesson.i_have_it);
            }
            let why = window.state().lesson_problem();
            assert_eq!(phase(window), Phase::Reveal, "{id}, step {at}: solve does it; {why:?}");
        }
        Task::Read | Task::Explain { .. } => {}
    }
    for _ in 0..4 {
        let over = phase(window) == Phase::Takeaway || position(window) != at;
        if over {
            return;
        }
        next(window, words);
    }
    panic!("{id}, step {at} does not end");
}

#[test]
fn every_lesson_is_played_in_both_languages() {
    for language in LANGUAGES.into_iter().rev() {
        let words = language.words();
        let mut window = window(language, Station::Chat);
        for (id, _) in LESSONS {
            // These train for a minute; in Chinese the learner without a window does.
            if language == Language::Chinese && ["10-live", "11-tune"].contains(id) {
                continue;
            }
            open(&mut window, id);
            assert_eq!(phase(&window), Phase::Question, "{id}");
            next(&mut window, words);
            let steps = window.state().lesson_runner().expect("a lesson").lesson().steps.len();
            for _ in 0..steps {
                play_step(&mut window, words, id);
                let why = window.state().lesson_problem();
                assert_eq!(why, None, "{id}, step {}", position(&window));
            }
            assert_eq!(phase(&window), Phase::Takeaway, "{id}");
            let kept = window.state().lesson_runner().expect("a lesson").kept().to_vec();
            let lesson = window.state().lesson_runner().expect("a lesson").lesson().clone();
            for (step, kept) in lesson.steps.iter().zip(&kept) {
                let can = step.needs.iter().all(|need| ABILITIES.contains(need));
                assert!(!can || kept.outcome != Outcome::Open, "{id}: {kept:?}");
            }
            click(&mut window, words.lesson.finish);
            assert!(window.state().lesson_runner().is_none(), "{id} is left");
        }
    }
}

#[test]
fn before_a_class_a_lesson_is_played_from_the_bar_below_the_stage() {
    for language in LANGUAGES {
        let words = language.words();
        let mut window = window(language, Station::Chat);
        open(&mut window, "08-the-die");
        window.state_mut().act(Action::TurnPresenter);
        settle(&mut window);
        let data = Station::Data.title(words);
        let is_there = |window: &Window| window.query_by_role_and_label(Role::Tab, data).is_some();
        assert!(!is_there(&window), "the lesson leads, no station does");
        next(&mut window, words);
        let lesson = window.state().lesson_runner().expect("a lesson").lesson().clone();
        for step in 0..2 {
            assert_eq!(position(&window), step);
            let place = words.lesson.step_of.replace("{0}", &(step + 1).to_string());
            let place = place.replace("{1}", &lesson.steps.len().to_string());
            assert!(has(&window, &place), "{place}");
            play_step(&mut window, words, &lesson.id);
        }
        // What is read has the whole width, and the keys of a remote control lead on and back.
        press(&mut window, Key::PageUp);
        settle(&mut window);
        assert!(position(&window) < 2);
        press(&mut window, Key::Escape);
        settle(&mut window);
        assert!(is_there(&window));
        click(&mut window, words.lesson.leave);
        assert!(window.state().lesson_runner().is_none());
    }
}

/// The lesson begins anew in the other language, and only then goes back to where it was.
#[test]
fn another_language_in_the_middle_of_a_lesson_has_its_own_data_and_pieces() {
    let words = Language::English.words();
    let mut window = window(Language::English, Station::Chat);
    open(&mut window, "03-tokens");
    next(&mut window, words);
    window.state_mut().act(Action::TurnLanguage);
    settle(&mut window);
    assert_eq!(position(&window), 0);
    let cannot = Language::Chinese.words().lesson.cannot.replace("{0}", "Clean");
    assert!(!has(&window, &cannot));
    let session = window.state_mut().session();
    assert_eq!(session.library().chosen().name(), "pocket-zh");
    let learned = session.library().vocabulary().expect("the lesson has it learned");
    let piece = |merge: usize| learned.tokenizer().piece(256 + merge as u32);
    let chinese = |text: String| text.chars().any(|c| c > '\u{2fff}');
    assert!((0..60).filter_map(piece).any(chinese), "learned on the Chinese data");
}

#[test]
fn leaving_puts_back_what_was_there() {
    let words = Language::English.words();
    let mut window = window(Language::English, Station::Chat);
    let model = window.state_mut().session().opened().expect("a model").name.clone();
    window.state_mut().act(Action::Say("What does a dog say?".into()));
    settle(&mut window);
    let turns = window.state_mut().session().conversation().path().len();
    let filters = *window.state_mut().session().decoding().filters();
    open(&mut window, "08-the-die");
    next(&mut window, words);
    assert_ne!(window.state_mut().session().opened().expect("a model").name, model);
    assert_eq!(window.state().settings().station, Station::Decode);
    click(&mut window, words.lesson.leave);
    assert!(window.state().lesson_runner().is_none());
    assert_eq!(window.state_mut().session().opened().expect("a model").name, model);
    assert_eq!(window.state_mut().session().conversation().path().len(), turns);
    assert_eq!(*window.state_mut().session().decoding().filters(), filters);
    assert_eq!(window.state().settings().station, Station::Chat);
}

#[test]
fn a_lessons_data_and_model_are_only_lent() {
    let words = Language::English.words();
    let mut window = window(Language::English, Station::Chat);
    let chosen = |window: &mut Window| window.state_mut().session().library().chosen().clone();
    let (before, model) = (chosen(&mut window), window.state().settings().model.clone());
    open(&mut window, "04-embeddings");
    assert_eq!(window.state().settings().model, model, "the next start is not with noise");
    open(&mut window, "02-data");
    assert_eq!(chosen(&mut window).name(), "messy");
    assert!(window.state_mut().session().library().treatment().rules.is_empty());
    // A lesson without data of its own does not go on with another's: its model's is shown.
    open(&mut window, "08-the-die");
    assert_eq!(chosen(&mut window).name(), "chat-en");
    open(&mut window, "02-data");
    click(&mut window, words.lesson.leave);
    assert_eq!(chosen(&mut window), before);
    assert!(!window.state_mut().session().library().treatment().rules.is_empty());
    assert_eq!(window.state().settings().model, model);
}

#[test]
fn a_lesson_is_led_by_keys_alone() {
    let mut window = window(Language::English, Station::Chat);
    open(&mut window, "08-the-die");
    press(&mut window, Key::Space);
    settle(&mut window);
    assert_eq!((phase(&window), position(&window)), (Phase::Say, 0));
    // The animation, then the next step.
    press(&mut window, Key::Space);
    settle(&mut window);
    press(&mut window, Key::Space);
    settle(&mut window);
    assert_eq!(position(&window), 1);
    press(&mut window, Key::Space);
    settle(&mut window);
    assert_eq!((phase(&window), position(&window)), (Phase::Say, 1), "it asks for a bet first");
    press(&mut window, Key::PageUp);
    settle(&mut window);
    assert_eq!(position(&window), 0);
    // What a lesson hides is out of sight, until the teacher shows it.
    let words = Language::English.words();
    assert!(
        !has(&window, words.decode.top_k) || window.query_by_label(words.decode.top_k).is_none()
    );
    click(&mut window, words.lesson.show_hidden);
    assert!(has(&window, words.decode.top_k));
    // The language turns in the middle of a lesson; the step stays.
    window.state_mut().act(Action::TurnLanguage);
    settle(&mut window);
    assert_eq!(position(&window), 0);
    assert!(has(&window, Language::Chinese.words().lesson.leave));
}

/// The prompt of "the die" is bet on: the bar does not write on in it. A puzzle is solved by Enter in its field.
#[test]
fn a_bets_text_stays_and_enter_in_a_field_claims_a_puzzle() {
    let words = Language::English.words();
    let mut window = window(Language::English, Station::Chat);
    open(&mut window, "08-the-die");
    let runner =
        |window: &Window| window.state().lesson_runner().expect("a lesson").lesson().clone();
    let lesson = runner(&window);
    let go = |window: &mut Window, bets: bool| {
        let wanted = |task: &Task| match bets {
            true => matches!(task, Task::Predict(_)),
            false => matches!(task, Task::Goal { .. }),
        };
        let step = lesson.steps.iter().find(|step| wanted(&step.task)).expect("such a step");
        let id = step.id.clone();
        window.state_mut().act(Action::Lesson(LessonAsk::Press(Input::Go(id))));
        settle(window);
    };
    go(&mut window, true);
    let ids = |window: &mut Window| window.state_mut().session().decoding().ids();
    let before = ids(&mut window);
    for _ in 0..2 {
        press(&mut window, Key::ArrowRight);
        press(&mut window, Key::End);
        settle(&mut window);
    }
    assert_eq!(ids(&mut window), before);
    go(&mut window, false);
    let field = window.get_all_by_role(Role::MultilineTextInput).next().expect("the prompt");
    field.focus();
    window.run_steps(2);
    press(&mut window, Key::Enter);
    settle(&mut window);
    assert!(has(&window, words.lesson.not_yet));
    assert_eq!(ids(&mut window), before, "no line was added");
}

/// In a small window the lesson stands where the inspector would; before a class there is none.
#[test]
fn the_rules_are_at_hand_where_a_lesson_points_at_them() {
    for (language, presents) in LANGUAGES.into_iter().zip([false, true]) {
        let mut window = window(language, Station::Chat);
        window.set_size(if presents { vec2(1920.0, 1080.0) } else { vec2(1024.0, 700.0) });
        open(&mut window, "02-data");
        if presents {
            window.state_mut().act(Action::TurnPresenter);
            settle(&mut window);
        }
        let name = language.words().data.rule_markup;
        let rule = |window: &Window| window.query_by_role_and_label(Role::Switch, name).is_some();
        assert!(!rule(&window), "only where the lesson speaks of them");
        window.state_mut().act(Action::Lesson(LessonAsk::Press(Input::Go("rules".into()))));
        settle(&mut window);
        assert!(rule(&window));
        window.get_by_role_and_label(Role::Switch, name).click();
        settle(&mut window);
        let rules = window.state_mut().session().library().treatment().rules.clone();
        assert_eq!(rules.into_iter().collect::<Vec<_>>(), ["markup-entities"]);
    }
}

#[test]
fn whoever_skips_the_forward_half_still_sees_the_backward_one() {
    let mut window = window(Language::English, Station::Chat);
    open(&mut window, "09-one-step");
    let lesson = window.state().lesson_runner().expect("a lesson").lesson().clone();
    let is_backward = |step: &glassbox::lesson::schema::Step| {
        let actions = step.enter.iter().chain(&step.play);
        actions
            .into_iter()
            .any(|action| matches!(action, glassbox::lesson::Action::TrainHalf(Half::Backward)))
    };
    let step = lesson.steps.iter().find(|step| is_backward(step)).expect("a backward step");
    window.state_mut().act(Action::Lesson(LessonAsk::Press(Input::Go(step.id.clone()))));
    settle(&mut window);
    if let Some(Task::Predict(bet)) =
        window.state().lesson_runner().expect("a lesson").step().map(|step| step.task.clone())
    {
        guess(&mut window, Language::English.words(), &bet);
    }
    next(&mut window, Language::English.words());
    assert_eq!(window.state().lesson_problem(), None);
    assert!(window.state_mut().session().training().record.is_some());
}

#[test]
fn what_was_done_is_kept_and_handed_in_and_forgotten() {
    let words = Language::English.words();
    let folder = tempfile::tempdir().expect("a folder");
    let mut window = window(Language::English, Station::Chat);
    let progress = folder.path().join("progress.ron");
    window.state_mut().keep_lessons_in(progress.clone(), folder.path().join("lessons"));
    window.state_mut().save_to(folder.path().to_path_buf());
    open(&mut window, "08-the-die");
    next(&mut window, words);
    next(&mut window, words);
    next(&mut window, words);
    let bet = match &window.state().lesson_runner().expect("a lesson").step().expect("a step").task
    {
        Task::Predict(bet) => bet.clone(),
        other => panic!("a bet is expected here, not {other:?}"),
    };
    guess(&mut window, words, &bet);
    // The animation, then the answer.
    next(&mut window, words);
    next(&mut window, words);
    assert!(has(&window, words.lesson.you) && has(&window, words.lesson.engine));
    let wait = |done: &dyn Fn() -> bool| {
        let start = Instant::now();
        while !done() && start.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(10));
        }
        assert!(done());
    };
    wait(&|| std::fs::read_to_string(&progress).is_ok_and(|text| text.contains("Number(40")));
    window.state_mut().act(Action::Lesson(LessonAsk::HandIn));
    let handed = folder.path().join("08-the-die.handin.txt");
    wait(&|| handed.exists());
    click(&mut window, words.lesson.forget);
    click(&mut window, words.lesson.forget_sure);
    let is_open = |window: &Window| {
        let runner = window.state().lesson_runner().expect("a lesson");
        runner.kept().iter().all(|kept| kept.answer.is_none())
    };
    assert!(is_open(&window), "nothing is left of it");
    window.state_mut().act(Action::Lesson(LessonAsk::Read(handed)));
    settle(&mut window);
    assert!(!is_open(&window), "the hand-in shows the answers");
}

#[test]
fn a_lesson_of_ones_own_is_read_again_when_it_is_saved() {
    let words = Language::English.words();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.ron");
    let (_, die) = LESSONS.iter().find(|(id, _)| *id == "08-the-die").expect("the lesson");
    let good = die.replace("id: \"08-the-die\"", "id: \"mine\"");
    std::fs::write(&file, &good).expect("a file");
    let mut window = window(Language::English, Station::Chat);
    let progress = folder.path().join("progress.ron");
    window.state_mut().keep_lessons_in(progress, folder.path().to_path_buf());
    settle(&mut window);
    open(&mut window, "mine");
    next(&mut window, words);
    std::fs::write(&file, &good[..good.len() / 2]).expect("a file");
    let start = Instant::now();
    while window.state().lesson_problem().is_none() && start.elapsed() < Duration::from_secs(30) {
        window.run_steps(1);
        std::thread::sleep(Duration::from_millis(20));
    }
    let problem = window.state().lesson_problem().expect("its mistake is told");
    assert!(problem.contains("mine.ron:"), "{problem}");
    assert!(has(&window, "mine.ron:"), "in the panel");
}

#[test]
fn a_newcomer_is_greeted_once() {
    let words = Language::Chinese.words();
    let mut window = window(Language::Chinese, Station::Chat);
    assert!(!has(&window, words.lesson.welcome));
    window.state_mut().welcome();
    window.run_steps(3);
    assert!(has(&window, words.lesson.welcome));
    click(&mut window, words.lesson.welcome_alone);
    assert!(!has(&window, words.lesson.welcome));
    window.state_mut().welcome();
    window.run_steps(3);
    click(&mut window, words.lesson.welcome_lesson);
    assert_eq!(phase(&window), Phase::Question);
}
