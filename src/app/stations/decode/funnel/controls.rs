//! The sliders: what is done to the logits.

use super::super::Ask;
use super::{State, View};
use crate::app::context::Action;
use crate::app::lesson::{is_hidden, part};
use crate::app::widgets::{ButtonKind, Icon, Slider, button, icon_button, put, slider};
use crate::app::{numbers, theme::Type};
use crate::decode::Filters;
use crate::lesson::Part;
use egui::{Align, Align2, Layout as Flow, Rect, Ui, UiBuilder, pos2, vec2};

/// Paints the sliders; whatever is moved acts at once.
pub fn controls(ui: &mut Ui, view: &View, state: &mut State, actions: &mut Vec<Action>) {
    let filters = *view.ctx.session.decoding().filters();
    let mut wanted = filters;
    let s = view.scale();
    let vocabulary = view.sheet.funnel.first().logits.len();
    let words = view.ctx.words.decode;
    for (line, &place) in view.layout.controls.iter().enumerate() {
        let tools = 96.0 * s;
        let gap = 28.0 * s;
        let count = if line == 0 { 3.0 } else { 2.0 };
        let wide = (place.width() - tools - gap * 3.0) / 3.0;
        for (i, &name) in PARTS[line].iter().enumerate().take(count as usize) {
            if is_hidden(ui.ctx(), name) {
                continue;
            }
            let left = place.left() + i as f32 * (wide + gap);
            let rect = Rect::from_min_size(pos2(left, place.top()), vec2(wide, place.height()));
            ui.scope_builder(UiBuilder::new().max_rect(rect).id_salt((line, i)), |ui| {
                one(ui, view, (line, i), &mut wanted, vocabulary);
            });
            part(ui, name, rect);
        }
        if line == 1 {
            let left = place.left() + 2.0 * (wide + gap);
            let rect = Rect::from_min_size(pos2(left, place.top()), vec2(wide, place.height()));
            seed(ui, view, rect, actions);
            part(ui, Part::DecodeSeed, rect);
        }
        if line == 0 {
            let rect = place.with_min_x(place.right() - tools);
            let flow = Flow::right_to_left(Align::Center);
            ui.scope_builder(UiBuilder::new().max_rect(rect).layout(flow).id_salt("more"), |ui| {
                let label = if state.more { words.less } else { words.more };
                if button(ui, &view.ctx.look, ButtonKind::Quiet, None, label, true).clicked() {
                    state.more = !state.more;
                }
            });
        }
    }
    if wanted != filters {
        actions.push(Action::Decode(Ask::Filters(wanted)));
    }
}

/// The sliders as lessons call them, by line and place.
const PARTS: [[Part; 3]; 2] = [
    [Part::DecodeTemperature, Part::DecodeTopK, Part::DecodeTopP],
    [Part::DecodeMinP, Part::DecodeRepetition, Part::DecodeSeed],
];

fn one(ui: &mut Ui, view: &View, which: (usize, usize), filters: &mut Filters, vocabulary: usize) {
    let words = view.ctx.words.decode;
    let (label, value, at, places) = match which {
        (0, 0) => {
            let value = filters.temperature.unwrap_or(1.0);
            let at = TEMPERATURE.place(value);
            (view.ctx.words.temperature, format!("{value:.2}"), at, TEMPERATURE.places())
        }
        (0, 1) => {
            let steps = top_k_steps(vocabulary);
            let at = filters.top_k.and_then(|k| steps.iter().position(|&step| step >= k));
            let value = filters.top_k.map_or(words.all.into(), numbers::count);
            (words.top_k, value, at.unwrap_or(steps.len()), steps.len() + 1)
        }
        (0, _) => {
            let value = filters.top_p.unwrap_or(1.0);
            (words.top_p, written(value, 1.0, words.all), TOP_P.place(value), TOP_P.places())
        }
        (_, 0) => {
            let value = filters.min_p.unwrap_or(0.0);
            (words.min_p, written(value, 0.0, words.off), MIN_P.place(value), MIN_P.places())
        }
        _ => {
            let value = filters.repetition_penalty.unwrap_or(1.0);
            let text = written(value, 1.0, words.off);
            (words.repetition_penalty, text, PENALTY.place(value), PENALTY.places())
        }
    };
    let shown = Slider { label, value: &value, at, places };
    let Some(at) = slider(ui, &view.ctx.look, ui.available_width(), shown) else { return };
    match which {
        (0, 0) => filters.temperature = Some(TEMPERATURE.value(at)),
        (0, 1) => filters.top_k = top_k_steps(vocabulary).get(at).copied(),
        (0, _) => filters.top_p = Some(TOP_P.value(at)).filter(|&p| p < 1.0),
        (_, 0) => filters.min_p = Some(MIN_P.value(at)).filter(|&p| p > 0.0),
        _ => filters.repetition_penalty = Some(PENALTY.value(at)).filter(|&it| it > 1.0),
    }
}

