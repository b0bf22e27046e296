//! How numbers are written: the same digits in the same place, whatever the value.

/// U+2212, as wide as the digits.
const MINUS: char = '\u{2212}';

/// A probability or an attention weight: 0.74, or “< 0.01”.
pub fn probability(p: f32) -> String {
    if p > 0.0 && p < 0.005 { "< 0.01".into() } else { format!("{p:.2}") }
}

/// A probability among candidates that are compared: 0.741.
pub fn candidate(p: f64) -> String {
    if p > 0.0 && p < 0.0005 { "< 0.001".into() } else { format!("{p:.3}") }
}

/// A logit, a score, a log-probability: two digits, with a true minus.
pub fn signed(x: f32) -> String {
    minus(format!("{x:.2}"))
}

/// A score that sums are divided to: three digits.
pub fn score(x: f64) -> String {
    minus(format!("{x:.3}"))
}

/// With one digit, for small cells.
pub fn short(x: f32) -> String {
    minus(format!("{x:.1}"))
}

/// With so many digits behind the point.
pub fn digits(x: f64, digits: usize) -> String {
    if x.is_finite() {
        minus(format!("{x:.digits$}"))
    } else {
        minus(format!("{x}")).replace("inf", "\u{221e}")
    }
}

/// With a sign in any case, for differences.
pub fn difference(x: f32) -> String {
    minus(format!("{x:+.2}"))
}

fn minus(text: String) -> String {
    // "−0.00" is 0.00 to a reader.
    let zero = text.trim_start_matches(['-', '+']).bytes().all(|b| matches!(b, b'0' | b'.'));
    if zero {
        text.trim_start_matches(['-', '+']).to_string()
    } else {
        text.replace('-', &MINUS.to_string())
    }
}

/// Thousands apart by a thin space.
pub fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_one_way() {
        assert_eq!(probability(0.736), "0.74");
        assert_eq!(probability(0.004), "< 0.01");
        assert_eq!(probability(0.0), "0.00");
        assert_eq!(candidate(0.0004), "< 0.001");
        assert_eq!(signed(-3.456), "\u{2212}3.46");
        assert_eq!(signed(-0.001), "0.00");
        assert_eq!(score(-0.43149), "\u{2212}0.431");
        assert_eq!(difference(1.5), "+1.50");
        assert_eq!(count(859_520), "859\u{2009}520");
        assert_eq!(count(12), "12");
    }
}
