//! Where everything on the map stands: pure geometry.

use egui::{Rect, pos2, vec2};

/// What the map has to find room for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    pub rows: usize,
    pub layers: usize,
    pub heads: usize,
    /// The block that is opened into its heads.
    pub open: Option<usize>,
    /// The head of the open block that is drawn larger.
    pub head: Option<usize>,
    /// The row that must be in view.
    pub row: Option<usize>,
    /// The first row that is shown, if there is room for fewer than all.
    pub first: usize,
    /// Whether the prediction of the untouched model stands beside the changed one's.
    pub beside: bool,
    /// 1, or 1.5 for a presenter.
    pub scale: f32,
}

/// A stretch of the x axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    pub left: f32,
    pub right: f32,
}

impl Span {
    fn new(left: f32, width: f32) -> Self {
        Self { left, right: left + width }
    }

    pub fn center(self) -> f32 {
        (self.left + self.right) / 2.0
    }

    pub fn width(self) -> f32 {
        self.right - self.left
    }
}

/// The map's geometry.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// From the first row's top to the last row's bottom.
    pub body: Rect,
    /// Where the heads of columns stand.
    pub header: f32,
    /// From one row to the next.
    pub pitch: f32,
    pub first: usize,
    /// Rows that are in view.
    pub visible: usize,
    /// The right edge of position numerals, and of chips.
    pub numeral: f32,
    pub chip: Span,
    /// The embedding's node.
    pub embed: f32,
    pub blocks: Vec<Span>,
    /// The guess after each block, where there is room; the last one is the prediction.
    pub guesses: Vec<Option<Span>>,
    /// What the untouched model predicts, if it is shown.
    pub beside: Option<Span>,
    /// The strips of the open block, one for each head, then the MLP's.
    pub strips: Vec<Span>,
}

/// Room above the rows: the open block's title, and the columns' heads.
const HEADER: f32 = 58.0;
/// An ordinary block's width, and the open one's.
const BLOCK: f32 = 56.0;
const OPEN: f32 = BLOCK * 3.9;
const GUESS: f32 = 52.0;
const BESIDE: f32 = 60.0;
const GAP: f32 = 4.0;
/// The largest distance of rows, and in a high window.
const ROW: f32 = 43.0;
const LARGE_ROW: f32 = 52.0;
/// Room for a probability at the right edge.
pub const NUMBER: f32 = 40.0;
/// The locked head's strip is so much wider than the others, and the MLP's.
const LARGER: f32 = 2.3;
const MLP: f32 = 1.25;

impl Layout {
    /// Lays the map out in `area`.
    pub fn new(area: Rect, wanted: Wanted) -> Self {
        let s = wanted.scale;
        let header = HEADER * s;
        let room = (area.height() - header).max(30.0 * s);
        let rows = wanted.rows.max(1);
        let most = if area.height() > 800.0 { LARGE_ROW } else { ROW };
        let pitch = (room / rows as f32).clamp(30.0 * s, most * s);
        let visible = ((room / pitch) as usize).clamp(1, rows);
        let first = keep_in_view(wanted.first.min(rows - visible), visible, wanted.row);
        let top = area.top() + header;
        let body =
            Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), visible as f32 * pitch));

        let (numeral, chip_left) = (area.left() + 24.0 * s, area.left() + 30.0 * s);
        let chip = Span { left: chip_left, right: area.left() + 104.0 * s };
        let embed = chip.right + 22.0 * s;
        let begin = embed + 24.0 * s;
        let pill = (BESIDE + NUMBER) * s;
        let end = area.right() - NUMBER * s - if wanted.beside { pill } else { 0.0 };
        let beside = wanted.beside.then(|| Span::new(area.right() - pill, BESIDE * s));
        let (blocks, guesses) = columns(begin, end, wanted);
        let strips = wanted
            .open
            .and_then(|open| blocks.get(open))
            .map_or(Vec::new(), |block| strips(*block, wanted.heads, wanted.head));
        Self {
            body,
            header: top,
            pitch,
            first,
            visible,
            numeral,
            chip,
            embed,
            blocks,
            guesses,
            beside,
            strips,
        }
    }

    /// The middle of a row; outside [`Layout::body`] if it is not in view.
    pub fn y(&self, row: usize) -> f32 {
        self.body.top() + (row as f32 - self.first as f32 + 0.5) * self.pitch
    }

    /// The rows in view.
    pub fn rows(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.visible
    }

    /// The row at a height.
    pub fn row_at(&self, y: f32) -> Option<usize> {
        (self.body.top()..self.body.bottom())
            .contains(&y)
            .then(|| self.first + ((y - self.body.top()) / self.pitch) as usize)
            .map(|row| row.min(self.first + self.visible - 1))
    }
}

