//! A tuning run beside the model that it began with: what each token costs, what both reply to the
//! same prompt, which weights moved, what was gained and forgotten.

use super::exercises::{self, Exercises};
use super::scales::{Report, Weighing};
use crate::decode::{SampleSettings, Sampler, Stop, Strategy, log_softmax};
use crate::nn::batch::loss;
use crate::nn::{BatchWorkspace, Inference, Parameters, Sequence};
use crate::session::engine::Pace;
use crate::store::Model;
use crate::tensor::Threads;
use crate::text::Tokenizer;
use crate::text::template::Templated;
use crate::train::share_moved;
use crate::{Error, Result};
use std::sync::Arc;

/// What is known of a tuning run from its first moment.
#[derive(Debug, Clone)]
pub struct Tuned {
    /// Dialogues that it learns from: their tokens, and which of them count.
    pub dialogues: Vec<Templated>,
    /// How many numbers learn (those of the added matrices, with LoRA).
    pub learning: usize,
}

/// A tuning run at one step.
#[derive(Debug, Clone, PartialEq)]
pub struct TuneLook {
    /// Updates made before.
    pub step: u64,
    /// Of [`Tuned::dialogues`], the loss of each token in nats; 0 where it does not count.
    /// `[dialogue][token]`
    pub losses: Vec<Vec<f32>>,
    /// One for each prompt, the newest prompt first.
    pub pairs: Vec<Arc<Pair>>,
    pub moved: Moved,
}

/// What the model replies to a prompt before and after, always with its most probable token.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    pub prompt: Vec<u32>,
    pub before: Reply,
    pub after: Reply,
    /// The step of the reply after tuning.
    pub step: u64,
}

/// A reply, and the probability of each of its tokens before and after tuning.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reply {
    /// With the end token, if it came to an end.
    pub ids: Vec<u32>,
    pub chances: Vec<[f32; 2]>,
}

/// Parts of a block whose weights are told apart: q, k, v, output, into the MLP, and back.
pub const PARTS: usize = 6;

/// How far weights moved, against their size: |W − W₀| / |W₀|. 0 is what did not move at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    pub blocks: Vec<[f32; PARTS]>,
    pub tokens: f32,
    pub positions: f32,
    /// The share of all weights that are not what they were.
    pub share: f64,
}

/// Tokens of a reply at most, and prompts.
const REPLY: usize = 32;
const PROMPTS: usize = 6;

/// Looks at a tuning run.
pub(super) struct Tuner {
    base: Arc<Model>,
    exercises: Exercises,
    stops: Vec<u32>,
    pairs: Vec<Arc<Pair>>,
    /// The pair that is made anew next.
    next: usize,
    weighing: Option<Weighing>,
    before: Option<Vec<f64>>,
    /// The step that was weighed last.
    weighed: Option<u64>,
    pace: Pace,
}

impl Tuner {
    pub fn new(base: Arc<Model>, exercises: Exercises, roles: &[u32]) -> Self {
        let stops = roles.iter().copied().chain(base.end).collect();
        Self {
            base,
            exercises,
            stops,
            pairs: Vec::new(),
            next: 0,
            weighing: None,
            before: None,
            weighed: None,
            pace: Pace::of_learning(),
        }
    }

    pub fn shared_base(&self) -> Arc<Model> {
        self.base.clone()
    }

    pub fn base(&self) -> &Model {
        &self.base
    }

    pub fn dialogues(&self) -> &[Templated] {
        &self.exercises.dialogues
    }

    /// Looks at the model as it is now. Of the replies, `all` are asked for anew, or one.
    pub fn look(
        &mut self,
        step: u64,
        parameters: &Parameters<f32>,
        threads: &Threads,
        all: bool,
    ) -> TuneLook {
        let count = self.exercises.prompts.len();
        let anew =
            if all || self.pairs.len() < count { 0..count } else { self.next..self.next + 1 };
        for i in anew {
            let pair = Arc::new(self.pair(i, step, parameters, threads));
            if i < self.pairs.len() {
                self.pairs[i] = pair;
            } else {
                self.pairs.push(pair);
            }
        }
        self.next = (self.next + 1) % count.max(1);
        TuneLook {
            step,
            losses: self.losses(parameters, threads),
            pairs: self.pairs.clone(),
            moved: moved(parameters, &self.base.parameters),
        }
    }

