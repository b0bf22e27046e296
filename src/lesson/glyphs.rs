//! Which characters the shipped fonts can draw: a text with a hole in it teaches nobody.
//!
//! The fonts' own tables are asked (`cmap`, OpenType 1.9), so that nothing has to be kept in step.

use std::collections::BTreeSet;
use std::sync::OnceLock;

/// A font inside the program.
macro_rules! font {
    ($file:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/fonts/", $file))
    };
}

/// The regular font of every script that we ship.
pub static INTER: &[u8] = font!("Inter-Regular.ttf");
pub static MONO: &[u8] = font!("JetBrainsMono-Regular.ttf");
pub static HANZI: &[u8] = font!("NotoSansSC-Regular.ttf");

/// The characters of a text that no font has, each once.
pub fn missing(text: &str) -> Vec<char> {
    static KNOWN: OnceLock<BTreeSet<u32>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| {
        [INTER, MONO, HANZI].iter().flat_map(|font| covered(font).unwrap_or_default()).collect()
    });
    let drawn = |c: &char| !c.is_control() && !known.contains(&u32::from(*c));
    let missing: BTreeSet<char> = text.chars().filter(drawn).collect();
    missing.into_iter().collect()
}

/// The characters that a font has a glyph for; None if it is no font that we can read.
fn covered(font: &[u8]) -> Option<Vec<u32>> {
    let tables = usize::from(u16_at(font, 4)?);
    let record =
        (0..tables).map(|i| 12 + 16 * i).find(|at| font.get(*at..at + 4) == Some(b"cmap"))?;
    let cmap = u32_at(font, record + 8)? as usize;
    let count = usize::from(u16_at(font, cmap + 2)?);
    let mut all = Vec::new();
    for i in 0..count {
        let table = cmap + u32_at(font, cmap + 4 + 8 * i + 4)? as usize;
        match u16_at(font, table)? {
            4 => segments(font, table, &mut all)?,
            12 => groups(font, table, &mut all)?,
            _ => {}
        }
    }
    Some(all)
}

/// Format 4: segments of 16-bit codes.
fn segments(font: &[u8], table: usize, all: &mut Vec<u32>) -> Option<()> {
    let twice = usize::from(u16_at(font, table + 6)?);
    let (ends, starts) = (table + 14, table + 16 + twice);
    let (deltas, offsets) = (starts + twice, starts + 2 * twice);
    for at in (0..twice).step_by(2) {
        let (start, end) = (u16_at(font, starts + at)?, u16_at(font, ends + at)?);
        let (delta, offset) = (u16_at(font, deltas + at)?, u16_at(font, offsets + at)?);
        for code in start..=end {
            let glyph = match offset {
                0 => code.wrapping_add(delta),
                _ => {
                    let place = offsets + at + usize::from(offset) + 2 * usize::from(code - start);
                    u16_at(font, place).unwrap_or(0)
                }
            };
            if glyph != 0 && code != 0xFFFF {
                all.push(code.into());
            }
        }
    }
    Some(())
}

/// Format 12: groups of 32-bit codes.
fn groups(font: &[u8], table: usize, all: &mut Vec<u32>) -> Option<()> {
    let count = u32_at(font, table + 12)? as usize;
    for at in (0..count).map(|i| table + 16 + 12 * i) {
        let (start, end) = (u32_at(font, at)?, u32_at(font, at + 4)?);
        all.extend(start..=end.min(0x10_FFFF));
    }
    Some(())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fonts_are_asked() {
        assert_eq!(missing("Plain text, 中文，“引号”。 – − → · √ é"), [' '; 0]);
        assert_eq!(missing("a𓀀b𓀀"), ['𓀀']);
        assert_eq!(covered(b"no font"), None);
        assert!(covered(HANZI).is_some_and(|all| all.len() > 3755));
    }
}
