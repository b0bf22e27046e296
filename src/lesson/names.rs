//! Names that a file gets wrong, and the known one that was probably meant.

/// The known name that is nearest to `wrong`, as a sentence's end: `; did you mean prob?`.
/// Empty if none is near.
pub fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(wrong, known) {
        near if near.is_empty() => String::new(),
        near => format!("; did you mean {near}?"),
    }
}

/// The known name that is nearest to `wrong`; empty if there is none at all.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let wrong: Vec<char> = wrong.to_lowercase().chars().take(80).collect();
    let distance = |name: &str| {
        let name: Vec<char> = name.to_lowercase().chars().collect();
        let all = edits(&wrong, &name);
        // A name's last word alone is often what a person remembers.
        let tail =
            name.iter().rposition(|c| *c == '.').map(|dot| 1 + edits(&wrong, &name[dot + 1..]));
        tail.map_or(all, |tail| all.min(tail))
    };
    known
        .into_iter()
        .min_by_key(|name| (distance(name), name.len()))
        .map_or(String::new(), String::from)
}

/// How many letters must be put in, left out or changed (Levenshtein).
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found() {
        let known = ["prob", "logit", "rank", "tokens.count", "funnel.softmax"];
        assert_eq!(nearest("porb", known), "prob");
        assert_eq!(nearest("Logits", known), "logit");
        assert_eq!(nearest("softmax", known), "funnel.softmax");
        assert_eq!(did_you_mean("x", []), "");
    }

    #[test]
    fn edits_count_letters() {
        let count = |a: &str, b: &str| {
            edits(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
        };
        assert_eq!(count("kitten", "sitting"), 3);
        assert_eq!(count("", "abc"), 3);
        assert_eq!(count("abc", "abc"), 0);
    }
}
