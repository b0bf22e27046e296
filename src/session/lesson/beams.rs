//! Beam search in a lesson, a round at a time, and the greedy text beside it.

use super::replies::Replying;
use super::snapshot::Written;
use crate::decode::{
    BeamNode, BeamSearch, BeamSettings, EarlyStopping, Filters, Stop, Strategy, distinct,
};
use crate::lesson::formula::{Quantity, Value};
use crate::nn::Inference;
use crate::session::engine::Opened;
use crate::tensor::Threads;
use crate::text::Tokenizer;
use crate::{Error, Result};

/// The most tokens that a search of a lesson writes, and the most beams that it has.
pub const MOST_TOKENS: usize = 64;
pub const MOST_BEAMS: usize = 16;

/// A search from a prompt, as far as it has come.
#[derive(Debug, Clone)]
pub struct Beams {
    search: BeamSearch,
    greedy: Written,
}

impl Beams {
    /// Prepares a search on from `subject`, and writes the greedy text with the same end.
    ///
    /// # Errors
    /// If the settings are out of range, or the prompt fills the context.
    pub fn begin(
        opened: &Opened,
        subject: &[u32],
        beams: usize,
        length_penalty: f64,
    ) -> Result<Self> {
        if beams > MOST_BEAMS {
            let what = format!("{beams} beams are too many for a lesson; at most {MOST_BEAMS}");
            return Err(Error::failed(what));
        }
        let stop = Stop { max_new_tokens: MOST_TOKENS, end: opened.model.end };
        let settings = BeamSettings {
            beams,
            length_penalty,
            early_stopping: EarlyStopping::Never,
            returns: beams,
            repetition_penalty: None,
            stop,
        };
        let model = Inference::new(&opened.model.parameters, Threads::new(1));
        let search = BeamSearch::new(settings, subject, &model)?;
        let replying = Replying { opened, subject, filters: Filters::default(), seed: 0 };
        let greedy = replying.with(Strategy::Greedy { repetition_penalty: None }, stop)?;
        Ok(Self { search, greedy })
    }

    /// A round of all beams, or all that are left.
    ///
    /// # Errors
    /// The model's own.
    pub fn go_on(&mut self, opened: &Opened, to_the_end: bool) -> Result<()> {
        let mut model = Inference::new(&opened.model.parameters, Threads::new(1));
        self.search.reload();
        if to_the_end {
            self.search.run(&mut model)?;
        } else {
            self.search.step(&mut model)?;
        }
        Ok(())
    }

    /// What a formula asks of it.
    pub(super) fn read(
        &self,
        quantity: Quantity,
        given: Option<&Value>,
        opened: &Opened,
    ) -> Option<Value> {
        let tokenizer = opened.model.tokenizer.as_ref()?;
        let end = opened.model.end;
        Some(match quantity {
            Quantity::BeamStep => self.search.steps().len().into(),
            Quantity::BeamAlive => self.living().len().into(),
            Quantity::BeamBestText => self.text(self.best()?, tokenizer, end)?.into(),
            Quantity::BeamBestLogprob => self.node(self.best()?)?.logprob.into(),
            Quantity::BeamBestScore => self.node(self.best()?)?.score.into(),
            Quantity::BeamBestLength => self.node(self.best()?)?.depth.into(),
            Quantity::BeamDistinct => {
                let texts: Vec<Vec<u32>> =
                    self.kept().into_iter().map(|node| self.ids(node, end)).collect();
                let n = given?.as_count()?;
                (!self.search.steps().is_empty()).then(|| distinct(n, &texts).different)?.into()
            }
            Quantity::BeamPruned => self.is_pruned(given?.as_text()?, tokenizer, end)?.into(),
            Quantity::GreedyText => self.greedy.text.clone().into(),
            Quantity::GreedyLogprob => self.greedy.logprob.into(),
            _ => return None,
        })
    }

    /// The hypotheses that the newest round let live.
    fn living(&self) -> &[usize] {
        self.search.steps().last().map_or(&[], |step| &step.live)
    }

    /// Those that the search returns once it is over, best first; before, all that live or have
    /// finished.
    fn kept(&self) -> Vec<usize> {
        if self.search.end().is_some() {
            return self.search.chosen().to_vec();
        }
        let finished = self.search.steps().last().map_or(&[][..], |step| &step.finished);
        [self.living(), finished].concat()
    }

