//! The parameters of a model: every number that training changes, in one block of memory.

use super::config::Config;
use crate::tensor::Real;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};
use std::ops::Range;

/// The scale and shift of a layer norm, each `[width]`.
#[derive(Debug, Clone)]
pub struct Norm<S> {
    pub gain: S,
    pub bias: S,
}

/// y = x·W + b: a weight `[inputs, outputs]` and a bias `[outputs]`.
#[derive(Debug, Clone)]
pub struct Linear<S> {
    pub weight: S,
    pub bias: S,
}

/// The tensors of one block.
#[derive(Debug, Clone)]
pub struct Block<S> {
    pub ln_1: Norm<S>,
    /// Queries, keys and values of all heads, side by side: `[width, 3·width]`.
    pub qkv: Linear<S>,
    /// Brings the heads' results back to the stream (W_O): `[width, width]`.
    pub output: Linear<S>,
    pub ln_2: Norm<S>,
    /// Into the MLP's neurons: `[width, inner]`.
    pub up: Linear<S>,
    /// And back: `[inner, width]`.
    pub down: Linear<S>,
}

/// All tensors of a model. `S` is what stands for a tensor: a slice, its range, its shape, …
#[derive(Debug, Clone)]
pub struct Tensors<S> {
    /// Token embedding `[vocabulary, width]`.
    pub wte: S,
    /// Position embedding `[context, width]`.
    pub wpe: S,
    pub blocks: Vec<Block<S>>,
    pub ln_f: Norm<S>,
    /// Output matrix `[vocabulary, width]`; None if it is `wte`.
    pub lm_head: Option<S>,
}

/// What one tensor is called and how large it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// The name in a GPT-2 model file, without its `transformer.` prefix.
    pub name: String,
    pub shape: Vec<usize>,
}

impl Spec {
    /// How many numbers the tensor holds.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Never: no size of a model is 0.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is a matrix. Weight decay acts on these only: biases and gains are few and need their size.
    pub fn is_matrix(&self) -> bool {
        self.shape.len() == 2
    }
}

/// The names of all tensors that a model of so many blocks has, whatever its sizes.
pub fn tensor_names(layers: usize) -> Vec<String> {
    let config = Config { layers, tied: false, ..Config::gpt2(1, 1, 1, 1, 1) };
    let mut names = Vec::new();
    Tensors::build(&config, |spec| names.push(spec.name));
    names
}

impl<S> Tensors<S> {
    /// Makes every tensor in order. The one place that says which tensors a model has.
    pub fn build(config: &Config, mut make: impl FnMut(Spec) -> S) -> Self {
        let Config { width, inner, context, vocabulary, .. } = *config;
        let mut tensor = |name: String, shape: &[usize]| make(Spec { name, shape: shape.to_vec() });
        let wte = tensor("wte.weight".into(), &[vocabulary, width]);
        let wpe = tensor("wpe.weight".into(), &[context, width]);
        let blocks = (0..config.layers)
            .map(|l| {
                let mut at = |name: &str, shape: &[usize]| tensor(format!("h.{l}.{name}"), shape);
                Block {
                    ln_1: Norm {
                        gain: at("ln_1.weight", &[width]),
                        bias: at("ln_1.bias", &[width]),
                    },
                    qkv: Linear {
                        weight: at("attn.c_attn.weight", &[width, 3 * width]),
                        bias: at("attn.c_attn.bias", &[3 * width]),
                    },
                    output: Linear {
                        weight: at("attn.c_proj.weight", &[width, width]),
                        bias: at("attn.c_proj.bias", &[width]),
                    },
                    ln_2: Norm {
                        gain: at("ln_2.weight", &[width]),
                        bias: at("ln_2.bias", &[width]),
                    },
                    up: Linear {
                        weight: at("mlp.c_fc.weight", &[width, inner]),
                        bias: at("mlp.c_fc.bias", &[inner]),
                    },
                    down: Linear {
                        weight: at("mlp.c_proj.weight", &[inner, width]),
                        bias: at("mlp.c_proj.bias", &[width]),
                    },
                }
            })
            .collect();
        let ln_f = Norm {
            gain: tensor("ln_f.weight".into(), &[width]),
            bias: tensor("ln_f.bias".into(), &[width]),
        };
        let lm_head = (!config.tied).then(|| tensor("lm_head.weight".into(), &[vocabulary, width]));
        Self { wte, wpe, blocks, ln_f, lm_head }
    }

    /// The same tensors, each turned into something else, in the order of [`Tensors::build`].
    pub fn map<'a, U>(&'a self, mut f: impl FnMut(&'a S) -> U) -> Tensors<U> {
        Tensors {
            wte: f(&self.wte),
            wpe: f(&self.wpe),
            blocks: self.blocks.iter().map(|block| block.map(&mut f)).collect(),
            ln_f: self.ln_f.map(&mut f),
            lm_head: self.lm_head.as_ref().map(f),
        }
    }
}

impl<S> Norm<S> {
    fn map<'a, U>(&'a self, f: &mut impl FnMut(&'a S) -> U) -> Norm<U> {
        Norm { gain: f(&self.gain), bias: f(&self.bias) }
    }
}

