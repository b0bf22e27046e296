//! The two palettes. The interface itself has no hue: a hue always means a part of the transformer.

use egui::Color32;

/// A colour from `0xRRGGBB`.
const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// A part of the transformer, which has a hue of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    Query,
    Key,
    Value,
    Attention,
    Mlp,
    /// Logits and probabilities.
    Probability,
    /// Gradients, and the loss of a token.
    Gradient,
    /// The residual stream.
    Residual,
    Position,
    User,
    Bot,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 11] = [
        Self::Query,
        Self::Key,
        Self::Value,
        Self::Attention,
        Self::Mlp,
        Self::Probability,
        Self::Gradient,
        Self::Residual,
        Self::Position,
        Self::User,
        Self::Bot,
    ];
}

/// The colours of one theme.
#[derive(Debug)]
pub struct Palette {
    /// Where the model lives.
    pub stage: Color32,
    /// Bars, panels, quiet cards, block bands on the map.
    pub panel: Color32,
    /// Chips, cards, bubbles, menus.
    pub raised: Color32,
    /// Under the pointer; empty slots.
    pub hover: Color32,
    /// Pressed; the chosen segment.
    pub press: Color32,
    /// Separator, outline, strong outline.
    pub line0: Color32,
    pub line1: Color32,
    pub line2: Color32,
    /// Reading and values; explanations; captions and axes.
    pub text1: Color32,
    pub text2: Color32,
    pub text3: Color32,
    /// Disabled.
    pub off: Color32,
    /// The triangle of a warning, the ring of an error.
    pub warn: Color32,
    pub err: Color32,
    /// Words and lines of the parts, then their shapes, in the order of [`Part::ALL`].
    words: [Color32; 11],
    fills: [Color32; 11],
}

impl Palette {
    /// The colour of a part's words and lines.
    pub fn text_of(&self, part: Part) -> Color32 {
        self.words[part as usize]
    }

    /// The colour of a part's shapes.
    pub fn fill_of(&self, part: Part) -> Color32 {
        self.fills[part as usize]
    }
}

/// In the dark theme words and shapes of a part have one colour.
const DARK_PARTS: [Color32; 11] = [
    rgb(0x5CB9EF),
    rgb(0xEFA63B),
    rgb(0x35C79B),
    rgb(0xE48BC3),
    rgb(0x8C99FF),
    rgb(0xEFE04F),
    rgb(0xFF8153),
    rgb(0xAEB7C3),
    rgb(0x86BDB6),
    rgb(0xA9BFD8),
    rgb(0xDEC8A4),
];

/// Light on dark.
pub static DARK: Palette = Palette {
    stage: rgb(0x0F1114),
    panel: rgb(0x16191D),
    raised: rgb(0x1D2126),
    hover: rgb(0x262B32),
    press: rgb(0x2F353D),
    line0: rgb(0x22262C),
    line1: rgb(0x313740),
    line2: rgb(0x66717E),
    text1: rgb(0xF1F2F4),
    text2: rgb(0xBCC3CC),
    text3: rgb(0x939BA6),
    off: rgb(0x5E6671),
    warn: rgb(0xF2B84B),
    err: rgb(0xFF8A72),
    words: DARK_PARTS,
    fills: DARK_PARTS,
};

/// Dark on light.
pub static LIGHT: Palette = Palette {
    stage: rgb(0xFDFDFB),
    panel: rgb(0xF5F5F1),
    raised: rgb(0xFFFFFF),
    hover: rgb(0xECECE7),
    press: rgb(0xE1E1DB),
    line0: rgb(0xEAEAE5),
    line1: rgb(0xD8D8D1),
    line2: rgb(0x8A8A82),
    text1: rgb(0x15171A),
    text2: rgb(0x43484F),
    text3: rgb(0x62676E),
    off: rgb(0xA3A6A8),
    warn: rgb(0x8A5A00),
    err: rgb(0xB3341B),
    words: [
        rgb(0x0869A6),
        rgb(0x955400),
        rgb(0x00704D),
        rgb(0xA0397D),
        rgb(0x4452C4),
        rgb(0x6F6000),
        rgb(0xB33C08),
        rgb(0x59616C),
        rgb(0x2F6C66),
        rgb(0x3F5D80),
        rgb(0x745627),
    ],
    fills: [
        rgb(0x2E93D0),
        rgb(0xCE7F00),
        rgb(0x00946B),
        rgb(0xC8649E),
        rgb(0x6473E6),
        rgb(0xE8CB00),
        rgb(0xDB5A10),
        rgb(0x838C99),
        rgb(0x5E9890),
        rgb(0x728DAE),
        rgb(0xA58652),
    ],
};

/// Black or white, whichever reads better on this ground (WCAG 2 relative luminance).
pub fn on(ground: Color32) -> Color32 {
    if luminance(ground) > 0.179 { Color32::BLACK } else { Color32::WHITE }
}

/// WCAG 2 relative luminance of a colour, from 0 to 1.
pub(super) fn luminance(colour: Color32) -> f32 {
    let linear = |channel: u8| {
        let c = f32::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
}
