//! Where things stand in a RON file: a tree of places beside the values that serde reads.
//!
//! serde gives values without places, and a checker that cannot name the line is of little help.
//! This reader is lenient: it is asked about files that RON has accepted, and what it does not
//! understand only makes a place less exact.

/// A place as editors count it, from 1, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

/// The places of one file.
#[derive(Debug)]
pub struct Outline {
    source: String,
    root: Option<Node>,
}

#[derive(Debug)]
struct Node {
    start: usize,
    end: usize,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Fields(Vec<(String, Node)>),
    Items(Vec<Node>),
    /// Keys, where they are texts, and values.
    Entries(Vec<(Node, Node)>),
    Text {
        raw: bool,
    },
    Other,
}

/// How deep the tree goes; RON itself goes no deeper than this.
const DEEPEST: usize = 128;

impl Outline {
    pub fn of(source: &str) -> Self {
        let mut reader = Reader { source, at: 0 };
        reader.skip_header();
        let root = reader.value(0);
        Self { source: source.into(), root }
    }

    /// The file's value.
    pub fn root(&self) -> Spot<'_> {
        Spot {
            outline: self,
            node: self.root.as_ref(),
            start: self.root.as_ref().map_or(0, |n| n.start),
        }
    }

    fn place(&self, byte: usize) -> Place {
        place_in(&self.source, byte)
    }
}

/// The place of a byte in a text.
pub fn place_in(source: &str, byte: usize) -> Place {
    let mut byte = byte.min(source.len());
    while !source.is_char_boundary(byte) {
        byte -= 1;
    }
    let before = &source[..byte];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Place {
        line: 1 + before.bytes().filter(|b| *b == b'\n').count(),
        column: 1 + before[line_start..].chars().count(),
    }
}

/// A value in the file, or the nearest thing around it that was found.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'a> {
    outline: &'a Outline,
    node: Option<&'a Node>,
    start: usize,
}

impl<'a> Spot<'a> {
    fn to(self, node: Option<&'a Node>) -> Self {
        Self { node, start: node.map_or(self.start, |node| node.start), ..self }
    }

    /// A field of a struct.
    #[must_use]
    pub fn field(self, name: &str) -> Self {
        match self.node.map(|node| &node.kind) {
            Some(Kind::Fields(fields)) => {
                self.to(fields.iter().find(|(known, _)| known == name).map(|(_, node)| node))
            }
            _ => self.to(None),
        }
    }

    /// An item of a list, or a part of a tuple.
    #[must_use]
    pub fn item(self, index: usize) -> Self {
        match self.node.map(|node| &node.kind) {
            Some(Kind::Items(items)) => self.to(items.get(index)),
            _ => self.to(None),
        }
    }

    /// The value of a key of a map.
    #[must_use]
    pub fn entry(self, key: &str) -> Self {
        match self.node.map(|node| &node.kind) {
            Some(Kind::Entries(entries)) => {
                let found = entries.iter().find(|(k, _)| self.text_of(k) == Some(key));
                self.to(found.map(|(_, value)| value))
            }
            _ => self.to(None),
        }
    }

    /// Keys that come twice in a map, each where it comes again.
    pub fn repeated_keys(self) -> Vec<(String, Place)> {
        let Some(Kind::Entries(entries)) = self.node.map(|node| &node.kind) else {
            return Vec::new();
        };
        let keys: Vec<_> =
            entries.iter().filter_map(|(k, _)| Some((self.text_of(k)?, k.start))).collect();
        let again = |&(i, &(key, _)): &(usize, &(&str, usize))| {
            keys[..i].iter().any(|(before, _)| *before == key)
        };
        let place = |(_, &(key, at)): (usize, &(&str, usize))| (key.into(), self.outline.place(at));
        keys.iter().enumerate().filter(again).map(place).collect()
    }

    /// The number that stands here.
    pub fn number(self) -> Option<u32> {
        let node = self.node?;
        self.outline.source.get(node.start..node.end)?.parse().ok()
    }

