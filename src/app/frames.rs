//! How long the window takes to lay out and tessellate its screens, measured without a display.

use super::context::{Action, Station};
use super::settings::Settings;
use super::shell::Shell;
use super::stations::decode::{Ask, View as DecodeView, tree};
use super::stations::model::View;
use super::words::Language;
use crate::decode::{Filters, SampleSettings, Sampler, Stop, Strategy};
use crate::interpret::{Component, Patch};
use crate::nn::{Config, Inference, Name, Parameters};
use crate::session::Plan;
use crate::session::engine::{Opened, Source};
use crate::session::library::{Phrase, Request, SetKey};
use crate::session::training::{Order, Recipe};
use crate::store::{self, Parts, Precision};
use crate::tensor::Threads;
use crate::{Error, Result};
use egui::{Pos2, RawInput, Rect, vec2};
use serde::Serialize;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One screen's measurement.
#[derive(Debug, Clone, Serialize)]
pub struct Frames {
    pub screen: &'static str,
    /// Milliseconds for layout, painting commands and tessellation.
    pub median_ms: f64,
    pub p99_ms: f64,
    pub frames: usize,
}

/// How fast text is written while its heads are on the screen, beside the engine alone.
#[derive(Debug, Clone, Serialize)]
pub struct WritingSpeed {
    pub screen: &'static str,
    pub tokens_per_second: f64,
    pub headless_tokens_per_second: f64,
    pub share: f64,
}

/// Positions of the text that is measured on.
const POSITIONS: usize = 128;
/// The window's size in points.
const SIZE: [f32; 2] = [1440.0, 900.0];
/// Text that is long enough for any tokenizer.
const SENTENCE: &str = "A cow says moo. A bee lives in a hive, and a wolf eats deer. ";
/// How long anything may take to arrive.
const PATIENCE: Duration = Duration::from_secs(300);

/// Measures every screen, each for `time`.
///
/// # Errors
/// If the engine cannot be started, or its answers do not come.
pub fn measure_frames(threads: &Threads, time: Duration) -> Result<Vec<Frames>> {
    let mut window = Window::open(threads)?;
    let mut all = Vec::new();
    window.shell.act(Action::Say("What does a cow say?".into()));
    window.settle()?;
    window.shell.choose_what_to_show(View::Map);
    all.push(window.measure("chat", time));
    window.read_long_text()?;
    for view in View::ALL {
        window.shell.choose_what_to_show(view);
        window.settle()?;
        all.push(window.measure(view.name(), time));
    }
    window.shell.choose_what_to_show(View::Map);
    window.shell.act(Action::SwitchLocked);
    window.settle()?;
    all.push(window.measure("map, changed", time));
    window.shell.act(Action::Restore);
    window.show_data()?;
    all.push(window.measure("data", time));
    window.shell.act(Action::Go(Station::Tokens));
    window.learn_pieces()?;
    all.push(window.measure("tokens", time));
    all.push(window.measure_funnel("funnel", time)?);
    for (screens, beams, steps) in
        [(["tree 8x40", "tree 8x40, all"], 8, 40), (["tree 16x128", "tree 16x128, all"], 16, 128)]
    {
        window.search(beams, steps)?;
        all.push(window.measure(screens[0], time));
        window.shell.rooms.decode.tree.fit();
        all.push(window.measure(screens[1], time));
    }
    let folder = tempfile::tempdir()
        .map_err(|error| Error::failed(format!("no temporary folder can be made: {error}")))?;
    window.open_large_vocabulary(folder.path())?;
    all.push(window.measure_funnel("funnel-50k", time)?);
    Ok(all)
}

/// Measures the Train station while the model learns.
///
/// # Errors
/// As [`measure_frames`].
pub fn measure_frames_of_training(threads: &Threads, time: Duration) -> Result<Frames> {
    let mut window = Window::open(threads)?;
    window.shell.act(Action::Go(Station::Train));
    window.train(50)?;
    Ok(window.measure("train, learning", time))
}

/// Runs with the window and without it, in turn.
const PAIRS: usize = 5;
/// Steps that a run is measured over: several validation losses, replies and kept moments are among them.
const STEPS: u64 = 400;

