//! From a scenes file to a play in which every name is known to lead somewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::super::index::Form;
use super::super::quality::words;
use super::file::{Around, Coined, Scene, SceneFile};
use super::template::{Names, Piece, Slot, Template, parse, uncapitalised};
use crate::{Error, Result};

/// A scenes file, taken apart and checked: composing from it cannot meet an unknown name.
#[derive(Debug, Clone)]
pub struct Play {
    pub(super) form: Form,
    pub(super) sloppy: u32,
    pub(super) tables: Vec<Vec<Row>>,
    pub(super) coined: Vec<(String, Coined)>,
    pub(super) words: Vec<Lines>,
    pub(super) opening: Option<Beside>,
    pub(super) closing: Option<Beside>,
    pub(super) scenes: Vec<Part>,
    /// How many decks are drawn from.
    pub(super) decks: usize,
    /// How many lines the scenes have.
    pub(super) lines: usize,
    /// Every word of the file, so that no coined word is one of them.
    pub(super) known: BTreeSet<String>,
}

/// The forms of a row, by number.
pub(super) type Row = Vec<(usize, Template)>;

/// Scenes to put before or after others.
#[derive(Debug, Clone)]
pub(super) struct Beside {
    pub share: u32,
    pub scenes: Vec<usize>,
    pub deck: usize,
}

/// A scene.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub id: String,
    pub count: usize,
    pub alone: bool,
    pub held: bool,
    /// Variable, what it is picked from, and the deck for it.
    pub picks: Vec<(usize, Source, usize)>,
    pub turns: Vec<Lines>,
    pub least: usize,
    pub stop_deck: usize,
}

/// What a variable is picked from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Table(usize),
    Coined(usize),
}

/// Wordings that can stand for one another.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    pub all: Vec<Line>,
    /// The first so many may be learned; the rest is for validation.
    pub learned: usize,
    /// The decks for training and for validation.
    pub decks: [usize; 2],
}

/// One wording.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub source: String,
    pub template: Template,
    /// Its number among all lines of all scenes.
    pub number: usize,
}

/// The number of the form that `{f}` stands for.
pub(super) const PLAIN_FORM: usize = 0;

impl Play {
    /// Whether it makes dialogues or texts.
    pub fn form(&self) -> Form {
        self.form
    }

    /// Whether it has words that no two dialogues share.
    pub fn coins(&self) -> bool {
        !self.coined.is_empty()
    }

    /// Reads and checks a scenes file; errors name `source` and the place.
    pub fn from_ron(text: &str, source: &str) -> Result<Self> {
        Self::new(&SceneFile::from_ron(text, source)?, source)
    }

    /// Checks a scenes file.
    pub fn new(file: &SceneFile, source: &str) -> Result<Self> {
        const SHOWN: usize = 12;
        let (play, problems) = Checker::check(file);
        if problems.is_empty() {
            return Ok(play);
        }
        let more = problems.len().saturating_sub(SHOWN);
        let shown = problems[..problems.len() - more].join("; ");
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        Err(Error::failed(format!("{source}: {shown}{more}")))
    }
}

/// Numbers of the names in a file.
struct Book<'a> {
    variables: BTreeMap<&'a str, usize>,
    unknown_variables: Vec<String>,
    forms: Vec<String>,
    word_lists: BTreeMap<&'a str, usize>,
    decks: usize,
}

impl Names for Book<'_> {
    fn variable(&mut self, name: &str) -> (usize, bool) {
        if let Some(&number) = self.variables.get(name) {
            return (number, false);
        }
        let small = uncapitalised(name).and_then(|name| self.variables.get(name.as_str()));
        if let Some(&number) = small {
            return (number, true);
        }
        self.unknown_variables.push(name.to_string());
        (self.variables.len() + self.unknown_variables.len() - 1, false)
    }

    fn form(&mut self, name: &str) -> usize {
        self.forms.iter().position(|form| form == name).unwrap_or_else(|| {
            self.forms.push(name.to_string());
            self.forms.len() - 1
        })
    }

    fn word(&self, name: &str) -> Option<(usize, bool)> {
        let exact = self.word_lists.get(name).map(|&list| (list, false));
        exact.or_else(|| Some((*self.word_lists.get(uncapitalised(name)?.as_str())?, true)))
    }

    fn deck(&mut self) -> usize {
        self.decks += 1;
        self.decks - 1
    }
}

impl Book<'_> {
    fn name_of(&self, variable: usize) -> &str {
        let known = self.variables.iter().find(|(_, number)| **number == variable);
        known.map_or_else(
            || self.unknown_variables[variable - self.variables.len()].as_str(),
            |(name, _)| name,
        )
    }
}

/// What is being put together, and what was found wrong.
struct Checker<'a> {
    file: &'a SceneFile,
    book: Book<'a>,
    play: Play,
    problems: Vec<String>,
}

