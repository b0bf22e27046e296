//! Model folders and checkpoints: good ones come back bit for bit, and no broken one does harm.

use std::fs;
use std::path::{Path, PathBuf};

use glassbox::nn::{Config, Parameters};
use glassbox::store::{self, Parts, Precision, Provenance};
use glassbox::text::Tokenizer;
use glassbox::text::tokenizer::learn_bpe;
use proptest::prelude::*;
use tempfile::TempDir;

const CONFIG: &str = "config.json";
const WEIGHTS: &str = "model.safetensors";
const TOKENIZER: &str = "tokenizer.json";
const RECORD: &str = "glassbox.ron";
const FILES: [&str; 4] = [CONFIG, WEIGHTS, TOKENIZER, RECORD];

fn sizes() -> Config {
    Config::gpt2(2, 2, 8, 6, 300)
}

fn tokenizer() -> Tokenizer {
    let text = "the cat and the hat and the mat ".repeat(9);
    learn_bpe([text.as_str()], 270, &mut |_| ()).unwrap().tokenizer
}

/// A small good folder, and what is in it.
fn good(config: &Config, precision: Precision) -> (TempDir, Parameters<f32>) {
    let folder = tempfile::tempdir().unwrap();
    let parameters = Parameters::random(config, 3);
    let tokenizer = tokenizer();
    let record = Provenance { seed: 3, val_loss: Some(0.1 + 0.2), ..Provenance::default() };
    let parts = Parts {
        parameters: &parameters,
        tokenizer: Some(&tokenizer),
        end: tokenizer.id_of_special("<|end|>"),
        provenance: Some(&record),
    };
    store::save(folder.path(), parts, precision).unwrap();
    (folder, parameters)
}

fn same_bits(a: &[f32], b: &[f32]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

/// The sentence of the error that opening the folder leads to; it must name the folder.
fn sentence(folder: &Path) -> String {
    let error = store::open(folder).unwrap_err();
    assert_eq!(error.exit_status(), 1);
    let sentence = error.to_string();
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    assert!(sentence.contains(&name) && !sentence.contains('\n'), "{sentence}");
    sentence
}

/// Replaces a string in one file of the folder.
fn replace(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// A safetensors file from the text of its header and its bytes.
fn weights(header: &str, bytes: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), bytes].concat()
}

/// The header of a safetensors file, and the bytes after it.
fn taken_apart(path: &Path) -> (String, Vec<u8>) {
    let bytes = fs::read(path).unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header = String::from_utf8(bytes[8..8 + length].to_vec()).unwrap();
    (header, bytes[8 + length..].to_vec())
}

#[test]
fn a_saved_model_comes_back_bit_for_bit() {
    for tied in [true, false] {
        let config = Config { tied, inner: 20, ..sizes() };
        let (folder, parameters) = good(&config, Precision::F32);
        let model = store::open(folder.path()).unwrap();
        assert_eq!(model.parameters.config, config);
        assert!(same_bits(&model.parameters.values, &parameters.values));
        // The counts of the merges too, which tokenizer.json has no place for.
        assert_eq!(model.tokenizer().unwrap(), &tokenizer());
        assert_eq!(model.end, tokenizer().id_of_special("<|end|>"));
        assert_eq!(model.provenance.as_ref().unwrap().val_loss, Some(0.1 + 0.2));

        let again = tempfile::tempdir().unwrap();
        let folder_in_folder = again.path().join("a/b");
        store::save(&folder_in_folder, model.parts(), Precision::F32).unwrap();
        for file in FILES {
            let [one, two] = [folder.path(), &folder_in_folder].map(|f| fs::read(f.join(file)));
            assert_eq!(one.unwrap(), two.unwrap(), "{file} must be the same each time");
        }
    }
}

#[test]
fn half_precision_keeps_three_digits() {
    let (folder, parameters) = good(&sizes(), Precision::F16);
    let model = store::open(folder.path()).unwrap();
    let close = |(a, b): (&f32, &f32)| (a - b).abs() <= b.abs() * 1e-3 + 1e-7;
    assert!(model.parameters.values.iter().zip(&parameters.values).all(close));
    let large = fs::metadata(folder.path().join(WEIGHTS)).unwrap().len();
    assert!(large < parameters.values.len() as u64 * 2 + 4096);
}

