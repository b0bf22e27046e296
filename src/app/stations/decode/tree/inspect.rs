//! What the search came to, and what the node that is pointed at or locked is.

use super::moment::{Moment, fate};
use super::verdict::{score, verdict};
use super::{Ask, State, text_of};
use crate::app::context::{Action, Context};
use crate::app::numbers;
use crate::app::stations::chat::fact;
use crate::app::theme::{Part, Type};
use crate::app::widgets::{ButtonKind, Icon, bar, button, paint_icon, paragraph, put};
use crate::app::words::fill;
use crate::decode::{BeamEnd, Fate, Finish};
use crate::session::{Search, Strand};
use egui::{Align, Align2, Frame, Layout, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// The inspector of the tree.
pub fn inspector(ui: &mut Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words, ctx.look.colours());
    let Some(search) = ctx.session.searched() else {
        paragraph(ui, words.tree.nothing_yet, Type::Heading, colours.text1);
        paragraph(ui, words.tree.nothing_yet_more, Type::Body, colours.text2);
        return;
    };
    let known = |node: Option<usize>| node.filter(|&node| node > 0 && node < search.nodes().len());
    if ctx.session.can_search_back() {
        let back = words.tree.whole_tree;
        if button(ui, &ctx.look, ButtonKind::Quiet, Some(Icon::Left), back, true).clicked() {
            actions.push(Action::Tree(Ask::Back));
        }
    }
    match known(state.hovered).or(known(state.cursor)).or(known(state.locked)) {
        Some(node) => one(ui, ctx, state, search, node, actions),
        None => whole(ui, ctx, state, search, actions),
    }
}

/// The whole search: who found the better text, and how.
fn whole(ui: &mut Ui, ctx: &Context, state: &State, search: &Search, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words.tree, ctx.look.colours());
    let moment = Moment::new(state.done, search);
    paragraph(ui, &place(ctx, search, moment), Type::Small, colours.text3);
    let verdict = verdict(search).filter(|_| moment.settled() == search.steps().len());
    let title = match &verdict {
        Some(verdict) => verdict.title(ctx),
        None if ctx.session.is_searching() => words.searching,
        None => words.so_far,
    };
    paragraph(ui, title, Type::Heading, colours.text1);
    ui.add_space(10.0);
    let best = search.best(moment.settled());
    if let Some(best) = best {
        let strand = search.strand(best);
        let name = words.best_beam;
        path(ui, ctx, search, (name, colours.text1), &strand, score(search, &strand));
    }
    let greedy = Strand {
        tokens: search.greedy().tokens.iter().take(moment.settled()).copied().collect(),
        finish: None,
    };
    if !greedy.tokens.is_empty() {
        let ink = colours.fill_of(Part::Query);
        path(ui, ctx, search, (words.greedy, ink), &greedy, score(search, &greedy));
    }
    if let Some(best) = best {
        ui.add_space(6.0);
        paragraph(ui, words.score_of_best, Type::Label, colours.text1);
        ui.scope(|ui| sum(ui, ctx, search, &search.strand(best), search.nodes()[best].score));
    }
    if let Some(verdict) = verdict {
        ui.add_space(12.0);
        note(ui, ctx, &verdict.tell(ctx, search));
        if search.plan.returns > 1 {
            ui.add_space(12.0);
            returned(ui, ctx, search);
        }
    }
    if let Some(best) = best.filter(|_| !ctx.session.is_searching()) {
        ui.add_space(12.0);
        buttons(ui, ctx, search, best, actions);
    }
}

/// “Step 6 · finished”
fn place(ctx: &Context, search: &Search, moment: Moment) -> String {
    let words = ctx.words.tree;
    let step = fill(words.step_n, &[&moment.steps]);
    let end = search.end().filter(|_| moment.settled() == search.steps().len());
    let why = match end {
        None => return step,
        Some(BeamEnd::Length) => words.ended_length,
        Some(BeamEnd::ContextFull) => words.ended_context,
        Some(BeamEnd::Full) => words.ended_full,
        Some(BeamEnd::NoImprovement) => words.ended_hopeless,
        Some(BeamEnd::NothingLeft) => words.ended_nothing,
    };
    format!("{step} · {why}")
}

/// A path by the name of its line, its score and its text.
fn path(
    ui: &mut Ui,
    ctx: &Context,
    search: &Search,
    (name, ink): (&str, egui::Color32),
    strand: &Strand,
    score: f64,
) {
    let colours = ctx.look.colours();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let y = rect.center().y;
    let line = [pos2(rect.left(), y), pos2(rect.left() + 14.0, y)];
    ui.painter().line_segment(line, Stroke::new(3.0, ink));
    let (label, number) = (Type::Label.font(), Type::Number.font());
    let at = pos2(rect.left() + 22.0, y);
    put(ui.painter(), at, Align2::LEFT_CENTER, name, label, colours.text1);
    let text = numbers::score(score);
    let at = rect.right_center();
    put(ui.painter(), at, Align2::RIGHT_CENTER, &text, number, colours.text1);
    let said = format!("{name}: {text}");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
    let (sum, count) = (numbers::signed(strand.logprob() as f32), strand.tokens.len());
    response.on_hover_text(fill(
        ctx.words.tree.sum_over,
        &[&sum, &count, &numbers::short(search.plan.length_penalty as f32)],
    ));
    paragraph(ui, &text_of(ctx, &strand.ids()), Type::Token, colours.text2);
    ui.add_space(4.0);
}

