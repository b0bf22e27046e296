//! A picture of many vectors in two dimensions: principal component analysis (Pearson 1901).
//!
//! Of all flat pictures it keeps the most of the vectors' variance; how much that is stands beside
//! it, because it is rarely all.

use crate::tensor::{Matrix, MatrixMut, Start, Threads, dot, matmul};

/// The two directions along which vectors differ most.
#[derive(Debug, Clone)]
pub struct Projection {
    /// `[width]`
    mean: Vec<f32>,
    /// Of length 1 and at right angles, each `[width]`.
    axes: [Vec<f32>; 2],
    /// The share of the variance that lies along each axis, from 0 to 1.
    pub shares: [f64; 2],
}

/// Directions that are searched for; two more than are wanted make the search quicker.
const SEARCHED: usize = 4;
/// Rounds of the search, and how still an axis must stand for it to end sooner.
const ROUNDS: usize = 300;
const STILL: f64 = 1e-10;
/// No more rows than these are looked at to find the axes; of longer tables every n-th row is.
const ROWS: usize = 8192;

impl Projection {
    /// The principal axes of `rows` `[row, width]`; none of fewer than three rows or two columns,
    /// or if no two rows differ.
    pub fn principal(rows: &[f32], width: usize, threads: &Threads) -> Option<Self> {
        let count = rows.len().checked_div(width).filter(|&count| count > 2 && width > 1)?;
        let stride = count.div_ceil(ROWS);
        let chosen = || rows.chunks_exact(width).step_by(stride);
        let count = chosen().count();
        let mut mean = vec![0.0_f64; width];
        for row in chosen() {
            mean.iter_mut().zip(row).for_each(|(sum, x)| *sum += f64::from(*x));
        }
        mean.iter_mut().for_each(|sum| *sum /= count as f64);
        let centred: Vec<f64> = chosen()
            .flat_map(|row| row.iter().zip(&mean).map(|(x, mean)| f64::from(*x) - mean))
            .collect();
        let mut scatter = vec![0.0_f64; width * width];
        let table = Matrix::new(&centred, count, width);
        let into = MatrixMut::new(&mut scatter, width, width);
        matmul(threads, into, table.t(), table, Start::Zero);
        let total: f64 = scatter.iter().step_by(width + 1).sum();
        if !(total.is_finite() && total > 0.0) {
            return None;
        }
        let found = leading(&scatter, width);
        let single = |axis: &Vec<f64>| axis.iter().map(|x| *x as f32).collect();
        Some(Self {
            mean: mean.into_iter().map(|x| x as f32).collect(),
            axes: [single(&found[0].1), single(&found[1].1)],
            shares: [found[0].0 / total, found[1].0 / total],
        })
    }

    /// Where a vector `[width]` stands in the picture.
    pub fn place(&self, row: &[f32]) -> [f32; 2] {
        let along = |axis: &[f32]| {
            row.iter().zip(&self.mean).zip(axis).map(|((x, mean), a)| (x - mean) * a).sum()
        };
        [along(&self.axes[0]), along(&self.axes[1])]
    }

    /// The same picture, with each axis pointing the way it does in an earlier one: a picture that
    /// is redrawn must not jump to its mirror image.
    #[must_use]
    pub fn facing_like(mut self, before: &Self) -> Self {
        for (axis, old) in self.axes.iter_mut().zip(&before.axes) {
            if axis.len() == old.len() && dot(axis, old) < 0.0 {
                axis.iter_mut().for_each(|x| *x = -*x);
            }
        }
        self
    }
}

/// The two largest eigenvalues of a symmetric matrix and their vectors, by orthogonal iteration:
/// multiply, make orthonormal, again.
fn leading(matrix: &[f64], width: usize) -> Vec<(f64, Vec<f64>)> {
    let count = SEARCHED.min(width);
    // Any start will do that leans on all directions; this one is the same every time.
    let mut axes: Vec<Vec<f64>> = (0..count)
        .map(|k| (0..width).map(|i| ((i * (k + 1)) as f64 * 0.7 + k as f64).sin()).collect())
        .collect();
    orthonormalise(&mut axes);
    for _ in 0..ROUNDS {
        let mut next: Vec<Vec<f64>> = axes.iter().map(|axis| times(matrix, axis)).collect();
        orthonormalise(&mut next);
        let moved = |k: usize| 1.0 - inner(&next[k], &axes[k]).abs();
        let still = moved(0) < STILL && moved(1) < STILL;
        axes = next;
        if still {
            break;
        }
    }
    let mut found: Vec<(f64, Vec<f64>)> =
        axes.into_iter().map(|axis| (inner(&axis, &times(matrix, &axis)), axis)).collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(2);
    for (_, axis) in &mut found {
        // An axis has no front: let its largest component be positive.
        let largest =
            axis.iter().copied().fold(0.0, |m: f64, x| if x.abs() > m.abs() { x } else { m });
        if largest < 0.0 {
            axis.iter_mut().for_each(|x| *x = -*x);
        }
    }
    found
}

