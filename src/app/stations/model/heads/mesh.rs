//! The cells of the four matrices as meshes, made anew only when they show something else.

use super::data::{Data, Kind};
use super::{State, View};
use crate::app::theme::{ColourMap, Look};
use crate::app::widgets::{Cells, add_cell};
use egui::{Color32, Mesh, Pos2, Rect, Vec2};
use std::rc::Rc;
use std::sync::Arc;

/// The last meshes and what they show.
#[derive(Debug, Default)]
pub struct Cache(Option<(Key, [Arc<Mesh>; 4])>);

/// What the meshes depend on.
#[derive(Debug)]
struct Key {
    data: Rc<Data>,
    dark: bool,
    pitch: f32,
    shown: usize,
    first: (usize, usize),
    origins: [Pos2; 4],
}

impl Key {
    fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.data, &other.data)
            && (self.dark, self.pitch, self.shown) == (other.dark, other.pitch, other.shown)
            && (self.first, self.origins) == (other.first, other.origins)
    }
}

/// The meshes of all four matrices.
pub fn meshes(view: &View, state: &mut State, data: &Rc<Data>) -> [Arc<Mesh>; 4] {
    let layout = &view.layout;
    let key = Key {
        data: data.clone(),
        dark: view.ctx.look.dark,
        pitch: layout.pitch,
        shown: layout.shown,
        first: state.first,
        origins: layout.matrices.map(|matrix| matrix.cells.min),
    };
    if let Some((old, meshes)) = &state.mesh.0
        && old.is(&key)
    {
        return meshes.clone();
    }
    let meshes = std::array::from_fn(|i| {
        let kind = Kind::ALL[i];
        let cells = cells(view, i);
        let value = |row, column| data.value(&view.sight.reading, kind, row, column);
        Arc::new(mesh(&view.ctx.look, &cells, state.first, |row, column| {
            value(row, column).map(|value| colour(&view.ctx.look, kind, value, data.end(kind)))
        }))
    });
    state.mesh.0 = Some((key, meshes.clone()));
    meshes
}

/// Where the shown cells of a matrix stand.
pub fn cells(view: &View, index: usize) -> Cells {
    let (pitch, shown) = (view.layout.pitch, view.layout.shown);
    let origin = view.layout.matrices[index].cells.min;
    Cells { origin, pitch, gap: 1.0, rows: shown, columns: shown }
}

/// The colour of a value in its matrix.
fn colour(look: &Look, kind: Kind, value: f32, end: f32) -> Color32 {
    match kind {
        Kind::Softmax => look.map(ColourMap::Attention, value),
        _ => look.map(ColourMap::Signed, value / end),
    }
}

fn mesh(
    look: &Look,
    cells: &Cells,
    first: (usize, usize),
    colour: impl Fn(usize, usize) -> Option<Color32>,
) -> Mesh {
    let mut mesh = Mesh::default();
    for row in 0..cells.rows {
        for column in 0..cells.columns {
            let rect = cells.cell(row, column);
            match colour(first.0 + row, first.1 + column) {
                Some(colour) => add_cell(&mut mesh, rect, colour),
                None => {
                    let dot = Rect::from_center_size(rect.center(), Vec2::splat(1.5));
                    mesh.add_colored_rect(dot, look.colours().line2.gamma_multiply(0.7));
                }
            }
        }
    }
    mesh
}
