//! The cleaning rules' names and explanations on the screen.

use crate::app::words::data::Words;
use crate::text::clean::Rule;
use std::collections::BTreeSet;

/// How many rules there are.
pub fn count() -> usize {
    Rule::all().len()
}

/// The names of the rules that are on, in the order in which they work.
pub fn in_order(on: &BTreeSet<&'static str>) -> Vec<&'static str> {
    Rule::all().iter().map(|rule| rule.name).filter(|name| on.contains(name)).collect()
}

/// The number of a rule, from 1.
pub fn number(name: &str) -> usize {
    Rule::all().iter().position(|rule| rule.name == name).map_or(0, |at| at + 1)
}

/// What a rule is called, and what it does.
pub fn texts(words: &'static Words, name: &str) -> (&'static str, &'static str) {
    match name {
        "control-characters" => (words.rule_control, words.rule_control_is),
        "markup-entities" => (words.rule_markup, words.rule_markup_is),
        "unicode-form" => (words.rule_form, words.rule_form_is),
        "links" => (words.rule_links, words.rule_links_is),
        "e-mail" => (words.rule_mail, words.rule_mail_is),
        "repeated-punctuation" => (words.rule_marks, words.rule_marks_is),
        "emoji" => (words.rule_emoji, words.rule_emoji_is),
        "lower-case" => (words.rule_case, words.rule_case_is),
        "white-space" => (words.rule_spaces, words.rule_spaces_is),
        "empty-turns" => (words.rule_empty, words.rule_empty_is),
        "long-turns" => (words.rule_long, words.rule_long_is),
        "duplicates" => (words.rule_twice, words.rule_twice_is),
        // A rule that the table does not know yet speaks for itself.
        other => Rule::find(other).map_or(("", ""), |rule| (rule.name, rule.what)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::words::Language;

    #[test]
    fn every_rule_has_its_own_words() {
        let words = Language::Chinese.words().data;
        let names: BTreeSet<&str> =
            Rule::all().iter().map(|rule| texts(words, rule.name).0).collect();
        assert_eq!(names.len(), count());
        assert!(Rule::all().iter().all(|rule| !names.contains(rule.name)));
    }
}
