//! The language of the screen, as lessons know it.

use crate::app::words::Language as Screen;
use crate::text::sets::index::Language;

/// The lessons' name for it.
pub fn language(screen: Screen) -> Language {
    match screen {
        Screen::English => Language::En,
        Screen::Chinese => Language::Zh,
    }
}
