//! Rules that mask web and e-mail addresses: a model would learn them by heart, and they may be
//! private.

const LINK: &str = "[link]";
const MAIL: &str = "[e-mail]";
const LINK_STARTS: [&str; 3] = ["http://", "https://", "www."];

/// Replaces web addresses by `[link]`.
pub(super) fn mask_links(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        // "awww.x" holds no address: it would have to begin a word.
        let length = if before.is_ascii_alphanumeric() { 0 } else { link_length(rest) };
        if length > 0 {
            clean.push_str(LINK);
            before = ']';
            rest = &rest[length..];
        } else {
            clean.push(first);
            before = first;
            rest = &rest[first.len_utf8()..];
        }
    }
    clean
}

/// Length in bytes of the web address at the start of `text`, or 0.
fn link_length(text: &str) -> usize {
    let begins = |start: &&&str| {
        text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
    };
    let Some(start) = LINK_STARTS.iter().find(begins) else {
        return 0;
    };
    // Addresses are ASCII, so one ends where Chinese goes on without a space.
    let in_link = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"');
    let run = &text[..text.find(|c| !in_link(c)).unwrap_or(text.len())];
    // What closes a sentence or bracket is not part of it.
    let link = run.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ')', ']', '}', '*']);
    if link.len() > start.len() { link.len() } else { 0 }
}

/// Replaces e-mail addresses by `[e-mail]`.
pub(super) fn mask_mail(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (local, domain) = (local_length(&rest[..at]), domain_length(&rest[at + 1..]));
        if local > 0 && domain > 0 {
            clean.push_str(&rest[..at - local]);
            clean.push_str(MAIL);
            rest = &rest[at + 1 + domain..];
        } else {
            clean.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
        }
    }
    clean + rest
}

/// Length of the part of an address before the `@`, at the end of `text`.
fn local_length(text: &str) -> usize {
    let in_local = |b: &u8| b.is_ascii_alphanumeric() || b"._%+-".contains(b);
    text.bytes().rev().take_while(in_local).count()
}

/// Length of the domain at the start of `text`, such as `example.org`, or 0.
fn domain_length(text: &str) -> usize {
    let in_domain = |b: &u8| b.is_ascii_alphanumeric() || b".-".contains(b);
    let run = &text[..text.bytes().take_while(in_domain).count()];
    let domain = run.trim_end_matches(['.', '-']);
    let good = domain.contains('.') && !domain.starts_with(['.', '-']);
    if good { domain.len() } else { 0 }
}
