//! Where everything of the view stands: pure geometry.
//!
//! The wall is at the left, the open head at its right, the card of one cell below both.

use egui::{Rect, Vec2, pos2, vec2};

/// What has to find room.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    pub layers: usize,
    pub heads: usize,
    /// Tokens.
    pub rows: usize,
    /// Larger than usual by this factor.
    pub scale: f32,
}

/// How much of the card is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Full,
    /// With smaller cells.
    Tight,
    /// The formulas alone, in one line.
    Line,
}

/// The wall of all heads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wall {
    /// The heads' names, above.
    pub header: Rect,
    /// What is seen of the thumbnails, the blocks' numbers at their left.
    pub view: Rect,
    /// The side of a thumbnail.
    pub side: f32,
    /// From one thumbnail to the next.
    pub pitch: Vec2,
    /// Room for the blocks' numbers.
    pub numerals: f32,
    /// Whether there is room for a name under each.
    pub names: bool,
    /// All rows together; more than is seen, if they have to be scrolled.
    pub height: f32,
    /// The switch below.
    pub switch: Rect,
}

impl Wall {
    /// A thumbnail, when the first row stands at `top`.
    pub fn thumbnail(&self, block: usize, head: usize, top: f32) -> Rect {
        let x = self.view.left() + self.numerals + head as f32 * self.pitch.x;
        let x = x + ((self.pitch.x - self.side) / 2.0).floor();
        Rect::from_min_size(pos2(x, top + block as f32 * self.pitch.y), Vec2::splat(self.side))
    }
}

/// One of the four matrices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matrix {
    pub title: Rect,
    pub column_labels: Rect,
    /// Only the first of a line has them.
    pub row_labels: Option<Rect>,
    /// A square for the cells; they may fill less of it.
    pub cells: Rect,
    /// The value of one cell.
    pub value: Rect,
    pub legend: Rect,
}

/// The view.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layout {
    /// How high it must be; more than was given, if it has to be scrolled.
    pub height: f32,
    pub wall: Wall,
    /// A line above the matrices.
    pub tools: Rect,
    /// Where the matrices stand, or the lines.
    pub stage: Rect,
    pub matrices: [Matrix; 4],
    /// How many rows and columns are shown at once, and how far apart.
    pub shown: usize,
    pub pitch: f32,
    pub card: Rect,
    pub form: Form,
}

/// Cells are never smaller: below, only a part of the rows and columns is shown.
const LEAST_PITCH: f32 = 6.0;
/// How large they are then, and at most.
const PART_PITCH: f32 = 7.0;
const MOST_PITCH: f32 = 24.0;

/// Around the cells of a matrix: title, turned labels, value, legend.
const TITLE: f32 = 24.0;
const TURNED: f32 = 46.0;
const VALUE: f32 = 26.0;
const LEGEND: f32 = 18.0;
const ROW_LABELS: f32 = 54.0;
/// Between two matrices; an arrow stands there.
const ARROW: f32 = 20.0;
/// The last column's turned label reaches out to the right.
const LEAN: f32 = 20.0;

impl Layout {
    /// Lays out the view in `area`.
    pub fn new(area: Rect, wanted: Wanted) -> Self {
        let s = wanted.scale;
        let (form, card) = card_form(area.height(), s);
        let gap = if form == Form::Full { 24.0 } else { 12.0 } * s;
        let height = area.height().max(LEAST_TOP * s + gap + card);
        let top = height - gap - card;
        let wall = wall(area, top, wanted);
        let left = wall.view.right() + 28.0 * s;
        let tools =
            Rect::from_min_max(pos2(left, area.top()), pos2(area.right(), area.top() + 32.0 * s));
        let stage = Rect::from_min_max(
            pos2(left, tools.bottom() + 6.0 * s),
            pos2(area.right(), area.top() + top),
        );
        let (side, across) = side_of(stage.size(), s);
        let (shown, pitch) = cells_in(side, wanted.rows, s);
        let matrices = std::array::from_fn(|i| matrix(stage, i, across, pitch * shown as f32, s));
        let card = Rect::from_min_max(
            pos2(area.left(), area.top() + height - card),
            pos2(area.right(), area.top() + height),
        );
        Self { height, wall, tools, stage, matrices, shown, pitch, card, form }
    }
}

/// Below this nothing above the card can be read.
const LEAST_TOP: f32 = 226.0;

