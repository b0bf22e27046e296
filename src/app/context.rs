//! What a view is given, and what it may ask for in return.

use super::piece::Piece;
use super::stations::decode::{Ask, tree};
use super::theme::Look;
use super::words::Words;
use crate::session::Session;
use crate::session::engine::Source;
use crate::session::library::Request;
use crate::session::training::Order;

/// One part of what the model did: what is locked, or under the pointer. Shared by all views.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Selection {
    /// A row: the token at this position.
    pub position: Option<usize>,
    pub block: Option<usize>,
    pub head: Option<usize>,
    /// The position that the row looks at.
    pub key: Option<usize>,
    /// A token that could come next.
    pub candidate: Option<u32>,
}

impl Selection {
    /// Lets go of the innermost thing that is chosen.
    pub fn release(&mut self) {
        for level in [&mut self.key, &mut self.head, &mut self.block] {
            if level.take().is_some() {
                return;
            }
        }
        *self = Self::default();
    }
}

/// A room of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Station {
    Data,
    Tokens,
    Model,
    Train,
    Decode,
    Chat,
}

impl Station {
    /// Every station, from left to right.
    pub const ALL: [Self; 6] =
        [Self::Data, Self::Tokens, Self::Model, Self::Train, Self::Decode, Self::Chat];

    /// What it is called.
    pub fn title(self, words: &Words) -> &'static str {
        match self {
            Self::Data => words.data.title,
            Self::Tokens => words.tokens.title,
            Self::Model => words.model,
            Self::Train => words.train.title,
            Self::Decode => words.decode.title,
            Self::Chat => words.chat,
        }
    }

    /// The key that goes there: its place in the whole pipeline.
    pub fn key(self) -> egui::Key {
        match self {
            Self::Data => egui::Key::Num1,
            Self::Tokens => egui::Key::Num2,
            Self::Model => egui::Key::Num3,
            Self::Train => egui::Key::Num4,
            Self::Decode => egui::Key::Num6,
            Self::Chat => egui::Key::Num7,
        }
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Tokens => "tokens",
            Self::Model => "model",
            Self::Train => "train",
            Self::Decode => "decode",
            Self::Chat => "chat",
        }
    }
}

/// What a person asks for. Views return these; the shell carries them out.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    Go(Station),
    Say(String),
    SayInstead(usize, String),
    WriteAgain(usize),
    SwitchBranch(usize, isize),
    NewChat,
    Stop,
    Open(Source),
    /// Ask the system for a folder.
    ChooseFolder,
    /// Something about the dialogue sets.
    Data(Request),
    /// Ask the system for a file with dialogues.
    ChooseData,
    /// Open the page where dialogues are imported.
    BeginImport,
    WriteDialogue,
    ShowDialogue(usize),
    /// Look in the data for a reply of the model.
    WhichTaught(String),
    /// Look at the moment when this token of this reply was chosen.
    OpenInModel {
        node: usize,
        step: usize,
    },
    /// Go on by hand where this token of this reply was chosen.
    OpenInDecode {
        node: usize,
        step: usize,
    },
    /// Something in the Decode station.
    Decode(Ask),
    /// Look at a text, as a chat or as it is.
    LookAt {
        text: String,
        as_chat: bool,
    },
    /// Write one token more of the text that is looked at.
    Grow,
    Lock(Selection),
    ShowHead {
        block: usize,
        head: usize,
    },
    Release,
    TurnTheme,
    TurnLanguage,
    TurnPresenter,
    TogglePanel,
    ToggleInspector,
    ToggleMotion,
    Zoom(f32),
    ShowCommands,
    ShowKeys,
    Temperature(f32),
    Pace(u64),
    /// Something done with a search.
    Tree(tree::Ask),
    /// Begin, steer or end a training run.
    Train(Order),
    /// The newest checkpoint of the run becomes the open model, and the last reply is written again.
    UseNewest,
}

/// What a view sees of the program.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub look: Look,
    pub words: &'a Words,
    pub session: &'a Session,
    /// What is locked.
    pub locked: Selection,
}

impl Context<'_> {
    /// A token as it is drawn.
    pub fn piece(&self, id: u32) -> Piece {
        Piece::of(self.session.tokenizer(), id, self.words)
    }
}
