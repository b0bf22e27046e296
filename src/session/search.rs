//! Beam search beside greedy search and sampled texts, all on one prompt, and their record.

use super::Session;
use super::engine::{Command, Ended, Event, Opened, SearchStep, Searching};
use super::lesson::typed;
use crate::decode::{
    BeamEnd, BeamNode, BeamSettings, BeamStep, Drawn, EarlyStopping, Filters, Finish, Line, Stop,
    Strategy,
};
use crate::{Error, Result};
use std::sync::Arc;
use std::time::Duration;

/// What is to be searched, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What the user says, or a text to continue as it is.
    pub text: String,
    pub as_chat: bool,
    pub beams: usize,
    pub length_penalty: f64,
    pub early_stopping: EarlyStopping,
    /// How many hypotheses are returned; no more than beams.
    pub returns: usize,
    /// The most new tokens.
    pub steps: usize,
    /// How many texts are sampled beside it.
    pub runs: usize,
    pub temperature: f32,
    pub seed: u64,
    /// Whether the model's end token ends a text.
    pub ends: bool,
}

/// The most that a plan may ask for.
pub const MOST_BEAMS: usize = 16;
pub const MOST_STEPS: usize = 128;
pub const MOST_RUNS: usize = 64;

impl Default for Plan {
    fn default() -> Self {
        Self {
            text: String::new(),
            as_chat: true,
            beams: 3,
            length_penalty: 1.0,
            early_stopping: EarlyStopping::default(),
            returns: 3,
            steps: 24,
            runs: 8,
            temperature: 1.0,
            seed: 7,
            ends: true,
        }
    }
}

impl Plan {
    fn beam(&self, end: Option<u32>) -> BeamSettings {
        BeamSettings {
            beams: self.beams,
            length_penalty: self.length_penalty,
            early_stopping: self.early_stopping,
            returns: self.returns.min(self.beams),
            repetition_penalty: None,
            stop: Stop { max_new_tokens: self.steps, end: end.filter(|_| self.ends) },
        }
    }

    /// The greedy text first, then the sampled ones.
    fn lines(&self) -> Vec<Line> {
        let greedy = Strategy::Greedy { repetition_penalty: None };
        let filters = Filters { temperature: Some(self.temperature), ..Filters::default() };
        let sampled = Strategy::Sample { filters, seed: self.seed };
        let runs = (0..self.runs as u64).map(|stream| Line { strategy: sampled, stream });
        std::iter::once(Line { strategy: greedy, stream: 0 }).chain(runs).collect()
    }
}

/// A text that was written beside the search.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Strand {
    /// Its tokens with their log-probabilities (nats).
    pub tokens: Vec<(u32, f64)>,
    /// Why it ended, once it has.
    pub finish: Option<Finish>,
}

impl Strand {
    /// The sum of its log-probabilities.
    pub fn logprob(&self) -> f64 {
        self.tokens.iter().map(|(_, logprob)| logprob).sum()
    }

    /// Its tokens alone.
    pub fn ids(&self) -> Vec<u32> {
        self.tokens.iter().map(|&(token, _)| token).collect()
    }
}

/// The record of a search; it only grows.
#[derive(Debug)]
pub struct Search {
    /// By which it is known.
    pub id: u64,
    /// The model that searched.
    pub model: Arc<Opened>,
    pub plan: Plan,
    /// What the model had read before.
    pub prompt: Vec<u32>,
    /// How many tokens at the end of `prompt` were found by an earlier search, from which this one
    /// goes on.
    pub after: usize,
    nodes: Vec<BeamNode>,
    steps: Vec<BeamStep>,
    end: Option<BeamEnd>,
    strands: Vec<Strand>,
    ended: Option<Ended>,
    took: Duration,
}

impl Search {
    /// Every hypothesis that beam search considered; the first is the prompt.
    pub fn nodes(&self) -> &[BeamNode] {
        &self.nodes
    }

    /// The steps of beam search.
    pub fn steps(&self) -> &[BeamStep] {
        &self.steps
    }

