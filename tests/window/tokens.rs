//! The Tokens station as a person uses it; its numbers are those of the learner and the tokenizer.

use crate::hands::{LANGUAGES, Window, click, has, press, said, settle, window};
use egui::{Event, Key};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use glassbox::app::{Action, Language, Station};
use glassbox::session::library::{Request, SetKey};
use glassbox::text::sets;
use glassbox::text::tokenizer::learn_bpe;
use glassbox::text::{Dialogue, Turn};

fn at_tokens(language: Language) -> Window {
    let mut window = window(language, Station::Tokens);
    settle(&mut window);
    window
}

fn timeline(window: &Window, language: Language) -> f64 {
    let node = window.get_by_label(language.words().timeline);
    node.accesskit_node().numeric_value().expect("a number")
}

#[test]
fn merges_are_walked_and_every_number_is_the_learners() {
    let made =
        sets::make_expansion(sets::shipped().expect("an index").find("pocket").expect("a set"));
    let made = made.expect("made");
    let texts: Vec<&str> = made.training.iter().flatten().map(String::as_str).collect();
    let alone = learn_bpe(texts, 512, &mut |_| ()).expect("learned").tokenizer;
    for language in LANGUAGES {
        let words = language.words().tokens;
        let mut window = at_tokens(language);
        let learned = window.state_mut().session().library().vocabulary().expect("learned").clone();
        assert_eq!(*learned.tokenizer(), alone, "the same as without the window");
        let model = window.state_mut().session().tokenizer().expect("a tokenizer").clone();
        assert_eq!(model.merges(), alone.merges(), "and as the model that learned from this set");
        assert!(has(&window, words.same_pieces));
        press(&mut window, Key::Home);
        assert!(has(&window, words.no_merges));
        for number in 1..=4 {
            press(&mut window, Key::ArrowRight);
            settle(&mut window);
            assert_eq!(timeline(&window, language), f64::from(number));
            let merge = alone.merges()[number as usize - 1];
            let of = |name: &str, value: &str| format!("{name}: {value}");
            assert!(has(&window, &of(words.id, &merge.token.to_string())));
            let count = thin(merge.count.expect("counted"));
            assert!(has(&window, &of(words.times_in_data, &count)), "{count}");
            assert!(has(&window, &words.merge_n.replace("{0}", &number.to_string())));
            assert!(has(&window, words.in_the_data));
        }
        press(&mut window, Key::End);
        assert_eq!(timeline(&window, language), 253.0);
        press(&mut window, Key::ArrowLeft);
        assert_eq!(timeline(&window, language), 252.0);
    }
}

/// Thousands apart, as the screen writes them.
fn thin(n: u64) -> String {
    if n < 1000 { n.to_string() } else { format!("{}\u{2009}{:03}", n / 1000, n % 1000) }
}

#[test]
fn any_text_is_shown_in_characters_bytes_and_tokens() {
    for language in LANGUAGES {
        let words = language.words().tokens;
        let mut window = at_tokens(language);
        click(&mut window, words.tab_read);
        let field = window.get_by_label(words.type_here);
        field.focus();
        window.run_steps(2);
        window.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
        window.event(Event::Text("the cow 牛".into()));
        settle(&mut window);
        let model = window.state_mut().session().tokenizer().expect("a tokenizer").clone();
        let ids = model.encode_plain("the cow 牛").expect("bytes");
        let counts = words
            .counts_are
            .replace("{0}", "9")
            .replace("{1}", "11")
            .replace("{2}", &ids.len().to_string());
        assert!(has(&window, &counts), "{counts}");
        for (number, id) in ids.iter().enumerate() {
            let found = window.query_all_by_label_contains(&words.token_is[..3]).any(|node| {
                said(&node).ends_with(&id.to_string()) && said(&node).contains(&number.to_string())
            });
            assert!(found, "token {number}, id {id}");
        }
        assert!(has(&window, &format!("{} 8: E7", words.bytes)), "bytes in hexadecimal");
        click(&mut window, words.learned_here);
        assert!(has(&window, words.with_characters));
    }
}

#[test]
fn the_template_and_the_table_show_every_piece() {
    for language in LANGUAGES {
        let words = language.words().tokens;
        let mut window = at_tokens(language);
        click(&mut window, words.tab_template);
        assert!(has(&window, "<|user|>") && has(&window, "<|end|>"), "as it is stored");
        click(&mut window, words.next);
        let two = words.this_dialogue.replace("{0}", "2").replace("{1}", "896");
        assert!(has(&window, &two), "{two}");
        click(&mut window, words.tab_table);
        assert!(has(&window, &words.n_pieces.replace("{0}", "512")));
        click(&mut window, words.by_count);
        let learned = window.state_mut().session().library().vocabulary().expect("learned").clone();
        let end = learned.tokenizer().id_of_special("<|end|>").expect("an end token");
        let turns: usize = 3328;
        let training = learned.counts[end as usize];
        assert!(training > 2900 && training < turns as u64, "each turn to learn from has an end");
        let row = words
            .row_is
            .replace("{0}", language.words().end)
            .replace("{1}", &end.to_string())
            .replace("{2}", &thin(training));
        assert!(has(&window, &row), "{row}");
    }
}

#[test]
fn it_is_said_when_data_pieces_and_model_no_longer_belong_together() {
    for language in LANGUAGES {
        let words = language.words();
        let mut window = at_tokens(language);
        assert!(!has(&window, words.tokens.changed));
        let new = Dialogue { turns: vec![Turn::user("Something new"), Turn::bot("Indeed.")] };
        window.state_mut().act(Action::Data(Request::Insert(0, new)));
        settle(&mut window);
        assert!(has(&window, words.tokens.changed), "the pieces are of the data as it was");
        click(&mut window, words.tokens.learn_again);
        assert!(!has(&window, words.tokens.changed));
        assert!(has(&window, words.tokens.other_pieces), "and the model is of the set before");
        let key = SetKey::Shipped("pocket".into());
        window.state_mut().act(Action::Data(Request::Choose(key)));
        settle(&mut window);
        click(&mut window, words.tokens.learn_again);
        assert!(has(&window, words.tokens.same_pieces));
        window.state_mut().act(Action::Data(Request::Learn(Some(320))));
        settle(&mut window);
        assert!(has(&window, &words.tokens.other_size.replace("{0}", "512")));
    }
}
