//! Texts: lengths, both languages alike, links, glyphs, the level of reading.

use super::Checker;
use crate::lesson::glyphs;
use crate::lesson::names::did_you_mean;
use crate::lesson::outline::{Place, Spot};
use crate::lesson::part::Part;
use crate::lesson::prose::{Prose, Target};
use crate::lesson::reading;
use crate::lesson::schema::{Bet, Lesson, Task, Text};

/// What a step's text, or a reveal's, holds at most: English words and Chinese characters.
const STEP: (usize, usize) = (65, 140);
const TAKEAWAY: (usize, usize) = (25, 40);
/// Words of the longest sentence that still reads easily.
const SENTENCE: usize = 20;
/// A teacher's note may be longer, but has an end.
const NOTE: (usize, usize) = (400, 800);

impl Checker<'_> {
    /// A text that a learner reads at once.
    pub(super) fn text(&mut self, spot: Spot<'_>, text: &Text) {
        self.limited(spot, text, STEP);
        self.is_easy(spot, text);
    }

    pub(super) fn takeaway(&mut self, spot: Spot<'_>, text: &Text) {
        self.limited(spot, text, TAKEAWAY);
        self.is_easy(spot, text);
    }

    /// What only teachers read.
    pub(super) fn text_of_any_length(&mut self, spot: Spot<'_>, text: &Text) {
        self.limited(spot, text, NOTE);
    }

    fn limited(&mut self, spot: Spot<'_>, text: &Text, (words, characters): (usize, usize)) {
        let en = words_and_characters(&text.en).0;
        if en > words {
            let what = format!("{en} words; {words} are the most, so leave something out");
            self.error(spot.field("en").place(), what);
        }
        let (latin, hanzi) = words_and_characters(&text.zh);
        let zh = latin + hanzi;
        if zh > characters {
            let what =
                format!("{zh} characters; {characters} are the most, so leave something out");
            self.error(spot.field("zh").place(), what);
        }
        self.one(spot.field("en"), &text.en);
        self.one(spot.field("zh"), &text.zh);
        self.alike(spot, text);
    }

    /// A text in one language.
    fn one(&mut self, spot: Spot<'_>, prose: &Prose) {
        if prose.source.trim().is_empty() {
            self.error(spot.place(), "this text is empty");
        }
        for fault in &prose.faults {
            self.error(spot.inside(fault.at), fault.what.clone());
        }
        self.lives(spot, prose);
        for (at, target) in prose.links() {
            self.link(spot.inside(at), target);
        }
        let plain = prose.plain();
        let missing: Vec<char> = glyphs::missing(&plain);
        if let Some(first) = missing.first() {
            let at = prose.source.find(*first).unwrap_or(0);
            let all: String = missing.iter().collect();
            self.error(
                spot.inside(at),
                format!("the shipped fonts have no {all}; write it otherwise"),
            );
        }
        if let Some(number) = typed_number(&plain) {
            let digits = number.trim_end_matches(['%', '％']);
            let at = prose.source.find(digits).unwrap_or(0);
            let what =
                format!("{number} is typed; a measured number is written {{formula|format}}");
            self.warn(spot.inside(at), what);
        }
    }

    /// The level of reading, in English.
    fn is_easy(&mut self, spot: Spot<'_>, text: &Text) {
        let hard = reading::hard_words(&text.en.plain(), self.lesson.level);
        if !hard.is_empty() {
            let hard = hard.join(", ");
            self.warn(spot.field("en").place(), format!("beyond the level of reading: {hard}"));
        }
        if let Some((words, first)) = longest_sentence(&text.en.plain())
            && words > SENTENCE
        {
            let what =
                format!("a sentence of {words} words; make two of it (it begins: {first} …)");
            self.warn(spot.field("en").place(), what);
        }
    }

    fn link(&mut self, place: Place, target: &Target) {
        let (what, name, known): (_, _, Vec<&str>) = match target {
            Target::Part(name) => ("part", name, Part::names().collect()),
            Target::Term(name) => {
                self.linked.insert(name.clone());
                ("term", name, self.known.glossary.ids().collect())
            }
            Target::Step(name) => {
                ("step", name, self.lesson.steps.iter().map(|step| step.id.as_str()).collect())
            }
        };
        if !known.contains(&name.as_str()) {
            let near = did_you_mean(name, known);
            self.error(place, format!("there is no {what} {name}{near}"));
        }
    }

    /// Both languages say the same with other words.
    fn alike(&mut self, spot: Spot<'_>, text: &Text) {
        let (en, zh) = (&text.en, &text.zh);
        let says_something = en.plain().chars().any(char::is_alphabetic);
        if en.source == zh.source && says_something {
            self.error(spot.field("zh").place(), "both languages have the same text; translate it");
        }
        let lives = |prose: &Prose| -> Vec<String> {
            prose
                .lives()
                .iter()
                .map(|l| format!("{{{}|{}}}", l.formula.source.trim(), l.format.word()))
                .collect()
        };
        let links = |prose: &Prose| -> Vec<String> {
            let name = |(_, target): (usize, &Target)| match target {
                Target::Part(name) => format!("part:{name}"),
                Target::Term(name) => format!("term:{name}"),
                Target::Step(name) => format!("go:{name}"),
            };
            prose.links().into_iter().map(name).collect()
        };
        for (a, b) in [(lives(en), lives(zh)), (links(en), links(zh))] {
            let only_in = |these: &[String], others: &[String]| {
                these.iter().find(|one| !others.contains(one)).cloned()
            };
            if let Some(one) = only_in(&a, &b) {
                self.error(
                    spot.field("zh").place(),
                    format!("{one} stands in the English text only"),
                );
            }
            if let Some(one) = only_in(&b, &a) {
                self.error(
                    spot.field("en").place(),
                    format!("{one} stands in the Chinese text only"),
                );
            }
        }
    }
}