/// Measures learning in the window, looked at all the time by somebody whose hands rest, beside learning without one.
///
/// # Errors
/// As [`measure_frames`].
pub fn measure_training(threads: &Threads) -> Result<WritingSpeed> {
    let mut window = Window::open(threads)?;
    window.pointer_moves = false;
    window.shell.act(Action::Go(Station::Train));
    let (mut headless, mut watched) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        window.shell.session().train(Order::End);
        window.settle()?;
        let begun = window.train(0)?;
        let start = Instant::now();
        window.paint_until(|shell| {
            shell.session().training().run.as_ref().is_some_and(|run| run.step() >= STEPS)
        })?;
        // What the window knows of comes in batches: it may be past the mark when it hears of it.
        let taken = window.shell.session().training().run.as_ref().map_or(0, |run| run.step());
        watched.push(taken as f64 * begun.1 / start.elapsed().as_secs_f64());
        window.shell.session().train(Order::Pause);
        let mut trainer =
            begun.0.prepare(threads.clone(), &mut |_| ControlFlow::Continue(()))?.trainer;
        let start = Instant::now();
        for _ in 0..STEPS {
            trainer.step()?;
        }
        headless.push(STEPS as f64 * begun.1 / start.elapsed().as_secs_f64());
    }
    // A machine whose speed drifts drifts less within a pair.
    let mut shares: Vec<f64> = watched.iter().zip(&headless).map(|(a, b)| a / b).collect();
    Ok(WritingSpeed {
        screen: "training, in the window",
        tokens_per_second: median(&mut watched),
        headless_tokens_per_second: median(&mut headless),
        share: median(&mut shares),
    })
}

/// How long it takes from a click to the engine's answer.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerTime {
    pub asked: &'static str,
    pub median_ms: f64,
}

/// Times that each answer is measured.
const ANSWERS: usize = 9;

/// Measures how long a change of the model and a second text take, on a long text.
///
/// # Errors
/// As [`measure_frames`].
pub fn measure_answers(threads: &Threads) -> Result<Vec<AnswerTime>> {
    let mut window = Window::open(threads)?;
    window.read_long_text()?;
    let part = Component::Head { block: 1, head: 0 };
    let ids = window.shell.session().subject().to_vec();
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ANSWERS {
        times[0].push(window.time(&|session| session.scale(part, 0.0))?);
        window.time(&|session| session.change(Vec::new()))?;
        let values = vec![0.1; window.width()].into();
        let patch = Patch { name: Name::ResidPre(1), row: 3, values };
        times[1].push(window.time(&|session| session.patch(patch.clone()))?);
        window.time(&|session| session.change(Vec::new()))?;
        window.shell.session().put_beside(Vec::new());
        times[2].push(window.time(&|session| session.put_beside(ids.clone()))?);
    }
    let asked = ["switch off", "patch", "compare"];
    let answer = |(asked, mut times): (&'static str, Vec<f64>)| AnswerTime {
        asked,
        median_ms: median(&mut times),
    };
    Ok(asked.into_iter().zip(times).map(answer).collect())
}

/// Measures the writing of a text with its heads on the screen.
///
/// # Errors
/// As [`measure_frames`].
pub fn measure_writing(threads: &Threads) -> Result<WritingSpeed> {
    let mut window = Window::open(threads)?;
    window.shell.act(Action::Go(Station::Model));
    window.shell.act(Action::LookAt { text: "What does a cow say?".into(), as_chat: true });
    window.settle()?;
    window.shell.choose_what_to_show(View::Heads);
    let opened = window.shell.session().opened().cloned();
    let opened = opened.ok_or_else(|| Error::failed("no model is open"))?;
    let prompt = window.shell.session().subject().to_vec();
    // As long a text as the model can write, so that the heads are redrawn several times.
    let count = opened.model.parameters.config.context - prompt.len();
    let (mut headless, mut watched) = (Vec::new(), Vec::new());
    // In turn, so that a machine whose speed drifts drifts for both.
    for _ in 0..9 {
        headless.push(count as f64 / alone(&opened, &prompt, count, threads)?.as_secs_f64());
        watched.push(count as f64 / window.write(&prompt, count)?.as_secs_f64());
    }
    let (headless, watched) = (median(&mut headless), median(&mut watched));
    Ok(WritingSpeed {
        screen: "heads, while writing",
        tokens_per_second: watched,
        headless_tokens_per_second: headless,
        share: watched / headless,
    })
}

