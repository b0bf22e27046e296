use super::*;
use proptest::prelude::*;

fn apply(rule: &str, text: &str) -> String {
    Rule::find(rule).unwrap().clean_text(text)
}

#[test]
fn each_rule_does_what_it_says() {
    let cases = [
        ("control-characters", "a\u{0}b\r\nc\rd\te\u{200b}\u{fffd}", "ab\nc\nd\te"),
        (
            "markup-entities",
            "a &lt; b &amp;amp; c<br/>d &#233;&#xe9; &no; <p class='x'>e</p>",
            "a < b & c d éé &no;  e ",
        ),
        ("markup-entities", "&amp;lt;b&gt;bold&lt;/B&gt; 1 <2 and 3> 2", " bold  1 <2 and 3> 2"),
        ("markup-entities", "<|end|> & <3", "<|end|> & <3"),
        ("unicode-form", "e\u{301} ＡＢｃ１，。", "é ABc1，。"),
        (
            "links",
            "看https://a.org/x?y=1。Or (WWW.b.org), awww.c http://",
            "看[link]。Or ([link]), awww.c http://",
        ),
        (
            "e-mail",
            "Write to a.b+c@example.org. Not @home or a@b.",
            "Write to [e-mail]. Not @home or a@b.",
        ),
        (
            "repeated-punctuation",
            "No!!! What?? 真的！！ ..... ok... a,,b ---- __init__",
            "No! What? 真的！ ... ok... a,b --- __init__",
        ),
        ("emoji", "a😀b 👩‍👩‍👧 👍🏽🇩🇪 1️⃣ 1 # © ❤️ ❤", "ab    1 # ©  ❤"),
        ("lower-case", "Hello ÄÖ ΑΣ", "hello äö ας"),
        ("white-space", "  a \t b\u{a0}\u{3000}c \n\n d \r\n", "a b c\nd"),
    ];
    for (rule, before, after) in cases {
        assert_eq!(apply(rule, before), after, "{rule}");
    }
}

#[test]
fn names_are_found_and_two_rules_are_off() {
    assert!(Rule::all().iter().all(|rule| Rule::find(rule.name).is_some()));
    assert!(Rule::find("nonsense").is_none());
    let defaults = Rule::defaults();
    assert_eq!(defaults.len(), Rule::all().len() - 2);
    assert!(!defaults.contains(&"lower-case") && !defaults.contains(&"emoji"));
}

fn dialogue(turns: &[&str]) -> Dialogue {
    let turn = |(place, text): (usize, &&str)| match place % 2 {
        0 => Turn::user(*text),
        _ => Turn::bot(*text),
    };
    Dialogue { turns: turns.iter().enumerate().map(turn).collect() }
}

#[test]
fn dialogues_are_cut_and_duplicates_removed() {
    let long = "x".repeat(LONGEST_TURN + 1);
    let dialogues = vec![
        dialogue(&["a", "b", "c", " "]),
        dialogue(&["a", "b"]),
        dialogue(&["", "b"]),
        dialogue(&["q", "r", "s", &long, "t", "u"]),
        dialogue(&["a  question", "without reply"]),
    ];
    let (cleaned, reports) = clean(dialogues, &Rule::defaults());
    let expected =
        [dialogue(&["a", "b"]), dialogue(&["q", "r"]), dialogue(&["a question", "without reply"])];
    assert_eq!(cleaned, expected);
    let report = |name| reports.iter().find(|report| report.rule == name).unwrap();
    assert_eq!(report("white-space").turns_changed, 2);
    assert_eq!(report("white-space").characters_removed, 2);
    assert_eq!(report("empty-turns").turns_removed, 4);
    assert_eq!(report("empty-turns").dialogues_removed, 1);
    assert_eq!(report("long-turns").turns_removed, 4);
    assert_eq!(report("duplicates").dialogues_removed, 1);
    assert_eq!(report("duplicates").examples.len(), 2);
}

#[test]
fn plain_texts_may_be_long_but_not_blank() {
    let texts = vec!["A  b. ".repeat(1000), " ".into(), "c".into(), "c".into()];
    let (cleaned, reports) = clean_texts(texts, &Rule::defaults());
    assert_eq!(cleaned.len(), 2);
    assert_eq!(reports.len(), Rule::defaults().len());
}

#[test]
fn replaced_characters_are_counted_once() {
    let mut report = RuleReport::default();
    report.changed("ABc", "abc");
    assert_eq!(report.characters_changed(), 2);
}

#[test]
fn deep_nesting_is_resolved_in_one_pass() {
    let nested = format!("&{}lt;", "amp;".repeat(200_000));
    assert_eq!(apply("markup-entities", &nested), "<");
}

fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "&", "amp;", "lt;", "gt;", "#38;", "#x3c;", "<", ">", "b", "/", "br", "a@", "b.c", "@",
        "-", "http://", "www.", "HTTPS://", "x", ".", "!", "?", "…", " ", "\n", "\r", "\t",
        "\u{a0}", "\u{0}", "😀", "\u{200d}", "\u{fe0f}", "1", "\u{20e3}", "❤", "©", "🇩", "🏽", "é",
        "\u{301}", "Σ", "İ", "Ａ", "你", "，", "]", ")",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec(pieces, 0..30).prop_map(|pieces| pieces.concat()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn every_rule_is_idempotent(text in any_text()) {
        for rule in Rule::all() {
            let once = rule.clean_text(&text);
            prop_assert_eq!(rule.clean_text(&once), once, "{}", rule.name);
        }
    }

    #[test]
    fn rules_about_dialogues_are_idempotent(texts in prop::collection::vec(prop::collection::vec("[ab]{0,1}", 0..4), 0..6)) {
        let dialogues: Vec<Dialogue> = texts
            .iter()
            .map(|turns| dialogue(&turns.iter().map(String::as_str).collect::<Vec<_>>()))
            .collect();
        let (once, _) = clean(dialogues, &Rule::defaults());
        let (twice, reports) = clean(once.clone(), &Rule::defaults());
        prop_assert_eq!(twice, once);
        prop_assert!(reports.iter().all(|report| report.turns_removed + report.dialogues_removed == 0));
    }
}
