//! The real window: eframe around the [`Shell`].

use super::context::{Action, Selection, Station};
use super::lesson::Ask as LessonAsk;
use super::settings::Settings;
use super::shell::Shell;
use super::stations::decode::{Ask, View as DecodeView, tree};
use super::stations::model::View;
use super::stations::train::TrainShot;
use crate::lesson::runner::{Input, Phase};
use crate::session::Plan;
use crate::session::library::Request;
use crate::session::training::Order;
use crate::tensor::Threads;
use crate::{Error, Result};
use eframe::{CreationContext, NativeOptions, egui};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// Which way the window is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renderer {
    /// OpenGL, and wgpu where that cannot start.
    Auto,
    Glow,
    Wgpu,
}

/// How to open the window.
#[derive(Clone)]
pub struct WindowOptions {
    pub renderer: Renderer,
    pub threads: Threads,
    /// Where settings are read and kept; none to begin as on the first day and keep nothing.
    pub settings: Option<PathBuf>,
    /// A picture to take, after which the window closes.
    pub shot: Option<Shot>,
}

/// A picture of a screen.
#[derive(Debug, Clone)]
pub struct Shot {
    pub station: Station,
    pub view: View,
    pub tab: DecodeView,
    /// Of the Train station: which view, after so many steps.
    pub train: TrainShot,
    pub step: u64,
    pub size: [f32; 2],
    pub dark: bool,
    pub language: super::words::Language,
    pub presenting: bool,
    /// Whether what is locked is switched off.
    pub switched_off: bool,
    /// Another model than the one that ships for the language.
    pub model: Option<PathBuf>,
    /// What to say, or to look at; something fitting if empty.
    pub prompt: String,
    /// A lesson, and how many steps of it are behind.
    pub lesson: Option<(String, usize)>,
    pub out: PathBuf,
}

/// Opens the window and stays until it is closed.
///
/// # Errors
/// If no way of drawing starts, the system gives no thread, or the picture cannot be written.
pub fn open_window(options: &WindowOptions) -> Result<()> {
    let order: &[eframe::Renderer] = match options.renderer {
        Renderer::Auto => &[eframe::Renderer::Glow, eframe::Renderer::Wgpu],
        Renderer::Glow => &[eframe::Renderer::Glow],
        Renderer::Wgpu => &[eframe::Renderer::Wgpu],
    };
    let mut why = String::new();
    for &renderer in order {
        match open_with(renderer, options) {
            Ok(()) => return Ok(()),
            Err(error) => why = error,
        }
    }
    Err(Error::failed(format!(
        "no window could be opened ({why}); on Linux a display is needed (DISPLAY or WAYLAND_DISPLAY), and --renderer chooses glow or wgpu"
    )))
}

fn open_with(
    renderer: eframe::Renderer,
    options: &WindowOptions,
) -> std::result::Result<(), String> {
    let mut settings = options.settings.as_deref().map(Settings::load).unwrap_or_default();
    if let Some(shot) = &options.shot {
        settings.station = shot.station;
        settings.dark = shot.dark;
        settings.language = shot.language;
        settings.window = shot.size;
        settings.pace = 0;
        // What moves is shown at its end.
        settings.reduced_motion = true;
        settings.model.clone_from(&shot.model);
    }
    let viewport = egui::ViewportBuilder::default()
        .with_title("Glassbox")
        .with_app_id("glassbox")
        .with_inner_size(settings.window)
        .with_min_inner_size([960.0, 640.0]);
    // Flat colours have no bands that dithering could hide.
    let native = NativeOptions {
        viewport,
        renderer,
        persist_window: false,
        dithering: false,
        ..Default::default()
    };
    let options = options.clone();
    let made = move |creation: &CreationContext<'_>| {
        let app = Glassbox::new(creation, settings, options)?;
        Ok(Box::new(app) as Box<dyn eframe::App>)
    };
    eframe::run_native("glassbox", native, Box::new(made)).map_err(|error| error.to_string())
}

/// The shell under eframe.
struct Glassbox {
    shell: Shell,
    settings: Option<PathBuf>,
    saved: Settings,
    last_save: Instant,
    shot: Option<Photographer>,
}

