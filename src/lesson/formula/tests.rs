//! The language: what is read is what was written, nothing panics, unknown things follow Kleene.

use super::*;
use crate::text::sets::index::Language;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A world with a few readings.
struct Few;

impl Readings for Few {
    fn read(&self, quantity: Quantity, arguments: &[Option<Value>]) -> Value {
        let count = |i: usize| arguments.get(i).cloned().flatten().and_then(|v| v.as_number());
        match quantity {
            Quantity::Prob => match (&arguments[0], count(2)) {
                (Some(Value::Token(token)), temperature) => {
                    Value::Number(1.0 / (f64::from(*token) + 2.0) / temperature.unwrap_or(1.0))
                }
                _ => Value::Unknown,
            },
            Quantity::Top => Value::Token(count(0).unwrap_or(0.0) as u32),
            Quantity::TokensCount => Value::Number(5.0),
            Quantity::SameRows => Value::Flag(true),
            Quantity::ReplyText => Value::Text("moo".into()),
            Quantity::BestHead => Value::Head(Head { layer: 1, head: 2 }),
            Quantity::HeadLabel => Value::Text("previous".into()),
            _ => Value::Unknown,
        }
    }

    fn provides(&self, _: Quantity) -> bool {
        true
    }

    fn token(&self, text: &str) -> Option<u32> {
        (text == " cat").then_some(2)
    }

    fn piece(&self, _: u32) -> Option<String> {
        None
    }
}

fn value(source: &str) -> Value {
    let names = BTreeMap::from([("fav".into(), Value::Token(2)), ("gone".into(), Value::Unknown)]);
    let world = World { readings: &Few, names: &names, language: Language::Zh };
    Formula::new(source).value(&world)
}

fn faults(source: &str) -> Vec<Fault> {
    let names = BTreeMap::from([
        ("fav".into(), Type::Token.into()),
        ("share".into(), Type::Number.into()),
        ("cat".into(), Bound { of: Type::Literal, texts: Some((" cat".into(), "猫".into())) }),
    ]);
    let sets = ["pocket".to_string(), "chat-en".to_string()];
    let rules = ["links".to_string()];
    let mut findings = Findings::default();
    let scope = Scope { names: &names, sets: &sets, rules: &rules };
    findings.look_at(&Formula::new(source), scope);
    findings.faults
}

#[test]
fn formulas_are_computed() {
    for (source, number) in [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("10 - 2 - 3", 5.0),
        ("-2 + 5", 3.0),
        ("prob(fav)", 0.25),
        ("prob(fav, temperature: 2)", 0.125),
        ("prob(top(1)) / prob(top(2))", 4.0 / 3.0),
        ("max(1, 2, tokens.count)", 5.0),
        ("abs(0 - 3)", 3.0),
    ] {
        match value(source) {
            Value::Number(found) => assert!((found - number).abs() < 1e-12, "{source}: {found}"),
            other => panic!("{source}: {other:?}"),
        }
    }
    for (source, flag) in [
        ("all(tokens.count == 5, same_rows)", Some(true)),
        ("reply.text contains 'oo'", Some(true)),
        ("reply.text == lang('moo', '哞')", Some(false)),
        ("fav == ' cat'", Some(true)),
        ("best_head(induction_score) == head(1, 2)", None),
        ("best_head(induction_score).label == 'previous'", Some(true)),
        ("prob(gone) > 0.5", None),
        ("1 / 0 > 3", None),
        ("any(prob(gone) > 0.5, same_rows)", Some(true)),
        ("all(prob(gone) > 0.5, not(same_rows))", Some(false)),
        ("prob(' dog') > 0", None),
    ] {
        assert_eq!(value(source).as_flag(), flag, "{source}");
    }
}

