//! Which part of a tree is looked at, and how large.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

/// A place in the plane of a tree. Screen and tree differ by a shift and a factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// Points on the screen for a point of the tree.
    pub zoom: f32,
    /// Where the tree's origin is, from the left top of the area.
    offset: Vec2,
    /// Where it is moving.
    goal: Option<(f32, Vec2)>,
    /// Whether a person has moved it: then it follows nothing by itself.
    pub by_hand: bool,
}

/// How near and how far one can look.
const NEAREST: f32 = 2.0;
const FARTHEST: f32 = 0.04;
/// Kept free around what is brought into view, and above it, for the names of the columns.
const MARGIN: f32 = 28.0;
const ABOVE: f32 = 20.0;
/// Seconds in which most of a way is made.
const SWIFTNESS: f32 = 0.09;

impl Default for Camera {
    fn default() -> Self {
        Self { zoom: 1.0, offset: Vec2::ZERO, goal: None, by_hand: false }
    }
}

impl Camera {
    /// At natural size times `scale`, with this point of the tree at the middle of the left edge.
    pub fn home(area: Rect, at: Pos2, scale: f32) -> Self {
        let offset = vec2(4.0, area.height() / 2.0) - at.to_vec2() * scale;
        Self { zoom: scale, offset, goal: None, by_hand: false }
    }

    /// Goes to where [`Camera::home`] is.
    pub fn go_home(&mut self, area: Rect, at: Pos2, scale: f32) {
        self.goal = Some((scale, Self::home(area, at, scale).offset));
    }

    pub fn to_screen(self, area: Rect, at: Pos2) -> Pos2 {
        area.min + self.offset + at.to_vec2() * self.zoom
    }

    pub fn to_tree(self, area: Rect, at: Pos2) -> Pos2 {
        ((at - area.min - self.offset) / self.zoom).to_pos2()
    }

    pub fn rect_on_screen(self, area: Rect, rect: Rect) -> Rect {
        Rect::from_min_max(self.to_screen(area, rect.min), self.to_screen(area, rect.max))
    }

    /// What of the tree the area shows.
    pub fn seen(self, area: Rect) -> Rect {
        Rect::from_min_max(self.to_tree(area, area.min), self.to_tree(area, area.max))
    }

    /// Pulls the tree along.
    pub fn pull(&mut self, by: Vec2) {
        (self.goal, self.by_hand) = (None, true);
        self.offset += by;
    }

    /// Larger or smaller; what is at this place of the screen stays there.
    pub fn zoom_at(&mut self, area: Rect, at: Pos2, by: f32) {
        (self.goal, self.by_hand) = (None, true);
        let held = self.to_tree(area, at);
        self.zoom = (self.zoom * by).clamp(FARTHEST, NEAREST);
        self.offset = at - area.min - held.to_vec2() * self.zoom;
    }

    /// Shows all of `bounds`, no larger than `scale`.
    pub fn fit(&mut self, area: Rect, bounds: Rect, scale: f32) {
        let room = (area.size() - Vec2::splat(2.0 * MARGIN)).max(Vec2::splat(1.0));
        let zoom = (room / bounds.size().max(Vec2::splat(1.0))).min_elem().clamp(FARTHEST, scale);
        let middle = bounds.center().to_vec2() * zoom;
        self.goal = Some((zoom, area.size() / 2.0 - middle));
    }

    /// Moves as little as it takes to have `rect` in view.
    pub fn bring(&mut self, area: Rect, rect: Rect) {
        let (zoom, offset) = self.goal.unwrap_or((self.zoom, self.offset));
        let now = Self { zoom, offset, ..*self };
        let shown = now.rect_on_screen(area, rect);
        let inside = area.shrink(MARGIN.min(area.width().min(area.height()) / 4.0));
        let inside = inside.with_min_y(inside.top() + ABOVE.min(inside.height() / 4.0));
        let least = |from: f32, to: f32, low: f32, high: f32| {
            if to - from > high - low {
                // It does not fit: its middle is what counts.
                (low + high - from - to) / 2.0
            } else {
                (low - from).max(0.0) + (high - to).min(0.0)
            }
        };
        let by = vec2(
            least(shown.left(), shown.right(), inside.left(), inside.right()),
            least(shown.top(), shown.bottom(), inside.top(), inside.bottom()),
        );
        if by != Vec2::ZERO {
            self.goal = Some((zoom, offset + by));
        }
    }

    /// Goes on to where it is moving, for `seconds`, or all the way if things may not move.
    /// Returns whether there is still a way to go.
    pub fn glide(&mut self, seconds: f32, motion: bool) -> bool {
        let Some((zoom, offset)) = self.goal else { return false };
        let share = if motion { 1.0 - (-seconds / SWIFTNESS).exp() } else { 1.0 };
        self.zoom += (zoom - self.zoom) * share;
        self.offset += (offset - self.offset) * share;
        let near = (offset - self.offset).length() < 0.5 && (zoom - self.zoom).abs() < 1e-3;
        if near {
            (self.zoom, self.offset, self.goal) = (zoom, offset, None);
        }
        !near
    }
}

/// The middle of the left edge of a rectangle.
pub fn left_middle(rect: Rect) -> Pos2 {
    pos2(rect.left(), rect.center().y)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rect = Rect { min: pos2(40.0, 60.0), max: pos2(1040.0, 660.0) };

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        let mut camera = Camera::home(AREA, Pos2::ZERO, 1.0);
        let at = pos2(300.0, 200.0);
        let held = camera.to_tree(AREA, at);
        for by in [1.3, 0.5, 9.0, 0.001] {
            camera.zoom_at(AREA, at, by);
            assert!((camera.to_screen(AREA, held) - at).length() < 0.01);
            assert!((FARTHEST..=NEAREST).contains(&camera.zoom));
        }
        camera.pull(vec2(7.0, -3.0));
        assert!((camera.to_screen(AREA, held) - at - vec2(7.0, -3.0)).length() < 0.01);
    }

    #[test]
    fn all_fits_and_what_is_brought_is_seen() {
        let mut camera = Camera::home(AREA, Pos2::ZERO, 1.0);
        let bounds = Rect::from_min_max(pos2(0.0, -900.0), pos2(6400.0, 700.0));
        camera.fit(AREA, bounds, 1.0);
        assert!(!camera.glide(0.016, false));
        assert!(camera.seen(AREA).contains_rect(bounds));
        let mut camera = Camera::home(AREA, Pos2::ZERO, 1.0);
        let node = Rect::from_min_size(pos2(2000.0, 700.0), vec2(124.0, 32.0));
        camera.bring(AREA, node);
        while camera.glide(0.016, true) {}
        assert!(camera.seen(AREA).contains_rect(node));
        let before = camera;
        camera.bring(AREA, node);
        assert_eq!(camera, before, "what is in view stays where it is");
    }
}
