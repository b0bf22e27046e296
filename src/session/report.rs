//! What a set is to a model: tokens, baselines, and what the model makes of its openings.

use super::Chat;
use super::data::document;
use crate::Result;
use crate::decode::Filters;
use crate::nn::{Inference, Sequence};
use crate::store::Model;
use crate::tensor::Threads;
use crate::text::Tokenizer;
use crate::text::sets::quality::ngram::{Baselines, baselines};
use crate::text::sets::quality::{Blocklist, Hit, Target};
use crate::text::sets::{Expansion, Talk, sample};
use crate::train::{
    Corpus, Counted, Document, Split, TokenizerChoice, document_sequences, evaluate,
};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;

/// The temperature at which replies are drawn to look for what must not be said.
pub const SAMPLING_TEMPERATURE: f32 = 1.3;

/// A model measured on a set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelReport {
    /// The tokens of the whole set by the model's tokenizer, the template's among them.
    pub tokens: usize,
    /// The model's perplexity per token of the validation part, if there is one …
    pub perplexity: Option<f64>,
    /// … and that of models without a network.
    pub baselines: Option<Baselines>,
    /// Pieces of the vocabulary with a word of the blocklist: for a person to look at, since a
    /// piece may begin a good word, as "Hell" begins "Hello".
    pub pieces: Vec<Hit>,
    /// Replies that were drawn.
    pub samples: usize,
    /// Those with a word of the blocklist.
    pub replies: Vec<Hit>,
}

/// Measures a model on a set and draws `samples` replies to the set's openings.
///
/// # Errors
/// If the model has no tokenizer, or it cannot encode the set.
pub fn report_on_model(
    model: &Model,
    set: &Expansion,
    samples: usize,
    seed: u64,
    threads: Threads,
) -> Result<ModelReport> {
    let tokenizer = model.tokenizer()?;
    let context = model.parameters.config.context;
    let sequences =
        |talks: &[Talk]| document_sequences(&documents(talks), tokenizer, context, Counted::All);
    let (training, validation) = (sequences(&set.training)?, sequences(&set.validation)?);
    let ids = |sequences: &[Sequence]| sequences.iter().map(whole).collect::<Vec<_>>();
    let perplexity = (!validation.is_empty())
        .then(|| evaluate(&threads, &model.parameters, &validation).mean.exp());
    let blocklist = Blocklist::shipped()?;
    let pieces: Vec<String> = pieces(tokenizer);
    let replies = replies(model, set, samples, seed, threads)?;
    Ok(ModelReport {
        tokens: token_count(set, tokenizer)?,
        perplexity,
        baselines: baselines(&ids(&training), &ids(&validation), tokenizer.vocabulary_size()),
        pieces: blocklist.hits_in_pieces(pieces.iter().map(String::as_str)),
        samples: replies.len(),
        replies: blocklist.hits(replies.iter().map(String::as_str)),
    })
}

/// The tokens of a set by a tokenizer of that size learned on its training part.
///
/// # Errors
/// If the vocabulary is too small for the bytes and the special tokens.
pub fn tokens_when_learned(set: &Expansion, vocabulary: usize) -> Result<usize> {
    let training = Corpus::Documents(documents(&set.training));
    let split = Split { training, validation: Corpus::Documents(Vec::new()) };
    token_count(set, &split.learn_tokenizer(TokenizerChoice::Bpe(vocabulary))?)
}

fn token_count(set: &Expansion, tokenizer: &Tokenizer) -> Result<usize> {
    let count = |document: &Document| Ok(document.encode(tokenizer)?.ids.len());
    documents(&set.all()).iter().map(count).sum()
}

fn documents(talks: &[Talk]) -> Vec<Document> {
    talks.iter().map(|talk| document(talk, false)).collect()
}

/// All tokens of a sequence, those that go in and the last that comes out.
fn whole(sequence: &Sequence) -> Vec<u32> {
    sequence.tokens.iter().copied().chain(sequence.targets.last().copied().flatten()).collect()
}

/// The vocabulary as text; pieces that are parts of characters are no words.
fn pieces(tokenizer: &Tokenizer) -> Vec<String> {
    let ids = 0..u32::try_from(tokenizer.vocabulary_size()).unwrap_or(u32::MAX);
    let text = |id| String::from_utf8(tokenizer.piece_bytes(id)?.to_vec()).ok();
    ids.filter_map(text).collect()
}

/// Replies to openings of the set, each opening as often as it takes.
fn replies(
    model: &Model,
    set: &Expansion,
    samples: usize,
    seed: u64,
    threads: Threads,
) -> Result<Vec<String>> {
    let talks = set.all();
    let openings: BTreeSet<&String> =
        talks.iter().filter(|talk| talk.len() > 1).map(|talk| &talk[0]).collect();
    let openings: Vec<Talk> = openings.into_iter().map(|opening| vec![opening.clone()]).collect();
    let order = sample(&openings, openings.len(), seed);
    let tokenizer = model.tokenizer()?;
    let filters = Filters { temperature: Some(SAMPLING_TEMPERATURE), ..Filters::default() };
    let mut inference = Inference::new(&model.parameters, threads);
    let mut replies = Vec::new();
    for (opening, seed) in order.iter().cycle().take(samples).zip(seed..) {
        let mut chat = Chat::new(tokenizer, Some(filters), seed);
        replies.push(chat.say(&opening[0], &mut inference, &mut |_| {})?.text);
    }
    Ok(replies)
}

