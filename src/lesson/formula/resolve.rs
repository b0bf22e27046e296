//! Which quantity a path names, and which argument is which parameter.

use super::Fault;
use super::ast::{Kind, Node, Segment};
use super::quantity::{self, Entry, all_names};
use crate::lesson::names::did_you_mean;

/// A quantity with its arguments.
pub(super) struct Reading<'a> {
    pub entry: &'static Entry,
    /// One for each parameter; None for an optional one that is not given.
    pub arguments: Vec<Option<&'a Node>>,
    /// What stands behind it.
    pub fields: &'a [Segment],
}

/// Finds the quantity that a path begins with.
pub(super) fn resolve<'a>(
    path: &'a [Segment],
    bound: impl Iterator<Item = &'a String>,
) -> Result<Reading<'a>, Fault> {
    let words: Vec<&str> = path.iter().map(|segment| segment.name.as_str()).collect();
    let at = path.first().map_or(0, |segment| segment.at);
    let Some((entry, length)) = quantity::find(&words) else {
        let wrong = words.join(".");
        let known: Vec<String> = all_names().chain(bound.cloned()).collect();
        let near = did_you_mean(&wrong, known.iter().map(String::as_str));
        return Err(Fault::new(at, format!("there is no quantity {wrong}{near}")));
    };
    let mut arguments: Vec<Option<&Node>> = vec![None; entry.parameters.len()];
    for (word, segment) in path[..length].iter().enumerate() {
        let first = (0..entry.parameters.len()).find(|&i| entry.word_of(i) == word);
        for (i, argument) in segment.arguments.iter().enumerate() {
            let place = match &argument.name {
                Some(name) => entry.parameters.iter().position(|known| known.name == *name),
                None => first.map(|first| first + i),
            };
            let place = place.filter(|&i| {
                i < arguments.len() && entry.word_of(i) == word && arguments[i].is_none()
            });
            match place {
                Some(place) => arguments[place] = Some(&argument.value),
                None => {
                    let what = format!("{} is how it is called", entry.shown());
                    return Err(Fault::new(argument.value.at, what));
                }
            }
        }
    }
    let missing = |(i, parameter): (usize, &quantity::Parameter)| {
        !parameter.optional && arguments[i].is_none()
    };
    if entry.parameters.iter().enumerate().any(missing) {
        let what = format!("something is missing here: {} is how it is called", entry.shown());
        return Err(Fault::new(at, what));
    }
    Ok(Reading { entry, arguments, fields: &path[length..] })
}

/// A name without quotes, or a text: how rules, sets, scores and runs are named.
pub(super) fn name_in(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Literal(text) => Some(text),
        Kind::Path(path) => match path.as_slice() {
            [only] if only.arguments.is_empty() => Some(&only.name),
            _ => None,
        },
        _ => None,
    }
}
