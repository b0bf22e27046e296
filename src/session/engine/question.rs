//! What can be asked about the text that is looked at: each answer is computed when it is asked
//! for, on the engine's thread.

use super::alter::{Altered, continue_with, logits_with};
use super::check::{Checked, check};
use super::examples::data_of;
use super::{Opened, Sight};
use crate::interpret::{
    Candidates, Change, Component, Depth, Firings, Patch, Projection, Reading, Watch, attribute,
    depths, nearest, predicted,
};
use crate::nn::{Name, model};
use crate::tensor::Threads;
use std::sync::Arc;

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// Why a row prefers a token: what each part adds, and how the token stands at each depth.
    Why { position: usize, candidates: Candidates },
    /// What happens to a row's prediction when each head and each MLP is switched off in turn.
    Effects { position: usize },
    /// How the model would go on, untouched and changed.
    Replies,
    /// What happens to a row's prediction when one row of the stream before one block is taken from
    /// the text that stands beside, whose tokens are `source`.
    Patches { position: usize, source: Vec<u32> },
    /// The flat picture of all tokens' vectors, or of all positions'.
    Picture(Table),
    /// The vectors most like one of them.
    Neighbours { table: Table, row: usize },
    /// On which tokens of the model's data its neurons fire.
    Neurons,
    /// What must hold if what is drawn is what ran, computed once more.
    Check,
}

/// A learned table of vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Tokens,
    Positions,
}

impl Table {
    /// Its numbers, `[row, width]`.
    pub fn of(self, model: &Opened) -> &[f32] {
        let view = model.model.parameters.view();
        match self {
            Self::Tokens => view.wte,
            Self::Positions => view.wpe,
        }
    }
}

impl Question {
    /// Whether the answer depends on the text that is looked at and on what is changed.
    pub fn is_about_the_text(&self) -> bool {
        !matches!(self, Self::Picture(_) | Self::Neighbours { .. } | Self::Neurons)
    }

    /// Whether an answer to the other is of no use once this one is asked.
    pub(super) fn replaces(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// An answer, and what it was given for.
#[derive(Debug, Clone)]
pub struct Answer {
    pub question: Question,
    /// The text that was looked at.
    pub ids: Vec<u32>,
    /// What was changed.
    pub changes: Vec<Change>,
    pub content: Content,
    /// The share that is done; 1 when nothing more will come.
    pub done: f32,
}

/// What an answer holds.
#[derive(Debug, Clone)]
pub enum Content {
    Why(Why),
    Effects(Vec<Effect>),
    Replies(Replies),
    /// Logits `[block · rows + row]`, each `[vocabulary]`; the rows are those that both texts have.
    Patches(Vec<Arc<[f32]>>),
    /// Where each vector stands, and the share of variance along both axes.
    Picture {
        places: Vec<[f32; 2]>,
        shares: [f64; 2],
    },
    /// Rows with their cosine similarity, the most alike first.
    Neighbours(Vec<(usize, f32)>),
    Neurons(Arc<Neurons>),
    Check(Vec<Checked>),
}

/// The neurons' favourite places in the data.
#[derive(Debug, Clone)]
pub struct Neurons {
    /// The texts that were read.
    pub texts: Vec<Vec<u32>>,
    pub firings: Firings,
    /// What the data is called.
    pub data: String,
}

/// Why a row prefers a token.
#[derive(Debug, Clone)]
pub struct Why {
    pub untouched: Reasons,
    /// The same with the changes, if there are any.
    pub changed: Option<Reasons>,
    /// What the changes should do to the score by attribution alone, where that can be said.
    pub predicted: Option<f64>,
}

/// The terms of a score, and what the lens sees.
#[derive(Debug, Clone)]
pub struct Reasons {
    /// The candidate's logit, or its lead over the rival.
    pub score: f32,
    pub parts: Vec<(Component, f64)>,
    pub depths: Vec<Depth>,
}

/// A row's logits with one part more switched off.
#[derive(Debug, Clone)]
pub struct Effect {
    pub part: Component,
    /// `[vocabulary]`
    pub logits: Arc<[f32]>,
}

/// How the model goes on, greedily.
#[derive(Debug, Clone)]
pub struct Replies {
    pub untouched: Vec<u32>,
    pub changed: Vec<u32>,
}

/// Tokens of a reply that is written to see what a change does.
const REPLY: usize = 24;
/// Guesses that are listed at each depth.
const GUESSES: usize = 6;

/// Vectors that are named as neighbours, and places that are kept for each neuron.
const NEIGHBOURS: usize = 12;
const FIRINGS: usize = 8;
/// Progress is told after so many texts.
const TEXTS_AT_ONCE: usize = 20;

/// What a question is answered from.
pub(super) struct Subject<'a> {
    pub sight: &'a Arc<Sight>,
    /// If there are changes: the text read with them.
    pub altered: Option<&'a Arc<Altered>>,
    /// The second text, if there is one.
    pub beside: Option<&'a Arc<Sight>>,
    pub threads: &'a Threads,
}

impl Subject<'_> {
    fn changes(&self) -> &[Change] {
        self.altered.map_or(&[], |altered| &altered.changes)
    }

