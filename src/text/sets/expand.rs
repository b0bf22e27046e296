//! From a grammar and a seed to a transcript, the same on every machine.

use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use super::answers::{Answers, Exam};
use super::fork::Fork;
use super::grammar::{Place, Step, fill, follow_is_held_out, place_of_wording, sloppily};
use super::index::Form;
use super::{Grammar, SetEntry, Talk, near, read_core, render, scenes};
use crate::{Error, Result};

/// A set in its two parts.
#[derive(Debug, Clone, Default)]
pub struct Expansion {
    /// The dialogues to learn from; of a composed set shuffled, the hand-written ones among them.
    pub training: Vec<Talk>,
    /// The dialogues to judge by; a transcript has them last.
    pub validation: Vec<Talk>,
    /// How often each line of the grammar or the scenes was used, as `topic: line`; in dialogues that were left
    /// out afterwards, too.
    pub uses: BTreeMap<String, usize>,
    /// Scenes for whose validation part only near-copies came, and how many were left out.
    pub dropped: BTreeMap<String, usize>,
}

impl Expansion {
    /// All of it, in the order of the transcript.
    pub fn all(&self) -> Vec<Talk> {
        [self.training.as_slice(), &self.validation].concat()
    }

    /// Whether these are texts without speakers.
    pub fn is_text(&self) -> bool {
        self.training.iter().chain(&self.validation).all(|talk| talk.len() == 1)
    }

    /// The most used lines first, each with its share of the turns on its side. A text's sentences
    /// are one turn, so there it is the share of the lines used.
    pub fn shares(&self) -> Vec<(&str, f64)> {
        let turns: usize = self.training.iter().chain(&self.validation).map(Vec::len).sum();
        let whole = if self.is_text() { self.uses.values().sum() } else { turns / 2 };
        let share = |count: usize| count as f64 / whole.max(1) as f64;
        let mut shares: Vec<(&str, f64)> =
            self.uses.iter().map(|(line, &count)| (line.as_str(), share(count))).collect();
        shares.sort_by(|a, b| b.1.total_cmp(&a.1));
        shares
    }
}

/// The transcript of a set, the same bytes on every machine.
pub fn make(set: &SetEntry) -> Result<String> {
    match (set.form, &set.core) {
        // Its faults are what it is for: it is not even read.
        (Form::Raw, Some(core)) => Ok(set.asset(core)?.to_string()),
        _ => Ok(render(&make_expansion(set)?.all())),
    }
}

/// Composes a set, its parts apart.
pub fn make_expansion(set: &SetEntry) -> Result<Expansion> {
    let core = match &set.core {
        Some(file) => read_core(set.asset(file)?, set.form)?,
        None => Vec::new(),
    };
    let mut made = match (&set.grammar, &set.sentences) {
        (Some(file), _) => expand(&Grammar::from_ron(set.asset(file)?)?, &core, set.seed)?,
        _ if !set.scenes.is_empty() => return play_all(set, &core),
        (_, Some(file)) => {
            Fork::from_ron(set.asset(file)?)?.expand(set.seed, set.counts.validation)
        }
        _ => split_core(core, set),
    };
    keep_apart(set, &mut made)?;
    Ok(made)
}

/// Leaves out every dialogue in which a model that learns from the set would find a prompt of its exams.
fn keep_apart(set: &SetEntry, made: &mut Expansion) -> Result<()> {
    let mut exam = Exam::default();
    for file in &set.apart_from {
        exam.add(&Answers::from_ron(set.asset(file)?)?);
    }
    made.training.retain(|talk| !exam.is_in(talk));
    made.validation.retain(|talk| !exam.is_in(talk));
    Ok(())
}

