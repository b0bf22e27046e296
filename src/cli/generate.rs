//! `glassbox generate`: continue a prompt.

use super::output::{print, print_json, say};
use super::{ModelChoice, Sampling, encode_prompt};
use crate::decode::{
    BeamSettings, EarlyStopping, Finish, Hypothesis, MAX_BEAMS, SampleSettings, Stop, Strategy,
    beam_search, sample_all,
};
use crate::nn::Inference;
use crate::tensor::Threads;
use crate::text::template::END;
use crate::{Error, Result};
use clap::Args;
use serde::Serialize;
use std::time::Instant;

#[derive(Args)]
pub(super) struct Generate {
    #[command(flatten)]
    model: ModelChoice,
    /// The text to continue, taken as it is
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    prompt: String,
    /// How to choose the next token
    #[arg(long, value_enum, default_value_t = StrategyName::Greedy)]
    strategy: StrategyName,
    #[command(flatten)]
    sampling: Sampling,
    /// Hypotheses that live on after each step of a beam search
    #[arg(long, value_name = "N", default_value_t = 5, allow_negative_numbers = true)]
    beams: usize,
    /// The exponent of the length that a beam's score is divided by
    #[arg(long, value_name = "X", default_value_t = 1.0, allow_negative_numbers = true)]
    length_penalty: f64,
    /// When a beam search with enough finished hypotheses ends
    #[arg(long, value_enum, default_value_t = Early::False)]
    early_stopping: Early,
    /// Texts to return
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true)]
    returns: usize,
    /// The most tokens to add
    #[arg(long, value_name = "N", default_value_t = 64, allow_negative_numbers = true)]
    max_new_tokens: usize,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum StrategyName {
    Greedy,
    Sample,
    Beam,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Early {
    /// When better ones have become unlikely
    False,
    /// At once
    True,
    /// When better ones have become impossible
    Never,
}

#[derive(Serialize)]
struct Output {
    prompt_ids: Vec<u32>,
    sequences: Vec<Sequence>,
    tokens_per_second: f64,
}

#[derive(Serialize)]
struct Sequence {
    ids: Vec<u32>,
    text: String,
    logprob: f64,
    score: f64,
}

impl Generate {
    pub fn run(self, threads: Threads) -> Result<()> {
        let model = self.model.open()?;
        let tokenizer = model.tokenizer()?;
        let prompt_ids = encode_prompt(&model, &self.prompt)?;
        let mut inference = Inference::new(&model.parameters, threads);
        let began = Instant::now();
        let hypotheses = self.hypotheses(&prompt_ids, model.end, &mut inference)?;
        let seconds = began.elapsed().as_secs_f64();
        if hypotheses.iter().any(|hypothesis| hypothesis.finish == Finish::ContextFull) {
            say(&format!(
                "glassbox: the model's context of {} tokens is full; the text stops there",
                model.parameters.config.context
            ));
        }
        let tokens: usize = hypotheses.iter().map(|hypothesis| hypothesis.ids.len()).sum();
        let sequence = |Hypothesis { ids, logprob, score, .. }| {
            Ok(Sequence { text: tokenizer.decode(&ids)?, ids, logprob, score })
        };
        let sequences = hypotheses.into_iter().map(sequence).collect::<Result<Vec<_>>>()?;
        let tokens_per_second = tokens as f64 / seconds.max(1e-9);
        if self.json {
            print_json(&Output { prompt_ids, sequences, tokens_per_second });
        } else {
            for sequence in &sequences {
                let text = sequence.text.strip_suffix(END).unwrap_or(&sequence.text);
                print(&format!("{}{text}", self.prompt));
            }
        }
        Ok(())
    }

    fn hypotheses(
        &self,
        prompt: &[u32],
        end: Option<u32>,
        model: &mut Inference<'_, f32>,
    ) -> Result<Vec<Hypothesis>> {
        let stop = Stop { max_new_tokens: self.max_new_tokens, end };
        let filters = self.sampling.filters();
        filters.validate()?;
        // Each text is a sequence that the model holds whole.
        if self.returns == 0 || self.returns > MAX_BEAMS {
            return Err(Error::usage(format!(
                "--returns must be between 1 and {MAX_BEAMS} (not {})",
                self.returns
            )));
        }
        let strategy = match self.strategy {
            StrategyName::Beam => {
                let settings = BeamSettings {
                    beams: self.beams,
                    length_penalty: self.length_penalty,
                    early_stopping: match self.early_stopping {
                        Early::False => EarlyStopping::WhenUnlikely,
                        Early::True => EarlyStopping::WhenFull,
                        Early::Never => EarlyStopping::Never,
                    },
                    returns: self.returns,
                    repetition_penalty: filters.repetition_penalty,
                    stop,
                };
                settings.validate()?;
                return Ok(beam_search(settings, prompt, model)?.hypotheses());
            }
            StrategyName::Greedy => {
                Strategy::Greedy { repetition_penalty: filters.repetition_penalty }
            }
            StrategyName::Sample => Strategy::Sample { filters, seed: self.sampling.seed },
        };
        let samplers = sample_all(SampleSettings { strategy, stop }, self.returns, prompt, model)?;
        Ok(samplers.iter().filter_map(|sampler| sampler.hypothesis()).collect())
    }
}