/// 0.90, or a word where the filter changes nothing.
fn written(value: f32, neutral: f32, word: &str) -> String {
    if (value - neutral).abs() < 1e-6 { word.into() } else { format!("{value:.2}") }
}

/// Values that a knob can stand at, in hundredths.
struct Range {
    from: u32,
    to: u32,
    step: u32,
}

const TEMPERATURE: Range = Range { from: 10, to: 200, step: 5 };
const TOP_P: Range = Range { from: 5, to: 100, step: 1 };
const MIN_P: Range = Range { from: 0, to: 50, step: 1 };
const PENALTY: Range = Range { from: 100, to: 200, step: 5 };

impl Range {
    fn places(&self) -> usize {
        ((self.to - self.from) / self.step) as usize + 1
    }

    fn value(&self, place: usize) -> f32 {
        (self.from + place as u32 * self.step).min(self.to) as f32 / 100.0
    }

    fn place(&self, value: f32) -> usize {
        let steps = (value * 100.0 - self.from as f32) / self.step as f32;
        (steps.round().max(0.0) as usize).min(self.places() - 1)
    }
}

/// One by one where it matters, then in ever larger steps; behind the last one nothing is cut.
fn top_k_steps(vocabulary: usize) -> Vec<usize> {
    let coarse = (0..5_u32).flat_map(|power| {
        [25, 30, 40, 50, 60, 80, 100, 150, 200].map(move |k| k * 10_usize.pow(power))
    });
    let mut steps: Vec<usize> = (1..=20).chain(coarse).filter(|&k| k < vocabulary).collect();
    steps.dedup();
    steps
}

/// The seed of the random numbers.
fn seed(ui: &mut Ui, view: &View, rect: Rect, actions: &mut Vec<Action>) {
    let (words, colours, s) = (view.ctx.words.decode, view.ctx.look.colours(), view.scale());
    let seed = view.ctx.session.decoding().seed();
    let top = rect.top() + 10.0 * s;
    let font = Type::Label.scaled(s);
    let painter = ui.painter();
    put(painter, pos2(rect.left(), top), Align2::LEFT_CENTER, words.seed, font, colours.text1);
    let font = Type::Number.scaled(s);
    let number = seed.to_string();
    put(
        painter,
        pos2(rect.left(), rect.top() + 32.0 * s),
        Align2::LEFT_CENTER,
        &number,
        font,
        colours.text1,
    );
    let place =
        Rect::from_min_size(pos2(rect.left() + 76.0 * s, rect.top() + 12.0 * s), vec2(32.0, 32.0));
    ui.scope_builder(UiBuilder::new().max_rect(place).id_salt("seed"), |ui| {
        if icon_button(ui, &view.ctx.look, Icon::Reset, words.another_seed, true).clicked() {
            actions.push(Action::Decode(Ask::Seed(seed.wrapping_add(1))));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knobs_come_back_to_where_they_stood() {
        for range in [TEMPERATURE, TOP_P, MIN_P, PENALTY] {
            for place in 0..range.places() {
                assert_eq!(range.place(range.value(place)), place);
            }
        }
        assert_eq!(TEMPERATURE.value(TEMPERATURE.places() - 1), 2.0);
        assert_eq!(TOP_P.value(TOP_P.places() - 1), 1.0);
    }

    #[test]
    fn top_k_goes_up_to_the_vocabulary() {
        for vocabulary in [1, 7, 300, 50_257] {
            let steps = top_k_steps(vocabulary);
            assert!(steps.windows(2).all(|pair| pair[0] < pair[1]), "{steps:?}");
            assert!(steps.iter().all(|&k| k > 0 && k < vocabulary.max(2)));
        }
    }
}