impl<'a> Checker<'a> {
    fn check(file: &'a SceneFile) -> (Play, Vec<String>) {
        let variables: BTreeSet<&str> =
            file.scenes.iter().flat_map(|scene| scene.pick.0.keys()).map(String::as_str).collect();
        let book = Book {
            variables: variables.into_iter().zip(0..).collect(),
            unknown_variables: Vec::new(),
            forms: vec!["x".into()],
            word_lists: file.words.0.keys().map(String::as_str).zip(0..).collect(),
            decks: 0,
        };
        let play = Play {
            form: file.form,
            sloppy: file.sloppy,
            tables: Vec::new(),
            coined: file.coined.0.clone().into_iter().collect(),
            words: Vec::new(),
            opening: None,
            closing: None,
            scenes: Vec::new(),
            decks: 0,
            lines: 0,
            known: BTreeSet::new(),
        };
        let mut checker = Self { file, book, play, problems: Vec::new() };
        checker.whole();
        checker.tables();
        checker.words();
        file.scenes.iter().for_each(|scene| checker.scene(scene));
        checker.play.opening = checker.beside(&file.opening, "opening");
        checker.play.closing = checker.beside(&file.closing, "closing");
        checker.play.decks = checker.book.decks;
        (checker.play, checker.problems)
    }

    fn wrong(&mut self, what: String) {
        self.problems.push(what);
    }

    fn whole(&mut self) {
        let file = self.file;
        if file.format != 1 {
            self.wrong(format!("format {} is not known; this program reads 1", file.format));
        }
        if file.sloppy > 100 {
            self.wrong(format!("sloppy is {}; it counts turns of 100", file.sloppy));
        }
        for (name, coined) in &file.coined.0 {
            let least = coined.least.unwrap_or(coined.parts.len());
            let empty = coined.parts.iter().any(Vec::is_empty);
            if coined.parts.is_empty() || empty || !(1..=coined.parts.len()).contains(&least) {
                self.wrong(format!("coined '{name}' needs parts, none empty, and least of them"));
            }
            if file.tables.0.contains_key(name) {
                self.wrong(format!("'{name}' is both a table and a coined word; rename one"));
            }
        }
        let mut ids = BTreeSet::new();
        for scene in &file.scenes {
            if !ids.insert(scene.id.as_str()) {
                self.wrong(format!("scene '{}' is there twice", scene.id));
            }
        }
    }

    fn parse(&mut self, line: &str, place: &str) -> Template {
        self.play.known.extend(words(line));
        if line.contains(['\n', '\r', '\t']) {
            self.wrong(format!("{place}, {line:?}: write it on one line"));
        }
        parse(line, &mut self.book).unwrap_or_else(|what| {
            self.wrong(format!("{place}, \"{line}\": {what}"));
            Template::default()
        })
    }

    fn tables(&mut self) {
        for (name, rows) in &self.file.tables.0 {
            if rows.is_empty() {
                self.wrong(format!("table '{name}' has no rows"));
            }
            let mut parsed = Vec::new();
            for (number, row) in (1..).zip(rows) {
                let place = format!("table '{name}', row {number}");
                let forms = row
                    .0
                    .iter()
                    .map(|(form, value)| (self.book.form(form), self.parse(value, &place)));
                parsed.push(forms.collect());
            }
            self.play.tables.push(parsed);
        }
    }

    fn words(&mut self) {
        for (name, values) in &self.file.words.0 {
            let place = format!("words '{name}'");
            let lines = self.lines(values, &place, false);
            let nests = |line: &Line| has_word(&line.template);
            if let Some(line) = lines.all.iter().find(|line| nests(line)) {
                let source = line.source.clone();
                self.wrong(format!("{place}, \"{source}\": a word cannot hold <words>"));
            }
            self.play.words.push(lines);
        }
    }

    /// Takes wordings apart. Every sixth one, rounded up, is kept for validation if there are
    /// five and this turn `may_hold` some back.
    fn lines(&mut self, lines: &[String], place: &str, may_hold: bool) -> Lines {
        if lines.is_empty() {
            self.wrong(format!("{place} has no wording"));
        }
        let mut all: Vec<Line> = Vec::new();
        for line in lines {
            if all.iter().any(|other| other.source == *line) {
                self.wrong(format!("{place}, \"{line}\": this wording is there twice"));
            }
            let template = self.parse(line, place);
            all.push(Line { source: line.clone(), template, number: 0 });
        }
        let held = if may_hold && all.len() >= 5 { all.len().div_ceil(6) } else { 0 };
        let decks = [self.book.deck(), self.book.deck()];
        Lines { learned: all.len() - held, all, decks }
    }

