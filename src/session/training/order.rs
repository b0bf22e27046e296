//! What the engine can be asked of a run.

use super::Recipe;
use crate::session::library;
use crate::train::{Learning, Preset};
use std::path::PathBuf;
use std::time::Duration;

/// A run to begin.
#[derive(Debug, Clone, PartialEq)]
pub struct Begin {
    pub recipe: Recipe,
    /// The data, if it was chosen in the Data station; else the recipe names it.
    pub data: Option<library::Order>,
    /// Whether it takes the base and the data of the tuning run that is under way; else it begins with
    /// the open model.
    pub same_materials: bool,
    /// The text that is watched while the model learns.
    pub watched: String,
    /// The folder that runs are kept in; none to keep it in memory only.
    pub runs: Option<PathBuf>,
    /// Whether it begins to learn at once.
    pub playing: bool,
}

/// An order to the engine about training. There is one run at a time; another one ends it.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    Begin(Box<Begin>),
    /// Go on with a run that was kept.
    Resume(PathBuf),
    Play,
    /// Learn until so many steps are taken in all.
    PlayTo(u64),
    Pause,
    /// Take one step.
    Step,
    /// Take one step and record all that happens in it.
    Record,
    /// The shortest time from step to step.
    Pace(Duration),
    /// Learn with other settings from now on.
    Change(Box<Learning>),
    /// Open the model as it was at the newest checkpoint up to this step; learning pauses.
    Open(u64),
    /// Open the model as it is now.
    OpenNewest,
    /// Whether the open model is kept up to date while it learns.
    Follow(bool),
    /// Look at what a tuning run replies to this, before and after.
    Try(String),
    /// Save the open moment of the run as a model of its own in this folder.
    SaveModel(PathBuf),
    /// Save the run and forget it.
    End,
    /// Tell of the runs in a folder.
    List(PathBuf),
    Rename {
        folder: PathBuf,
        name: String,
        note: String,
    },
    Delete(PathBuf),
    Undelete(PathBuf),
    /// How fast does this machine train such a model?
    Measure {
        preset: Box<Preset>,
        vocabulary: usize,
    },
}

impl Order {
    /// Whether the open model stays the same.
    pub(in crate::session) fn keeps_the_model(&self) -> bool {
        !matches!(
            self,
            Self::Begin(_)
                | Self::Resume(_)
                | Self::Open(_)
                | Self::OpenNewest
                | Self::Follow(true)
        )
    }
}
