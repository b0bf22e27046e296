//! From a play and a seed to dialogues, the same on every machine.

use std::collections::{BTreeMap, HashSet};

use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use super::super::Talk;
use super::super::expand::{Decks, Expansion};
use super::super::grammar::{capitalise, sloppily};
use super::super::index::Form;
use super::super::near::{self, fingerprint};
use super::check::{Beside, Lines, PLAIN_FORM, Part, Play, Row, Source};
use super::template::{Piece, Slot, Template};
use crate::{Error, Result};

/// The share of the set that is kept for validation.
const KEPT: f64 = 0.08;

/// The most that a single scene gives up for it.
const MOST_KEPT: f64 = 0.25;

/// How often a new dialogue is tried before its scene counts as exhausted.
const TRIES: usize = 300;

/// Composes what the play asks for and mixes it with the hand-written `core`. In a text set, each
/// story is a [`Talk`] of a single turn.
///
/// # Errors
/// If scenes have too few parts for their count; the sentence names them all.
pub fn make(play: &Play, core: &[Talk], seed: u64) -> Result<Expansion> {
    let mut maker = Maker::new(play, core, seed);
    let counts = maker.parts_kept(core.len());
    let mut training = core.to_vec();
    for (scene, &(learned, _)) in counts.iter().enumerate() {
        for made in 0..learned {
            match maker.new_talk(scene, Place::Training) {
                Some(talk) => training.push(talk),
                None => {
                    maker.shortage(scene, made, learned);
                    break;
                }
            }
        }
    }
    let known = near::Index::new(&training);
    let (mut validation, mut dropped) = (Vec::new(), BTreeMap::new());
    for (scene, &(_, kept)) in counts.iter().enumerate() {
        let found = (0..kept).map_while(|_| maker.unlike(&known, scene)).collect::<Vec<_>>();
        if found.len() < kept {
            dropped.insert(play.scenes[scene].id.clone(), kept - found.len());
        }
        validation.extend(found);
    }
    if !maker.short.is_empty() {
        let short = maker.short.join("; ");
        return Err(Error::failed(format!("too few parts for that many dialogues: {short}")));
    }
    training.shuffle(&mut maker.rng);
    validation.shuffle(&mut maker.rng);
    Ok(Expansion { training, validation, uses: maker.uses(), dropped })
}

/// Which wordings may be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Training,
    Validation,
}

/// What a variable stands for in one dialogue.
enum Value<'a> {
    Row(&'a Row),
    Coined(String),
}

/// One scene's variables.
type Frame<'a> = Vec<(usize, Value<'a>)>;

/// What one dialogue has used up.
#[derive(Default)]
struct Used {
    rows: Vec<(usize, usize)>,
    coined: Vec<String>,
    lines: Vec<usize>,
}

/// The state of an expansion.
struct Maker<'a> {
    play: &'a Play,
    rng: ChaCha8Rng,
    decks: Decks,
    seen: HashSet<u64>,
    coined: HashSet<String>,
    uses: Vec<usize>,
    short: Vec<String>,
}

impl<'a> Maker<'a> {
    fn new(play: &'a Play, core: &[Talk], seed: u64) -> Self {
        Self {
            play,
            rng: ChaCha8Rng::seed_from_u64(seed),
            decks: Decks::new(play.decks),
            seen: core.iter().map(fingerprint).collect(),
            coined: HashSet::new(),
            uses: vec![0; play.lines],
            short: Vec::new(),
        }
    }

    /// For each scene, how many dialogues are for training and how many for validation. Scenes
    /// with wordings kept back give more, so that the whole set comes to its share.
    fn parts_kept(&self, core: usize) -> Vec<(usize, usize)> {
        let scenes = &self.play.scenes;
        let gives = |part: &&Part| !part.held && part.holds_back();
        let sum = |which: &dyn Fn(&&Part) -> bool| -> usize {
            scenes.iter().filter(which).map(|part| part.count).sum()
        };
        let total = (sum(&|_| true) + core) as f64;
        let wanted = total * KEPT - sum(&|part| part.held) as f64;
        let share = (wanted / sum(&gives).max(1) as f64).clamp(0.0, MOST_KEPT);
        // What is cut off for one scene is carried to the next.
        let mut carried = 0.5;
        let mut counts = Vec::new();
        for part in scenes {
            if part.held {
                counts.push((0, part.count));
                continue;
            }
            carried += if gives(&part) { part.count as f64 * share } else { 0.0 };
            let kept = if gives(&part) { carried as usize } else { 0 };
            carried -= kept as f64;
            counts.push((part.count - kept.min(part.count), kept.min(part.count)));
        }
        counts
    }