    /// Asks for replies to this from now on too, first of all.
    ///
    /// # Errors
    /// If the tokenizer cannot read it, or it is too long.
    pub fn try_out(&mut self, text: &str) -> Result<()> {
        let context = self.base.parameters.config.context;
        let prompt = exercises::prompt(self.base.tokenizer()?, text.trim(), context)?;
        self.exercises.prompts.retain(|known| *known != prompt);
        self.exercises.prompts.insert(0, prompt);
        self.exercises.prompts.truncate(PROMPTS);
        (self.next, self.pairs) = (0, Vec::new());
        Ok(())
    }

    fn losses(&self, parameters: &Parameters<f32>, threads: &Threads) -> Vec<Vec<f32>> {
        let sequence = |templated: &Templated| {
            let Templated { ids, counts } = templated;
            let target = |(&id, &counts): (&u32, &bool)| counts.then_some(id);
            Sequence {
                tokens: ids[..ids.len().saturating_sub(1)].to_vec(),
                targets: ids.iter().zip(counts).skip(1).map(target).collect(),
                dropout_seed: 0,
            }
        };
        let batch: Vec<Sequence> = self.exercises.dialogues.iter().map(sequence).collect();
        let mut workspace = BatchWorkspace::new(&parameters.config);
        workspace.prepare(threads, parameters);
        loss(threads, &mut workspace, parameters, &batch);
        // No token stands before the first one, so none foresees it.
        let of = |i: usize| [0.0].into_iter().chain(workspace.token_losses(i).iter().copied());
        (0..batch.len()).map(|i| of(i).collect()).collect()
    }

    fn pair(&self, i: usize, step: u64, parameters: &Parameters<f32>, threads: &Threads) -> Pair {
        let prompt = self.exercises.prompts[i].clone();
        let both = [&self.base.parameters, parameters];
        let known = self.pairs.get(i).filter(|pair| pair.prompt == prompt);
        let before = known
            .map_or_else(|| self.reply(&prompt, both[0], threads), |pair| pair.before.ids.clone());
        let after = self.reply(&prompt, both[1], threads);
        let reply = |ids: Vec<u32>| {
            let [before, after] = both.map(|model| chances(&prompt, &ids, model, threads));
            let chances = before.into_iter().zip(after).map(|(b, a)| [b, a]).collect();
            Reply { ids, chances }
        };
        Pair { before: reply(before), after: reply(after), prompt, step }
    }

    fn reply(&self, prompt: &[u32], parameters: &Parameters<f32>, threads: &Threads) -> Vec<u32> {
        let mut inference = Inference::new(parameters, threads.clone());
        let room = parameters.config.context.saturating_sub(prompt.len());
        let settings = SampleSettings {
            strategy: Strategy::Greedy { repetition_penalty: None },
            stop: Stop { max_new_tokens: REPLY.min(room), end: self.base.end },
        };
        let Ok(mut sampler) = Sampler::new(settings, prompt, &inference) else { return Vec::new() };
        while sampler.finish().is_none() && sampler.step(&mut inference).is_ok() {
            if sampler.generated().last().is_some_and(|id| self.stops.contains(id)) {
                break;
            }
        }
        sampler.generated().to_vec()
    }

    /// Whether tests are under way, or should be: after every rest, and now and then.
    pub fn weighs(&mut self, step: u64, playing: bool) -> bool {
        if self.weighing.is_some() {
            return true;
        }
        let is_new = self.weighed != Some(step) && !self.exercises.tests.is_empty();
        let due = is_new && (!playing || self.pace.is_due());
        if due {
            self.pace.begin();
            self.weighing = Some(Weighing::new());
        }
        due
    }

    /// Does a piece of the tests; the report once all are done. The base is measured first.
    pub fn weigh(
        &mut self,
        step: u64,
        parameters: &Parameters<f32>,
        tokenizer: &Tokenizer,
        threads: &Threads,
    ) -> Option<Report> {
        let is_base = self.before.is_none();
        let model = if is_base { &self.base.parameters } else { parameters };
        let weighing = self.weighing.get_or_insert_with(Weighing::new);
        let results = weighing.advance(&self.exercises, (model, tokenizer), threads)?;
        if is_base {
            self.before = Some(results.clone());
            // Before its first step the model is the base.
            if step > 0 {
                self.weighing = Some(Weighing::new());
                return None;
            }
        }
        (self.weighing, self.weighed) = (None, Some(step));
        self.pace.end();
        let before = self.before.as_deref().unwrap_or_default();
        Some(Report::new(step, &self.exercises.tests, before, &results))
    }
}

