//! The steps of type: size, line and family by name.

use super::fonts::{INTER, INTER_MEDIUM, INTER_SEMIBOLD, MONO, MONO_MEDIUM};
use egui::{FontFamily, FontId};

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A presenter's caption.
    Display,
    /// The title of the stage or of a step.
    Title,
    /// A section on the stage, the heading of the inspector.
    Heading,
    /// Bubbles.
    Chat,
    /// Lesson text.
    Read,
    /// Controls and group labels.
    Label,
    /// A label that is the current one.
    Strong,
    /// The inspector's body.
    Body,
    /// Explanations.
    Small,
    /// Axis names, column heads. Nothing is smaller.
    Caption,
    /// A token.
    Token,
    TokenSmall,
    /// A token that is the subject.
    TokenLarge,
    /// Numbers, by size; always of fixed width, so that digits align.
    Number,
    NumberSmall,
    NumberTiny,
    NumberLarge,
    NumberHuge,
    /// A number that is locked.
    NumberStrong,
}

impl Type {
    /// Points, points from line to line, family.
    fn measure(self) -> (f32, f32, &'static str) {
        match self {
            Self::Display => (30.0, 42.0, INTER_MEDIUM),
            Self::Title => (20.0, 28.0, INTER_SEMIBOLD),
            Self::Heading => (15.0, 22.0, INTER_SEMIBOLD),
            Self::Chat => (16.0, 26.0, INTER),
            Self::Read => (15.0, 24.0, INTER),
            Self::Label => (13.0, 18.0, INTER_MEDIUM),
            Self::Strong => (13.0, 18.0, INTER_SEMIBOLD),
            Self::Body => (13.0, 20.0, INTER),
            Self::Small => (12.0, 16.0, INTER),
            Self::Caption => (11.0, 16.0, INTER_MEDIUM),
            Self::Token => (13.0, 22.0, MONO),
            Self::TokenSmall => (11.0, 18.0, MONO),
            Self::TokenLarge => (16.0, 26.0, MONO),
            Self::Number => (13.0, 18.0, MONO),
            Self::NumberSmall => (12.0, 16.0, MONO),
            Self::NumberTiny => (11.0, 16.0, MONO),
            Self::NumberLarge => (15.0, 22.0, MONO),
            Self::NumberHuge => (20.0, 30.0, MONO),
            Self::NumberStrong => (13.0, 18.0, MONO_MEDIUM),
        }
    }

    /// The font.
    pub fn font(self) -> FontId {
        self.scaled(1.0)
    }

    /// The font, larger by a factor.
    pub fn scaled(self, scale: f32) -> FontId {
        let (size, _, family) = self.measure();
        FontId::new(size * scale, FontFamily::Name(family.into()))
    }

    /// Points from one line to the next.
    pub fn line(self) -> f32 {
        self.measure().1
    }
}