#[test]
fn shipped_models_open_without_a_folder() {
    let (folder, parameters) = good(&sizes(), Precision::F32);
    let files: Vec<(&str, Vec<u8>)> =
        FILES.iter().map(|file| (*file, fs::read(folder.path().join(file)).unwrap())).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(n, bytes)| (*n, bytes.as_slice())).collect();
    let model = store::open_shipped("nano", &files).unwrap();
    assert!(same_bits(&model.parameters.values, &parameters.values));
    let error = store::open_shipped("nano", &files[..1]).unwrap_err().to_string();
    assert!(error.starts_with("nano: this folder has no model.safetensors"), "{error}");
}

#[test]
fn folders_that_transformers_made_open() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/models");
    let folders: Vec<PathBuf> =
        fs::read_dir(models).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(folders.len() >= 7);
    for folder in folders {
        let model = store::open(&folder).unwrap();
        let error = model.tokenizer().unwrap_err().to_string();
        assert!(error.contains("has no tokenizer"), "{error}");
        let outside = folder.ends_with("one-head");
        assert!(!outside || model.end.is_none(), "an end token outside the vocabulary is none");
    }
}

#[test]
fn what_is_missing_or_of_the_wrong_kind_is_said() {
    let (folder, _) = good(&sizes(), Precision::F32);
    let folder = folder.path();
    assert!(sentence(&folder.join("no")).contains("no such folder"));
    assert!(sentence(&folder.join(CONFIG)).contains("this is a file"));
    fs::remove_file(folder.join(WEIGHTS)).unwrap();
    assert!(sentence(folder).contains("this folder has no model.safetensors"));
    fs::write(folder.join("pytorch_model.bin"), "").unwrap();
    let pickle = sentence(folder);
    assert!(pickle.contains("safe_serialization=True"), "{pickle}");
    for file in [WEIGHTS, RECORD, TOKENIZER, CONFIG] {
        let _ = fs::remove_file(folder.join(file));
        fs::create_dir(folder.join(file)).unwrap();
        assert!(sentence(folder).contains(&format!("{file}: a folder stands where")));
    }
    fs::remove_dir(folder.join(CONFIG)).unwrap();
    assert!(sentence(folder).contains("this folder has no config.json"));
}

#[test]
fn files_that_do_not_belong_together_are_refused() {
    let cases = [
        (CONFIG, "\"n_layer\": 2", "\"n_layer\": 3", "h.2.ln_1.weight is missing"),
        (CONFIG, "\"n_layer\": 2", "\"n_layer\": 1", "it also holds h.1."),
        (CONFIG, "\"n_layer\": 2", "\"n_layer\": 99999", "there are not 99999 blocks"),
        (CONFIG, "\"n_embd\": 8", "\"n_embd\": 16", "wte.weight has the shape [300, 8]"),
        (CONFIG, "\"n_positions\": 6", "\"n_positions\": 1048576", "wpe.weight has the shape"),
        (CONFIG, "\"vocab_size\": 300", "\"vocab_size\": 260", "knows only 260"),
        (CONFIG, "\"n_embd\": 8", "\"n_embd\": 9e99", "n_embd"),
        (CONFIG, "embeddings\": true", "embeddings\": false", "lm_head.weight is missing"),
        (TOKENIZER, "\"model\"", "\"medal\"", "tokenizer.json: "),
        (RECORD, "count: Some", "count: Same", "glassbox.ron: not a record"),
        (RECORD, "token: 256", "token: 257", "glassbox.ron: its merges belong"),
    ];
    for (file, from, to, expected) in cases {
        let (folder, _) = good(&sizes(), Precision::F32);
        replace(folder.path(), file, from, to);
        let sentence = sentence(folder.path());
        assert!(sentence.contains(expected), "{sentence}");
    }
}