/// The probability of each token of a reply, by a model that reads the prompt and the reply.
fn chances(
    prompt: &[u32],
    reply: &[u32],
    parameters: &Parameters<f32>,
    threads: &Threads,
) -> Vec<f32> {
    let mut inference = Inference::new(parameters, threads.clone());
    let mut logits = inference.start(prompt);
    let mut all = Vec::new();
    for (i, &token) in reply.iter().enumerate() {
        let Ok(row) = &logits else { break };
        all.push(log_softmax(row)[token as usize].exp() as f32);
        if i + 1 < reply.len() {
            logits = inference.extend(&[token]);
        }
    }
    all.resize(reply.len(), 0.0);
    all
}

/// How far each part moved.
fn moved(now: &Parameters<f32>, before: &Parameters<f32>) -> Moved {
    let share = share_moved(&now.values, &before.values);
    let (now, old) = (now.view(), before.view());
    let width = before.config.width;
    let third = |i: usize| (i * width..(i + 1) * width, 3 * width);
    let block = |(now, old): (&crate::nn::Block<&[f32]>, &crate::nn::Block<&[f32]>)| {
        let qkv = |i: usize| {
            let (columns, row) = third(i);
            let part = |all: &[f32]| -> Vec<f32> {
                all.chunks(row).flat_map(|row| row[columns.clone()].iter().copied()).collect()
            };
            relative(&part(now.qkv.weight), &part(old.qkv.weight))
        };
        [
            qkv(0),
            qkv(1),
            qkv(2),
            relative(now.output.weight, old.output.weight),
            relative(now.up.weight, old.up.weight),
            relative(now.down.weight, old.down.weight),
        ]
    };
    Moved {
        blocks: now.blocks.iter().zip(&old.blocks).map(block).collect(),
        tokens: relative(now.wte, old.wte),
        positions: relative(now.wpe, old.wpe),
        share,
    }
}

/// |a − b| / |b|
fn relative(a: &[f32], b: &[f32]) -> f32 {
    let square = |x: f32| f64::from(x) * f64::from(x);
    let change: f64 = a.iter().zip(b).map(|(a, b)| square(a - b)).sum();
    let size: f64 = b.iter().map(|b| square(*b)).sum();
    if change == 0.0 { 0.0 } else { (change / size.max(1e-30)).sqrt() as f32 }
}

/// Says why nothing can be tried out.
pub(super) fn nothing_to_try() -> Error {
    Error::failed("no model is being tuned; begin to tune one first")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::Config;

    #[test]
    fn what_moved_is_told_part_by_part_and_against_its_size() {
        let config = Config::gpt2(2, 2, 8, 4, 11);
        let before = Parameters::<f32>::random(&config, 1);
        let mut after = before.clone();
        {
            let mut view = after.view_mut();
            // The keys of block 2 become half as large again.
            for row in view.blocks[1].qkv.weight.chunks_mut(24) {
                row[8..16].iter_mut().for_each(|weight| *weight *= 1.5);
            }
            view.wte.iter_mut().for_each(|weight| *weight *= 0.9);
        }
        let moved = moved(&after, &before);
        assert_eq!(moved.blocks[0], [0.0; PARTS]);
        assert!((moved.blocks[1][1] - 0.5).abs() < 1e-5, "{moved:?}");
        assert_eq!(moved.blocks[1].iter().filter(|part| **part > 0.0).count(), 1);
        assert!((moved.tokens - 0.1).abs() < 1e-5 && moved.positions == 0.0);
        let keys_and_tokens = 8 * 8 + 11 * 8;
        let share = f64::from(keys_and_tokens) / before.values.len() as f64;
        assert!((moved.share - share).abs() < 1e-12, "{} and {share}", moved.share);
    }

    #[test]
    fn chances_are_those_of_the_whole_reading() {
        let parameters = Parameters::<f32>::random(&Config::gpt2(2, 2, 16, 16, 30), 4);
        let (threads, reply) = (Threads::serial(), [7, 8, 9]);
        let all = chances(&[1, 2, 3], &reply, &parameters, &threads);
        let mut inference = Inference::new(&parameters, threads);
        let logits = inference.start(&[1, 2, 3, 7, 8]).expect("fits");
        assert_eq!(all[2], log_softmax(&logits)[9].exp() as f32);
        assert!(all.iter().all(|chance| *chance > 0.0 && *chance < 1.0));
    }
}