    fn node(&self, at: usize) -> Option<&BeamNode> {
        self.search.nodes().get(at)
    }

    /// The kept hypothesis of the highest score.
    fn best(&self) -> Option<usize> {
        let score = |at: usize| self.search.nodes()[at].score;
        self.kept()
            .into_iter()
            .reduce(|best, one| if score(one) > score(best) { one } else { best })
    }

    /// A hypothesis without the token that ends it.
    fn ids(&self, node: usize, end: Option<u32>) -> Vec<u32> {
        let mut ids = self.search.ids(node);
        if ids.last().copied() == end {
            ids.pop();
        }
        ids
    }

    fn text(&self, node: usize, tokenizer: &Tokenizer, end: Option<u32>) -> Option<String> {
        tokenizer.decode(&self.ids(node, end)).ok()
    }

    /// Whether a hypothesis that was considered began with this text, and none that is kept does.
    fn is_pruned(&self, text: &str, tokenizer: &Tokenizer, end: Option<u32>) -> Option<bool> {
        let wanted = text.trim_start();
        if wanted.is_empty() || self.search.steps().is_empty() {
            return None;
        }
        let begins = |node: usize| {
            let own = self.text(node, tokenizer, end);
            own.is_some_and(|own| own.trim_start().starts_with(wanted))
        };
        let was_there = (1..self.search.nodes().len()).any(begins);
        was_there.then(|| !self.kept().into_iter().any(begins))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::beam_search;
    use crate::session::Session;
    use crate::session::engine::Source;
    use crate::text::{Turn, template};
    use std::path::PathBuf;

    #[test]
    fn what_formulas_read_is_the_search() {
        let first = Source::Named(PathBuf::from("pocket"));
        let mut session =
            Session::start(first.clone(), first, Threads::new(1), || {}).expect("one");
        super::super::wait::until(&mut session, |session| session.opened().is_some())
            .expect("open");
        let opened = session.opened().expect("a model").clone();
        let tokenizer = opened.model.tokenizer().expect("a tokenizer");
        let prompt =
            template::encode_prompt(tokenizer, &[Turn::user("What does a cow say?")]).expect("ids");
        let mut beams = Beams::begin(&opened, &prompt, 3, 0.0).expect("begun");
        let read = |beams: &Beams, quantity| beams.read(quantity, None, &opened);
        assert_eq!(read(&beams, Quantity::BeamBestText), None);
        beams.go_on(&opened, false).expect("a round");
        assert_eq!(read(&beams, Quantity::BeamStep), Some(1.into()));
        assert_eq!(read(&beams, Quantity::BeamAlive), Some(beams.living().len().into()));
        beams.go_on(&opened, true).expect("the rest");
        let mut model = Inference::new(&opened.model.parameters, Threads::serial());
        let mut settings = BeamSettings {
            beams: 3,
            length_penalty: 0.0,
            early_stopping: EarlyStopping::Never,
            returns: 3,
            repetition_penalty: None,
            stop: Stop { max_new_tokens: MOST_TOKENS, end: opened.model.end },
        };
        let best = &beam_search(settings, &prompt, &mut model).expect("found").hypotheses()[0];
        assert_eq!(read(&beams, Quantity::BeamBestLogprob), Some(best.logprob.into()));
        assert_eq!(read(&beams, Quantity::BeamBestLength), Some(best.ids.len().into()));
        (settings.beams, settings.returns) = (1, 1);
        let narrow = &beam_search(settings, &prompt, &mut model).expect("found").hypotheses()[0];
        let greedy = read(&beams, Quantity::GreedyLogprob).and_then(|value| value.as_number());
        assert!((greedy.expect("known") - narrow.logprob).abs() < 1e-9);
        let pruned =
            |text: &str| beams.read(Quantity::BeamPruned, Some(&text.to_string().into()), &opened);
        let text = read(&beams, Quantity::BeamBestText).expect("a text");
        assert_eq!(pruned(text.as_text().expect("a text")), Some(false.into()));
        assert_eq!(pruned("zebra crossing"), None);
    }
}