#[test]
fn weights_that_lie_are_refused_before_memory_is_taken() {
    let (folder, _) = good(&sizes(), Precision::F32);
    let path = folder.path().join(WEIGHTS);
    let (header, bytes) = taken_apart(&path);
    let one = |dtype: &str, shape: &str, end: u64| {
        format!(
            "{{\"wte.weight\":{{\"dtype\":{dtype},\"shape\":{shape},\"data_offsets\":[0,{end}]}}}}"
        )
    };
    let huge = u64::MAX / 2;
    let changed = |from: &str, to: &str| {
        assert!(header.contains(from), "{header}");
        weights(&header.replacen(from, to, 1), &bytes)
    };
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (vec![], "cut short"),
        (vec![9; 7], "cut short"),
        (vec![255; 64], "not a whole safetensors file"),
        (u64::to_le_bytes(1 << 40).to_vec(), "not a whole safetensors file"),
        (weights("{", &bytes), "header is broken"),
        (weights("\u{fffd}[]", &bytes), "header is broken"),
        (weights(&"[".repeat(1 << 20), &bytes), "header is broken"),
        (weights(&header, &bytes[1..]), "its tensors need"),
        (weights(&one("\"F32\"", &format!("[{huge},{huge}]"), 8), &[0; 8]), "header is broken"),
        (weights(&one("\"F32\"", "[2,1]", huge), &[0; 8]), "header is broken"),
        (weights(&one("\"F32\"", "[0]", 0), &[]), "there are not 2 blocks"),
        (weights(&one("\"X9\"", "[2]", 8), &[0; 8]), "header is broken"),
        (changed("[300,8]", "[8,300]"), "has the shape [8, 300]"),
        (changed("F32", "I32"), "holds I32 numbers; save the model in F32"),
        (changed("h.1.ln_1.bias", "h.1.ln_1.baas"), "h.1.ln_1.bias is missing"),
        (changed("h.1.ln_1.bias", "h.0.ln_1.bias"), "header is broken"),
    ];
    for (bytes, expected) in cases {
        fs::write(&path, bytes).unwrap();
        let sentence = sentence(folder.path());
        assert!(sentence.contains(expected), "{expected}: {sentence}");
    }
    for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut bytes = bytes.clone();
        let end = bytes.len();
        bytes[end - 4..].copy_from_slice(&number.to_le_bytes());
        fs::write(&path, weights(&header, &bytes)).unwrap();
        assert!(sentence(folder.path()).contains(&format!("ln_f.bias holds {number}")));
    }
}

#[test]
fn files_of_absurd_size_are_not_read() {
    for (file, size) in [(CONFIG, 1 << 33), (TOKENIZER, 1 << 33), (RECORD, 1 << 33)] {
        let (folder, _) = good(&sizes(), Precision::F32);
        let path = folder.path().join(file);
        fs::File::options().write(true).open(path).unwrap().set_len(size).unwrap();
        assert!(sentence(folder.path()).contains("bytes are too many"));
    }
    let (folder, _) = good(&sizes(), Precision::F32);
    let weights = fs::File::options().write(true).open(folder.path().join(WEIGHTS)).unwrap();
    weights.set_len(1 << 40).unwrap();
    assert!(sentence(folder.path()).contains("its tensors need"));
}

