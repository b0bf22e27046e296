//! What people really have: broken files, wrong files, files of another program. Each is refused in
//! one clear sentence, in bounded memory, and nothing that was good before is touched.

use crate::place::Place;
use serde_json::Value;
use std::fs::File;

const EVAL: [&str; 5] = ["eval", "--model", "m", "--data", "text.txt"];

/// What `train` is called with, besides the data.
fn train<'a>(preset: &'a str, data: &'a str) -> Vec<&'a str> {
    vec!["train", "--preset", preset, "--data", data, "--out", "new"]
}

#[test]
fn a_broken_model_is_refused_and_left_as_it_is() {
    let place = Place::with_model();
    let weights = place.read("m/model.safetensors");
    let nan = [&weights[..weights.len() - 4], &f32::NAN.to_le_bytes()].concat();
    let config = |key: &str, value: Value| {
        let mut config: Value = serde_json::from_slice(&place.read("m/config.json")).unwrap();
        config[key] = value;
        config.to_string().into_bytes()
    };
    let nested = |field: &str| {
        let tokenizer = place.text("m/tokenizer.json");
        let from = format!("\"{field}\": null");
        assert!(tokenizer.contains(&from));
        let to = format!("\"{field}\": [{}[]]", "[],".repeat(2_500_000));
        tokenizer.replacen(&from, &to, 1).into_bytes()
    };
    let cases: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("model.safetensors", weights[..weights.len() / 2].to_vec(), &["copy the file again"]),
        ("model.safetensors", Vec::new(), &["cut short"]),
        ("model.safetensors", b"not a model at all".to_vec(), &["safetensors"]),
        ("model.safetensors", nan, &["NaN"]),
        ("config.json", config("n_embd", 32.into()), &["[280, 16]", "[280, 32]"]),
        ("config.json", config("n_layer", 3.into()), &["h.2", "config.json"]),
        ("config.json", config("n_layer", 1.into()), &["h.1"]),
        ("config.json", config("n_layer", 1_000_000_000_000_u64.into()), &["larger"]),
        ("config.json", config("vocab_size", 100_000_000_u64.into()), &["[100000000, 16]"]),
        ("config.json", config("n_positions", (1_u64 << 20).into()), &["wpe"]),
        ("config.json", config("n_head", 0.into()), &["n_head"]),
        ("config.json", config("n_embd", Value::from(-1)), &["config.json"]),
        ("config.json", b"{".to_vec(), &["config.json"]),
        ("config.json", b"\xFF".to_vec(), &["UTF-8"]),
        ("tokenizer.json", b"{}".to_vec(), &["tokenizer.json"]),
        ("tokenizer.json", vec![b'['; 100_000], &["tokenizer.json"]),
        ("tokenizer.json", vec![b' '; 9 << 20], &["too many"]),
        ("tokenizer.json", nested("normalizer"), &["normalizer"]),
        ("glassbox.ron", b"(".to_vec(), &["glassbox.ron"]),
    ];
    for (file, bytes, words) in cases {
        let path = format!("m/{file}");
        let good = place.read(&path);
        place.write(&path, bytes);
        let broken = place.contents("m");
        place.fails(&EVAL, words);
        place.fails(&["tune", "--model", "m", "--data", "talk.txt", "--out", "t"], words);
        assert!(place.contents("m") == broken && !place.path("t").exists());
        place.write(&path, good);
    }
    place.done(&EVAL);

    // What is not looked into takes no memory, however much there is of it.
    for field in ["truncation", "padding", "post_processor"] {
        let good = place.read("m/tokenizer.json");
        place.write("m/tokenizer.json", nested(field));
        let outcome = place.run_in_little_memory(&EVAL);
        assert_eq!(outcome.status, 0, "{field}: {}", outcome.err);
        place.write("m/tokenizer.json", good);
    }
}

