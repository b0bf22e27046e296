//! Colour maps: nine points each, with linear interpolation in sRGB between them.

use egui::Color32;

/// Nine points of a map.
pub(super) type Map = [u32; 9];

/// What a map is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColourMap {
    /// Attention weights, always 0 to 1.
    Attention,
    /// Probabilities, always 0 to 1.
    Probability,
    /// Numbers with a sign, symmetric about 0.
    Signed,
    /// Counts, norms and changes without a sign.
    Magnitude,
}

impl ColourMap {
    /// Every map.
    pub const ALL: [Self; 4] = [Self::Attention, Self::Probability, Self::Signed, Self::Magnitude];

    /// Its nine points in the dark or the light theme.
    fn points(self, dark: bool) -> &'static Map {
        match (self, dark) {
            (Self::Attention, true) => &[
                0x231128, 0x4B1E51, 0x732974, 0x9B3990, 0xC04FA7, 0xE06CBA, 0xFA8ECA, 0xFEBDD9,
                0xFFE7EF,
            ],
            (Self::Attention, false) => &[
                0xFFF3F9, 0xFCC6E7, 0xEEA0D6, 0xDB7EC7, 0xC45FB7, 0xA844A4, 0x8B2E8E, 0x6C1F75,
                0x4D1558,
            ],
            (Self::Probability, true) => &[
                0x201806, 0x403001, 0x5C4902, 0x796406, 0x95800C, 0xB19D0F, 0xCDBB04, 0xE3DA54,
                0xFAF98B,
            ],
            (Self::Probability, false) => &[
                0xF9F8F1, 0xF0EAC4, 0xEBDA9F, 0xE7C979, 0xE5B652, 0xE3A319, 0xDA9205, 0xCF8203,
                0xC37303,
            ],
            (Self::Signed, true) => &[
                0xA1D9FE, 0x04ADF9, 0x0B7BB7, 0x054D77, 0x1C1E21, 0x723401, 0xAC5D09, 0xE58808,
                0xFFC580,
            ],
            (Self::Signed, false) => &[
                0x014C86, 0x0874BA, 0x24A0EC, 0x81CCFE, 0xF4F3F1, 0xF6B37B, 0xDD7A28, 0xAE5103,
                0x7B3002,
            ],
            (Self::Magnitude, true) => &[
                0x191C20, 0x303439, 0x474B51, 0x606469, 0x797D82, 0x92969C, 0xACB1B7, 0xC7CBD2,
                0xE2E7ED,
            ],
            (Self::Magnitude, false) => &[
                0xF0F4F9, 0xD2D6DB, 0xB7BABF, 0x9DA0A5, 0x84878C, 0x6C7074, 0x56595D, 0x404448,
                0x2C2F33,
            ],
        }
    }
}

/// The colour of a value: 0 to 1, for [`ColourMap::Signed`] −1 to 1. Outside, the nearest end.
pub(super) fn colour(map: ColourMap, dark: bool, value: f32) -> Color32 {
    let share = if map == ColourMap::Signed { 0.5 + 0.5 * value } else { value };
    // `clamp` lets NaN through; the cast makes it the lower end.
    let at = share.clamp(0.0, 1.0) * 8.0;
    let left = (at as usize).min(7);
    let points = map.points(dark);
    mix(points[left], points[left + 1], at - left as f32)
}

/// Between two colours.
fn mix(from: u32, to: u32, share: f32) -> Color32 {
    let channel = |shift: u32| {
        let [from, to] = [from, to].map(|c| f32::from((c >> shift) as u8));
        (from + (to - from) * share).round() as u8
    };
    Color32::from_rgb(channel(16), channel(8), channel(0))
}
