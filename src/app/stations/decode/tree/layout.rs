//! Where the nodes of a tree stand: a column for each token, groups of siblings in the order of
//! their parents.
//!
//! A column is placed once, when its step has been taken, and never again: what follows pushes
//! nothing. Within a column every group of siblings wants to stand beside its parent; where groups
//! would overlap, they are moved by the least sum of squares (isotonic regression), which keeps
//! their order. So lines between two columns never cross.

use egui::{Pos2, Rect, Vec2, pos2, vec2};
use std::ops::Range;

/// From one column to the next.
pub const COLUMN: f32 = 160.0;
/// A node that lives, and one that was pruned.
pub const NODE: Vec2 = vec2(124.0, 32.0);
pub const GHOST: Vec2 = vec2(124.0, 20.0);
/// Between siblings that live; from them to the ghosts; between ghosts; between groups.
const BETWEEN: f32 = 12.0;
const BEFORE_GHOSTS: f32 = 8.0;
const BETWEEN_GHOSTS: f32 = 4.0;
pub const BETWEEN_GROUPS: f32 = 16.0;

/// A node that is to be placed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Twig {
    /// The node that it grows from, one column before.
    pub parent: usize,
    /// Siblings are sorted by it, the greatest first.
    pub rank: f64,
    /// Whether it was pruned, and is small.
    pub ghost: bool,
}

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    column: usize,
    /// Its middle, from the root's.
    y: f32,
    ghost: bool,
}

impl Place {
    fn size(self) -> Vec2 {
        if self.ghost { GHOST } else { NODE }
    }
}

/// A tree in the plane: the root's left edge is at x 0 and its middle at y 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    places: Vec<Place>,
    /// The nodes of each column, from top to bottom.
    columns: Vec<Vec<usize>>,
}

impl Default for Layout {
    fn default() -> Self {
        Self { places: vec![Place { column: 0, y: 0.0, ghost: false }], columns: vec![vec![0]] }
    }
}

/// Siblings that are placed together.
struct Group {
    /// From top to bottom, each with its middle below the group's top.
    nodes: Vec<(usize, f32)>,
    height: f32,
    /// Where it would like its top to be.
    wanted: f32,
}

impl Layout {
    /// Places a column of new nodes; their numbers follow those of the nodes that are there.
    /// A twig whose parent is not in the last column cannot be placed beside it, and is taken to
    /// grow from the column's first node.
    pub fn grow(&mut self, twigs: &[Twig]) {
        if twigs.is_empty() {
            return;
        }
        let first = self.places.len();
        let column = self.columns.len();
        let mut groups = self.groups(first, twigs);
        let tops = tops(&groups);
        self.places.extend(twigs.iter().map(|twig| Place { column, y: 0.0, ghost: twig.ghost }));
        let mut order = Vec::with_capacity(twigs.len());
        for (group, top) in groups.iter_mut().zip(tops) {
            for &(node, below) in &group.nodes {
                self.places[node].y = top + below;
                order.push(node);
            }
        }
        self.columns.push(order);
    }