/// Composes the scenes of every file. Of several files each plays by itself, and all are mixed: what two
/// of them say alike stays once, and what is kept for validation is unlike everything to learn from.
fn play_all(set: &SetEntry, core: &[Talk]) -> Result<Expansion> {
    let play = |file: &String, core: &[Talk]| {
        scenes::make(&scenes::Play::from_ron(set.asset(file)?, file)?, core, set.seed)
    };
    let mut files = set.scenes.iter();
    let mut whole =
        files.next().map_or_else(|| Ok(Expansion::default()), |file| play(file, core))?;
    if set.scenes.len() < 2 {
        keep_apart(set, &mut whole)?;
        return Ok(whole);
    }
    for file in files {
        let part = play(file, &[])?;
        whole.training.extend(part.training);
        whole.validation.extend(part.validation);
        part.uses
            .into_iter()
            .for_each(|(line, count)| *whole.uses.entry(line).or_default() += count);
        for (scene, count) in part.dropped {
            *whole.dropped.entry(scene).or_default() += count;
        }
    }
    keep_apart(set, &mut whole)?;
    let mut seen = BTreeSet::new();
    whole.training.retain(|talk| seen.insert(near::fingerprint(talk)));
    let known = near::Index::new(&whole.training);
    whole.validation.retain(|talk| seen.insert(near::fingerprint(talk)) && !known.has_near(talk));
    let mut rng = ChaCha8Rng::seed_from_u64(set.seed);
    whole.training.shuffle(&mut rng);
    whole.validation.shuffle(&mut rng);
    Ok(whole)
}

/// A set that is written by hand, whole: the last ones are for validation, in the order of the file
/// or, if the set has a seed, in the order that it draws.
fn split_core(mut core: Vec<Talk>, set: &SetEntry) -> Expansion {
    if set.seed > 0 {
        core.shuffle(&mut ChaCha8Rng::seed_from_u64(set.seed));
    }
    let validation = core.split_off(core.len().saturating_sub(set.counts.validation));
    Expansion { training: core, validation, ..Expansion::default() }
}

/// Composes dialogues as the grammar's plans say, and mixes them with the hand-written `core`.
pub fn expand(grammar: &Grammar, core: &[Talk], seed: u64) -> Result<Expansion> {
    let mut maker = Maker::new(grammar, seed);
    maker.seen.extend(core.iter().cloned());
    let mut training = core.to_vec();
    for plan in &grammar.plans {
        for _ in 0..plan.train {
            training.push(maker.new_talk(&plan.steps, Place::Training)?);
        }
    }
    let known = near::Index::new(&training);
    let mut validation = Vec::new();
    for plan in &grammar.plans {
        for _ in 0..plan.validation {
            validation.push(maker.unlike(&known, &plan.steps)?);
        }
    }
    training.shuffle(&mut maker.rng);
    validation.shuffle(&mut maker.rng);
    Ok(Expansion { training, validation, uses: maker.uses, ..Default::default() })
}

/// Decks of cards, by number: in each, every card comes once before any comes again. Independent
/// draws would leave some facts asked three times as often as others.
#[derive(Debug, Clone, Default)]
pub(super) struct Decks(Vec<Vec<usize>>);

impl Decks {
    /// That many decks.
    pub fn new(count: usize) -> Self {
        Self(vec![Vec::new(); count])
    }

    /// Draws from `0..n`.
    pub fn draw(&mut self, deck: usize, n: usize, rng: &mut ChaCha8Rng) -> usize {
        self.draw_that(deck, n, rng, |_| true)
    }

    /// Draws the next card of `0..n` that is wanted; the others stay where they are. If none is
    /// wanted, any comes.
    pub fn draw_that(
        &mut self,
        deck: usize,
        n: usize,
        rng: &mut ChaCha8Rng,
        is_wanted: impl Fn(usize) -> bool,
    ) -> usize {
        if deck >= self.0.len() {
            self.0.resize_with(deck + 1, Vec::new);
        }
        let cards = &mut self.0[deck];
        if !cards.iter().any(|&card| is_wanted(card)) {
            let mut fresh: Vec<usize> = (0..n).collect();
            fresh.shuffle(rng);
            cards.splice(0..0, fresh);
        }
        match cards.iter().rposition(|&card| is_wanted(card)) {
            Some(place) => cards.remove(place),
            None => cards.pop().unwrap_or(0),
        }
    }
}

