//! From a source to blocks and spans. It cannot fail: what is wrong stays as text, with a fault.

use super::{Block, Live, Prose, Span, Target};
use crate::lesson::formula::{Fault, Format, Formula};
use crate::lesson::names::did_you_mean;

/// How deep emphasis and links go into each other.
const DEEPEST: usize = 4;

pub(super) fn parse(source: String) -> Prose {
    let mut reader = Reader { source: &source, faults: Vec::new() };
    let mut blocks = Vec::new();
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        reader.line(line.trim_end_matches(['\n', '\r']), at, &mut blocks);
        at += line.len();
    }
    // A blank line leaves an empty paragraph, which only parts the others.
    blocks.retain(|block| *block != Block::Paragraph(Vec::new()));
    let faults = reader.faults;
    Prose { source, blocks, faults }
}

struct Reader<'a> {
    source: &'a str,
    faults: Vec<Fault>,
}

/// Signs with a meaning, which a backslash takes away.
const MARKS: &str = "*`[]{}\\";

impl Reader<'_> {
    fn fault(&mut self, at: usize, what: impl Into<String>) {
        self.faults.push(Fault::new(at, what));
    }

    /// Adds a line, whose first byte is `at`.
    fn line(&mut self, line: &str, at: usize, blocks: &mut Vec<Block>) {
        let indent = line.len() - line.trim_start().len();
        let text = line.trim_start();
        if text.is_empty() {
            blocks.push(Block::Paragraph(Vec::new()));
            return;
        }
        if text.starts_with('#')
            || text.starts_with("![")
            || text.starts_with('|')
            || text.starts_with('<')
        {
            self.fault(
                at + indent,
                "headings, pictures, tables and HTML have no place in a lesson",
            );
        }
        let (numbered, mark) = item_mark(text);
        if mark > 0 {
            let spans = self.spans(at + indent + mark, at + line.len());
            match blocks.last_mut() {
                Some(Block::List { numbered: same, items }) if *same == numbered => {
                    items.push(spans)
                }
                _ => blocks.push(Block::List { numbered, items: vec![spans] }),
            }
            return;
        }
        let spans = self.spans(at + indent, at + line.len());
        match blocks.last_mut() {
            // A line break inside of a paragraph is a space, in Latin text.
            Some(Block::Paragraph(before)) if !before.is_empty() => {
                before.push(Span::Text(" ".into()));
                before.extend(spans);
            }
            Some(Block::List { items, .. }) if indent > 0 => {
                if let Some(item) = items.last_mut() {
                    item.push(Span::Text(" ".into()));
                    item.extend(spans);
                }
            }
            _ => blocks.push(Block::Paragraph(spans)),
        }
    }

    fn spans(&mut self, from: usize, to: usize) -> Vec<Span> {
        self.inside(from, to, DEEPEST)
    }

    /// The spans of a stretch of the source.
    fn inside(&mut self, from: usize, to: usize, deep: usize) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut text = String::new();
        let mut at = from;
        while let Some(c) = self.source[at..to].chars().next() {
            let rest = &self.source[at..to];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                text.push(c);
                at += 2;
                continue;
            }
            if let Some(sign) = rest.strip_prefix('\\').and_then(|rest| rest.chars().next())
                && MARKS.contains(sign)
            {
                text.push(sign);
                at += 1 + sign.len_utf8();
                continue;
            }
            match self.special(at, to, deep) {
                Some((span, length)) => {
                    if !text.is_empty() {
                        spans.push(Span::Text(std::mem::take(&mut text)));
                    }
                    spans.push(span);
                    at += length;
                }
                None => {
                    text.push(c);
                    at += c.len_utf8();
                }
            }
        }
        if !text.is_empty() {
            spans.push(Span::Text(text));
        }
        spans
    }

    /// What begins at `at`, if it is more than text, and its length.
    fn special(&mut self, at: usize, to: usize, deep: usize) -> Option<(Span, usize)> {
        let rest = &self.source[at..to];
        if let Some(code) = rest.strip_prefix('`') {
            let Some(length) = code.find('`') else {
                self.fault(at, "this code has no end; close it with `");
                return None;
            };
            return Some((Span::Code(code[..length].into()), length + 2));
        }
        if rest.starts_with('{') {
            return self.live(at, to);
        }
        if rest.starts_with('}') {
            self.fault(at, "a } without its {; write }} for a brace");
            return None;
        }
        if !rest.starts_with(['*', '[']) {
            return None;
        }
        if deep == 0 {
            self.fault(at, "too much emphasis inside of emphasis");
            return None;
        }
        if rest.starts_with('[') {
            return self.link(at, to, deep);
        }
        let mark = if rest.starts_with("**") { "**" } else { "*" };
        let start = at + mark.len();
        let Some(length) = self.closing(start, to, mark) else {
            self.fault(at, format!("this {mark} has no end"));
            return None;
        };
        let inner = self.inside(start, start + length, deep - 1);
        let span = if mark == "*" { Span::Emphasis(inner) } else { Span::Strong(inner) };
        Some((span, length + 2 * mark.len()))
    }

    /// How far it is from `from` to `mark`, outside of code and live values; at least one byte.
    fn closing(&self, from: usize, to: usize, mark: &str) -> Option<usize> {
        let mut at = from;
        while at < to {
            let rest = &self.source[at..to];
            if at > from && rest.starts_with(mark) {
                // The single star of an emphasis is no half of a double one.
                if mark == "*" && rest.starts_with("**") {
                    at += 2;
                    continue;
                }
                return Some(at - from);
            }
            let c = rest.chars().next()?;
            at += match c {
                '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
                '`' => rest[1..].find('`').map_or(1, |length| length + 2),
                '{' => live_length(rest).unwrap_or(1),
                c => c.len_utf8(),
            };
        }
        None
    }

    /// `[words](part:map.row)`
    fn link(&mut self, at: usize, to: usize, deep: usize) -> Option<(Span, usize)> {
        let found = self.closing(at + 1, to, "](").and_then(|length| {
            let target = at + 1 + length + 2;
            Some((length, target, self.source[target..to].find(')')?))
        });
        let Some((words, target, length)) = found else {
            self.fault(at, "a link is [words](part:NAME), [words](term:ID) or [words](go:STEP)");
            return None;
        };
        let whole = &self.source[target..target + length];
        let (kind, name) = whole.split_once(':').unwrap_or((whole, ""));
        let to_what: fn(String) -> Target = match kind {
            "part" => Target::Part,
            "term" => Target::Term,
            "go" => Target::Step,
            _ => {
                let near = did_you_mean(kind, ["part", "term", "go"]);
                self.fault(
                    target,
                    format!("a link leads to part:, term: or go:, not {kind}:{near}"),
                );
                return None;
            }
        };
        let target_of = to_what(name.into());
        let inner = self.inside(at + 1, at + 1 + words, deep - 1);
        let span = Span::Link { words: inner, target: target_of, at: target + kind.len() + 1 };
        Some((span, target + length + 1 - at))
    }

    /// `{expr|format}`
    fn live(&mut self, at: usize, to: usize) -> Option<(Span, usize)> {
        let Some(length) = live_length(&self.source[at..to]) else {
            self.fault(at, "this live value has no end; write {formula|format}, or {{ for a brace");
            return None;
        };
        let inner = &self.source[at + 1..at + length - 1];
        let Some((formula, format)) = inner.rsplit_once('|') else {
            self.fault(at, "a live value is {formula|format}, such as {prob(fav)|pct}");
            return None;
        };
        let Some(known) = Format::of(format.trim()) else {
            let near = did_you_mean(format.trim(), Format::ALL.iter().map(|known| known.word()));
            self.fault(at + 2 + formula.len(), format!("there is no format '{format}'{near}"));
            return None;
        };
        let formula = Formula::new(formula);
        if let Err(fault) = &formula.parsed {
            self.faults.push(fault.clone().behind(at + 1));
        }
        Some((Span::Live(Box::new(Live { formula, format: known, at: at + 1 })), length))
    }
}

/// The length of a live value with its braces: up to a } outside of quotes.
fn live_length(rest: &str) -> Option<usize> {
    let mut in_quotes = false;
    let mut chars = rest.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' => in_quotes = !in_quotes,
            '\\' if in_quotes => {
                chars.next();
            }
            '}' if !in_quotes => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Whether a line is of a numbered list, and how long the mark of a list is; 0 for no list.
fn item_mark(text: &str) -> (bool, usize) {
    if text.starts_with("- ") {
        return (false, 2);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text[digits..].starts_with(". ") && (1..3).contains(&digits) {
        true => (true, digits + 2),
        false => (false, 0),
    }
}
