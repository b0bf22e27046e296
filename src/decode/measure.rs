//! How texts compare: how varied they are, and where one overtakes another.

use std::collections::HashSet;

/// How many of the n-grams of some texts differ from each other. (Li et al. 2016, distinct-n.)
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Distinct {
    pub different: usize,
    pub all: usize,
}

impl Distinct {
    /// The share from 0 to 1; none if the texts are too short to have an n-gram.
    pub fn share(self) -> Option<f64> {
        (self.all > 0).then(|| self.different as f64 / self.all as f64)
    }
}

/// Counts the n-grams of all `texts` together.
pub fn distinct(n: usize, texts: &[Vec<u32>]) -> Distinct {
    let grams = || texts.iter().flat_map(|text| text.windows(n.max(1)));
    Distinct { different: grams().collect::<HashSet<_>>().len(), all: grams().count() }
}

/// How many n-grams of a text were in it before.
pub fn repeats(n: usize, text: &[u32]) -> Distinct {
    let Distinct { different, all } = distinct(n, std::slice::from_ref(&text.to_vec()));
    Distinct { different: all - different, all }
}

/// Two texts of one prompt, token by token: one by greedy search, the other by a wider one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Race {
    /// The first token (counted from 0) in which they differ.
    pub parts_at: usize,
    /// After how many tokens the wide one's sum is the greater and stays so, as long as both go
    /// on; none if it never is.
    pub overtakes_at: Option<usize>,
}

/// Holds two texts against each other, given as tokens with their log-probabilities; none if they
/// are the same, or one is the other's beginning.
pub fn race(wide: &[(u32, f64)], greedy: &[(u32, f64)]) -> Option<Race> {
    let parts_at = wide.iter().zip(greedy).position(|(a, b)| a.0 != b.0)?;
    let (mut lead, mut leads) = (0.0, Vec::new());
    for (a, b) in wide.iter().zip(greedy) {
        lead += a.1 - b.1;
        leads.push(lead);
    }
    let behind = leads.iter().rposition(|lead| *lead <= 0.0);
    let ahead = behind.map_or(parts_at, |last| last + 1);
    let overtakes_at = (ahead < leads.len()).then_some(ahead + 1);
    Some(Race { parts_at, overtakes_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n_grams_are_counted_over_all_texts() {
        let texts = [vec![1, 2, 1, 2], vec![1, 2, 3], vec![4]];
        assert_eq!(distinct(2, &texts), Distinct { different: 3, all: 5 });
        assert_eq!(distinct(1, &texts), Distinct { different: 4, all: 8 });
        assert_eq!(distinct(2, &[vec![4]]).share(), None);
        assert_eq!(repeats(2, &[1, 2, 1, 2]), Distinct { different: 1, all: 3 });
    }

    #[test]
    fn a_worse_beginning_can_overtake() {
        let greedy = [(1, -0.5), (2, -0.9), (3, -1.0), (4, -2.0)];
        let wide = [(1, -0.5), (5, -1.0), (6, -0.2), (7, -0.1)];
        assert_eq!(race(&wide, &greedy), Some(Race { parts_at: 1, overtakes_at: Some(3) }));
        assert_eq!(race(&greedy, &wide), Some(Race { parts_at: 1, overtakes_at: None }));
        assert_eq!(race(&wide, &wide), None);
        assert_eq!(race(&wide[..2], &wide), None, "a beginning does not part");
        let ahead_at_once = [(9, -0.1)];
        let race = race(&ahead_at_once, &greedy).expect("they part");
        assert_eq!((race.parts_at, race.overtakes_at), (0, Some(1)));
    }
}