/// The words of the longest sentence, and how it begins.
fn longest_sentence(text: &str) -> Option<(usize, String)> {
    let ends = ['.', '?', '!', ':', ';'];
    let sentences = text.split_inclusive(ends).map(|sentence| {
        let words: Vec<&str> = sentence.split_whitespace().collect();
        (words.len(), words[..words.len().min(3)].join(" "))
    });
    sentences.max_by_key(|(words, _)| *words)
}

/// Latin words and hanzi of what a person reads; a live value counts as a word.
pub fn words_and_characters(prose: &Prose) -> (usize, usize) {
    let plain = prose.plain();
    let hanzi = plain.chars().filter(|c| is_hanzi(*c)).count();
    let others: String = plain.chars().map(|c| if is_hanzi(c) { ' ' } else { c }).collect();
    let counts = |word: &&str| word.chars().any(char::is_alphanumeric);
    (others.split_whitespace().filter(counts).count() + prose.lives().len(), hanzi)
}

pub(in crate::lesson) fn is_hanzi(c: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&c)
}

/// A number with a decimal point or a percent sign.
fn typed_number(plain: &str) -> Option<String> {
    let plain = plain.replace(" %", "%");
    let numeric = |c: char| c.is_ascii_digit() || c == '.';
    plain.split(|c: char| !numeric(c) && c != '%' && c != '％').find_map(|word| {
        let word = word.trim_matches('.');
        let digits = word.bytes().any(|b| b.is_ascii_digit());
        (digits && word.contains(['.', '%', '％'])).then(|| word.to_string())
    })
}

/// Seconds to read all of a lesson, in the slower language.
pub fn reading_seconds(lesson: &Lesson) -> f64 {
    let mut texts = vec![&lesson.title, &lesson.question, &lesson.takeaway];
    for step in &lesson.steps {
        texts.push(&step.say);
        texts.extend(step.reveal.iter().map(|reveal| &reveal.say));
        match &step.task {
            Task::Explain { ask, sample } => texts.extend([ask, sample]),
            Task::Predict(bet) => {
                texts.push(bet.ask());
                if let Bet::Choice { options, .. } = bet {
                    texts.extend(options.iter().map(|option| &option.text));
                }
            }
            _ => {}
        }
    }
    let en: usize = texts.iter().map(|text| words_and_characters(&text.en).0).sum();
    let zh = texts.iter().map(|text| words_and_characters(&text.zh));
    let zh: usize = zh.map(|(latin, hanzi)| latin + hanzi).sum();
    (en as f64 / 180.0).max(zh as f64 / 300.0) * 60.0
}
