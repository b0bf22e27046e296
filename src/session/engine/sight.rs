//! Everything that can be seen of one text.

use super::Opened;
use crate::interpret::{Lens, Reading};
use crate::nn::{Recording, model};
use crate::tensor::Threads;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A text, read by a model, with all activations and what the lens sees in them.
pub struct Sight {
    /// The model that read it.
    pub model: Arc<Opened>,
    pub reading: Reading,
    pub lens: Lens,
    /// How long it took to read.
    pub took: Duration,
}

impl std::fmt::Debug for Sight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sight").field("ids", &self.reading.ids).finish_non_exhaustive()
    }
}

impl Sight {
    /// Reads `ids`, which must be in the vocabulary and fit in the context; `before` is looked to
    /// for what has not changed.
    pub(super) fn of(
        model: &Arc<Opened>,
        ids: Vec<u32>,
        threads: &Threads,
        before: Option<&Self>,
    ) -> Self {
        let start = Instant::now();
        let reading = read(model, ids, threads);
        let before = before.filter(|sight| Arc::ptr_eq(&sight.model, model));
        let lens =
            Lens::new(&reading, &model.model.parameters, threads, before.map(|sight| &sight.lens));
        Self { model: model.clone(), reading, lens, took: start.elapsed() }
    }
}

/// One recorded pass.
pub(super) fn read(model: &Opened, ids: Vec<u32>, threads: &Threads) -> Reading {
    let parameters = &model.model.parameters;
    let mut tap = Recording::new(|_| true);
    let (_, logits) = model::read(threads, parameters, &ids, &mut tap);
    Reading::new(ids, parameters.config.clone(), tap.activations, logits)
}