/// The tokens of a path with their log-probabilities, the sum, and what it is divided by.
fn sum(ui: &mut Ui, ctx: &Context, search: &Search, strand: &Strand, score: f64) {
    let (words, colours) = (ctx.words.tree, ctx.look.colours());
    let most = strand.tokens.iter().map(|token| -token.1).fold(0.5, f64::max);
    ui.spacing_mut().item_spacing.y = 1.0;
    for &(token, logprob) in &strand.tokens {
        let size = vec2(ui.available_width(), 19.0);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let y = rect.center().y;
        let piece = ctx.piece(token);
        let inks = [colours.text1, colours.text3];
        let job = super::token_job(&piece, Type::TokenSmall.font(), inks, 70.0);
        let galley = ui.painter().layout_job(job);
        let at = pos2(rect.left(), y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, colours.text1);
        let left = pos2(rect.left() + 78.0, y);
        let long = (rect.width() - 78.0 - 52.0).max(10.0);
        let share = (-logprob / most) as f32;
        bar(ui.painter(), left, long, 8.0, share, colours.fill_of(Part::Probability));
        let text = numbers::signed(logprob as f32);
        let font = Type::NumberSmall.font();
        put(ui.painter(), rect.right_center(), Align2::RIGHT_CENTER, &text, font, colours.text1);
        let said = format!("{}: {text}", piece.text);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &said));
    }
    ui.add_space(2.0);
    let y = ui.cursor().top();
    ui.painter().hline(ui.max_rect().x_range(), y, Stroke::new(1.0, colours.line1));
    ui.add_space(6.0);
    fact(ui, ctx, words.sum, &numbers::signed(strand.logprob() as f32));
    let penalty = numbers::short(search.plan.length_penalty as f32);
    let divided = fill(words.divided_by, &[&strand.tokens.len(), &penalty]);
    fact(ui, ctx, &divided, &numbers::score(score));
}

/// A sentence that explains.
fn note(ui: &mut Ui, ctx: &Context, text: &str) {
    let colours = ctx.look.colours();
    let card = Frame::new().fill(colours.raised).corner_radius(10.0).inner_margin(12.0);
    card.show(ui, |ui| {
        ui.horizontal_top(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(18.0, 18.0), Sense::hover());
            paint_icon(ui.painter(), rect, Icon::Help, 0.9, colours.text2);
            ui.vertical(|ui| {
                paragraph(ui, text, Type::Body, colours.text1);
            });
        });
    });
}

/// The hypotheses that the search returns.
fn returned(ui: &mut Ui, ctx: &Context, search: &Search) {
    let (words, colours) = (ctx.words.tree, ctx.look.colours());
    paragraph(ui, words.returned_ones, Type::Label, colours.text1);
    for (place, &node) in search.chosen(search.steps().len()).iter().enumerate() {
        let text = text_of(ctx, &search.ids(node));
        let score = numbers::score(search.nodes()[node].score);
        ui.horizontal_top(|ui| {
            let number = format!("{}", place + 1);
            let size = vec2(16.0, 20.0);
            let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
            let font = Type::NumberSmall.font();
            let at = rect.left_center();
            put(ui.painter(), at, Align2::LEFT_CENTER, &number, font, colours.text3);
            ui.vertical(|ui| {
                ui.set_width((ui.available_width() - 56.0).max(60.0));
                paragraph(ui, &text, Type::Token, colours.text2);
            });
            ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                paragraph(ui, &score, Type::NumberSmall, colours.text1);
            });
        });
    }
}

