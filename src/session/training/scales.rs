//! What tuning gained and what it forgot: every test before and after, measured piece by piece, so
//! that whoever waits meanwhile never waits long.

use super::exercises::{Exercises, Reckoning, Tasks, Test};
use crate::nn::{Inference, Parameters};
use crate::session::reply_to;
use crate::tensor::Threads;
use crate::text::Tokenizer;
use crate::text::sets::Prompt;
use crate::train::Evaluation;

/// All tests of a tuning run at one step.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub step: u64,
    pub tests: Vec<Weighed>,
}

/// One test, before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    pub reckoning: Reckoning,
    /// The set that it is taken from.
    pub set: String,
    /// Tokens or questions.
    pub count: usize,
    /// Nats per token, or a share.
    pub before: f64,
    pub after: f64,
}

/// Tests under way, on one model.
pub(super) struct Weighing {
    /// What the tests that are done came to.
    done: Vec<f64>,
    loss: Option<Box<Evaluation>>,
    asked: usize,
    right: usize,
}

impl Weighing {
    pub fn new() -> Self {
        Self { done: Vec::new(), loss: None, asked: 0, right: 0 }
    }

    /// Does a piece; the results, one for each test, once all are there. The parameters must stay as
    /// they are until then.
    pub fn advance(
        &mut self,
        exercises: &Exercises,
        (parameters, tokenizer): (&Parameters<f32>, &Tokenizer),
        threads: &Threads,
    ) -> Option<Vec<f64>> {
        let Some(test) = exercises.tests.get(self.done.len()) else {
            return Some(std::mem::take(&mut self.done));
        };
        match test.tasks() {
            Tasks::Sequences(sequences) => {
                let begin = || Evaluation::new(threads, parameters, sequences.clone());
                let evaluation = self.loss.get_or_insert_with(|| Box::new(begin()));
                if let Some(loss) = evaluation.advance(threads, parameters) {
                    self.loss = None;
                    self.done.push(loss.mean);
                }
            }
            Tasks::Questions(questions) => {
                if let Some(question) = questions.get(self.asked) {
                    let mut inference = Inference::new(parameters, threads.clone());
                    self.right += usize::from(is_right(question, tokenizer, &mut inference));
                    self.asked += 1;
                }
                if self.asked >= questions.len() {
                    self.done.push(self.right as f64 / questions.len().max(1) as f64);
                    (self.asked, self.right) = (0, 0);
                }
            }
        }
        None
    }
}

/// Whether the model, which always takes the most probable token, replies as the rule wants.
fn is_right(question: &Prompt, tokenizer: &Tokenizer, inference: &mut Inference<f32>) -> bool {
    let reply = reply_to(&question.turns, tokenizer, inference);
    reply.is_ok_and(|reply| question.rule.accepts(&reply.text))
}

impl Report {
    pub(super) fn new(step: u64, tests: &[Test], before: &[f64], after: &[f64]) -> Self {
        let weighed = |(test, (before, after)): (&Test, (&f64, &f64))| Weighed {
            reckoning: test.reckoning,
            set: test.set.clone(),
            count: test.count(),
            before: *before,
            after: *after,
        };
        Self { step, tests: tests.iter().zip(before.iter().zip(after)).map(weighed).collect() }
    }
}
