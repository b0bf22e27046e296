//! How everything looks: colours, colour maps, type, strokes. Nothing here knows what it is used for.

mod colours;
mod fonts;
mod maps;
mod style;
mod text;

pub use colours::{DARK, LIGHT, Palette, Part, on};
pub use fonts::install_fonts;
pub use maps::ColourMap;
pub use style::apply_style;
pub use text::Type;

use egui::Color32;

/// What a painter needs to know: the colours of the theme, and how much larger a presenter wants it.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Dark or light.
    pub dark: bool,
    /// 1, or 1.5 in front of a class.
    pub scale: f32,
    /// Whether things may move.
    pub motion: bool,
}

impl Look {
    /// The colours of the theme.
    pub fn colours(&self) -> &'static Palette {
        if self.dark { &DARK } else { &LIGHT }
    }

    /// The colour of a value from 0 to 1 (signed maps: from −1 to 1).
    pub fn map(&self, map: ColourMap, value: f32) -> Color32 {
        maps::colour(map, self.dark, value)
    }

    /// Seconds that a movement takes.
    pub fn seconds(&self, seconds: f32) -> f32 {
        if self.motion { seconds } else { 0.0 }
    }
}

#[cfg(test)]
mod tests;