    fn scene(&mut self, scene: &Scene) {
        let place = format!("scene '{}'", scene.id);
        let dialogue = self.file.form == Form::Dialogue;
        if scene.turns.is_empty() || dialogue && scene.turns.len() % 2 == 1 {
            self.wrong(format!("{place} must end with a bot turn; it has {}", scene.turns.len()));
        }
        let least = scene.least.unwrap_or(scene.turns.len());
        if dialogue && least % 2 == 1 || least == 0 || least > scene.turns.len() {
            self.wrong(format!("{place}: least is {least}; a bot turn must come there"));
        }
        let picks = self.picks(scene, &place);
        let mut turns = Vec::new();
        for (number, lines) in scene.turns.iter().enumerate() {
            let may_hold = !scene.held && (!dialogue || number % 2 == 0);
            let place = format!("{place}, turn {}", number + 1);
            let mut lines = self.lines(lines, &place, may_hold);
            for line in &mut lines.all {
                if line.source.trim().is_empty() {
                    self.wrong(format!("{place} has an empty wording"));
                }
                line.number = self.play.lines;
                self.play.lines += 1;
                if let Err(what) = self.resolve(&line.template, &picks, 0) {
                    self.wrong(format!("{place}, \"{}\": {what}", line.source));
                }
            }
            turns.push(lines);
        }
        let (id, stop_deck) = (scene.id.clone(), self.book.deck());
        let (count, alone, held) = (scene.count, scene.alone, scene.held);
        let part = Part { id, count, alone, held, picks, turns, least, stop_deck };
        self.play.scenes.push(part);
    }

    fn picks(&mut self, scene: &Scene, place: &str) -> Vec<(usize, Source, usize)> {
        let mut picks = Vec::new();
        for (variable, from) in &scene.pick.0 {
            let table = self.file.tables.0.keys().position(|name| name == from);
            let coined = self.file.coined.0.keys().position(|name| name == from);
            let source = match (table, coined) {
                (Some(table), _) => Source::Table(table),
                (None, Some(coined)) => Source::Coined(coined),
                (None, None) => {
                    self.wrong(format!(
                        "{place} picks {variable} from '{from}', which is no table"
                    ));
                    continue;
                }
            };
            let rows = self.file.tables.0.get(from).map_or(usize::MAX, Vec::len);
            if scene.pick.0.values().filter(|other| *other == from).count() > rows {
                self.wrong(format!("{place} picks more rows of table '{from}' than it has"));
            }
            picks.push((self.book.variables[variable.as_str()], source, self.book.deck()));
        }
        picks
    }

    /// Follows every slot and word of a line to where it leads.
    fn resolve(
        &self,
        template: &Template,
        picks: &[(usize, Source, usize)],
        depth: usize,
    ) -> std::result::Result<(), String> {
        if depth > 4 {
            return Err("its slots lead in a circle".into());
        }
        for piece in &template.0 {
            match piece {
                Piece::Text(_) => {}
                Piece::Choice(options, _) => {
                    options.iter().try_for_each(|option| self.resolve(option, picks, depth))?;
                }
                Piece::Word(word) => {
                    let lines = &self.play.words[word.list].all;
                    lines.iter().try_for_each(|line| {
                        let name = |what| format!("<{}>: {what}", line.source);
                        self.resolve(&line.template, picks, depth + 1).map_err(name)
                    })?;
                }
                Piece::Slot(slot) => self.resolve_slot(slot, picks, depth)?,
            }
        }
        Ok(())
    }

    fn resolve_slot(
        &self,
        slot: &Slot,
        picks: &[(usize, Source, usize)],
        depth: usize,
    ) -> std::result::Result<(), String> {
        let name = self.book.name_of(slot.variable);
        let form = &self.book.forms[slot.form];
        let Some((_, source, _)) = picks.iter().find(|(variable, ..)| *variable == slot.variable)
        else {
            return Err(format!("{{{name}}} is not in its pick"));
        };
        let Source::Table(table) = source else {
            let fits = slot.form == PLAIN_FORM;
            let what = || format!("{{{name}.{form}}}: a coined word has no forms");
            return if fits { Ok(()) } else { Err(what()) };
        };
        for (number, row) in (1..).zip(&self.play.tables[*table]) {
            let Some((_, value)) = row.iter().find(|(other, _)| *other == slot.form) else {
                let table = self.file.tables.0.keys().nth(*table).map_or("", String::as_str);
                let slot = if form == "x" { name.into() } else { format!("{name}.{form}") };
                return Err(format!(
                    "{{{slot}}} needs a form \"{form}\", which row {number} of table '{table}' has not"
                ));
            };
            if has_word(value) {
                return Err(format!("{{{name}.{form}}}: a row cannot hold <words>"));
            }
            self.resolve(value, picks, depth + 1)?;
        }
        Ok(())
    }

    fn beside(&mut self, around: &Option<Around>, which: &str) -> Option<Beside> {
        let Around { share, scenes } = around.as_ref()?;
        if *share > 100 || scenes.is_empty() {
            self.wrong(format!("{which}: share is at most 100, and it needs scenes"));
        }
        let mut found = Vec::new();
        for id in scenes {
            match self.file.scenes.iter().position(|scene| scene.id == *id) {
                Some(scene) => found.push(scene),
                None => self.wrong(format!("{which} names scene '{id}', which is not there")),
            }
        }
        Some(Beside { share: *share, scenes: found, deck: self.book.deck() })
    }
}

/// Whether a template draws from a list of synonyms.
fn has_word(template: &Template) -> bool {
    template.0.iter().any(|piece| match piece {
        Piece::Word(_) => true,
        Piece::Choice(options, _) => options.iter().any(has_word),
        _ => false,
    })
}