impl ModelReport {
    /// What is asked of a model that learned from the set.
    pub fn targets(&self) -> Vec<Target> {
        let mut targets = Vec::new();
        if let (Some(own), Some(other)) = (self.perplexity, self.baselines) {
            targets.push(Target::most("perplexity against a unigram's", own, other.unigram));
            targets.push(Target::most("perplexity against a trigram's", own, other.trigram));
        }
        if self.samples > 0 {
            let blocked = self.replies.len() as f64;
            targets.push(Target::most("replies with a blocked word", blocked, 0.0));
        }
        targets
    }
}

impl fmt::Display for ModelReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  tokens               {}", self.tokens)?;
        if let (Some(own), Some(Baselines { unigram, trigram })) = (self.perplexity, self.baselines)
        {
            write!(f, "\n  perplexity           {own:.2}; of a unigram {unigram:.2}")?;
            write!(f, ", of an interpolated trigram {trigram:.2}")?;
        }
        for hit in &self.pieces {
            write!(f, "\n  in the vocabulary    {}: {:?}", hit.word, hit.text)?;
        }
        if self.samples > 0 {
            write!(f, "\n  replies drawn        {}", self.samples)?;
        }
        for hit in &self.replies {
            write!(f, "\n  in a reply           {}: {}", hit.word, hit.text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fingerprint;
    use crate::text::sets::index::Report;
    use crate::text::sets::{SetEntry, make_expansion, quality, shipped};

    /// The lines of the index that are computed, from this set as it is now.
    fn figures(set: &SetEntry, tokens: Option<usize>) -> [String; 3] {
        let q = quality(&make_expansion(set).unwrap()).unwrap();
        let [one, two, three] = q.distinct_n;
        let [user, bot] = q.length_variation;
        let top_line = q.top_line.map_or(0.0, |(_, share)| share);
        let tokens = tokens.map_or(String::new(), |tokens| format!("tokens: {tokens}, "));
        let fingerprint = fingerprint(set.transcript().unwrap().as_bytes());
        let most = format!("top_reply: {:.4}, top_line: {top_line:.4}", q.top_reply_share);
        let distinct = format!("distinct: ({one:.4}, {two:.4}, {three:.4})");
        let varied = format!("{distinct}, variation: ({user:.2}, {bot:.2})");
        let rest = format!("unseen: {:.4}, blocked: {}", q.unseen, q.blocked.len());
        [
            format!(
                "counts: (dialogues: {}, validation: {}, turns: {}, words: {}, distinct: {}),",
                q.dialogues, q.validation, q.turns, q.words, q.distinct_words
            ),
            format!("fingerprint: \"{fingerprint}\","),
            format!("report: ({tokens}near: {}, {most}, {varied}, {rest}),", q.near_copies),
        ]
    }

    /// Each line of the index with the set that it belongs to.
    fn index_lines() -> Vec<(Option<SetEntry>, String)> {
        let index = shipped().unwrap();
        let mut set = None;
        let text = include_str!("../../lessons/dialogues/index.ron").lines();
        let with_set = text.map(|line| {
            if let Some(id) = line.trim().strip_prefix("id: \"") {
                set = Some(index.find(id.trim_end_matches("\",")).unwrap().clone());
            }
            (set.clone(), line.to_string())
        });
        with_set.collect()
    }

    /// Whether this line of the index is computed, and which of the figures it is.
    fn which(line: &str) -> Option<usize> {
        let starts = ["counts: ", "fingerprint: ", "report: "];
        starts.iter().position(|start| line.trim().starts_with(start))
    }

    #[test]
    fn the_index_says_what_is_measured() {
        for set in shipped().unwrap().sets {
            let tokens = set.report.and_then(|report| report.tokens);
            let figures = figures(&set, tokens);
            for (_, line) in
                index_lines().iter().filter(|(of, _)| of.as_ref().is_some_and(|of| of.id == set.id))
            {
                let Some(which) = which(line) else { continue };
                assert_eq!(line.trim(), figures[which], "{}", set.id);
            }
            let Report { near, .. } = set.report.unwrap_or_else(|| panic!("{} has none", set.id));
            assert!(near == 0 || set.sentences.is_some(), "{}", set.id);
        }
    }

    #[test]
    #[ignore = "writes the computed lines of the index; run by hand after a change of a set"]
    fn write_the_index() {
        let mut text = String::new();
        for (set, line) in index_lines() {
            let line = match (&set, which(&line)) {
                (Some(set), Some(which)) => {
                    let made = make_expansion(set).unwrap();
                    let count = |vocabulary| tokens_when_learned(&made, vocabulary).unwrap();
                    let tokens = (which == 2).then(|| set.vocabulary.map(count)).flatten();
                    format!("            {}", figures(set, tokens)[which])
                }
                _ => line,
            };
            text += &(line + "\n");
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/dialogues/index.ron");
        std::fs::write(path, text).unwrap();
    }
}
