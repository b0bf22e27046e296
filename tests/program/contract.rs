//! What a script relies on: each command's JSON, exit statuses, and text taken as it is.

use crate::place::Place;
use safetensors::SafeTensors;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn tokenize_gives_ids_and_pieces_and_takes_text_byte_for_byte() {
    let place = Place::with_model();
    let tokenize = ["tokenize", "--model", "m"];
    let with = |more: &[&str]| place.json(&[&tokenize[..], more].concat());
    let text = " hé\r\n\u{feff}\n";
    let encoded = with(&["--text", text]);
    assert_eq!(keys(&encoded), BTreeSet::from(["ids", "pieces"]));
    assert_eq!(
        encoded["ids"].as_array().unwrap().len(),
        encoded["pieces"].as_array().unwrap().len()
    );
    let ids = encoded["ids"].to_string().replace(['[', ']', ','], " ");
    assert_eq!(with(&["--decode", "--text", &ids]), json!({ "text": text }));

    place.write("as-it-is", text);
    assert_eq!(with(&["--file", "as-it-is"]), encoded);
    place.write("as-it-is", &ids);
    assert_eq!(with(&["--decode", "--file", "as-it-is"]), json!({ "text": text }));

    assert_eq!(with(&["--text", "你"])["pieces"], json!(["<0xE4>", "<0xBD>", "<0xA0>"]));
    for blank in ["", "\n\n"] {
        place.write("blank", blank);
        assert_eq!(with(&["--file", "blank"]), with(&["--text", blank]));
    }
    // Text that looks like a flag is text.
    assert_eq!(with(&["--text", "-1"])["pieces"], json!(["-", "1"]));
    assert!(place.done(&[&tokenize[..], &["--text", "hi"]].concat()).out.contains("\"h\""));
}

#[test]
fn eval_counts_each_token_after_the_first_once() {
    let place = Place::with_model();
    let eval = |more: &[&str]| place.json(&[&["eval", "--model", "m", "--data"], more].concat());
    let tokens = |text: &str| {
        let encoded = place.json(&["tokenize", "--model", "m", "--file", text]);
        encoded["ids"].as_array().unwrap().len()
    };
    let of_text = eval(&["text.txt"]);
    assert_eq!(keys(&of_text), BTreeSet::from(["loss", "perplexity", "tokens"]));
    assert_eq!(of_text["tokens"], tokens("text.txt") - 1);
    let loss = of_text["loss"].as_f64().unwrap();
    assert!((of_text["perplexity"].as_f64().unwrap() - loss.exp()).abs() < 1e-9);

    // Of a dialogue the replies count, or everything, or it is read as plain text.
    let count = |more: &[&str]| eval(more)["tokens"].as_u64().unwrap();
    place.write("one.txt", "user: ab\nbot: cd\n");
    assert_eq!(count(&["one.txt"]), 3, "c, d and the end");
    assert_eq!(count(&["one.txt", "--count", "all"]), 7, "all after the first role");
    assert_eq!(count(&["one.txt", "--as", "text"]), tokens("one.txt") as u64 - 1);
    assert_eq!(count(&["one.txt", "--as", "dialogue"]), 3);
}

