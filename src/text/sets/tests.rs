//! What we promise about every set that ships.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::grammar::{Place, fill, place_of_wording};
use super::index::Language;
use super::near::Index as NearIndex;
use super::quality::{Judged, words};
use super::*;
use crate::store::fingerprint;
use crate::text::clean::{Rule as CleaningRule, clean};

/// Every set that ships, composed once for all tests.
static SETS: LazyLock<Vec<(SetEntry, Expansion)>> = LazyLock::new(|| {
    let sets = shipped().unwrap().sets.into_iter();
    sets.map(|set| (set.clone(), make_expansion(&set).unwrap())).collect()
});

/// Runs a check on each set that ships, with its dialogues.
fn each_set(check: impl Fn(&SetEntry, &[Talk])) {
    SETS.iter().for_each(|(set, made)| check(set, &made.all()));
}

/// The parts of a set that ships.
fn parts(set: &SetEntry) -> &'static Expansion {
    &SETS.iter().find(|(other, _)| other.id == set.id).unwrap().1
}

/// Runs a check on the sets about sixty facts that are learned in a minute.
fn each_pocket_set(check: impl Fn(&SetEntry, &[Talk])) {
    each_set(|set, talks| {
        if set.grammar.is_some() {
            check(set, talks);
        }
    });
}

fn measured(talks: &[Talk]) -> Quality {
    quality(&Expansion { training: talks.to_vec(), ..Expansion::default() }).unwrap()
}

/// A turn without what sloppy typing changes: capitals, marks and spaces.
fn plain(turn: &str) -> String {
    words(turn).join(" ")
}

#[test]
fn every_machine_composes_the_same() {
    each_set(|set, talks| {
        let transcript = set.transcript().unwrap();
        assert_eq!(fingerprint(transcript.as_bytes()), set.fingerprint, "{}", set.id);
        if set.form == index::Form::Dialogue {
            assert_eq!(read(&transcript).unwrap(), talks, "{}", set.id);
        }
    });
}

#[test]
fn another_seed_gives_another_set() {
    let mut set = shipped().unwrap().sets.remove(0);
    let transcript = set.transcript().unwrap();
    set.seed += 1;
    assert_ne!(make(&set).unwrap(), transcript);
}

#[test]
fn the_index_counts_right() {
    each_set(|set, talks| {
        let q = measured(talks);
        let c = set.counts;
        let listed = (c.dialogues, c.turns, c.words, c.distinct);
        assert_eq!(listed, (q.dialogues, q.turns, q.words, q.distinct_words), "{}", set.id);
        assert_eq!(c.validation, parts(set).validation.len(), "{}", set.id);
    });
}

#[test]
fn sizes_are_within_the_promised_limits() {
    each_pocket_set(|set, talks| {
        let q = measured(talks);
        // A Chinese turn of 20 characters is about as long as an English one of 14 words.
        let (distinct, longest) =
            if set.language == Some(Language::En) { (400, 14) } else { (350, 20) };
        assert!((800..=900).contains(&q.dialogues), "{}: {} dialogues", set.id, q.dialogues);
        assert!(q.distinct_words <= distinct, "{}: {} words", set.id, q.distinct_words);
        assert!(q.longest_turn <= longest, "{}: a turn of {}", set.id, q.longest_turn);
        assert!(talks.iter().all(|talk| (2..=6).contains(&talk.len())), "{}: 1-3 turns", set.id);
        let share = set.counts.validation as f64 / q.dialogues as f64;
        assert!((0.07..=0.09).contains(&share), "{}: validation {share}", set.id);
    });
}

#[test]
fn dialogues_are_diverse() {
    each_pocket_set(|set, talks| {
        let q = measured(talks);
        assert_eq!(q.duplicates, 0, "{}", set.id);
        assert!(q.top_reply_share <= 0.015, "{}: {} {}", set.id, q.top_reply, q.top_reply_share);
        assert!(q.length_variation.iter().all(|&v| v >= 0.4), "{}: {q:?}", set.id);
        let made = parts(set);
        let (line, share) = made.shares()[0];
        assert!(share <= 0.03, "{}: '{line}' {share}", set.id);
    });
}

#[test]
fn enough_is_written_by_hand() {
    each_pocket_set(|set, talks| {
        let core = read(set.asset(set.core.as_ref().unwrap()).unwrap()).unwrap();
        assert!(core.len() >= 150, "{}: {}", set.id, core.len());
        assert!(core.iter().all(|talk| talks.contains(talk)), "{}", set.id);
    });
}

#[test]
fn validation_is_not_learned() {
    each_set(|set, _| {
        let made = parts(set);
        assert_eq!(made.validation.len(), set.counts.validation);
        let known = NearIndex::new(&made.training);
        if set.sentences.is_some() {
            return;
        }
        let near = made.validation.iter().find(|talk| known.has_near(talk));
        assert_eq!(near, None, "{}", set.id);
    });
}

