//! Words, numbers and signs of a formula.

use super::Fault;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Lexeme {
    Number(f64),
    Text(String),
    Word(String),
    Sign(&'static str),
}

impl Lexeme {
    /// For a sentence.
    pub fn shown(&self) -> String {
        match self {
            Self::Number(number) => format!("{number}"),
            Self::Text(text) => format!("'{text}'"),
            Self::Word(word) => word.clone(),
            Self::Sign(sign) => (*sign).into(),
        }
    }
}

/// Longer ones first.
const SIGNS: [&str; 15] =
    ["<=", ">=", "==", "!=", "<", ">", "(", ")", ",", ":", ".", "+", "-", "*", "/"];

/// What people write by habit, and what is meant.
const NEARLY: [(&str, &str); 12] = [
    ("（", "("),
    ("）", ")"),
    ("，", ","),
    ("：", ":"),
    ("‘", "'"),
    ("’", "'"),
    ("\"", "'"),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
    ("=", "=="),
    ("−", "-"),
];

/// The lexemes of a source, each with the byte at which it begins.
pub(super) fn lexemes(source: &str) -> Result<Vec<(usize, Lexeme)>, Fault> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        let length = |wanted: fn(char) -> bool| rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        if first.is_whitespace() {
            at += first.len_utf8();
        } else if first.is_ascii_digit() {
            let (number, length) = number(rest).map_err(|what| Fault::new(at, what))?;
            found.push((at, Lexeme::Number(number)));
            at += length;
        } else if first.is_ascii_alphabetic() || first == '_' {
            let length = length(|c| c.is_ascii_alphanumeric() || c == '_');
            found.push((at, Lexeme::Word(rest[..length].into())));
            at += length;
        } else if first == '\'' {
            let (text, length) = text(rest).map_err(|what| Fault::new(at, what))?;
            found.push((at, Lexeme::Text(text)));
            at += length;
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            found.push((at, Lexeme::Sign(sign)));
            at += sign.len();
        } else {
            let meant = NEARLY.iter().find(|(wrong, _)| rest.starts_with(wrong));
            return Err(Fault::new(
                at,
                match meant {
                    Some((wrong, right)) => format!("{wrong} has no meaning here; write {right}"),
                    None => format!("{first} has no meaning in a formula"),
                },
            ));
        }
    }
    Ok(found)
}

/// `12` or `0.5`, and how long it is.
fn number(rest: &str) -> Result<(f64, usize), String> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(rest);
    if let Some(behind) = rest[length..].strip_prefix('.') {
        match digits(behind) {
            0 => {}
            more => length += 1 + more,
        }
    }
    match rest[..length].parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((number, length)),
        _ => Err("this number is too large".into()),
    }
}

/// `'it\'s'`, and how long it is.
fn text(rest: &str) -> Result<(String, usize), String> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' => return Ok((text, at + 1)),
            '\\' => match chars.next().map(|(_, c)| c) {
                Some('n') => text.push('\n'),
                Some(c @ ('\'' | '\\')) => text.push(c),
                _ => return Err(r"behind \ stands ' or \ or n".into()),
            },
            c => text.push(c),
        }
    }
    Err("this text has no end; close it with '".into())
}