#[test]
fn generate_gives_prompt_sequences_and_speed() {
    let place = Place::with_model();
    let generate = |more: &[&str]| {
        place.json(&[&["generate", "--model", "m", "--prompt", "who are"], more].concat())
    };
    for strategy in [
        &["--strategy", "greedy"][..],
        &["--strategy", "sample", "--temperature", "2", "--top-k", "50", "--returns", "3"],
        &["--strategy", "beam", "--beams", "4", "--returns", "3", "--length-penalty", "-0.5"],
    ] {
        let arguments = [strategy, &["--max-new-tokens", "6", "--seed", "5"]].concat();
        let found = generate(&arguments);
        assert_eq!(keys(&found), BTreeSet::from(["prompt_ids", "sequences", "tokens_per_second"]));
        let sequences = found["sequences"].as_array().unwrap();
        assert_eq!(sequences.len(), if strategy.len() > 2 { 3 } else { 1 });
        for sequence in sequences {
            assert_eq!(keys(sequence), BTreeSet::from(["ids", "text", "logprob", "score"]));
            assert!((1..=6).contains(&sequence["ids"].as_array().unwrap().len()));
            assert!(sequence["logprob"].as_f64().unwrap() < 0.0);
        }
        for threads in ["1", "2"] {
            let again = generate(&[&arguments[..], &["--threads", threads]].concat());
            assert_eq!(again["sequences"], found["sequences"], "{threads} threads");
        }
    }
}

#[test]
fn generate_stops_where_the_context_is_full_and_says_so() {
    let place = Place::with_model();
    // A model that never ends a text.
    let config = place.text("m/config.json");
    let end = "\"eos_token_id\": ";
    let at = config.find(end).expect("an end token") + end.len();
    let after = config[at..].find([',', '\n']).unwrap() + at;
    place.write("m/config.json", [&config[..at], "null", &config[after..]].concat());
    let args = ["generate", "--model", "m", "--prompt", "ab", "--max-new-tokens", "99", "--json"];
    let outcome = place.done(&args);
    let found: Value = serde_json::from_str(&outcome.out).unwrap();
    assert_eq!(found["sequences"][0]["ids"].as_array().unwrap().len(), 30);
    assert!(outcome.err.contains("context of 32 tokens is full"), "{}", outcome.err);
    assert_eq!(outcome.err.lines().count(), 1);
}

#[test]
fn inspect_writes_activations_by_name_and_gradients_by_the_weights_names() {
    let place = Place::with_model();
    let inspect = |more: &[&str]| {
        let inspect = ["inspect", "--model", "m", "--prompt", "xyz", "--out", "a"];
        place.done(&[&inspect[..], more].concat());
        place.read("a")
    };
    let shapes = |bytes: &[u8]| -> Vec<(String, Vec<usize>)> {
        let file = SafeTensors::deserialize(bytes).expect("safetensors");
        let mut shapes: Vec<_> =
            file.tensors().into_iter().map(|(name, t)| (name, t.shape().to_vec())).collect();
        shapes.sort();
        shapes
    };
    let all = shapes(&inspect(&[]));
    let shape = |name: &str| {
        let found = all.iter().find(|(found, _)| found == name);
        found.unwrap_or_else(|| panic!("no {name}")).1.clone()
    };
    assert_eq!(shape("logits"), [3, 280]);
    assert_eq!(shape("ln_final.hook_normalized"), [3, 16]);
    for layer in 0..2 {
        assert_eq!(shape(&format!("blocks.{layer}.attn.hook_pattern")), [2, 3, 3]);
        for place in ["pre", "mid", "post"] {
            assert_eq!(shape(&format!("blocks.{layer}.hook_resid_{place}")), [3, 16]);
        }
    }
    let some = shapes(&inspect(&["--names", "blocks.1.attn.hook_*"]));
    assert!(!some.is_empty() && some.iter().all(|(name, _)| name.starts_with("blocks.1.attn.")));

    let gradients = shapes(&inspect(&["--names", "logits", "--gradients"]));
    let weights: Vec<_> = shapes(&place.read("m/model.safetensors"))
        .into_iter()
        .map(|(name, shape)| (format!("grad.{name}"), shape))
        .collect();
    let of_weights: Vec<_> =
        gradients.into_iter().filter(|(name, _)| name.starts_with("grad.")).collect();
    assert_eq!(of_weights, weights);
}

