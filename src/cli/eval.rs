//! `glassbox eval`: loss and perplexity.

use super::output::{print, print_json, say_problems};
use super::{DataChoice, ModelChoice};
use crate::session::{Reading, read_data};
use crate::tensor::Threads;
use crate::train::{Corpus, Counted, document_sequences, evaluate, text_sequences};
use crate::{Error, Result};
use clap::Args;
use serde::Serialize;

#[derive(Args)]
pub(super) struct Eval {
    #[command(flatten)]
    model: ModelChoice,
    #[command(flatten)]
    data: DataChoice,
    /// Which tokens of dialogues count
    #[arg(long, value_enum, default_value_t = Count::Replies)]
    count: Count,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Count {
    Replies,
    All,
}

#[derive(Serialize)]
struct Measured {
    /// Mean nats per counted token.
    loss: f64,
    perplexity: f64,
    tokens: usize,
}

impl Eval {
    pub fn run(self, threads: &Threads) -> Result<()> {
        if self.data.data.is_empty() {
            return Err(Error::usage(
                "--data names no file; give a text or dialogues to measure on",
            ));
        }
        let model = self.model.open()?;
        let tokenizer = model.tokenizer()?;
        let reading = Reading { read_as: self.data.read_as(), turns_as_lines: false, cleaned: false, keep_back: None };
        let data = read_data(&self.data.data, reading)?;
        say_problems(&data.problems);
        let context = model.parameters.config.context;
        let counted = match self.count {
            Count::Replies => Counted::Replies,
            Count::All => Counted::All,
        };
        let sequences = match &data.split.training {
            Corpus::Text(text) => text_sequences(&tokenizer.encode(text)?, context),
            Corpus::Documents(documents) => {
                document_sequences(documents, tokenizer, context, counted)?
            }
        };
        let loss = evaluate(threads, &model.parameters, &sequences);
        if loss.tokens == 0 {
            return Err(Error::failed(format!(
                "{}: there is no token to predict; give at least two tokens",
                self.data.data.join(", ")
            )));
        }
        if !loss.mean.exp().is_finite() {
            return Err(Error::failed(format!(
                "{}: its loss on this data is {}, beyond all measure; train it again with a smaller learning rate",
                self.model.model.display(),
                loss.mean
            )));
        }
        let measured =
            Measured { loss: loss.mean, perplexity: loss.mean.exp(), tokens: loss.tokens };
        if self.json {
            print_json(&measured);
        } else {
            let Measured { loss, perplexity, tokens } = measured;
            print(&format!(
                "loss {loss:.4} nats per token, perplexity {perplexity:.3}, {tokens} tokens"
            ));
        }
        Ok(())
    }
}
