//! Runs that were written down: what a lesson shows where training would take longer than a class has.

use super::chat::reply_to;
use crate::nn::{Inference, Parameters};
use crate::tensor::Threads;
use crate::text::Tokenizer;
use crate::text::sets::{Answers, Prompt};
use crate::train::{StepReport, Trainer};
use crate::{Error, Result};
use ron::extensions::Extensions;
use serde::{Deserialize, Serialize};

/// The recordings inside the program, by the names that lessons give them.
const SHIPPED: [(&str, &str); 2] = [
    ("minute", include_str!("../../lessons/runs/minute.ron")),
    ("minute-zh", include_str!("../../lessons/runs/minute-zh.ron")),
];

/// A run: its curves, and what the model could do on the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// The number of this schema: 1.
    pub format: u32,
    /// The preset that it followed, and the sets that it read.
    pub preset: String,
    pub data: Vec<String>,
    pub seed: u64,
    /// How many numbers learned, and how many tokens the vocabulary has.
    pub parameters: usize,
    pub vocabulary: usize,
    pub steps: u64,
    pub tokens_a_step: u64,
    /// What was said to it each time.
    pub asked: String,
    /// The training loss in nats by steps taken, each the mean since the one before.
    pub training: Vec<(u64, f64)>,
    pub validation: Vec<(u64, f64)>,
    /// Of each set of questions the share of right answers.
    pub answers: Vec<(String, Vec<(u64, f64)>)>,
    pub replies: Vec<(u64, String)>,
}

impl Recording {
    /// The names of the recordings inside the program.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// One of the recordings inside the program.
    pub fn shipped(name: &str) -> Option<Result<Self>> {
        let (name, text) = SHIPPED.iter().find(|(known, _)| *known == name)?;
        Some(Self::parse(text, &format!("lessons/runs/{name}.ron")))
    }

    /// Reads a recording; errors name `source` and the place.
    ///
    /// # Errors
    /// If it is not a recording of this format.
    pub fn parse(text: &str, source: &str) -> Result<Self> {
        let recording: Self = ron::Options::default()
            .with_default_extension(Extensions::IMPLICIT_SOME)
            .from_str(text)
            .map_err(|error| Error::failed(format!("{source}:{error}")))?;
        if recording.format != 1 {
            return Err(Error::failed(format!("{source}: format is not 1")));
        }
        Ok(recording)
    }

    /// As a file holds it.
    ///
    /// # Errors
    /// Never; the writer of RON has the type of one that could.
    pub fn to_ron(&self) -> Result<String> {
        let pretty = ron::ser::PrettyConfig::new().depth_limit(2);
        let text = ron::ser::to_string_pretty(self, pretty);
        text.map(|text| text + "\n").map_err(|error| Error::failed(error.to_string()))
    }

    /// The lowest validation loss, and the step at which it stood.
    pub fn best(&self) -> Option<(u64, f64)> {
        self.validation.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// The share of right answers to a set's questions by steps taken.
    pub fn share(&self, set: &str) -> Option<&[(u64, f64)]> {
        self.answers.iter().find(|(name, _)| name == set).map(|(_, shares)| shares.as_slice())
    }
}

/// Writes a run down while it goes.
pub struct Recorder {
    recording: Recording,
    exams: Vec<Vec<Prompt>>,
    every: u64,
    tokenizer: Tokenizer,
    threads: Threads,
    /// The training losses since the last point.
    losses: Vec<f64>,
}

/// So many points has a curve at most, and one for its end.
const POINTS: u64 = 80;

impl Recorder {
    /// Of a run that is about to begin; each of the named `exams` is asked every so many steps.
    pub fn new(
        (name, data): (&str, &[String]),
        (trainer, tokenizer): (&Trainer, Tokenizer),
        exams: Vec<(String, Answers)>,
        (every, asked): (u64, String),
        threads: Threads,
    ) -> Self {
        let plan = trainer.plan();
        let (learning, context) = (&plan.learning, trainer.config().context);
        let (names, exams): (Vec<_>, Vec<_>) =
            exams.into_iter().map(|(name, exam)| ((name, Vec::new()), exam.prompts)).unzip();
        let recording = Recording {
            format: 1,
            preset: name.into(),
            data: data.to_vec(),
            seed: plan.seed,
            parameters: trainer.config().parameter_count(),
            vocabulary: trainer.config().vocabulary,
            steps: learning.steps,
            tokens_a_step: (learning.batch * learning.accumulation * context) as u64,
            asked,
            training: Vec::new(),
            validation: Vec::new(),
            answers: names,
            replies: Vec::new(),
        };
        Self { recording, exams, every: every.max(1), tokenizer, threads, losses: Vec::new() }
    }

    /// Takes down what a step brought.
    ///
    /// # Errors
    /// If a question is longer than the context.
    pub fn after(&mut self, report: &StepReport, parameters: &Parameters<f32>) -> Result<()> {
        let taken = report.step + 1;
        self.losses.push(report.train_loss);
        let end = taken == self.recording.steps;
        if end || taken.is_multiple_of(self.recording.steps.div_ceil(POINTS)) {
            let mean = self.losses.iter().sum::<f64>() / self.losses.len() as f64;
            self.recording.training.push((taken, rounded(mean)));
            self.losses.clear();
        }
        self.recording.validation.extend(report.val_loss.map(|loss| (taken, rounded(loss))));
        if end || taken == 1 || taken.is_multiple_of(self.every) {
            self.ask(taken, parameters)?;
        }
        Ok(())
    }

    fn ask(&mut self, taken: u64, parameters: &Parameters<f32>) -> Result<()> {
        let mut model = Inference::new(parameters, self.threads.clone());
        for (questions, (_, shares)) in self.exams.iter().zip(&mut self.recording.answers) {
            let mut right = 0;
            for question in questions {
                let reply = reply_to(&question.turns, &self.tokenizer, &mut model)?;
                right += usize::from(question.rule.accepts(&reply.text));
            }
            shares.push((taken, rounded(right as f64 / questions.len().max(1) as f64)));
        }
        let asked = [self.recording.asked.clone()];
        let reply = reply_to(&asked, &self.tokenizer, &mut model)?;
        self.recording.replies.push((taken, reply.text));
        Ok(())
    }

    /// What was taken down.
    pub fn finish(self) -> Recording {
        self.recording
    }
}

/// To four places: more would only make the file longer.
fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_whole() {
        for name in Recording::names() {
            let run = Recording::shipped(name).expect("it ships").expect("it can be read");
            assert_eq!(run.training.last().map(|point| point.0), Some(run.steps), "{name}");
            assert!(run.best().is_some() && !run.replies.is_empty(), "{name}");
            assert!(run.steps > 1000 && !run.answers.is_empty(), "{name}");
            for (set, shares) in &run.answers {
                assert!(shares.iter().all(|(_, share)| (0.0..=1.0).contains(share)), "{set}");
                assert!(shares.windows(2).all(|pair| pair[0].0 < pair[1].0), "{set}");
            }
            assert_eq!(Recording::parse(&run.to_ron().unwrap(), name).unwrap(), run, "{name}");
        }
    }
}