    /// The new nodes by parent, in the order of the parents.
    fn groups(&self, first: usize, twigs: &[Twig]) -> Vec<Group> {
        let Some(parents) = self.columns.last() else { return Vec::new() };
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); parents.len()];
        for (i, twig) in twigs.iter().enumerate() {
            let at = parents.iter().position(|&parent| parent == twig.parent).unwrap_or(0);
            children[at].push(i);
        }
        let families = parents.iter().zip(children).filter(|(_, children)| !children.is_empty());
        families
            .map(|(&parent, mut children)| {
                children.sort_by(|&a, &b| twigs[b].rank.total_cmp(&twigs[a].rank));
                self.group(parent, &children, first, twigs)
            })
            .collect()
    }

    fn group(&self, parent: usize, children: &[usize], first: usize, twigs: &[Twig]) -> Group {
        let mut nodes = Vec::with_capacity(children.len());
        let mut bottom = 0.0;
        let mut alive: Option<Range<f32>> = None;
        for (i, &child) in children.iter().enumerate() {
            let ghost = twigs[child].ghost;
            if i > 0 {
                bottom += match (twigs[children[i - 1]].ghost, ghost) {
                    (true, true) => BETWEEN_GHOSTS,
                    (false, false) => BETWEEN,
                    _ => BEFORE_GHOSTS,
                };
            }
            let height = if ghost { GHOST.y } else { NODE.y };
            if !ghost {
                let top = alive.map_or(bottom, |alive| alive.start);
                alive = Some(top..bottom + height);
            }
            nodes.push((first + child, bottom + height / 2.0));
            bottom += height;
        }
        // What lives stands beside the parent; ghosts hang below it.
        let middle = alive.map_or(bottom / 2.0, |alive| (alive.start + alive.end) / 2.0);
        Group { nodes, height: bottom, wanted: self.places[parent].y - middle }
    }

    /// How many nodes there are, the root among them.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// How many columns there are, the root's among them.
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// The nodes of a column, from top to bottom.
    pub fn column(&self, column: usize) -> &[usize] {
        self.columns.get(column).map_or(&[], Vec::as_slice)
    }

    /// Where a node stands, if there is one.
    pub fn rect(&self, node: usize) -> Option<Rect> {
        let place = self.places.get(node)?;
        let left = place.column as f32 * COLUMN;
        let size = place.size();
        Some(Rect::from_min_size(pos2(left, place.y - size.y / 2.0), size))
    }

    /// Where a line leaves a node, and where it reaches one.
    pub fn ends(&self, parent: usize, child: usize) -> Option<(Pos2, Pos2)> {
        let (from, to) = (self.rect(parent)?, self.rect(child)?);
        Some((from.right_center(), to.left_center()))
    }

    /// All of the tree.
    pub fn bounds(&self) -> Rect {
        let nodes = (0..self.len()).filter_map(|node| self.rect(node));
        nodes.reduce(Rect::union).unwrap_or(Rect::ZERO)
    }

    /// The columns that a stretch of x meets, with the lines that reach them.
    pub fn columns_in(&self, from: f32, to: f32) -> Range<usize> {
        let first = (((from - NODE.x) / COLUMN).floor().max(0.0) as usize).min(self.columns());
        let last = (to / COLUMN).ceil().max(0.0) as usize + 1;
        first..last.clamp(first, self.columns())
    }

    /// The part of a column that a stretch of y meets, as indices of [`Layout::column`].
    pub fn rows_in(&self, column: usize, from: f32, to: f32) -> Range<usize> {
        let nodes = self.column(column);
        let first = nodes.partition_point(|&node| self.places[node].y + NODE.y / 2.0 < from);
        let last = nodes.partition_point(|&node| self.places[node].y - NODE.y / 2.0 <= to);
        first..last.max(first)
    }

    /// The node at a place.
    pub fn node_at(&self, at: Pos2) -> Option<usize> {
        let column = (at.x / COLUMN).floor();
        if column < 0.0 || column as usize >= self.columns() {
            return None;
        }
        let column = column as usize;
        let rows = self.rows_in(column, at.y, at.y);
        let nodes = self.column(column)[rows].iter().copied();
        nodes.into_iter().find(|&node| self.rect(node).is_some_and(|rect| rect.contains(at)))
    }
}

