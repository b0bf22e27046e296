//! The self-check: what must hold if what is drawn is what ran.

use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::theme::Type;
use crate::app::widgets::{Icon, paint_icon, paragraph};
use crate::app::words::fill;
use crate::session::engine::{Checked, Content, Question, Rule};
use egui::{Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, vec2};

/// Paints the list.
pub fn check(ui: &mut Ui, ctx: &Context, actions: &mut Vec<Action>) {
    let (words, colours) = (&ctx.words.behind, ctx.look.colours());
    paragraph(ui, words.check_title, Type::Heading, colours.text1);
    let answer = ctx.session.answer(&Question::Check);
    let Some(Content::Check(rules)) = answer.map(|answer| &answer.content) else {
        actions.push(Action::Ask(Question::Check));
        paragraph(ui, words.checking, Type::Body, colours.text2);
        return;
    };
    let holding = rules.iter().filter(|rule| rule.holds()).count();
    let text = fill(words.checked, &[&holding, &rules.len()]);
    paragraph(ui, &text, Type::Body, colours.text2);
    ui.add_space(12.0);
    ScrollArea::vertical().id_salt("check").auto_shrink(false).show(ui, |ui| {
        for rule in rules {
            line(ui, ctx, rule);
            ui.add_space(12.0);
        }
    });
}

fn line(ui: &mut Ui, ctx: &Context, checked: &Checked) {
    let (words, colours) = (&ctx.words.behind, ctx.look.colours());
    let sentence = match checked.rule {
        Rule::RowsSumToOne => words.rows_sum_to_one,
        Rule::StepsEqualTheWhole => words.steps_equal_the_whole,
        Rule::WritesAddUp => words.writes_add_up,
        Rule::AttributionAddsUp => words.attribution_adds_up,
        Rule::GradientsAgree => words.gradients_agree,
    };
    let figures = fill(
        words.check_figures,
        &[&numbers::count(checked.count), &deviation(checked.worst), &deviation(checked.limit)],
    );
    ui.horizontal_top(|ui| {
        let (place, response) = ui.allocate_exact_size(vec2(28.0, 22.0), Sense::hover());
        if checked.holds() {
            paint_icon(ui.painter(), place, Icon::Tick, 1.0, colours.text1);
        } else {
            ui.painter().circle_stroke(place.center(), 6.0, Stroke::new(1.5, colours.err));
        }
        let state = if checked.holds() { words.holds } else { words.does_not_hold };
        let said = format!("{sentence} {state}. {figures}");
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
        ui.vertical(|ui| {
            paragraph(ui, sentence, Type::Read, colours.text1);
            paragraph(ui, &figures, Type::NumberTiny, colours.text2);
        });
    });
}

/// A deviation: 0, or how many zeros it has.
fn deviation(x: f64) -> String {
    if x == 0.0 {
        return "0".into();
    }
    format!("{x:.1e}").replace("e-", "e\u{2212}")
}
