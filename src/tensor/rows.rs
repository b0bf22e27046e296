//! Kernels that work along one row of numbers: softmax, GELU, layer normalisation's sums, …

use super::real::Real;

/// Partial sums that a reduction keeps, so that the compiler can use vectors of any width.
///
/// A fixed number: the order of additions, and with it the result, is the same on every machine.
const LANES: usize = 16;

kernel! {
    /// Σ_i x_i · y_i.
    pub fn dot<T: Real>(x: &[T], y: &[T]) -> T {
        let mut lanes = [[T::ZERO; LANES]; 4];
        let mut xs = x.chunks_exact(4 * LANES);
        let mut ys = y.chunks_exact(4 * LANES);
        for (x, y) in (&mut xs).zip(&mut ys) {
            for (k, lane) in lanes.iter_mut().enumerate() {
                for j in 0..LANES {
                    let (a, b) = (x[k * LANES + j], y[k * LANES + j]);
                    lane[j] = if FMA { a.mul_add(b, lane[j]) } else { a * b + lane[j] };
                }
            }
        }
        let mut sum = T::ZERO;
        for (&a, &b) in xs.remainder().iter().zip(ys.remainder()) {
            sum += a * b;
        }
        let [first, second, third, fourth] = lanes;
        for (j, &value) in first.iter().enumerate() {
            sum += (value + second[j]) + (third[j] + fourth[j]);
        }
        sum
    }
}

/// Σ_i f(x_i), in the fixed order of `LANES` partial sums.
#[inline(always)]
fn sum_by<T: Real>(x: &[T], f: impl Fn(T) -> T) -> T {
    let mut lanes = [T::ZERO; LANES];
    let mut chunks = x.chunks_exact(LANES);
    for chunk in &mut chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane += f(value);
        }
    }
    let mut sum = T::ZERO;
    for &value in chunks.remainder() {
        sum += f(value);
    }
    for lane in lanes {
        sum += lane;
    }
    sum
}

/// The largest x_i; minus infinity for an empty row.
#[inline(always)]
fn largest<T: Real>(x: &[T]) -> T {
    let mut lanes = [T::NEG_INFINITY; LANES];
    let mut chunks = x.chunks_exact(LANES);
    for chunk in &mut chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = lane.max(value);
        }
    }
    let rest = chunks.remainder().iter().chain(&lanes);
    rest.fold(T::NEG_INFINITY, |largest, &value| largest.max(value))
}

kernel! {
    /// Σ_i x_i².
    pub fn sum_of_squares<T: Real>(x: &[T]) -> T {
        sum_by(x, |value| value * value)
    }
}

kernel! {
    /// x += y.
    pub fn add<T: Real>(x: &mut [T], y: &[T]) {
        for (x, &y) in x.iter_mut().zip(y) {
            *x += y;
        }
    }
}

kernel! {
    /// sum = x + y.
    pub fn add_to<T: Real>(sum: &mut [T], x: &[T], y: &[T]) {
        let n = sum.len();
        let (x, y) = (&x[..n], &y[..n]);
        for i in 0..n {
            sum[i] = x[i] + y[i];
        }
    }
}

kernel! {
    /// x *= factor.
    pub fn scale<T: Real>(x: &mut [T], factor: T) {
        for x in x {
            *x *= factor;
        }
    }
}

kernel! {
    /// sums[j] += Σ_r x[r][j] for a row-major x `[rows, sums.len()]`: the gradient of a bias.
    pub fn add_columns<T: Real>(sums: &mut [T], x: &[T]) {
        let n = sums.len();
        for row in x.chunks_exact(n) {
            for j in 0..n {
                sums[j] += row[j];
            }
        }
    }
}

kernel! {
    /// y `[columns, rows]` = xᵀ for x `[rows, columns]`, whose rows begin `stride` apart.
    pub fn transpose<T: Real>(y: &mut [T], x: &[T], rows: usize, columns: usize, stride: usize) {
        assert!(rows == 0 || x.len() >= (rows - 1) * stride + columns, "x is too short");
        assert_eq!(y.len(), rows * columns, "y has another size");
        // In blocks, so that both sides stay in the cache.
        const BLOCK: usize = 16;
        for r0 in (0..rows).step_by(BLOCK) {
            for c0 in (0..columns).step_by(BLOCK) {
                for c in c0..columns.min(c0 + BLOCK) {
                    for r in r0..rows.min(r0 + BLOCK) {
                        y[c * rows + r] = x[r * stride + c];
                    }
                }
            }
        }
    }
}

kernel! {
    /// p_i = e^(scale · x_i) / Σ_k e^(scale · x_k), in place.
    ///
    /// The largest x is subtracted first: the result is the same and nothing overflows.
    pub fn softmax<T: Real>(x: &mut [T], scale: T) {
        let largest = largest(x);
        for x in x.iter_mut() {
            *x = ((*x - largest) * scale).exp::<FMA>();
        }
        let normalise = T::ONE / sum_by(x, |e| e);
        for x in x.iter_mut() {
            *x *= normalise;
        }
    }
}

kernel! {
    /// From dL/dp to dL/dx of [`softmax`], in place: dx_i = scale · p_i · (dp_i − Σ_k p_k · dp_k).
    pub fn softmax_backward<T: Real>(d: &mut [T], p: &[T], scale: T) {
        let mut lanes = [T::ZERO; LANES];
        let n = d.len().min(p.len());
        let whole = n - n % LANES;
        for i in (0..whole).step_by(LANES) {
            for j in 0..LANES {
                lanes[j] += d[i + j] * p[i + j];
            }
        }
        let mut weighted = T::ZERO;
        for i in whole..n {
            weighted += d[i] * p[i];
        }
        for lane in lanes {
            weighted += lane;
        }
        for i in 0..n {
            d[i] = scale * p[i] * (d[i] - weighted);
        }
    }
}