#[test]
fn answers_counts_what_is_right_and_shows_what_is_not() {
    let place = Place::with_model();
    place.write(
        "few.ron",
        r#"Answers(format: 1, prompts: [
            (turns: ["who are you Ann"], any: ["I"]),
            (turns: ["hi"], any: ["never said"]),
        ])"#,
    );
    let score = place.json(&["answers", "--model", "m", "--answers", "few.ron"]);
    assert_eq!(keys(&score), BTreeSet::from(["passed", "asked", "failed"]));
    let failed = score["failed"].as_array().unwrap();
    assert_eq!(keys(&failed[0]), BTreeSet::from(["prompt", "reply", "rule"]));
    let [passed, asked] = ["passed", "asked"].map(|key| score[key].as_u64().unwrap());
    assert!(passed + failed.len() as u64 == asked && asked > 0);
}

#[test]
fn bench_reports_medians() {
    let place = Place::new();
    let bench =
        |what: &str, only: &str| place.json(&["bench", what, "--only", only, "--seconds", "0.01"]);
    let training = bench("train", "nano-cpu");
    assert_eq!(keys(&training), BTreeSet::from(["train", "generate", "frame"]));
    let fields = BTreeSet::from(["preset", "tokens_per_second", "step_ms", "parameters"]);
    assert_eq!(keys(&training["train"][0]), fields);
    let generating = bench("generate", "greedy-1m");
    assert!(generating["generate"][0]["tokens_per_second"].as_f64().unwrap() > 0.0);
}

#[test]
fn chat_answers_each_line_and_drops_whole_oldest_turns() {
    let place = Place::with_model();
    let chat = ["chat", "--model", "m"];
    let outcome = place.run_typing("who are you Ann\n".repeat(6), &chat);
    assert_eq!(outcome.status, 0, "{}", outcome.err);
    assert_eq!(outcome.out.matches("bot: ").count(), 6, "{}", outcome.out);
    assert!(outcome.err.contains("oldest turns no longer fit the context"), "{}", outcome.err);

    // A line too long for the context is refused, and the chat goes on.
    let outcome = place.run_typing(format!("{}\nwho\n", "who ".repeat(50)), &chat);
    assert_eq!((outcome.status, outcome.out.matches("bot: ").count()), (0, 1));
    assert!(outcome.err.contains("too long"), "{}", outcome.err);

    for (typed, word) in [(&b"\xFF\n"[..], "UTF-8"), (&[b'x'; 2 << 20], "1 MiB")] {
        let outcome = place.run_typing(typed, &chat);
        assert_eq!((outcome.status, outcome.out.as_str()), (1, ""));
        assert!(outcome.err.contains(word) && outcome.err.lines().count() == 1, "{}", outcome.err);
    }
}

#[test]
fn data_is_checked_and_made_again() {
    let place = Place::new();
    assert!(place.json(&["data", "check", "pocket"]).is_object());
    let outcome = place.done(&["data", "make", "pocket"]);
    assert!(outcome.err.contains("as shipped, to the byte"), "{}", outcome.err);
}

#[test]
fn data_check_reports_on_a_set_a_file_and_a_model() {
    let place = Place::new();
    let found = place.json(&["data", "check", "pocket", "--model", "pocket", "--samples", "2"]);
    assert_eq!(found["dialogues"], 896);
    assert!(found["targets"].as_array().unwrap().iter().all(|target| target["passed"] == true));
    let model = &found["model"];
    let perplexity = |of: &Value| of.as_f64().unwrap();
    assert_eq!(model["samples"], 2);
    assert!(perplexity(&model["perplexity"]) < perplexity(&model["baselines"]["trigram"]));

    place.write("talk.txt", "user: You idiot!\nbot: No.\n\nuser: You idiot!\nbot: No.\n");
    let found = place.json(&["data", "check", "talk.txt"]);
    assert_eq!((&found["duplicates"], &found["blocked"][0]["word"]), (&json!(1), &json!("idiot")));
    assert!(place.done(&["data", "check", "talk.txt"]).out.contains("FAILS exact duplicates: 1"));
    let sample = place.done(&["data", "check", "pocket", "--sample", "3", "--seed", "5"]).out;
    assert_eq!(sample.split("\n\n").count(), 3, "{sample}");
}

