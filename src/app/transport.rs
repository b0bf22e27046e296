//! The bar at the bottom: where in a process we are, and the same four buttons in every station.

use super::context::Context;
use super::theme::Type;
use super::widgets::{Icon, focus_ring, icon_button, named, paint_icon};
use egui::{Align2, Rect, Role, Sense, Ui, pos2, vec2};

/// What a station tells the bar.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Transport {
    pub segments: Vec<Segment>,
    /// The step we are at, and how many there are. At 0 nothing has happened yet.
    pub at: usize,
    pub steps: usize,
    pub playing: bool,
    /// Whether there is a step forward from here.
    pub more: bool,
    /// Where we are, in two lines.
    pub counter: String,
    pub note: String,
    /// How fast it plays.
    pub speed: f32,
}

/// What stands along the track of a process that is counted in steps.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Track {
    /// Round steps, as they are written.
    pub ticks: Vec<(usize, String)>,
    /// Steps that one can go back to.
    pub dots: Vec<usize>,
    /// How far the process has come, which may be further than where we are.
    pub reached: usize,
    /// How fast it goes, if not by a factor.
    pub speed: Option<String>,
}

/// A named stretch of the track.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    pub label: String,
    /// How many steps it has.
    pub steps: usize,
}

/// What a person does with the bar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Move {
    Reset,
    Back,
    PlayPause,
    Forward,
    /// To the last step.
    End,
    Seek(usize),
    /// Another speed.
    Faster,
}

/// How fast it can play.
pub const SPEEDS: [f32; 5] = [1.0, 2.0, 4.0, 0.25, 0.5];

/// A process that is all known beforehand, as it is played: where it stands, and whether and how fast it goes on.
#[derive(Debug, Clone, Default)]
pub struct Player {
    /// The step; none at the last one, however many there will be.
    pub at: Option<usize>,
    pub playing: bool,
    /// The place in [`SPEEDS`].
    speed: usize,
    /// When the next step is due, in seconds of the window's clock.
    due: f64,
}

impl Player {
    /// Where it stands among so many steps.
    pub fn of(&self, steps: usize) -> usize {
        self.at.unwrap_or(steps).min(steps)
    }

    pub fn speed(&self) -> f32 {
        SPEEDS[self.speed]
    }

    /// While playing: seconds until the next step, 0 if it is due; `each` is what a step takes.
    pub fn tick(&mut self, now: f64, each: f64) -> Option<f64> {
        if !self.playing {
            return None;
        }
        if now < self.due {
            return Some(self.due - now);
        }
        self.due = now + each / f64::from(self.speed());
        Some(0.0)
    }

    /// Moves through so many steps.
    pub fn moved(&mut self, asked: Move, steps: usize) {
        let at = self.of(steps);
        let next = match asked {
            Move::Faster => {
                self.speed = (self.speed + 1) % SPEEDS.len();
                return;
            }
            Move::PlayPause => {
                self.playing = !self.playing && steps > 0;
                // At the end it plays from the beginning.
                if self.playing && at == steps { 0 } else { at }
            }
            Move::Reset => 0,
            Move::Back => at.saturating_sub(1),
            Move::Forward => at + 1,
            Move::End => steps,
            Move::Seek(step) => step,
        };
        let plays_on = matches!(asked, Move::PlayPause | Move::Forward);
        self.playing &= plays_on && next < steps;
        self.at = (next < steps).then_some(next);
    }
}

/// Paints the bar and returns what was asked of it.
pub fn transport_bar(
    ui: &mut Ui,
    ctx: &Context,
    transport: &Transport,
    along: &Track,
) -> Option<Move> {
    let words = ctx.words;
    let mut asked = None;
    let full = ui.max_rect();
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.add_space(20.0);
        if icon_button(ui, &ctx.look, Icon::Reset, words.reset, transport.at > 0).clicked() {
            asked = Some(Move::Reset);
        }
        if icon_button(ui, &ctx.look, Icon::Back, words.back, transport.at > 0).clicked() {
            asked = Some(Move::Back);
        }
        if play_button(ui, ctx, transport) {
            asked = Some(Move::PlayPause);
        }
        if icon_button(ui, &ctx.look, Icon::Forward, words.forward, transport.more).clicked() {
            asked = Some(Move::Forward);
        }
        ui.add_space(16.0);
        let factor = transport.speed;
        let factor = if factor < 1.0 { format!("{factor}×") } else { format!("{factor:.0}×") };
        if speed_button(ui, ctx, along.speed.as_deref().unwrap_or(&factor)) {
            asked = Some(Move::Faster);
        }
    });
    let track = Rect::from_min_max(
        pos2(full.left() + 238.0, full.top()),
        pos2(full.right() - 196.0, full.bottom()),
    );
    asked = track_ui(ui, ctx, transport, along, track).or(asked);
    counter(ui, ctx, transport, full);
    asked
}

fn play_button(ui: &mut Ui, ctx: &Context, transport: &Transport) -> bool {
    let colours = ctx.look.colours();
    let enabled = transport.more || transport.playing;
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(40.0, 40.0), sense);
    let (icon, name) = if transport.playing {
        (Icon::Pause, ctx.words.pause)
    } else {
        (Icon::Play, ctx.words.play)
    };
    named(&response, Role::Button, enabled, name);
    let disc = if !enabled {
        colours.hover
    } else if response.hovered() {
        colours.text2
    } else {
        colours.text1
    };
    ui.painter().circle_filled(rect.center(), 20.0, disc);
    let ink = if enabled { colours.stage } else { colours.off };
    paint_icon(ui.painter(), rect, icon, 1.1, ink);
    focus_ring(ui, &ctx.look, rect, 20.0, &response);
    response.on_hover_text(name).clicked()
}