impl Glassbox {
    fn new(
        creation: &CreationContext<'_>,
        settings: Settings,
        options: WindowOptions,
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let ctx = creation.egui_ctx.clone();
        let wake = move || ctx.request_repaint();
        let mut shell = Shell::new(settings.clone(), options.threads, wake)
            .map_err(|error| error.to_string())?;
        // Whoever keeps no settings keeps no dialogues and no runs either.
        if let Some(folder) = options.settings.as_ref().and(Settings::place_of_sets()) {
            shell.keep_sets_in(folder);
        }
        let lessons = Settings::place_of_progress().zip(Settings::place_of_lessons());
        if let Some((progress, lessons)) = options.settings.as_ref().and(lessons) {
            shell.keep_lessons_in(progress, lessons);
        }
        let is_first = options.settings.as_ref().is_some_and(|settings| !settings.exists());
        if is_first && options.shot.is_none() {
            shell.welcome();
        }
        if let Some(runs) = options.settings.as_ref().and(Settings::runs_place()) {
            shell.session().keep_runs_in(&runs);
        }
        Ok(Self {
            shell,
            settings: options.settings,
            saved: settings,
            last_save: Instant::now(),
            shot: options.shot.map(Photographer::new),
        })
    }

    /// Keeps the settings when they have changed, at most every two seconds.
    fn keep_settings(&mut self, at_once: bool) {
        let Some(path) = &self.settings else { return };
        let due = at_once || self.last_save.elapsed() > Duration::from_secs(2);
        if due && *self.shell.settings() != self.saved {
            // Losing the last place is no reason to bother anybody.
            let _ = self.shell.settings().save(path);
            self.saved = self.shell.settings().clone();
            self.last_save = Instant::now();
        }
    }
}

impl eframe::App for Glassbox {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.shell.ui(ui);
        let size = ui.input(|input| input.viewport().inner_rect).map(|rect| rect.size());
        if let Some(size) = size {
            self.shell.window_size([size.x, size.y]);
        }
        self.keep_settings(false);
        if let Some(shot) = &mut self.shot {
            shot.frame(ui.ctx(), &mut self.shell);
        }
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        if self.shot.is_none() {
            self.keep_settings(true);
        }
    }
}

/// Takes the picture once everything it should show has arrived.
struct Photographer {
    shot: Shot,
    begun: Instant,
    stage: Stage,
    answer: Sender<Arc<egui::ColorImage>>,
    picture: Receiver<Arc<egui::ColorImage>>,
}

/// How far the photographer is.
#[derive(PartialEq)]
enum Stage {
    Opening,
    Waiting,
    /// Frames that everything has been there for.
    Settling(u32),
    Asked,
}

/// After this long the picture is taken as it is.
const PATIENCE: Duration = Duration::from_secs(30);
/// A run takes longer.
const PATIENCE_FOR_RUN: Duration = Duration::from_secs(240);

impl Photographer {
    fn new(shot: Shot) -> Self {
        let (answer, picture) = channel();
        Self { shot, begun: Instant::now(), stage: Stage::Opening, answer, picture }
    }

