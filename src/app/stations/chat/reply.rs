//! A reply as a bubble, token by token, with what else could have come.

use super::State;
use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::piece::read_on;
use crate::app::theme::{ColourMap, Part, Type};
use crate::app::widgets::{ButtonKind, button, drawable, paragraph, put, width};
use crate::app::words::fill;
use crate::decode::SampleStep;
use crate::session::Node;
use crate::session::engine::Ended;
use egui::{
    Align, Align2, CornerRadius, FontId, Frame, Layout, Pos2, Rect, Role, Sense, Stroke,
    StrokeKind, Ui, Vec2, pos2, vec2,
};

/// A token in a bubble.
struct Placed {
    rect: Rect,
    text: String,
}

/// A bot's turn: left, on raised ground, token by token.
pub fn replied(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    index: usize,
    node: &Node,
    actions: &mut Vec<Action>,
) {
    let Some(written) = &node.written else { return };
    let colours = ctx.look.colours();
    let scale = ctx.look.scale;
    let font = Type::TokenLarge.scaled(scale);
    let most = (ui.available_width() - 36.0).min(620.0 * scale);
    let placed = place(ui, ctx, &written.steps, &font, most);
    let mut text = placed.iter().fold(Vec2::ZERO, |size, token| size.max(token.rect.max.to_vec2()));
    // A model of noise may end its turn at once.
    let silent = written.steps.is_empty() && written.ended.is_some();
    let (silence, small) = (ctx.words.train.silence, Type::Body.scaled(scale));
    if silent {
        text.x = width(ui.painter(), silence, small.clone());
    }
    let size = vec2(text.x.max(24.0), text.y.max(26.0 * scale)) + vec2(36.0, 20.0);
    let (bubble, whole) = ui.allocate_exact_size(size, Sense::hover());
    let name = if silent { silence } else { node.text.as_str() };
    whole.widget_info(|| egui::WidgetInfo::labeled(Role::Label, true, name));
    let corners = CornerRadius { nw: 14, ne: 14, sw: 4, se: 14 };
    // On light paper the bubble's ground alone is hardly seen.
    let outline = if ctx.look.dark { Stroke::NONE } else { Stroke::new(1.0, colours.line1) };
    ui.painter().rect(bubble, corners, colours.raised, outline, StrokeKind::Inside);
    let origin = bubble.min + vec2(18.0, 8.0);
    for (number, (token, step)) in placed.iter().zip(&written.steps).enumerate() {
        let token =
            Placed { rect: token.rect.translate(origin.to_vec2()), text: token.text.clone() };
        if draw_token(ui, ctx, state, (index, number), &token, step, &font) {
            state.selected = (state.selected != Some((index, number))).then_some((index, number));
        }
    }
    if silent {
        let left = pos2(origin.x, bubble.center().y);
        ui.painter().text(left, Align2::LEFT_CENTER, silence, small, colours.text3);
    }
    let why = match &written.ended {
        Some(Ended::Stopped) => Some(ctx.words.reply_stopped),
        Some(Ended::Finished(crate::decode::Finish::ContextFull)) => Some(ctx.words.reply_cut),
        _ => None,
    };
    if let Some(why) = why {
        paragraph(ui, why, Type::Small, colours.text3);
    }
    // Of a run whose other moment is open now.
    if let Some(step) = written.step.filter(|step| ctx.session.open_step() != Some(*step)) {
        let step = numbers::count(step as usize);
        paragraph(ui, &fill(ctx.words.written_at, &[&step]), Type::Small, colours.text3);
    }
    if let Some((_, token)) = state.selected.filter(|(node, _)| *node == index)
        && let Some(step) = written.steps.get(token)
    {
        let left = placed.get(token).map_or(0.0, |token| token.rect.left());
        candidates_card(ui, ctx, (index, token), step, left, actions);
    }
}

/// Lays the tokens out in lines; rectangles are relative to the text's corner.
fn place(ui: &Ui, ctx: &Context, steps: &[SampleStep], font: &FontId, most: f32) -> Vec<Placed> {
    let line = 34.0 * ctx.look.scale;
    let mut at = Pos2::ZERO;
    let mut placed = Vec::with_capacity(steps.len());
    let ids: Vec<u32> = steps.iter().map(|step| step.token).collect();
    for piece in read_on(ctx.session.tokenizer(), &ids, ctx.words) {
        let text = piece.text.replace('\u{b7}', " ").replace('\u{21b5}', "");
        let text = drawable(ui.painter(), font, &text);
        let wide = width(ui.painter(), &text, font.clone()).max(6.0);
        let special = matches!(piece.kind, crate::app::piece::Kind::Special(_));
        let wide = if special { wide + 20.0 } else { wide };
        if at.x > 0.0 && at.x + wide > most {
            at = pos2(0.0, at.y + line);
        }
        let rect = Rect::from_min_size(at, vec2(wide, 26.0 * ctx.look.scale));
        placed.push(Placed { rect, text });
        at.x += wide;
        if piece.text.contains('\u{21b5}') {
            at = pos2(0.0, at.y + line);
        }
    }
    placed
}

