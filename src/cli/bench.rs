//! `glassbox bench`: the speed of this program on this machine.

use super::output::{print, print_json, say};
use crate::decode::{BeamSettings, EarlyStopping, Stop, beam_search};
use crate::nn::{
    AdamW, AdamWSettings, BatchWorkspace, Config, Inference, Parameters, Sequence, gradient_norm,
};
use crate::store::{self, Parts, Precision};
use crate::tensor::Threads;
use crate::text::Tokenizer;
use crate::text::tokenizer::learn_bpe;
use crate::train::Preset;
use crate::{Error, Result};
use clap::Args;
use serde::Serialize;
use std::time::{Duration, Instant};

#[derive(Args)]
pub(super) struct Bench {
    /// What to measure; everything if not given
    #[arg(value_enum)]
    what: Option<What>,
    /// Only this preset (of train) or this measurement (of generate)
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Seconds for each measurement
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, allow_negative_numbers = true)]
    seconds: f64,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    Train,
    Generate,
    Frame,
}

#[derive(Default, Serialize)]
struct Output {
    train: Vec<Training>,
    generate: Vec<Generation>,
    frame: Vec<Frame>,
}

#[derive(Serialize)]
struct Training {
    preset: &'static str,
    tokens_per_second: f64,
    step_ms: f64,
    parameters: usize,
}

#[derive(Serialize)]
struct Generation {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens_per_second: Option<f64>,
    /// Of one run: a search, or the opening of a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<f64>,
    /// Weights read in a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    gigabytes_per_second: Option<f64>,
    parameters: usize,
}

/// A screen of the window, or how fast it lets the model write.
#[derive(Serialize)]
#[serde(untagged)]
enum Frame {
    #[cfg(feature = "gui")]
    Screen(crate::app::Frames),
    #[cfg(feature = "gui")]
    Writing(crate::app::WritingSpeed),
    #[cfg(feature = "gui")]
    Answer(crate::app::AnswerTime),
}

impl std::fmt::Display for Frame {
    fn fmt(&self, _f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            #[cfg(feature = "gui")]
            Self::Screen(measured) => write!(
                _f,
                "frame {:<12} {:.2} ms median  {:.2} ms p99",
                measured.screen, measured.median_ms, measured.p99_ms
            ),
            #[cfg(feature = "gui")]
            Self::Writing(measured) => write!(
                _f,
                "{}: {:.0} tokens/s, {:.0} % of {:.0} without a window",
                measured.screen,
                measured.tokens_per_second,
                100.0 * measured.share,
                measured.headless_tokens_per_second
            ),
            #[cfg(feature = "gui")]
            Self::Answer(measured) => {
                write!(_f, "answer {:<12} {:.1} ms median", measured.asked, measured.median_ms)
            }
            #[cfg(not(feature = "gui"))]
            _ => Ok(()),
        }
    }
}

/// Measures for that long.
type Measure = fn(&Threads, Duration) -> Result<Generation>;

/// Presets that are measured, with the vocabulary that they are given.
const TRAINED: [(&str, usize); 3] = [("nano-cpu", 65), ("chat-small", 1024), ("baby", 65)];