    /// Why beam search ended, once it has.
    pub fn end(&self) -> Option<BeamEnd> {
        self.end
    }

    /// Why everything ended, once it has.
    pub fn ended(&self) -> Option<&Ended> {
        self.ended.as_ref()
    }

    /// How long all of it took.
    pub fn took(&self) -> Duration {
        self.took
    }

    /// The greedy text.
    pub fn greedy(&self) -> &Strand {
        &self.strands[0]
    }

    /// The sampled texts.
    pub fn samples(&self) -> &[Strand] {
        &self.strands[1..]
    }

    /// The nodes from the first new token to `node`, both included; empty for the prompt.
    pub fn path(&self, node: usize) -> Vec<usize> {
        let parent = |&at: &usize| self.nodes[at].parent;
        let known = (node < self.nodes.len()).then_some(node);
        let mut path: Vec<usize> = std::iter::successors(known, parent).collect();
        path.pop();
        path.reverse();
        path
    }

    /// The new tokens of a node's hypothesis.
    pub fn ids(&self, node: usize) -> Vec<u32> {
        self.path(node).into_iter().map(|at| self.nodes[at].token).collect()
    }

    /// A node's hypothesis with the log-probability of each token.
    pub fn strand(&self, node: usize) -> Strand {
        let token = |at: usize| (self.nodes[at].token, self.nodes[at].step_logprob);
        let finish = self.nodes.get(node).and_then(|node| node.finish);
        Strand { tokens: self.path(node).into_iter().map(token).collect(), finish }
    }

    /// The hypotheses that the search returns, best first: those finished after `steps` steps.
    pub fn chosen(&self, steps: usize) -> &[usize] {
        let finished = steps.checked_sub(1).and_then(|last| self.steps.get(last));
        let finished = finished.map_or(&[][..], |step| &step.finished);
        &finished[..finished.len().min(self.plan.returns)]
    }

    /// The best hypothesis after `steps` steps: of the finished ones once the search is over, of
    /// the living ones before.
    pub fn best(&self, steps: usize) -> Option<usize> {
        let step = self.steps.get(steps.checked_sub(1)?)?;
        let over = self.end.is_some() && steps >= self.steps.len();
        let live = step.live.first().filter(|_| !over);
        live.or(step.finished.first()).copied()
    }

    /// Takes in what a step added.
    fn grow(&mut self, step: SearchStep) {
        if let Some((step, nodes)) = step.beam {
            self.nodes.extend(nodes);
            self.steps.push(step);
        }
        self.end = step.end.or(self.end);
        for Drawn { line, token, logprob, finish } in step.drawn {
            if let Some(strand) = self.strands.get_mut(line) {
                strand.tokens.push((token, logprob));
                strand.finish = finish;
            }
        }
    }
}

/// The searches that can be looked at.
#[derive(Debug, Default)]
pub(super) struct Desk {
    shown: Option<Search>,
    /// The searches that the one shown was expanded from, the first one first.
    before: Vec<Search>,
    running: bool,
    count: u64,
}

impl Desk {
    /// Takes in an event if it is about a search; gives back what is not, and a sentence to show.
    pub fn take(&mut self, event: Event) -> (Option<Event>, Option<String>) {
        let shown = self.shown.as_mut();
        match event {
            Event::Searched { id, step } => {
                if let Some(search) = shown.filter(|search| search.id == id) {
                    search.grow(step);
                }
                (None, None)
            }
            Event::Ended { id, why, took } if id >= FIRST_ID => {
                let Some(search) = shown.filter(|search| search.id == id) else {
                    return (None, None);
                };
                let problem = if let Ended::Failed(why) = &why { Some(why.clone()) } else { None };
                (search.ended, search.took) = (Some(why), took);
                self.running = false;
                (None, problem)
            }
            other => (Some(other), None),
        }
    }

    /// Another model is open: what the last one found is no longer to be gone on from.
    pub fn clear(&mut self) {
        (self.shown, self.running) = (None, false);
        self.before.clear();
    }
}