    fn shortage(&mut self, scene: usize, made: usize, wanted: usize) {
        let id = &self.play.scenes[scene].id;
        self.short.push(format!("scene '{id}' gave {made} of {wanted} for training"));
    }

    /// A dialogue that was not there before, or nothing if the scene seems exhausted.
    fn new_talk(&mut self, scene: usize, place: Place) -> Option<Talk> {
        for _ in 0..TRIES {
            let (talk, used) = self.talk(scene, place)?;
            // Alternatives may leave nothing of a line.
            let is_whole = talk.iter().all(|turn| !turn.is_empty());
            if is_whole && self.seen.insert(fingerprint(&talk)) {
                self.coined.extend(used.coined);
                used.lines.into_iter().for_each(|line| self.uses[line] += 1);
                return Some(talk);
            }
        }
        None
    }

    /// A dialogue for validation that is no near-copy of one to learn from.
    fn unlike(&mut self, known: &near::Index, scene: usize) -> Option<Talk> {
        (0..TRIES / 4).find_map(|_| {
            let talk = self.new_talk(scene, Place::Validation)?;
            (!known.has_near(&talk)).then_some(talk)
        })
    }

    /// One dialogue and what it used; nothing if coined words have run out.
    fn talk(&mut self, scene: usize, place: Place) -> Option<(Talk, Used)> {
        let (mut talk, mut used) = (Talk::new(), Used::default());
        let play = self.play;
        let part = &play.scenes[scene];
        let before = self.beside(&play.opening, scene, part);
        let after = self.beside(&play.closing, scene, part);
        for part in before.into_iter().chain([part]).chain(after) {
            self.play_part(part, place, &mut talk, &mut used)?;
        }
        if play.form == Form::Text {
            talk = vec![joined(&talk)];
        }
        Some((talk, used))
    }