kernel! {
    /// The loss of one row of logits, −ln softmax(x)[target], in nats; the row becomes its gradient,
    /// weight · (softmax(x) − one-hot(target)).
    ///
    /// A target outside the row is the caller's mistake and panics.
    pub fn cross_entropy<T: Real>(x: &mut [T], target: usize, weight: T) -> T {
        let largest = largest(x);
        let score = x[target] - largest;
        for x in x.iter_mut() {
            *x = (*x - largest).exp::<FMA>();
        }
        let total = sum_by(x, |e| e);
        let factor = weight / total;
        for x in x.iter_mut() {
            *x *= factor;
        }
        x[target] -= weight;
        total.ln() - score
    }
}

/// √(2/π) and the cubic coefficient of GELU's tanh form (Hendrycks and Gimpel 2016).
const GELU_SCALE: f64 = 0.797_884_560_802_865_4;
const GELU_CUBIC: f64 = 0.044_715;

/// The share of x that GELU lets through, s = ½·(1 + tanh(u)) = 1 / (1 + e^(−2u)), with
/// u = √(2/π)·(x + 0.044715·x³).
#[inline(always)]
fn gelu_gate<T: Real, const FMA: bool>(x: T) -> T {
    let minus_two_u =
        x * (T::of(-2.0 * GELU_SCALE) + T::of(-2.0 * GELU_SCALE * GELU_CUBIC) * x * x);
    T::ONE / (T::ONE + minus_two_u.exp::<FMA>())
}

kernel! {
    /// y = ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), GPT-2's form of GELU.
    pub fn gelu<T: Real>(y: &mut [T], x: &[T]) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = x * gelu_gate::<T, FMA>(x);
        }
    }
}

kernel! {
    /// From dL/dy to dL/dx of [`gelu`], in place: with s the gate, dy/dx = s + x·s·(1 − s)·2·du/dx.
    pub fn gelu_backward<T: Real>(d: &mut [T], x: &[T]) {
        let (scale, cubic) = (T::of(2.0 * GELU_SCALE), T::of(6.0 * GELU_SCALE * GELU_CUBIC));
        for (d, &x) in d.iter_mut().zip(x) {
            let s = gelu_gate::<T, FMA>(x);
            *d *= s + x * s * (T::ONE - s) * (scale + cubic * x * x);
        }
    }
}

kernel! {
    /// y = (x − mean) / scale · gain + bias for one row; returns (mean, scale), scale = √(variance + ε).
    pub fn layer_norm_row<T: Real>(y: &mut [T], x: &[T], gain: &[T], bias: &[T], epsilon: T) -> (T, T) {
        let n = x.len();
        let share = T::ONE / T::of(n as f64);
        let mean = sum_by(x, |value| value) * share;
        let variance = sum_by(x, |value| (value - mean) * (value - mean)) * share;
        let scale = (variance + epsilon).sqrt();
        let normalise = T::ONE / scale;
        let (y, gain, bias) = (&mut y[..n], &gain[..n], &bias[..n]);
        for i in 0..n {
            y[i] = (x[i] - mean) * normalise * gain[i] + bias[i];
        }
        (mean, scale)
    }
}

kernel! {
    /// The backward pass of [`layer_norm_row`]: sum = base + dx; adds to the gain's and the bias's gradient.
    pub fn layer_norm_row_backward<T: Real>(
        streams: (&mut [T], &[T]), d_norm: (&mut [T], &mut [T]), dy: &[T], x: &[T], gain: &[T], saved: (T, T),
    ) {
        let n = x.len();
        let (mean, scale) = saved;
        let ((sum, base), (d_gain, d_bias)) = (streams, d_norm);
        let (sum, d_gain, d_bias) = (&mut sum[..n], &mut d_gain[..n], &mut d_bias[..n]);
        let (base, dy, gain) = (&base[..n], &dy[..n], &gain[..n]);
        let normalise = T::ONE / scale;
        // Means of dx̂ and of dx̂ · x̂ over the row.
        let (mut plain, mut along) = ([T::ZERO; LANES], [T::ZERO; LANES]);
        let whole = n - n % LANES;
        for i in (0..whole).step_by(LANES) {
            for j in 0..LANES {
                let d_hat = dy[i + j] * gain[i + j];
                plain[j] += d_hat;
                along[j] += d_hat * (x[i + j] - mean);
            }
        }
        let (mut mean_d, mut mean_d_hat) = (T::ZERO, T::ZERO);
        for i in whole..n {
            mean_d += dy[i] * gain[i];
            mean_d_hat += dy[i] * gain[i] * (x[i] - mean);
        }
        for j in 0..LANES {
            mean_d += plain[j];
            mean_d_hat += along[j];
        }
        let share = T::ONE / T::of(n as f64);
        mean_d *= share;
        mean_d_hat *= share * normalise;
        for i in 0..n {
            let x_hat = (x[i] - mean) * normalise;
            d_gain[i] += dy[i] * x_hat;
            d_bias[i] += dy[i];
            sum[i] = base[i] + (dy[i] * gain[i] - mean_d - x_hat * mean_d_hat) * normalise;
        }
    }
}