/// Searches are numbered from here, so that no text that is written has the number of one.
const FIRST_ID: u64 = 1 << 32;

impl Session {
    /// Searches anew. What is running is given up.
    pub fn search(&mut self, plan: Plan) {
        let begun = self.prompt_of(&plan).and_then(|prompt| self.begin_search(plan, prompt, 0));
        match begun {
            Ok(()) => self.desk.before.clear(),
            Err(error) => self.problems.push(error.to_string()),
        }
    }

    /// Searches on from a node of the search that is shown, as if its tokens were the prompt's.
    pub fn search_from(&mut self, node: usize) {
        let Some(search) = &self.desk.shown else { return };
        let ids = search.ids(node);
        let after = search.after + ids.len();
        let prompt = [search.prompt.as_slice(), &ids].concat();
        if ids.is_empty() || search.nodes[node].finish == Some(Finish::EndToken) {
            return;
        }
        let plan = search.plan.clone();
        self.stop_search();
        let before = self.desk.shown.take();
        match self.begin_search(plan, prompt, after) {
            Ok(()) => self.desk.before.extend(before),
            Err(error) => {
                self.desk.shown = before;
                self.problems.push(error.to_string());
            }
        }
    }

    /// Searches on from these tokens.
    pub fn search_behind(&mut self, prompt: Vec<u32>, plan: Plan) {
        match self.begin_search(plan, prompt, 0) {
            Ok(()) => self.desk.before.clear(),
            Err(error) => self.problems.push(error.to_string()),
        }
    }

    /// Back to the search that the one shown was expanded from.
    pub fn search_back(&mut self) {
        if let Some(before) = self.desk.before.pop() {
            self.stop_search();
            self.desk.shown = Some(before);
        }
    }

    /// Gives the search up; what it found stays.
    pub fn stop_search(&mut self) {
        if std::mem::take(&mut self.desk.running) {
            self.engine.send(Command::Stop);
            if let Some(search) = &mut self.desk.shown {
                search.ended = Some(Ended::Stopped);
            }
        }
    }

    /// The search that is shown.
    pub fn searched(&self) -> Option<&Search> {
        self.desk.shown.as_ref()
    }

    /// Whether it was expanded from another.
    pub fn can_search_back(&self) -> bool {
        !self.desk.before.is_empty()
    }

    /// Whether it is still growing.
    pub fn is_searching(&self) -> bool {
        self.desk.running
    }

    pub(crate) fn prompt_of(&self, plan: &Plan) -> Result<Vec<u32>> {
        let opened = self.opened().ok_or_else(|| Error::failed("no model is open yet"))?;
        let tokenizer = opened.model.tokenizer()?;
        typed(tokenizer, &plan.text, plan.as_chat && self.can_chat())
    }

    fn begin_search(&mut self, plan: Plan, prompt: Vec<u32>, after: usize) -> Result<()> {
        let model = self.opened().cloned().ok_or_else(|| Error::failed("no model is open yet"))?;
        let context = model.model.parameters.config.context;
        if prompt.is_empty() {
            return Err(Error::failed("there is nothing to continue; write a prompt first"));
        }
        if prompt.len() >= context {
            return Err(Error::failed(format!(
                "the prompt is {} tokens, and the model reads {context} at once, its own among them; shorten it",
                prompt.len()
            )));
        }
        let beam = plan.beam(model.model.end);
        beam.validate()?;
        self.stop();
        self.stop_search();
        let lines = plan.lines();
        self.desk.count += 1;
        let id = FIRST_ID + self.desk.count;
        let pace = if self.manner.pace.is_zero() { Duration::ZERO } else { PACE };
        self.engine.send(Command::Search(Searching {
            id,
            prompt: prompt.clone(),
            beam,
            lines: lines.clone(),
            pace,
        }));
        self.desk.running = true;
        self.desk.shown = Some(Search {
            id,
            model,
            plan,
            nodes: vec![BeamNode::root(&prompt)],
            prompt,
            after,
            steps: Vec::new(),
            end: None,
            strands: vec![Strand::default(); lines.len()],
            ended: None,
            took: Duration::ZERO,
        });
        Ok(())
    }
}