#[test]
fn folders_and_files_in_each_others_place_are_named() {
    let place = Place::with_model();
    let model = |model| ["eval", "--model", model, "--data", "text.txt"];
    place.fails(&model("none"), &["none", "no such folder"]);
    place.fails(&model("text.txt"), &["text.txt", "name the folder"]);
    place.fails(&model("."), &["no config.json"]);
    place.fails(&["eval", "--model", "m", "--data", "m"], &["m: this is a folder"]);
    place.fails(&["eval", "--model", "m", "--data", "none.txt"], &["none.txt", "check the name"]);
    place.wrong_usage(&["eval", "--model", "m"], &["--data"]);
    place.fails(&["answers", "--model", "m", "--answers", "m"], &["m: a folder", "name"]);
    place.fails(&["answers", "--model", "m", "--answers", "none"], &["none", "--answers"]);
    place.fails(&["answers", "--model", "m", "--answers", "talk.txt"], &["talk.txt", "1:1"]);
    place.fails(&["tokenize", "--model", "m", "--file", "m"], &["m: this is a folder"]);
    place.fails(&["data", "check", "none.txt"], &["none.txt"]);
    place.fails(&train("m", "text.txt"), &["m: a folder"]);
    place.fails(&train("talk.txt", "text.txt"), &["talk.txt:1:1", "presets"]);
    place.wrong_usage(&train("none", "text.txt"), &["none", "nano-cpu"]);
    let out = |out| ["train", "--preset", "tiny.ron", "--data", "text.txt", "--out", out];
    place.fails(&out("text.txt"), &["text.txt", "choose another --out"]);
    place.fails(&out("text.txt/below"), &["text.txt/below", "choose another --out"]);
    let inspect = |out| ["inspect", "--model", "m", "--prompt", "xyz", "--out", out];
    place.fails(&inspect("m"), &["m: a folder", "name a file"]);
    place.fails(&inspect("none/a"), &["none/a", "create it first"]);

    std::fs::remove_file(place.path("m/model.safetensors")).unwrap();
    std::fs::create_dir(place.path("m/model.safetensors")).unwrap();
    place.fails(&EVAL, &["model.safetensors", "a folder stands"]);
}

#[test]
fn data_that_cannot_be_learned_from_is_refused() {
    let place = Place::with_model();
    for (text, words) in [
        (&b""[..], &["empty"][..]),
        (b"\xEF\xBB\xBF \r\n", &["empty"]),
        (b"a", &["too little", "add more"]),
        (b"ab", &["fewer than two tokens"]),
        (b"good\nbad \xFF\n", &["line 2", "UTF-8"]),
        (b"user: a\nbot: b\n", &["too little", "1 dialogues"]),
    ] {
        place.write("data", text);
        place.fails(&train("tiny.ron", "data"), &[words, &["data"]].concat());
    }
    place.write("data", "{\"messages\": [\n");
    place.fails(&train("tiny.ron", "data"), &["data", "line 1", "JSON"]);
    place.write("data", "user: a\n\nuser: b\n\nuser: c\n");
    let tune = ["tune", "--model", "m", "--data", "data", "--out", "new"];
    place.fails(&tune, &["data", "no reply", "bot:"]);
    place.write("data", "a");
    place.fails(&["eval", "--model", "m", "--data", "data"], &["data", "two tokens"]);
    let mixed = ["train", "--preset", "tiny.ron", "--out", "new", "--data", "text.txt", "talk.txt"];
    place.wrong_usage(&mixed, &["--data", "--as text"]);
    place.wrong_usage(&mixed[..5], &["tiny.ron", "--data"]);
    assert!(!place.path("new").exists(), "a run that cannot start leaves nothing");
}

#[test]
fn enormous_files_are_refused_before_they_are_read() {
    let place = Place::with_model();
    let file = File::create(place.path("line")).unwrap();
    file.set_len(200 << 20).unwrap();
    let words = ["line", "line 1 is longer than 1 MiB"];
    place.fails(&train("tiny.ron", "line"), &words);
    place.fails(&["eval", "--model", "m", "--data", "line"], &words);
    place.fails(&["tokenize", "--model", "m", "--file", "line"], &words);
    file.set_len(2 << 30).unwrap();
    place.fails(&train("tiny.ron", "line"), &["too large", "split the file"]);
    place.fails(&train("line", "text.txt"), &["too many"]);
    place.fails(&["answers", "--model", "m", "--answers", "line"], &["too many"]);
    std::fs::rename(place.path("line"), place.path("m/model.safetensors")).unwrap();
    place.fails(&EVAL, &["model.safetensors"]);
}

