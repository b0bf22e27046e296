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

/// The mean loss over all counted tokens of the sequences.
pub fn evaluate(threads: &Threads, parameters: &Parameters<f32>, sequences: &[Sequence]) -> Loss {
    let mut workspace = BatchWorkspace::new(&parameters.config);
    workspace.prepare(threads, parameters);
    let (mut sum, mut tokens) = (0.0, 0);
    for batch in sequences.chunks(4 * threads.count().max(2)) {
        let loss = loss(threads, &mut workspace, parameters, batch);
        sum += loss.mean * loss.tokens as f64;
        tokens += loss.tokens;
    }
    Loss { mean: sum / tokens.max(1) as f64, tokens }
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