/// The engine alone, as `glassbox generate` runs it.
fn alone(
    opened: &Arc<Opened>,
    prompt: &[u32],
    count: usize,
    threads: &Threads,
) -> Result<Duration> {
    let start = Instant::now();
    let mut inference = Inference::new(&opened.model.parameters, threads.clone());
    let settings = SampleSettings {
        strategy: Strategy::Greedy { repetition_penalty: None },
        stop: Stop { max_new_tokens: count, end: None },
    };
    Sampler::new(settings, prompt, &inference)?.run(&mut inference)?;
    Ok(start.elapsed())
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The shell in an egui context of its own, without a display.
struct Window {
    shell: Shell,
    ctx: egui::Context,
    frame: u32,
    /// When what was painted last wants to be painted again.
    wait: Duration,
    /// Whether the pointer moves from frame to frame; that alone asks for sixty frames a second.
    pointer_moves: bool,
}

impl Window {
    fn open(threads: &Threads) -> Result<Self> {
        let settings = Settings { language: Language::English, pace: 0, ..Settings::default() };
        let shell = Shell::new(settings, threads.clone(), || {})?;
        let mut window = Self {
            shell,
            ctx: egui::Context::default(),
            frame: 0,
            wait: Duration::ZERO,
            pointer_moves: true,
        };
        window.settle()?;
        Ok(window)
    }

    /// Paints until everything that was asked for is there.
    fn settle(&mut self) -> Result<()> {
        let start = Instant::now();
        // Views ask their questions when they are painted first.
        self.paint();
        while !self.shell.is_at_rest() {
            self.paint();
            std::thread::sleep(Duration::from_millis(2));
            if start.elapsed() > PATIENCE {
                return Err(Error::failed("the engine gave no answer within five minutes"));
            }
        }
        self.paint();
        Ok(())
    }

    /// Milliseconds until what is asked of the session has been answered.
    fn time(&mut self, ask: &dyn Fn(&mut crate::session::Session)) -> Result<f64> {
        let start = Instant::now();
        ask(self.shell.session());
        while self.shell.session().is_thinking() {
            self.shell.poll();
            std::thread::sleep(Duration::from_micros(200));
            if start.elapsed() > PATIENCE {
                return Err(Error::failed("the engine gave no answer within five minutes"));
            }
        }
        Ok(start.elapsed().as_secs_f64() * 1e3)
    }

    /// The width of the model's stream.
    fn width(&mut self) -> usize {
        self.shell.session().opened().map_or(0, |opened| opened.model.parameters.config.width)
    }

    fn read_long_text(&mut self) -> Result<()> {
        self.shell.act(Action::Go(Station::Model));
        let session = self.shell.session();
        let Some(tokenizer) = session.tokenizer() else {
            return Err(Error::failed("the shipped model has no tokenizer"));
        };
        let most = POSITIONS.min(session.context());
        let mut ids = tokenizer.encode(&SENTENCE.repeat(POSITIONS))?;
        ids.truncate(most);
        session.look(ids);
        self.settle()
    }

    /// The largest set, cleaned and searched.
    fn show_data(&mut self) -> Result<()> {
        self.shell.act(Action::Go(Station::Data));
        let library = self.shell.session().library_mut();
        library.ask(Request::Choose(SetKey::Shipped("chat-en".into())));
        library.ask(Request::Find(Phrase { text: "the".into(), from_reply: false }));
        self.settle()?;
        self.shell.choose_what_to_show(View::Map);
        self.settle()
    }

    /// The vocabulary of the largest set, after some of its merges.
    fn learn_pieces(&mut self) -> Result<()> {
        self.paint();
        self.settle()?;
        self.paint();
        self.shell.choose_what_to_show(View::Map);
        self.paint();
        self.settle()
    }

    /// Begins the shortest preset and waits until it has taken so many steps; its recipe, and the
    /// tokens of a step.
    fn train(&mut self, steps: u64) -> Result<(Recipe, f64)> {
        let begin = self.shell.first_run();
        self.shell.act(begin);
        self.paint_until(|shell| {
            let run = shell.session().training().run.as_ref();
            run.is_some_and(|run| run.playing && run.step() >= steps)
        })?;
        let run = self.shell.session().training().run.as_ref();
        let run = run.ok_or_else(|| Error::failed("the run did not begin"))?;
        Ok((run.begun.card.recipe.clone(), run.tokens_a_step() as f64))
    }

    /// Paints until something has happened, as the window does it: when there is news, and when what is
    /// painted asks for the next frame; sixty times a second at most.
    fn paint_until(&mut self, done: impl Fn(&mut Shell) -> bool) -> Result<()> {
        let start = Instant::now();
        let mut painted = start;
        while !done(&mut self.shell) {
            if self.shell.poll() || painted.elapsed() >= self.wait {
                self.paint();
                painted = Instant::now();
            }
            std::thread::sleep(Duration::from_micros(16_600));
            if start.elapsed() > PATIENCE {
                return Err(Error::failed("the engine did not finish within five minutes"));
            }
        }
        Ok(())
    }

    /// One frame: layout, painting commands, tessellation. The pointer moves, as a person's does who works.
    fn paint(&mut self) -> Duration {
        self.frame += 1;
        let at = Pos2::new(500.0 + (self.frame % 400) as f32, 300.0 + (self.frame % 250) as f32);
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(SIZE[0], SIZE[1]))),
            time: Some(f64::from(self.frame) / 60.0),
            events: self
                .pointer_moves
                .then_some(egui::Event::PointerMoved(at))
                .into_iter()
                .collect(),
            ..RawInput::default()
        };
        let start = Instant::now();
        let output = self.ctx.run_ui(input, |ui| self.shell.ui(ui));
        let viewport = output.viewport_output.get(&egui::ViewportId::ROOT);
        self.wait = viewport.map_or(PATIENCE, |viewport| viewport.repaint_delay);
        let shapes = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        std::hint::black_box(&shapes);
        start.elapsed()
    }

    fn measure(&mut self, screen: &'static str, time: Duration) -> Frames {
        self.measure_while(screen, time, |_, _| {})
    }

    /// Measures frames before each of which something is done, which counts.
    fn measure_while(
        &mut self,
        screen: &'static str,
        time: Duration,
        mut act: impl FnMut(&mut Shell, usize),
    ) -> Frames {
        for _ in 0..10 {
            self.paint();
        }
        let start = Instant::now();
        let mut times = Vec::new();
        while start.elapsed() < time || times.len() < 100 {
            let begun = Instant::now();
            act(&mut self.shell, times.len());
            let acted = begun.elapsed();
            times.push((acted + self.paint()).as_secs_f64() * 1e3);
        }
        let median_ms = median(&mut times);
        let p99_ms = times[(times.len() * 99 / 100).min(times.len() - 1)];
        Frames { screen, median_ms, p99_ms, frames: times.len() }
    }

    /// The funnel while its sliders are dragged: every frame filters the vocabulary anew.
    fn measure_funnel(&mut self, screen: &'static str, time: Duration) -> Result<Frames> {
        self.shell.act(Action::Go(Station::Decode));
        self.shell.rooms.decode.view = DecodeView::Funnel;
        self.shell.session().decode_ids(&[1, 2, 3, 4, 5, 6, 7, 8]);
        self.settle()?;
        Ok(self.measure_while(screen, time, |shell, frame| {
            let filters = Filters {
                repetition_penalty: Some(1.1),
                temperature: Some(0.5 + (frame % 100) as f32 / 100.0),
                // Now much is cut, now nothing.
                top_k: (frame % 2 == 0).then_some(40 + frame % 400),
                top_p: (frame % 3 == 0).then_some(0.9),
                min_p: Some(0.001),
            };
            shell.act(Action::Decode(Ask::Filters(filters)));
        }))
    }

    /// A tree of so many beams and steps; an end token does not end a beam.
    fn search(&mut self, beams: usize, steps: usize) -> Result<()> {
        let plan = Plan {
            text: "What does a cow say?".into(),
            beams,
            returns: beams,
            steps,
            ends: false,
            ..Plan::default()
        };
        self.shell.act(Action::Decode(Ask::Show(DecodeView::Tree)));
        self.shell.act(Action::Tree(tree::Ask::Run(plan)));
        self.settle()?;
        let found = self.shell.session().searched().map_or(0, |search| search.steps().len());
        if found == steps { Ok(()) } else { Err(Error::failed("the search did not end")) }
    }

    /// A model with as many tokens as GPT-2, but hardly anything else.
    fn open_large_vocabulary(&mut self, folder: &Path) -> Result<()> {
        let parameters = Parameters::<f32>::random(&Config::gpt2(1, 1, 16, 32, 50_257), 1);
        let parts = Parts { parameters: &parameters, tokenizer: None, end: None, provenance: None };
        store::save(folder, parts, Precision::F32)?;
        self.shell.act(Action::Open(Source::Folder(folder.into())));
        let start = Instant::now();
        let opened = |shell: &mut Shell| {
            let opened = shell.session().opened();
            opened.is_some_and(|opened| opened.model.tokenizer.is_none())
        };
        while !opened(&mut self.shell) {
            self.paint();
            if start.elapsed() > PATIENCE {
                return Err(Error::failed("the model was not opened within five minutes"));
            }
        }
        self.settle()
    }

    /// Writes `count` tokens behind `prompt`, painting sixty times a second meanwhile.
    fn write(&mut self, prompt: &[u32], count: usize) -> Result<Duration> {
        self.shell.session().look(prompt.to_vec());
        self.settle()?;
        let start = Instant::now();
        self.shell.session().grow_by(count);
        while self.shell.session().is_writing() {
            let painted = self.paint();
            std::thread::sleep(Duration::from_micros(16_600).saturating_sub(painted));
            if start.elapsed() > PATIENCE {
                return Err(Error::failed("the engine did not finish within five minutes"));
            }
        }
        // The last frame came up to one frame after the last token: the engine's own clock counts.
        Ok(self.shell.session().writing_took().unwrap_or_else(|| start.elapsed()))
    }
}