/// Where the tops of groups come to stand: in their order, apart, and on the whole as near to
/// where they want to be as can be (the pool-adjacent-violators algorithm).
fn tops(groups: &[Group]) -> Vec<f32> {
    // With every group moved up by what stands above it, order is all that is asked of them.
    let mut above = Vec::with_capacity(groups.len());
    let mut sum = 0.0;
    for group in groups {
        above.push(sum);
        sum += group.height + BETWEEN_GROUPS;
    }
    // Pools of groups that touch: the mean of where they want to be, and how many they are.
    let mut pools: Vec<(f32, usize)> = Vec::new();
    for (group, above) in groups.iter().zip(&above) {
        let mut pool = (group.wanted - above, 1);
        while let Some(&(mean, count)) = pools.last().filter(|(mean, _)| *mean > pool.0) {
            pools.pop();
            let all = count + pool.1;
            pool = ((mean * count as f32 + pool.0 * pool.1 as f32) / all as f32, all);
        }
        pools.push(pool);
    }
    let moved = pools.into_iter().flat_map(|(mean, count)| std::iter::repeat_n(mean, count));
    moved.zip(above).map(|(top, above)| top + above).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Steps of a tree: each column's twigs, whose parents are living nodes of the column before.
    fn steps() -> impl Strategy<Value = Vec<Vec<(u16, f64, bool)>>> {
        let twig = (any::<u16>(), -9.0..0.0, prop::bool::weighted(0.5));
        prop::collection::vec(prop::collection::vec(twig, 1..24), 1..12)
    }

    /// Grows the tree; returns it after every step, with all twigs (the root's stands first).
    fn grown(steps: &[Vec<(u16, f64, bool)>]) -> (Vec<Layout>, Vec<Twig>) {
        let mut layout = Layout::default();
        let mut twigs = vec![Twig { parent: 0, rank: 0.0, ghost: false }];
        let mut all = vec![layout.clone()];
        for step in steps {
            let last = layout.column(layout.columns() - 1);
            let living: Vec<usize> = last.iter().copied().filter(|&n| !twigs[n].ghost).collect();
            if living.is_empty() {
                break;
            }
            let twig = |&(pick, rank, ghost): &(u16, f64, bool)| Twig {
                parent: living[pick as usize % living.len()],
                rank,
                ghost,
            };
            let new: Vec<Twig> = step.iter().map(twig).collect();
            layout.grow(&new);
            twigs.extend(new);
            all.push(layout.clone());
        }
        (all, twigs)
    }

    /// A line at a share of its way: all lines between two columns bend alike.
    fn along((from, to): (Pos2, Pos2), share: f32) -> f32 {
        let bend = share * share * (3.0 - 2.0 * share);
        from.y + (to.y - from.y) * bend
    }

    proptest! {
        #[test]
        fn no_two_nodes_overlap(steps in steps()) {
            let (layouts, _) = grown(&steps);
            let layout = layouts.last().expect("one");
            for column in 0..layout.columns() {
                for pair in layout.column(column).windows(2) {
                    let [above, below] = [pair[0], pair[1]].map(|n| layout.rect(n).expect("placed"));
                    prop_assert!(above.bottom() + BETWEEN_GHOSTS - 0.01 <= below.top());
                }
                for &node in layout.column(column) {
                    let rect = layout.rect(node).expect("placed");
                    prop_assert!(rect.left() == column as f32 * COLUMN && rect.width() < COLUMN);
                }
            }
        }

        #[test]
        fn children_stay_in_order(steps in steps()) {
            let (layouts, twigs) = grown(&steps);
            let layout = layouts.last().expect("one");
            let y = |node: usize| layout.rect(node).expect("placed").center().y;
            for column in 1..layout.columns() {
                for pair in layout.column(column).windows(2) {
                    let [above, below] = [twigs[pair[0]], twigs[pair[1]]];
                    let sorted = above.parent == below.parent && above.rank >= below.rank;
                    prop_assert!(sorted || y(above.parent) < y(below.parent));
                }
            }
        }

        #[test]
        fn lines_between_columns_never_cross(steps in steps()) {
            let (layouts, twigs) = grown(&steps);
            let layout = layouts.last().expect("one");
            for column in 1..layout.columns() {
                for pair in layout.column(column).windows(2) {
                    let [above, below] = [pair[0], pair[1]]
                        .map(|n| layout.ends(twigs[n].parent, n).expect("placed"));
                    for tenth in 1..=10 {
                        let share = tenth as f32 / 10.0;
                        prop_assert!(along(above, share) < along(below, share));
                    }
                }
            }
        }

        #[test]
        fn a_step_moves_no_node_that_is_there(steps in steps()) {
            let (layouts, _) = grown(&steps);
            for pair in layouts.windows(2) {
                for node in 0..pair[0].len() {
                    prop_assert_eq!(pair[0].rect(node), pair[1].rect(node));
                }
            }
        }

        #[test]
        fn every_node_is_found_where_it_stands(steps in steps()) {
            let (layouts, _) = grown(&steps);
            let layout = layouts.last().expect("one");
            let bounds = layout.bounds();
            for node in 0..layout.len() {
                let rect = layout.rect(node).expect("placed");
                prop_assert_eq!(layout.node_at(rect.center()), Some(node));
                prop_assert!(bounds.contains_rect(rect));
                let columns = layout.columns_in(rect.left(), rect.right());
                let seen = columns.into_iter().any(|column| {
                    let rows = layout.rows_in(column, rect.top(), rect.bottom());
                    layout.column(column)[rows].contains(&node)
                });
                prop_assert!(seen);
            }
            prop_assert_eq!(layout.node_at(bounds.min - Vec2::splat(5.0)), None);
        }
    }

    #[test]
    fn what_lives_stands_beside_its_parent_and_ghosts_below() {
        let mut layout = Layout::default();
        let twig = |rank: f64, ghost| Twig { parent: 0, rank, ghost };
        layout.grow(&[twig(-3.0, true), twig(-1.0, false), twig(-2.0, true)]);
        let rects = [2, 3, 1].map(|node| layout.rect(node).expect("placed"));
        assert_eq!(rects[0].center().y, 0.0, "the only living child");
        assert_eq!(rects[1].top(), rects[0].bottom() + BEFORE_GHOSTS);
        assert_eq!(rects[2].center().y - rects[1].center().y, 24.0, "ghosts are 24 apart");
    }
}
