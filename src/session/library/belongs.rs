//! Whether data, vocabulary and model belong together.

use crate::store::{DataSource, Provenance};
use crate::text::sets::index::Index;

/// How a model, or a vocabulary, stands to the data that is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bond {
    /// It was learned from this data.
    Same,
    /// It was learned from an earlier edition of this shipped set.
    Earlier,
    /// It was learned from these others.
    Other(Vec<String>),
    /// Nobody has written down what it was learned from.
    Unknown,
}

impl Bond {
    /// How data that was learned from stands to the data `now`.
    pub fn of(provenance: Option<&Provenance>, now: &DataSource, shipped: Option<&Index>) -> Self {
        let sources = provenance.map_or(&[][..], |provenance| &provenance.data);
        if sources.is_empty() {
            return Self::Unknown;
        }
        if sources.iter().any(|source| source.fingerprint == now.fingerprint) {
            return Self::Same;
        }
        // A shipped set changes only with the program: its name and its present edition suffice.
        let is_shipped = |set: &crate::text::sets::SetEntry| {
            set.id == now.name && set.fingerprint == now.fingerprint
        };
        let known = shipped.is_some_and(|index| index.sets.iter().any(is_shipped));
        if known && sources.iter().any(|source| source.name == now.name) {
            return Self::Earlier;
        }
        let mut names: Vec<String> = sources.iter().map(|source| source.name.clone()).collect();
        names.dedup();
        Self::Other(names)
    }

    /// Whether a person should be warned.
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Other(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::sets::shipped;

    fn source(name: &str, fingerprint: &str) -> DataSource {
        DataSource { name: name.into(), fingerprint: fingerprint.into(), bytes: 1 }
    }

    #[test]
    fn what_was_learned_elsewhere_is_told() {
        let index = shipped().expect("an index");
        let pocket = &index.sets[0];
        let learned = |name: &str, fingerprint: &str| Provenance {
            data: vec![source(name, fingerprint)],
            ..Provenance::default()
        };
        let bond =
            |learned: &Provenance, now: &DataSource| Bond::of(Some(learned), now, Some(&index));
        let now = source(&pocket.id, &pocket.fingerprint);
        assert_eq!(bond(&learned("copy", &pocket.fingerprint), &now), Bond::Same);
        assert_eq!(bond(&learned(&pocket.id, "old"), &now), Bond::Earlier);
        assert_eq!(bond(&learned("x", "old"), &now), Bond::Other(vec!["x".into()]));
        // The user's own set of the same name is no edition of it.
        assert!(bond(&learned("mine", "old"), &source("mine", "new")).is_broken());
        assert_eq!(Bond::of(None, &now, Some(&index)), Bond::Unknown);
    }
}