    /// A scene to put before or after this one, if chance wants it.
    fn beside(&mut self, beside: &Option<Beside>, scene: usize, part: &Part) -> Option<&'a Part> {
        let Beside { share, scenes, deck } = beside.as_ref()?;
        if part.alone || scenes.contains(&scene) || self.rng.random_range(0..100) >= *share {
            return None;
        }
        Some(&self.play.scenes[scenes[self.decks.draw(*deck, scenes.len(), &mut self.rng)]])
    }

    fn play_part(
        &mut self,
        part: &'a Part,
        place: Place,
        talk: &mut Talk,
        used: &mut Used,
    ) -> Option<()> {
        let frame = self.frame(part, used)?;
        let step = if self.play.form == Form::Dialogue { 2 } else { 1 };
        let stops = (part.turns.len() - part.least) / step + 1;
        let stop = part.least + step * self.decks.draw(part.stop_deck, stops, &mut self.rng);
        for (number, lines) in part.turns[..stop].iter().enumerate() {
            let place = if part.held { Place::Training } else { place };
            let (template, line) = self.line(lines, place);
            used.lines.push(line);
            let mut turn = String::new();
            self.write(template, &frame, &mut turn);
            turn = tidy(&turn);
            let by_user = self.play.form == Form::Dialogue && number % 2 == 0;
            if by_user && self.rng.random_range(0..100) < self.play.sloppy {
                turn = sloppily(&turn);
            }
            talk.push(turn);
        }
        Some(())
    }

    /// Picks a row for each variable of a scene.
    fn frame(&mut self, part: &'a Part, used: &mut Used) -> Option<Frame<'a>> {
        let mut frame = Frame::new();
        for &(variable, source, deck) in &part.picks {
            let value = match source {
                Source::Table(table) => {
                    let rows = &self.play.tables[table];
                    let is_new = |row: usize| !used.rows.contains(&(table, row));
                    let row = self.decks.draw_that(deck, rows.len(), &mut self.rng, is_new);
                    used.rows.push((table, row));
                    Value::Row(&rows[row])
                }
                Source::Coined(which) => {
                    let word = self.coin(which, &used.coined)?;
                    used.coined.push(word.clone());
                    Value::Coined(word)
                }
            };
            frame.push((variable, value));
        }
        Some(frame)
    }

    /// A word that neither the set nor this dialogue has yet.
    fn coin(&mut self, which: usize, here: &[String]) -> Option<String> {
        let play = self.play;
        let (name, how) = &play.coined[which];
        for _ in 0..TRIES {
            let most = how.parts.len();
            let length = self.rng.random_range(how.least.unwrap_or(most)..=most);
            let draw = |part: &'a Vec<String>, rng: &mut ChaCha8Rng| {
                part[rng.random_range(0..part.len())].as_str()
            };
            let word: String =
                how.parts[..length].iter().map(|part| draw(part, &mut self.rng)).collect();
            let new = !self.coined.contains(&word) && !here.contains(&word);
            if new && !play.known.contains(&word.to_lowercase()) {
                return Some(word);
            }
        }
        let sentence = format!("coined '{name}' runs out after {} words", self.coined.len());
        if !self.short.contains(&sentence) {
            self.short.push(sentence);
        }
        None
    }

    /// A wording that belongs here, and its number.
    fn line(&mut self, lines: &'a Lines, place: Place) -> (&'a Template, usize) {
        let kept = lines.all.len() - lines.learned;
        let drawn = match place {
            Place::Validation if kept > 0 => {
                lines.learned + self.decks.draw(lines.decks[1], kept, &mut self.rng)
            }
            _ => self.decks.draw(lines.decks[0], lines.learned, &mut self.rng),
        };
        (&lines.all[drawn].template, lines.all[drawn].number)
    }

    /// Writes a line with its slots filled.
    fn write(&mut self, template: &'a Template, frame: &Frame<'a>, text: &mut String) {
        for piece in &template.0 {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Choice(options, deck) => {
                    let option = self.decks.draw(*deck, options.len(), &mut self.rng);
                    self.write(&options[option], frame, text);
                }
                Piece::Word(word) => {
                    let start = text.len();
                    let (value, _) = self.line(&self.play.words[word.list], Place::Training);
                    self.write(value, frame, text);
                    if word.capital {
                        capitalise(text, start);
                    }
                }
                Piece::Slot(slot) => self.write_slot(slot, frame, text),
            }
        }
    }

    fn write_slot(&mut self, slot: &Slot, frame: &Frame<'a>, text: &mut String) {
        let start = text.len();
        match frame.iter().find(|(variable, _)| *variable == slot.variable) {
            Some((_, Value::Row(row))) => {
                let row: &'a Row = row;
                if let Some((_, value)) = row.iter().find(|(form, _)| *form == slot.form) {
                    self.write(value, frame, text);
                }
            }
            Some((_, Value::Coined(word))) if slot.form == PLAIN_FORM => text.push_str(word),
            // The check has made sure that there is something to find.
            _ => {}
        }
        if slot.capital {
            capitalise(text, start);
        }
    }

    fn uses(&self) -> BTreeMap<String, usize> {
        let lines = self.play.scenes.iter().flat_map(|part| {
            part.turns.iter().flat_map(|lines| &lines.all).map(move |line| (part, line))
        });
        let mut uses = BTreeMap::new();
        for (part, line) in lines.filter(|(_, line)| self.uses[line.number] > 0) {
            *uses.entry(format!("{}: {}", part.id, line.source)).or_default() +=
                self.uses[line.number];
        }
        uses
    }
}

impl Part {
    /// Whether some wording of it is only for validation.
    fn holds_back(&self) -> bool {
        self.turns.iter().any(|lines| lines.learned < lines.all.len())
    }
}

/// A line without the spaces that empty alternatives leave behind.
fn tidy(line: &str) -> String {
    line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Sentences as one text. Scripts that write without spaces get none.
fn joined(sentences: &[String]) -> String {
    let mut text = String::new();
    for sentence in sentences {
        if text.chars().next_back().is_some_and(|last| last.is_ascii()) {
            text.push(' ');
        }
        text.push_str(sentence);
    }
    text
}
