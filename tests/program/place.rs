//! The program as a person or a script meets it: started in a folder of its own.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// A model so small that it learns in a blink.
const PRESET: &str = r#"Preset(
    format: 1,
    about: "As small as can be",
    model: (layers: 2, heads: 2, width: 16, context: 32),
    tokenizer: Bpe(280),
    learning: (
        steps: 25,
        batch: 4,
        learning_rate: 1e-2,
        final_learning_rate: 1e-3,
        warmup: 4,
        evaluate_every: 20,
    ),
)
"#;

/// A folder with `tiny.ron`, `talk.txt` (dialogues) and `text.txt`, in which the program runs.
pub struct Place {
    folder: TempDir,
}

/// What came of one call.
pub struct Outcome {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Place {
    pub fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        place.write("tiny.ron", PRESET);
        place.write("talk.txt", talk());
        place.write("text.txt", "the cat sat on the mat and the dog sat on the log.\n".repeat(30));
        place
    }

    /// With the model `m`, trained on `talk.txt`.
    pub fn with_model() -> Self {
        let place = Self::new();
        place.done(&["train", "--preset", "tiny.ron", "--data", "talk.txt", "--out", "m"]);
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).expect(name);
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect(name)
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).expect(name)
    }

    /// Writes the tiny preset with one place changed, as `changed.ron`.
    pub fn change_preset(&self, from: &str, to: &str) {
        assert!(PRESET.contains(from), "{from}");
        self.write("changed.ron", PRESET.replacen(from, to, 1));
    }

    /// The names in a folder, in order.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).expect(folder);
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Every file of a folder with its bytes.
    pub fn contents(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let files = self.names(folder).into_iter().map(|name| format!("{folder}/{name}"));
        files
            .filter(|file| self.path(file).is_file())
            .map(|file| {
                let bytes = self.read(&file);
                (file, bytes)
            })
            .collect()
    }

    pub fn copy(&self, from: &str, to: &str) {
        fs::create_dir_all(self.path(to)).expect(to);
        for (file, bytes) in self.contents(from) {
            let name = Path::new(&file).file_name().unwrap().to_str().unwrap();
            self.write(&format!("{to}/{name}"), bytes);
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_glassbox"));
        command.current_dir(self.folder.path()).args(args).stdin(Stdio::null());
        command
    }

    pub fn start(&self, args: &[&str]) -> Child {
        let mut command = self.command(args);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts")
    }

    pub fn run(&self, args: &[&str]) -> Outcome {
        Outcome::of(self.command(args).output().expect("the program starts"))
    }

    /// Runs it with a file for what is typed.
    pub fn run_typing(&self, typed: impl AsRef<[u8]>, args: &[&str]) -> Outcome {
        self.write("typed", typed);
        let typed = fs::File::open(self.path("typed")).unwrap();
        Outcome::of(self.command(args).stdin(typed).output().expect("the program starts"))
    }

    /// Runs it where no more than 512 MiB of memory are to be had (on Linux; elsewhere as it is).
    pub fn run_in_little_memory(&self, args: &[&str]) -> Outcome {
        if !cfg!(target_os = "linux") {
            return self.run(args);
        }
        let mut shell = Command::new("sh");
        shell.args(["-c", "ulimit -v 524288; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_glassbox")]);
        shell.current_dir(self.folder.path()).args(args).stdin(Stdio::null());
        Outcome::of(shell.output().expect("sh starts"))
    }

    pub fn done(&self, args: &[&str]) -> Outcome {
        let outcome = self.run(args);
        assert_eq!(outcome.status, 0, "{args:?}: {}", outcome.err);
        outcome
    }

    /// The one object that `--json` prints.
    pub fn json(&self, args: &[&str]) -> Value {
        let outcome = self.done(&[args, &["--json"]].concat());
        assert_eq!(outcome.out.lines().count(), 1, "{}", outcome.out);
        serde_json::from_str(&outcome.out).expect("one JSON object")
    }

    /// The one line on standard error of a call that must end with this status, in bounded memory.
    pub fn refused(&self, status: i32, args: &[&str]) -> String {
        let Outcome { status: found, out, err } = self.run_in_little_memory(args);
        assert_eq!(found, status, "{args:?}: {err}");
        assert_eq!(out, "", "{args:?} printed something all the same");
        let sentence = err.strip_prefix("glassbox: ").and_then(|rest| rest.strip_suffix('\n'));
        let sentence = sentence.unwrap_or_else(|| panic!("{args:?}: {err:?}"));
        assert!(!sentence.contains('\n') && !sentence.contains("panicked"), "{args:?}: {err}");
        sentence.to_owned()
    }

    /// A call that must fail with status 1 in a sentence that has all of these words.
    pub fn fails(&self, args: &[&str], words: &[&str]) {
        has_words(&self.refused(1, args), words);
    }

    /// A call that must be wrong usage, in a sentence that has all of these words.
    pub fn wrong_usage(&self, args: &[&str], words: &[&str]) {
        has_words(&self.refused(2, args), words);
    }
}

impl Outcome {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        let status = output.status.code().unwrap_or(-1);
        Self { status, out: text(output.stdout), err: text(output.stderr) }
    }
}

fn has_words(sentence: &str, words: &[&str]) {
    for word in words {
        assert!(sentence.contains(word), "no {word:?} in: {sentence}");
    }
}

/// Eight dialogues.
fn talk() -> String {
    let names = ["Ann", "Ben", "Cat", "Dan", "Eva", "Finn", "Gus", "Hal"];
    names.map(|name| format!("user: who are you {name}\nbot: I am {name}.\n\n")).concat()
}