/// One token with its line; returns whether it was clicked.
fn draw_token(
    ui: &Ui,
    ctx: &Context,
    state: &State,
    key: (usize, usize),
    token: &Placed,
    step: &SampleStep,
    font: &FontId,
) -> bool {
    let rect = token.rect;
    let colours = ctx.look.colours();
    let response = ui.interact(
        rect.expand2(vec2(0.0, 4.0)),
        ui.scope_id().with(("token", key)),
        Sense::click(),
    );
    let probability = step.logprob.exp() as f32;
    let name = format!("{} {}", token.text.trim(), numbers::probability(probability));
    response.widget_info(|| {
        egui::WidgetInfo::selected(Role::Button, true, state.selected == Some(key), &name)
    });
    let chosen = state.selected == Some(key);
    let mut ink = colours.text1;
    if chosen {
        ui.painter().rect_filled(rect.expand2(vec2(1.0, 2.0)), 4.0, colours.text1);
        ink = colours.stage;
    } else if response.hovered() {
        ui.painter().rect_filled(rect.expand2(vec2(1.0, 2.0)), 4.0, colours.hover);
    }
    let piece = ctx.piece(step.token);
    if let crate::app::piece::Kind::Special(_) = piece.kind {
        let pill = Rect::from_center_size(
            rect.center() + vec2(4.0, 0.0),
            vec2(rect.width() - 8.0, 20.0 * ctx.look.scale),
        );
        ui.painter().rect_stroke(pill, 10.0, Stroke::new(1.0, colours.line2), StrokeKind::Inside);
        let ink = if chosen { colours.stage } else { colours.text3 };
        put(
            ui.painter(),
            pill.center(),
            Align2::CENTER_CENTER,
            &token.text,
            Type::TokenSmall.scaled(ctx.look.scale),
            ink,
        );
    } else {
        put(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, &token.text, font.clone(), ink);
    }
    if state.coloured {
        let y = rect.bottom() + 2.0;
        let line =
            Rect::from_min_max(pos2(rect.left() + 1.0, y), pos2(rect.right() - 1.0, y + 4.0));
        ui.painter().rect_filled(line, 2.0, ctx.look.map(ColourMap::Probability, probability));
        if !ctx.look.dark {
            ui.painter().rect_stroke(
                line,
                2.0,
                Stroke::new(0.5, colours.text_of(Part::Probability)),
                StrokeKind::Inside,
            );
        }
    }
    let hint = format!("{}   {}", piece.stored, numbers::probability(probability));
    response.on_hover_text(hint).clicked()
}

/// What else could have come in place of a token.
fn candidates_card(
    ui: &mut Ui,
    ctx: &Context,
    key: (usize, usize),
    step: &SampleStep,
    left: f32,
    actions: &mut Vec<Action>,
) {
    let (words, colours) = (ctx.words, ctx.look.colours());
    ui.add_space(4.0);
    ui.horizontal_top(|ui| {
        ui.add_space(left.min((ui.available_width() - 340.0).max(0.0)));
        let frame = Frame::new()
            .fill(colours.raised)
            .stroke((1.0, colours.line2))
            .corner_radius(10.0)
            .inner_margin(18.0);
        frame.show(ui, |ui| {
            ui.set_width(304.0);
            ui.vertical(|ui| {
                ui.horizontal(|ui| {
                    paragraph(ui, words.could_have_come, Type::Label, colours.text1);
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        let text = fill(words.position_n, &[&step.position]);
                        ui.label(
                            egui::RichText::new(text)
                                .font(Type::NumberTiny.font())
                                .color(colours.text3),
                        );
                    });
                });
                for (token, probability) in super::inspect::most_probable(&step.logits, 5) {
                    super::inspect::candidate_row(ui, ctx, token, probability, token == step.token);
                }
                ui.add_space(4.0);
                ui.horizontal_wrapped(|ui| {
                    let (node, step) = key;
                    let look = &ctx.look;
                    let label = words.open_in_model;
                    if button(ui, look, ButtonKind::Main, None, label, true).clicked() {
                        actions.push(Action::OpenInModel { node, step });
                    }
                    let label = words.decode.open_in_decode;
                    if button(ui, look, ButtonKind::Plain, None, label, true).clicked() {
                        actions.push(Action::OpenInDecode { node, step });
                    }
                });
            });
        });
    });
}