/// What one exchange was about, for those that lean on it.
type About = (usize, usize);

/// The state of an expansion.
struct Maker<'a> {
    grammar: &'a Grammar,
    rng: ChaCha8Rng,
    decks: Decks,
    deck_numbers: BTreeMap<String, usize>,
    seen: BTreeSet<Talk>,
    uses: BTreeMap<String, usize>,
}

impl<'a> Maker<'a> {
    fn new(grammar: &'a Grammar, seed: u64) -> Self {
        Self {
            grammar,
            rng: ChaCha8Rng::seed_from_u64(seed),
            decks: Decks::default(),
            deck_numbers: BTreeMap::new(),
            seen: BTreeSet::new(),
            uses: BTreeMap::new(),
        }
    }

    /// Draws from `0..n` as from the deck of this name.
    fn draw(&mut self, deck: &str, n: usize) -> usize {
        let next = self.deck_numbers.len();
        let number = *self.deck_numbers.entry(deck.to_string()).or_insert(next);
        self.decks.draw(number, n, &mut self.rng)
    }

    /// A dialogue that was not there before.
    fn new_talk(&mut self, steps: &[Step], place: Place) -> Result<Talk> {
        for _ in 0..200 {
            let (talk, used) = self.talk(steps, place)?;
            if self.seen.insert(talk.clone()) {
                used.into_iter().for_each(|t| *self.uses.entry(t).or_default() += 1);
                return Ok(talk);
            }
        }
        Err(Error::failed(format!("grammar: too few parts for that many dialogues {steps:?}")))
    }

    /// A dialogue for validation that is no near-copy of one to learn from.
    fn unlike(&mut self, known: &near::Index, steps: &[Step]) -> Result<Talk> {
        for _ in 0..50 {
            let talk = self.new_talk(steps, Place::Validation)?;
            if !known.has_near(&talk) {
                return Ok(talk);
            }
        }
        Err(Error::failed(format!("grammar: {steps:?} only gives what training has already")))
    }

    /// One dialogue, and the templates it used.
    fn talk(&mut self, steps: &[Step], place: Place) -> Result<(Talk, Vec<String>)> {
        let (mut talk, mut used) = (Talk::new(), Vec::new());
        let mut asked = Vec::new();
        let name = self.draw("names", self.grammar.names.len());
        for step in steps {
            let (user, bot) = match step {
                Step::Say(kind) => self.say(kind),
                Step::Ask => self.ask(&mut asked, place),
                Step::Other => self.ask_other(&mut asked)?,
                Step::Same => self.ask_same(&mut asked)?,
            };
            let about = asked.last().copied();
            let mut turn = self.filled(&user, about, name)?;
            if self.rng.random_range(0..100) < self.grammar.sloppy {
                turn = sloppily(&turn);
            }
            talk.extend([turn, self.filled(&bot, about, name)?]);
            // The same words under another topic are another template: "{V}." is a bare "Grass."
            // in one and a bare "In a field." in the other.
            let kind = match (step, about) {
                (Step::Say(kind), _) => kind.as_str(),
                (_, Some((_, topic))) => self.grammar.topics[topic].id.as_str(),
                (_, None) => "",
            };
            used.extend([format!("{kind}: {user}"), format!("{kind}: {bot}")]);
        }
        Ok((talk, used))
    }