    fn frame(&mut self, ctx: &egui::Context, shell: &mut Shell) {
        ctx.request_repaint();
        self.stage = match std::mem::replace(&mut self.stage, Stage::Asked) {
            Stage::Opening if shell.session().opened().is_some() && shell.is_at_rest() => {
                self.set_the_scene(shell);
                Stage::Waiting
            }
            Stage::Waiting
                if (self.is_there(shell) && self.lesson_is_there(shell))
                    || self.begun.elapsed() > self.patience() =>
            {
                if self.shot.lesson.is_some() {
                    return self.stage = Stage::Settling(0);
                }
                shell.choose_what_to_show(self.shot.view);
                shell.show_of_training(self.shot.train);
                if self.shot.switched_off {
                    shell.act(Action::SwitchLocked);
                }
                Stage::Settling(0)
            }
            Stage::Settling(n)
                if n > 20 && (shell.is_at_rest() || self.begun.elapsed() > PATIENCE) =>
            {
                let answer = self.answer.clone();
                ctx.request_screenshot(move |picture| drop(answer.send(picture)));
                Stage::Asked
            }
            Stage::Settling(n) => Stage::Settling(n + 1),
            other => other,
        };
        if let Ok(picture) = self.picture.try_recv() {
            let [width, height] = picture.size.map(|n| n as u32);
            let rgba: Vec<u8> = picture.pixels.iter().flat_map(|pixel| pixel.to_array()).collect();
            let saved =
                image::save_buffer(&self.shot.out, &rgba, width, height, image::ColorType::Rgba8);
            if let Err(error) = saved {
                eprintln!("glassbox: {}: {error}", self.shot.out.display());
                std::process::exit(1);
            }
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    /// Goes on in the lesson that the picture should show; returns whether its step is reached.
    fn lesson_is_there(&self, shell: &mut Shell) -> bool {
        let Some((_, steps)) = &self.shot.lesson else { return true };
        if shell.lesson_is_busy() {
            return false;
        }
        let Some(runner) = shell.lesson_runner() else { return true };
        let reached = match runner.phase() {
            Phase::Question => 0,
            Phase::Takeaway => usize::MAX,
            _ => runner.position() + 1,
        };
        if reached < *steps {
            let input = if reached == 0 { Input::Next } else { Input::Skip };
            shell.act(Action::Lesson(LessonAsk::Press(input)));
        }
        reached >= *steps && shell.is_at_rest()
    }

    fn patience(&self) -> Duration {
        match self.shot.station {
            Station::Train | Station::Tune => PATIENCE_FOR_RUN,
            _ => PATIENCE,
        }
    }

    /// Whether all that the picture should show is there.
    fn is_there(&self, shell: &mut Shell) -> bool {
        let trains = matches!(self.shot.station, Station::Train | Station::Tune);
        if !trains || self.shot.train == TrainShot::Setup {
            return shell.is_at_rest();
        }
        let step = self.shot.step;
        let run = shell.session().training().run.as_ref();
        let there = run.is_some_and(|run| run.done || run.step() >= step);
        if there && run.is_some_and(|run| run.playing) {
            shell.act(Action::Train(Order::Pause));
        }
        let run = shell.session().training().run.as_ref();
        // What was forgotten is measured when a tuning run rests.
        let weighed = |run: &crate::session::training::Watch| {
            run.report.as_ref().is_some_and(|report| report.step == run.step())
        };
        there && (self.shot.station == Station::Train || run.is_some_and(weighed))
    }

    fn set_the_scene(&self, shell: &mut Shell) {
        if let Some((lesson, _)) = &self.shot.lesson {
            shell.act(Action::Lesson(LessonAsk::Open(lesson.clone())));
            self.present(shell);
            return;
        }
        let chinese = self.shot.language == super::words::Language::Chinese;
        let words = self.shot.language.words();
        let example = match self.shot.station {
            Station::Decode => words.decode.example_chat,
            _ if chinese => words.ask_example_zh,
            _ => words.ask_example_en,
        };
        let prompt = if self.shot.prompt.is_empty() { example } else { &self.shot.prompt };
        let can_chat = shell.session().can_chat();
        if self.shot.station == Station::Decode {
            shell.act(Action::Decode(Ask::Show(self.shot.tab)));
        }
        let action = match self.shot.station {
            Station::Decode if self.shot.tab != DecodeView::Funnel => {
                let plan = Plan { text: prompt.into(), ..Plan::default() };
                // Without a prompt, a search that is known to be telling.
                let example = self.shot.prompt.is_empty() && self.shot.model.is_none();
                Action::Tree(if example { tree::Ask::Example(0) } else { tree::Ask::Run(plan) })
            }
            // In Decode a reply is opened once it is there.
            Station::Decode if can_chat => Action::Say(prompt.into()),
            Station::Chat => Action::Say(prompt.into()),
            Station::Data | Station::Tokens => Action::Data(Request::Open),
            Station::Model => Action::LookAt { text: prompt.into(), as_chat: true },
            Station::Decode => Action::Decode(Ask::Text { text: prompt.into(), as_chat: false }),
            Station::Train if self.shot.train == TrainShot::Setup => Action::Go(Station::Train),
            Station::Tune if self.shot.train == TrainShot::Setup => Action::Go(Station::Tune),
            Station::Train | Station::Tune => shell.first_run(),
        };
        shell.act(action);
        self.present(shell);
        shell.act(Action::Lock(Selection::default()));
    }

    /// Before a class, in the theme that was asked for.
    fn present(&self, shell: &mut Shell) {
        if self.shot.presenting {
            shell.act(Action::TurnPresenter);
            if self.shot.dark {
                shell.act(Action::TurnTheme);
            }
        }
    }
}
