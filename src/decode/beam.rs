//! Beam search: several sequences at once, of which the most probable survive each step.
//!
//! A step extends every live hypothesis by every token, keeps the `beams` most probable of all
//! these, and sets aside those that end. It is the beam search of transformers (`num_beams`,
//! `length_penalty`, `early_stopping`), whose sequences and scores it reproduces.

mod record;
mod settings;

pub use record::{BeamEnd, BeamNode, BeamStep, Fate};
pub use settings::{BeamSettings, EarlyStopping, MAX_BEAMS};

use super::filters::distinct;
use super::logits::{self, log_softmax};
use super::rank::Best;
use super::stop::Finish;
use super::{Hypothesis, NextLogits};
use crate::Result;

/// A beam search in the making, with the record of every hypothesis it considered.
#[derive(Debug, Clone)]
pub struct BeamSearch {
    settings: BeamSettings,
    prompt: Vec<u32>,
    room: usize,
    nodes: Vec<BeamNode>,
    steps: Vec<BeamStep>,
    /// The nodes that live on, best first.
    live: Vec<usize>,
    /// The finished nodes, best first; never more than there are beams.
    finished: Vec<usize>,
    end: Option<BeamEnd>,
    /// Whether the model's rows are the live nodes without their newest tokens.
    model_follows: bool,
}

/// A continuation of a live hypothesis by one token.
struct Continuation {
    /// Which live hypothesis.
    row: usize,
    token: u32,
    /// The token's log-probability under the unfiltered model.
    logprob: f64,
}

/// The node of the prompt, from which all others grow.
const ROOT: usize = 0;

impl BeamSearch {
    /// Prepares to continue `prompt`; the model is not run yet.
    ///
    /// # Errors
    /// Wrong usage if a setting is outside its range; an empty prompt, or one that does not fit
    /// the model.
    pub fn new(settings: BeamSettings, prompt: &[u32], model: &dyn NextLogits) -> Result<Self> {
        settings.validate()?;
        let room = settings.stop.room(prompt, model)?;
        Ok(Self {
            settings,
            prompt: prompt.to_vec(),
            room,
            nodes: vec![BeamNode::root(prompt)],
            steps: Vec::new(),
            live: vec![ROOT],
            finished: Vec::new(),
            end: (room == 0).then_some(BeamEnd::ContextFull),
            model_follows: false,
        })
    }

    /// Grows every live hypothesis by one token; returns why the search ended, if it has.
    ///
    /// The model must not have been used for another sequence since the last step, unless
    /// [`BeamSearch::reload`] was called.
    ///
    /// # Errors
    /// The model's own; logits that are not numbers. The search stays as it was.
    pub fn step(&mut self, model: &mut dyn NextLogits) -> Result<Option<BeamEnd>> {
        if self.end.is_some() {
            return Ok(self.end);
        }
        let logits = self.next_logits(model)?;
        logits::check(&logits, self.live.len(), model.vocabulary())?;
        let continuations = self.best_continuations(&logits, model.vocabulary());
        self.settle(continuations);
        self.model_follows = true;
        Ok(self.end)
    }

    /// The logits after the live hypotheses, `[live, vocabulary]`.
    fn next_logits(&mut self, model: &mut dyn NextLogits) -> Result<Vec<f32>> {
        // Should the model fail half-way, the next step begins it anew.
        let follows = std::mem::replace(&mut self.model_follows, false);
        let (mut logits, news) = match self.steps.split_last() {
            Some((newest, _)) if follows => (Vec::new(), std::slice::from_ref(newest)),
            _ => (model.start(&self.prompt)?, self.steps.as_slice()),
        };
        for step in news {
            let rows: Vec<usize> = step.live.iter().filter_map(|&n| self.row(step, n)).collect();
            let tokens: Vec<u32> = step.live.iter().map(|&n| self.nodes[n].token).collect();
            logits = model.advance(&rows, &tokens)?;
        }
        Ok(logits)
    }

    /// Which of the hypotheses before `step` the node `live` continues.
    fn row(&self, step: &BeamStep, live: usize) -> Option<usize> {
        step.parents.iter().position(|&parent| self.nodes[live].parent == Some(parent))
    }

