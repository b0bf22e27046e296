//! What is looked at on one fixed text while a model learns: its heads, a map of its embedding, and
//! what it replies.

use crate::decode::{SampleSettings, Sampler, Stop, Strategy};
use crate::interpret::{Plane, turn_towards};
use crate::nn::{Inference, Name, Parameters, Recording, model};
use crate::tensor::Threads;
use crate::text::{Tokenizer, Turn, template};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// The text that is watched, and the tokens on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// What the model reads.
    pub ids: Vec<u32>,
    /// Tokens on the map, the first [`Watched::named`] of them with their names.
    pub points: Vec<u32>,
    pub named: usize,
}

/// How the model looked at one step.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// Updates made before.
    pub step: u64,
    /// `[block][head]`, each `[query, key]`: how much a position reads from another.
    pub patterns: Vec<Vec<Vec<f32>>>,
    /// `[block]`: how strongly each neuron fires on the last token.
    pub neurons: Vec<Vec<f32>>,
    /// Where the tokens [`Watched::points`] lie: on the plane on which they differ most.
    pub map: Vec<[f32; 2]>,
}

/// A reply to the watched text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// Updates made before.
    pub step: u64,
    pub val_loss: Option<f64>,
    /// The tokens of the reply.
    pub ids: Vec<u32>,
}

/// Tokens on the map at most, and names.
const POINTS: usize = 150;
const NAMES: usize = 26;
/// A longer text is cut: the wall of heads stays readable.
const LONGEST: usize = 24;
/// Tokens of a reply at most.
const REPLY: usize = 32;

impl Watched {
    /// Watches a text: as what a user says in a chat, if the tokenizer has the tokens for it. The
    /// map shows the most frequent tokens; `counts` says how often each stands in the data.
    ///
    /// # Errors
    /// If nothing of the text can be encoded.
    pub fn new(tokenizer: &Tokenizer, text: &str, context: usize, counts: &[u64]) -> Result<Self> {
        let is_chat = tokenizer.id_of_special(template::BOT).is_some();
        let encoded = match is_chat {
            true => template::encode_prompt(tokenizer, &[Turn::user(text)]),
            false => tokenizer.encode(text),
        };
        // A vocabulary of characters may lack some of the text's: any token will do.
        let mut ids = encoded.unwrap_or_default();
        ids.truncate(LONGEST.min(context.saturating_sub(1)).max(1));
        if ids.is_empty() {
            ids.extend(most_frequent(counts).first());
        }
        if ids.is_empty() {
            return Err(Error::failed("there is no text to watch; write one"));
        }
        let (points, named) = points(tokenizer, &ids, counts);
        Ok(Self { ids, points, named })
    }
}

fn most_frequent(counts: &[u64]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..counts.len() as u32).collect();
    order.sort_by_key(|&id| std::cmp::Reverse(counts[id as usize]));
    order.retain(|&id| counts[id as usize] > 0);
    order
}

/// The most frequent tokens; those with names, which are words or of the watched text, come first.
fn points(tokenizer: &Tokenizer, watched: &[u32], counts: &[u64]) -> (Vec<u32>, usize) {
    let is_special = |id: u32| tokenizer.specials().iter().any(|special| special.id == id);
    let is_word = |id: u32| {
        let word = tokenizer.piece(id).unwrap_or_default();
        let word = word.trim();
        let is_hanzi = word.chars().all(|c| c > '\u{2e80}') && !word.is_empty();
        word.chars().all(char::is_alphabetic) && (word.chars().count() > 2 || is_hanzi)
    };
    let frequent = most_frequent(counts);
    let mut named: Vec<u32> = Vec::new();
    for &id in watched.iter().chain(&frequent) {
        if named.len() < NAMES && !named.contains(&id) && !is_special(id) && is_word(id) {
            named.push(id);
        }
    }
    let count = named.len();
    let others = frequent.into_iter().filter(|id| !named.contains(id) && !is_special(*id));
    let others: Vec<u32> = others.take(POINTS - count).collect();
    (named.into_iter().chain(others).collect(), count)
}

/// Looks at a model again and again; the map turns as little as it can from look to look.
pub struct Prober {
    pub watched: Watched,
    last: Option<(Plane, Vec<[f32; 2]>)>,
}

impl Prober {
    pub fn new(watched: Watched) -> Self {
        Self { watched, last: None }
    }

    /// Reads the watched text.
    pub fn look(&mut self, step: u64, parameters: &Parameters<f32>, threads: &Threads) -> Probe {
        let mut tap = Recording::new(|name| matches!(name, Name::Pattern(_) | Name::MlpPost(_)));
        let _ = model::read(threads, parameters, &self.watched.ids, &mut tap);
        let heads = parameters.config.heads;
        let (mut patterns, mut neurons) = (Vec::new(), Vec::new());
        for (name, (_, values)) in tap.activations {
            match name {
                Name::Pattern(_) => {
                    let each = values.len() / heads;
                    patterns.push(values.chunks(each).map(<[f32]>::to_vec).collect());
                }
                _ => neurons.push(values[values.len() - parameters.config.inner..].to_vec()),
            }
        }
        Probe { step, patterns, neurons, map: self.map(parameters) }
    }

    fn map(&mut self, parameters: &Parameters<f32>) -> Vec<[f32; 2]> {
        let (view, width) = (parameters.view(), parameters.config.width);
        let row = |&id: &u32| &view.wte[id as usize * width..][..width];
        let rows: Vec<&[f32]> = self.watched.points.iter().map(row).collect();
        let plane = Plane::principal(&rows, self.last.as_ref().map(|(plane, _)| plane));
        let mut map: Vec<[f32; 2]> = rows.iter().map(|row| plane.project(row)).collect();
        if let Some((_, before)) = &self.last {
            turn_towards(&mut map, before);
        }
        self.last = Some((plane, map.clone()));
        map
    }

    /// What the model replies to the watched text, always with its most probable token.
    pub fn reply(
        &self,
        parameters: &Parameters<f32>,
        end: Option<u32>,
        stops: &[u32],
        threads: &Threads,
    ) -> Vec<u32> {
        let mut inference = Inference::new(parameters, threads.clone());
        let room = parameters.config.context.saturating_sub(self.watched.ids.len());
        let settings = SampleSettings {
            strategy: Strategy::Greedy { repetition_penalty: None },
            stop: Stop { max_new_tokens: REPLY.min(room), end },
        };
        let Ok(mut sampler) = Sampler::new(settings, &self.watched.ids, &inference) else {
            return Vec::new();
        };
        while sampler.finish().is_none() && sampler.step(&mut inference).is_ok() {
            if sampler.generated().last().is_some_and(|id| stops.contains(id)) {
                break;
            }
        }
        let is_text = |id: &u32| Some(*id) != end && !stops.contains(id);
        sampler.generated().iter().copied().filter(is_text).collect()
    }
}