#[test]
fn answers_ask_what_is_not_in_the_text() {
    each_set(|set, talks| {
        let Some(Answers { prompts, .. }) = set.answers().unwrap() else { return };
        assert!(prompts.len() >= 120, "{}: {}", set.id, prompts.len());
        for prompt in &prompts {
            let mut exam = answers::Exam::default();
            exam.add(&Answers { format: 1, prompts: vec![prompt.clone()] });
            let known = talks.iter().find(|talk| exam.is_in(talk));
            assert_eq!(known, None, "{}: {:?} is in the text", set.id, prompt.turns);
        }
        let distinct: BTreeSet<_> = prompts.iter().map(|prompt| &prompt.turns).collect();
        assert_eq!(distinct.len(), prompts.len(), "{}: a prompt twice", set.id);
    });
}

#[test]
fn what_a_set_keeps_apart_from_stands_nowhere_in_it() {
    each_set(|set, talks| {
        for file in &set.apart_from {
            let mut exam = answers::Exam::default();
            exam.add(&Answers::from_ron(set.asset(file).unwrap()).unwrap());
            let held = talks.iter().find(|talk| exam.is_in(talk));
            assert_eq!(held, None, "{}: asked in {file}", set.id);
        }
    });
}

#[test]
fn answers_ask_every_fact_in_each_wording_kept_back() {
    each_pocket_set(|set, _| {
        let prompts = set.answers().unwrap().unwrap().prompts;
        for (question, key) in kept_back(&grammar_of(set)) {
            let prompt = prompts.iter().find(|p| plain(&p.turns[0]) == plain(&question));
            let prompt = prompt.unwrap_or_else(|| panic!("{}: nobody asks '{question}'", set.id));
            assert!(prompt.rule.accepts(&key), "{question} {key}");
        }
    });
}

#[test]
fn a_right_answer_passes_and_another_fact_does_not() {
    each_pocket_set(|set, talks| {
        // Each rule accepts some reply of the set, and by far not all of them.
        for prompt in set.answers().unwrap().unwrap().prompts {
            let replies: Vec<_> = talks.iter().flat_map(|t| t.iter().skip(1).step_by(2)).collect();
            let right = replies.iter().filter(|reply| prompt.rule.accepts(reply)).count();
            assert!(right > 0, "{}: nothing passes {}", set.id, prompt.rule);
            assert!(right * 4 < replies.len(), "{}: {} passes too much", set.id, prompt.rule);
        }
    });
}

#[test]
fn the_bot_claims_no_feelings_or_senses() {
    // Denials, and words for somebody else to say.
    let innocent = [
        " i feel nothing ",
        " i want nothing ",
        " i hear nothing ",
        " i hate nothing ",
        " i feel no weather ",
        " that i hate or like ",
        " i like nothing and hate nothing ",
        "我 感 觉 不 到",
        // Who made it.
        "我 是 人 写",
        "我 是 人 做",
        "我 是 人 用",
        " i want to tell you something ",
        "我 爱 用",
        "说 一 声 我 爱 你",
        "比 如 我 喜 欢",
        "切 成 我 喜 欢",
    ];
    let claims = [
        "i feel",
        "i see a",
        "i see the",
        "i can see",
        "i can hear",
        "i hear",
        "i love",
        "i like",
        "i hate",
        "i am happy",
        "i am sad",
        "i am a person",
        "i want",
        "i hope",
        "我觉得",
        "我感",
        "我喜欢",
        "我爱",
        "我是人",
        "我看见",
        "我听见",
        "我很开心",
        "我开心",
    ];
    each_set(|set, talks| {
        for reply in talks.iter().flat_map(|talk| talk.iter().skip(1).step_by(2)) {
            // "I see." is said by who has understood; only what would be seen is a claim.
            let said = reply.replace("I see.", "").replace("I see:", "").replace("I see,", "");
            let text = format!(" {} ", plain(&said));
            let text = innocent.iter().fold(text, |text, phrase| text.replace(phrase, " "));
            let claims_something = claims.iter().any(|claim| match claim.is_ascii() {
                true => text.contains(&format!(" {claim} ")),
                false => text.replace(' ', "").contains(claim),
            });
            assert!(!claims_something, "{}: {reply}", set.id);
        }
    });
}

#[test]
fn each_language_uses_its_own_marks() {
    each_set(|set, talks| {
        let own = |c: char| match set.language {
            None => true,
            Some(Language::En) => c.is_ascii(),
            Some(Language::Zh) => {
                quality::is_han(c)
                    || c.is_ascii_digit()
                    || "，。？！、：；“”‘’《》（）…—".contains(c)
            }
        };
        if set.form == index::Form::Raw {
            return;
        }
        let foreign = talks.iter().flatten().find(|turn| !turn.chars().all(own));
        assert_eq!(foreign, None, "{}", set.id);
    });
}