/// One node: its text, its numbers, what became of it, and where to go from it.
fn one(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    search: &Search,
    node: usize,
    actions: &mut Vec<Action>,
) {
    let (words, colours) = (ctx.words.tree, ctx.look.colours());
    let data = &search.nodes()[node];
    let over = search.end().is_some();
    let chosen = over && search.chosen(search.steps().len()).contains(&node);
    let token = fill(words.token_n, &[&(search.after + data.depth)]);
    let small = format!("{token} · {}", fate(ctx.words, data.fate, chosen));
    paragraph(ui, &small, Type::Small, colours.text3);
    paragraph(ui, &text_of(ctx, &search.ids(node)), Type::TokenLarge, colours.text1);
    ui.add_space(8.0);
    let probability = numbers::candidate(data.step_logprob.exp());
    fact(ui, ctx, ctx.words.probability, &probability);
    fact(ui, ctx, words.step_logprob, &numbers::signed(data.step_logprob as f32));
    fact(ui, ctx, words.sum, &numbers::signed(data.sum as f32));
    let penalty = numbers::short(search.plan.length_penalty as f32);
    let divided = fill(words.divided_by, &[&data.depth, &penalty]);
    fact(ui, ctx, &divided, &numbers::score(data.score));
    ui.add_space(8.0);
    note(ui, ctx, &why(ctx, search, node));
    ui.add_space(12.0);
    paragraph(ui, words.score_of_path, Type::Label, colours.text1);
    ui.scope(|ui| sum(ui, ctx, search, &search.strand(node), data.score));
    ui.add_space(12.0);
    buttons(ui, ctx, search, node, actions);
    if state.folded.contains(&node) || search.nodes().iter().any(|n| n.parent == Some(node)) {
        ui.add_space(6.0);
        let name = if state.folded.contains(&node) { words.unfold } else { words.fold };
        if button(ui, &ctx.look, ButtonKind::Quiet, None, name, true).clicked() {
            state.toggle_fold(search, node);
        }
    }
    ui.add_space(6.0);
    let name = if state.isolated == Some(node) { words.isolated } else { words.isolate };
    if button(ui, &ctx.look, ButtonKind::Quiet, None, name, true).clicked() {
        state.toggle_isolated(node);
    }
}

/// Why a node lived or died.
fn why(ctx: &Context, search: &Search, node: usize) -> String {
    let words = ctx.words.tree;
    let data = &search.nodes()[node];
    let step = data.depth.checked_sub(1).and_then(|at| search.steps().get(at));
    let Some(step) = step else { return String::new() };
    let rank = node - step.nodes.start + 1;
    let (beams, sum) = (search.plan.beams, numbers::signed(data.sum as f32));
    let last = step.live.last().map(|&node| numbers::signed(search.nodes()[node].sum as f32));
    match (data.fate, data.finish) {
        (Fate::Kept, _) => fill(words.why_kept, &[&rank, &beams]),
        (Fate::Pruned, _) => {
            fill(words.why_pruned, &[&rank, &beams, &last.unwrap_or_default(), &sum])
        }
        (Fate::Finished, Some(Finish::EndToken)) => words.why_finished.into(),
        (Fate::Finished, _) => words.why_length.into(),
        (Fate::Outranked, _) => fill(words.why_outranked, &[&rank, &beams]),
    }
}

/// Where to go from a node.
fn buttons(ui: &mut Ui, ctx: &Context, search: &Search, node: usize, actions: &mut Vec<Action>) {
    let words = ctx.words.tree;
    let data = &search.nodes()[node];
    let goes_on = data.finish != Some(Finish::EndToken);
    // What was found by another model cannot be gone on from with this one.
    let same =
        ctx.session.opened().is_some_and(|opened| std::sync::Arc::ptr_eq(opened, &search.model));
    let chats = same && search.plan.as_chat && ctx.session.can_chat();
    ui.horizontal_wrapped(|ui| {
        let look = &ctx.look;
        let expand = button(
            ui,
            look,
            ButtonKind::Plain,
            Some(Icon::Branch),
            words.expand_here,
            same && goes_on,
        );
        if expand.clicked() {
            actions.push(Action::Tree(Ask::Expand(node)));
        }
        let chat = button(ui, look, ButtonKind::Plain, None, words.chat_here, chats);
        if chat.clicked() {
            actions.push(Action::Tree(Ask::Chat(node)));
        }
        let open = button(ui, look, ButtonKind::Plain, None, ctx.words.open_in_model, same);
        if open.clicked() {
            actions.push(Action::Tree(Ask::Open(node)));
        }
    });
}

/// What the search does, in a sentence.
pub fn subtitle(ctx: &Context, state: &State) -> String {
    if let Some(says) = super::says(ctx) {
        return says.into();
    }
    let plan = ctx.session.searched().map_or(&state.plan, |search| &search.plan);
    fill(ctx.words.tree.subtitle, &[&plan.beams])
}

/// The presenter's sentence.
pub fn caption(ctx: &Context, state: &State) -> String {
    let words = ctx.words.tree;
    let Some(search) = ctx.session.searched() else { return words.about_1.into() };
    if let Some(node) =
        state.hovered.or(state.locked).filter(|&n| n > 0 && n < search.nodes().len())
    {
        let sum = numbers::signed(search.nodes()[node].sum as f32);
        return format!("{}   {sum}", text_of(ctx, &search.ids(node)));
    }
    let moment = Moment::new(state.done, search);
    match verdict(search).filter(|_| moment.settled() == search.steps().len()) {
        Some(verdict) => verdict.title(ctx).into(),
        None => subtitle(ctx, state),
    }
}