    /// A text without escapes.
    fn text_of(self, node: &Node) -> Option<&'a str> {
        match node.kind {
            Kind::Text { raw: false } => self.outline.source.get(node.start + 1..node.end - 1),
            _ => None,
        }
    }

    /// Where it begins.
    pub fn place(self) -> Place {
        self.outline.place(self.start)
    }

    /// Where byte `byte` of the text stands that this is.
    pub fn inside(self, byte: usize) -> Place {
        let Some(Node { start, end, kind: Kind::Text { raw } }) = self.node else {
            return self.place();
        };
        let written = &self.outline.source[*start..*end];
        let opening = written.find('"').map_or(0, |quote| quote + 1);
        let mut rest = &written[opening..];
        let mut at = start + opening;
        let mut left = byte;
        while left > 0 {
            let (length, means) = match rest.chars().next() {
                None | Some('"') if !raw => break,
                None => break,
                Some('\\') if !raw => escape(rest),
                Some(c) => (c.len_utf8(), c.len_utf8()),
            };
            left = left.saturating_sub(means);
            at += length;
            rest = &rest[length..];
        }
        self.outline.place(at)
    }
}

/// How long an escape is, and how many bytes it means.
fn escape(rest: &str) -> (usize, usize) {
    let means = |digits: Option<&str>| {
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        code.and_then(char::from_u32).map_or(1, char::len_utf8)
    };
    match rest[1..].chars().next() {
        Some('x') if rest.len() >= 4 && rest.is_char_boundary(4) => (4, means(rest.get(2..4))),
        Some('u') => match rest.find('}') {
            Some(end) => (end + 1, means(rest.get(3..end))),
            None => (2, 1),
        },
        Some(c) => (1 + c.len_utf8(), 1),
        None => (1, 1),
    }
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn takes(&mut self, sign: char) -> bool {
        self.skip_blank();
        let found = self.peek() == Some(sign);
        self.at += if found { sign.len_utf8() } else { 0 };
        found
    }

    /// White space and comments.
    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            let skipped = match &rest[blank..] {
                line if line.starts_with("//") => line.find('\n').unwrap_or(line.len()),
                block if block.starts_with("/*") => comment(block),
                _ => 0,
            };
            self.at += blank + skipped;
            if skipped == 0 {
                return;
            }
        }
    }

    /// `#![enable(implicit_some)]`
    fn skip_header(&mut self) {
        loop {
            self.skip_blank();
            if !self.rest().starts_with("#!") {
                return;
            }
            self.at += self.rest().find(']').map_or(self.rest().len(), |end| end + 1);
        }
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        self.skip_blank();
        let start = self.at;
        let kind = match self.peek()? {
            _ if depth > DEEPEST => return None,
            '"' => self.text()?,
            'r' if self.rest().starts_with("r\"") || self.rest().starts_with("r#") => {
                self.raw_text()?
            }
            '\'' => self.character()?,
            '[' => Kind::Items(self.items('[', ']', depth)?),
            '{' => Kind::Entries(self.entries(depth)?),
            '(' => self.body(depth)?,
            _ => {
                let word = self.word();
                if word.is_empty() {
                    return None;
                }
                self.skip_blank();
                match self.peek() {
                    Some('(') if word == "Some" => {
                        return self.items('(', ')', depth)?.into_iter().next();
                    }
                    Some('(') => self.body(depth)?,
                    _ => {
                        let end = start + word.len();
                        return Some(Node { start, end, kind: Kind::Other });
                    }
                }
            }
        };
        Some(Node { start, end: self.at, kind })
    }

    /// A name or a number.
    fn word(&mut self) -> String {
        let rest = self.rest();
        let stays = |c: char| c.is_alphanumeric() || "_#.+-".contains(c);
        let word: String = rest.chars().take_while(|c| stays(*c)).collect();
        self.at += word.len();
        word
    }

    fn text(&mut self) -> Option<Kind> {
        let mut chars = self.rest().char_indices().skip(1);
        let mut end = None;
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => drop(chars.next()),
                '"' => {
                    end = Some(at + 1);
                    break;
                }
                _ => {}
            }
        }
        self.at += end?;
        Some(Kind::Text { raw: false })
    }

    fn raw_text(&mut self) -> Option<Kind> {
        let rest = self.rest();
        let hashes = rest[1..].bytes().take_while(|b| *b == b'#').count();
        let closing = format!("\"{}", "#".repeat(hashes));
        let opening = 2 + hashes;
        let length = opening + rest.get(opening..)?.find(&closing)? + closing.len();
        self.at += length;
        Some(Kind::Text { raw: true })
    }

    fn character(&mut self) -> Option<Kind> {
        let rest = self.rest();
        let from = if rest.starts_with("'\\") { 3 } else { 1 };
        self.at += from + rest.get(from..)?.find('\'')? + 1;
        Some(Kind::Other)
    }

    fn items(&mut self, opening: char, closing: char, depth: usize) -> Option<Vec<Node>> {
        self.takes(opening);
        let mut items = Vec::new();
        while !self.takes(closing) {
            items.push(self.value(depth + 1)?);
            if !self.takes(',') && !self.takes(closing) {
                return None;
            } else if self.source[..self.at].ends_with(closing) {
                break;
            }
        }
        Some(items)
    }

    fn entries(&mut self, depth: usize) -> Option<Vec<(Node, Node)>> {
        self.takes('{');
        let mut entries = Vec::new();
        while !self.takes('}') {
            let key = self.value(depth + 1)?;
            if !self.takes(':') {
                return None;
            }
            entries.push((key, self.value(depth + 1)?));
            self.takes(',');
        }
        Some(entries)
    }

    /// `(a: 1, b: 2)` or `(1, 2)`
    fn body(&mut self, depth: usize) -> Option<Kind> {
        let start = self.at;
        self.takes('(');
        self.skip_blank();
        let first = self.word();
        let named = !first.is_empty() && self.takes(':');
        self.at = start;
        if !named {
            return Some(Kind::Items(self.items('(', ')', depth)?));
        }
        self.takes('(');
        let mut fields = Vec::new();
        while !self.takes(')') {
            self.skip_blank();
            let name = self.word();
            if name.is_empty() || !self.takes(':') {
                return None;
            }
            fields.push((name, self.value(depth + 1)?));
            self.takes(',');
        }
        Some(Kind::Fields(fields))
    }
}

