//! Tree: beam search as it grows, with everything that it pruned.

mod ask;
mod camera;
mod canvas;
mod controls;
mod grown;
mod inspect;
mod layout;
mod legend;
mod moment;
mod paint;
mod scene;
mod verdict;

pub use ask::Ask;
pub use camera::Camera;
pub use controls::{Settings, controls};
pub use inspect::{caption, inspector, subtitle};
pub use layout::{COLUMN, Layout, NODE, Twig};
pub use moment::{moved, transport};
pub use paint::{curve, dotted, token_job};
pub use scene::Detail;
pub use verdict::verdict;

use crate::app::context::{Action, Context};
use crate::app::lesson::search_waits;
use crate::app::piece::Kind;
use crate::app::stations::About;
use crate::app::theme::Type;
use crate::app::transport::SPEEDS;
use crate::app::widgets::{ButtonKind, button, paragraph};
use crate::app::words::{Language, Words};
use crate::session::{Plan, Search, searches};
use egui::{Align, Key, Layout as Flow, Modifiers, Rect, Ui, UiBuilder, pos2, vec2};
use grown::{Grown, is_ghost};
use moment::Moment;
use std::collections::HashSet;

/// What is laid over the tree, or put away.
#[derive(Debug, Clone, Copy)]
pub struct Overlays {
    pub greedy: bool,
    pub sampled: bool,
    pub ghosts: bool,
}

/// What the tab remembers.
#[derive(Debug)]
pub struct State {
    plan: Plan,
    /// Whether a person has written the prompt; until then it fits the model.
    written: bool,
    /// How many phases are shown; all, if none is given.
    done: Option<usize>,
    playing: bool,
    speed: usize,
    due: f64,
    grown: Grown,
    camera: Camera,
    overlays: Overlays,
    hovered: Option<usize>,
    locked: Option<usize>,
    /// Where the arrows have walked to.
    cursor: Option<usize>,
    folded: HashSet<usize>,
    /// The node that a double click has isolated: what is not related to it steps far back.
    isolated: Option<usize>,
    /// The search that is seen, and the moment that was brought into view last.
    seen: Option<u64>,
    followed: Option<(usize, u64)>,
    focus_wanted: bool,
    /// Whether the keyboard came here by a click, which needs no ring.
    clicked: bool,
    fit_wanted: bool,
    /// The scale that the tree was shown at last.
    scale: f32,
}

impl Default for State {
    fn default() -> Self {
        Self {
            plan: Plan::default(),
            written: false,
            done: None,
            playing: false,
            speed: 0,
            due: 0.0,
            grown: Grown::default(),
            camera: Camera::default(),
            overlays: Overlays { greedy: true, sampled: true, ghosts: true },
            hovered: None,
            locked: None,
            cursor: None,
            folded: HashSet::new(),
            isolated: None,
            seen: None,
            followed: None,
            focus_wanted: false,
            clicked: false,
            fit_wanted: false,
            scale: 1.0,
        }
    }
}

/// Seconds that a phase takes to be shown.
const STEP: f64 = 0.4;

impl State {
    /// What would be searched now.
    pub fn plan(&self, ctx: &Context) -> Plan {
        let mut plan = self.plan.clone();
        if !self.written {
            (plan.text, plan.as_chat) = (example(ctx).into(), !is_base(ctx));
        }
        plan.as_chat &= ctx.session.can_chat();
        plan
    }

    /// Takes over a plan, as if a person had made it.
    pub fn set_plan(&mut self, plan: Plan) {
        (self.plan, self.written) = (plan, true);
    }

    /// Looks at the whole tree.
    pub fn fit(&mut self) {
        self.fit_wanted = true;
    }

    /// Shows everything that there is.
    pub fn show_all(&mut self) {
        (self.done, self.playing) = (None, false);
    }

    /// How many tokens are shown.
    pub fn settled(&self, search: &Search) -> usize {
        self.done.map_or(usize::MAX, |_| Moment::new(self.done, search).settled())
    }

