//! A tree of beginnings: texts of one prompt, laid over each other as far as they are the same.

/// A node: one or more texts begin with the tokens on the way to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prefix {
    /// The newest token; of no meaning at the root, which is the prompt.
    pub token: u32,
    /// The node before; the root is its own.
    pub parent: usize,
    /// How many tokens there are on the way.
    pub depth: usize,
    /// The log-probability (nats) of the newest token, and the sum of those on the way.
    pub logprob: f64,
    pub sum: f64,
}

/// The tree. It grows token by token; nodes keep their numbers, the root is 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Prefixes {
    nodes: Vec<Prefix>,
    /// The node at which each text is, and those it went through.
    paths: Vec<Vec<usize>>,
}

impl Prefixes {
    /// So many texts, none of which has a token yet.
    pub fn new(texts: usize) -> Self {
        let root = Prefix { token: 0, parent: 0, depth: 0, logprob: 0.0, sum: 0.0 };
        Self { nodes: vec![root], paths: vec![Vec::new(); texts] }
    }

    /// A token more of a text; returns whether it needed a node of its own. Unknown texts have no
    /// place in the tree.
    pub fn push(&mut self, text: usize, token: u32, logprob: f64) -> bool {
        let Some(path) = self.paths.get_mut(text) else { return false };
        let parent = path.last().copied().unwrap_or(0);
        let same = |node: &Prefix| node.parent == parent && node.token == token && node.depth > 0;
        // A child is younger than its parent.
        let known = self.nodes[parent..].iter().position(same).map(|at| at + parent);
        path.push(known.unwrap_or(self.nodes.len()));
        if known.is_none() {
            let Prefix { depth, sum, .. } = self.nodes[parent];
            self.nodes.push(Prefix {
                token,
                parent,
                depth: depth + 1,
                logprob,
                sum: sum + logprob,
            });
        }
        known.is_none()
    }

    /// Every node; the parents of a node stand before it.
    pub fn nodes(&self) -> &[Prefix] {
        &self.nodes
    }

    /// The nodes that a text goes through, from its first token on.
    pub fn path(&self, text: usize) -> &[usize] {
        self.paths.get(text).map_or(&[], Vec::as_slice)
    }

    /// How many of these texts go through each node.
    pub fn counts(&self, texts: std::ops::Range<usize>) -> Vec<usize> {
        let mut counts = vec![0; self.nodes.len()];
        for &node in texts.flat_map(|text| self.path(text)) {
            counts[node] += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_share_their_beginnings_and_are_counted() {
        let mut tree = Prefixes::new(3);
        for (text, tokens) in [(0, [5, 6, 7]), (1, [5, 6, 8]), (2, [5, 9, 7])] {
            for token in tokens {
                tree.push(text, token, -0.5);
            }
        }
        assert_eq!(tree.nodes().len(), 1 + 1 + 2 + 3);
        assert_eq!(tree.path(0)[..2], tree.path(1)[..2]);
        assert_ne!(tree.path(0)[2], tree.path(2)[2], "the same token after another beginning");
        let counts = tree.counts(0..3);
        assert_eq!(counts[tree.path(0)[0]], 3);
        assert_eq!(counts[tree.path(0)[1]], 2);
        assert_eq!(tree.counts(2..3)[tree.path(0)[1]], 0);
        let last = tree.nodes()[tree.path(2)[2]];
        assert_eq!((last.depth, last.sum), (3, -1.5));
        assert!(!tree.push(9, 1, 0.0), "there is no such text");
    }
}
