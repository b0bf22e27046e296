//! The rule that resolves HTML markup: tags become a space, entities their character.

/// Tags that are taken out. Only these: `<` is also a sign of arithmetic.
const TAGS: [&str; 40] = [
    "a",
    "abbr",
    "article",
    "b",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "td",
    "tr",
    "u",
    "ul",
];

/// Entities that are common in text, and their characters.
const ENTITIES: [(&str, char); 24] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("copy", '©'),
    ("reg", '®'),
    ("deg", '°'),
    ("middot", '·'),
    ("times", '×'),
    ("eacute", 'é'),
    ("auml", 'ä'),
    ("ouml", 'ö'),
    ("uuml", 'ü'),
];

/// The longest entity between `&` and `;`, in characters.
const LONGEST_ENTITY: usize = 8;
/// The longest tag, in characters.
const LONGEST_TAG: usize = 2000;

/// Resolves tags and entities until none is left, however deep they are nested (`&amp;lt;`).
///
/// The text is read from its end, and what follows the place reached is kept, resolved, in a
/// stack whose top is the next character. So when an `&` or `<` is met, all that could complete
/// it is resolved already, and one pass suffices.
pub(super) fn resolve(text: &str) -> String {
    let mut after: Vec<char> = Vec::with_capacity(text.len());
    for character in text.chars().rev() {
        put(character, &mut after);
    }
    after.into_iter().rev().collect()
}

/// Puts a character before the resolved text `after`, resolving what it begins.
fn put(mut character: char, after: &mut Vec<char>) {
    while character == '&' {
        let Some((length, meant)) = entity(after) else {
            break;
        };
        after.truncate(after.len() - length);
        character = meant;
    }
    if character == '<'
        && let Some(length) = tag(after)
    {
        after.truncate(after.len() - length);
        character = ' ';
    }
    after.push(character);
}

/// The entity at the top of the stack, after its `&`: its length and its character.
fn entity(after: &[char]) -> Option<(usize, char)> {
    let name: String = after.iter().rev().take(LONGEST_ENTITY).take_while(|c| **c != ';').collect();
    let length = name.chars().count() + 1;
    if after.iter().rev().nth(length - 1) != Some(&';') {
        return None;
    }
    Some((length, named(&name).or_else(|| numbered(&name))?))
}

fn named(name: &str) -> Option<char> {
    ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, character)| *character)
}

/// The character of `#233` or `#xE9`.
fn numbered(name: &str) -> Option<char> {
    let number = name.strip_prefix('#')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code)
}

/// The length of the tag at the top of the stack, after its `<`.
fn tag(after: &[char]) -> Option<usize> {
    let inside = after.iter().rev().take(LONGEST_TAG);
    let inside: String = inside.take_while(|c| !matches!(c, '<' | '>')).collect();
    let length = inside.chars().count() + 1;
    if after.iter().rev().nth(length - 1) != Some(&'>') {
        return None;
    }
    let name = inside.trim_start_matches('/');
    let name = name.split(|c: char| c.is_whitespace() || c == '/').next()?.to_ascii_lowercase();
    TAGS.contains(&name.as_str()).then_some(length)
}