#[test]
fn old_names_buffers_and_several_files_are_understood() {
    let (folder, parameters) = good(&Config { tied: false, ..sizes() }, Precision::F32);
    let path = folder.path().join(WEIGHTS);
    let (header, bytes) = taken_apart(&path);
    let end = bytes.len();
    let buffer = format!(
        "\"h.0.attn.bias\":{{\"dtype\":\"U8\",\"shape\":[1,1,2,2],\"data_offsets\":[{end},{}]}},",
        end + 4
    );
    let header = header.replace("transformer.", "").replacen('{', &format!("{{{buffer}"), 1);
    let bytes = [bytes.as_slice(), &[1; 4]].concat();
    fs::write(&path, weights(&header, &bytes)).unwrap();
    let values = store::open(folder.path()).unwrap().parameters.values;
    assert!(same_bits(&values, &parameters.values));

    fs::rename(&path, folder.path().join("one.safetensors")).unwrap();
    let extra =
        weights("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", &[0; 4]);
    fs::write(folder.path().join("two.safetensors"), extra).unwrap();
    let index = folder.path().join("model.safetensors.index.json");
    let listed = |two: &str| {
        let map = format!("{{\"wte.weight\": \"one.safetensors\", \"x\": \"{two}\"}}");
        fs::write(&index, format!("{{\"weight_map\": {map}}}")).unwrap();
    };
    listed("two.safetensors");
    let values = store::open(folder.path()).unwrap().parameters.values;
    assert!(same_bits(&values, &parameters.values));
    listed("../two.safetensors");
    assert!(sentence(folder.path()).contains("files of this folder"));
    listed("three.safetensors");
    assert!(sentence(folder.path()).contains("three.safetensors: there is no such file"));
}

#[test]
fn a_tied_model_may_store_its_head_if_it_is_the_embedding() {
    let (folder, _) = good(&Config { tied: false, ..sizes() }, Precision::F32);
    replace(folder.path(), CONFIG, "embeddings\": false", "embeddings\": true");
    assert!(sentence(folder.path()).contains("set tie_word_embeddings to false"));
    let path = folder.path().join(WEIGHTS);
    let (header, mut bytes) = taken_apart(&path);
    let head = 300 * 8 * 4;
    let start = bytes.len() - head;
    bytes.copy_within(..head, start);
    fs::write(&path, weights(&header, &bytes)).unwrap();
    assert!(store::open(folder.path()).unwrap().parameters.config.tied);
}

#[test]
fn a_failed_save_leaves_the_old_model() {
    let (folder, parameters) = good(&sizes(), Precision::F32);
    let model = store::open(folder.path()).unwrap();
    let mut bad = model.clone();
    bad.parameters.values[7] = f32::NAN;
    let error = store::save(folder.path(), bad.parts(), Precision::F32).unwrap_err().to_string();
    assert!(error.contains("not written: transformer.wte.weight holds NaN"), "{error}");
    bad.parameters.values[7] = 1e6;
    let error = store::save(folder.path(), bad.parts(), Precision::F16).unwrap_err().to_string();
    assert!(error.contains("save in 32 bits"), "{error}");
    bad.tokenizer = None;
    assert!(store::save(folder.path(), bad.parts(), Precision::F32).is_err());
    let values = store::open(folder.path()).unwrap().parameters.values;
    assert!(same_bits(&values, &parameters.values));

    // A folder where the last file belongs: the files before it must not have changed.
    let old = fs::read(folder.path().join(CONFIG)).unwrap();
    fs::remove_file(folder.path().join(WEIGHTS)).unwrap();
    fs::create_dir(folder.path().join(WEIGHTS)).unwrap();
    let mut other = model.clone();
    other.end = None;
    let error = store::save(folder.path(), other.parts(), Precision::F32).unwrap_err();
    assert!(error.to_string().contains("model.safetensors: a folder stands"), "{error}");
    assert_eq!(fs::read(folder.path().join(CONFIG)).unwrap(), old);
    let left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".unfinished")), "{left:?}");

    let file = folder.path().join(CONFIG);
    let error = store::save(&file, model.parts(), Precision::F32).unwrap_err().to_string();
    assert!(error.contains("a file stands where a folder belongs"), "{error}");
}

#[test]
fn half_written_files_of_a_killed_program_do_no_harm() {
    let (folder, parameters) = good(&sizes(), Precision::F32);
    fs::write(folder.path().join(".model.safetensors.x1.unfinished"), [7; 99]).unwrap();
    let model = store::open(folder.path()).unwrap();
    store::save(folder.path(), model.parts(), Precision::F32).unwrap();
    assert!(same_bits(&store::open(folder.path()).unwrap().parameters.values, &parameters.values));
}

