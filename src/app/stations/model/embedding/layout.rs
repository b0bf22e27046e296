//! Where vectors stand in the flat picture, and which of them have room for a name.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

/// The part of the picture that is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// What stands in the middle, in the picture's units, and how much larger than to fit.
    pub centre: [f32; 2],
    pub zoom: f32,
}

impl Default for Camera {
    fn default() -> Self {
        Self { centre: [0.0, 0.0], zoom: 1.0 }
    }
}

/// From the picture's units to points on the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    place: Rect,
    centre: [f32; 2],
    /// Points of one unit.
    scale: f32,
}

impl Frame {
    /// At zoom 1 nearly all of `places` fit; a few far ones must not make the rest a speck.
    pub fn new(place: Rect, places: &[[f32; 2]], camera: Camera) -> Self {
        let mut reach: Vec<f32> = places
            .iter()
            .map(|at| at[0].abs().max(at[1].abs()))
            .filter(|x| x.is_finite())
            .collect();
        reach.sort_by(f32::total_cmp);
        let at = (reach.len().saturating_sub(1)) * 95 / 100;
        let reach = reach.get(at).copied().unwrap_or(1.0).max(1e-6) * 1.2;
        let scale = place.width().min(place.height()) / 2.0 / reach * camera.zoom;
        Self { place, centre: camera.centre, scale }
    }

    /// Where a vector stands.
    pub fn at(&self, [x, y]: [f32; 2]) -> Pos2 {
        let offset = vec2(x - self.centre[0], self.centre[1] - y) * self.scale;
        self.place.center() + offset
    }

    /// A way on the screen, in the picture's units.
    pub fn way(&self, by: Vec2) -> [f32; 2] {
        [by.x / self.scale, -by.y / self.scale]
    }

    /// What stands at a point of the screen.
    pub fn back(&self, at: Pos2) -> [f32; 2] {
        let [x, y] = self.way(at - self.place.center());
        [self.centre[0] + x, self.centre[1] + y]
    }
}

/// Turns the wheel: what is under the pointer stays there.
pub fn zoomed(camera: Camera, frame: &Frame, pointer: Pos2, by: f32) -> Camera {
    let zoom = (camera.zoom * by).clamp(0.5, 60.0);
    let by = zoom / camera.zoom;
    let [x, y] = frame.back(pointer);
    let towards = |centre: f32, at: f32| at + (centre - at) / by;
    Camera { centre: [towards(camera.centre[0], x), towards(camera.centre[1], y)], zoom }
}

/// Which of the names, in order of importance, can be written without touching another; `size` says
/// how large each is. Returns the place of each that can.
pub fn names(
    inside: Rect,
    wanted: impl Iterator<Item = (usize, Pos2)>,
    size: &dyn Fn(usize) -> Vec2,
    most: usize,
) -> Vec<(usize, Rect)> {
    let mut placed: Vec<(usize, Rect)> = Vec::new();
    for (index, at) in wanted {
        if placed.len() == most {
            break;
        }
        if !inside.contains(at) {
            continue;
        }
        let size = size(index);
        let corner = pos2(at.x + 5.0, at.y - size.y / 2.0);
        let place = Rect::from_min_size(corner, size);
        let free = placed.iter().all(|(_, other)| !other.intersects(place.expand(1.0)));
        if free && inside.contains_rect(place) {
            placed.push((index, place));
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn names_do_not_touch_and_the_wheel_keeps_what_is_pointed_at(
            places in proptest::collection::vec((-5.0f32..5.0, -5.0f32..5.0), 3..80),
            by in 0.5f32..2.0, x in 20.0f32..380.0, y in 20.0f32..280.0,
        ) {
            let places: Vec<[f32; 2]> = places.into_iter().map(|(x, y)| [x, y]).collect();
            let inside = Rect::from_min_size(pos2(10.0, 10.0), vec2(400.0, 300.0));
            let camera = Camera { centre: [0.3, -0.2], zoom: 1.5 };
            let frame = Frame::new(inside, &places, camera);
            for at in &places {
                let back = frame.back(frame.at(*at));
                prop_assert!((back[0] - at[0]).abs() < 1e-2 && (back[1] - at[1]).abs() < 1e-2);
            }
            let wanted = places.iter().map(|at| frame.at(*at)).enumerate();
            let named = names(inside, wanted, &|_| vec2(40.0, 12.0), 30);
            for (i, (_, a)) in named.iter().enumerate() {
                prop_assert!(inside.contains_rect(*a));
                for (_, b) in &named[i + 1..] {
                    prop_assert!(!a.intersects(*b));
                }
            }
            let pointer = pos2(x, y);
            let before = frame.back(pointer);
            let camera = zoomed(camera, &frame, pointer, by);
            let after = Frame::new(inside, &places, camera).back(pointer);
            prop_assert!((before[0] - after[0]).abs() < 1e-2 && (before[1] - after[1]).abs() < 1e-2);
        }
    }
}
