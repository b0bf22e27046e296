//! What we promise about every set that ships.

use super::grammar::{Place, fill, place_of_wording};
use super::*;

#[test]
#[ignore = "writes the sets into the repository; run by hand after a change of their parts"]
fn write_the_sets() {
    for set in shipped().unwrap().sets {
        let path = format!("{}/lessons/dialogues/{}", env!("CARGO_MANIFEST_DIR"), set.file);
        std::fs::write(path, make(&set).unwrap()).unwrap();
        println!("{} {:#?}", set.id, quality(&read(&make(&set).unwrap()).unwrap()));
    }
}

#[test]
#[ignore = "prints the combinations that are kept back, to be pasted into an answers file"]
fn print_what_is_kept_back() {
    for set in shipped().unwrap().sets {
        println!("== {}", set.id);
        for (question, key) in kept_back(&grammar_of(&set)) {
            println!("        (turns: [{question:?}], any: [{key:?}]),");
        }
    }
}

fn grammar_of(set: &SetEntry) -> Grammar {
    Grammar::from_ron(set.asset(&set.grammar).unwrap()).unwrap()
}

/// The questions that are kept for the answers file, each with its key word.
fn kept_back(grammar: &Grammar) -> Vec<(String, String)> {
    let mut questions = Vec::new();
    for (e, entity) in grammar.entities.iter().enumerate() {
        for (t, topic) in grammar.topics.iter().enumerate() {
            for (w, wording) in topic.ask.iter().enumerate() {
                if place_of_wording(e, t, w) == Place::Answers {
                    let question = fill(wording, |slot| entity.forms.get(slot).cloned()).unwrap();
                    questions.push((question, grammar.fact(e, t).unwrap().key.clone()));
                }
            }
        }
    }
    questions
}
