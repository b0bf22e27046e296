//! Several samples of one prompt, drawn side by side.

use std::sync::Arc;

use super::{SampleSettings, Sampler, Strategy};
use crate::decode::{NextLogits, logits};
use crate::{Error, Result};

/// Draws `returns` independent samples together, each with its own stream of the seed; the prompt
/// is read once. Sample i equals a [`Sampler::with_stream`] of stream i run alone.
///
/// # Errors
/// As [`Sampler::new`] and [`Sampler::step`]; wrong usage if `returns` is 0, or above 1 for greedy
/// search.
pub fn sample_all(
    settings: SampleSettings,
    returns: usize,
    prompt: &[u32],
    model: &mut dyn NextLogits,
) -> Result<Vec<Sampler>> {
    check_returns(&settings, returns)?;
    let mut samplers = (0..returns as u64)
        .map(|stream| Sampler::with_stream(settings, prompt, model, stream))
        .collect::<Result<Vec<_>>>()?;
    if samplers.iter().all(|sampler| sampler.finish.is_some()) {
        return Ok(samplers);
    }
    let first: Arc<[f32]> = model.start(prompt)?.into();
    for sampler in &mut samplers {
        sampler.accept(Arc::clone(&first), None)?;
    }
    // The row of the model that holds each sampler's sequence: at first the prompt's, for all.
    let mut row_of = vec![0; returns];
    loop {
        let open: Vec<usize> = (0..returns).filter(|&i| samplers[i].finish.is_none()).collect();
        if open.is_empty() {
            return Ok(samplers);
        }
        let parents: Vec<usize> = open.iter().map(|&i| row_of[i]).collect();
        let tokens: Vec<u32> = open.iter().filter_map(|&i| samplers[i].newest()).collect();
        let logits = model.advance(&parents, &tokens)?;
        logits::check(&logits, open.len(), model.vocabulary())?;
        for (row, (&i, logits)) in open.iter().zip(logits.chunks(model.vocabulary())).enumerate() {
            samplers[i].accept(logits.into(), None)?;
            row_of[i] = row;
        }
    }
}

fn check_returns(settings: &SampleSettings, returns: usize) -> Result<()> {
    match settings.strategy {
        _ if returns == 0 => Err(Error::usage("--returns must be at least 1")),
        Strategy::Greedy { .. } if returns > 1 => Err(Error::usage(
            "--returns above 1 needs --strategy sample or beam: greedy search has one result",
        )),
        _ => Ok(()),
    }
}
