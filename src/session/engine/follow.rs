//! What may follow each token of a text: asked often, of texts that begin alike.

use super::Opened;
use crate::Result;
use crate::decode::Outlook;
use crate::nn::{Inference, Memory};
use crate::tensor::Threads;
use std::sync::Arc;

/// Reads texts, and remembers the last one: of the next one only what is new is read.
#[derive(Default)]
pub(super) struct Follower {
    last: Option<Last>,
}

struct Last {
    model: Arc<Opened>,
    ids: Vec<u32>,
    memory: Memory<f32>,
}

impl Follower {
    /// What may follow each token of `ids`, from position `from` on.
    ///
    /// # Errors
    /// The text does not fit the model, or its logits are not numbers.
    pub(super) fn follow(
        &mut self,
        model: &Arc<Opened>,
        ids: &[u32],
        from: usize,
        threads: &Threads,
    ) -> Result<Vec<Outlook>> {
        let parameters = &model.model.parameters;
        let last = self.last.take().filter(|last| Arc::ptr_eq(&last.model, model));
        let (mut inference, known) = match last {
            Some(last) => {
                // What is asked for must be read, be it known or not.
                let same = last.ids.iter().zip(ids).take_while(|(old, new)| old == new).count();
                let known = same.min(from);
                (Inference::resume(parameters, threads.clone(), last.memory, known), known)
            }
            None => (Inference::new(parameters, threads.clone()), 0),
        };
        let logits = inference.read(ids.get(known..).unwrap_or(&[]))?;
        let rows = logits.chunks_exact(parameters.config.vocabulary).skip(from - known);
        let outlooks = rows.map(Outlook::new).collect();
        let memory = inference.into_memory();
        self.last = memory.map(|memory| Last { model: model.clone(), ids: ids.to_vec(), memory });
        outlooks
    }
}
