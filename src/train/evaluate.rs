//! How surprised a model is by a text: its loss, without learning.

use super::corpus::Document;
use super::examples::{Counted, sequence};
use crate::Result;
use crate::nn::batch::{Loss, loss};
use crate::nn::{BatchWorkspace, Parameters, Sequence};
use crate::tensor::Threads;
use crate::text::Tokenizer;

/// Cuts a text's tokens into consecutive windows: every token after the first is predicted once.
pub fn text_sequences(ids: &[u32], context: usize) -> Vec<Sequence> {
    let starts = (0..ids.len().saturating_sub(1)).step_by(context);
    let window = |start: usize| &ids[start..ids.len().min(start + context + 1)];
    starts.map(|start| sequence(window(start), &vec![true; context + 1], Counted::All, 0)).collect()
}

/// One sequence for each document (several if it is longer than the context).
///
/// # Errors
/// If the text cannot be encoded.
pub fn document_sequences(
    documents: &[Document],
    tokenizer: &Tokenizer,
    context: usize,
    counted: Counted,
) -> Result<Vec<Sequence>> {
    let mut sequences = Vec::new();
    for document in documents {
        let templated = document.encode(tokenizer)?;
        for start in (0..templated.ids.len().saturating_sub(1)).step_by(context) {
            let end = templated.ids.len().min(start + context + 1);
            sequences.push(sequence(
                &templated.ids[start..end],
                &templated.counts[start..end],
                counted,
                0,
            ));
        }
    }
    Ok(sequences)
}

/// A loss that is measured piece by piece, so that whoever waits meanwhile never waits long.
pub struct Evaluation {
    sequences: Vec<Sequence>,
    /// Sequences that have been read.
    read: usize,
    workspace: BatchWorkspace<f32>,
    sum: f64,
    tokens: usize,
}

impl Evaluation {
    /// Begins; the parameters must stay as they are until it is done.
    pub fn new(threads: &Threads, parameters: &Parameters<f32>, sequences: Vec<Sequence>) -> Self {
        let mut workspace = BatchWorkspace::new(&parameters.config);
        workspace.prepare(threads, parameters);
        Self { sequences, read: 0, workspace, sum: 0.0, tokens: 0 }
    }

    /// Reads some sequences more; the loss once all have been read.
    pub fn advance(&mut self, threads: &Threads, parameters: &Parameters<f32>) -> Option<Loss> {
        let end = self.sequences.len().min(self.read + 4 * threads.count().max(2));
        if let Some(batch) = self.sequences.get(self.read..end).filter(|batch| !batch.is_empty()) {
            let loss = loss(threads, &mut self.workspace, parameters, batch);
            self.sum += loss.mean * loss.tokens as f64;
            self.tokens += loss.tokens;
            self.read = end;
        }
        let mean = self.sum / self.tokens.max(1) as f64;
        (self.read == self.sequences.len()).then_some(Loss { mean, tokens: self.tokens })
    }
}

/// The mean loss over all counted tokens of the sequences.
pub fn evaluate(threads: &Threads, parameters: &Parameters<f32>, sequences: &[Sequence]) -> Loss {
    let mut evaluation = Evaluation::new(threads, parameters, sequences.to_vec());
    loop {
        if let Some(loss) = evaluation.advance(threads, parameters) {
            return loss;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_after_the_first_is_predicted_once() {
        let ids: Vec<u32> = (0..23).collect();
        for context in [1, 4, 11, 22, 50] {
            let sequences = text_sequences(&ids, context);
            let targets: Vec<u32> =
                sequences.iter().flat_map(|s| &s.targets).flatten().copied().collect();
            assert_eq!(targets, ids[1..]);
            assert!(sequences.iter().all(|s| s.tokens.len() <= context && !s.tokens.is_empty()));
        }
        assert!(text_sequences(&[7], 4).is_empty() && text_sequences(&[], 4).is_empty());
    }
}