    /// Answers, perhaps in several steps: each is handed to `tell`, which says whether to go on.
    pub fn answer(&self, question: &Question, tell: &mut dyn FnMut(Answer) -> bool) {
        let whole = |content| Answer {
            question: question.clone(),
            ids: self.sight.reading.ids.clone(),
            changes: self.changes().to_vec(),
            content,
            done: 1.0,
        };
        let rows = self.sight.reading.positions();
        match question.clone() {
            Question::Why { position, candidates } if position < rows => {
                tell(whole(Content::Why(self.why(position, candidates))));
            }
            Question::Effects { position } if position < rows => {
                self.effects(position, &mut |effects, done| {
                    tell(Answer { done, ..whole(Content::Effects(effects)) })
                });
            }
            Question::Replies => {
                tell(whole(Content::Replies(self.replies())));
            }
            Question::Patches { position, source } if position < rows => {
                self.patches(position, &source, &mut |patched, done| {
                    tell(Answer { done, ..whole(Content::Patches(patched)) })
                });
            }
            Question::Why { .. } | Question::Effects { .. } | Question::Patches { .. } => {}
            Question::Picture(table) => {
                tell(whole(self.picture(table)));
            }
            Question::Neighbours { table, row } => {
                let rows = table.of(&self.sight.model);
                let width = self.sight.reading.config.width;
                tell(whole(Content::Neighbours(nearest(rows, width, row, NEIGHBOURS))));
            }
            Question::Neurons => self.neurons(&mut |neurons, done| {
                tell(Answer { done, ..whole(Content::Neurons(neurons)) })
            }),
            Question::Check => {
                tell(whole(Content::Check(check(self.sight, self.threads))));
            }
        }
    }

    fn why(&self, position: usize, candidates: Candidates) -> Why {
        let parameters = &self.sight.model.model.parameters;
        let asked: Vec<u32> =
            [Some(candidates.token), candidates.rival].into_iter().flatten().collect();
        let reasons = |reading: &Reading| Reasons {
            score: candidates.score(reading.logits(position)),
            parts: attribute(reading, parameters, position, candidates),
            depths: depths(reading, parameters, self.threads, position, GUESSES, &asked),
        };
        let untouched = &self.sight.reading;
        Why {
            untouched: reasons(untouched),
            changed: self.altered.map(|altered| reasons(&altered.sight.reading)),
            predicted: self.altered.and_then(|_| {
                predicted(untouched, parameters, position, candidates, self.changes())
            }),
        }
    }

    fn effects(&self, position: usize, tell: &mut dyn FnMut(Vec<Effect>, f32) -> bool) {
        let parts = Component::writers(&self.sight.reading.config);
        let mut effects = Vec::new();
        for (i, part) in parts.iter().copied().enumerate() {
            let mut changes = self.changes().to_vec();
            changes.push(Change::Scale { part, by: 0.0 });
            let logits = logits_with(self.sight, &changes, position, self.threads).into();
            effects.push(Effect { part, logits });
            let done = (i + 1) as f32 / parts.len() as f32;
            if !tell(effects.clone(), done) {
                return;
            }
        }
    }

    /// Patches one row before one block after the other. What is changed otherwise stays out of it.
    fn patches(
        &self,
        position: usize,
        source: &[u32],
        tell: &mut dyn FnMut(Vec<Arc<[f32]>>, f32) -> bool,
    ) {
        let Some(beside) = self.beside.filter(|beside| beside.reading.ids == source) else {
            return;
        };
        let layers = self.sight.reading.config.layers;
        let rows = self.sight.reading.positions().min(beside.reading.positions());
        let untouched: Arc<[f32]> = self.sight.reading.logits(position).into();
        let mut patched = Vec::new();
        for block in 0..layers {
            for row in 0..rows {
                let name = Name::ResidPre(block);
                let values: Arc<[f32]> = beside.reading.row(name, row).into();
                // A later row, or an equal one, changes nothing, and need not be tried.
                let same = row > position || *values == *self.sight.reading.row(name, row);
                patched.push(if same {
                    untouched.clone()
                } else {
                    let changes = [Change::Patch(Patch { name, row, values })];
                    logits_with(self.sight, &changes, position, self.threads).into()
                });
            }
            let done = (block + 1) as f32 / layers as f32;
            if !tell(patched.clone(), done) {
                return;
            }
        }
    }

    fn picture(&self, table: Table) -> Content {
        let rows = table.of(&self.sight.model);
        let width = self.sight.reading.config.width;
        let found = Projection::principal(rows, width, self.threads);
        let place = |row: &[f32]| found.as_ref().map_or([0.0; 2], |found| found.place(row));
        let places = rows.chunks_exact(width).map(place).collect();
        Content::Picture { places, shares: found.as_ref().map_or([0.0; 2], |found| found.shares) }
    }

    /// Reads the model's data, text by text, and notes where neurons fire.
    fn neurons(&self, tell: &mut dyn FnMut(Arc<Neurons>, f32) -> bool) {
        let model = &self.sight.model;
        let config = &model.model.parameters.config;
        let (data, texts) = data_of(model);
        let firings = Firings::new(config.layers, config.inner, FIRINGS);
        let mut neurons = Neurons { texts: Vec::new(), firings, data };
        let count = texts.len();
        for (text, ids) in texts.into_iter().enumerate() {
            let mut watch = Watch { firings: &mut neurons.firings, text };
            model::read(self.threads, &model.model.parameters, &ids, &mut watch);
            neurons.texts.push(ids);
            let last = text + 1 == count;
            if last || (text + 1).is_multiple_of(TEXTS_AT_ONCE) {
                let done = (text + 1) as f32 / count as f32;
                if !tell(Arc::new(neurons.clone()), done) {
                    return;
                }
            }
        }
        if count == 0 {
            tell(Arc::new(neurons), 1.0);
        }
    }

    fn replies(&self) -> Replies {
        let stops = self.sight.model.stops();
        // A text that fills the context has no room for a reply: it stays empty.
        let of = |changes: &[Change]| {
            continue_with(self.sight, changes, (REPLY, &stops), self.threads).unwrap_or_default()
        };
        Replies { untouched: of(&[]), changed: of(self.changes()) }
    }
}