    /// Has the next step begin the model anew and repeat the recorded steps there, because the
    /// model has been used for something else meanwhile.
    pub fn reload(&mut self) {
        self.model_follows = false;
    }

    /// Steps until the search ends.
    ///
    /// # Errors
    /// As [`BeamSearch::step`].
    pub fn run(&mut self, model: &mut dyn NextLogits) -> Result<BeamEnd> {
        loop {
            if let Some(end) = self.step(model)? {
                return Ok(end);
            }
        }
    }

    /// The continuations of greatest sum, twice as many as beams: each beam has one continuation
    /// at most that ends, so that enough remain to live on.
    fn best_continuations(&self, logits: &[f32], vocabulary: usize) -> Vec<(f64, Continuation)> {
        let mut best = Best::new(2 * self.settings.beams);
        for (row, logits) in logits.chunks_exact(vocabulary).enumerate() {
            let node = self.live[row];
            let logprobs = log_softmax(logits);
            let searched = self.penalised(node, logits, &logprobs);
            let searched = searched.as_ref().unwrap_or(&logprobs);
            for (token, &logprob) in searched.iter().enumerate() {
                let continuation =
                    Continuation { row, token: token as u32, logprob: logprobs[token] };
                best.offer(self.nodes[node].sum + logprob, continuation);
            }
        }
        best.into_sorted()
    }

    /// The log-probabilities after `node` with the repetition penalty, if there is one.
    ///
    /// As in transformers, beam search penalises log-probabilities and greedy search, which is
    /// what a single beam is, logits.
    fn penalised(&self, node: usize, logits: &[f32], logprobs: &[f64]) -> Option<Vec<f64>> {
        let penalty = self.settings.repetition_penalty?;
        let seen = [self.prompt.as_slice(), &self.ids(node)].concat();
        if self.settings.beams == 1 {
            let mut logits = logits.to_vec();
            super::filters::repetition_penalty(&mut logits, &seen, penalty);
            return Some(log_softmax(&logits));
        }
        let mut penalised = logprobs.to_vec();
        // A log-probability is never positive: the penalty multiplies.
        for id in distinct(&seen) {
            penalised[id as usize] *= f64::from(penalty);
        }
        Some(penalised)
    }

    /// Decides the fate of each continuation, best first, and records the step.
    fn settle(&mut self, continuations: Vec<(f64, Continuation)>) {
        let parents = std::mem::take(&mut self.live);
        let first = self.nodes.len();
        for (rank, (sum, continuation)) in continuations.into_iter().enumerate() {
            let node = self.node(parents[continuation.row], sum, &continuation, rank);
            if node.fate == Fate::Kept {
                self.live.push(self.nodes.len());
            }
            self.nodes.push(node);
        }
        self.merge_finished(first);
        self.end = self.why_end();
        self.steps.push(BeamStep {
            parents,
            nodes: first..self.nodes.len(),
            live: self.live.clone(),
            finished: self.finished.clone(),
        });
    }

    fn node(&self, parent: usize, sum: f64, new: &Continuation, rank: usize) -> BeamNode {
        let depth = self.steps.len() + 1;
        let finish = self.settings.stop.finish(Some(new.token), depth, self.room);
        let fate = match finish {
            // Only what ranks among the beams may finish; the others are the reserve.
            Some(_) if rank < self.settings.beams => Fate::Finished,
            Some(Finish::EndToken) => Fate::Outranked,
            Some(_) => Fate::Pruned,
            None if self.live.len() < self.settings.beams => Fate::Kept,
            None => Fate::Pruned,
        };
        BeamNode {
            token: new.token,
            parent: Some(parent),
            depth,
            step_logprob: new.logprob,
            logprob: self.nodes[parent].logprob + new.logprob,
            sum,
            score: sum / (depth as f64).powf(self.settings.length_penalty),
            finish,
            fate,
        }
    }

