//! The window: an egui shell over the [`crate::session`]. It paints and it listens; it computes
//! nothing of the model's.

mod context;
mod export;
mod formula;
mod frames;
mod lesson;
mod numbers;
mod piece;
mod settings;
mod shell;
mod stations;
mod theme;
mod transport;
mod widgets;
mod window;
mod words;

pub use context::{Action, Context, Selection, Station};
pub use export::Export;
pub use frames::{
    AnswerTime, Frames, WritingSpeed, measure_answers, measure_frames, measure_frames_of_training,
    measure_training, measure_writing,
};
pub use lesson::Ask as LessonAsk;
pub use settings::Settings;
pub use shell::Shell;
pub use stations::decode::tree::Ask as TreeAsk;
pub use stations::decode::{Ask, View as DecodeView};
pub use stations::model::View as ModelView;
pub use stations::train::TrainShot;
pub use window::{Renderer, Shot, WindowOptions, open_window};
pub use words::{Language, Words, fill};
