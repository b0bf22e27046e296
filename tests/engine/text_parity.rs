//! Token ids agree with Hugging Face `tokenizers`: see `fixtures/make_tokenizer.py`.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use glassbox::text::Tokenizer;
use glassbox::text::tokenizer::{bytes, learn_bpe, pretokenize};
use proptest::prelude::*;
use serde::Deserialize;

/// One string and the ids that Hugging Face `tokenizers` gives it.
#[derive(Deserialize)]
struct Nasty {
    text: String,
    gpt2: Vec<u32>,
    gpt2_plain: Vec<u32>,
    learned: Vec<u32>,
    learned_plain: Vec<u32>,
}

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tokenizer").join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(fixture(name)).unwrap()
}

fn nasty() -> Vec<Nasty> {
    serde_json::from_str(&read("nasty.json")).unwrap()
}

fn learned() -> Tokenizer {
    learn_bpe([read("corpus.txt").as_str()], 603, &mut |_| ()).unwrap().tokenizer
}

fn characters() -> Tokenizer {
    Tokenizer::learn_characters(&read("corpus.txt"), true)
}

/// GPT-2's own tokenizer. Its vocabulary follows from its merges: the 256 bytes, one token for
/// each merge, and `<|endoftext|>`.
fn gpt2() -> Tokenizer {
    let merges = read("gpt2_merges.txt");
    let tokens = bytes::in_vocabulary_order().into_iter().map(|byte| bytes::to_visible(&[byte]));
    let made = merges.lines().skip(1).map(|line| line.replace(' ', ""));
    let all = tokens.chain(made).chain(["<|endoftext|>".to_owned()]);
    let vocab: HashMap<String, u32> = all.zip(0..).collect();
    Tokenizer::from_vocab_and_merges(&serde_json::to_string(&vocab).unwrap(), &merges).unwrap()
}

fn agrees(tokenizer: &Tokenizer, text: &str, ids: &[u32], plain: &[u32]) {
    assert_eq!(tokenizer.encode(text).unwrap(), ids, "{text:?}");
    assert_eq!(tokenizer.encode_plain(text).unwrap(), plain, "{text:?}");
    assert_eq!(tokenizer.decode(ids).unwrap(), text);
    assert_eq!(tokenizer.decode(plain).unwrap(), text);
}

#[test]
fn ids_agree_for_gpt2() {
    let gpt2 = gpt2();
    assert_eq!((gpt2.vocabulary_size(), gpt2.merges().len()), (50257, 50000));
    assert_eq!(gpt2.id_of_special("<|endoftext|>"), Some(50256));
    for row in nasty() {
        agrees(&gpt2, &row.text, &row.gpt2, &row.gpt2_plain);
    }
}

#[test]
fn ids_agree_for_a_tokenizer_learned_here() {
    let rows = nasty();
    assert!(rows.len() >= 300);
    let learned = learned();
    for row in rows {
        agrees(&learned, &row.text, &row.learned, &row.learned_plain);
    }
}

#[test]
fn ids_agree_for_characters() {
    #[derive(Deserialize)]
    struct Row {
        text: String,
        ids: Vec<u32>,
        decoded: String,
    }
    let tokenizer = characters();
    for row in serde_json::from_str::<Vec<Row>>(&read("characters.json")).unwrap() {
        assert_eq!(tokenizer.encode(&row.text).unwrap(), row.ids);
        assert_eq!(row.decoded, row.text);
    }
}

#[test]
fn every_character_is_cut_alike() {
    let runs: Vec<(u32, char)> = serde_json::from_str(&read("classes.json")).unwrap();
    for character in '\0'..=char::MAX {
        let run = runs.partition_point(|&(first, _)| first <= u32::from(character));
        let joins = |before| pretokenize::split(&format!("{before}{character}")).count() == 1;
        let kind =
            [('L', 'a'), ('N', '1'), ('O', '!')].into_iter().find(|&(_, before)| joins(before));
        assert_eq!(kind.map_or('S', |(kind, _)| kind), runs[run - 1].1, "{character:?}");
    }
}

#[test]
fn the_merges_are_those_of_hugging_face() {
    let theirs: Vec<[String; 2]> = serde_json::from_str(&read("trainer.json")).unwrap();
    let learned = learned();
    let token = |id| bytes::to_visible(learned.piece_bytes(id).unwrap());
    let ours: Vec<[String; 2]> =
        learned.merges().iter().map(|m| [token(m.pair.0), token(m.pair.1)]).collect();
    assert_eq!(ours, theirs);
}

#[test]
fn the_written_file_is_the_one_that_was_compared() {
    for (tokenizer, name) in
        [(learned(), "learned.json"), (characters(), "characters_learned.json")]
    {
        let text = tokenizer.to_json_string().unwrap();
        assert_eq!(text, read(name), "{name}: write it anew, then run make_tokenizer.py");
        let mut opened = Tokenizer::from_json_str(&text).unwrap();
        opened.restore_counts(tokenizer.merges()).unwrap();
        assert_eq!(opened, tokenizer);
    }
}

/// Writes the tokenizers that `make_tokenizer.py` needs.
#[test]
#[ignore = "writes fixtures"]
fn write_learned() {
    fs::write(fixture("learned.json"), learned().to_json_string().unwrap()).unwrap();
    fs::write(fixture("characters_learned.json"), characters().to_json_string().unwrap()).unwrap();
}

proptest! {
    #[test]
    fn decoding_gives_the_text_back(text in any::<String>()) {
        let tokenizer = learned();
        for ids in [tokenizer.encode(&text).unwrap(), tokenizer.encode_plain(&text).unwrap()] {
            prop_assert_eq!(&tokenizer.decode(&ids).unwrap(), &text);
        }
    }

    #[test]
    fn specials_and_spaces_come_back(text in "(<\\|end\\|>|<\\||user|\\|>|[ \r\n\t'sé你😀\u{301}])*") {
        let tokenizer = learned();
        let ids = tokenizer.encode_plain(&text).unwrap();
        let first_special = tokenizer.specials()[0].id;
        prop_assert!(ids.iter().all(|&id| id < first_special), "no special from plain text");
        prop_assert_eq!(&tokenizer.decode(&ids).unwrap(), &text);
        prop_assert_eq!(tokenizer.decode(&tokenizer.encode(&text).unwrap()).unwrap(), text);
    }
}