/// Moves a window over rows as little as needed so that `row` is in it.
fn keep_in_view(first: usize, visible: usize, row: Option<usize>) -> usize {
    match row {
        Some(row) if row < first => row,
        Some(row) if row >= first + visible => row + 1 - visible,
        _ => first,
    }
}

/// The blocks and the guesses after them, stretched to the width there is. Where all guesses do
/// not fit, those next to the open block stay, and the prediction.
fn columns(begin: f32, end: f32, wanted: Wanted) -> (Vec<Span>, Vec<Option<Span>>) {
    let Wanted { layers, open, scale, .. } = wanted;
    let gap = GAP * scale;
    let natural = |after: &dyn Fn(usize) -> bool| -> f32 {
        let blocks: f32 = (0..layers).map(|b| if open == Some(b) { OPEN } else { BLOCK }).sum();
        let guesses = (0..layers).filter(|&b| after(b)).count();
        (blocks + guesses as f32 * GUESS) * scale
    };
    let stretch = |after: &dyn Fn(usize) -> bool| {
        let gaps = (layers + (0..layers).filter(|&b| after(b)).count()) as f32 * gap;
        (end - begin - gaps) / natural(after).max(1.0)
    };
    let beside = |b: usize| match open {
        Some(open) => b == open || b + 1 == open || b + 1 == layers,
        None => b + 1 == layers || (b + 1).is_multiple_of(layers.div_ceil(4).max(1)),
    };
    let all = stretch(&|_| true);
    let (k, shown): (f32, &dyn Fn(usize) -> bool) =
        if all >= 0.8 { (all, &|_| true) } else { (stretch(&beside), &beside) };
    // Guesses hold words: they keep their size as long as anything else can give way.
    let k = k.clamp(0.1, 1.5);
    let mut x = begin;
    let (mut blocks, mut guesses) = (Vec::new(), Vec::new());
    for block in 0..layers {
        let wide = k * scale * if open == Some(block) { OPEN } else { BLOCK };
        blocks.push(Span::new(x, wide));
        x += wide + gap;
        let guess = shown(block).then(|| Span::new(x, k * scale * GUESS));
        x = guess.map_or(x, |guess| guess.right + gap);
        guesses.push(guess);
    }
    (blocks, guesses)
}

/// The strips of an open block.
fn strips(block: Span, heads: usize, large: Option<usize>) -> Vec<Span> {
    let share = |strip: usize| match strip {
        strip if strip == heads => MLP,
        strip if Some(strip) == large => LARGER,
        _ => 1.0,
    };
    let inside = Span { left: block.left + 3.0, right: block.right - 3.0 };
    let all: f32 = (0..=heads).map(share).sum();
    let mut left = inside.left;
    (0..=heads)
        .map(|strip| {
            let span = Span::new(left, inside.width() * share(strip) / all);
            left = span.right;
            span
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    prop_compose! {
        fn any_wanted()(
            rows in 1usize..300, layers in 1usize..25, heads in 1usize..17, beside in any::<bool>(),
            open in 0usize..40, head in 0usize..20, row in 0usize..300, first in 0usize..300,
        ) -> Wanted {
            Wanted {
                rows, layers, heads,
                open: (open < layers).then_some(open),
                head: (head < heads).then_some(head),
                row: (row < rows).then_some(row),
                first, beside, scale: 1.0,
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_overlaps_and_the_locked_row_is_in_view(
            wanted in any_wanted(), width in 560.0f32..1800.0, height in 300.0f32..1000.0,
        ) {
            let area = Rect::from_min_size(pos2(10.0, 20.0), vec2(width, height));
            let layout = Layout::new(area, wanted);
            let mut edge = layout.embed;
            for (block, guess) in layout.blocks.iter().zip(&layout.guesses) {
                prop_assert!(block.left >= edge && block.right > block.left);
                edge = block.right;
                if let Some(guess) = guess {
                    prop_assert!(guess.left >= edge && guess.right > guess.left);
                    edge = guess.right;
                }
            }
            let right = layout.beside.map_or(area.right(), |beside| beside.left);
            prop_assert!(layout.beside.is_none_or(|beside| beside.right < area.right()));
            if wanted.layers <= 12 {
                prop_assert!(edge <= right + 0.5, "{} beyond {}", edge, right);
            }
            for pair in layout.strips.windows(2) {
                prop_assert!((pair[0].right - pair[1].left).abs() < 1e-3);
            }
            if let Some(row) = wanted.row {
                prop_assert!(layout.rows().contains(&row));
                prop_assert_eq!(layout.row_at(layout.y(row)), Some(row));
            }
            prop_assert!(layout.pitch >= 30.0);
            prop_assert!(layout.guesses.last().is_some_and(Option::is_some), "the prediction stays");
        }
    }
}
