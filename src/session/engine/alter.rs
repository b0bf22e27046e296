//! A text that is read once more, with parts of the model changed.

use super::Sight;
use crate::Result;
use crate::interpret::{Change, Intervention, Lens, Reading};
use crate::nn::{Inference, NoTap, Recording, model};
use crate::tensor::Threads;
use std::sync::Arc;
use std::time::Instant;

/// The same text as `base`, read with changes.
#[derive(Debug)]
pub struct Altered {
    pub base: Arc<Sight>,
    pub changes: Vec<Change>,
    pub sight: Arc<Sight>,
}

impl Altered {
    pub(super) fn of(base: &Arc<Sight>, changes: &[Change], threads: &Threads) -> Self {
        let start = Instant::now();
        let parameters = &base.model.model.parameters;
        let ids = base.reading.ids.clone();
        let mut tap = Intervention::new(changes, Recording::new(|_| true));
        let (_, logits) = model::read(threads, parameters, &ids, &mut tap);
        let config = parameters.config.clone();
        let reading = Reading::new(ids, config, tap.then.activations, logits);
        let lens = Lens::new(&reading, parameters, threads, None);
        let sight = Sight { model: base.model.clone(), reading, lens, took: start.elapsed() };
        Self { base: base.clone(), changes: changes.to_vec(), sight: Arc::new(sight) }
    }
}

/// The logits `[vocabulary]` after one position, with changes; nothing else is kept.
pub(in crate::session) fn logits_with(
    sight: &Sight,
    changes: &[Change],
    position: usize,
    threads: &Threads,
) -> Vec<f32> {
    let parameters = &sight.model.model.parameters;
    let config = &parameters.config;
    // A causal model's row does not depend on what follows: the rest need not be read.
    let ids = &sight.reading.ids[..=position];
    let view = parameters.view();
    let mut acts = crate::nn::SequenceActivations::new(config, ids.len());
    let mut tap = Intervention::new(changes, NoTap);
    let run = model::Run::INFERENCE;
    model::forward(threads, parameters, &view, &mut acts, ids, run, &mut tap);
    let last = &acts.ln_f.y[position * config.width..];
    model::logits(threads, &view, last, config.width)
}

/// Greedily continues a text with changes, by at most `most` tokens; a token of `stops` ends it.
///
/// # Errors
/// As [`Inference::start`].
pub(super) fn continue_with(
    sight: &Sight,
    changes: &[Change],
    (most, stops): (usize, &[u32]),
    threads: &Threads,
) -> Result<Vec<u32>> {
    let parameters = &sight.model.model.parameters;
    let mut ids = sight.reading.ids.clone();
    let mut inference = Inference::new(parameters, threads.clone());
    let mut tap = Intervention::new(changes, NoTap);
    let mut logits = inference.start_tapped(&ids, &mut tap)?;
    let mut reply = Vec::new();
    while reply.len() < most {
        let Some(&token) = crate::interpret::top_tokens(&logits, 1).first() else { break };
        if stops.contains(&token) {
            break;
        }
        reply.push(token);
        if ids.len() + 1 > parameters.config.context {
            break;
        }
        tap.first = ids.len();
        ids.push(token);
        logits = inference.extend_tapped(&[token], &mut tap)?;
    }
    Ok(reply)
}