fn speed_button(ui: &mut Ui, ctx: &Context, label: &str) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(36.0, 28.0), Sense::click());
    named(&response, Role::Button, true, &format!("{} {label}", ctx.words.speed));
    let colours = ctx.look.colours();
    let ink = if response.hovered() { colours.text1 } else { colours.text2 };
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, label, Type::NumberSmall.font(), ink);
    focus_ring(ui, &ctx.look, rect, 8.0, &response);
    response.on_hover_text(ctx.words.speed).clicked()
}

/// The track with its segments and the knob.
fn track_ui(
    ui: &mut Ui,
    ctx: &Context,
    transport: &Transport,
    along: &Track,
    track: Rect,
) -> Option<Move> {
    if transport.segments.is_empty() || track.width() < 60.0 {
        return None;
    }
    let response = ui.interact(track, ui.scope_id().with("track"), Sense::click_and_drag());
    response
        .widget_info(|| egui::WidgetInfo::slider(true, transport.at as f64, ctx.words.timeline));
    let colours = ctx.look.colours();
    let painter = ui.painter();
    let y = (track.center().y + 9.0).round();
    let all: usize = transport.segments.iter().map(|segment| segment.steps).sum();
    let x_of = |step: f32| track.left() + track.width() * step / all.max(1) as f32;
    let mut before = 0;
    let mut taken = f32::NEG_INFINITY;
    for segment in &transport.segments {
        let (from, to) = (x_of(before as f32), x_of((before + segment.steps) as f32) - 2.0);
        let here = transport.at > before && transport.at <= before + segment.steps;
        let line = |from: f32, to: f32| {
            Rect::from_min_max(pos2(from, y - 2.0), pos2(to.max(from), y + 2.0))
        };
        painter.rect_filled(line(from, to), 2.0, colours.line1);
        let done = x_of(transport.at.max(along.reached) as f32).min(to);
        if done > from {
            painter.rect_filled(line(from, done), 2.0, colours.text2);
        }
        let (kind, ink) =
            if here { (Type::Strong, colours.text1) } else { (Type::Caption, colours.text3) };
        let font = if here { egui::FontId::new(11.0, kind.font().family) } else { kind.font() };
        let galley = painter.layout_no_wrap(segment.label.clone(), font, ink);
        let left = ((from + to) / 2.0 - galley.size().x / 2.0).max(track.left());
        // The name of where we are is wider than its segment: those before it make room.
        let near = !here
            && transport.at > before
            && x_of(transport.at as f32) - to < 1.5 * galley.size().x;
        // A name that would run into its neighbour is left out, except the one we are at.
        if here || (!near && left > taken + 6.0 && galley.size().x <= (to - from).max(40.0) + 24.0)
        {
            taken = left + galley.size().x;
            painter.galley(pos2(left, y - 24.0), galley, ink);
        }
        before += segment.steps;
    }
    ticks_and_dots(ui, ctx, along, track.right(), |step| pos2(x_of(step as f32), y));
    let knob = pos2(x_of(transport.at as f32), y);
    painter.circle_filled(knob, 10.0, colours.panel);
    painter.circle_filled(knob, 7.0, colours.text1);
    focus_ring(ui, &ctx.look, Rect::from_center_size(knob, vec2(14.0, 14.0)), 8.0, &response);
    let at = response.interact_pointer_pos()?;
    let step = ((at.x - track.left()) / track.width() * all as f32).round().clamp(0.0, all as f32);
    (step as usize != transport.at).then_some(Move::Seek(step as usize))
}

/// Round steps above the track, checkpoints below; no number stands beyond the track's end, where the counter is.
fn ticks_and_dots(
    ui: &Ui,
    ctx: &Context,
    along: &Track,
    end: f32,
    place: impl Fn(usize) -> egui::Pos2,
) {
    let colours = ctx.look.colours();
    for (step, text) in &along.ticks {
        let at = place(*step) - vec2(0.0, 16.0);
        let font = Type::NumberTiny.font();
        let galley = ui.painter().layout_no_wrap(text.clone(), font, colours.text3);
        let left = (at.x - galley.size().x / 2.0).min(end - galley.size().x);
        let corner = pos2(left, at.y - galley.size().y / 2.0);
        ui.painter().galley(corner, galley, colours.text3);
    }
    for step in &along.dots {
        ui.painter().circle_filled(place(*step) + vec2(0.0, 12.0), 2.0, colours.line2);
    }
}

fn counter(ui: &Ui, ctx: &Context, transport: &Transport, full: Rect) {
    let colours = ctx.look.colours();
    let right = full.right() - 20.0;
    let (y, font) = (full.center().y, Type::Number.font());
    ui.painter().text(
        pos2(right, y - 8.0),
        Align2::RIGHT_CENTER,
        &transport.counter,
        font,
        colours.text1,
    );
    let font = Type::Caption.font();
    ui.painter().text(
        pos2(right, y + 9.0),
        Align2::RIGHT_CENTER,
        &transport.note,
        font,
        colours.text3,
    );
}
