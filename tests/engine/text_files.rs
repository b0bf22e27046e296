//! Tokenizer files of others: what opens, and what is refused in one clear sentence.

use std::fs;

use glassbox::text::Tokenizer;
use glassbox::text::tokenizer::{bytes, learn_bpe};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A small learned tokenizer.json, to be changed by a test.
fn good() -> Value {
    let learned = learn_bpe(["low low lower lowest"], 262, &mut |_| ()).unwrap();
    serde_json::from_str(&learned.tokenizer.to_json_string().unwrap()).unwrap()
}

fn open(file: &Value) -> glassbox::Result<Tokenizer> {
    Tokenizer::from_json_str(&file.to_string())
}

/// The sentence with which a change of the good file is refused.
fn refused(change: impl FnOnce(&mut Value)) -> String {
    let mut file = good();
    change(&mut file);
    open(&file).unwrap_err().to_string()
}

#[test]
fn older_ways_of_writing_open_alike() {
    let expected = open(&good()).unwrap();
    let mut old = good();
    let lines = old["model"]["merges"].as_array().unwrap().iter();
    let line = |pair: &Value| {
        json!(format!("{} {}", pair[0].as_str().unwrap(), pair[1].as_str().unwrap()))
    };
    let lines: Vec<Value> = lines.map(line).collect();
    old["model"]["merges"] = json!(lines);
    old["model"].as_object_mut().unwrap().remove("type");
    old["model"]["continuing_subword_prefix"] = json!("");
    old["post_processor"] = json!({"type": "ByteLevel", "trim_offsets": false});
    assert_eq!(open(&old).unwrap(), expected);
}

#[test]
fn a_prefix_space_is_added_when_asked_for() {
    let mut file = good();
    file["pre_tokenizer"]["add_prefix_space"] = json!(true);
    let tokenizer = open(&file).unwrap();
    assert_eq!(tokenizer.encode("low").unwrap(), tokenizer.encode(" low").unwrap());
    // After a special token too, as Hugging Face does.
    let ids = tokenizer.encode("<|end|>low").unwrap();
    assert_eq!(tokenizer.decode(&ids).unwrap(), "<|end|> low");
    assert!(tokenizer.encode("").unwrap().is_empty());
    assert_eq!(Tokenizer::from_json_str(&tokenizer.to_json_string().unwrap()).unwrap(), tokenizer);
}

#[test]
fn settings_that_give_other_ids_are_refused() {
    type Change = fn(&mut Value);
    let cases: [(&str, Change); 10] = [
        ("not BPE", |f| f["model"]["type"] = json!("Unigram")),
        ("normalizer", |f| f["normalizer"] = json!({"type": "NFC"})),
        ("pre-tokenizer", |f| f["pre_tokenizer"] = json!({"type": "Whitespace"})),
        ("use_regex", |f| f["pre_tokenizer"]["use_regex"] = json!(false)),
        ("dropout", |f| f["model"]["dropout"] = json!(0.1)),
        ("byte_fallback", |f| f["model"]["byte_fallback"] = json!(true)),
        ("ignore_merges", |f| f["model"]["ignore_merges"] = json!(true)),
        ("end_of_word_suffix", |f| f["model"]["end_of_word_suffix"] = json!("</w>")),
        ("lstrip", |f| f["added_tokens"][0]["lstrip"] = json!(true)),
        ("single_word", |f| f["added_tokens"][0]["single_word"] = json!(true)),
    ];
    for (what, change) in cases {
        let sentence = refused(change);
        assert!(sentence.contains(what) && sentence.contains("not supported"), "{sentence}");
    }
}

#[test]
fn broken_vocabularies_are_refused() {
    let cases = [
        (refused(|f| f["model"]["vocab"]["x!"] = json!(5)), "the same id 5"),
        (refused(|f| f["model"]["vocab"]["x!"] = json!(4_000_000_000_u32)), "no token has the id"),
        (refused(|f| f["model"]["vocab"]["<|end|>"] = json!(262)), "two ids"),
        (refused(|f| f["model"]["merges"][0] = json!(["xx", "y"])), "needs the token \"xx\""),
        (refused(|f| f["model"]["merges"][0] = json!("a b c")), "is not two tokens"),
        (
            refused(|f| f["model"]["merges"][1] = f["model"]["merges"][0].clone()),
            "stands there twice",
        ),
        (refused(|f| f["added_tokens"][0]["content"] = json!("")), "an added token is empty"),
        (refused(|f| f["model"]["vocab"] = json!({"a": -1})), "not a usable"),
        (refused(|f| *f = json!([])), "not a usable"),
    ];
    for (sentence, what) in cases {
        assert!(sentence.contains(what), "{sentence}");
    }
    assert!(Tokenizer::from_json_str("").is_err());
    assert!(Tokenizer::from_json_str(&"[".repeat(100_000)).is_err());
}

