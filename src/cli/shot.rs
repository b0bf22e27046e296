//! `glassbox shot`: a picture of a screen, from the real window, after its data has arrived.

use super::window::RendererName;
use crate::app::{
    DecodeView, Language, ModelView, Shot, Station, TrainShot, WindowOptions, open_window,
};
use crate::tensor::Threads;
use crate::{Error, Result};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct ShotCommand {
    /// The station to show
    #[arg(long, value_enum, value_name = "NAME")]
    station: Screen,
    /// The window's size in points
    #[arg(long, value_name = "WxH", default_value = "1440x900")]
    size: String,
    /// Light or dark
    #[arg(long, value_enum, default_value = "dark", value_name = "NAME")]
    theme: Theme,
    /// The language of the screen
    #[arg(long, value_enum, default_value = "en", value_name = "NAME")]
    lang: Lang,
    /// A shipped model's name, or a folder
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// What to say, or what to read
    #[arg(long, value_name = "TEXT", default_value = "")]
    prompt: String,
    /// Of a run: after how many steps
    #[arg(long, value_name = "N", default_value_t = 600)]
    step: u64,
    /// As a presenter shows it
    #[arg(long)]
    presenter: bool,
    /// With the head that is locked switched off
    #[arg(long)]
    off: bool,
    /// A lesson by its id, instead of the station alone
    #[arg(long, value_name = "ID")]
    lesson: Option<String>,
    /// Of a lesson: which step, from 1; 0 is the question before it
    #[arg(long, value_name = "N", default_value_t = 1)]
    lesson_step: usize,
    /// The picture's file
    #[arg(long, value_name = "FILE.png")]
    out: PathBuf,
}

/// A screen by name.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Screen {
    Data,
    Tokens,
    /// The map of the Model station
    Model,
    /// Its heads
    Heads,
    Decode,
    /// Its tree of beam search
    Tree,
    /// Its comparison
    Compare,
    /// What it would say after each block
    Lens,
    /// What each part adds to a score
    Why,
    /// Where a number comes from
    Numbers,
    /// The tokens' vectors as a picture
    Embedding,
    /// What makes neurons fire
    Neurons,
    /// Two texts side by side
    Texts,
    Chat,
    /// The Train station: before a run
    TrainSetup,
    /// A run as it goes
    Train,
    /// One training step: its losses
    TrainLoss,
    /// Its gradients on their way back
    TrainBackward,
    /// The update of one weight
    TrainUpdate,
    /// Runs side by side
    TrainRuns,
    /// The Tune station: before a run
    TuneSetup,
    /// A tuning run as it goes
    Tune,
    /// Both models' replies side by side
    TunePairs,
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum Theme {
    Light,
    Dark,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Lang {
    En,
    Zh,
}

impl ShotCommand {
    pub fn run(self, renderer: RendererName, threads: Threads) -> Result<()> {
        let train = self.station.of_training();
        let (station, view) = match self.station {
            Screen::Data => (Station::Data, ModelView::Map),
            Screen::Tokens => (Station::Tokens, ModelView::Map),
            Screen::Model => (Station::Model, ModelView::Map),
            Screen::Heads => (Station::Model, ModelView::Heads),
            Screen::Decode | Screen::Tree | Screen::Compare => (Station::Decode, ModelView::Map),
            Screen::Lens => (Station::Model, ModelView::Lens),
            Screen::Why => (Station::Model, ModelView::Why),
            Screen::Numbers => (Station::Model, ModelView::Numbers),
            Screen::Embedding => (Station::Model, ModelView::Embedding),
            Screen::Neurons => (Station::Model, ModelView::Neurons),
            Screen::Texts => (Station::Model, ModelView::Compare),
            Screen::Chat => (Station::Chat, ModelView::Map),
            Screen::TuneSetup | Screen::Tune | Screen::TunePairs => (Station::Tune, ModelView::Map),
            _ => (Station::Train, ModelView::Map),
        };
        let tab = match self.station {
            Screen::Tree => DecodeView::Tree,
            Screen::Compare => DecodeView::Compare,
            _ => DecodeView::Funnel,
        };
        let language = match self.lang {
            Lang::En => Language::English,
            Lang::Zh => Language::Chinese,
        };
        let shot = Shot {
            station,
            view,
            tab,
            train,
            step: self.step,
            size: parse_size(&self.size)?,
            dark: self.theme == Theme::Dark,
            language,
            presenting: self.presenter,
            switched_off: self.off,
            model: self.model,
            prompt: self.prompt,
            lesson: self.lesson.map(|lesson| (lesson, self.lesson_step)),
            out: self.out,
        };
        let options =
            WindowOptions { renderer: renderer.into(), threads, settings: None, shot: Some(shot) };
        open_window(&options)
    }
}

impl Screen {
    fn of_training(self) -> TrainShot {
        match self {
            Self::Train | Self::Tune => TrainShot::Live,
            Self::TrainLoss => TrainShot::OneStep(1),
            Self::TrainBackward => TrainShot::OneStep(2),
            Self::TrainUpdate => TrainShot::OneStep(4),
            Self::TrainRuns | Self::TunePairs => TrainShot::Compare,
            _ => TrainShot::Setup,
        }
    }
}

/// `1440x900`
fn parse_size(text: &str) -> Result<[f32; 2]> {
    let wrong = || {
        Error::usage(format!("--size {text} is no size; write it as 1440x900, at least 960x640"))
    };
    let (width, height) = text.split_once('x').ok_or_else(wrong)?;
    let number = |text: &str| text.parse::<u16>().map_err(|_| wrong());
    let size = [number(width)?, number(height)?];
    if size[0] < 960 || size[1] < 640 { Err(wrong()) } else { Ok(size.map(f32::from)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_or_refused() {
        assert_eq!(parse_size("1440x900").ok(), Some([1440.0, 900.0]));
        for wrong in ["", "1440", "1440x", "x900", "100x100", "1440x900x2", "-5x900"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