#[test]
fn what_means_nothing_is_said_where_it_stands() {
    for (source, at, what) in [
        ("porb(fav) > 0.3", 0, "did you mean prob?"),
        ("prob(fav) == 0.3", 0, "never exactly"),
        ("prob(3) > 0.3", 5, "a token belongs here"),
        ("all(prob(fav))", 4, "a yes or no belongs here"),
        ("prob(fav, tempreature: 2) > 0", 23, "prob(t, at: …, temperature: …)"),
        ("prob() > 0", 0, "something is missing"),
        ("prob(fav, 1, 2, 3) > 0", 16, "is how it is called"),
        ("value('blocks.0.attn.hook_qq', 0, 0) > 1", 6, "blocks.0.attn.hook_q"),
        ("best_head(induction).label == 'x'", 10, "induction_score"),
        ("best_head(induction_score).lable == 'x'", 27, ".label"),
        ("data.removed(lnks) > 1", 13, "links"),
        ("answers.right('pockte') > 1", 14, "pocket"),
        ("tokens.count contains 'a'", 0, "a text belongs here"),
        ("share == 0.5", 0, "never exactly"),
        ("fav == 3", 7, "a token belongs here"),
        ("1 < 2 < 3", 6, "one too many"),
        ("(1 + 2", 6, ") is missing"),
        ("'abc", 0, "no end"),
        ("a = 3", 2, "write =="),
        ("（1）", 0, "write ("),
        ("1 + ", 4, "ends too early"),
        ("lang('a')", 8, "two texts"),
        ("first_step('losss.val < 1') > 3", 12, "loss.val"),
    ] {
        let found = faults(source);
        assert!(
            found.iter().any(|fault| fault.at == at && fault.what.contains(what)),
            "{source}: {found:?}"
        );
    }
}

#[test]
fn lawful_formulas_have_no_fault() {
    for source in [
        "all(draws.total(temperature: 2) >= 1, draws.total(temperature: 1) >= 50)",
        "1 - mass(top: 10, temperature: 2)",
        "mass(10) > 0.2",
        "lens(2).prob(fav) > 0.3",
        "lens(2).prob(fav, at: 3) > 0.3",
        "lens(0).top == ' cat'",
        "run('fast').loss.val < loss.val",
        "series.answers('chat-en')",
        "data.removed(links) == 3",
        "temperature == 1",
        "kept.count <= 5",
        "first_step('loss.val < 1') < 300",
        "selection.head.previous_token_score > 0.5",
        "beam.best.text != greedy.text",
        "entropy > 3",
        "entropy(at: 2) > 3",
    ] {
        assert_eq!(faults(source), [], "{source}");
    }
}

#[test]
fn every_quantity_is_found_by_its_name_and_only_once() {
    for entry in TABLE {
        assert_eq!(entry.quantity.entry().path, entry.path, "the table is in the enum's order");
        let same = TABLE.iter().filter(|other| other.path == entry.path).count();
        assert_eq!(same, 1, "{}", entry.path);
    }
}