/// Ways to break a file.
#[derive(Debug, Clone)]
enum Damage {
    Cut(prop::sample::Index),
    Flip(prop::sample::Index, u8),
    Fill(prop::sample::Index, Vec<u8>),
    Grow(Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        place().prop_map(Damage::Cut),
        (place(), 1..=255_u8).prop_map(|(at, mask)| Damage::Flip(at, mask)),
        (place(), prop::collection::vec(any::<u8>(), 1..20))
            .prop_map(|(at, b)| Damage::Fill(at, b)),
        (place(), prop::sample::select(vec!["9999999999", "-1", "\"", "}", "null", "1e999"]))
            .prop_map(|(at, text)| Damage::Fill(at, text.into())),
        prop::collection::vec(any::<u8>(), 1..20).prop_map(Damage::Grow),
    ]
}

/// Breaks `bytes`, in the first `part` of them.
fn break_it(bytes: &mut Vec<u8>, damage: Damage, part: usize) {
    let part = part.min(bytes.len());
    match damage {
        Damage::Cut(at) => bytes.truncate(at.index(part)),
        Damage::Flip(at, mask) => bytes[at.index(part)] ^= mask,
        Damage::Fill(at, with) => {
            let at = at.index(part);
            let end = (at + with.len()).min(bytes.len());
            bytes.splice(at..end, with);
        }
        Damage::Grow(with) => bytes.extend(with),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// A damaged folder is refused in a sentence that names it, or is a model all the same.
    #[test]
    fn no_damage_does_harm(
        file in prop::sample::select(FILES.to_vec()),
        damages in prop::collection::vec(damage(), 1..4),
        only_header in any::<bool>(),
    ) {
        let (folder, _) = good(&sizes(), Precision::F32);
        let path = folder.path().join(file);
        let mut bytes = fs::read(&path).unwrap();
        for damage in damages.into_iter().filter(|_| !bytes.is_empty()).collect::<Vec<_>>() {
            if !bytes.is_empty() {
                break_it(&mut bytes, damage, if only_header { 3000 } else { usize::MAX });
            }
        }
        fs::write(&path, bytes).unwrap();
        match store::open(folder.path()) {
            Ok(model) => {
                prop_assert!(model.parameters.values.iter().all(|x| x.is_finite()));
                let known = model.parameters.config.vocabulary;
                prop_assert!(model.tokenizer.is_none_or(|t| t.vocabulary_size() <= known));
                prop_assert!(model.end.is_none_or(|end| (end as usize) < known));
            }
            Err(error) => {
                let name = folder.path().to_string_lossy().into_owned();
                prop_assert!(error.to_string().starts_with(&name), "{error}");
            }
        }
    }

    /// So is a damaged checkpoint.
    #[test]
    fn no_damaged_checkpoint_does_harm(damages in prop::collection::vec(damage(), 1..4)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.safetensors");
        store::save_checkpoint(&path, &[("a", &[1.0; 9]), ("b", &[2.0; 3])], &(1, "x")).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        for damage in damages {
            if !bytes.is_empty() {
                break_it(&mut bytes, damage, usize::MAX);
            }
        }
        fs::write(&path, bytes).unwrap();
        if let Err(error) = store::load_checkpoint::<(u32, String)>(&path) {
            prop_assert!(error.to_string().contains("run.safetensors: "));
        }
    }
}

/// `cargo test --release --test engine store_bad_input -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn how_long_a_folder_of_4_mb_takes_to_open() {
    let folder = tempfile::tempdir().unwrap();
    let parameters = Parameters::random(&Config::gpt2(4, 4, 128, 256, 1024), 1);
    let tokenizer = tokenizer();
    let parts =
        Parts { parameters: &parameters, tokenizer: Some(&tokenizer), end: None, provenance: None };
    store::save(folder.path(), parts, Precision::F32).unwrap();
    let mut times: Vec<f64> = (0..21)
        .map(|_| {
            let started = std::time::Instant::now();
            store::open(folder.path()).unwrap();
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("opens in {:.2} ms (median), {:.2} ms (slowest)", times[10], times[20]);
}
