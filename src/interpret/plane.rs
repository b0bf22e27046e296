//! A flat picture of points in many dimensions: the plane on which they differ most.

/// The two directions in which points differ most (their principal components, Pearson 1901),
/// through their mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// Two directions of length 1 at right angles, `[width]` each.
    axes: [Vec<f32>; 2],
    mean: Vec<f32>,
}

/// Rounds of multiplying by the covariance: from a plane before, a few are enough.
const ROUNDS: usize = 24;

impl Plane {
    /// The plane of `rows`, each `[width]`. `start` is one that lay nearby before: points that move
    /// slowly then give planes that turn slowly.
    pub fn principal(rows: &[&[f32]], start: Option<&Self>) -> Self {
        let width = rows.first().map_or(0, |row| row.len());
        let mut mean = vec![0.0; width];
        for row in rows {
            add_scaled(&mut mean, row, 1.0 / rows.len() as f32);
        }
        let mut axes = match start {
            Some(before) if before.mean.len() == width => before.axes.clone(),
            _ => [wave(width, 1), wave(width, 2)],
        };
        for _ in 0..ROUNDS {
            axes = axes.map(|axis| spread(rows, &mean, &axis));
            let [first, second] = &mut axes;
            normalize(first);
            let shared = dot(first, second);
            add_scaled(second, first, -shared);
            normalize(second);
        }
        Self { axes, mean }
    }

    /// Where a point lies on the plane.
    pub fn project(&self, row: &[f32]) -> [f32; 2] {
        let from_mean: Vec<f32> = row.iter().zip(&self.mean).map(|(x, mean)| x - mean).collect();
        [0, 1].map(|axis| dot(&from_mean, &self.axes[axis]))
    }
}

/// The covariance of the rows, times a direction.
fn spread(rows: &[&[f32]], mean: &[f32], axis: &[f32]) -> Vec<f32> {
    let mut sum = vec![0.0; axis.len()];
    let at_mean = dot(mean, axis);
    for row in rows {
        let along = dot(row, axis) - at_mean;
        add_scaled(&mut sum, row, along);
        add_scaled(&mut sum, mean, -along);
    }
    sum
}

/// Turns points around the origin, and mirrors them if need be, so that they lie as near as they can
/// to `before` (orthogonal Procrustes in two dimensions).
pub fn turn_towards(points: &mut [[f32; 2]], before: &[[f32; 2]]) {
    let mut m = [[0.0; 2]; 2];
    for (p, q) in points.iter().zip(before) {
        for (i, row) in m.iter_mut().enumerate() {
            for (j, sum) in row.iter_mut().enumerate() {
                *sum += p[i] * q[j];
            }
        }
    }
    let turned = [m[0][0] + m[1][1], m[0][1] - m[1][0]];
    let mirrored = [m[0][0] - m[1][1], m[0][1] + m[1][0]];
    let length = |v: [f32; 2]| v[0].hypot(v[1]);
    let (best, sign) =
        if length(turned) >= length(mirrored) { (turned, 1.0) } else { (mirrored, -1.0) };
    if length(best) > 0.0 {
        let (cos, sin) = (best[0] / length(best), best[1] / length(best));
        for p in points {
            let [x, y] = [p[0], p[1] * sign];
            *p = [x * cos - y * sin, x * sin + y * cos];
        }
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add_scaled(to: &mut [f32], from: &[f32], scale: f32) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += scale * from);
}

fn normalize(axis: &mut [f32]) {
    let length = dot(axis, axis).sqrt();
    if length > 0.0 {
        axis.iter_mut().for_each(|x| *x /= length);
    }
}

/// Some direction that no structure of the points is likely to be at right angles to.
fn wave(width: usize, seed: usize) -> Vec<f32> {
    (0..width).map(|i| ((i * 7 + seed * 13) as f32).sin()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plane_lies_where_points_differ_most() {
        // Spread 5 along (0, 1, 0, 0), 2 along (0, 0, 0, 1), almost nothing else.
        let rows: Vec<Vec<f32>> = (0..60)
            .map(|i| {
                let t = i as f32;
                vec![
                    0.01 * (t * 3.0).sin(),
                    5.0 * t.sin() + 3.0,
                    0.01 * t.cos(),
                    2.0 * (t * 1.7).cos(),
                ]
            })
            .collect();
        let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
        let plane = Plane::principal(&rows, None);
        assert!(plane.axes[0][1].abs() > 0.999 && plane.axes[1][3].abs() > 0.999, "{plane:?}");
        let sum = rows.iter().map(|row| plane.project(row)[0]).sum::<f32>();
        assert!(sum.abs() < 1e-3, "the mean lies in the middle: {sum}");
    }

    #[test]
    fn turned_and_mirrored_points_come_back() {
        let before = [[1.0, 0.0], [0.0, 2.0], [-3.0, 0.5]];
        for mirror in [1.0, -1.0] {
            let (cos, sin) = (0.3_f32.cos(), 0.3_f32.sin());
            let mut points = before.map(|[x, y]| {
                let y = y * mirror;
                [x * cos - y * sin, x * sin + y * cos]
            });
            turn_towards(&mut points, &before);
            for (p, q) in points.iter().zip(&before) {
                assert!((p[0] - q[0]).abs() + (p[1] - q[1]).abs() < 1e-5, "{points:?}");
            }
        }
    }
}