#[test]
fn presets_with_absurd_values_are_refused() {
    let place = Place::new();
    for (from, to, words) in [
        ("layers: 2", "layers: 100000000000", &["parameters", "larger"][..]),
        ("layers: 2", "layers: -1", &[":4:"]),
        ("heads: 2", "heads: 3", &["multiple"]),
        ("heads: 2", "heads: 0", &["heads is 0"]),
        ("width: 16", "width: 16384", &["2^31"]),
        ("context: 32", "context: 1000000", &["GiB", "lower the batch"]),
        ("context: 32", "context: 32, dropout: 1.0", &["dropout"]),
        ("Bpe(280)", "Bpe(5)", &["259"]),
        ("Bpe(280)", "Bpe(100000000)", &["131072"]),
        ("Bpe(280)", "Bpe(999999999999)", &["larger"]),
        ("batch: 4", "batch: 99999", &["4096"]),
        ("1e-2", "NaN", &["learning_rate"]),
        ("1e-2", "-1.0", &["learning_rate"]),
        ("1e-2", "1e99", &["learning_rate"]),
        ("steps: 25", "steps: 0", &["steps"]),
        ("about", "abuot", &[":3:"]),
    ] {
        place.change_preset(from, to);
        let sentence = place.refused(1, &train("changed.ron", "text.txt"));
        for word in words {
            assert!(sentence.contains(word), "{to}: no {word:?} in: {sentence}");
        }
    }
    assert!(!place.path("new").exists());
    // Odd, but possible.
    for (from, to) in [
        ("warmup: 4", "warmup: 18446744073709551615"),
        ("Bpe(280)", "Bpe(100000)"),
        ("width: 16", "width: 2"),
        ("context: 32", "context: 1"),
        ("evaluate_every: 20", "evaluate_every: 0, evaluate_tokens: 0"),
    ] {
        place.change_preset(from, to);
        place.json(&train("changed.ron", "text.txt"));
    }
    place.change_preset("evaluate_every: 20", "evaluate_every: 20, validation: 0.0");
    let found = place.json(&train("changed.ron", "text.txt"));
    assert!(found["val_loss"].is_null() && found["train_loss"].is_f64(), "{found}");
}