fn times(matrix: &[f64], vector: &[f64]) -> Vec<f64> {
    matrix.chunks_exact(vector.len()).map(|row| inner(row, vector)).collect()
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Gram-Schmidt, twice, which is enough for the last bit. A vector of which nothing but rounding is
/// left becomes 0: there is no such direction.
fn orthonormalise(axes: &mut [Vec<f64>]) {
    for k in 0..axes.len() {
        for _ in 0..2 {
            let (before, here) = axes.split_at_mut(k);
            let whole = inner(&here[0], &here[0]).sqrt();
            for other in before {
                let along = inner(&here[0], other);
                here[0].iter_mut().zip(other.iter()).for_each(|(x, o)| *x -= along * o);
            }
            let length = inner(&here[0], &here[0]).sqrt();
            let share = if length > 1e-9 * whole { 1.0 / length } else { 0.0 };
            here[0].iter_mut().for_each(|x| *x *= share);
        }
    }
}

/// The rows of a table `[row, width]` whose direction is most like that of row `of`, each with its
/// cosine similarity, the most alike first, the row itself left out.
pub fn nearest(rows: &[f32], width: usize, of: usize, count: usize) -> Vec<(usize, f32)> {
    let Some(subject) = rows.get(of * width..(of + 1) * width) else { return Vec::new() };
    let length = |row: &[f32]| dot(row, row).sqrt();
    let own = length(subject);
    let mut all: Vec<(usize, f32)> = rows
        .chunks_exact(width)
        .enumerate()
        .filter(|(i, _)| *i != of)
        .map(|(i, row)| (i, dot(row, subject) / (own * length(row)).max(f32::MIN_POSITIVE)))
        .collect();
    let count = count.min(all.len());
    if count == 0 {
        return Vec::new();
    }
    let order = |a: &(usize, f32), b: &(usize, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    all.select_nth_unstable_by(count - 1, order);
    all.truncate(count);
    all.sort_by(order);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt as _, SeedableRng as _};

    /// Points that differ by 3, 2 and 0.1 along three directions of a space of six dimensions.
    fn cloud() -> (Vec<f32>, [Vec<f32>; 2]) {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let axes = [[1.0, 1.0, 0.0, 0.0, 1.0, 1.0], [1.0, -1.0, 0.0, 0.0, 1.0, -1.0]];
        let axes = axes.map(|axis| axis.map(|x: f32| x / 2.0).to_vec());
        let mut rows = Vec::new();
        for _ in 0..4000 {
            let mut normal = || (0..12).map(|_| rng.random::<f32>()).sum::<f32>() - 6.0;
            let (a, b, c) = (3.0 * normal(), 2.0 * normal(), 0.1 * normal());
            rows.extend(
                (0..6)
                    .map(|i| 7.0 + a * axes[0][i] + b * axes[1][i] + if i == 2 { c } else { 0.0 }),
            );
        }
        (rows, axes)
    }

    #[test]
    fn the_axes_are_those_along_which_the_points_were_spread() {
        let (rows, axes) = cloud();
        let found = Projection::principal(&rows, 6, &Threads::serial()).expect("they differ");
        for (found, made) in found.axes.iter().zip(&axes) {
            assert!(dot(found, made).abs() > 0.999, "{found:?}");
        }
        let all: f64 = 9.0 + 4.0 + 0.01;
        for (share, made) in found.shares.iter().zip([9.0, 4.0]) {
            assert!((share - made / all).abs() < 0.02, "{:?}", found.shares);
        }
        let at = found.place(&[7.0; 6]);
        assert!(at[0].abs() < 0.3 && at[1].abs() < 0.3, "the mean stands in the middle: {at:?}");
        let mirrored = Projection {
            axes: found.axes.clone().map(|a| a.iter().map(|x| -x).collect()),
            ..found.clone()
        };
        assert_eq!(mirrored.facing_like(&found).axes, found.axes);
    }

    #[test]
    fn there_is_no_picture_of_too_little() {
        assert!(Projection::principal(&[1.0, 2.0], 2, &Threads::serial()).is_none());
        assert!(Projection::principal(&[1.0; 30], 3, &Threads::serial()).is_none());
        assert!(Projection::principal(&[], 0, &Threads::serial()).is_none());
    }

    #[test]
    fn the_nearest_are_those_of_the_same_direction() {
        let rows = [1.0, 0.0, 0.9, 0.1, 5.0, 0.0, -1.0, 0.0, 0.0, 1.0];
        let found = nearest(&rows, 2, 0, 2);
        assert_eq!(found.iter().map(|(i, _)| *i).collect::<Vec<_>>(), [2, 1]);
        assert!((found[0].1 - 1.0).abs() < 1e-6);
        assert!(nearest(&rows, 2, 9, 2).is_empty());
    }
}