/// The largest card that leaves enough for what is above it, and its height.
fn card_form(height: f32, s: f32) -> (Form, f32) {
    if height >= 560.0 * s {
        (Form::Full, (0.36 * height).clamp(222.0 * s, 290.0 * s))
    } else if height >= (LEAST_TOP + 12.0 + 156.0) * s {
        (Form::Tight, (height - (LEAST_TOP + 12.0) * s).min(172.0 * s))
    } else {
        (Form::Line, 72.0 * s)
    }
}

fn wall(area: Rect, top: f32, wanted: Wanted) -> Wall {
    let Wanted { layers, heads, scale: s, .. } = wanted;
    let (layers, heads) = (layers.max(1) as f32, heads.max(1) as f32);
    let (header, switch, numerals) = (20.0 * s, 34.0 * s, 20.0 * s);
    let room = top - header - switch;
    let widest =
        (0.4 * area.width() - 88.0 * s).clamp(190.0 * s, 380.0 * s).min(0.45 * area.width());
    let across = (widest - numerals) / heads;
    let (name, apart) = (18.0 * s, if heads > 8.0 { 3.0 * s } else { 8.0 * s });
    let down = room / layers;
    let names = across >= 78.0 * s && down >= 46.0 * s + name + apart;
    let under = if names { name } else { 0.0 };
    let least = (14.0 * s).min((across - 2.0).max(4.0));
    let side = (across - apart).min(down - under - apart).min(84.0 * s).max(least).floor();
    let pitch_x = if names { (80.0 * s).max(side + apart).min(across) } else { side + apart };
    let height = layers * (side + under + apart);
    let width = numerals + heads * pitch_x;
    let view = Rect::from_min_size(
        pos2(area.left(), area.top() + header),
        vec2(width.max(if names { 0.0 } else { 190.0 * s }), height.min(room)),
    );
    Wall {
        header: Rect::from_min_max(pos2(view.left(), area.top()), pos2(view.right(), view.top())),
        view,
        side,
        pitch: vec2(pitch_x, side + under + apart),
        numerals,
        names,
        height,
        switch: Rect::from_min_size(pos2(area.left(), view.bottom()), vec2(view.width(), switch)),
    }
}

/// The side of the squares that four matrices can have, and how many stand side by side.
fn side_of(size: Vec2, s: f32) -> (f32, usize) {
    let above = (TITLE + TURNED + VALUE + LEGEND) * s;
    let side = |across: usize| {
        let (x, y) = (across as f32, (4 / across) as f32);
        let wide = (size.x - (ROW_LABELS + LEAN + ARROW * (x - 1.0)) * s) / x;
        let high = (size.y - 12.0 * s * (y - 1.0)) / y - above;
        wide.min(high)
    };
    let (four, two) = (side(4), side(2));
    // Four in a line say by themselves what follows what.
    if two > 1.2 * four { (two, 2) } else { (four, 4) }
}

/// How many rows of `rows` are shown in a square, and how far apart.
fn cells_in(side: f32, rows: usize, s: f32) -> (usize, f32) {
    let rows = rows.max(1);
    let whole = side / rows as f32;
    if whole >= LEAST_PITCH {
        return (rows, whole.min(MOST_PITCH * s).floor());
    }
    let pitch = (PART_PITCH * s).floor();
    (((side / pitch) as usize).clamp(1, rows), pitch)
}

fn matrix(stage: Rect, index: usize, across: usize, side: f32, s: f32) -> Matrix {
    let (column, line) = (index % across, index / across);
    let high = (TITLE + TURNED + VALUE + LEGEND) * s + side + 12.0 * s;
    let left = stage.left() + ROW_LABELS * s + column as f32 * (side + ARROW * s);
    let top = stage.top() + line as f32 * high;
    let strip =
        |from: f32, height: f32| Rect::from_min_size(pos2(left, top + from), vec2(side, height));
    let cells = strip((TITLE + TURNED) * s, side);
    let labels = || {
        Rect::from_min_max(pos2(stage.left(), cells.top()), pos2(left - 6.0 * s, cells.bottom()))
    };
    let reach = if column + 1 == across { LEAN } else { ARROW } * s;
    let turned = strip(TITLE * s, TURNED * s);
    Matrix {
        title: strip(0.0, TITLE * s),
        column_labels: turned.with_max_x(turned.right() + reach),
        row_labels: (column == 0).then(labels),
        cells,
        value: strip((TITLE + TURNED) * s + side, VALUE * s),
        legend: strip((TITLE + TURNED + VALUE) * s + side, LEGEND * s),
    }
}

