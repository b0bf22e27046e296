//! The part of the stage on which a tree stands: pulling, zooming, pointing, clicking, walking.

use super::camera::{Camera, left_middle};
use super::layout::NODE;
use super::moment::Moment;
use super::scene::{Detail, Scene};
use super::{State, paint};
use crate::app::context::Context;
use crate::app::lesson::part;
use crate::app::numbers;
use crate::app::theme::Type;
use crate::app::widgets::{Icon, focus_ring, icon_button, paragraph};
use crate::app::words::fill;
use crate::session::Search;
use egui::{
    EventFilter, FocusDirection, Key, Modifiers, PointerButton, Pos2, Rect, Response, Role, Sense,
    Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

/// Where one begins to look: the pill at the root is narrower than a node.
const ROOT: Pos2 = pos2(NODE.x - 64.0, 0.0);

/// Paints the tree and takes in what is done to it.
pub fn canvas(ui: &mut Ui, ctx: &Context, state: &mut State, search: &Search, area: Rect) {
    state.grown.follow(search);
    if state.seen != Some(search.id) {
        state.forget();
        state.seen = Some(search.id);
        state.camera = Camera::home(area, ROOT, ctx.look.scale);
        state.scale = ctx.look.scale;
    }
    if state.scale != ctx.look.scale {
        // A presenter wants the tree larger, too.
        state.camera.zoom_at(area, left_middle(area), ctx.look.scale / state.scale);
        (state.scale, state.camera.by_hand, state.followed) = (ctx.look.scale, false, None);
    }
    part(ui, crate::lesson::Part::BeamTree, area);
    let id = ui.scope_id().with("tree");
    let response = ui.interact(area, id, Sense::click_and_drag());
    if std::mem::take(&mut state.focus_wanted) {
        response.request_focus();
        // The arrow that came here goes no further.
        ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
        let best = search.best(Moment::new(state.done, search).settled());
        state.cursor = state.locked.or(best).or(Some(0));
    }
    if std::mem::take(&mut state.fit_wanted) {
        state.camera.fit(area, state.grown.layout.bounds(), ctx.look.scale);
        state.camera.by_hand = true;
    }
    follow(ctx, state, search, area);
    look_around(ui, state, &response, area);
    point(state, search, &response, area);
    if response.has_focus() {
        walk(ui, ctx, state, search, &response, area);
    } else {
        (state.cursor, state.clicked) = (None, false);
    }
    let still = ui.input(|input| input.stable_dt).min(0.1);
    if state.camera.glide(still, ctx.look.motion) {
        ui.ctx().request_repaint();
    }
    let scene = Scene::new(ctx, search, state, area);
    paint::paint(ui.painter(), &scene);
    name(ui, &scene, &response);
    if !state.clicked {
        focus_ring(ui, &ctx.look, area.shrink(4.0), 6.0, &response);
    }
    tip(&scene, &response);
    tools(ui, ctx, state, area);
}

/// Keeps the newest column of the moment in view, until somebody looks elsewhere.
fn follow(ctx: &Context, state: &mut State, search: &Search, area: Rect) {
    let moment = Moment::new(state.done, search);
    let over = state.done.is_none() && search.ended().is_some();
    let now = (if over { usize::MAX } else { moment.done() }, search.id);
    if state.camera.by_hand || state.followed == Some(now) {
        return;
    }
    state.followed = Some(now);
    if over {
        // What was decided was mostly decided at the beginning.
        state.camera.go_home(area, ROOT, ctx.look.scale);
        return;
    }
    let last = moment.steps.checked_sub(1).and_then(|last| search.steps().get(last));
    let Some(step) = last else {
        if let Some(root) = state.grown.layout.rect(0) {
            state.camera.bring(area, root);
        }
        return;
    };
    let places = step.live.iter().copied().chain(search.best(moment.steps));
    let rects = places.filter(|node| step.nodes.contains(node));
    let rects = rects.filter_map(|node| state.grown.layout.rect(node));
    if let Some(rect) = rects.reduce(Rect::union) {
        state.camera.bring(area, rect);
    }
}

/// Dragging pulls, the wheel rolls, and with Ctrl it zooms.
fn look_around(ui: &Ui, state: &mut State, response: &Response, area: Rect) {
    if response.dragged_by(PointerButton::Primary) || response.dragged_by(PointerButton::Middle) {
        state.camera.pull(response.drag_delta());
    }
    let Some(at) = ui.input(|input| input.pointer.hover_pos()).filter(|at| area.contains(*at))
    else {
        return;
    };
    if !response.contains_pointer() {
        return;
    }
    let (wheel, zoom) = ui.input(|input| (input.smooth_scroll_delta, input.zoom_delta()));
    if zoom != 1.0 {
        state.camera.zoom_at(area, at, zoom);
    } else if wheel != egui::Vec2::ZERO {
        state.camera.pull(wheel);
    }
}

/// What the pointer is over; a click locks it.
fn point(state: &mut State, search: &Search, response: &Response, area: Rect) {
    let at = response.hover_pos().or(response.interact_pointer_pos());
    let under = at.and_then(|at| node_at(state, search, area, at));
    state.hovered = if response.hovered() && !response.dragged() { under } else { None };
    if response.double_clicked_by(PointerButton::Primary) {
        if let Some(node) = under {
            state.toggle_isolated(node);
        }
    } else if response.clicked_by(PointerButton::Primary) {
        // Enter on what has the keyboard counts as a click, too, but has its own meaning here.
        state.locked = if state.locked == under { None } else { under };
        (state.cursor, state.clicked) = (None, true);
        response.request_focus();
    }
}

/// The node under a place of the screen. Far away, nodes are small: the nearest of a few will do.
fn node_at(state: &State, search: &Search, area: Rect, at: Pos2) -> Option<usize> {
    let reach = (6.0 / state.camera.zoom).max(0.0);
    let place = state.camera.to_tree(area, at);
    let layout = &state.grown.layout;
    let moment = Moment::new(state.done, search);
    let shown = |node: &usize| {
        let data = search.nodes().get(*node);
        let there = data.is_some_and(|data| moment.phase_of(data.depth).is_some() || *node == 0);
        there && !state.is_put_away(search, *node)
    };
    let exact = layout.node_at(place).filter(shown);
    if exact.is_some() || state.camera.zoom > 0.4 {
        return exact;
    }
    let columns = layout.columns_in(place.x, place.x);
    let near = columns.flat_map(|column| {
        let rows = layout.rows_in(column, place.y - reach, place.y + reach);
        layout.column(column).get(rows).unwrap_or(&[]).iter().copied()
    });
    let distance = |node: &usize| {
        layout.rect(*node).map_or(f32::INFINITY, |rect| rect.distance_sq_to_pos(place))
    };
    let near = near.filter(shown).filter(|node| distance(node) <= reach * reach);
    near.min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

/// The keyboard: arrows walk, Enter locks, F folds, O isolates, + and − zoom, 0 shows all.
fn walk(
    ui: &Ui,
    ctx: &Context,
    state: &mut State,
    search: &Search,
    response: &Response,
    area: Rect,
) {
    let arrows =
        EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    for key in [Key::ArrowLeft, Key::ArrowRight, Key::ArrowUp, Key::ArrowDown] {
        if pressed(key) {
            state.clicked = false;
            let moment = Moment::new(state.done, search);
            let here = state.cursor.or(state.locked).or(search.best(moment.settled()));
            let there = state.neighbour(search, here.unwrap_or(0), key);
            state.cursor = Some(there);
            if let Some(rect) = state.grown.layout.rect(there) {
                state.camera.bring(area, rect);
            }
        }
    }
    if pressed(Key::Enter) && state.cursor.is_some() {
        state.locked = if state.locked == state.cursor { None } else { state.cursor };
    }
    if pressed(Key::F)
        && let Some(node) = state.cursor.or(state.locked)
    {
        state.toggle_fold(search, node);
    }
    if pressed(Key::O)
        && let Some(node) = state.cursor.or(state.locked)
    {
        state.toggle_isolated(node);
    }
    for (key, by) in [(Key::Plus, 1.25), (Key::Equals, 1.25), (Key::Minus, 0.8)] {
        if pressed(key) {
            state.camera.zoom_at(area, area.center(), by);
        }
    }
    if pressed(Key::Num0) {
        state.camera.fit(area, state.grown.layout.bounds(), ctx.look.scale);
        state.camera.by_hand = true;
    }
}

/// Gives the tree and the nodes that can be read their names.
fn name(ui: &Ui, scene: &Scene, response: &Response) {
    let words = scene.ctx.words;
    let pointed = scene.cursor.or(scene.locked).or(scene.best);
    let value = pointed.map_or(String::new(), |node| scene.said(node));
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Tree, true, words.tree.title);
        info.current_text_value = Some(value.clone());
        info
    });
    if scene.detail() != Detail::Full {
        return;
    }
    for node in scene.in_sight() {
        let rect = scene.rect(node).map(|rect| rect.intersect(scene.area));
        let Some(rect) = rect.filter(|rect| rect.is_positive()) else { continue };
        let id = response.id.with(node);
        // Not reached by Tab: the arrows walk from node to node.
        let part = ui.interact(rect, id, Sense::HOVER);
        let locked = scene.locked == Some(node);
        part.widget_info(|| WidgetInfo::selected(Role::TreeItem, true, locked, scene.said(node)));
    }
}