impl<S> Linear<S> {
    fn map<'a, U>(&'a self, f: &mut impl FnMut(&'a S) -> U) -> Linear<U> {
        Linear { weight: f(&self.weight), bias: f(&self.bias) }
    }
}

impl<S> Block<S> {
    fn map<'a, U>(&'a self, f: &mut impl FnMut(&'a S) -> U) -> Block<U> {
        Block {
            ln_1: self.ln_1.map(f),
            qkv: self.qkv.map(f),
            output: self.output.map(f),
            ln_2: self.ln_2.map(f),
            up: self.up.map(f),
            down: self.down.map(f),
        }
    }
}

/// The parameters of a model, or anything of the same form: their gradients, their averages.
#[derive(Debug, Clone)]
pub struct Parameters<T> {
    pub config: Config,
    /// All numbers, tensor after tensor in the order of [`Tensors::build`].
    pub values: Vec<T>,
    ranges: Tensors<Range<usize>>,
}

impl<T: Real> Parameters<T> {
    /// Zeros in the shape of `config`, which must be valid.
    pub fn zeros(config: &Config) -> Self {
        let mut end = 0;
        let ranges = Tensors::build(config, |spec| {
            let start = end;
            end += spec.len();
            start..end
        });
        Self { config: config.clone(), values: vec![T::ZERO; end], ranges }
    }

    /// Random weights to begin training from, the same for the same seed.
    ///
    /// As GPT-2: normal with deviation 0.02, the two projections into the stream smaller by √(2·layers),
    /// so that the stream's size does not grow with depth; gains 1, biases 0.
    pub fn random(config: &Config, seed: u64) -> Self {
        let mut parameters = Self::zeros(config);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let into_stream = 0.02 / (2.0 * config.layers as f64).sqrt();
        for (spec, range) in parameters.specs().into_iter().zip(parameters.ranges()) {
            let values = &mut parameters.values[range];
            if spec.is_matrix() {
                let deviation =
                    if spec.name.ends_with("c_proj.weight") { into_stream } else { 0.02 };
                fill_normal(values, deviation, &mut rng);
            } else if spec.name.ends_with("weight") {
                values.fill(T::ONE);
            }
        }
        parameters
    }

    /// Names and shapes of the tensors, in order.
    pub fn specs(&self) -> Vec<Spec> {
        let mut specs = Vec::new();
        Tensors::build(&self.config, |spec| specs.push(spec));
        specs
    }

    /// Where each tensor lies in `values`, in order.
    pub fn ranges(&self) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        self.ranges.map(|range| ranges.push(range.clone()));
        ranges
    }

    /// The tensors, to read.
    pub fn view(&self) -> Tensors<&[T]> {
        self.ranges.map(|range| &self.values[range.clone()])
    }

    /// The tensors, to write.
    pub fn view_mut(&mut self) -> Tensors<&mut [T]> {
        let mut rest = self.values.as_mut_slice();
        self.ranges.map(|range| {
            let (tensor, after) = std::mem::take(&mut rest).split_at_mut(range.len());
            rest = after;
            tensor
        })
    }

    /// The same numbers in another precision.
    pub fn cast<U: Real>(&self) -> Parameters<U> {
        let mut other = Parameters::zeros(&self.config);
        for (to, from) in other.values.iter_mut().zip(&self.values) {
            *to = U::of(from.to_f64());
        }
        other
    }
}

/// Fills `values` from the normal distribution (Box and Muller 1958: two uniform numbers give two normal ones).
fn fill_normal<T: Real>(values: &mut [T], deviation: f64, rng: &mut ChaCha8Rng) {
    for pair in values.chunks_mut(2) {
        // 1 - u lies in (0, 1]: its logarithm is finite.
        let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt() * deviation;
        let angle = std::f64::consts::TAU * rng.random::<f64>();
        pair[0] = T::of(radius * angle.cos());
        if let Some(second) = pair.get_mut(1) {
            *second = T::of(radius * angle.sin());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_cover_all_values_and_count_agrees() {
        for tied in [true, false] {
            let config = Config { tied, ..Config::gpt2(2, 2, 8, 5, 11) };
            let mut parameters = Parameters::<f32>::random(&config, 1);
            assert_eq!(parameters.values.len(), config.parameter_count());
            let total: usize = parameters.specs().iter().map(Spec::len).sum();
            assert_eq!(total, config.parameter_count());
            assert_eq!(parameters.view().lm_head.is_some(), !tied);
            parameters.view_mut().blocks[1].down.bias.fill(7.0);
            assert_eq!(parameters.view().blocks[1].down.bias, &[7.0; 8]);
            assert_eq!(parameters.values.iter().filter(|&&v| v == 7.0).count(), 8);
        }
    }

    #[test]
    fn random_weights_have_the_deviation_asked_for() {
        let parameters = Parameters::<f64>::random(&Config::gpt2(2, 2, 64, 8, 100), 5);
        let view = parameters.view();
        let deviation = |x: &[f64]| (x.iter().map(|v| v * v).sum::<f64>() / x.len() as f64).sqrt();
        assert!((deviation(view.wte) - 0.02).abs() < 0.001);
        assert!((deviation(view.blocks[0].down.weight) - 0.01).abs() < 0.0005);
        assert!(view.blocks[1].ln_1.gain.iter().all(|&gain| gain == 1.0));
    }
}
