//! Searches worth seeing, which ship with the program: prompts and settings, never results. What
//! they show is computed when they are opened.

use super::Plan;
use crate::decode::EarlyStopping;
use crate::text::sets::index::Language;
use crate::{Error, Result};
use serde::Deserialize;
use std::sync::LazyLock;

/// The files, in the order in which they are offered.
const FILES: [(&str, &str); 2] = [
    ("better.ron", include_str!("../../lessons/searches/better.ron")),
    ("duller.ron", include_str!("../../lessons/searches/duller.ron")),
];

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub en: String,
    pub zh: String,
}

/// What an example is to show, so that a test can hold it to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Claim {
    /// The best beam is more probable than the greedy text.
    BeamBeatsGreedy,
    /// The beams have a smaller share of distinct 2-grams than as many samples.
    BeamsAreDuller,
}

/// A saved search.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The number of this schema: 1.
    pub format: u32,
    pub title: Text,
    /// What to look at.
    pub says: Text,
    pub claim: Claim,
    pub en: Case,
    pub zh: Case,
}

/// What is searched in one language.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// A shipped model.
    pub model: String,
    pub prompt: String,
    pub as_chat: bool,
    /// Beams; as many are returned, and as many texts are sampled.
    pub beams: usize,
    pub length_penalty: f64,
    pub steps: usize,
    pub temperature: f32,
    pub seed: u64,
}

impl Example {
    /// Reads an example; errors name the line.
    ///
    /// # Errors
    /// If the text is no example, or one of another format.
    pub fn from_ron(text: &str) -> Result<Self> {
        let example: Self =
            ron::from_str(text).map_err(|e| Error::failed(format!("no saved search ({e})")))?;
        match example.format {
            1 => Ok(example),
            other => Err(Error::failed(format!("format {other} is not known; use 1"))),
        }
    }

    /// The case of a language.
    pub fn case(&self, language: Language) -> &Case {
        match language {
            Language::En => &self.en,
            Language::Zh => &self.zh,
        }
    }
}

impl Case {
    /// What is to be searched.
    pub fn plan(&self) -> Plan {
        Plan {
            text: self.prompt.clone(),
            as_chat: self.as_chat,
            beams: self.beams,
            length_penalty: self.length_penalty,
            early_stopping: EarlyStopping::Never,
            returns: self.beams,
            steps: self.steps,
            runs: self.beams,
            temperature: self.temperature,
            seed: self.seed,
            ends: true,
        }
    }
}

/// The examples that ship with the program.
pub fn shipped() -> &'static [Example] {
    static EXAMPLES: LazyLock<Vec<Example>> = LazyLock::new(|| {
        FILES.iter().filter_map(|(_, text)| Example::from_ron(text).ok()).collect()
    });
    &EXAMPLES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::distinct;
    use crate::session::engine::Source;
    use crate::session::{Search, Session, Strand};
    use crate::tensor::Threads;
    use std::path::PathBuf;
    use std::time::{Duration, Instant};

    /// Opens the case's model and searches.
    fn searched(case: &Case, check: impl Fn(&Search)) {
        let model = Source::Named(PathBuf::from(&case.model));
        let mut session =
            Session::start(model.clone(), model, Threads::new(2), || {}).expect("a session");
        session.manner.pace = Duration::ZERO;
        let start = Instant::now();
        let mut asked = false;
        while !asked || session.is_searching() {
            session.poll();
            if !asked && session.opened().is_some() {
                asked = true;
                session.search(case.plan());
            }
            assert_eq!(session.problem(), None);
            assert!(start.elapsed() < Duration::from_secs(60), "took too long");
            std::thread::sleep(Duration::from_millis(1));
        }
        check(session.searched().expect("a search"));
    }

    #[test]
    fn every_file_is_an_example() {
        for (name, text) in FILES {
            let example = Example::from_ron(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            for text in [&example.title, &example.says] {
                assert!(!text.en.is_empty() && !text.zh.is_empty() && text.en != text.zh);
            }
            let newer = text.replace("format: 1", "format: 2");
            assert!(Example::from_ron(&newer).is_err());
        }
        assert_eq!(shipped().len(), FILES.len());
    }

    #[test]
    fn every_example_shows_what_it_claims() {
        for example in shipped() {
            for case in [&example.en, &example.zh] {
                searched(case, |search| holds(example.claim, search, &case.model));
            }
        }
    }

    fn holds(claim: Claim, search: &Search, model: &str) {
        let chosen = search.chosen(search.steps().len());
        let beams: Vec<Vec<u32>> = chosen.iter().map(|&node| search.ids(node)).collect();
        let best = search.strand(chosen[0]).logprob();
        match claim {
            Claim::BeamBeatsGreedy => {
                let greedy = search.greedy().logprob();
                assert!(best > greedy + 0.01, "{model}: {best} against {greedy}");
            }
            Claim::BeamsAreDuller => {
                let samples: Vec<Vec<u32>> = search.samples().iter().map(Strand::ids).collect();
                let [beams, samples] =
                    [beams, samples].map(|texts| distinct(2, &texts).share().expect("2-grams"));
                assert!(beams < samples - 0.1, "{model}: {beams} against {samples}");
            }
        }
    }
}