/// The first of `shown` rows so that `target` is among them: moving no further than needed if it
/// is near, and bringing it to the middle if it is far.
pub fn window(first: usize, shown: usize, all: usize, target: Option<usize>) -> usize {
    let most = all.saturating_sub(shown);
    let first = first.min(most);
    let Some(target) = target.filter(|&target| target < all) else { return first };
    let near = first.clamp((target + 1).saturating_sub(shown), target);
    if near.abs_diff(first) > shown / 3 {
        return target.saturating_sub(shown / 2).min(most);
    }
    near
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Everything that must not lie on anything else.
    fn parts(layout: &Layout) -> Vec<(&'static str, Rect)> {
        let mut parts = vec![
            ("header", layout.wall.header),
            ("wall", layout.wall.view),
            ("switch", layout.wall.switch),
            ("tools", layout.tools),
            ("card", layout.card),
        ];
        for matrix in &layout.matrices {
            parts.extend([
                ("title", matrix.title),
                ("column labels", matrix.column_labels),
                ("cells", matrix.cells),
                ("value", matrix.value),
                ("legend", matrix.legend),
            ]);
            parts.extend(matrix.row_labels.map(|rect| ("row labels", rect)));
        }
        parts
    }

    fn check(area: Rect, wanted: Wanted) -> Result<(), TestCaseError> {
        let layout = Layout::new(area, wanted);
        let whole = Rect::from_min_size(area.min, vec2(area.width(), layout.height)).expand(0.01);
        let parts = parts(&layout);
        for (i, (name, rect)) in parts.iter().enumerate() {
            prop_assert!(whole.contains_rect(*rect), "{name} {rect:?} is outside {whole:?}");
            prop_assert!(rect.width() > 0.0 && rect.height() > 0.0, "{name} {rect:?}");
            for (other, place) in &parts[i + 1..] {
                let common = rect.shrink(0.05).intersect(place.shrink(0.05));
                prop_assert!(!common.is_positive(), "{name} {rect:?} on {other} {place:?}");
            }
        }
        let wall = &layout.wall;
        let last = wall.thumbnail(wanted.layers - 1, wanted.heads - 1, wall.view.top());
        prop_assert!(last.right() <= wall.view.right() + 0.01);
        prop_assert!(last.bottom() <= wall.view.top() + wall.height + 0.01);
        prop_assert!(layout.shown >= 3.min(wanted.rows) && layout.shown <= wanted.rows);
        prop_assert!(layout.pitch >= LEAST_PITCH);
        Ok(())
    }

    proptest! {
        #[test]
        fn nothing_overlaps_and_everything_is_inside(
            rows in 2usize..=256, heads in 1usize..=16, layers in 1usize..=24,
            width in 900.0f32..1840.0, height in 500.0f32..900.0,
        ) {
            let area = Rect::from_min_size(pos2(80.0, 120.0), vec2(width, height));
            let wanted = Wanted { layers, heads, rows, scale: 1.0 };
            check(area, wanted)?;
            let needed = Layout::new(area, wanted).height;
            prop_assert!(needed <= height + 0.01, "no need to scroll");
        }

        #[test]
        fn small_windows_and_presenters_scroll_rather_than_overlap(
            rows in 2usize..=256, heads in 1usize..=16, layers in 1usize..=24,
            width in 640.0f32..1840.0, height in 200.0f32..900.0, presenter: bool,
        ) {
            let scale = if presenter { 1.5 } else { 1.0 };
            let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width.max(640.0 * scale), height));
            check(area, Wanted { layers, heads, rows, scale })?;
        }

        #[test]
        fn a_window_holds_its_target(
            first in 0usize..300, shown in 1usize..60, all in 1usize..257, target in 0usize..256,
        ) {
            let shown = shown.min(all);
            let first = window(first, shown, all, Some(target));
            prop_assert!(first + shown <= all);
            prop_assert!(target >= all || (first..first + shown).contains(&target));
        }
    }

    #[test]
    fn a_usual_window_shows_all_names_and_four_in_a_line() {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(1328.0, 630.0));
        let layout = Layout::new(area, Wanted { layers: 4, heads: 4, rows: 13, scale: 1.0 });
        assert!(layout.wall.names && layout.form == Form::Full);
        assert_eq!(layout.matrices[0].title.top(), layout.matrices[3].title.top());
        assert!(layout.pitch >= 14.0, "{}", layout.pitch);
    }
}
