//! What a view is given, and what it may ask for in return.

use super::export::Export;
use super::lesson;
use super::piece::Piece;
use super::stations::decode::{Ask, tree};
use super::theme::Look;
use super::words::Words;
use crate::interpret::provenance::Cell;
use crate::interpret::{Component, Patch};
use crate::session::Session;
use crate::session::engine::{Question, Source};
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
    /// A token that could come next, and one that it is compared with.
    pub candidate: Option<u32>,
    pub rival: Option<u32>,
    /// Whether the block's MLP is chosen, and perhaps one of its neurons.
    pub mlp: bool,
    pub neuron: Option<usize>,
    /// Whether the position vectors are chosen.
    pub positions: bool,
}

impl Selection {
    /// The part of the model that is chosen, if it is one that can be switched off.
    pub fn component(&self) -> Option<Component> {
        if self.positions {
            return Some(Component::Positions);
        }
        let block = self.block?;
        Some(match (self.head, self.mlp, self.neuron) {
            (Some(head), ..) => Component::Head { block, head },
            (None, true, Some(neuron)) => Component::Neuron { block, neuron },
            (None, true, None) => Component::Mlp(block),
            (None, false, _) => Component::Block(block),
        })
    }

    /// The same row and candidates, with another part of the model.
    #[must_use]
    pub fn with(self, part: Option<Component>) -> Self {
        let bare = Self {
            position: self.position,
            candidate: self.candidate,
            rival: self.rival,
            ..Self::default()
        };
        match part {
            Some(Component::Positions) => Self { positions: true, ..bare },
            Some(Component::Head { block, head }) => {
                Self { block: Some(block), head: Some(head), ..bare }
            }
            Some(Component::Mlp(block)) => Self { block: Some(block), mlp: true, ..bare },
            Some(Component::Neuron { block, neuron }) => {
                Self { block: Some(block), mlp: true, neuron: Some(neuron), ..bare }
            }
            Some(Component::Block(block) | Component::AttentionBias(block)) => {
                Self { block: Some(block), ..bare }
            }
            Some(Component::Tokens | Component::LastBias) | None => bare,
        }
    }

    /// Lets go of the innermost thing that is chosen.
    pub fn release(&mut self) {
        if self.key.take().is_some() || self.neuron.take().is_some() {
            return;
        }
        if std::mem::take(&mut self.mlp) || std::mem::take(&mut self.positions) {
            return;
        }
        if self.head.take().is_some() || self.block.take().is_some() {
            return;
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
    Tune,
    Decode,
    Chat,
}

impl Station {
    /// Every station, from left to right.
    pub const ALL: [Self; 7] =
        [Self::Data, Self::Tokens, Self::Model, Self::Train, Self::Tune, Self::Decode, Self::Chat];

    /// What it is called.
    pub fn title(self, words: &Words) -> &'static str {
        match self {
            Self::Data => words.data.title,
            Self::Tokens => words.tokens.title,
            Self::Model => words.model,
            Self::Train => words.train.title,
            Self::Tune => words.tune.title,
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
            Self::Tune => egui::Key::Num5,
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
            Self::Tune => "tune",
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
    /// Multiply what a part of the model writes: by 0 to switch it off, by 1 to let it be.
    Scale(Component, f32),
    /// Switch off what is locked, or on again.
    SwitchLocked,
    /// Replace rows of activations, beside what is scaled.
    Patch(Patch),
    /// Undo one change of the model, by its place in the list.
    Undo(usize),
    /// Let the model be as it is.
    Restore,
    /// Take something out of the window.
    Export(Export),
    /// Go back to a state that was copied as a text.
    Reopen(String),
    /// Show where a number comes from.
    Trace(Cell),
    /// Ask the engine about the text that is looked at.
    Ask(Question),
    /// Read a second text, to compare with; an empty one to have none.
    ReadBeside {
        text: String,
        as_chat: bool,
    },
    /// Read the text that is looked at with another model, to compare.
    ReadWith(Source),
    /// Show the open model in the Model station beside another.
    CompareInModel(Source),
    /// Ask the system for the other model's folder.
    ChooseFolderBeside,
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
    /// Something in the lesson panel.
    Lesson(lesson::Ask),
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
    /// Whether there is something to type or set: a class that only looks is not shown the fields of Model and
    /// Decode.
    pub hands_on: bool,
}

impl Context<'_> {
    /// A token as it is drawn.
    pub fn piece(&self, id: u32) -> Piece {
        Piece::of(self.session.tokenizer(), id, self.words)
    }
}
