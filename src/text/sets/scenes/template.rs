//! The little language of a line: `{slot.form}`, `[a|b|]` and `<word>`.

/// A line, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template(pub Vec<Piece>);

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// `{f.taste}`: a form of the row picked for a variable.
    Slot(Slot),
    /// `<great>`: one of a list of synonyms.
    Word(Word),
    /// `[a|b|]`: one of these, drawn from the deck of that number.
    Choice(Vec<Template>, usize),
}

/// A slot as it is written, and after checking the numbers of its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The variable.
    pub variable: usize,
    /// The form of its row.
    pub form: usize,
    /// Whether the first letter becomes a capital.
    pub capital: bool,
}

/// A list of synonyms by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Which list.
    pub list: usize,
    /// Whether the first letter becomes a capital.
    pub capital: bool,
}

/// What the names in a line stand for; the parser asks it.
pub trait Names {
    /// The variable of this name and whether it is written with a capital.
    fn variable(&mut self, name: &str) -> (usize, bool);
    /// The number of a form's name.
    fn form(&mut self, name: &str) -> usize;
    /// The list of synonyms of this name, and whether it is written with a capital.
    fn word(&self, name: &str) -> Option<(usize, bool)>;
    /// A new deck to draw from.
    fn deck(&mut self) -> usize;
}

/// Takes a line apart.
///
/// # Errors
/// What is wrong with it, without the line itself.
pub fn parse(line: &str, names: &mut impl Names) -> Result<Template, String> {
    pieces(line, names, true)
}

fn pieces(line: &str, names: &mut impl Names, outside: bool) -> Result<Template, String> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(['{', '}', '<', '>', '[', ']', '|']) {
        if at > 0 {
            found.push(Piece::Text(rest[..at].to_string()));
        }
        let open = rest.as_bytes()[at];
        let close = match open {
            b'{' => '}',
            b'<' => '>',
            b'[' if outside => ']',
            b'[' => return Err("alternatives [ ] cannot stand in one another".into()),
            other => return Err(format!("'{}' has nothing to close or part", other as char)),
        };
        let inner = &rest[at + 1..];
        let end = inner.find(close).ok_or_else(|| format!("a '{}' is not closed", open as char))?;
        found.push(piece(open, &inner[..end], names)?);
        rest = &inner[end + 1..];
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest.to_string()));
    }
    Ok(Template(found))
}

fn piece(open: u8, inner: &str, names: &mut impl Names) -> Result<Piece, String> {
    match open {
        b'{' => slot(inner, names).map(Piece::Slot),
        b'<' => match names.word(inner) {
            Some((list, capital)) => Ok(Piece::Word(Word { list, capital })),
            None => Err(format!("there is no word list <{inner}>")),
        },
        _ => {
            let options = inner.split('|').map(|option| pieces(option, names, false));
            let options = options.collect::<Result<Vec<_>, _>>()?;
            if options.len() < 2 {
                return Err(format!("[{inner}] offers only one thing; part them with |"));
            }
            Ok(Piece::Choice(options, names.deck()))
        }
    }
}

fn slot(inner: &str, names: &mut impl Names) -> Result<Slot, String> {
    let (variable, form) = inner.split_once('.').unwrap_or((inner, "x"));
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-".contains(c))
    };
    if !is_name(variable) || !is_name(form) {
        return Err(format!("{{{inner}}} is no slot; write {{variable}} or {{variable.form}}"));
    }
    let (variable, capital) = names.variable(variable);
    Ok(Slot { variable, form: names.form(form), capital })
}

/// A name with its first letter small, if it was a capital.
pub fn uncapitalised(name: &str) -> Option<String> {
    let mut letters = name.chars();
    let first = letters.next().filter(|first| first.is_uppercase())?;
    Some(first.to_lowercase().chain(letters).collect())
}