#[test]
fn a_merge_must_not_make_a_special_token() {
    let sentence = refused(|f| {
        let first = f["model"]["merges"][0].clone();
        let token = format!("{}{}", first[0].as_str().unwrap(), first[1].as_str().unwrap());
        let id = f["model"]["vocab"][&token].clone();
        let added = json!({"id": id, "content": token, "special": true});
        f["added_tokens"].as_array_mut().unwrap().push(added);
    });
    assert!(sentence.contains("could forge it"), "{sentence}");
}

#[test]
fn missing_bytes_are_an_error_only_when_met() {
    let file = json!({
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
        "model": {"vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]},
    });
    let tokenizer = open(&file).unwrap();
    assert_eq!(tokenizer.encode("abb").unwrap(), [2, 1]);
    assert!(tokenizer.encode("abc").unwrap_err().to_string().contains("0x63"));
}

#[test]
fn folders_open_and_their_errors_name_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = |name: &str| {
        let sentence = Tokenizer::open(folder.path()).unwrap_err().to_string();
        let path = format!("{}{name}: ", folder.path().display());
        assert!(sentence.starts_with(&path), "{sentence}");
        sentence
    };
    assert!(error("").contains("no tokenizer"));

    let tokens = bytes::in_vocabulary_order().into_iter().map(|byte| bytes::to_visible(&[byte]));
    let tokens = tokens.chain(["he", "<|endoftext|>"].map(str::to_owned));
    let vocab: std::collections::HashMap<String, u32> = tokens.zip(0..).collect();
    fs::write(folder.path().join("vocab.json"), serde_json::to_string(&vocab).unwrap()).unwrap();
    fs::write(folder.path().join("merges.txt"), "#version: 0.2\r\nh e\r\n").unwrap();
    let tokenizer = Tokenizer::open(folder.path()).unwrap();
    assert_eq!(tokenizer.encode("he<|endoftext|>").unwrap(), [256, 257]);
    assert_eq!(tokenizer.merges()[0].count, None);
    fs::write(folder.path().join("merges.txt"), "h q\n").unwrap();
    assert!(error("/vocab.json").contains("\"hq\""));

    // tokenizer.json goes before the other two.
    fs::write(folder.path().join("tokenizer.json"), b"{\xFF").unwrap();
    assert!(error("/tokenizer.json").contains("utf-8"));
    fs::write(folder.path().join("tokenizer.json"), vec![b' '; (32 << 20) + 1]).unwrap();
    assert!(error("/tokenizer.json").contains("too many"));
    fs::write(folder.path().join("tokenizer.json"), good().to_string()).unwrap();
    assert_eq!(Tokenizer::open(folder.path()).unwrap(), open(&good()).unwrap());
}

#[test]
fn counts_are_restored_from_their_own_record_only() {
    let learned = learn_bpe(["low low lower lowest"], 262, &mut |_| ()).unwrap().tokenizer;
    let mut opened = open(&good()).unwrap();
    assert!(opened.merges().iter().all(|merge| merge.count.is_none()));
    let other = learn_bpe(["hi hi ho ho"], 262, &mut |_| ()).unwrap().tokenizer;
    assert!(opened.restore_counts(other.merges()).is_err());
    opened.restore_counts(learned.merges()).unwrap();
    assert_eq!(opened, learned);
}

proptest! {
    #[test]
    fn garbled_files_never_panic(cut in 0usize..9000, at in 0usize..9000, byte in any::<u8>()) {
        let mut text = good().to_string().into_bytes();
        let at = at % text.len();
        text[at] = byte;
        let _ = Tokenizer::from_json_str(&String::from_utf8_lossy(&text));
        let _ = Tokenizer::from_json_str(&String::from_utf8_lossy(&text[..cut.min(text.len())]));
    }
}
