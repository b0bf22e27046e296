//! Which Chinese characters are common.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The characters of GB 2312, the Chinese national standard of 1980, in its order, a row a line:
/// 3 755 frequent ones (level 1), then 3 008 rarer ones (level 2).
const GB2312: &str = include_str!("gb2312.txt");

/// The rows of level 1.
const FREQUENT_ROWS: usize = 40;

/// How common a character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Frequency {
    /// Level 1.
    Frequent,
    /// Level 2.
    Rarer,
    /// Not in the standard: rare, or not a simplified character.
    Outside,
}

static LEVELS: LazyLock<BTreeMap<char, Frequency>> = LazyLock::new(|| {
    let level = |row| if row < FREQUENT_ROWS { Frequency::Frequent } else { Frequency::Rarer };
    let rows = GB2312.lines().enumerate();
    rows.flat_map(|(row, line)| line.chars().map(move |c| (c, level(row)))).collect()
});

/// How common a Chinese character is.
pub fn frequency(han: char) -> Frequency {
    LEVELS.get(&han).copied().unwrap_or(Frequency::Outside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_levels_are_those_of_the_standard() {
        let count = |level| LEVELS.values().filter(|other| **other == level).count();
        assert_eq!((count(Frequency::Frequent), count(Frequency::Rarer)), (3755, 3008));
        assert_eq!(frequency('的'), Frequency::Frequent);
        assert_eq!(frequency('鹦'), Frequency::Rarer);
        assert_eq!(frequency('貓'), Frequency::Outside);
    }
}