    /// Joins the nodes that finished in this step, `first` on, with those that did before, and
    /// keeps the best.
    fn merge_finished(&mut self, first: usize) {
        let new = (first..self.nodes.len()).filter(|&n| self.nodes[n].fate == Fate::Finished);
        let mut pool: Vec<usize> = self.finished.iter().copied().chain(new).collect();
        pool.sort_by(|&a, &b| self.nodes[b].score.total_cmp(&self.nodes[a].score));
        for outranked in pool.split_off(pool.len().min(self.settings.beams)) {
            // What finished in an earlier step keeps the fate that it had then.
            if outranked >= first {
                self.nodes[outranked].fate = Fate::Outranked;
            }
        }
        self.finished = pool;
    }

    fn why_end(&self) -> Option<BeamEnd> {
        let depth = self.steps.len() + 1;
        if depth == self.room {
            let asked_for = self.room == self.settings.stop.max_new_tokens;
            return Some(if asked_for { BeamEnd::Length } else { BeamEnd::ContextFull });
        }
        let Some(&best) = self.live.first() else { return Some(BeamEnd::NothingLeft) };
        let worst = match self.finished.last() {
            Some(&worst) if self.finished.len() == self.settings.beams => worst,
            _ => return None,
        };
        if self.settings.early_stopping() == EarlyStopping::WhenFull {
            return Some(BeamEnd::Full);
        }
        let hopeless = self.best_hope(best, depth) <= self.nodes[worst].score;
        hopeless.then_some(BeamEnd::NoImprovement)
    }

    /// The score that transformers takes for the best that node `live` can still reach: as if its
    /// sum stayed and its length were the present one, or, with [`EarlyStopping::Never`] and a
    /// penalty that favours length, the greatest one.
    fn best_hope(&self, live: usize, depth: usize) -> f64 {
        let longest = self.settings.early_stopping() == EarlyStopping::Never
            && self.settings.length_penalty > 0.0;
        let length = if longest { self.room } else { depth };
        self.nodes[live].sum / (length as f64).powf(self.settings.length_penalty)
    }

    /// One record for each step.
    pub fn steps(&self) -> &[BeamStep] {
        &self.steps
    }

    /// Every hypothesis that was considered: the tree, by index. The first is the prompt.
    pub fn nodes(&self) -> &[BeamNode] {
        &self.nodes
    }

    /// Why the search ended, once it has.
    pub fn end(&self) -> Option<BeamEnd> {
        self.end
    }

    /// The nodes from the first new token to `node`, both included; empty for the prompt.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn path(&self, node: usize) -> Vec<usize> {
        let parent = |&n: &usize| self.nodes[n].parent;
        let mut path: Vec<usize> = std::iter::successors(Some(node), parent).collect();
        path.pop();
        path.reverse();
        path
    }

    /// The new tokens of `node`'s hypothesis.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn ids(&self, node: usize) -> Vec<u32> {
        self.path(node).into_iter().map(|n| self.nodes[n].token).collect()
    }

    /// The nodes of [`BeamSearch::hypotheses`]: chosen, best first; the last of `path` each.
    pub fn chosen(&self) -> &[usize] {
        &self.finished[..self.finished.len().min(self.settings.returns)]
    }

    /// The best finished hypotheses so far, best first, `returns` at most; fewer only before the
    /// end, or if there are no more sequences. A prompt that fills the context gives one empty
    /// hypothesis.
    pub fn hypotheses(&self) -> Vec<Hypothesis> {
        if self.room == 0 {
            let finish = Finish::ContextFull;
            return vec![Hypothesis { ids: Vec::new(), logprob: 0.0, score: 0.0, finish }];
        }
        let hypothesis = |&n: &usize| {
            let node = &self.nodes[n];
            let (logprob, score, finish) = (node.logprob, node.score, node.finish?);
            Some(Hypothesis { ids: self.ids(n), logprob, score, finish })
        };
        self.chosen().iter().filter_map(hypothesis).collect()
    }
}

/// Runs a whole beam search.
///
/// # Errors
/// As [`BeamSearch::new`] and [`BeamSearch::step`].
pub fn beam_search(
    settings: BeamSettings,
    prompt: &[u32],
    model: &mut dyn NextLogits,
) -> Result<BeamSearch> {
    let mut search = BeamSearch::new(settings, prompt, model)?;
    search.run(model)?;
    Ok(search)
}

#[cfg(test)]
mod tests;