    /// Small talk.
    fn say(&mut self, kind: &str) -> (String, String) {
        // `check` has made sure that the kind exists and that no list is empty.
        let all = &self.grammar.talk[kind];
        // A card for each user line, not for each group: small groups come less often.
        let lines = all.iter().map(|exchange| exchange.user.len()).sum();
        let mut line = self.draw(kind, lines);
        let mut group = 0;
        while line >= all[group].user.len() {
            line -= all[group].user.len();
            group += 1;
        }
        let bot = self.draw(&format!("{kind}/{group}/bot"), all[group].bot.len());
        (all[group].user[line].clone(), all[group].bot[bot].clone())
    }

    /// A question about a fact, in a wording that belongs here.
    fn ask(&mut self, asked: &mut Vec<About>, place: Place) -> (String, String) {
        let topics = self.grammar.topics.len();
        let fact = self.draw("facts", self.grammar.entities.len() * topics);
        let (entity, topic) = (fact / topics, fact % topics);
        asked.push((entity, topic));
        let wordings = &self.grammar.topics[topic].ask;
        let fits = |w: &usize| place_of_wording(entity, topic, *w) == place;
        let fitting: Vec<usize> = (0..wordings.len()).filter(fits).collect();
        let wording = fitting[self.draw(&format!("{place:?}/{fact}"), fitting.len())];
        (wordings[wording].clone(), self.answer(topic))
    }

    /// "And a cow?"
    fn ask_other(&mut self, asked: &mut Vec<About>) -> Result<(String, String)> {
        let Some(&(before, topic)) = asked.last() else {
            return Err(Error::failed("grammar: a plan has Other without Ask before it"));
        };
        let entities = self.grammar.entities.len();
        let entity = self.fresh(&format!("other/{topic}"), entities, before, |entity| {
            !asked.contains(&(entity, topic))
        })?;
        asked.push((entity, topic));
        let follow = &self.grammar.follow;
        let fits = |w: &usize| !follow_is_held_out(entity, *w);
        let fitting: Vec<usize> = (0..follow.len()).filter(fits).collect();
        let wording = fitting[self.draw(&format!("follow/{entity}"), fitting.len())];
        Ok((follow[wording].clone(), self.answer(topic)))
    }

    /// "And where do they live?"
    fn ask_same(&mut self, asked: &mut Vec<About>) -> Result<(String, String)> {
        let Some(&(entity, before)) = asked.last() else {
            return Err(Error::failed("grammar: a plan has Same without Ask before it"));
        };
        let topics = self.grammar.topics.len();
        let topic =
            self.fresh("same", topics, before, |topic| !asked.contains(&(entity, topic)))?;
        asked.push((entity, topic));
        let again = &self.grammar.topics[topic].again;
        let wording = self.draw(&format!("again/{topic}"), again.len());
        Ok((again[wording].clone(), self.answer(topic)))
    }

    /// One of `0..n` other than `before` that this dialogue has not asked yet.
    fn fresh(
        &mut self,
        deck: &str,
        n: usize,
        before: usize,
        is_new: impl Fn(usize) -> bool,
    ) -> Result<usize> {
        // A deck of distances: drawing from those that remain would upset its balance.
        (0..4 * n)
            .map(|_| (before + 1 + self.draw(deck, n - 1)) % n)
            .find(|&card| is_new(card))
            .ok_or_else(|| Error::failed("grammar: a plan asks more than there are facts"))
    }

    /// A wording of the answer.
    fn answer(&mut self, topic: usize) -> String {
        let answers = &self.grammar.topics[topic].answer;
        answers[self.draw(&format!("answer/{topic}"), answers.len())].clone()
    }

    /// A template with its slots filled.
    fn filled(&self, template: &str, about: Option<About>, name: usize) -> Result<String> {
        let fact = about.map(|(entity, topic)| self.grammar.fact(entity, topic)).transpose()?;
        fill(template, |slot| match slot {
            "name" => Some(self.grammar.names[name].clone()),
            "v" => fact.map(|fact| fact.v.clone()),
            "k" => fact.map(|fact| fact.key.clone()),
            _ => about.and_then(|(e, _)| self.grammar.entities[e].forms.get(slot).cloned()),
        })
    }
}
