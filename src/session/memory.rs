//! Whether this machine has the memory for a run, asked before it is taken.

use crate::nn::Config;
use crate::train::Learning;
use crate::{Error, Result};

/// What a machine is taken to have that does not tell.
const USUAL: u128 = 16 << 30;

/// Whether a model of these sizes can be trained here.
///
/// # Errors
/// If it needs far more memory than is free.
pub fn enough_for_training(config: &Config, learning: &Learning) -> Result<()> {
    let (needed, free) = (memory_for_training(config, learning), free_bytes().unwrap_or(USUAL));
    if needed <= free {
        return Ok(());
    }
    let gib = |bytes: u128| bytes as f64 / f64::from(1 << 30);
    Err(Error::failed(format!(
        "this run needs about {:.1} GiB of memory and {:.1} are free; lower the batch, or the \
         preset's context, width or layers",
        gib(needed),
        gib(free)
    )))
}

/// About as many bytes as the weights and all that is kept of a batch take.
pub fn memory_for_training(config: &Config, learning: &Learning) -> u128 {
    let [layers, heads, width, inner, context, vocabulary, batch] = [
        config.layers,
        config.heads,
        config.width,
        config.inner,
        config.context,
        config.vocabulary,
        learning.batch,
    ]
    .map(|size| size as u128);
    // Weights, gradients, two means of the optimizer; and the last three once more while they are saved.
    let of_weights = 7 * config.parameter_count() as u128;
    let of_a_position = layers * (10 * width + 2 * inner + heads * context) + vocabulary;
    4 * (of_weights + batch * context * of_a_position)
}

/// Free memory, where the system tells it in a file (Linux).
fn free_bytes() -> Option<u128> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("MemAvailable:"))?;
    let kib: u128 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_models_fit_and_absurd_ones_are_refused() {
        let learning = Learning::for_tuning().unwrap();
        assert!(enough_for_training(&Config::gpt2(2, 2, 16, 32, 300), &learning).is_ok());
        let absurd = Config::gpt2(2, 2, 16, 1 << 20, 300);
        let sentence = enough_for_training(&absurd, &learning).unwrap_err().to_string();
        assert!(sentence.contains("lower the batch"), "{sentence}");
    }
}