    /// While playing: seconds until the next step, 0 if it is due.
    pub fn tick(&mut self, now: f64) -> Option<f64> {
        if !self.playing {
            return None;
        }
        if now < self.due {
            return Some(self.due - now);
        }
        self.due = now + STEP / f64::from(SPEEDS[self.speed]);
        Some(0.0)
    }

    /// Esc: lets go of what is isolated, then of what is locked; returns whether there was anything.
    pub fn release(&mut self) -> bool {
        self.isolated.take().is_some()
            || self.cursor.take().is_some() | self.locked.take().is_some()
    }

    /// Another search is seen.
    fn forget(&mut self) {
        (self.done, self.playing) = (None, false);
        (self.hovered, self.locked, self.cursor) = (None, None, None);
        self.folded.clear();
        self.isolated = None;
    }

    /// Lets all but a node, what led to it and what grows from it step back, or come forward again.
    pub fn toggle_isolated(&mut self, node: usize) {
        self.isolated = if self.isolated == Some(node) { None } else { Some(node) };
    }

    /// Hides what grows from a node, or shows it again.
    pub fn toggle_fold(&mut self, search: &Search, node: usize) {
        let grows = search.nodes().iter().any(|other| other.parent == Some(node));
        if !self.folded.remove(&node) && grows {
            self.folded.insert(node);
        }
    }

    /// Whether a node lies behind a fold, or is a ghost while ghosts are put away.
    fn is_put_away(&self, search: &Search, node: usize) -> bool {
        let before = search.path(node).into_iter().chain([0]).filter(|&at| at != node);
        let folded =
            !self.folded.is_empty() && before.into_iter().any(|at| self.folded.contains(&at));
        let ghost = search.nodes().get(node).is_some_and(is_ghost);
        folded || (ghost && !self.overlays.ghosts)
    }

    /// The node that an arrow leads to: the parent, the first child, or the next in the column.
    fn neighbour(&self, search: &Search, here: usize, key: Key) -> usize {
        let Some(data) = search.nodes().get(here) else { return 0 };
        let moment = Moment::new(self.done, search);
        let column = |depth: usize| {
            let there = if moment.steps >= depth { self.grown.layout.column(depth) } else { &[] };
            there.iter().copied().filter(|&node| !self.is_put_away(search, node))
        };
        let next = match key {
            Key::ArrowLeft => data.parent,
            Key::ArrowRight => {
                column(data.depth + 1).find(|&node| search.nodes()[node].parent == Some(here))
            }
            _ => {
                let column: Vec<usize> = column(data.depth).collect();
                let at = column.iter().position(|&node| node == here).unwrap_or(0);
                let by = if key == Key::ArrowUp { -1 } else { 1 };
                at.checked_add_signed(by).and_then(|at| column.get(at)).copied()
            }
        };
        next.unwrap_or(here)
    }
}

/// The keys that work wherever the keyboard is.
pub fn keys(ui: &Ui, ctx: &Context, state: &mut State, actions: &mut Vec<Action>) {
    let pressed = |key| ui.ctx().input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::R) {
        actions.push(Action::Tree(Ask::Run(state.plan(ctx))));
    }
    // Up and down enter the tree; there all arrows walk.
    let free = ui.memory(|memory| memory.focused()).is_none();
    if free && (pressed(Key::ArrowUp) || pressed(Key::ArrowDown)) {
        state.focus_wanted = true;
    }
}

/// What the keys do.
pub fn key_names(words: &Words) -> Vec<(&'static str, &'static str)> {
    let words = words.tree;
    vec![
        ("R", words.run),
        ("↑ ↓ ← →", words.key_walk),
        ("Enter", words.key_lock),
        ("F", words.key_fold),
        ("O", words.key_isolate),
        ("+ − 0", words.key_zoom),
    ]
}

/// Something to ask the open model, in its language.
fn example(ctx: &Context) -> &'static str {
    let name = ctx.session.opened().map_or("", |opened| opened.name.as_str());
    let words = match name {
        name if name.ends_with("-zh") => Language::Chinese.words(),
        name if name.ends_with("-en") || name == "pocket" => Language::English.words(),
        _ => ctx.words,
    };
    let chats = ctx.session.can_chat() && !is_base(ctx);
    if chats { words.tree.example_chat } else { words.tree.example_text }
}