#[test]
fn every_file_belongs_to_a_set_and_is_inside() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/dialogues");
    let sets = shipped().unwrap().sets;
    let named: BTreeSet<String> = sets.iter().flat_map(SetEntry::files).cloned().collect();
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap().file_name().into_string().unwrap();
        let is_of_all = ["index.ron", "blocklist.ron"].contains(&file.as_str());
        assert!(is_of_all || named.contains(&file), "no set names {file}");
    }
    assert!(named.iter().all(|file| sets[0].asset(file).is_ok()));
}

#[test]
fn every_set_meets_its_targets() {
    each_set(|set, _| {
        let quality = quality(parts(set)).unwrap();
        let targets = quality.targets(Judged::of(set));
        let missed: Vec<String> =
            targets.iter().filter(|target| !target.passed).map(ToString::to_string).collect();
        assert!(missed.is_empty(), "{}:\n{}", set.id, missed.join("\n"));
    });
}

/// A line of a raw set's head: the number of a dialogue, and the rule that mends its fault.
fn listed_fault(line: &str) -> Option<(usize, &str)> {
    let mut cells = line.strip_prefix("# ")?.split(" | ");
    Some((cells.next()?.parse().ok()?, cells.next()?))
}

#[test]
fn every_planted_fault_is_listed_with_its_rule() {
    for (set, _) in SETS.iter().filter(|(set, _)| set.form == index::Form::Raw) {
        let text = set.transcript().unwrap();
        let listed: Vec<(usize, &str)> = text.lines().filter_map(listed_fault).collect();
        let dialogues = import(&text, import::Form::Transcript).dialogues;
        for rule in CleaningRule::defaults() {
            let is_at_fault = |place: usize| match rule {
                "duplicates" => dialogues[..place].contains(&dialogues[place]),
                _ => clean(vec![dialogues[place].clone()], &[rule]).0 != [dialogues[place].clone()],
            };
            let found: Vec<usize> =
                (0..dialogues.len()).filter(|&place| is_at_fault(place)).map(|n| n + 1).collect();
            let expected = listed.iter().filter(|(_, by)| *by == rule).map(|(number, _)| *number);
            assert_eq!(found, expected.collect::<Vec<_>>(), "{} {rule}", set.id);
        }
        // Some copies only show when other rules have worked.
        let copies = listed.iter().filter(|(_, by)| by.starts_with("duplicates")).count();
        let reports = clean(dialogues, &CleaningRule::defaults()).1;
        let report = reports.iter().find(|report| report.rule == "duplicates").unwrap();
        assert_eq!(report.dialogues_removed, copies, "{}", set.id);
    }
}

#[test]
fn a_broken_transcript_is_refused() {
    assert!(read("user: Hi!\n").is_err());
    assert!(read("user: Hi!\nuser: Hi!\n").is_err());
    assert!(read("bot: Hi!\n").is_err());
    assert!(read("user:  \nbot: Hi!\n").is_err());
    assert_eq!(read("user: Hi!\nbot: Hello!\n").unwrap(), [["Hi!", "Hello!"]]);
}

#[test]
fn a_wrong_grammar_is_refused() {
    let set = shipped().unwrap().sets.remove(0);
    let text = set.asset(set.grammar.as_ref().unwrap()).unwrap();
    for (right, wrong) in [
        ("format: 1", "format: 2"),
        ("sloppy", "sloppiness"),
        ("Say(\"hello\")", "Say(\"nothing\")"),
        ("\"sound\": (v: \"moo\"", "\"noise\": (v: \"moo\""),
    ] {
        assert!(text.contains(right));
        assert!(Grammar::from_ron(&text.replace(right, wrong)).is_err(), "{wrong}");
    }
    assert!(fill("{A} {b}", |slot| (slot == "a").then(|| "an owl".into())).is_err());
    assert_eq!(fill("{A}!", |_| Some("an owl".into())).unwrap(), "An owl!");
    assert!(shipped().unwrap().find("nothing").is_err());
}

#[test]
#[ignore = "prints the combinations that are kept back, to be pasted into an answers file"]
fn print_what_is_kept_back() {
    for set in shipped().unwrap().sets.into_iter().filter(|set| set.grammar.is_some()) {
        println!("== {}", set.id);
        for (question, key) in kept_back(&grammar_of(&set)) {
            println!("        (turns: [{question:?}], any: [{key:?}]),");
        }
    }
}

fn grammar_of(set: &SetEntry) -> Grammar {
    Grammar::from_ron(set.asset(set.grammar.as_ref().unwrap()).unwrap()).unwrap()
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