impl Bench {
    pub fn run(self, threads: Threads) -> Result<()> {
        if !(self.seconds > 0.0 && self.seconds <= 600.0) {
            return Err(Error::usage("--seconds must be above 0 and at most 600"));
        }
        let wanted = |what| self.what.is_none_or(|chosen| chosen == what);
        let named = |name: &str| self.only.as_deref().is_none_or(|only| only == name);
        let time = Duration::from_secs_f64(self.seconds);
        let mut output = Output::default();
        if wanted(What::Train) {
            for (preset, vocabulary) in TRAINED.into_iter().filter(|(preset, _)| named(preset)) {
                say(&format!("train {preset}"));
                output.train.push(train(preset, vocabulary, &threads, time)?);
            }
        }
        if wanted(What::Generate) {
            let measurements: [(&str, Measure); 4] = [
                ("greedy-1m", greedy_1m),
                ("beam-1m", beam_1m),
                ("greedy-gpt2", greedy_gpt2),
                ("open-4mb", open_4mb),
            ];
            for (name, measure) in measurements.into_iter().filter(|(name, _)| named(name)) {
                say(&format!("generate {name}"));
                output.generate.push(measure(&threads, time)?);
            }
        }
        #[cfg(feature = "gui")]
        if wanted(What::Frame) && self.only.is_none() {
            say("frame");
            let frames = crate::app::measure_frames(&threads, time)?;
            output.frame.extend(frames.into_iter().map(Frame::Screen));
            let answers = crate::app::measure_answers(&threads)?;
            output.frame.extend(answers.into_iter().map(Frame::Answer));
            output.frame.push(Frame::Writing(crate::app::measure_writing(&threads)?));
        }
        if output.train.is_empty() && output.generate.is_empty() && output.frame.is_empty() {
            return Err(Error::usage(
                "--only names nothing that is measured; see glassbox bench without it",
            ));
        }
        if self.json {
            print_json(&output);
        } else {
            output.print();
        }
        Ok(())
    }
}

impl Output {
    fn print(&self) {
        for Training { preset, tokens_per_second, step_ms, parameters } in &self.train {
            print(&format!(
                "train {preset:<12} {tokens_per_second:>9.0} tokens/s  {step_ms:>8.2} ms a step  {parameters} parameters"
            ));
        }
        for measured in &self.generate {
            let part = |value: Option<f64>, unit: &str| {
                value.map_or(String::new(), |value| format!("  {value:.1} {unit}"))
            };
            print(&format!(
                "{:<18}{}{}{}",
                measured.name,
                part(measured.tokens_per_second, "tokens/s"),
                part(measured.ms, "ms"),
                part(measured.gigabytes_per_second, "GB/s of weights")
            ));
        }
        self.frame.iter().for_each(|frame| print(&frame.to_string()));
    }
}

/// Whole steps, optimizer included, on random tokens without dropout; the median step.
fn train(
    preset: &'static str,
    vocabulary: usize,
    threads: &Threads,
    time: Duration,
) -> Result<Training> {
    let preset_file = Preset::shipped(preset)
        .ok_or_else(|| Error::failed(format!("{preset} is not shipped")))??;
    let config = preset_file.config(vocabulary);
    let mut parameters = Parameters::<f32>::random(&config, 1);
    let mut gradients = Parameters::zeros(&config);
    let mut workspace = BatchWorkspace::new(&config);
    let mut optimizer = AdamW::new(AdamWSettings::default(), parameters.values.len());
    let decays = parameters.specs().into_iter().map(|spec| spec.is_matrix());
    let tensors: Vec<_> = parameters.ranges().into_iter().zip(decays).collect();
    let batch = random_batch(&config, preset_file.learning.batch);
    let tokens = preset_file.learning.batch * config.context;
    let step_seconds = median_seconds(time, || {
        workspace.prepare(threads, &parameters);
        let settings = (1.0 / tokens as f64, 0.0);
        workspace.loss_and_gradients(threads, &parameters, &mut gradients, &batch, settings, false);
        let norm = gradient_norm(threads, &gradients.values);
        let scale = (1.0 / norm.max(1.0)) as f32;
        optimizer.update(threads, &mut parameters.values, &gradients.values, scale, &tensors, 1e-3);
        Ok(())
    })?;
    Ok(Training {
        preset,
        tokens_per_second: tokens as f64 / step_seconds,
        step_ms: step_seconds * 1e3,
        parameters: config.parameter_count(),
    })
}

fn random_batch(config: &Config, size: usize) -> Vec<Sequence> {
    let (context, vocabulary) = (config.context, config.vocabulary as u32);
    // Any tokens will do; these are spread over the vocabulary by a fixed rule.
    let token = |s: usize, i: usize| {
        ((s * 7919 + i * 104_729) as u32).wrapping_mul(2_654_435_761) % vocabulary
    };
    let sequence = |s: usize| Sequence {
        tokens: (0..context).map(|i| token(s, i)).collect(),
        targets: (1..=context).map(|i| Some(token(s, i))).collect(),
        dropout_seed: 0,
    };
    (0..size).map(sequence).collect()
}