#[test]
fn numbers_that_cannot_be_are_wrong_usage() {
    let place = Place::with_model();
    let generate = |more: &[&'static str]| {
        [&["generate", "--model", "m", "--prompt", "who", "--strategy"], more].concat()
    };
    for (args, word) in [
        (&["sample", "--temperature", "nan"][..], "--temperature"),
        (&["sample", "--temperature", "-1"], "--temperature"),
        (&["sample", "--top-p", "2"], "--top-p"),
        (&["sample", "--top-p", "-0.5"], "--top-p"),
        (&["sample", "--top-k", "-5"], "--top-k"),
        (&["sample", "--min-p", "inf"], "--min-p"),
        (&["sample", "--repetition-penalty", "0"], "--repetition-penalty"),
        (&["sample", "--returns", "1000000000"], "--returns"),
        (&["sample", "--returns", "0"], "--returns"),
        (&["greedy", "--returns", "2"], "--returns"),
        (&["greedy", "--max-new-tokens", "0"], "--max-new-tokens"),
        (&["greedy", "--max-new-tokens", "-1"], "--max-new-tokens"),
        (&["beam", "--beams", "0"], "--beams"),
        (&["beam", "--beams", "1000000000"], "--beams"),
        (&["beam", "--beams", "3", "--returns", "4"], "--returns"),
        (&["beam", "--length-penalty", "nan"], "--length-penalty"),
    ] {
        place.wrong_usage(&generate(args), &[word]);
    }
    place.wrong_usage(&["generate", "--model", "m", "--prompt", ""], &["--prompt"]);
    // Small, but numbers.
    place.done(&generate(&["sample", "--temperature", "1e-45", "--top-p", "1e-45"]));
    place.done(&generate(&["sample", "--repetition-penalty", "1e-44"]));
    place.done(&generate(&["greedy", "--max-new-tokens", "18446744073709551615"]));

    let tune = |more: &[&'static str]| {
        [&["tune", "--model", "m", "--data", "talk.txt", "--out", "new"], more].concat()
    };
    for (args, word) in [
        (&["--lora", "17"][..], "--lora 17"),
        (&["--lora", "1000000"], "--lora"),
        (&["--lora", "2", "--lora-alpha", "nan"], "--lora-alpha"),
        (&["--lora", "2", "--lora-alpha", "-1"], "--lora-alpha"),
        (&["--lora", "2", "--lora-targets", "all"], "--lora-targets"),
        (&["--learning-rate", "nan"], "--learning-rate"),
        (&["--learning-rate", "-1"], "--learning-rate"),
        (&["--learning-rate", "11"], "--learning-rate"),
        (&["--batch", "0"], "--batch"),
        (&["--steps", "0"], "--steps"),
        (&["--as", "text"], "--as text"),
    ] {
        place.wrong_usage(&tune(args), &[word]);
    }
    assert!(!place.path("new").exists());
    place.wrong_usage(&["bench", "train", "--seconds", "nan"], &["--seconds"]);
    place.wrong_usage(&["bench", "train", "--only", "nothing"], &["--only"]);

    let decode = |ids| ["tokenize", "--model", "m", "--decode", "--text", ids];
    place.fails(&decode("1 280"), &["280", "0 to 279"]);
    place.wrong_usage(&decode("-1"), &["-1", "numbers"]);
    place.wrong_usage(&decode("99999999999"), &["99999999999"]);
    let inspect = |prompt, names| {
        ["inspect", "--model", "m", "--prompt", prompt, "--names", names, "--out", "a"]
    };
    place.wrong_usage(&inspect("xyz", "nothing"), &["--names nothing"]);
    place.wrong_usage(&inspect("", "*"), &["--prompt"]);
    place.wrong_usage(
        &inspect("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "*"),
        &["--prompt", "32"],
    );
    assert!(!place.path("a").exists());
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_said_to_be_full() {
    let place = Place::with_model();
    let inspect = ["inspect", "--model", "m", "--prompt", "xyz", "--out", "/dev/full"];
    place.fails(&inspect, &["/dev/full", "disk is full"]);
    let train = ["train", "--preset", "tiny.ron", "--data", "talk.txt", "--out", "m"];
    let log = [&train[..], &["--resume", "--steps", "40", "--log", "/dev/full"]].concat();
    let outcome = place.run_in_little_memory(&log);
    assert_eq!(outcome.status, 1);
    assert!(outcome.err.contains("/dev/full: the disk is full"), "{}", outcome.err);
    // What had been learned by then is kept.
    place.done(&[&train[..], &["--resume", "--steps", "40"]].concat());
}

/// Where a file may have no more than so many bytes (`ulimit -f`), saving fails as on a full disk.
#[test]
#[cfg(target_os = "linux")]
fn a_model_that_cannot_be_saved_leaves_the_one_before() {
    let place = Place::with_model();
    let before = place.contents("m");
    let script = "trap '' XFSZ; ulimit -f 20; exec \"$0\" \"$@\"";
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", script, env!("CARGO_BIN_EXE_glassbox"), "train", "--preset", "tiny.ron"]);
    shell.args(["--data", "talk.txt", "--out", "m", "--resume", "--steps", "30"]);
    let output = shell.current_dir(place.path("")).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.contains("m/checkpoint.safetensors: the disk is full"), "{err}");
    assert!(place.contents("m") == before);
}

#[test]
fn dialogues_come_in_chinese_with_marks_of_windows_and_longer_than_the_context() {
    let place = Place::with_model();
    place.write("zh.txt", "天地玄黄，宇宙洪荒。\n".repeat(40));
    place.done(&train("tiny.ron", "zh.txt"));
    let args = ["generate", "--model", "new", "--prompt", "天地", "--max-new-tokens", "5"];
    assert_eq!(place.json(&args)["sequences"][0]["ids"].as_array().unwrap().len(), 5);
    let characters = train("nano-cpu", "zh.txt");
    place.done(&[&characters[..], &["--steps", "1"]].concat());
    place.fails(&["generate", "--model", "new", "--prompt", "猫"], &["'猫'", "alphabet"]);
    // A tokenizer of plain text has no roles to chat in.
    place.fails(&["chat", "--model", "new"], &["new", "<|end|>"]);

    // Windows' mark and line ends are no part of what is said.
    place.write("unix", "user: ab\nbot: cd\n\nuser: e\nbot: f\n");
    place.write("windows", "\u{feff}user: ab\r\nbot: cd\r\n\r\nuser: e\r\nbot: f\r\n");
    let eval = |data| place.json(&["eval", "--model", "m", "--count", "all", "--data", data]);
    assert_eq!(eval("windows"), eval("unix"));
    place.done(&train("tiny.ron", "windows"));

    place.write("long", format!("user: ab\nbot: {}\n\nuser: e\nbot: f\n", "cd ".repeat(300)));
    assert!(eval("long")["tokens"].as_u64().unwrap() > 600);
    place.done(&train("tiny.ron", "long"));
    let tune = ["tune", "--model", "m", "--data", "long", "--out", "new", "--steps", "2"];
    place.done(&tune);
}
