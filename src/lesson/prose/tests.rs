use super::*;
use proptest::prelude::*;

fn text(text: &str) -> Span {
    Span::Text(text.into())
}

#[test]
fn spans_are_read() {
    let prose = Prose::new("A *b* **c `d`** [e *f*](part:map.row) {prob(fav)|pct} {{g}} \\*h");
    assert_eq!(prose.faults, []);
    let [Block::Paragraph(spans)] = prose.blocks.as_slice() else { panic!("{prose:?}") };
    assert_eq!(spans[1], Span::Emphasis(vec![text("b")]));
    assert_eq!(spans[3], Span::Strong(vec![text("c "), Span::Code("d".into())]));
    let Span::Link { words, target, at } = &spans[5] else { panic!("{spans:?}") };
    assert_eq!(words, &[text("e "), Span::Emphasis(vec![text("f")])]);
    assert_eq!(target, &Target::Part("map.row".into()));
    assert!(prose.source[*at..].starts_with("map.row"));
    let Span::Live(live) = &spans[7] else { panic!("{spans:?}") };
    assert_eq!((live.formula.source.as_str(), live.format), ("prob(fav)", Format::Percent));
    assert!(prose.source[live.at..].starts_with("prob(fav)"));
    assert_eq!(spans[8], text(" {g} *h"));
}

#[test]
fn lists_and_paragraphs_are_read() {
    let prose = Prose::new("One\nline.\n\n- a\n- b\n  more\n1. x\n2. y\n\nEnd.");
    let shapes: Vec<String> = prose
        .blocks
        .iter()
        .map(|block| match block {
            Block::Paragraph(_) => "p".into(),
            Block::List { numbered, items } => format!("{numbered}{}", items.len()),
        })
        .collect();
    assert_eq!(shapes, ["p", "false2", "true2", "p"]);
    assert_eq!(prose.plain(), "One line.ab morexyEnd.");
}

#[test]
fn what_is_wrong_is_said_where_it_stands() {
    for (source, at, what) in [
        ("a *b", 2, "no end"),
        ("a `b", 2, "no end"),
        ("a {b", 2, "no end"),
        ("a } b", 2, "write }}"),
        ("a {tokens.count} b", 2, "{formula|format}"),
        ("a {tokens.count|integer} b", 16, "did you mean int?"),
        ("a {1 +|int} b", 6, "ends too early"),
        ("[a](trem:logit)", 4, "did you mean term?"),
        ("[a] b", 0, "a link is"),
        ("# A", 0, "headings"),
        ("a {reply.text contains '}'", 2, "no end"),
    ] {
        let prose = Prose::new(source);
        let found = prose.faults.iter().any(|fault| fault.at == at && fault.what.contains(what));
        assert!(found, "{source}: {:?}", prose.faults);
    }
}

#[test]
fn quotes_hide_braces_and_bars() {
    let prose = Prose::new("{count('}|')|int}");
    assert_eq!(prose.faults, []);
    assert_eq!(prose.lives()[0].formula.source, "count('}|')");
}

proptest! {
    #[test]
    fn no_text_panics(source in "[a-z猫*`\\[\\](){}|:'\\\\ \n#0-9.-]{0,80}") {
        let prose = Prose::new(source.clone());
        for fault in &prose.faults {
            prop_assert!(source.is_char_boundary(fault.at), "{}", fault.at);
        }
    }

    #[test]
    fn words_without_marks_stay_as_they_are(source in "[a-z猫，。][a-z猫，。 ]{0,40}") {
        prop_assert_eq!(Prose::new(source.clone()).plain(), source);
    }
}