#[test]
fn scenes_are_composed_with_the_core_beside_them() {
    const SCENES: &str = r#"(format: 1, form: Dialogue, tables: {"t": [{"x": "a"}, {"x": "b"}]},
        scenes: [(id: "s", count: 2, pick: {"t": "t"}, turns: [["Say {t}!"], ["{T}."]])])"#;
    let place = Place::new();
    place.write("my.scenes.ron", SCENES);
    place.write("my.core.txt", "user: Core?\nbot: Yes.\n");
    std::fs::create_dir(place.path("new")).unwrap();
    let make = ["data", "make", "my.scenes.ron", "--out", "new", "--seed"];
    place.done(&[&make[..], &["4"]].concat());
    let text = place.text("new/my.txt");
    for part in ["user: Core?\nbot: Yes.\n", "user: Say a!\nbot: A.\n", "user: Say b!\nbot: B.\n"] {
        assert!(text.contains(part), "{text}");
    }
    place.done(&[&make[..], &["4"]].concat());
    assert_eq!(place.text("new/my.txt"), text);
    place.write("other.txt", "user: Other?\nbot: Yes.\n");
    place.done(&[&make[..], &["4", "--core", "other.txt"]].concat());
    assert!(place.text("new/my.txt").contains("Other?"));
    assert_eq!(place.json(&["data", "check", "my.scenes.ron"])["dialogues"], 3);

    place.write("my.scenes.ron", SCENES.replace("{T}", "{Q}"));
    place.fails(&["data", "check", "my.scenes.ron"], &["my.scenes.ron", "scene 's'", "{Q}"]);
    place.write("my.scenes.ron", SCENES.replace("count: 2", "count: 9"));
    place.fails(&["data", "make", "my.scenes.ron"], &["my.scenes.ron", "scene 's' gave 2 of 9"]);
    place.write("my.scenes.ron", "(format: 1,\nform: Talk)");
    place.fails(&["data", "make", "my.scenes.ron"], &["my.scenes.ron:2:", "correct it"]);
}

#[test]
fn a_mistake_is_told_in_one_line_and_help_in_full() {
    let place = Place::new();
    for (args, words) in [
        (&["nonsense"][..], &["nonsense", "glassbox --help"][..]),
        (&["generate"], &["--model <DIR>", "--prompt <TEXT>", "glassbox generate --help"]),
        (&["generate", "--model", "m", "--promt", "x"], &["--promt", "generate --help"]),
        (&["eval", "--model", "m", "--count", "none"], &["none", "replies, all"]),
        (&["bench", "everything"], &["everything", "train, generate"]),
        (&["train", "--threads", "0"], &["--threads", "1..=256"]),
        (&["train", "--preset", "x", "--out", "y", "--steps", "-3"], &["-3", "--steps"]),
        (&["train", "--preset", "x", "--out", "y", "--seed", "-1"], &["-1", "--seed"]),
        (&["train", "--preset", "x", "--out", "y", "--steps", "1e9"], &["1e9", "--steps"]),
        (&["tune", "--model", "x", "--out", "y", "--batch", "5000"], &["--batch", "4096"]),
        (&["tune", "--model", "x", "--out", "y", "--lora", "-1"], &["--lora", "1024"]),
        (&["tokenize", "--model", "m"], &["--text"]),
        (&["data"], &["data --help"]),
    ] {
        if args == ["data"] {
            assert_eq!(place.run(args).status, 2);
        } else {
            place.wrong_usage(args, words);
        }
    }
    for help in [&["--help"][..], &["help", "train"], &["train", "--help"], &["--version"]] {
        let outcome = place.done(help);
        assert!(outcome.out.contains("glassbox") && outcome.err.is_empty(), "{help:?}");
    }
}
