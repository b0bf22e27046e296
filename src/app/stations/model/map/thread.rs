//! A thread of attention: a cubic curve whose width and colour say how much is read.

use egui::epaint::Vertex;
use egui::{Color32, Mesh, Pos2, pos2};

/// Pieces of a curve, at least; long ones have more, so that none shows its corners.
const PIECES: usize = 24;
const MOST_PIECES: usize = 72;
/// No piece of a curve is much longer, in points.
const PIECE: f32 = 16.0;
/// A soft edge, since a mesh has none of its own.
const SOFT: f32 = 0.8;

/// One thread, from the row that is read to the row that reads.
#[derive(Debug, Clone, Copy)]
pub struct Thread {
    pub from: Pos2,
    pub to: Pos2,
    pub width: f32,
    pub colour: Color32,
    /// How opaque it is at both ends.
    pub alpha: (f32, f32),
}

/// The point of the curve at `t`, with handles at half width, horizontal at both ends.
fn point(from: Pos2, to: Pos2, t: f32) -> Pos2 {
    let middle = (from.x + to.x) / 2.0;
    let u = 1.0 - t;
    let weights = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
    let x = weights[0] * from.x + (weights[1] + weights[2]) * middle + weights[3] * to.x;
    let y = (weights[0] + weights[1]) * from.y + (weights[2] + weights[3]) * to.y;
    pos2(x, y)
}

/// Adds a thread to a mesh.
pub fn add_thread(mesh: &mut Mesh, thread: &Thread) {
    let Thread { from, to, width, colour, alpha } = *thread;
    let half = width / 2.0;
    let start = mesh.vertices.len() as u32;
    let pieces = (((to - from).length() / PIECE) as usize).clamp(PIECES, MOST_PIECES);
    for i in 0..=pieces {
        let t = i as f32 / pieces as f32;
        let here = point(from, to, t);
        let (before, after) =
            (point(from, to, (t - 0.02).max(0.0)), point(from, to, (t + 0.02).min(1.0)));
        let along = (after - before).normalized();
        let across = along.rot90();
        let opaque = colour.gamma_multiply(alpha.0 + (alpha.1 - alpha.0) * t);
        let offsets = [half + SOFT, half, -half, -half - SOFT];
        for (offset, is_edge) in offsets.into_iter().zip([true, false, false, true]) {
            let color = if is_edge { Color32::TRANSPARENT } else { opaque };
            mesh.vertices.push(Vertex {
                pos: here + across * offset,
                uv: egui::epaint::WHITE_UV,
                color,
            });
        }
    }
    for i in 0..pieces as u32 {
        for strip in 0..3 {
            let a = start + 4 * i + strip;
            let b = a + 4;
            mesh.indices.extend([a, a + 1, b, b, a + 1, b + 1]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_joins_its_ends() {
        let (from, to) = (pos2(10.0, 20.0), pos2(60.0, 200.0));
        assert_eq!(point(from, to, 0.0), from);
        assert_eq!(point(from, to, 1.0), to);
        let middle = point(from, to, 0.5);
        assert!((middle.x - 35.0).abs() < 1e-3 && (middle.y - 110.0).abs() < 1e-3);
        let mut mesh = Mesh::default();
        add_thread(
            &mut mesh,
            &Thread { from, to, width: 4.0, colour: Color32::WHITE, alpha: (0.5, 1.0) },
        );
        assert_eq!(mesh.vertices.len(), 4 * (PIECES + 1));
        assert!(mesh.is_valid());
    }
}