/// From one step to the next, so that a tree can be watched as it grows.
const PACE: Duration = Duration::from_millis(120);

#[cfg(test)]
mod tests {
    use super::super::engine::Source;
    use super::*;
    use crate::decode::{Fate, beam_search};
    use crate::nn::Inference;
    use crate::tensor::Threads;
    use std::path::PathBuf;
    use std::time::Instant;

    fn until(session: &mut Session, done: impl Fn(&Session) -> bool) {
        let start = Instant::now();
        while !done(session) {
            session.poll();
            assert!(start.elapsed() < Duration::from_secs(20), "took too long");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn session() -> Session {
        let first = Source::Named(PathBuf::from("pocket"));
        let mut session =
            Session::start(first.clone(), first, Threads::new(1), || {}).expect("a session");
        session.manner.pace = Duration::ZERO;
        until(&mut session, |session| session.opened().is_some());
        session
    }

    fn plan() -> Plan {
        Plan { text: "What does a cow say?".into(), beams: 4, returns: 4, ..Plan::default() }
    }

    #[test]
    fn the_record_is_the_search_and_strands_are_what_samplers_write() {
        let mut session = session();
        session.search(plan());
        assert!(session.is_searching());
        until(&mut session, |session| !session.is_searching());
        let search = session.searched().expect("a search");
        let opened = session.opened().expect("a model");
        let mut model = Inference::new(&opened.model.parameters, Threads::serial());
        let beam =
            beam_search(plan().beam(opened.model.end), &search.prompt, &mut model).expect("found");
        assert_eq!((search.nodes(), search.steps()), (beam.nodes(), beam.steps()));
        assert_eq!(
            (search.end(), search.chosen(search.steps().len())),
            (beam.end(), beam.chosen())
        );
        assert_eq!(search.best(search.steps().len()), beam.chosen().first().copied());
        for &chosen in beam.chosen() {
            let (strand, node) = (search.strand(chosen), &beam.nodes()[chosen]);
            assert_eq!(strand.ids(), beam.ids(chosen));
            assert!((strand.logprob() - node.logprob).abs() < 1e-9);
        }
        assert_eq!(search.samples().len(), plan().runs);
        assert!(search.greedy().finish.is_some() && search.ended().is_some());
    }

    #[test]
    fn a_search_goes_on_from_a_node_and_back() {
        let mut session = session();
        session.search(plan());
        until(&mut session, |session| !session.is_searching());
        let search = session.searched().expect("a search");
        let (id, prompt) = (search.id, search.prompt.clone());
        let pruned = search.nodes().iter().position(|node| node.fate == Fate::Pruned);
        let pruned = pruned.expect("a pruned node");
        let ids = search.ids(pruned);
        session.search_from(pruned);
        until(&mut session, |session| !session.is_searching());
        let search = session.searched().expect("another");
        assert_eq!((search.after, search.prompt.clone()), (ids.len(), [prompt, ids].concat()));
        assert!(search.nodes().len() > 1 && session.can_search_back());
        session.search_back();
        assert_eq!(session.searched().map(|search| search.id), Some(id));
        assert!(!session.can_search_back());
    }

    #[test]
    fn a_search_can_be_stopped_and_what_is_wrong_is_said() {
        let mut session = session();
        session.manner.pace = Duration::from_secs(60);
        session.search(plan());
        until(&mut session, |session| session.searched().is_some_and(|s| s.steps().len() == 1));
        session.stop_search();
        assert_eq!(session.searched().and_then(Search::ended), Some(&Ended::Stopped));
        assert!(!session.is_searching());
        for wrong in [
            Plan { text: "cow ".repeat(500), ..plan() },
            Plan { text: String::new(), as_chat: false, ..plan() },
            Plan { length_penalty: 50.0, ..plan() },
        ] {
            session.search(wrong);
            assert!(session.problem().is_some() && !session.is_searching());
        }
    }
}
