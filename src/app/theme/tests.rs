//! Contrast, and the order of the colour maps, computed from the colours themselves.

use super::colours::luminance;
use super::*;

fn contrast(a: Color32, b: Color32) -> f32 {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

/// OKLab lightness (Ottosson 2020).
fn lightness(c: Color32) -> f32 {
    let linear = |channel: u8| {
        let c = f32::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    let (r, g, b) = (linear(c.r()), linear(c.g()), linear(c.b()));
    let l = (0.412_221_47 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s
}

#[test]
fn every_text_reads_on_every_ground() {
    for colours in [&DARK, &LIGHT] {
        let words = Part::ALL.map(|part| colours.text_of(part));
        let texts = [colours.text1, colours.text2, colours.text3].into_iter().chain(words);
        for text in texts {
            for ground in [colours.stage, colours.panel, colours.raised, colours.hover] {
                assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}");
            }
        }
        for ground in [colours.stage, colours.panel, colours.raised] {
            assert!(contrast(colours.line2, ground) >= 3.0, "line2 on {ground:?}");
        }
        assert!(contrast(colours.stage, colours.text1) >= 15.0, "ink buttons");
    }
}

#[test]
fn labels_on_coloured_cells_read() {
    for map in ColourMap::ALL {
        for dark in [true, false] {
            for i in 0..=100 {
                let ground = maps::colour(map, dark, i as f32 / 50.0 - 1.0);
                assert!(contrast(on(ground), ground) >= 4.5, "{map:?} {i}");
            }
        }
    }
}

#[test]
fn maps_go_one_way_and_signed_arms_are_alike() {
    for dark in [true, false] {
        for map in [ColourMap::Attention, ColourMap::Probability, ColourMap::Magnitude] {
            let steps: Vec<f32> =
                (0..9).map(|i| lightness(maps::colour(map, dark, i as f32 / 8.0))).collect();
            for pair in steps.windows(2) {
                let step = if dark { pair[1] - pair[0] } else { pair[0] - pair[1] };
                assert!(step >= 0.04 - 1e-3, "{map:?} dark {dark}: {steps:?}");
            }
        }
        for i in 1..=4 {
            let arm =
                |sign: f32| lightness(maps::colour(ColourMap::Signed, dark, sign * i as f32 / 4.0));
            assert!((arm(1.0) - arm(-1.0)).abs() <= 0.004, "signed arm {i}");
        }
    }
}

#[test]
fn a_map_takes_any_number() {
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -5.0, 5.0] {
        for map in ColourMap::ALL {
            maps::colour(map, true, value);
        }
    }
}
