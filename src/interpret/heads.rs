//! What a head does, as far as its pattern says: it looks back one token, at the first one, at the
//! same token earlier, or at what followed the same token earlier (induction, Olsson et al. 2022).

use super::Reading;

/// A pattern that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HeadPattern {
    /// The token just before.
    Previous,
    /// The first token of the text.
    First,
    /// An earlier copy of this token.
    Same,
    /// The token after an earlier copy of this token.
    Induction,
}

impl HeadPattern {
    /// Every pattern.
    pub const ALL: [Self; 4] = [Self::Previous, Self::First, Self::Same, Self::Induction];

    /// Whether a head of this pattern looks from `query` to `key` in this text.
    fn wants(self, ids: &[u32], query: usize, key: usize) -> bool {
        match self {
            Self::Previous => key + 1 == query,
            Self::First => key == 0 && query > 0,
            Self::Same => key < query && ids[key] == ids[query],
            Self::Induction => key >= 1 && key <= query && ids[key - 1] == ids[query],
        }
    }
}

/// How well one head follows each pattern, from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct HeadScores {
    scores: [f32; 4],
}

/// A pattern is named from this score on.
const NAMED: f32 = 0.6;

impl HeadScores {
    /// The score of a pattern: of the attention of all rows in which the pattern has somewhere to
    /// look, the share that goes there.
    pub fn of(&self, pattern: HeadPattern) -> f32 {
        self.scores[pattern as usize]
    }

    /// The pattern's name, if one is clear.
    pub fn label(&self) -> Option<HeadPattern> {
        let best =
            HeadPattern::ALL.into_iter().max_by(|a, b| self.of(*a).total_cmp(&self.of(*b)))?;
        (self.of(best) >= NAMED).then_some(best)
    }
}

/// Scores every head over several texts, `[block][head]`.
///
/// With `without_first` the attention that rests on the first token is left out: many heads put
/// there what they have no use for, and it would hide the rest.
pub fn score_heads(readings: &[Reading], without_first: bool) -> Vec<Vec<HeadScores>> {
    let Some(first) = readings.first() else { return Vec::new() };
    let (layers, heads) = (first.config.layers, first.config.heads);
    let of = |block, head| {
        let scores =
            HeadPattern::ALL.map(|pattern| score(readings, block, head, pattern, without_first));
        HeadScores { scores }
    };
    (0..layers).map(|block| (0..heads).map(|head| of(block, head)).collect()).collect()
}

/// How much of all attention goes where a pattern wants it, as TransformerLens's head detector
/// counts it (its measure `mul`, averaged over texts). Rows in which the pattern has nowhere to
/// look count too, so even a perfect induction head stays below 1.
pub fn detector_score(
    readings: &[Reading],
    block: usize,
    head: usize,
    pattern: HeadPattern,
) -> f32 {
    let of = |reading: &Reading| {
        let there: f32 = (1..reading.positions())
            .flat_map(|query| {
                let weights = reading.weights(block, head, query);
                let wanted = move |key: &usize| pattern.wants(&reading.ids, query, *key);
                (0..=query).filter(wanted).map(move |key| weights[key])
            })
            .sum();
        there / reading.positions() as f32
    };
    readings.iter().map(of).sum::<f32>() / readings.len().max(1) as f32
}

fn score(
    readings: &[Reading],
    block: usize,
    head: usize,
    pattern: HeadPattern,
    without_first: bool,
) -> f32 {
    let (mut there, mut all) = (0.0, 0.0);
    for reading in readings {
        for query in 1..reading.positions() {
            let wanted = |key: &usize| pattern.wants(&reading.ids, query, *key);
            if !(0..=query).any(|key| wanted(&key)) {
                continue;
            }
            let weights = reading.weights(block, head, query);
            let skip = usize::from(without_first && pattern != HeadPattern::First);
            for (key, &weight) in weights.iter().enumerate().take(query + 1).skip(skip) {
                all += weight;
                there += if wanted(&key) { weight } else { 0.0 };
            }
        }
    }
    if all > 0.0 { there / all } else { 0.0 }
}