/// What stands beside the pointer: the text of the path, and the node's numbers.
fn tip(scene: &Scene, response: &Response) {
    let Some(node) = scene.hovered.filter(|&node| node > 0) else { return };
    let (ctx, words) = (scene.ctx, scene.ctx.words);
    let Some(data) = scene.search.nodes().get(node) else { return };
    let text = super::text_of(ctx, &scene.search.ids(node));
    response.clone().on_hover_ui_at_pointer(|ui| {
        let colours = ctx.look.colours();
        ui.set_max_width(320.0);
        paragraph(ui, &text, Type::Token, colours.text1);
        let [step, sum] = [data.step_logprob, data.sum].map(|x| numbers::signed(x as f32));
        let score = numbers::score(data.score);
        let line = fill(words.tree.numbers_are, &[&step, &sum, &score]);
        paragraph(ui, &line, Type::NumberTiny, colours.text2);
    });
}

/// Smaller, larger, all of it.
fn tools(ui: &mut Ui, ctx: &Context, state: &mut State, area: Rect) {
    let words = ctx.words;
    let corner = Rect::from_min_size(area.right_bottom() - vec2(100.0, 34.0), vec2(100.0, 32.0));
    let colours = ctx.look.colours();
    ui.painter().rect_filled(corner, 8.0, colours.stage);
    ui.scope_builder(UiBuilder::new().max_rect(corner).id_salt("tools"), |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            if icon_button(ui, &ctx.look, Icon::Minus, words.tree.smaller, true).clicked() {
                state.camera.zoom_at(area, left_middle(area), 0.8);
            }
            if icon_button(ui, &ctx.look, Icon::Plus, words.tree.larger, true).clicked() {
                state.camera.zoom_at(area, left_middle(area), 1.25);
            }
            if icon_button(ui, &ctx.look, Icon::Fit, words.tree.fit, true).clicked() {
                state.camera.fit(area, state.grown.layout.bounds(), ctx.look.scale);
                state.camera.by_hand = true;
            }
        });
    });
}