/// Any formula that can be written.
fn any_node() -> impl Strategy<Value = Node> {
    let node = |kind| Node { at: 0, kind };
    let text = "[a-z '\\\\\n猫]{0,6}";
    let word = prop_oneof!["[a-z_]{1,6}", Just("loss".to_string()), Just("prob".to_string())]
        .prop_filter("reserved", |word: &String| {
            Function::of(word).is_none() && Comparison::of(word).is_none() && word != "lang"
        });
    let leaf = prop_oneof![
        (0.0..1e6_f64).prop_map(move |x| node(Kind::Number(x))),
        (0..1000_u32).prop_map(move |x| node(Kind::Number(x.into()))),
        text.prop_map(move |text| node(Kind::Literal(text))),
        (text, text).prop_map(move |(en, zh)| node(Kind::Lang(en, zh))),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let argument = (prop::option::of(Just("at".to_string())), inner.clone())
            .prop_map(|(name, value)| Argument { name, value });
        let arguments = prop::collection::vec(argument, 0..3).prop_map(|mut arguments| {
            // Named ones come last.
            arguments.sort_by_key(|argument| argument.name.is_some());
            arguments
        });
        let segment = (word.clone(), arguments).prop_map(|(name, arguments)| Segment {
            at: 0,
            name,
            arguments,
        });
        let one_of = |n: usize| (0..n).boxed();
        prop_oneof![
            prop::collection::vec(segment, 1..3).prop_map(move |path| node(Kind::Path(path))),
            (one_of(Function::ALL.len()), prop::collection::vec(inner.clone(), 1..3))
                .prop_map(move |(f, list)| node(Kind::Call(Function::ALL[f], list))),
            // Two signs in a row are not written.
            inner
                .clone()
                .prop_filter("sign", |n| !matches!(n.kind, Kind::Minus(_)))
                .prop_map(move |n| node(Kind::Minus(n.into()))),
            (inner.clone(), one_of(4), inner.clone()).prop_map(move |(a, op, b)| {
                node(Kind::Arithmetic(a.into(), Operator::ALL[op], b.into()))
            }),
            (inner.clone(), one_of(7), inner).prop_map(move |(a, op, b)| {
                node(Kind::Compare(a.into(), Comparison::ALL[op], b.into()))
            }),
        ]
    })
}

fn flag(value: Option<bool>) -> &'static str {
    match value {
        Some(true) => "1 < 2",
        Some(false) => "2 < 1",
        None => "1 / 0 < 1",
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back(node in any_node()) {
        let written = node.to_string();
        match parser::parse(&written) {
            Ok(read) => prop_assert_eq!(read, node, "{}", written),
            // Only what is too long or too deep may be refused.
            Err(fault) => prop_assert!(fault.what.contains("at most") || fault.what.contains("too many"), "{written}: {fault:?}"),
        }
    }

    #[test]
    fn no_text_and_no_formula_panics(text in "\\PC{0,60}", node in any_node()) {
        for source in [text, node.to_string()] {
            value(&source);
            for fault in faults(&source) {
                prop_assert!(fault.at <= source.len());
            }
        }
    }

    #[test]
    fn broken_formulas_do_not_panic(cut in 0..60_usize, put in "[a-z(),.:'<=> 0-9]{0,3}") {
        let mut source = "all(rank(fav, temperature: 2) == 1, reply.text contains 'a')".to_string();
        source.replace_range(cut..cut + 1, &put);
        value(&source);
        faults(&source);
    }

    #[test]
    fn unknown_things_follow_kleene(
        a in prop::option::of(any::<bool>()),
        b in prop::option::of(any::<bool>()),
        c in prop::option::of(any::<bool>()),
    ) {
        let [a, b, c] = [a, b, c].map(flag);
        let holds = |source: String| value(&source).as_flag();
        let not = |x: &str| format!("not({x})");
        // Order does not matter; de Morgan; double negation; distribution.
        prop_assert_eq!(holds(format!("all({a}, {b})")), holds(format!("all({b}, {a})")));
        prop_assert_eq!(holds(format!("any({a}, {b})")), holds(format!("any({b}, {a})")));
        prop_assert_eq!(holds(not(&format!("all({a}, {b})"))), holds(format!("any({}, {})", not(a), not(b))));
        prop_assert_eq!(holds(not(&not(a))), holds(a.into()));
        prop_assert_eq!(
            holds(format!("all({a}, any({b}, {c}))")),
            holds(format!("any(all({a}, {b}), all({a}, {c}))"))
        );
        // What is decided without the unknown stays decided whatever it turns out to be.
        for known in ["1 < 2", "2 < 1"] {
            for function in ["all", "any"] {
                if let Some(decided) = holds(format!("{function}({a}, 1 / 0 < 1)")) {
                    prop_assert_eq!(holds(format!("{function}({a}, {known})")), Some(decided));
                }
            }
        }
    }
}
