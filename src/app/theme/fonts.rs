//! Inter for words, JetBrains Mono for tokens and numbers, Noto Sans SC behind both for Chinese.

use crate::lesson::glyphs;
use egui::{FontData, FontDefinitions, FontFamily};
use std::sync::Arc;

/// The families by the names under which they are registered.
pub const INTER: &str = "Inter";
pub const INTER_MEDIUM: &str = "Inter Medium";
pub const INTER_SEMIBOLD: &str = "Inter SemiBold";
pub const MONO: &str = "JetBrains Mono";
pub const MONO_MEDIUM: &str = "JetBrains Mono Medium";

/// A font file inside the program.
macro_rules! font {
    ($file:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/fonts/", $file)).as_slice()
    };
}

/// Each family's own file.
const LATIN: [(&str, &[u8]); 5] = [
    (INTER, glyphs::INTER),
    (INTER_MEDIUM, font!("Inter-Medium.ttf")),
    (INTER_SEMIBOLD, font!("Inter-SemiBold.ttf")),
    (MONO, glyphs::MONO),
    (MONO_MEDIUM, font!("JetBrainsMono-Medium.ttf")),
];

/// The hanzi behind the regular and behind the heavier families.
const HANZI: (&str, &[u8]) = ("Noto Sans SC", glyphs::HANZI);
const HANZI_MEDIUM: (&str, &[u8]) = ("Noto Sans SC Medium", font!("NotoSansSC-Medium.ttf"));

/// Registers the families; system fonts stay behind them for everything that ours lack.
pub fn install_fonts(ctx: &egui::Context) {
    let mut fonts = FontDefinitions::empty();
    for (name, bytes) in LATIN.into_iter().chain([HANZI, HANZI_MEDIUM]) {
        fonts.font_data.insert(name.into(), Arc::new(FontData::from_static(bytes)));
    }
    for (name, _) in LATIN {
        fonts.families.insert(FontFamily::Name(name.into()), behind(name));
    }
    fonts.families.insert(FontFamily::Proportional, behind(INTER));
    fonts.families.insert(FontFamily::Monospace, behind(MONO));
    ctx.set_fonts(fonts);
}

/// The files that a family looks in, one after the other.
fn behind(family: &str) -> Vec<String> {
    let heavy = [INTER_MEDIUM, INTER_SEMIBOLD, MONO_MEDIUM].contains(&family);
    let hanzi = if heavy { HANZI_MEDIUM.0 } else { HANZI.0 };
    // Inter has arrows and mathematical signs that the fixed-width family lacks, and the reverse.
    let other = if family.starts_with(MONO) { INTER } else { MONO };
    [family, hanzi, other].map(String::from).to_vec()
}