/// Whether the open model has only learned to continue texts, as its name says.
fn is_base(ctx: &Context) -> bool {
    ctx.session.opened().is_some_and(|opened| opened.name.starts_with("base"))
}

/// What a saved example says, if it is one that has been searched.
pub fn says(ctx: &Context) -> Option<&'static str> {
    let plan = &ctx.session.searched()?.plan;
    let examples = searches::shipped().iter();
    let mut same = examples
        .filter(|example| [&example.en, &example.zh].iter().any(|case| case.plan() == *plan));
    same.next().map(|example| in_language(ctx, &example.says))
}

/// A text in the language of the screen.
pub fn in_language<'t>(ctx: &Context, text: &'t searches::Text) -> &'t str {
    if std::ptr::eq(ctx.words, Language::Chinese.words()) { &text.zh } else { &text.en }
}

/// A text as a person reads it.
pub fn text_of(ctx: &Context, ids: &[u32]) -> String {
    let special = |id: &u32| matches!(ctx.piece(*id).kind, Kind::Special(_));
    let mut text = String::new();
    for run in ids.chunk_by(|a, b| !special(a) && !special(b)) {
        match run {
            [id] if special(id) => text.push_str(&format!(" [{}]", ctx.piece(*id).text)),
            // Bytes of one character may be several tokens.
            _ => {
                let decoded = ctx.session.tokenizer().and_then(|all| all.decode_visibly(run).ok());
                text.push_str(&decoded.unwrap_or_default());
            }
        }
    }
    text.trim().into()
}

/// The stage below the title.
pub fn stage(
    ui: &mut Ui,
    ctx: &Context,
    state: &mut State,
    narrow: bool,
    actions: &mut Vec<Action>,
) {
    // A presenter's class has come to look, not to type.
    if ctx.hands_on {
        controls(ui, ctx, state, (narrow, Settings::Tree), actions);
    }
    let full = ui.max_rect();
    let top = ui.cursor().top() + 4.0;
    let low = full.bottom() - legend::HEIGHT * ctx.look.scale;
    let area = Rect::from_min_max(pos2(full.left(), top), pos2(full.right(), low.max(top + 60.0)));
    match ctx.session.searched() {
        Some(search) => {
            canvas::canvas(ui, ctx, state, search, area);
            legend::progress(ui, ctx, search, area);
            let place = Rect::from_min_max(pos2(full.left(), low), full.max);
            legend::legend(ui, ctx, state, search, place);
        }
        None => empty(ui, ctx, state, area, actions),
    }
}

/// What will be here, and the button that fills it.
pub fn empty(ui: &mut Ui, ctx: &Context, state: &State, area: Rect, actions: &mut Vec<Action>) {
    let (words, colours) = (ctx.words, ctx.look.colours());
    let card = Rect::from_center_size(area.center(), vec2(420.0, 150.0) * ctx.look.scale);
    let corners = [
        card.left_top(),
        card.right_top(),
        card.right_bottom(),
        card.left_bottom(),
        card.left_top(),
    ];
    let stroke = egui::Stroke::new(1.0, colours.line1);
    ui.painter().extend(egui::Shape::dashed_line(&corners, stroke, 4.0, 4.0));
    let inside = UiBuilder::new().max_rect(card.shrink(20.0)).layout(Flow::top_down(Align::Center));
    ui.scope_builder(inside, |ui| {
        paragraph(ui, words.tree.empty, Type::Read, colours.text2);
        ui.add_space(8.0);
        let ready = ctx.session.opened().is_some() && !search_waits(ui.ctx());
        if button(ui, &ctx.look, ButtonKind::Main, None, words.tree.run, ready).clicked() {
            actions.push(Action::Tree(Ask::Run(state.plan(ctx))));
        }
    });
}

/// What the left panel says.
pub fn about(words: &Words) -> About {
    About {
        title: words.tree.about,
        texts: [words.tree.about_1, words.tree.about_2],
        task: words.tree.about_try,
        more: words.tree.about_try_more,
    }
}