/// The length of a block comment, others inside of it included.
fn comment(block: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(c) = block[at..].chars().next() {
        let rest = &block[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += c.len_utf8();
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "#![enable(implicit_some)]\n// A note.\nLesson(\n  id: \"x\", /* (a: [ */\n  steps: [\n    (say: (en: \"a\\n\\u{732b}猫 b\", zh: r#\"c\"d\"#), task: Do(when: \"p\")),\n    Read,\n  ],\n  bind: {\"a\": 1, \"a\": 2},\n  some: Some((b: 'x')), end: -1.5,\n)\n";

    fn at(spot: Spot<'_>) -> (usize, usize) {
        let place = spot.place();
        (place.line, place.column)
    }

    #[test]
    fn places_are_found() {
        let outline = Outline::of(FILE);
        let root = outline.root();
        assert_eq!(at(root), (3, 1));
        assert_eq!(at(root.field("id")), (4, 7));
        let say = root.field("steps").item(0).field("say");
        assert_eq!(at(say.field("en")), (6, 16));
        assert_eq!(at(root.field("steps").item(0).field("task").field("when")), (6, 64));
        assert_eq!(at(root.field("steps").item(1)), (7, 5));
        assert_eq!(at(root.field("some").field("b")), (10, 18));
        assert_eq!(
            root.field("bind").repeated_keys(),
            [("a".into(), Place { line: 9, column: 18 })]
        );
        // What is not there is sought around it.
        assert_eq!(at(root.field("steps").item(7)), (5, 10));
    }

    #[test]
    fn bytes_of_a_text_are_found_behind_escapes() {
        let outline = Outline::of(FILE);
        let en = outline.root().field("steps").item(0).field("say").field("en");
        let column = |byte| en.inside(byte).column;
        // a, \n, \u{732b}, 猫, blank, b
        assert_eq!([0, 1, 2, 5, 8, 9].map(column), [17, 18, 20, 28, 29, 30]);
        let zh = outline.root().field("steps").item(0).field("say").field("zh");
        assert_eq!(zh.inside(1).column, zh.place().column + 4);
        assert_eq!(zh.inside(1_000).line, 6);
    }
}
