//! What a search came to, in a sentence: did it find a better text than greedy search?

use crate::app::context::Context;
use crate::app::numbers;
use crate::app::words::fill;
use crate::decode::{Race, race};
use crate::session::{Search, Strand};

/// The best hypothesis beside the greedy text.
pub struct Verdict {
    pub beam: Strand,
    /// Sum divided by length ^ penalty, of both.
    pub scores: [f64; 2],
    /// Where they part; none if they do not.
    pub race: Option<Race>,
}

/// A sum as beam search scores it.
pub fn score(search: &Search, strand: &Strand) -> f64 {
    let length = strand.tokens.len().max(1) as f64;
    strand.logprob() / length.powf(search.plan.length_penalty)
}

/// Compares them; none before both have ended.
pub fn verdict(search: &Search) -> Option<Verdict> {
    search.end()?;
    search.greedy().finish?;
    let best = search.best(search.steps().len())?;
    let (beam, greedy) = (search.strand(best), search.greedy());
    let scores = [score(search, &beam), score(search, greedy)];
    let race = race(&beam.tokens, &greedy.tokens);
    Some(Verdict { beam, scores, race })
}

impl Verdict {
    /// “Beam search found a better text than greedy search”
    pub fn title(&self, ctx: &Context) -> &'static str {
        let words = ctx.words.tree;
        match (self.race, self.scores) {
            (None, _) => words.same_text,
            (_, [beam, greedy]) if beam > greedy => words.beam_better,
            _ => words.greedy_better,
        }
    }

    /// Where they part and where one overtakes the other, as a person would tell it.
    pub fn tell(&self, ctx: &Context, search: &Search) -> String {
        let words = ctx.words.tree;
        let Some(Race { parts_at, overtakes_at }) = self.race else {
            return words.same_text_more.into();
        };
        let (beam, greedy) = (&self.beam.tokens, &search.greedy().tokens);
        let name = |token: u32| format!("“{}”", ctx.piece(token).text.replace('\u{b7}', ""));
        let [ours, theirs] = [beam[parts_at], greedy[parts_at]];
        let probability = |logprob: f64| numbers::candidate(logprob.exp());
        let place = search.after + parts_at + 1;
        let first = fill(
            words.parts_at,
            &[&place, &name(theirs.0), &probability(theirs.1), &name(ours.0), &probability(ours.1)],
        );
        let sums = |count: usize| {
            let sum = |tokens: &[(u32, f64)]| tokens[..count].iter().map(|token| token.1).sum();
            [sum(beam), sum(greedy)].map(|sum: f64| numbers::signed(sum as f32))
        };
        let second = match overtakes_at {
            Some(at) => {
                let [ours, theirs] = sums(at);
                fill(words.overtakes_at, &[&(search.after + at), &ours, &theirs])
            }
            None if self.scores[0] > self.scores[1] => words.wins_by_length.into(),
            None => words.never_ahead.into(),
        };
        // Chinese sentences stand without a space between them.
        let space = if first.ends_with('。') { "" } else { " " };
        format!("{first}{space}{second}")
    }
}
