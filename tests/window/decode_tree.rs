//! Beam search and the comparison as a person uses them: by names, by clicks, by keys.

use crate::hands::{LANGUAGES, Window, click, has, settle};
use egui::accesskit::Role;
use egui::{Key, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use glassbox::app::{Action, Ask, DecodeView, Language, Station, TreeAsk, Words, fill};
use glassbox::decode::{
    BeamNode, BeamSettings, EarlyStopping, Fate, Stop, beam_search, distinct, race,
};
use glassbox::nn::Inference;
use glassbox::session::{Plan, Strand};
use glassbox::tensor::Threads;

fn window(language: Language, view: DecodeView, size: [f32; 2]) -> Window {
    let mut window = crate::hands::window(language, Station::Decode);
    window.set_size(vec2(size[0], size[1]));
    if window.state().settings().panel_open {
        act(&mut window, Action::TogglePanel);
    }
    act(&mut window, Action::Decode(Ask::Show(view)));
    window
}

fn act(window: &mut Window, action: Action) {
    window.state_mut().act(action);
    settle(window);
}

fn press(window: &mut Window, key: Key) {
    window.key_press(key);
    settle(window);
}

fn plan() -> Plan {
    Plan {
        text: "What does a cow say?".into(),
        beams: 4,
        returns: 3,
        steps: 7,
        early_stopping: EarlyStopping::Never,
        ..Plan::default()
    }
}

/// A number as the window writes it.
fn number(x: f64, digits: usize) -> String {
    let text = format!("{x:.digits$}");
    let zero = text.bytes().all(|b| matches!(b, b'-' | b'0' | b'.'));
    if zero { text.replace('-', "") } else { text.replace('-', "\u{2212}") }
}

/// What is said of a node, but for its token.
fn said_of(words: &Words, node: &BeamNode, chosen: bool) -> String {
    let fate = match node.fate {
        _ if chosen => words.tree.chosen,
        Fate::Kept => words.tree.kept,
        Fate::Pruned => words.tree.pruned,
        Fate::Finished => words.tree.finished,
        Fate::Outranked => words.tree.outranked,
    };
    let place = fill(words.tree.token_n, &[&node.depth]);
    let [step, sum] = [node.step_logprob, node.sum].map(|x| number(x, 2));
    fill(words.tree.node_is, &[&"", &place, &fate, &step, &sum, &number(node.score, 3)])
}

/// The names of the nodes on the stage, without their tokens.
fn shown(window: &Window, language: Language) -> Vec<String> {
    let comma = if language == Language::English { ", " } else { "，" };
    let names = window.get_all_by_role(Role::TreeItem).filter_map(|node| {
        let name = node.accesskit_node().label()?;
        // A token may be a comma itself: the place is what the name is split at.
        let place = fill(language.words().tree.token_n, &[&""]);
        let place = place.split(' ').next().unwrap_or_default().to_string();
        let at = name.find(&format!("{comma}{place}"))?;
        Some(name[at..].to_string())
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn the_tree_is_the_engines_record() {
    for language in LANGUAGES {
        let words = language.words();
        let mut window = window(language, DecodeView::Tree, [2600.0, 1700.0]);
        act(&mut window, Action::Tree(TreeAsk::Run(plan())));
        let session = window.state_mut().session();
        let opened = session.opened().cloned().expect("a model");
        let prompt = session.searched().expect("a search").prompt.clone();
        // The same search, made here once more.
        let settings = BeamSettings {
            beams: 4,
            length_penalty: 1.0,
            early_stopping: EarlyStopping::Never,
            returns: 3,
            repetition_penalty: None,
            stop: Stop { max_new_tokens: 7, end: opened.model.end },
        };
        let mut model = Inference::new(&opened.model.parameters, Threads::serial());
        let beam = beam_search(settings, &prompt, &mut model).expect("found");
        let nodes = beam.nodes().iter().enumerate().skip(1);
        let said = |(at, node)| said_of(words, node, beam.chosen().contains(&at));
        let mut expected: Vec<String> = nodes.map(said).collect();
        expected.sort();
        assert!(expected.len() > 40, "a tree worth the name");
        assert_eq!(shown(&window, language), expected);
        for fate in [Fate::Kept, Fate::Pruned, Fate::Finished] {
            assert!(beam.nodes().iter().any(|node| node.fate == fate), "{fate:?}");
        }
        // What is returned stands in the inspector, with its score.
        for &chosen in beam.chosen() {
            assert!(has(&window, &number(beam.nodes()[chosen].score, 3)));
        }
    }
}

#[test]
fn stepping_shows_less_of_the_same_record() {
    let mut window = window(Language::English, DecodeView::Tree, [2600.0, 1700.0]);
    act(&mut window, Action::Tree(TreeAsk::Run(plan())));
    let search = window.state_mut().session().searched().expect("a search");
    let (id, steps) = (search.id, search.steps().len());
    let last = search.steps()[steps - 1].nodes.len();
    let all = search.nodes().len() - 1;
    let items = |window: &Window| window.get_all_by_role(Role::TreeItem).count() - 1;
    assert_eq!(items(&window), all);
    press(&mut window, Key::ArrowLeft);
    assert_eq!(items(&window), all, "the last step is scored, not pruned yet");
    assert!(!has(&window, "chosen: step"), "nothing is chosen before the end");
    press(&mut window, Key::ArrowLeft);
    press(&mut window, Key::ArrowLeft);
    assert_eq!(items(&window), all - last);
    press(&mut window, Key::Home);
    assert_eq!(items(&window), 0);
    press(&mut window, Key::End);
    assert_eq!(items(&window), all);
    let search = window.state_mut().session().searched().expect("a search");
    assert_eq!((search.id, search.steps().len()), (id, steps), "nothing was computed anew");
}

#[test]
fn the_keyboard_walks_locks_folds_and_lets_go() {
    let words = Language::English.words();
    let mut window = window(Language::English, DecodeView::Tree, [1440.0, 900.0]);
    act(&mut window, Action::Tree(TreeAsk::Run(plan())));
    press(&mut window, Key::ArrowDown);
    let value = |window: &Window| {
        let tree = window.get_by_label(words.tree.title);
        tree.accesskit_node().value().unwrap_or_default()
    };
    let best = value(&window);
    assert!(best.contains("chosen"), "it begins at the best: {best}");
    press(&mut window, Key::ArrowLeft);
    let parent = value(&window);
    assert!(parent.contains("kept") && parent != best, "{parent}");
    press(&mut window, Key::ArrowRight);
    press(&mut window, Key::ArrowLeft);
    assert_eq!(value(&window), parent);
    press(&mut window, Key::Enter);
    assert!(has(&window, words.tree.expand_here) && has(&window, words.tree.step_logprob));
    press(&mut window, Key::F);
    assert!(has(&window, words.tree.unfold), "the inspector can unfold it again");
    press(&mut window, Key::ArrowRight);
    assert_eq!(value(&window), parent, "what is folded cannot be walked into");
    press(&mut window, Key::F);
    press(&mut window, Key::O);
    assert!(has(&window, words.tree.isolated), "the inspector can bring the others back");
    press(&mut window, Key::Escape);
    assert!(has(&window, words.tree.isolate), "Esc releases one level");
    assert!(has(&window, words.tree.step_logprob), "the node is still locked");
    press(&mut window, Key::Escape);
    assert!(!has(&window, words.tree.step_logprob), "nothing is locked");
    let before = window.get_all_by_role(Role::TreeItem).count();
    click(&mut window, words.tree.pruned_ones);
    assert!(window.get_all_by_role(Role::TreeItem).count() < before, "ghosts are put away");
    click(&mut window, words.tree.pruned_ones);
    press(&mut window, Key::V);
    assert!(has(&window, words.tree.compare_heading));
}

#[test]
fn a_node_opens_in_model_and_chat_and_is_searched_on_from() {
    let words = Language::English.words();
    let mut window = window(Language::English, DecodeView::Tree, [1440.0, 900.0]);
    // It stands beside the prompt, and on the card of the empty stage.
    window.get_all_by_label(words.tree.run).next().expect("a button").click();
    settle(&mut window);
    act(&mut window, Action::Tree(TreeAsk::Run(plan())));
    let search = window.state_mut().session().searched().expect("a search");
    let node = search.steps()[2].live[0];
    let (prompt, ids) = (search.prompt.clone(), search.ids(node));
    // Its path without the node itself is what the model read when it weighed it.
    act(&mut window, Action::Tree(TreeAsk::Open(node)));
    assert_eq!(window.state().settings().station, Station::Model);
    let read = [prompt.as_slice(), &ids[..2]].concat();
    assert_eq!(window.state_mut().session().subject(), read);
    assert_eq!(window.state().locked().candidate, Some(ids[2]));
    act(&mut window, Action::Go(Station::Decode));
    act(&mut window, Action::Tree(TreeAsk::Expand(node)));
    let search = window.state_mut().session().searched().expect("a search");
    assert_eq!(search.prompt, [prompt.as_slice(), &ids].concat());
    click(&mut window, words.tree.whole_tree);
    let search = window.state_mut().session().searched().expect("a search");
    assert_eq!(search.prompt, prompt);
    act(&mut window, Action::Tree(TreeAsk::Chat(node)));
    assert_eq!(window.state().settings().station, Station::Chat);
    let conversation = window.state_mut().session().conversation();
    let reply = conversation.path().last().and_then(|&at| conversation.node(at)).expect("a reply");
    let written = reply.written.as_ref().expect("written");
    assert_eq!(written.prompt, prompt);
    let tokens: Vec<u32> = written.steps.iter().map(|step| step.token).collect();
    assert!(tokens.starts_with(&ids) && tokens.len() > ids.len(), "it writes on: {tokens:?}");
}

#[test]
fn the_comparison_shows_the_engines_numbers() {
    for language in LANGUAGES {
        let words = language.words();
        let mut window = window(language, DecodeView::Compare, [1440.0, 900.0]);
        act(&mut window, Action::Tree(TreeAsk::Run(Plan { steps: 20, ..plan() })));
        let search = window.state_mut().session().searched().expect("a search");
        let chosen = search.chosen(search.steps().len()).to_vec();
        let best = search.strand(chosen[0]);
        let greedy = search.greedy().clone();
        let samples: Vec<Vec<u32>> = search.samples().iter().map(Strand::ids).collect();
        let beams: Vec<Vec<u32>> = chosen.iter().map(|&node| search.ids(node)).collect();
        for strand in [&greedy, &best, &search.samples()[0].clone()] {
            let total = format!("{}: {}", words.tree.total, number(strand.logprob(), 2));
            assert!(has(&window, &total), "{total}");
        }
        for texts in [&samples, &beams] {
            let share = distinct(2, texts).share().expect("2-grams");
            let over = fill(words.tree.over_texts, &[&texts.len()]);
            let name = format!("{} {over}: {share:.2}", fill(words.tree.distinct_n, &[&2]));
            assert!(has(&window, &name), "{name}");
        }
        if let Some(race) = race(&best.tokens, &greedy.tokens) {
            let place = fill(words.tree.token_n, &[&(race.parts_at + 1)]);
            assert!(race.parts_at < best.tokens.len() && has(&window, &place));
        }
        // Every sample and every beam can be read.
        window.get_all_by_label(words.tree.next_text).next().expect("a button").click();
        settle(&mut window);
        assert!(has(&window, &fill(words.tree.run_n, &[&2, &samples.len()])));
    }
}

#[test]
fn the_saved_examples_open_from_the_menu_and_the_palette() {
    for language in LANGUAGES {
        let words = language.words();
        let mut window = window(language, DecodeView::Compare, [1440.0, 900.0]);
        click(&mut window, words.tree.examples);
        let titles = ["Beam search is better", "束搜索更好"];
        let title = titles[usize::from(language == Language::Chinese)];
        click(&mut window, title);
        let session = window.state_mut().session();
        let name = session.opened().map(|opened| opened.name.clone());
        let wanted = if language == Language::English { "chat-en" } else { "chat-zh" };
        assert_eq!(name.as_deref(), Some(wanted), "the example brings its model");
        assert!(session.searched().is_some_and(|search| search.ended().is_some()));
        assert!(has(&window, words.tree.beam_better), "the inspector says so");
        window.key_press_modifiers(egui::Modifiers::COMMAND, Key::K);
        window.run_steps(3);
        window.event(egui::Event::Text(words.tree.examples.into()));
        window.run_steps(3);
        let second = format!("{}: ", words.tree.examples);
        assert!(has(&window, &second), "examples are commands");
    }
}

#[test]
fn every_size_language_and_moment_paints() {
    for (width, height) in [(960.0, 640.0), (1024.0, 700.0), (1920.0, 1080.0)] {
        for language in LANGUAGES {
            let mut window = window(language, DecodeView::Tree, [width, height]);
            assert!(has(&window, language.words().tree.empty));
            act(&mut window, Action::Tree(TreeAsk::Run(plan())));
            for view in [DecodeView::Tree, DecodeView::Compare] {
                act(&mut window, Action::Decode(Ask::Show(view)));
                act(&mut window, Action::TurnPresenter);
                act(&mut window, Action::TurnPresenter);
                press(&mut window, Key::Home);
                press(&mut window, Key::Space);
                window.run_steps(30);
                press(&mut window, Key::End);
            }
        }
    }
}