/// The median time of a run, after a warm-up, over as many runs as fit the time (at least three).
fn median_seconds(time: Duration, mut run: impl FnMut() -> Result<()>) -> Result<f64> {
    run()?;
    let began = Instant::now();
    let mut seconds = Vec::new();
    while seconds.len() < 3 || began.elapsed() < time {
        let start = Instant::now();
        run()?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds[seconds.len() / 2])
}

/// The shape of a small chat model, about a million parameters.
fn million() -> Config {
    Config::gpt2(4, 4, 128, 256, 1024)
}

fn greedy_1m(threads: &Threads, time: Duration) -> Result<Generation> {
    greedy("greedy-1m", &million(), 128, threads, time)
}

fn greedy_gpt2(threads: &Threads, time: Duration) -> Result<Generation> {
    greedy("greedy-gpt2", &Config::gpt2(12, 12, 768, 1024, 50_257), 32, threads, time)
}

/// Tokens a second with the KV cache, each the most probable one, after a prompt of eight.
fn greedy(
    name: &'static str,
    config: &Config,
    new_tokens: usize,
    threads: &Threads,
    time: Duration,
) -> Result<Generation> {
    let parameters = Parameters::<f32>::random(config, 1);
    let mut model = Inference::new(&parameters, threads.clone());
    let seconds = median_seconds(time, || {
        let mut logits = model.start(&[1, 2, 3, 4, 5, 6, 7, 8])?;
        for _ in 0..new_tokens {
            logits = model.advance(&[0], &[most_probable(&logits)])?;
        }
        Ok(())
    })?;
    let tokens_per_second = new_tokens as f64 / seconds;
    Ok(Generation {
        name,
        tokens_per_second: Some(tokens_per_second),
        ms: None,
        gigabytes_per_second: Some(tokens_per_second * 4.0 * config.parameter_count() as f64 / 1e9),
        parameters: config.parameter_count(),
    })
}

fn most_probable(logits: &[f32]) -> u32 {
    let best = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    best.map_or(0, |(id, _)| id as u32)
}

/// A beam search of width 5 over 32 tokens.
fn beam_1m(threads: &Threads, time: Duration) -> Result<Generation> {
    let config = million();
    let parameters = Parameters::<f32>::random(&config, 1);
    let mut model = Inference::new(&parameters, threads.clone());
    let settings = BeamSettings {
        beams: 5,
        length_penalty: 1.0,
        early_stopping: EarlyStopping::default(),
        returns: 5,
        repetition_penalty: None,
        stop: Stop { max_new_tokens: 32, end: None },
    };
    let seconds = median_seconds(time, || {
        beam_search(settings, &[1, 2, 3, 4, 5, 6, 7, 8], &mut model).map(|_| ())
    })?;
    let parameters = config.parameter_count();
    Ok(Generation {
        name: "beam-1m",
        tokens_per_second: None,
        ms: Some(seconds * 1e3),
        gigabytes_per_second: None,
        parameters,
    })
}

/// Opening a folder of about 4 MB with a learned tokenizer.
fn open_4mb(_: &Threads, time: Duration) -> Result<Generation> {
    let text = crate::text::sets::shipped()?.find("pocket")?.transcript()?;
    let tokenizer: Tokenizer =
        learn_bpe([text.as_str()], million().vocabulary, &mut |_| {})?.tokenizer;
    let config = million();
    let parameters = Parameters::<f32>::random(&config, 1);
    let folder = tempfile::tempdir()
        .map_err(|error| Error::failed(format!("no temporary folder can be made: {error}")))?;
    let parts =
        Parts { parameters: &parameters, tokenizer: Some(&tokenizer), end: None, provenance: None };
    store::save(folder.path(), parts, Precision::F32)?;
    let seconds = median_seconds(time, || store::open(folder.path()).map(|_| ()))?;
    let parameters = config.parameter_count();
    Ok(Generation {
        name: "open-4mb",
        tokens_per_second: None,
        ms: Some(seconds * 1e3),
        gigabytes_per_second: None,
        parameters,
    })
}
